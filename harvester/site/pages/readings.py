"""Facts in words, as the notes beside the registry's text say them."""

from __future__ import annotations

import json

from harvester.compare.concept import concept
from harvester.compare.wording import amount, listed, number
from harvester.tables import CriterionFact

_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}


def fact_words(fact: CriterionFact, *, lets_in: bool = False) -> str:
    """What was read, as written: "Alanine aminotransferase ≤ 3 × ULN", "ECOG performance status < 3".

    Where it stands among those who may join, ``lets_in``, and these are all others, the "no" of its sentence is told too.
    """
    label = concept(fact.concept).label + (f" ({fact.detail})" if fact.detail else "")
    said = [label, "not" if lets_in and _is_turned(fact) else "", _value(fact), _window(fact)]
    text = " ".join(part for part in said if part)
    limits = [part for part in (_sex(fact.sex), fact.condition, "an exception" if fact.exception else None) if part]
    return f"{text} ({', '.join(limits)})" if limits else text


def _value(fact: CriterionFact) -> str:
    if fact.comparator in ("present", "absent"):
        return fact.comparator
    if fact.comparator == "in" and fact.value_set:
        values = json.loads(fact.value_set)
        return listed([_member(value) for value in values], "or") if isinstance(values, list) else ""
    if fact.comparator == "range" and fact.low is not None and fact.high is not None:
        return f"{_open(fact.low_inclusive)}{number(fact.low)} to {_open(fact.high_inclusive)}{_with_unit(fact.high, fact)}"
    value = fact.low if fact.low is not None else fact.high
    sign = _SIGNS.get(fact.comparator or "")
    return f"{sign} {_with_unit(value, fact)}" if sign and value is not None else ""


def _is_turned(fact: CriterionFact) -> bool:
    """Whether those may join whose value is none of those that were read."""
    if fact.exception:
        return False
    if fact.value_set and fact.eligible_set:
        return set(json.loads(fact.value_set)).isdisjoint(json.loads(fact.eligible_set))
    read, eligible = (fact.low, fact.high), (fact.eligible_low, fact.eligible_high)
    return None in read and read != (None, None) and read == eligible[::-1]


def _member(value: object) -> str:
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _open(inclusive: bool | None) -> str:
    return "not including " if inclusive is False else ""


def _with_unit(value: float, fact: CriterionFact) -> str:
    if fact.reference in ("ULN", "LLN"):
        return f"{number(value)} × {fact.reference}"
    if fact.reference == "baseline":
        return f"{number(value)} × baseline"
    return amount(value, fact.unit)


def _window(fact: CriterionFact) -> str:
    if fact.window_value is None:
        return ""
    anchor = f", from {fact.window_anchor}" if fact.window_anchor else ""
    return f"{fact.window_relation or 'window of'} {amount(fact.window_value, fact.window_unit)}{anchor}"


def _sex(sex: str | None) -> str | None:
    return {"male": "men", "female": "women"}.get(sex or "")
