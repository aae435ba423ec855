"""Facts from criteria: every threshold, range, grade, age and time window, with what it is about and whom it lets in.

``read_facts`` is the one entrance. A line's limits come from ``limit.py``, their subjects from ``subject.py``, times from
``time_window.py``, presence and absence from ``presence.py``. What no rule is sure of is unread, with a reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from harvester.text.concept import SCORES, mentions
from harvester.text.concept_unit import canonical
from harvester.text.criteria import CriterionLine
from harvester.text.fact_read import FactRead, FactReading, UnreadRead
from harvester.text.limit import Limit, limits_of, may_hold_limits
from harvester.text.modifier import condition_of, is_exception, joined_by_or, method_of, sex_of
from harvester.text.normal import NormalText, normal_text
from harvester.text.polarity import Region, eligible, requirement_in_exclusion, turns
from harvester.text.presence import read_findings
from harvester.text.sentence import Sentences, sentences_of
from harvester.text.subject import OTHER, Subject, subject_of
from harvester.text.time_window import TimeRead, implicit_windows, nearest_cue, read_time
from harvester.text.token import Phrase, Token, tokens_of

_FAR = 500  # characters beyond which words do not speak of a value
_NO_ULN = frozenset({"lvef", "shortening_fraction", "spo2", "fev1", "fvc", "dlco", "hemoglobin", "platelets", "anc", "wbc", "age"})
_CELL_COUNTS = frozenset({"anc", "wbc", "platelets", "lymphocytes", "monocytes", "eosinophils", "hiv_cd4", "reticulocytes", "cell_count"})
_AGE_CONDITION = re.compile(
    r"(?:\b(?:for|in|if|with)\s+(?:the\s+)?(?:patients?|subjects?|participants?|children|those|women|men|adults?|females?|males?|adolescents?|recipients?)?\s*(?:who are |are |is |aged? |of |being )*"
    r"|\((?:(?:if|for|in|patients?|participants?|subjects?|children|age|aged|ages|recipients?)\s*)+|\b(?:patients?|subjects?|children|participants?|adults?|those|recipients?) (?:who are |are )?(?:aged? )?)$",
    re.IGNORECASE,
)
_TOXICITY = re.compile(r"ctc|toxic|adverse|\bAEs?\b|neuropath|cytokine|\bCRS\b|\bICANS\b|event|bleed|ha?emorrh|infection|dyspn|mucositis|stomatitis|diarrh|nausea", re.IGNORECASE)
_OTHER_GRADE = re.compile(
    r"listhesis|glioma|tumou?rs?\b|carcinoma|follicular|lymphoma|\bWHO\b|astrocytoma|arthritis|kellgren|stenosis|degenerat|\bdiscs?\b|ligament|modic|pfirrmann|varices|esophag|retino|cataract|sprain|\bBPH\b|prolapse|ulcer|burns?\b|school|student|education",
    re.IGNORECASE,
)
_GOES_ON_WITH_AGE = re.compile(r"[\s,]*(?:and|or|to|but|-)?\s*(?:are |is |must be |not )?", re.IGNORECASE)
_PERSONS = re.compile(r"\b(?:patients?|subjects?|participants?|children|women|men|adults?|adolescents?|recipients?|those|individuals?)\s*(?:who are |are |is |aged? |of |[(])*$", re.IGNORECASE)
_TOLERANCE = re.compile(r"±\s*$|\+/-\s*$")
_AFTER_TOLERANCE = re.compile(r"\s*(?:±|\+/-)")
_CONVERTED = re.compile(r"\s*[(\[]\s*(?:approximately |about |~ ?|= ?|or )?$")


@dataclass(frozen=True, slots=True)
class _Line:
    """One criterion as it is read: its words made regular, and the frame its facts share."""

    index: int
    criterion: CriterionLine
    normal: NormalText
    tokens: tuple[Token, ...]  # empty where the line holds no limit
    sentences: Sentences
    names: tuple[Phrase, ...]
    parent_names: tuple[Phrase, ...]

    @property
    def text(self) -> str:
        return self.normal.text


def read_facts(raw: str, lines: tuple[CriterionLine, ...]) -> FactReading:
    """Every fact of ``lines`` (as ``read_criteria(raw)`` gives them), in the order of the text, and what stayed unread.

    >>> from harvester.text.criteria import read_criteria
    >>> text = "Inclusion Criteria:\\n\\n* Age 14-65 years"
    >>> [(fact.concept, fact.low, fact.high, fact.unit) for fact in read_facts(text, read_criteria(text)).facts]
    [('age', 14.0, 65.0, 'a')]
    """
    facts: list[FactRead] = []
    unread: list[UnreadRead] = []
    names: dict[int, tuple[Phrase, ...]] = {}
    parents = {criterion.parent for criterion in lines}
    characters = read = 0
    for index, criterion in enumerate(lines):
        normal = normal_text(raw[criterion.start : criterion.end])
        numeric = may_hold_limits(normal.text)
        tokens = tokens_of(normal.text) if numeric or index in parents else ()
        names[index] = mentions(tokens)
        if criterion.kind == "header":
            continue
        line = _Line(index, criterion, normal, tokens if numeric else (), sentences_of(normal.text), names[index], names.get(criterion.parent, ()) if criterion.parent is not None else ())
        found = _facts_of(line)
        facts.extend(found)
        characters += criterion.end - criterion.start
        read += _covered(found)
        unread.extend(_unread_of(criterion, index, found))
    return FactReading(tuple(facts), tuple(unread), characters, read)


def _covered(facts: list[FactRead]) -> int:
    covered, until = 0, -1
    for fact in sorted(facts, key=lambda fact: (fact.start, fact.end)):
        start = max(fact.start, until)
        covered += max(0, fact.end - start)
        until = max(until, fact.end)
    return covered


def _unread_of(criterion: CriterionLine, index: int, facts: list[FactRead]) -> list[UnreadRead]:
    if facts or criterion.kind != "item":
        return []
    return [UnreadRead(index, criterion.start, criterion.end, "no rule reads this criterion")]


def _clipped(bounds: tuple[int, int], limit: Limit) -> tuple[int, int]:
    """The sentence around a limit, cut where it is too far away to speak of it: reading stays linear."""
    return max(bounds[0], limit.start - _FAR), min(bounds[1], limit.end + _FAR)


def _near(names: tuple[Phrase, ...], limit: Limit) -> tuple[Phrase, ...]:
    first = bisect_left(names, limit.start - _FAR, key=lambda name: name.start)
    last = bisect_left(names, limit.end + _FAR, key=lambda name: name.start)
    return names[first:last]


def _facts_of(whole: _Line) -> list[FactRead]:
    line = whole
    limits = limits_of(line.text, line.tokens) if line.tokens else ()
    found: list[FactRead] = []
    earlier: tuple[Limit, Subject] | None = None
    time: TimeRead | None
    aged: Limit | None = None
    windowed: tuple[Limit, TimeRead] | None = None
    groups = _Groups()
    for number, limit in enumerate(limits):
        line = replace(whole, names=_near(whole.names, limit))
        bounds = _clipped(line.sentences.around(limit.start), limit)
        until = limits[number + 1].start if number + 1 < len(limits) else bounds[1]
        since = earlier[0].end if earlier and earlier[0].start >= bounds[0] else bounds[0]
        if _TOLERANCE.search(line.text[max(0, limit.start - 8) : limit.start]) or _AFTER_TOLERANCE.match(line.text, limit.end):
            continue
        following = limits[number + 1] if number + 1 < len(limits) and limits[number + 1].start < bounds[1] else None
        if limit.amount.unit is None and _shares_age(line, limit, following) and following is not None:
            limit = replace(limit, amount=replace(limit.amount, unit=following.amount.unit, kind="duration", unit_text=following.amount.unit_text))
            time = TimeRead("age", "age", "time.age") if not _is_condition(line, limit, line.text[bounds[0] : limit.start], earlier) else TimeRead("none", "", "")
        elif aged is not None and limit.amount.kind == "duration" and _GOES_ON_WITH_AGE.fullmatch(line.text, aged.end, limit.start):
            time = TimeRead("age", "age", "time.age")
        else:
            time = _time(line, limit, bounds, since, earlier)
        if time is None or time.kind in ("none", "duration"):
            time = _same_window(line, limit, windowed) or time
        windowed = (limit, time) if time is not None and time.kind == "window" else windowed
        aged = limit if time is not None and time.concept == "age" else None
        if time is not None:
            if time.kind != "none":
                found.append(groups.joined(line, limit, _time_fact(line, limit, time, bounds)))
            continue
        subject = _graded(line, subject_of(line.text, limit, line.names, since, min(until, bounds[1]), _same(line, earlier, limit, bounds), line.parent_names), limit, bounds)
        facts = _threshold_facts(line, limit, subject, bounds, earlier)
        if facts:
            earlier = (limit, subject)
            found.extend(groups.joined(line, limit, fact) for fact in facts)
    found.extend(_implicit(whole, found))
    found = groups.settled(found)
    found.extend(_findings(whole, found))
    return sorted(found, key=lambda fact: (fact.start, fact.end, fact.concept))


def _graded(line: _Line, subject: Subject, limit: Limit, bounds: tuple[int, int]) -> Subject:
    """Grades of graft-versus-host disease told from toxicity grades by the words beside them."""
    if subject.concepts == (OTHER,) and limit.amount.unit is None and re.search(r"\bclass\b", line.text[max(bounds[0], limit.start - 12) : limit.end + 8], re.IGNORECASE):
        heart = re.search(r"NYHA|New York|heart failure", line.text[bounds[0] : bounds[1]], re.IGNORECASE)
        return replace(subject, concepts=("nyha",), rule="subject.class") if heart else subject
    if subject.concepts == ("blood_pressure",):
        side = re.match(r"[\s(]*(systolic|diastolic)", line.text[limit.end : limit.end + 20], re.IGNORECASE)
        return replace(subject, concepts=("sbp" if side[1].lower() == "systolic" else "dbp",)) if side else subject
    if subject.concepts != ("ctcae_grade",):
        return subject
    sentence = line.text[bounds[0] : bounds[1]]
    if _OTHER_GRADE.search(sentence) and not _TOXICITY.search(sentence):
        return replace(subject, concepts=("other_score",))
    near = line.text[max(bounds[0], limit.start - 60) : min(bounds[1], limit.end + 50)]
    return replace(subject, concepts=("gvhd_grade",)) if re.search(r"gvhd|graft[- ]versus", near, re.IGNORECASE) else subject


def _same(line: _Line, earlier: tuple[Limit, Subject] | None, limit: Limit, bounds: tuple[int, int]) -> Subject | None:
    """The subject of the value before, when this one goes on with it in the same sentence."""
    if earlier is None or earlier[1].rule == "subject.other":
        return None
    if earlier[0].start < bounds[0] and not re.fullmatch(r"\s*(?:and|or)?\s*", line.text[bounds[0] : limit.start]):
        return None
    return earlier[1] if limit.start - earlier[0].end < 160 else None


def _time(line: _Line, limit: Limit, bounds: tuple[int, int], since: int, earlier: tuple[Limit, Subject] | None) -> TimeRead | None:
    """The reading of a time; none when the limit is no time. Kind ``none`` drops it."""
    amount = limit.amount
    timed = amount.kind == "duration" and amount.unit not in ("s", "min") or amount.unit == "{half-life}"
    if amount.unit in ("min", "s") and limit.comparator is None:
        return TimeRead("none", "", "")
    left = line.text[bounds[0] : limit.start]
    aged = amount.unit is None and _aged(line, limit, since)
    if not timed and not aged:
        return None
    donor = line.criterion.population == "donor"
    if timed and not left.strip() and line.parent_names and line.parent_names[-1].key == "age" and limit.comparator:
        return TimeRead("age", "age", "time.age")
    read = read_time(line.text, limit, bounds, line.names, since, donor)
    if read is not None and read.kind == "age" and _is_condition(line, limit, left, earlier):
        return TimeRead("none", "", "")
    if read is None and timed:
        return TimeRead("none", "", "")
    if read is not None and read.concept == "state_duration" and amount.unit == "a" and _PERSONS.search(left):
        condition = re.search(r"\b(?:for|in|if|with|among)\s+(?:[\w-]+\s+){0,3}$", left) or earlier is not None
        return TimeRead("none", "", "") if condition else TimeRead("age", "age", "time.age")
    if read is not None and read.kind == "window" and earlier is not None and earlier[1].concepts != (OTHER,):
        start = read.start if read.start is not None else limit.start
        if start - earlier[0].end < 20 and re.fullmatch(r"[\s,(]*", line.text[earlier[0].end : start]):
            return replace(read, concept="assessment_window")
    return read


def _aged(line: _Line, limit: Limit, since: int) -> bool:
    own = [name for name in line.names if since <= name.start and name.end <= limit.number_start]
    behind = any(name.key == "age" and 0 <= name.start - limit.end <= 6 and not re.search(r"\d", line.text[limit.end : name.start]) for name in line.names)
    owner = own[-1].key if own else None
    if re.search(r"\b(?:adults?|children|minors?|adolescents?|infants?)\s*[(,]?\s*$", line.text[max(0, limit.start - 30) : limit.start], re.IGNORECASE) and limit.comparator:
        return True
    return owner in ("age", "age_at_onset", "gestational_age") or behind or limit.comparator_words.startswith(("older", "younger", "under the age"))


def _same_window(line: _Line, limit: Limit, windowed: tuple[Limit, TimeRead] | None) -> TimeRead | None:
    """``within 4 weeks or 5 half-lives``: the second of two times joined by "or" is the same window."""
    if windowed is None or limit.amount.kind != "duration" and limit.amount.unit != "{half-life}" or limit.amount.unit in ("s", "min"):
        return None
    if limit.start - windowed[0].end > 60:
        return None
    between = re.fullmatch(r"[\s,(]*(?:or|and|to)\s*(?:within\s*)?(?:at least\s*)?", line.text[windowed[0].end : limit.start], re.IGNORECASE)
    return replace(windowed[1], start=limit.start) if between else None


def _shares_age(line: _Line, limit: Limit, following: Limit | None) -> bool:
    """Whether a number without a unit shares the next one's (``less than 6, and older than 18 years``)."""
    if following is None or limit.comparator is None or limit.amount.reference != "absolute" or following.amount.unit not in ("a", "mo"):
        return False
    between = re.fullmatch(r"[\s,]*(?:and|or|and/or)?\s*", line.text[limit.end : following.start])
    aged = re.search(r"\b(?:old|of age|older|younger|age)\b", line.text[following.start : following.end + 10])
    return bool(between and aged)


