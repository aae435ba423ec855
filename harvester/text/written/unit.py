"""Reading units: the spelling at one place, as a UCUM code, with its basis and time.

Spellings and codes are data: ``definitions/units.txt``. Grammar of what is read here::

    unit  = base { ("/" | "per") (basis | time | each) }
    base  = a spelling of a unit
    basis = kg | m2 | cm2 | mm2      time = d | h | min | wk | mo      each = dose, injection, … (read and left out)

``mg/kg/day`` gives code ``mg/kg`` and per_time ``d``; ``mg/5 mL`` gives kind ``concentration``. A measure written out
(``millimoles per litre``) is the laboratory unit that units.txt has for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_text
from harvester.text.expressions.pattern import pattern_of

# Kinds an amount that is given can have; the other kinds are measures of something else.
DOSE_KINDS = frozenset(
    {"mass", "volume", "amount", "activity", "radiation", "radioactivity", "cells", "count", "virus", "fraction", "exposure"}
)
_WHOLE = frozenset({"lab", "duration", "exposure", "fraction", "energy"})  # nothing is added to these
_SLASH = pattern_of(r" ?/ ?|[ ,]+(?:per +(?:each +|every +)?|for (?:each|every) +)|(?<=\d|[A-Za-z]) ?· ?(?=kg|m2|d)", re.I)
_VOLUME_OF = pattern_of(
    r"(?:(?:\d+(?:\.\d+)?|\.\d+) ?-?)?"
    r"(?:mls?|(?:mill?i|deci|micro)?lit(?:er|re)s?|cc|[du]?l|mcl|(?:cubic|cu) (?:mm|millimet(?:er|re)s?)|mm\^?3|vials?"
    r"|tab(?:let)?s?"
    r"|cap(?:sule)?s?|puffs?|sprays?|actuations?)(?:(?<=3)(?!\d)|(?<!3)(?![A-Za-z]))",
    re.I,
)
# What a measure is counted by, at the end of its words: "micromoles per litre", "cells/cubic millimetre".
_BY_VOLUME = pattern_of(
    r"(?:/|\bper) ?(?:(?P<per_L>l|lit(?:er|re)s?)|(?P<per_dL>dl|decilit(?:er|re)s?)|(?P<per_mL>mill?ilit(?:er|re)s?)|"
    r"(?P<per_uL>ul|mcl|microlit(?:er|re)s?)"
    r"|(?P<per_mm3>(?:cubic|cu) (?:mm|millimet(?:er|re)s?)|mm\^?3))$",
    re.I,
)
# The surface a clearance is told for: "/1.73 m2", "per 1.73 square metres".
_SURFACE = pattern_of(
    r" ?(?:/|\bper\b|[*×]) ?\(?1[.,·∙]7[23](?: ?(?:m2|m\^2|m ?\(2\)|m(?:et(?:er|re))?s? ?squared?|sq(?:uare|\.)? ?m"
    r"(?:et(?:er|re)s?)?|met(?:er|re)s?\^?2)(?: ?\(m\^?2\)| bsa)?)?(?![A-Za-z0-9])",
    re.I,
)
# The same counted by a millilitre is as often the strength of what is given.
_GIVEN_BY_ML = frozenset({"mg", "g", "[IU]", "ug"})

# Negative powers instead of slashes: mg kg-1 d-1, mg.m-2.
_POWER = pattern_of(r"[ .·]{1,2}(?:(?P<weight>kg)\^?-1|(?P<area>m)\^?-2|(?P<time>d|day|h|hr|min|wk)\^?-1)(?!\d)", re.I)
_POWER_TIMES = {"d": "d", "day": "d", "h": "h", "hr": "h", "min": "min", "wk": "wk", "hour": "h", "week": "wk"}
# A basis behind the name of what is weighed: "mg of elemental iron/kg".
_NAMED_BASIS = pattern_of(
    r"(?: of)?(?: (?!(?:and|or|plus|with|then|vs|in|for|once|daily|to)\b)[A-Za-z][A-Za-z-]{1,20}){1,3}?(?= ?/ ?(?:kg|"
    r"m2|m\^2|sqm)(?![A-Za-z])| per (?:kg|kilo|m2|square))",
    re.I,
)
# What is left of a basis that cannot be read for sure: the amount is then no plain amount.
_DAMAGED_BASIS = pattern_of(
    r" ?/ ?\(? ?(?:kg|kilo|k(?![A-Za-z])|m(?![A-Za-z])|㎡|㎏|met(?:er|re)|sq|lbs?(?![a-z])|pound|"
    r"bsa|body)|[ ,]+per +(?:sq|met|bod|bsa|kilo|pound)",
    re.I,
)
# mg/(kg·d); mg/kg.d and mg/kg-day behind a basis; mg/kg (body weight)/day
_BOTH = pattern_of(r" ?/ ?\( ?(?P<basis>kg|m2|m\^2|㎡) ?[·*.×x/ ] ?(?P<time>d|day|h|hr|min|wk)\)", re.I)
_DAYS = frozenset({"d", "day"})
_SIGNED_DAY = pattern_of(r"(?<![a-z])(?:d|day|days) ?[-−](?! ?1(?!\d))\d|transplant|conditioning|(?<![a-z])day ?(?:0|\+)", re.I)
_JOINED_TIME = pattern_of(r"(?: ?[·*×] ?|[.x-])(?P<time>d|day|h|hr|hour|min|wk|week)(?![A-Za-z0-9])", re.I)
# "1 mg / day 8 2 mg", "5 mg / week 2: 10 mg": the next step and no rate
_NEXT_STEP = pattern_of(r" / (?:day|week|month) ?\d{1,3}(?: ?(?:-|to) ?\d{1,3})?(?: ?[:=] ?| - | )\d", re.I)
_AT_BEDTIME = pattern_of(r"h\.?s\.?(?![a-z.])", re.I)  # "100 mg/h.s." is none by the hour
_WEIGHT_NOTE = pattern_of(r" ?\((?:[a-z ]{0,20}weight|i?bw)\)", re.I)
_SIGNS = 3  # by which spellings are told apart before they are tried
# Glued to a unit without a blank, these begin the next word: 5mgIV, 10mg/kgBID, 2 mg/kgxd.
_GLUED = r"(?=(?:IV|iv|PO|po|SC|sc|IM|QD|qd|BID|bid|TID|tid|QOD|Q\d|q\d|D\d|d\d)(?![a-z])|(?<=kg)x(?:d|day)(?![A-Za-z0-9]))"


@shape()
class Spelling:
    """One way to write a unit."""

    text: str
    code: str
    kind: str
    exact: bool


@shape()
class UnitRead:
    """A unit and where it stands in the regular text.

    ``code`` is UCUM with its basis and without its time (``mg/kg``); ``per_time`` is ``d`` ``h`` ``min`` ``wk`` ``mo`` or None;
    ``kind`` is the section of units.txt, or ``concentration``; ``basis`` is ``kg``, ``m2``, ``cm2``, ``mm2`` or None.
    """

    code: str
    start: int
    end: int
    kind: str
    per_time: str | None
    spelling: str
    basis: str | None = None
    flags: tuple[str, ...] = ()


class SpellingTable:
    """The spellings of some sections, ready to match: longest first, and only those that can begin with the next three signs."""

    def __init__(self, items: tuple[Spelling, ...]) -> None:
        """Of two items with one spelling the first counts."""
        self._exact: dict[str, Spelling] = {}
        self._folded: dict[str, Spelling] = {}
        for item in items:
            key = item.text.replace(" ", "")
            (self._exact if item.exact else self._folded).setdefault(key if item.exact else key.lower(), item)
        self._ordered = sorted(items, key=lambda item: (-len(item.text.replace(" ", "")), item.text))
        self._begins: dict[str, list[int]] = {}  # the places of the spellings that begin so
        for place, item in enumerate(self._ordered):
            for begin in _beginnings(item.text.lower()):
                self._begins.setdefault(begin, []).append(place)
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def match(self, text: str, at: int) -> tuple[Spelling, int] | None:
        """The longest spelling at ``at`` and where it ends."""
        begin = text[at : at + _SIGNS]
        try:
            pattern = self._patterns[begin]
        except KeyError:
            pattern = self._pattern(begin)
        found = pattern.match(text, at) if pattern else None
        if not found:
            return None
        key = found.group().replace(" ", "")
        spelling = self._exact.get(key) or self._folded.get(key.lower())
        return (spelling, found.end()) if spelling else None

    def _pattern(self, begin: str) -> re.Pattern[str] | None:
        """The pattern of the spellings that ``begin`` can be the beginning of, kept; None when it is of none."""
        low = begin.lower()
        if begin.isascii():
            known = [low[:length] for length in range(1, len(low) + 1)]
        elif begin[:2].isascii():  # the third is any sign that is none of ours
            low = f"{low[:2]}…"
            known = [each for each in self._begins if each[:2] == low[:2] or each == low[:1]]
        else:  # a foreign letter may count as one of ours: then all are tried
            low, known = "", list(self._begins)
        found = self._patterns.get(low) if low != begin else None
        places = sorted({place for each in known for place in self._begins.get(each, ())}) if found is None else []
        if places:
            found = pattern_of(f"(?:{_any_of([self._ordered[place] for place in places])})")
        if begin.isascii():  # of foreign signs there are too many to keep
            self._patterns[begin] = found
        self._patterns[low] = found
        return found


@cache
def _beginnings(text: str) -> frozenset[str]:
    """What a text that begins with a spelling can begin with: three signs, or the fewer that it is."""
    if text[:_SIGNS].isalpha():
        return frozenset((text[:_SIGNS],))
    found = {""}
    for char in text:
        ways = {" ": ("", " "), "/": ("/", " /", "/ ")}.get(char, (char,))
        found = {begin + way if len(begin) < _SIGNS else begin for begin in found for way in ways}
        if all(len(begin) >= _SIGNS for begin in found):
            break
    return frozenset(begin[:_SIGNS] for begin in found)


@cache
def spellings() -> tuple[Spelling, ...]:
    """Every spelling of definitions/units.txt, in its order."""
    found: list[Spelling] = []
    kind = ""
    lines = definition_text("units.txt").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            section = re.fullmatch(r"\[([a-z]+)\]", line.strip())
            if section:
                kind = section[1]
                continue
        code, sign, written = line.partition(" = ")
        if not sign or not kind:
            raise ValueError(f"units.txt, line {number}: write `code = spelling | spelling` below a [kind], not {line!r}")
        for piece in written.split(" | "):
            text = piece.strip()
            exact = text.startswith("=") and len(text) > 1
            found.append(Spelling(text[1:] if exact else text, code.strip(), kind, exact))
    return tuple(found)


def _any_of(items: Iterable[Spelling]) -> str:
    """A pattern for the first of the spellings that stands there. Neighbours that end alike share what bounds them: to compile it
    for each of two hundred takes longer than all other expressions of a record."""
    alike = groupby(items, lambda item: (item.exact, _bound(item.text)))
    return "|".join(f"({'?:' if exact else '?i:'}{'|'.join(map(_body, group))}){bound}" for (exact, bound), group in alike)


def _body(item: Spelling) -> str:
    """A spelling with its blanks optional and room around its slashes."""
    return re.escape(item.text).replace("\\ ", " ?").replace("/", " ?/ ?").replace(" ? ?", " ?")


def _bound(text: str) -> str:
    """What may not follow a spelling."""
    end = r"(?![A-Za-z0-9])" if text[-1].isalpha() else r"(?!\d)" if text[-1].isdigit() else ""
    return f"(?:{end}|{_GLUED})" if text[-1].isalpha() and len(text) > 1 else end


@cache
def _table(section: str) -> SpellingTable:
    """The table of one suffix section, of all bases (``base``), or of what something can be given in (``dose``)."""
    suffixes = {"basis", "time", "each"}
    if section == "base":
        return SpellingTable(tuple(item for item in spellings() if item.kind not in suffixes))
    if section == "dose":
        return SpellingTable(tuple(item for item in spellings() if item.kind in DOSE_KINDS))
    return SpellingTable(tuple(item for item in spellings() if item.kind == section))


def read_unit(text: str, at: int) -> UnitRead | None:
    """The unit that begins at ``at`` in regular text, with basis and time; None when none begins there.

    >>> read_unit("ug/m2/day", 0).code
    'ug/m2'
    """
    found = _table("base").match(text, at)
    if not found:
        return None
    spelling, end = found
    code = spelling.code
    flags: tuple[str, ...] = ()
    if code.endswith("{lost}"):
        code, flags = code.removesuffix("{lost}"), ("lost_superscript",)
    unit = UnitRead(code, at, end, spelling.kind, None, text[at:end], None, flags)
    if spelling.kind not in _WHOLE:
        unit = with_suffixes(text, unit)
        unit = _written_out(unit) if unit.kind == "concentration" else unit
    by_minute = unit.code.startswith("mL/min") or (unit.code, unit.per_time) == ("mL", "min")
    surface = _SURFACE.match(text, unit.end) if by_minute else None
    if surface:
        return replace(
            unit, code="mL/min/{1.73_m2}", end=surface.end(), kind="lab", per_time=None, spelling=text[at : surface.end()]
        )
    return unit


def _written_out(unit: UnitRead) -> UnitRead:
    """The laboratory unit that the words of a measure by volume stand for; what else is counted by volume stays as it is."""
    volume = _BY_VOLUME.search(unit.spelling)
    name = (volume.lastgroup or "").removeprefix("per_") if volume else ""
    if not name or (name == "mL" and unit.code in _GIVEN_BY_ML):
        return unit
    code = f"{'' if unit.code == '{cells}' else 'U' if unit.code == '[IU]' and name == 'L' else unit.code}/{name}"
    return replace(unit, code=code, kind="lab") if code in _laboratory() else unit


@cache
def _laboratory() -> frozenset[str]:
    return frozenset(item.code for item in spellings() if item.kind == "lab")


def read_dose_unit(text: str, at: int) -> UnitRead | None:
    """The unit at ``at`` of an amount that may be given: a laboratory unit only where it says more (``mg/dL``, not ``mL/m2``)."""
    measure = read_unit(text, at)
    found = _table("dose").match(text, at)
    if not found or (measure and measure.kind in DOSE_KINDS):
        return measure
    spelling, end = found
    unit = UnitRead(spelling.code, at, end, spelling.kind, None, text[at:end])
    unit = unit if spelling.kind in _WHOLE else with_suffixes(text, unit)
    return unit if measure is None or (unit.end >= measure.end and unit.kind != "concentration") else measure


def _tells_days(text: str, at: int) -> bool:
    """Whether days that count down to day 0 are told near ``at``, so that "d-1" is one of them and no power."""
    return _SIGNED_DAY.search(text, max(0, at - 200), at + 200) is not None


@dataclass(slots=True)
class _Behind:
    """What was read behind a unit so far, up to ``end``."""

    basis: str | None
    per_time: str | None
    kind: str
    end: int
    powers: bool = False
    """A negative power was written before: only then is "d-1" one, and not the day before a transplant."""


def with_suffixes(text: str, unit: UnitRead) -> UnitRead:
    """``unit`` with the basis and time written behind it, in whatever order."""
    behind = _Behind(unit.basis, unit.per_time, unit.kind, unit.end)
    for _ in range(3):
        power = _POWER.match(text, behind.end)
        day = power is not None and not behind.powers and (power["time"] or "").lower() in _DAYS
        if power and day and unit.kind == "mass" and not (behind.basis or behind.per_time or _tells_days(text, unit.start)):
            return replace(unit, end=power.end(), spelling=text[unit.start : power.end()])  # "20 mg day-1": one or the other
        if power and not day:
            _take_power(behind, power)
        elif not (_take_both(text, behind) or _take_slashed(text, behind)):
            break
    basis, end, flags = behind.basis, behind.end, unit.flags
    if not basis and behind.kind not in ("concentration", "count") and (named := _NAMED_BASIS.match(text, end)):
        flags = (*flags, "basis_after_words")
        return with_suffixes(text, replace(unit, end=named.end(), per_time=behind.per_time, flags=flags))
    if not basis and behind.kind != "concentration" and _DAMAGED_BASIS.match(text, end):
        flags = (*flags, "damaged_basis")
    code = f"{unit.code}/{basis}" if basis and not unit.basis else unit.code
    return UnitRead(code, unit.start, end, behind.kind, behind.per_time, text[unit.start : end], basis, flags)


def _take_power(behind: _Behind, power: re.Match[str]) -> None:
    """ "kg-1", "m-2", "d-1"."""
    behind.powers = True
    behind.basis = "m2" if power["area"] else "kg" if power["weight"] else behind.basis
    behind.per_time = _POWER_TIMES.get((power["time"] or "").lower(), behind.per_time)
    behind.end = power.end()


def _take_both(text: str, behind: _Behind) -> bool:
    """A basis and its time without a stroke between them; whether one stands there."""
    both = _BOTH.match(text, behind.end) if not behind.basis else None
    if both:
        behind.basis = "kg" if both["basis"].lower() == "kg" else "m2"
    joined = both or (_JOINED_TIME.match(text, behind.end) if behind.basis and not behind.per_time else None)
    if joined:
        behind.per_time, behind.end = _POWER_TIMES[joined["time"].lower()], joined.end()
    return joined is not None


def _take_slashed(text: str, behind: _Behind) -> bool:
    """What stands behind a stroke or "per"; whether more may follow it."""
    slash = None if _NEXT_STEP.match(text, behind.end) else _SLASH.match(text, behind.end)
    if not slash:
        return False
    for section in ("basis", "time", "each"):
        suffix = _table(section).match(text, slash.end())
        if suffix:
            break
    else:
        volume = _VOLUME_OF.match(text, slash.end()) if behind.kind != "volume" else None
        if volume and behind.basis is None:
            behind.kind, behind.end = "concentration", volume.end()
        return False
    if (section == "basis" and behind.basis) or (section == "time" and (behind.per_time or _AT_BEDTIME.match(text, slash.end()))):
        return False
    behind.end = suffix[1]
    if section == "time":
        behind.per_time = suffix[0].code
    if section == "basis":
        behind.basis, note = suffix[0].code, _WEIGHT_NOTE.match(text, behind.end)
        if note and text[note.end() : note.end() + 2].strip(" ").startswith("/"):
            behind.end = note.end()
    return True
