"""A trial's texts with what was read from them: arms, interventions, eligibility, dosing, summary and description."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace

from harvester.compare.correction_words import corrections_shown
from harvester.compare.dosing import flags_beside, regimen_words
from harvester.compare.model import Comparison
from harvester.compare.trial import Trial
from harvester.compare.wording import for_reading
from harvester.export.html import pictures_of
from harvester.site.marked_text import Item, Mark, MarkedText, mark_text
from harvester.site.pages.readings import fact_words
from harvester.site.trial_context import Arm, DoseLine, DosingView, EligibilityView, Field, GivenIntervention, Prose, Unread
from harvester.span import Source, Span
from harvester.tables import (
    BriefSummary,
    Correction,
    CriterionFact,
    DesignGroup,
    DesignGroupIntervention,
    DetailedDescription,
    Dose,
    DoseRegimen,
    EligibilityCriterion,
    Intervention,
    InterventionOtherName,
    TextCoverage,
    UnreadText,
)

CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"
_ARMS = "protocolSection.armsInterventionsModule"
_DESCRIPTIONS = "protocolSection.descriptionModule"
_SINGLE_ROLE = "single"
_FIELDS = {BriefSummary: "briefSummary", DetailedDescription: "detailedDescription"}


class TrialTexts:
    """Makes the texts of one trial. Readings are numbered through the page, in the order the texts are asked for."""

    def __init__(self, trial: Trial, here: Source | None = None) -> None:
        self.trial = trial
        self.rows = trial.rows
        self.here = here
        self.shown: set[str] = set()
        self._next = 1
        self._coverage = {each.source_path: (each.characters, each.read_characters) for each in self.rows.of(TextCoverage)}
        inclusion = {each.criterion_id for each in self.rows.of(EligibilityCriterion) if each.section == "inclusion"}
        self._marks = _marks_by_path((*self.rows.of(CriterionFact), *self.rows.of(Dose)), inclusion, self.rows.of(Correction))

    def eligibility(self, fields: tuple[Field, ...], absent: str) -> EligibilityView:
        """Who may take part."""
        criteria = self.rows.of(EligibilityCriterion)
        items = [
            Item(Span(each.source_start, each.source_end), each.level, each.kind)
            for each in criteria
            if each.source_path == CRITERIA
        ]
        counted = [each for each in criteria if each.level == 0 and each.kind in ("item", "parent")]
        return EligibilityView(
            fields=fields,
            text=self.marked(CRITERIA, self.trial.eligibility.criteria, items),
            absent=absent,
            inclusion=sum(each.section == "inclusion" for each in counted),
            exclusion=sum(each.section == "exclusion" for each in counted),
            unread=tuple(
                Unread(each.quote, each.reason, each.source_path)
                for each in self.rows.of(UnreadText)
                if each.source_path == CRITERIA
            ),
        )

    def arms(self) -> tuple[Arm, ...]:
        """Arms or groups."""
        given = self._links("design_group_id", lambda link: link.intervention_id)
        names = {each.intervention_id: each.name or "unnamed" for each in self.rows.of(Intervention)}
        return tuple(
            Arm(
                title=each.title or "unnamed",
                kind=each.group_type_label,
                text=self.marked(f"{_ARMS}.armGroups[{each.position}].description", each.description),
                interventions=tuple(names.get(key, key) for key in given.get(each.design_group_id, ())),
            )
            for each in self.rows.of(DesignGroup)
        )

    def interventions(self) -> tuple[GivenIntervention, ...]:
        """Interventions."""
        arms = self._links("intervention_id", lambda link: link.design_group_id)
        titles = {each.design_group_id: each.title or "unnamed" for each in self.rows.of(DesignGroup)}
        others: dict[str, list[str]] = {}
        for other in self.rows.of(InterventionOtherName):
            others.setdefault(other.intervention_id, []).append(other.name)
        return tuple(
            GivenIntervention(
                name=each.name or "unnamed",
                kind=each.intervention_type_label,
                text=self.marked(f"{_ARMS}.interventions[{each.position}].description", each.description),
                other_names=tuple(others.get(each.intervention_id, ())),
                arms=tuple(titles.get(key, key) for key in arms.get(each.intervention_id, ())),
            )
            for each in self.rows.of(Intervention)
        )

    def prose(self, key: str, title: str, row_type: type[BriefSummary] | type[DetailedDescription], absent: str) -> Prose:
        """A long text; marked where something was read from it or a link led to it."""
        row = self.rows.one(row_type)
        text = row.description if row else None
        path = f"{_DESCRIPTIONS}.{_FIELDS[row_type]}"
        wanted = path in self._marks or (self.here is not None and self.here.path == path)
        return Prose(key, title, text, self.marked(path, text) if wanted else None, absent)

    def dosing(self, comparison: Comparison, absent: str) -> DosingView:
        """Doses, regimens, timeline and totals; the last two from the comparison that this trial makes with itself."""
        titles = {each.design_group_id: each.title for each in self.rows.of(DesignGroup)}
        regimens = (regimen_words(each, self.rows.of(Dose)) or each.name or "regimen" for each in self.rows.of(DoseRegimen))
        return DosingView(
            regimens=tuple(dict.fromkeys(regimens)),
            doses=tuple(_dose_lines(self.rows.of(Dose), titles, self.rows.of(Correction))),
            pictures=pictures_of(comparison),
            totals=comparison.totals,
            absent=absent,
        )

    def marked(self, path: str, raw: str | None, items: Iterable[Item] = ()) -> MarkedText | None:
        """The text at ``path`` with its marks; None where there is none."""
        if not raw:
            return None
        here = self.here.span if self.here and self.here.path == path else None
        self.shown.add(path)
        marked = mark_text(
            path,
            raw,
            self._marks.get(path, ()),
            items=tuple(items),
            here=here,
            first_number=self._next,
            coverage=self._coverage.get(path),
        )
        self._next += len(self._marks.get(path, ()))
        return marked

    def _links(self, by: str, value: Callable[[DesignGroupIntervention], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for link in self.rows.of(DesignGroupIntervention):
            found.setdefault(getattr(link, by), []).append(value(link))
        return found


def _marks_by_path(
    readings: Iterable[CriterionFact | Dose], inclusion: Set[str], corrections: tuple[Correction, ...]
) -> dict[str, list[Mark]]:
    """The marks of readings; ``inclusion`` are the criteria by which people may join."""
    found: dict[str, list[Mark]] = {}
    for row in readings:
        found.setdefault(row.source_path, []).append(
            Mark(
                span=Span(row.source_start, row.source_end),
                reading=for_reading(row.line)
                if isinstance(row, Dose)
                else fact_words(row, lets_in=row.criterion_id in inclusion),
                rule=row.rule,
                flags=flags_beside(for_reading(row.line), row) if isinstance(row, Dose) else tuple(json.loads(row.flags)),
                confidence=row.confidence,
                corrections=corrections_shown(corrections, row),
            )
        )
    return found


def _part(dose: Dose) -> str | None:
    """The part a dose plays, where it is more than the only one."""
    return dose.role if dose.role != _SINGLE_ROLE else None


def _dose_lines(doses: Iterable[Dose], titles: Mapping[str, str | None], by_hand: tuple[Correction, ...]) -> Iterator[DoseLine]:
    """What is told of a dose in the same words of an arm, of another and of the medicine is one line."""
    found: dict[DoseLine, list[Dose]] = {}
    for dose in doses:
        found.setdefault(_dose_line(dose, corrections_shown(by_hand, dose)), []).append(dose)
    for line, told in found.items():
        arms = dict.fromkeys(title for each in told if (title := titles.get(each.design_group_id or "")))
        places = dict.fromkeys(Source(each.source_path, each.source_start, each.source_end, each.quote) for each in told)
        yield replace(line, arms=tuple(arms), sources=tuple(places))


def _dose_line(dose: Dose, corrections: tuple[str, ...]) -> DoseLine:
    return DoseLine(
        agent=dose.agent,
        line=for_reading(dose.line),
        role=", ".join(part for part in (_part(dose), "one of several" if dose.alternative else None) if part) or None,
        condition=dose.condition,
        flags=flags_beside(for_reading(dose.line), dose),
        corrections=corrections,
    )
