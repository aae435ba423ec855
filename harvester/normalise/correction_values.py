"""Which columns may be corrected, and their values as the corrections file writes them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from harvester.tables import CriterionFact, Dose, EligibilityCriterion, Row, as_json
from harvester.text.limits.concept import concepts

ROW_TYPES: Final[Mapping[str, type[Row]]] = {each.table.name: each for each in (CriterionFact, Dose, EligibilityCriterion)}
WORKED_OUT: Final = ("canonical_low", "canonical_high", "canonical_unit", "line")
"""Columns that follow from others, so that nobody sets them."""

_FIXED: Final = frozenset({
    "fact_id", "dose_id", "criterion_id", "nct_id", "regimen_id", "design_group_id", "intervention_id", "parent_id", "position",
    "level", "label", "secondary_domains", "text", "unit_text", "confidence", "flags", "rule", "quote", "source_path",
    "source_start", "source_end", *WORKED_OUT,
})  # fmt: skip
_WINDOWS: Final = frozenset({"days", "weeks"})


class NotAllowed(ValueError):
    """A column or value that a correction may not have; the message says why in words."""


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of ``table`` that a correction may set."""
    return tuple(name for name in ROW_TYPES[table].table.column_names if name not in _FIXED)


def value_of(table: str, column: str, text: str | None) -> Any:
    """The value that ``text`` writes, as the readers hold it: numbers, truths, tuples of lists; None for no text.

    Raises NotAllowed for a column or a value that cannot be.
    """
    if column not in columns_of(table):
        why = "follows from other columns" if column in WORKED_OUT else f"is no column of {table} that can be set"
        raise NotAllowed(f"{column} {why}")
    declared = next(each for each in ROW_TYPES[table].table.columns if each.name == column)
    if text is None:
        if not declared.nullable:
            raise NotAllowed(f"{column} cannot be empty")
        return None
    value = _typed(column, text, declared.type, declared.is_bool, declared.is_json)
    if declared.choices and value not in declared.choices:
        raise NotAllowed(f"{column} cannot be {text}; it is one of {', '.join(declared.choices)}")
    if column == "concept" and value not in concepts():
        raise NotAllowed(f"{text} is not in the list of concepts")
    return value


def text_of(value: Any) -> str | None:
    """A value as the file writes it: ``3`` for 3.0, ``true``, JSON for lists; None where nothing was read."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return f"{value:.12g}"
    return as_json(value)


def _typed(column: str, text: str, kind: str, is_bool: bool, is_json: bool) -> Any:
    if is_json:
        return _list(column, text)
    if is_bool:
        if text not in ("true", "false"):
            raise NotAllowed(f"{column} is true or false, not {text}")
        return text == "true"
    if kind == "TEXT":
        return text
    try:
        number = int(text) if kind == "INTEGER" else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) >= 1e18:
        raise NotAllowed(f"{column} is a {'whole ' if kind == 'INTEGER' else ''}number, not {text}")
    return number


def _list(column: str, text: str) -> tuple[Any, ...]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if column in _WINDOWS:
        good = isinstance(value, list) and value and all(_is_window(each) for each in value)
        form = "a JSON list of [first, last]"
    else:
        good = isinstance(value, list) and value and all(_is_member(each) for each in value)
        form = "a JSON list of numbers or words"
    if not good:
        raise NotAllowed(f"{column} is {form}, not {text}")
    if column in _WINDOWS:
        return tuple((first, last) for first, last in value)
    return tuple(float(each) if isinstance(each, int) else each for each in value)


def _is_window(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(each) is int and abs(each) < 100_000 for each in value)
        and value[0] <= value[1]
    )


def _is_member(value: Any) -> bool:
    return isinstance(value, str) or (type(value) in (int, float) and math.isfinite(value))
