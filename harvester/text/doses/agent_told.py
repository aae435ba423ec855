"""Agents told elsewhere than beside the amount: with the last of a list, once in the text, or only in what the record gives."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from harvester.text.doses.agent import AgentMention, plain_name
from harvester.text.doses.cell import cell_type_of, other_cells
from harvester.text.doses.dose_agent import CAP_IN_BRACKET
from harvester.text.doses.dose_draft import Draft, agent_key
from harvester.text.doses.dose_owner import DoseAgent, is_beam, is_cells
from harvester.text.doses.dose_partner import is_placebo
from harvester.text.expressions.pattern import pattern_of


def settle_agents(text: str, drafts: Sequence[Draft], named: Sequence[AgentMention]) -> None:
    """Settle whose doses without a name of their own are, once all of a text are read."""
    _carried_in_doubt(text, drafts)
    _agent_told_last(text, drafts)
    _agent_told_elsewhere(text, drafts, named)


def of_the_only(drafts: Sequence[Draft], agents: Sequence[str]) -> None:
    """Doses in Gy and of cells, whose beam or product the text does not name, are of the only one that the record gives."""
    for kind, is_one in (("radiation", is_beam), ("cells", is_cells)):
        alike = [draft for draft in drafts if draft.amount.kind == kind and draft.amount.cell_type not in _OF_GRAFT]
        unnamed = [draft for draft in alike if draft.agent is None]
        if kind == "cells" and len(unnamed) < len(alike):
            unnamed = []  # beside cells that are named these may be others
        given = [name for name in agents if is_one(name)] if unnamed else []
        for draft in unnamed if len(given) == 1 else ():
            if kind == "cells" and _of_other_cells(draft, given[0], alike):
                continue  # "Tregs 2 x 10^6/kg day 0 and Tcons 1 x 10^6/kg day 2"
            draft.agent = DoseAgent(plain_name(given[0]), given[0], draft.amount.start, draft.amount.start, "own")


def _of_other_cells(draft: Draft, product: str, drafts: Sequence[Draft]) -> bool:
    """Whether a dose counts cells of another type than ``product`` is, or than others of ``drafts`` where that tells no type."""
    its = cell_type_of(product)
    others = {its} if its else {each.amount.cell_type for each in drafts}
    return any(other_cells(draft.amount.cell_type, other) for other in others)


_OF_GRAFT = frozenset({"nucleated", "mononuclear", "CD34+"})  # counted of what is collected, not of a medicine


_LEVEL_LOWERED = pattern_of(r"dose level (?:will|may|can|should) (?:then )?be (?:reduced|lowered|decreased|increased) to $", re.I)


def _carried_in_doubt(text: str, drafts: Sequence[Draft]) -> None:
    """Take the agent from a dose that only goes on with it where its unit is another's: "A 75 mg/m2 with B 5 mg; to 60 mg/m2"."""
    several = len({draft.agent_key for draft in drafts}) > 1
    for place, draft in enumerate(drafts):
        if draft.agent is None or draft.agent.how != "carried":
            continue
        if CAP_IN_BRACKET.search(text, draft.statement.start, draft.amount.start):
            continue  # "B 25 mg/m2; days 1-21 (maximum 50 mg)", where a cap of A before is in mg, too
        if several and _LEVEL_LOWERED.search(text, max(0, draft.amount.start - 60), draft.amount.start):
            draft.agent = None  # "the starting dose level will be reduced to 25 mg/m2": of the one whose level is sought
            continue
        mine = {other.amount.unit for other in drafts[:place] if other.agent_key == draft.agent_key}
        others = {other.agent_key for other in drafts[:place] if other.amount.unit == draft.amount.unit}
        if mine and draft.amount.unit not in mine and others:
            draft.agent = None


# "20 mg of the study drug after 50 mg of drugamab", but "10 mg versus 20 mg of drugamab"
_TIED = pattern_of(
    r"(?<![a-z])(?:(?:after|before|prior to|following|with|than) (?!and )"
    r"|(?<=[a-z]{3} )(?<!daily )(?<!weekly )(?<!day )(?<!week )(?:versus|vs\.?) )[^.;:,\d]{0,24}$",
    re.I,
)


def _agent_told_last(text: str, drafts: Sequence[Draft]) -> None:
    """Amounts in a line that names its agent only with the last, whatever was carried: ``10 mg; 20 mg; 40 mg of drugamab``."""
    carried = {draft.agent.start for draft in drafts if draft.agent and draft.agent.how == "carried"}
    for first, second in itertools.pairwise(reversed(drafts)):
        told = first.agent is not None and (first.agent.how == "later" or text.startswith(" of ", first.amount.end))
        if told and second.agent and second.agent.start in carried and first.statement is second.statement:
            second.agent = None
        same = first.statement.line == second.statement.line and first.amount.unit == second.amount.unit
        apart = _TIED.search(text, max(second.amount.end, first.amount.start - 40), first.amount.start)
        if (
            second.agent is None
            and not apart
            and first.agent is not None
            and first.agent.how in ("of", "after", "later")
            and same
            and not (is_placebo(first.agent.name) and _OF_ELSE.match(text, second.amount.end, first.amount.start))
        ):
            second.agent = DoseAgent(first.agent.name, first.agent.listed, second.amount.start, second.amount.start, "later")


# "20 mg of study powder and 20 mg of placebo", but "20 mg, 40 mg or 60 mg placebo"
_OF_ELSE = pattern_of(r" (?:of |(?!and|or|then|to|for|on|at|once|twice|daily|weekly|followed|[bqt]i?d)[a-z])", re.I)


_GIVING = pattern_of(r"(?:will be|is|are|was|were) (?:\w+ )?(?:administered|given|infused|injected|taken|dosed)(?![a-z])", re.I)


def _agent_told_elsewhere(text: str, drafts: Sequence[Draft], named: Sequence[AgentMention]) -> None:
    """Doses without a name in a text that names one medicine only, and says that it is given, are of that one."""
    if not drafts or any(draft.agent for draft in drafts):
        return
    others = [name for name in named if name.source != "diluent"]
    if len({agent_key(name) for name in others}) != 1 or is_beam(others[0].name) or not _GIVING.match(text, others[0].end + 1):
        return
    for draft in drafts:
        if draft.amount.kind not in ("radiation", "cells"):
            at = draft.amount.start
            draft.agent = DoseAgent(others[0].name, others[0].listed, at, at, "later")
