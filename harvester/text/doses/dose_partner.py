"""Agents told by their place: names and amounts paired by "respectively", a drug beside its placebo."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from harvester.text.doses.agent import AgentMention
from harvester.text.doses.agent_list import diluents, not_agents
from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_draft import agent_key
from harvester.text.doses.dose_owner import DoseAgent
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets

_PLACEBO = pattern_of(r"placebo|sham|dummy|match", re.I)
_BRACKETED = pattern_of(r"\([^()]*\)")
_LIST = pattern_of(r",? ?(?:and|,|&|plus|\+|with) ?")
_LEADS = pattern_of(
    r" ?(?:(?:will be|is|are|was|were) )?(?:(?:given|administered|dosed|received) )?(?:orally |IV |intravenously )?"
    r"(?:\(|:|at(?: doses? of)?|in doses of)? ?"
)
_SLASH = pattern_of(r" ?/ ?")
_NAMES_LISTED = pattern_of(r",? ?(?:and|,|&|plus|\+|with) ?")
_NAMES_SLASHED = pattern_of(r" ?[/+-] ?|,? ?and ?")
# "rifampin / isoniazid fixed-dose combination tablets per weight band: 300/150 mg"
_AS_ONE = pattern_of(r" ?(?:fixed[- ]dose|combination|tablets?|capsules?|FDC)[^.;\d]{0,70}")
_CLOSES = pattern_of(r" ?(?:each )?\)")
_RESPECTIVELY = pattern_of(
    r"(?: (?:orally|PO|IV|SC|IM|once|twice|(?:two|three|four|[2-4]) times|daily|weekly|monthly|a day|per day|a week|per week"
    r"|every \d{1,2} (?:hours|days|weeks)))*,? ?\(?respectively(?![a-z])",
    re.I,
)


@lru_cache(maxsize=4096)  # the same few names are asked about again and again
def is_placebo(name: str | None) -> bool:
    """Whether an intervention's name is that of a placebo."""
    return name is not None and _PLACEBO.search(name) is not None


# "Placebo: 100 mL of normal saline"; "normal saline 5 mL as placebo"
_PLACEBO_BEFORE = pattern_of(r"placebo(?: (?:injection|infusion|solution|group|arm|control))? ?(?:[:(=]|--?) ?$", re.I)
_PLACEBO_BEHIND = pattern_of(
    r"(?: (?!(?:or|and|plus|with|then|versus|vs|before|after|for|to|in)[ .])[A-Za-z%\d.]*[A-Za-z%\d]){0,4}?(?: | ?\(|,? ?(?=as ))"
    r"(?:as (?:an? |the )?(?:[a-z]+ )?|match(?:ing|ed) )?placebo(?![a-z-])",
    re.I,
)


def of_placebo(text: str, name: str, amount: AmountRead) -> bool:
    """Whether a dose of ``name`` is a placebo: by its name, or as what medicines are dissolved in and is given for one."""
    if "placebo" in name.lower():
        return True
    if "placebo" not in text[max(0, amount.start - 36) : amount.end + 60].lower() or diluents().search(name) is None:
        return False
    before = _PLACEBO_BEFORE.search(text, max(0, amount.start - 36), amount.start)
    return before is not None or _PLACEBO_BEHIND.match(text, amount.end) is not None


OR_PLACEBO = pattern_of(r",? ?\(?(?:or|versus|vs\.?|/) ?(?:matching |matched |a )?", re.I)


def active_beside(text: str, named: Sequence[AgentMention], mention: AgentMention | None) -> AgentMention | None:
    """``mention``, or the medicine it stands beside as its placebo: "drugamab or placebo was given at a dose of 50 mg"."""
    if mention is None or not is_placebo(mention.name):
        return mention
    place = bisect_left(named, mention.start, key=attrgetter("start"))
    before = named[place - 1] if place else None
    if before and not is_placebo(before.name) and OR_PLACEBO.fullmatch(text, before.end, mention.start):
        return before
    return mention


_MATCHING = gated(
    r"(?<![a-z])(?:placebo[^.;,()\n]{0,24} )?(?:match(?:ing|ed|es)?(?: to)?|identical to|to match) (?:either |the |active )*$"
    r"|(?<![a-z])placebo (?:for|of|to) (?:the )?$",
    re.I,
)


_AMOUNT = pattern_of(r" ?[(:]? ?\d")


