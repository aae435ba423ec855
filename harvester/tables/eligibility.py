"""Eligibility: the registry's field, its criteria as rows, and the facts read from them."""

from __future__ import annotations

from harvester.schema import Json, Row, column, optional, table

_MODULE = "protocolSection.eligibilityModule"
CRITERIA = f"{_MODULE}.eligibilityCriteria"
COMPARATORS = (">=", ">", "<=", "<", "=", "range", "in", "present", "absent")
# One definition for criteria and doses; harvester/text/expressions/rule.py reckons it.
CONFIDENCE = (
    "(right + 1) / (labelled + 2) of the rule, right as labelled in all that the label tells; empty below 20 labelled places"
)
AGE_UNITS = ("min", "h", "d", "wk", "mo", "a")


@table("eligibilities", "Who may take part, as the registry's fields say.", source=_MODULE, indexes=())
class Eligibility(Row):
    """The eligibility fields of one trial."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    gender: str | None = optional("Sex of those who may take part", source="sex")
    gender_label: str | None = optional("Label of gender")
    gender_based: bool | None = optional("Whether gender identity decides", source="genderBased")
    gender_description: str | None = optional("How gender decides, verbatim", source="genderDescription")
    minimum_age: str | None = optional("Youngest age, verbatim; empty where there is no limit", source="minimumAge")
    minimum_age_value: float | None = optional("Youngest age, the number; its unit is minimum_age_unit")
    minimum_age_unit: str | None = optional("Unit of that number (UCUM)", choices=AGE_UNITS)
    minimum_age_years: float | None = optional("Youngest age in years", unit="a")
    maximum_age: str | None = optional("Oldest age, verbatim; empty where there is no limit", source="maximumAge")
    maximum_age_value: float | None = optional("Oldest age, the number; its unit is maximum_age_unit")
    maximum_age_unit: str | None = optional("Unit of that number (UCUM)", choices=AGE_UNITS)
    maximum_age_years: float | None = optional("Oldest age in years", unit="a")
    std_ages: Json | None = optional("Age groups (JSON list)", source="stdAges")
    child: bool | None = optional("Children may take part; empty where no age group is given")
    adult: bool | None = optional("Adults may take part")
    older_adult: bool | None = optional("Older adults may take part")
    healthy_volunteers: bool | None = optional("Whether healthy people may take part", source="healthyVolunteers")
    sampling_method: str | None = optional("How an observational study draws its sample", source="samplingMethod")
    sampling_method_label: str | None = optional("Label of sampling_method")
    population: str | None = optional("Population of an observational study, verbatim", source="studyPopulation")
    criteria: str | None = optional("The criteria, verbatim, with the registry's markdown escapes", source="eligibilityCriteria")


@table("eligibility_criteria", "One row a criterion, as the eligibility text lists them.", source=CRITERIA)
class EligibilityCriterion(Row):
    """One criterion with its words."""

    criterion_id: str = column("Identifier of the criterion", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    section: str = column("Section it stands in", choices=("inclusion", "exclusion", "unknown"))
    position: int = column("Order in the text, from 0")
    parent_id: str | None = optional("Criterion it belongs under", references="eligibility_criteria.criterion_id")
    level: int = column("Depth: 0 is the top")
    kind: str = column("Kind of line", choices=("item", "parent", "note", "header"))
    label: str | None = optional("Number or letter that the text gives it")
    population: str | None = optional("Whom it is about: patient, donor, caregiver …")
    scope: str | None = optional("Cohort or part it is limited to")
    domain: str | None = optional("What it is about, from the list of domains")
    secondary_domains: Json | None = optional("Further domains (JSON list)")
    text: str = column("Its words, as the registry gives them")
    source_path: str = column("Field of the record")
    source_start: int = column("First character in that field, from 0", unit="code points")
    source_end: int = column("Character after the last one", unit="code points")


@table(
    "criterion_facts",
    "Values read from criteria: thresholds, ranges, grades, time windows, and what must be present or absent.",
    source=CRITERIA,
    indexes=(("nct_id", "concept"), ("criterion_id",), ("concept",)),
)
class CriterionFact(Row):
    """One value read from a criterion."""

    fact_id: str = column("Identifier of the fact", key=True)
    criterion_id: str = column("Criterion it was read from", references="eligibility_criteria.criterion_id")
    nct_id: str = column("NCT number", references="studies.nct_id")
    concept: str = column("What it is about (slug of the list of concepts)")
    detail: str | None = optional("Which drug, scale or test")
    comparator: str | None = optional("Relation as written", choices=COMPARATORS)
    low: float | None = optional("Lower limit as written")
    low_inclusive: bool | None = optional("Whether the lower limit itself belongs to the range")
    high: float | None = optional("Upper limit as written")
    high_inclusive: bool | None = optional("Whether the upper limit itself belongs to the range")
    value_set: Json | None = optional("Values of a set (JSON list)")
    unit: str | None = optional("Unit (UCUM)")
    unit_text: str | None = optional("Unit as written")
    reference: str | None = optional("What the value is relative to", choices=("absolute", "ULN", "LLN", "baseline"))
    canonical_low: float | None = optional("Lower limit in the canonical unit")
    canonical_high: float | None = optional("Upper limit in the canonical unit")
    canonical_unit: str | None = optional("Canonical unit (UCUM)")
    eligible_low: float | None = optional("Lower limit of those who may join, in the canonical unit if there is one")
    eligible_low_inclusive: bool | None = optional("Whether that limit itself may join")
    eligible_high: float | None = optional("Upper limit of those who may join")
    eligible_high_inclusive: bool | None = optional("Whether that limit itself may join")
    eligible_set: Json | None = optional("Values that may join (JSON list)")
    sex: str | None = optional("Sex it is limited to", choices=("male", "female"))
    condition: str | None = optional("Subgroup it is limited to, as written")
    exception: bool | None = optional("Whether it spares a patient inside a criterion")
    alternative_group: str | None = optional(
        "Facts with the same value are joined by OR: in one criterion (g1, g2 …), or across criteria side by side (x1, x2 …)"
    )
    method: str | None = optional("How it is measured, as written")
    window_value: float | None = optional("Length of a time window")
    window_unit: str | None = optional("Unit of the window")
    window_relation: str | None = optional("Relation of the window", choices=("within", "at least", "longer than"))
    window_anchor: str | None = optional("Event the window is counted from")
    confidence: float | None = optional(CONFIDENCE)
    flags: Json = column("What the reader should know: damage read through, guesses (JSON list)")
    rule: str = column("Rule that read it")
    quote: str = column("Its words, as the registry gives them")
    source_path: str = column("Field of the record")
    source_start: int = column("First character in that field, from 0", unit="code points")
    source_end: int = column("Character after the last one", unit="code points")
