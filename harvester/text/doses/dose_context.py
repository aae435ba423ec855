"""What a text has said so far outside the statements that hold doses, kept by part, by label and by agent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import DAYS_PER, Mention, Timing

_ENDED = frozenset({"duration", "cycles", "cycle_count"})  # what tells how long a phase is
_GOES_ON = pattern_of(r"\W*(?:then|thereafter|subsequently|afterwards)(?![a-z])", re.I)
_SOME_TIME_ON = pattern_of(r"\W*\w+ (?:to \w+ )?(?:days|weeks|months) (?:after|following|later)", re.I)
# "Reinduction phases last for 3 weeks each", "The continuation phase consists of 120 weeks"
_OF_PHASE = pattern_of(
    r"\W*(?:the |each |both )?(?:\w+ )?((?:re-?)?induction|consolidation|continuation|(?:re-?)?intensification|maintenance"
    r"|extension|withdrawal|crossover)(?: [IVX\d]+(?:,? (?:and|or) [IVX\d]+)?)?"
    r"(?: (?:phases?|periods?|therapy|treatment|courses?))? "
    r"(?:lasts?|consist|compris|begins?|starts?|continues?|(?:is|are|was|were|will)(?![a-z])|(?-i:[A-Z]{2,5}) for )",
    re.I,
)
_MORE_CYCLES = pattern_of(r"(?<![a-z])(?:additional|further|another) (?:\w+ ){0,2}(?:cycles|courses)(?![a-z])", re.I)


@dataclass(slots=True)
class Context:
    """What the text has said so far, outside the statements that hold doses."""

    heading: list[Mention] = field(default_factory=list)
    heading_line: int = -1
    label: list[Mention] = field(default_factory=list)  # what the label of line and part ``label_place`` tells
    label_place: tuple[int, int] = (-1, 0)
    label_first: Draft | None = None  # the dose it leads to
    heading_part: int = 0
    by_agent: dict[tuple[int, str], dict[str, Mention]] = field(default_factory=dict)  # by part; first of each kind
    opening: dict[int, dict[str, Mention]] = field(default_factory=dict)  # by part; said before any dose of it, of no agent
    label_of: dict[tuple[int, int], dict[str, Mention]] = field(default_factory=dict)  # by part and group: said behind its label

    later: dict[int, int] = field(default_factory=dict)  # where phrases of a later phase stand, and in which line
    later_line: int = -1

    def label_for(self, draft: Draft) -> Sequence[Mention]:
        """What the label of the line of ``draft`` tells of it."""
        first = self.label_first
        if not self.label or first is None or (draft.statement.line, draft.statement.part) != self.label_place:
            return ()
        named = first.agent is not None and first.statement.start <= first.agent.start < self.label[0].start
        return () if named and draft.agent_key != first.agent_key else self.label  # "A cycle 1: 500 mg/m2. B 3 mg/m2"

    def heard(self, part: int, key: str, mentions: Iterable[Mention]) -> None:
        """Keep what is said of an agent in a part."""
        keep_first(self.by_agent.setdefault((part, key), {}), mentions)

    def opened(self, part: int, mentions: Iterable[Mention]) -> None:
        """Keep what is said before any dose of a part."""
        keep_first(self.opening.setdefault(part, {}), mentions)

    def has_other_cycles(self, draft: Draft) -> bool:
        """Whether a dose tells cycles of another length than the opening words, or a longer time between two doses than a cycle.

        It is then a phase of its own, with a number of its own: "each cycle is 21 days; then 40 mg every 8 weeks".
        """
        own, opening = draft.parts.get("cycle_length"), self.opening.get(0, {}).get("cycle_length")
        if own is not None and opening is not None and own.timing != opening.timing:
            return True
        often = draft.parts.get("interval")
        told = next((m for m in self.told_of(draft) if m.kind == "cycle_length"), None) if often else None
        return often is not None and told is not None and _told(often) > _told(told) > 0

    def is_of_later_phase(self, text: str, statement: Statement, mentions: Iterable[Mention], drafts: Sequence[Draft]) -> bool:
        """Whether a sentence tells how treatment goes on after a phase told to its end, or in another one: nothing of that holds.

        "A 75 mg/m2 for 42 days. Four weeks after radiotherapy, A is given for another six cycles. Each lasts 28 days."
        """
        words = text[statement.start : statement.end]
        before = bool(drafts) and drafts[-1].statement.line == statement.line
        ended = before and bool(_ENDED & drafts[-1].parts.keys())
        of_phase = _OF_PHASE.match(words) if before else None
        begins = of_phase and of_phase[1].lower() not in text[drafts[-1].statement.start : drafts[-1].amount.end].lower()
        if before and (begins or _GOES_ON.match(words) or _MORE_CYCLES.search(words) or (ended and _SOME_TIME_ON.match(words))):
            self.later_line = statement.line
        if self.later_line != statement.line:
            return False
        self.later |= {mention.start: statement.line for mention in mentions}
        return True

    def told_of(self, draft: Draft) -> Iterator[Mention]:
        """What is kept for a dose: said of its agent, then of no agent; in its part, then in none."""
        parts = dict.fromkeys((draft.statement.part, 0))
        for kept in (*(self.by_agent.get((part, draft.agent_key)) for part in parts), *(self.opening.get(p) for p in parts)):
            for mention in (kept or {}).values():
                line = self.later.get(mention.start)
                if line is None or (line == draft.statement.line and mention.start < draft.amount.start):
                    yield mention


def keep_first(kept: dict[str, Mention], mentions: Iterable[Mention]) -> None:
    """Keep the first phrase of each kind: a dose takes no later one; of two that tell it otherwise neither, with a flag."""
    for mention in mentions:
        first = kept.setdefault(mention.kind, mention)
        if mention.kind in _TOLD_ONCE and _told(first) != _told(mention) and first.flags != _SEVERAL:
            kept[mention.kind] = replace(first, timing=Timing(), flags=_SEVERAL)


_SEVERAL = ("several_told",)
_TOLD_ONCE = frozenset({"frequency", "interval", "cycle_length", "duration"})


def _told(mention: Mention) -> float:
    """What a phrase tells in days: the time between two doses, the length of a cycle or of the treatment."""
    t = mention.timing
    between = (t.frequency_period or 0.0) * DAYS_PER[t.frequency_unit or "d"] / (t.frequency_count or 1.0)
    lasting = (t.cycle_length_value or 0.0) * DAYS_PER[t.cycle_length_unit or "d"]
    return round(between + lasting + (t.duration_value or 0.0) * DAYS_PER[t.duration_unit or "d"], 1)


# Statements that speak of visits and examinations: what they tell in days and weeks is no dosing.
_EXAMINATION = gated(
    r"follow(?:ed)?[- ]?up|assess|\bvisits?\b|\bscans?\b|evaluat|monitor|imaging|biops|collected|questionnaire|"
    r"\bMRI\b|\bCT\b|surgery|surgical|telephone|transfus|"
    r"rest period|survival|observation|screening|randomi[sz]|washout|examination|measured|hospitali|session|exercise|counsel",
    re.I,
)
# These may also be why or how a medicine is given: "tablets are taken daily and recorded in a diary".
_NOTED = gated(
    r"\bE[CE]G\b|cardiogr|tomogra|ultraso|laborator|blood pressure|adverse events? (?:are|will)|graded|recorded|checked|"
    r"pharmacokinetic|quality of life",
    re.I,
)
_GIVING = pattern_of(
    r"\W*(?:(?:the|all|it|study|drug|tablets?|capsules?|infusions?|injections?|doses?|dosing|medications?|treatment|therapy|is|are|"
    r"was|were|will|be|to|continues?|continued) ){0,6}"
    r"(?:given|taken|administered|infused|injected|applied|once|twice|daily)(?![a-z])",
    re.I,
)


def speaks_of_visits(words: str) -> bool:
    """Whether a statement is about visits and examinations."""
    return _EXAMINATION.search(words) is not None or (_NOTED.search(words) is not None and not _GIVING.match(words))


def hear_label(text: str, statement: Statement, mentions: Sequence[Mention], first: Draft, context: Context) -> None:
    """Keep the cycles that a label at the beginning of a line tells: "Induction (course I): A 12 mg/m2; B 100 mg/m2"."""
    place = (statement.line, statement.part)
    if place == context.label_place:
        return
    context.label_place = place
    colon = text.find(":", statement.start, first.amount.start)
    label = [m for m in mentions if m.kind in ("cycles", "cycle_length") and m.end <= colon]
    if sum(m.kind == "cycles" for m in label) > 1:  # "weekly (C1-3), every 2 weeks (C4-9):"
        label = [m for m in label if m.kind != "cycles"]
    opens = statement.labelled or text[statement.start - 1 : statement.start] in ("", "\n")
    context.label, context.label_first = label if colon >= 0 and opens else [], first


def has_times(draft: Draft, days: Mention) -> bool:
    """Whether a dose tells when it is given, and more than how often a day, beside which ``days`` are none of its own."""
    often, anchor = draft.parts["frequency"].timing if "frequency" in draft.parts else None, draft.parts.get("anchor")
    seldom = often and often.frequency_unit != "h" and (often.frequency_period, often.frequency_unit) != (1, "d")
    begins = anchor and (anchor.rule == "anchor.from_day" or any(first <= 0 for first, _ in days.timing.days or ()))
    return bool({"days", "weeks", "interval"} & draft.parts.keys() or begins or seldom)


def give_heading(draft: Draft, context: Context) -> None:
    """Give the mentions of the heading above, and of the label of its line, to ``draft`` where it has none of their kind."""
    for mention in context.label_for(draft):
        draft.parts.setdefault(mention.kind, mention)
    place = draft.statement
    of_labels = [context.label_of.get(key, {}) for key in dict.fromkeys(((place.part, place.group), (place.part, 0)))]
    heading = context.heading if context.heading_part in (0, place.part) else []
    for mention in (*(m for said in of_labels for m in said.values()), *heading):
        if mention.kind in ("interval", "frequency") and {"days", "frequency", "interval"} & draft.parts.keys():
            continue
        if mention.kind not in draft.parts and not (mention.kind == "days" and has_times(draft, mention)):
            draft.parts[mention.kind] = mention
