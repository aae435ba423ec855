"""The part a dose plays: a cap, one rung of an escalation, a step, a loading dose … and who or what it is for.

A ladder of dose levels is never a sequence of doses: every rung is ``level``. "Escalated to 28 ug/day" for one patient is a step.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from harvester.text.doses.dose_choice import set_choices, two_givings
from harvester.text.doses.dose_draft import Draft, same_list, unnamed, words_between
from harvester.text.doses.dose_ladder import LIST, PATIENT_STEP, counted_doses, set_ladders
from harvester.text.doses.dose_partner import of_placebo
from harvester.text.doses.dose_step import mark_totals, set_sequences, set_steps
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of

_MAX = expression("dose_role.max")
# "maximum dose, children 12-15 years: 1,000 mg/day"
_MAX_FOR = expression("dose_role.max_for")
_MAX_AFTER = expression("dose_role.max_after")
_ROLES = (
    (
        gated(
            r"(?<!without )(?<!without a )(?<!no )loading|(?:(?<=[ (:] )|(?<=IV )|^ )load(?![a-z])|"
            r"bolus dose|lead[- ]?in(?![a-z])|priming|(?<![a-z-])loaded at ",
            re.I,
        ),
        "loading",
    ),
    (gated(r"maintenance", re.I), "maintenance"),
    (gated(r"rescue|break-?through|as needed for", re.I), "rescue"),
)
_BOTH_PARTS = pattern_of(r"\(loading,? (?:then|and|followed by) maintenance\)(?! ?\d)", re.I)  # of two amounts told before
_PREMED = pattern_of(
    r"pre[- ]?medicat|to (?:mitigate|prevent) (?:the risk of )?(?:cytokine|CRS|infusion|allerg|hypersens)|"
    r"prior to (?:each )?infusion",
    re.I,
)
_PREMEDICATION = gated(r"sone|solone|hydramine|acetaminophen|paracetamol|tidine|chlorphen", re.I)
_CLAUSE = r"[,;]|(?<![a-z])(?:followed by|following|then|after)(?![a-z])"
_BESIDE_IT = pattern_of(
    r"(?<![a-z])(?:with|plus)(?![a-z])|\+"
)  # "3.5 g/m2 with leucovorin rescue": the rescue is no methotrexate
_ANOTHER = pattern_of(r"\d ?(?:[mu]?g|mcg|IU|units?|mL|vg|GC)(?![a-z])(?:/\w+)*", re.I)
_NEXT = pattern_of(r"(?<![a-z])(?:followed by|then)(?![a-z])", re.I)
_SINGLE = expression("dose_role.single")

_OR = pattern_of(
    r"(?<![A-Za-z])(?:or(?! (?:less|more|above|over|older|younger|under|below|up|greater|heavier|lower|"
    r"higher)(?![a-z]))|either|vs\.?|"
    r"versus)(?![A-Za-z])|^ ?/ ?$",
    re.I,
)


# "480 mg PO or IV (240 mg with ciclosporin)": the choice is of the way
_COMMA = pattern_of(r" ?, ?")
_OR_PLACEBO = pattern_of(r",? or (?:matching )?placebo(?![a-z])", re.I)
_BANDS = pattern_of(r"\d|adults|children|adolescents|infants|patients with", re.I)
_TWO_WAYS = pattern_of(
    r"(?<![A-Za-z])(?:PO|IV|SC|IM|p\.o\.|i\.v\.|oral(?:ly)?|intravenous(?:ly)?|subcutaneous(?:ly)?)(?: or |/)(?:PO|IV|"
    r"SC|IM|p\.o\.|"
    r"i\.v\.|oral(?:ly)?|intravenous(?:ly)?|subcutaneous(?:ly)?)(?![A-Za-z])"
)


_NEXT_LIMIT = pattern_of(r" ?(?:PO|IV|IM|SC|oral(?:ly)?) ?[;,] ?(?:and )?| ?; ?[^.;:]{3,50}: ?", re.I)


def set_roles(text: str, drafts: Sequence[Draft]) -> None:
    """Set role, level label and alternative of every dose of one text, whose timing and conditions are read."""
    for draft in drafts:
        draft.role = _own_role(text, draft)
    for first, second in itertools.pairwise(drafts):  # "maintenance doses of 120, 180 or 240 mg"
        if (
            first.role in ("loading", "maintenance")
            and second.role is None
            and (same_list(first, second) or _beside(text, first, second) or _in_one_bracket(text, first, second))
        ):
            second.role = first.role
    for second, first in itertools.pairwise(reversed(drafts)):  # "30 or 45 mg single dose"
        if second.role == "single" and first.role is None and same_list(first, second):
            first.role = "single"
    mark_totals(text, drafts)
    for first, second in itertools.pairwise(drafts):  # "dose limit: 1.8 g/day PO; 2.7 g/day IV"
        between = text[first.amount.end : second.amount.start]
        both = (
            unnamed(between, first) == " and " and _CLOSES.match(text, second.amount.end) is not None
        )  # "(max 1 g A and 2 g B)"
        both = both or between.strip() == "/"  # "capped at 1 vial/3750 U"
        both = both or (between == " or " and first.amount.per_time == second.amount.per_time == "d")  # "60 mg/kg/day or 3 g/day"
        both = both or (_MOST_OF_EACH.fullmatch(between) is not None and _is_again(text, first, second))
        for_others = ":" not in between or _MAX_FOR.search(text, max(0, first.amount.start - 90), first.amount.start)
        if first.role == "max" and second.role is None and (both or (for_others and _NEXT_LIMIT.fullmatch(between))):
            second.role = "max"
    set_ladders(text, drafts)
    _set_alternatives(text, drafts)
    set_choices(text, drafts)
    _set_lists(text, drafts)
    set_steps(text, drafts)
    for draft in drafts:
        if draft.role is None and not draft.alternative and not _is_repeated(draft) and _ONCE.match(text, draft.amount.end):
            draft.role = "single"
    _loading_once(drafts)
    for first, second in itertools.pairwise(drafts):
        if _first_is_more(text, first, second):
            second.role = "loading"


_CLOSES = pattern_of(r"(?: [A-Za-z-]+)?(?: per [a-z]+)?\)")
# "a maximum of 20 GBq at the first treatment and 25 GBq at the second"
_MOST_OF_EACH = gated(r"(?!.*(?:then|dose|mainten|load|follow))[^.;:()\d\n]{0,60} and ", re.I)
_MOST_OF = pattern_of(r"(?<![a-z])max(?:imum)? (?:(?:daily |single )?dose (?:is|of) |of )$", re.I)


def _is_again(text: str, first: Draft, second: Draft) -> bool:
    """Whether a dose goes on with the most of what is given, which the words before ``first`` tell."""
    alike = first.agent_key == second.agent_key and first.amount.unit == second.amount.unit
    return alike and _MOST_OF.search(text, max(0, first.amount.start - 32), first.amount.start) is not None


_FIRST_DOSE = pattern_of(r"(?:,|;|\(|with) ?(?:an? |the )?(?:first|initial) dose(?: of| is| was|:)? ?$", re.I)


def _first_is_more(text: str, first: Draft, second: Draft) -> bool:
    """Whether a dose told behind the regular one is a first, larger one: "40 mg every 2 weeks, first dose 80 mg"."""
    often = _MORE_THAN_ONCE & first.parts.keys() and not _MORE_THAN_ONCE & second.parts.keys()
    alike = first.agent_key == second.agent_key and first.amount.unit == second.amount.unit
    more = second.role in (None, "step", "single") and second.amount.low > first.amount.high
    return bool(often) and alike and more and _FIRST_DOSE.search(text, first.amount.end, second.amount.start) is not None


_OF_ONE_GIVING = frozenset({"route", "infusion"})


def _loading_once(drafts: Sequence[Draft]) -> None:
    """Take from a loading dose in brackets when and how often the dose before it is given: it comes before that.

    "6 mg/kg (8 mg/kg loading) every 3 weeks".
    """
    for draft in drafts:
        main = draft.main if draft.role == "loading" else None
        if main is not None and main.role != "loading":
            draft.parts = {kind: m for kind, m in draft.parts.items() if kind in _OF_ONE_GIVING or main.parts.get(kind) != m}


def _is_repeated(draft: Draft) -> bool:
    """Whether a dose is given more than once, by what is told of when."""
    days = draft.parts["days"].timing.days if "days" in draft.parts else None
    return len(days or ()) > 1 or bool(_MORE_THAN_ONCE & draft.parts.keys())


_MORE_THAN_ONCE = frozenset({"frequency", "interval", "duration", "until", "weeks", "cycles"})
# "1.25 mg IV x 1", "250 mg/m2 once"
_ONCE = expression("dose_role.once")


def is_cap(text: str, start: int, end: int) -> bool:
    """Whether the amount at ``[start, end)`` is a cap such as ``max 2 mg``."""
    before = text[max(0, start - 40) : start]
    if _MAX_FOR.search(text, max(0, start - 90), start):
        return True
    found = _MAX.search(before)
    return bool(found) or bool(_MAX_AFTER.match(text, end))


def _own_role(text: str, draft: Draft) -> str | None:
    """The role that the words around one amount tell."""
    amount = draft.amount
    of_list = amount.group is not None and text[: amount.start].endswith("up to ")
    if is_cap(text, amount.start, amount.end) and not of_list:
        return "max"  # "titrated up to 1.33 and 1.75 mg/kg" tells steps
    if draft.agent and of_placebo(text, draft.agent.name, amount):
        return "placebo"
    if (
        draft.agent
        and _PREMEDICATION.search(draft.agent.name)
        and _PREMED.search(text, draft.statement.start, draft.statement.end)
    ):
        return "premedication"
    at = draft.agent.start if draft.agent and draft.agent.start < amount.start else amount.start
    at = at if _PARTNERS_ROLE.search(text, max(draft.statement.start, at - 60), at) else amount.start - 60
    before = text[max(draft.statement.start, at) : amount.start]
    behind = _in_its_bracket(text[amount.end : min(draft.statement.end, amount.end + 60)])
    told = [(phrase, role) for phrase, role in _ROLES if phrase.may_match(before + behind)]
    told = [] if told and _BOTH_PARTS.search(text, max(0, amount.start - 60), amount.end + 60) else told
    if told:
        before, clause = re.split(_CLAUSE, before)[-1], re.split(_CLAUSE, behind)[0]
        own = _after_dose(before) + _BESIDE_IT.split(_before_dose(clause))[0]
        for phrase, role in told:
            if phrase.search(own):
                return role
    around = text[max(draft.statement.start, amount.start - 60) : min(draft.statement.end, amount.end + 50)]
    if not _SINGLE.may_match(around):
        return None
    at = min(60, amount.start - draft.statement.start)
    named = draft.agent is not None and draft.agent.start < amount.start
    led = draft.agent is not None and _SINGLE_OF.search(text, max(0, draft.agent.start - 40), draft.agent.start) is not None
    if draft.agent and named and not led and _ANOTHER.search(around[:at]):
        since = max(0, draft.agent.start - (amount.start - at))  # "A 10 mg/kg single dose with B 100 mg/kg/day"
        around, at = around[since:], at - since
    around = _NEXT.split(_after_dose(around[:at]))[-1] + _before_other(_NEXT.split(around[at:])[0], amount.end - amount.start)
    number = draft.parts["until"] if "until" in draft.parts and draft.parts["until"].rule == "until.fractions" else None
    daily = draft.amount.per_time == "d" and "duration" in draft.parts  # "3 mg/kg/day for 14 days or a single dose of 10 mg/kg"
    several = daily or "frequency" in draft.parts or (number is not None and number.timing.until != "in 1 fraction")
    return "single" if _SINGLE.search(around) and not several else None


def _in_its_bracket(words: str) -> str:
    """``words`` up to the end of the bracket that is open where they begin: "3000 mg for ≥ 100 kg) and maintenance"."""
    closed, opened = words.find(")"), words.find("(")
    return words[:closed] if closed >= 0 and (opened < 0 or closed < opened) else words


_HEAD_OF_LIST = pattern_of(r"(?:loading|maintenance) (?:doses? )?(?:of )?\([^()]*$", re.I)


def _in_one_bracket(text: str, first: Draft, second: Draft) -> bool:
    """Whether two doses stand in brackets behind the words that tell their part: "loading dose (A mg for …, B mg for …)"."""
    head = _HEAD_OF_LIST.search(text, max(first.statement.start, second.amount.start - 160), second.amount.start)
    return head is not None and head.start() < first.amount.start < second.amount.start


_SINGLE_OF = pattern_of(r"(?:single|one[- ]time)[^.;,\d]{0,30} of (?:the )?$", re.I)
_AND = pattern_of(r" *(?:SC|IV|PO|orally)? *and *(?:SC|IV|PO)? *")


def _beside(text: str, first: Draft, second: Draft) -> bool:
    """Whether two doses of different medicines stand as one: "a loading dose of 1200 mg A and 600 mg B"."""
    between = text[first.amount.end : second.amount.start]
    name = first.agent.name if first.agent and first.agent_key != second.agent_key else None
    return name is not None and name in between and _AND.fullmatch(between.replace(name, "")) is not None


def _of_several(draft: Draft) -> bool:
    """Whether the agent's name names two medicines: "ceftazidime-avibactam 2 g/0.5 g"."""
    return draft.agent is not None and re.match(r"[a-z]{5,}(?: ?[/+-] ?[a-z]{5,})+", draft.agent.name, re.I) is not None


