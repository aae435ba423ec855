"""How tests/spec shows what is read from eligibility text: one line a criterion or fact."""

from __future__ import annotations

from harvester.text.criteria.criteria import read_criteria
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.facts.fact import read_facts
from harvester.text.facts.fact_read import FactRead


def facts_of(text: str, section: str | None = None) -> tuple[FactRead, ...]:
    """The facts of a text; ``↵`` is a line end."""
    raw = text.replace("↵", "\n")
    return read_facts(raw, read_criteria(raw, section)).facts


def line_shown(line: CriterionLine, raw: str) -> str:
    """A criterion as ``inclusion item 1 [2]: words``: section, kind, level when nested, label."""
    level = f" +{line.level}" if line.level else ""
    label = f" [{line.label}]" if line.label else ""
    return f"{line.section} {line.kind}{level}{label}: {raw[line.start : line.end]}".replace("\n", "↵")


def whom_shown(line: CriterionLine, raw: str) -> str:
    """A criterion as ``words: of donors, in Cohort A``, or ``words: everybody``."""
    told = [f"of {line.population}s" if line.population else "", f"in {line.scope}" if line.scope else ""]
    return f"{raw[line.start : line.end]}: {', '.join(filter(None, told)) or 'everybody'}".replace("\n", "↵")


def fact_shown(fact: FactRead) -> str:
    """A fact as ``alt <= 3 ULN [male] [if …] [g1]``, a window as ``washout within 4 wk of first dose``."""
    notes = [fact.sex, fact.condition, fact.alternative_group, fact.method, "exception" if fact.exception else None, *fact.flags]
    tail = "".join(f" [{note}]" for note in notes if note)
    if fact.window_value is not None:
        anchor = f" of {fact.window_anchor}" if fact.window_anchor else ""
        return f"{fact.concept} {fact.window_relation} {fact.window_value:g} {fact.window_unit}{anchor}{tail}"
    if fact.comparator in ("present", "absent"):
        return f"{fact.concept} {fact.comparator}{tail}"
    unit = fact.unit or (fact.reference if fact.reference != "absolute" else None)
    return f"{fact.concept} {value_shown(fact)}{f' {unit}' if unit else ''}{tail}"


def value_shown(fact: FactRead) -> str:
    """The comparator with its numbers: ``>= 3``, ``18..65``, ``18..<65``, ``{0, 1, 2}``."""
    if fact.value_set:
        return "{" + ", ".join(_number(value) for value in fact.value_set) + "}"
    if fact.comparator == "range":
        low, high = "" if fact.low_inclusive else ">", "" if fact.high_inclusive else "<"
        return f"{low}{_number(fact.low)}..{high}{_number(fact.high)}"
    return f"{fact.comparator} {_number(fact.low if fact.low is not None else fact.high)}"


def region_shown(fact: FactRead) -> str:
    """Who may join: ``>= 50``, ``< 3 {0, 1, 2}``, ``present``, or ``-`` where it is not said."""
    if fact.eligible_set and fact.comparator in ("present", "absent"):
        return str(fact.eligible_set[0])
    low = f"{'>=' if fact.eligible_low_inclusive else '>'} {_number(fact.eligible_low)}" if fact.eligible_low is not None else ""
    high = (
        f"{'<=' if fact.eligible_high_inclusive else '<'} {_number(fact.eligible_high)}" if fact.eligible_high is not None else ""
    )
    members = "{" + ", ".join(_number(value) for value in fact.eligible_set) + "}" if fact.eligible_set is not None else ""
    return " ".join(part for part in (low, high, members) if part) or "-"


def _number(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
