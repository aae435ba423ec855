"""Claims of illnesses, which texts name in long lists: "heart failure (NYHA III or IV), stroke or uncontrolled hypertension".

Which of those who have one are meant may stand before the list, behind it, or beside the illness alone.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.findings.narrowing import WELL, narrowing_of
from harvester.text.findings.presence import Claim, Finding
from harvester.text.limits.concept_group import group

_QUALIFIED = expression("presence.qualified")
_PARTS_OF_LIST = pattern_of(r"[;\uff1b]")
_ILLNESS_BEFORE = expression("claim.illness_before")  # what may stand before one: a joint of a list, then its kind
_CLASS_BEHIND = expression("claim.class_behind")  # "heart failure (NYHA class III or IV)"
_OTHER_PEOPLE_BEHIND = pattern_of(r"\s*,?\s*or (?:who|has|have|had|are|is|patients|those|subjects)\b", re.IGNORECASE)
_ILLNESS_BEHIND = expression("claim.illness_behind")  # its end, or a joint
_BINDS_BEHIND = expression("claim.binds_behind")  # words behind a list that may be said of all in it
_ILLNESS_ALONE = expression("claim.illness_alone")  # "Patients with a diagnosis of"
_ENDS_ALONE = pattern_of(
    r"\s*(?:\([^()]{1,30}\)\s*)?\.?\s*(?:$|, as (?:determined|defined|diagnosed|confirmed)\b(?!.*\bor\b))", re.IGNORECASE
)
_PART_ALONE = pattern_of(r"(?:active|acute|chronic|extensive|or|and|,|/|\s)*", re.IGNORECASE)
_BINDS_BEFORE = expression("claim.binds_before")  # how much, from what, by what: of all in the list
_DEGREE_BEFORE = expression("claim.degree_before")
_DEPENDENCE = expression("claim.dependence")
_MEMBER = expression("claim.member")  # "hypothyroidism": who has another disease of the thyroid may join
_MEANT_BEHIND = pattern_of(r",? ?(?:\([^()]*\)|(?:defined|i\.e)\b[^;]*)", re.IGNORECASE)
_VALUE = pattern_of(r"[<>≤≥]")
_ONE_OF_SEVERAL = group("one_of_several")
_AND_BEHIND = pattern_of(r"\s*and\b(?! ?/)", re.IGNORECASE)


def of_illness(claim: Claim, text: str, sentence: tuple[int, int], finding: Finding, above: str) -> Claim:
    """``claim`` of an illness that texts name in long lists: left open where other words may tell which of those who have it.

    Its kind and its class (``type 2``, ``NYHA III``) are its condition. A degree before the list, and what stands behind it,
    may be said of all in the list.
    """
    part = _PARTS_OF_LIST.split(text[max(sentence[0], finding.start - 300) : finding.start])[-1]
    after = _PARTS_OF_LIST.split(text[finding.end : min(sentence[1], finding.end + 300)], maxsplit=1)[0]
    matched = text[finding.start : finding.end]
    before, classed = _ILLNESS_BEFORE.search(part), _CLASS_BEHIND.match(after)
    if before is None:
        return Claim(None, claim.condition)
    degree = narrowing_of(finding.concept, part[: before.start("kind")], matched)
    words = _words_of_illness(before, degree, claim.condition, matched)
    if classed:
        words = f"{words}, {classed['words']}" if words else str(classed["words"])
    words = " ".join(words.split()) if words else None
    if claim.joins is None or (finding.concept == "hypersensitivity" and classed is None):
        return Claim(None, words)
    rest = after[_end_of_own(claim, degree, after, classed) :]
    if _OTHER_PEOPLE_BEHIND.match(rest):
        rest = ""
    plain = bool(_ILLNESS_BEHIND.match(rest)) and not _BINDS_BEHIND.search(rest) and not _is_pair(part, before["joint"], rest)
    if claim.joins == "present":
        plain = plain and finding.concept not in _ONE_OF_SEVERAL and not above
        plain = plain and _ILLNESS_ALONE.fullmatch(part) is not None and _ENDS_ALONE.match(rest) is not None
    else:
        lead = f"{above} {part[: before.start('joint')]}"
        own = degree is not None and not _PART_ALONE.fullmatch(degree)
        plain = plain and degree != WELL and not _BINDS_BEFORE.search(lead) and (own or not _DEGREE_BEFORE.search(lead))
    return Claim(claim.joins if plain else None, words)


def _words_of_illness(before: re.Match[str], degree: str | None, condition: str | None, matched: str) -> str | None:
    """Which of those who have an illness are meant, by the words around it."""
    member = matched if _MEMBER.fullmatch(matched) else None
    dependence = "dependence" if _DEPENDENCE.search(matched) and member is None else None
    other = "other" if before["joint"].strip().lower() == "other" else None
    behind = condition.removeprefix(degree).strip() if condition and degree else condition
    return " ".join(each for each in (other, degree, before["kind"].strip(" ,"), member, dependence, behind) if each) or None


def _end_of_own(claim: Claim, own: str | None, after: str, classed: re.Match[str] | None) -> int:
    """Where in ``after`` the words end that are of the illness alone: its class, what it requires, what its degree means."""
    if classed:
        return classed.end()
    part = _QUALIFIED.match(after)
    if part and claim.condition and claim.condition.endswith(" ".join(part["words"].split()).rstrip(" ,")):
        return part.end("words")
    meant = _MEANT_BEHIND.match(after) if own else None
    if meant is None or (_PART_ALONE.fullmatch(own or "") and _VALUE.search(after, 0, meant.end())):
        return 0  # "chronic kidney disease (eGFR < 30)": of those who have it, some
    return meant.end()


def _is_pair(part: str, joint: str, rest: str) -> bool:
    """Whether "and" alone joins two illnesses, so that who has both may be meant."""
    joined = joint.strip().lower() == "and" or _AND_BEHIND.match(rest) is not None
    return joined and "," not in part + rest
