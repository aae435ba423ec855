"""Comparator sets as files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.members import MemberSet, read_members, refreshed, write_members
from harvester.compare.model import Member

WORDS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30))
IDS = st.lists(st.integers(1, 99_999_999).map(lambda number: f"NCT{number:08d}"), min_size=1, max_size=8, unique=True)


@given(IDS, st.lists(WORDS, min_size=18, max_size=18))
def test_what_is_written_reads_the_same(nct_ids: list[str], words: list[str | None]) -> None:
    members = tuple(Member(nct_id, words[2 * at], words[2 * at + 1]) for at, nct_id in enumerate(nct_ids[1:]))
    whole = MemberSet(nct_ids[0], members, words[-2], words[-1])

    assert read_members(write_members(whole)) == whole


def test_ids_are_taken_as_the_registry_takes_them() -> None:
    found = read_members("focal: nct7105579\nmembers:\n  - id: NCT6438796\n    role: same drug\n")

    assert found.nct_ids == ("NCT07105579", "NCT06438796")
    assert found.members[0].role == "same drug"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("focal: [", "not YAML, line"),
        ("- a", "a set is a mapping"),
        ("focal: 7", "focal: expected an NCT number"),
        ("focal: NCT07105579\nmembers: x", "members must be a list"),
        ("focal: NCT07105579\nmembers: [x]", "member 1 must be a mapping"),
        ("focal: NCT07105579\nmembers: [{id: x}]", "member 1: expected an NCT number"),
        ("focal: NCT07105579\nmembers: [{id: NCT07105579}]", "stands twice"),
        ("focal: NCT07105579\nmembers: [{id: NCT06438796, why: x}]", "unknown key why"),
        ("focal: NCT07105579\nmembers: [{id: NCT06438796, role: 3}]", "role must be text"),
        ("focal: NCT07105579\ncolour: red", "unknown key colour"),
        ("focal: NCT07105579\nweights: 3", "weights must be a mapping"),
        ("focal: NCT07105579\nweights: {luck: 3}", "unknown component luck"),
        ("focal: NCT07105579\nweights: {drug: -3}", "the weight of drug must be a number"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as problem:
        read_members(text)

    assert "\n" not in str(problem.value)


def test_weights_are_kept_with_the_set() -> None:
    found = read_members("focal: NCT07105579\nweights: {drug: 4, phase: 0.5}\nmembers: [{id: NCT06438796}]")

    assert found.weights == {"drug": 4.0, "phase": 0.5}
    assert found.weighed == "Ranked with the weights drug 4, phase 0.5."
    assert read_members(write_members(found)) == found


def test_a_refreshed_set_keeps_its_own_words_and_adds_what_was_found() -> None:
    old = MemberSet("NCT99000001", (Member("NCT99000002", "by hand", "we know it"),), "Ours")
    found = MemberSet(
        "NCT99000001", (Member("NCT99000002", "other", "x"), Member("NCT99000003", "other", "y")), weights={"drug": 1}
    )

    assert refreshed(old, found) == MemberSet("NCT99000001", (*old.members, found.members[1]), "Ours", weights={"drug": 1})
    with pytest.raises(ValueError, match="the set is about NCT99000001, not NCT99000009"):
        refreshed(old, MemberSet("NCT99000009", ()))
