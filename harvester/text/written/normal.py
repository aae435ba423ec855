"""Registry text made regular for reading, with the way back to every raw character.

The registry's markdown escapes (``\\<``), HTML entities, full-width signs, superscripts, both micro signs and odd blanks are
folded to one spelling. Offsets are kept: any span of the regular text gives the span of the raw text it stands for.
What had to be guessed (a doubly escaped entity, a full-width sign) is remembered as a flag on its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from harvester.shape import shape
from harvester.span import Span
from harvester.text.expressions.pattern import pattern_of

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"

# One character for one character: blanks, dashes, quotes, signs that look alike.
_ALIKE = {
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f", " "
    ),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2e3a", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2265\u2a7e\u2267\u2273", "≥"),
    **dict.fromkeys("\u2264\u2a7d\u2266\u2272", "≤"),
    **dict.fromkeys("\u02c2\u2039", "<"),
    **dict.fromkeys("\u02c3\u203a", ">"),
    **dict.fromkeys("\u00b5\u03bc", "u"),
    **dict.fromkeys("\u00d7\u2715\u2716\u22c5\u2a2f", "×"),
    **dict.fromkeys("\u2044\u2215", "/"),
    **dict.fromkeys("\u223c\u02dc", "~"),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    # Letters that patterns take for these when case does not count, and that no table of spellings holds.
    **dict(zip("\u017f\u0131\u0130\u212a", "siIK", strict=True)),
    **{low: str(digit) for digit, low in enumerate(_SUBSCRIPTS)},
}
# Damaged or foreign spellings: folded too, but flagged.
_FOREIGN = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    "\ufe64": "<", "\ufe65": ">", "\ufe66": "=", "\u3001": ",", "\u3002": ".", "\uff61": ".",
}  # fmt: skip
# Signs of Korean, Japanese and Chinese fonts that hold a whole unit.
_SQUARE = {
    "㎕": "uL", "㎖": "mL", "㎗": "dL", "㎘": "kL", "㎍": "ug", "㎎": "mg", "㎏": "kg", "㎚": "nm", "㎛": "um", "㎜": "mm",
    "㎝": "cm", "㎟": "mm2", "㎠": "cm2", "㎡": "m2", "㎣": "mm3", "㎤": "cm3", "㏄": "cc",
}  # fmt: skip
_FOLD = str.maketrans({**_ALIKE, **_FOREIGN})
_FOLDED = pattern_of(f"[{''.join(re.escape(sign) for sign in (*_ALIKE, *_FOREIGN))}]")

_TOKEN = pattern_of(
    r"(?P<and>(?<= )(?:\\?&|&amp;)(?= ))"
    r"|(?P<escaped_entity>\\&(?:lt|gt|le|ge|amp|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,5});)"
    r"|(?P<entity>&(?:lt|gt|le|ge|amp|nbsp|quot|apos|mu|micro|times|plusmn|deg|#\d{1,6}|#x[0-9a-fA-F]{1,5});)"
    r"|(?P<escape>\\[^\w\s])"
    r"|(?P<damaged>(?<![^\s(:,;])(?<!\d )(?:³(?= ?\d)|(?<! of )(?<! for )(?<! a )£(?= ?\d{1,2}(?:\.\d|[^\d,.]|$))))"
    r"|(?P<super>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)"
    r"|(?P<nothing>[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\r]+)"
    rf"|(?P<square>[{''.join(_SQUARE)}])"
    r"|(?P<foreign>[\uff01-\uff5e\ufe64-\ufe66\u3001\u3002\uff61]+)"
    r"|(?P<wrap>\n\s*)"
)
# What a token can begin with: found much faster than the token itself.
_ODD = pattern_of(
    rf"[{''.join(_SQUARE)}]|"
    r"[\\&£⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\r\uff01-\uff5e\ufe64-\ufe66\u3001\u3002\uff61]"
)
_ODD_OR_WRAP = pattern_of(rf"{_ODD.pattern}|\n")
_FLAGS = {"escaped_entity": "damaged_entity", "foreign": "full_width", "damaged": "damaged_sign"}
_SYMBOLS = {"³": "≥", "£": "≤"}  # signs of a symbol font that the registry took for letters


@shape()
class NormalText:
    """The regular text, and for each of its characters the raw characters it stands for.

    ``text`` is what rules read. ``raw`` is what the registry gave. The two are tied by runs: within a run, either characters
    correspond one to one, or all characters of the run stand for the whole raw piece.
    """

    raw: str
    text: str
    _run_starts: tuple[int, ...]
    _runs: tuple[tuple[int, int, int, bool], ...]  # text start, raw start, raw end, one to one
    flagged: tuple[tuple[Span, str], ...]  # spans of the regular text that were guessed, with the flag's name

    def raw_span(self, start: int, end: int) -> Span:
        """The raw span behind ``text[start:end]``; an empty span stays empty."""
        if start >= end:
            at = self._raw_start(start)
            return Span(at, at)
        if len(self._runs) == 1 and self._runs[0][3] and end <= len(self.text):
            before = self._runs[0][1]
            return Span(before + start, before + end)
        return Span(self._raw_start(start), self._raw_end(end - 1))

    def flags(self, start: int, end: int) -> tuple[str, ...]:
        """Names of the guesses made inside ``text[start:end]``, each once, in order."""
        return tuple(dict.fromkeys(flag for span, flag in self.flagged if span.start < end and start < span.end))

    def _run(self, at: int) -> tuple[int, int, int, bool]:
        return self._runs[max(bisect_right(self._run_starts, at) - 1, 0)] if self._runs else (0, 0, 0, True)

    def _raw_start(self, at: int) -> int:
        if at >= len(self.text):
            return len(self.raw)
        text_start, raw_start, _, plain = self._run(at)
        return raw_start + (at - text_start) if plain else raw_start

    def _raw_end(self, at: int) -> int:
        text_start, raw_start, raw_end, plain = self._run(at)
        return raw_start + (at - text_start) + 1 if plain else raw_end


def normal_text(raw: str, *, worded: bool = False, flowing: bool = False) -> NormalText:
    """Fold ``raw`` for reading, in one linear pass; text without odd signs is taken as it is. ``worded``: "&" is read as "and";
    ``flowing``: a line that was cut by hand goes on after one blank.

    >>> normal_text("ECOG \\\\<3, 1 × 10⁷/kg").text
    'ECOG <3, 1 × 10^7/kg'
    """
    if _is_plain(raw) and not (worded and " & " in raw) and not (flowing and "\n" in raw):
        return NormalText(raw, raw, (0,), ((0, 0, len(raw), True),), ())
    parts: list[str] = []
    runs: list[tuple[int, int, int, bool]] = []
    flagged: list[tuple[Span, str]] = []
    written = at = 0
    for kind, token, start in _tokens(raw, _ODD_OR_WRAP if flowing else _ODD):
        if start > at:
            runs.append((written, at, start, True))
            parts.append(_fold(raw[at:start]))
            written += start - at
        piece = "and" if worded and kind == "and" else _regular(kind, token, raw[start - 1] if start else "")
        at = start + len(token)
        if piece:
            runs.append((written, start, at, kind == "foreign"))
            parts.append(piece)
            if kind in _FLAGS:
                flagged.append((Span(written, written + len(piece)), _FLAGS[kind]))
            written += len(piece)
    if at < len(raw):
        runs.append((written, at, len(raw), True))
        parts.append(_fold(raw[at:]))
    return NormalText(raw, "".join(parts), tuple([run[0] for run in runs]), tuple(runs), tuple(flagged))


def _fold(text: str) -> str:
    """``text.translate(_FOLD)``: where not all is ASCII by looking for the few signs, as a table is asked for every sign."""
    return text.translate(_FOLD) if text.isascii() else _FOLDED.sub(_regular_sign, text)


def _regular_sign(found: re.Match[str]) -> str:
    return found.group().translate(_FOLD)


def _is_plain(raw: str) -> bool:
    """Whether folding would change nothing: looked for sign by sign, as that is many times faster than one expression."""
    return (
        raw.isascii()
        and raw != ""
        and "\\" not in raw
        and ("&" not in raw or ";" not in raw)
        and "`" not in raw
        and "\t" not in raw
        and "\r" not in raw
        and "\v" not in raw
        and "\f" not in raw
    )


@lru_cache(maxsize=256)
def _unescaped(entity: str) -> str:
    """The sign that an HTML entity stands for."""
    from html import unescape  # here, since few texts have one, and it brings the names of two thousand

    return unescape(entity)


def _tokens(raw: str, begins: re.Pattern[str]) -> Iterator[tuple[str, str, int]]:
    """Kind, spelling and place of each odd token, from left to right; ``begins`` finds what one can begin with."""
    at = 0
    for odd in begins.finditer(raw):
        if odd.start() >= at and (match := _TOKEN.match(raw, odd.start())):
            at = match.end()
            yield match.lastgroup or "", match.group(), match.start()


def _regular(kind: str, token: str, before: str) -> str:
    """The regular spelling of one odd token."""
    if kind == "and":
        return "&"
    if kind == "wrap":
        return "" if before == " " else " "
    if kind in ("escaped_entity", "entity"):
        return _unescaped(token.removeprefix("\\")).translate(_FOLD)
    if kind == "escape":
        return token[1:].translate(_FOLD)
    if kind == "super":
        digits = token.translate(_SUPERSCRIPTS)
        return f"^{digits}" if before.isdigit() else digits
    if kind == "damaged":
        return _SYMBOLS[token]
    if kind == "square":
        return _SQUARE[token]
    if kind == "foreign":
        return token.translate(_FOLD)
    return ""
