"""The medicines a text names, and the one a statement is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.doses.agent import Agent, AgentMention, agent_mentions
from harvester.text.doses.agent_list import SAY_HOW, not_agents, regimens
from harvester.text.doses.dose_agent import assign_agents
from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_context import Context
from harvester.text.doses.dose_draft import agent_key
from harvester.text.doses.dose_owner import DoseAgent
from harvester.text.doses.dose_partner import as_placebos, is_placebo
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import Mention

# "chloroquine-resistant malaria": a disease, and nothing given.
_OF_DISEASE = pattern_of(
    r"[- ](?:resist(?:ant|ance)|refractory|sensitive|na[iï]ve|exposed|intoleran\w+|induced|dependent|ineligible|unresponsive|"
    r"pre-?treated|primed|loaded|pulsed|eluting|"
    r"blasts?|involvement|biops(?:y|ies)|aspirates?|infiltration|recovery|failure)(?![a-z])",
    re.I,
)


def named_in(text: str, read: Sequence[Mention], agents: Sequence[Agent | str], own: str | None) -> list[AgentMention]:
    """The agents the text names; an abbreviation that is a route here (IM) is none."""
    ways = {(m.start, m.end) for m in read if m.kind == "route"}
    found = [name for name in agent_mentions(text, agents, own) if name.listed or (name.start, name.end) not in ways]
    found = [name for name in found if not _OF_DISEASE.match(text, name.end)]
    return as_placebos(text, [name for name in found if not (_taken_besides(text, name) or _in_form(text, name))])


_PART_OF = pattern_of(r"(?:/\w+)? ?(?:of )?(?:the )?")
_HELD = frozenset({"strength", "ingredient", "concentration"})


def without_parts(named: list[AgentMention], text: str, amounts: Sequence[AmountRead]) -> list[AgentMention]:
    """``named`` without what a product is said to hold: "A-B as tablets of 20 mg of A plus 120 mg of B"."""
    held = [amount for amount in amounts if amount.excluded in _HELD]
    parts = [n for n in named for a in held if a.end <= n.start and _PART_OF.fullmatch(text, a.end, n.start)] if held else []
    if len({part.name.lower() for part in parts}) < 2 or parts[-1].end - parts[0].start > _FAR:
        return named
    return [name for name in named if name not in parts]


_FAR = 120  # signs: parts of one product stand nearer to one another


# "300 mg once daily as the ABC/DTG/3TC tablet": the form it is given as.
_AS_FORM = pattern_of(r"(?<![a-z])as (?:the |an? |one )?(?:[\w-]+/)*$", re.I)
_SLASH = pattern_of(r"/[\w-]")


def _in_form(text: str, name: AgentMention) -> bool:
    """Whether a name only tells, with others parted by slashes, the product something is given as."""
    parted = text[name.start - 1 : name.start] == "/" or _SLASH.match(text, name.end) is not None
    return parted and _AS_FORM.search(text, max(0, name.start - 40), name.start) is not None


# "25 mg every other day (if on valproate)": what some take besides.
_BESIDES = gated(
    r"(?:(?<![a-z])(?:if|when|not|patients|those|subjects|participants|people|already) (?:on|taking|using)"
    r"|(?<![a-z])co-?administered with|(?<![a-z])concomitant(?:ly)?(?: with)?) (?:an? |any )?$",
    re.I,
)
_DOSED = pattern_of(r" ?[(:]? ?\d")
_GIVEN_AT = pattern_of(r" (?:(?:at|as|in|a|an|the|dose|doses|of|IV|PO|SC|orally|intravenously|given) )+\d", re.I)


def _taken_besides(text: str, name: AgentMention) -> bool:
    """Whether a medicine is only told of people who take it, and has no amount of its own."""
    besides = _BESIDES.search(text, max(0, name.start - 40), name.start)
    beside = besides is not None and besides.group()[:2].lower() == "co"  # "concomitantly with leucovorin as a 200 mg infusion"
    return besides is not None and not (_DOSED.match(text, name.end) or (beside and _GIVEN_AT.match(text, name.end)))


def names_several(named: Sequence[AgentMention]) -> bool:
    """Whether a text names more than one medicine."""
    return len({agent_key(name) for name in named if name.source != "diluent" and not is_placebo(name.name)}) > 1


def owner_last(owners: Sequence[DoseAgent | None], amounts: Sequence[AmountRead], pairs: Brackets) -> DoseAgent | None:
    """The agent a statement ends with: that of its last amount outside brackets that is no placebo's, else of its last."""
    last: DoseAgent | None = None
    active = [owner for owner in owners if owner and not is_placebo(owner.name)]
    for owner, amount in zip(reversed(owners), reversed(amounts), strict=True):
        if owner and pairs.innermost(amount.start) is None and not (active and is_placebo(owner.name)):
            return owner
        last = last or owner
    return last


PLACEBO_BESIDE = pattern_of(r"(?<![a-z])(?:or|and|versus|vs\.?)(?: matching)? placebo|placebo (?:or|and) ", re.I)