def _is_condition(line: _Line, limit: Limit, left: str, earlier: tuple[Limit, Subject] | None) -> bool:
    """Whether an age only says for whom another value of the sentence holds (``≥ 50% for patients > 16 years``)."""
    graded = line.text[max(0, limit.start - 60) : limit.start]
    if graded.rstrip().endswith("(") and any(name.key in SCORES and 0 <= limit.start - name.end < 45 for name in line.names) and not re.search(r"\bage\b", graded, re.IGNORECASE):
        return True
    if not _AGE_CONDITION.search(left):
        return False
    if re.match(r"\s*(?:if|for|in)\b", left, re.IGNORECASE) and re.search(r"\w", line.text[limit.end : limit.end + 40]):
        return True
    if re.search(r"\bif\s*(?:\w+\s*){0,2}$", left, re.IGNORECASE):
        return True
    scored = any(name.key in SCORES or name.key in _CELL_COUNTS for name in line.names if name.end <= limit.start)
    return scored or (earlier is not None and earlier[1].concepts != (OTHER,) and limit.start - earlier[0].end < 60)


def _time_fact(line: _Line, limit: Limit, time: TimeRead, bounds: tuple[int, int]) -> FactRead:
    start = time.start if time.start is not None else limit.start
    before, after = line.text[bounds[0] : start], line.text[limit.end : bounds[1]]
    base = _framed(line, start, limit.end, time.concept, time.rule, before, after, limit.flags)
    if time.kind == "window":
        value = limit.low if limit.low is not None else limit.high
        return replace(base, window_value=value, window_unit=limit.amount.unit, window_relation=time.relation, window_anchor=time.anchor)
    return _valued(base, line, limit, time.concept, before)


