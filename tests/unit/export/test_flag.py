"""Flags are told in words, or kept to the tables."""

from __future__ import annotations

from pathlib import Path

from harvester.definition_file import names_of
from harvester.export import flag as flag_module
from harvester.export.flag import flag_words


def test_flags_are_words_each_said_once() -> None:
    assert flag_words(["agent_own", "total", "agent_carried", "agent_earlier"]) == (
        "in all, not each time",
        "name of the medicine taken from the lines above",
    )


def test_an_unknown_flag_is_shown_by_its_name() -> None:
    assert flag_words(["quite_new"]) == ("quite new",)


def test_no_flag_is_told_twice() -> None:
    flags = [flag for flag, _ in names_of(Path(flag_module.__file__).with_name("flags.txt"))]
    assert len(flags) == len(set(flags))
