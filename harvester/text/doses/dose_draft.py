"""A dose while it is being read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from harvester.text.doses.agent import AgentMention, other_medicine
from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_owner import DoseAgent
from harvester.text.doses.dose_statement import Statement
from harvester.text.schedules.timing import Mention, Timing

_NO_BEAM = frozenset({"oral", "subcutaneous", "intramuscular", "topical", "nasal", "sublingual"})
_OF_CYCLES = ("cycle_count", "cycle_length")


def agent_key(agent: DoseAgent | AgentMention) -> str:
    """What two mentions of one agent share: the record's name, unless that names several (``CT-2103/carboplatin``)."""
    return _key(agent.name, agent.listed)


@lru_cache(maxsize=4096)
def _key(name: str, listed: str | None) -> str:
    several = listed is None or re.search(r"[/+&,]| and | or | with | plus ", listed) or other_medicine(name, listed)
    return (name if several else listed or name).lower()


@dataclass(slots=True)
class Draft:
    """A dose while it is being read: its amount, its agent, and the phrases found for it, by kind."""

    amount: AmountRead
    agent: DoseAgent | None
    statement: Statement
    parts: dict[str, Mention] = field(default_factory=dict)
    later: list[dict[str, Mention]] = field(default_factory=list)  # how the same amount is given afterwards, phase by phase
    main: Draft | None = None  # the dose that this one, in brackets behind it, caps or repeats
    flags: list[str] = field(default_factory=list)
    role: str | None = None
    level_label: str | None = None
    condition: str | None = None
    condition_end: int | None = None  # where its words end, when they stand behind the amount
    alternative: bool = False

    @property
    def agent_key(self) -> str:
        """What two doses of one agent share."""
        return agent_key(self.agent) if self.agent else ""

    def give(self, mention: Mention) -> None:
        """Take ``mention`` unless the dose has one of its kind; radiation has fractions and never cycles."""
        if self.amount.kind == "radiation" and mention.kind in _OF_CYCLES:
            return
        if self.amount.kind != "radiation" and mention.rule == "until.fractions":
            return
        if mention.timing.route == "external beam" and self.amount.kind not in ("radiation", "radioactivity"):
            return  # "cisplatin 40 mg/m2 weekly with EBRT 45 Gy"
        if self.amount.kind == "radiation" and mention.timing.route in _NO_BEAM:
            return  # "50 Gy to two oral mucosal sites"
        if mention.kind == "anchor" and self.agent and mention.start <= self.agent.start < mention.end:
            return  # "4 weeks after drugamab 1 g": something else is done then
        if self._is_total_of(mention):
            mention = replace(mention, timing=Timing(until=f"in {mention.timing.until}"), rule="until.fractions")
        have = self.parts.get(mention.kind)
        if have is None or have.rule == "frequency.time_of_day":
            self.parts[mention.kind] = mention
        elif mention.kind == "frequency" and mention.rule != "frequency.time_of_day":
            self.parts["frequency"] = _sharper(have, mention)

    def _is_total_of(self, mention: Mention) -> bool:
        """Whether a number of fractions is told with the dose of one, behind this one, which is their sum: "25 Gy (5 x 5 Gy)"."""
        times = mention.rule in ("until.times", "until.times_behind")
        return times and self.amount.kind == "radiation" and mention.start > self.amount.end + 1


def _sharper(first: Mention, second: Mention) -> Mention:
    """Of two frequencies told for one dose, the one that limits the other (daily, but twice a week); else the first."""
    a, b = first.timing, second.timing
    if a.frequency_unit == "d" and b.frequency_unit == "wk" and (b.frequency_count or 0) > 1:
        flags = ("frequency_conflict",) if (a.frequency_period or 0) > 1 else ()
        if not flags:  # "twice daily, 5 days a week"
            b = replace(b, frequency_count=(a.frequency_count or 1) * (b.frequency_count or 1))
        return Mention(second.kind, second.start, second.end, b, second.rule, (*second.flags, *flags))
    return first


def same_list(first: Draft, second: Draft) -> bool:
    """Whether two amounts stand in one list that shares its unit."""
    return first.amount.group is not None and first.amount.group == second.amount.group


def words_between(text: str, first: Draft, second: Draft) -> str:
    """The words between two doses without how often and which way the first is given: "4 mg/kg PO, 3 mg/kg IV Q2W or 6 mg/kg"."""
    words = text[first.amount.end : second.amount.start]
    for kind in ("frequency", "interval", "division", "route"):
        said = first.parts.get(kind)
        if said and first.amount.end <= said.start and said.end <= second.amount.start:
            words = words.replace(text[said.start : said.end], "")
    return words


def unnamed(words: str, draft: Draft) -> str:
    """``words`` without the name of a dose's agent: "drugamab 100 mg, drugamab 150 mg or placebo"."""
    return words.replace(f"{draft.agent.name} ", "") if draft.agent else words
