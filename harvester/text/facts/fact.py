"""Facts from criteria: every threshold, range, grade, age and time window, with what it is about and whom it lets in.

``read_facts`` is the one entrance. A line's limits come from ``limit.py``, their subjects from ``subject.py``, times from
``fact_time.py``, presence and absence from ``fact_finding.py``. What no rule is sure of is unread, with a reason. Each step is
taken for all lines before the next is begun: what it needs stays in the processor's cache, which saves a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter

from harvester.steps import Steps, done
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, FactReading, UnreadRead
from harvester.text.facts.fact_value import is_threshold, leads_with, named_as_before, threshold_facts, threshold_frame
from harvester.text.findings.fact_finding import (
    finding_facts,
    implicit_window_facts,
    without_contradictions,
    without_some_let_in,
)
from harvester.text.findings.presence import read_findings
from harvester.text.joining.branch import with_open_branches, with_whole_groups
from harvester.text.joining.clause import with_clause_conditions, with_joint_demands, with_kinds
from harvester.text.joining.complement import (
    in_condition_behind,
    of_condition,
    with_second_ways,
    with_those_let_in,
    without_complements,
)
from harvester.text.joining.denied_list import own_words, without_denied
from harvester.text.joining.held_together import with_both_or_none
from harvester.text.joining.list_above import lists_of, or_lists, turned_list
from harvester.text.joining.list_disease import disease_of
from harvester.text.joining.rivals import without_rivals
from harvester.text.joining.sick_list import without_signs
from harvester.text.joining.some_patients import Audience
from harvester.text.joining.way_beside import with_ways_beside
from harvester.text.joining.whose import with_other_persons
from harvester.text.limits.acuity import acuity_facts
from harvester.text.limits.age_table import table_facts
from harvester.text.limits.alternatives import Alternatives, joined_lines
from harvester.text.limits.carried import carried, is_restated, multiple, sharing, united
from harvester.text.limits.concept import mentions
from harvester.text.limits.concept_group import group
from harvester.text.limits.dipstick import dipstick_facts
from harvester.text.limits.heart_block import block_facts
from harvester.text.limits.hla import hla_facts
from harvester.text.limits.limit import MOST, Limit, limits_of, may_hold_limits
from harvester.text.limits.liver_class import liver_class_facts
from harvester.text.limits.namesake import is_apart, told_apart
from harvester.text.limits.own_name import own_names, renamed
from harvester.text.limits.place import Place, Read, ReadingLine
from harvester.text.limits.stage import stage_facts
from harvester.text.limits.subject import OTHER, Subject, subject_of
from harvester.text.limits.tnm import tnm_facts
from harvester.text.times.fact_time import Times
from harvester.text.times.time_fact import time_facts, time_frame
from harvester.text.times.time_read import TimeRead
from harvester.text.times.transplant_day import transplant_day_facts
from harvester.text.written.normal import normal_text
from harvester.text.written.sentence import sentences_of
from harvester.text.written.token import Phrase, tokens_of

_PERFORMANCE = group("performance")
_ORGANS = frozenset({"fev1", "fvc", "dlco", "lvef", "shortening_fraction"})
_KIDNEYS = frozenset({"creatinine_clearance", "egfr"})
_OR_GFR = pattern_of(
    r"\bor (?:estimated )?(?:e?GFR|glomerular filtration rate)(?: \([^()]{1,12}\))?\s*(?:of\s*)?$", re.IGNORECASE
)
_OR_OF_NAMES = pattern_of(r"(?<!and/)\bor\b[^.;,<>≤≥]{1,60}$", re.IGNORECASE)
_LEADS_ON = expression("fact.leads_on")
_ABOVE = 400  # characters
MOST_LINES = 10_000  # criteria of one record; a longer text is no list of criteria, and what is behind them is unread
_TOO_LONG = "more criteria than a record can hold"
# "age ≥ 75 or at least one: …", "one or more of the following": a count of ways, of no measure
_COUNTS_WAYS = pattern_of(r"\s*(?:or more )?(?::|of (?:the )?(?:following|these|below)\b)", re.IGNORECASE)
# "enrolment limited to 20 patients": of the trial, and of no patient
_ENROLLED = pattern_of(
    r"\b(?:enrol\w*|recruit\w*|accrual|sample size|number of (?:patients|participants|subjects))\b[^.;]{0,40}$", re.IGNORECASE
)
_TOLERANCE = pattern_of(r"±\s*$|\+/-\s*$")
_AFTER_TOLERANCE = pattern_of(r"\s*(?:±|\+/-)")
# What is told in a manner of its own, and no number with a comparator.
_OWN_RULES = (
    stage_facts,
    tnm_facts,
    liver_class_facts,
    acuity_facts,
    hla_facts,
    block_facts,
    dipstick_facts,
    transplant_day_facts,
)
_in_line = attrgetter("start", "end", "concept")
_Told = tuple[Place, Limit, TimeRead | Subject]  # a limit that is a fact, and what it is: a time, or a value of its subject


def read_facts(raw: str, lines: tuple[CriterionLine, ...]) -> FactReading:
    """Every fact of ``lines`` (as ``read_criteria(raw)`` gives them), in the order of the text, and what stayed unread.

    >>> from harvester.text.criteria.criteria import read_criteria
    >>> text = "Inclusion Criteria:\\n\\n* Age 14-65 years"
    >>> [(fact.concept, fact.low, fact.high, fact.unit) for fact in read_facts(text, read_criteria(text)).facts]
    [('age', 14.0, 65.0, 'a')]
    """
    return done(facts_in_steps(raw, lines))


def facts_in_steps(raw: str, lines: tuple[CriterionLine, ...]) -> Steps[FactReading]:
    """What `read_facts` gives."""
    beyond, lines = lines[MOST_LINES:], lines[:MOST_LINES]
    framed = [line for line in (yield from _framed(raw, lines)) if line.criterion.kind != "header"]
    yield
    limits = [limits_of(line.text, line.tokens, line.names) if line.tokens else () for line in framed]
    yield
    found = yield from _facts_of(framed, limits)
    yield
    unread = [each for told in zip(framed, limits, found, strict=True) for each in _unread(*told)]
    unread.extend(UnreadRead(at, line.start, line.end, _TOO_LONG) for at, line in enumerate(beyond, MOST_LINES))
    facts = [fact for told in found for fact in told]
    settled = without_some_let_in(without_contradictions(facts, raw, lines), raw, lines)
    settled = without_signs(without_rivals(joined_lines(settled, or_lists(raw, lines)), lines), lines) if settled else settled
    characters = sum(line.end - line.start for line in (*(each.criterion for each in framed), *beyond))
    return FactReading(tuple(settled), tuple(unread), characters, sum(map(_covered, found)))


def _framed(raw: str, lines: tuple[CriterionLine, ...]) -> Steps[list[ReadingLine]]:
    """The lines made ready to be read, each in the frame of those above and beside it."""
    normals = [normal_text(raw[line.start : line.end], flowing=True) for line in lines]
    numeric = [may_hold_limits(normal.text) for normal in normals]
    yield
    sentences = [sentences_of(normal.text) for normal in normals]
    told = [at for at in range(len(lines)) if numeric[at]]
    naming = {*told, *(_named_by(lines, at) for at in told)}
    tokens = [tokens_of(normal.text) if at in naming else () for at, normal in enumerate(normals)]
    yield
    own = own_names(raw)
    names = [renamed(mentions(each), each, own) if own else mentions(each) for each in tokens]
    yield
    listed, denied = lists_of(raw, lines), set[int]()
    for at, normal in enumerate(normals):
        said = own_words(normal.text, listed[at].section, sentences[at])
        if said is not None:
            sentences[at] = said.sentences
            if said.turned:
                listed[at] = turned_list(listed[at].section, said.unsure)
                denied.add(at)
    yield
    audience = Audience(raw, lines)
    some = [audience.of(line, normal.text) for line, normal in zip(lines, normals, strict=True)]
    diseases = [disease_of(raw, line, lines) for line in lines]
    return [
        ReadingLine(
            at,
            line if listed[at].section == line.section else replace(line, section=listed[at].section),
            normals[at],
            normals[at].text,
            tokens[at] if numeric[at] else (),
            sentences[at],
            names[at],
            _names_above(lines, names, at),
            one_of_several=listed[at].one_of_several,
            defining=listed[at].defining,
            conditional=some[at].only,
            denied=at in denied,
            spared=some[at].spares,
            above=_words_above(raw, lines, line),
            whom=some[at].whom,
            disease=diseases[at],
        )
        for at, line in enumerate(lines)
    ]


def _words_above(raw: str, lines: tuple[CriterionLine, ...], line: CriterionLine) -> str:
    if line.parent is None:
        return ""
    above = lines[line.parent]
    return raw[above.start : above.end][:_ABOVE]


def _names_above(lines: tuple[CriterionLine, ...], names: list[tuple[Phrase, ...]], at: int) -> tuple[Phrase, ...]:
    """What the line names that an item stands below, or a short heading right above (``Life expectancy``)."""
    above = _named_by(lines, at)
    return () if above is None else names[above]


def _named_by(lines: tuple[CriterionLine, ...], at: int) -> int | None:
    """The line that may name what an item is about: the one it stands below, or a short heading right above."""
    if lines[at].parent is not None or not at:
        return lines[at].parent
    above = lines[at - 1]
    return at - 1 if above.kind == "header" and above.end - above.start <= 30 else None


def _unread(line: ReadingLine, limits: tuple[Limit, ...], found: list[FactRead]) -> Iterator[UnreadRead]:
    """What of a line stayed unread."""
    criterion = line.criterion
    if len(limits) >= MOST:
        rest = line.normal.raw_span(limits[-1].end, len(line.text)).shifted(criterion.start)
        yield UnreadRead(line.index, rest.start, rest.end, "more values than a criterion can hold")
    if not found and criterion.kind == "item":
        yield UnreadRead(line.index, criterion.start, criterion.end, "no rule reads this criterion")


def _covered(facts: list[FactRead]) -> int:
    """How many characters the words of a line's facts, in their order, cover."""
    covered, until = 0, -1
    for fact in facts:
        covered += max(0, fact.end - max(fact.start, until))
        until = max(until, fact.end)
    return covered


