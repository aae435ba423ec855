"""A record's way into the database: stage by stage, all in, and the floor under it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.measure import Figure, Run, Stopwatch, run, trialside
from harvester.normalise import NO_CORRECTIONS, normalise_in_steps
from harvester.normalise.arms import read_arms
from harvester.normalise.corrections import Correcting
from harvester.normalise.dosing import dosing_in_steps
from harvester.normalise.fields import Fields
from harvester.reading.arrival import Reading
from harvester.reading.study import TOGETHER, reading_of
from harvester.registry.json_text import decode, decode_exactly
from harvester.registry.record import Origin, Record, record_of
from harvester.steps import done, together
from harvester.store import Store, blocks_of, open_for_reading, statements
from harvester.tables import DERIVED, RecordVersion, Row
from harvester.text.criteria.criteria import read_criteria
from harvester.text.facts.fact import read_facts

SAMPLE: Final = 1_000
"""Records that stages are timed on."""
GROUP: Final = 250
PART: Final = "a record"
ORIGIN: Final = Origin(source="file", data_timestamp="2026-11-24", fetched_at="2026-11-25T08:00:00Z")


def stages(corpus: Path, folder: Path) -> list[Figure]:
    """Microseconds a record of each stage, in one process, on the first records of ``corpus``."""
    watch = Stopwatch()
    with corpus.open("rb") as stream:
        lines = list(islice(stream, SAMPLE))
    packed = [gzip.compress(b"".join(lines[at : at + GROUP])) for at in range(0, len(lines), GROUP)]
    with watch.timing("inflate"):
        for page in packed:
            gzip.decompress(page)
    texts = [line.decode() for line in lines]
    with watch.timing("decode"):
        bodies = [_decoded(line) for line in lines]
    with watch.timing("check and hash"):
        records = [record_of(body, text, ORIGIN) for body, text in zip(bodies, texts, strict=True)]
        for record in records:
            _ = record.content_sha256
    half = len(records) // 2
    _parts(records[:half], watch)
    with watch.timing(
        "criteria, doses and all other rows"
    ):  # of other records: what was read of a text may be known when it is read again
        for at in range(half, len(records), TOGETHER):
            together(normalise_in_steps(record, NO_CORRECTIONS) for record in records[at : at + TOGETHER])
    readings = [each for record in records if isinstance(each := reading_of(record, NO_CORRECTIONS), Reading)]
    _write(readings, folder / "stages.db", watch)
    of_half = {"criteria": half, "doses": half, "criteria, doses and all other rows": len(records) - half}
    order = ("inflate", "decode", "check and hash", *of_half, "write and index", "index again")
    return [Figure(PART, name, watch.seconds[name] / of_half.get(name, len(lines)) * 1e6, "µs") for name in order]


def _decoded(line: bytes) -> Any:
    """As a harvest decodes: quickly what is written as the registry writes it, and all else with care."""
    body = decode_exactly(line.rstrip())
    return decode(line.decode()) if body is None else body


def _parts(records: list[Record], watch: Stopwatch) -> None:
    with watch.timing("criteria"):
        for record in records:
            raw = record.text("protocolSection.eligibilityModule.eligibilityCriteria")
            if raw:
                read_facts(raw, read_criteria(raw))
    with watch.timing("doses"):
        for record in records:
            body = Fields(record.body, "", [])
            done(dosing_in_steps(record.nct_id, body, read_arms(record.nct_id, body), Correcting(record.nct_id, ()).doses))


def _write(readings: list[Reading], path: Path, watch: Stopwatch) -> None:
    with Store(path) as store:
        with watch.timing("write and index"):
            for at in range(0, len(readings), GROUP):
                with store.transaction():
                    store.write_studies(readings[at : at + GROUP])
        with watch.timing("index again"), store.transaction():
            store.rebuild_search()


def all_in(corpus: Path, folder: Path, count: int) -> tuple[Path, list[Figure], Run]:
    """The database of the whole corpus, and what making it cost."""
    path = folder / "all.db"
    done = run(*trialside("harvest", "--quiet", "--db", str(path), "--from", str(corpus)), folder=folder)
    figures = [
        Figure(PART, "all in, by the clock", done.seconds / count * 1e6, "µs", bar=1_000),
        Figure(PART, "all in, processor time of all processes", done.processor / count * 1e6, "µs"),
        Figure("memory", "largest process of a harvest", done.megabytes, "MB", bar=500),
    ]
    return path, figures, done


def anew(made: Path, folder: Path, count: int, harvest: Run) -> list[Figure]:
    """All of a database read anew, as after an update of the program: nothing is written where nothing changes."""
    done = run(*trialside("normalise", "--quiet", "--db", str(made)), folder=folder)
    return [
        Figure("anew", f"`normalise` of {count:,} trials, by the clock, a trial", done.seconds / count * 1e6, "µs"),
        Figure("anew", "processor time of all processes, a trial", done.processor / count * 1e6, "µs"),
        Figure("anew", "by the clock, against the harvest of the same trials", done.seconds / harvest.seconds),
    ]


def floor(corpus: Path, made: Path, folder: Path, count: int, harvest: Run) -> list[Figure]:
    """The same bytes decoded, and the same rows inserted, with no reading: what no program that keeps them can do without."""
    watch = Stopwatch()
    with watch.timing("decode"):
        for line in _lines(corpus):
            hashlib.sha256(line).hexdigest()
            json.loads(line)
    with closing(open_for_reading(made)) as source, Store(folder / "floor.db") as store:
        store.connection.execute("PRAGMA foreign_keys = OFF")
        tables: tuple[type[Row], ...] = (RecordVersion, *DERIVED)
        for row_type in tables:
            insert = statements.insert(row_type)
            for block in blocks_of(source, row_type, row_type.table.column_names):
                with watch.timing("insert"), store.transaction():
                    store.connection.executemany(insert, block)
        with watch.timing("insert"), store.transaction():
            store.rebuild_search()
    seconds = sum(watch.seconds.values())
    return [
        Figure("floor", "the same bytes decoded, the same rows inserted and indexed, nothing read", seconds / count * 1e6, "µs"),
        Figure("floor", "all in, by the clock", harvest.seconds / seconds, bar=3.0),
        Figure("floor", "all in, processor time", harvest.processor / seconds),
    ]


def _lines(corpus: Path) -> Iterator[bytes]:
    with corpus.open("rb") as stream:
        yield from stream
