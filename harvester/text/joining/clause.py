"""Conditions that hold for all of a clause: those that open it, and those that close one of two clauses on the same measures.

``For patients with liver metastases, ALT ≤ 5 x ULN and bilirubin ≤ 3 x ULN`` limits both; so does the ``if`` at the end of
``ALT ≤ 2.5 x ULN and bilirubin ≤ 1.5 x ULN if there is no metastasis; ALT ≤ 5 x ULN and bilirubin ≤ 2 x ULN if there is one``.
"""

from __future__ import annotations

import re
from itertools import pairwise

from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.joining.branch import WAY_OPEN
from harvester.text.joining.list_disease import disease_at, speaks_of_diseases
from harvester.text.joining.who_joins import AGES
from harvester.text.joining.whom import NO_WHOM
from harvester.text.limits.place import ReadingLine, WrittenNames, named_between
from harvester.text.written.normal import normal_text

_VALUES = frozenset({"<", "<=", ">", ">=", "=", "range", "in"})
_WORDS_ASIDE = pattern_of(r"\s*\((?P<whom>[A-Za-z][^()<>≤≥\d]{2,60})\)\s*(?:[;.]|$)")
_ONLY_FOR = pattern_of(
    r"\((?P<whom>only (?:for|in) [^()]{3,70}|(?:for |in )(?:the )?[^()<>≤≥\d]{3,60} only"
    r"|(?:adolescents|children|adults|infants|p(?:a)?ediatric \w+|smokers|[\w-]+ (?:patients|participants|subjects)) only)\)"
    r"[\s.;]*$",
    re.IGNORECASE,
)
_PART = pattern_of(
    r"\(\s*(?:only |for |in )*(?P<part>(?:part|cohort|arm|group|phase|stage) [A-Z\d][A-Z\d]{0,2}\b[^()]{0,30}?)\s*\)",
    re.IGNORECASE,
)
# Before a bracket: it is for the last words only.
_SAYS_MORE = pattern_of(r"[,:;<>≤≥]|\b(?:and|or|at least|more than|less than)\b")
_OR = pattern_of(r"\b(?:and/)?or\b", re.IGNORECASE)
_OPENS = pattern_of(
    r"\W*(?:(?:and|or|but|note|however)\W+)*(?:[a-z]+(?: (?:and )?[a-z]+){0,2}:\s*(?=if\b|for\b|in\b))?", re.IGNORECASE
)
_PEOPLE = pattern_of(r"(?:any |all )?(?:patients|participants|subjects|individuals|those|women|men|children) ", re.IGNORECASE)
_IF_SOME = pattern_of(
    r"(?:if|when|unless)\b"
    r"|(?:for|in) (?:the )?(?:[\w-]+ )?(?:patients|participants|subjects|those|women|men|children|adults|cohort|arm)\b",
    re.IGNORECASE,
)
_APART = pattern_of(r"[,;.]|\b(?:and|or)\b", re.IGNORECASE)
_IF = pattern_of(r"(?:if|for|in|when|with|without)\b", re.IGNORECASE)
# "T-LL < 25% blasts; T-ALL ≥ 25% blasts": where a clause of its own may begin
_CLAUSE = pattern_of(r"(?:^|[;.,]\s|\b(?:and/)?or\s|\()\s*(?:(?:[Ff]or|[Ii]n)\s)?")
_NAMED_AS = pattern_of(r"(?:^|[;.,]\s+(?:and |or )?|\b(?:and|or)\s+)(?P<whom>[A-Za-z][^:;,.<>≤≥()]{2,50}):\s*[^:;.<>≤≥]{0,50}$")
# "eGFR < 60 at screening; < 45 at inclusion"
_MOMENT = pattern_of(
    r" (?P<when>(?:at|on|before|after) (?:the )?(?:screening|baseline|inclusion|enrol+ment|randomi[sz]ation|study entry"
    r"|admission|discharge|diagnosis|start of treatment|transplant(?:ation)?|visit \d+"
    r"|day -?\d+))(?=\s*(?:[;,.)]|and\b|or\b|but\b|$))",
    re.IGNORECASE,
)
_ANOTHER_WAY = pattern_of(r"\b(?:and|or|no|not|without)\b", re.IGNORECASE)
_KIND_FAR = 120  # characters
_PARTS = pattern_of(r"[;.]\s")
# Labels that say whom a value is for, where the same measure has several; others tell how or where it is measured.
_NAMES_PEOPLE = pattern_of(
    r"\b(?:patients?|participants?|subjects?|individuals?|people|persons?|donors?|recipients?|adults?|adolescents?|child(?:ren)?"
    r"|infants?|neonates?|m[ae]n|wom[ae]n|(?:fe)?males?|boys?|girls?|those|with(?:out)?|if|when|years?|aged?|smokers?"
    r"|type [\dIV]+|diabet\w+|cohorts?|arms?|groups?|parts?|phases?|stages?|strat(?:a|um)"
    r"|naive|treated|untreated|pretreated|receiving|on|off|newly|relapsed|refractory|(?:non-?)?responders?)\b",
    re.IGNORECASE,
)


