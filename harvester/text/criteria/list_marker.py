"""Bullets, numbers and letters at the start of a line, and enumerations that run on inside one.

Rules: ``marker.bullet``, ``marker.number``, ``marker.letter``, ``marker.roman``, ``marker.circled``. A bullet may stand before
a number (``* 4. The main organs``); the number is then the label.
"""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

_BULLET = expression("list_marker.bullet", exact=True)
_LONE = pattern_of(r"[*•●◦▪\-]\s*$")
_NUMBER = pattern_of(
    r"\((?P<a>\d{1,2})\)\s*"
    r"|(?P<b>\d{1,3})\s?[.)](?=\s|[A-Za-z(≥≤<>])\s*"
    r"|(?P<c>\d{1,2}(?:\.\d{1,2}){1,3})[.)]?\s+(?=[A-Z][a-z]{2}|(?!U?LN|LLN|IU|MG|GY|ML)[A-Z]{2,})"
    r"|(?P<f>\d{1,2})\s-\s(?=[A-Z≥≤<>])"
    r"|(?P<d>[IE]C?\d{1,2})[.):]\s*"
    r"|(?P<e>\d{1,2}),\s*(?=[A-Z≥≤<>(\u4e00-\u9fff])"  # an ideographic comma
)
_LETTER = pattern_of(r"\((?P<a>[a-zA-Z])\)\s*|(?P<b>[a-z])[.)](?=\s|[A-Z])\s*|(?P<c>[A-Z])[.)]\s*(?=[A-Z0-9≥≤<>(])")
_ROMAN = pattern_of(r"\(?(?P<a>[ivx]{1,5}|[IVX]{2,5})[.)]\s+")
_CIRCLED = pattern_of(r"(?P<a>[①-⑳])\s*")
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_RULES = (("circled", _CIRCLED), ("number", _NUMBER), ("roman", _ROMAN), ("letter", _LETTER))


@shape()
class Marker:
    """What stands before an item's own words: its style, its label without brackets, and where the words begin."""

    style: str  # bullet, number, letter, roman, circled
    label: str | None
    words: int


def read_marker(text: str, start: int, end: int) -> Marker | None:
    """The marker that opens ``text[start:end]`` (no leading blanks), or none; a line that is only a marker has no words."""
    line = text[start:end]
    if _begins_a_word(line[:2]):
        return None
    if _LONE.match(line):
        return Marker("bullet", None, end)
    bullet = _BULLET.match(line)
    at = bullet.end() if bullet else 0
    for style, pattern in () if _begins_a_word(line[at : at + 2]) else _RULES:
        found = pattern.match(line, at)
        if found:
            label = next(group for group in found.groups() if group)
            return Marker("bullet" if bullet else style, label, start + found.end())
    return Marker("bullet", None, start + at) if bullet else None


def _begins_a_word(signs: str) -> bool:
    """Whether two signs are letters of a word, which no label begins with."""
    return signs.isalpha() and len(signs) == 2 and signs[1] not in "ivxIVXC"


def follows(last: str, label: str) -> bool:
    """Whether ``label`` is the next number or letter behind ``last``."""
    if label.isdecimal():
        return last.isdecimal() and int(label) == int(last) + 1
    if label in ("i", "I"):
        return False  # below "h": the first of a Roman list as well
    if label in _ROMANS and last in _ROMANS and _ROMANS.index(label) == _ROMANS.index(last) + 1:
        return True
    return len(label) == len(last) == 1 and last.isalpha() and ord(label) == ord(last) + 1


_INLINE = {
    "number": pattern_of(r"(?P<label>\d(?<![^\s.;:,)].)\d?)[.)](?=\s|[A-Z≥≤<>(])\s*"),
    "comma": pattern_of(r"(?<=[.;])\s*(?P<label>\d{1,2}),\s*(?=[A-Z≥≤<>(\u4e00-\u9fff])"),
    "bracketed": pattern_of(r"\((?P<label>\d{1,2})\)\s*"),
    "circled": pattern_of(r"(?P<label>[①-⑳])\s*"),
    "letter": pattern_of(r"(?P<label>[a-h](?<![^\s.;:,].))\)\s*"),
}