def _framed(line: _Line, start: int, end: int, concept: str, rule: str, before: str, after: str, flags: tuple[str, ...]) -> FactRead:
    """A fact with its words and modifiers, its values still empty."""
    span = line.normal.raw_span(start, end)
    offset = line.criterion.start
    condition, _ = condition_of(before, after)
    flags = tuple(flag for flag in dict.fromkeys((*flags, *line.normal.flags(start, end))) if flag != "hyphen")
    return FactRead(
        line.index, span.start + offset, span.end + offset, concept, None, rule, sex=sex_of(before, after), condition=condition,
        exception=is_exception(before, after, line.criterion.section), flags=flags,
    )  # fmt: skip


def _valued(base: FactRead, line: _Line, limit: Limit, concept: str, before: str) -> FactRead:
    """``base`` with the limit's numbers, their canonical form and the region of those who may join."""
    unit, amount = _unit_of(limit, concept)
    low, canonical_unit = canonical(concept, limit.low, unit, amount)
    high, high_unit = canonical(concept, limit.high, unit, amount)
    in_canonical = canonical_unit or high_unit
    region = Region(
        low if in_canonical else limit.low, limit.low_inclusive, high if in_canonical else limit.high, limit.high_inclusive
    )
    values = limit.values or None
    turned = turns(line.criterion.section, before)
    who = Region() if base.exception or line.criterion.section == "unknown" else eligible(concept, region, values, turned)
    flags = base.flags
    if requirement_in_exclusion(line.criterion.section, before):
        flags = (*flags, "requirement_in_exclusion")
    if amount == "ULN" and concept in _NO_ULN:
        flags = (*flags, "implausible")
    comparator = limit.comparator or "="
    if comparator == "=" and "=" in line.text[limit.start : limit.number_start] and concept not in SCORES:
        flags = tuple(dict.fromkeys((*flags, "bare_equals")))
    return replace(
        base, comparator=comparator, low=limit.low, low_inclusive=limit.low_inclusive, high=limit.high, high_inclusive=limit.high_inclusive,
        value_set=values, unit=unit, unit_text=limit.amount.unit_text, reference=amount, canonical_low=low, canonical_high=high,
        canonical_unit=in_canonical, eligible_low=who.low, eligible_low_inclusive=who.low_inclusive, eligible_high=who.high,
        eligible_high_inclusive=who.high_inclusive, eligible_set=who.members, flags=flags,
    )  # fmt: skip


