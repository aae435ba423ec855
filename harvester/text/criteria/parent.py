"""Whether a line only introduces its parts: the list right behind it, or what its colon announces."""

from __future__ import annotations

import re

from harvester.text.criteria.line import Line
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

_LEADING = ("following", "with", "by", "of", "either", "including", "criteria", "as follows", "and/or")
_LEADS_ON = pattern_of(rf"(?<!(?:in|ex)clusion )\b(?:{'|'.join(_LEADING)})$", re.IGNORECASE)
_INTRODUCES_PARTS = expression("criteria.introduces_parts")
PART = expression("criteria.part")  # a part of a trial, which may stand above sections or criteria of its own
NAMED_GROUP = pattern_of(r"(?:[\w-]+ ){1,3}(?:group|cohort|arm)", re.IGNORECASE)
_ANNOUNCES = expression("parent.announces")
_ANNOUNCES_BELOW = expression("parent.announces_below")
_EXCEPTS = expression("parent.excepts")
_A_TIME = expression("criteria.a_time")  # "Within 6 months before entry:" introduces what came in it
_NAME = 3  # words
_NEAR = 120  # characters at the end of a line


def introduces_parts(words: str) -> bool:
    """Whether an unmarked line with a colon is a criterion that introduces its parts, rather than the name of a cohort."""
    return bool(_INTRODUCES_PARTS.search(words)) or len(words) > 80


def opens_list(words: str) -> bool:
    """Whether words without trailing blanks end as a line does that a list goes on."""
    end = words[-24:].rstrip()
    return end.endswith(":") or (end.lower().endswith(_LEADING) and _LEADS_ON.search(end) is not None)


def introduces(words: str, line: Line, following: Line | None) -> bool:
    """Whether a line only introduces the list that follows: deeper, in another style, or where the mark-up lost its depth."""
    if following is None or (not words.endswith(":") and not opens_list(words)):
        return False
    over_list = line.marker is None and following.marker is not None
    if not over_list and _EXCEPTS.search(words[-_NEAR:]):
        return False  # a criterion of its own, whose exceptions follow
    if following.indent > line.indent:
        return True
    if not over_list and ((line.marker is not None and following.marker is None) or not _announces(words)):
        return False
    return words.endswith((":", "with"))


def _announces(words: str) -> bool:
    """Whether words say that a list comes, or only name what it is of (``Hepatic:``)."""
    short = len(words.split()) <= _NAME or _A_TIME.fullmatch(words) is not None
    return short or _ANNOUNCES.search(words[-_NEAR:]) is not None


def names_its_parts(words: str) -> bool:
    """Whether a line with parts below it only introduces them, with or without a colon."""
    named = PART.fullmatch(words.strip(" .:*[]")) or _ANNOUNCES_BELOW.search(words[-2 * _NEAR :].rstrip())
    return (opens_list(words) or named is not None) and _EXCEPTS.search(words[-_NEAR:]) is None