def _facts_of(lines: list[ReadingLine], limits: list[tuple[Limit, ...]]) -> Steps[list[list[FactRead]]]:
    """The facts of each line, in their order."""
    told = [_told_by(*each) if each[1] else [] for each in zip(lines, limits, strict=True)]
    yield
    frames = [[_frame_of(*each) for each in of_line] for of_line in told]
    yield
    found = [_values_of(*each) if each[1] else [] for each in zip(lines, told, frames, strict=True)]
    yield
    for line, facts in zip(lines, found, strict=True):
        facts.extend(implicit_window_facts(line, facts))
    own = [[fact for rule in _OWN_RULES for fact in rule(line)] for line in lines]
    found = [_without(*each) if each[1] else each[0] for each in zip(found, own, strict=True)]
    yield
    shut = (line.above if line.criterion.section == "exclusion" else "" for line in lines)
    findings = [read_findings(line.text, line.sentences.bounds, above) for line, above in zip(lines, shut, strict=True)]
    yield
    for line, told_there, facts in zip(lines, findings, found, strict=True):
        facts.extend(finding_facts(line, told_there, facts))
    found = [_with_table(line, facts) for line, facts in zip(lines, found, strict=True)]
    return [with_other_persons(line, without_denied(line, facts)) for line, facts in zip(lines, found, strict=True)]


