"""Lists that their own head denies: ``None of the following: …``, ``No evidence of:``, ``Patients who have none of these:``.

A head that says nothing else turns what stands behind it, on its own line or on those below it. Behind a head in the middle of a
line nobody is asked (flag ``denied_list``): where what it denies ends nothing says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.shape import shape
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.opened import Opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.joining.own_finding import defines
from harvester.text.joining.polarity import Region, eligible, is_sound
from harvester.text.limits.place import ReadingLine
from harvester.text.written.sentence import Sentences

_DENIED = expression("list_above.denied")
_INSIDE = expression("denied_list.inside")
_OF_ILLNESS = expression("denied_list.of_illness")
_OPENS = expression("excluding.opens")
_CLOSES = Opening(expression("excluding.closes").pattern)
_OF_PEOPLE = expression("excluding.of_people")
_ASIDE = expression("excluding.aside")
# Letters as they come, since it is asked of every line.
_EXCLUDING = ("not ", "xclu", "ligib", "n't ", "isqual", "ontra", "NOT ", "XCLU", "LIGIB", "ISQUAL", "ONTRA")
_THESE = pattern_of(r"\b(?:following|these|those|below)\b", re.IGNORECASE)
# "Patients with no disease:" is a state of its own
_NAMED = pattern_of(
    r"(?<!any )(?<!other )\b(?:criteri(?:a|on)|conditions?|diseases?|disorders?|illness(?:es)?|comorbidit(?:y|ies)|complications?"
    r"|findings?|features|events|treatments?|therap(?:y|ies)|medications?|drugs|procedures|abnormalit(?:y|ies)|screening|use)\s*:",
    re.IGNORECASE,
)
_OTHERWISE = {"exclusion": ("forbidden", "excluded"), "inclusion": ("outside", "demanded")}  # denials that turn nothing there
_HEAD = 200
_GOES_ON = pattern_of(r"[,;]| and ")
_ADULT, _MIDDLE_AGE = 21, 40  # years: who is older, or younger than that, is rather asked for than shut out
DENIED = "denied_list"


def denied_lines(raw: str, lines: tuple[CriterionLine, ...]) -> frozenset[int]:
    """The lines of lists that a heading or a note above them denies in its only words (``No:``, ``who have none of these:``)."""
    found: set[int] = set()
    heads: set[int] = set()
    first: CriterionLine | None = None
    below = False
    for line in lines:
        if line.kind in ("header", "note"):
            below, first = _denies(raw, line), None
        elif line.parent in found or line.parent in heads:
            found.add(line.position)
        elif line.kind == "parent" and _denies(raw, line):
            heads.add(line.position)
        elif below and line.parent is None:
            first = first or line
            below = (first.label is None) == (line.label is None) and first.section == line.section
            if below:
                found.add(line.position)
    return frozenset(found)


def _denies(raw: str, line: CriterionLine) -> bool:
    """Whether a line says nothing but that what stands below it must not be."""
    return line.section in _OTHERWISE and _is_denial(_DENIED.fullmatch(raw, line.start, line.end), line.section)


def _is_denial(head: re.Match[str] | None, section: str) -> bool:
    """Whether the words of a head deny what stands below it under the heading ``section``."""
    if head is None or any(head[name] for name in _OTHERWISE[section]):
        return False
    if _THESE.search(head.group()):
        return True
    return head["colon"] is not None and not _NAMED.search(head.group())


@shape()
class OwnWords:
    """What the words of a line say of its section: its ``sentences`` without those words, and whether they turn the section.

    ``unsure``: nobody can be asked by what is left.
    """

    sentences: Sentences
    turned: bool
    unsure: bool = False


def own_words(text: str, section: str, sentences: Sentences) -> OwnWords | None:
    """What a line itself says of who may join by it, ``text`` being its regular words under ``section``.

    None where it says nothing of that kind, or in some of its sentences only.
    """
    if section not in _OTHERWISE:
        return None
    colon = text.find(":", 0, _HEAD)
    if colon >= 0 and text[colon + 1 :].strip() and _is_denial(_DENIED.fullmatch(text, 0, colon + 1), section):
        bounds = tuple((max(start, colon + 1), end) for start, end in sentences.bounds if end > colon + 1)
        return OwnWords(
            Sentences(bounds), True, section == "exclusion" or any(text[end : end + 1] == "." for _, end in bounds[:-1])
        )
    if not _may_exclude(text):
        return None
    told = [_excluded_from(text, *bounds) for bounds in sentences.bounds]
    if None in told:
        return None
    cut = Sentences(tuple((at or 0, end) for at, (_, end) in zip(told, sentences.bounds, strict=True)))
    return OwnWords(cut, section == "inclusion")


def _may_exclude(text: str) -> bool:
    for word in _EXCLUDING:  # noqa: SIM110 - it is asked of every line
        if word in text:
            return True
    return False


def _excluded_from(text: str, start: int, end: int) -> int | None:
    """Where a sentence begins to tell whom it excludes (``Patients are not eligible if …``, ``… may not participate``)."""
    opened = _OPENS.match(text, start, end)
    if opened is not None:
        return opened.end() if opened.end() < end else None
    if not _OF_PEOPLE.match(text, start, end):
        return None
    closed = _CLOSES.search(text, start, end)
    return start if closed is not None and not _ASIDE.search(text, start, closed.start()) else None


def without_denied(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The ``facts`` of one line, nobody asked for what words in its middle deny or exclude and no rule has turned."""
    if facts and line.denied and line.criterion.section == "exclusion":
        return [changed(fact, **NOBODY, flags=(*fact.flags, DENIED)) if _is_demand(line, fact) else fact for fact in facts]
    if not facts or line.criterion.section != "inclusion":
        return facts
    spans = [*_denied_spans(line.text, line.sentences)]
    ill = _OF_ILLNESS.search(line.text) if ":" in line.text else None
    if not spans and ill is None:
        return facts
    base = line.criterion.start
    placed = [line.normal.raw_span(*span).shifted(base) for span in spans]
    behind = line.normal.raw_span(ill.end(), len(line.text)).start + base if ill is not None else None
    found: list[FactRead] = []
    for fact in facts:
        inside = any(span.start <= fact.start < span.end for span in placed)
        of_the_ill = not inside and behind is not None and fact.start >= behind and _is_of_the_ill(fact)
        if (not inside and not of_the_ill) or not _asks_as_told(fact):
            found.append(fact)
        elif of_the_ill and ill is not None and ill["named"] and defines(fact.concept, ill["named"]):
            found.append(_denied(fact))
        else:
            found.append(changed(fact, **NOBODY, flags=(*fact.flags, DENIED)))
    return found