def as_placebos(text: str, named: Sequence[AgentMention]) -> list[AgentMention]:
    """``named`` where a drug in "placebo matching X", "matching either X or Y" is the placebo it names."""
    found: list[AgentMention] = []
    for place, m in enumerate(named):
        matched = _MATCHING.search(text[max(0, m.start - 60) : m.start]) is not None
        before = named[place - 1] if place else None
        listed = before is not None and found[-1].name == "placebo" != before.name.lower()
        matched = matched or (
            listed and before is not None and text[before.end : m.start] == " or " and not _AMOUNT.match(text, m.end)
        )
        found.append(AgentMention("placebo", m.start, m.end, None, m.source) if matched and not is_placebo(m.name) else m)
    return found


def drug_spoken_of(
    text: str, statement: Statement, amount: AmountRead, named: Sequence[AgentMention], carried: DoseAgent | None
) -> bool:
    """Whether the text last spoke of a medicine outside brackets, and of no placebo in this statement before ``amount``."""
    before = text[statement.start : amount.start]
    if _PLACEBO.search(without_brackets(before)):
        return False
    open_at = before.rfind("(")
    if open_at > before.rfind(")") or _PLACEBO.match(text, amount.end + 1) or _PLACEBO.search(text, amount.end, amount.end + 24):
        return False
    closed = [(statement.start + m.start(), statement.start + m.end()) for m in _BRACKETED.finditer(before)]
    free = [m for m in named if not any(start < m.start < end for start, end in closed)]
    drugs = [m for m in free if statement.start <= m.start < amount.start and m.source in ("record", "list")]
    if drugs:
        return not is_placebo(drugs[-1].name)
    return carried is not None and carried.listed is not None and not is_placebo(f"{carried.name} {carried.listed}")


def closed_with_amounts(text: str, statement: Statement, amounts: Sequence[AmountRead]) -> list[tuple[int, int]]:
    """Brackets of a statement that tell amounts of their own, in order: once closed, the names in them are of those alone."""
    closed = [match.span() for match in _BRACKETED.finditer(text, statement.start, amounts[-1].start)]
    starts = [amount.start for amount in amounts]
    return [(start, end) for start, end in closed if bisect_left(starts, end) > bisect_right(starts, start)]


def paired_respectively(
    text: str, statement: Statement, amounts: Sequence[AmountRead], named: Sequence[AgentMention]
) -> dict[int, DoseAgent | None]:
    """By place of the amount, the agents of names and amounts listed alike: the first amount is the first name's.

    "A and B (5 mg and 10 mg, respectively)"; "A, B and C (5 mg, 10 mg, 20 mg)"; "A/B 160/12.5 mg". Of more names than amounts
    ("A, B and C 10 mg and 20 mg") none is known to be of either: None.
    """
    found: dict[int, DoseAgent | None] = {}
    for first, last, parts in _runs(text, amounts):
        count, at = last - first + 1, amounts[first].start
        slashed = all(_SLASH.fullmatch(part) for part in parts)
        said = slashed or _RESPECTIVELY.match(text, amounts[last].end) or _is_bracket_of_its_own(text, at, amounts[last].end)
        if not said and (_AND.fullmatch(parts[-1]) is None or _EACH.match(text, amounts[last].end)):
            continue
        names = [m for m in named if statement.start <= m.start and m.end <= at]
        if slashed:
            written = _written_with_slashes(text, statement, at, count, named)
            written = written or _written_behind(text, amounts[last].end, count, named)
        else:
            written = _written_with_and(text, statement, at, named) if count == 2 else []
        if not written and len(names) >= count and (said or _as_many(text, names, count)):
            earlier = found.get(first - 1) if slashed else None
            goes_on = earlier is not None and earlier.start == names[-1].start  # "300/150 mg, 450/225 mg"
            written = _listed_before(text, at, names[-count:], slashed=slashed, goes_on=goes_on)
            if not slashed and written and not _are_all(text, names, count):
                found |= dict.fromkeys(range(first, last + 1))
                continue
        if written:
            found |= dict(zip(range(first, last + 1), written, strict=True))
    if not found and len(amounts) == 2 and _are_two_apart(text, statement, amounts, named):
        found = {0: None, 1: None}
    return found


_NO_LIST = pattern_of(r"[^.;:()]{3,60}(?<!,) and ", re.I)


