"""Rows that somebody chose: one question, one drug, the few limits that a decision turns on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from harvester.compare.dosing import ONE_ONLY, panel_key
from harvester.compare.model import Comparison, Line, Panel, Row, Sentence, StatedOnly, Timeline
from harvester.compare.sentence import sentences
from harvester.compare.timeline import with_lanes

_Place = tuple[str, str]
"""Key of the panel and of the row; of what one trial alone states, the trial and the text."""
_Worded = list[tuple[_Place, str]]
"""Words by the place they stand for."""


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
    named, drugs, said = _by_name(panels), _drugs(panels), _Said(panels, stated_only)
    for name in names:
        rows, lines, is_drug = set(named.get(name.casefold(), ())), set(), name.casefold() in drugs
        if not rows or is_drug:
            rows |= _having(said.labels, name) | said.agents.get(_plain(name), set())
            lines = _having(said.lines, name.removeprefix("criteria."))  # its row goes where the other trial that states it goes
        if is_drug or not (rows or lines):
            rows |= _having(said.criteria, name)
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


def own_rows(panels: Sequence[Panel], names: Iterable[str]) -> dict[str, set[_Place]]:
    """The names that rows, panels or groups go by, each with its rows. Those of drugs choose more, by words, and are left out."""
    named, drugs = _by_name(panels), _drugs(panels)
    low = ((name, name.casefold()) for name in names)
    return {name: named[each] for name, each in low if each in named and each not in drugs}


def _panel_of_agent(key: str, there: set[str]) -> str:
    """The key of the panel, of those that are ``there``, that the doses of an agent stand in."""
    own = panel_key(key)
    return own if own in there else ONE_ONLY


def _by_name(panels: Sequence[Panel]) -> dict[str, set[_Place]]:
    """The rows by their own names, and those of their panels and groups."""
    found: dict[str, set[_Place]] = {}
    for panel in panels:
        for row in panel.rows:
            for name in (f"{panel.key}.{row.key}", row.key, row.label, panel.key, panel.title, panel.group):
                found.setdefault(name.casefold(), set()).add((panel.key, row.key))
    return found


def _drugs(panels: Sequence[Panel]) -> frozenset[str]:
    """What drugs are called where doses or interventions are listed."""
    titles = (panel.title for panel in panels if panel.group == "dosing")
    labels = (row.label for panel in panels if panel.key == "interventions" for row in panel.rows)
    return frozenset(each.casefold() for each in (*titles, *labels))


class _Said:
    """The words in which names are looked for, made ready once: an address has room for thousands of names."""

    def __init__(self, panels: Sequence[Panel], stated_only: Sequence[StatedOnly]) -> None:
        self._rows = [(panel, row) for panel in panels for row in panel.rows]
        self._stated_only = stated_only

    @cached_property
    def labels(self) -> _Worded:
        """The keys and labels of rows."""
        return [((panel.key, row.key), _joined((row.key, row.label))) for panel, row in self._rows]

    @cached_property
    def criteria(self) -> _Worded:
        """The words of criteria, by their rows."""
        return [((panel.key, row.key), _joined(_texts(row))) for panel, row in self._rows if panel.group == "population"]

    @cached_property
    def lines(self) -> _Worded:
        """What one trial alone states, with its concept, by trial and text."""
        told = ((each.nct_id, line) for each in self._stated_only for line in each.lines)
        return [((nct_id, line.text), _joined((line.text, _value(line, "concept")))) for nct_id, line in told]

    @cached_property
    def agents(self) -> Mapping[str, set[_Place]]:
        """The rows of panels by the names that doses in them are written under, as "dli" of donor lymphocytes."""
        found: dict[str, set[str]] = {}
        dosing = [(panel, row) for panel, row in self._rows if panel.group == "dosing"]
        for panel, row in dosing:
            for line in (line for cell in row.cells for line in cell.lines):
                found.setdefault(_plain(_value(line, "agent")), set()).add(panel.key)
        return {
            name: {(panel.key, row.key) for panel, row in dosing if panel.key in keys} for name, keys in found.items() if name
        }


def _texts(row: Row) -> Iterator[str]:
    for line in (line for cell in row.cells for line in cell.lines):
        yield line.text
        yield from (each.quote for each in line.sources)


def _value(line: Line, key: str) -> str:
    return str(line.value.get(key) or "") if isinstance(line.value, dict) else ""


def _joined(texts: Iterable[str]) -> str:
    """The words of texts, each between blanks; no text goes on in the next."""
    return "\n".join(f" {_plain(text)} " for text in texts)


def _having(worded: _Worded, name: str) -> set[_Place]:
    """What has the name as words of its own; a key's words are parted by low lines."""
    sought = _plain(name)
    return {place for place, text in worded if f" {sought} " in text} if sought else set()


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _with_lines(stated_only: Sequence[StatedOnly], told: set[tuple[str, str]]) -> tuple[StatedOnly, ...]:
    kept = ((each.nct_id, tuple(line for line in each.lines if (each.nct_id, line.text) in told)) for each in stated_only)
    return tuple(StatedOnly(nct_id, lines) for nct_id, lines in kept if lines)