# Sub-lists behind a colon: style, expression, how a label counts.
_LETTERS = {"letter": tuple("abcdefgh"), "capital": tuple("ABCDEFGH"), "roman": _ROMANS}
_INSIDE = (
    ("circled", _INLINE["circled"]),
    (
        "number",
        pattern_of(r"\((?P<label>\d{1,2})\)\s*|(?<=[\s.;:,])(?P<bare>\d{1,2})(?:\)(?:\s+|(?=[A-Z]))|\.\s+(?=[A-Za-z≥≤<>]))"),
    ),
    ("roman", pattern_of(r"(?<=[\s.;:,(])(?P<label>i{1,3}|iv|vi{0,3}|ix|x)[.)]\s+")),
    ("capital", pattern_of(r"(?<=[\s.;])(?P<label>[A-H])\.\s+(?=[A-Z])")),
    ("letter", pattern_of(r"\((?P<label>[a-h])\)\s*|(?<=[\s.;:,])(?P<bare>[a-h])(?:\)\s*|\.\s+(?=[A-Za-z≥≤<>]))")),
)
_HEADS_A_LIST = pattern_of(r"(?:[:：]|\bfollowing(?: criteria|\b[^.:;]{0,40}\.)?)$")
_FIRST_BEHIND = pattern_of(r": (?:1|a|i)\. [A-Z]")
_FIRST_ALONE = pattern_of(r"(?:1|a|i)\. [A-Z]")
_LIST = 3  # entries that nobody takes for letters and numbers in a sentence
_SECOND = ("2)", "2.", "ii", "B.", "b)", "b.")  # how the second entry of such a list is told
_SECOND_OF_ANY_SCRIPT = ("②", ")", "2.", "ii", "B.", "b.")
_ANY_BULLET = pattern_of(r"[•●◦▪■➢✓]")
_BULLETS = pattern_of(r"(?<=[^\s(\[])(?:\s+|(?<=[.;:)]))[•●◦▪■➢✓]\s*(?=[A-Z≥≤<>])")
_INNER_SIGN = pattern_of(r"o ?[A-Z]")  # asked first, as it leaps to where one can stand
_INNER_BULLETS = pattern_of(r"(?<=[^\s(\[])\s+o(?: (?=[A-Z][a-z]* )|(?=[A-Z][a-z]+ ))")
_DOTTED_LIST = pattern_of(r"(?<=\s)\d{1,2}\.(?P<label>\d{1,2})\s+(?=[A-Z][a-z]{2}|(?!U?LN|LLN|IU|MG|GY|ML)[A-Z]{2,})")
_ROMAN_LIST = pattern_of(r"(?<=\s)(?P<label>i{1,3}|iv|vi{0,3}|ix|x)\.\s+(?=[A-Z])")


@shape()
class Enumerated:
    """One entry of a run-on enumeration: where its marker begins, where its words begin, where they end."""

    marker: int
    start: int
    end: int
    label: str


def _ordinal(label: str) -> int:
    if label.isdecimal():
        return int(label)
    return ord(label) - (ord("①") if label >= "①" else ord("a")) + 1


def _signs(number: int) -> dict[str, tuple[str, ...]]:
    """What an ASCII text must hold for ``number`` to be an entry, by style."""
    letter = f"{chr(ord('a') + number - 1)})" if 1 <= number <= 8 else ")"
    bracketed = (f"({number})", f"(0{number})")
    return {"number": (f"{number}.", f"{number})"), "comma": (f"{number},",), "bracketed": bracketed, "letter": (letter,)}


@lru_cache(maxsize=128)
def _counting_from(first: int) -> tuple[tuple[str, ...], tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]]:
    """The signs one of which an ASCII text holds that counts from ``first`` on, and each style with its own.

    A list that has begun may leave a number out, and so may go on with the one behind ``first``.
    """
    own, next_ = _signs(first), _signs(first + 1) if first > 2 else {}
    styles = tuple((pattern, (*own.get(style, ()), *next_.get(style, ()))) for style, pattern in _INLINE.items())
    return tuple(sign for signs in own.values() for sign in signs), styles


def holds_one(words: str, signs: tuple[str, ...]) -> bool:
    """Whether one of ``signs`` stands in ``words``."""
    for sign in signs:  # noqa: SIM110 - it is asked of every line
        if sign in words:
            return True
    return False


def enumerated(text: str, start: int, end: int, after: int = 0, least: int = 2) -> tuple[Enumerated, ...]:
    """The entries of an enumeration inside ``text[start:end]`` that counts ``after + 1``, ``after + 2`` … without a gap.

    At least ``least`` entries are needed; one style only (``1.``, ``1、``, ``(1)``, ``①``, ``a)``).
    """
    best: list[tuple[int, int, str]] = []
    words = text[start:end]
    needed, styles = _counting_from(after + 1)
    plain = words.isascii()
    if plain and not holds_one(words, needed):
        return ()
    for pattern, signs in styles:
        if plain and not holds_one(words, signs):
            continue
        want, found = after + 1, []
        marks = list(pattern.finditer(text, start, end))
        for place, match in enumerate(marks):
            number = _ordinal(match["label"])
            skips = number == want + 1 and place + 1 < len(marks) and _ordinal(marks[place + 1]["label"]) == want + 2
            if number == want or (skips and want > 2):  # a list that leaves a number out, and counts on from there
                found.append((match.start(), match.end(), match["label"]))
                want = number + 1
        if len(found) > max(len(best), least - 1):
            best = found
    if not best:
        return ()
    ends = [entry[0] for entry in best[1:]] + [end]
    return tuple(Enumerated(marker, at, stop, label) for (marker, at, label), stop in zip(best, ends, strict=True))


