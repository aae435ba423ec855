"""The rules for amounts that the program lists are those it reads by."""

from __future__ import annotations

import re

import pytest

from harvester.text.doses.dose import Agent, read_doses
from harvester.text.expressions.rule import Rule, dose_rules

EXAMPLE = re.compile(r"\(\"(.+?)\"")


@pytest.mark.parametrize("rule", dose_rules(), ids=lambda rule: rule.rule)
def test_the_example_of_a_rule_is_read_by_it(rule: Rule) -> None:
    example = EXAMPLE.search(rule.sentence)
    assert example is not None

    doses = read_doses(f"Drugamab {example[1]} will be given intravenously.", [Agent("drugamab", ("drugamab",))]).doses

    assert rule.rule in {dose.rule for dose in doses}


def test_counts_are_possible() -> None:
    assert all(0 <= rule.right <= rule.labelled for rule in dose_rules())


def test_cells_that_no_text_names_are_of_the_only_product_of_the_record() -> None:
    """Cells without a name are of the one product of cells that the record gives; of two, and of a counted graft, of none."""
    text = "The dose groups are 3 × 10^6 cells/kg and 9 × 10^6 cells/kg. Drugamab 25 mg/m2 is given for 3 days."
    one = read_doses(text, ["EBV CAR-T cells", "drugamab"]).doses
    two = read_doses(text, ["EBV CAR-T cells", "drugamab", "NK cells"]).doses
    graft = read_doses("Infusion of 2 x 10^8 TNC/kg", ["EBV CAR-T cells", "drugamab"]).doses

    assert [dose.listed_agent for dose in one] == ["EBV CAR-T cells", "EBV CAR-T cells", "drugamab"]
    assert [dose.agent for dose in two[:2]] == [None, None]
    assert [dose.agent for dose in graft] == [None]


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("Polatuzumab 1.8 mg/kg, B 90 mg/m2 and R 375 mg/m2 on day 1", ["polatuzumab", "bendamustine", "rituximab"]),
        ("Polatuzumab 1.8 mg/kg D1, R 375 mg/m2 D1", ["polatuzumab", "rituximab"]),
        ("Bendamustine 90 mg/m2 with vitamins C and R 500 mg", ["bendamustine", "bendamustine"]),
        ("Rituximab in groups P and B 500 mg", ["rituximab"]),
    ],
)
def test_an_initial_before_an_amount_is_the_one_agent_of_the_record_that_begins_so(text: str, agents: list[str]) -> None:
    """The initial of one medicine names it beside others; a letter of a group or a vitamin names none."""
    doses = read_doses(text, ["polatuzumab", "bendamustine", "rituximab"]).doses

    assert [dose.listed_agent for dose in doses] == agents


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("Nivo 3 mg/kg + ipi 1 mg/kg, then nivo 240 mg", ["nivolumab", "ipilimumab", "nivolumab"]),
        ("Lenva 8 mg daily plus pembro 200 mg", ["lenvatinib", "pembrolizumab"]),
        ("carb 5 mg", [None]),
        ("Pembro 200 mg and carb 5 mg", ["pembrolizumab", None]),
        ("Pembrolizumab 200 mg, then 400 mg", ["pembrolizumab", "pembrolizumab"]),
    ],
)
def test_the_beginning_of_a_name_before_an_amount_is_the_one_agent_that_begins_so(text: str, agents: list[str | None]) -> None:
    """A name cut short is that of the one medicine it can be, and of none where it can be two."""
    record = ["nivolumab", "ipilimumab", "lenvatinib", "pembrolizumab", "carboplatin", "carbidopa"]
    doses = read_doses(text, record).doses

    assert [dose.listed_agent for dose in doses] == agents


def test_a_letter_that_no_agent_begins_with_is_no_other_medicine() -> None:
    """Letters of a plan are names of their own; the medicine named before them is none of theirs."""
    agents = ["daratumumab", "bortezomib", "lenalidomide", "dexamethasone"]
    doses = read_doses("Dara SC 1800 mg (with rHuPH20 30,000 U), V 1.3 mg/m2 SC, R 25 mg PO, d 40 mg", agents).doses

    assert [dose.agent for dose in doses] == ["dara", "rhuph20", "v", "r", "d"]


@pytest.mark.parametrize("text", ["Drugamab in groups X 10 mg, Y 20 mg, Z 30 mg", "Drugamab dose X 10 mg, Y 20 mg, Z 30 mg"])
def test_letters_that_label_groups_or_doses_are_no_medicines(text: str) -> None:
    """Behind "groups X" the letters Y and Z are levels of the same medicine."""
    doses = read_doses(text, ["drugamab", "testinib", "placebo"]).doses

    assert [dose.agent for dose in doses] == ["drugamab"] * 3


def test_cells_of_another_type_are_not_of_the_only_product_whose_name_is_known() -> None:
    """Tcons are no Tregs, though only the latter are known as a product."""
    text = "Tregs 2 x 10^6 cells/kg day 0 and Tcons 1 x 10^6 cells/kg day 2"
    doses = read_doses(text, ["Tregs", "Tcons"]).doses

    assert [dose.listed_agent for dose in doses] == ["Tregs", None]


def test_the_initials_of_a_name_of_two_words_name_it() -> None:
    """BV in a list of medicines is the brentuximab vedotin of the record."""
    doses = read_doses("A+AVD: BV 1.2 mg/kg, doxorubicin 25 mg/m2", ["brentuximab vedotin", "doxorubicin"]).doses

    assert [dose.listed_agent for dose in doses] == ["brentuximab vedotin", "doxorubicin"]
