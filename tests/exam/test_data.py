"""Odd, damaged and hostile records: quarantined or flagged, the others saved, the database whole, every quotation true."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.pipeline import Harvest, HarvestReport
from harvester.pipeline.renewal import check
from harvester.registry.record import Origin, Record, record_of
from harvester.registry.source import read_source
from harvester.store import Store, read_studies, read_versions
from harvester.tables import (
    CentralContact,
    Eligibility,
    EligibilityCriterion,
    Facility,
    RecordConflict,
    RecordVersion,
    Study,
    StudyRows,
)
from tests.standin.synthetic import synthetic_id, synthetic_study

NOW = "2026-11-25T08:00:00Z"
SYNTHETIC = Path(__file__).parents[1] / "records"
SHARED_RECORDS = Path(__file__).parents[3] / "shared" / "records"
FULL: dict[str, Any] = json.loads((SYNTHETIC / "NCT99000001.json").read_text(encoding="utf-8"))
CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "trials.db") as opened:
        yield opened


def harvest(store: Store, *bodies: dict[str, Any]) -> HarvestReport:
    records = [record_of(body, None, Origin(source="api", fetched_at=NOW)) for body in bodies]
    return Harvest(store, "harvest", lambda: NOW).arrivals(records, len(records))


def assert_whole(store: Store) -> None:
    assert [finding for finding in check(store.path) if not finding.ok] == []


def stored(store: Store, number: int = 1) -> StudyRows:
    return read_studies(store.connection, [synthetic_id(number)])[synthetic_id(number)]


def modules() -> list[tuple[str, str | None]]:
    """Every top section of the full record but the one with its number, and every module of those sections."""
    found: list[tuple[str, str | None]] = [(section, None) for section in FULL if section != "protocolSection"]
    for section, content in FULL.items():
        if isinstance(content, dict):
            found += [(section, module) for module in content if module != "identificationModule"]
    return found


@pytest.mark.parametrize(("section", "module"), modules(), ids=lambda value: str(value))
def test_each_module_missing_in_turn(store: Store, section: str, module: str | None) -> None:
    body = copy.deepcopy(FULL)
    if module is None:
        del body[section]
    else:
        del body[section][module]

    report = harvest(store, body)

    assert (report.saved, report.exit_code) == (1, 0)
    assert [each.kind for each in stored(store).of(RecordConflict) if each.kind == "schema"] == []
    assert_whole(store)


def eligibility(text: str, number: int = 1) -> dict[str, Any]:
    body = synthetic_study(number)
    body["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] = text
    return body


TEXTS = {
    "20,000 characters": "Inclusion Criteria:\n\n" + "\n".join(f"* Platelets \\>= {n} x 10\\^9/L" for n in range(700)),
    "no headings": "Adults of 18 to 65 years with ECOG 0-2.",
    "all caps": "INCLUSION CRITERIA:\n\n* AGE >= 18 YEARS\n\nEXCLUSION CRITERIA:\n\n* PREGNANCY",
    "bilingual": "Inclusion Criteria / Critères d'inclusion:\n\n* Âge ≥ 18 ans\n* 年龄 18-65 岁 (age 18-65 years)",
    "markup": "<b>Inclusion</b>:\n\n* Age &gt;= 18 years <script>alert(1)</script>\n* <img src=x onerror=alert(1)>",
    "right to left": "Inclusion Criteria:\n\n* Age \u202e\u2265 81\u202c years\n* \u05d2\u05d9\u05dc 18",
    "zero width": "Inclusion\u200b Criteria:\n\n* A\u200bge \u2265\u200b 18\u200d years\ufeff",
    "emoji": "Inclusion Criteria:\n\n* Age ≥ 18 years 👩🏽‍⚕️🇨🇭\n* ECOG 0–2 ✅",
    "full width": "Inclusion Criteria：\n\n1．Age ≥ １８ years；\n2．ＥＣＯＧ ≤ ２",
    "carriage returns": "Inclusion Criteria:\r\n\r\n* Age >= 18 years\r\n* ECOG < 2\r",
    "only blanks": " \n \t ",
    "one bullet": "*",
    "formulas": "=cmd|' /C calc'!A0\n+1+1\n-1-1\n@SUM(A1)",
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_every_kind(store: Store, name: str) -> None:
    report = harvest(store, eligibility(TEXTS[name]))
    rows = stored(store)

    assert (report.saved, report.exit_code) == (1, 0)
    found = rows.one(Eligibility)
    assert found is not None
    assert found.criteria == (TEXTS[name] if TEXTS[name].strip() else None)
    assert_whole(store)


@pytest.mark.parametrize("name", ["all caps", "bilingual", "zero width", "emoji", "full width", "carriage returns"])
def test_what_can_be_read_is_read(store: Store, name: str) -> None:
    harvest(store, eligibility(TEXTS[name]))

    assert any("18" in each.text or "１８" in each.text for each in stored(store).of(EligibilityCriterion) if each.kind == "item")


def five_megabytes() -> str:
    line = "* Patients must have platelets \\>= 100 x 10\\^9/L and creatinine \\<= 1.5 x ULN within 14 days before enrolment\n"
    return "Inclusion Criteria:\n\n" + line * (5_000_000 // len(line))


def test_a_text_of_half_a_megabyte_takes_time_in_proportion(store: Store) -> None:
    times = []
    for size in (50_000, 500_000):
        began = time.process_time()
        harvest(store, eligibility(five_megabytes()[:size]))
        times.append(time.process_time() - began)

    assert times[1] < 40 * times[0] + 5  # ten times the text


@pytest.mark.exam
@pytest.mark.parametrize("kind", ["lines", "one line", "blanks", "brackets", "digits"])
def test_a_text_of_five_megabytes(store: Store, kind: str) -> None:
    text = {
        "lines": five_megabytes(),
        "one line": "age 18 and " * 90_000,  # 1 MB: each of its 90,000 ages becomes a fact, about 40 us a character
        "blanks": "Age" + " " * 5_000_000 + "18",
        "brackets": "(" * 2_500_000 + ")" * 2_500_000,
        "digits": "1" * 5_000_000,
    }[kind]
    began = time.monotonic()
    report = harvest(store, eligibility(text))

    assert report.saved == 1
    assert time.monotonic() - began < 600
    found = stored(store).one(Eligibility)
    assert found is not None
    assert found.criteria == text


def test_three_thousand_sites(store: Store) -> None:
    body = synthetic_study(1)
    body["protocolSection"]["contactsLocationsModule"] = {
        "locations": [{"facility": f"Site {n}", "city": "Springfield", "country": f"Country {n % 50}"} for n in range(3000)]
    }
    harvest(store, body)

    assert len(stored(store).of(Facility)) == 3000
    assert_whole(store)


def test_a_withheld_study_and_one_with_nothing_but_a_title(store: Store) -> None:
    withheld = {
        "protocolSection": {
            "identificationModule": {"nctId": synthetic_id(1), "briefTitle": "[Trial of device that is not approved]"},
            "statusModule": {"overallStatus": "WITHHELD"},
        }
    }
    bare = {"protocolSection": {"identificationModule": {"nctId": synthetic_id(2)}}}
    report = harvest(store, withheld, bare)

    assert (report.saved, report.exit_code) == (2, 0)
    study = stored(store).one(Study)
    assert study is not None
    assert (study.overall_status_label, study.has_results) == ("Withheld", None)
    assert_whole(store)


def test_the_same_version_with_other_content_is_kept_beside(store: Store) -> None:
    first, second = synthetic_study(1), synthetic_study(1)
    second["protocolSection"]["descriptionModule"] = {"briefSummary": "Changed without a new date."}
    harvest(store, first)
    report = harvest(store, second)

    assert report.saved == 1
    assert [each.is_current for each in read_versions(store.connection, synthetic_id(1))] == [False, True]


def test_a_new_release_stamp_is_no_new_version(store: Store) -> None:
    harvest(store, synthetic_study(1, release="2026-11-24"))
    report = harvest(store, synthetic_study(1, release="2026-11-25"))

    assert report.unchanged == 1
    assert len(read_versions(store.connection, synthetic_id(1))) == 1
    assert_whole(store)


def test_contacts_are_kept_and_not_searched(store: Store) -> None:
    body = synthetic_study(1)
    body["protocolSection"]["contactsLocationsModule"] = {
        "centralContacts": [{"name": "Wilhelmina Quux", "phone": "+41 1", "email": "quux@example.org", "role": "CONTACT"}]
    }
    harvest(store, body)
    (contact,) = stored(store).of(CentralContact)

    assert contact.email == "quux@example.org"
    assert store.connection.execute("SELECT count(*) FROM study_search WHERE study_search MATCH 'quux'").fetchone()[0] == 0


# ---- damage in files -----------------------------------------------------------------------------------------------


def as_json(**changes: Any) -> str:
    body = synthetic_study(1)
    body["protocolSection"]["identificationModule"].update(changes)
    return json.dumps(body)


def after_title(text: str) -> str:
    return as_json().replace('"briefTitle": ', f'{text}, "briefTitle": ', 1)


DAMAGED: dict[str, bytes] = {
    "lone surrogate": as_json(acronym="X").replace('"acronym": "X"', '"acronym": "\\ud800"').encode(),
    "NUL": as_json(acronym="X").replace('"acronym": "X"', '"acronym": "a\\u0000b"').encode(),
    "NaN": after_title('"n": NaN').encode(),
    "infinity": after_title('"n": 1e999').encode(),
    "huge integer": after_title('"n": ' + "9" * 5000).encode(),
    "deep nesting": after_title('"n": ' + "[" * 100_000 + "]" * 100_000).encode(),
    "duplicate key": after_title('"acronym": "a", "acronym": "b"').encode(),
    "list for object": b"[[1, 2, 3]]",
    "Latin-1": as_json(acronym="\u00e9").replace("\\u00e9", "\u00e9").encode("latin-1"),
    "cut": as_json().encode()[:-40],
    "no number": json.dumps({"protocolSection": {"identificationModule": {"briefTitle": "x"}}}).encode(),
    "a number of letters": as_json(nctId="NCTABCDEFGH").encode(),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_costs_only_itself(store: Store, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "a.json").write_bytes(DAMAGED[name])
    (folder / "b.json").write_text(json.dumps(synthetic_study(2)), encoding="utf-8")

    report = Harvest(store, "harvest", lambda: NOW).sources([folder])

    assert (report.saved, report.failed, report.exit_code) == (1, 1, 3), report.problems
    assert "\n" not in (report.problems[0].line or "\n")
    assert_whole(store)


def test_a_byte_order_mark_is_no_damage(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(synthetic_study(1)).encode())

    assert Harvest(store, "harvest", lambda: NOW).sources([path]).saved == 1
    assert_whole(store)


def test_the_hostile_record_is_data(store: Store) -> None:
    report = Harvest(store, "harvest", lambda: NOW).sources([SYNTHETIC / "NCT99000006.json"])
    version = stored(store, 6).one(RecordVersion)

    assert report.saved == 1
    assert version is not None
    assert json.loads(version.record) == json.loads((SYNTHETIC / "NCT99000006.json").read_text(encoding="utf-8"))
    assert_whole(store)


def at(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The body with another value at a dotted path; None takes away what stands there."""
    *parents, last = path.split(".")
    place = body
    for name in parents:
        place = place.setdefault(name, {})
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    return body


