"""Many readings taken through each step together lead to what each leads to alone."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.normalise import NO_CORRECTIONS, normalise, normalise_in_steps
from harvester.reading.arrival import Lost, Reading
from harvester.reading.study import read_piece
from harvester.registry.piece import Piece
from harvester.registry.record import Origin, Record, record_of
from harvester.steps import Steps, done, together
from harvester.tables.plain import plain_rows
from tests.standin.synthetic import synthetic_study

SHARED = Path(__file__).parents[3] / "shared" / "records"
ORIGIN = Origin(source="file", fetched_at="2026-11-25T08:00:00Z")


def _records() -> list[Record]:
    bodies = [synthetic_study(number) for number in range(1, 9)]
    paths = sorted(SHARED.glob("NCT*.json"))[:40] if SHARED.is_dir() else []
    return [record_of(body, json.dumps(body), ORIGIN) for body in (*bodies, *(json.loads(path.read_bytes()) for path in paths))]


def _counted(name: str, rests: int, told: list[tuple[str, int]]) -> Steps[str]:
    for step in range(rests):
        told.append((name, step))
        yield
    return name


@given(st.lists(st.integers(0, 5), max_size=6))
def test_each_leads_to_its_own_in_the_order_they_were_given(rests: list[int]) -> None:
    assert together(_counted(str(at), count, []) for at, count in enumerate(rests)) == [str(at) for at in range(len(rests))]


def test_no_step_is_begun_before_all_ended_the_one_before() -> None:
    told: list[tuple[str, int]] = []

    together([_counted("long", 3, told), _counted("short", 1, told), _counted("none", 0, told)])
    assert told == [("long", 0), ("short", 0), ("long", 1), ("long", 2)]


def test_one_alone_goes_through_to_its_end() -> None:
    assert done(_counted("alone", 4, [])) == "alone"


def test_an_error_is_not_kept_silent() -> None:
    def broken() -> Steps[str]:
        yield
        raise KeyError("rule")

    with pytest.raises(KeyError):
        together([_counted("good", 3, []), broken()])


def test_records_read_together_give_the_rows_each_gives_alone() -> None:
    """Whatever a step keeps of one record is not told of another."""
    records = _records()

    read = together(normalise_in_steps(each, NO_CORRECTIONS) for each in records)
    assert [plain_rows(rows) for rows in read] == [plain_rows(normalise(each)) for each in records]


def test_a_record_that_a_rule_fails_on_costs_no_other_of_its_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = importlib.import_module("harvester.normalise.rows")
    right = rows.place_rows

    def failing(nct_id: str, body: object) -> object:
        if nct_id == "NCT99000002":
            raise ZeroDivisionError
        return right(nct_id, body)

    monkeypatch.setattr(rows, "place_rows", failing)
    data = b"\n".join(json.dumps(synthetic_study(number)).encode() for number in (1, 2, 3))
    found = list(read_piece(Piece(data, "some.ndjson", ORIGIN), NO_CORRECTIONS))
    assert [type(each) for each in found] == [Reading, Lost, Reading]
