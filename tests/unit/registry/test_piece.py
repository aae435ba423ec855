"""A stream cut into pieces holds the same records as the stream, however it is written and whatever is broken in it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.registry import piece
from harvester.registry.json_stream import elements
from harvester.registry.json_text import Damaged
from harvester.registry.piece import Piece, begins_records, cut_answer, cut_stream
from harvester.registry.record import Origin, Record
from harvester.registry.source import read_part, read_source
from tests.standin.synthetic import synthetic_studies

ORIGIN = Origin("file", "some.json")
FORMS = ("lines", "list", "indented list", "answer", "no blanks")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piece, "PIECE", 3_000)


def written(form: str, texts: list[str]) -> str:
    if form == "list":
        return f"[{', '.join(texts)}]"
    if form == "indented list":
        return json.dumps([json.loads(text) for text in texts], indent=2)
    if form == "answer":
        return '{"totalCount":9,"studies":[\n' + ",\n".join(texts) + '\n],"nextPageToken":"a-b_c"}'
    return ("\n" if form == "lines" else "").join(texts)


def cut(text: str) -> list[Piece]:
    found = list(cut_stream(io.BufferedReader(io.BytesIO(text.encode())), "some.json", ORIGIN))
    assert all(isinstance(each, Piece) for each in found)
    return [each for each in found if isinstance(each, Piece)]


def studies(awkward: str, count: int) -> list[str]:
    """Records with a text that looks like the seam between two of them."""
    made = synthetic_studies(count)
    for study in made:
        study["protocolSection"]["identificationModule"]["briefTitle"] = awkward
    return [json.dumps(study, ensure_ascii=False) for study in made]


@pytest.mark.parametrize("form", FORMS)
@given(
    awkward=st.lists(st.sampled_from([*'},{" \\\n:[]é', '}, {"protocolSection":']), max_size=12).map("".join),
    count=st.integers(1, 9),
)
@settings(max_examples=25, deadline=None)
def test_pieces_hold_what_the_stream_holds(form: str, awkward: str, count: int) -> None:
    text = written(form, studies(awkward + '}\n{"protocolSection": "', count))
    pieces = cut(text)

    assert begins_records(text.encode()[:4096])
    assert [each.body for part in pieces for each in part.elements()] == [each.body for each in elements(iter([text]))]
    assert [each.place for part in pieces for each in part.elements()] == list(range(1, count + 1))
    assert count < 4 or len(pieces) > 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("bytes_", "records"), [(3_000, 100), (1_000_000, 3), (1_000_000, 1)])
def test_a_piece_tells_how_many_records_it_holds_and_has_no_more_than_it_may(
    monkeypatch: pytest.MonkeyPatch, form: str, bytes_: int, records: int
) -> None:
    monkeypatch.setattr(piece, "PIECE", bytes_)
    monkeypatch.setattr(piece, "MOST", records)
    text = written(form, studies("", 8))
    pieces = cut(text)
    if form == "answer":
        pieces += cut_answer(text.encode(), "the registry", Origin("api"), "")[1]

    assert [each.records for each in pieces] == [len(list(each.elements())) for each in pieces]
    assert sum(each.records for each in pieces) == 8 * (1 + (form == "answer"))
    assert max(each.records for each in pieces) <= records


@pytest.mark.parametrize("form", ["lines", "list", "answer"])
@pytest.mark.parametrize(
    "broken", ['{"protocolSection": {"cut', '{"protocolSection": {"a": [1, 2}', '{"protocolSection": nothing}']
)
def test_a_broken_record_costs_no_more_than_without_cuts(form: str, broken: str) -> None:
    texts = [json.dumps(study) for study in synthetic_studies(8)]
    text = written(form, [*texts[:4], broken + " " * 200, *texts[4:]])
    found = [each for part in cut(text) for each in part.elements()]
    uncut = [each for each in elements(iter([text])) if each.damage is None]

    assert {each.raw for each in found if each.damage is None} >= {each.raw for each in uncut} >= set(texts[:4])
    assert any(each.damage for each in found)


def test_the_registrys_answer_in_pieces() -> None:
    texts = [json.dumps(study, separators=(",", ":")) for study in synthetic_studies(8)]
    fields, pieces = cut_answer(written("answer", texts).encode(), "the registry", Origin("api"), "https://example.org/studies")
    records = [each for part in pieces for each in read_part(part)]

    assert (fields["totalCount"], fields["nextPageToken"]) == (9, "a-b_c")
    assert [each.raw for each in records if isinstance(each, Record)] == texts
    assert isinstance(records[0], Record)
    assert records[0].source_url == "https://example.org/studies/NCT99000001"
    assert len(pieces) > 1


@pytest.mark.parametrize(
    "body", ['{"studies":[]}', '{"totalCount":0,"studies":[\n\n]}', '{"totalCount":0,"studies":[],"nextPageToken":"x"}']
)
def test_an_answer_without_studies(body: str) -> None:
    fields, pieces = cut_answer(body.encode(), "the registry", Origin("api"), "")

    assert pieces == []
    assert set(fields) <= {"totalCount", "studies", "nextPageToken"}


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", '{"protocolSection":{}}', '{"studies":[{"protocolSection":{}}', '{"studies":[{"protocolSection":{}}],"a"}'],
)
def test_what_is_not_written_as_the_registry_writes_is_left_to_a_whole_reading(body: str) -> None:
    with pytest.raises(Damaged):
        cut_answer(body.encode(), "the registry", Origin("api"), "")


def test_answers_one_after_another_in_a_file(tmp_path: Path) -> None:
    texts = [json.dumps(study) for study in synthetic_studies(6)]
    path = tmp_path / "pages.ndjson"
    path.write_text(written("answer", texts[:3]) + "\n" + written("answer", texts[3:]))

    assert [each.raw for each in read_source(path) if isinstance(each, Record)] == texts


def test_a_stream_that_goes_on_without_a_seam_is_read_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Envelopes and records whose keys stand in another order are records too."""
    monkeypatch.setattr(piece, "LARGEST_UNCUT", 4_000)
    first, *others = synthetic_studies(6)
    turned = [{"hasResults": False, **study} for study in others]
    path = tmp_path / "mixed.json"
    path.write_text(json.dumps([first, *turned]))

    assert [each.nct_id for each in read_source(path)] == [f"NCT9900000{number}" for number in range(1, 7)]