_STATUS, _DESIGN, _WHO = ("protocolSection.statusModule", "protocolSection.designModule", "protocolSection.eligibilityModule")
ODD: list[tuple[str, Any]] = [
    *((f"{_STATUS}.startDateStruct.date", value) for value in
      ("2025", "2025-13", "2025-02-30", "0000-00-00", "99999-01", "soon", "", 20250101, ["2025-01"], {"x": 1}, None)),
    *((f"{_DESIGN}.enrollmentInfo.count", value) for value in (99_999_999, 0, -5, "many", "12", 3.5, 1e300, True, [], None)),
    *((f"{_WHO}.minimumAge", value) for value in
      ("18 Months", "6 Weeks", "N/A", "18", "eighteen Years", "-1 Years", "1e99 Years", "9" * 400 + " Years", 18, None)),
    *((f"{_STATUS}.overallStatus", value) for value in ("WITHHELD", "NO_LONGER_AVAILABLE", "SOMETHING_NEW", "", 7, None)),
    *((f"{_DESIGN}.phases", value) for value in (["PHASE9"], "PHASE2", [None], [["PHASE2"]], [], ["NA", "PHASE1", "PHASE1"])),
    *((f"{_WHO}.sex", value) for value in ("OTHER", "", ["ALL"], None)),
    ("hasResults", True), ("hasResults", "yes"), ("resultsSection", {}), ("resultsSection", {"unknownModule": {"a": [1]}}),
    ("protocolSection.unknownModule", {"a": {"b": [{"c": "d"}]}}), ("unknownSection", [1, {"a": "b"}]),
    ("protocolSection.armsInterventionsModule.armGroups", {"label": "x"}), ("protocolSection.conditionsModule.conditions", "x"),
    ("protocolSection.identificationModule.briefTitle", "=cmd|' /C calc'!A0"), ("derivedSection", None),
    ("protocolSection.identificationModule.nctIdAliases", ["NCT99000009", "x", 7]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), ODD, ids=lambda value: str(value)[:30])
