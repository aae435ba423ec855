"""Records are kept whole, looked into safely, and named when they are damaged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import BadRecord
from harvester.registry.json_text import DEEPEST, Damaged, canonical, content_sha256, decode, decode_exactly
from harvester.registry.record import Origin, Record, envelope_record, is_envelope, parse_record, record_of, value_at
from tests.standin.synthetic import synthetic_study

API = Origin(
    "api", "https://registry.example/studies/NCT99000001", "2.0.5", "2026-11-24T09:00:05", fetched_at="2026-11-25T10:00:00Z"
)
FILE = Origin("file", "record.json")
RECORDS = Path(__file__).parents[2] / "records"
SHARED = Path(__file__).parents[4] / "shared" / "records"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc.[]0", max_size=4), inner, max_size=4),
    max_leaves=20,
)


def raw(number: int = 1, **changes: Any) -> str:
    return json.dumps(synthetic_study(number) | changes)


def refusal(text: bytes | str, asked: str | None = None, origin: Origin = FILE) -> str:
    with pytest.raises(BadRecord) as caught:
        parse_record(text, origin, asked)
    assert caught.value.line.count("\n") == 0
    return caught.value.line


def test_a_record_carries_its_text_and_its_origin() -> None:
    record = parse_record(raw(), API, asked="nct99000001")

    assert record.nct_id == "NCT99000001"
    assert record.raw == raw()
    assert record.body == synthetic_study(1)
    assert (record.source, record.api_version, record.data_timestamp) == ("api", "2.0.5", "2026-11-24T09:00:05")
    assert record.fetched_at == "2026-11-25T10:00:00Z"


def test_a_file_without_a_release_is_dated_by_the_record_itself() -> None:
    assert parse_record(raw(), FILE).data_timestamp == "2026-11-24"


def test_looking_into_a_record() -> None:
    record = parse_record((RECORDS / "NCT99000001.json").read_bytes(), FILE)

    assert record.text("protocolSection.armsInterventionsModule.armGroups[1].label") == "Placebo"
    assert record.at("protocolSection.designModule.enrollmentInfo.count") == 21
    assert record.strings("protocolSection.designModule.phases") == ["PHASE1", "PHASE2"]
    assert record.list("protocolSection.nothing") == []
    assert record.text("protocolSection.designModule.enrollmentInfo.count") is None
    assert record.at("protocolSection.armsInterventionsModule.armGroups[2].label") is None
    assert record.at("protocolSection[0].armsInterventionsModule") is None
    assert [place for place, _ in record.mappings("protocolSection.armsInterventionsModule.interventions")] == [0, 1]
    assert record.aliases == ("NCT99000901",)


def test_every_string_has_a_path_that_leads_back_to_it() -> None:
    record = parse_record((RECORDS / "NCT99000001.json").read_bytes(), FILE)
    texts = list(record.texts())

    assert len(texts) > 100
    assert [(path, text) for path, text in texts if record.at(path) != text] == []


@pytest.mark.parametrize("module", ["protocolSection.designModule", "protocolSection.eligibilityModule", "derivedSection"])
@pytest.mark.parametrize("value", [[], "text", 7, None, [{"nested": []}]])
def test_a_module_of_the_wrong_type_reads_as_absent(module: str, value: object) -> None:
    body = synthetic_study(1)
    *parents, last = module.split(".")
    place = body
    for parent in parents:
        place = place[parent]
    place[last] = value
    record = record_of(body, None, FILE)

    assert record.at(f"{module}.enrollmentInfo.count") is None
    assert record.list(f"{module}.phases") == []


@given(JSON, st.text("abc.[]01", max_size=12))
def test_no_path_and_no_body_can_break_a_look(body: object, path: str) -> None:
    value_at(body, path)


@pytest.mark.parametrize("module", list(synthetic_study(1)["protocolSection"])[1:])
def test_a_missing_module_is_no_damage(module: str) -> None:
    body = synthetic_study(1)
    del body["protocolSection"][module]

    assert record_of(body, None, FILE).nct_id == "NCT99000001"


def test_unknown_modules_and_words_are_kept() -> None:
    body = synthetic_study(1)
    body["protocolSection"]["newModule"] = {"newField": "NEW_WORD"}
    body["protocolSection"]["statusModule"]["overallStatus"] = "NEW_STATUS"

    assert record_of(body, None, FILE).at("protocolSection.newModule.newField") == "NEW_WORD"


def test_the_hash_ignores_the_release_stamp_and_the_order_of_keys() -> None:
    first, second, other = synthetic_study(1), synthetic_study(1, release="2027-01-01"), synthetic_study(1, updated="2026-02-02")
    turned = dict(reversed(second.items()))

    assert record_of(first, None, FILE).content_sha256 == record_of(turned, None, FILE).content_sha256
    assert record_of(first, None, FILE).content_sha256 != record_of(other, None, FILE).content_sha256
    assert "versionHolder" in first["derivedSection"]["miscInfoModule"]


@pytest.mark.parametrize("stamp", ["garbage", "24.11.2026", "2026-11-241", "2026-19-01", "2026-11-39", "2026-00-10", "2026"])
def test_a_date_of_the_data_that_is_none_is_not_shown_as_one(stamp: str) -> None:
    assert record_of(synthetic_study(1, release=stamp), None, FILE).data_timestamp is None
    given = record_of(synthetic_study(1, release="2026-11-24"), None, Origin(source="file", data_timestamp=stamp))
    assert given.data_timestamp == "2026-11-24"


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), JSON, max_size=5))
def test_canonical_json_is_one_spelling(body: dict[str, Any]) -> None:
    assert canonical(json.loads(canonical(body))) == canonical(body)
    assert json.loads(canonical(body)) == body


FRACTIONS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1e16, 1e-5, 1e-7, 5e-324, 1e22, 0.1, -0.0])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(["2e5", "1e-7", "\x7f\x1f\t\b", "\u2028"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | FRACTIONS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, VALUES, max_size=6))
def test_the_hash_is_that_of_the_one_spelling(body: dict[str, Any]) -> None:
    """However fast it is made: hashes of earlier versions of the program stay true."""
    assert content_sha256(body) == hashlib.sha256(canonical(body).encode("utf-8")).hexdigest()


@given(VALUES, st.sampled_from([(",", ":"), (", ", ": ")]), st.booleans())
def test_what_is_decoded_exactly_is_what_is_decoded_strictly(value: Any, separators: tuple[str, str], ascii_only: bool) -> None:
    text = json.dumps(value, separators=separators, ensure_ascii=ascii_only)
    exact = decode_exactly(text.encode("utf-8"))

    if exact is not None:
        assert canonical(exact) == canonical(decode(text))
        assert json.dumps(exact) == json.dumps(decode(text)), "the order of keys too"


@pytest.mark.parametrize(
    "text",
    [
        *(
            '{"a":1,"a":2}',
            '{"a":NaN}',
            '{"a":1e999}',
            '{"a":18446744073709551616}',
            '{"a":"\\ud800"}',
            '{"a":"\\u0000"}',
            '{"a":1',
        ),
        *('{"a":1}x', "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), '{"a":"\t"}', ""),
    ],
)
def test_what_strict_decoding_refuses_is_never_decoded_exactly(text: str) -> None:
    assert decode_exactly(text.encode("utf-8")) is None
    with pytest.raises(Damaged):
        decode(text)


def test_what_the_registry_writes_is_decoded_exactly() -> None:
    text = canonical(synthetic_study(1)).encode("utf-8")

    assert decode_exactly(text) == synthetic_study(1)


DEEP = b'{"protocolSection":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
DAMAGE = {
    "lone surrogate": (raw().replace("SYN-1", "\\ud83e"), "broken character"),
    "NUL": (raw().replace("SYN-1", "\\u0000"), "NUL"),
    "NaN": (raw(x=float("nan")), "NaN"),
    "infinity": (raw(x=1).replace('"x": 1', '"x": 1e999'), "beyond all bounds"),
    "huge integer": (raw(x=10**30), "beyond 64 bits"),
    "endless integer": (raw(x=1).replace('"x": 1', '"x": ' + "9" * 6000), "beyond 64 bits"),
    "deep nesting": (DEEP, "nested"),
    "nesting within the decoder's reach": (raw(x=json.loads("[" * 200 + "]" * 200)), "nested deeper than 64"),
    "duplicate keys": (raw().replace('"nctId"', '"nctId": "NCT99000002", "nctId"'), "twice"),
    "list for object": ("[" + raw() + "]", "is a list where a record was expected"),
    "text for object": ('"NCT99000001"', "is a text where a record was expected"),
    "null": ("null", "is a null where a record was expected"),
    "Latin-1": (raw().replace("SYN-1", "é").encode("utf-8").decode().encode("latin-1"), "is not UTF-8"),
    "cut": (raw()[:300], "is not JSON"),
    "empty": ("", "is not JSON"),
    "web page": ("<html></html>", "is not JSON"),
    "more after the end": (raw() + " x", "more text after its end"),
    "no id": ('{"protocolSection": {}}', "has no NCT number"),
    "list for the section": ('{"protocolSection": []}', "has no NCT number"),
    "id that is none": (raw().replace("NCT99000001", "NCT0"), "has no NCT number"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named_in_one_line(kind: str) -> None:
    text, reason = DAMAGE[kind]
    if kind == "Latin-1":
        text = json.dumps(synthetic_study(1) | {"x": "é"}, ensure_ascii=False).encode("latin-1")

    assert reason in refusal(text)


def test_a_damaged_record_is_called_by_the_id_it_still_shows() -> None:
    assert refusal(raw()[:300]).startswith('The record of NCT99000001 in "record.json" ')
    assert refusal(raw()[:300], "NCT99000009", API).startswith("The registry's answer for NCT99000009 ")


def test_byte_order_marks_and_utf_16_are_harmless() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert parse_record(raw().encode(encoding), FILE).body == synthetic_study(1)


def test_odd_but_whole_characters_are_kept() -> None:
    body = synthetic_study(1)
    body["protocolSection"]["identificationModule"]["briefTitle"] = "\u202eabc\u202c \u200b \U0001f9ea e\u0301"
    escaped = json.dumps(body)  # writes the emoji as a surrogate pair

    assert parse_record(escaped, FILE).body == body


def test_an_answer_for_another_trial_is_refused() -> None:
    assert "is the record of NCT99000001" in refusal(raw(), "NCT99000002", API)


def test_an_alias_leads_to_its_study() -> None:
    text = (RECORDS / "NCT99000001.json").read_bytes()

    assert parse_record(text, API, "NCT99000901").nct_id == "NCT99000001"


def test_an_envelope_brings_its_own_origin() -> None:
    envelope = {
        "source": "digest",
        "source_url": "https://registry.example/study/NCT99000001",
        "data_timestamp": "2026-01-02",
        "fetched_at": "2026-01-03",
        "note": "a digest",
        "record": synthetic_study(1),
    }
    record = envelope_record(envelope, FILE)

    assert is_envelope(envelope)
    assert (record.source, record.data_timestamp, record.fetched_at, record.note) == (
        "digest",
        "2026-01-02",
        "2026-01-03",
        "a digest",
    )
    assert json.loads(record.raw) == synthetic_study(1)


@pytest.mark.parametrize("source", [None, "hearsay", 3, ["api"]])
def test_an_envelope_without_a_known_source_is_refused(source: object) -> None:
    with pytest.raises(BadRecord, match="as its source"):
        envelope_record({"source": source, "record": synthetic_study(1)}, FILE)


def test_an_origin_has_one_of_four_sources() -> None:
    with pytest.raises(ValueError, match="is not one of"):
        Origin("hearsay")


@pytest.mark.skipif(not SHARED.is_dir(), reason="no registry records beside the project")
def test_real_records_are_read_whole_and_every_path_leads_home() -> None:
    records: list[Record] = [parse_record(path.read_bytes(), FILE) for path in sorted(SHARED.glob("*.json"))]

    assert len(records) > 400
    assert [r.nct_id for r in records if json.loads(r.raw) != r.body] == []
    assert [path for r in records[:60] for path, text in r.texts() if r.at(path) != text] == []
