"""The extraction table of a screening: one row a trial and an entry of the vignette."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harvester.compare.screening import Point, Screened, screened
from harvester.compare.trial import Trial
from harvester.compare.vignette import Vignette
from harvester.export.extraction import Column, Extraction, Value, origin
from harvester.shape import shape
from harvester.span import Source
from harvester.tables import StudyRows


@shape()
class Answered:
    """What one trial says on one entry."""

    trial: Trial
    screened: Screened
    point: Point
    stated: Value

    @property
    def sources(self) -> Sequence[Source]:
        """The places it was read from."""
        return [source for line in self.point.lines for source in line.sources[:1]]


def _place(answered: Answered) -> Source | None:
    return answered.sources[0] if answered.sources else None


def screening_table(vignette: Vignette) -> Extraction[Answered]:
    """The table of this vignette; its trials come in the order that they are given in."""

    def answers(trial: Trial) -> Iterator[Answered]:
        told = screened(vignette, trial.rows)
        for point in told.points:
            stated = vignette.stated[point.entry.name]
            yield Answered(trial, told, point, {True: "yes", False: "no"}[stated] if isinstance(stated, bool) else stated)

    columns: tuple[Column[Answered], ...] = (
        Column("nct_id", "NCT number", lambda a: a.screened.nct_id),
        Column("brief_title", "Brief title", lambda a: a.screened.title),
        Column("overall_status", "Status", lambda a: a.screened.status),
        Column("phase", "Phase", lambda a: a.screened.phase),
        Column("excluded", "Whether a criterion, as read, excludes the person described", lambda a: a.screened.is_excluded),
        Column("entry", "What is stated of the person", lambda a: a.point.entry.label),
        Column("stated", "As what", lambda a: a.stated),
        Column("standing", "met, not met, cannot tell, or not stated by the trial", lambda a: a.point.standing),
        Column("why", "Why", lambda a: a.point.why),
        Column("reading", "What the trial says, one criterion a line", lambda a: "\n".join(line.text for line in a.point.lines)),
        Column("words", "The words it was read from", lambda a: "\n".join(dict.fromkeys(each.quote for each in a.sources))),
        Column("source_path", "Field of the record of the first of them", lambda a: each.path if (each := _place(a)) else None),
        Column("source_start", "First character in that field, from 0", lambda a: each.start if (each := _place(a)) else None),
        Column("source_end", "Character after the last one", lambda a: each.end if (each := _place(a)) else None),
        *origin(lambda a: a.trial),
    )
    lead = "One row a trial and a thing stated of the person. It shortens a list; it never says that somebody may join."
    return Extraction("screening", "Screening", lead, answers, columns)


def in_order(screened: Sequence[Screened], studies: Sequence[StudyRows]) -> list[StudyRows]:
    """The trials in the order of the screening."""
    by_number = {study.nct_id: study for study in studies}
    return [by_number[each.nct_id] for each in screened]
