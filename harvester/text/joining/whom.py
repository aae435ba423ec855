"""Whom a value is for, where the words at the head of its clause say it.

A label before a colon (``Women:``, ``Cohort A only:``, ``Taiwan:``, ``Participants with HCC:``), a sex that opens the clause, a
place beside an age (``20 years in Japan``), the subject of a demand (``Adolescents aged 12 to 17 years must weigh``), or a virus
whose carriers alone an exclusion means (``HIV infection with a CD4 count below 200``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.joining.list_disease import names_a_disease

_LABEL = expression("whom.label")
_SEX = expression("whom.sex")
_PEOPLE = expression("whom.people")
_NOBODY_SPECIAL = expression("whom.nobody_special")
_PART = expression("whom.part")
_PLACE = expression("whom.place")
_PLACE_BEHIND = expression("whom.place_behind")
_SEX_OPENS = expression("whom.sex_opens")
_OTHER_SEX = {
    "female": pattern_of(r"\b(?:men|males?)\b", re.IGNORECASE),
    "male": pattern_of(r"\b(?:wo)?females?\b|\bwomen\b", re.IGNORECASE),
}
_SUBJECT = expression("whom.subject")
_DEMAND = gated(r"must|should|need|have to|has to|required to|may have|can have", re.IGNORECASE)  # what a subject is read before
_FOR_GROUP = expression("whom.for_group")  # "for children unable to perform the test, …"
_GROUP = expression("whom.group")  # "Patients with CMML must have", "Solid tumour patients must have"
_AGED = expression("whom.aged")
_AGE_OF_ALL = pattern_of(
    r"(?:≥|>|>=|=|at least|over|older than|from|between|aged?) ?=? ?18\b"
    r"|\b18 (?:years? )?(?:old )?(?:or|and) (?:older|over|above)|\b18(?: years)? ?(?:-|to)",
    re.IGNORECASE,
)
_CARRIERS = expression("whom.carriers")
_FLAT_PART = expression("whom.flat_part")
_BEYOND_BRACKET = expression("whom.beyond_bracket")
_UNLESS_BEHIND = expression("whom.unless_behind")
_AGE_LABEL = expression("whom.age_label")
_AGE_LABELS = expression("whom.age_labels")
_FOR_AGED = expression("whom.for_aged")  # "For patients ≥ 8 years old, DLCO > 40%; FEV1 > 50%"
_FOR_PEOPLE = expression("whom.for_people")
_FOR_OPENS_BRACKET = expression("whom.for_opens_bracket")
_SEX_CLAUSE = expression("whom.sex_clause")
_BOTH = pattern_of(r"\b(?:WO?CBP|FCBP|women|females|potential),? and (?:males?|men) with [^\d<>≤≥]*$", re.IGNORECASE)
_OTHERS = pattern_of(
    r"[;,.] (?:and )?(?P<whom>(?:for )?(?:all )?(?:the )?others?)\b:?(?! than\b)(?= [A-Z<>≤≥\d]| ?$)", re.IGNORECASE
)
_OF_OTHERS = gated(
    r"(?:^|[;,.]) ?(?:and |but )?(?P<whom>(?:for )?(?:all )?(?:the )?others):?\s*(?:aged? |must be |should be )?$", re.IGNORECASE
)
# "Patients < 18 years must weigh ≥ 40 kg; adults ≥ 50 kg"
_OTHER_PEOPLE = pattern_of(
    r"[;,] (?:and |but |while |whereas )?(?P<whom>(?:for )?(?:the )?(?:older |younger |adult |all other )?"
    r"(?:adults|adolescents|children|infants|others|patients|participants|subjects))"
    r"(?: (?:must|should|need to|have to)\b[^;.:]{0,60})?:?\s*$"
    r"|[;,] (?:and |but |while |whereas )?(?P<rest>(?:for |in )?(?:all )?(?:the )?(?:other|remaining) "
    r"(?:adults|adolescents|children|infants|patients|participants|subjects))\b[^;.]{0,80}$",
    re.IGNORECASE,
)
_EVERYBODY_AGAIN = frozenset({"patients", "participants", "subjects"})
_ENDED = pattern_of(r"\.\s+[A-Z\d]")
_UNLESS_OPENS = expression("whom.unless_opens")
_WEIGHING = expression("whom.weighing")
_BRACKETED = expression("whom.bracketed")
_BRACKET_BEHIND = expression("whom.bracket_behind")
_BRACKET_AGAIN = expression("whom.bracket_again")
NO_WHOM = expression("whom.no_whom")
_NEXT_CLAUSE = pattern_of(r"[,;] (?:(?:and|but|or|while|whereas) )?", re.IGNORECASE)
_ALL_AGAIN = pattern_of(
    r"[,;] (?:(?:and|but|or) )?(?:all )?(?:the )?(?:patients|participants|subjects) (?:must|should|need|have to)\b", re.IGNORECASE
)
# "Patients with metastases must have …, patients without must have …"
_WITHOUT_IT = gated(
    r"(?:^\s*|[,;] )(?:(?:and|but|while|whereas) )?(?P<group>(?:those|patients|participants|subjects) without(?: (?:it|them))?)"
    r" (?:must|should|need|have)\b[^,;]*$",
    re.IGNORECASE,
)
_SUBJECT_BEFORE = expression("whom.subject_before")
_DEMAND_BEHIND = expression("whom.demand_behind")


@shape()
class Whom:
    """The sex and the other people a value is for; none: everybody."""

    sex: str | None = None
    words: str | None = None


_EVERYBODY = Whom()


def whom_of(section: str, before: str, after: str, scope: str | None) -> Whom:
    """Whom a value is for by the ``before`` and ``after`` of its sentence; ``scope`` is what its whole line is limited to."""
    place = _PLACE_BEHIND.match(after[:80])
    if place:
        return Whom(None, " ".join(place["where"].split()))
    labelled = _labelled(before, scope)
    if labelled is not None:
        return labelled
    told = _told(before, after)
    if told:
        return Whom(None, " ".join(told["whom"].split()))
    sex = _opening_sex(before) or _sex_of_clause(before)
    if sex:
        return Whom(sex)
    opening = _FOR_GROUP.match(before[:500]) if before[:12].lower().lstrip(" ,-(").startswith(("for ", "in ")) else None
    if opening:
        return Whom(None, " ".join(opening["whom"].split()))
    if section == "exclusion":
        carriers = _CARRIERS.match(before)
        return Whom(None, " ".join(carriers["whom"].split())) if carriers else _EVERYBODY
    return _subject(before)


def of_others(whom: Whom) -> bool:
    """Whether a value is for all but those a label before names, whose sex is then not theirs (``Men: ≥ 13, others ≥ 12``)."""
    return whom.words is not None and whom.words.lower().endswith("others")


def _told(before: str, after: str) -> re.Match[str] | None:
    """Words around a value that say whom it is for, or is not for."""
    return (
        _bracketed(before, after)
        or _BEYOND_BRACKET.match(after[:120])
        or _UNLESS_BEHIND.match(after[:200])
        or _UNLESS_OPENS.match(before)
        or _AGE_LABEL.search(before[-120:])
        or _WEIGHING.search(before[-160:])
        or _OF_OTHERS.search(before[-24:])
        or _FOR_OPENS_BRACKET.search(before[-100:])
        or _FOR_PEOPLE.match(before)
    )


def label_of_line(text: str, start: int) -> str | None:
    """The people the label at the head of a line names, while no sentence has ended behind it (``Part 1: …; …``)."""
    head = text[:120]
    aged = _FOR_AGED.match(head)
    if aged is not None and aged.end() <= start:
        # "for patients over 8 years, …", "Patients over 8 years: …", "Aged over 8 years: …", "Patients over 8 years must …"
        whom = " ".join((aged["whom"] or aged["label"] or aged["infants"] or aged["subject"]).split())
        if _ENDED.search(text, aged.end(), start) or _AGE_OF_ALL.search(whom):
            return None
        others = _OTHER_PEOPLE.search(text, aged.end(), start)
        if others is None:
            return whom
        told = " ".join((others["whom"] or others["rest"]).split())
        return None if told.lower() in _EVERYBODY_AGAIN else told
    label = _LABEL.match(head) if _LABEL.may_match(head) else None
    if label is None or label.end() > start or _ENDED.search(text, label.end(), start):
        return None
    if text.find(":", label.end(), start) >= 0:  # another label, should nobody know its words
        return None
    others = _OTHERS.search(text, label.end())
    if others is not None and others.end() <= start:
        return " ".join(others["whom"].split())
    named = _of_label(" ".join(label["label"].split()))
    return named.words if named is not None else None


def _labelled(before: str, scope: str | None) -> Whom | None:
    """The people of the last label before a value."""
    found = None
    for match in _LABEL.finditer(before):
        label = " ".join(match["label"].split())
        named = _of_label(label)
        others = _OTHERS.search(before, match.end()) if named is not None else None
        found = Whom(None, others["whom"]) if others is not None else named or found
    if found is None or (found.words and scope and found.words.lower() in scope.lower()):
        return None
    return found


def _of_label(label: str) -> Whom | None:
    if _ENDED.search(label):
        return None
    sex = _SEX.fullmatch(label)
    if sex:
        return Whom("female" if sex["f"] else "male")
    people = _PEOPLE.fullmatch(label) and not _NOBODY_SPECIAL.search(label)
    named = people or _PART.fullmatch(label) or _PLACE.fullmatch(label) or names_a_disease(label)
    return Whom(None, label) if named else None


@lru_cache(maxsize=64)
def _flat_parts(text: str) -> tuple[tuple[int, str], ...]:
    """The parts a line goes through at the head of its sentences (``Part 1 ANC … . Part 2 ANC …``), with their places."""
    found = tuple((match.start("part"), " ".join(match["part"].split())) for match in _FLAT_PART.finditer(text))
    return found if len({part.lower() for _, part in found}) > 1 else ()


def part_before(text: str, at: int) -> str | None:
    """The part of the trial that the words of a line at ``at`` are for, where the line goes through several."""
    return next((part for start, part in reversed(_flat_parts(text)) if start <= at), None)


def _bracketed(before: str, after: str) -> re.Match[str] | None:
    """The people in the bracket behind one of two values (``≥ 50% (ablative) or ≥ 40% (reduced)``)."""
    own = _BRACKETED.match(after[:80])
    if own is None or NO_WHOM.search(own["whom"]):
        return None
    paired = _BRACKET_BEHIND.match(after[:240]) or _BRACKET_AGAIN.search(before[-200:])
    return own if paired else None


def _opening_sex(before: str) -> str | None:
    """The one sex that opens a sentence (``In women, …``, ``Men with …``)."""
    opens = _SEX_OPENS.match(before)
    if opens is None:
        return None
    sex = "female" if opens["f"] else "male"
    return None if _OTHER_SEX[sex].search(before, opens.end()) else sex


def _sex_of_clause(before: str) -> str | None:
    """The sex whose clause a value ends (``women with FEV1 < 30% or men with FEV1 < 35%``)."""
    clause = _SEX_CLAUSE.search(before[-120:])
    beside = clause and _BOTH.search(before[-120:][: clause.end()])  # "WOCBP and men with partners must"
    return None if clause is None or beside else "female" if clause["f"] or clause["female"] else "male"


def _subject(before: str) -> Whom:
    """The people or lesions a demand speaks of."""
    aged = _AGED.match(before)
    if aged and not _AGE_OF_ALL.search(aged["whom"]):
        return Whom(None, " ".join(aged["whom"].split()))
    subject = _SUBJECT.search(before[-220:]) if _DEMAND.may_match(before) else None
    if subject is not None:
        return Whom(None, " ".join(next(words for words in subject.groupdict().values() if words).split()))
    group = _GROUP.match(before[:600])
    later = _next_group(before, group.end("group")) if group is not None else None
    if later := later or _WITHOUT_IT.search(before[-600:]):
        group = later
    elif group is not None and _ALL_AGAIN.search(before, group.end("group")):
        return _EVERYBODY
    return _EVERYBODY if group is None or _AGE_OF_ALL.search(group["group"]) else Whom(None, " ".join(group["group"].split()))


def _next_group(before: str, since: int) -> re.Match[str] | None:
    """The last group of people that opens a clause behind another (``AML patients must have …, MDS patients must have``)."""
    clauses = [each.end() for each in _NEXT_CLAUSE.finditer(before, since)][-3:]
    return next((found for at in reversed(clauses) if (found := _GROUP.match(before[at : at + 600])) is not None), None)


def is_of_place(before: str, after: str) -> bool:
    """Whether a place stands right behind a value, or in a label right before it."""
    if _PLACE_BEHIND.match(after[:80]):
        return True
    near = before[-80:]
    labels = list(_LABEL.finditer(near))
    return bool(labels) and labels[-1].end() >= len(near.rstrip()) and _PLACE.fullmatch(labels[-1]["label"].strip()) is not None


def is_age_label(after: str) -> bool:
    """Whether an age is the label of what follows (``age 1-9 years: WBC ≥ 50,000/uL``)."""
    return _AGE_LABELS.match(after) is not None


def is_subject_age(before: str, after: str) -> bool:
    """Whether an age only says of whom its sentence goes on to demand something (``Children of 6 to 11 years must weigh``)."""
    return _SUBJECT_BEFORE.fullmatch(before) is not None and _DEMAND_BEHIND.match(after) is not None
