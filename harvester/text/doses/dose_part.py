"""Parts of a dose: how the amount of a day is divided, and shares on several days, which the text tells in per cent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_draft import Draft
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import Mention, Timing

_SHARE_BEFORE = pattern_of(r"\d ?% ?(?:of [a-z ]{2,30})?(?:is |are |was )?(?:given |infused |administered )?(?:on |at )?$", re.I)
_SHARE_BEHIND = pattern_of(r" ?\( ?\d{1,2} ?% ?\)")


def of_share(text: str, mention: Mention) -> bool:
    """Whether a day is that of a share of a dose only: "10 % on day 0, 30 % on day 1", "day 0 (30 %) and day 7 (70 %)"."""
    before = _SHARE_BEFORE.search(text, max(0, mention.start - 50), mention.start)
    return before is not None or _SHARE_BEHIND.match(text, mention.end) is not None


_SHARE_OF = pattern_of(
    r"(?:(?<![\d.])\d{1,2} ?%|(?<![a-z])(?:half|(?:one|two|three)[- ](?:half|third|quarter|fifth)s?)) of "
    r"(?:an? |the )?(?:(?:total|whole|planned|full|target) )*(?:dose (?:of )?)?$",
    re.I,
)


def of_shares(text: str, at: int, amounts: Sequence[AmountRead]) -> bool:
    """Whether a day at ``at`` is that of a share because its amount is a whole: "10 %, 30 % and 60 % of 1 x 10^8 cells on …"."""
    whole = next((each for each in reversed(amounts) if each.start < at), amounts[0] if amounts else None)
    return whole is not None and _SHARE_OF.search(text, max(0, whole.start - 60), whole.start) is not None


_SHARE_TIME = pattern_of(r"(?:(?<![\d.])\d{1,2} ?% |(?<![a-z])(?:remainder|rest|remaining) )[^,;.()\d]{0,36}$", re.I)


def time_of_share(text: str, mention: Mention) -> bool:
    """Whether the time of an infusion is that of a share: "10 % as a bolus over 1 minute, the remainder over 60 minutes"."""
    return _SHARE_TIME.search(text, max(0, mention.start - 48), mention.start) is not None


def as_share(mention: Mention) -> Mention:
    """The day of a share as what is told of a dose: that it is given in parts; none of their days is the day of all of it."""
    return replace(mention, kind="flag", timing=Timing(), flags=("in_parts",))


_DIVIDED = pattern_of(r"(?<![a-z])(?:divided|split)(?: (?:in(?:to)?|as|equally|evenly|over))*(?: doses?)?(?: given)? $", re.I)


def divided(text: str, mention: Mention) -> bool:
    """Whether how often is how an amount is divided: "50 mg/kg/day divided q12h", "6 mL in two nightly doses"."""
    at = mention.start
    nightly = mention.rule == "frequency.nightly_doses" and text[max(0, at - 4) : at] == " in "
    return nightly or _DIVIDED.search(text, max(0, at - 24), at) is not None


# "to treat one attack (total of 1 L)": the sum of that only
_EACH_OF = gated(
    r"(?<![a-z])(?P<who>(?:one|each|every|a single|per) (?:attack|episode|session|seizure|headache|migraine|bleed|visit|"
    r"procedure|meal))\W{0,2}\((?:for |in )?(?:an? )?total(?: of)? ?$",
    re.I,
)


def each_of(text: str, at: int) -> str | None:
    """Of what the sum in brackets at ``at`` is, where that is one of several: an attack, a session."""
    told = _EACH_OF.search(text, max(0, at - 60), at)
    return told["who"] if told else None


_SWALLOWED = pattern_of(r" ?(?:tab(?:let)?|cap(?:sule)?)s?(?![a-z])", re.I)
_BY_NEEDLE = frozenset({"intramuscular", "intravenous", "subcutaneous", "intrathecal"})
_REPEATS = pattern_of(r"repeat", re.I)
_REPEATED = ("cycle_length", "cycle_count", "until", "frequency", "interval")


def without_what_others_tell(text: str, drafts: list[Draft]) -> list[Draft]:
    """``drafts`` without what is told of others: the needle of the dose before from tablets ("75 mg i.m., then 50 mg tablets"),
    and from a single dose what another sentence tells of several ("Doses will be given in 28-day cycles").
    """
    for draft in drafts:
        way, own = draft.parts.get("route"), draft.statement
        if way and way.end <= draft.amount.start and way.timing.route in _BY_NEEDLE and _SWALLOWED.match(text, draft.amount.end):
            del draft.parts["route"]
        for kind in _REPEATED if draft.role == "single" else ():
            told = draft.parts.get(kind)
            if told and not own.start <= told.start < own.end and not _REPEATS.search(text, max(0, told.start - 80), told.end):
                del draft.parts[kind]
    return drafts


def pieces_a_day(amounts: Sequence[AmountRead]) -> list[Mention]:
    """How often, from ``2 tablets/day`` told beside a mass: the mass is what is taken a day."""
    timing = Timing(frequency_count=1, frequency_period=1, frequency_unit="d")
    return [
        Mention("frequency", a.start, a.end, timing, "frequency.piece_a_day")
        for a in amounts
        if a.kind == "count" and a.excluded == "amount told in another unit" and a.per_time == "d"
    ]