def _unit_of(limit: Limit, concept: str) -> tuple[str | None, str]:
    unit = limit.amount.unit
    if unit == "deg" and concept in SCORES:
        unit = None
    if unit == "mm3" and concept in _CELL_COUNTS:
        unit = "/mm3"
    if unit is None and concept in ("age", "age_at_onset", "donor_age") and limit.amount.reference == "absolute":
        unit = "a"
    if unit == "{points}":
        unit = None
    return unit, limit.amount.reference


def _threshold_facts(line: _Line, limit: Limit, subject: Subject, bounds: tuple[int, int], earlier: tuple[Limit, Subject] | None) -> list[FactRead]:
    if not _counts(line, limit, subject, earlier):
        return []
    before, after = line.text[bounds[0] : limit.start], line.text[limit.end : bounds[1]]
    start, end = limit.start, limit.end
    if subject.rule in ("subject.counted", "subject.behind") and subject.end > end:
        after = line.text[subject.end : bounds[1]]
        if subject.rule == "subject.counted":
            end = subject.end
    rule = limit.rule if subject.rule in ("subject.before", "subject.inside") else f"{limit.rule}+{subject.rule}"
    base = _framed(line, start, end, subject.concepts[0], rule, before, after, limit.flags)
    since = max(bounds[0], (earlier[0].end if earlier and earlier[0].start >= bounds[0] else bounds[0]))
    if base.sex is None:
        base = replace(base, sex=sex_of(line.text[since : limit.start], after))
    method = method_of(line.text[limit.start : bounds[1]]) or method_of(line.text[since : limit.start])
    detail = _detail(line, limit, subject, since)
    if limit.rule == "limit.pressure" and limit.second is not None:
        lower = replace(limit, low=limit.second.value if limit.low is not None else None, high=limit.second.value if limit.high is not None else None)
        pair = (("sbp", limit), ("dbp", lower))
        return [_valued(replace(base, concept=concept, method=method), line, one, concept, before) for concept, one in pair]
    return [_valued(replace(base, concept=concept, method=method, detail=detail), line, limit, concept, before) for concept in subject.concepts]


