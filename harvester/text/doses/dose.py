"""Reading dosing text: every dose stated, who it is of, how and when it is given.

``read_doses`` is pure: the same text gives the same doses. What looks like a dose and is none is told with its reason, what
cannot be read safely is told as unread; nothing is guessed. Offsets are those of
the raw text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from harvester.steps import Steps, done
from harvester.text.doses.agent import Agent, AgentMention, agent_mentions
from harvester.text.doses.agent_told import beams_of_the_only, settle_agents
from harvester.text.doses.dose_agent import assign_agents, opens_regimen
from harvester.text.doses.dose_amount import AmountRead, Amounts, may_hold_amounts
from harvester.text.doses.dose_aside import mark_asides
from harvester.text.doses.dose_condition import set_conditions
from harvester.text.doses.dose_context import Context
from harvester.text.doses.dose_course import mark_courses
from harvester.text.doses.dose_draft import Draft, agent_key
from harvester.text.doses.dose_equivalent import IN_PARTS, OF_ONE
from harvester.text.doses.dose_exclusion import without_repeats
from harvester.text.doses.dose_finish import finished, unread_words
from harvester.text.doses.dose_given import EARLIER_TRIAL, of_this_trial
from harvester.text.doses.dose_owner import DoseAgent, cell_products, may_carry, product_spoken_of
from harvester.text.doses.dose_part import as_share, divided, of_share, of_shares, pieces_a_day, time_of_share
from harvester.text.doses.dose_partner import as_placebos, is_placebo
from harvester.text.doses.dose_reading import DoseRead, DoseReading, RegimenRead, UnreadRead, regimens_of
from harvester.text.doses.dose_remark import OFTEN, complete, give_heading, hear, hear_label, titrates
from harvester.text.doses.dose_reported import STATISTIC
from harvester.text.doses.dose_role import set_roles
from harvester.text.doses.dose_scope import scope_statement
from harvester.text.doses.dose_statement import Statement, shared_out, statements
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets, Spans, brackets
from harvester.text.schedules.days import signed_days_at
from harvester.text.schedules.mentions import find_mentions
from harvester.text.schedules.timing import Mention
from harvester.text.written.flow import FlowText, flow_text

_SHOWN_REASONS = frozenset(
    {
        "concentration",
        "container or volume",
        "volume to dilute in",
        "body weight",
        "increment",
        "amount a share is told of",
        "strength",
        "sample",
        "ingredient",
        "one fraction of a total",
        "part of a name",
        "damaged power of ten",
        "amount before a change",
        EARLIER_TRIAL,
        "limit of an organ",
        "dose absorbed by an organ",
        "part of a mixture",
        "rate of an infusion",
        "least or range of what may be given",
        "exposure aimed at",
        "cells to be collected",
        "for a test",
        "part of a diet",
        "amount a condition names",
        STATISTIC,
        "conversion",
    }
)


_COUNTED = ("days", "weeks", "cycles")  # what these number is no amount; "vitamin D 2,000 IU" is no day 2
_COUNTED_TOO = frozenset({"cycle.apart", "days.choice", "weeks.choice"})


# "chloroquine-resistant malaria": a disease, and nothing given.
_OF_DISEASE = pattern_of(
    r"[- ](?:resist(?:ant|ance)|refractory|sensitive|na[iï]ve|exposed|intoleran\w+|induced|dependent|ineligible|unresponsive|"
    r"pre-?treated|primed|loaded|pulsed|eluting)(?![a-z])",
    re.I,
)


def _named(text: str, read: Sequence[Mention], agents: Sequence[Agent | str], own: str | None) -> list[AgentMention]:
    """The agents the text names; an abbreviation that is a route here (IM) is none."""
    ways = {(m.start, m.end) for m in read if m.kind == "route"}
    found = [name for name in agent_mentions(text, agents, own) if name.listed or (name.start, name.end) not in ways]
    found = [name for name in found if not _OF_DISEASE.match(text, name.end)]
    return as_placebos(text, [name for name in found if not (_taken_besides(text, name) or _in_form(text, name))])


# "300 mg once daily as the ABC/DTG/3TC tablet": the form it is given as.
_AS_FORM = pattern_of(r"(?<![a-z])as (?:the |an? |one )?(?:[\w-]+/)*$", re.I)
_SLASH = pattern_of(r"/[\w-]")


def _in_form(text: str, name: AgentMention) -> bool:
    """Whether a name only tells, with others parted by slashes, the product something is given as."""
    parted = text[name.start - 1 : name.start] == "/" or _SLASH.match(text, name.end) is not None
    return parted and _AS_FORM.search(text, max(0, name.start - 40), name.start) is not None


# "25 mg every other day (if on valproate)": what some take besides.
_BESIDES = pattern_of(
    r"(?:(?<![a-z])(?:if|when|not|patients|those|subjects|participants|people|already) (?:on|taking|using)"
    r"|(?<![a-z])co-?administered with|(?<![a-z])concomitant(?:ly)?(?: with)?) (?:an? |any )?$",
    re.I,
)
_DOSED = pattern_of(r" ?[(:]? ?\d")


def _taken_besides(text: str, name: AgentMention) -> bool:
    """Whether a medicine is only told of people who take it, and has no amount of its own."""
    return _BESIDES.search(text, max(0, name.start - 40), name.start) is not None and not _DOSED.match(text, name.end)


# No field of a record states more; what comes after is told as unread.
MOST_DOSES = 300


def read_doses(text: str, agents: Sequence[Agent | str] = (), *, own_agent: str | None = None) -> DoseReading:
    """Every dose stated in ``text``.

    ``agents`` are the record's own interventions with their other names; ``own_agent`` is the intervention whose field this is
    (or the one an arm's field is plainly about): doses that name no agent are of it. Without either, such doses have agent None
    and the flag ``agent_not_named``.
    """
    return done(doses_in_steps(text, agents, own_agent))


def doses_in_steps(
    text: str, agents: Sequence[Agent | str], own_agent: str | None, unless_named: str | None = None
) -> Steps[DoseReading]:
    """What `read_doses` gives. Where ``text`` names no agent of its doses, they are of ``unless_named``, if that is told."""
    if not may_hold_amounts(text):
        return DoseReading((), (), (), ())
    normal = flow_text(text)
    amounts_of = Amounts(normal.text)
    seen = amounts_of.find()
    if all(amount.excluded for amount in seen):
        return DoseReading((), (), (), _not_doses(normal, without_repeats(normal.text, seen)))
    yield
    mentions = find_mentions(normal.text)
    yield
    reading = yield from _reading(normal, amounts_of, mentions, agents, own_agent)
    if unless_named is not None and not any(dose.agent for dose in reading.doses):
        reading = yield from _reading(normal, amounts_of, mentions, agents, unless_named)
    return reading


def _reading(
    normal: FlowText, amounts_of: Amounts, mentions: tuple[Mention, ...], agents: Sequence[Agent | str], own_agent: str | None
) -> Steps[DoseReading]:
    """What is read from a text whose amounts and phrases are found, taken to be of ``own_agent``."""
    named = _named(normal.text, mentions, agents, own_agent)
    names = Spans((name.start, name.end) for name in named)
    mentions = tuple(m for m in mentions if m.kind not in _COUNTED or not names.meets(m.start, m.end))
    counted = sorted((m.start, m.end) for m in mentions if m.kind in _COUNTED or m.rule in _COUNTED_TOO)
    amounts = without_repeats(normal.text, amounts_of.find(counted))
    yield
    every = [amount for amount in amounts if amount.excluded is None]
    given, beyond = every[:MOST_DOSES], every[MOST_DOSES:]
    drafts = _drafts(normal.text, mentions, amounts, given, named, own_agent) if given else []
    beams_of_the_only(drafts, [each if isinstance(each, str) else each.name for each in agents])
    damaged = [draft for draft in drafts if "damaged_basis" in draft.amount.flags]
    kept = [draft for draft in drafts if draft not in damaged and not _is_flow(draft)]
    yield
    doses = tuple(finished(normal, draft) for draft in kept)
    unread = tuple(unread_words(normal, draft.amount, "damaged unit") for draft in damaged)
    unread += tuple(unread_words(normal, amount, "more doses than are read of one text") for amount in beyond)
    return DoseReading(doses, regimens_of(doses), unread, _not_doses(normal, amounts))


def _not_doses(normal: FlowText, amounts: Sequence[AmountRead]) -> tuple[UnreadRead, ...]:
    """The amounts that look like doses and are none, with their reasons."""
    return tuple(unread_words(normal, a, a.excluded or "") for a in amounts if a.excluded in _SHOWN_REASONS)


def _is_flow(draft: Draft) -> bool:
    """Whether an amount is a flow of something that is no gas given to breathe."""
    per_minute = draft.amount.unit in ("L", "mL") and draft.amount.per_time == "min"
    return per_minute and not (draft.agent and re.search(r"oxygen|\bO2\b|nitrous|heliox|hydrogen|xenon", draft.agent.name, re.I))


def _drafts(
    text: str,
    read: Sequence[Mention],
    every: Sequence[AmountRead],
    amounts: list[AmountRead],
    named: Sequence[AgentMention],
    own: str | None,
) -> list[Draft]:
    """The doses of one text with everything the text says of them."""
    taken = Spans([*((a.start, a.end) for a in amounts), *((n.start, n.end) for n in named)])
    mentions = [m for m in read if m.kind in ("route", "anchor", "until") or not taken.meets(m.start, m.end)]
    mentions += pieces_a_day([a for a in every if a.excluded])
    anchors = Spans((m.start, m.end) for m in mentions if m.kind == "anchor")
    pairs = brackets(text)
    products = cell_products(named)
    context = Context()
    drafts: list[Draft] = []
    carried: DoseAgent | None = None
    several, part = _names_several(named), 0  # which of several medicines a new part is about it must say itself
    parts = statements(text, [(m.start, m.end) for m in mentions])
    left_out = [a for a in every if a.excluded in ("increment", EARLIER_TRIAL, IN_PARTS, STATISTIC)]
    shared = (shared_out(parts, items) for items in (amounts, mentions, named, left_out))
    for statement, here, heard, names, others in zip(parts, *shared, strict=True):
        anew = (several and statement.part != part) or opens_regimen(text, statement.start, statement.end)
        carried, part = None if anew else carried, statement.part
        said = _of_doses(text, statement, heard, here, others)
        free = [n for n in names if not anchors.meets(n.start, n.start + 1)]  # "2 days before RT" gives no RT
        if not here:
            hear(text, statement, said, free, drafts, context, own)
            carried = _spoken_of(names, carried, text)
            continue
        if any(a.kind == "cells" and not may_carry(a, carried) for a in here):
            carried = product_spoken_of(products, here[0].start) or carried
        owners = assign_agents(text, statement, here, names, own, carried)
        new = [Draft(amount, owner, statement) for amount, owner in zip(here, owners, strict=True)]
        mark_asides(text, new, pairs)
        said += _signed_days(text, new, said)
        for mention in scope_statement(text, new, said, free, pairs):
            _about_other(mention, free, statement, context)
        hear_label(text, statement, said, new[0], context)
        for draft in new:
            give_heading(draft, context)
        drafts += new
        carried = _owner_last(owners, here, pairs) or carried
    settle_agents(text, drafts, named)
    set_conditions(text, drafts)
    complete(text, drafts, context)
    mark_courses(text, drafts)
    set_roles(text, drafts)
    return drafts


def _names_several(named: Sequence[AgentMention]) -> bool:
    """Whether a text names more than one medicine."""
    return len({agent_key(name) for name in named if name.source != "diluent" and not is_placebo(name.name)}) > 1


# "25 mg/day increasing weekly by 25 mg": how often the dose is raised.
_OR = pattern_of(r" ?(?:or|/) ?(?:once )?")
# "every 12 weeks after 3 initial monthly injections"
_INITIAL = pattern_of(r"(?:after|following) (?:the )?(?:\w+ ){0,2}(?:initial |loading |starting )?$", re.I)
_ADMINISTRATIONS = pattern_of(r" (?:loading |initial )?(?:doses|injections|infusions)(?![a-z])", re.I)
_STEPS_BEHIND = pattern_of(r" (?:dose )?(?:ramp-?ups?|increments?|increases?|steps?|escalations?|titrations?)(?![a-z])", re.I)
_OF_STEPS = gated(
    r"(?:increas|escalat|titrat|rais|reduc|taper|decreas|adjust|doubl|ramp|step)(?:e[sd]?|p?ing)?(?:[ -]up| down|\))? $"
    r"|(?:increas|escalat|rais|taper|reduc|decreas|adjust|titrat|chang|modif)\w* by (?:[a-z-]+(?: [a-z]+)?|\d+ ?%) $"
    r"|(?:escalating|increasing) doses? \([^()]{3,90}\) $"
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
    """``said`` with the first of two times to choose from: "weekly or every 2 weeks"."""
    found: list[Mention] = []
    for mention in said:
        last = found[-1] if found else None
        chosen = last is not None and {last.kind, mention.kind} <= OFTEN and _OR.fullmatch(text, last.end, mention.start)
        if last is not None and chosen:
            found[-1] = replace(last, flags=(*last.flags, "frequency_choice"))
            continue
        found.append(mention)
    return found


def _of_doses(
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
    said = _without_choices(text, [m for m in said if m.kind not in OFTEN or not _is_of_steps(text, m)])
    said = [m for m in said if m.kind != "cycles" or not _of_infusion(text, m, said)]
    raised = titrates(text, statement) if any(m.kind == "interval" for m in said) else None
    said = [m for m in said if raised is None or m.kind != "interval" or m.end <= raised]
    parts = [a.end for a in others if a.excluded == IN_PARTS]
    return [_as_division(text, m, parts) if m.kind == "frequency" else m for m in said]


def _as_division(text: str, often: Mention, parts: Sequence[int]) -> Mention:
    """How often something is given, as how the amount of a day is divided where the words before it say so."""
    if any(0 <= often.start - end < 3 for end in parts):
        return replace(often, kind="division", rule=OF_ONE)
    return replace(often, kind="division") if divided(text, often) else often


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


def _owner_last(owners: Sequence[DoseAgent | None], amounts: Sequence[AmountRead], pairs: Brackets) -> DoseAgent | None:
    """The agent a statement ends with: that of its last amount outside brackets that is no placebo's, else of its last."""
    last: DoseAgent | None = None
    active = [owner for owner in owners if owner and not is_placebo(owner.name)]
    for owner, amount in zip(reversed(owners), reversed(amounts), strict=True):
        if owner and pairs.innermost(amount.start) is None and not (active and is_placebo(owner.name)):
            return owner
        last = last or owner
    return last


def _of_a_step(mention: Mention, steps: Sequence[int], amounts: Sequence[AmountRead]) -> bool:
    """Whether a phrase tells when a dose is raised or lowered: an increment stands between it and the dose before."""
    last = bisect_left(amounts, mention.start, key=lambda amount: amount.start) - 1
    before = amounts[last].start if last >= 0 else -1
    return any(before < step < mention.start for step in steps)


_OR_PLACEBO = pattern_of(r"(?<![a-z])(?:or|and|versus|vs\.?)(?: matching)? placebo|placebo (?:or|and) ", re.I)


def _spoken_of(names: Sequence[AgentMention], carried: DoseAgent | None, text: str) -> DoseAgent | None:
    """The agent a statement without doses is about: the one it names first."""
    first = next((n for n in names if n.source != "diluent"), None)
    of_drug = carried is not None and not is_placebo(carried.name)
    if first and is_placebo(first.name) and of_drug and _OR_PLACEBO.search(text, max(0, first.start - 24), first.end + 8):
        first = None  # "treatment with active drug or placebo": still of the drug
    if first is None:
        return DoseAgent(carried.name, carried.listed, carried.start, carried.end, "carried") if carried else None
    said = (
        re.search(r"(?:^|[\n.:;] ?)(?:[*-] )?(?:Name ?: ?|Drug ?: ?)?$", text[max(0, first.start - 12) : first.start]) is not None
    )
    return DoseAgent(first.name, first.listed, first.start, first.end, "said" if said else "carried")


def _about_other(mention: Mention, names: Sequence[AgentMention], statement: Statement, context: Context) -> None:
    """Keep a phrase that belongs to an agent without a dose in its statement."""
    before = [n for n in names if n.end <= mention.start and n.source != "diluent"]
    if before:
        context.heard(statement.part, agent_key(before[-1]), (mention,))


def _signed_days(text: str, drafts: Sequence[Draft], said: Sequence[Mention]) -> list[Mention]:
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


__all__ = ["Agent", "DoseRead", "DoseReading", "RegimenRead", "UnreadRead", "doses_in_steps", "read_doses"]
