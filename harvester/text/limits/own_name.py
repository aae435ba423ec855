"""Abbreviations a record explains itself: ``target plaque severity (TPS)``, whatever ``TPS`` stands for elsewhere.

Only initials are believed: each letter begins a word right before the bracket, small words apart. What the record says goes
before our own table: its abbreviation names the concept of the words before the bracket, or none of ours.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from harvester.text.expressions.definition_file import definition_names
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept import mentions
from harvester.text.written.token import Phrase, Token, tokens_of

OwnNames = dict[str, str | None]  # an abbreviation, and the concept it names here; none where it is of no concept we know

_BRACKETED = pattern_of(r"[(\[](?P<short>[A-Z][A-Za-z]{0,3}[A-Z]{1,5})[)\]]")
_FAR = 90  # characters before the bracket
_CLAUSE = pattern_of(r"[.;:,()\[\]\n<>≤≥]")
_SMALL = frozenset({"of", "the", "a", "an", "and", "or", "for", "to", "in", "on", "by", "with", "from"})
_LONG_ENOUGH = 4  # letters of a word that tells a name
_ANY = frozenset({"other_score", "dose_limit"})
_FEW = 3  # concepts that may share such a word: "score" and "index" tell none


def own_names(raw: str) -> OwnNames:
    """The abbreviations of ``raw`` whose words name another concept than ours, or none."""
    found: OwnNames = {}
    for match in _BRACKETED.finditer(raw):
        short = match["short"]
        opened = match.start() - (raw[match.start() - 1 : match.start()] == " ")
        before = _CLAUSE.split(raw[max(0, opened - _FAR) : opened])[-1]
        long_form = _long_form(short, before)
        if long_form and short not in found:
            told, ours = _concept(long_form), _concept(short)
            if told != ours and _is_measure(told or ours) and (told or not _shares_word(ours, long_form)):
                found[short] = told
    return found


def renamed(names: tuple[Phrase, ...], tokens: tuple[Token, ...], own: OwnNames) -> tuple[Phrase, ...]:
    """``names`` of a line with those of the record's own abbreviations in place of ours."""
    places = [at for at, token in enumerate(tokens) if token.text in own]
    if not places:
        return names
    kept = [name for name in names if not any(name.first <= at < name.last and name.last - name.first == 1 for at in places)]
    held = {index for name in kept for index in range(name.first, name.last)}
    for at in places:
        concept = own[tokens[at].text]
        if concept is not None and at not in held:
            kept.append(Phrase(concept, at, at + 1, tokens[at].start, tokens[at].end))
    return tuple(sorted(kept, key=lambda name: name.first))


def _is_measure(concept: str | None) -> bool:
    """Whether a concept is more than a name for what has none: a score of any scale, a dose of any drug."""
    return concept is not None and concept not in _ANY


def _long_form(short: str, before: str) -> str | None:
    """The last words of ``before`` whose initials ``short`` is, or none."""
    words = [token for token in tokens_of(before) if token.text[0].isalpha()]
    letters = [letter.lower() for letter in short if letter.isalpha()]
    at = len(words)
    while letters and at:
        at -= 1
        if words[at].low[0] == letters[-1]:
            letters.pop()
        elif words[at].low not in _SMALL:
            return None
    return None if letters else before[words[at].start :]


def _concept(words: str) -> str | None:
    """The concept that ``words`` are a name of, whole."""
    tokens = tokens_of(words.strip())
    named = mentions(tokens)
    return named[0].key if len(named) == 1 and named[0].last - named[0].first == len(tokens) else None


def _shares_word(concept: str | None, long_form: str) -> bool:
    """Whether a name of ``concept`` has a word of ``long_form``, which is then but another spelling of it."""
    words = {token.low for token in tokens_of(long_form)}
    return bool(words & _words_of().get(concept or "", frozenset()))


@cache
def _words_of() -> dict[str, frozenset[str]]:
    """The words that tell the names of each concept, and hardly another's."""
    found: dict[str, set[str]] = {}
    for slug, names in definition_names("concept_names.txt"):
        tokens = tokens_of(" | ".join(names))
        found.setdefault(slug, set()).update(token.low for token in tokens if len(token.text) >= _LONG_ENOUGH)
    shared = Counter(word for words in found.values() for word in words)
    return {slug: frozenset(word for word in words if shared[word] <= _FEW) for slug, words in found.items()}
