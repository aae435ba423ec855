"""Details: what is counted or measured where no listed concept says it, and which scale a score is of."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.doses.agent_list import listed_names
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.bound import Limit
from harvester.text.limits.label import cleaned, named_behind, names_nothing, whole_name
from harvester.text.limits.place import Place
from harvester.text.limits.rate import counted_in, is_rate
from harvester.text.limits.subject import Subject

# "peripheral oedema" is no sample
_SAMPLE = pattern_of(
    r"\b(?:(?P<marrow>(?:[Bb]one )?[Mm]arrow|BM)"
    r"|[Pp]eripheral(?: blood)?(?! o?edema| neurop| vasc| arter| nerve)|[Bb]lood|PB|[Cc]irculating)\b"
)
_SAMPLE_NAMED = pattern_of(_SAMPLE.pattern + r"\s*$")
_PEOPLE = expression("detail.people")
_CLOSING = expression("detail.closing")
_COUNTED = expression("detail.counted")
_TITLE = expression("detail.title", exact=True)
_EVENT_BEFORE = expression("detail.event_before")
_EVENT_BEHIND = expression("detail.event_behind")
# "at least 6 tender and 6 swollen joints"
_SHARED = pattern_of(
    r" (?P<what>[a-z]+) (?:and|or) (?:at least |≥ ?)?\d{1,2} [a-z]+ (?P<noun>joints|nodes|sites|lesions)\b", re.IGNORECASE
)
_PLAIN_DOSE = pattern_of(r"(?:total |daily |cumulative |maximum )*(?:dos(?:e|es|age|ages|ing))(?: of)?", re.IGNORECASE)
_INTRODUCES = expression("detail.introduces")
_BETWEEN_OR_USE = expression("detail.between_or_use")
_INTRODUCES_COUNT = expression("detail.introduces_count")
_HOW_MUCH = pattern_of(r"moderate|severe|mild|adequate|significant|different|consecutive|[a-z]+ed", re.IGNORECASE)
_SHARE_OF = pattern_of(r"[\s)]*(?:or (?:more|greater|higher) )?of\b", re.IGNORECASE)
_WORDS_BEFORE = expression("detail.words_before")
_NOUN_OR = pattern_of(r" (?!with|without|for|in|of|if)(?:[a-z]{4,}|[A-Z]{2,6}) (?:or|and|and/or) ")
_DRUG_BEFORE = expression("detail.drug_before")
_PER_DAY = expression("detail.per_day")
_DAILY_DOSE = expression("detail.daily_dose")
_DOSED = frozenset({"mg", "g", "ug", "[IU]", "mg/kg", "g/kg", "ug/kg", "[IU]/kg", "mg/m2", "g/m2"})
_DOSES_OF = pattern_of(
    r"^(?:(?:low|high|total|daily|maximum|stable) ){0,2}dos(?:es?|ages?) of (?=\w)|(?<=\w),? dos(?:es?|ages?)$", re.IGNORECASE
)
_DOSES_OF_WHAT = expression("detail.doses_of_what")
_AT_A_DOSE = pattern_of(r",? (?:at|with|to)(?: an?| the)? (?:(?:total|cumulative) )*dos(?:es?|ages?)$", re.IGNORECASE)
_COLON = pattern_of(r"\s?(?:[:(]|\b(?:with|of))\s?$")  # "spondylolisthesis: Grade > 1"
_PREPOSITION = pattern_of(r"\s+(?:on|of|in|to|for|at|by|with)$", re.IGNORECASE)
_OF_ITEMS = pattern_of(r"-\d{1,2}(?![\d.])(?! ?[-/] ?\d)")  # "HAMD-24"
_ITEM_OF = pattern_of(r"\bitems?(?: (?:#|no\.? ?)?\d{1,2})?,? (?:of|on|in|from)(?: the)?\s*$", re.IGNORECASE)
_ITEM_BEHIND = pattern_of(r" items?\b", re.IGNORECASE)
_OWN_ACRONYM = pattern_of(r"\s*\((?P<name>[A-Z][A-Za-z]{0,3}[A-Z0-9][A-Z0-9-]{0,8})\)")
_OWN_ACRONYM_BEFORE = pattern_of(r"\((?P<name>[A-Z][A-Z0-9-]{1,9})\)\s*\(?\s*$")
_SCALE_BEHIND = expression("detail.scale_behind", exact=True)
_KIND_BEFORE = pattern_of(
    r"(?P<name>\b(?=[\w-]*[A-Z][\w-]*[A-Z0-9])[A-Z][\w-]+"
    r"(?: (?!(?:and|or|of|with|a|the|total|mean|average|overall)\b)[a-z][a-z-]+){1,2})\s*$"
)
_ACRONYM_BEHIND = pattern_of(r"[^\d.;<>≤≥()]{0,12}\bon (?:the )?[^\d.;<>≤≥()]{3,60}\((?P<name>[A-Z][A-Za-z0-9-]{2,11})\)")
_OR_ANOTHER = pattern_of(
    r"\s*(?:and ?/ ?or|or|/)\s*(?:in )?(?:the )?(?:peripheral )?(?:blood|bone marrow|marrow|BM|PB)\b", re.IGNORECASE
)
_PLAIN_SCORE = frozenset(
    {"score", "summary score", "total summary score", "scores", "rating", "points", "total score", "mean score", "scale score"}
)
_HOW_RECKONED = frozenset(
    {"average", "mean", "total", "overall", "maximum", "minimum", "baseline", "screening", "median", "current", "initial"}
    | {"pre-operative", "preoperative"}
)
_PLAIN_SCALE = frozenset({"scale", "index", "grade", "grades", "class", "stage", "stages", "z-score", "z score", "z-scores"})


def counted_behind(place: Place) -> str | None:
    """What a bare number or a rate counts, named right behind it (``more than two antipsychotic medications``)."""
    amount = place.limit.amount
    if is_rate(amount.unit):
        return counted_in(amount.unit_text or "")
    if amount.unit is not None:
        return None
    until = min(len(place.text), place.limit.end + 90)
    found = _COUNTED.match(place.text, place.limit.end, until)
    shared = _SHARED.match(place.text, place.limit.end, until) if found is None else None
    if shared:
        return f"{shared['what']} {shared['noun']}"
    of_what = _DOSES_OF_WHAT.match(place.text, found.start("what"), until) if found else None
    return " ".join((of_what or found)["what"].split()) if found else None


def measured_before(place: Place) -> str | None:
    """The words right before a value that no listed concept names, without people and verbs around them."""
    joined = place.earlier is not None and _NOUN_OR.fullmatch(place.text, place.earlier[0].end, place.limit.start)
    introduced = joined or (_INTRODUCES if place.limit.amount.unit else _INTRODUCES_COUNT).search(place.left[-40:])
    share = place.limit.amount.unit == "%" and _SHARE_OF.match(place.right)
    own = named_behind(place) if introduced and not share else None
    if own is not None and not _HOW_MUCH.fullmatch(own):
        return own  # "≥ 3 mm translation or ≥ 5° angulation", "herniation with > 50% narrowing": named behind the value
    led = _BETWEEN_OR_USE.search(place.text, max(place.since, place.limit.start - 200), place.limit.start)
    if led is not None:  # "distance between A and B", "use of A (with B) or C on"
        return " ".join((led["between"] or led["use"]).split())
    words = _CLOSING.sub("", place.text[place.since : place.limit.start]).split()
    told = cleaned(_CLOSING.sub("", _PEOPLE.sub("", " ".join(words[-6:]).strip(" ,;:"))))
    told = _PREPOSITION.sub("", _PEOPLE.sub("", told)) if told else None
    return named_behind(place) if names_nothing(told) else told


def sample_of(place: Place, subject: Subject) -> str | None:
    """The sample blasts are counted in: right before their name, behind the value, or before it: marrow or blood."""
    own = _SAMPLE_NAMED.search(place.text[max(place.since, subject.start - 30) : subject.start])
    own = own or _SAMPLE.match(place.text, subject.start, subject.end)  # "peripheral blasts"
    if own and subject.start < place.limit.start:
        return "bone marrow" if own["marrow"] else "blood"
    until = min(place.until, place.limit.end + 70)
    behind = _SAMPLE.search(place.text, place.limit.end, max(until, place.limit.end))
    before = list(_SAMPLE.finditer(place.text, max(place.since, place.limit.start - 60), place.limit.start))
    found = behind or (before[-1] if before else None)
    if found is not None and _OR_ANOTHER.match(place.text, found.end()):
        return None  # "in marrow or blood": either will do
    return None if found is None else "bone marrow" if found["marrow"] else "blood"


def event_of(place: Place) -> str | None:
    """The one event a grade of toxicity is of (``neuropathy of grade 2``); none where it is of any."""
    found = _EVENT_BEFORE.search(place.text[max(place.since, place.limit.start - 120) : place.limit.start])
    found = found or _EVENT_BEHIND.match(place.text[place.limit.end : min(place.until, place.limit.end + 90)])
    return " ".join(found["event"].split()) if found else None


def drug_of(place: Place, subject: Subject) -> str | None:
    """The drug or radiation a dose is of: its own name, or for a plain ``dose`` the drug named before it or behind it."""
    plain = _PLAIN_DOSE.fullmatch(place.text, subject.start, subject.end) is not None
    named = place.text[subject.start : subject.end] if plain else _DOSES_OF.sub("", place.text[subject.start : subject.end])
    if place.limit.amount.kind == "radiation" and (plain or not named):
        told = _AT_A_DOSE.sub("", measured_before(place) or named)
        return None if any(sign.isdigit() for sign in told) else told
    if named.count("(") > named.count(")"):
        outside, _, inside = named.partition("(")  # "steroids (methylprednisolone > 10 mg)", "prednisone (or prednisolone)"
        return outside.strip() if inside.startswith("or ") else inside
    if not plain:
        nearer = list(listed_names(place.text[subject.end : place.limit.start]))  # "lithium or sertraline > 100 mg"
        return nearer[-1].name if nearer else named or None
    since, until = max(place.bounds[0], place.limit.start - 160), min(place.bounds[1], place.limit.end + 90)
    drugs = {(since + name.start, since + name.end) for name in listed_names(place.text[since:until])}
    drugs |= {(name.start, name.end) for name in place.names if name.key == "dose_limit" and since <= name.start < until}
    drugs = {span for span in drugs if not _PLAIN_DOSE.fullmatch(place.text, *span)}
    start, end = max((span for span in drugs if span[1] <= place.limit.start), default=min(drugs, key=_widest, default=(0, 0)))
    unlisted = None if drugs else _DRUG_BEFORE.search(place.text[max(place.since, subject.start - 40) : subject.start])
    return place.text[start:end] if drugs else unlisted["drug"] if unlisted else named


def a_day(limit: Limit, subject: Subject, place: Place) -> Limit:
    """``10 mg of prednisone per day``, ``daily dose ≤ 10 mg``: a dose whose time stands behind the drug or before the dose."""
    if subject.concepts not in (("dose_limit",), ("alcohol_intake",)) or limit.amount.unit not in _DOSED:
        return limit
    if not (_PER_DAY.match(place.right) or _DAILY_DOSE.search(place.text, max(place.since, limit.start - 60), limit.start)):
        return limit
    return replace(limit, amount=replace(limit.amount, unit=f"{limit.amount.unit}/d"))


def _widest(span: tuple[int, int]) -> tuple[int, int]:
    return span[0], -span[1]


def scale_of(place: Place, subject: Subject, named: str) -> str:
    """The scale a score is of: its own name, or for a plain ``score`` the name before it."""
    item = _ITEM_OF.search(place.text[max(place.bounds[0], subject.start - 30) : subject.start])
    if item or (named.lower() not in _PLAIN_SCORE and _ITEM_BEHIND.match(place.text, subject.end)):
        return f"{named} item"  # one question of a scale is not the scale
    if named.lower() not in _PLAIN_SCORE | _PLAIN_SCALE:
        of_items = _OF_ITEMS.match(place.text, subject.end) if subject.end < place.limit.start else None
        named += of_items.group() if of_items else ""
        return whole_name(place.text, place.since, subject.start, named)
    before = place.text[max(place.since, subject.start - 90) : subject.start]
    title = _TITLE.search(before)
    found = title or _KIND_BEFORE.search(before)
    told = _PEOPLE.sub("", found["name"]).strip(" ()") if found else ""
    if len(told) < 3 or told.lower() in _HOW_RECKONED:
        return _acronym_of(place, subject) or _named_after(place, named) or _named_in_words(place, subject, named)
    told += ")" if "(" in told else ""
    return told if title and named.lower() in _PLAIN_SCORE else f"{told} {named}"


def _named_after(place: Place, named: str) -> str | None:
    """The scale a plain score is on, named behind it (``a score of 10 or more on the Beck Depression Inventory``)."""
    behind = _SCALE_BEHIND.match(place.right) if named.lower() in _PLAIN_SCORE else None
    if behind is None:
        return None
    return f"{behind['name']} item" if behind["item"] else str(behind["name"])


def _named_in_words(place: Place, subject: Subject, named: str) -> str:
    """``named`` with the words before it that name it without capitals (``muscle testing grade``)."""
    at = min(subject.start, place.limit.start)  # "varices ≥ grade 2"
    graded = named.lower() in ("grade", "grades")
    behind = _EVENT_BEHIND.match(place.right[:90]) if graded else None
    if behind is not None:
        return f"{behind['event']} {named}"  # "grade II or greater spondylolisthesis"
    if subject.end > place.limit.start and subject.start >= place.limit.end:
        return named
    words = _WORDS_BEFORE.search(_COLON.sub(" ", place.text[max(place.since, at - 60) : at]))
    told = _PEOPLE.sub("", cleaned(words.group()) or "") if words else ""
    told = (named_behind(place) or "") if graded and names_nothing(told) else told  # "grade II-IV encephalopathy"
    return named if names_nothing(told) else f"{told.strip()} {named}"


def _acronym_of(place: Place, subject: Subject) -> str | None:
    """The short name in brackets right behind a scale, right before it, or behind ``on the …``."""
    found = _OWN_ACRONYM.match(place.text, subject.end) or _ACRONYM_BEHIND.match(place.right)
    found = found or _OWN_ACRONYM_BEFORE.search(place.text[max(place.since, subject.start - 16) : subject.start])
    return found["name"] if found else None
