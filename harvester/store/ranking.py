"""Reading of many trials what a ranking of related ones looks at, and no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harvester.schema import Row, as_json
from harvester.store import statements
from harvester.store.reading import known_ids, rows_of, share_out
from harvester.store.versions import select_versions
from harvester.tables import (
    BrowseCondition,
    BrowseIntervention,
    Condition,
    CriterionFact,
    Design,
    DesignGroup,
    Dose,
    Eligibility,
    EligibilityCriterion,
    Intervention,
    InterventionOtherName,
    Keyword,
    RecordVersion,
    Study,
    StudyRows,
)

ByTrial = dict[str, dict[type[Row], tuple[Row, ...]]]
WHOLE: tuple[type[Row], ...] = (
    Study, Design, Condition, Keyword, BrowseCondition, BrowseIntervention, DesignGroup, Intervention, InterventionOtherName,
    Dose, Eligibility,
)  # fmt: skip
_LISTED = '"nct_id" IN (SELECT value FROM json_each(?1))'
_INDEXED = (
    "nct_id", "version", "content_sha256", "source", "api_version", "data_timestamp", "fetched_at", "is_current", "note",
)  # fmt: skip
"""What the index of current versions holds of them: the versions themselves lie among their records, far apart."""
_SHOWN = dict.fromkeys(RecordVersion.table.column_names, "NULL") | {"record": "'{}'"} | {name: name for name in _INDEXED}
_HEADS = f"""SELECT {", ".join(_SHOWN.values())}
FROM record_versions INDEXED BY idx_record_versions_is_current_nct_id_version WHERE is_current = 1 AND {_LISTED}"""  # noqa: S608
_MESH = f"{_LISTED} AND \"mesh_type\" = 'mesh-list'"
_OF_STUDIES = {
    "nct_id", "nct_number", "brief_title", "official_title", "acronym", "start_date", "phase", "phase_label", "phases",
    "study_type", "study_type_label", "enrollment_unknown", "results_in_record",
}  # fmt: skip
_UNSEEN: dict[type[Row], tuple[str, ...]] = {
    Study: tuple(name for name in Study.table.column_names if name not in _OF_STUDIES),
    Design: ("intervention_model_description", "masking_description"),
    DesignGroup: ("description",),
    Intervention: ("description",),
    Eligibility: ("criteria", "population", "gender_description"),
}
"""What no ranking looks at, where it is long or many."""
_AGED = f"""SELECT nct_id, criterion_id, concept FROM criterion_facts
WHERE {_LISTED} AND concept IN ('age', 'age_at_onset')"""  # noqa: S608
_ABOVE = """WITH RECURSIVE near (criterion_id) AS (
  SELECT value FROM json_each(?1)
  UNION SELECT parent_id FROM near JOIN eligibility_criteria USING (criterion_id) WHERE parent_id IS NOT NULL
) SELECT criterion_id FROM near"""
_NEAR = '"criterion_id" IN (SELECT value FROM json_each(?1))'


def read_for_ranking(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, StudyRows]:
    """As `harvester.store.read_studies`, with the tables that a ranking looks at; a record only where it is a digest.

    Of the criteria's facts those are read that tell of ages, with all facts beside and above them; their criteria, and all
    criteria of a trial with an age at the onset of a disease.
    """
    known = known_ids(connection, nct_ids)
    wanted = as_json(sorted(set(known.values())))
    by_trial: ByTrial = {nct_id: {} for nct_id in known.values()}
    for row_type in WHOLE:
        where = _MESH if row_type in (BrowseCondition, BrowseIntervention) else _LISTED
        sql = statements.select(row_type, where, _UNSEEN.get(row_type, ()))
        share_out(by_trial, rows_of(row_type, connection.execute(sql, (wanted,))))
    _read_ages(connection, wanted, by_trial)
    _read_heads(connection, wanted, by_trial)
    return {nct_id: StudyRows(nct_id, by_trial[nct_id]) for nct_id in dict.fromkeys(known.values())}


def _read_heads(connection: sqlite3.Connection, wanted: str, by_trial: ByTrial) -> None:
    """The current versions: where the records came from, and those that are digests themselves."""
    heads = rows_of(RecordVersion, connection.execute(_HEADS, (wanted,)))
    share_out(by_trial, heads)
    digests = as_json([each.nct_id for each in heads if each.source == "digest"])
    if digests != "[]":
        share_out(
            by_trial, rows_of(RecordVersion, connection.execute(select_versions(f"{_LISTED} AND is_current = 1"), (digests,)))
        )


def _read_ages(connection: sqlite3.Connection, wanted: str, by_trial: ByTrial) -> None:
    """The criteria and facts that tell of ages. Reading all criteria of many trials would take longer than all the rest."""
    aged = connection.execute(_AGED, (wanted,)).fetchall()
    if not aged:
        return
    near = [row[0] for row in connection.execute(_ABOVE, (as_json(sorted({row[1] for row in aged})),))]
    facts = connection.execute(statements.select(CriterionFact, _NEAR), (as_json(near),))
    share_out(by_trial, rows_of(CriterionFact, facts))
    at_onset = {row[0] for row in aged if row[2] == "age_at_onset"}
    whole = connection.execute(statements.select(EligibilityCriterion, _LISTED), (as_json(sorted(at_onset)),))
    share_out(by_trial, rows_of(EligibilityCriterion, whole))
    others = [criterion_id for criterion_id in near if criterion_id.partition(".")[0] not in at_onset]
    share_out(
        by_trial,
        rows_of(EligibilityCriterion, connection.execute(statements.select(EligibilityCriterion, _NEAR), (as_json(others),))),
    )
