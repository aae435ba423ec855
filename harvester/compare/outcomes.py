"""Outcome measures side by side: alike measures in one row, whatever their rank, with their time frames in one unit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

from harvester.compare.definition_file import read_yaml, spotter_of
from harvester.compare.model import Cell, Line, Panel, Row
from harvester.compare.reading_words import clean
from harvester.compare.row import make_row
from harvester.compare.similarity import Pairs, Similarity, grouped
from harvester.compare.time_frame import days_of, in_one_unit
from harvester.compare.trial import Trial
from harvester.compare.wording import listed, shortened
from harvester.span import Source
from harvester.tables import DesignOutcome

_OUTCOMES = "protocolSection.outcomesModule"
_TITLES = {"primary": "Primary outcomes", "secondary": "Secondary outcomes", "other": "Other outcomes"}
_HELP = "A measure stands under the highest rank that any of the trials gives it; its own rank is noted where it is another."

_Members = dict[str, DesignOutcome]


def outcome_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """A panel a rank; a row for each measure that trials share, and one for those of one trial only."""
    left = {trial.nct_id: _measures(trial) for trial in trials}
    similarity = Similarity(each.measure or "" for found in left.values() for each in found)
    groups = grouped(left, partial(_scores, similarity))
    panels = []
    for rank, title in _TITLES.items():
        shared = [each for each in groups if _rank(each) == rank and len(each) > 1]
        rows = [_shared_row(trials, each, similarity, f"{rank}-{at}", rank) for at, each in enumerate(shared, start=1)]
        alone = [each for each in groups if _rank(each) == rank and len(each) == 1]
        if alone:
            rows.append(_lone_row(trials, alone, rank))
        panels.append(Panel(f"outcomes_{rank}", title, "outcomes", tuple(rows), _HELP if shared else None))
    return tuple(panel for panel in panels if panel.rows)


def _measures(trial: Trial) -> tuple[DesignOutcome, ...]:
    return tuple(each for each in trial.rows.of(DesignOutcome) if each.measure)


def _rank(members: _Members) -> str:
    return min((each.outcome_type for each in members.values()), key=list(_TITLES).index)


def _scores(similarity: Similarity, anchors: Sequence[DesignOutcome], there: Sequence[DesignOutcome]) -> Pairs:
    """Pairs of the same names, or without a name and alike enough; of several, those of one rank and time frame come first."""
    least = float(read_yaml("alignment.yaml")["score"]["outcome"])
    found = []
    names_there = [outcome_names(other) for other in there]
    for mine, anchor in enumerate(anchors):
        named = outcome_names(anchor)
        for theirs, other in enumerate(there):
            if named != names_there[theirs]:
                continue
            score = similarity.score(anchor.measure or "", other.measure or "") + (1.0 if named else 0.0)
            if score >= least:
                same_rank = anchor.outcome_type == other.outcome_type
                same_time = in_one_unit(anchor.time_frame) == in_one_unit(other.time_frame)
                found.append((score + 0.02 * same_rank + 0.02 * same_time, mine, theirs))
    return found


def _shared_row(trials: Sequence[Trial], members: _Members, similarity: Similarity, key: str, rank: str) -> Row:
    anchor, *others = members.values()
    words = similarity.shared(anchor.measure or "", others[0].measure or "")
    cells = [
        Cell("stated", (outcome_line(members[trial.nct_id], rank),)) if trial.nct_id in members else _silent(trial)
        for trial in trials
    ]
    names = sorted(outcome_names(anchor) & outcome_names(others[0]))
    why = f"measures of {listed(names)}" if names else f"measures that share {listed([f'“{word}”' for word in words])}"
    label = listed([f"{name[:1].upper()}{name[1:]}" for name in names]) or shortened(clean(anchor.measure or ""), 80)
    return make_row(key, label, cells, why=why, told=_times)


def _times(cell: Cell) -> object:
    return tuple(line.value["in_one_unit"] or line.value["time_frame"] for line in cell.lines)


def _lone_row(trials: Sequence[Trial], alone: Sequence[_Members], rank: str) -> Row:
    cells = []
    for trial in trials:
        own = tuple(outcome_line(each[trial.nct_id], rank) for each in alone if trial.nct_id in each)
        cells.append(Cell("stated", own) if own else _none_left(trial, rank))
    return make_row(f"{rank}-others", "Measures of one trial only", cells, why="measures without a counterpart in another trial")


def _none_left(trial: Trial, rank: str) -> Cell:
    if any(each.outcome_type == rank for each in _measures(trial)):
        return Cell("not applicable", note="all its measures of this rank stand in other rows")
    return _silent(trial)


def _silent(trial: Trial) -> Cell:
    return Cell("not stated") if _measures(trial) and trial.is_at_hand(_OUTCOMES) else trial.absent(_OUTCOMES)


def outcome_names(outcome: DesignOutcome) -> frozenset[str]:
    """The defined outcomes that a measure names."""
    return _named_in(outcome.measure or "")


@lru_cache(maxsize=4096)
def _named_in(measure: str) -> frozenset[str]:
    text = " ".join(measure.casefold().split())
    return frozenset(spotter_of("outcomes.yaml").spoken_of(text))


def outcome_line(outcome: DesignOutcome, rank: str | None = None) -> Line:
    """An outcome as a line: the measure, then its time frame, in one unit where that is sure; its own rank, if not ``rank``."""
    measure, frame = clean(outcome.measure or ""), clean(outcome.time_frame or "")
    path = f"protocolSection.outcomesModule.{outcome.outcome_type}Outcomes[{outcome.position}]"
    sources = [Source(f"{path}.measure", 0, len(outcome.measure or ""), outcome.measure or "")]
    if outcome.time_frame:
        sources.append(Source(f"{path}.timeFrame", 0, len(outcome.time_frame), outcome.time_frame))
    shown = in_one_unit(outcome.time_frame)
    notes = [f"{outcome.outcome_type} outcome"] if rank and outcome.outcome_type != rank else []
    notes += [f"time frame: {frame}"] if frame else []
    value = {
        "measure": outcome.measure,
        "time_frame": outcome.time_frame,
        "days": days_of(outcome.time_frame),
        "in_one_unit": shown,
    }
    return Line(f"{measure} ({shown})" if shown else measure, tuple(sources), value=value, note="; ".join(notes) or None)
