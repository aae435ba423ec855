"""The measurements can be made, on a corpus so small that they say nothing: no time is a test here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import main
from bench.large import fill, first_unchanged
from bench.measure import Figure, run, table
from harvester.site.ranking import related_trials
from harvester.store import Store, open_for_reading, read_studies, search_studies, statistics
from harvester.tables import RecordVersion
from tests.standin.synthetic import synthetic_study

RECORDS = Path(__file__).parents[2] / "records"


@pytest.mark.exam
def test_everything_is_measured_and_printed(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--size", "50", "--large", "60", "--folder", str(tmp_path), "--records", str(RECORDS)])
    lines = re.findall(r"^\| ([a-z ]+) \| (.+?) \| ([\d,.-]+) ", done.stdout, re.MULTILINE)

    assert done.exit_code == 0, done.output
    parts = {
        "corpus",
        "a record",
        "floor",
        "peer",
        "one trial",
        "related",
        "page",
        "pages",
        "refresh",
    }
    assert {part for part, _, _ in lines} >= parts
    assert all(float(value.replace(",", "")) > 0 for _, _, value in lines)
    assert list(tmp_path.iterdir()) == []


def test_a_large_database_can_be_searched_and_ranked(tmp_path: Path) -> None:
    fill(tmp_path / "large.db", 60, [synthetic_study(number) for number in range(1, 9)])
    connection = open_for_reading(tmp_path / "large.db")
    focal = read_studies(connection, ["NCT99000007"])["NCT99000007"]

    assert statistics(connection).studies == 60
    assert search_studies(connection, "NCT99000007")[0].study.nct_id == "NCT99000007"
    assert len(related_trials(connection, focal, 60)) == 59
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_bar_is_met_or_not_or_there_is_none() -> None:
    figures = [
        Figure("a", "soon", 4.0, "ms", bar=5.0),
        Figure("a", "many", 4.0, "a second", bar=5.0, more_is_better=True),
        Figure("a", "whatever", 1_234.5, "µs", note="by the way"),
        Figure("a", "against b", 2.5),
    ]

    assert table(figures, "# T").splitlines()[4:] == [
        "| a | soon | 4.00 ms | ≤ 5.00 ms | met |",
        "| a | many | 4.00 a second | ≥ 5.00 a second | **not met** |",
        "| a | whatever | 1,234 µs |  | by the way |",
        "| a | against b | 2.50 × |  |  |",
    ]


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"ended with 3: it was so"):
        run("sh", "-c", "echo it was so >&2; exit 3", folder=tmp_path)


def test_a_database_used_again_lends_studies_that_nothing_changed(tmp_path: Path) -> None:
    """A study that was changed and confirmed before would come as an older version, and measure something else."""
    path = tmp_path / "large.db"
    fill(path, 20, [synthetic_study(number) for number in range(1, 9)])
    assert first_unchanged(path, 20) == 1

    with Store(path) as store, store.transaction():
        other = {"version": "2", "is_current": "0", "content_sha256": f"'{'f' * 64}'"}
        names = RecordVersion.table.column_names
        store.connection.execute(
            f"INSERT INTO record_versions ({', '.join(names)}) "
            f"SELECT {', '.join(other.get(name, name) for name in names)} FROM record_versions WHERE nct_id = 'NCT99000007'"
        )

    assert first_unchanged(path, 20) == 8
