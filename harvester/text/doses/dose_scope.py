"""Which dose a phrase belongs to, inside one statement.

The words between two amounts belong to the one before (``100 mg on day 1, 300 mg on day 2``) or to the one after
(``day 1: 100 mg, day 2: 300 mg``): an agent's name, a separator, a bracket decide, and where they do not, the style of the
statement does. What stands before the first amount holds for all that follow, what stands after the last holds back over
a plain list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from harvester.text.doses.agent import AgentMention
from harvester.text.doses.dose_aside import (
    give_bracket,
    give_opened,
    labelled,
    leads_to_next,
    opens_next,
    take_of_main,
    told_of_others,
)
from harvester.text.doses.dose_beside import (
    LED_IN,
    WAYS,
    Owners,
    of_next_name,
    of_what_follows,
    other_agent_between,
    with_another,
)
from harvester.text.doses.dose_draft import Draft, agent_key, same_list
from harvester.text.doses.dose_phase import OF_LATER, Phases, goes_on_elsewhere, led_by_then, of_part_before
from harvester.text.doses.dose_share import THEN, TIME_KINDS, share_back, share_with_aside, share_with_list
from harvester.text.doses.dose_step import is_total
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import Mention

_amount_start = attrgetter("amount.start")
_SEPARATOR = pattern_of(r"[,;\n)→]|->|/ ?$|(?<![A-Za-z])(?:and|then|followed by|or|plus|versus|vs)(?![A-Za-z])", re.I)
_PARTED_WAYS = pattern_of(r"(?<![A-Za-z])(?:and|plus|followed by)(?![A-Za-z])|[,;+]")
_OPENS = pattern_of(r"(?:[:;.*\n]|^) ?(?:at|on|in|during|from|for) (?:the )?$", re.I)
_PARTED = pattern_of(r"(?<![A-Za-z])(?:and|plus|with|followed by)(?![A-Za-z])|[,;+]")
_ADJECTIVES = pattern_of(r" (?:(?!and |or |in |for |on |with |at |plus |then |of |the )[a-z-]{3,14} ){1,2}")
_ASIDE = pattern_of(r"\)? ?(?:\([^()]{0,60}\) ?)?")
_AFTER = pattern_of(r"(?:^|[.;\n] ?)(?:following|after) $", re.I)
_LED_TO_DAY = pattern_of(r"(?:[,;]|,? (?:then|and)) (?:on )?$", re.I)  # "375 mg/m2 day 0, then days 1-21 drugamab 25 mg"
_LED_TO = pattern_of(r"(?<![a-z])(?:to|then|and|followed by) $", re.I)


def scope_statement(
    text: str, drafts: Sequence[Draft], mentions: Sequence[Mention], named: Sequence[AgentMention], brackets: Brackets
) -> list[tuple[Mention, AgentMention | None]]:
    """Give every mention of the statement to its dose or doses; returns those of others, which are named behind or before."""
    mains = [draft for draft in drafts if draft.main is None]
    owners = Owners(mains, named, brackets)
    loose: list[tuple[Mention, AgentMention | None]] = []
    placed: list[tuple[Mention, int, int]] = []  # mention, owner, side: -1 written before it, 1 after it
    phases = Phases(text, mentions, owners.again)
    styles = {kind: _style(mains, [m for m in mentions if m.kind == kind]) for kind in {m.kind for m in mentions}}
    following: AgentMention | None = None
    for mention in mentions:
        inside = _satellite_around(mention, drafts, brackets)
        if inside:
            if not phases.take(mention, inside):
                inside.give(mention)
            continue
        if following is None or mention.start > following.start:
            following = of_next_name(text, mention, mains, named)
        if following:
            loose.append((mention, following))
            continue
        index, side = labelled(text, mention, mains) or _owner(text, mention, mains, brackets, styles[mention.kind])
        if side == -1 and _is_of_earlier(text, mention, mains, index, mentions):
            continue
        if side == 1 and _is_of_following(text, mention, mains[: index + 1], mentions, owners, phases):
            continue
        if _is_of_other(text, mention, mains, index, side, named, owners):
            loose.append((mention, None))
            continue
        if mention.kind == "cycle_count" and _give_following(text, mention, mains):
            continue
        if side == 1 and goes_on_elsewhere(text, mention, mains):
            if mention.kind in OF_LATER or mention.kind in ("cycle_count", "cycle_length"):
                mains[index].flags.append("goes_on_otherwise")
            continue
        if side == 1 and phases.take(mention, mains[index]):
            continue
        placed.append((mention, index, side))
    _give_in_order(text, placed, mains, named, brackets)
    phases.share(mains)
    share_with_aside(text, mains, brackets)
    _give_asides(text, drafts)
    return loose


def _give_asides(text: str, drafts: Sequence[Draft]) -> None:
    """Give what is told of a dose to the one in brackets behind it that caps or repeats it."""
    for draft in drafts:
        if draft.main is not None and "total" not in draft.flags and not is_total(text, draft):
            take_of_main(text, draft, draft.main)


_PLUS_OTHER = pattern_of(r", (?:plus|with)(?![a-z])", re.I)
_FOLLOWED = pattern_of(r"(?<![a-z])followed by (?:a further |another |up to )?$", re.I)


def _give_following(text: str, mention: Mention, mains: Sequence[Draft]) -> bool:
    """Give "followed by 6 cycles of …" to the doses that follow; whether there are such."""
    if not _FOLLOWED.search(text, max(0, mention.start - 40), mention.start):
        return False
    following = [draft for draft in mains if draft.amount.start > mention.end]
    for place, draft in enumerate(following):
        apart = place and _PLUS_OTHER.search(text, following[place - 1].amount.end, draft.amount.start)
        if apart and draft.agent_key != following[0].agent_key and text.startswith(" of ", mention.end):
            break  # "followed by 6 cycles of A 100 mg, plus B 5 mg every 2 weeks"
        draft.give(mention)
    return bool(following)


def _is_of_other(
    text: str, mention: Mention, mains: Sequence[Draft], index: int, side: int, named: Sequence[AgentMention], owners: Owners
) -> bool:
    """Whether a phrase is of an agent without a dose, named before it."""
    if side == 1:
        return other_agent_between(text, mention, mains[index], owners)
    return index == 0 and (of_part_before(text, mention, mains[0]) or _of_other_before(text, mention, mains[0], named))


def _is_of_earlier(text: str, mention: Mention, mains: Sequence[Draft], index: int, mentions: Sequence[Mention]) -> bool:
    """Whether a phrase before a dose is of something without one: "Day 0: cells. Day -3: commence drugamab"."""
    anew = mention.kind == "days" and _begins_anew(mention, mains[index], mentions)
    return anew or (index == 0 and led_by_then(text, mention, mains[0]))


def _is_of_following(
    text: str, mention: Mention, told: Sequence[Draft], mentions: Sequence[Mention], owners: Owners, phases: Phases
) -> bool:
    """Whether a phrase behind the last of the doses ``told`` is of what goes with it or follows it, without a dose."""
    if with_another(text, mention, told[-1], mentions):
        return True
    later = of_what_follows(text, mention, told[-1], owners)
    if later and later == told[-1].agent_key and phases.take(mention, told[-1]):
        return True
    for draft in [each for each in told if later and each.agent_key == later][-1:]:
        draft.flags.append("goes_on_otherwise")  # the last before it; one told earlier may be of another arm
    return later is not None


def _begins_anew(mention: Mention, draft: Draft, mentions: Sequence[Mention]) -> bool:
    """Whether another day, on which something is begun, is told between a day and the dose."""
    return any(m.rule == "anchor.from_day" and mention.end <= m.start < draft.amount.start for m in mentions)


_CARRIED = frozenset({"route", "frequency", "continuous"})


def _satellite_around(mention: Mention, drafts: Sequence[Draft], brackets: Brackets) -> Draft | None:
    """The dose in brackets behind another that shares its brackets with ``mention``."""
    outer = brackets.outermost(mention.start)
    if mention.rule == "frequency.per_hours":  # "1 mg, at most 10 mg/4 h"
        return next((d for d in drafts if d.main is not None and d.amount.end == mention.start), None)
    if outer is None:
        return None
    return next((d for d in drafts if d.main is not None and outer[0] < d.amount.start < mention.start), None)


def _style(mains: Sequence[Draft], mentions: Sequence[Mention]) -> int:
    """1 when phrases of one kind stand behind their amounts in this statement, -1 when before, 0 when that cannot be told."""
    head = bool(mains) and any(m.end <= mains[0].amount.start for m in mentions)
    tail = bool(mains) and any(m.start >= mains[-1].amount.end for m in mentions)
    if head and tail and 1 < len(mains) <= sum(m.end <= mains[-1].amount.start for m in mentions):
        return -1  # each has one before it: "day -5 A 5 mg, day -4 B 9 mg, day 0 transplant"
    return 0 if head == tail else -1 if head else 1


def _owner(text: str, mention: Mention, mains: Sequence[Draft], brackets: Brackets, style: int) -> tuple[int, int]:
    """The index of the dose that ``mention`` stands by, and its side: -1 when written before the amount, 1 when after."""
    before = bisect_left(mains, mention.start, key=_amount_start) - 1
    if before < 0:
        return 0, -1
    if mention.rule in _OF_NEXT and before + 1 < len(mains):
        return before + 1, -1  # "7 days at 9 ug/day, 7 days at 28 ug/day"; "days 1 (100 mg), 2 (900 mg)"
    last = _before_bracket(text, mention, mains, before, brackets)
    if last < before or last + 1 >= len(mains) or (style == 1 and _ends_sentence(text, mention)):
        return last, 1
    around = brackets.innermost(mention.start)
    if around:
        if around[0] < mains[last].amount.start and mains[last + 1].amount.start > around[1]:
            return last, 1
        if around[0] > mains[last].amount.end and around[1] > mains[last + 1].amount.end:
            return last + 1, -1
    following = mains[last + 1]
    left, right = text[mains[last].amount.end : mention.start], text[mention.end : following.amount.start]
    if opens_next(mention, left, right, following, style):
        return last + 1, -1
    agent, own = following.agent, mains[last].agent
    if agent and own and agent.start == own.start:
        agent = None  # the name behind the dose before, which this one goes on with
    if agent and mains[last].amount.end <= agent.start < following.amount.start and agent.how in ("before", "word", "earlier"):
        if mention.start >= agent.end:
            return last + 1, -1
        words = right[: agent.start - mention.end]
        beside = _ASIDE.fullmatch(words) is not None or WAYS.fullmatch(words) is not None
        often = mention.kind in ("frequency", "interval") and LED_IN.search(left) is not None
        way = mention.kind == "route" and (_SEPARATOR.search(left) or LED_IN.search(left)) is not None
        beside = beside or (way and _ADJECTIVES.fullmatch(words) is not None)
        day = mention.kind == "days" and _TIMED.search(left) is not None and _LED_TO_DAY.search(left) is not None
        counted = mention.kind == "cycle_count" and _OF.fullmatch(words)
        return (last + 1, -1) if (beside and (often or way or day)) or counted else (last, 1)
    if mention.kind in ("frequency", "interval") and right == " " and _LED_TO.search(left):
        return last + 1, -1  # "daily for 10 days to weekly 60000 IU"
    if leads_to_next(mention, left, right) or (mention.kind == "continuous" and _LED_TO.search(left.removesuffix("a "))):
        return last + 1, -1
    split_left, split_right = _SEPARATOR.search(left) is not None, _SEPARATOR.search(right) is not None
    if split_left and not split_right:
        return (last, 1) if style == 1 and mention.kind != "route" else (last + 1, -1)
    return (last + 1, -1) if split_left and split_right and style == -1 else (last, 1)


# "40 mg, days 2-5, p.o. Otherol 5 mg": the stop ends the sentence too
_ABBREVIATED = pattern_of(r"\d,? (?:p\.o|i\.v|s\.c|i\.m)\. [A-Z]")


def _ends_sentence(text: str, way: Mention) -> bool:
    """Whether the stop of a way's abbreviation is that of its sentence too."""
    return way.kind == "route" and _ABBREVIATED.search(text, max(0, way.start - 4), way.end + 3) is not None