def spoken_of(names: Sequence[AgentMention], carried: DoseAgent | None, text: str) -> DoseAgent | None:
    """The agent a statement without doses is about: the one it names first."""
    first = next((n for n in names if n.source != "diluent"), None)
    of_drug = carried is not None and not is_placebo(carried.name)
    if first and is_placebo(first.name) and of_drug and PLACEBO_BESIDE.search(text, max(0, first.start - 24), first.end + 8):
        first = None  # "treatment with active drug or placebo": still of the drug
    if first is None:
        return DoseAgent(carried.name, carried.listed, carried.start, carried.end, "carried") if carried else None
    said = (
        re.search(r"(?:^|[\n.:;] ?)(?:[*-] )?(?:Name ?: ?|Drug ?: ?)?$", text[max(0, first.start - 12) : first.start]) is not None
    )
    return DoseAgent(first.name, first.listed, first.start, first.end, "said" if said else "carried")


# "drugamab will be given at the maximum tolerated dose for 4 cycles": of an amount that is not told
_AT_OTHER_DOSE = pattern_of(
    r"(?<![a-z])at (?:\w+ ){0,3}(?:MTD|RP2D|(?:maximum[- ]tolerated|recommended(?: phase (?:2|II))?) dose)(?![a-z])",
    re.I,
)


_GROUP = pattern_of(r"[ -](?:groups?|arms?|cohorts?)(?![a-z])", re.I)


def about_other(
    text: str,
    mention: Mention,
    following: AgentMention | None,
    names: Sequence[AgentMention],
    statement: Statement,
    context: Context,
) -> None:
    """Keep a phrase that belongs to an agent without a dose in its statement: to that which follows it, or the last before."""
    before = [following] if following else [n for n in names if n.end <= mention.start and n.source != "diluent"]
    if before and not _GROUP.match(text, before[-1].end) and not _AT_OTHER_DOSE.search(text, before[-1].end, mention.start):
        context.heard(statement.part, agent_key(before[-1]), (mention,))


_LEADS_AMOUNT = pattern_of(
    r"(?: (?:IV|SC|PO|IM|intravenous(?:ly)?|oral(?:ly)?|infusion|injection|chemotherapy)){0,2}(?:,? (?:at|of) |[ (:]{1,2}\d)",
    re.I,
)


def owners_of(
    text: str,
    statement: Statement,
    amounts: Sequence[AmountRead],
    names: Sequence[AgentMention],
    free: Sequence[AgentMention],
    own: str | None,
    carried: DoseAgent | None,
) -> list[DoseAgent | None]:
    """The agent of each amount, by the ``names`` that amounts may be of: the ``free`` ones and those that lead to an amount.

    "Drugamab 20 mg 12 h before paclitaxel, 10 mg 6 h before": none is of paclitaxel, which tells a time. In another unit it is
    of either: "Drugamab 10 mg/kg 2 h before paclitaxel, then 80 mg/m2".
    """
    untimed = {name.start for name in free}
    timed = [name for name in names if name.start not in untimed and not _LEADS_AMOUNT.match(text, name.end)]
    owners = assign_agents(text, statement, amounts, [name for name in names if name not in timed], own, carried)
    for place in range(1, len(owners)) if timed else ():
        owner, last, amount = owners[place], amounts[place - 1], amounts[place]
        goes_on = owner is not None and owner.end <= last.start and amount.unit != last.unit
        if goes_on and any(last.end <= name.start < amount.start for name in timed):
            owners[place] = None
    return owners


# "AS: 4 mg/kg", "T(100 mg/m2)", "TMZ: 150 mg/m2": capitals right before an amount, which may name another medicine.
_CAPITALS = pattern_of(r"(?<![\w/-])(?P<name>[A-Z]{1,4}|[A-Z][a-z])(?: ?\(| ?[:=] ?| )$")


def without_labelled(
    text: str, amounts: Sequence[AmountRead], owners: list[DoseAgent | None], several: bool, told: set[str]
) -> list[DoseAgent | None]:
    """``owners``, of ``several`` medicines, without those told before a label that may name another; ``told`` are all so far."""
    told.update(owner.name for owner in owners if owner)
    if not several and len(told) < 2:
        return owners
    return [None if _under_a_label(text, *each) else each[1] for each in zip(amounts, owners, strict=True)]


def _under_a_label(text: str, amount: AmountRead, owner: DoseAgent | None) -> bool:
    """Whether an agent told further before is that of an amount with capitals of its own before it, which nobody lists."""
    if owner is None or owner.how not in ("carried", "earlier") or amount.kind not in ("mass", "activity"):
        return False
    label = _CAPITALS.search(text, max(0, amount.start - 8), amount.start)
    if label is None or (owner.how != "carried" and label.start() < owner.end):
        return False
    name = label["name"]
    return f"({name})" in text or (name not in SAY_HOW and (len(name) == 1 or name.lower() not in not_agents()))


_ROUTE_LINE = pattern_of(r"\W*(?:routes?|mode|method|way)(?: of (?:administration|delivery))? ?:", re.I)


def hear_route(text: str, statement: Statement, said: Sequence[Mention], carried: DoseAgent | None, context: Context) -> bool:
    """Keep what a statement tells of the way of the medicine spoken of, and nothing else: "Route: IM". Whether it does."""
    told = carried is not None and _ROUTE_LINE.match(text, statement.start, statement.end) is not None
    if carried and told:
        context.heard(statement.part, agent_key(carried), [m for m in said if m.kind in ("route", "infusion")])
    return told


def opens_regimen(text: str, start: int, end: int) -> bool:
    """Whether the name of a plan of several medicines is the label of what follows: "R-CHOP: …"."""
    label, colon, _ = text[start : min(end, start + 30)].partition(":")
    return bool(colon) and label.strip(" *-").lower() in regimens()
