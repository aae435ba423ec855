"""Flags are told in words, or kept to the tables."""

from __future__ import annotations

import pytest

from harvester.export.flag import flag_words, parse_flags


def test_flags_are_words_each_said_once() -> None:
    assert flag_words(["agent_own", "total", "agent_carried", "agent_earlier"]) == (
        "in all, not each time",
        "name of the medicine taken from the lines above",
    )


def test_an_unknown_flag_is_shown_by_its_name() -> None:
    assert flag_words(["quite_new"]) == ("quite new",)


def test_a_line_that_breaks_the_grammar_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_flags("a = b\nnothing")