def _denied(fact: FactRead) -> FactRead:
    """A value on the side of the ill that nobody may have (``No uncontrolled diabetes: HbA1c > 9%``); of several, none."""
    asked = Region(fact.eligible_low, fact.eligible_low_inclusive, fact.eligible_high, fact.eligible_high_inclusive)
    who = eligible(fact.concept, asked, fact.value_set, 1)
    return changed(
        fact,
        eligible_low=who.low,
        eligible_low_inclusive=who.low_inclusive,
        eligible_high=who.high,
        eligible_high_inclusive=who.high_inclusive,
        eligible_set=who.members,
        alternative_group=None,
    )


def _is_of_the_ill(fact: FactRead) -> bool:
    """Whether a value is not on the side of those who are well (``No cardiac disease: NYHA III-IV, LVEF < 40%``)."""
    if fact.comparator in ("present", "absent", None):
        return False
    low = (
        min((float(each) for each in fact.value_set if isinstance(each, float)), default=fact.low) if fact.value_set else fact.low
    )
    return not is_sound(fact.concept, fact.comparator, low)


def _is_demand(line: ReadingLine, fact: FactRead) -> bool:
    """Whether a fact further on in a denied list rather asks (``Excluding patients with gout, age ≥ 18 years, ECOG 0-1``)."""
    open_already = fact.eligible_low is None and fact.eligible_high is None and fact.eligible_set is None
    if open_already or not _GOES_ON.search(line.normal.raw, 0, fact.start - line.criterion.start):
        return False
    if fact.concept == "age":
        lowest, highest = fact.low or 0, fact.high or 0
        return (fact.high is None and lowest <= _ADULT) or (fact.low is None and highest >= _MIDDLE_AGE)
    return is_sound(fact.concept, fact.comparator, fact.low)


def _denied_spans(text: str, sentences: Sentences) -> Iterator[tuple[int, int]]:
    """What of a line stands behind a head in its middle that denies it, or in a sentence that excludes."""
    head = _INSIDE.search(text, sentences.bounds[0][0]) if ":" in text else None
    if head is not None and head.end() < len(text):
        yield head.end(), len(text)
    if len(sentences.bounds) > 1 and _may_exclude(text):
        for start, end in sentences.bounds:
            if start < end and _excluded_from(text, start, end) is not None:
                yield start, end


def _asks_as_told(fact: FactRead) -> bool:
    """Whether who may join by a fact is what it says, and not its contrary."""
    if fact.comparator in ("present", "absent"):
        return fact.eligible_set == (fact.comparator,)
    if fact.value_set is not None or (fact.eligible_low, fact.eligible_high) == (None, None):
        return fact.eligible_set is not None and fact.eligible_set == fact.value_set
    return (fact.low is None) == (fact.eligible_low is None) and (fact.high is None) == (fact.eligible_high is None)