def with_clause_conditions(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of one line (``facts``, in their order) with the conditions of their clauses."""
    facts = _over_windows(line, _for_parts(line, _only_for(line, facts)))
    if len(facts) < 2:
        return facts
    given = _in_brackets(line, facts)
    if given:
        return [changed(fact, condition=given[at]) if at in given else fact for at, fact in enumerate(facts)]
    if not any(fact.condition is not None and fact.comparator in _VALUES for fact in facts):
        return facts
    clauses = _clauses(line, facts)
    for bounds, members in clauses.items():
        first = facts[members[0]].condition
        if first is not None and len(members) > 1 and _opens(line.text[bounds[0] : bounds[1]], first):
            given |= {at: first for at in members[1:] if _may_share(facts[at])}
    given = given or _closing(facts, list(clauses.values()))
    return [changed(fact, condition=given[at]) if at in given else fact for at, fact in enumerate(facts)] if given else facts


def with_kinds(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of one line (``facts``, in their order), each for its own people where its clauses are of different ones.

    ``T-LL < 25% blasts; T-ALL ≥ 25% blasts`` begins each clause with its disease; ``Type 1 diabetes: HbA1c 7-10%; type 2
    diabetes: HbA1c 7.5-11%`` has labels that name people, and the same measure again shows that each has its own.
    """
    at_values = [at for at, fact in enumerate(facts) if fact.comparator in _VALUES]
    if len(at_values) < 2:
        return facts
    diseased, names = speaks_of_diseases(line.text), line.written_names()
    heads: dict[int, str] = {}
    labels: dict[tuple[object, ...], dict[int, str]] = {}
    since = 0
    for at in at_values:
        fact = facts[at]
        end = fact.start - line.criterion.start
        first = _clause_start(line.normal.raw, since, end)
        since = max(since, fact.end - line.criterion.start)
        if not _may_share(fact) or fact.sex is not None or end <= first:
            continue
        piece = line.normal.raw[first:end]
        near = named_between(names, first, end)
        if diseased and (kind := _kind_of(piece, [span.start - first for span, key in near if key == fact.concept])) is not None:
            heads[at] = kind
        elif ":" in piece and (named := _NAMED_AS.search(piece)) is not None and not _measures(fact, named, first, near):
            measure = (fact.concept, fact.detail, fact.reference, fact.unit)
            labels.setdefault(measure, {})[at] = " ".join(named["whom"].split())
        elif (moment := _MOMENT.match(line.normal.raw, since)) is not None:
            measure = (fact.concept, fact.detail, fact.reference, fact.unit)
            labels.setdefault(measure, {})[at] = moment["when"]
    given: dict[int, str] = {}
    for told in (heads, *labels.values()):
        if len({words.lower() for words in told.values()}) > 1:
            given |= told
    return [changed(fact, condition=given[at]) if at in given else fact for at, fact in enumerate(facts)] if given else facts


def _clause_start(raw: str, since: int, end: int) -> int:
    """Where the words that may tell of a value that begins at ``end`` do: behind a sign that parts clauses, if they are many."""
    if end - since <= _KIND_FAR:
        return since
    parted = _PARTS.search(raw, end - _KIND_FAR, end)
    return end if parted is None else parted.start()


def _measures(fact: FactRead, named: re.Match[str], first: int, near: WrittenNames) -> bool:
    """Whether a label, found in the words from ``first`` on, tells what is measured, or how (``Duration: …``), and no people."""
    if fact.concept.endswith(("_duration", "_frequency")) or fact.concept.startswith("other_measure"):
        return True
    if _NAMES_PEOPLE.search(named["whom"]) is None and disease_at(named["whom"]) is None:
        return True
    return any(span.start < first + named.end("whom") and span.end > first + named.start("whom") for span, _ in near)


def _kind_of(piece: str, places: list[int]) -> str | None:
    """The diseases that open the clause of a value; ``piece`` leads to it, and its measure is named at some of ``places``."""
    named_at = max((place for place in places if 0 <= place < len(piece)), default=len(piece))
    if _CLAUSE.search(piece, max(1, named_at)):
        named_at = len(piece)  # it is named behind the value before
    openings = [*_CLAUSE.finditer(piece, 0, named_at)]
    for number in range(len(openings) - 1, -1, -1):
        opening = openings[number]
        told = disease_at(piece[opening.end() : named_at])
        if told is not None:
            rest = piece[opening.end() :].partition(told)[2]
            words = " ".join([*_beside(piece, openings[: number + 1]), told])
            return None if _ANOTHER_WAY.search(rest) or ";" in rest else words
        if ";" in opening.group() or "." in opening.group():
            return None
    return None


def _beside(piece: str, openings: list[re.Match[str]]) -> list[str]:
    """The diseases that share the value of the last, as written (``PTCL, CTCL or`` before ``DLBCL with …``)."""
    first = len(openings) - 1
    while first and ";" not in openings[first].group() and "." not in openings[first].group():
        words = piece[openings[first - 1].end() : openings[first].start()].strip()
        if disease_at(words) != words:
            break
        first -= 1
    return piece[openings[first].end() : openings[-1].end()].split()


def _over_windows(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """Values with the condition behind the time they are counted in (``at least 3 bleeds in the last 6 months if on demand``)."""
    base, given = line.criterion.start, dict[int, str]()
    for at, (fact, timed) in enumerate(pairwise(facts)):
        if timed.window_value is None or timed.condition is None or fact.condition is not None or fact.comparator not in _VALUES:
            continue
        between = line.normal.raw[fact.end - base : max(fact.end, timed.start) - base]
        if _IF_SOME.match(timed.condition) and len(between) < 40 and _APART.search(between) is None:
            given[at] = timed.condition
    return [changed(fact, condition=given[at]) if at in given else fact for at, fact in enumerate(facts)] if given else facts


def with_joint_demands(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of an inclusion, where ``with`` and another value are a further demand and no condition of the first.

    ``NYHA II-IV with LVEF ≤ 40%`` asks for both; ``with a duration of ≥ 18 months`` may tell a stage of a disease. In one of
    several ways the other value is a part of that way, and asks nobody.
    """
    if line.criterion.section != "inclusion" or " with " not in line.text:
        return facts
    given: dict[int, dict[str, object]] = {}
    for at, (fact, other) in enumerate(pairwise(facts)):
        told = fact.condition or ""
        if not told.startswith("with "):
            continue
        if fact.alternative_group is not None:
            for each in range(at + 1, len(facts)):
                if not _is_near(fact, facts[each]):
                    break
                if _is_of_way(line, fact, facts[each]):
                    given[each] = {**NOBODY, "flags": (*facts[each].flags, WAY_OPEN)}
        elif _told_in(line, fact, other) and not other.concept.endswith("_duration"):
            given |= {at: {**given.get(at, {}), "condition": None}}
    return [changed(fact, **given[at]) if at in given else fact for at, fact in enumerate(facts)] if given else facts


def _is_near(fact: FactRead, other: FactRead) -> bool:
    """Whether ``other`` begins no later than the condition of ``fact`` can end."""
    return other.start - fact.end <= len(fact.condition or "") + 8


def _is_of_way(line: ReadingLine, fact: FactRead, other: FactRead) -> bool:
    """Whether ``other`` is asked for in the condition of ``fact``, one of several ways (``or 6-24 h with a core < 70 mL``)."""
    asked = (other.eligible_low, other.eligible_high, other.eligible_set) != (None, None, None)
    if not asked or other.alternative_group == fact.alternative_group:
        return False
    return other.start >= fact.end and _words_of(line, other) in (fact.condition or "")


def _words_of(line: ReadingLine, fact: FactRead) -> str:
    """The regular words of a value."""
    base, raw = line.criterion.start, line.normal.raw
    return " ".join(normal_text(raw[fact.start - base : fact.end - base]).text.split())


def _told_in(line: ReadingLine, fact: FactRead, other: FactRead) -> bool:
    """Whether ``other``, a value that is asked of everybody, stands in the condition of ``fact``."""
    asked = other.eligible_low is not None or other.eligible_high is not None or other.eligible_set is not None
    near = other.start >= fact.end and _is_near(fact, other)
    words = _words_of(line, other)
    _, told, rest = (fact.condition or "").partition(words)
    return bool(asked and near and told) and " and " not in rest  # "… and active disease" tells a stage of the disease


def _only_for(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """Values of a sentence whose last bracket says for whom alone it is (``(only for HFrEF participants)``)."""
    if not facts or "only" not in line.text.lower():
        return facts
    given: dict[int, str] = {}
    for bounds in line.sentences.bounds:
        told = _ONLY_FOR.search(line.text[max(bounds[0], bounds[1] - 140) : bounds[1]])
        if told:
            raw = line.normal.raw_span(*bounds).shifted(line.criterion.start)
            words = " ".join(told["whom"].split())
            given |= {at: words for at, fact in enumerate(facts) if raw.start <= fact.start < raw.end and fact.condition is None}
    return [changed(fact, condition=given[at]) if at in given else fact for at, fact in enumerate(facts)] if given else facts


def _for_parts(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """Values behind which a bracket names their part of the trial (``3 months (Part A) or 6 months (Part B)``)."""
    raw, base = line.normal.raw, line.criterion.start
    parts = [(told.start(), " ".join(told["part"].split())) for told in _PART.finditer(raw)] if "(" in raw else []
    if facts and line.criterion.scope is None and len(parts) == 1:
        return _for_part(line, facts, *parts[0])
    if not facts or len({words for _, words in parts}) < 2:
        return facts
    ends = [fact.start - base for fact in facts[1:]] + [len(raw)]
    given: dict[int, str] = {}
    for at, (fact, end) in enumerate(zip(facts, ends, strict=True)):
        words = next((words for start, words in parts if fact.end - base <= start < max(end, fact.end - base)), None)
        if words is not None and fact.condition is None:
            given[at] = words
    return [changed(fact, condition=given[at]) if at in given else fact for at, fact in enumerate(facts)] if given else facts


def _for_part(line: ReadingLine, facts: list[FactRead], at: int, part: str) -> list[FactRead]:
    """Values of the sentence whose people one bracket says to be of a part (``Toddlers (Part C), born at ≥ 37 weeks``)."""
    base = line.criterion.start
    sentences = (line.normal.raw_span(*each) for each in line.sentences.bounds)
    bounds = next((sentence for sentence in sentences if sentence.start <= at < sentence.end), None)
    if bounds is None or ":" in part or _SAYS_MORE.search(line.normal.raw, bounds.start, at):
        return facts
    return [
        changed(fact, condition=part) if fact.condition is None and bounds.start <= fact.start - base < bounds.end else fact
        for fact in facts
    ]


def _in_brackets(line: ReadingLine, facts: list[FactRead]) -> dict[int, str]:
    """Brackets of words right behind values of one measure, a clause each (``> 5 (seronegative); CRP > 2 (seropositive)``)."""
    if line.text.count(";") == 0 or line.text.count("(") < 2:
        return {}
    alike: dict[tuple[object, ...], list[tuple[int, str]]] = {}
    raw, base = line.normal.raw, line.criterion.start
    for at, fact in enumerate(facts):
        words = _WORDS_ASIDE.match(raw, fact.end - base)
        if words and fact.comparator in _VALUES and _may_share(fact) and not NO_WHOM.search(_OR.sub(" ", words["whom"])):
            alike.setdefault((fact.concept, fact.reference, fact.unit), []).append((at, " ".join(words["whom"].split())))
    pairs = [told for told in alike.values() if len(told) > 1 and len({words for _, words in told}) == len(told)]
    return dict(pair for told in pairs for pair in told)


def _clauses(line: ReadingLine, facts: list[FactRead]) -> dict[tuple[int, int], list[int]]:
    """The values of each clause, by their places among ``facts``."""
    found: dict[tuple[int, int], list[int]] = {}
    values = [at for at, fact in enumerate(facts) if fact.comparator in _VALUES]
    for bounds in line.sentences.bounds:
        raw = line.normal.raw_span(*bounds).shifted(line.criterion.start)
        members = [at for at in values if raw.start <= facts[at].start < raw.end]
        if members:
            found[bounds] = members
    return found


def _may_share(fact: FactRead) -> bool:
    return fact.condition is None and fact.concept not in AGES and not fact.exception


def _opens(clause: str, condition: str) -> bool:
    """Whether a clause begins with ``condition`` and a comma ends it, or with the people it tells (``Patients with HIV …``)."""
    opening = _OPENS.match(clause)
    words = " ".join(clause[opening.end() if opening else 0 :][: len(condition) + 60].split())
    people = _PEOPLE.match(words)
    if people:
        return words[people.end() :].startswith(condition)
    return _IF.match(condition) is not None and words.startswith(condition) and words[len(condition) :].lstrip()[:1] in (",", ":")


def _closing(facts: list[FactRead], clauses: list[list[int]]) -> dict[int, str]:
    """Conditions at the end of clauses that name the same measures, for the values before them."""
    given: dict[int, str] = {}
    ends = [members for members in clauses if _IF.match(facts[members[-1]].condition or "")]
    for members in ends:
        others = {facts[at].concept for each in ends if each is not members for at in each}
        open_ones = [at for at in members[:-1] if facts[at].concept in others]
        if open_ones and all(_may_share(facts[at]) for at in members[:-1]):
            given |= dict.fromkeys(open_ones, facts[members[-1]].condition or "")
    return given
