"""Amounts of one agent in one line for different people, or one after another: what is told with one holds for the others."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_equivalent import OF_ONE
from harvester.text.doses.dose_share import THEN
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import Timing

_HOW_OFTEN = frozenset({"frequency", "interval", "days"})
_ALIKE = frozenset({"route", "frequency", "interval", "continuous", "infusion", "cycle_length"})
_LASTING = frozenset({"duration", "until", "cycle_count", "division"})
_WAYS = frozenset({"route", "infusion", "continuous"})
_ON_DEMAND = pattern_of(r"(?:for|in case of) (?:bleeding|breakthrough)|as needed|prn|on[- ]demand", re.I)


def share_alike(text: str, drafts: Sequence[Draft]) -> None:
    """Share what is told with one of several amounts of an agent, or behind the last of them."""
    _share_in_turn(text, drafts)
    _share_bands(text, drafts)
    _share_tails(drafts)
    _keep_once(text, drafts)
    _share_each(text, drafts)
    _share_between(drafts)


def in_one_part(first: Draft, second: Draft) -> bool:
    """Whether two doses stand in one line, and in one part of it."""
    return first.statement.line == second.statement.line and first.statement.part == second.statement.part


def _how_often(draft: Draft) -> Timing | None:
    """How often a dose is given, where its own words or those of its list say so."""
    told = draft.parts.get("frequency") or draft.parts.get("interval") or draft.parts.get("days")
    return told.timing if told else None


def _share_bands(text: str, drafts: Sequence[Draft]) -> None:
    """Amounts for different people in one line (by weight, by age) are given alike: what is told with the first holds for all."""
    for first, second in itertools.pairwise(drafts):
        if (
            not second.condition
            or second.amount.kind == "radiation"
            or first.agent_key != second.agent_key
            or not in_one_part(first, second)
        ):
            continue
        apart = first.statement is not second.statement and "." in text[first.statement.end - 1 : second.statement.start]
        illness = apart and not any(sign.isdecimal() for sign in second.condition)
        for kind, mention in first.parts.items():
            if (apart and kind in _LASTING) or (illness and kind not in _WAYS):
                continue  # "Asthma: 1 mg/kg/day for 10 days. Adrenal insufficiency: 4 mg/m2/day"
            alike = kind not in ("days", "weeks", "cycles") if first.condition else kind in _ALIKE
            if kind == "anchor" and first.statement is not second.statement:
                continue  # "10 mg, then 20 mg 4 weeks after the first dose. Those of eGFR >= 60: 20 mg"
            within = kind == "duration" and mention.timing.duration_unit == "d"  # "for 5 days every 28 days; 10 mg if …"
            alike = alike or ("interval" in first.parts and (within or (kind == "days" and not first.condition)))
            if kind in _HOW_OFTEN and second.amount.per_time and not first.amount.per_time:
                continue  # "200 mg q.i.d., for children at most 1,000 mg/day"
            if kind in ("duration", "until") and _how_often(second) not in (None, _how_often(first)):
                continue  # "weekly for 4 weeks; those of 40 kg and more 6 mg/kg every 4 weeks"
            if kind in _HOW_OFTEN and (_HOW_OFTEN & second.parts.keys() or _ON_DEMAND.match(second.condition)):
                continue  # "weekly; 3 mg/kg every 2 weeks for those who respond"
            if alike:
                second.parts.setdefault(kind, mention)


def _share_between(drafts: Sequence[Draft]) -> None:
    """Steps of one agent in one sentence that tell no more than how long each is, between two given as often: so are they.

    "0.25 mg once weekly for 4 weeks, 0.5 mg for 4 weeks, 1 mg once weekly".
    """
    first: Draft | None = None
    between: list[Draft] = []
    for draft in drafts:
        often = draft.parts.get("frequency")
        if first is not None and (draft.agent_key != first.agent_key or draft.statement is not first.statement):
            first, between = None, []
        if often is None:
            alike = first is not None and "duration" in draft.parts and not (_HOW_OFTEN | {"weeks"}) & draft.parts.keys()
            first, between = (first, [*between, draft]) if alike else (None, [])
            continue
        if first is not None and first.parts["frequency"].timing == often.timing:
            for step in between:
                step.parts["frequency"] = first.parts["frequency"]
        first, between = draft, []


_FIRST_ONCE = pattern_of(r"(?<![a-z])(?:loading|once,? then|single dose)(?![a-z])", re.I)


def _keep_once(text: str, drafts: Sequence[Draft]) -> None:
    """A dose given once before others has not how often they are given: "weekly (loading dose 4 mg/kg, then 2 mg/kg)"."""
    for first, second in itertools.pairwise(drafts):
        replaced = first.agent_key == second.agent_key and THEN.search(text, first.amount.end, second.amount.start)
        if replaced and _FIRST_ONCE.search(text, max(0, first.amount.start - 24), second.amount.start):
            for told in [first.parts[kind] for kind in ("frequency", "interval") if kind in first.parts]:
                if told.start > second.amount.start or "(" in text[told.end : first.amount.start]:
                    del first.parts[told.kind]


def _share_tails(drafts: Sequence[Draft]) -> None:
    """What is told behind the last of several amounts for different people, of which none tells when, holds for all of them."""
    for second, first in itertools.pairwise(reversed(drafts)):
        both = first.condition and second.condition and first.main is None and second.main is None
        if not both or first.agent_key != second.agent_key or not in_one_part(first, second):
            continue
        if (_HOW_OFTEN | {"duration"}) & first.parts.keys() or first.amount.per_time != second.amount.per_time:
            continue
        for kind, mention in second.parts.items():
            if mention.rule == OF_ONE:
                continue  # "may be increased to 800 mg/day (400 mg BID)"
            if mention.start > second.amount.end and (second.condition_end is None or mention.start >= second.condition_end):
                first.parts.setdefault(kind, mention)


_EACH = pattern_of(
    r"[,;:]? ?\(?(?:each|all|both)(?: dose| of (?:them|which))?(?: (?:is|are|was|were|will be|to be))? "
    r"(?:given|administered|infused|injected)",
    re.I,
)
_GIVEN_ALIKE = frozenset({"route", "infusion", "continuous", "frequency", "interval", "days", "duration", "cycle_length"})


def _share_each(text: str, drafts: Sequence[Draft]) -> None:
    """Give what "each given …" behind the last of several levels tells to all of them: "Low: 1 mg; high: 3 mg, each given IV"."""
    for place, last in enumerate(drafts):
        if place == 0 or not last.parts or not _EACH.match(text, last.amount.end):
            continue
        for draft in reversed(drafts[:place]):
            if draft.agent_key != last.agent_key or draft.amount.unit != last.amount.unit or not in_one_part(draft, last):
                break
            for kind in sorted(_GIVEN_ALIKE & last.parts.keys() - draft.parts.keys()):
                draft.parts[kind] = last.parts[kind]


_RESPECTIVELY = pattern_of(r",? ?\(?respectively", re.I)


def _share_in_turn(text: str, drafts: Sequence[Draft]) -> None:
    """Give each of several medicines its own of as many days: "A 5 mg/kg and B 10 mg/kg on days 1 and 15, respectively"."""
    for place, last in enumerate(drafts):
        told = last.parts.get("days")
        if told is None or told.start < last.amount.end or not _RESPECTIVELY.match(text, told.end):
            continue
        alike = [draft for draft in drafts[: place + 1] if draft.parts.get("days") is told]
        days = told.timing.days or ()
        if len(days) < 2 or len({draft.agent_key for draft in alike}) < 2:
            continue
        for at, draft in enumerate(alike):
            if len(days) == len(alike):
                draft.parts["days"] = replace(told, timing=Timing(days=(days[at],)))
            else:
                del draft.parts["days"]
                draft.flags.append("several_told")


_DILUTED = pattern_of(r" (?:diluted )?in \d+ ?m?L(?![a-z])", re.I)  # "10 IU IM and 20 IU in 500 mL": another way
_OR = pattern_of(r",? or ")  # "4 mg/kg PO or 3 mg/kg"


def share_routes(text: str, drafts: Sequence[Draft]) -> None:
    """A dose that goes on about the agent of the dose before, in one line and without a way of its own, goes the same way."""
    for first, second in itertools.pairwise(drafts):
        goes_on = second.agent is not None and second.agent.how in ("carried", "own", "earlier") and "total" not in second.flags
        if goes_on and first.agent_key == second.agent_key and in_one_part(first, second):
            route = first.parts.get("route")
            chosen = route is not None and route.start > first.amount.end and _OR.match(text, route.end)
            chosen = chosen or _DILUTED.match(text, second.amount.end)
            if route and "route" not in second.parts and not chosen:
                second.parts["route"] = route
            always = first.parts.get("continuous")
            if (
                always
                and first.amount.per_time == second.amount.per_time
                and first.amount.per_time in ("d", "h")
                and not {"infusion", "frequency"} & second.parts.keys()
            ):
                second.parts.setdefault("continuous", always)