def _of_one_ratio(text: str, drafts: Sequence[Draft], first: Draft, second: Draft) -> bool:
    """Whether another pair parted by a slash has the ratio of this one: strengths of one combination, "13.1 mg/2.6 mg"."""
    for a, b in itertools.pairwise(drafts):
        if a is not first and a.amount.unit == first.amount.unit and b.amount.low and second.amount.low:
            alike = (
                abs(a.amount.low / b.amount.low * second.amount.low / first.amount.low - 1) < 0.03 if first.amount.low else False
            )
            if alike and text[a.amount.end : b.amount.start].strip() == "/" and a.agent_key == first.agent_key:
                return True
    return False


# "300 mg loading and 75 mg daily": of the amount before
_ITS_ROLE = expression("dose_role.its_role")
# "(loading dose) + B 5 mg", "loading regimen and B 5 mg": of what is named before, and not of B
_PARTNERS_ROLE = expression("dose_role.of_partner")


def _after_dose(words: str) -> str:
    """``words`` without those of another amount before: what makes that a loading dose makes this one none."""
    found = list(_ANOTHER.finditer(words))
    if not found or LIST.fullmatch(words[found[-1].end() :]):
        return words
    return _ITS_ROLE.sub("", words[found[-1].end() :])


_OPEN = pattern_of(r"\([^()]*$")


