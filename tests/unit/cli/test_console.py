"""Words and progress on standard error, marks on a terminal, files written whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.cli.console import Pace, Progress, say, write_file
from harvester.cli.options import Settings
from harvester.cli.show import mark
from harvester.errors import InputError, OutputFailed


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Both streams are a terminal until the test ends."""
    made = Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setenv("TERM", "xterm")
    return made


class TestPace:
    def test_the_rate_and_the_time_left_are_told_once_they_can_be(self) -> None:
        seconds = iter([0.0, 1.0, 10.0, 100.0, 100.0])
        pace = Pace(lambda: next(seconds))

        assert [pace.words(100, None), pace.words(200, 10_000)] == ["", ""]
        assert pace.words(1_100, 10_000) == ", 100 a second, 89 s left"
        assert pace.words(10_100, 1_000_000) == ", 100 a second, 2.7 h left"
        assert pace.words(10_100, 10_100) == ", 100 a second"

    def test_what_is_slow_is_told_by_the_minute(self) -> None:
        seconds = iter([0.0, 600.0])
        pace = Pace(lambda: next(seconds))
        pace.words(0, 100)

        assert pace.words(50, 100) == ", 5 a minute, 10 min left"


class TestProgress:
    def test_a_line_is_overwritten_and_taken_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = on_a_terminal(monkeypatch)
        line = Progress(Settings())

        line.show("studies: 99 of 100")
        line.show("studies: 9")
        line.clear()

        assert terminal.getvalue() == "\rstudies: 99 of 100" + "\rstudies: 9        " + "\r          \r"

    @pytest.mark.parametrize("quiet", [True, False])
    def test_nothing_where_nobody_looks(self, capsys: pytest.CaptureFixture[str], quiet: bool) -> None:
        Progress(Settings(quiet=quiet)).show("studies: 1")

        assert capsys.readouterr().err == ""

    def test_quiet_holds_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = on_a_terminal(monkeypatch)
        Progress(Settings(quiet=True)).show("studies: 1")

        assert terminal.getvalue() == ""


def test_words_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    say(Settings(), "a\x1b[2Jb")
    say(Settings(quiet=True), "nothing")

    assert capsys.readouterr() == ("", "a\N{REPLACEMENT CHARACTER}[2Jb\n")


class TestMarks:
    def test_bold_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        on_a_terminal(monkeypatch)
        monkeypatch.delenv("NO_COLOR")

        assert mark("50 %") == "\x1b[1m50 %\x1b[0m"
        assert mark(" ") == " "

    def test_no_color_is_honoured(self, monkeypatch: pytest.MonkeyPatch) -> None:
        on_a_terminal(monkeypatch)

        assert mark("50 %") == "50 %"

    def test_plain_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR")

        assert mark("50 %") == "50 %"


class TestFiles:
    def test_a_file_is_whole_and_nothing_stays_beside_it(self, tmp_path: Path) -> None:
        write_file(tmp_path / "a.txt", "é\ud800", force=False)

        assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa9\\ud800"
        assert os.listdir(tmp_path) == ["a.txt"]

    def test_one_that_exists_is_kept_unless_forced(self, tmp_path: Path) -> None:
        write_file(tmp_path / "a.txt", b"1", force=False)
        with pytest.raises(InputError, match="exists"):
            write_file(tmp_path / "a.txt", b"2", force=False)
        write_file(tmp_path / "a.txt", b"3", force=True)

        assert (tmp_path / "a.txt").read_bytes() == b"3"

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="folder"):
            write_file(tmp_path, "x", force=True)

    def test_what_cannot_be_written_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(OutputFailed, match="could not be written"):
            write_file(tmp_path / "nowhere" / "a.txt", "x", force=False)

    @pytest.mark.skipif(not Path("/dev/null").exists(), reason="this system has no /dev/null")
    def test_a_device_is_written_in_place(self) -> None:
        write_file(Path("/dev/null"), "x", force=True)

        assert not Path("/dev/null").is_file()


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_a_script_for_each_shell(self, shell: str) -> None:
        assert "_TRIALSIDE_COMPLETE" in CliRunner().invoke(main, ["completion", shell]).stdout

    def test_commands_are_completed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        environment = {"_TRIALSIDE_COMPLETE": "bash_complete", "COMP_WORDS": "trialside ha", "COMP_CWORD": "1"}

        assert CliRunner().invoke(main, [], env=environment).stdout == "plain,harvest\n"
