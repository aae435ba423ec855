"""Comparators: roles and reasons in words, why others are left out, and weights that can be changed."""

from __future__ import annotations

import pytest

from harvester.compare.agent import Agents
from harvester.compare.members import from_related
from harvester.compare.related import (
    ON_THE_PAGE,
    OTHER,
    SAME_DRUG_OTHER_SETTING,
    SAME_DRUG_SAME_SETTING,
    SAME_SETTING_OTHER_DRUG,
    SHARED_CONDITION,
    default_weights,
    parse_weights,
    rank_related,
)
from harvester.compare.trial import Trial
from harvester.tables import RelatedTrial, StudyRows
from tests.unit.compare.synthetic import SyntheticTrial, at_most


def trial(
    number: int, title: str, *drugs: str, condition: str = "Acute Lymphoblastic Leukemia", **study: object
) -> SyntheticTrial:
    return SyntheticTrial(number, study={"brief_title": title, **study}).condition(condition).arm("Only", *drugs)


def focal() -> SyntheticTrial:
    return trial(1, "Blinatumomab Maintenance After Allo-HSCT", "blinatumomab", start_date="2025-08", phases='["PHASE2"]')


def candidates() -> list[StudyRows]:
    return [
        each.done()
        for each in (
            trial(2, "Maintenance With Blinatumomab After Transplantation", "Blinatumomab Injection", start_date="2024"),
            trial(3, "Blinatumomab for Relapsed or Refractory B-ALL", "blinatumomab"),
            trial(4, "Decitabine Maintenance After Allo-HSCT", "decitabine"),
            trial(5, "Inotuzumab for Relapsed or Refractory B-ALL", "inotuzumab ozogamicin"),
            trial(6, "A Headache Study", "sumatriptan", condition="Headache"),
        )
    ]


def test_roles_say_in_words_what_is_shared() -> None:
    roles = {each.nct_id[-1]: each.role for each in rank_related(focal().done(), candidates())}

    assert roles == {
        "2": SAME_DRUG_SAME_SETTING,
        "3": SAME_DRUG_OTHER_SETTING,
        "4": SAME_SETTING_OTHER_DRUG,
        "5": SHARED_CONDITION,
        "6": OTHER,
    }


def test_what_shares_more_comes_first_and_what_shares_nothing_is_left_out_with_the_reason() -> None:
    related = rank_related(focal().done(), candidates())

    assert related[0].nct_id == "NCT99000002"
    assert related[-1].left_out_reason == "shares neither an intervention nor a condition with the focal trial"
    assert [each.nct_id for each in related if each.left_out_reason] == ["NCT99000006"]


def test_reasons_name_what_is_shared_and_how_rare_it_is_here() -> None:
    reasons = rank_related(focal().done(), candidates())[0].reasons

    assert reasons[0] == "same intervention: blinatumomab (in 3 of the 6 trials looked at)"
    assert "setting: after allo-HSCT and maintenance" in reasons
    assert "started 1 year apart" in reasons


def test_rareness_may_be_counted_in_a_whole_collection() -> None:
    related = rank_related(focal().done(), candidates(), frequencies={"blinatumomab": 40}, collection_size=600_000)

    assert related[0].reasons[0] == "same intervention: blinatumomab (named in 40 of 600,000 trials of this collection)"


def test_every_component_is_recorded_with_its_weight() -> None:
    for each in rank_related(focal().done(), candidates()):
        assert set(each.components) == set(default_weights().weights)
        assert all(0 <= part.value <= 1 for part in each.components.values())
        assert {name: part.weight for name, part in each.components.items()} == dict(default_weights().weights)


def test_what_the_registry_page_lists_is_kept_as_such() -> None:
    mine = focal()
    mine.rows.append(RelatedTrial(related_trial_id="r", nct_id=mine.nct_id, position=0, related_nct_id="NCT99000006"))
    listed = rank_related(mine.done(), candidates())[0]

    assert listed.nct_id == "NCT99000006"

    assert listed.left_out_reason is None
    assert listed.reasons[0] == ON_THE_PAGE


def test_a_companion_alone_is_no_same_drug() -> None:
    mine = trial(1, "One", "dexamethasone", "blinatumomab").done()
    theirs = trial(2, "Two", "dexamethasone").done()

    assert rank_related(mine, [theirs])[0].role == SHARED_CONDITION