def _before_dose(words: str) -> str:
    """``words`` up to another amount, or to the bracket it stands in: "6 mg/kg (loading dose 8 mg/kg)"."""
    found = _ANOTHER.search(words)
    if found is None or LIST.fullmatch(words[: found.start()]):
        return words
    return _OPEN.sub("", words[: found.start()])


def _before_other(words: str, own: int) -> str:
    """``words`` that begin with an amount of ``own`` signs, up to the next amount that no plain list joins to it."""
    return words[:own] + _before_dose(words[own:])


def _set_lists(text: str, drafts: Sequence[Draft]) -> None:
    """Mark the amounts of bare lists, which are of different groups, as levels."""
    stepping: dict[int, bool] = {}  # by statement
    for place, draft in enumerate(drafts):
        beside = drafts[max(0, place - 1) : place + 2]  # in a bare list only a neighbour stands beside
        same = [o for o in beside if o.statement is draft.statement and o.agent_key == draft.agent_key and not o.alternative]
        same = [o for o in same if "total" not in o.flags]  # "28 ug/day, 175 ug in all" lists no levels
        told = draft.alternative or draft.condition or "total" in draft.flags
        if draft.role is None and not told and _plain_list(text, draft, same):
            at = draft.statement.start
            if at not in stepping:
                end = draft.statement.end
                stepping[at] = bool(PATIENT_STEP.search(text, at, end) or _EACH_LATER.search(text, at, end))
            draft.role = "step" if stepping[at] or counted_doses(text, draft, drafts) else "level"


