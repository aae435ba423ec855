"""What is written from the code says what the code says, and every command and column is explained."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.docs import command_reference, data_dictionary, documents, is_shared, outdated
from harvester.migrations import schema_sql
from harvester.tables import ALL, VIEW_DESCRIPTIONS, VIEWS

ROOT = Path(__file__).parents[2]
PROGRAM = click.Context(main, info_name="trialside")
COMMANDS = [main.get_command(PROGRAM, name) for name in main.list_commands(PROGRAM)]


def test_the_documents_in_the_checkout_are_current() -> None:
    """When this fails: `make docs`."""
    assert [str(each.path.relative_to(ROOT)) for each in outdated(documents(ROOT, schema_sql(), main))] == []


def test_the_dictionary_names_every_table_and_column() -> None:
    text = data_dictionary()
    sections = {section.partition("\n")[0]: section for section in text.split("\n## ")[1:]}

    assert sections.keys() == {row_type.table.name for row_type in ALL} | VIEWS.keys()
    for row_type in ALL:
        for column in row_type.table.columns:
            assert f"{column.name}" in sections[row_type.table.name]


@pytest.mark.parametrize("row_type", ALL, ids=lambda row_type: row_type.table.name)
def test_every_column_is_described(row_type: type) -> None:
    table = row_type.table  # type: ignore[attr-defined]

    assert table.description.endswith(".")
    assert [column.name for column in table.columns if len(column.description) < 3] == []


def test_every_view_is_described() -> None:
    assert VIEWS.keys() == VIEW_DESCRIPTIONS.keys()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_and_every_option_says_what_it_does(command: click.Command) -> None:
    assert command.help
    assert command.get_short_help_str(200).endswith(".")
    assert [each.name for each in command.params if isinstance(each, click.Option) and not each.help] == []


@pytest.mark.parametrize("command", [each for each in COMMANDS if each and not each.hidden], ids=lambda command: command.name)
def test_every_visible_command_shows_an_example(command: click.Command) -> None:
    assert f"trialside {command.name}" in (command.help or "")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_takes_the_shared_options(command: click.Command) -> None:
    shared = {each.name for each in command.params if is_shared(each)}

    assert shared == {"db", "api_base", "offline", "json", "quiet", "verbose"}


def test_the_reference_holds_each_visible_command_once() -> None:
    text = command_reference(main)

    for command in COMMANDS:
        assert text.count(f"## trialside {command.name}\n") == (0 if command.hidden else 1)


class TestTheCommand:
    """`trialside docs` in a copy of what it needs."""

    @pytest.fixture
    def checkout(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (tmp_path / "harvester").mkdir()
        (tmp_path / "harvester" / "docs.py").touch()
        (tmp_path / "db").mkdir()
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_check_says_what_is_not_current_and_writes_nothing(self, checkout: Path) -> None:
        result = CliRunner().invoke(main, ["docs", "--check"])

        assert result.exit_code == 3
        assert "db/schema.sql, db/data-dictionary.md, docs/commands.md" in result.stderr
        assert not (checkout / "db" / "schema.sql").exists()

    def test_written_documents_are_current(self, checkout: Path) -> None:
        assert CliRunner().invoke(main, ["docs"]).exit_code == 0
        assert CliRunner().invoke(main, ["docs", "--check"]).exit_code == 0

    def test_elsewhere_it_says_where_to_go(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

        result = CliRunner().invoke(main, ["docs"])

        assert result.exit_code == 2
        assert "is not a checkout" in result.stderr
