"""Words in their other spelling and things under their other names: who searches with one means the others too.

Both are data: ``definitions/spellings.txt`` and ``definitions/names.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from harvester.definition_file import names_of, pairs_of

_DEFINITIONS = Path(__file__).parent / "definitions"
_ANCHORS = re.compile(r"[\^$]")
_OF_WORD = re.compile(r"[^\W_]+")
_OWNERS = re.compile(r"(?<=\w)['’]s?(?!\w)")
_EXACT = "="
_NARROWER = ">"
SHORTEST = 4
"""Letters of a word that are told apart, without an s that follows."""


def spellings(words: str) -> tuple[str, ...]:
    """The words, and what they are in the other spelling, where that is another.

    >>> spellings("leukemia"), spellings("Haemoglobin"), spellings("asthma")
    (('leukemia', 'leukaemia'), ('Haemoglobin', 'hemoglobin'), ('asthma',))
    """
    low = words.casefold()
    return (words, *(other for rewriting in _rewritings() if (other := _rewritten(low, *rewriting)) != low))


def without_owner(word: str) -> str:
    """A word without the 's of an owner: records write the name of a disease with it or without.

    >>> without_owner("non-Hodgkin's"), without_owner("Parkinson’s"), without_owner("'s")
    ('non-Hodgkin', 'Parkinson', "'s")
    """
    return _OWNERS.sub("", word)


def names_in(words: Sequence[str]) -> Iterator[tuple[Sequence[str], tuple[str, ...]]]:
    """The words in their order, cut where the name of a thing begins and ends, each piece with the thing's names.

    The longest name that begins at a word counts; a word that begins none is a piece without names.
    """
    at = 0
    while at < len(words):
        longest = min(len(words), at + _longest())
        named = ((end, names) for end in range(longest, at, -1) if (names := _named(words[at:end])))
        end, names = next(named, (at + 1, ()))
        yield words[at:end], names
        at = end


def is_exact(name: str) -> bool:
    """Whether a name of `names_in` is one that is also a word, and so is looked for among conditions alone."""
    return name.startswith(_EXACT)


def is_written_so(words: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the words are one of the ``names`` that are exact, and so mean the thing and not the word."""
    return _exact(words) in names


def _exact(words: Sequence[str]) -> str:
    return f"{_EXACT}{' '.join(words).strip(',;.()')}"


def _named(words: Sequence[str]) -> tuple[str, ...]:
    return _names().get(_exact(words)) or _names().get(_key(" ".join(words)), ())


def _key(text: str) -> str:
    """What all ways to write a name have in common, its plural too."""
    american = _rewritings()[0]
    words = _OF_WORD.findall(without_owner(text).casefold())
    return " ".join(_rewritten(word, *american).removesuffix("s" if len(word) > SHORTEST else "") for word in words)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """The names of a thing by each of them, without those that another one finds, since it is a part of them."""
    found: dict[str, tuple[str, ...]] = {}
    for name, others in names_of(_DEFINITIONS / "names.txt"):
        keys = {_key(each): each for each in (name, *others) if not is_exact(each)}
        exact = [each for each in others if is_exact(each)]
        least = [
            name.removeprefix(_NARROWER)
            for key, name in keys.items()
            if not any(f" {key} ".find(f" {other} ") > -1 for other in keys if other != key)
        ]
        known = (key for key, name in keys.items() if not name.startswith(_NARROWER))
        found |= dict.fromkeys((*known, *exact), (*least, *exact))
    return found


@cache
def _longest() -> int:
    return max(len(name.split()) for name in _names())


@cache
def _rewritings() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """To American spelling and to British: one expression for what each replaces, and what stands for it."""
    pairs = pairs_of(_DEFINITIONS / "spellings.txt")
    return _rewriting(pairs), _rewriting(tuple((american, british) for british, american in pairs))


def _rewriting(pairs: Sequence[tuple[str, str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    sought = {_ANCHORS.sub("", old): _ANCHORS.sub("", new) for old, new in pairs}
    return re.compile("|".join(_expression(*pair) for pair in pairs)), sought


def _expression(old: str, new: str) -> str:
    """Where ``old`` stands and ``new`` does not already: "emi", but not that of "aemi"."""
    bare, made = _ANCHORS.sub("", old), _ANCHORS.sub("", new)
    before = rf"\b{bare}" if old.startswith("^") else f"(?<!{made.removesuffix(bare)}){bare}" if made.endswith(bare) else bare
    return rf"{before}\b" if old.endswith("$") else before


def _rewritten(words: str, sought: re.Pattern[str], written: Mapping[str, str]) -> str:
    return sought.sub(lambda found: written[found[0]], words)