_EACH_LATER = pattern_of(r"\d(?:/kg| cells/kg)? after \d{1,2} (?:days|weeks|months)(?![a-z])", re.I)  # "5 x 10^6 after 6 weeks"


def _plain_list(text: str, draft: Draft, rungs: Sequence[Draft]) -> bool:
    """Whether the amount is one of a bare list of one unit, and no choice: ``1 x 10^5, 3 x 10^5 and 1 x 10^6 cells/kg``."""
    if "combination" in draft.amount.flags:
        return False
    for other in rungs:
        if other is not draft and other.amount.unit == draft.amount.unit:
            first, second = sorted((draft.amount, other.amount), key=lambda amount: amount.start)
            between = text[first.end : second.start]
            if (
                LIST.fullmatch(between)
                and "or" not in between.lower()
                and first.low != second.low
                and not re.search(r"/|\+", between)
            ):
                return True
    return False


_TOLD_TWICE = pattern_of(r" \([a-z.]{2,6}\)", re.I)  # "3 times a day (TID)"


def _listed_with_placebo(text: str, first: Draft, second: Draft) -> bool:
    """Whether two amounts and a placebo are to choose from; what ends the treatment is then told for all.

    "Drugamab 50 mg, 100 mg or placebo"; "A 100 mg TID, A 200 mg TID or placebo TID for 14 days".
    """
    words = _TOLD_TWICE.sub("", unnamed(words_between(text, first, second), second))
    often = second.parts.get("frequency") or second.parts.get("interval")
    behind = often.end if often and 0 <= often.start - second.amount.end < 3 else second.amount.end
    placebo = _OR_PLACEBO.match(text, behind) if _COMMA.fullmatch(words) else None
    for kind in ("duration", "until") if placebo else ():
        mention = second.parts.get(kind)
        if placebo and mention and mention.start >= placebo.end():
            first.parts.setdefault(kind, mention)
    return placebo is not None


