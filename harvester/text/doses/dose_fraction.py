"""Parts of a dose whose whole is told too: fractions, parts of a cycle, and how fast something is infused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_equivalent import in_units_of
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import DAYS_PER, Mention
from harvester.text.written.number import WORD_VALUES

ONE_FRACTION = "one fraction of a total"
_IN_FRACTIONS = pattern_of(
    r"(?<!\d)(?P<n>\d{1,2}) (?:daily |equal |twice-daily )?(?:fractions|fx)(?![a-z])[^.;()]{0,40}\((?:at |of )?$", re.I
)
_FRACTIONS_BEHIND = pattern_of(r" ?(?:/|in|over) ?(?!1 )\d{1,2} ?(?:fr|fx|fractions)(?![a-z])", re.I)
_VERSUS = pattern_of(r"(?<![a-z])(?:versus|vs|compared)(?![a-z])", re.I)  # "a single 8 Gy versus 20 Gy in 5 fractions"
_TIMES = pattern_of(r" ?[x×] ?(\d{1,2})(?!\d)")
_FRACTION_AFTER = pattern_of(
    r" ?(?:(?:/|per|a|each|daily|once daily)? ?(?:fr|fx|fraction|fractions|day(?! ?[-+]?\d))|/ ?f)(?![a-z])", re.I
)
_FRACTION_BEFORE = pattern_of(
    r"(?:fractions?|fx|fr)(?: of| at|,|:| with| \()? ?$|(?:daily|single|fraction) (?:dose|fraction|"
    r"size)s? (?:of )?$|(?:of|at|using|×|x) $|/ ?$",
    re.I,
)


_ITS_OWN = pattern_of(r" ?(?:twice|two times|b\.?i\.?d|three times|t\.?i\.?d)(?![a-z])", re.I)


def in_gray(value: float, amount: AmountRead) -> float:
    """``value``, which is in the unit of ``amount``, in Gy."""
    return value / 100 if amount.unit.startswith("cGy") else value


def _come_to(number: int, part: AmountRead, total: AmountRead) -> bool:
    """Whether so many parts are the total."""
    whole = in_gray(total.low, total)
    return abs(number * in_gray(part.low, part) - whole) < 1e-6 * whole


def fraction_of(text: str, amounts: Sequence[AmountRead], index: int) -> bool:
    """Whether a radiation dose is one fraction of a total told in the same sentence."""
    amount = amounts[index]
    totals = [
        a
        for a in amounts
        if a.kind == "radiation"
        and abs(a.start - amount.start) < 160
        and in_gray(a.low, a) >= 2 * in_gray(amount.high, amount)
        and not _VERSUS.search(text, amount.end, a.start)
    ]
    if _FRACTIONS_BEHIND.match(text, amount.end):
        return False
    for total in totals:  # "1200 cGy in 6 fractions over 3 days (200 cGy twice daily)"
        number = _IN_FRACTIONS.search(text, total.end, amount.start)
        if number and _come_to(int(number["n"]), amount, total):
            return True
    times = _TIMES.match(text, amount.end)
    if times and any(_come_to(int(times[1]), amount, total) for total in totals):
        return True  # "60 Gy (2 Gy x 30)"
    if totals and totals[-1].start > amount.end and _ITS_OWN.match(text, amount.end):
        return False  # "at 1.3 Gy twice a day, total 13.2 Gy": told by itself, with how often
    written = _FRACTION_AFTER.match(text, amount.end) or _FRACTION_BEFORE.search(text[max(0, amount.start - 40) : amount.start])
    return bool(totals) and (written is not None or re.search(r"/ ?(?:fr|fx|fraction)|per ", amount.unit_text, re.I) is not None)


def mark_whole(text: str, amounts: list[AmountRead], index: int) -> None:
    """Mark the dose that the fraction at ``index`` is one of as what all of them come to: "26 Gy in fractions of 1.3 Gy"."""
    fraction = amounts[index]
    behind = index + 1 < len(amounts) and _UP_TO.fullmatch(text, fraction.end, amounts[index + 1].start)
    before = range(index - 1, max(-1, index - 3), -1)
    for place in ((index + 1,) if behind else before) if fraction.excluded == ONE_FRACTION else ():
        whole = amounts[place]
        alike = whole.kind == fraction.kind and whole.excluded is None
        if alike and in_gray(whole.low, whole) >= 2 * in_gray(fraction.high, fraction):
            amounts[place] = replace(whole, flags=(*whole.flags, "total"))
            return


_UP_TO = pattern_of(r" ?(?:-|(?:up )?to) ?", re.I)  # "1.8 Gy per fraction to 45 Gy"


# "first infusion at 50 mg/h, increased by 50 mg/h every 30 minutes to a maximum of 400 mg/h"
_FIRST_RATE = pattern_of(
    r"(?:(?:first|initial|second|subsequent|starting) infusions?|(?<!basal )(?<!background )(?<!continuous )rate)(?: rate)?"
    r"(?: is| are| was| will be| can be| may be| should be)?(?: started| initiated| given| administered)?(?: of| at|:)? $",
    re.I,
)
_MOST_RATE = pattern_of(
    r"(?:(?:to a |to the )?max\w*(?: rate)?(?: of)?|(?<![a-z])rate (?:may|can|will|should) be (?:increased|raised) to) ?$",
    re.I,
)
_PER_SHORT = ("h", "min")


def rate_of(text: str, amounts: Sequence[AmountRead], first: int, index: int) -> str | None:
    """How fast a dose told before (from place ``first`` on) is infused, and how fast at most."""
    amount = amounts[index]
    if amount.per_time not in _PER_SHORT:
        return None
    if not any(a.per_time is None for a in amounts[first:index]) and not _infused_again(text, amount):
        return None
    before = text[max(0, amount.start - 60) : amount.start]
    if _FIRST_RATE.search(before):
        return "rate of an infusion"
    rates = [a for a in amounts[first:index] if a.per_time in _PER_SHORT]
    faster = _MOST_RATE.search(before) and rates and all(a.excluded in ("rate of an infusion", "increment") for a in rates)
    return "rate of an infusion" if faster else None


# "First infusion: … at an initial rate of 50 mg/h. Subsequent infusions at an initial rate of 100 mg/h"
_AGAIN = gated(
    r"(?<![a-z])(?:second|subsequent|later|following) (?:[a-z]+ )?infusions?(?![a-z])"
    r"|infusion[- ](?:related|toxicity|reaction)|infusions? (?:[a-z]+ ){0,3}tolerated",
    re.I,
)


def _infused_again(text: str, amount: AmountRead) -> bool:
    """Whether a speed, by no weight, is that of a bag, in a text of later infusions or of reactions to one."""
    if "/" in amount.unit or amount.kind != "mass":
        return False
    rate = "rate" in text[max(0, amount.start - 60) : amount.start].lower()
    return rate and _AGAIN.search(text, max(0, amount.start - 300), amount.end + 300) is not None


BRACKET_BEHIND = pattern_of(
    r"[^()\n]{0,80}(?:\((?:i\.?e\.?[,:]? ?|= ?|total(?: of)? |(?:as )?(?:[2-4]|two|three|four) doses of )?|"
    r"(?:given|taken) as (?:[2-4]|two|three|four) doses of )"
)


A_DAY = pattern_of(r" (?:(?:a|per|each) day|daily|in (?:all|total) (?:per|a) day)(?![a-z])", re.I)
_THAT_IS = pattern_of(r"[^()\n;.]{0,60}(?:,? (?:i\.e\.,?|that is,?|equal to|equalling|or a total of)|=) ?", re.I)
_SUM_ENDS = pattern_of(r"(?: ?(?:/|per )(?:cycle|course)| (?:in )?total| over \d[\d-]* ?(?:h|hours|hrs|days))?\)", re.I)
_SO_OFTEN = pattern_of(
    r"(?:[x×] ?|(?:for|over) )(\d\d?|two|three|four|five|six)(?![\d.-])(?! ?(?:weeks|months|h))( d(?:ay|ose)s)?", re.I
)
_SO_MANY = pattern_of(r"(?<![\d.a-z])(?:(\d{1,2}) ?[x×] ?|([2-4]|two|three|four) doses of )$")


def comes_to(text: str, whole: Draft, draft: Draft) -> bool:
    """Whether a dose is what another beside it comes to in a day or a course: "6 mg q6h (24 mg/day)", "3 mg x 5 days = 15 mg"."""
    part, total = draft.amount, whole.amount
    first, second = (total, part) if total.start < part.start else (part, total)
    # "10 mg twice daily (20 mg daily if tolerated)": what hangs on something else is another dose
    other = {whole.condition, draft.condition} - {(whole if first is total else draft).condition, None}
    factor = in_units_of(part.unit, total.unit) if whole.agent_key == draft.agent_key and not other else None
    opens = factor is not None and BRACKET_BEHIND.fullmatch(text, first.end, second.start) is not None
    if factor is None or not (opens or (first is part and _THAT_IS.fullmatch(text, first.end, second.start))):
        return False
    timing = draft.parts["frequency"].timing if "frequency" in draft.parts else None
    lasts = (timing.frequency_period or 0.0) * DAYS_PER[timing.frequency_unit or "d"] if timing else 0.0
    a_day = (timing.frequency_count or 0.0) / lasts if timing and lasts else 0.0
    if first is part and (total.per_time == "d" or A_DAY.match(text, total.end)):
        return part.per_time is None and abs(part.low * factor * a_day - total.low) <= 0.01 * total.low
    days = draft.parts["days"].timing.days if "days" in draft.parts else None
    numbers = [sum(last - first + 1 for first, last in days or ())]
    before = _SO_MANY.search(text, max(0, part.start - 16), part.start)
    before = before if timing or not (before and before[2]) else None  # "(two doses of 5 mg)" alone tells not when
    behind = _SO_OFTEN.search(text, part.end, second.start if first is part else part.end + 48)
    based = "/" in part.unit or part.per_time is not None  # not "10 mg (5 mg x 2)", two pieces
    told = [each for each in (before, behind) if each and (based or each.lastindex == 2) and part.low == part.high]
    numbers += [WORD_VALUES.get(n.lower()) or int(n) for n in (each[1] or each[2] for each in told)]
    if first is part and opens and not _SUM_ENDS.match(text, second.end):
        return False
    return any(abs(part.low * factor * n * each - total.low) < 1e-6 * total.low for n in numbers for each in (1.0, a_day))


_A_CYCLE = pattern_of(
    r" ?(?:/|per |each |a )(?:\d{1,2}-?(?: ?(?:to|-) ?\d{1,2})?-?(?:day|week)s? )?(?:cycle|course)(?![a-z])[^.;()]{0,60}"
    r"(?:(?<![a-z])as|(?<![a-z])in|\((?:given |as |in )*fractions?|\(given as|divided|split)[^.;\d]{0,24}$",
    re.I,
)

_CYCLE_OPEN = pattern_of(r" ?(?:/|per |each |a )(?:cycle|course) \($", re.I)


def of_a_cycle(text: str, whole: Draft, draft: Draft) -> bool:
    """Whether an amount is what a cycle comes to, and the next one of its parts: "1.8 mg/m2/cycle as 0.8 mg/m2 on day 1 and"."""
    alike = whole.agent_key == draft.agent_key and whole.amount.unit == draft.amount.unit and draft.amount.low < whole.amount.low
    told = (_A_CYCLE, _CYCLE_OPEN) if "days" in draft.parts else (_A_CYCLE,)
    return alike and any(words.match(text, whole.amount.end, draft.amount.start) is not None for words in told)


_IN_PARTS = pattern_of(
    r" ?(?:IV |is )?(?:(?:given )?(?:fractionat\w+|split|divided|in fractions)[^().;\d]{0,30})?\((?:given as |as )?$", re.I
)


_APART = pattern_of(r"(?<![a-z])(?:or|if|placebo|(?:for|in) (?!\d|cycle|the ))", re.I)


def fractionated(text: str, drafts: Sequence[Draft], place: int) -> bool:
    """Whether the doses in brackets behind one come to it: "0.9 mg/m2 fractionated (0.6 mg/m2 on day 2, 0.3 on day 8)"."""
    whole, parts = drafts[place].amount, drafts[place + 1 : place + 4]
    if not parts or not _IN_PARTS.match(text, whole.end, parts[0].amount.start):
        return False
    closed = text.find(")", parts[0].amount.end)
    if closed < 0 or _APART.search(text, parts[0].amount.start, closed):
        return False  # "300 mg (200 mg for adults, 100 mg for children)"
    parts = [each for each in parts if each.amount.start < closed and each.amount.unit == whole.unit]
    if any(each.agent_key != drafts[place].agent_key for each in parts):
        return False
    told = [each.parts.get("days") for each in parts]
    own = [len(_days_of(days)) if days is not None and days.start < closed else 0 for days in told]
    if len(set(map(bool, own))) > 1 or (not any(own) and len(parts) < 2):
        return False  # each at its own time, or all at one: "3.5 g/m2 (0.5 g/m2 over 15 min, then 3 g/m2 over 3 h)"
    summed = sum(max(number, 1) * each.amount.low for number, each in zip(own, parts, strict=True))
    return abs(summed - whole.low) < 1e-6 * whole.low


def _days_of(days: Mention) -> list[int]:
    """Every day of a phrase of days."""
    return [day for first, last in days.timing.days or () for day in range(first, last + 1)]


def is_of_fractions(draft: Draft) -> bool:
    """Whether how often is told of a whole that is given in fractions, each so often: "50 Gy in 25 daily fractions"."""
    often, number = draft.parts.get("frequency"), draft.parts.get("until")
    whole = number is not None and number.rule == "until.fractions" and number.timing.until != "in 1 fraction"
    if draft.amount.kind != "radiation" or often is None or not (whole or "total" in (*draft.amount.flags, *draft.flags)):
        return False
    return often.timing.frequency_unit in ("h", "d") or (often.timing.frequency_count or 0) > 1