_OF = pattern_of(r" of (?:(?:single-agent|adjuvant|concurrent|standard|oral|IV|intravenous) ){0,2}", re.I)
_TIMED = pattern_of(r"(?<![a-z])(?:days?|weeks?|d|cycles?) ?\d", re.I)


def _before_bracket(text: str, mention: Mention, mains: Sequence[Draft], last: int, brackets: Brackets) -> int:
    """The dose before a bracket that closed before a phrase and tells another one: "10 mg (10 mg in the placebo group) daily"."""
    around = brackets.innermost(mains[last].amount.start)
    agent = mains[last].agent
    if last == 0 or around is None or around[1] > mention.start or agent is None:
        return last
    before = mains[last - 1].amount.end
    if mention.kind in ("days", "weeks", "cycles") and _TIMED.search(text, around[0], around[1]):
        outer = next((at for at in range(last - 1, -1, -1) if mains[at].amount.end <= around[0]), last)
        return outer if mains[outer].agent_key == mains[last].agent_key else last  # "1 g (100 mg day 1, 900 mg day 2), day 8"
    outside = before <= agent.start < around[0]
    return last if outside or before > around[0] or mains[last - 1].agent_key == mains[last].agent_key else last - 1


def _of_other_before(text: str, mention: Mention, draft: Draft, named: Sequence[AgentMention]) -> bool:
    """Whether a phrase before the first dose follows another agent, which it is about: placebo IV, followed by drug 10 mg."""
    if draft.agent is None or draft.agent.start <= mention.start or draft.agent.how not in ("before", "after", "of", "word"):
        return False
    before = [a for a in named if a.end <= mention.start and agent_key(a) != draft.agent_key and a.source != "diluent"]
    before = [a for a in before if not _AFTER.search(text, max(0, a.start - 12), a.start)]  # "Following irradiation, five cycles"
    if not before or any(agent_key(a) == draft.agent_key and a.end <= mention.start for a in named):
        return False
    begins = mention.rule == "anchor.from_day"  # "tacrolimus from day -1 and drugamab 15 mg/kg"
    # "lenalidomide PO daily on days 1-21 and dexamethasone 40 mg"
    joint = _PARTED_WAYS if mention.kind == "route" else _PARTED
    opens = _OPENS.search(text, max(0, mention.start - 12), mention.start) is not None  # "At week 52, all will be given"
    parted = not opens and draft.agent.start >= mention.end and joint.search(text, mention.end, draft.agent.start) is not None
    return begins or parted or THEN.search(text, mention.end, draft.amount.start) is not None


