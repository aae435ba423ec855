"""What other statements say about a dose: headings above it, sentences about its agent, remarks after it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.agent import AgentMention
from harvester.text.doses.dose_band import share_alike, share_routes
from harvester.text.doses.dose_beside import of_named_cycles
from harvester.text.doses.dose_context import Context, has_times, keep_first, speaks_of_visits
from harvester.text.doses.dose_cycle import share_cycle, share_lengths, share_opening
from harvester.text.doses.dose_draft import Draft, agent_key
from harvester.text.doses.dose_phase import Phases
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import Mention

# What a titration repeats is its steps.
_TITRATION = gated(r"(?<!accelerated )titrat(?!ion design)|increment|(?:escalat|increas|rais)\w*(?: \w+){0,2} every", re.I)
OFTEN = frozenset({"interval", "frequency"})
_LATER_ON = pattern_of(
    r",? (?:after|from|beyond|starting(?: at| from| in)?) (?:week|month|cycle|day|\d+ (?:weeks|months|cycles|days))", re.I
)
_AFTERWARDS = pattern_of(r"\W*(?:after|then|thereafter|subsequently|afterwards)(?![a-z])", re.I)
_JOINED = pattern_of(r",? ?(?:and|or|,|/)? ?(?:or |and )?(?:matching |its |the )?", re.I)
_ABOUT_IT = pattern_of(r"\W*(?:to be |it (?:will|is|was) |(?:the|this) (?:dose|drug|injection|infusion|medication) )", re.I)
_TREATING = pattern_of(
    r"given|administ|receiv|take[ns]?\b|treated|used on|dos(?:e|ing)|inject|infus|treatment duration|duration of treatment|"
    r"continu",
    re.I,
)
# A sentence of its own without a subject is of all above it: "Given through paraspinal injection".
_GIVEN = pattern_of(
    r"\W*(?:to be )?(?:given|administered|injected|infused|applied|instilled) (?!every|once|twice|daily|weekly)", re.I
)
_ALL_OF_THEM = expression("dose_remark.all_of_them")
# A line that only tells how long all above it are given.
_ONLY_HOW_LONG = pattern_of(
    r"\W*(?:all )?(?:given |administered )?(?:for (?:a total of |up to )?\d+ (?:days|weeks|months|years)"
    r"|(?:up to |a total of )\d+ (?:days|weeks|months|years) of (?:treatment|therapy|dosing|study drug))\.?$",
    re.I,
)
_LABELLED = pattern_of(r"(?:dosing )?(?:frequency|schedule) ?:", re.I)
_REPEAT = gated(r"cycles?|courses?|treatment (?:continues|repeats|will)|repeat", re.I)
_FROM_HEADING = frozenset(
    {"cycles", "cycle_length", "cycle_count", "weeks", "days", "route", "frequency", "interval", "anchor", "duration"}
)
_OF_ITSELF = frozenset({"route", "cycle_length", "cycle_count", "continuous"})
_REMARK = _OF_ITSELF | {"infusion", "frequency", "interval", "division", "duration", "until", "anchor"}
_PARTS_WAYS = pattern_of(r"(?<![a-z])(?:then|followed by|or|versus|vs|until|after|if|add(?:ed|ition)|top of)(?![a-z])|;", re.I)
_IN_SOME_CASE = pattern_of(  # "If no graft takes, it may be given up to day 40"
    r"\W*(?:notes?:? |however,? )?(?:if|in case|in the event|should|unless|when|provided|for (?:those|patients|subjects)) "
    r"[^.;]{0,200}? (?:may|can|could|might) "
    r"|\W*(?:at|upon|after|on) (?:disease )?(?:relapse|progression|recurrence)(?![a-z])"
    r"|[^.;]{0,60}(?:second course|re-?treatment)",
    re.I,
)
_OF_PHASE = frozenset({"frequency", "interval", "days", "weeks", "cycles", "duration", "anchor", "cycle_length", "cycle_count"})
_LATER_CYCLES = gated(
    r"(?:start\w*|beginning|from|in|during|for|after|then)[^.;]{0,24}?(?:cycles? ?\d|subsequent|later|remaining|thereafter)", re.I
)
_HOW_OFTEN = frozenset({"frequency", "interval", "days"})
_SHARED_REMARK = frozenset({"cycle_length", "cycle_count", "until"})
_OF_CYCLES = frozenset({"interval", "cycle_length", "cycle_count"})
_CYCLES = frozenset({"cycle_length", "cycle_count"})


def _one_list(text: str, agents: Sequence[AgentMention]) -> bool:
    """Whether the agents stand in one plain list, as ``drugamab or placebo``: what is said after it is said of all."""
    return len(agents) > 1 and all(_JOINED.fullmatch(text[a.end : b.start]) for a, b in itertools.pairwise(agents))


def titrates(text: str, statement: Statement) -> int | None:
    """Where a statement begins to speak of raising a dose by steps: what it tells in weeks from there are the steps."""
    found = _TITRATION.search(text, statement.start, statement.end)
    return found.start() if found else None


def hear(
    text: str,
    statement: Statement,
    mentions: Sequence[Mention],
    named: Sequence[AgentMention],
    drafts: Sequence[Draft],
    context: Context,
    own: str | None,
) -> None:
    """Take in a statement without doses: a heading, a sentence about an agent, or a remark on the doses before it."""
    words = text[statement.start : statement.end]
    mentions = _of_doses_before(text, statement, mentions)
    agents = [a for a in named if a.source != "diluent"]
    if statement.heading or (statement.labelled and not agents):
        _hear_heading(statement, [m for m in mentions if m.kind in _FROM_HEADING], context)
        return
    drafts = [draft for draft in drafts if statement.holds_for(draft.statement)]
    examined = speaks_of_visits(words)
    if drafts and not examined and _of_all_before(text, statement, mentions, agents, drafts, context):
        return
    mentions = [] if _IN_SOME_CASE.match(words) else _of_the_first(text, statement, mentions)
    if examined and not (_REPEAT.search(words) and any(m.kind in _SHARED_REMARK for m in mentions)):
        return
    mentions = of_named_cycles(text, mentions, agents)
    keys = list(dict.fromkeys(agent_key(a) for a in agents))
    several = _one_list(text, agents)
    for key in keys if len(keys) > 1 and (several or not _PARTS_WAYS.search(words)) else ():  # given together, in all cycles
        context.heard(statement.part, key, [m for m in mentions if m.kind in _CYCLES and m.start >= agents[-1].end])
    keys = keys[:1] if agents and agents[0].start - statement.start <= 4 and not several else keys
    treating = _TREATING.search(words) is not None or bool(agents) or _LABELLED.match(words) is not None
    of_itself = _of_itself(text, statement, mentions)
    useful = [m for m in mentions if m.kind in _REMARK and (treating or m.kind in of_itself)]
    goes_on = _tells_later(text, statement, mentions, drafts, keys) or _of_some_people(text, statement, drafts, keys)
    if goes_on or (context.is_of_later_phase(text, statement, mentions, drafts) and not keys):
        return
    days = [m for m in mentions if m.kind == "days" and treating]
    if len(keys) == 1:
        useful += days
    elif len(keys) > 1:
        useful = [m for m in (*useful, *days) if several and m.start >= agents[-1].end and m.kind != "anchor"]
    elif own and not keys and not drafts:
        useful = [m for m in (*useful, *days) if m.kind != "anchor"]
        keys = [agent_key(AgentMention(own, 0, 0, own, "record"))]
    for key in keys:
        context.heard(statement.part, key, useful)
    if keys:
        return
    if len(words) < 80 or _ALL_OF_THEM.match(words):
        useful += days
    _remark(text, statement, [m for m in useful if m.kind != "anchor" or _ABOUT_IT.match(words)], drafts, context)


def _of_doses_before(text: str, statement: Statement, mentions: Sequence[Mention]) -> list[Mention]:
    """``mentions`` without those of the sentence itself: "Day 2: people are seen", "four weeks later"."""
    label = statement.start
    return [m for m in mentions if m.rule != "anchor.later" and not (m.start == label and text.startswith(":", m.end))]


def _hear_heading(statement: Statement, told: list[Mention], context: Context) -> None:
    """Keep what a heading above other lines tells, or a label: "Part 2: multiple doses, three times a day; cohort F: …"."""
    if not statement.heading:
        keep_first(context.label_of.setdefault((statement.part, statement.group), {}), told)
    elif told or not any(m.kind == "cycles" for m in context.heading) or statement.line > context.heading_line + 1:
        context.heading, context.heading_line, context.heading_part = told, statement.line, statement.part


def _of_the_first(text: str, statement: Statement, mentions: Sequence[Mention]) -> list[Mention]:
    """``mentions`` without those of a later time and of a titration's steps."""
    if _AFTERWARDS.match(text, statement.start, statement.end):
        mentions = [m for m in mentions if m.kind not in ("interval", "frequency", "duration")]
    mentions = [m for m in mentions if not (m.kind in OFTEN and _LATER_ON.match(text, m.end))]
    if titrates(text, statement) is not None:
        mentions = [m for m in mentions if m.kind not in ("interval", "duration")]
    return mentions


