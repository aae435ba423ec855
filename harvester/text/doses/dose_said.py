"""What a statement says of the doses in it, and not of steps, shares, parts of a day or doses of an earlier trial."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_equivalent import IN_PARTS, OF_ONE
from harvester.text.doses.dose_given import EARLIER_TRIAL, of_this_trial
from harvester.text.doses.dose_part import as_share, divided, of_share, of_shares, time_of_share
from harvester.text.doses.dose_remark import OFTEN, titrates
from harvester.text.doses.dose_reported import STATISTIC
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.days import signed_days_at
from harvester.text.schedules.timing import Mention

# "25 mg/day increasing weekly by 25 mg": how often the dose is raised.
_ABOUT = pattern_of(r" ?\((?:approximately|about|roughly|i\.e\.,?) ?", re.I)  # "monthly (approximately every 4 weeks)"
_OR = pattern_of(r" ?(?:or|/) ?(?:once )?")
# "every 12 weeks after 3 initial monthly injections"
_INITIAL = pattern_of(r"(?:after|following) (?:the )?(?:\w+ ){0,2}(?:initial |loading |starting )?$", re.I)
_ADMINISTRATIONS = pattern_of(r" (?:loading |initial )?(?:doses|injections|infusions)(?![a-z])", re.I)
_STEPS_BEHIND = pattern_of(r" (?:dose )?(?:ramp-?ups?|increments?|increases?|steps?|escalations?|titrations?)(?![a-z])", re.I)
_OF_STEPS = gated(
    r"(?:increas|escalat|titrat|rais|reduc|taper|decreas|adjust|doubl|ramp|step)(?:e[sd]?|p?ing)?(?:[ -]up| down|\))? $"
    r"|(?:increas|escalat|rais|taper|reduc|decreas|adjust|titrat|chang|modif)\w* by (?:[a-z-]+(?: [a-z]+)?|\d+ ?%) $"
    r"|(?:(?:escalating|increasing) doses?|taper\w*) \([^()]{3,90}\) $"
    r"|dos(?:e|age|ing) (?:changes?|adjustments?|modifications?|escalations?|increases?|reductions?)"
    r" (?:(?:will|may|can|should) be |are |is |were )?(?:made |done |performed |allowed |considered )?$",
    re.I,
)


def _is_of_steps(text: str, mention: Mention) -> bool:
    """Whether a phrase tells how often a dose is raised, not how often it is given."""
    before = _OF_STEPS.search(text, max(0, mention.start - 110), mention.start)
    first = _INITIAL.search(text, max(0, mention.start - 40), mention.start) and _ADMINISTRATIONS.match(text, mention.end)
    return before is not None or bool(first) or _STEPS_BEHIND.match(text, mention.end) is not None


def _without_choices(text: str, said: Sequence[Mention]) -> list[Mention]:
    """``said`` with the first of two times to choose from, or told again: "weekly or every 2 weeks"."""
    found: list[Mention] = []
    for mention in said:
        last = found[-1] if found else None
        beside = last is not None and {last.kind, mention.kind} <= OFTEN
        if last is not None and beside and _ABOUT.fullmatch(text, last.end, mention.start):
            continue
        if last is not None and beside and _OR.fullmatch(text, last.end, mention.start):
            found[-1] = replace(last, flags=(*last.flags, "frequency_choice"))
            continue
        found.append(mention)
    return found


def of_doses(
    text: str, statement: Statement, said: Sequence[Mention], amounts: Sequence[AmountRead], others: Sequence[AmountRead]
) -> list[Mention]:
    """What a statement says of the doses in it: not of increments and of doses of an earlier trial, which are ``others``."""
    if others:
        steps = [a.start for a in others if a.excluded in ("increment", STATISTIC)]
        earlier = [a.start for a in others if a.excluded == EARLIER_TRIAL]
        said = [m for m in said if not _of_a_step(m, steps, amounts)]
        said = [m for m in said if not any(start < m.start and not of_this_trial(text, start, m.start) for start in earlier)]
    if _SHARE_SIGN.search(text, statement.start, statement.end):
        said = [as_share(m) if _is_of_share(text, m, amounts) else m for m in said]
    said = [_before_amounts(text, m, amounts) if m.kind == "until" else m for m in said]
    said = [m for m in said if m.kind != "days" or not _VITAMIN.search(text, max(0, m.start - 6), m.end)]
    said = _without_choices(text, [m for m in said if m.kind not in OFTEN or not _is_of_steps(text, m)])
    said = [m for m in said if m.kind != "cycles" or not _of_infusion(text, m, said)]
    raised = titrates(text, statement) if any(m.kind == "interval" for m in said) else None
    said = [m for m in said if raised is None or m.kind != "interval" or m.end <= raised]
    parts = [a.end for a in others if a.excluded == IN_PARTS]
    return [_as_division(text, m, parts) if m.kind == "frequency" else m for m in said]


_NEXT = pattern_of(r" ?\+|,? (?:and|plus|with|then) ")


def _before_amounts(text: str, until: Mention, amounts: Sequence[AmountRead]) -> Mention:
    """An end of treatment without the medicine told behind it: "until CR + ATO 0.15 mg/kg/d"."""
    held = any(until.start < amount.start < until.end for amount in amounts)
    cut = _NEXT.search(text, until.start + 1, until.end) if held else None
    words = _NEXT.search(until.timing.until or "")
    if cut is None or words is None or until.timing.until is None or not words.start():
        return until
    return replace(until, end=cut.start(), timing=replace(until.timing, until=until.timing.until[: words.start()]))


def _as_division(text: str, often: Mention, parts: Sequence[int]) -> Mention:
    """How often something is given, as how the amount of a day is divided where the words before it say so."""
    if any(0 <= often.start - end < 3 for end in parts):
        return replace(often, kind="division", rule=OF_ONE)
    return replace(often, kind="division") if divided(text, often) else often


_VITAMIN = pattern_of(r"(?:IU|units?|U|ug|mcg) D[23]$", re.I)  # "50,000 IU D3 weekly"
_SHARE_SIGN = pattern_of(r"%|half of|(?:third|quarter|fifth)s? of", re.I)


def _is_of_share(text: str, mention: Mention, amounts: Sequence[AmountRead]) -> bool:
    """Whether a day or the time of an infusion is that of a share, told in per cent, of a dose."""
    if mention.kind == "days":
        return of_share(text, mention) or of_shares(text, mention.start, amounts)
    return mention.kind == "infusion" and time_of_share(text, mention)


_SINCE = pattern_of(r" ?(?:from|in|for|starting (?:in|from|with))? ?", re.I)


def _of_infusion(text: str, cycles: Mention, said: Sequence[Mention]) -> bool:
    """Whether cycles only tell when the time of the infusion begins: "on day 1, infused over 90 minutes from cycle 2"."""
    later = cycles.timing.cycle_to is None and (cycles.timing.cycle_from or 0) > 1
    return later and any(m.kind == "infusion" and _SINCE.fullmatch(text, m.end, cycles.start) for m in said)


def _of_a_step(mention: Mention, steps: Sequence[int], amounts: Sequence[AmountRead]) -> bool:
    """Whether a phrase tells when a dose is raised or lowered: an increment stands between it and the dose before."""
    last = bisect_left(amounts, mention.start, key=lambda amount: amount.start) - 1
    before = amounts[last].start if last >= 0 else -1
    return any(before < step < mention.start for step in steps)


def signed_days(text: str, drafts: Sequence[Draft], said: Sequence[Mention]) -> list[Mention]:
    """Days written without their word behind an amount or its frequency (``3.2 mg/kg -7 to -5``)."""
    beside = sorted((m.start, place) for place, m in enumerate(said) if m.kind in ("frequency", "route", "duration"))
    found = []
    for draft in drafts:
        at, place = draft.amount.end, -1
        while nearer := [
            following
            for _, following in beside[bisect_left(beside, (at, 0)) : bisect_left(beside, (_end_of_blanks(text, at) + 1, 0))]
            if following > place
        ]:
            place = min(nearer)
            at = said[place].end
        days = signed_days_at(text, at)
        if days and not any(days.overlaps(m.start, m.end) for m in said):
            found.append(days)
    return found


_BLANKS = pattern_of(r"[ ,]*")


def _end_of_blanks(text: str, at: int) -> int:
    """Where blanks and commas at ``at`` end."""
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at
