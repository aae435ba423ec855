"""What a search can be narrowed by: fields of trials, the codes that a trial has there, and how many trials have each."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from harvester.schema import as_json
from harvester.shape import shape
from harvester.tables.codes import code_of
from harvester.tables.places import country_today, names_of_country

Only = Mapping[str, Sequence[str]]
"""Codes by field: a trial has one of those of each field."""
_Told = tuple[Any, ...]
Codes = Mapping[str, str | None]
"""Codes that a trial has in one field, with their labels; empty where its record at hand does not tell."""

_HOLDS = {
    "overall_status": "studies.overall_status IN (SELECT value FROM json_each(?))",
    "phase": "EXISTS (SELECT 1 FROM json_each(?) WHERE instr('/' || studies.phase || '/', '/' || value || '/'))",
    "study_type": "studies.study_type IN (SELECT value FROM json_each(?))",
    "country": """EXISTS (SELECT 1 FROM countries
  WHERE countries.nct_id = studies.nct_id AND removed = 0 AND name IN (SELECT value FROM json_each(?)))""",
    "age": """EXISTS (SELECT 1 FROM eligibilities CROSS JOIN json_each(?) WHERE eligibilities.nct_id = studies.nct_id
  AND CASE value WHEN 'child' THEN child WHEN 'adult' THEN adult WHEN 'older_adult' THEN older_adult END)""",
    "sex": """EXISTS (SELECT 1 FROM eligibilities CROSS JOIN json_each(?) WHERE eligibilities.nct_id = studies.nct_id
  AND value IN ('FEMALE', 'MALE') AND gender IN ('ALL', value))""",
    "results": "CASE has_results WHEN 1 THEN 'posted' WHEN 0 THEN 'none' END IN (SELECT value FROM json_each(?))",
    "source_class": "studies.source_class IN (SELECT value FROM json_each(?))",
}
"""Whether a trial has one of the codes of a field, which come as a JSON list. All in their order on the page."""
NARROWING = tuple(_HOLDS)
"""Fields that a search can be narrowed by, as parameters of an address name them.

A trial of two phases has both codes and that of the two together, one that admits everybody both sexes;
a country is one with sites today, by today's name or by that it had.
"""
_FIELDS = """SELECT overall_status, overall_status_label, phase, phase_label, study_type, study_type_label,
  (SELECT group_concat(name, char(10)) FROM countries WHERE countries.nct_id = studies.nct_id AND removed = 0),
  child, adult, older_adult, gender, has_results, source_class, source_class_label
FROM studies LEFT JOIN eligibilities USING (nct_id) WHERE nct_number IN (SELECT value FROM json_each(?))"""
_PLACES = {
    "overall_status": slice(0, 2),
    "phase": slice(2, 4),
    "study_type": slice(4, 6),
    "country": slice(6, 7),
    "age": slice(7, 10),
    "sex": slice(10, 11),
    "results": slice(11, 12),
    "source_class": slice(12, 14),
}
"""Where the columns of each field stand."""
_AGES = {"child": "Child (to 17)", "adult": "Adult (18 to 64)", "older_adult": "Older adult (from 65)"}
_SEXES = {"FEMALE": "Female", "MALE": "Male"}
_RESULTS = {1: ("posted", "Posted"), 0: ("none", "None posted")}
_OWN = {"age": _AGES, "sex": _SEXES, "results": dict(_RESULTS.values())}
"""Codes and labels of fields that have none of the registry's."""


@shape()
class Kinds:
    """What trials have in one field: code, label and number of trials, the most frequent first.

    ``untold`` is the number of trials whose record at hand says nothing of it.
    """

    field: str
    kinds: tuple[tuple[str, str, int], ...]
    untold: int


def holds(only: Only) -> tuple[str, list[str]]:
    """The condition on a trial of `studies`, with an AND before each part, and its values. KeyError for what is no field."""
    if strange := set(only) - set(NARROWING):
        raise KeyError(min(strange))
    return "".join(f" AND {_HOLDS[field]}" for field in only), [as_json(_stored(field, codes)) for field, codes in only.items()]


