"""How much of a text was read is one figure, wherever it is told."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.site.app import make_datasette
from harvester.tables import percent_read
from tests.unit.site.site_records import FULL, PLAIN, write_site

SOURCES = Path(__file__).parents[2] / "harvester"


@pytest.mark.parametrize(
    ("read", "of", "percent"), [(453, 2_445, 18), (4_163, 20_305, 20), (1_999, 2_000, 99), (2_000, 2_000, 100), (0, 0, None)]
)
def test_a_share_is_rounded_down(read: int, of: int, percent: int | None) -> None:
    assert percent_read(read, of) == percent


async def test_show_compare_status_and_the_site_say_the_same(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE text_coverage SET characters = 2000, read_characters = 1999")

    def said(*arguments: str) -> str:
        return " ".join(CliRunner().invoke(main, [*arguments, "--db", str(path)]).stdout.split())

    site = make_datasette(path)
    assert "99 % of the characters" in said("show", FULL, "--criteria")
    assert "99 % of its characters" in said("compare", FULL, PLAIN[0], "--format", "markdown", "--output", "-")
    assert re.search(r"text read 99 % of [0-9,]+ characters", said("status"))
    for page in ("/", "/about"):
        text = re.sub(r"<[^>]+>|\s+", " ", (await site.client.get(page)).text)
        assert "99 %" in text, page
        assert "100 %" not in text, page


def test_nothing_else_works_the_share_out() -> None:
    worked_out = re.compile(r"read_characters\s*(?:\*|/)|\*\s*read\s*//")
    found = [path.name for path in SOURCES.rglob("*.py") if worked_out.search(path.read_text(encoding="utf-8"))]

    assert found == ["reading.py"]
