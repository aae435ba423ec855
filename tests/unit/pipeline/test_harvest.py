"""A run from question to rows: what is acknowledged is stored, the counts add up, however the run ends."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harvester import history
from harvester.errors import BadRecord, RegistryAnswerBad, RegistryUnreachable, StorageError, TrialsideError, UnreadableSource
from harvester.pipeline import Arrival, Harvest, HarvestReport, Lost, TrialOutcome
from harvester.pipeline.renewal import RenormaliseReport, check, renormalise
from harvester.pipeline.settling import Settling
from harvester.reading import groups, study
from harvester.reading.arrival import Reading
from harvester.registry.client import Registry
from harvester.registry.piece import Piece
from harvester.registry.record import Origin, Record, record_of
from harvester.registry.search import words_query
from harvester.registry.transport import Limits
from harvester.resources import snapshot
from harvester.steps import Steps
from harvester.store import Store, read_changes, read_runs, read_studies, read_versions, search_studies
from harvester.tables import Study, StudyRows
from harvester.tables.plain import PlainRows
from harvester.versions import stored_record
from tests.standin.collection import Collection
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_studies, synthetic_study

NOW = "2026-11-25T08:00:00Z"
QUICK = Limits(attempts=1, connect=2, headers=2, silence=2, deadline=4, patience=2, patience_unreached=1)


def record(number: int, *, title: str | None = None, source: str = "api", date: str = "2026-11-24") -> Record:
    body = synthetic_study(number)
    if title is not None:
        body["protocolSection"]["identificationModule"]["briefTitle"] = title
    return record_of(
        body,
        None,
        Origin(source=source, fetched_at=NOW, data_timestamp=f"{date}T{'09:00:05' if date == '2026-11-24' else '00:00:00'}"),
    )


def fates(report: HarvestReport) -> list[tuple[str, str]]:
    return [(outcome.nct_id, outcome.fate) for outcome in report.outcomes]


def adds_up(report: HarvestReport) -> bool:
    return report.requested == report.saved + report.unchanged + report.failed + report.not_found


def test_each_trial_meets_its_fate(harvest: Harvest, store: Store) -> None:
    lost = Lost("NCT99000009", "not_found", TrialsideError("The registry has no trial NCT99000009", "Check the number."))
    report = harvest.arrivals([record(1), record(2), record(1), lost], 4)

    assert fates(report) == [
        ("NCT99000001", "saved"), ("NCT99000002", "saved"), ("NCT99000001", "unchanged"), ("NCT99000009", "not_found"),
    ]  # fmt: skip
    assert adds_up(report)
    assert report.exit_code == 3
    (run,) = read_runs(store.connection)
    assert (run.requested, run.saved, run.unchanged, run.not_found, run.status) == (4, 2, 1, 1, "partial")
    assert json.loads(run.problems)[0]["nct_id"] == "NCT99000009"


def test_the_line_of_a_lost_trial_names_it(harvest: Harvest) -> None:
    faulty = Lost("NCT99000001", "failed", RegistryAnswerBad("The registry has a fault (500): boom", "Try again later."))
    unknown = Lost("NCT99000009", "not_found", TrialsideError("The registry has no trial NCT99000009", "Check the number."))
    report = harvest.arrivals([faulty, unknown], 2)

    assert [each.line for each in report.problems] == [
        "NCT99000001: The registry has a fault (500): boom. Try again later.",
        "The registry has no trial NCT99000009. Check the number.",
    ]


def test_nothing_is_acknowledged_before_it_is_on_disk(store: Store) -> None:
    seen: list[tuple[str, int]] = []

    def acknowledge(outcome: TrialOutcome) -> None:
        seen.append((outcome.nct_id, len(read_versions(store.connection, outcome.nct_id))))
        assert not store.connection.in_transaction

    Harvest(store, "harvest", lambda: NOW, acknowledge=acknowledge).arrivals([record(1), record(2)], 2)

    assert seen == [("NCT99000001", 1), ("NCT99000002", 1)]


def test_a_lesser_source_leaves_the_record_alone(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1)], 1)
    report = harvest.arrivals([record(1, title="A digest", source="digest")], 1)

    assert fates(report) == [("NCT99000001", "unchanged")]
    assert "stored already and stays" in (report.outcomes[0].line or "")
    assert len(read_versions(store.connection, "NCT99000001")) == 1


def test_the_users_stop_keeps_what_was_acknowledged(harvest: Harvest, store: Store) -> None:
    def stopped() -> Iterator[Arrival]:
        yield record(1)
        raise KeyboardInterrupt

    report = harvest.arrivals(stopped(), 3)

    assert (report.saved, report.failed, report.exit_code) == (1, 2, 130)
    assert adds_up(report)
    assert read_runs(store.connection)[0].status == "interrupted"
    assert store.current_ids() == ["NCT99000001"]


def test_a_registry_that_goes_away_is_partial_after_something_came_and_unreachable_before(harvest: Harvest, store: Store) -> None:
    def gone(first: list[Record]) -> Iterator[Arrival]:
        yield from first
        raise RegistryUnreachable("No connection", "Try again.")

    assert harvest.arrivals(gone([record(1)]), 2).exit_code == 3
    report = harvest.arrivals(gone([]), 2)

    assert (report.exit_code, report.failed) == (4, 2)
    assert [run.status for run in read_runs(store.connection)] == ["failed", "partial"]
    assert json.loads(read_runs(store.connection)[0].problems)[0]["problem"] == "No connection"


def test_when_all_answers_are_bad_the_registry_is_to_blame(harvest: Harvest) -> None:
    bad = [Lost("NCT99000001", "failed", RegistryAnswerBad("HTML", "Later."))]

    assert harvest.arrivals(bad, 1).exit_code == 4
    assert harvest.arrivals([*bad, record(2)], 2).exit_code == 3
    assert harvest.arrivals([Lost("x", "failed", BadRecord("cut"))], 1).exit_code == 3


def test_a_record_that_cannot_be_read_costs_only_itself(harvest: Harvest, monkeypatch: pytest.MonkeyPatch) -> None:
    read = study.normalise_in_steps

    def fragile(each: Record, *more: Any) -> Steps[StudyRows]:
        if each.nct_id == "NCT99000001":
            raise RecursionError
        return read(each, *more)

    monkeypatch.setattr(study, "normalise_in_steps", fragile)
    report = harvest.arrivals([record(1), record(2)], 2)

    assert fates(report) == [("NCT99000001", "failed"), ("NCT99000002", "saved")]
    assert "could not be read" in (report.problems[0].line or "")


def test_what_is_stored_is_not_read_again(harvest: Harvest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    harvest.arrivals([record(1)], 1)

    def never(record: Record, corrections: object) -> StudyRows:
        raise AssertionError("read again")

    monkeypatch.setattr(study, "normalise_in_steps", never)
    report = harvest.arrivals([record(1, date="2026-11-25"), record(2)], 2)

    assert fates(report) == [("NCT99000001", "unchanged"), ("NCT99000002", "failed")]
    assert [each.data_timestamp for each in read_versions(store.connection, "NCT99000001")] == ["2026-11-25T00:00:00"]


def test_what_was_stored_when_it_came_and_is_not_when_it_is_written_is_read_after_all(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1)], 1)
    piece = b"\n".join(json.dumps(record(1, title=title).body).encode() for title in ("Another title", None))
    report = harvest.arrivals([Piece(piece, "two.ndjson", Origin("api", data_timestamp="2026-11-25", fetched_at=NOW))], 0)

    assert fates(report) == [("NCT99000001", "saved")] * 2
    assert len(read_versions(store.connection, "NCT99000001")) == 3
    title = read_studies(store.connection, ["NCT99000001"])["NCT99000001"].of(Study)[0].brief_title
    assert title == record(1).text("protocolSection.identificationModule.briefTitle")


def test_a_stop_in_the_middle_of_a_step_is_counted_as_the_disk_has_it(
    harvest: Harvest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = store.write_studies

    def interrupted(coming: list[Reading], before: Mapping[str, PlainRows]) -> dict[str, int]:
        write(coming, before)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_studies", interrupted)
    report = harvest.arrivals([record(1)], 1)

    assert (report.saved, report.failed, store.current_ids()) == (0, 1, [])
    assert adds_up(report)


def test_a_full_disk_ends_the_run(harvest: Harvest, store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    report = harvest.arrivals([record(number) for number in range(1, 61)], 60)

    assert isinstance(report.stopped_by, StorageError)
    assert report.exit_code == 5
    assert report.saved == len(store.current_ids()) < 60
    assert adds_up(report)


def test_rows_that_are_refused_cost_only_their_trial(harvest: Harvest, store: Store) -> None:
    refuse(store, "NCT99000001")

    report = harvest.arrivals([record(1), record(2)], 2)

    assert fates(report) == [("NCT99000001", "failed"), ("NCT99000002", "saved")]
    assert "could not be stored (not that one)" in (report.problems[0].line or "")
    assert store.current_ids() == ["NCT99000002"]


def refuse(store: Store, nct_id: str) -> None:
    store.connection.execute(
        f"CREATE TRIGGER refusing BEFORE INSERT ON studies WHEN NEW.nct_id = '{nct_id}' "
        "BEGIN SELECT RAISE(ABORT, 'not that one'); END"
    )


def told(store: Store, nct_id: str = "NCT99000001") -> list[tuple[int, int, str, str | None, str | None]]:
    return [
        (each.from_version, each.to_version, each.kind, each.before, each.after)
        for each in read_changes(store.connection, nct_id, None)
    ]


def test_what_a_new_version_changed_is_stored_with_it(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1, title="One"), record(1, title="Two"), record(1, title="Two"), record(2)], 4)

    assert told(store) == [(1, 2, "title", "One", "Two")]
    assert told(store, "NCT99000002") == []


def test_changes_that_cannot_be_told_cost_no_record(harvest: Harvest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*rest: Any) -> None:
        raise ValueError("cannot be told")

    monkeypatch.setattr(history, "record_changes", broken)
    report = harvest.arrivals([record(1, title="One"), record(1, title="Two")], 2)
    monkeypatch.undo()

    assert fates(report) == [("NCT99000001", "saved"), ("NCT99000001", "saved")]
    assert "what changed could not be told (ValueError)" in (report.outcomes[1].line or "")
    assert told(store) == []
    renormalise(store)
    assert told(store) == [(1, 2, "title", "One", "Two")]


def test_reading_all_anew_mends_the_search_index(harvest: Harvest, store: Store) -> None:
    """`check` may find the index wrong where every row is right: then rows that come out the same must not leave it so."""
    harvest.arrivals([record(1, title="Xylophones")], 1)
    store.connection.execute("INSERT INTO study_search (study_search) VALUES ('delete-all')")
    assert search_studies(store.connection, "xylophones") == []

    assert renormalise(store).same == 1

    assert [hit.study.nct_id for hit in search_studies(store.connection, "xylophones")] == ["NCT99000001"]


def test_an_older_version_takes_its_place_in_the_history(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1, title="New", date="2026-03-01"), record(1, title="Old", date="2026-01-01")], 2)
    assert told(store) == [(2, 1, "title", "Old", "New")]

    harvest.arrivals([record(1, title="Newest", date="2026-04-01"), record(1, title="Between", date="2026-02-01")], 2)
    assert told(store) == [(2, 4, "title", "Old", "Between"), (4, 1, "title", "Between", "New"), (1, 3, "title", "New", "Newest")]


def test_the_history_does_not_hang_on_how_it_came(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1, title=f"Title {day}", date=f"2026-01-{day:02}") for day in (5, 3, 8, 4, 9)], 5)
    stored = read_changes(store.connection, None, None)

    assert [each.after for each in stored] == ["Title 4", "Title 5", "Title 8", "Title 9"]
    with store.transaction():
        store.replace_changes("NCT99000001", [])
    assert renormalise(store).changed == 1
    assert read_changes(store.connection, None, None) == stored
    assert renormalise(store).changed == 0


def test_a_digest_and_the_record_are_not_compared_field_by_field(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1, title="A digest", source="digest"), record(1)], 2)

    assert told(store) == [(1, 2, "source", "digest", "api")]


# ---- sources -------------------------------------------------------------------------------------------------------


def test_files_are_harvested_and_damaged_ones_named(harvest: Harvest, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "NCT99000001.json").write_text(json.dumps(synthetic_study(1)))
    (folder / "NCT99000002.json").write_text('{"protocolSection": {"identificationModule": {"nctId": "NCT99000002"')
    report = harvest.sources([folder])

    assert fates(report) == [("NCT99000001", "saved"), ("NCT99000002", "failed")]
    assert report.exit_code == 3


def test_what_is_no_source_stops_before_anything_is_stored(harvest: Harvest, store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        harvest.sources([tmp_path / "absent"])

    assert read_runs(store.connection) == []


def test_another_database_is_merged_once(harvest: Harvest, store: Store, tmp_path: Path) -> None:
    with Store(tmp_path / "other.db") as other:
        theirs = Harvest(other, "harvest", lambda: NOW)
        theirs.arrivals([record(1, title="Old", date="2026-01-01"), record(1), record(2, title="Only there")], 3)
    harvest.arrivals([record(1), record(3)], 2)

    first = harvest.sources([tmp_path / "other.db"])
    again = harvest.sources([tmp_path / "other.db"])

    assert fates(first) == [("NCT99000001", "saved"), ("NCT99000001", "unchanged"), ("NCT99000002", "saved")]
    assert (again.saved, again.unchanged, again.exit_code) == (0, 3, 0)
    versions = read_versions(store.connection, "NCT99000001")
    assert [(each.is_current, each.data_timestamp) for each in versions] == [
        (True, "2026-11-24T09:00:05"),
        (False, "2026-01-01T00:00:00"),
    ]
    assert [finding for finding in check(store.path) if not finding.ok] == []


def test_another_database_of_many_trials_is_read_in_another_thread(
    harvest: Harvest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "FEW", 2)
    with Store(tmp_path / "other.db") as other:
        Harvest(other, "harvest", lambda: NOW).arrivals([record(number) for number in range(1, 6)], 5)

    report = harvest.sources([tmp_path / "other.db"])

    assert (report.saved, report.stopped_by) == (5, None)
    assert len(store.current_ids()) == 5


def test_a_damaged_version_of_another_database_costs_only_itself(harvest: Harvest, tmp_path: Path) -> None:
    with Store(tmp_path / "other.db") as other:
        Harvest(other, "harvest", lambda: NOW).arrivals([record(1), record(2)], 2)
        other.connection.execute("DROP TRIGGER record_versions_keep_content")
        other.connection.execute("UPDATE record_versions SET record = '{}' WHERE nct_id = 'NCT99000001'")

    report = harvest.sources([tmp_path / "other.db"])

    assert fates(report) == [("NCT99000001", "failed"), ("NCT99000002", "saved")]


def test_a_database_of_something_else_is_refused(harvest: Harvest, store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "recipes.db")) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StorageError, match=r"recipes\.db is an SQLite database, but not one of trialside"):
        harvest.sources([tmp_path / "recipes.db"])

    assert read_runs(store.connection) == []


def test_bundled_records_are_harvested(harvest: Harvest) -> None:
    report = harvest.snapshot()
    one = harvest.snapshot(["NCT07105579"])

    assert report.saved == report.requested > 10
    assert fates(one) == [("NCT07105579", "unchanged")]


def test_bundled_records_that_were_not_reached_count_as_failed(harvest: Harvest, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise StorageError("The disk is full")

    monkeypatch.setattr(Settling, "settle", full)
    report = harvest.snapshot()

    assert (report.requested, report.failed) == (len(list(snapshot().glob("*.json"))),) * 2


# ---- registry ------------------------------------------------------------------------------------------------------


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(Collection(synthetic_studies(6))) as running:
        yield running


@pytest.fixture
def registry(standin: StandIn) -> Iterator[Registry]:
    with Registry(standin.base_url, min_interval=0, limits=QUICK) as opened:
        yield opened


def test_trials_come_by_number(harvest: Harvest, registry: Registry) -> None:
    report = harvest.ids(registry, ["nct99000001", "NCT99000002", "NCT99000077", "NCT99000001"])

    assert fates(report) == [("NCT99000001", "saved"), ("NCT99000002", "saved"), ("NCT99000077", "not_found")]
    assert (report.requested, report.exit_code) == (3, 3)


def test_trials_come_by_search(harvest: Harvest, registry: Registry) -> None:
    report = harvest.query(registry, words_query("synthetic"), 4)

    assert (report.requested, report.saved, report.exit_code) == (4, 4, 0)


def test_a_search_that_lists_fewer_than_it_counts_is_partial(
    harvest: Harvest, registry: Registry, store: Store, standin: StandIn
) -> None:
    standin.total_count = 7
    report = harvest.query(registry, words_query("synthetic"))

    assert (report.requested, report.failed, report.exit_code) == (7, 7 - report.saved, 3)
    assert report.failed > 0
    assert read_runs(store.connection)[0].status == "partial"


# ---- reading anew, and the check -----------------------------------------------------------------------------------


def test_reading_anew_writes_only_what_changed(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([record(1), record(2)], 2)
    assert (renormalise(store).changed, renormalise(store).same) == (0, 2)
    store.connection.execute("UPDATE studies SET brief_title = 'worn' WHERE nct_id = 'NCT99000001'")
    seen: list[tuple[str, int, int | None]] = []

    report = renormalise(store, progress=lambda stage, done, total: seen.append((stage, done, total)))

    assert (report.changed, report.same) == (1, 1)
    assert seen == [("read", 1, 2), ("read", 2, 2)]
    study = read_studies(store.connection, ["NCT99000001"])["NCT99000001"].one(Study)
    assert study is not None
    assert study.brief_title != "worn"
    assert renormalise(store, ["NCT99000042"]) == RenormaliseReport(0, 0)


def test_a_stored_record_is_the_record_that_came(harvest: Harvest, store: Store) -> None:
    came = record(1)
    harvest.arrivals([came], 1)
    version = store.record("NCT99000001")

    assert version is not None
    assert stored_record(version) == came


def test_the_check_passes_after_a_harvest(harvest: Harvest, store: Store) -> None:
    harvest.snapshot()

    assert [finding for finding in check(store.path) if not finding.ok] == []


def test_the_check_names_what_it_cannot_open(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="does not exist"):
        check(tmp_path / "absent.db")


def test_one_file_of_several_that_holds_no_record_costs_none_of_the_others(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("NCT99000002\nNCT99000003\n")
    for number in (1, 4):
        (tmp_path / f"{number}.json").write_text(json.dumps(synthetic_study(number)))
    report = harvest.sources([tmp_path / name for name in ("1.json", "list.txt", "4.json")])

    assert [fate for _, fate in fates(report)] == ["saved", "failed", "saved"]
    assert report.exit_code == 3
    assert "list.txt" in (report.problems[0].line or "")
