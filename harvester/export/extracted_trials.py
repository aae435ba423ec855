"""The extraction table of trials: what each is, one row a trial."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harvester.compare.trial import Trial
from harvester.export import stated
from harvester.export.extraction import Column, Extraction, origin
from harvester.tables import Condition, CriterionFact, Dose, EligibilityCriterion, IdInformation, Row, UnreadText


def _joined(values: Iterable[object]) -> str:
    return "; ".join(dict.fromkeys(str(each) for each in values if each not in (None, "")))


def _doses(trial: Trial) -> str:
    return "\n".join(dict.fromkeys(stated.dose_words(each) for each in trial.rows.of(Dose)))


def _count(trial: Trial, row_type: type[Row]) -> int:
    return len(trial.rows.of(row_type))


TRIALS: Final[Extraction[Trial]] = Extraction(
    "trials",
    "Trials",
    "One row a trial, as its record states it.",
    lambda trial: (trial,),
    (
        Column("nct_id", "NCT number", lambda t: t.nct_id),
        Column("brief_title", "Brief title", lambda t: t.study.brief_title),
        Column("acronym", "Acronym", lambda t: t.study.acronym),
        Column("other_ids", "Other identifiers", lambda t: _joined(each.id_value for each in t.rows.of(IdInformation))),
        Column("overall_status", "Status", lambda t: t.study.overall_status_label),
        Column("study_type", "Kind of study", lambda t: t.study.study_type_label),
        Column("phase", "Phase", lambda t: t.study.phase_label),
        Column("allocation", "Allocation", lambda t: t.design.allocation_label),
        Column("model", "Design model", lambda t: t.design.intervention_model_label or t.design.observational_model_label),
        Column("masking", "Masking", lambda t: t.design.masking_label),
        Column("primary_purpose", "Purpose", lambda t: t.design.primary_purpose_label),
        Column("enrolment", "Number of participants", lambda t: t.study.enrollment),
        Column("enrolment_type", "Whether that is planned or counted", lambda t: t.study.enrollment_type_label),
        Column("conditions", "Conditions", lambda t: _joined(each.name for each in t.rows.of(Condition))),
        Column("minimum_age_years", "Youngest age in years, of the registry's field", lambda t: t.eligibility.minimum_age_years),
        Column("maximum_age_years", "Oldest age in years, of the registry's field", lambda t: t.eligibility.maximum_age_years),
        Column("sex", "Sex of those who may take part", lambda t: t.eligibility.gender_label),
        Column("interventions", "Everything that is given or done, with its kind", lambda t: _joined(stated.interventions(t))),
        Column("arms", "Arms and what is given in each, one a line", lambda t: "\n".join(stated.arm_lines(t))),
        Column("doses", "Doses that were read, one a line", _doses),
        Column("primary_outcomes", "Primary outcomes, one a line", lambda t: "\n".join(stated.outcomes(t, "primary"))),
        Column("secondary_outcomes", "Secondary outcomes, one a line", lambda t: "\n".join(stated.outcomes(t, "secondary"))),
        Column("places", "Where it is done", stated.places),
        Column("sponsors", "Sponsor and collaborators", lambda t: _joined(stated.sponsors(t))),
        Column("start_date", "Start", lambda t: t.study.start_date),
        Column("primary_completion_date", "Primary completion", lambda t: t.study.primary_completion_date),
        Column("completion_date", "Completion", lambda t: t.study.completion_date),
        Column("has_results", "Whether results are in the registry", lambda t: t.study.has_results),
        Column("criteria", "Number of criteria", lambda t: _count(t, EligibilityCriterion)),
        Column("readings", "Number of values that were read from them", lambda t: _count(t, CriterionFact)),
        Column("unread_texts", "Number of stretches of text that were left as text", lambda t: _count(t, UnreadText)),
        *origin(lambda t: t),
    ),
)
"""What a review's table of characteristics takes, a column each."""