def _set_alternatives(text: str, drafts: Sequence[Draft]) -> None:
    """Mark amounts of one agent that are to be chosen from: joined by "or", or by a slash."""
    for first, second in itertools.pairwise(drafts):
        if first.statement.line != second.statement.line or "max" in (first.role, second.role):
            continue
        if first.agent_key != second.agent_key or "level" in (first.role, second.role):
            continue
        between = text[first.amount.end : second.amount.start]
        if first.statement is not second.statement:
            continue
        if first.condition and second.condition and first.condition != second.condition and _BANDS.search(first.condition):
            continue  # for different people
        between = _TWO_WAYS.sub(" ", between)
        near = _OR.search(between[-45:]) or _OR.search(between[:6])
        joined = near and not re.search(r"(?<![a-z])then|followed by", between, re.I) and "\n" not in between
        if re.fullmatch(r" ?/ ?", between) and (
            first.amount.low == second.amount.low or _of_several(first) or _of_one_ratio(text, drafts, first, second)
        ):
            for draft in (first, second) if not same_list(first, second) else ():
                draft.flags.append("combination")  # two parts of one piece
            continue
        if two_givings(text, first, second):
            continue
        listed = _listed_with_placebo(text, first, second)
        joined = joined or listed
        if joined and len(between) < 160 and "combination" not in first.amount.flags and not re.search(r"\bor until\b", between):
            first.alternative = second.alternative = True
    set_sequences(text, drafts)
    for first, second in reversed(list(itertools.pairwise(drafts))):  # "50, 100 or 200 mg": the whole list is a choice
        plain = first.statement is second.statement and LIST.fullmatch(words_between(text, first, second))
        if second.alternative and plain and first.agent_key == second.agent_key and first.role in (None, "single", second.role):
            first.alternative = True