def _give_in_order(
    text: str,
    placed: Sequence[tuple[Mention, int, int]],
    mains: Sequence[Draft],
    named: Sequence[AgentMention],
    brackets: Brackets,
) -> None:
    """Hand out: each to its own dose, then heads forward, then tails back."""
    # its own words before a head's, and those before what a label tells: "INDUCTION (weeks 0-12): 300 mg at weeks 0 and 4"
    for mention, index, side in sorted(placed, key=lambda one: (text.startswith("):", one[0].end), *_nearness(one, mains))):
        if side == 1 and told_of_others(text, mains[index], mention):
            continue
        if side == 1 or index > 0 or (len(mains) == 1 and mention.kind != "until") or mention.rule in _OF_NEXT:
            mains[index].give(mention)
    for mention, index, side in placed:
        if side == 1 and mention.kind == "cycles":
            give_bracket(text, mention, mains[index + 1 :], brackets)
    for mention in _heads(placed, mains):
        again = [i for m, i, side in placed if side == -1 and i > 0 and m.kind == mention.kind and mention.kind in _CARRIED]
        for position, draft in enumerate(mains):
            if again and position > min(again) and draft.agent_key == mains[min(again)].agent_key:
                break  # "oral 5 and 10 mg, and intravenous 10 and 20 mg"
            if position and mention.kind in ("days", "weeks") and text[mention.end : mains[0].amount.start] in (" (", "("):
                break  # "week 1 (20 mg), week 2 (50 mg)"
            if position and mention.rule == "until.apart" and not same_list(mains[0], draft):
                break  # "two doses of 30 ug, 21 days apart, and a booster of 15 ug"
            if position == 0 or _reaches(text, mention, mains[0], draft, named):
                draft.give(mention)
            if position == 0 and mention.kind in ("days", "weeks") and draft.parts.get(mention.kind) is not mention:
                break  # the first dose itself has another
    for mention, index, side in placed:
        if side == -1 and index > 0 and mention.kind in _CARRIED:
            for draft in mains[index + 1 :]:
                if draft.agent_key == mains[index].agent_key:
                    if mention.kind == "frequency" and _TAKEN_ANEW.search(text, mains[index].amount.end, draft.amount.start):
                        break  # "at most 60 mg daily, and arm 3 will take 300 mg"
                    draft.give(mention)
        if side == -1 and index > 0 and mention.kind == "days":
            give_opened(mention, mains[index:], brackets)
    told = [frozenset(kind for kind, part in draft.parts.items() if not _lasts_for_all(part, mains)) for draft in mains]
    placed = [each for each in placed if each[0].kind in _NOT_ITS_OWN or mains[each[1]].parts.get(each[0].kind) is each[0]]
    for mention, index, side in placed:
        if side == 1:
            share_with_list(text, mention, index, mains, told, brackets)
    for mention, index, side in reversed(placed):
        if side == 1:
            share_back(text, mention, index, mains, told, brackets)


