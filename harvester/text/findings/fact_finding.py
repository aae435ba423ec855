"""Facts without a number: windows such as "within the past year", and what is present or absent."""

from __future__ import annotations

import re
from bisect import bisect_left

from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.rule import confidence_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed, people_of_line
from harvester.text.findings.claim import TODAY, claim_of, spares_some
from harvester.text.findings.let_in import is_let_in
from harvester.text.findings.presence import Finding
from harvester.text.joining.modifier import only_other_than
from harvester.text.joining.whom import whom_of
from harvester.text.limits.concept_group import group
from harvester.text.limits.place import ReadingLine
from harvester.text.limits.stage import CONCEPT as STAGE
from harvester.text.times.time_read import anchor_of, first_cue, implicit_cue
from harvester.text.times.time_window import day_windows, implicit_windows
from harvester.text.times.unbinding import asks_for_treatment, shuts_out


def implicit_window_facts(line: ReadingLine, read: list[FactRead]) -> list[FactRead]:
    """Windows written without a number; none where ``read`` already has a value."""
    taken = sorted((fact.start, fact.end) for fact in read)
    found = []
    for start, end, value, unit in implicit_windows(line.text):
        span = line.normal.raw_span(start, end).shifted(line.criterion.start)
        behind = bisect_left(taken, (span.end, 0))
        if any(span.start < until for _, until in taken[max(0, behind - 4) : behind]):
            continue
        bounds = line.clipped(start, end)
        before, after = line.text[bounds[0] : start], line.text[end : bounds[1]]
        beside = any(0 <= span.start - fact.end <= 2 and fact.comparator and not _is_given(fact) for fact in read)
        concept = "assessment_window" if beside else implicit_cue(before, line.text[start:end])
        asks = concept == "washout" and line.criterion.section == "inclusion" and asks_for_treatment(before)
        if asks and not shuts_out(before + after, line.above):
            concept = "time_since_treatment"
        base = framed(line, start, end, concept, "time.implicit", before, after, ())
        spared = base.exception and not only_other_than(before)  # "other than" says of what, not of when
        told = changed(base, window_value=value, window_unit=unit, window_relation="within", exception=spared)
        found.append(changed(told, window_anchor=anchor_of(after)))
    for match, unit in day_windows(line.text):
        found.extend(_day_facts(line, match, unit))
    return found


def _is_given(fact: FactRead) -> bool:
    """Whether a value is of what was given or lasted: a time behind it says when that was, and not when the value is measured."""
    return fact.concept in ("dose_limit", "ctcae_grade", "nyha") or fact.unit in ("h", "d", "wk", "mo", "a")


def _day_facts(line: ReadingLine, match: re.Match[str], unit: str) -> list[FactRead]:
    """The two ends of a window by days after an event."""
    low, high = float(match["low"]), float(match["high"])
    if not 0 < low < high:
        return []  # "Day 0 through 90 days after": its zero is the study's
    concept = first_cue("window", match["event"], "time_since_event")
    bounds = line.clipped(match.start(), match.end())
    before, after = line.text[bounds[0] : match.start()], line.text[match.end() : bounds[1]]
    base = framed(line, match.start(), match.end("high"), concept, "time.window_right", before, after, ())
    since = changed(base, window_value=low, window_unit=unit, window_relation="at least", window_anchor=match["event"])
    return [since, changed(since, window_value=high, window_relation="within")]


def finding_facts(line: ReadingLine, found: tuple[Finding, ...], read: list[FactRead]) -> list[FactRead]:
    """What the line says is present or absent (``found``), with who may join; a time limit in its sentence (in ``read``) leaves
    that open.
    """
    if not found:
        return []
    windows = [fact.start - line.criterion.start for fact in read if fact.window_relation == "within"]
    excluded = line.criterion.section == "exclusion"
    aside = _is_of_treated if excluded else _is_only_excluded
    facts = [_finding_fact(line, finding, windows) for finding in found if not aside(line.text, finding)]
    return facts if excluded else _one_of_marks(line, facts)


