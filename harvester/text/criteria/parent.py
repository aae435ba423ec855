"""Whether a line only introduces its parts: the list right behind it, or what its colon announces."""

from __future__ import annotations

import re

from harvester.text.criteria.line import Line
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

_LEADING = ("following", "with", "by", "of", "either", "including", "criteria", "as follows", "and/or")
_LEADS_ON = pattern_of(rf"\b(?:{'|'.join(_LEADING)})$", re.IGNORECASE)
_INTRODUCES_PARTS = expression("criteria.introduces_parts")


def introduces_parts(words: str) -> bool:
    """Whether an unmarked line with a colon is a criterion that introduces its parts, rather than the name of a cohort."""
    return bool(_INTRODUCES_PARTS.search(words)) or len(words) > 80


def opens_list(words: str) -> bool:
    """Whether words without trailing blanks end as a line does that a list goes on."""
    end = words[-24:].rstrip()
    return end.endswith(":") or (end.lower().endswith(_LEADING) and _LEADS_ON.search(end) is not None)


def introduces(words: str, line: Line, following: Line | None) -> bool:
    """Whether a line only introduces the list that follows, deeper or in another style."""
    if following is None or (not words.endswith(":") and not opens_list(words)):
        return False
    return following.indent > line.indent or (
        following.marker is not None and line.marker is None and words.endswith((":", "with"))
    )
