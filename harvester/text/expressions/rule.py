"""The rules of reading, as data: what each does, and how often the development labels agree with it.

definitions/rules.csv holds the rules for criteria, a rule a line, definitions/dose-rules.csv those for amounts of doses. A fact's
``rule`` is a rule's id, or two joined by ``+`` where a second rule found what the value is about.

One definition of ``confidence`` holds for both: (right + 1) / (labelled + 2). ``labelled`` counts the labelled places that
the rule read, ``right`` those read as labelled in all that the label tells: of a dose every part of it, of a finding whom it
lets in, of a corpus that lost its signs the numbers. It is left empty below 20 labelled places. ``python
tests/measure_rules.py`` measures the rules for criteria again and rewrites their figures.
"""

from __future__ import annotations

from functools import cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_rows

FEWEST = 20


@shape()
class Rule:
    """One rule: its id, what it does in a sentence, how many labelled places it read, and how many of them right."""

    rule: str
    sentence: str
    labelled: int
    right: int

    @property
    def confidence(self) -> float | None:
        """(right + 1) / (labelled + 2); none below 20 labelled places."""
        return round((self.right + 1) / (self.labelled + 2), 3) if self.labelled >= FEWEST else None


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of eligibility reading, in the file's order."""
    return _rules("rules.csv")


@cache
def confidence_of(rule: str) -> float | None:
    """The confidence of a fact's rule; of joined rules the lower one."""
    known = {each.rule: each.confidence for each in rules()}
    figures = [known.get(part) for part in rule.split("+")]
    told = [figure for figure in figures if figure is not None]
    return min(told) if told else None


@cache
def dose_confidence_of(rule: str) -> float | None:
    """The confidence of a dose's rule."""
    return next((each.confidence for each in dose_rules() if each.rule == rule), None)


@cache
def dose_rules() -> tuple[Rule, ...]:
    """Every rule for amounts of doses, in the file's order."""
    return _rules("dose-rules.csv")


def _rules(name: str) -> tuple[Rule, ...]:
    rows = definition_rows(name)
    return tuple(Rule(row["rule"], row["sentence"], int(row["labelled"]), int(row["right"])) for row in rows)
