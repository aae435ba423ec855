"""Reading dosing text: every dose stated, who it is of, how and when it is given.

``read_doses`` is pure: the same text gives the same doses. What looks like a dose and is none is told with its reason, what
cannot be read safely is told as unread; nothing is guessed. Offsets are those of
the raw text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.steps import Steps, done
from harvester.text.doses.agent import Agent, AgentMention
from harvester.text.doses.agent_told import of_the_only, settle_agents
from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_amounts import Amounts, may_hold_amounts
from harvester.text.doses.dose_aside import mark_asides
from harvester.text.doses.dose_condition import set_conditions
from harvester.text.doses.dose_context import Context, give_heading, hear_label
from harvester.text.doses.dose_course import mark_courses
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_equivalent import IN_PARTS
from harvester.text.doses.dose_exclusion import without_repeats
from harvester.text.doses.dose_finish import finished, unread_words
from harvester.text.doses.dose_given import EARLIER_TRIAL, EXPOSURE
from harvester.text.doses.dose_named import (
    about_other,
    hear_route,
    named_in,
    names_several,
    opens_regimen,
    owner_last,
    owners_of,
    spoken_of,
    without_labelled,
    without_parts,
)
from harvester.text.doses.dose_owner import DoseAgent, cell_products, may_carry, product_spoken_of
from harvester.text.doses.dose_part import pieces_a_day, without_what_others_tell
from harvester.text.doses.dose_reading import DoseRead, DoseReading, RegimenRead, UnreadRead, regimens_of
from harvester.text.doses.dose_remark import complete, hear
from harvester.text.doses.dose_reported import STATISTIC
from harvester.text.doses.dose_role import set_roles
from harvester.text.doses.dose_said import of_doses, signed_days
from harvester.text.doses.dose_scope import scope_statement
from harvester.text.doses.dose_statement import shared_out, statements
from harvester.text.expressions.spans import Spans, brackets
from harvester.text.schedules.days import LEFT_OUT
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
        "damaged number",
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
_COUNTED_TOO = frozenset({"cycle.apart", "days.choice", "weeks.choice", LEFT_OUT})


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
    named = named_in(normal.text, mentions, agents, own_agent)
    names = Spans((name.start, name.end) for name in named)
    of_names = (m for m in mentions if m.kind in _COUNTED or m.rule == LEFT_OUT)
    in_name = {id(m) for m in of_names if names.meets(m.start, m.end)}
    mentions = tuple(m for m in mentions if id(m) not in in_name)
    counted = sorted((m.start, m.end) for m in mentions if m.kind in _COUNTED or m.rule in _COUNTED_TOO)
    mentions = tuple(m for m in mentions if m.rule != LEFT_OUT)
    amounts = without_repeats(normal.text, amounts_of.find(counted))
    named = without_parts(named, normal.text, amounts)
    yield
    every = [amount for amount in amounts if amount.excluded is None]
    given, beyond = every[:MOST_DOSES], every[MOST_DOSES:]
    drafts = _drafts(normal.text, mentions, amounts, given, named, own_agent) if given else []
    of_the_only(drafts, [each if isinstance(each, str) else each.name for each in agents])
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
    return per_minute and not (
        draft.agent and re.search(r"oxygen|\bO2\b|\bair\b|nitrous|heliox|hydrogen|xenon", draft.agent.name, re.I)
    )


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
    pairs, products = brackets(text), cell_products(named)
    context, drafts, told = Context(), list[Draft](), set[str]()
    carried: DoseAgent | None = None
    several, part = names_several(named), 0  # which of several medicines a new part is about it must say itself
    parts = statements(text, [(m.start, m.end) for m in mentions])
    left_out = [a for a in every if a.excluded in ("increment", EARLIER_TRIAL, EXPOSURE, IN_PARTS, STATISTIC)]
    shared = (shared_out(parts, items) for items in (amounts, mentions, named, left_out))
    for statement, here, heard, names, others in zip(parts, *shared, strict=True):
        anew = (several and statement.part != part) or opens_regimen(text, statement.start, statement.end)
        carried, part = None if anew else carried, statement.part
        said = of_doses(text, statement, heard, here, others)
        free = [n for n in names if not anchors.meets(n.start, n.start + 1)]  # "2 days before RT" gives no RT
        if not here:
            if own or not several or not hear_route(text, statement, said, carried, context):
                hear(text, statement, said, free, drafts, context, own)
                carried = spoken_of(names, carried, text)
            continue
        if any(a.kind == "cells" and not may_carry(a, carried) for a in here):
            carried = product_spoken_of(products, here[0].start) or carried
        owners = owners_of(text, statement, here, names, free, own, carried)
        owners = owners if own else without_labelled(text, here, owners, several, told)
        new = [Draft(amount, owner, statement) for amount, owner in zip(here, owners, strict=True)]
        mark_asides(text, new, pairs)
        said += signed_days(text, new, said)
        for mention, following in scope_statement(text, new, said, free, pairs):
            about_other(text, mention, following, free, statement, context)
        hear_label(text, statement, said, new[0], context)
        for draft in new:
            give_heading(draft, context)
        drafts += new
        carried = owner_last(owners, here, pairs)  # none, where this statement has doses of an agent not known
    settle_agents(text, drafts, named)
    set_conditions(text, drafts)
    complete(text, drafts, context, pairs)
    mark_courses(text, drafts)
    set_roles(text, drafts)
    return without_what_others_tell(text, drafts)


__all__ = ["Agent", "DoseRead", "DoseReading", "RegimenRead", "UnreadRead", "doses_in_steps", "read_doses"]
