"""Rows that somebody chose: one question, one drug, the few limits that a decision turns on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harvester.compare.dosing import ONE_ONLY, panel_key
from harvester.compare.model import Panel, Row


def names_of(panel: Panel, row: Row) -> frozenset[str]:
    """What a row goes by, in small letters: "criteria.lvef", "lvef", its label, and the name of its panel."""
    return frozenset(each.casefold() for each in (f"{panel.key}.{row.key}", row.key, row.label, panel.key))


def unknown_rows(panels: Sequence[Panel], names: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that no row goes by."""
    known = {name for panel in panels for row in panel.rows for name in names_of(panel, row)}
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in known))


def chosen_panels(panels: Sequence[Panel], names: Sequence[str]) -> tuple[Panel, ...]:
    """The panels with the rows that go by one of ``names``; all where there are no names."""
    if not names:
        return tuple(panels)
    wanted = {name.casefold() for name in names}
    kept = (replace(panel, rows=tuple(row for row in panel.rows if wanted & names_of(panel, row))) for panel in panels)
    return tuple(panel for panel in kept if panel.rows)


def panel_of_agent(key: str, panels: Sequence[Panel]) -> str:
    """The key of the panel that the doses of an agent stand in."""
    own = panel_key(key)
    return own if any(panel.key == own for panel in panels) else ONE_ONLY


def chosen_note(panels: Sequence[Panel], chosen: Sequence[Panel], names: Sequence[str]) -> str:
    """How many rows were chosen, and which names no row goes by."""
    kept, whole = (sum(len(panel.rows) for panel in each) for each in (chosen, panels))
    unknown = unknown_rows(panels, names)
    said = f" No row of these trials is called {', '.join(unknown)}." if unknown else ""
    return f"{kept} of {whole} rows were chosen.{said}"
