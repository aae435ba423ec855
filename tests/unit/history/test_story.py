"""Which version held on a day, and versions as people read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harvester.history import step, steps, told, version_on
from harvester.store import VersionHead
from harvester.tables import RecordChange


def head(number: int, data: str | None, here: str | None, *, current: bool = False) -> VersionHead:
    return VersionHead("NCT99000001", "A trial", number, "api", data, here, current, "0")


VERSIONS = [head(1, "2026-05-30T09:00:05", "2026-01-10T08:00:00Z"), head(2, "2026-11-20", "2026-06-01T08:00:00Z", current=True)]


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-01-09", None),
        ("2026-01-10", 1),
        ("2026-04", 1),
        ("2026-05-31", 1),
        ("2026-06-01", 2),
        ("2026-11-20", 2),
        ("2027", 2),
    ],
)
def test_a_version_holds_from_the_day_it_came_until_the_next_one(day: str, number: int | None) -> None:
    found = version_on(VERSIONS, day)

    assert (found and found.version) == number


def test_data_that_are_older_than_the_visit_hold_from_their_own_day() -> None:
    found = version_on(
        [head(1, "2025-03-01", "2026-11-01T08:00:00Z"), head(2, "2026-11-01", "2026-11-02T08:00:00Z")], "2025-04-01"
    )

    assert found is not None
    assert found.version == 1


def test_steps_mark_the_version_at_the_start_of_the_trial() -> None:
    assert [each.at_start for each in steps(VERSIONS, [], "2026-03")] == [True, False]
    assert [each.at_start for each in steps(VERSIONS, [], "2028-03")] == [False, False]
    assert [each.at_start for each in steps(VERSIONS, [], None)] == [False, False]


def change(direction: str | None, before: str | None, after: str | None) -> RecordChange:
    return RecordChange(
        change_id="a",
        nct_id="NCT99000001",
        from_version=1,
        to_version=2,
        path="path",
        kind="criterion",
        before=before,
        after=after,
        direction=direction,
        detail=None,
    )


def test_changes_are_counted_by_direction_and_told_without_escapes() -> None:
    made = step(VERSIONS[1], [change("added", None, "Age \\>= 18"), change(None, "x", "y"), change("changed", "a", "b")])

    assert made.counts == (("added", 1), ("changed", 2))
    assert (made.from_version, made.data_date) == (1, "2026-11-20")
    assert made.changes[0].after == "Age >= 18"


def test_a_move_is_one_piece() -> None:
    assert [each.fate for each in told(change("moved", "same words", "same words")).pieces] == ["same"]


def test_a_dose_is_told_in_the_words_of_the_comparison() -> None:
    found = told(replace(change("changed", "drugamab 9 ug/d, 3-mo cycle", "drugamab 9 ug/d, 2-mo cycle"), kind="dose"))

    assert "".join(each.text for each in found.pieces if each.fate != "removed") == "drugamab 9 µg/d, 2-month cycle"
    assert (found.before, found.after) == ("drugamab 9 ug/d, 3-mo cycle", "drugamab 9 ug/d, 2-mo cycle")


def test_dates_that_every_version_brings_are_no_news() -> None:
    dates = replace(change("changed", "2026-01-01", "2026-02-01"), kind="record date")

    assert step(VERSIONS[1], [dates]).news == ()
    assert [each.kind for each in step(VERSIONS[1], [dates, change("added", None, "x")]).news] == ["criterion"]
