"""What a statement names and gives no dose of: a phrase beside it is of it, and of no dose before."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from harvester.text.doses.agent import AgentMention
from harvester.text.doses.dose_draft import Draft, agent_key
from harvester.text.doses.dose_partner import is_placebo
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import Mention
from harvester.text.written.number import NUMBER_WORDS

_start = attrgetter("start")
_DAYS_OF = pattern_of(r"(?:on|of) (?:radiotherapy|radiation|RT|irradiation)(?: \([A-Z]{1,4}\))? ", re.I)  # "on RT days 1 and 22"
_COUNTED_PEOPLE = pattern_of(r" ?\(n ?= ?\d+\)", re.I)
# One more of a list, without an amount: "+ 1:100000 epinephrine".
_LISTED_TOO = pattern_of(r"\)?,? ?(?:\+|and|,|plus|/|or(?: matching)?) ?[\d:.%]* ?", re.I)


class Owners:
    """The agents that have doses in a statement, where they are named, and the ``others`` it names, which have none."""

    def __init__(self, mains: Sequence[Draft], named: Sequence[AgentMention], brackets: Brackets) -> None:
        keys = {draft.agent_key for draft in mains}
        spans = {(draft.agent.start, draft.agent.end) for draft in mains if draft.agent}
        free = [agent for agent in named if agent.source != "diluent" and (agent.start, agent.end) not in spans]
        self.others = [agent for agent in free if agent_key(agent) not in keys]
        around = (brackets.innermost(agent.start) for agent in self.others)
        self.closed = [pair[1] if pair else None for pair in around]  # where the brackets around each of them end
        self.again = [agent for agent in free if agent_key(agent) in keys]  # named again, without another dose
        self._ordered = sorted(spans)

    def ends_between(self, start: int, end: int) -> Iterator[int]:
        """Where those names end that stand between ``start`` and ``end``."""
        for place in range(bisect_left(self._ordered, (start, 0)), len(self._ordered)):
            if self._ordered[place][0] > end:
                break
            if self._ordered[place][1] <= end:
                yield self._ordered[place][1]


# "with concurrent weekly cisplatin 40 mg/m2"
LED_IN = pattern_of(
    r"(?:(?<![A-Za-z])(?:with|alongside|and|or|versus|vs|plus|then|by|concurrent|concomitant|of|receive)|[,+]) ?(?:an? )?"
    r"(?:\d{1,2} )?$",
    re.I,
)
WAYS = pattern_of(
    r" ?(?:(?:doses of|cycles of|(?:an? (?:(?:intravenous|subcutaneous|IV|SC|oral) )?)?(?:injections?|infusions?) of|oral|IV|SC|"
    r"intravenous|subcutaneous|intrathecal|low-dose|high-dose) )*",
    re.I,
)


_LEADING = frozenset({"frequency", "interval", "route"})


def of_next_name(text: str, mention: Mention, mains: Sequence[Draft], named: Sequence[AgentMention]) -> AgentMention | None:
    """What has no dose here and is named right behind how often or which way it is given: "plus weekly methotrexate"."""
    if mention.kind not in _LEADING or not LED_IN.search(text, max(0, mention.start - 16), mention.start):
        return None
    place = bisect_left(named, mention.end, key=_start)
    if place == len(named) or not WAYS.fullmatch(text, mention.end, named[place].start):
        return None
    if mention.kind == "route" and is_placebo(named[place].name):
        return None  # "10 mg or oral placebo"
    name = named[place]
    agents = [draft.agent for draft in mains if draft.agent and draft.agent.start >= name.start]
    # "with weekly cisplatin (CDDP) 40 mg/m2": its dose is that of the name in brackets
    own = any(
        agent.start == name.start or (_ALIAS.fullmatch(text, name.end, agent.start) and text.startswith((")", "]"), agent.end))
        for agent in agents
    )
    return None if own else name


_ALIAS = pattern_of(r" ?[(\[]")


_THEN_NAME = pattern_of(
    r"(?<![a-z])(?:then|thereafter|subsequently|followed by|afterwards)(?: (?!until|for)[a-z-]+){0,4} $", re.I
)
# "+ up to 6 vaccinations every 2 weeks"
_COUNTED_THINGS = pattern_of(
    rf"(?:\+|(?<![a-z])plus) ?(?:up to )?(?:\d{{1,2}}|{NUMBER_WORDS}) "
    r"(?!(?:days?|weeks?|months?|years?|hours?|h|times|more|further|additional|doses? of|cycles?|courses?)(?![a-z]))[A-Za-z]{3}",
    re.I,
)


def of_what_follows(text: str, mention: Mention, draft: Draft, owners: Owners) -> str | None:
    """The agent that a dose is followed by in a phase that a phrase tells of: "for 12 cycles, then drugamab alone every 2 weeks".

    Empty where the phrase is of something that is counted and no agent; None where it is of neither.
    """
    if _COUNTED_THINGS.search(text, draft.amount.end, mention.start):
        return ""
    for place in range(bisect_left(owners.again, draft.amount.end, key=_start), len(owners.again)):
        agent = owners.again[place]
        if agent.end > mention.start:
            break
        if _THEN_NAME.search(text, max(draft.amount.end, agent.start - 60), agent.start):
            return agent_key(agent)
    return None


# "800 mg daily plus chemotherapy every 3 weeks for 6 cycles"
_WITH_OTHER = pattern_of(
    r"(?:\+ ?|(?<![a-z])(?:plus|with|alongside) )(?=[A-Za-z])(?![^.;]{0,60}(?:cycles?|courses?|repeat\w*|treatment) )", re.I
)
_PLANS = frozenset({"frequency", "interval", "days", "cycle_length"})
# "1200 mg plus 4-6 cycles of platinum-based chemotherapy": those of what is named
_CYCLES_WITH = pattern_of(r"(?:(?<![a-z])(?:plus|with|and|alongside|in addition to)|\+) ?(?:an? )?(?:additional )?$", re.I)
_OF_NAME = pattern_of(r" of (?!(?:treatment|therapy|study|the|each|this|that|these|its|both|all|it)(?![a-z-]))[a-z]", re.I)
# "every 6 hours for 21 days, in addition to otherol from day -1 to day 80"
_ADDED_NAME = pattern_of(
    r"(?:(?<![a-z])(?:plus|in addition to|alongside)|\+) (?!(?:food|meals?|water|standard|usual|best) )"
    r"(?:[a-z][\w-]+ ){1,2}(?:(?:on|from|for) )?$",
    re.I,
)


def with_another(text: str, mention: Mention, draft: Draft, mentions: Sequence[Mention]) -> bool:
    """Whether in which weeks something is repeated is told of what goes with a dose of every day, which tells no other plan."""
    if mention.kind == "cycle_count" and _OF_NAME.match(text, mention.end):
        at = mention.end + len(" of ")
        own = draft.agent is not None and text[at : at + len(draft.agent.name)].lower() == draft.agent.name.lower()
        return not own and _CYCLES_WITH.search(text, max(draft.amount.end, mention.start - 24), mention.start) is not None
    if mention.kind not in ("interval", "cycle_count", "days"):
        return False
    told = [m for m in mentions if draft.amount.end <= m.start < mention.start and m.kind in _PLANS]
    if mention.kind == "days" or (mention.kind == "cycle_count" and any(m.kind == "cycles" for m in mentions)):
        return bool(told) and _ADDED_NAME.search(text, max(told[-1].end, mention.start - 48), mention.start) is not None
    often = next((m for m in told if m.kind == "frequency" and m.timing.frequency_unit in ("d", "h")), None)
    if often is None or any(m.kind in ("days", "cycle_length") for m in told):
        return False
    joint = _WITH_OTHER.search(text, often.end, mention.start)
    return joint is not None and (mention.kind == "interval" or any(m.kind == "interval" and m.start > joint.end() for m in told))


def of_named_cycles(text: str, mentions: Sequence[Mention], agents: Sequence[AgentMention]) -> Sequence[Mention]:
    """Of several numbers of cycles those before an agent, if any: "6-8 cycles of chemotherapy with 8 cycles of drugamab"."""
    counts = [m for m in mentions if m.kind == "cycle_count"]
    for m in counts:  # none of a part that nothing before speaks of: "then 2-3 cycles of consolidation are allowed"
        if (part := _OF_PART.match(text, m.end)) and part[1].lower() not in text[: m.start].lower():
            mentions = [other for other in mentions if other is not m]
    if len({m.timing for m in counts}) < 2 or not any(_OF_NAME.match(text, m.end) for m in counts):
        return mentions
    own = [m for m in counts if any(agent.start == m.end + len(" of ") for agent in agents)]
    return [m for m in mentions if m.kind != "cycle_count" or m in own]


_OF_PART = pattern_of(r"(?: \([^()]{0,80}\))? of (?:further )?(consolidation|maintenance|intensification)(?![a-z])", re.I)
_MIXED_WITH = pattern_of(r"(?<![a-z])(?:mixed|suspended|dissolved|diluted|reconstituted)(?![a-z])[^.;,]{0,50}$", re.I)


def other_agent_between(text: str, mention: Mention, draft: Draft, owners: Owners) -> bool:
    """Whether an agent that has no dose here is named between the dose and the phrase, outside closed brackets."""
    for place in range(bisect_left(owners.others, draft.amount.end, key=_start), len(owners.others)):
        agent, closed = owners.others[place], owners.closed[place]
        if agent.end > mention.start:
            break
        aside = _ALIAS.fullmatch(text, draft.amount.end, agent.start) and text.startswith(";", agent.end)
        if aside or (closed is not None and closed <= mention.start):
            continue  # "5-fluorouracil 750 mg/m2 (5-FU; day 1 to day 5)"
        if mention.kind in ("days", "weeks") and _DAYS_OF.fullmatch(text, max(agent.start - 3, 0), mention.start):
            continue
        instead = is_placebo(agent.name) and text.endswith(" or ", 0, agent.start)  # "A 150 mg daily or placebo for 1 year"
        if instead or _MIXED_WITH.search(text, max(draft.amount.end, agent.start - 70), agent.start):
            continue  # "cells mixed 1:1 with hyaluronic acid on day 0"
        since = max([draft.amount.end, *owners.ends_between(draft.amount.end, agent.start)])
        if _LISTED_TOO.fullmatch(_COUNTED_PEOPLE.sub("", text[since : agent.start])):
            continue
        return True
    return False
