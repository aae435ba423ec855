"""The parts of a reading that come from few fields: where these stay the same in a new record, they need not be read again.

    criteria   eligibilityModule                        lines, facts, contradictions among them, coverage of the text
    doses      armsInterventionsModule, descriptions    regimens, doses, schedule, contradictions among them, coverage

All other rows are read in any case: they cost little.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from harvester.tables import (
    CriterionFact,
    Dose,
    DoseRegimen,
    EligibilityCriterion,
    RecordConflict,
    Row,
    ScheduleEvent,
    TextCoverage,
    UnreadText,
)
from harvester.tables.eligibility import CRITERIA
from harvester.tables.plain import PlainRows

PARTS: Final = ("criteria", "doses")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "criteria": ("eligibilityModule",),
    "doses": ("armsInterventionsModule", "descriptionModule"),
}
"""Modules of the record's protocol section that decide what a part is."""
_OWN: Final[Mapping[str, tuple[type[Row], ...]]] = {
    "criteria": (EligibilityCriterion, CriterionFact),
    "doses": (DoseRegimen, Dose, ScheduleEvent),
}
"""Tables whose rows are all of one part."""
_SHARED: Final[tuple[type[Row], ...]] = (RecordConflict, TextCoverage, UnreadText)
"""Tables with rows of both, those of the criteria first, and then perhaps with others."""
_SIGNS: Final = {"conflict": "criteria", "dose": "doses", "total": "doses"}
"""What the number of a contradiction begins with, after the trial's."""


def fingerprint(body: Mapping[str, Any], part: str) -> str:
    """Thirty-two hexadecimal digits of the fields that decide a part: the same digits, the same rows by the same rules."""
    from hashlib import blake2b  # here, since to show what was read needs none of them

    import orjson

    protocol = body.get("protocolSection")
    fields = [protocol.get(name) if isinstance(protocol, dict) else None for name in FIELDS[part]]
    try:
        told = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # a number or a sign that it does not write
        told = json.dumps(fields, sort_keys=True).encode()
    return blake2b(told, digest_size=16).hexdigest()


def fingerprints(body: Mapping[str, Any]) -> tuple[str, str]:
    """Those of all parts."""
    return fingerprint(body, PARTS[0]), fingerprint(body, PARTS[1])


def same_parts(body: Mapping[str, Any], stored: Sequence[str | None]) -> tuple[str, ...]:
    """The parts that come from the same fields as the stored ones, of whose fields ``stored`` are the fingerprints."""
    return tuple(part for part, now, before in zip(PARTS, fingerprints(body), stored, strict=False) if now == before)


def is_sound(tables: PlainRows) -> bool:
    """Whether every field was what the registry's data model says. Of others a part of the reading may have taken note."""
    kind = RecordConflict.table.column_names.index("kind")
    return all(row[kind] != "schema" for row in tables.get(RecordConflict.table.name, ()))


def completed(tables: PlainRows, stored: PlainRows, kept: Collection[str]) -> PlainRows:
    """What was read without the parts ``kept``, with these as they are ``stored``: the rows, in their order, of the whole."""
    if not kept:
        return tables
    whole = dict(tables)
    for part in kept:
        for row_type in _OWN[part]:
            _put(whole, row_type.table.name, stored.get(row_type.table.name, ()))
    for row_type in _SHARED:
        name = row_type.table.name
        by_part: dict[str, list[tuple[Any, ...]]] = {part: [] for part in (*PARTS, "")}
        for row in stored.get(name, ()):
            if (part := part_of(row_type, row)) in kept:
                by_part[part].append(row)
        for row in tables.get(name, ()):
            by_part[part_of(row_type, row)].append(row)
        _put(whole, name, chain.from_iterable(by_part.values()))
    return whole


def part_of(row_type: type[Row], row: tuple[Any, ...]) -> str:
    """The part that a row of a table with rows of both is of; empty for rows of neither."""
    if row_type is RecordConflict:
        sign = str(row[_CONFLICT_ID]).partition(".")[2].rstrip("0123456789")
        return _SIGNS.get(sign, "")
    return "criteria" if row[_PATH[row_type]] == CRITERIA else "doses"


_CONFLICT_ID = RecordConflict.table.column_names.index("conflict_id")
_PATH: Final[Mapping[type[Row], int]] = {
    each: each.table.column_names.index("source_path") for each in (TextCoverage, UnreadText)
}


def _put(whole: dict[str, list[tuple[Any, ...]]], name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    found = list(rows)
    if found:
        whole[name] = found
    else:
        whole.pop(name, None)