def sublist(text: str, start: int, end: int) -> tuple[str, tuple[Enumerated, ...]]:
    """The style and entries of a list that runs on behind a colon inside ``text[start:end]`` (``either of: i) … ii) …``).

    It counts from its first label without a gap, and every entry has words of its own. Roman numerals and parts of a number
    (``1.1 … 1.2 … 1.3``) need no colon.
    """
    words = text[start:end]
    dotted = _dotted(text, start, end) if ".2 " in words and ".3 " in words else ()
    if dotted:
        return "number", dotted
    second = _SECOND if words.isascii() else _SECOND_OF_ANY_SCRIPT
    if not (holds_one(words, second) or _FIRST_BEHIND.search(words)):
        return "", ()
    roman = _counting(text, start, end, "roman", _ROMAN_LIST) if " ii. " in words else ()
    if len(roman) > 1 and ":" not in words[: roman[0].marker - start - 1]:
        return "roman", roman
    if ":" not in words and "following" not in words and "：" not in words:
        return "", ()
    for style, pattern in _INSIDE:
        entries = _counting(text, start, end, style, pattern)
        head = text[start : entries[0].marker].rstrip() if entries else ""
        alone = len(entries) == 1 and head.endswith(":") and _FIRST_ALONE.match(text, entries[0].marker) is not None
        if alone or (len(entries) > 1 and _HEADS_A_LIST.search(head)):
            return style, entries
    return "", ()


def _dotted(text: str, start: int, end: int) -> tuple[Enumerated, ...]:
    """Three or more entries that count the parts of one number (``any of 1.1 Stroke 1.2 Anaemia 1.3 Priapism``)."""
    entries = _counting(text, start, end, "number", _DOTTED_LIST)
    labels = [text[entry.marker : entry.start].strip() for entry in entries]
    if len(entries) < _LIST or len({label.partition(".")[0] for label in labels}) > 1:
        return ()
    return tuple(Enumerated(each.marker, each.start, each.end, label) for each, label in zip(entries, labels, strict=True))


def _counting(text: str, start: int, end: int, style: str, pattern: re.Pattern[str]) -> tuple[Enumerated, ...]:
    """Entries that count on from one; none where one has no words of its own."""
    found, want = list[tuple[int, int, str]](), 1
    marks = [(match, match["label"] or match.groupdict().get("bare") or "") for match in pattern.finditer(text, start, end)]
    counts = [_counted(style, label) for _, label in marks]
    for place, (match, label) in enumerate(marks):
        skips = found and counts[place : place + 2] == [want + 1, want + 2]  # a list that leaves a number out
        if counts[place] == want or skips:
            found.append((match.start(), match.end(), label))
            want = counts[place] + 1
    stops = [entry[0] for entry in found[1:]] + [end]
    entries = tuple(Enumerated(*entry[:2], stop, entry[2]) for entry, stop in zip(found, stops, strict=False))
    listed = len(entries) >= _LIST
    return entries if all(_says_something(text, entry, listed) for entry in entries) else ()


def _says_something(text: str, entry: Enumerated, listed: bool) -> bool:
    """Whether an entry has words of its own: in a list of several, and behind a semicolon, a word is one."""
    parted = listed or text[max(0, entry.marker - 3) : entry.marker].rstrip(" and").endswith(";")
    return entry.end - entry.start >= (3 if parted else 8)


def _counted(style: str, label: str) -> int:
    return _LETTERS[style].index(label) + 1 if style in _LETTERS else _ordinal(label)


def bullets_inside(text: str, start: int, end: int) -> tuple[tuple[int, int, bool], ...]:
    """Where bullets stand in the middle of ``text[start:end]``: the character before each, where its words begin, and whether
    it is one of an inner list (``of: oHeadache oFever``).
    """
    any_there = not text[start:end].isascii() and _ANY_BULLET.search(text, start, end)
    found = [(*match.span(), False) for match in _BULLETS.finditer(text, start, end)] if any_there else []
    if text.find(" o", start, end) >= 0 and _INNER_SIGN.search(text, start, end):
        inner = [(*match.span(), True) for match in _INNER_BULLETS.finditer(text, start, end)]
        found += inner if len(inner) > 1 else []
    return tuple(sorted(found))
