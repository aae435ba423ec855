"""What a statement says of the doses in it, and not of steps, shares, parts of a day or doses of an earlier trial."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_equivalent import IN_PARTS, OF_ONE
from harvester.text.doses.dose_given import EARLIER_TRIAL, EXPOSURE, of_this_trial
from harvester.text.doses.dose_part import as_share, divided, of_share, of_shares, time_of_share
from harvester.text.doses.dose_remark import OFTEN, titrates
from harvester.text.doses.dose_reported import STATISTIC
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.days import is_amount
from harvester.text.schedules.timing import Mention, Timing

# "25 mg/day increasing weekly by 25 mg": how often the dose is raised.
_ABOUT = pattern_of(r" ?\((?:approximately|about|roughly|i\.e\.,?) ?", re.I)  # "monthly (approximately every 4 weeks)"
_OR = pattern_of(r" ?(?:or|/) ?(?:once )?")
# "every 12 weeks after 3 initial monthly injections"
_INITIAL = pattern_of(r"(?:after|following)(?: completion of)? (?:the )?(?:\w+ ){0,2}(?:initial |loading |starting )?$", re.I)
_ADMINISTRATIONS = pattern_of(r" (?:[A-Za-z]+ )?(?:doses?|injections?|infusions?)(?! of)(?![a-z])", re.I)
_STEPS_BEHIND = pattern_of(r" (?:dose )?(?:ramp-?ups?|increments?|increases?|steps?|escalations?|titrations?)(?![a-z])", re.I)
_OF_STEPS = opening(
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
    """What a statement says of the doses in it: not of increments and of what else is not given here, which are ``others``."""
    if others:
        steps = [a.start for a in others if a.excluded in ("increment", STATISTIC)]
        earlier = [a.start for a in others if a.excluded == EARLIER_TRIAL]
        exposed = {a.end + 1 for a in others if a.excluded == EXPOSURE}  # "who take 5 mg daily add drugamab 10 mg"
        said = [m for m in said if m.start not in exposed and not _of_a_step(m, steps, amounts)]
        said = [m for m in said if not any(start < m.start and not of_this_trial(text, start, m.start) for start in earlier)]
    said = [m for m in _of_first_time(text, said, amounts) if not _of_something_else(text, m, amounts)]
    said = _from_then(text, statement, said, amounts)
    switched = _SWITCHED.search(text, amounts[-1].end, statement.end) if amounts else None
    if switched:
        said = [m for m in said if m.start < switched.start() or m.kind not in _OF_THE_NEXT]
    if _SHARE_SIGN.search(text, statement.start, statement.end):
        said = [as_share(m) if _is_of_share(text, m, amounts) else m for m in said]
    said = [_before_amounts(text, m, amounts) if m.kind == "until" else m for m in said]
    said = [m for m in said if m.kind != "days" or not _VITAMIN.search(text, max(0, m.start - 6), m.end)]
    said = _with_later_days(text, said, amounts) if sum(m.kind == "days" for m in said) > 1 else said
    said = _without_choices(text, [m for m in said if m.kind not in OFTEN or not _is_of_steps(text, m)])
    said = [m for m in said if m.kind != "cycles" or not _of_infusion(text, m, said)]
    raised = titrates(text, statement) if any(m.kind == "interval" for m in said) else None
    said = [m for m in said if raised is None or m.kind != "interval" or m.end <= raised]
    parts = [a.end for a in others if a.excluded == IN_PARTS]
    return [_as_division(text, m, parts) if m.kind == "frequency" else m for m in said]


# "(score < 1.3 at weeks 32 and 48)", "responders at week 12"
_MEASURED = pattern_of(
    r"(?:[<>≤≥=] ?(?P<value>\d)[\d.,]*%?(?: ?[A-Za-z]{1,8}/[A-Za-z]{1,3}\d?)?"
    r"|(?<![a-z])(?:(?:non-?)?respon(?:ders?|ses?|d(?:ed|ing)?)|remission|improvement|achiev\w*|score|PASI ?\d\d|ACR ?\d\d))"
    r" (?:at|by|on|in) (?:the )?$",
    re.I,
)
_WINDOWS = frozenset({"days", "weeks", "months"})
# "induction with up to 2 consolidation cycles Low-dose drugamab 20 mg"
_NAMED_CYCLES = pattern_of(
    r"(?:consolidation|maintenance|(?:re-?)?induction|intensification|priming) (?:cycles?|courses?)$", re.I
)
_BESIDE_BEAM = pattern_of(
    r"(?<![a-z])(?:prior to|before|after|following|instead of) (?:the )?(?:standard |conventional )?$", re.I
)
_OF_INDUCTION = pattern_of(r"(?<![a-z])(?:of|in|during) (?:the )?(?:re-?)?induction(?![a-z])[^.;]*(?<![a-z])and ", re.I)
_BINDS = pattern_of(r" ?(?:[,:(]|(?:of|with|consist\w+|includ\w+|using|at)(?![a-z]))", re.I)


def _of_something_else(text: str, mention: Mention, amounts: Sequence[AmountRead]) -> bool:
    """Whether a phrase tells when something was measured, or how many cycles another part has: neither is of the doses behind."""
    if mention.kind == "cycle_count" and amounts and _NAMED_CYCLES.search(text, mention.start, mention.end):
        if mention.start > amounts[-1].end:
            return _OF_INDUCTION.search(text, amounts[-1].end, mention.start) is not None
        return mention.end <= amounts[0].start and _BINDS.match(text, mention.end) is None
    if mention.timing.route == "external beam":
        return _BESIDE_BEAM.search(text, max(0, mention.start - 24), mention.start) is not None
    if mention.kind not in _WINDOWS:
        return False
    found = _MEASURED.search(text, max(0, mention.start - 48), mention.start)
    return found is not None and not any(a.start <= found.start("value") < a.end for a in amounts)


def _from_then(text: str, statement: Statement, said: list[Mention], amounts: Sequence[AmountRead]) -> list[Mention]:
    """``said`` where the one week that opens a statement tells when repeated doses begin: "At week 48, all take 5 mg daily"."""
    weeks = [m for m in said if m.kind == "weeks"]
    told = weeks[0].timing.weeks or () if len(weeks) == 1 else ()
    opens = len(told) == 1 and text[statement.start : weeks[0].start].lower() in ("at ", "at the ") and told[0][0] == told[0][1]
    if not opens or sum(m.kind in OFTEN for m in said) < len(amounts) or any(m.kind == "anchor" for m in said):
        return said
    begins = replace(weeks[0], kind="anchor", timing=Timing(anchor_event=f"week {told[0][0]}"), rule="anchor.from_day")
    return [begins if m is weeks[0] else m for m in said]


# "on days 1-7 of each cycle orally and on days 10-17"
_DAYS_TOO = pattern_of(
    r"(?: ?,| (?:of|in) (?:each|every|the|an?) (?:cycle|course)(?![a-z]))*,? (?:and|&) (?:again |also |then )?(?:on )?", re.I
)
_OF_ONE_DOSE = frozenset({"route", "frequency", "infusion", "cycle_length"})
# "on days 15 and 22 SC", "on day 8 of cycle 2": what is told right behind days is of these alone
_BEHIND = pattern_of(r" ?\(?(?:(?:of|in|during|for|at|via|by) (?:the )?)?")
_OF_THESE = frozenset({"route", "frequency", "infusion", "weeks", "cycles"})
_OF_ANOTHER = pattern_of(r" (?:of|in|during) (?:the )?(?:next|following|second|subsequent|last|first|previous)(?![a-z])", re.I)
_UP_TO_NEXT = pattern_of(r"[^.;,:\n]{0,60}")  # "and on day 8 otheramab 20 mg"


def _with_later_days(text: str, said: Sequence[Mention], amounts: Sequence[AmountRead]) -> list[Mention]:
    """``said`` with days that only go on with those before, behind how the same dose is given, as one phrase of days."""
    found: list[Mention] = []
    days: int | None = None  # the place of the last phrase of days in ``found``
    for mention in sorted(said, key=lambda m: m.start):
        first = found[days] if days is not None and mention.kind == "days" else None
        between = found[(days or 0) + 1 :]
        if (
            first is not None
            and _goes_on(text, first, mention, between, amounts)
            and not _has_its_own(text, mention, said, amounts)
        ):
            windows = (*(first.timing.days or ()), *(mention.timing.days or ()))
            found[days or 0] = replace(first, timing=replace(first.timing, days=windows))
            continue
        days = len(found) if mention.kind == "days" else days
        found.append(mention)
    return found


def _goes_on(text: str, first: Mention, second: Mention, between: Sequence[Mention], amounts: Sequence[AmountRead]) -> bool:
    """Whether nothing but how the dose is given stands between two phrases of days of which the second is later."""
    last, later = (first.timing.days or ())[-1:], (second.timing.days or ())[:1]
    if not last or not later or last[0][1] >= later[0][0] or any(m.kind not in _OF_ONE_DOSE for m in between):
        return False
    if any(first.start < amount.start < second.end for amount in amounts):
        return False
    words, at = "", first.end
    for mention in between:
        words, at = words + text[at : mention.start].rstrip(), mention.end
        if _AND_BEFORE.search(words):
            return False  # "twice daily on days 1-5 and once daily on days 8-12"
    return _DAYS_TOO.fullmatch(words + text[at : second.start]) is not None


def _has_its_own(text: str, days: Mention, said: Sequence[Mention], amounts: Sequence[AmountRead]) -> bool:
    """Whether what stands behind days is of these alone: a way, a time or a cycle of their own, or the next dose."""
    behind = _BEHIND.match(text, days.end)
    at = behind.end() if behind else days.end
    if any(m.kind in _OF_THESE and days.end <= m.start <= at for m in said) or _OF_ANOTHER.match(text, days.end):
        return True
    clause = _UP_TO_NEXT.match(text, days.end)
    return clause is not None and any(days.end <= amount.start < clause.end() for amount in amounts)


_AND_BEFORE = pattern_of(r"(?<![a-z])and(?![a-z])|&", re.I)
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
    if any(0 <= often.start - end < 12 for end in parts):
        return replace(often, kind="division", rule=OF_ONE)
    return replace(often, kind="division") if divided(text, often) else often


# "over 4 hours at the first infusion and over 2 hours thereafter"; "repeat dose 12 h later if there is no improvement"
_FIRST_TIME = pattern_of(r" ?\(?(?:for|at|on|in|during) (?:the )?(?:first|initial|1st|cycle 1)(?![a-z\d])", re.I)
_REPEAT = pattern_of(
    r"(?<![a-z])(?:repeat|second|another|further|additional)(?:ed)?(?: (?:dose|infusion|injection))?s? (?:\w+ ){0,2}$", re.I
)


def _of_first_time(text: str, said: Sequence[Mention], amounts: Sequence[AmountRead]) -> list[Mention]:
    """``said`` without when the last dose of a statement is repeated, and without two times of the infusion of the only one."""
    last = amounts[-1].start if amounts else 0
    again = [m for m in said if m.rule == "anchor.later" and m.start > last]
    again = [m for m in again if _REPEAT.search(text, max(0, m.start - 40), m.start)]
    times = [m for m in said if m.kind == "infusion"] if len(amounts) == 1 else []
    if len(times) > 1 and times[0].timing != times[1].timing and _FIRST_TIME.match(text, times[0].end):
        again += times
    return [m for m in said if m not in again]


# "3 mg/kg daily from day -9, switched to oral drugamab on day 20": how it goes on, in an amount that is not told
_SWITCHED = gated(
    r"(?<![a-z(])(?:switch|convert|transition)(?:ed|ing)? (?:over )?to (?!placebo|mg)"
    r"(?=(?:the )?(?:oral|SC|IV|PO|IM|subcut|intraven|intramus)|[a-z][\w-]{4,} (?:on|at|from|for|after|daily|once|twice|\d))",
    re.I,
)
_OF_THE_NEXT = frozenset({"route", "days", "weeks", "anchor", "duration"})
_VITAMIN = pattern_of(r"(?:IU|units?|U|ug|mcg) D[23]$", re.I)  # "50,000 IU D3 weekly"
_SHARE_SIGN = gated(r"%|half of|(?:third|quarter|fifth)s? of", re.I)


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
    beside = sorted((m.start, place) for place, m in enumerate(said) if m.kind in ("frequency", "route", "duration", "until"))
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
        days = _signed_days_at(text, at) or _bare_days_at(text, at)
        if days and not any(days.overlaps(m.start, m.end) for m in said):
            found.append(days)
    return found


_BLANKS = pattern_of(r"[ ,]*")


def _end_of_blanks(text: str, at: int) -> int:
    """Where blanks and commas at ``at`` end."""
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


_SIGNED = pattern_of(
    r"[ ,]*(?:[x×] ?\d{1,2}(?= ?\() ?)?[ ,(]*(?P<list>(?:from |on )?[-+]\d{1,3}(?: ?d(?![a-z]))?"
    r"(?:(?: ?(?:-|~|→|to) ?)[-+]?\d{1,3}(?: ?d(?![a-z]))?)?"
    r"(?: ?(?:, ?and|,|and) ?[-+]\d{1,3}(?: ?d(?![a-z]))?)*)"
    r"(?!\d|\.\d|%)",
    re.I,
)
# "(- 5 days to - 3 days)", "-5 to -3 days": days before, of which the word is told behind
_SIGNED_BEHIND = pattern_of(
    r"[ ,]*(?:(?:\. )?\( ?(?:from )?(?=- ?\d)|\(?(?:from )?(?=-\d))(?P<list>- ?\d{1,3}(?: ?days?)?"
    r"(?:(?: ?(?:-|~|→|to|through|,|and|, and) ?)- ?\d{1,3}(?: ?days?)?)+)(?<=[sy])(?![a-z])",
    re.I,
)
_WRITTEN_APART = pattern_of(r"(?<=-) (?=\d)| ?days?", re.I)


def _signed_days_at(text: str, at: int) -> Mention | None:
    """Days written without the word, right behind an amount: ``3.2 mg/kg -7 to -5``, ``10 mg/m2 +3,+6,+11``."""
    behind = _SIGNED_BEHIND.match(text, at)
    match = behind or _SIGNED.match(text, at)
    if not match:
        return None
    written = _WRITTEN_APART.sub("", match["list"]) if behind else match["list"]
    if written.lower().startswith("from ") and not re.search(r"\d ?d? ?(?:-|~|to )", written):
        return None  # "from -8" has no end
    windows: list[tuple[int, int]] = []
    for item in re.finditer(r"([-+]\d{1,3})(?: ?d)?(?: ?(?:-|~|→|to|through) ?([-+]?\d{1,3})(?: ?d)?)?", written, re.I):
        first, last = int(item[1]), int(item[2] or item[1])
        if item[2] and first < 0 < last and not item[2].startswith("+"):
            last = -last
        if first > last:
            return None
        windows.append((first, last))
    if not windows or is_amount(text, match.end()):
        return None
    return Mention("days", match.start("list"), match.end(), Timing(days=tuple(windows)), "days.signed")


# "IV 1, 8, 15 and 22", "1 and 8 every 3 weeks"
_BARE = pattern_of(
    r"[ ,]*\(?(?:on )?(?P<list>1(?:(?:, ?(?:and |& )?| and | ?& ?)\d{1,2})+)\)?"
    r"(?:(?P<repeated>,? ?(?:every|q) ?\d{1,2} ?(?:w|d)[a-z]*(?![a-z])|,? (?:of|in) (?:each|every|an?|the) "
    r"(?:\d+-(?:day|week) )?cycle)"
    r"|(?= ?(?:[.;)\n]|, (?!\d)|$)))",
    re.I,
)


def _bare_days_at(text: str, at: int) -> Mention | None:
    """Days without their word: single ones from the first on, of what repeats, or a week from one another."""
    match = _BARE.match(text, at)
    days = [int(number) for number in re.findall(r"\d+", match["list"])] if match else []
    if match is None or days != sorted(set(days)) or days[-1] > _LAST_BARE:
        return None
    weekly = len(days) > 2 and all(later - day == 7 for day, later in itertools.pairwise(days))
    if not weekly and not match["repeated"]:
        return None
    return Mention("days", *match.span("list"), Timing(days=tuple((day, day) for day in days)), "days.bare")


_LAST_BARE = 56