def test_odd_values_cost_no_record(store: Store, path: str, value: Any) -> None:
    """Kept as it came, read as far as it can be, the record beside it untouched, and it reads the same once more."""
    report = harvest(store, at(synthetic_study(1), path, value), synthetic_study(2))
    rows = stored(store).one(Study)

    assert (report.saved, report.exit_code) == (2, 0), report.problems
    assert rows is not None
    if path.endswith("enrollmentInfo.count"):
        assert rows.enrollment == (value if type(value) is int and value in (0, 12) else None)
        assert rows.enrollment_unknown == (value == 99_999_999)
    assert_whole(store)


# ---- mutations -----------------------------------------------------------------------------------------------------

JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**18,
    1.5,
    "",
    "x",
    "=1+1",
    "\u202e",
    [],
    [[]],
    {},
    {"x": []},
    [None, 1, "y", {}],
    "9" * 400,
)


def mutated(body: dict[str, Any], chance: random.Random, changes: int) -> dict[str, Any]:
    """A copy with some places deleted, doubled, swapped or filled with junk; its number stays."""
    copied = copy.deepcopy(body)
    number = copied["protocolSection"]["identificationModule"]["nctId"]
    for _ in range(changes):
        box, key = _somewhere(copied, chance)
        _OPERATIONS[chance.randrange(len(_OPERATIONS))](box, key, chance)
    copied["protocolSection"] = copied["protocolSection"] if isinstance(copied.get("protocolSection"), dict) else {}
    names = copied["protocolSection"].get("identificationModule")
    copied["protocolSection"]["identificationModule"] = {**(names if isinstance(names, dict) else {}), "nctId": number}
    return copied


