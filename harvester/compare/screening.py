"""Many trials held against one vignette: what each says on every point that the vignette states.

A screening shortens a list: it tells which trials exclude the person described by what was read, and which do not. It never says
that somebody may join: most criteria are about things that no vignette states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from harvester.compare.concept import concept
from harvester.compare.model import Line
from harvester.compare.reading_words import criterion_line, fact_line
from harvester.compare.trial import Trial
from harvester.compare.vignette import Answer, Entry, Judged, Vignette, entries, judge
from harvester.shape import shape
from harvester.tables import CriterionFact, Eligibility, EligibilityCriterion, Row, Study, StudyRows

Standing = Literal["met", "not met", "cannot tell", "not stated"]
_STANDINGS: dict[Answer, Standing] = {"exclude": "not met", "cannot tell": "cannot tell", "include": "met"}
LOOKED_AT: tuple[type[Row], ...] = (Study, Eligibility, EligibilityCriterion, CriterionFact)
"""Row types that a screening looks at, beside the version of the record."""
_MODULE = "protocolSection.eligibilityModule"
_FIELDS = {"age": "minimumAge", "sex": "sex"}
"""Entries that a field of the registry answers; the others are answered by the criteria."""
_UNREAD = "spoken of, but no value was read"
_OF_KIN = "what was read is of another time or kind, and tells nothing of it today"


@shape()
class Point:
    """What a trial says on one entry of the vignette: how the person stands to it, why, and the criteria that say it."""

    entry: Entry
    standing: Standing
    why: str = ""
    lines: tuple[Line, ...] = ()


@shape()
class Screened:
    """One trial. ``points`` has one of each stated entry, in the order of `entries`; ``others`` is the number of other criteria.

    ``is_excluded``: at least one criterion, as read, excludes the person.
    """

    nct_id: str
    title: str
    status: str | None
    phase: str | None
    is_excluded: bool
    points: tuple[Point, ...]
    others: int
    is_digest: bool = False

    def count(self, standing: Standing) -> int:
        """The number of points with this standing."""
        return sum(point.standing == standing for point in self.points)


def stated_entries(vignette: Vignette) -> tuple[Entry, ...]:
    """The entries that the vignette states, in the order of the definitions."""
    return tuple(entry for entry in entries() if entry.name in vignette.stated)


def screen(vignette: Vignette, studies: Iterable[StudyRows]) -> list[Screened]:
    """The trials: those that do not exclude first, among them those with more points met; equal ones in the order given."""
    return sorted((screened(vignette, study) for study in studies), key=rank)


def rank(each: Screened) -> tuple[bool, int, int, int]:
    """What puts trials in order: not excluded first, then fewer points not met, more met, more that cannot be told."""
    return each.is_excluded, each.count("not met"), -each.count("met"), -each.count("cannot tell")


def screened(vignette: Vignette, study: StudyRows) -> Screened:
    """One trial held against the vignette."""
    asked = stated_entries(vignette)
    names = {entry.name for entry in asked}
    trial, judged = Trial.of(study), judge(vignette, study, names).judged
    return Screened(
        nct_id=trial.nct_id,
        title=trial.study.brief_title or trial.study.official_title or "Untitled trial",
        status=trial.study.overall_status_label,
        phase=trial.study.phase_label,
        is_excluded=any(each.answer == "exclude" for each in judged),
        points=tuple(_point(trial, entry, [each for each in judged if each.entry == entry.name]) for entry in asked),
        others=sum(each.entry not in names for each in judged),
        is_digest=trial.source == "digest",
    )


def _point(trial: Trial, entry: Entry, judged: Sequence[Judged]) -> Point:
    """The worst of what its criteria say: one that excludes settles it, and one that leaves it open weighs more than one met."""
    for answer, standing in _STANDINGS.items():
        deciding = [each for each in judged if each.answer == answer and not each.is_of_others]
        if deciding:
            return Point(entry, standing, deciding[0].why, (*_lines(entry, deciding), *_fields_at_odds(entry, answer, judged)))
    if judged:  # only limits of the other sex, or of a donor, are left: they say nothing of this person
        return Point(entry, "cannot tell", judged[0].why, _lines(entry, judged))
    spoken = trial.speaks(concept(entry.concept)) if entry.concept else ()
    if kin := _kin(trial, entry, spoken):
        return Point(entry, "cannot tell", _OF_KIN, kin)
    if spoken:
        return Point(entry, "cannot tell", _UNREAD, tuple(criterion_line(trial.facts, each) for each in spoken))
    absent = trial.absent(f"{_MODULE}.{_FIELDS.get(entry.name, 'eligibilityCriteria')}")
    return Point(entry, "not stated") if absent.state == "not stated" else Point(entry, "cannot tell", absent.note or "")


def _kin(trial: Trial, entry: Entry, spoken: Sequence[EligibilityCriterion]) -> tuple[Line, ...]:
    """What was read of things that only bear the entry's name with more behind it: the age at onset, of the age."""
    own = (fact for each in spoken for fact in trial.facts.of_criterion.get(each.criterion_id, ()))
    kin = (fact for fact in own if concept(fact.concept).label.startswith(f"{entry.label} "))
    return tuple(fact_line(trial.facts, fact, named=True) for fact in kin)


def _fields_at_odds(entry: Entry, answer: Answer, judged: Sequence[Judged]) -> tuple[Line, ...]:
    """The registry's fields where they admit whom a criterion excludes: "from 1 Year to 25 Years" beside "less than 25 years"."""
    admitting = [each for each in judged if each.criterion_id is None and each.answer == "include"]
    lines = _lines(entry, admitting) if answer == "exclude" else ()
    return tuple(replace(line, text=f"met by the registry's field: {line.text}") for line in lines)


def _lines(entry: Entry, judged: Sequence[Judged]) -> tuple[Line, ...]:
    """What was judged, without the name of what is asked for: that stands over it."""
    lines = (replace(each.line, text=_unnamed(entry, each.line.text)) for each in judged)
    return tuple({line.text: line for line in lines}.values())


def _unnamed(entry: Entry, text: str) -> str:
    names = [entry.label, *([concept(entry.concept).label] if entry.concept else [])]
    return next((text[len(name) + 2 :] for name in names if text.casefold().startswith(f"{name.casefold()}: ")), text)