def test_an_agent_named_in_a_title_counts() -> None:
    mine = SyntheticTrial(1, study={"brief_title": "Blinatumomab and DLI"}).arm("Only", "BITE and DLI").done()
    theirs = trial(2, "A Bridge", "blinatumomab").done()

    assert rank_related(mine, [theirs])[0].role == SAME_DRUG_OTHER_SETTING


def test_the_focal_trial_is_no_comparator_of_itself() -> None:
    assert rank_related(focal().done(), [focal().done()]) == ()


def test_ages_that_nobody_meets_are_said() -> None:
    children = trial(2, "Two", "blinatumomab").eligibility(
        minimum_age=None, minimum_age_years=None, maximum_age="12 Years", maximum_age_years=12.0
    )

    assert "no age meets both trials' limits" in rank_related(focal().done(), [children.done()])[0].reasons


def test_no_age_is_called_common_where_the_age_at_diagnosis_is_limited() -> None:
    anybody = trial(2, "Two", "blinatumomab")
    infants = trial(2, "Two", "blinatumomab").criterion(
        "Age at diagnosis ≤ 365 days", at_most("age_at_onset", 365.0, unit="d", canonical_high=0.9993, canonical_unit="a")
    )

    said, unsaid = (rank_related(focal().done(), [each.done()])[0].reasons for each in (anybody, infants))

    assert any(reason.startswith("ages that both admit") for reason in said)
    assert not any(reason.startswith("ages that both admit") for reason in unsaid)


def test_weights_can_be_changed() -> None:
    only_condition = parse_weights({"weights": {"drug": 0, "setting": 0}})
    related = rank_related(focal().done(), candidates(), only_condition)

    assert related[0].components["drug"].weight == 0
    assert related[0].components["condition"].weight == default_weights().weights["condition"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("drug: 4", "needs a mapping"),
        ({"weights": {"colour": 1}}, "unknown component colour"),
        ({"weights": {"drug": -1}}, "at least 0"),
        ({"weights": {"drug": "much"}}, "at least 0"),
    ],
)
def test_weights_that_are_wrong_are_named(document: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_weights(document)


def test_an_estimate_is_said_to_be_one() -> None:
    counted = {"frequencies": {"blinatumomab": 57_312}, "estimated": {"blinatumomab"}}
    found = rank_related(focal().done(), candidates(), collection_size=600_000, **counted)

    assert "same intervention: blinatumomab (named in about 60,000 of 600,000 trials of this collection)" in found[0].reasons


def test_a_ranking_becomes_a_set() -> None:
    members = from_related("NCT99000001", rank_related(focal().done(), candidates())[:2], default_weights(), "Blinatumomab")

    assert members.nct_ids == ("NCT99000001", "NCT99000002", "NCT99000003")
    assert members.members[0].role == SAME_DRUG_SAME_SETTING


def test_a_further_name_in_common_does_not_make_two_agents_of_one_trial_one() -> None:
    one = (
        SyntheticTrial(1)
        .arm("Only", "docetaxel", "paclitaxel")
        .other_name("docetaxel", "taxane")
        .other_name("paclitaxel", "taxane")
    )
    agents = Agents([Trial(one.done())])

    assert agents.key("docetaxel") != agents.key("paclitaxel")


def test_a_further_name_makes_agents_of_two_trials_one() -> None:
    one = SyntheticTrial(1).arm("Only", "Blincyto").other_name("Blincyto", "blinatumomab")
    other = SyntheticTrial(2).arm("Only", "Blinatumomab")
    agents = Agents([Trial(one.done()), Trial(other.done())])

    assert agents.key("Blincyto") == agents.key("blinatumomab")


def test_a_further_name_that_an_arm_gives_beside_the_agent_is_another_agent() -> None:
    one = SyntheticTrial(1).arm("RC108 plus Furmonertinib", "RC108").other_name("RC108", "Furmonertinib")
    other = SyntheticTrial(2).arm("Only", "furmonertinib")
    agents = Agents([Trial(one.done()), Trial(other.done())])

    assert agents.key("RC108") != agents.key("furmonertinib")
