"""What a ranking of related trials looks at of a trial, in one row: table by table, eighty trials take a thousand look-ups.

A profile is a JSON list: for each row type of `LOOKED_AT` the list of the trial's rows, each the list of those columns. The
database writes it by a view, so that it is what the tables hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harvester.schema import Column, Row
from harvester.tables.arms import DesignGroup, Intervention, InterventionOtherName
from harvester.tables.conditions import BrowseCondition, BrowseIntervention, Condition, Keyword
from harvester.tables.dosing import Dose
from harvester.tables.eligibility import CriterionFact, Eligibility, EligibilityCriterion
from harvester.tables.study import Design, Study

OF_STUDY = (
    "brief_title", "official_title", "start_date", "phases", "phase_label", "study_type", "study_type_label",
)  # fmt: skip
"""Columns of `studies` that a ranking looks at."""
LOOKED_AT: Mapping[type[Row], Sequence[str]] = {
    Study: OF_STUDY,
    Design: (
        "allocation", "allocation_label", "intervention_model", "intervention_model_label",
        "primary_purpose", "primary_purpose_label",
    ),
    Condition: ("name",),
    Keyword: ("name",),
    BrowseCondition: ("mesh_type", "mesh_term"),
    BrowseIntervention: ("mesh_type", "mesh_term"),
    DesignGroup: ("title",),
    Intervention: ("intervention_id", "name"),
    InterventionOtherName: ("intervention_id", "name"),
    Dose: ("intervention_id", "agent", "role", "unit"),
    Eligibility: ("minimum_age", "minimum_age_years", "maximum_age", "maximum_age_years"),
    CriterionFact: CriterionFact.table.column_names,
    EligibilityCriterion: EligibilityCriterion.table.column_names,
}  # fmt: skip
"""Row types with the columns that are looked at.

Of the criteria's facts those that tell of ages, with all facts beside and above them; their criteria, and all criteria of a
trial with an age at the onset of a disease, or of one part of it: whom these leave out depends on them.
"""

PROFILES = "study_search_profiles"
PROFILE_ROWS = "study_search_profile_rows"

_NEAR = """(WITH RECURSIVE near (criterion_id) AS (
    SELECT criterion_id FROM criterion_facts WHERE nct_id = studies.nct_id AND concept IN ('age', 'age_at_onset')
    UNION SELECT parent_id FROM near JOIN eligibility_criteria USING (criterion_id) WHERE parent_id IS NOT NULL
  ) SELECT criterion_id FROM near)"""
_OF_TRIAL = "nct_id = studies.nct_id"
_MESH = f"{_OF_TRIAL} AND mesh_type = 'mesh-list'"
_ONSET = f"SELECT 1 FROM criterion_facts WHERE {_OF_TRIAL} AND concept = 'age_at_onset'"  # noqa: S608
_PART = """SELECT 1 FROM criterion_facts JOIN eligibility_criteria USING (criterion_id)
    WHERE criterion_facts.nct_id = studies.nct_id AND concept = 'age' AND scope IS NOT NULL"""
_WHICH: Mapping[type[Row], str] = {
    BrowseCondition: _MESH,
    BrowseIntervention: _MESH,
    CriterionFact: f"criterion_id IN {_NEAR}",
    EligibilityCriterion: f"criterion_id IN {_NEAR} OR ({_OF_TRIAL} AND (EXISTS ({_ONSET}) OR EXISTS ({_PART})))",
}


def profiles_ddl() -> tuple[str, str]:
    """CREATE statements of the table of profiles, by the trial's number without letters, and of the view that gives them."""
    parts = ",\n  ".join(_rows(row_type, names) for row_type, names in LOOKED_AT.items())
    view = f"""-- What a ranking of related trials looks at, from the tables: see harvester/tables/profile.py.
CREATE VIEW "{PROFILE_ROWS}" AS SELECT nct_number, json_array(
  {parts}
) AS profile FROM studies"""  # noqa: S608
    return f'CREATE TABLE "{PROFILES}" (\n  "nct_number" INTEGER PRIMARY KEY,\n  "profile" TEXT NOT NULL\n) STRICT', view


def _rows(row_type: type[Row], names: Sequence[str]) -> str:
    table = row_type.table
    listed = ", ".join(_value(each) for name in names for each in table.columns if each.name == name)
    if row_type is Study:
        return f"json_array(json_array({listed}))"
    rows = f"SELECT * FROM {table.name} WHERE {_WHICH.get(row_type, _OF_TRIAL)} ORDER BY rowid"  # noqa: S608
    return f"(SELECT json_group_array(json_array({listed})) FROM ({rows}))"  # noqa: S608


def _value(column: Column) -> str:
    # SQLite's JSON gives numbers with 15 digits, of which some come back as others.
    exact = f"""json(printf('%!.17g', "{column.name}"))"""
    return f'iif("{column.name}" IS NULL, NULL, {exact})' if column.type == "REAL" else f'"{column.name}"'
