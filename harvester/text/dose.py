"""Reading dosing text: every dose stated, who it is of, how and when it is given.

``read_doses`` is pure: the same text gives the same doses. What looks like a dose and is none is told with its reason, what
cannot be read safely is told as unread; nothing is guessed. Offsets are those of
the raw text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache

from harvester.text.agent import Agent, AgentMention, agent_mentions
from harvester.text.days import signed_days_at
from harvester.text.definition_file import definition_lines
from harvester.text.dose_agent import assign_agents
from harvester.text.dose_amount import AmountRead, find_amounts
from harvester.text.dose_context import Context, complete, give_heading, hear, titrates
from harvester.text.dose_exclusion import pieces_a_day, without_repeats
from harvester.text.dose_owner import DoseAgent
from harvester.text.dose_role import is_cap, set_conditions, set_roles
from harvester.text.dose_scope import Draft, agent_key, scope_statement
from harvester.text.dose_statement import Statement, brackets, statements
from harvester.text.flow import FlowText, flow_text
from harvester.text.mentions import find_mentions
from harvester.text.timing import Mention, Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRead(Timing):
    """One stated dose, with its timing. Columns as in the table ``doses``; ``start`` and ``end`` are half-open offsets into
    the raw text.

    Amounts are in ``unit`` (UCUM, without time), ``per_time`` says the amount is written per ``h`` ``d`` ``wk``. ``cycle_length``
    and ``cycle_count`` belong to the regimen; they stand here because the text tells them beside the dose.
    """

    start: int
    end: int
    quote: str
    agent: str | None
    listed_agent: str | None  # the record's own name of the agent
    amount_low: float
    amount_high: float
    unit: str
    unit_text: str
    per_time: str | None
    cell_type: str | None
    role: str | None
    level_label: str | None
    alternative: bool
    condition: str | None
    flags: tuple[str, ...]
    rule: str
    confidence: float | None = None

    @property
    def timing(self) -> Timing:
        """How and when, without the rest."""
        return Timing(**{f.name: getattr(self, f.name) for f in fields(Timing)})


@dataclass(frozen=True, slots=True)
class RegimenRead:
    """The plan some doses of one text share: cycles, their length and number, what they start from, what ends them."""

    cycle_length_value: float | None
    cycle_length_unit: str | None
    cycle_count_low: int | None
    cycle_count_high: int | None
    anchor_event: str | None
    anchor_offset: float | None
    anchor_unit: str | None
    until: str | None
    doses: tuple[int, ...]  # places in DoseReading.doses


@dataclass(frozen=True, slots=True)
class UnreadRead:
    """Words that were seen and not read as a dose, with the reason; offsets into the raw text."""

    start: int
    end: int
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoseReading:
    """Everything read from one text."""

    doses: tuple[DoseRead, ...]
    regimens: tuple[RegimenRead, ...]
    unread: tuple[UnreadRead, ...]
    not_doses: tuple[UnreadRead, ...]


_SHOWN_REASONS = frozenset(
    {
        "concentration",
        "container or volume",
        "volume to dilute in",
        "body weight",
        "increment",
        "strength",
        "sample",
        "ingredient",
        "one fraction of a total",
        "part of a name",
        "damaged power of ten",
    }
)


_COUNTED = ("days", "weeks", "cycles")  # what these number is no amount; "vitamin D 2,000 IU" is no day 2


def _named(text: str, read: Sequence[Mention], agents: Sequence[Agent | str], own: str | None) -> list[AgentMention]:
    """The agents the text names; an abbreviation that is a route here (IM) is none."""
    ways = {(m.start, m.end) for m in read if m.kind == "route"}
    return [name for name in agent_mentions(text, agents, own) if name.listed or (name.start, name.end) not in ways]


# No field of a record states more; what comes after is told as unread.
MOST_DOSES = 300


def read_doses(text: str, agents: Sequence[Agent | str] = (), *, own_agent: str | None = None) -> DoseReading:
    """Every dose stated in ``text``.

    ``agents`` are the record's own interventions with their other names; ``own_agent`` is the intervention whose field this is
    (or the one an arm's field is plainly about): doses that name no agent are of it. Without either, such doses have agent None
    and the flag ``agent_not_named``.
    """
    normal = flow_text(text)
    if not find_amounts(normal.text):
        return DoseReading((), (), (), ())
    mentions = find_mentions(normal.text)
    named = _named(normal.text, mentions, agents, own_agent)
    mentions = tuple(m for m in mentions if m.kind not in _COUNTED or not any(m.overlaps(n.start, n.end) for n in named))
    counted = sorted((m.start, m.end) for m in mentions if m.kind in _COUNTED)
    amounts = without_repeats(normal.text, find_amounts(normal.text, counted))
    every = [amount for amount in amounts if amount.excluded is None]
    given, beyond = every[:MOST_DOSES], every[MOST_DOSES:]
    drafts = _drafts(normal.text, mentions, amounts, given, named, own_agent) if given else []
    damaged = [draft for draft in drafts if "damaged_basis" in draft.amount.flags]
    kept = [draft for draft in drafts if draft not in damaged and not _is_flow(draft)]
    doses = tuple(_dose(normal, draft) for draft in kept)
    unread = tuple(_unread(normal, draft.amount, "damaged unit") for draft in damaged)
    unread += tuple(_unread(normal, amount, "more doses than are read of one text") for amount in beyond)
    not_doses = tuple(_unread(normal, a, a.excluded or "") for a in amounts if a.excluded in _SHOWN_REASONS)
    return DoseReading(doses, _regimens(doses), unread, not_doses)


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
    taken = [(a.start, a.end) for a in amounts] + [(n.start, n.end) for n in named]
    mentions = [m for m in read if m.kind in ("route", "anchor", "until") or not any(m.overlaps(*span) for span in taken)]
    mentions += pieces_a_day([a for a in every if a.excluded])
    pairs = brackets(text)
    context = Context()
    drafts: list[Draft] = []
    carried: DoseAgent | None = None
    for statement in statements(text, [(m.start, m.end) for m in mentions]):
        here = [a for a in amounts if statement.start <= a.start < statement.end]
        said = [m for m in mentions if statement.start <= m.start < statement.end]
        steps = [a.start for a in every if a.excluded == "increment" and statement.start <= a.start < statement.end]
        said = [m for m in said if not _of_a_step(m, steps, here)]
        if titrates(text, statement):
            said = [m for m in said if m.kind != "interval"]
        names = [n for n in named if statement.start <= n.start < statement.end]
        if not here:
            hear(text, statement, said, [n for n in names if not _in_anchor(n, mentions)], drafts, context, own)
            carried = _spoken_of(names, carried, text)
            continue
        owners = assign_agents(text, statement, here, names, own, carried)
        new = [Draft(amount, owner, statement) for amount, owner in zip(here, owners, strict=True)]
        _mark_satellites(text, new, pairs)
        said = [*said, *_signed_days(text, new, said)]
        free = [n for n in names if not _in_anchor(n, mentions)]
        for mention in scope_statement(text, new, said, free, pairs):
            _about_other(mention, free, context)
        for draft in new:
            give_heading(draft, context)
        drafts += new
        carried = next((owner for owner in reversed(owners) if owner), carried)
    _agent_told_last(drafts)
    set_conditions(text, drafts)
    complete(drafts, context)
    set_roles(text, drafts)
    return drafts


def _agent_told_last(drafts: Sequence[Draft]) -> None:
    """Amounts in a line that names its agent only with the last: ``10 mg; 20 mg; 40 mg of drugamab``."""
    for first, second in itertools.pairwise(reversed(drafts)):
        same = first.statement.line == second.statement.line and first.amount.unit == second.amount.unit
        if second.agent is None and first.agent is not None and first.agent.how in ("of", "after", "later") and same:
            second.agent = DoseAgent(first.agent.name, first.agent.listed, second.amount.start, second.amount.start, "later")


def _of_a_step(mention: Mention, steps: Sequence[int], amounts: Sequence[AmountRead]) -> bool:
    """Whether a phrase tells when a dose is raised or lowered: an increment stands between it and the dose before."""
    before = max((a.start for a in amounts if a.start < mention.start), default=-1)
    return any(before < step < mention.start for step in steps)


def _in_anchor(name: AgentMention, mentions: Sequence[Mention]) -> bool:
    """Whether the agent is only named as an event (``2 days before RT``)."""
    return any(m.kind == "anchor" and m.start <= name.start < m.end for m in mentions)


def _spoken_of(names: Sequence[AgentMention], carried: DoseAgent | None, text: str) -> DoseAgent | None:
    """The agent a statement without doses is about: the one it names first."""
    first = next((n for n in names if n.source != "diluent"), None)
    if first is None:
        return DoseAgent(carried.name, carried.listed, carried.start, carried.end, "carried") if carried else None
    said = (
        re.search(r"(?:^|[\n.:;] ?)(?:[*-] )?(?:Name ?: ?|Drug ?: ?)?$", text[max(0, first.start - 12) : first.start]) is not None
    )
    return DoseAgent(first.name, first.listed, first.start, first.end, "said" if said else "carried")


def _about_other(mention: Mention, names: Sequence[AgentMention], context: Context) -> None:
    """Keep a phrase that belongs to an agent without a dose in its statement."""
    before = [n for n in names if n.end <= mention.start and n.source != "diluent"]
    if before:
        context.by_agent.setdefault(agent_key(before[-1]), []).append(mention)


# In brackets behind a dose: what others get instead, "(20 mg if >75 years)".
_FOR_OTHERS = re.compile(r"(?<![A-Za-z])(?:if|when|for (?:patients|subjects|those|age))(?![A-Za-z])|[<>≥≤] ?\d", re.I)


def _mark_satellites(text: str, drafts: list[Draft], pairs: Sequence[tuple[int, int]]) -> None:
    """Tie caps and repeated amounts in brackets to the dose they follow: ``1.4 mg/m2 (max 2 mg)``."""
    for main, draft in itertools.pairwise(drafts):
        between = text[main.amount.end : draft.amount.start]
        bracketed = any(start >= main.amount.end and start < draft.amount.start < end for start, end in pairs)
        capped = is_cap(text, draft.amount.start, draft.amount.end) and len(between) < 48 and ";" not in between
        around = next(((start, end) for start, end in pairs if main.amount.end <= start < draft.amount.start < end), (0, 0))
        content = text[around[0] : around[1]]
        alone = sum(around[0] < d.amount.start < around[1] for d in drafts) == 1
        other = (bracketed and alone) and (
            len(between) < 12 or _FOR_OTHERS.search(content) or re.search(r"total(?: of)?:? ?$", between)
        )
        if capped or other:
            draft.main = main.main or main
            if draft.agent and draft.agent.how not in ("before", "after", "of", "word"):
                draft.agent = main.agent


def _signed_days(text: str, drafts: Sequence[Draft], said: Sequence[Mention]) -> list[Mention]:
    """Days written without their word behind an amount or its frequency (``3.2 mg/kg -7 to -5``)."""
    found = []
    for draft in drafts:
        at = draft.amount.end
        for mention in said:
            if mention.kind in ("frequency", "route") and mention.start >= at and not text[at : mention.start].strip(" ,"):
                at = mention.end
        days = signed_days_at(text, at)
        if days and not any(days.overlaps(m.start, m.end) for m in said):
            found.append(days)
    return found


def _dose(normal: FlowText, draft: Draft) -> DoseRead:
    """The finished dose of a draft, in raw offsets."""
    amount = draft.amount
    span = normal.raw_span(amount.start, amount.end)
    timing, flags = _timing(draft)
    per_time = amount.per_time
    if per_time == "mo":  # an amount per month is given monthly
        per_time, timing = None, timing.merged(Timing(frequency_count=1, frequency_period=1, frequency_unit="mo"))
    flags = [*amount.flags, *normal.flags(amount.start, amount.end), *draft.flags, *flags]
    if draft.agent is None:
        flags.append("agent_not_named")
    elif draft.agent.how in ("own", "carried", "later"):
        flags.append(f"agent_{draft.agent.how}")
    return DoseRead(
        start=span.start, end=span.end, quote=span.quote(normal.raw), agent=_agent_text(draft),
        listed_agent=draft.agent.listed if draft.agent else None,
        amount_low=amount.low, amount_high=amount.high, unit=amount.unit, unit_text=amount.unit_text, per_time=per_time,
        cell_type=amount.cell_type, role=draft.role, level_label=draft.level_label, alternative=draft.alternative,
        condition=draft.condition, **asdict(timing), flags=tuple(dict.fromkeys(flags)), rule=amount.rule,
        confidence=rule_confidence(amount.rule),
    )  # fmt: skip


FEWEST_LABELS = 20


@cache
def rule_confidence(rule: str) -> float | None:
    """How sure a rule is, from labelled doses (definitions/dose-rules.txt); None where fewer than 20 were labelled."""
    for line in definition_lines("dose-rules.txt"):
        name, _, counts = line.partition(" = ")
        right, _, labelled = counts.partition(" of ")
        if name == rule and int(labelled) >= FEWEST_LABELS:
            return round((int(right) + 1) / (int(labelled) + 2), 3)
    return None


def _agent_text(draft: Draft) -> str | None:
    """The agent as written, folded to one line."""
    return " ".join(draft.agent.name.lower().split()) if draft.agent else None


def _timing(draft: Draft) -> tuple[Timing, list[str]]:
    """The timing that the draft's phrases make together; an interval beside days is the length of the cycle."""
    parts = dict(draft.parts)
    interval = parts.pop("interval", None)
    timing = Timing()
    flags: list[str] = []
    for mention in parts.values():
        timing = timing.merged(mention.timing)
        flags += mention.flags
    if interval is not None:
        flags += interval.flags
        timing = _with_interval(timing, interval.timing)
    return timing, flags


def _with_interval(timing: Timing, interval: Timing) -> Timing:
    """``timing`` with "every 3 weeks": a cycle's length beside days or a shorter frequency, else how often."""
    length = Timing(cycle_length_value=interval.frequency_period, cycle_length_unit=interval.frequency_unit)
    if timing.days:
        several = len(timing.days) > 1 or timing.days[0][0] != timing.days[0][1]
        alone = timing.frequency_count is None and not several
        return timing.merged(length).merged(interval) if alone else timing.merged(length)
    return timing.merged(length) if timing.frequency_count is not None else timing.merged(interval)


def _unread(normal: FlowText, amount: AmountRead, reason: str) -> UnreadRead:
    span = normal.raw_span(amount.start, amount.end)
    return UnreadRead(span.start, span.end, span.quote(normal.raw), reason)


def _regimens(doses: Sequence[DoseRead]) -> tuple[RegimenRead, ...]:
    """The plans told beside the doses: one for each different cycle, count, anchor and end."""
    plans: dict[RegimenRead, list[int]] = {}
    for place, dose in enumerate(doses):
        t = dose
        plan = RegimenRead(
            t.cycle_length_value, t.cycle_length_unit, t.cycle_count_low, t.cycle_count_high, t.anchor_event, t.anchor_offset,
            t.anchor_unit, t.until, (),
        )  # fmt: skip
        if plan != RegimenRead(None, None, None, None, None, None, None, None, ()):
            plans.setdefault(plan, []).append(place)
    return tuple(replace(plan, doses=tuple(places)) for plan, places in plans.items())


__all__ = ["Agent", "DoseRead", "DoseReading", "RegimenRead", "Statement", "UnreadRead", "read_doses"]
