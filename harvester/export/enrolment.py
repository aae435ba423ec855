"""Participants of each trial, under its phase, as bars on one scale."""

from __future__ import annotations

from typing import Final

from harvester.compare.model import Cell, Comparison
from harvester.compare.wording import number
from harvester.export.drawing import CHARACTER, WIDTH, Box, Drawing, Fill, Stroke, Tone, Word, cells_of, is_estimated, said

KEY: Final = "enrolment"
LEFT, RIGHT, TOP = 116.0, 150.0, 6.0
_LANE, _HEADING, _BAR = 24.0, 24.0, 14.0
_ORDER = ("Early phase 1", "Phase 1", "Phase 1/Phase 2", "Phase 2", "Phase 2/Phase 3", "Phase 3", "Phase 4")


def enrolment(comparison: Comparison, width: float = WIDTH) -> Drawing | None:
    """The picture; None where fewer than two trials state how many take part."""
    sizes, phases = cells_of(comparison, "status", "enrollment"), cells_of(comparison, "design", "phase")
    values = [_value(cell) for cell in sizes]
    if sum(value is not None for value in values) < 2:
        return None
    most = max(1, *(value for value in values if value is not None))
    strokes: list[Stroke] = []
    boxes: list[Box] = []
    words: list[Word] = []
    y = TOP
    for phase, places in _by_phase(phases):
        words.append(Word(8.0, y + 16, phase, "trial"))
        y += _HEADING
        strokes.append(Stroke(f"M{LEFT:g} {y - 2:g}v{len(places) * _LANE - 4:g}", "axis"))
        for place in places:
            trial, value = comparison.trials[place], values[place]
            words.append(Word(8.0, y + 12, trial.nct_id, "label"))
            text = said(sizes[place])
            if value is not None:
                length = round(max(value / most * (width - LEFT - RIGHT), 2.0), 1)
                fill: Fill = "hatched" if is_estimated(sizes[place]) else "solid"
                tone: Tone = "focal" if trial.is_focal else ""
                boxes.append(Box(LEFT, y, length, _BAR, fill, tone, f"{trial.nct_id}: {text} participants"))
                words.append(Word(LEFT + length + CHARACTER, y + 12, text, "label"))
            else:
                words.append(Word(LEFT, y + 12, text, "label"))
            y += _LANE
    return Drawing(
        key=KEY,
        group="status",
        title="Participants by phase",
        description=f"Participants planned or had by {', '.join(comparison.nct_ids)}. The table holds the same.",
        legend=f"From 0 to {number(most)} participants on one scale. Solid: actual. Hatched: estimated, or not said which.",
        height=y + 6,
        strokes=tuple(strokes),
        boxes=tuple(boxes),
        marks=(),
        words=tuple(words),
        columns=("Trial", "Phase", "Participants"),
        rows=tuple((trial.nct_id, _phase(phases[place]), said(sizes[place])) for place, trial in enumerate(comparison.trials)),
        width=width,
    )


def _value(cell: Cell | None) -> int | None:
    value = cell.lines[0].value if cell and cell.state == "stated" and cell.lines else None
    return value if isinstance(value, int) and value >= 0 else None


def _phase(cell: Cell | None) -> str:
    return said(cell) if cell is not None and cell.state == "stated" else f"phase {said(cell)}"


def _by_phase(cells: tuple[Cell | None, ...]) -> list[tuple[str, list[int]]]:
    """Places of the trials by phase, early phases first, those without one last; in a phase the trials' own order."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        found.setdefault(_phase(cell), []).append(place)
    return sorted(found.items(), key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else len(_ORDER))