def _lasts_for_all(part: Mention, mains: Sequence[Draft]) -> bool:
    """Whether how long a list lasts is told at its head: "10 days of A 500 mg and B 1 g twice daily"."""
    return part.rule == "duration.at" and all(draft.parts.get("duration") is part for draft in mains)


def _heads(placed: Sequence[tuple[Mention, int, int]], mains: Sequence[Draft]) -> list[Mention]:
    """What is told before the first dose, the nearest first; of a head that tells several phases not how often and in which.

    "Weekly in cycles 1-3, every 2 weeks in cycles 4-9: first 0.16 mg, then 48 mg"
    """
    heads = [m for m, index, side in placed if side == -1 and index == 0 and (m.kind != "until" or m.rule == "until.apart")]
    often = {m.timing for m in heads if m.kind in ("frequency", "interval") and m.timing.frequency_unit in ("wk", "mo")}
    if len(often) > 1 and sum(m.kind == "cycles" for m in heads) > 1:
        heads = [m for m in heads if m.kind not in ("frequency", "interval", "cycles")]
        for draft in mains:
            draft.flags.append("goes_on_otherwise")
    return sorted(heads, key=lambda mention: -mention.start)


_TAKEN_ANEW = gated(r"(?<![a-z])(?:arm|group|cohort)(?: [\w-]+){0,2} (?:will|takes?|receives?|gets?)(?![a-z])", re.I)
_OF_NEXT = frozenset({"duration.at", "days.of_amount", "until.times", "until.apart"})  # told right before the amount
_NOT_ITS_OWN = frozenset({"frequency", "cycle_count", "cycle_length", "until"})  # may be of others than the dose before them


