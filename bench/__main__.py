"""`python -m bench`: every stage timed, and ratios against a floor and against what one would otherwise run. Nothing is a test.

Ratios of one run hold better than figures: other programs at work slow all of them alike.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from bench import peers, reading, refreshing, serving, starting
from bench.corpus import Corpus, given_records, nct_id
from bench.large import fill, first_unchanged
from bench.measure import ROOT, Figure, machine, run, table, trialside

CHANGED = 3_000
"""Studies that a refresh brings, at most as many as there are light ones."""
WHOLE = 40
"""Trials with all their rows among the light ones, for comparisons."""
RESULTS = ROOT / "bench" / "RESULTS.md"


def _say(text: str) -> None:
    click.echo(text, err=True)


def _small(corpus: Corpus, size: int, folder: Path) -> list[Figure]:
    """Everything about reading ``size`` records."""
    path = folder / "corpus.ndjson"
    with path.open("wb") as stream:
        stream.writelines(corpus.studies(size))
    mean = path.stat().st_size / size
    figures = [Figure("corpus", f"{size:,} records, mean size", mean / 1e3, "kB")]
    _say("stages of reading")
    figures += reading.stages(path, folder)
    _say("all in")
    made, all_in, harvest = reading.all_in(path, folder, size)
    _say("all read anew")
    figures += [*all_in, *reading.anew(made, folder, size, harvest)]
    _say("floor")
    figures += reading.floor(path, made, folder, size, harvest)
    _say("pages that come one by one")
    figures += refreshing.fetched(folder, refreshing.PAGES if size > refreshing.PAGE else 2)
    _say("peers")
    return [*figures, *peers.peers(path, folder, size, harvest), *starting.starts(path, folder)]


def _large(corpus: Corpus, size: int, folder: Path, made: Path | None) -> list[Figure]:
    """Everything about a database of ``size`` light studies, ``made`` before or made now."""
    path, changed = made or folder / "large.db", min(CHANGED, size)
    _say(f"a database of {size:,} light studies")
    if made is None:
        fill(path, size, corpus.records)
    whole = range(size + 1, size + 1 + WHOLE)
    at = first_unchanged(path, size) if made else 1
    if at + changed > size + 1:
        raise click.ClickException(
            f"{path} has no {changed:,} studies left that were never changed; make it anew: see bench.large"
        )
    files = (
        ("whole", WHOLE, whole[0], 0, 0),
        ("old", changed, at, 0, 0),
        ("new", changed, at, 1, 0),
        ("later", changed, at, 1, 1),
    )
    for name, count, first, revision, update in files:
        with (folder / f"{name}.ndjson").open("wb") as stream:
            stream.writelines(corpus.studies(count, first, revision, update))
    for name in ("whole", "old"):
        run(*trialside("harvest", "--quiet", "--db", str(path), "--from", f"{name}.ndjson"), folder=folder)
    numbers = [nct_id(number) for number in whole]
    parts: tuple[tuple[str, Callable[[], list[Figure]]], ...] = (
        ("related trials", lambda: serving.related(path, numbers, size)),
        ("pages", lambda: serving.pages(path, numbers, size)),
        ("what comes judged", lambda: refreshing.judged(path, folder / "new.ndjson", changed)),
        ("refresh", lambda: refreshing.refresh(path, folder / "new.ndjson", folder / "later.ndjson", changed, folder)),
        ("what was not updated", lambda: refreshing.confirmed(path, [nct_id(number) for number in range(at, at + changed)])),
    )
    figures = []
    for name, part in parts:
        _say(name)
        figures += part()
    return figures


def heading(size: int, large: int, given: int, load: float) -> str:
    """What was measured, when, on what, and how busy that was: ``load`` before, and as it is now."""
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    made_from = f"{size:,} records and {large:,} light studies, made from {given} given ones"
    busy = f"Load average {load:.1f} before and {os.getloadavg()[0]:.1f} after; this alone makes about 1 to 2"
    return f"# Measured on {day}\n\n{machine()}; {made_from}. {busy}."


@click.command(help=__doc__)
@click.option("--size", type=click.IntRange(50, 900_000), default=10_000, show_default=True, help="Records to read.")
@click.option("--large", type=click.IntRange(0, 900_000), default=100_000, show_default=True, help="Light studies; 0 for none.")
@click.option(
    "--database", type=click.Path(path_type=Path, exists=True, resolve_path=True), help="They were made before: see bench.large."
)
@click.option("--records", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of given records.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where to work. [default: a temporary folder]")
@click.option("--write", is_flag=True, help="Write the table to bench/RESULTS.md too.")
def main(size: int, large: int, database: Path | None, records: Path | None, folder: Path | None, write: bool) -> None:
    """Measure, and print a table."""
    corpus, load = Corpus(given_records(records)), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=folder, prefix="bench-") as made:
        figures = _small(corpus, size, Path(made))
        if large:
            figures += _large(corpus, large, Path(made), database)
    said = table(figures, heading(size, large, len(corpus.records), load))
    click.echo(said)
    if write:
        RESULTS.write_text(said, encoding="utf-8", newline="\n")
        _say(f"wrote {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
