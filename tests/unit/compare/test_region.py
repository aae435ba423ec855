"""Laws of the algebra of eligible people."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.region import EVERYTHING, Clause, Interval, Limit, Region, Rule, everyone, verdict

ENDS = st.integers(-6, 6).map(float)
TURNED = {"stricter": "looser", "looser": "stricter"}


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low = draw(st.one_of(st.just(-inf), ENDS))
    high = draw(st.one_of(st.just(inf), ENDS))
    return Interval(low, high, low != -inf and draw(st.booleans()), high != inf and draw(st.booleans()))


def regions() -> st.SearchStrategy[Region]:
    return st.lists(intervals(), max_size=3).map(lambda found: Region.of(*found))


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Limits whose clauses are on one axis each, for everybody and for up to two branches."""
    names = draw(st.sets(st.sampled_from(["male", "female", "liver metastases"]), max_size=2))
    return Limit(draw(rules()), {name: draw(rules()) for name in sorted(names)})


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    axes = draw(st.sets(st.sampled_from("abc"), max_size=2))
    return Rule.of(*(Clause({axis: draw(regions())}) for axis in sorted(axes)))


def holds(region: Region, value: float) -> bool:
    return any(
        (each.low < value or (each.low == value and each.low_inclusive))
        and (value < each.high or (value == each.high and each.high_inclusive))
        for each in region.intervals
    )


VALUES = [step / 2 for step in range(-15, 16)]


@given(regions(), regions())
def test_set_operations_hold_and_leave_out_the_right_numbers(left: Region, right: Region) -> None:
    for value in VALUES:
        assert holds(left.union(right), value) == (holds(left, value) or holds(right, value))
        assert holds(left.intersection(right), value) == (holds(left, value) and holds(right, value))
        assert holds(left.complement(), value) == (not holds(left, value))


@given(regions())
def test_the_complement_of_the_complement_is_the_region(region: Region) -> None:
    assert region.complement().complement() == region
    assert region.union(region.complement()) == EVERYTHING


@given(regions(), regions())
def test_equal_sets_have_one_form(left: Region, right: Region) -> None:
    same = all(holds(left, value) == holds(right, value) for value in VALUES)

    assert (left == right) == same


@given(limits())
def test_a_limit_is_the_same_as_itself(limit: Limit) -> None:
    assert verdict(limit, limit) == "same"


@given(limits(), limits())
def test_verdicts_turn_round_with_their_sides(left: Limit, right: Limit) -> None:
    there, back = verdict(left, right), verdict(right, left)

    assert back == TURNED.get(there, there)


@given(regions(), regions(), regions())
def test_stricter_is_transitive(first: Region, second: Region, third: Region) -> None:
    one, two, three = (everyone("a", region) for region in (first, second, third))
    if verdict(one, two) in ("same", "stricter") and verdict(two, three) in ("same", "stricter"):
        assert verdict(one, three) in ("same", "stricter")


@given(limits(), limits(), limits())
def test_stricter_is_transitive_over_branches(first: Limit, second: Limit, third: Limit) -> None:
    if verdict(first, second) == "stricter" and verdict(second, third) in ("same", "stricter"):
        assert verdict(first, third) in ("same", "stricter")


@given(regions(), regions(), st.sampled_from([0.5, 2.0, 4.0]), ENDS)
def test_a_change_of_unit_changes_no_verdict(left: Region, right: Region, factor: float, shift: float) -> None:
    before = verdict(everyone("a", left), everyone("a", right))
    after = verdict(everyone("a", left.scaled(factor, shift)), everyone("a", right.scaled(factor, shift)))

    assert after == before


@given(regions(), regions())
def test_polarity_turns_inclusion_once(left: Region, right: Region) -> None:
    before = verdict(everyone("a", left), everyone("a", right))
    after = verdict(everyone("a", left.complement()), everyone("a", right.complement()))
    if before in ("same", "stricter", "looser"):
        assert after == TURNED.get(before, before)
    else:
        assert after in ("overlapping", "disjoint")


