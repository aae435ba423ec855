"""The eligibility pages of tests/spec hold, row by row."""

from __future__ import annotations

import pytest

from harvester.text.criteria.criteria import read_criteria
from harvester.text.criteria.domain import domains_of
from harvester.text.facts.conflict import read_conflicts
from harvester.text.facts.fact import read_facts
from harvester.text.facts.fact_read import FactRead
from tests.spec_tables import rows
from tests.unit.text.criteria_shown import fact_shown, facts_of, line_shown, region_shown, whom_shown

FINDINGS = ("present", "absent")


def _cell(lines: list[str]) -> str:
    return " <br> ".join(lines) or "-"


def _said(fact: FactRead) -> str:
    return f"{fact.concept} {fact.comparator}" + (f" [{fact.condition}]" if fact.condition else "")


@pytest.mark.parametrize(("text", "lines"), rows("criteria.md"))
def test_text_becomes_the_criteria_of_the_page(text: str, lines: str) -> None:
    """A text gives exactly the lines of its row, in order."""
    raw = text.replace("↵", "\n")

    assert _cell([line_shown(line, raw) for line in read_criteria(raw)]) == lines


@pytest.mark.parametrize(("text", "whom"), rows("criteria-scopes.md"))
def test_criteria_hold_for_whom_the_page_says(text: str, whom: str) -> None:
    """Every criterion has the population and the scope of its row."""
    raw = text.replace("↵", "\n")
    lines = [line for line in read_criteria(raw) if line.kind in ("item", "parent")]

    assert _cell([whom_shown(line, raw) for line in lines]) == whom


@pytest.mark.parametrize(("text", "facts"), rows("facts.md"))
def test_values_read_as_the_page_says(text: str, facts: str) -> None:
    """A criterion gives exactly the facts of its row, and none where the row has none."""
    assert _cell([fact_shown(fact) for fact in facts_of(text, "inclusion")]) == facts


@pytest.mark.parametrize(("section", "text", "who"), rows("fact-polarity.md"))
def test_who_may_join_is_what_the_page_says(section: str, text: str, who: str) -> None:
    """Polarity turns a region as often as the words do."""
    values = [fact for fact in facts_of(text, section) if fact.comparator not in FINDINGS]

    assert _cell([f"{fact.concept} {region_shown(fact)}" for fact in values]) == who


@pytest.mark.parametrize(("section", "text", "facts", "who"), rows("fact-ways.md"))
def test_values_hold_for_whom_the_page_says(section: str, text: str, facts: str, who: str) -> None:
    """A value has the people, the condition and the other ways in of its row, and lets in whom the row says."""
    read = facts_of(text, section)

    assert _cell([fact_shown(fact) for fact in read]) == facts
    assert _cell([region_shown(fact) for fact in read]) == who


@pytest.mark.parametrize(("section", "text", "says", "who"), rows("fact-findings.md"))
def test_findings_read_as_the_page_says(section: str, text: str, says: str, who: str) -> None:
    """What must be present or absent, as the words say it, and who may join."""
    findings = [fact for fact in facts_of(text, section) if fact.comparator in FINDINGS]

    assert _cell([_said(fact) for fact in findings]) == says
    assert _cell([region_shown(fact) for fact in findings]) == who


@pytest.mark.parametrize(("text", "details"), rows("fact-details.md"))
def test_values_tell_what_they_are_of(text: str, details: str) -> None:
    """A detail is the one the words name, and none where they name none."""
    assert _cell([f"{fact.concept}: {fact.detail or '-'}" for fact in facts_of(text, "inclusion")]) == details


@pytest.mark.parametrize(("text", "domain"), rows("criteria-domains.md"))
def test_domains_are_those_of_the_page(text: str, domain: str) -> None:
    """A criterion's first domain is the one a reader would name."""
    assert domains_of(text)[0] == domain


@pytest.mark.parametrize(("text", "minimum", "maximum", "sex", "said"), rows("fact-conflicts.md"))
def test_contradictions_are_those_of_the_page(text: str, minimum: str, maximum: str, sex: str, said: str) -> None:
    """Contradictions are told, differences of detail are not."""
    raw = text.replace("↵", "\n")
    lines = read_criteria(raw)
    found = read_conflicts(read_facts(raw, lines).facts, lines, minimum or None, maximum or None, sex, raw)

    assert _cell([f"{conflict.kind}: {conflict.detail}" for conflict in found]) == said
