"""What a ranking looks at comes from profiles, and is what the tables hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.compare.age import age_region
from harvester.compare.trial import Trial
from harvester.migrations import newest
from harvester.registry.record import Origin, Record, record_of
from harvester.schema import Row
from harvester.store import Store, read_for_ranking, read_studies
from harvester.tables import CriterionFact, EligibilityCriterion, RecordVersion, Study, StudyRows
from harvester.tables.profile import LOOKED_AT
from tests.standin.synthetic import synthetic_study
from tests.storing import write_record

Make = Callable[..., Record]
Save = Callable[[Record], int]


def looked_at(rows: StudyRows, row_type: type[Row]) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in LOOKED_AT[row_type]) for row in rows.of(row_type)]


def test_columns_are_what_the_tables_hold(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    save(record(2, title='A "title" with \0, ä, 𝛼 and \\'))
    whole, read = (reader(store.connection, ["NCT99000002", "NCT99000001"]) for reader in (read_studies, read_for_ranking))

    assert list(read) == ["NCT99000002", "NCT99000001"]
    for nct_id, rows in read.items():
        for row_type in LOOKED_AT:
            if row_type not in (CriterionFact, EligibilityCriterion):
                mesh = [row for row in whole[nct_id].of(row_type) if getattr(row, "mesh_type", "mesh-list") == "mesh-list"]
                assert looked_at(rows, row_type) == looked_at(StudyRows.collect(nct_id, mesh), row_type)
        aged = {fact.criterion_id for fact in whole[nct_id].of(CriterionFact) if fact.concept == "age"}
        assert aged
        assert set(rows.of(CriterionFact)) == {fact for fact in whole[nct_id].of(CriterionFact) if fact.criterion_id in aged}


@pytest.mark.parametrize("parts", [True, False])
def test_all_criteria_are_looked_at_where_an_age_is_one_parts(store: Store, save: Save, parts: bool) -> None:
    """Whether a limit holds for one part of a trial alone depends on what its other criteria hold for."""
    heads = ("Cohort A:", "Cohort B:") if parts else ("", "")
    body = synthetic_study(1)
    body["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] = (
        f"Inclusion Criteria:\n\n{heads[0]}\n\n* Age 12 years or older\n\n{heads[1]}\n\n* Asthma\n* Platelets above 100 x 10^9/L"
    )
    save(record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z")))
    (rows,) = read_for_ranking(store.connection, ["NCT99000001"]).values()
    (whole,) = read_studies(store.connection, ["NCT99000001"]).values()

    assert (rows.of(EligibilityCriterion) == whole.of(EligibilityCriterion)) is parts
    assert age_region(Trial.of(rows)) == age_region(Trial.of(whole))


@pytest.mark.parametrize("years", [1 / 365.2425, 0.1, 2 / 3, 18.0, 1e-9, 123456789.123])
def test_numbers_come_back_as_they_are(store: Store, record: Make, save: Save, years: float) -> None:
    save(record(1))
    with store.transaction():
        store.connection.execute("UPDATE eligibilities SET minimum_age_years = ?", (years,))
        store.rebuild_search()
    (rows,) = read_for_ranking(store.connection, ["NCT99000001"]).values()

    assert looked_at(rows, next(each for each in LOOKED_AT if each.table.name == "eligibilities"))[0][1] == years


def test_what_was_not_looked_up_is_not_taken_for_absent(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    (study,) = read_for_ranking(store.connection, ["NCT99000001"])["NCT99000001"].of(Study)

    assert study.brief_title
    with pytest.raises(AttributeError):
        _ = study.overall_status


def test_other_numbers_lead_to_a_trial_and_strange_ones_nowhere(store: Store, record: Make, save: Save) -> None:
    aliased = record(1)
    object.__setattr__(aliased, "aliases", ("NCT99000901",))
    save(aliased)

    assert list(read_for_ranking(store.connection, ["NCT99000777", "NCT99000901", "NCT99000001", "x", ""])) == ["NCT99000001"]
    assert read_for_ranking(store.connection, []) == {}


@pytest.mark.parametrize(("source", "at_hand"), [("api", False), ("file", False), ("page", True), ("digest", True)])
def test_a_version_is_read_where_it_may_leave_things_out(
    store: Store, record: Make, save: Save, source: str, at_hand: bool
) -> None:
    save(record(1, source=source))
    (rows,) = read_for_ranking(store.connection, ["NCT99000001"]).values()

    assert [json.loads(each.record) for each in rows.of(RecordVersion)] == [record(1).body] * at_hand


def to_schema_10(store: Store) -> None:
    """The database as it was before there were profiles."""
    for sql in (
        "DROP TABLE study_search_profiles",
        "DROP VIEW study_search_profile_rows",
        "DROP INDEX record_versions_lesser_sources",
        "PRAGMA user_version = 10",
    ):
        store.connection.execute(sql)


def test_a_database_of_an_earlier_schema_gets_profiles(tmp_path: Path, record: Make) -> None:
    path = tmp_path / "trials.db"
    with Store(path) as store:
        with store.transaction():
            write_record(store, record(1))
        expected = profiles(store)
        to_schema_10(store)
    done = CliRunner().invoke(main, ["--db", str(path), "normalise"])

    assert f"has schema 10 and is brought to {newest()}; as it was it is kept in trials.db.schema-10.bak." in done.stderr
    with Store(path, tell=pytest.fail) as store:
        assert profiles(store) == expected


def profiles(store: Store) -> list[tuple[int, str]]:
    return store.connection.execute("SELECT * FROM study_search_profiles").fetchall()
