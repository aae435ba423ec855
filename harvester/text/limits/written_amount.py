"""Amounts with a manner of their own: weeks and days of gestation, titres, feet and inches, percentiles, logarithms."""

from __future__ import annotations

import re

from harvester.shape import shape
from harvester.text.expressions.pattern import pattern_of

# "36+4 weeks", "24 0/7", "37-0 weeks": weeks and days of a pregnancy
_WEEKS_AND_DAYS = pattern_of(
    r"(?P<weeks>[1-4]\d)(?: ?\+ ?(?P<plus>[0-6])(?:/7)?(?![\d.])"
    r"(?=\)| ?(?:weeks?\b|wks?\b|gest|ga\b|-|to\b|and\b|,|$))|[ +-]{1,2}(?P<part>[0-6])/7"
    r"|-(?P<dash>[0-6])(?= ?(?:weeks?|wks?)\b))",
    re.IGNORECASE,
)
WEEKS_AND_DAYS = "weeks_and_days"  # the flag
_TITRE = pattern_of(r"1 ?[:/] ?(?P<fold>\d{2,6})(?![\d.]|,\d)")
_TITRED = pattern_of(r"\btit(?:er|re)s?\b|\bdilutions?\b|\bANA\b|\bantinuclear\b|\bantibod(?:y|ies)\b", re.IGNORECASE)
_TITRE_BEHIND = pattern_of(r"[\s(]*(?:or (?:more|greater|higher)\s*)?(?:tit(?:er|re)|dilution)", re.IGNORECASE)
_FEET = pattern_of(
    r"(?P<feet>[3-7])(?: ?' ?(?P<inches>\d{1,2})(?!\d)(?: ?(?:\"|''|in(?:ches)?\b))?"
    r"| ?(?:feet|foot|ft\.?),? (?P<words>\d{1,2}) ?(?:inches|inch|in\b|\"))",
    re.IGNORECASE,
)
# What stands behind the number in each of these manners, and in few others: asked first.
_MANNERED = pattern_of(
    r"\d{1,2}(?:\.\d{1,2})? ?(?:[-+*:/']| ?[0-6]/7|st|nd|rd|th|and|or|to|through|(?:per)?centile|log|f(?:ee|oo)?t)",
    re.IGNORECASE,
)
_ORDINAL = pattern_of(
    r"(?P<rank>\d{1,2}(?:\.\d)?)(?:st|nd|rd|th)?(?P<more> ?(?:and|or|to|through|-) ?(?:the )?\d{1,2}(?:\.\d)?(?:st|nd|rd|th))?"
    r"(?P<unit>[ -]?(?:per)?centiles?\b)",
    re.IGNORECASE,
)
_STARRED_POWER = pattern_of(r"10\*(?P<power>\d{1,2})\*(?!\d)")  # a power between asterisks: emphasis that was an exponent
_LOGARITHM = pattern_of(
    r"(?P<log>\d{1,2}(?:\.\d{1,2})?) ?-?log ?(?:10|\(10\))?(?= ?(?:copies|iu|cop\b|genomes?|cfu|/))", re.IGNORECASE
)


@shape()
class Written:
    """A number so written, where it ends, and the unit its manner tells (none: the words behind it may)."""

    value: float
    end: int
    unit: str | None = None
    words: str | None = None
    kind: str | None = None
    flags: tuple[str, ...] = ()


def read_written(text: str, at: int) -> Written | None:
    """The amount so written that begins at ``at``, or none."""
    first = text[at : at + 1]
    if not ("1" <= first <= "9") or _MANNERED.match(text, at) is None:
        return None
    return _pregnancy(text, at) or _percentile(text, at) or _by_ten(text, at) or _titre(text, at) or _feet(text, at)


def is_percentile(text: str, at: int) -> bool:
    """Whether the ordinal at ``at`` is a percentile."""
    return _ORDINAL.match(text, at) is not None


def _pregnancy(text: str, at: int) -> Written | None:
    found = _WEEKS_AND_DAYS.match(text, at)
    if not found or not 16 <= int(found["weeks"]) <= 44:
        return None
    days = int(found["plus"] or found["part"] or found["dash"] or 0)
    return Written(round(int(found["weeks"]) + days / 7, 4), found.end(), flags=(WEEKS_AND_DAYS,))


def _percentile(text: str, at: int) -> Written | None:
    found = _ORDINAL.match(text, at)
    if not found:
        return None
    end = found.end() if found["more"] is None else found.start("more")
    return Written(float(found["rank"]), end, "{percentile}", found["unit"].strip(" -"), "lab")


def _by_ten(text: str, at: int) -> Written | None:
    starred = _STARRED_POWER.match(text, at)
    if starred:
        return Written(10.0 ** int(starred["power"]), starred.end(), flags=("damaged_power",))
    logged = _LOGARITHM.match(text, at)
    return Written(float(f"{10 ** float(logged['log']):.4g}"), logged.end(), flags=("logarithm",)) if logged else None


def _titre(text: str, at: int) -> Written | None:
    found = _TITRE.match(text, at)
    if not found or not (_TITRED.search(text, max(0, at - 60), at) or _TITRE_BEHIND.match(text, found.end())):
        return None
    return Written(float(found["fold"]), found.end(), "{titer}", text[at : found.end()], "lab")


def _feet(text: str, at: int) -> Written | None:
    found = _FEET.match(text, at)
    if not found:
        return None
    inches = int(found["feet"]) * 12 + int(found["inches"] or found["words"])
    return Written(float(inches), found.end(), "[in_i]", text[at : found.end()], "lab")
