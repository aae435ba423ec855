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

WHOLE: tuple[type[Row], ...] = (
    Study, Design, Condition, Keyword, BrowseCondition, BrowseIntervention, DesignGroup, Intervention, InterventionOtherName,
    Dose, Eligibility,
)  # fmt: skip
_LISTED = '"nct_id" IN (SELECT value FROM json_each(?1))'
_OF_DIGESTS = "CASE WHEN source = 'digest' THEN record ELSE '{}' END"
_MESH = f"{_LISTED} AND \"mesh_type\" = 'mesh-list'"
_AGED = f"SELECT DISTINCT nct_id FROM criterion_facts WHERE {_LISTED} AND concept IN ('age', 'age_at_onset')"  # noqa: S608
_NEAR_AGES = f"""criterion_id IN (
  WITH aged AS (SELECT criterion_id FROM criterion_facts WHERE {_LISTED} AND concept IN ('age', 'age_at_onset'))
  SELECT criterion_id FROM aged
  UNION SELECT parent_id FROM eligibility_criteria WHERE criterion_id IN (SELECT criterion_id FROM aged)
)"""  # noqa: S608


def read_for_ranking(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, StudyRows]:
    """As `harvester.store.read_studies`, with the tables that a ranking looks at; a record only where it is a digest.

    Of the criteria's facts those are read that tell of ages, with all facts beside them and all criteria of their trials.
    """
    known = known_ids(connection, nct_ids)
    wanted = as_json(sorted(set(known.values())))
    by_trial: dict[str, dict[type[Row], tuple[Row, ...]]] = {nct_id: {} for nct_id in known.values()}
    for row_type in WHOLE:
        where = _MESH if row_type in (BrowseCondition, BrowseIntervention) else _LISTED
        share_out(by_trial, rows_of(row_type, connection.execute(statements.select(row_type, where), (wanted,))))
    aged = as_json([row[0] for row in connection.execute(_AGED, (wanted,))])
    share_out(by_trial, rows_of(CriterionFact, connection.execute(statements.select(CriterionFact, _NEAR_AGES), (aged,))))
    criteria = connection.execute(statements.select(EligibilityCriterion, _LISTED), (aged,))
    share_out(by_trial, rows_of(EligibilityCriterion, criteria))
    heads = select_versions(f"{_LISTED} AND is_current = 1", _OF_DIGESTS)
    share_out(by_trial, rows_of(RecordVersion, connection.execute(heads, (wanted,))))
    return {nct_id: StudyRows(nct_id, by_trial[nct_id]) for nct_id in dict.fromkeys(known.values())}
