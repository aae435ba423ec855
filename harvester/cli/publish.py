"""`trialside publish`: trials and comparisons as a folder of plain files, for any web server or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import click

from harvester import __version__
from harvester.cli.collection import collection, ids_of, known, studies_of
from harvester.cli.compare import compared
from harvester.cli.console import Progress, say, write_file
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.errors import InputError, OutputFailed
from harvester.site.contexts import TrialLine
from harvester.site.frame import Collection, collection_of
from harvester.site.pages.search import trial_line
from harvester.site.published import PublishedFile, published_files
from harvester.store import known_ids, list_comparisons, list_studies, listings, read_comparison

if TYPE_CHECKING:
    from sqlite3 import Connection

Set = tuple[str, str | None, Sequence[str]]

MANIFEST: Final = "manifest.json"
"""Names every file of a copy with its hash: what is named in it, and nothing else, is taken away when it is made anew."""


@declare("publish")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("trials", nargs=-1, metavar="[NCT]...")
@click.option(
    "--compare", "sets", multiple=True, metavar="NCT,NCT", help="A comparison, the focal trial first; may be given again."
)
@click.option("--title", default="Trials side by side", show_default=True, help="Title of the first page.")
@click.pass_context
def command(context: click.Context, folder: Path, trials: tuple[str, ...], sets: tuple[str, ...], title: str) -> None:
    """Write a copy of trials and comparisons as plain files, with relative links: it works on any web server and from disk.

    Without trials or comparisons named: every stored trial and every named comparison. A trial that is compared has its page
    too. Beside each comparison stand its JSON, CSV, XLSX, DOCX, Markdown, LaTeX and citations. The same data give the same
    files; contacts are left out.

    \b
    trialside publish site --compare NCT07105579,NCT06111625
    trialside publish site NCT07105579 --title "Blinatumomab after transplant"
    """
    settings = settings_of(context)
    if not title.strip():
        raise click.UsageError("--title is empty")
    earlier = _earlier(folder)
    progress = Progress(settings)
    with collection(settings) as connection:
        found = collection_of(connection)
        comparisons = [_set(connection, each) for each in sets] or ([] if trials else list(_named(connection)))
        named = known(connection, ids_of(trials)) if trials else []
        chosen = list(dict.fromkeys([*named, *(nct_id for each in comparisons for nct_id in each[2])]))
        lines = _lines(connection, chosen if trials or sets else None)
        written = _write(folder, found, _files(connection, found, lines, comparisons, title), earlier, progress)
    _clean(folder, earlier.keys() - written.keys())
    _write_manifest(folder, found, written)
    progress.clear()
    first = folder / "index.html"
    if settings.json:
        told = {"folder": str(folder), "first_page": str(first), "files": len(written) + 1}
        click.echo(json.dumps(told | {"trials": len(lines), "comparisons": len(comparisons), "data_date": found.data_date}))
        return
    say(settings, f"wrote {len(written) + 1} files: {_counted(len(lines), 'trial')}, {_counted(len(comparisons), 'comparison')}")
    click.echo(first)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _files(
    connection: Connection, found: Collection, lines: Sequence[TrialLine], sets: Sequence[Set], title: str
) -> Iterator[PublishedFile]:
    read = lru_cache(maxsize=32)(lambda nct_id: studies_of(connection, [nct_id])[0])
    return published_files(found, lines, sets, read, lambda nct_ids: compared(connection, nct_ids), title)


def _set(connection: Connection, typed: str) -> Set:
    """A comparison as typed. Raises MalformedId, UnknownTrial."""
    nct_ids = known(connection, ids_of(part for part in typed.replace(",", " ").split()))
    if len(nct_ids) < 2:
        raise InputError(f"--compare {typed} names no two trials", "Name them with commas: --compare NCT07105579,NCT06111625.")
    return " beside ".join(nct_ids), None, nct_ids


def _named(connection: Connection) -> Iterator[Set]:
    """The named comparisons of the database, each without members that are not stored."""
    for each in list_comparisons(connection):
        found = read_comparison(connection, each.comparison_id)
        members = [member.nct_id for member in found[1]] if found else []
        stored = list(dict.fromkeys(known_ids(connection, [each.focal_nct_id, *members]).values()))
        if len(stored) > 1:
            yield each.title, each.note, stored


def _lines(connection: Connection, nct_ids: Sequence[str] | None) -> list[TrialLine]:
    """The trials for the first page, the youngest number first; all that are stored without ``nct_ids``."""
    found = list_studies(connection, limit=-1) if nct_ids is None else listings(connection, nct_ids)
    if not found:
        raise InputError("There is no trial to publish", "Fetch some: trialside harvest NCT07105579.")
    return [trial_line(each) for each in found]


def _earlier(folder: Path) -> dict[str, str]:
    """Files of an earlier copy in this folder, with their hashes. Raises InputError for a folder with something else in it."""
    manifest = folder / MANIFEST
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file", "Name a folder.")
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        return {str(name): str(told) for name, told in files.items() if _is_inside(str(name))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{folder} holds something else than a copy of ours", "Name a new or an empty folder.") from None


def _is_inside(name: str) -> bool:
    """Whether a name of a manifest stays in its folder."""
    path = PurePosixPath(name)
    return (
        not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name and len(path.parts) in (1, 2)
    )


def _write(
    folder: Path, found: Collection, files: Iterable[PublishedFile], earlier: dict[str, str], progress: Progress
) -> dict[str, str]:
    """Write the files, each whole or not at all: path and hash of each. Raises OutputFailed.

    The folder is known for a copy of ours from the first file on: one that was cut off is made anew by the same command.
    """
    written: dict[str, str] = {}
    _make(folder)
    _write_manifest(folder, found, earlier)
    try:
        for each in files:
            target = folder / each.path
            _make(target.parent)
            write_file(target, each.content, force=True)
            written[each.path] = hashlib.sha256(each.content).hexdigest()
            progress.show(f"{len(written)} files: {each.path}")
    except BaseException:
        with suppress(OutputFailed):
            _write_manifest(folder, found, earlier | written)
        raise
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputFailed(f"{folder} cannot be made ({problem.strerror})", "Check the disk and the permissions.") from problem


def _clean(folder: Path, stale: Iterable[str]) -> None:
    for name in stale:
        (folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # a folder that holds something still, or is the copy's own
            (folder / name).parent.rmdir()


def _write_manifest(folder: Path, found: Collection, written: dict[str, str]) -> None:
    told = {
        "program": f"trialside {__version__}",
        "data_date": found.data_date,
        "attribution": found.attribution,
        "files": dict(sorted(written.items())),
    }
    write_file(folder / MANIFEST, json.dumps(told, ensure_ascii=False, indent=1) + "\n", force=True)
