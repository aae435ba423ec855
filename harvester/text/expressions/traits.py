"""What is told from an expression without trying it: what it needs, where it can begin, whether it may be written small.

To work that out takes longer than to compile the expression, so it is kept in definitions/traits.json, an expression a line, by
digest. One that is not there is worked out when it is first needed: a rule is changed without a word here, and
``python -m harvester.text.expressions.traits`` makes its start quick again. A test holds what is kept against what is worked out.
"""

from __future__ import annotations

import gc
import json
import re
from functools import cache, lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import harvester.text
from harvester.text.expressions.beginnings import beginnings, leads
from harvester.text.expressions.folding import folds
from harvester.text.expressions.needed import needed, roams
from harvester.text.expressions.openings import openings
from harvester.text.expressions.pattern import LONG, Stated

_FOLDER = Path(harvester.text.__file__).parent
KEPT = _FOLDER / "definitions" / "traits.json"


class Traits(NamedTuple):
    """What is known of one expression."""

    needed: frozenset[str] | None
    """Folded sequences of which at least one stands in every text it matches in; none where there are no such."""

    begins: frozenset[str] | None
    """Folded signs one of which every match begins with, behind no letter; none where they cannot be named."""

    roams: bool
    """Whether a match can begin with a long run of any characters."""

    folds: bool
    """Whether its letters can all be written small to find the same places in folded text."""

    leads: frozenset[str] | None
    """Folded signs one of which every match begins with, where a search does not leap to them by itself; else none."""


class Openings(NamedTuple):
    """How an expression of many can open; asked for by those that are tried where they can, and kept for them."""

    words: frozenset[str] | None
    """Folded words one of which every match begins with, but for strays; none where they cannot be named or choose no places."""

    strays: frozenset[str]
    """Folded sequences one of which stands in a text with a match that begins with none of ``words``."""

    demands: frozenset[str]
    """Folded sequences of which one stands in every text it matches in; only where ``words`` do not tell as much."""


def traits_of(pattern: re.Pattern[str]) -> Traits:
    """The traits of an expression, kept or worked out."""
    kept = _kept().get(_digest(pattern))
    if kept is None or len(kept) != len(Traits._fields):  # new, or kept before there was a trait
        return worked_out(pattern)
    needs, begins, may_roam, may_fold, signs = kept
    return Traits(_set(needs), _set(begins), may_roam, may_fold, _set(signs))


def needed_by(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """What an expression needs, as ``Traits.needed``, where that is kept: to work it out takes longer than to compile it."""
    kept, digest = _kept(), _digest(pattern)
    told = kept.get(digest)
    return _set(kept.get(f"{digest} needs") if told is None else told[0])


def openings_of(pattern: re.Pattern[str]) -> Openings:
    """How an expression can open, kept or worked out."""
    kept = _kept().get(f"{_digest(pattern)} opens")
    if kept is None or len(kept) != len(Openings._fields):
        return openings_worked_out(pattern)
    words, strays, demands = kept
    return Openings(_set(words), frozenset(strays), frozenset(demands))


def _joined(signs: frozenset[str] | None) -> str | None:
    return None if signs is None else "".join(sorted(signs))


def _set(kept: list[str] | str | None) -> frozenset[str] | None:
    return None if kept is None else frozenset(kept)


@lru_cache(maxsize=256)
def worked_out(pattern: re.Pattern[str]) -> Traits:
    """The traits of an expression, from its nodes."""
    nodes = _nodes(pattern)
    return Traits(needed(nodes), beginnings(nodes), roams(nodes), folds(nodes), leads(nodes))


@lru_cache(maxsize=256)
def openings_worked_out(pattern: re.Pattern[str]) -> Openings:
    """How an expression can open, from its nodes."""
    nodes = _nodes(pattern)
    (words, strays), needs = openings(nodes), needed(nodes) or frozenset[str]()
    told = strays or (words and all(any(each in word for each in needs) for word in words))
    return Openings(words, strays, frozenset() if told else needs)


def _nodes(pattern: re.Pattern[str]) -> list[tuple[Any, Any]]:
    """The parts of an expression, as the library parses it."""
    parser: Any = import_module("re._parser")
    return list(parser.parse(pattern.pattern, pattern.flags))


@cache
def _kept() -> dict[str, list[Any]]:
    """Traits by the digest of their expression; none where the file is not there."""
    if not KEPT.is_file():
        return {}
    kept: dict[str, list[Any]] = json.loads(KEPT.read_bytes())
    return kept


def _digest(pattern: re.Pattern[str]) -> str:
    return sha256(f"{int(pattern.flags)} {pattern.pattern}".encode()).hexdigest()[:16]


def stated(*, opened_only: bool = False) -> list[re.Pattern[str]]:
    """The expressions of the rules whose traits are asked for, or only those whose openings are; of the definition files too."""
    from harvester.text.expressions.caseless import Caseless  # here, since these ask for traits
    from harvester.text.expressions.gate import Gated, Gates
    from harvester.text.expressions.opened import Opened
    from harvester.text.expressions.scan import Phrase

    for path in sorted(path for path in _FOLDER.rglob("*.py") if path.stem != "__init__"):
        module = import_module(".".join(("harvester.text", *path.relative_to(_FOLDER).with_suffix("").parts)))
        for value in list(vars(module).values()):
            if callable(getattr(value, "cache_info", None)) and not value.__wrapped__.__code__.co_argcount:
                value()  # one that reads a definition file when it is first asked
    kinds = (Opened,) if opened_only else (Opened, Gates, Gated, Caseless, Phrase)
    found: list[Any] = [each for each in gc.get_objects() if isinstance(each, kinds)]
    patterns = [pattern for each in found for pattern in (each.patterns if hasattr(each, "patterns") else (each.pattern,))]
    return list({_digest(pattern): pattern for pattern in patterns}.values())


def plain() -> list[re.Pattern[str]]:
    """The long expressions that are `stated` by nothing that asks for their traits, and need something: only that is kept."""
    asked = {_digest(pattern) for pattern in stated()}
    found: list[Any] = [each for each in gc.get_objects() if isinstance(each, Stated)]
    known = {_digest(each): each for each in found if len(each.pattern) >= LONG}
    return [pattern for digest, pattern in known.items() if digest not in asked and worked_out(pattern).needed]


def kept_text() -> str:
    """What traits.json should say."""
    lines = []
    for digest, pattern in sorted((_digest(pattern), pattern) for pattern in plain()):
        lines.append(f'"{digest} needs": {json.dumps(sorted(worked_out(pattern).needed or ()), ensure_ascii=False)}')
    for digest, pattern in sorted((_digest(pattern), pattern) for pattern in stated()):
        told = worked_out(pattern)
        needs = None if told.needed is None else sorted(told.needed)
        begins, signs = _joined(told.begins), _joined(told.leads)
        lines.append(f'"{digest}": {json.dumps([needs, begins, told.roams, told.folds, signs], ensure_ascii=False)}')
    for digest, pattern in sorted((_digest(pattern), pattern) for pattern in stated(opened_only=True)):
        words, strays, demands = openings_worked_out(pattern)
        opens = [None if words is None else sorted(words), sorted(strays), sorted(demands)]
        lines.append(f'"{digest} opens": {json.dumps(opens, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    KEPT.write_text(kept_text(), encoding="utf-8")
