"""Words that narrow a finding: ``uncontrolled infection`` is a part of ``infection``, and who is controlled may join.

``active``, ``acute`` and ``chronic`` name the part that is meant, ``uncontrolled``, ``severe`` and their like its degree: what is
said holds of those only, so the words become its condition.
"""

from __future__ import annotations

import re
from functools import cache

from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.limits.concept_group import group

_WORD = pattern_of(r"[A-Za-z]+|[,/()&]")
_HEPATITIS = pattern_of(r"\bhepatitis ?\([^()]*$", re.IGNORECASE)
_INFECTION_WITH = pattern_of(
    r"\b(?:(?:sero-?)?positive or active )?infections? (?=with\b)", re.IGNORECASE
)  # "uncontrolled infection with HIV"
_BRAIN_TUMOUR = pattern_of(r"\b(?:primary )?brain tumou?rs?\b", re.IGNORECASE)  # "untreated brain tumour, CNS metastases"
_VIRUSES = group("viruses")
_NAMED_ACTIVE = group("named_active")
_NAMED_SO = group("named_so")
_GRAFT_KIND = pattern_of(r"\b(?:allo(?:gene?ic)?|auto(?:logous)?|salvage|tandem|second)(?![a-z])", re.IGNORECASE)
_OR = frozenset({"or", "/", "and/or"})
WELL = "controlled"  # rarely what shuts out; "poorly controlled" is told with its adverb


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(definition_lists("narrowing.txt")[name]).split())


@cache
def _passed() -> frozenset[str]:
    """Words that may stand in a run of narrowing words."""
    lists = (_words(name) for name in ("parts", "degrees", "all", "beside", "adverbs"))
    return frozenset({"and", "or", "/", ",", "&"}).union(*lists)


def narrowing_of(concept: str, before: str, matched: str) -> str | None:
    """What narrows a finding of ``concept``: the words right before it in ``before``, and those it begins with.

    >>> narrowing_of("hbv", "Known ", "active hepatitis B")
    'active'
    >>> narrowing_of("active_infection", "", "uncontrolled bacterial infection")
    'uncontrolled'
    >>> narrowing_of("hbv", "Acute or ", "chronic hepatitis B")
    >>> narrowing_of("autoimmune_disease", "Severe or ", "autoimmune disease")
    """
    if concept == "prior_transplant":
        kinds = {each.lower() for each in _GRAFT_KIND.findall(matched)}  # both, "autologous or allogeneic", are all
        return kinds.pop() if len(kinds) == 1 else None
    led, inside = _run_before(concept, before), _run_inside(matched)
    if len(led) > 1 and led[-1] in _OR and led[-2] in _words("parts") | _words("degrees") and not inside:
        led = []  # "severe or autoimmune disease": of another noun
    told = [*led, *inside]
    while told and told[0] in _OR:  # joins what stands before the narrowing words
        told.pop(0)
    if concept == "hiv":
        told = _of_hiv(told)
    words = [word for word in told if word in _words("parts") | _words("degrees")]
    words = [word for word in words if word not in _named_beside(told)]
    if "local" in told:
        words = [word for word in words if word != "systemic"]
    widening = _words("all")
    if concept in _NAMED_ACTIVE:
        words = [word for word in words if word != "active"]
        widening |= {"active"}
    if concept in _NAMED_SO:
        words = [word for word in words if word not in ("acute", "chronic", "systemic")]
    if not words or _offers(told, widening):
        return None
    if _offers(told, frozenset({"active"})):
        words = [word for word in words if word in ("active", "untreated", "symptomatic", "recently")]
    return _shown(told, words)


def narrowing_behind(concept: str, words: str) -> tuple[str | None, bool]:
    """What ``words`` right behind a finding of ``concept`` narrow it to, and whether they tell of people seldom meant.

    >>> narrowing_behind("hiv", "uncontrolled")
    ('uncontrolled', False)
    >>> narrowing_behind("hbv", "acute or chronic")
    (None, False)
    >>> narrowing_behind("hiv", "not treated")
    ('not treated', True)
    """
    told = {word.lower() for word in _WORD.findall(words)}
    some = not told <= _passed() or ("treated" in told and "untreated" not in told)
    return (" ".join(words.split()), True) if some else (narrowing_of(concept, words, ""), False)


def _of_hiv(told: list[str]) -> list[str]:
    """Of narrowing words before HIV those that are not of the hepatitis before it (``active hepatitis B or C, or HIV``)."""
    for at in range(len(told) - 1, 0, -1):
        if told[at] in _OR and told[at - 1] == "," and set(told[:at]) & _words("viruses"):
            return told[at:]
    viruses = [at for at, word in enumerate(told) if word in _words("viruses")]
    return [word for at, word in enumerate(told) if word not in ("acute", "chronic") or not viruses or at > viruses[-1]]


def _shown(told: list[str], words: list[str]) -> str:
    """The narrowing words as they stand, with what joins them; where other findings stand between them, the words alone."""
    kept = [word for word in told if word in words or (word in _words("adverbs") and "active" not in words)]
    if set(told) & _words("viruses"):
        return " ".join(dict.fromkeys(kept))
    first, last = told.index(kept[0]), len(told) - told[::-1].index(kept[-1])
    run = told[first : last + (told[last : last + 1] == ["treated"])]
    return " ".join(word for word in run if word not in _words("all") and word != "of").replace(" ,", ",")


def _named_beside(told: list[str]) -> set[str]:
    """Parts that together are the whole, or that "or" offers beside each other (``acute or chronic``, ``active or chronic``)."""
    if "extensive" in told:
        return set()  # "acute or extensive chronic": who has it a little may join
    found = {"acute", "chronic"} if {"acute", "chronic"} <= set(told) else set()
    found |= {"untreated"} if {"treated", "untreated"} <= set(told) else set()
    for left, joiner, right in zip(told, told[1:], told[2:], strict=False):
        if joiner in _OR and {left, right} <= _words("parts"):
            found |= {left, right}
    return found


def _offers(told: list[str], words: frozenset[str]) -> bool:
    """Whether "or" stands right beside one of ``words``."""
    plain = [word for word in told if word not in (",", "of", "with", "a", "an", "the")]
    return any(word in _OR and words & set(plain[max(0, at - 1) : at + 2]) for at, word in enumerate(plain))


def _run_before(concept: str, before: str) -> list[str]:
    """The narrowing words that end ``before``, with what joins them; viruses of one list share the words before the first."""
    if concept in _VIRUSES:
        before = _HEPATITIS.sub("", before)
        before = _INFECTION_WITH.sub("", before)
    elif concept == "cns_disease":
        before = _BRAIN_TUMOUR.sub("", before)
    passed = _passed() | _words("viruses") if concept in _VIRUSES else _passed()
    before = without_brackets(before[-200:])
    run: list[str] = []
    for written in reversed(_WORD.findall(before[-120:])):
        word = written.lower()
        if word not in passed:
            break
        run.insert(0, word)
    return run


def _run_inside(matched: str) -> list[str]:
    """The narrowing words a finding's own words begin with."""
    passed = _passed()
    run: list[str] = []
    for match in _WORD.finditer(matched):
        word = match.group().lower()
        if word not in passed:
            break
        run.append(word)
    return run
