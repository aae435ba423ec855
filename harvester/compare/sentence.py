"""A short summary made only from cells. A sentence is left out when its cells do not carry it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harvester.compare.model import Cell, CellRef, Panel, Row, Sentence, Verdict
from harvester.compare.wording import amount, listed, lowered, shortened

_SHOWN = 4
_BY_VERDICT: tuple[tuple[Verdict, str], ...] = (
    ("stricter", "admits fewer people than {focal} by {rows}"),
    ("looser", "admits more people than {focal} by {rows}"),
    ("overlapping", "admits partly other people than {focal} by {rows}"),
    ("disjoint", "admits nobody whom {focal} admits by {rows}"),
    ("same", "admits the same people as {focal} by {rows}"),
)


def sentences(panels: Sequence[Panel], nct_ids: Sequence[str]) -> tuple[Sentence, ...]:
    """Sentences on design, size, who may join, and dosing, in this order."""
    by_key = {(panel.key, row.key): (panel, row) for panel in panels for row in panel.rows}
    makers: tuple[Callable[..., list[Sentence]], ...] = (_phases, _sizes, _verdicts, _totals)
    return tuple(sentence for make in makers for sentence in make(by_key, nct_ids))


_Rows = dict[tuple[str, str], tuple[Panel, Row]]


def _phases(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    return _each_says(rows, nct_ids, ("design", "phase"), "Phase: {each}.")


def _sizes(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    return _each_says(rows, nct_ids, ("status", "enrollment"), "Participants: {each}.")


def _each_says(rows: _Rows, nct_ids: Sequence[str], key: tuple[str, str], pattern: str) -> list[Sentence]:
    """A sentence that repeats a row in which all trials state one line and differ; of more than four it would be a list."""
    found = rows.get(key)
    if not found or not found[1].differs or len(nct_ids) > _SHOWN:
        return []
    panel, row = found
    if any(cell.state != "stated" or len(cell.lines) != 1 for cell in row.cells):
        return []
    each = listed([f"{nct_id} {cell.lines[0].text}" for nct_id, cell in zip(nct_ids, row.cells, strict=True)])
    return [Sentence(pattern.format(each=each), tuple(CellRef(panel.key, row.key, nct_id) for nct_id in nct_ids))]


def _verdicts(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    found = []
    for at, nct_id in enumerate(nct_ids[1:], start=1):
        for verdict, pattern in _BY_VERDICT:
            there = [(panel, row) for panel, row in rows.values() if row.cells[at].verdict == verdict]
            if there:
                shown = [f"{lowered(row.label)} ({_beside(row.cells[0], row.cells[at], verdict)})" for _, row in there[:_SHOWN]]
                if len(there) > _SHOWN:
                    shown.append(f"{len(there) - _SHOWN} more")
                text = f"{nct_id} {pattern.format(focal=nct_ids[0], rows=listed(shown))}."
                refs = tuple(CellRef(panel.key, row.key, nct) for panel, row in there for nct in (nct_ids[0], nct_id))
                found.append(Sentence(text, refs))
    return found


def _beside(focal: Cell, other: Cell, verdict: Verdict) -> str:
    mine, theirs = (shortened(cell.words, 60) for cell in (focal, other))
    if verdict == "same":
        return mine
    return f"{theirs} beside {mine}"


def _totals(rows: _Rows, nct_ids: Sequence[str]) -> list[Sentence]:
    """A sentence an agent whose total the focal trial and another state in the same unit."""
    found = []
    for panel, row in rows.values():
        if row.key != "totals" or row.cells[0].state != "stated":
            continue
        stating = [(nct_id, cell) for nct_id, cell in zip(nct_ids, row.cells, strict=True) if cell.state == "stated"]
        units = {line.value["unit"] for _, cell in stating for line in cell.lines}
        if len(stating) > 1 and len(units) == 1 and all(len(cell.lines) == 1 for _, cell in stating):
            each = listed([f"{_amount(cell)} in {nct_id}" for nct_id, cell in stating])
            refs = tuple(CellRef(panel.key, row.key, nct_id) for nct_id, _ in stating)
            found.append(Sentence(f"{panel.title} in all: {each}.", refs))
    return found


def _amount(cell: Cell) -> str:
    value = cell.lines[0].value
    return amount(value["amount"], value["unit"])
