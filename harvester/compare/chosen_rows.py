"""Rows that somebody chose: one question, one drug, the few limits that a decision turns on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from harvester.compare.dosing import ONE_ONLY, panel_key
from harvester.compare.model import Comparison, Line, Panel, Row, Sentence, StatedOnly, Timeline
from harvester.compare.sentence import sentences
from harvester.compare.timeline import with_lanes

_Place = tuple[str, str]
"""Key of the panel and of the row."""


def narrowed(comparison: Comparison, names: Sequence[str], *, is_frozen: bool = False) -> Comparison:
    """The comparison with the rows that go by one of ``names``, and what is said, drawn and added up of them alone.

    A row goes by its name as "criteria.lvef", its key or label, the key or title of its panel, and the key of its group of panels
    ("dosing"). A name that nothing goes by is looked for in the keys and labels of rows, among the names that doses are written
    under, and in what one trial alone states; at last in the words of criteria. A drug's name is looked for in all of these.
    A note counts what was chosen; without ``names`` all stays as it is.

    Of one that ``is_frozen`` nothing is worded anew: those of its sentences and pairs stay whose rows are all there.
    """
    if not names:
        return comparison
    wanted, told, note = _chosen(comparison.panels, comparison.stated_only, names)
    cut = (replace(each, rows=tuple(row for row in each.rows if (each.key, row.key) in wanted)) for each in comparison.panels)
    panels = tuple(panel for panel in cut if panel.rows)
    sums = _added_up(panels, comparison.nct_ids)
    return replace(
        comparison,
        panels=panels,
        timelines=_drawn(comparison, {panel.key for panel in panels}),
        totals=tuple(each for each in comparison.totals if (each.nct_id, _sum(each.agent, each.formula)) in sums),
        stated_only=_with_lines(comparison.stated_only, told),
        sentences=_kept_sentences(comparison, wanted) if is_frozen else sentences(panels, comparison.nct_ids),
        pairs=tuple(each for each in comparison.pairs if (each.ref.panel, each.ref.row) in wanted),
        notes=(*comparison.notes, note),
    )


def _kept_sentences(comparison: Comparison, wanted: set[_Place]) -> tuple[Sentence, ...]:
    return tuple(each for each in comparison.sentences if wanted.issuperset(each.rows))


def _added_up(panels: Sequence[Panel], nct_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The sums that the rows show, each with its trial and behind its agent, as the panel of agents of one trial has them."""
    return {
        (nct_id, line.text.casefold() if panel.key == ONE_ONLY else _sum(panel.title, line.text))
        for panel in panels
        for row in panel.rows
        if row.key == "totals"
        for nct_id, cell in zip(nct_ids, row.cells, strict=True)
        for line in cell.lines
    }


def _sum(agent: str, formula: str) -> str:
    return f"{agent}: {formula}".casefold()


def _drawn(comparison: Comparison, keys: set[str]) -> tuple[Timeline, ...]:
    """The timelines with the lanes of agents whose panels are among ``keys``; those without any go."""
    there = {panel.key for panel in comparison.panels}
    titles = {panel.title.casefold(): panel.key for panel in comparison.panels if panel.group == "dosing"}
    cut = (
        with_lanes(
            each,
            tuple(lane for lane in each.lanes if _panel_of_agent(lane.agent or "", there) in keys),
            lambda label: titles.get(label.casefold(), ONE_ONLY) in keys,
        )
        for each in comparison.timelines
    )
    return tuple(timeline for timeline in cut if timeline.lanes)


def _chosen(
    panels: Sequence[Panel], stated_only: Sequence[StatedOnly], names: Sequence[str]
) -> tuple[set[_Place], set[tuple[str, str]], str]:
    """The rows that the names choose, the lines that one trial alone states, and the words that count them."""
    wanted: set[_Place] = set()
    told: set[tuple[str, str]] = set()
    unknown = []
    for name in names:
        rows, lines, is_drug = places(panels, name), set(), is_of_drug(panels, name)
        if not rows or is_drug:
            rows |= {(panel.key, row.key) for panel in panels for row in panel.rows if _holds((row.key, row.label), name)}
            rows |= {(panel.key, row.key) for panel in panels if _gives(panel, name) for row in panel.rows}
            bare = name.removeprefix("criteria.")  # its row goes where the only other trial that states it goes
            lines = {(each.nct_id, line.text) for each in stated_only for line in each.lines if _speaks(line, bare)}
        if is_drug or not (rows or lines):
            rows |= _asking(panels, name)
        wanted |= rows
        told |= lines
        if not rows and not lines:
            unknown.append(name)
    whole = sum(len(panel.rows) for panel in panels)
    note = f"Chosen: {len(wanted)} of {whole} rows"
    if told:
        note += f" and {len(told)} {'criterion' if len(told) == 1 else 'criteria'} that one trial alone states"
    note += "."
    if unknown:
        note += f" No row of these trials is called {', '.join(unknown)}."
    return wanted, told, note


def places(panels: Sequence[Panel], name: str) -> set[_Place]:
    """The rows whose own name, or that of their panel or group, this is."""
    sought = name.casefold()
    return {(panel.key, row.key) for panel in panels for row in panel.rows if sought in _names(panel, row)}


def _panel_of_agent(key: str, there: set[str]) -> str:
    """The key of the panel, of those that are ``there``, that the doses of an agent stand in."""
    own = panel_key(key)
    return own if own in there else ONE_ONLY


def _names(panel: Panel, row: Row) -> frozenset[str]:
    return frozenset(
        each.casefold() for each in (f"{panel.key}.{row.key}", row.key, row.label, panel.key, panel.title, panel.group)
    )


def is_of_drug(panels: Sequence[Panel], name: str) -> bool:
    """Whether it is what a drug is called where doses or interventions are listed."""
    titles = (panel.title for panel in panels if panel.group == "dosing")
    labels = (row.label for panel in panels if panel.key == "interventions" for row in panel.rows)
    return name.casefold() in {each.casefold() for each in (*titles, *labels)}


def _asking(panels: Sequence[Panel], name: str) -> set[_Place]:
    """The rows of criteria whose words have the name."""
    return {
        (panel.key, row.key)
        for panel in panels
        if panel.group == "population"
        for row in panel.rows
        if any(_holds((line.text, *(each.quote for each in line.sources)), name) for cell in row.cells for line in cell.lines)
    }


def _gives(panel: Panel, name: str) -> bool:
    """Whether doses of the panel are written under the name, as "DLI" of donor lymphocytes."""
    if panel.group != "dosing":
        return False
    values = (line.value for row in panel.rows for cell in row.cells for line in cell.lines)
    return any(isinstance(value, dict) and _plain(str(value.get("agent") or "")) == _plain(name) for value in values)


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
