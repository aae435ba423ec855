"""Rows that somebody chose: one question, one drug, the few limits that a decision turns on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from harvester.compare.dosing import ONE_ONLY, panel_key
from harvester.compare.model import Line, Panel, Row, StatedOnly
from harvester.shape import shape

_Place = tuple[str, str]
"""Key of the panel and of the row."""


@shape()
class Chosen:
    """What names chose: ``panels`` with these rows, ``stated_only`` with lines that no row is about, a ``note`` that counts."""

    panels: tuple[Panel, ...]
    stated_only: tuple[StatedOnly, ...]
    note: str


def choose(panels: Sequence[Panel], stated_only: Sequence[StatedOnly], names: Sequence[str]) -> Chosen:
    """The rows that go by one of ``names``: the name of a row as "criteria.lvef", its key or label, the key or title of a panel,
    or the key of a group of panels ("dosing").

    A name that nothing goes by is looked for in the keys and labels of rows, and in what one trial alone states.
    """
    wanted: set[_Place] = set()
    told: set[tuple[str, str]] = set()
    unknown = []
    for name in names:
        rows, lines = places(panels, name), set()
        if not rows:
            rows = {(panel.key, row.key) for panel in panels for row in panel.rows if _holds((row.key, row.label), name)}
            lines = {(each.nct_id, line.text) for each in stated_only for line in each.lines if _speaks(line, name)}
        wanted |= rows
        told |= lines
        if not rows and not lines:
            unknown.append(name)
    kept = (replace(panel, rows=tuple(row for row in panel.rows if (panel.key, row.key) in wanted)) for panel in panels)
    whole = sum(len(panel.rows) for panel in panels)
    note = f"Chosen: {len(wanted)} of {whole} rows"
    if told:
        note += f" and {len(told)} {'criterion' if len(told) == 1 else 'criteria'} that one trial alone states"
    note += "."
    if unknown:
        note += f" No row of these trials is called {', '.join(unknown)}."
    return Chosen(tuple(panel for panel in kept if panel.rows), _with_lines(stated_only, told), note)


def places(panels: Sequence[Panel], name: str) -> set[_Place]:
    """The rows whose own name, or that of their panel or group, this is."""
    sought = name.casefold()
    return {(panel.key, row.key) for panel in panels for row in panel.rows if sought in _names(panel, row)}


def panel_of_agent(key: str, panels: Sequence[Panel]) -> str:
    """The key of the panel that the doses of an agent stand in."""
    own = panel_key(key)
    return own if any(panel.key == own for panel in panels) else ONE_ONLY


def _names(panel: Panel, row: Row) -> frozenset[str]:
    return frozenset(
        each.casefold() for each in (f"{panel.key}.{row.key}", row.key, row.label, panel.key, panel.title, panel.group)
    )


def _speaks(line: Line, name: str) -> bool:
    about = line.value.get("concept") if isinstance(line.value, dict) else None
    return _holds((line.text, str(about or "")), name)


def _holds(texts: Iterable[str], name: str) -> bool:
    """Whether one of the texts has the name as words of its own; a key's words are parted by low lines."""
    sought = _plain(name)
    return bool(sought) and any(f" {sought} " in f" {_plain(text)} " for text in texts)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _with_lines(stated_only: Sequence[StatedOnly], told: set[tuple[str, str]]) -> tuple[StatedOnly, ...]:
    kept = ((each.nct_id, tuple(line for line in each.lines if (each.nct_id, line.text) in told)) for each in stated_only)
    return tuple(StatedOnly(nct_id, lines) for nct_id, lines in kept if lines)
