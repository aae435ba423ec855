"""The names of definitions/dose-agents.txt: medicines, endings that only medicines have, words that are none, diluents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from harvester.shape import shape
from harvester.text.doses.agent_name import WORD_END, WORD_START, first_part, name_pattern
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import Gated, automaton_of, gated, held_open
from harvester.text.expressions.pattern import pattern_of

_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
SAY_HOW = frozenset(definition_lists("dose-words.txt")["two letters"])
"""Capitals before an amount that are how, when or how much is given, and no name."""
_NONE = "(?!)"  # what nothing matches
# A number right behind letters makes them a code, "DMT02", unless it is an amount: "Flu30 mg".
_CODED = r"\d+(?![\d.,-]* ?(?:[mun]?g|mcg|mL|IU|U|Gy))"
_STEM_BEFORE = 25  # signs of a word that may stand before its ending


@shape()
class ListedName:
    """A name of the list where it stands; ``is_stem`` says that only its ending is listed."""

    name: str
    start: int
    end: int
    is_stem: bool


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    """The entries of dose-agents.txt by section."""
    return {name: tuple(entry for line in lines for entry in _entries(line)) for name, lines in _lists().items()}


def _lists() -> Mapping[str, tuple[str, ...]]:
    return definition_lists("dose-agents.txt")


def _entries(line: str) -> list[str]:
    return [piece.strip() for piece in line.split("|") if piece.strip()]


@cache
def not_agents() -> frozenset[str]:
    """Words that stand beside amounts and are never what is given."""
    return frozenset(_sections()["not agents"])


@cache
def regimens() -> frozenset[str]:
    """Names of plans of several medicines, folded."""
    return frozenset(_sections()["regimens"])


def unconjugated(name: str) -> str:
    """The antibody of a conjugate, folded, or nothing where it is also given bare, as trastuzumab is."""
    base, blank, _ = folded(name).replace("mab-", "mab ").partition(" ")
    return base if blank and base.endswith("mab") and base not in _sections()["given bare"] else ""


@cache
def spelled_out() -> dict[str, frozenset[str]]:
    """For every abbreviation of the list the names beside it in its line, folded: ``Flu`` is fludarabine."""
    found: dict[str, frozenset[str]] = {}
    for names in (_entries(line) for lines in _lists().values() for line in lines):
        whole = frozenset(folded(name) for name in names if not name.startswith("="))
        found |= {name[1:]: whole for name in names if name.startswith("=")}
    return found


@cache
def diluents() -> Gated:
    """What medicines are dissolved in."""
    names = sorted(_sections()["diluents"], key=len, reverse=True)
    return gated(rf"{WORD_START}(?i:{'|'.join(name_pattern(name) for name in names)}){WORD_END}")


@lru_cache(maxsize=128)
def _expression(begin: str = "") -> re.Pattern[str]:
    """One pattern for every name of the list, or for those that begin with a sign: exact ones as written, others in any case.

    To try all of them takes twenty times as long as to try those with the right first letter.
    """
    names = [name for name in _sections()["names"] if folded(name.removeprefix("=")).startswith(begin)]
    exact = sorted((name[1:] for name in names if name.startswith("=")), key=len, reverse=True)
    free = sorted((name for name in names if not name.startswith("=")), key=len, reverse=True)
    written = "|".join(re.escape(name) for name in exact) or _NONE
    loose = "|".join(name_pattern(name) for name in free) or _NONE
    stems = "|".join(sorted(set(_sections()["stems"]), key=lambda stem: (-len(stem), stem)))
    second = "|".join(f"{word}?" for word in _sections()["conjugates"])  # a letter short counts, too
    return pattern_of(
        rf"{WORD_START}(?:(?P<exact>{written})(?![A-Za-z-]|{_CODED})"
        rf"|(?P<free>(?i:{loose})){WORD_END}|(?P<stem>[A-Za-z][A-Za-z-]{{2,24}}?(?i:{stems})(?:[ -](?i:{second}))?){WORD_END})"
    )


def _expression_at(text: str, at: int) -> re.Pattern[str]:
    """The pattern for what may stand at ``at``: of all names where a foreign sign stands, which may count as one of ours."""
    sign = text[at : at + 1]
    return _expression(sign.lower() if sign.isascii() else "")


@cache
def _automaton() -> Any:
    """What the names begin with and the endings, found in one pass: the length, and whether it is an ending."""
    keys: dict[str, tuple[int, bool, bool]] = {}
    for name in _sections()["names"]:
        key = folded(name[1:]) if name.startswith("=") else first_part(name)
        keys[key] = (len(key), True, False)
    for stem in _sections()["stems"]:
        key = folded(stem)
        keys[key] = (len(key), key in keys, True)
    return automaton_of(keys)


def listed_names(text: str) -> Iterator[ListedName]:
    """Every name of the list in ``text``, from left to right, none overlapping."""
    found = _expression().finditer(text) if held_open() else _tried(text)
    return (ListedName(m.group(), m.start(), m.end(), m["stem"] is not None) for m in found)


def is_listed(name: str) -> bool:
    """Whether the whole of ``name`` is a name of the list, or ends as only medicines do."""
    return _expression_at(name, 0).fullmatch(name) is not None


def _tried(text: str) -> Iterator[re.Match[str]]:
    """What the expression finds in ``text``, tried only where a name may begin."""
    at = 0
    for place in sorted(set(_begins(text))):
        if place >= at and (match := _expression_at(text, place).match(text, place)):
            at = match.end()
            yield match


def _begins(text: str) -> Iterator[int]:
    """Where a listed name, or a word with a listed ending, may begin."""
    for last, (length, is_name, is_stem) in _automaton().iter(folded(text)):
        start = last + 1 - length
        if is_name and (start == 0 or text[start - 1] not in _WORD):
            yield start
        if is_stem and not _is_letter(text[last + 1 : last + 2]):
            at = start
            while at > 0 and start - at < _STEM_BEFORE and (text[at - 1] == "-" or _is_letter(text[at - 1])):
                at -= 1
                if at == 0 or text[at - 1] not in _WORD:
                    yield at


def _is_letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()
