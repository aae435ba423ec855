"""The registry's eligibility fields, the criteria of their text as rows, and the facts read from them."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.dates import aged
from harvester.normalise.fields import Fields
from harvester.tables import Eligibility, EligibilityCriterion, Row, words_as_json
from harvester.tables.eligibility import CRITERIA
from harvester.text.criteria.criterion import CriterionLine
from harvester.vocabularies import label

_OF_LINE = ("section", "position", "level", "kind", "label", "population", "scope", "domain")


def eligibility_row(nct_id: str, module: Fields) -> Eligibility:
    """The registry's own fields."""
    ages = module.strings("stdAges")
    minimum, maximum = aged(module, "minimumAge"), aged(module, "maximumAge")
    return Eligibility(
        nct_id=nct_id,
        gender=module.text("sex"),
        gender_label=label("Sex", module.text("sex")),
        gender_based=module.boolean("genderBased"),
        gender_description=module.text("genderDescription"),
        minimum_age=module.text("minimumAge"),
        minimum_age_value=minimum[0],
        minimum_age_unit=minimum[1],
        minimum_age_years=minimum[2],
        maximum_age=module.text("maximumAge"),
        maximum_age_value=maximum[0],
        maximum_age_unit=maximum[1],
        maximum_age_years=maximum[2],
        std_ages=words_as_json(tuple(ages)) if ages else None,
        child="CHILD" in ages if ages else None,
        adult="ADULT" in ages if ages else None,
        older_adult="OLDER_ADULT" in ages if ages else None,
        healthy_volunteers=module.boolean("healthyVolunteers"),
        sampling_method=module.text("samplingMethod"),
        sampling_method_label=label("SamplingMethod", module.text("samplingMethod")),
        population=module.text("studyPopulation"),
        criteria=module.text("eligibilityCriteria"),
    )


def criterion_id(nct_id: str, index: int) -> str:
    """Identifier of the criterion that stands at ``index`` among the lines of the text."""
    return f"{nct_id}.c{index + 1}"


def criterion_rows(nct_id: str, raw: str, lines: tuple[CriterionLine, ...]) -> Iterator[Row]:
    """One `EligibilityCriterion` a line."""
    for index, line in enumerate(lines):
        yield EligibilityCriterion(
            criterion_id=criterion_id(nct_id, index),
            nct_id=nct_id,
            parent_id=None if line.parent is None else criterion_id(nct_id, line.parent),
            secondary_domains=words_as_json(line.secondary_domains) if line.secondary_domains else None,
            text=raw[line.start : line.end],
            source_path=CRITERIA,
            source_start=line.start,
            source_end=line.end,
            **{name: getattr(line, name) for name in _OF_LINE},
        )