def _detail(line: _Line, limit: Limit, subject: Subject, since: int) -> str | None:
    """Which drug or scale, or for a measure without a concept the words before it."""
    if subject.concepts == (OTHER,):
        words = re.sub(r"[\s(:,=]+$", "", line.text[since : limit.start]).split()
        return " ".join(words[-6:]).strip(" ,;:()") or None
    if subject.concepts[0] in ("dose_limit", "other_score", "cognitive_score", "viral_load"):
        return line.text[subject.start : subject.end]
    return None


def _counts(line: _Line, limit: Limit, subject: Subject, earlier: tuple[Limit, Subject] | None) -> bool:
    """Whether a limit is a fact: a number alone is one only as a multiple of ULN or as a score's value."""
    known = subject.concepts != (OTHER,)
    if limit.comparator == "=":
        return known or limit.amount.unit is not None
    if limit.comparator == "range" and limit.low == 0 and limit.high in (10, 100) and subject.concepts[0] in ("pain_score", "other_score"):
        return False  # the ends of the scale itself
    if limit.comparator == "range" and re.match(r"[\s-]*(?:point )?scale\b", line.text[limit.end : limit.end + 16]):
        return False
    if limit.comparator == "range":
        if not known and limit.amount.unit is None and limit.amount.reference == "absolute":
            return limit.rule in ("limit.pair", "limit.reversed") or limit.start < limit.number_start
        return not (earlier is not None and limit.start - earlier[0].end < 60 and _CONVERTED.search(line.text[earlier[0].end : limit.start]) and limit.rule == "limit.range")
    if limit.comparator is not None:
        if not known and limit.amount.word and limit.amount.unit is None and limit.amount.reference == "absolute":
            return False
        return not (not known and limit.amount.unit is None and re.match(r"[\s)]*(?:of the following|of these|of)\b", line.text[limit.end : limit.end + 40]))
    if limit.amount.reference == "ULN":
        return known
    return _is_grade(line, limit, subject)


