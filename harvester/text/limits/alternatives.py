"""Alternatives: values of one line that only "or" joins share a group (``g1``, ``g2`` … a line).

``either A, B or C`` is one group of three. Where each side of an "or" is two values that must hold together (``A and B, or C and
D``), neither a group nor a single region can say it: who may join stays open.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.joining.modifier import joined_by_or
from harvester.text.joining.polarity import has_well_side
from harvester.text.joining.ways import is_one_way
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import FAR

_OFFERS = expression("alternatives.offers")
_LISTED = expression("alternatives.listed")
_AND = pattern_of(r"[^.;,]*\b(?:and|with)\b(?!/or)[^.;]*", re.IGNORECASE)
_WITH = pattern_of(r"[^.;,]*\bwith\b(?! or without)[^.;,]*", re.IGNORECASE)
_SIZED = pattern_of(r"[^.;<>≤≥\d]{0,40}")  # "up to 3 tumours, each ≤ 3 cm"
_NODES = pattern_of(r" (?:[\w-]+ )?(?:nodes|lesions|masses|tumou?rs|nodules)(?: (?:each|of|measuring))* ", re.IGNORECASE)
_ANOTHER = pattern_of(r"\b(?:and|or)\b", re.IGNORECASE)
_OR_OF_BRANCHES = pattern_of(r"[^.]*(?:[,;]\s*or\b|\bOR\b)[^.]*")

_AND_ONLY = pattern_of(r"[^.;,<>≤≥]*\band\b(?!/or)[^.;,<>≤≥]*", re.IGNORECASE)
_OR_BEHIND_COMMA = pattern_of(r"[^.;,<>≤≥]{0,30},\s*or\b[^.;,<>≤≥]*", re.IGNORECASE)
_OPENS_BRACKET = pattern_of(r"\s?[(\[]\s?")

_COUNTED_IN = pattern_of(r"(?:(?!\b(?:and|or)\b)[^.;<>≤≥]){0,90}", re.IGNORECASE)
_OR_ONLY = pattern_of(r"[^.;,<>≤≥\d]{0,30},? (?:and/)?or (?:(?!\b(?:and|or)\b)[^.;,<>≤≥\d]){0,40}", re.IGNORECASE)

# "bilirubin < 2 mg/dL, alanine aminotransferase (ALT) or …": the "or" joins the names of the second value
_OR_OF_NAMES = pattern_of(
    r"(?:(?!\bor\b)[^.;,])*,\s*(?!or\b)[A-Za-z(](?:(?!\bor\b)[^.;,])*\bor\s[A-Za-z(](?:(?!\bor\b)[^.;,])*", re.IGNORECASE
)

# "≥ 115 g/m2 in men and ≥ 95 g/m2 in women"
_NEXT_IN_BRACKET = pattern_of(
    r"\)\s*,?\s*(?:or |and/or )?[A-Za-z][^().;,<>≤≥\d]{2,40}\((?:[A-Za-z][^().;,<>≤≥\d]{0,30} )?", re.IGNORECASE
)
_EACH_SEX = pattern_of(
    r"[\s,]*\(?(?:(?:in|for) )?(?:males?|men|females?|women)\b\)?[\s,]*(?:and\b\s*)?(?:(?:in|for) )?"
    r"(?:(?:males?|men|females?|women)\b[:,]? ?)?",
    re.IGNORECASE,
)

_Key = tuple[int, int]


class Alternatives:
    """Groups while a line is read: each limit is told of in order, and named when the line is done."""

    def __init__(self, text: str, inclusion: bool) -> None:
        self._text, self._inclusion = text, inclusion
        self._last: tuple[Limit, str | None] | None = None
        self._aged = self._windowed = False
        self._valued: _Key | None = None  # the last limit that is no time
        self._count = 0
        self._group_of: dict[_Key, str] = {}
        self._told: list[_Key] = []  # the limit of each fact
        self._spared: set[_Key] = set()  # limits that spare somebody
        self._read: list[tuple[_Key, str]] = []  # limits in their order, with the concept each is about

    def join(self, limit: Limit, facts: list[FactRead], named: tuple[int, int]) -> None:
        """Tells of a limit and its ``facts``; it joins the limit before it where "or" stands between them.

        An "or" inside ``named``, where the names of its measures stand (``AST or ALT ≤ 3 x ULN``), joins nothing but those.
        """
        for fact in facts:
            if "no_sign" in fact.flags and fact.concept == "prior_cycles":  # "Deauville 4-5 after 2 cycles, or SUVmax > 10"
                self._told.append((limit.start, limit.end))
                continue
            aged, self._aged = self._aged, fact.concept == "age"
            if self._last is None:
                self._last = (limit, None)
            elif self._last[0] is not limit:
                between = _beyond(self._text, max(self._last[0].end, limit.start - FAR), limit.start, named)
                group = None
                plain = fact.window_value is None and not self._windowed
                counted = self._inclusion and fact.window_value is None and self._is_beside_counted(between, fact)
                if len(facts) > 1 and _OR_OF_NAMES.fullmatch(between):
                    plain = False
                if joined_by_or(between) and plain and aged == self._aged:
                    group = self._last[1] or self._named()
                    self._group_of[(self._last[0].start, self._last[0].end)] = group
                    self._group_of[(limit.start, limit.end)] = group
                if counted and self._valued is not None:
                    group = self._group_of.get(self._valued) or self._named()
                    self._group_of[self._valued] = self._group_of[(limit.start, limit.end)] = group
                self._last = (limit, group)
            self._valued = self._valued if fact.window_value is not None else (limit.start, limit.end)
            self._windowed = fact.window_value is not None
            self._told.append((limit.start, limit.end))
        if facts:
            self._spared |= {(limit.start, limit.end)} if facts[0].exception else set()
            self._read.append(((limit.start, limit.end), facts[0].concept))

    def _is_beside_counted(self, between: str, fact: FactRead) -> bool:
        """Whether "or" parts a value from one and the time that one is counted in (``≥ 2 relapses in 12 months or EDSS ≥ 3``)."""
        since = self._valued[1] if self._valued is not None and fact.concept != "age" else len(self._text)
        told = self._text[since : self._last[0].start] if self._windowed and self._last is not None else None
        return told is not None and _COUNTED_IN.fullmatch(told) is not None and _OR_ONLY.fullmatch(between) is not None

    def share(self, limit: Limit) -> None:
        """Names a group for one limit that holds for either of two scales (``Lansky or Karnofsky ≥ 50``)."""
        key = (limit.start, limit.end)
        if key not in self._group_of:
            self._group_of[key] = self._named()
            self._last = (limit, self._group_of[key])

    def _named(self) -> str:
        self._count += 1
        return f"g{self._count}"

    def settled(self, facts: list[FactRead]) -> list[FactRead]:
        """``facts``, all that were told of and in their order, with their groups."""
        if not self._group_of and (self._inclusion or len(self._read) < 2):
            return facts
        self._extend()
        self._with_other_sex()
        torn, beside = self._torn(), self._beside_a_way() if self._inclusion else set()
        return [self._settle(fact, key, torn, beside) for fact, key in zip(facts, self._told, strict=True)]

    def _settle(self, fact: FactRead, key: _Key, torn: set[_Key], beside: set[_Key]) -> FactRead:
        valued = fact.window_value is None
        if valued and key in torn:
            return changed(fact, **NOBODY)
        grouped = changed(fact, alternative_group=self._group_of.get(key))
        return changed(grouped, **NOBODY) if valued and key in beside else grouped

    def _between(self, number: int) -> str:
        """The words between a limit and the next."""
        return self._text[self._read[number][0][1] : self._read[number + 1][0][0]]

    def _extend(self) -> None:
        """Takes the limits before a group into it that only commas part from it, behind "either", "one of" and their like."""
        for number in range(len(self._read) - 2, -1, -1):
            (key, concept), (later, other) = self._read[number], self._read[number + 1]
            group = self._group_of.get(later)
            if group is None or key in self._group_of:
                continue
            between = self._between(number)
            if concept == other and _OPENS_BRACKET.fullmatch(between):  # "> 29% (> 35% for children) or …"
                self._group_of[key] = group
            if concept == other and _EACH_SEX.fullmatch(between):
                self._group_of[key] = group
            if key in self._group_of or not _LISTED.fullmatch(between):
                continue
            before = self._text[max(0, key[0] - 200) : key[0]]
            if concept == other or _OFFERS.search(before) or (self._shuts_out(number) and key not in self._spared):
                self._group_of[key] = group
        self._extend_over_brackets()

    def _shuts_out(self, number: int) -> bool:
        """Whether a value opens a list of different measures, each of which shuts out (``ALT > 5; AST > 5 or GGT > 5``)."""
        measures = [concept for _, concept in self._read[number : number + 3]]
        return not self._inclusion and len(measures) == len(set(measures)) == 3

    def _extend_over_brackets(self) -> None:
        """Takes the first of three names into the group of the others, each with its value in brackets behind it.

        ``leukopenia (< 2), neutropenia (< 1), or lymphopenia (< 0.5)`` is any of the three.
        """
        for number in range(len(self._read) - 3, -1, -1):
            (key, _), (later, _) = self._read[number : number + 2]
            group = self._group_of.get(later)
            if group is None or key in self._group_of or self._group_of.get(self._read[number + 2][0]) != group:
                continue
            if _NEXT_IN_BRACKET.fullmatch(self._between(number)) and _NEXT_IN_BRACKET.fullmatch(self._between(number + 1)):
                self._group_of[key] = group

    def _with_other_sex(self) -> None:
        """Gives a value the group of the one before it of the other sex (``or LVMI ≥ 115 in men and ≥ 95 in women``)."""
        for number in range(len(self._read) - 1):
            (key, concept), (later, other) = self._read[number], self._read[number + 1]
            group = self._group_of.get(key)
            if group is None or concept != other or not _EACH_SEX.fullmatch(self._between(number)):
                continue
            torn = self._group_of.get(later)
            if torn is None:
                self._group_of[later] = group
            else:
                self._group_of.update({each: group for each, own in self._group_of.items() if own == torn})

    def _torn(self) -> set[_Key]:
        """The limits of alternatives that are pairs (``A and B, or C and D``)."""
        torn = {self._read[number][0] for number in range(len(self._read) - 2) if self._opens_one_way(number)}
        torn |= {key for number in range(len(self._read) - 1) for key in self._sized(number)}
        torn |= {key for number in range(len(self._read) - 2) for key in self._pair_or_one(number)}
        for number in range(1, len(self._read) - 2):
            pairs = _AND.fullmatch(self._between(number - 1)) and _AND.fullmatch(self._between(number + 1))
            again = self._read[number - 1][1] == self._read[number + 1][1]  # the second pair begins as the first
            if pairs and again and _OR_OF_BRANCHES.fullmatch(self._between(number)):
                torn |= {key for key, _ in self._read[number - 1 : number + 3]}
        return torn

    def _sized(self, number: int) -> set[_Key]:
        """The limits beside a count and the size of what is counted, which are one way (``or up to 3 tumours ≤ 3 cm``)."""
        (key, concept), (later, other) = self._read[number : number + 2]
        between = self._between(number)
        nodes = concept == other == "other_measure" and _NODES.fullmatch(between) is not None
        if not nodes and (concept != "tumor_count" or other != "lesion_size"):
            return set()
        if not _SIZED.fullmatch(between) or _ANOTHER.search(between):
            return set()
        third = self._read[number + 2 : number + 3]
        beyond = {third[0][0]} if third and third[0][1] == other and _AND.fullmatch(self._between(number + 1)) else set()
        groups = {self._group_of.get(key), self._group_of.get(later)} - {None}
        if self._inclusion and not groups:
            return set()  # both are asked
        return {key, later, *beyond, *(each for each, group in self._group_of.items() if group in groups)}

    def _pair_or_one(self, number: int) -> set[_Key]:
        """The limits of two that together are one way and of the other one (``stiffness ≥ 8.5 and CAP ≥ 280, or NAS ≥ 4``).

        What tells the function of organs, or one measure again, rather joins with the value right before it.
        """
        (first, concept), (second, other), (third, last) = self._read[number : number + 3]
        group = self._group_of.get(third)
        if not self._inclusion or group is None or self._group_of.get(second) != group or first in self._group_of:
            return set()
        kin = (other == last != "other_measure") or (has_well_side(other) and has_well_side(last)) or concept == "age"
        between = self._between(number + 1)
        kin = kin or last in other or other in between.lower()  # "LVEF ≤ 40% and NT-proBNP ≥ 600 pg/mL, or BNP ≥ 150 pg/mL"
        if kin or not _AND_ONLY.fullmatch(self._between(number)) or not _OR_BEHIND_COMMA.fullmatch(between):
            return set()
        return {first, *(key for key, each in self._group_of.items() if each == group)}

    def _beside_a_way(self) -> set[_Key]:
        """The limits of groups that go on with a way without a limit (``PSA ≥ 20 or Gleason ≥ 8 or treatment with …``)."""
        lasts = {group: key for key, group in sorted(self._group_of.items())}
        going_on = {group for group, key in lasts.items() if is_one_way("", self._text[key[1] : key[1] + 160])}
        return {key for key, group in self._group_of.items() if group in going_on}

    def _opens_one_way(self, number: int) -> bool:
        """Whether a value is the first of two that together are one way (``IPI 1-2 with LDH > ULN, or IPI ≥ 3``)."""
        (key, concept), (later, _) = self._read[number : number + 2]
        group = self._group_of.get(later)
        again = any(
            each == concept for each_key, each in self._read[number + 2 :] if group and self._group_of.get(each_key) == group
        )
        return again and key not in self._group_of and _WITH.fullmatch(self._between(number)) is not None


def _beyond(text: str, start: int, end: int, named: tuple[int, int]) -> str:
    """``text[start:end]`` without what stands in ``named``."""
    if start <= named[0] < named[1] <= end:
        return f"{text[start : named[0]]}{text[named[1] : end]}"
    return text[start:end]


def joined_lines(facts: list[FactRead], groups: dict[int, str]) -> list[FactRead]:
    """``facts`` with the group of their line (``groups``: line index to group) where it has one value, be it of two names.

    A group that only one value would stand in is none.
    """
    values: dict[int, list[FactRead]] = {}
    for fact in facts:
        if fact.line in groups and fact.comparator not in (None, "present", "absent"):
            values.setdefault(fact.line, []).append(fact)
    alone = {line: told for line, told in values.items() if len({fact.start for fact in told}) == 1}
    shared = [groups[line] for line in alone]
    joined = {id(fact): groups[line] for line, told in alone.items() if shared.count(groups[line]) > 1 for fact in told}
    return [changed(fact, alternative_group=joined[id(fact)]) if id(fact) in joined else fact for fact in facts]
