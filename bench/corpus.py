"""`python -m bench.corpus N`: N synthetic studies, one a line, in the shape and the sizes of real ones.

Each is a given record under another number (NCT99…, which the registry has not given to anybody) and in other words (see
`bench.wording`). One in eight has results, as in the registry. The same N gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import click

from bench.wording import Names, Vocabulary, Wording, vocabulary

ROOT: Final = Path(__file__).resolve().parents[1]
GIVEN: Final = (ROOT.parent / "shared" / "records", ROOT / "db" / "snapshot", ROOT / "tests" / "records")
"""Folders of records that a corpus is made from: the first that holds whole ones."""
WITH_RESULTS: Final = 1 / 8
LARGEST: Final = 1_000_000
"""Numbers that begin with NCT99."""

_LONG: Final = {"briefSummary", "detailedDescription", "eligibilityCriteria", "description", "measure", "studyPopulation"}
_NAMED: Final = {
    "briefTitle", "officialTitle", "conditions", "keywords", "name", "label", "armGroupLabels", "interventionNames", "otherNames",
    "term", "title", "acronym", "interventionModelDescription", "maskingDescription",
}  # fmt: skip
_AS_IT_IS: Final = {"overallOfficials", "centralContacts", "locations", "leadSponsor", "collaborators", "responsibleParty"}


def given_records(folder: Path | None = None) -> list[dict[str, Any]]:
    """The records in ``folder``, or in the first of `GIVEN` that holds any, in the order of their names; digests are none."""
    looked = (folder,) if folder else GIVEN
    for there in looked:
        read = (json.loads(path.read_bytes()) for path in sorted(there.glob("NCT*.json")))
        if found := [record for record in read if "protocolSection" in record and "digest" not in record]:
            return found
    raise click.UsageError(f"{' and '.join(map(str, looked))} hold no whole records: one NCT….json a record")


def nct_id(number: int) -> str:
    """``NCT99000007`` for 7."""
    return f"NCT99{number:06d}"


class Corpus:
    """Studies by number, made from given records."""

    def __init__(self, records: Sequence[dict[str, Any]]) -> None:
        self.records = records
        self.vocabulary: Vocabulary = vocabulary(records)
        self.names = [Names(each) for each in records]
        self._with_results = [place for place, each in enumerate(records) if "resultsSection" in each]
        self._without = [place for place, each in enumerate(records) if "resultsSection" not in each] or self._with_results

    def place(self, number: int) -> int:
        """Which of the given records the study of this number is made from."""
        chance = Random(number)
        pool = self._with_results if self._with_results and chance.random() < WITH_RESULTS else self._without
        return chance.choice(pool)

    def wording(self, number: int) -> Wording:
        """The words of the study of this number."""
        return Wording(self.names[self.place(number)], self.vocabulary, number)

    def study(self, number: int, revision: int = 0, update: int = 0) -> bytes:
        """The study of this number as the registry would give it, on one line.

        A ``revision`` has other criteria and another status; an ``update``, as most are, only another status.
        """
        record = self.records[self.place(number)]
        made = _varied(record, self.wording(number), "")
        if revision:
            _revise(made["protocolSection"], revision)
        if update:
            _update(made["protocolSection"], revision + update)
        identification = made["protocolSection"]["identificationModule"]
        identification["nctId"] = nct_id(number)
        identification.pop("nctIdAliases", None)
        return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    def studies(self, count: int, first: int = 1, revision: int = 0, update: int = 0) -> Iterator[bytes]:
        """``count`` studies from the number ``first`` on, one a line."""
        for number in range(first, first + count):
            yield self.study(number, revision, update) + b"\n"


def _revise(protocol: dict[str, Any], revision: int) -> None:
    """One more criterion, and what an update changes."""
    _update(protocol, revision)
    eligibility = protocol.get("eligibilityModule", {})
    if "eligibilityCriteria" in eligibility:
        eligibility["eligibilityCriteria"] += f"\n* Body weight below {40 + revision} kg"


def _update(protocol: dict[str, Any], number: int) -> None:
    """Other numbers of participants, another date of the last update."""
    protocol["statusModule"]["lastUpdatePostDateStruct"] = {"date": f"2026-11-{number:02d}", "type": "ACTUAL"}
    enrolment = protocol.get("designModule", {}).get("enrollmentInfo", {})
    if "count" in enrolment:
        enrolment["count"] += number


def _varied(value: Any, wording: Wording, key: str) -> Any:
    if isinstance(value, dict):
        return {name: each if name in _AS_IT_IS else _varied(each, wording, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_varied(each, wording, key) for each in value]
    if isinstance(value, str) and key in _LONG:
        return wording.reworded(value)
    return wording.renamed(value) if isinstance(value, str) and key in _NAMED else value


@click.command(help=__doc__)
@click.argument("count", type=click.IntRange(1, LARGEST - 1))
@click.option("--first", type=click.IntRange(1, LARGEST - 1), default=1, show_default=True, help="Number of the first study.")
@click.option("--records", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of given records.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="File instead of standard output.")
def main(count: int, first: int, records: Path | None, output: Path | None) -> None:
    """Write the studies."""
    corpus = Corpus(given_records(records))
    if output is None:
        sys.stdout.buffer.writelines(corpus.studies(count, first))
        return
    with output.open("wb") as stream:
        stream.writelines(corpus.studies(count, first))


if __name__ == "__main__":
    main()