def _is_grade(line: _Line, limit: Limit, subject: Subject) -> bool:
    """Whether a number alone is the value of a score or grade named right before it (``ECOG 2``, ``CNS grade 3``)."""
    if subject.rule != "subject.before" or subject.concepts[0] not in SCORES or limit.amount.unit is not None or limit.amount.word:
        return False
    if "." in line.text[limit.number_start : limit.end]:
        return False  # a version (CTCAE 5.0)
    between = line.text[max(subject.end, limit.start - 60) : limit.start]
    return limit.start - subject.end < 60 and bool(re.fullmatch(r"[\s:(=-]*(?:(?:of|is|class|grade|score|status|level|stage)[\s:(=-]*){0,2}", between))


def _implicit(line: _Line, found: list[FactRead]) -> list[FactRead]:
    """Windows written without a number (``within the past year``)."""
    taken = sorted((fact.start, fact.end) for fact in found)
    result = []
    for start, end, value, unit in implicit_windows(line.text):
        bounds = line.sentences.around(start)
        bounds = (max(bounds[0], start - _FAR), min(bounds[1], end + _FAR))
        span = line.normal.raw_span(start, end)
        behind = bisect_left(taken, (span.end + line.criterion.start, 0))
        if any(span.start + line.criterion.start < two for _, two in taken[max(0, behind - 4) : behind]):
            continue
        before, after = line.text[bounds[0] : start], line.text[end : bounds[1]]
        concept = nearest_cue("window", before[-200:], "time_since_event")
        base = _framed(line, start, end, concept, "time.implicit", before, after, ())
        result.append(replace(base, window_value=value, window_unit=unit, window_relation="within"))
    return result


