"""Who may join by a limit: whether it says so at all, and how often its region is turned on the way."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.joining.modifier import beyond_exception
from harvester.text.joining.polarity import (
    Region,
    and_behind_no,
    has_well_side,
    is_beside_missing,
    is_no_of_values,
    is_sound,
    negation_goes_on,
    turns,
    works_turned,
)
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import ReadingLine

_UNRESTRICTED = gated(r"\bno (?:gender|sex|racial|race|ethnic\w*) (?:restrict|limit|prefer)\w*", re.IGNORECASE)
_SAID_WITH_NO = frozenset({"disease_free_duration", "remission_duration"})  # "without progression for at least 4 weeks"
_UNCHANGED = pattern_of(r"\bno (?:changes?|adjustments?|modifications?)\b", re.IGNORECASE)
_RECOVERED = pattern_of(
    r"\b(?:recover|resol|return|improv|alleviat|decreas|reduc|subsid)\w*\b[^.;]{0,60}\bto\b[^.;]{0,30}$", re.IGNORECASE
)
_RECOVERED_FROM = expression("polarity.recovered_from")
_NOT_RECOVERED = expression("joins.not_recovered")
_NOT_AT_GOAL = expression("joins.not_at_goal")
_MEANS_WELL = expression("joins.means_well")
_ABSENCE_LASTS = expression("polarity.absence_lasts")
LAST_WORDS = pattern_of(r"\bno (?:evidence|history|sign)s? of\b[^.;]*$", re.IGNORECASE)
"""The last of what a criterion names as missing."""
_OR_BEHIND = pattern_of(r"[^.;:<>≤≥]{0,60}\bn?or\b", re.IGNORECASE)
SIGNS_OF_SIDE = frozenset({"<", "<=", ">", ">="})
"""Signs of which the sick stand on one side, the well on the other."""
AGES = frozenset({"age", "donor_age"})


def turned(line: ReadingLine, limit: Limit, concept: str, before: str, after: str) -> int:
    """How often the region of a limit is turned."""
    section, before = line.criterion.section, _UNRESTRICTED.sub(" ", before)
    words = limit.comparator_words.lower()  # "nor more than 2" tells the denial before it once more
    steady = concept == "stable_therapy_duration" and _UNCHANGED.search(before)
    if concept in _SAID_WITH_NO or steady or words.startswith(("nor ", "neither ")):
        return int(section == "exclusion")
    if concept.endswith("_duration") and section == "inclusion" and limit.low is not None and _ABSENCE_LASTS.search(before):
        longer = limit.comparator == ">" or words.startswith(("more than", "greater than", "longer than", "over"))
        return int(longer)
    works = works_turned(concept, limit.comparator, f"{line.above[-120:]} {before}") if section == "exclusion" else None
    if words.startswith(("no ", "not ")):
        before = LAST_WORDS.sub("", before)  # the sign has a "no" of its own
    if works is not None:
        return works
    sound = is_sound(concept, limit.comparator, limit.low)
    if section == "inclusion" and sound and _RECOVERED_FROM.search(before):
        return 0  # "recovered from toxicities (≤ grade 2)"
    well = sound or _means_well(limit, before)
    if section == "exclusion" and (well or limit.comparator in SIGNS_OF_SIDE) and _NOT_RECOVERED.search(before[-200:]):
        return 2 if well else 1  # "not recovered to grade ≤ 1", "not recovered (grade ≥ 2)"
    if not sound and limit.comparator in (">", ">=") and _NOT_AT_GOAL.search(before[-60:]):
        return int(section == "exclusion")  # "LDL not at goal (≥ 70 mg/dL)"
    told = turns(section, before, after)
    if section == "exclusion" and told == 1 and sound and is_no_of_values(before):
        return 2  # "not having ANC ≥ 1 or platelets ≥ 100"
    if told == 2 and (has_well_side(concept) or concept in AGES) and is_sick_beside_missing(limit, sound, before):
        return 1
    if told == 1 and section == "inclusion" and sound and and_behind_no(before) is not None:
        return 0  # "no earlier surgery and ECOG ≤ 1"
    return 1 if told == 0 and section == "inclusion" and _is_denied(limit, concept, before, after) else told


def is_sick_beside_missing(limit: Limit, sound: bool, before: str) -> bool:
    """Whether an excluded limit stands beside something that must not be missing, and is none of what is missing."""
    return limit.comparator in SIGNS_OF_SIDE and not sound and is_beside_missing(before)


def _is_denied(limit: Limit, concept: str, before: str, after: str) -> bool:
    """Whether the "no" that opens a sentence denies a value further on in its list, too."""
    return not is_sound(concept, limit.comparator, limit.low) and comes_to_value(before, after) is True


def comes_to_value(before: str, after: str) -> bool | None:
    """Whether the "no" that opens a sentence comes to a value; None where it may."""
    joint = negation_goes_on(before) if before else None
    if joint is None:
        return False
    return True if joint == "or" or _OR_BEHIND.match(after) else None


def is_no_exception(line: ReadingLine, limit: Limit, concept: str, before: str) -> bool:
    """Whether a value behind an exception is one of what is excluded: on the side of the sick, or what has not recovered."""
    if line.criterion.section != "exclusion" or line.spared or not beyond_exception(before):
        return False
    sound = is_sound(concept, limit.comparator, limit.low)
    if sound:
        return concept.endswith("_grade") and _NOT_RECOVERED.search(before[-80:]) is not None
    if concept == "dose_limit":
        return limit.comparator in (">", ">=")
    if concept in _SAID_WITH_NO:
        return limit.comparator in ("<", "<=")
    return has_well_side(concept) and limit.comparator in SIGNS_OF_SIDE


def _means_well(limit: Limit, before: str) -> bool:
    """Whether a grade says what recovered is (``not yet recovered (ie, grade 1 or baseline)``)."""
    return limit.comparator in (None, "=") and limit.low == 1 and _MEANS_WELL.search(before[-60:]) is not None


def recovered(concept: str, limit: Limit, region: Region, before: str) -> Region:
    """``recovered to grade 1`` lets in what is better too."""
    if concept == "ctcae_grade" and limit.comparator in (None, "=") and (_RECOVERED.search(before) or _means_well(limit, before)):
        return Region(None, None, region.high, True)
    return region
