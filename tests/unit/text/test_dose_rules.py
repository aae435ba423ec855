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
