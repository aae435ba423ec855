"""The bundled records: one whole registry page and digests, which state facts in our own words and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.registry.page import page_body
from harvester.registry.record import Origin, Record, envelope_record

ROOT = Path(__file__).parents[2]
SNAPSHOT = ROOT / "db" / "snapshot"
SHARED = ROOT.parent / "shared"
FILES = sorted(SNAPSHOT.glob("*.json"))
FOCAL = "NCT07105579"
PROMISED = {FOCAL, "NCT06438796", "NCT07270770", "NCT06930105", "NCT06125106", "NCT06111625", "NCT05848687", "NCT05645718"}
ENVELOPE = {"source", "source_url", "data_timestamp", "fetched_at", "note", "record"}
DIGEST_NOTE = "digest of the registry record; refresh for the registry's own text"

NAMES = re.compile(
    r"(briefTitle|acronym|facility|city|term|label|fullName|domain|(leadSponsor|collaborators\[\d+\])\.name"
    r"|(interventionNames|otherNames|armGroupLabels)\[\d+\]|interventions\[\d+\]\.name|conditions\[\d+\]|keywords\[\d+\])$"
)
"""Paths whose strings are names (of trials, places, drugs, terms): names are facts and stay as they are."""

PERSONAL_KEYS = {"centralContacts", "contacts", "overallOfficials", "phone", "phoneExt", "email", "investigatorFullName"}
E_MAIL = re.compile(r"\S@\S")
NUMBERED = re.compile(r"(?m)^\s*\d+\. ")
PHONE = re.compile(r"\+\d[\d ()-]{6,}|\(\d{3}\) ?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b|\b\d{2,3}-\d{10,11}\b")


def envelope(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a JSON value with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from strings(member, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield from strings(member, f"{path}[{place}]")


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from keys(member)
    elif isinstance(value, list):
        for member in value:
            yield from keys(member)


def runs_of_eight(text: str) -> set[tuple[str, ...]]:
    """Every eight words in a row within a line; the item number that opens a line is no word of it."""
    lines = (re.findall(r"\d+(?:\.\d+)?|[^\W\d]\w*", line) for line in NUMBERED.sub("", text.lower()).splitlines())
    return {tuple(words[start : start + 8]) for words in lines for start in range(len(words) - 7)}


def numbers(text: str) -> set[str]:
    """Numbers as written, thousands marks taken out; the item numbers that open a line are ours and left out."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", NUMBERED.sub("", text))))


def digests() -> list[Path]:
    return [path for path in FILES if envelope(path)["source"] == "digest"]


def registry_record(nct_id: str) -> dict[str, Any]:
    path = SHARED / "records" / f"{nct_id}.json"
    if not path.exists():
        pytest.skip(f"no registry record of {nct_id} beside the project")
    return envelope(path)


def by_id(path: Path) -> str:
    return path.stem


def test_the_promised_trials_are_bundled() -> None:
    """The focal trial, the trials its page names, and the comparators."""
    assert {path.stem for path in FILES} >= PROMISED


@pytest.mark.parametrize("path", FILES, ids=by_id)
def test_every_file_is_an_envelope_around_the_record_it_is_named_for(path: Path) -> None:
    found = envelope(path)

    assert set(found) == ENVELOPE
    assert found["source"] == ("page" if path.stem == FOCAL else "digest")
    assert found["source_url"] == f"https://clinicaltrials.gov/study/{path.stem}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["fetched_at"])
    assert found["data_timestamp"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", found["data_timestamp"])
    assert found["record"]["protocolSection"]["identificationModule"]["nctId"] == path.stem


@pytest.mark.parametrize("path", FILES, ids=by_id)
def test_every_file_is_read_by_the_registry_room(path: Path) -> None:
    record = envelope_record(envelope(path), Origin())

    assert isinstance(record, Record)
    assert record.nct_id == path.stem
    assert record.source in ("page", "digest")


@pytest.mark.parametrize("path", digests(), ids=by_id)
def test_a_digest_says_that_it_is_one_and_what_is_not_at_hand(path: Path) -> None:
    """What a digest leaves out is listed, so that its absence is never taken for the registry's silence."""
    found = envelope(path)
    assert found["note"].startswith(f"{DIGEST_NOTE}. Why it is here: ")

    missing = found["record"]["digest"]["notAtHand"]
    assert missing
    assert len(missing) == len(set(missing))
    assert all(re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)*", entry) for entry in missing)


@pytest.mark.parametrize("path", digests(), ids=by_id)
def test_digests_have_no_contacts(path: Path) -> None:
    record = envelope(path)["record"]

    assert not PERSONAL_KEYS & set(keys(record))
    assert [text for _, text in strings(record) if E_MAIL.search(text) or PHONE.search(text)] == []


@pytest.mark.parametrize("path", digests(), ids=by_id)
def test_digests_are_in_our_own_words(path: Path) -> None:
    """No eight words in a row are those of the registry's record; names are facts and excepted."""
    theirs: set[tuple[str, ...]] = set()
    for _, text in strings(registry_record(path.stem)):
        theirs |= runs_of_eight(text)

    ours = envelope(path)["record"]
    shared = {
        (where, " ".join(run)) for where, text in strings(ours) if not NAMES.search(where) for run in runs_of_eight(text) & theirs
    }
    assert shared == set()


@pytest.mark.parametrize("path", digests(), ids=by_id)
def test_numbers_of_a_digest_stand_in_the_record(path: Path) -> None:
    """Criteria, doses and outcomes: a digest may drop a number but never makes one."""
    theirs = set().union(*(numbers(text) for _, text in strings(registry_record(path.stem))))

    ours = envelope(path)["record"]["protocolSection"]
    written = [(where, number) for where, text in strings(ours) for number in sorted(numbers(text) - theirs)]
    assert written == []


@pytest.mark.parametrize("path", digests(), ids=by_id)
def test_facts_of_a_digest_are_those_of_the_record(path: Path) -> None:
    """Dates, counts and enum values are the record's own."""
    theirs = registry_record(path.stem)["protocolSection"]
    ours = envelope(path)["record"]["protocolSection"]

    for module in ("statusModule", "designModule", "conditionsModule"):
        assert ours[module] == theirs[module]
    for part in ("minimumAge", "maximumAge", "sex", "healthyVolunteers", "stdAges"):
        assert ours["eligibilityModule"].get(part) == theirs["eligibilityModule"].get(part)
    for part in ("armGroups", "interventions"):
        kinds = [[item["type"] for item in side["armsInterventionsModule"][part]] for side in (ours, theirs)]
        assert kinds[0] == kinds[1]
    for part in ("primaryOutcomes", "secondaryOutcomes"):
        counts = [len(side["outcomesModule"].get(part, [])) for side in (ours, theirs)]
        assert counts[0] == counts[1]


def test_the_focal_record_is_its_registry_page_read_anew() -> None:
    """The bundled record of the focal trial is what the page importer makes of the saved page, and nothing else."""
    page = SHARED / "seed" / f"{FOCAL}-page.txt"
    if not page.exists():
        pytest.skip("no saved page of the focal trial beside the project")

    assert envelope(SNAPSHOT / f"{FOCAL}.json")["record"] == page_body(page.read_text("utf-8"))


def test_every_related_trial_of_the_focal_page_is_bundled() -> None:
    related = envelope(SNAPSHOT / f"{FOCAL}.json")["record"]["relatedTrials"]

    assert [trial["nctId"] for trial in related] == ["NCT06438796", "NCT07270770"]
    assert {trial["nctId"] for trial in related} <= {path.stem for path in FILES}
