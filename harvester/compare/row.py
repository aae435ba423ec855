"""Making rows: one question put to every trial, and whether the answers differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from harvester.compare.model import Agreement, Cell, Line, Row
from harvester.compare.trial import Trial

SAME_FIELD = "the same field of each record"


def make_row(
    key: str,
    label: str,
    cells: Sequence[Cell],
    *,
    why: str = SAME_FIELD,
    help: str | None = None,  # noqa: A002 - the model's name
    unit: str | None = None,
    told: Callable[[Cell], object] | None = None,
    settles: bool = True,
) -> Row:
    """A row from its cells; whether it differs is told from them, by ``told`` of a cell where wording alone is no difference.

    With ``settles`` False, cells of which ``told`` is equal may differ all the same: then likeness is not claimed.
    """
    told = told or lines_of
    is_different = differs(cells, told)
    agreement = agreement_of(cells, is_different, settles)
    is_alike = is_different and _is_alike_where_stated(cells, told, settles)
    return Row(key, label, tuple(cells), is_different, why, help, unit, agreement, is_alike)


def _is_alike_where_stated(cells: Sequence[Cell], told: Callable[[Cell], object], settles: bool) -> bool:
    """Whether those that state something would be alike without those that are silent.

    Where it is not applicable to one, as a drug that it does not give, that is a difference; words that were not read may be one.
    """
    stated = [cell for cell in cells if cell.state == "stated"]
    others = [cell for cell in cells if cell.state != "stated"]
    if len(stated) < 2 or any(cell.state == "not applicable" or cell.lines for cell in others):
        return False
    is_silent = any(cell.state == "not stated" for cell in others)
    is_worded_alike = len({lines_of(cell) for cell in stated}) == 1
    is_judged = {cell.verdict for cell in stated if cell is not cells[0]} == {"same"}
    return is_silent and (is_worded_alike or is_judged) and agreement_of(stated, differs(stated, told), settles) == "alike"


def agreement_of(cells: Sequence[Cell], is_different: bool, settles: bool) -> Agreement:
    """What can be said of the cells of a row."""
    if is_different:
        return "differs"
    verdicts = {cell.verdict for cell in cells[1:]}
    if any(is_open(cell) for cell in cells) or "not comparable" in verdicts:
        return "cannot tell"
    return "alike" if settles or verdicts == {"same"} else "cannot tell"


def ask(key: str, label: str, trials: Iterable[Trial], answer: Callable[[Trial], Cell], *, help: str | None = None) -> Row:  # noqa: A002
    """A row that asks every trial the same."""
    return make_row(key, label, [answer(trial) for trial in trials], help=help)


def filled(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows in which at least one trial states something or may state it unread."""
    return tuple(row for row in rows if any(cell.state == "stated" or cell.lines for cell in row.cells))


def lines_of(cell: Cell) -> object:
    """What a cell says, without regard to case and order."""
    return frozenset(line.text.casefold() for line in cell.lines)


def differs(cells: Sequence[Cell], told: Callable[[Cell], object] = lines_of) -> bool:
    """Whether the trials answer differently, as far as can be told: what was not read neither agrees nor differs.

    Where verdicts were given they decide, as far as they go; otherwise what ``told`` makes of a cell. Where one states something
    and another has words on it that were not read, the silence of further ones is no difference either.
    """
    verdicts = {cell.verdict for cell in cells if cell.verdict}
    if verdicts - {"same", "not comparable"}:
        return True
    known = [cell for cell in cells if not is_open(cell)]
    is_spoken_of = any(cell.lines for cell in cells if is_open(cell))
    if is_spoken_of and [each.state for each in known].count("stated") == 1:
        return False
    if verdicts == {"same"}:
        return any(cell.state != "stated" for cell in known)
    return len({(cell.state, told(cell)) for cell in known}) > 1


def is_open(cell: Cell) -> bool:
    """Whether what a cell says was not read, or all it says is words by which it was not read who may join."""
    return cell.state == "not read" or (bool(cell.lines) and all(_claims_nothing(line) for line in cell.lines))


def _claims_nothing(line: Line) -> bool:
    return isinstance(line.value, dict) and line.value.get("tells_who_may_join") is False


def lines_cell(lines: Sequence[Line | None], trial: Trial, path: str) -> Cell:
    """A cell of the lines that there are; what the record leaves out at ``path`` when there is none."""
    there = tuple(line for line in lines if line)
    return Cell("stated", there) if there else trial.absent(path)
