"""A frozen comparison opens as it was, whatever happens later, and says what is otherwise."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from harvester.compare.build import build_comparison
from harvester.compare.chosen_rows import narrowed
from harvester.compare.model import Comparison, Member
from harvester.history import changes_within, comparison_changes, freeze, is_whole, reopen
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.tables import Json, StudyRows
from tests.standin.synthetic import synthetic_id, synthetic_study

NOW = "2026-11-25T08:00:00Z"
FIRST, SECOND = synthetic_id(1), synthetic_id(2)


def rows(number: int, criteria: str) -> StudyRows:
    body = synthetic_study(number)
    body["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] = criteria
    return normalise(record_of(body, None, Origin(source="api", fetched_at=NOW, data_timestamp="2026-11-24T09:00:05")))


def compared(second: str = "* ECOG 0-2\n\nExclusion Criteria:\n\n* Active CNS leukemia\n* Creatinine \\> 2 x ULN") -> Comparison:
    first = rows(1, "Inclusion Criteria:\n\n* ECOG 0-1\n\nExclusion Criteria:\n\n* Creatinine \\> 1.5 x ULN")
    studies = [first, rows(2, f"Inclusion Criteria:\n\n{second}")]
    return build_comparison(studies, members={SECOND: Member(SECOND, "same drug", "shares it")}, collection_size=2)


def test_it_opens_as_it_was() -> None:
    comparison = compared()
    snapshot = freeze(comparison, NOW)

    assert reopen(snapshot) == comparison
    assert is_whole(snapshot)
    assert (snapshot.nct_ids, snapshot.created_at) == (f'["{FIRST}","{SECOND}"]', NOW)


def test_the_hash_is_that_of_the_content_whatever_the_day() -> None:
    assert freeze(compared(), NOW).snapshot_sha256 == freeze(compared(), "2027-01-01T00:00:00Z").snapshot_sha256
    assert freeze(compared(), NOW).snapshot_sha256 != freeze(compared("* ECOG 0-3"), NOW).snapshot_sha256


def test_characters_that_no_file_can_hold_survive() -> None:
    comparison = replace(compared(), attribution="lone \ud800 surrogate, \u0000 and 🩺")

    assert reopen(freeze(comparison, NOW)) == comparison


def test_altered_content_is_not_opened() -> None:
    snapshot = freeze(compared(), NOW)
    altered = replace(snapshot, content=Json(snapshot.content.replace("ECOG", "ECOC")))

    with pytest.raises(ValueError, match="not what was frozen"):
        reopen(altered)


def test_content_of_another_form_is_said_so() -> None:
    old = freeze(compared(), NOW)
    content = '{"trials":[]}'
    other = replace(old, content=Json(content), snapshot_sha256=hashlib.sha256(content.encode()).hexdigest())
    with pytest.raises(ValueError, match="another form"):
        reopen(other)


def test_the_same_comparison_says_nothing_otherwise() -> None:
    assert comparison_changes(compared(), compared()) == ()


def test_a_dropped_exclusion_is_told_of_the_trial_that_dropped_it() -> None:
    later = compared("* ECOG 0-2\n\nExclusion Criteria:\n\n* Creatinine \\> 2 x ULN")
    found = comparison_changes(compared(), later)

    gone = [each for each in found if each.after is None]
    assert {each.nct_id for each in found} == {SECOND}
    assert any("Active CNS leukemia" in (each.before or "") for each in gone), found


def test_which_version_of_a_record_is_at_hand_is_told_apart() -> None:
    def dated(day: str, minimum: str) -> Comparison:
        body = synthetic_study(1)
        body["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": day}
        body["protocolSection"]["eligibilityModule"]["minimumAge"] = minimum
        first = normalise(record_of(body, None, Origin(source="api", fetched_at=NOW, data_timestamp=f"{day}T09:00:05")))
        return build_comparison([first, rows(2, "Inclusion Criteria:\n\n* ECOG 0-2")], collection_size=2)

    found = comparison_changes(dated("2026-11-01", "18 Years"), dated("2026-11-24", "21 Years"))

    assert [each.where for each in found if each.is_of_record] == ["Record quality: Last update posted"]
    assert "Who may take part: Age" in [each.where for each in found if not each.is_of_record]


def test_a_row_that_went_with_another_trial_is_no_change_of_this_one() -> None:
    later = compared("* ECOG 0-2\n\nExclusion Criteria:\n\n* Active CNS leukemia")
    found = comparison_changes(compared(), later)

    assert not [each for each in found if each.nct_id == FIRST], found


@pytest.mark.parametrize(
    ("earlier", "today"),
    [
        ("335 + 3 × 392 = 1,511 ug", "335 + 3 × 392 = 1,511 µg"),
        ("drugamab 9-28 ug/d IV", "drugamab 9-28 µg/day IV"),
        ("≤ 30 umol/L", "≤ 30 µmol/L"),
        ("≥ 50 10*6/L", "≥ 50 × 10⁶/L"),
    ],
)
def test_a_unit_that_is_spelled_otherwise_is_no_news_and_another_amount_is(earlier: str, today: str) -> None:
    was, now = _saying(earlier), _saying(today)

    assert was != now
    assert comparison_changes(reopen(freeze(was, NOW)), now) == ()
    assert [(each.before, each.after) for each in comparison_changes(was, _saying(f"{today}, daily"))] == [
        (earlier, f"{today}, daily")
    ]


def _saying(words: str) -> Comparison:
    """A comparison whose first cell says these words."""
    whole = compared()
    panel = whole.panels[0]
    cell = replace(panel.rows[0].cells[0], state="stated", summary=words, verdict=None)
    row = replace(panel.rows[0], cells=(cell, *panel.rows[0].cells[1:]))
    return replace(whole, panels=(replace(panel, rows=(row, *panel.rows[1:])), *whole.panels[1:]))


def test_changes_within_chosen_rows_are_those_of_the_whole() -> None:
    """Also where a row goes by another name today: its words are known from the whole, so they are no news."""
    before, after = compared(), compared("* ECOG 0-3\n\nExclusion Criteria:\n\n* Creatinine \\> 2 x ULN")
    whole = comparison_changes(before, after)

    def within(*names: str) -> set[str | None]:
        return {each.before for each in changes_within(whole, (narrowed(before, names), narrowed(after, names)))}

    (ecog,) = {each.before for each in whole if "ECOG" in each.where}
    assert within("ecog") == {ecog}
    assert within("leukemia") == {each.before for each in whole if each.where == "stated only here"}
    assert within("leukemia")
    assert within("phase") == set()

    renamed = replace(after, panels=tuple(replace(each, title=f"{each.title} of today") for each in after.panels))
    changes = comparison_changes(after, renamed)
    assert changes_within(changes, (narrowed(after, ("ecog",)), narrowed(renamed, ("ecog",)))) == ()


def test_trials_that_came_and_went_are_told() -> None:
    both = compared()
    alone = build_comparison([rows(1, "Inclusion Criteria:\n\n* ECOG 0-1")], collection_size=2)

    assert [(each.nct_id, each.before, each.after) for each in comparison_changes(both, alone)][-1] == (SECOND, SECOND, None)
