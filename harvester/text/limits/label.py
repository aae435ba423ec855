"""Labels: words cut from a sentence made into the name of what is measured.

A bracket that opens in a label closes in it, nothing of the sentence before stays in front, and where no words in front name
anything the noun behind the value does (``more than 50% remaining disc height``).
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.place import Place

_VERBS = gated(
    r".*\b(?:(?:may|can|could|will|must|should) (?:also )?(?:include|have (?:been |received|occurred(?: on)?)?|be)"
    r"|if|unless|provided(?: that)?|whether|where|when|with the exception of)\b\s*",
    re.IGNORECASE,
)
_ASIDE = gated(
    r".*\b(?:i\.e\.?|e\.g\.?|such as|namely|that is"
    r"|(?:defined|operationali[sz]ed|characteri[sz]ed|described|expressed|measured|determined|assessed|reflected"
    r"|evidenced) (?:as|by)\b)"
    r"[\s,:]*(?=.*[a-z]{3})|\b(?:i\.e\.?|e\.g\.?|such as|namely|that is)[\s,:]*",
    re.IGNORECASE,
)
_WORD = pattern_of(r"[A-Za-z]{2}|[A-Z]\d*\b")
_LIST = gated(r".*[,;]\s*(?=[^,;()\[\]]*(?:[(\[][^()\[\]]*[)\]][^,;()\[\]]*)*$)")
_WINDOW = pattern_of(
    r"\s+(?:with)?in (?:the (?:last|past|previous) )?\d{1,3} (?:hours?|days?|weeks?|months?|years?)(?:,? (?:and|or))?$",
    re.IGNORECASE,
)
_HEAD = gated(
    r".*(?:(?<!\S)\d+\b[^:]*|\bfollowing\s*|\b(?:is|are|was|were) [a-z]+\s*):(?=.*[A-Za-z]{2})"
)  # "aged 2 to 5 months: MUAC"
_REST_OF_VALUE = expression("label.rest_of_value")
_BEHIND = expression("label.behind")
_EMPTY = expression("label.empty")
_BETWEEN = pattern_of(r"[<>≤≥]=?\s*(?P<what>[A-Za-z][^<>≤≥\d]*(?:\([^()]{1,12}\))?)\s*[<>≤≥]")
_TITLE_BEFORE = expression("label.title_before", exact=True)
_PART_OF_NAME = expression("label.part_of_name")


def cleaned(words: str) -> str | None:
    """``words`` from a sentence as a label: what is left of a bracket before it, of an aside, a list or a value cut away."""
    words = _VERBS.sub("", _ASIDE.sub("", words))
    depth = cut = opened = 0
    for at, sign in enumerate(words):
        if sign in ")]":
            depth -= 1
            cut, depth = (at + 1, 0) if depth < 0 else (cut, depth)
        elif sign in "([":
            depth += 1
            opened = at if depth == 1 else opened
    inside = words[opened + 1 :].strip(" ,;:") if depth > 0 else ""
    within = inside and not _EMPTY.fullmatch(inside)  # the value stands in the bracket, too
    words = inside if within else words[cut:opened] if depth > 0 else words[cut:]
    words = _REST_OF_VALUE.sub("", _LIST.sub("", _WINDOW.sub("", words.strip(" ,;:"))))
    return _HEAD.sub("", words).strip(" ,;:[]/") or None


def names_nothing(label: str | None) -> bool:
    """Whether a label is none, or only verbs, articles and words that count nothing."""
    return label is None or _WORD.search(label) is None or _EMPTY.fullmatch(label) is not None


def named_behind(place: Place) -> str | None:
    """The noun right behind a value (``greater than 11° angular difference``), or the one between its two signs."""
    between = _BETWEEN.search(place.text[place.limit.start : place.limit.end])
    if between:
        return " ".join(between["what"].split()).strip(" ,:") or None
    found = _BEHIND.match(place.text[place.limit.end : min(place.until, place.limit.end + 90)])
    return " ".join(found["what"].split()) if found else None


def whole_name(text: str, since: int, start: int, name: str) -> str:
    """A scale's ``name`` that stands at ``start``, with the words of its title before it (``Pittsburgh Sleep Quality Index``)."""
    if not (_PART_OF_NAME.match(name) or name.count(")") > name.count("(")):
        return balanced(name)
    title = _TITLE_BEFORE.search(text[max(since, start - 90) : start])
    return balanced(f"{title['title']}{name}" if title else name)


def balanced(name: str) -> str:
    """``name`` without a bracket that only opens or only closes in it."""
    if name.count("(") == name.count(")"):
        return name if name.find("(") <= name.find(")") else name.split(")", 1)[0].strip()
    if name.count("(") > name.count(")"):
        head, _, tail = name.rpartition("(")
        return f"{name})" if tail.strip() and " " not in tail.strip() and tail.strip()[0].isupper() else head.strip()
    return name.split(")", 1)[1].strip(" (") or name.replace(")", "").strip()