_ALONE = pattern_of(
    r"(?: ?\((?:[A-Z.]{1,6}|[qbt]\.?i?\.?d\.?)\))?(?: for \d[^.;,]{0,20})?[.,;]?(?:$|\n| as long as| until)"
)  # "5 mg. Once daily (QD)."
# "…; every 21 days for 6 cycles, then drugamab alone"
_REPEATED = pattern_of(r"\W*(?:repeated |cycled |all )?(?:every \d+|q ?\d)", re.I)


# A medicine, who takes it, or no subject; not "Response every 2 weeks", "A board meets every 6 months".
_OWN_SUBJECT = expression("dose_remark.own_subject")


def _of_itself(text: str, statement: Statement, mentions: Sequence[Mention]) -> frozenset[str]:
    """The kinds of phrase that tell of doses in a sentence that does not speak of giving."""
    lasting = any(m.kind == "cycle_length" for m in mentions) or _ONLY_HOW_LONG.match(text, statement.start, statement.end)
    own = statement.end - statement.start < 40 and _OWN_SUBJECT.match(text, statement.start, statement.end) is not None
    short = own or _REPEATED.match(text, statement.start, statement.end) is not None
    alone = bool(mentions) and mentions[0].start == statement.start and _ALONE.match(text, mentions[0].end) is not None
    told = {"duration": lasting, "interval": short, "frequency": alone}
    return _OF_ITSELF | {kind for kind, holds in told.items() if holds}


