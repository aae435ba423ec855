"""Presence and absence: findings a criterion asks for or forbids without a number (definitions/presence.txt).

Rules: ``presence.stated`` and ``presence.negated``. Exclusion turns what is stated into who may join; "are eligible" or
"allowed" behind it, and "except" before it, leave that open. Nothing is read where the words only describe a plan, a test or a
partner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, islice

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import Opened
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.findings.treatment import named, treatments
from harvester.text.limits.concept_group import group

_NEGATION = expression("presence.negation")
_NEGATIVE_BEHIND = expression("presence.negative_behind")
_OPEN_BEHIND = expression("presence.open_behind")
_EXCEPT_BEFORE = expression("presence.except_before")
_HYPOTHETICAL = expression("presence.hypothetical")
_IN_NAME_BEFORE = expression("presence.in_name_before", exact=True)  # "Diagnostic and Statistical Manual of Mental Disorders"
_IN_NAME_BEHIND = expression("presence.in_name_behind", exact=True)  # "Drug Abuse Screening Test"
_FOR_IT = pattern_of(
    r"[- ](?:(?:treatment|prevention|clinical|intervention\w*|research|drug|management) ){0,2}"
    r"(?:technolog|drugs?\b|medicines?\b|stud(?:y|ies)\b|trials?\b|program(?:me)?s?\b|evaluation|educat|app(?:lication)?s?\b)",
    re.IGNORECASE,
)
_DISEASES = group("illnesses") | group("viruses")
_ITS_TREATMENT = pattern_of(r"[- ](?:treatments?|therap(?:y|ies)|medications?|exacerbations?|flares?)\b", re.IGNORECASE)
_NAMED = group("illnesses") | {"seizure_disorder"}
_RELATIVE = expression("presence.relative")  # "a relative with schizophrenia, psychosis or depression"
_TREATMENT_FOR = expression("presence.treatment_for")
_OTHER_PERSON = gated(r"\b(?:family|relatives?|partners?|siblings?|mother|household|spouse)\b[^,;.]{0,60}$", re.IGNORECASE)
_NOT_WITHOUT = pattern_of(r"\b(?:no|without)\b[^.;,:()]{0,60}\bnot (?:currently |yet )?(?:in )?$", re.IGNORECASE)
_RESOLVED = expression("presence.resolved")
_NOT_YET = pattern_of(
    r"\b(?:before|prior to|at the time of|at time of|risk of|until|during|undergoing|eligible for)\b[^.;]*$", re.IGNORECASE
)
_NOT_DONE = expression("presence.not_done")  # "after chemotherapy and not suitable for a transplant"
_JUDGED_BY = pattern_of(r"\b(?:approval|evaluation|consultation|discussion|agreement|review)\b", re.IGNORECASE)
_OF_NO_PAST = (_NOT_YET, _NOT_DONE, _JUDGED_BY)
_MUST = expression("presence.must")
_OTHER_THAN = pattern_of(r"\b(?:other than|except|excluding|not including|apart from)\b", re.IGNORECASE)
_THOSE_IN = pattern_of(r"^\W*(?:patients|subjects|participants|those)\b[^.;,]{0,30}$", re.IGNORECASE)
_OWN_INVOLVEMENT = pattern_of(r"\b(?:autoimmune|rheumat\w+|lupus|vasculitis|sarcoid\w*)\b[^.;,]{0,40}\bwith\s*$", re.IGNORECASE)
_OTHER_NEUROLOGY = pattern_of(r"\b(?:(?:neuro)?degenerative|demyelinating|inflammatory|vascular|organic)\s*$", re.IGNORECASE)
_PREFIXED = gated(r"\bnon-? ?$", re.IGNORECASE)
_OF_ANOTHER = (_OWN_INVOLVEMENT, _OTHER_NEUROLOGY, _PREFIXED)  # "non-CNS disease" is another one
_OF_PREGNANCY = expression("presence.of_pregnancy")
# "Ph-negative, BCR-ABL-positive", "MRD negative or MRD positive": what is said of one mark denies none behind it
BOTH_MARKS = pattern_of(
    r"\b(?:(?:ph(?:iladelphia)?(?: chromosome)?|mrd|cd19|bcr[-/: ]*abl1?|flt3(?:-itd)?|npm1)[- ]?(?:negative|positive)|ph[+-])"
    r"(?: \([^()]{1,20}\))?(?:,| ?/)? ?(?:and|but|or|and/or)? ?$",
    re.IGNORECASE,
)
_AT_RISK = pattern_of(r"\brisk (?:of|for) (?:[\w-]+ ){0,2}$", re.IGNORECASE)  # of suicide: who is at risk is meant
_SPECIMEN = pattern_of(r"\b(?:specimens?|samples?|biops(?:y|ies)|tissues?|blocks?)\b[^.;:]{0,60}$", re.IGNORECASE)
_OTHER_REMISSION = pattern_of(r"\b(?:classified as|alcohol|substance|depress\w*|headache|cluster)\b[^.;]{0,60}$", re.IGNORECASE)
_LOOKED_FOR = pattern_of(
    r"\b(?:test\w*|screen\w*|analys\w*|assess\w*|evaluat\w*|detection|monitor\w*|status|absence of|without)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_OF_ONE_KIND = pattern_of(r"\b(?:withdrawal|febrile|post-?traumatic|hypoxic|syncopal|psychogenic)\s*\Z", re.IGNORECASE)
_ARE = pattern_of(r"are\b|currently\b", re.IGNORECASE)
_TRIED = 8  # words for one finding behind the first in a sentence
_OR_EPILEPSY = pattern_of(r"(?<=or )epilepsy\b|(?<=[,;/] )epilepsy\b", re.IGNORECASE)  # beside febrile seizures
_LISTED_NO = expression("presence.listed_no")
_ORGAN = pattern_of(r"\b(?:organ|tissue|kidney|renal|lung|liver|heart|cardiac|cornea\w*)\b", re.IGNORECASE)
_BLOOD = pattern_of(r"stem|marrow|ha?ematopo|\b(?:allo|auto)?-?(?:hsct|hct|sct|bmt|asct)\b", re.IGNORECASE)
# "no remission after a transplant": what is denied is not the transplant
_BEHIND_EVENT = pattern_of(
    r"(?:(?:relaps|recurr|progress)\w+ )?(?:after|following|post)\b|(?:failed|failure of|refractory to)\b", re.IGNORECASE
)
_RIGHT_BEFORE = pattern_of(r"\b(?:no|not|never|without)\s*$", re.IGNORECASE)
_VIRUS_NEGATED = expression("presence.virus_negated")
_VIRUS_NEGATIVE_BEHIND = expression("presence.virus_negative_behind")
_MINUS_BEHIND = expression("presence.minus_behind")  # "HBsAg -", "HIV (-)"
_ABSENT_BEHIND = expression("presence.absent_behind")
_LOAD_BEHIND = expression("presence.load_behind")
# "positive for HIV, HBsAg and/or"
_FOUND_BEFORE = pattern_of(
    r"\b(?:positive|detectable|detected|presence of|quantifiable)\b(?:[\s,/()&+-]|\b(?:for|and|or|hiv|hbv|hcv|hepatitis"
    r"|[bc12]|virus|surface"
    r"|core|antigens?|antibod(?:y|ies)|anti|hbs-?ag|hbc|dna|rna|serum|blood)\b){0,40}$",
    re.IGNORECASE,
)
# "drug-induced pneumonitis", "pneumonitis … that required steroids": one kind of it shuts out, not all
_ONE_KIND = pattern_of(
    r"\b(?:such as|including|e\.g|related|induced|associated|radiation|immune|autoimmune|grade)\b[^.;]{0,60}$", re.IGNORECASE
)
_STEROIDS = pattern_of(r"[^.;]{0,140}\b(?:requir\w+|steroids?|corticosteroids?|grade|uncontrolled|clinically)\b", re.IGNORECASE)
_ASIDE = pattern_of(
    r"\b(?:unless|except\w*|if|provided|while|requiring|interrupt\w*|stop\w*|hold|off|discontinu\w+|than|or|contra-?indicat\w+"
    r"|allerg\w+|hypersens\w+|intoleran\w+|indications?)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_VIRUSES = group("viruses")
_TEST_BEFORE = expression("presence.test_before")
_TEST_BEHIND = expression("presence.test_behind")
_SHOWN = pattern_of(r"positiv|reactive|detect|confirm|evidence|infected|abnormal|known|history|presence", re.IGNORECASE)
_NOT_REACHED = expression("presence.not_reached")  # "failed to achieve MRD negativity"
_ACTIVE = pattern_of(r"(?:currently )?active\b", re.IGNORECASE)
_EARLIER_ALLOWED = expression("presence.earlier_allowed")
_MARKS = group("markers") | {"flt3_mutation", "npm1_mutation"}
_OF_WOMEN = group("today")
_TESTED = frozenset({"hbv", "hcv", "hiv", "pregnancy"})
_ELIGIBLE_IF_SHE = gated(
    r"\beligible(?: to (?:participat\w*|participant|enter|enrol\w*))?(?: in [\w ]{3,24})?,? if (?:she|they|he)\b", re.IGNORECASE
)
_IF_FEMALE = expression("presence.if_female")  # no condition: it is asked of no man
_BECOME_OR = expression("presence.become_or")  # "planning to become pregnant or breast-feeding": who nurses now


@shape()
class Finding:
    """One finding: its concept, what the text says of it, whether who may join stays open, and its words."""

    concept: str
    state: str  # present, absent
    start: int
    end: int
    negated: bool
    open: bool
    treats: bool = False  # a treatment had before or taken beside
    which: str | None = None  # of a treatment, the members of its class that alone are named
    unsure: tuple[bool, bool] = (False, False)  # of a treatment, whether it stays open where it is asked for, and where not


@shape()
class Claim:
    """Who may join (``present`` or ``absent``; None: left open), and the part of the finding it is said of, as written."""

    joins: str | None
    condition: str | None = None


@cache
def _told() -> tuple[tuple[str, str], ...]:
    """The concept and state that each expression tells."""
    return tuple((concept, state) for concept, _, state in (key.partition(" ") for key, _ in definition_pairs("presence.txt")))


@cache
def _opened() -> Opened:
    told = (pattern_of(expression, re.IGNORECASE) for _, expression in definition_pairs("presence.txt"))
    return Opened((*told, *named()))


def read_findings(text: str, bounds: tuple[tuple[int, int], ...], above: str = "") -> tuple[Finding, ...]:
    """The findings of one line, one a concept, in the order of the text; ``bounds`` are its sentences, ``above`` its heading."""
    found: dict[str, Finding] = {}
    for start, end in bounds:
        for index, first in _opened().firsts(text, start, end):
            if index >= len(_told()):
                _add_treatments(found, text, start, end, above)
                break
            concept, state = _told()[index]
            if concept in found:
                continue
            meant = _meant(text, start, end, concept, index, first)
            told = (_finding(text, concept, state, match, start, end) for match in meant)
            if finding := next(filter(None, told), None):
                found[concept] = finding
    return tuple(sorted(found.values(), key=lambda finding: (finding.start, finding.concept)))


def _add_treatments(found: dict[str, Finding], text: str, start: int, end: int, above: str) -> None:
    """Add the treatments of a sentence that names some."""
    for each in treatments(text, start, end, above):
        words = _WHOLE.match(text, each.start, each.end)
        finding = _finding(text, each.concept, "absent" if each.naive else "present", words, start, end) if words else None
        if finding and each.concept not in found:
            found[each.concept] = replace(finding, treats=True, which=each.which, unsure=each.unsure)


_WHOLE = pattern_of(r".+", re.DOTALL)


def _is_in_name(text: str, match: re.Match[str], concept: str) -> bool:
    """Whether a finding stands in the name of a society, a book or a test, or an illness in that of a thing for it."""
    behind = text[match.end() : match.end() + 60]
    if _IN_NAME_BEHIND.match(behind) or (concept in _NAMED and _FOR_IT.match(behind)):
        return True
    return _IN_NAME_BEFORE.search(text[max(0, match.start() - 60) : match.start()]) is not None


def _meant(text: str, start: int, end: int, concept: str, index: int, first: re.Match[str]) -> Iterator[re.Match[str]]:
    """The words that may tell a finding: the first that are no part of a name, no transplant of an organ; behind words of a wish
    for a pregnancy those for one of today.
    """
    if concept == "seizure_disorder" and _OF_ONE_KIND.search(text, start, first.start()):
        yield _OR_EPILEPSY.search(text, first.end(), end) or first
        return
    for match in chain((first,), islice(_opened().patterns[index].finditer(text, first.end(), end), _TRIED)):
        if concept == "prior_transplant":
            named = _ORGAN.search(match.group()) and not _BLOOD.search(match.group())
        else:
            wished = concept == "pregnancy" and match is not first and _ARE.match(match.group()) is None
            named = wished or _is_in_name(text, match, concept)
        if not named:
            yield match
            if concept != "pregnancy":
                return


def _is_negative(before: str, after: str) -> bool:
    """Whether a virus is said to be negative before its name or behind it."""
    return bool(_VIRUS_NEGATED.search(before) or _VIRUS_NEGATIVE_BEHIND.match(after))


def _is_in_passing(concept: str, matched: str, before: str, after: str) -> bool:
    """Whether words for a finding tell of a plan, a risk, another person, a specimen, an anchor or how much there may be."""
    past = concept.startswith("prior_")
    return (
        _HYPOTHETICAL.search(before) is not None
        or _OTHER_PERSON.search(before) is not None
        or (concept in ("hbv", "hcv") and _RESOLVED.search(before) is not None)
        or (past and _OTHER_THAN.search(matched) is not None)  # "CD19-directed therapy other than blinatumomab"
        or (past and any(each.search(matched) for each in _OF_NO_PAST))  # an anchor, or what the study itself gives
        or (concept == "cns_disease" and any(each.search(before) for each in _OF_ANOTHER))
        or (concept in ("pleural_effusion", "ascites") and _SPECIMEN.search(before) is not None)
        or (concept == "pregnancy" and _OF_PREGNANCY.search(before) is not None)  # "diagnosed during pregnancy"
        or (concept.endswith("_mutation") and _LOOKED_FOR.search(before) is not None)
        or (concept == "remission" and _OTHER_REMISSION.search(before) is not None)
        # "INR ≤ 1.5 unless on anticoagulants", "bleeding requiring anticoagulation"
        or (concept == "anticoagulation" and (_ASIDE.search(before) is not None or after.startswith(":")))
        # "HBV DNA < 500 IU/mL" tells how much there may be
        or (concept in _VIRUSES and _LOAD_BEHIND.match(after) is not None and _FOUND_BEFORE.search(before) is None)
    )


def _finding(text: str, concept: str, state: str, match: re.Match[str], start: int, end: int) -> Finding | None:
    before, after = text[max(start, match.start() - 120) : match.start()], text[match.end() : min(end, match.end() + 200)]
    before = _ELIGIBLE_IF_SHE.sub(" must be ", before)
    before = _IF_FEMALE.sub(" must be ", before) if concept in _OF_WOMEN else before
    before = _BECOME_OR.sub("", before) if concept == "breast_feeding" else before
    before = _AT_RISK.sub("", before) if concept == "suicidality" else before
    beyond = text[match.end() : match.end() + 240]
    if _is_in_passing(concept, match.group(), before, after):
        return None
    behind = bool(_ABSENT_BEHIND.match(after)) or (concept in _TESTED and bool(_NEGATIVE_BEHIND.match(after)))
    behind = behind or (concept in _VIRUSES and (_is_negative(before, after) or bool(_MINUS_BEHIND.match(text, match.end()))))
    listed = match.start() - start < 300 and bool(_LISTED_NO.match(without_brackets(text[start : match.start()])))
    behind_event = (
        concept.startswith("prior_") and _BEHIND_EVENT.match(match.group()) is not None and not _RIGHT_BEFORE.search(before)
    )
    negated = (
        state == "present"
        and not behind_event
        and not (concept in _MARKS and _is_beside_mark(before))
        and (bool(_NEGATION.search(before) or _PREFIXED.search(before)) or behind or listed)
    )
    of_it = concept in _DISEASES and _ITS_TREATMENT.match(after)
    if negated and (of_it or _TREATMENT_FOR.search(before) or _NOT_WITHOUT.search(before)):
        return None  # "no change of the medicines for diabetes", "no asthma therapy", "no cancer not in remission"
    state = "absent" if negated else state
    if state == "present" and concept in _VIRUSES and _is_only_tested(before, after):
        return None  # "consent to an HIV test"
    if state == "absent" and not negated and concept in _MARKS and _NOT_REACHED.search(before):
        return None
    lung = concept == "pneumonitis" and bool(_ONE_KIND.search(before) or _STEROIDS.match(after))
    those = lung or bool(_THOSE_IN.match(text[start : match.start()]) and _MUST.match(after))
    aside = lets_in_earlier(match.group(), beyond)
    those = those or (concept not in _OF_WOMEN and _RELATIVE.search(before) is not None)
    unsure = those or (not aside and bool(_OPEN_BEHIND.match(beyond))) or _is_excepted(before)
    return Finding(concept, state, match.start(), match.end(), negated, unsure)


def _is_only_tested(before: str, after: str) -> bool:
    """Whether a virus is only tested for, whatever the test shows (``HIV testing``, ``documented hepatitis status``)."""
    behind = _TEST_BEHIND.match(after) is not None
    tested = behind or (_TEST_BEFORE.search(before) is not None and not _SHOWN.search(after[:60]))
    return tested and not _SHOWN.search(before[-80:])


def _is_beside_mark(before: str) -> bool:
    """Whether another mark right before has a word of its own, that no "no" before both denies (``no Ph+ or FLT3+ disease``)."""
    mark = BOTH_MARKS.search(before)
    return mark is not None and not _NEGATION.search(before[: mark.start()])


def _is_excepted(before: str) -> bool:
    """Whether an exception or a condition before a finding reaches it: not one that its own bracket closes."""
    found = _EXCEPT_BEFORE.search(before)
    return found is not None and found.group().count(")") <= found.group().count("(")


def lets_in_earlier(matched: str, beyond: str) -> bool:
    """Whether the words behind an active finding let in those who had it before (``Active X; a history of X is allowed``)."""
    return _ACTIVE.match(matched) is not None and _EARLIER_ALLOWED.match(beyond) is not None