def _somewhere(value: Any, chance: random.Random) -> tuple[Any, Any]:
    box, key = None, None
    while isinstance(value, dict | list) and value and (box is None or chance.random() < 0.8):
        box = value
        key = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        value = box[key]
    return box, key


def _junk(box: Any, key: Any, chance: random.Random) -> None:
    box[key] = copy.deepcopy(chance.choice(JUNK))


def _delete(box: Any, key: Any, chance: random.Random) -> None:
    del box[key]


def _shuffle(box: Any, key: Any, chance: random.Random) -> None:
    if isinstance(box[key], str):
        letters = list(box[key])
        chance.shuffle(letters)
        box[key] = "".join(letters)


def _double(box: Any, key: Any, chance: random.Random) -> None:
    if isinstance(box[key], str):
        box[key] *= 2
    else:
        box[key] = [box[key], copy.deepcopy(box[key])]


_OPERATIONS: tuple[Callable[[Any, Any, random.Random], None], ...] = (_junk, _junk, _delete, _shuffle, _double)


def mutate_and_harvest(store: Store, bodies: list[dict[str, Any]], copies: int, seed: int) -> None:
    chance = random.Random(seed)
    ids = set()
    for start in range(0, copies, 100):
        chosen = [mutated(chance.choice(bodies), chance, chance.randrange(1, 8)) for _ in range(min(100, copies - start))]
        report = harvest(store, *chosen)
        assert report.failed == 0, report.problems[:3]
        assert report.saved + report.unchanged == len(chosen)
        ids |= {outcome.nct_id for outcome in report.outcomes}
    assert set(store.current_ids()) == ids
    assert_whole(store)


def test_mutated_synthetic_records(store: Store) -> None:
    mutate_and_harvest(store, [FULL, *(synthetic_study(number) for number in range(2, 8))], 60, seed=1)


@pytest.mark.exam
def test_a_thousand_mutated_real_records(store: Store) -> None:
    if not SHARED_RECORDS.is_dir():
        pytest.skip("the collection of real records is not beside this checkout")
    bodies = [each.body for each in read_source(SHARED_RECORDS) if isinstance(each, Record)]
    mutate_and_harvest(store, bodies, 1000, seed=2)


@pytest.mark.exam
def test_all_real_records_are_loaded(store: Store) -> None:
    if not SHARED_RECORDS.is_dir():
        pytest.skip("the collection of real records is not beside this checkout")
    report = Harvest(store, "harvest", lambda: NOW).sources([SHARED_RECORDS])

    assert (report.requested, report.saved, report.failed) == (461, 461, 0)
    assert_whole(store)