def _are_two_apart(text: str, statement: Statement, amounts: Sequence[AmountRead], named: Sequence[AgentMention]) -> bool:
    """Whether two names lead to two amounts that their times part: of whom each is, is not told.

    "A and B are given at 5 mg/kg on day 1 and 10 mg/kg on days 1 and 8".
    """
    first, second = amounts
    names = [m for m in named if statement.start <= m.start and m.end <= first.start]
    alike = (first.unit, first.per_time) == (second.unit, second.per_time) and first.kind not in ("radiation", "cells")
    if not alike or len(names) != 2 or any(first.end <= m.start < statement.end for m in named):
        return False
    leads = _LEADS.fullmatch(text, names[-1].end, first.start) is not None and _AND.fullmatch(text, names[0].end, names[1].start)
    different = agent_key(names[0]) != agent_key(names[1])
    return bool(leads) and different and _NO_LIST.fullmatch(text, first.end, second.start) is not None


def _listed_before(text: str, at: int, names: Sequence[AgentMention], *, slashed: bool, goes_on: bool) -> list[DoseAgent]:
    """``names`` as agents where they are one list that leads to the amounts from ``at`` on, which may go on from others."""
    leads = goes_on or _LEADS.fullmatch(text, names[-1].end, at) or (slashed and _AS_ONE.fullmatch(text, names[-1].end, at))
    joint = _NAMES_SLASHED if slashed else _NAMES_LISTED
    if not leads or not all(joint.fullmatch(text, a.end, b.start) for a, b in itertools.pairwise(names)):
        return []
    return [DoseAgent(name.name, name.listed, name.start, name.end, "earlier") for name in names]


# "A and B 10 mg and 20 mg each" are levels of either
_EACH = pattern_of(r"[^.;()\d]{0,24}(?<![a-z])(?:each|either|both|groups?|arms?|cohorts?|levels?)(?![a-z])", re.I)
_AND = pattern_of(r",? ?(?:and|&|plus) ?")


def _as_many(text: str, names: Sequence[AgentMention], count: int) -> bool:
    """Whether the last ``count`` of ``names`` are joined by "and" before the last, and all different."""
    own = names[-count:]
    different = len({agent_key(name) for name in own}) == count
    return different and _AND.fullmatch(text, own[-2].end, own[-1].start) is not None


def _are_all(text: str, names: Sequence[AgentMention], count: int) -> bool:
    """Whether the last ``count`` of ``names`` are all of their list."""
    return len(names) == count or not _NAMES_LISTED.fullmatch(text, names[-count - 1].end, names[-count].start)


_WITH_SLASHES = pattern_of(
    r"(?<![\w/-])(?P<names>[A-Za-z][\w-]*(?: ?/ ?[A-Za-z0-9][\w-]*)+)(?: (?:fixed[- ]dose|tablets?|FDC|XR|ER))?[ :(]*$"
)
_ONE_NAME = pattern_of(r"[A-Za-z0-9][\w-]*")


def _written_with_slashes(text: str, statement: Statement, at: int, count: int, named: Sequence[AgentMention]) -> list[DoseAgent]:
    """The agents that stand right before as many amounts, parted by slashes as they are: "TDF/3TC/EFV 300/300/600 mg"."""
    before = _WITH_SLASHES.search(text, max(statement.start, at - 90), at)
    names = list(_ONE_NAME.finditer(text, *before.span("names"))) if before else []
    if len(names) != count:
        return []
    listed = {mention.start: mention.listed for mention in named}
    return [DoseAgent(name.group(), listed.get(name.start()), name.start(), name.end(), "before") for name in names]


# "600/300 mg tablets of A/B"
_SLASHES_BEHIND = pattern_of(
    r" ?(?:(?:fixed[- ]dose |combination )*(?:tablets?|capsules?|pills?|FDC) )?(?:of (?:the )?)?"
    r"(?P<names>[A-Za-z]\w+(?: ?[/+-] ?[A-Za-z]\w+)+)(?![\w/+-])"
)


def _written_behind(text: str, at: int, count: int, named: Sequence[AgentMention]) -> list[DoseAgent]:
    """The agents, the first listed, that stand right behind as many amounts, parted as these are: "600/300 mg tablets of A/B"."""
    behind = _SLASHES_BEHIND.match(text, at)
    listed = {mention.start: mention for mention in named}
    names = list(_WORD.finditer(text, *behind.span("names"))) if behind else []
    own = [listed.get(n.start()) for n in names]
    if len(names) != count or own[0] is None or any(each and each.end != n.end() for each, n in zip(own, names, strict=True)):
        return []
    return [DoseAgent(n.group(), m.listed if m else None, n.start(), n.end(), "after") for m, n in zip(own, names, strict=True)]