def _without(found: list[FactRead], own: list[FactRead]) -> list[FactRead]:
    """``own``, behind those of ``found`` that share no words with them."""
    return [fact for fact in found if not any(each.start < fact.end and fact.start < each.end for each in own)] + own


def _with_table(line: ReadingLine, found: list[FactRead]) -> list[FactRead]:
    """``found`` in the order of the text, what a table of ages tells in place of its values."""
    if table := table_facts(line):
        found = [*table, *(fact for fact in found if fact.concept not in ("age", "creatinine_serum", "state_duration"))]
    return sorted(found, key=_in_line) if len(found) > 1 else found


def _told_by(line: ReadingLine, limits: tuple[Limit, ...]) -> list[_Told]:
    """What each of the line's limits tells, in their order; those that tell nothing are not there."""
    found: list[_Told] = []
    earlier: Read | None = None
    times = Times()
    tolerates = "±" in line.text or "+/-" in line.text
    for number, limit in enumerate(limits):
        if tolerates and _is_tolerance(line.text, limit):
            continue
        limit = united(limit, line.text)
        place = Place.of(line, limits, number, earlier).told(limit)
        limit = sharing(place)
        place = place.told(limit)
        counts = limit.comparator_words.startswith("limited to") and _ENROLLED.search(place.left)
        if counts or is_restated(place) or (limit.amount.word and _COUNTS_WAYS.match(place.right)):
            continue
        place = multiple(place)
        place = place.told(carried(place))
        timed, time = times.read(place)
        if time is not None and time.kind != "none":
            found.append((place, timed, time))
        elif time is None:
            named = _subject(place)
            subject = told_apart(place, named)
            if is_threshold(place, subject):
                found.append((place, limit, subject))
                earlier = (limit, named if is_apart(place) else subject)
    return found


