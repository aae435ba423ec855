"""A comparison as a dated object: frozen under the hash of its content, opened again as it was, held against a later one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from harvester.compare.model import Cell, Comparison, Line
from harvester.compare.wording import with_signs
from harvester.shape import shape
from harvester.tables import ComparisonSnapshot, Json

_OF_RECORD = {("quality", key) for key in ("source", "data_timestamp", "last_update", "verification")}
"""Rows that tell which version of a record is at hand, by panel and row."""


def freeze(comparison: Comparison, created_at: str) -> ComparisonSnapshot:
    """The comparison as a row to keep. Its key is the SHA-256 of its content: the same comparison has the same key."""
    content = _canonical(comparison.as_json())
    return ComparisonSnapshot(
        snapshot_sha256=hashlib.sha256(content.encode("ascii")).hexdigest(),
        comparison_id=None,
        nct_ids=Json(_canonical(list(comparison.nct_ids))),
        created_at=created_at,
        program_version=comparison.program_version,
        content=Json(content),
    )


def with_hash(comparison: Comparison, snapshot: ComparisonSnapshot) -> Comparison:
    """The comparison for a file, with a note that names what was frozen, and how to tell what changed since."""
    sha256 = snapshot.snapshot_sha256
    note = f"Frozen {snapshot.created_at[:10]}, SHA-256 {sha256}; what changed since: trialside diff {sha256[:12]}."
    return replace(comparison, notes=(*comparison.notes, note))


def is_whole(snapshot: ComparisonSnapshot) -> bool:
    """Whether the content is still the one its key was made from."""
    return hashlib.sha256(snapshot.content.encode("utf-8")).hexdigest() == snapshot.snapshot_sha256


def reopen(snapshot: ComparisonSnapshot) -> Comparison:
    """The comparison as it was frozen. ValueError when its content is damaged, or of a shape this program does not know."""
    if not is_whole(snapshot):
        raise ValueError("its content is not what was frozen")
    try:
        found: Comparison = _made(Comparison, json.loads(snapshot.content))
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"it was frozen by trialside {snapshot.program_version} in another form ({problem})") from None
    return found


def _canonical(value: object) -> str:
    # Escapes, so that no character of a record can be lost on the way to the disk.
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _made(kind: Any, value: Any) -> Any:
    """``value``, plain lists and dictionaries, as the type it was made from."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        wanted = [each for each in inner if each is not NoneType]
        return value if value is None or len(wanted) != 1 else _made(wanted[0], value)
    if origin is tuple:
        return tuple(_made(inner[0], each) for each in value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, value)
    return value


def _object(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given: dict[str, Any] = {}
    for each in fields(kind):
        if each.name in value:
            given[each.name] = _made(hints[each.name], value[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            raise KeyError(each.name)
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


_ONLY_HERE = "stated only here"


@shape()
class CellChange:
    """What one trial says otherwise in a later comparison: ``where`` is the panel and row, None stands for nothing said.

    ``is_of_record``: only which version of the record it is, and of which days; every new version has others.
    """

    nct_id: str
    where: str
    before: str | None
    after: str | None
    is_of_record: bool = False


def comparison_changes(before: Comparison, after: Comparison) -> tuple[CellChange, ...]:
    """What the trials of two comparisons say otherwise, in the order of the newer; trials that are in one only come last.

    A row that only one of them has is told where its words are nowhere in the other: rows come and go with other trials too.
    """
    both = [nct_id for nct_id in after.nct_ids if nct_id in before.nct_ids]
    found = [change for nct_id in both for change in _of_trial(before, after, nct_id)]
    gone = [CellChange(each, "trials compared", each, None) for each in before.nct_ids if each not in both]
    come = [CellChange(each, "trials compared", None, each) for each in after.nct_ids if each not in both]
    return (*found, *gone, *come)


def changes_within(changes: Iterable[CellChange], parts: Sequence[Comparison]) -> tuple[CellChange, ...]:
    """Those of the changes between two whole comparisons that are of rows, or lines stated only once, in these ``parts``."""
    there = {where for part in parts for where in _cells(part, part.nct_ids[0])}
    alone = {(each.nct_id, line.text) for part in parts for each in part.stated_only for line in each.lines}
    return tuple(
        each
        for each in changes
        if each.where in there or (each.where == _ONLY_HERE and (each.nct_id, each.before or each.after) in alone)
    )


def _of_trial(before: Comparison, after: Comparison, nct_id: str) -> Iterator[CellChange]:
    old, new = _cells(before, nct_id), _cells(after, nct_id)
    old_quotes, new_quotes = _quotes(before, nct_id), _quotes(after, nct_id)
    stamps = {f"{panel.title}: {row.label}" for panel in after.panels for row in panel.rows if (panel.key, row.key) in _OF_RECORD}
    for where in dict.fromkeys((*old, *new)):
        was, now = old.get(where), new.get(where)
        if was is not None and now is not None:
            if not _says_the_same(was, now):
                yield CellChange(nct_id, where, _words(was), _words(now), where in stamps)
        elif was is not None and _is_news(was.lines, new_quotes):
            yield CellChange(nct_id, where, _words(was), None)
        elif now is not None and _is_news(now.lines, old_quotes):
            yield CellChange(nct_id, where, None, _words(now))
    told_old, told_new = _alone(before, nct_id), _alone(after, nct_id)
    for line in told_old:
        if _is_news((line,), new_quotes):
            yield CellChange(nct_id, _ONLY_HERE, line.text, None)
    for line in told_new:
        if _is_news((line,), old_quotes):
            yield CellChange(nct_id, _ONLY_HERE, None, line.text)


def _cells(comparison: Comparison, nct_id: str) -> dict[str, Cell]:
    column = comparison.nct_ids.index(nct_id)
    return {f"{panel.title}: {row.label}": row.cells[column] for panel in comparison.panels for row in panel.rows}


_SPELLED = (
    (re.compile(r"(?<=\bµg/)d\b"), "day"),
    (re.compile(r"(?<= )10\*6/L\b"), "× 10⁶/L"),
)
"""Units as earlier versions of this program wrote them, and as they are written now."""


def _says_the_same(was: Cell, now: Cell) -> bool:
    """Whether two cells say the same, however their units are spelled."""
    return _spelled(_words(was)) == _spelled(_words(now))


def _spelled(words: str) -> str:
    words = with_signs(words)
    for earlier, today in _SPELLED:
        words = earlier.sub(today, words)
    return words


def _words(cell: Cell) -> str:
    return f"{cell.words} (beside the focal trial: {cell.verdict})" if cell.verdict else cell.words


def _alone(comparison: Comparison, nct_id: str) -> tuple[Line, ...]:
    return next((each.lines for each in comparison.stated_only if each.nct_id == nct_id), ())


def _quotes(comparison: Comparison, nct_id: str) -> set[str]:
    lines = [line for cell in _cells(comparison, nct_id).values() for line in cell.lines]
    return {source.quote for line in (*lines, *_alone(comparison, nct_id)) for source in line.sources}


def _is_news(lines: tuple[Line, ...], known: set[str]) -> bool:
    """Whether something is stated in words that the other comparison does not show anywhere."""
    return any(line.sources and line.sources[-1].quote not in known for line in lines)