def _nearness(placed: tuple[Mention, int, int], mains: Sequence[Draft]) -> tuple[bool, int]:
    """The order of giving: how often is told before a dose last, cycles the nearest first, a way right before its name first."""
    mention, index, side = placed
    before, agent = side != 1, mains[index].agent
    nearest = before and (mention.kind == "cycle_count" or (mention.kind == "route" and agent and agent.start == mention.end + 1))
    return before and mention.kind in ("frequency", "interval"), -mention.start if nearest else 0


# "weekly drugamab 1.5 mg/kg, preceded by step-up doses of 0.06 and 0.3 mg/kg"
_PRECEDED = pattern_of(r"(?<![a-z])(?:preceded by|after (?:\w+ ){0,2}step-?up|following (?:\w+ ){0,2}step-?up)(?![a-z])", re.I)


_WINDOWS, _OFTEN = ("days", "weeks"), frozenset({"frequency", "interval"})
_CHOICE = pattern_of(r"(?<![a-z])or(?![a-z])", re.I)
_EITHER_OF = pattern_of(r" (?:(?:IV |intravenous )?infusions? )?of (?:either )?", re.I)
_OF_FIRST = pattern_of(r" ?(?:(?:infusion|injection|administration)s? of )?", re.I)  # "single IV infusion of A 2 g with B 5 mg"


