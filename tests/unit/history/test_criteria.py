"""Criteria of two versions: the spec's rows, moves, and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.history import Change
from harvester.history.criteria import criterion_changes
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.tables import StudyRows
from tests import spec_tables
from tests.standin.synthetic import synthetic_study

STAYS = "Willing to come to all visits of the synthetic trial"


def spec_rows() -> list[tuple[str, str | None, str | None, list[str]]]:
    return [
        (section, *(None if each == "–" else each for each in (before, after)), [] if told == "none" else told.split(", "))
        for section, before, after, told in spec_tables.rows("criterion-changes.md")
    ]


def rows(text: str) -> StudyRows:
    body = synthetic_study(1)
    body["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] = text
    return normalise(record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z")))


def listed(inclusion: list[str], exclusion: list[str]) -> str:
    return "Inclusion Criteria:\n\n{}\n\nExclusion Criteria:\n\n{}".format(
        "\n".join(f"* {each}" for each in inclusion), "\n".join(f"* {each}" for each in exclusion)
    )


def text_of(section: str, criterion: str | None) -> str:
    own = [criterion] if criterion else []
    return listed([STAYS, *(own if section == "inclusion" else [])], [STAYS, *(own if section == "exclusion" else [])])


def changes(before: str, after: str) -> list[Change]:
    return list(criterion_changes(rows(before), rows(after)))


TURNED = {"tightened": "loosened", "loosened": "tightened", "added": "removed", "removed": "added"}


@pytest.mark.parametrize(("section", "before", "after", "told"), spec_rows(), ids=lambda value: str(value)[:40])
def test_the_way_back_is_the_other_way(section: str, before: str | None, after: str | None, told: list[str]) -> None:
    back = changes(text_of(section, after), text_of(section, before))

    assert [each.direction for each in back] == [TURNED.get(each, each) for each in told], back


@pytest.mark.parametrize(("section", "before", "after", "told"), spec_rows(), ids=lambda value: str(value)[:40])
def test_a_change_is_called_what_it_is(section: str, before: str | None, after: str | None, told: list[str]) -> None:
    found = changes(text_of(section, before), text_of(section, after))

    assert [each.direction for each in found] == told, found
    for each in found:
        assert (each.before, each.after, each.kind) == (before, after, f"{section} criterion")


def test_a_dropped_exclusion_is_told_with_what_was_read() -> None:
    before = listed(["Age \\>= 18 years"], ["Creatinine \\> 2 x ULN", "Active central nervous system leukemia"])
    (found,) = changes(before, listed(["Age \\>= 18 years"], ["Creatinine \\> 2 x ULN"]))

    assert (found.kind, found.direction, found.before) == (
        "exclusion criterion", "removed", "Active central nervous system leukemia"
    )  # fmt: skip


def test_a_tightened_limit_shows_both_readings() -> None:
    (found,) = changes(text_of("inclusion", "ECOG performance status 0-2"), text_of("inclusion", "ECOG performance status 0-1"))

    assert found.detail is not None
    assert "≤ 2" in found.detail or "0 to 2" in found.detail
    assert "→" in found.detail


def test_moves_are_told_with_where() -> None:
    one, two, three = "Age \\>= 18 years", "Written consent was given", "Life expectancy of 12 weeks"
    across = changes(listed([one, two], [three]), listed([one], [two, three]))
    within = changes(listed([one, two, three], []), listed([three, one, two], []))

    assert [(each.direction, each.before, each.detail) for each in across] == [
        ("moved", two, "from the inclusion criteria to the exclusion criteria")
    ]
    assert [(each.direction, each.before, each.detail) for each in within] == [("moved", three, "to another place in its list")]


LINES = st.lists(
    st.sampled_from(
        [
            "Age \\>= 18 years",
            "ECOG 0-1",
            "ECOG 0-2",
            "Consent",
            "Pregnancy",
            "Creatinine \\> 2 x ULN",
            "Active infection",
            "LVEF 50%",
        ]
    ),
    max_size=6,
)


@given(LINES, LINES)
def test_the_same_text_has_no_changes_and_no_criterion_is_lost(inclusion: list[str], exclusion: list[str]) -> None:
    text = listed(inclusion, exclusion)

    assert changes(text, text) == []


@given(LINES, LINES, LINES, LINES)
def test_turning_round_the_versions_turns_round_the_changes(a: list[str], b: list[str], c: list[str], d: list[str]) -> None:
    turned = {"tightened": "loosened", "loosened": "tightened", "added": "removed", "removed": "added"}
    forth, back = changes(listed(a, b), listed(c, d)), changes(listed(c, d), listed(a, b))
    came_and_went = ("added", "removed")

    assert sorted(
        (turned[each.direction], each.after or each.before or "") for each in forth if each.direction in came_and_went
    ) == (sorted((each.direction, each.after or each.before or "") for each in back if each.direction in came_and_went))
