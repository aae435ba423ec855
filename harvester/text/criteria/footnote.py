"""Footnotes of eligibility text: a line behind the sign that a word above it carries (``suitable†`` … ``† Suitable means …``).

Rules: ``footnote.sign``, ``footnote.asterisk`` (written ``\\*``, as no bullet is), ``footnote.number`` (``\\*1`` and ``* 1 …``).
"""

from __future__ import annotations

from harvester.text.criteria.line import Line
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.normal import NormalText

_NEAR = 4000  # characters above a footnote
_SIGNS = "±ǂ†‡§¶"
_SIGNED = pattern_of(rf"[A-Za-z)] ?(?P<sign>[{_SIGNS}])(?! ?\d)")  # no "± 3 days"
_CALLED = pattern_of(r"[A-Za-z)\]]\\\*(?![\w*\\])")
_NUMBERED = pattern_of(r"(?P<number>\d) [A-Z]")


def is_footnote(normal: NormalText, line: Line) -> bool:
    """Whether ``line`` explains a sign that stands behind a word above it."""
    first = normal.text[line.start]
    if first in _SIGNS:
        return any(called["sign"] == first for called in _SIGNED.finditer(normal.text, max(0, line.start - _NEAR), line.start))
    if line.marker is None or line.marker.label is not None:
        return False
    at = normal.text.rfind("*", max(0, line.start - 4), line.start)
    if at < 0 or normal.text[at + 1 : line.start].strip():
        return False
    start = normal.raw_span(at, at + 1).start
    numbered = _NUMBERED.match(normal.text, line.start)
    if numbered:
        return normal.raw.find(f"\\*{numbered['number']}", max(0, start - _NEAR), start) >= 0
    return normal.raw[start] == "\\" and _CALLED.search(normal.raw, max(0, start - _NEAR), start) is not None