def _frame_of(place: Place, limit: Limit, what: TimeRead | Subject) -> FactRead:
    """What the facts of a limit share: its words and modifiers."""
    return threshold_frame(place, what) if isinstance(what, Subject) else time_frame(place, limit, what)


def _values_of(line: ReadingLine, told: list[_Told], frames: list[FactRead]) -> list[FactRead]:
    """The facts of what the line's limits tell, in their order."""
    found: list[FactRead] = []
    before = ""  # the words of the value before
    alternatives = Alternatives(line.text, line.criterion.section == "inclusion")
    for (place, limit, what), frame in zip(told, frames, strict=True):
        words = line.text[place.limit.start : place.limit.end]
        if isinstance(what, Subject):
            facts = of_condition(threshold_facts(place, what, frame), found, words, line.criterion.section)
        else:
            facts = time_facts(place, limit, what, frame)
        facts = named_as_before(place, facts, found)
        found = in_condition_behind(found, facts, before)
        before = words
        found.extend(facts)
        alternatives.join(place.limit, facts, (what.start, what.end) if isinstance(what, Subject) else (0, 0))
        if len(facts) > 1 and (all(fact.concept in _PERFORMANCE for fact in facts) or _either_of_two(place, facts)):
            alternatives.share(place.limit)
    apart = without_complements(with_kinds(line, alternatives.settled(found)))
    settled = with_joint_demands(line, with_clause_conditions(line, apart))
    settled = with_second_ways(line, with_those_let_in(line, with_ways_beside(line, with_open_branches(line, settled))))
    return with_both_or_none(line, with_whole_groups(line, settled))


def _either_of_two(place: Place, facts: list[FactRead]) -> bool:
    """Whether an inclusion asks for the least of one of two measures of an organ (``FEV1 or FVC ≥ 50%``)."""
    if place.line.criterion.section != "inclusion" or facts[0].comparator not in (">", ">="):
        return False
    if all(fact.concept in _KIDNEYS for fact in facts):
        return _OR_GFR.search(place.left[-60:]) is not None
    return all(fact.concept in _ORGANS for fact in facts) and _OR_OF_NAMES.search(place.left[-80:]) is not None


def _is_tolerance(text: str, limit: Limit) -> bool:
    """Whether a number only says how exact another one is (``6 weeks ± 2 weeks``)."""
    before = text[max(0, limit.start - 8) : limit.start]
    return _TOLERANCE.search(before) is not None or _AFTER_TOLERANCE.match(text, limit.end) is not None


def _subject(place: Place) -> Subject:
    return subject_of(place.text, place.limit, place.names, place.since, place.until, _same(place), place.line.parent_names)


def _same(place: Place) -> Subject | None:
    """The subject of the value before, when this one goes on with it in the same sentence or right behind it."""
    if place.earlier is None or place.earlier[1].concepts == (OTHER,):
        return None
    limit, subject = place.earlier
    if limit.start < place.bounds[0] and not _LEADS_ON.fullmatch(place.left) and not leads_with(place):
        return None
    or_else = place.text[limit.end : place.limit.start].strip() == "or"  # "≥ 15/50 or ≥ 30%"
    if subject.concepts == ("other_score",) and limit.amount.unit != place.limit.amount.unit and not or_else:
        return None
    return subject if place.limit.start - limit.end < 160 else None
