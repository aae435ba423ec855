"""`python -m bench.large DB N`: a database of N light studies, to measure pages and related trials on.

Light: the tables that search, lists and rankings read, and the search index, from given records in other words; no criteria
and no doses, and records that are hardly more than their number. Trials harvested into it afterwards are whole.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from bench.corpus import LARGEST, Corpus, given_records, nct_id
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.rules import rules_version
from harvester.schema import Row
from harvester.store import Store, statements
from harvester.store.words import INDEXES
from harvester.tables import (
    BriefSummary,
    BrowseCondition,
    BrowseIntervention,
    Condition,
    Design,
    DesignGroup,
    Eligibility,
    Intervention,
    InterventionOtherName,
    Keyword,
    RecordVersion,
    Sponsor,
    Study,
    StudyReading,
)

LIGHT: Final[tuple[type[Row], ...]] = (
    Study, BriefSummary, Design, Condition, Keyword, BrowseCondition, BrowseIntervention, DesignGroup, Intervention,
    InterventionOtherName, Eligibility, Sponsor,
)  # fmt: skip
AT_ONCE: Final = 2_000
"""Studies a transaction."""
DATE: Final = "2020-01-01"
"""Older than any record that comes after."""


class Template:
    """The light rows of a given record as one text, to be put in other words."""

    def __init__(self, record: dict[str, Any]) -> None:
        rows = normalise(record_of(record, None, Origin(source="file", fetched_at=f"{DATE}T00:00:00Z")))
        self._nct_id = rows.nct_id
        self._text = json.dumps([[row.values() for row in rows.of(row_type)] for row_type in LIGHT], ensure_ascii=False)

    def rows(self, corpus: Corpus, number: int) -> list[list[list[Any]]]:
        """The values of the rows of the study of this number, by table."""
        text = corpus.wording(number).renamed(self._text.replace(self._nct_id, nct_id(number)))
        made: list[list[list[Any]]] = json.loads(text)
        made[0][0][Study.table.column_names.index("nct_number")] = int(nct_id(number)[3:])
        return made


def _blocks(corpus: Corpus, count: int) -> Iterator[tuple[int, list[list[list[Any]]]]]:
    templates = [Template(each) for each in corpus.records]
    for first in range(1, count + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count + 1))
        tables: list[list[list[Any]]] = [[] for _ in (*LIGHT, RecordVersion, StudyReading)]
        for number in numbers:
            for place, rows in enumerate(templates[corpus.place(number)].rows(corpus, number)):
                tables[place].extend(rows)
            tables[-2].append(_version(number))
            tables[-1].append([nct_id(number), rules_version(), None, None])
        yield numbers[-1], tables


def _version(number: int) -> list[Any]:
    own = {"nct_id": nct_id(number), "version": 1, "content_sha256": f"{number:064x}", "source": "file", "is_current": 1}
    record = json.dumps({"protocolSection": {"identificationModule": {"nctId": nct_id(number)}}})
    times = dict.fromkeys(("data_timestamp", "fetched_at", "first_fetched_at"), f"{DATE}T00:00:00Z")
    given: dict[str, Any] = own | times | {"record": record}
    return [given.get(name) for name in RecordVersion.table.column_names]


def fill(path: Path, count: int, records: Sequence[dict[str, Any]]) -> None:
    """Make a database of ``count`` light studies at ``path``. Raises StorageError."""
    inserts = [statements.insert(row_type) for row_type in (*LIGHT, RecordVersion, StudyReading)]
    with Store(path) as store:
        store.connection.execute("PRAGMA foreign_keys = OFF")
        for done, tables in _blocks(Corpus(records), count):
            with store.transaction():
                for insert, rows in zip(inserts, tables, strict=True):
                    store.connection.executemany(insert, rows)
            print(f"\r{done:,} of {count:,}", end="", file=sys.stderr)
        with store.transaction():
            store.rebuild_search()
            for index in INDEXES:  # their parts merged, as those of a collection that came in one go
                store.connection.execute(f"INSERT INTO {index.name} ({index.name}) VALUES ('optimize')")  # noqa: S608
    print(file=sys.stderr)


def first_unchanged(path: Path, count: int) -> int:
    """The number of the first of ``count`` light studies that no measurement has changed yet.

    What was changed and confirmed before has later dates: the same files would come as older versions, which costs otherwise.
    """
    with Store(path) as store:
        sql = "SELECT max(nct_id) FROM record_versions WHERE version > 1 AND nct_id BETWEEN ? AND ?"
        last = store.connection.execute(sql, (nct_id(1), nct_id(count))).fetchone()[0]
    return int(last[5:]) + 1 if last else 1


@click.command(help=__doc__)
@click.argument("path", type=click.Path(path_type=Path, exists=False))
@click.argument("count", type=click.IntRange(1, LARGEST - 1))
@click.option("--records", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of given records.")
def main(path: Path, count: int, records: Path | None) -> None:
    """Fill the database."""
    if path.exists():
        raise click.UsageError(f"{path} exists: name a file that does not")
    fill(path, count, given_records(records))


if __name__ == "__main__":
    main()