@given(regions(), regions())
def test_disjoint_means_that_no_number_is_in_both(left: Region, right: Region) -> None:
    if verdict(everyone("a", left), everyone("a", right)) == "disjoint":
        assert not any(holds(left, value) and holds(right, value) for value in VALUES)


def at_most(high: float) -> Region:
    return Region.of(Interval(-inf, high, False, True))


def at_least(low: float) -> Region:
    return Region.of(Interval(low, inf, True, False))


def test_a_choice_admits_more_than_each_of_its_parts() -> None:
    choice = Limit(Rule.of(Clause({"creatinine": at_most(2), "clearance": at_least(50)})), {})

    assert verdict(choice, everyone("creatinine", at_most(2))) == "stricter"
    assert verdict(everyone("creatinine", at_most(2)), choice) == "looser"


def test_a_tighter_part_of_a_choice_makes_it_stricter() -> None:
    loose = Limit(Rule.of(Clause({"creatinine": at_most(2), "clearance": at_least(50)})), {})
    tight = Limit(Rule.of(Clause({"creatinine": at_most(1.5), "clearance": at_least(50)})), {})

    assert verdict(loose, tight) == "stricter"


def test_choices_tighter_here_and_looser_there_overlap() -> None:
    one = Limit(Rule.of(Clause({"creatinine": at_most(2), "clearance": at_least(60)})), {})
    other = Limit(Rule.of(Clause({"creatinine": at_most(1.5), "clearance": at_least(50)})), {})

    assert verdict(one, other) == "overlapping"


def test_a_choice_beside_a_further_clause_is_not_decided() -> None:
    mixed = Limit(Rule.of(Clause({"creatinine": at_most(2), "clearance": at_least(60)}), Clause({"egfr": at_least(30)})), {})

    assert verdict(mixed, everyone("creatinine", at_most(2))) == "not comparable"
    assert verdict(mixed, mixed) == "same"


def test_limits_of_men_and_women_are_compared_each() -> None:
    by_sex = Limit(Rule.of(), {"male": Rule.of(Clause({"qtc": at_most(450)})), "female": Rule.of(Clause({"qtc": at_most(470)}))})

    assert verdict(by_sex, everyone("qtc", at_most(450))) == "stricter"
    assert verdict(by_sex, everyone("qtc", at_most(470))) == "looser"
    assert verdict(by_sex, everyone("qtc", at_most(460))) == "overlapping"


def test_a_branch_that_one_side_does_not_name_follows_its_rule_for_everybody() -> None:
    with_branch = Limit(Rule.of(Clause({"alt": at_most(3)})), {"liver metastases": Rule.of(Clause({"alt": at_most(5)}))})

    assert verdict(with_branch, everyone("alt", at_most(3))) == "stricter"


def test_no_limit_admits_everybody() -> None:
    assert verdict(Limit(Rule.of(), {}), everyone("a", at_most(3))) == "stricter"
    assert verdict(Limit(Rule.of(), {}), everyone("a", EVERYTHING)) == "same"


def test_values_are_compared_as_sets() -> None:
    absent, both = Region.of_values(["absent"]), Region.of_values(["absent", "present"])

    assert verdict(everyone("hiv", both), everyone("hiv", absent)) == "stricter"
    assert verdict(everyone("hiv", absent), everyone("hiv", Region.of_values(["present"]))) == "disjoint"


def test_numbers_and_values_do_not_mix() -> None:
    with pytest.raises(ValueError, match="different axes"):
        at_most(3).union(Region.of_values(["absent"]))
    with pytest.raises(ValueError, match="not known"):
        Region.of_values(["absent"]).complement()


def test_not_a_number_is_no_end() -> None:
    with pytest.raises(ValueError, match="NaN"):
        Interval(float("nan"), 3)


def test_a_change_of_unit_needs_a_factor_above_nothing() -> None:
    with pytest.raises(ValueError, match="above 0"):
        at_most(3).scaled(-1)