def _tells_later(
    text: str, statement: Statement, mentions: Sequence[Mention], drafts: Sequence[Draft], keys: Sequence[str]
) -> bool:
    """Whether a sentence tells how a dose before goes on: "starting with cycle 9, drugamab is given on days 1 and 15 only"."""
    short = statement.end - statement.start < 40
    if not drafts or len(keys) > 1 or not (short or _LATER_CYCLES.search(text, statement.start, statement.end)):
        return False
    draft = next((each for each in reversed(drafts) if not keys or each.agent_key == keys[0]), None)
    phase = {m.kind: m for m in reversed(mentions) if m.kind in _OF_PHASE}
    if draft is None or not _HOW_OFTEN & phase.keys() or not {"cycles", "anchor"} & phase.keys():
        return False
    if statement.line - draft.statement.line > 1 or "cycles" not in draft.parts:
        return False
    before = (draft.later[-1] if draft.later else draft.parts).get("cycles")
    last = before.timing.cycle_to if before else None
    if short and ("cycles" not in phase or last is None or (phase["cycles"].timing.cycle_from or 0) <= last):
        return False
    draft.later.append(phase)
    draft.flags.append("goes_on_otherwise")
    return True


_SOME_PEOPLE = expression("dose_remark.some_people")


def _of_some_people(text: str, statement: Statement, drafts: Sequence[Draft], keys: Sequence[str]) -> bool:
    """Whether a sentence tells what some people go on with: "participants who received 6 cycles will switch to Q2W"."""
    told = bool(drafts) and _SOME_PEOPLE.search(text[statement.start : statement.end]) is not None
    draft = next((each for each in reversed(drafts) if not keys or each.agent_key in keys), None)
    if told and draft and statement.line - draft.statement.line <= 1:
        draft.flags.append("goes_on_otherwise")
    return told


def _remark(text: str, statement: Statement, mentions: Sequence[Mention], drafts: Sequence[Draft], context: Context) -> None:
    """Give a remark to the doses of the agent spoken of last; what it says of cycles to all doses of the paragraph."""
    if not drafts:
        context.opened(statement.part, mentions)
        return
    last = drafts[-1]
    if statement.line - last.statement.line > 2:
        return
    told: dict[str, Mention] = {}
    keep_first(told, mentions)
    all_of_them = any(phrase.match(text, statement.start, statement.end) for phrase in (_ALL_OF_THEM, _ONLY_HOW_LONG))
    all_of_them = all_of_them or _ends_list(text, statement, mentions, _paragraph(drafts))
    for place, draft in enumerate(listed := _paragraph(drafts)[::-1]):
        for mention in [m for m in told.values() if not _is_of_later_dose(text, listed[place : place + 9], m)]:
            if mention.kind == "interval" and "frequency" in draft.parts:
                continue
            cycle = mention.kind == "interval" and "days" in draft.parts
            of_whole = (
                mention.kind == "route" and "route" not in draft.parts and _GIVEN.match(text, statement.start, statement.end)
            )
            if draft.agent_key == last.agent_key or cycle or all_of_them or of_whole or mention.kind in _SHARED_REMARK:
                draft.give(mention)


def _ends_list(text: str, statement: Statement, mentions: Sequence[Mention], drafts: Sequence[Draft]) -> bool:
    """Whether a statement behind a list parted by semicolons only tells its interval: "A 75 mg/m2; B AUC 6; every 3 weeks"."""
    opens = bool(mentions) and mentions[0].kind == "interval" and mentions[0].start == statement.start
    parted = text[: statement.start].rstrip().endswith(";")
    alone = all(draft.statement.line == statement.line and not _HOW_OFTEN & draft.parts.keys() for draft in drafts)
    return opens and parted and alone


