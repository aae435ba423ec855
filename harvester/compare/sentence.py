"""A short summary made only from cells, in a reader's order: what is given, to how many, to whom, how much, to what end.

A sentence is left out when its cells do not carry it, and when it would say what goes without saying.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from harvester.compare.eligible import GAP
from harvester.compare.model import Cell, CellRef, Panel, Row, Sentence, Verdict
from harvester.compare.wording import amount, listed, lowered, number, shortened

_Rows = Mapping[tuple[str, str], tuple[Panel, Row]]
_SHOWN: Final = 4
"""Most trials, rows or names that a sentence spells out."""
_ROWS_SHOWN: Final = 5
_ADMITS: Final[Mapping[Verdict, str]] = {
    "looser": "admits more people",
    "stricter": "admits fewer people",
    "overlapping": "admits partly other people",
    "disjoint": "admits wholly other people",
}
_EVERYBODY: Final = ("ALL",)
"""Values of fields that leave nobody out: that trials are alike in them is not worth a sentence."""
_USUAL: Final = ("pregnancy", "breast_feeding")
"""Criteria that nearly every trial has: nor is that worth one."""
_PRIMARY: Final = ".primaryOutcomes["


def sentences(panels: Sequence[Panel], nct_ids: Sequence[str]) -> tuple[Sentence, ...]:
    """Sentences on agents, phase, size, who may join, dosing, primary outcomes and contradictions, in this order."""
    by_key = {(panel.key, row.key): (panel, row) for panel in panels for row in panel.rows}
    makers: tuple[Callable[..., list[Sentence]], ...] = (
        _agents, _phases, _sizes, _limits, _same_limits, _totals, _primary, _conflicts,
    )  # fmt: skip
    return tuple(sentence for make in makers for sentence in make(by_key, nct_ids))


def _agents(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """What all of them give, and what of few trials one alone gives."""
    there = [(panel, row) for panel, row in rows.values() if panel.key == "interventions"]
    shared = [(panel, row) for panel, row in there if all(cell.state == "stated" for cell in row.cells)]
    found = []
    if shared and len(nct_ids) > 1:
        text = f"Given in {_all(nct_ids)}: {_names([row.label for _, row in shared])}."
        found.append(Sentence(text, _refs(shared, nct_ids[:1])))
    found += _given_by_some(there, nct_ids)
    parts: list[str] = []
    refs: list[CellRef] = []
    for at, nct_id in enumerate(nct_ids):
        alone = [(panel, row) for panel, row in there if _is_given_only_by(row, at)]
        if alone:
            parts.append(f"only in {nct_id}: {_names([row.label for _, row in alone])}")
            refs += _refs(alone, [nct_id])
    if parts and 1 < len(nct_ids) <= _SHOWN:
        text = "; ".join(parts)
        found.append(Sentence(f"{text[0].upper()}{text[1:]}.", tuple(refs)))
    return found


def _given_by_some(there: Sequence[tuple[Panel, Row]], nct_ids: Sequence[str]) -> list[Sentence]:
    """What several of many trials give, and which: the agents that most of them share first."""
    agents = (found for found in there if found[1].key != "only-here")
    some = [(panel, row) for panel, row in agents if 1 < len(_stating(row, nct_ids)) < len(nct_ids)]
    first = sorted(some, key=lambda found: -len(_stating(found[1], nct_ids)))[:_SHOWN]
    if not first:
        return []
    said = "; ".join(f"{row.label} in {_givers(row, nct_ids)}" for _, row in first)
    more = f"; {len(some) - _SHOWN} more in several" if len(some) > _SHOWN else ""
    refs = tuple(ref for panel, row in first for ref in _refs([(panel, row)], _stating(row, nct_ids)[:1]))
    return [Sentence(f"Given in several: {said}{more}.", refs)]


def _givers(row: Row, nct_ids: Sequence[str]) -> str:
    """The trials that state an agent: by number where they are few, or all but those few that do not have it."""
    stating = _stating(row, nct_ids)
    without = [nct_id for nct_id, cell in zip(nct_ids, row.cells, strict=True) if cell.state == "not applicable"]
    if len(stating) < _SHOWN:
        return listed(stating)
    if len(without) <= 2 and len(stating) + len(without) == len(nct_ids):
        return f"all but {listed(without)}"
    return listed(stating) if len(stating) <= _SHOWN else f"{len(stating)} of the {len(nct_ids)} trials"


def _stating(row: Row, nct_ids: Sequence[str]) -> list[str]:
    return [nct_id for nct_id, cell in zip(nct_ids, row.cells, strict=True) if cell.state == "stated"]


def _is_given_only_by(row: Row, at: int) -> bool:
    return all(cell.state == ("stated" if place == at else "not applicable") for place, cell in enumerate(row.cells))


def _phases(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """The trials of each phase."""
    found = rows.get(("design", "phase"))
    if not found or len(nct_ids) < 2 or not _all_state_one(found[1]):
        return []
    by_phase: dict[str, list[str]] = {}
    for nct_id, cell in zip(nct_ids, found[1].cells, strict=True):
        by_phase.setdefault(cell.lines[0].text, []).append(nct_id)
    if len(by_phase) == 1:
        text = f"{next(iter(by_phase))}: {_all(nct_ids)}."
    else:
        text = "; ".join(f"{phase}: {listed(those)}" for phase, those in by_phase.items()) + "."
    return [Sentence(text, _refs([found], nct_ids))]


def _sizes(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """Participants of each trial that states them; of many the span."""
    found = rows.get(("status", "enrollment"))
    if not found:
        return []
    cells = dict(zip(nct_ids, found[1].cells, strict=True))
    stating = [nct_id for nct_id, cell in cells.items() if cell.state == "stated" and len(cell.lines) == 1]
    silent = [nct_id for nct_id in nct_ids if nct_id not in stating]
    if len(stating) < 2:
        return []
    open_ = f"; not known of {listed(silent)}" if silent else ""
    if len(stating) <= _SHOWN:
        text = f"Participants: {listed([f'{cells[nct_id].lines[0].text} in {nct_id}' for nct_id in stating])}{open_}."
        return [Sentence(text, _refs([found], stating))]
    values = {nct_id: cells[nct_id].lines[0].value for nct_id in stating}
    if not all(isinstance(value, int) for value in values.values()):
        return []
    least, most = min(stating, key=lambda each: values[each]), max(stating, key=lambda each: values[each])
    text = f"Participants: from {number(values[least])} in {least} to {number(values[most])} in {most}{open_}."
    return [Sentence(text, _refs([found], [least, most]))]


def _limits(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """A sentence a row in which the trials do not admit the same people; of many rows those that part most trials."""
    there = [found for found in rows.values() if _parted(found[1])]
    first = sorted(there, key=lambda found: -_parted(found[1]))[:_ROWS_SHOWN]
    shown = [found for found in there if found in first]
    alike: dict[str, list[tuple[Panel, Row]]] = {}
    for each in shown:
        alike.setdefault(_limit_words(each[1], nct_ids), []).append(each)
    said = [_limit(words, those, nct_ids) for words, those in alike.items()]
    rest = [found for found in there if found not in first]
    if rest:
        labels = _names([lowered(row.label) for _, row in rest])
        said.append(Sentence(f"Who may join differs also by {labels}.", _refs(rest, nct_ids[:1])))
    return said


def _parted(row: Row) -> int:
    """How many trials do not admit the people whom the focal trial admits."""
    return sum(cell.verdict in _ADMITS for cell in row.cells)


def _limit(words: str, found: Sequence[tuple[Panel, Row]], nct_ids: Sequence[str]) -> Sentence:
    """One sentence for all rows in which the same trials state the same."""
    labels = [row.label if at == 0 else lowered(row.label) for at, (_, row) in enumerate(found)]
    cells = found[0][1].cells
    told = [nct_id for nct_id, cell in zip(nct_ids, cells, strict=True) if cell.verdict in _ADMITS or cell is cells[0]]
    return Sentence(f"{listed(labels)}: {words}", _refs(found, told))


def _limit_words(row: Row, nct_ids: Sequence[str]) -> str:
    """How the people that the others admit lie to those of the focal trial; which of them cannot be compared is said too."""
    parts = []
    for verdict, admits in _ADMITS.items():
        those = [(nct_id, cell) for nct_id, cell in zip(nct_ids, row.cells, strict=True) if cell.verdict == verdict]
        if those:
            named = [f"{nct_id} ({_words(cell)})" for nct_id, cell in those]
            each = listed(named) if len(named) <= _SHOWN else f"{len(named)} trials"
            parts.append(f"{each} {admits if len(those) == 1 else admits.replace('admits', 'admit')}")
    odd = [nct_id for nct_id, cell in zip(nct_ids, row.cells, strict=True) if cell.verdict == "not comparable"]
    open_ = f"; not comparable: {listed(odd)}" if odd else ""
    return f"beside {nct_ids[0]} ({_words(row.cells[0])}), {listed(parts)}{open_}."


def _same_limits(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """Limits that all of them set alike."""
    there = [found for found in rows.values() if _is_one_limit(found[1])]
    if not there:
        return []
    shown = [f"{lowered(row.label)} ({_words(row.cells[0])})" for _, row in there[:_SHOWN]]
    if len(there) > _SHOWN:
        shown.append(f"{len(there) - _SHOWN} more")
    text = f"{_all(nct_ids).capitalize()} admit the same people by {listed(shown)}."
    return [Sentence(text, _refs(there, nct_ids))]


def _is_one_limit(row: Row) -> bool:
    mine = row.cells[0]
    if len(row.cells) < 2 or row.key in _USUAL or mine.state != "stated":
        return False
    is_limit = any(line.value not in _EVERYBODY for line in mine.lines)
    return is_limit and all(cell.verdict == "same" for cell in row.cells[1:])


def _totals(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """A sentence an agent whose total the focal trial states, and another in the same unit, or that another gives at least."""
    given = {row.label.casefold(): sum(cell.state == "stated" for cell in row.cells) for row in _interventions(rows)}
    found = []
    for panel, row in rows.values():
        if row.key != "totals" or row.cells[0].state != "stated":
            continue
        stating = [(nct_id, cell) for nct_id, cell in zip(nct_ids, row.cells, strict=True) if cell.state == "stated"]
        units = {line.value["unit"] for _, cell in stating for line in cell.lines}
        is_shared = len(stating) > 1 or given.get(panel.title.casefold(), 0) > 1
        if is_shared and len(units) == 1 and all(len(cell.lines) == 1 for _, cell in stating):
            each = listed([f"{_amount(cell)} in {nct_id}" for nct_id, cell in stating])
            alone = "" if len(stating) > 1 else "; no total was read of any other"
            refs = _refs([(panel, row)], [nct_id for nct_id, _ in stating])
            found.append(Sentence(f"{panel.title} in all: {each}{alone}.", refs))
    return found


def _conflicts(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """The records that contradict themselves, so that no value of theirs is taken for more than it is."""
    found = rows.get(("quality", "conflicts"))
    if not found:
        return []
    told = [
        (nct_id, sum(isinstance(line.value, str) and line.value != GAP for line in cell.lines))
        for nct_id, cell in zip(nct_ids, found[1].cells, strict=True)
    ]
    each = [f"{nct_id} in {count} {'place' if count == 1 else 'places'}" for nct_id, count in told if count]
    if not each:
        return []
    verb = "The record contradicts itself:" if len(each) == 1 else "Records contradict themselves:"
    return [Sentence(f"{verb} {listed(each)}.", _refs([found], [nct_id for nct_id, count in told if count]))]


def _interventions(rows: _Rows) -> list[Row]:
    return [row for panel, row in rows.values() if panel.key == "interventions"]


def _primary(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """The first primary outcome of each of few trials, and how many more it has."""
    said: dict[str, list[tuple[Panel, Row, str]]] = {nct_id: [] for nct_id in nct_ids}
    for panel, row in rows.values():
        if panel.group != "outcomes":
            continue
        for nct_id, cell in zip(nct_ids, row.cells, strict=True):
            primary = (line for line in cell.lines if line.sources and _PRIMARY in line.sources[0].path)
            said[nct_id] += [(panel, row, shortened(line.text, 80)) for line in primary]
    if not 1 < len(nct_ids) <= _SHOWN or not all(said.values()):
        return []
    parts = []
    for nct_id, own in said.items():
        more = f" and {len(own) - 1} more" if len(own) > 1 else ""
        parts.append(f"{own[0][2]}{more} in {nct_id}")
    refs = tuple(CellRef(own[0][0].key, own[0][1].key, nct_id) for nct_id, own in said.items())
    return [Sentence(f"Primary outcome: {'; '.join(parts)}.", refs)]


def _all_state_one(row: Row) -> bool:
    return all(cell.state == "stated" and len(cell.lines) == 1 for cell in row.cells)


def _all(nct_ids: Sequence[str]) -> str:
    return "both trials" if len(nct_ids) == 2 else f"all {len(nct_ids)} trials"


def _names(labels: Sequence[str]) -> str:
    more = len(labels) - 2 * _SHOWN
    return listed([*labels[: 2 * _SHOWN], f"{more} more"] if more > 0 else labels)


def _refs(there: Sequence[tuple[Panel, Row]], nct_ids: Sequence[str]) -> tuple[CellRef, ...]:
    return tuple(CellRef(panel.key, row.key, nct_id) for panel, row in there for nct_id in nct_ids)


def _words(cell: Cell) -> str:
    return shortened(cell.words, 60)


def _amount(cell: Cell) -> str:
    line = cell.lines[0]
    said = amount(line.value["amount"], line.value["unit"])
    apart = line.text.partition(f"{said}, ")[2]
    return f"{said} ({apart})" if apart else said