def _findings(line: _Line, read: list[FactRead]) -> list[FactRead]:
    """What the line says is present or absent, with who may join after polarity; a time limit behind it leaves that open."""
    facts = []
    windows = [fact.start - line.criterion.start for fact in read if fact.window_relation == "within"]
    for finding in read_findings(line.text, line.sentences.bounds):
        span = line.normal.raw_span(finding.start, finding.end)
        section = line.criterion.section
        turned = {"present": "absent", "absent": "present"}[finding.state] if section == "exclusion" else finding.state
        sentence = line.normal.raw_span(*line.sentences.around(finding.start))
        timed = any(span.end <= at < sentence.end for at in windows)
        who = None if timed or finding.open or section == "unknown" or line.criterion.kind == "note" else (turned,)
        facts.append(
            FactRead(
                line.index, span.start + line.criterion.start, span.end + line.criterion.start, finding.concept, finding.state,
                "presence.negated" if finding.negated else "presence.stated", eligible_set=who,
                flags=(*line.normal.flags(finding.start, finding.end), *(("time_limited",) if timed else ())),
            )
        )  # fmt: skip
    return facts


class _Groups:
    """Alternatives of one line: values that only "or" joins share a group."""

    def __init__(self) -> None:
        self._last: tuple[Limit, str | None] | None = None
        self._count = 0
        self._group_of: dict[tuple[int, int], str] = {}

    def joined(self, line: _Line, limit: Limit, fact: FactRead) -> FactRead:
        if self._last is not None and self._last[0] is not limit:
            between = line.text[max(self._last[0].end, limit.start - _FAR) : limit.start]
            if joined_by_or(between) and fact.window_value is None:
                group = self._last[1] or self._named()
                self._group_of[(self._last[0].start, self._last[0].end)] = group
                self._last = (limit, group)
                self._group_of[(limit.start, limit.end)] = group
            else:
                self._last = (limit, None)
        elif self._last is None:
            self._last = (limit, None)
        return replace(fact, alternative_group=f"{limit.start}:{limit.end}")

    def _named(self) -> str:
        self._count += 1
        return f"g{self._count}"

    def settled(self, facts: list[FactRead]) -> list[FactRead]:
        settled = []
        for fact in facts:
            if fact.alternative_group and ":" in fact.alternative_group:
                start, _, end = fact.alternative_group.partition(":")
                fact = replace(fact, alternative_group=self._group_of.get((int(start), int(end))))
            settled.append(fact)
        return settled