def _of_all_before(
    text: str,
    statement: Statement,
    mentions: Sequence[Mention],
    agents: Sequence[AgentMention],
    drafts: Sequence[Draft],
    context: Context,
) -> bool:
    """Whether a sentence is about the doses before it, which take it: their phases, or how they are repeated before a name.

    "…; every 21 days for 6 cycles, then drugamab alone"
    """
    if agents and _REPEATED.match(text, statement.start, statement.end):
        before = [m for m in mentions if m.kind in _OF_CYCLES and m.end <= agents[0].start]
        if before and _PARTS_WAYS.search(text, before[-1].end, agents[0].start):
            _remark(text, statement, before, drafts, context)
            return True
    return _gives_phases(text, statement, mentions, drafts[-1])


def _gives_phases(text: str, statement: Statement, mentions: Sequence[Mention], last: Draft) -> bool:
    """Whether a remark tells the phases of the last dose: "It is given weekly in cycles 1-2, every 2 weeks in cycles 3-6"."""
    if _HOW_OFTEN & last.parts.keys() or last.later or statement.line - last.statement.line > 2:
        return False
    told = Draft(replace(last.amount, end=statement.start), last.agent, statement)
    phases = Phases(text, mentions)
    for mention in mentions:
        if not phases.take(mention, told):
            told.give(mention)
    if not told.later:
        return False
    for mention in told.parts.values():
        last.give(mention)
    last.later, last.flags = told.later, [*last.flags, *told.flags]
    return True


def _paragraph(drafts: Sequence[Draft]) -> list[Draft]:
    """The last doses that stand together: in one line, or in lines right below one another."""
    found: list[Draft] = []
    for draft in reversed(drafts):
        if found and found[-1].statement.line - draft.statement.line > 1:
            break
        found.append(draft)
    return found


def complete(text: str, drafts: Sequence[Draft], context: Context, pairs: Brackets) -> None:
    """Fill what sentences about the agent, or opening words, say and the dose's own words do not."""
    share_routes(text, drafts)
    if drafts and "anchor" in drafts[0].parts and drafts[0].parts["anchor"].rule == "anchor.later":
        del drafts[0].parts["anchor"]  # nothing is told before it
    share_alike(text, drafts)
    share_opening(text, drafts)
    share_cycle(text, drafts, pairs)
    share_lengths(text, drafts)
    for place, draft in enumerate(drafts):
        for mention in context.told_of(draft):
            if _is_of_later_dose(text, drafts[place : place + 9], mention):
                continue
            if draft.amount.per_time == "d" and _parts_a_day(mention):
                draft.parts.setdefault("division", mention)
            own = mention.kind in _CYCLES and context.has_other_cycles(draft)
            if mention.kind in ("frequency", "interval"):
                own = bool(_HOW_OFTEN & draft.parts.keys() or draft.amount.per_time)
            elif mention.kind == "duration":
                own = bool({"days", "weeks"} & draft.parts.keys()) or _is_one_of_several(text, draft)
            elif mention.kind == "days":
                own = has_times(draft, mention)
            if not own:
                draft.parts.setdefault(mention.kind, mention)


_NUMBERED = pattern_of(r"(?<![a-z])(?:first|second|third|fourth|last|final|1st|2nd|3rd) dose\W{0,3}(?:of )?$", re.I)


_LATER_TOO = frozenset({"until", "cycle_length", "cycle_count", "duration"})


def _is_of_later_dose(text: str, drafts: Sequence[Draft], mention: Mention) -> bool:
    """Whether a sentence behind doses of an agent at different intervals tells how a later one than ``drafts[0]`` goes on."""
    own = [each for each in drafts if each.agent_key == drafts[0].agent_key and each.amount.end <= mention.start]
    first = [each for each in own if each.statement is drafts[0].statement]
    line = drafts[0].statement.line
    near = [d for d in own[len(first) :] if d.statement.line == line or "\n" not in text[d.amount.end : mention.start]]
    often = [[each.parts.get("frequency") or each.parts.get("interval") for each in (first[-1], other)] for other in near]
    return mention.kind in _LATER_TOO and any(one and other and one.timing != other.timing for one, other in often)


def _is_one_of_several(text: str, draft: Draft) -> bool:
    """Whether a dose is one of several by its words, which last all together: "on two days. The second dose of 20 mg"."""
    return _NUMBERED.search(text, max(0, draft.amount.start - 20), draft.amount.start) is not None


def _parts_a_day(mention: Mention) -> bool:
    """Whether something is given several times a day, in parts of what is told for a day."""
    often = mention.timing
    several = (often.frequency_count or 1) > 1 and (often.frequency_period, often.frequency_unit) == (1, "d")
    return mention.kind == "frequency" and several