def _reaches(text: str, mention: Mention, first: Draft, draft: Draft, named: Sequence[AgentMention]) -> bool:
    """Whether a phrase at the head of the statement holds for a later dose: same agent, or written before any agent."""
    if draft.agent_key == first.agent_key:
        if mention.kind in TIME_KINDS and _PRECEDED.search(text, first.amount.end, draft.amount.start):
            return False
        weekly = any(draft.parts[kind].timing.frequency_unit in ("wk", "mo") for kind in _OFTEN & draft.parts.keys())
        weekly = weekly and not _CHOICE.search(text, first.amount.end, draft.amount.start)
        once = weekly and [start == end for start, end in mention.timing.days or ()] == [True]  # "day 1 9 mg, 7 mg weekly"
        glued = mention.kind == "cycles" and text[mention.end : mention.end + 1] in ("D", "d") and "days" not in draft.parts
        if glued and ("interval" in draft.parts or THEN.search(text, first.amount.end, draft.amount.start)):
            return False  # "C1D1 1 mg, C1D15 30 mg, then 30 mg Q3W"
        begins = mention.kind in _WINDOWS and ("anchor" in draft.parts or once)  # "day 1 5 mg, day 3 and beyond 10 mg"
        own = mention.kind in _OFTEN and "days" not in draft.parts and _OFTEN & draft.parts.keys()  # "then 6 mg/kg every 3 weeks"
        return not begins and not (
            (own or mention.kind in ("duration", "days", "weeks", "cycle_count", "anchor"))
            and THEN.search(text, first.amount.end, draft.amount.start)
        )
    if draft.amount.kind == "radiation" and mention.kind in ("frequency", "interval"):
        return False
    if THEN.search(text, first.amount.end, draft.amount.start) and mention.kind != "route":
        return False
    if first.agent is None or draft.agent is None:
        return mention.kind not in ("infusion", "continuous")
    opening = next((a for a in named if a.start >= first.statement.start), None)
    if opening is None or mention.end > opening.start:
        return False
    if mention.kind == "continuous" and _EITHER_OF.fullmatch(text, mention.end, opening.start):
        return _CHOICE.search(text, first.amount.end, draft.amount.start) is not None
    often = mention.kind in ("route", "frequency")  # "daily A 400 mg and B 75 mg/m2"
    adjective = often and _OF_FIRST.fullmatch(text, mention.end, opening.start) is not None
    return not adjective and mention.kind not in ("infusion", "continuous")