def known_names(only: Only) -> Only:
    """The same with codes for labels, and countries by the names of today."""
    return {field: list(dict.fromkeys(known_name(field, code) for code in codes)) for field, codes in only.items()}


def known_name(field: str, value: str) -> str:
    """The code for a value of a field, given as code or label in any case; as it stands where there is none."""
    if field == "country":
        return country_today(value)
    own = {name.casefold(): code for code, label in _OWN.get(field, {}).items() for name in (code, label)}
    return own.get(value.casefold()) or code_of(field, value)


def _stored(field: str, codes: Sequence[str]) -> list[str]:
    """The codes as records have them."""
    return [name for code in codes for name in names_of_country(code)] if field == "country" else list(codes)


def count_kinds(connection: sqlite3.Connection, numbers: str, only: Only) -> tuple[Kinds, ...]:
    """What the trials of these numbers, a JSON list, have in each field.

    Of each field those are counted that ``only`` lets through by all other fields: what choosing one of its codes would find.
    """
    rows = connection.execute(_FIELDS, (numbers,)).fetchall()
    passing, failing = _let_through(rows, only)
    counted = (Counter(row[_PLACES[field]] for row in (*passing, *failing.get(field, ()))) for field in NARROWING)
    return tuple(_kinds(field, told, only.get(field, ()), rows) for field, told in zip(NARROWING, counted, strict=True))


def _let_through(rows: Iterable[_Told], only: Only) -> tuple[list[_Told], dict[str, list[_Told]]]:
    """The trials that ``only`` lets through, and by field those that this field alone does not."""
    known: dict[str, dict[_Told, bool]] = {field: {} for field in only}
    passing: list[_Told] = []
    failing: dict[str, list[_Told]] = {field: [] for field in only}
    for row in rows:
        fails = []
        for field, passes in known.items():
            told = row[_PLACES[field]]
            if told not in passes:
                passes[told] = not _codes(field, told).keys().isdisjoint(only[field])
            if not passes[told]:
                fails.append(field)
        if not fails:
            passing.append(row)
        elif len(fails) == 1:
            failing[fails[0]].append(row)
    return passing, failing


def _kinds(field: str, counted: Counter[_Told], chosen: Collection[str], rows: Iterable[_Told]) -> Kinds:
    """The kinds that there are, the most frequent first, with those chosen."""
    every = {*counted, *(row[_PLACES[field]] for row in rows)} if chosen else counted
    labels = {code: label or code for told in every for code, label in _codes(field, told).items()}
    trials: Counter[str] = Counter()
    for told, number in counted.items():
        for code in _codes(field, told) or ("",):
            trials[code] += number
    untold = trials.pop("", 0)
    shown = ((code, labels.get(code, code), trials[code]) for code in {*trials, *chosen})
    return Kinds(field, tuple(sorted(shown, key=lambda each: (-each[2], each[1], each[0]))), untold)


def _codes(field: str, told: _Told) -> Codes:
    """The codes of what a trial says in a field."""
    if field == "phase":
        apart = dict(zip(_parts(told[0], "/"), _parts(told[1], "/"), strict=False))
        return apart | ({told[0]: told[1]} if len(apart) > 1 else {})
    if field == "country":
        return dict.fromkeys(map(country_today, _parts(told[0], "\n")))
    if field == "age":
        return {code: label for (code, label), lets_in in zip(_AGES.items(), told, strict=True) if lets_in}
    if field == "sex":
        return {code: label for code, label in _SEXES.items() if told[0] in (code, "ALL")}
    if field == "results":
        return dict([_RESULTS[told[0]]]) if told[0] in _RESULTS else {}
    return {told[0]: told[1]} if told[0] else {}


def _parts(text: str | None, between: str) -> list[str]:
    return text.split(between) if text else []
