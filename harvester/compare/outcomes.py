"""Outcome measures side by side: alike measures in one row, with their time frames in one unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harvester.compare.definition_file import read_yaml
from harvester.compare.model import Cell, Line, Panel, Row
from harvester.compare.reading_words import clean
from harvester.compare.row import make_row
from harvester.compare.similarity import Similarity, match_pairs
from harvester.compare.time_frame import days_of, in_months
from harvester.compare.trial import Trial
from harvester.compare.wording import listed, shortened
from harvester.span import Source
from harvester.tables import DesignOutcome

_TITLES = {"primary": "Primary outcomes", "secondary": "Secondary outcomes", "other": "Other outcomes"}


def outcome_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """A panel a rank; a row for each measure that trials share, and one for those of one trial only."""
    panels = (Panel(f"outcomes_{rank}", title, "outcomes", _rows(trials, rank)) for rank, title in _TITLES.items())
    return tuple(panel for panel in panels if panel.rows)


def _rows(trials: Sequence[Trial], rank: str) -> tuple[Row, ...]:
    left = {trial.nct_id: _measures(trial, rank) for trial in trials}
    similarity = Similarity(each.measure or "" for found in left.values() for each in found)
    rows: list[Row] = []
    for at, trial in enumerate(trials):
        anchors = left[trial.nct_id]
        members: list[dict[str, DesignOutcome]] = [{trial.nct_id: each} for each in anchors]
        for other in trials[at + 1 :]:
            there = left[other.nct_id]
            for mine, theirs, _score in match_pairs(_scores(similarity, anchors, there)):
                members[mine][other.nct_id] = there[theirs]
            taken = {each[other.nct_id].design_outcome_id for each in members if other.nct_id in each}
            left[other.nct_id] = tuple(each for each in there if each.design_outcome_id not in taken)
        shared = [each for each in members if len(each) > 1]
        rows.extend(_shared_row(trials, each, similarity, f"{rank}-{len(rows) + k}") for k, each in enumerate(shared, 1))
        left[trial.nct_id] = tuple(each[trial.nct_id] for each in members if len(each) == 1)
    if any(left.values()):
        rows.append(_lone_row(trials, left, rank))
    return tuple(rows)


def _measures(trial: Trial, rank: str) -> tuple[DesignOutcome, ...]:
    return tuple(each for each in trial.rows.of(DesignOutcome) if each.outcome_type == rank and each.measure)


def _scores(
    similarity: Similarity, anchors: Sequence[DesignOutcome], there: Sequence[DesignOutcome]
) -> list[tuple[float, int, int]]:
    least = float(read_yaml("alignment.yaml")["score"]["outcome"])
    found = []
    for mine, anchor in enumerate(anchors):
        for theirs, other in enumerate(there):
            score = similarity.score(anchor.measure or "", other.measure or "")
            if score >= least:
                found.append((score, mine, theirs))
    return found


def _shared_row(trials: Sequence[Trial], members: Mapping[str, DesignOutcome], similarity: Similarity, key: str) -> Row:
    anchor, *others = members.values()
    words = similarity.shared(anchor.measure or "", others[0].measure or "")
    cells = [
        Cell("stated", (outcome_line(members[trial.nct_id]),)) if trial.nct_id in members else _silent(trial) for trial in trials
    ]
    why = f"measures that share {listed([f'“{word}”' for word in words])}"
    return make_row(key, shortened(clean(anchor.measure or ""), 80), cells, why=why)


def _lone_row(trials: Sequence[Trial], left: Mapping[str, Sequence[DesignOutcome]], rank: str) -> Row:
    cells = [
        Cell("stated", tuple(outcome_line(each) for each in left[trial.nct_id]))
        if left[trial.nct_id]
        else _none_left(trial, rank)
        for trial in trials
    ]
    return make_row(f"{rank}-others", "Measures of one trial only", cells, why="measures without a counterpart in another trial")


def _none_left(trial: Trial, rank: str) -> Cell:
    return Cell("not applicable", note="all its measures stand above") if _measures(trial, rank) else trial.absent()


def _silent(trial: Trial) -> Cell:
    return Cell("not stated") if trial.rows.of(DesignOutcome) else trial.absent()


def outcome_line(outcome: DesignOutcome) -> Line:
    """An outcome as a line: the measure, then its time frame, in one unit where that is sure."""
    measure, frame = clean(outcome.measure or ""), clean(outcome.time_frame or "")
    path = f"protocolSection.outcomesModule.{outcome.outcome_type}Outcomes[{outcome.position}]"
    sources = [Source(f"{path}.measure", 0, len(outcome.measure or ""), outcome.measure or "")]
    if outcome.time_frame:
        sources.append(Source(f"{path}.timeFrame", 0, len(outcome.time_frame), outcome.time_frame))
    shown = in_months(outcome.time_frame)
    note = f"time frame: {frame}" if frame else None
    value = {"measure": outcome.measure, "time_frame": outcome.time_frame, "days": days_of(outcome.time_frame)}
    return Line(f"{measure} ({shown})" if shown else measure, tuple(sources), value=value, note=note)