def _is_only_excluded(text: str, finding: Finding) -> bool:
    """Whether a finding is no demand of an inclusion: a treatment for a condition, a cancer that is not said to be another."""
    if finding.concept == "other_malignancy":
        return _ANOTHER.search(text, finding.start, finding.end) is None
    taken = finding.treats and not finding.concept.startswith("prior_")
    return (taken or finding.concept in _FAILING) if finding.state == "present" else finding.concept in _ONLY_EXCLUDED


def _is_of_treated(text: str, finding: Finding) -> bool:
    """Whether an excluded finding may not be what is told: a mark of the disease a treatment was for (``prior therapy for
    HER2-positive cancer``), or one that a "without" may end before (``infection without response or HIV``).
    """
    before = text[max(0, finding.start - 120) : finding.start]
    return (finding.concept in _MARKERS and _OF_TREATED.search(before) is not None) or (
        finding.negated and _WITHOUT_OR.search(before) is not None
    )


def _one_of_marks(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """``facts`` of an inclusion: a mark or mutation beside another is one of several ways in (``FLT3 or NPM1 mutation``)."""
    marks = sum(fact.concept in _MARKS for fact in facts)
    words = line.text
    for fact in facts:
        words = words.replace(line.normal.raw[fact.start - line.criterion.start : fact.end - line.criterion.start], " ")
    if not marks or (marks == 1 and not _BESIDE.search(words)):
        return facts
    return [changed(fact, eligible_set=None) if fact.concept in _MARKS else fact for fact in facts]


_FEW = 12  # lines below one
_MARKERS = group("markers")
_OF_TREATED = expression("presence.of_treated")
_WITHOUT_OR = pattern_of(r"\b(?:without|lacking)\b[^.;:]*\bor\b[^.;:]*$", re.IGNORECASE)
# What under an inclusion heading only tells for whom another value holds: always, or unless it is denied.
_ONLY_EXCLUDED = frozenset({"anticoagulation"})
_FAILING = _ONLY_EXCLUDED | {"cardiovascular_disease", "liver_disease", "kidney_disease"}
_ANOTHER = pattern_of(r"\b(?:other|another|second\w*|concurrent|concomitant|prior|previous|history|additional)\b", re.IGNORECASE)
_PARENT_OPEN = expression("presence.parent_open")
_TREATMENT_ABOVE = expression("treatment.above")  # "Unless approved by the sponsor:"
_ABOVE = expression("presence.above")
_WINDOW_ABOVE = expression("presence.window_above")  # "History within the past 2 years of:"
# "History of thromboembolic events:", "Cardiac disease, including:": the lines below say it
_CLOSES = pattern_of(r"(?: events?| diseases?| conditions?)?,?(?: (?:includ\w+|such as|defined as|e\.g\.)[^.;:]{0,60})?\s*:\s*")
# States of the disease a trial is about: two lines that ask for one are two ways in, and so are remission and relapse.
_WAYS_IN = {
    "remission": "state", "relapsed_refractory": "state", "mrd_positivity": "mrd", "prior_transplant": "prior_transplant",
    "prior_car_t": "prior_car_t", "prior_blinatumomab": "prior_blinatumomab", "extramedullary_disease": "extramedullary",
    "cns_disease": "cns_disease", "ph_positivity": "ph_positivity", "flt3_mutation": "mutation", "npm1_mutation": "mutation",
    "idh1_mutation": "mutation", "idh2_mutation": "mutation", "tp53_mutation": "mutation", "jak2_mutation": "mutation",
    "cd19_positivity": "marker", "cd7_positivity": "marker", "cd20_positivity": "marker", "cd22_positivity": "marker",
    "cd33_positivity": "marker", "bcma_positivity": "marker", "her2_positivity": "marker",
} | dict.fromkeys(group("illnesses"), "illness")  # fmt: skip

_MARKS = frozenset(concept for concept, kind in _WAYS_IN.items() if kind in ("mutation", "marker")) - {"cd19_positivity"}


def without_contradictions(facts: list[FactRead], raw: str, lines: tuple[CriterionLine, ...]) -> list[FactRead]:
    """``facts`` where no finding is asked for in one inclusion line and forbidden in another: the lines are different ways in.

    ``lines`` are the criteria lines of ``raw``. What a line of its own asks of everybody is no way in, whatever other lines say.
    """
    sections = tuple(line.section for line in lines)
    asked: dict[str, set[str]] = {}
    for fact in facts:
        if fact.eligible_set and fact.comparator in ("present", "absent") and sections[fact.line] == "inclusion":
            asked.setdefault(fact.concept, set()).add(str(fact.eligible_set[0]))
    torn = {concept for concept, states in asked.items() if len(states) > 1}
    told: dict[str, set[int]] = {}
    for fact in facts:
        if fact.concept in _WAYS_IN and fact.eligible_set == ("present",) and sections[fact.line] == "inclusion":
            told.setdefault(_WAYS_IN[fact.concept], set()).add(fact.line)
    stages = {fact.eligible_set for fact in facts if fact.concept == STAGE and fact.eligible_set}
    if len(stages) > 1:  # of several diseases or groups
        facts = [changed(fact, eligible_set=None) if fact.concept == STAGE else fact for fact in facts]
    ways = {concept for concept, kind in _WAYS_IN.items() if len(told.get(kind, ())) > 1}
    return [
        changed(fact, eligible_set=None)
        if (
            fact.concept in torn
            or (fact.concept in ways and fact.eligible_set == ("present",) and not _plainly(fact, raw, lines[fact.line]))
        )
        and fact.comparator in ("present", "absent")
        and sections[fact.line] == "inclusion"
        else fact
        for fact in facts
    ]


def without_some_let_in(facts: list[FactRead], raw: str, lines: tuple[CriterionLine, ...]) -> list[FactRead]:
    """``facts`` where no finding of an exclusion shuts all out whose line below lets some in (``treated disease is allowed``),
    and no treatment does whose lines below may tell which is meant, or when, nor an illness that one of them tells in part.
    """
    shut = [
        fact
        for fact in facts
        if fact.eligible_set == ("absent",) and (lines[fact.line].section == "exclusion" or fact.rule == "presence.treatment")
    ]
    if not shut:
        return facts
    told = {(fact.line, fact.concept) for fact in facts}
    # "Suicidal ideation:" is of those meant whom a line below describes.
    parted = {(fact.line, fact.concept) for fact in facts if fact.comparator == "present" and fact.eligible_set is None}
    below: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        if line.parent is not None:
            below.setdefault(line.parent, []).append(at)
        elif line.kind == "note":
            below.setdefault(at - 1, []).append(at)
    spared = set[int]()
    for fact in shut:
        behind = [fact.line + 1] if (fact.line + 1, fact.concept) in told else []
        places = (lines[at] for at in (*below.get(fact.line, ())[:_FEW], *behind))
        narrowed = fact.line in below and fact.rule == "presence.treatment"
        narrowed = narrowed or not parted.isdisjoint((at, fact.concept) for at in below.get(fact.line, ())[:_FEW])
        if narrowed or any(spares_some(fact.concept, raw[line.start : line.end]) for line in places):
            spared.add(id(fact))
    return [changed(fact, eligible_set=None) if id(fact) in spared else fact for fact in facts] if spared else facts


def _plainly(fact: FactRead, raw: str, line: CriterionLine) -> bool:
    """Whether an own line asks for an earlier treatment (``Patients must have undergone a transplant``)."""
    if line.parent is not None or not fact.concept.startswith("prior_") or _UNDERGONE.match(raw, fact.start, fact.end) is None:
        return False
    return _PLAINLY.fullmatch(raw, line.start, fact.start) is not None


_PLAINLY = expression("presence.plainly")
_UNDERGONE = pattern_of(r"(?:undergone|underwent|received|had an?|recipients? of)\b", re.IGNORECASE)


def _parted(raw: str, window: int, start: int) -> bool:
    """Whether "or" parts a window inside its sentence from the finding behind it (``… within 6 months or active GVHD``)."""
    return window > 8 and _OR_ELSE.search(raw, window, start) is not None


_OR_ELSE = pattern_of(r"\bor\b", re.IGNORECASE)
_BESIDE = pattern_of(
    r"\b(?:or|and/or|cohorts?|arms?|groups?|strat\w+|wild[- ]?type|unmutated)\b|[A-Z0-9](?<!positive)(?<!negative)/[A-Z ]",
    re.IGNORECASE,
)


def _people(line: ReadingLine, finding: Finding, sentence: tuple[int, int]) -> str | None:
    """The people a finding is asked of, where the head of its sentence or its line says so."""
    if finding.concept in TODAY:
        return line.whom
    before, after = line.text[sentence[0] : finding.start], line.text[finding.end : sentence[1]]
    return whom_of(line.criterion.section, before, after, line.criterion.scope).words or people_of_line(line, finding.start)


def _finding_fact(line: ReadingLine, finding: Finding, windows: list[int]) -> FactRead:
    section = line.criterion.section
    span = line.normal.raw_span(finding.start, finding.end)
    bounds = line.sentences.around(finding.start)
    sentence = line.normal.raw_span(*bounds)
    inside = [at for at in windows if sentence.start <= at < sentence.end]
    timed = finding.concept not in TODAY and any(at > span.start or not _parted(line.normal.raw, at, span.start) for at in inside)
    of_today = finding.concept in TODAY and finding.state == "absent" and section == "inclusion"  # asked for in every way in
    timed = timed or (finding.concept not in TODAY and line.above != "" and _WINDOW_ABOVE.search(line.above[-160:]) is not None)
    one_way = (line.one_of_several and not of_today) or line.defining or line.conditional
    told = section != "unknown" and line.criterion.kind != "note" and not one_way
    claim = claim_of(section, line.text, bounds, finding, line.criterion.parent is not None, line.above)
    listing = line.criterion.kind == "parent" and (
        (section == "exclusion" and _PARENT_OPEN.search(line.text[-160:]))
        or (finding.concept not in TODAY and _CLOSES.fullmatch(line.text, finding.end))
    )
    asked = section == "inclusion" and finding.state == "present"
    # The lines below a treatment say which is meant, and the line above a finding of whom or when.
    narrowed = finding.treats and (line.criterion.kind == "parent" or _TREATMENT_ABOVE.search(line.above) is not None)
    narrowed = narrowed or (finding.concept not in TODAY and _ABOVE.search(line.above) is not None)
    # What stands below "except for:"; a heading may end its exceptions unseen.
    spared = (line.spared and line.criterion.parent is not None) or is_let_in(section, line.text, finding, bounds)
    may_be = (finding.state == "present" or finding.negated) and (section == "exclusion" or finding.treats)
    said = told and not (timed or finding.open or listing or narrowed or finding.unsure[not asked] or (may_be and spared))
    placed = span.shifted(line.criterion.start)
    which, people = finding.which if finding.treats else claim.condition, _people(line, finding, bounds)
    if which and people and finding.concept == "prior_transplant" and " " not in which:
        which = f"{people}, {which}"  # its kind, and of whom it is asked
    rule = "presence.treatment" if finding.treats else "presence.negated" if finding.negated else "presence.stated"
    return FactRead(
        *(line.index, placed.start, placed.end, finding.concept, finding.state, rule),
        eligible_set=(claim.joins,) if said and claim.joins else None,
        condition=which or people,
        exception=may_be and spared,
        confidence=confidence_of(rule),
        flags=(*line.normal.flags(finding.start, finding.end), *(("time_limited",) if timed else ())),
    )