_WORD = pattern_of(r"\w+")
_MAY_BE_NAME = pattern_of(r"[A-Za-z][a-z]{4,}(?<!s)(?<!ing)(?<!ed)")
_WITH_AND = pattern_of(rf"(?<![\w/-])(?P<first>[A-Za-z][\w-]+) (?:and|plus|&) (?P<second>[A-Za-z][\w-]+)(?:{_LEADS.pattern})$")


def _written_with_and(text: str, statement: Statement, at: int, named: Sequence[AgentMention]) -> list[DoseAgent]:
    """Two agents right before two amounts, of which one is listed and the other a word that may be a medicine's name.

    "Drugamab and drugbib (10 mg and 20 mg, respectively)".
    """
    told = _WITH_AND.search(text, max(statement.start, at - 90), at)
    listed = {mention.start: mention for mention in named}
    places = (told.start("first"), told.start("second")) if told else ()
    if told is None or sum(place in listed for place in places) != 1:
        return []
    above = _WORD_ABOVE.search(text, max(statement.start, told.start() - 40), told.start())
    if above and (_may_be_name(above["name"]) or any(m.end == above.end("name") for m in named)):
        return []  # "aspirin, drugamab and drugbib" are three
    found = []
    for name in ("first", "second"):
        start, end = told.span(name)
        known = listed.get(start)
        if known.end != end if known else not _may_be_name(told[name]):
            return []
        found.append(DoseAgent(known.name if known else told[name], known.listed if known else None, start, end, "before"))
    return found


_WORD_ABOVE = pattern_of(r"(?<![\w-])(?P<name>[A-Za-z][\w-]*)(?:,| and|, and|/) ?$")


def _may_be_name(word: str) -> bool:
    """Whether a word that nobody lists may be a medicine's name beside one that is listed."""
    return _MAY_BE_NAME.fullmatch(word) is not None and word.lower() not in not_agents()


def _runs(text: str, amounts: Sequence[AmountRead]) -> Iterator[tuple[int, int, list[str]]]:
    """The places of the first and last amount of every plain list, and what stands between its amounts."""
    first = 0
    parts: list[str] = []
    for place, amount in enumerate(amounts):
        between = text[amount.end : amounts[place + 1].start] if place + 1 < len(amounts) else None
        alike = between is not None and (_LIST.fullmatch(between) or _SLASH.fullmatch(between))
        if between is not None and alike and (not parts or bool(_SLASH.fullmatch(parts[0])) == bool(_SLASH.fullmatch(between))):
            parts.append(between)
            continue
        if parts:
            yield first, place, parts
        first, parts = place + 1, []


def _is_bracket_of_its_own(text: str, start: int, end: int) -> bool:
    """Whether nothing but a list of amounts stands in brackets."""
    return text[start - 1 : start] == "(" and _CLOSES.match(text, end) is not None


_JOINT = pattern_of(r" ?[+&] ?| (?:plus|and) ")
_COLON = pattern_of(r" ?:")


def is_joint_head(text: str, named: Sequence[AgentMention], mention: AgentMention) -> bool:
    """Whether a name is the last of several that head amounts, of which any may be its: "A + B: 420 mg daily and 400 mg"."""
    place = bisect_left(named, mention.start, key=attrgetter("start"))
    before = named[place - 1] if place and _COLON.match(text, mention.end) else None
    return before is not None and before.source != "diluent" and _JOINT.fullmatch(text, before.end, mention.start) is not None


_OTHER_NAME = pattern_of(r" ?[(\[]")
_CLOSED_NAME = pattern_of(r"[^()\[\]\d]{0,3}[)\]]")


def before_its_bracket(text: str, named: Sequence[AgentMention], place: int) -> AgentMention | None:
    """The name before the bracket in which the one at ``place`` stands, which is another of the same: "A (Brand, A-12) 2 mg"."""
    mention, at = named[place], place
    if not _CLOSED_NAME.match(text, mention.end):
        return None
    while at and re.fullmatch(r" ?[,;/] ?", text[named[at - 1].end : named[at].start]):
        at -= 1
    before = named[at - 1] if at else None
    beside = before is not None and _OTHER_NAME.fullmatch(text, before.end, named[at].start) is not None
    if before and not beside and text[before.end : named[at].start] == " (or ":
        return before  # "A (or B) 5 mg, (or B 6 mg)"
    same = before is not None and (before.listed == mention.listed or mention.listed is None)
    return before if beside and same and before is not None and not is_placebo(before.name) else None
