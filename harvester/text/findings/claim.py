"""Claims: what a finding says of who may join, and where it must say nothing.

Wrong is worse than missing: one of several ways in, a finding only together with another, a part of a disease, and what is
absent under an exclusion heading leave it open. A part (``CNS-3 disease with neurological changes``) is told as a condition.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.findings.illness import of_illness
from harvester.text.findings.narrowing import WELL, narrowing_behind, narrowing_of
from harvester.text.findings.presence import BOTH_MARKS, Claim, Finding, lets_in_earlier
from harvester.text.joining.polarity import is_refused_there
from harvester.text.limits.concept_group import group

_EITHER_BEFORE = expression("presence.either_before")
_EITHER_BEHIND = expression("presence.either_behind")
_NO_CHOICE = expression("presence.no_choice")
_DEFINED_BEFORE = expression("presence.defined_before")
_BOTH_BEFORE = expression("presence.both_before")
_BOTH_BEHIND = expression("presence.both_behind")
_ALLOWED_BEHIND = expression("presence.allowed_behind")
_QUALIFIED = expression("presence.qualified")
_REFUSED = expression("presence.refused")
_OR_ELSE = expression("presence.or_else")
_JUDGED = expression("presence.judged")
_OF_WHICH = expression("presence.of_which")
_NUMBERED = expression("presence.numbered")
_OTHER_DISEASE = pattern_of(r"malignan|cancer|neoplas|tumou?r", re.IGNORECASE)
_NEGATORS = pattern_of(r"\b(?:no|not(?! (?:only|limited))|never|without|absence|incapable)\b", re.IGNORECASE)
_PERSONS_ONLY = pattern_of(
    r"^\W*(?:(?:currently|healthy|women|females?|who|are|is|subjects?|patients?|participants?|mothers?)\W+)*$", re.IGNORECASE
)
_MUST = expression("presence.must")
# "prior surgery for epilepsy": who had none may still have the disease
_NAMED_BEFORE = expression("presence.named_before")  # a clinic's name, and signs of something else
_TREATED_FOR = expression("presence.treated_for")
_OF_CAUSE = expression("claim.of_cause")
_AS_CAUSE = expression("claim.as_cause")
_POSSIBLE = expression("claim.possible")  # "autoimmune disease with potential CNS involvement"
_UNCONTROLLED_SUCH = expression("claim.uncontrolled_such")  # of what it names, only what is not controlled
_MAY_HAVE = expression("claim.may_have")
_OF_SOME_WHO_HAD = expression("claim.of_some_who_had")  # "toxicity from prior cells"
_SINCE = expression("claim.since")  # "at least 90 days since a prior transplant" asks for none
_IN_SOME_YEARS = expression("claim.in_some_years")
_EPISODE = expression("claim.episode")  # "interstitial lung disease acute exacerbation"
_CONTROLLABLE = group("controllable")
_CNS_GRADE = pattern_of(r"\bCNS[- ]?[23]\b", re.IGNORECASE)
_DEGREE_BEHIND = expression("claim.degree_behind")  # "hepatitis B, untreated"
_OPENS_KIND = pattern_of(r"\W*(?:for (?:those |patients )?)?(?:in|with|after)\b", re.IGNORECASE)
_ENDS_LABEL = pattern_of(r"(?: [\w-]+){0,3}\s*:")
_PERMITTED_WITHOUT = expression("claim.permitted_without")
_MENINGES = expression("claim.meninges")
_BLOOD_CANCER = pattern_of(r"leuka?em|lymphom", re.IGNORECASE)  # whose place in the brain they are
_BRAIN_METASTASES = pattern_of(r"\b(?:brain|cerebral|intracranial) metasta\w+", re.IGNORECASE)
_MAY_BE_TOO = expression("claim.may_be_too")  # "pregnant, who may be pregnant"
_PLAIN_BEFORE = expression("claim.plain_before")
# "severe neurological disorders (e.g., dementia)", "renal disease (e.g. diabetes)": of what they are examples is meant
_EXAMPLE_IN_BRACKET = pattern_of(r"\((?:e\.? ?g\b|such as|for example|for instance)[^()]*$", re.IGNORECASE)
_AS_RATE = pattern_of(r" ?(?:/|per |a |each )(?:day|week|month|year)", re.IGNORECASE)  # "fewer than 4 seizures a week"
_ENDS_A_LIST = frozenset({"autoimmune_disease", "other_malignancy"})
_DEGREE_OF_LIST = expression("claim.degree_of_list")  # "significant heart, lung or autoimmune disease"
_LISTED_TOO = frozenset({"cns_disease", "other_malignancy", "seizure_disorder"})
_OF_SOME_BEHIND = expression("claim.of_some_behind")
_BRAIN_TOO = pattern_of(r"\b(?:CNS|central nervous system|cerebral|brain)(?: \w+)? ?(?:or|and|and/or|/) ?$", re.IGNORECASE)
_NOT_UNDER_CONTROL = expression("claim.not_under_control")
_PLACES = frozenset({"extramedullary_disease", "cns_disease"})
_ISOLATED = expression("claim.isolated")
_LISTED_OR = pattern_of(r"[^.;,]{0,40},[^.;]{0,120}\bor\b", re.IGNORECASE)  # "isolated CNS relapse, testicular or marrow relapse"
_INELIGIBLE_IF = expression("claim.ineligible_if")  # of those who have it, some
_MORE_THAN_ONCE = pattern_of(r"\b(?:more than|at least|two or|2 or|multiple|repeated|second)\b", re.IGNORECASE)
_AFTERWARDS = pattern_of(r"(?:after|following|post)\b", re.IGNORECASE)
_PEOPLE_BEFORE = expression("claim.people_before")
_MUST_BE = expression("claim.must_be")
_WHICH = pattern_of(r"\b(?:first|second|third|fourth|1st|2nd|3rd|greater|later|subsequent|further|beyond)\b", re.IGNORECASE)
_SYMPTOMS_OF = expression("claim.symptoms_of")
_OF_SOME_BEFORE = (_MUST_BE, _POSSIBLE, _SYMPTOMS_OF, _TREATED_FOR)
_PAIRED = pattern_of(r"\bhepatitis b and (?:hepatitis )?c\b|\bhbv and hcv\b", re.IGNORECASE)
_ACTIVE = pattern_of(r"active\b", re.IGNORECASE)
# "active hepatitis (hepatitis B: DNA positive; hepatitis C: RNA positive)": by which tests each is known
_UNDER_HEPATITIS = pattern_of(r"\bhepatitis\b[^()]{0,40}\([^()]*$", re.IGNORECASE)
_HEADS_A_TEST = pattern_of(r"(?: virus)?(?: \([A-Z]{2,4}\))?\s*:")
# "active hepatitis B (antigen positive and DNA positive)": how its activity is known
_TOLD_BY_BRACKET = pattern_of(r"(?: virus| infection| \((?:virus|HBV|HCV)\))*,? \((?!HBV\)|HCV\))", re.IGNORECASE)
_JUDGED_BEFORE = expression("presence.judged_before")
_GRADED = expression("presence.graded")
_DEMAND_BEHIND = expression("presence.demand_behind")
_OTHER_WAY = expression("presence.other_way", exact=True)
_TARGETED = pattern_of(
    r"\b(?:CD\d+|BCMA|GPRC5D|GD2|GPC3|HER2|EGFR|mesothelin|CLL-?1|FLT3|claudin\S*)\b.{0,30}\b(?:CAR|chimeric)", re.IGNORECASE
)
_FAILED = pattern_of(r"(?:relaps\w*|recurr\w*|progress\w*|failed|failure of|refractory to)\b", re.IGNORECASE)
_HIV_QUALIFIED = pattern_of(r"\bHIV\b[^.;,]{0,40}\b(?:requiring|with|who|that|not|without)\b", re.IGNORECASE)
_IS_GROUP = expression("presence.is_group")
_OF_GROUP = expression("presence.of_group")
_IF_POSITIVE = expression("presence.if_positive")
_AND_VALUE = expression("presence.and_value")  # only together with a value beside it
_PURPOSE = expression("presence.purpose")
_GRAFTS = group("grafts")
_INFECTIONS = group("viruses")
_STATES = group("states_of_disease")
_ASKED_SO = _STATES | group("markers") | group("cell_marks") | group("today")  # "MRD positivity must be confirmed"
_GLOSS = pattern_of(r"\(\s*i\.?e\.?[^()]*$", re.IGNORECASE)
_NEEDED = pattern_of(r"requiring|needing|in need of", re.IGNORECASE)
TODAY = group("today")
_MARKERS = group("markers")
_CELL_MARKS = group("cell_marks")
_MARK_BEFORE = expression("claim.mark_before")
_MARK_BEFORE_EXCLUDED = expression("claim.mark_before_excluded")
_MARK_NOUN = expression("claim.mark_noun")
_MARK_BEHIND = expression("claim.mark_behind")
_VIRUS_NAMES = {
    "hiv": pattern_of(r"\bhiv|immunodeficiency", re.IGNORECASE),
    "hbv": pattern_of(r"\bhbv|\bhbs|hepatitis b\b|anti-?hbc|\bhbc", re.IGNORECASE),
    "hcv": pattern_of(r"\bhcv|hepatitis c\b", re.IGNORECASE),
}
_VIRUSES = frozenset({"hbv", "hcv"})
_HELD = expression("claim.held")  # of a virus alone a word may have been cut off
_ILLNESSES = group("illnesses")


def claim_of(section: str, text: str, sentence: tuple[int, int], finding: Finding, nested: bool, above: str = "") -> Claim:
    """What ``finding`` says of who may join; ``nested`` tells that its line stands below another, of the words ``above``."""
    before = text[max(sentence[0], finding.start - 240) : finding.start]
    after = text[finding.end : min(sentence[1], finding.end + 200)]
    matched = text[finding.start : finding.end]
    if before.rstrip().endswith("solated") or (finding.concept in _PLACES and _ISOLATED.search(before)):
        asked = section == "inclusion" and finding.state == "present" and not (_LISTED_OR.match(after) or _REFUSED.match(after))
        return Claim("present" if asked and not _one_way_in(finding, matched, before, after, nested) else None, "isolated")
    if _NAMED_BEFORE.search(before) or (finding.concept == "ph_positivity" and BOTH_MARKS.search(before)):
        return Claim(None)  # a clinic's name, "Ph-negative, BCR-ABL-positive disease"
    claim = _claimed(section, text, sentence, finding, nested)
    if claim.joins and finding.concept in _CELL_MARKS and not _is_plain_mark(section, before, after):
        return Claim(None, claim.condition)
    often_listed = finding.concept in _ILLNESSES or finding.concept in _LISTED_TOO
    if claim.joins == "absent" and often_listed and _EXAMPLE_IN_BRACKET.search(text, max(0, finding.start - 300), finding.start):
        claim = Claim(None, claim.condition)
    if finding.concept in _ILLNESSES:
        return of_illness(claim, text, sentence, finding, above)
    place = _place(text, sentence, finding, before, matched) if finding.concept == "cns_disease" else None
    return _of_place(claim, place, before, after) if place else claim


def _is_plain_mark(section: str, before: str, after: str) -> bool:
    """Whether a mark is told of the disease of all, not of some with it, a product, other cells or a part of the trial."""
    noun = _MARK_NOUN.match(after)
    rest = after[noun.end() :] if noun else after
    if section == "exclusion":
        return _MARK_BEFORE_EXCLUDED.fullmatch(before) is not None and re.fullmatch(r"\W*", rest) is not None
    return _MARK_BEFORE.fullmatch(before) is not None and _MARK_BEHIND.match(rest) is not None


def _place(text: str, sentence: tuple[int, int], finding: Finding, before: str, matched: str) -> str | None:
    """The place of a disease of the nervous system that alone is meant: who has it elsewhere may join."""
    if _is_of_meninges(text, sentence, finding, before):
        return "leptomeningeal"
    return "brain metastases" if _BRAIN_METASTASES.search(matched) else None


def _of_place(claim: Claim, place: str, before: str, after: str) -> Claim:
    """``claim`` of one place, said where no other word tells which of those who have it there are meant."""
    told = ", ".join(each for each in (place, claim.condition) if each)
    plain = claim.joins == "absent" and _PLAIN_BEFORE.search(before) and not _OF_SOME_BEHIND.match(after)
    return Claim("absent" if plain else None, told)


def _claimed(section: str, text: str, sentence: tuple[int, int], finding: Finding, nested: bool) -> Claim:
    """What `claim_of` gives of a finding that is neither isolated nor of one place."""
    before = text[max(sentence[0], finding.start - 240) : finding.start]
    after = text[finding.end : min(sentence[1], finding.end + 200)]
    matched = text[finding.start : finding.end]
    if section == "exclusion":
        return _excluded(text, finding, before, after)
    graded = finding.concept == "cns_disease" and finding.state != "absent"
    if is_refused_there(after) or (graded and _CNS_GRADE.search(text, finding.start, finding.end)):
        return Claim(None)  # "CNS-2 without symptoms" is one of the states let in
    if _OPENS_KIND.match(text, sentence[0], finding.end) and _ENDS_LABEL.match(after):
        return Claim(None)  # "In CR: …, or relapse after a CR" opens one kind of people
    refusal = _REFUSED.match(after)
    if refusal and "(" in refusal.group().rpartition(")")[2]:
        return Claim(None)  # "in complete remission (partial remission is excluded)": of something else
    refused = refusal is not None
    if finding.concept in _INFECTIONS and _IS_GROUP.match(after) and _OF_GROUP.search(before):
        return Claim(None)  # "CD4 count ≥ 350 for HIV-positive participants"
    if finding.concept in _INFECTIONS and _IF_POSITIVE.match(text, finding.end):
        return Claim(None)  # "HIV negative; if HIV positive, …"
    if finding.negated and finding.concept not in TODAY and _PERMITTED_WITHOUT.search(before):
        return Claim(None)
    if finding.state == "absent":
        failed = finding.concept == "remission"  # not reached: a refractory disease, one of several ways in
        of_another = _TREATED_FOR.search(before) or _POSSIBLE.search(before)
        return (
            Claim(None)
            if failed or refused or of_another or _OR_ELSE.match(after)
            else _forbidden(finding, before, matched, after)
        )
    if refused:
        return _forbidden(finding, before, matched, after)
    if _MAY_HAVE.search(before) or finding.concept == "other_malignancy":
        return Claim(None)
    if finding.concept in _VIRUS_NAMES and not _HELD.search(f"{before[-60:]}{matched}{after[:60]}"):
        return Claim(None)
    if not (finding.concept in _ASKED_SO or finding.concept.endswith("_mutation")) and _DEMAND_BEHIND.match(after):
        return Claim(None)  # a demand on those who have it
    if finding.concept == "relapsed_refractory" and _TREATED_FOR.search(before):
        return Claim(None)  # "two therapies for relapsed or refractory myeloma" asks for therapies
    if finding.concept in _STATES and _OTHER_WAY.match(_NO_CHOICE.sub(" ", after)):
        return Claim(None)
    listed = _NUMBERED.search(text[max(0, finding.start - 400) : finding.start])
    return Claim(None if listed or _one_way_in(finding, matched, before, after, nested) else "present")


def _is_of_meninges(text: str, sentence: tuple[int, int], finding: Finding, before: str) -> bool:
    """Whether only the meninges are meant, and of no leukaemia or lymphoma: theirs is the disease of the brain."""
    if not _MENINGES.match(text, finding.start, finding.end) or _BRAIN_TOO.search(before):
        return False
    return not _BLOOD_CANCER.search(text, max(sentence[0], finding.start - 40), min(sentence[1], finding.end + 40))


def _excluded(text: str, finding: Finding, before: str, after: str) -> Claim:
    if finding.state == "absent":
        other = finding.concept == "remission" and _OTHER_DISEASE.search(before)
        return Claim("present" if finding.concept in _MARKERS and not other else None)
    matched, prior = text[finding.start : finding.end], finding.concept.startswith("prior_")
    if finding.concept == "remission" and _OTHER_DISEASE.search(before):
        return Claim(None)  # of another cancer, which is then spared
    if prior and _MORE_THAN_ONCE.search(matched):
        return Claim(None)
    if finding.concept not in TODAY and _INELIGIBLE_IF.match(after):
        return Claim(None)  # of those who have it, some
    if prior and _AFTERWARDS.match(matched) and not _PEOPLE_BEFORE.fullmatch(before):
        return Claim(None)  # "organ failure after transplantation": when, not whether
    if prior and (_FAILED.match(matched) or _OF_SOME_WHO_HAD.search(before)):
        return Claim(None)  # of those who had it, only those it failed are meant
    if finding.concept == "prior_car_t" and _TARGETED.search(matched):
        return Claim(None)  # cells against one target
    if (matched == "AIDS" or matched[:8].lower() == "acquired") and _HIV_QUALIFIED.search(after):
        return Claim(None)  # of those with the virus only some are meant
    at_once = _BOTH_BEHIND.match(after) and not (_ACTIVE.match(matched) and _TOLD_BY_BRACKET.match(after))
    both = finding.concept in _VIRUSES and (
        _BOTH_BEFORE.search(without_brackets(before)) or at_once or _PAIRED.search(before[-30:] + matched + after[:30])
    )
    under = finding.concept in _VIRUSES and _HEADS_A_TEST.match(after) and _UNDER_HEPATITIS.search(without_brackets(before))
    by_tests = under and narrowing_of(finding.concept, before, matched) is None
    together = both or by_tests or (finding.concept not in TODAY and _AND_VALUE.match(after))
    beyond = text[finding.end : finding.end + 1500]
    spared = finding.concept not in TODAY and not lets_in_earlier(matched, beyond) and _is_spared(finding.concept, beyond)
    if finding.concept not in TODAY and _is_part(finding, matched, before, after):
        return Claim(None, _forbidden(finding, before, matched, after).condition)
    rate = finding.concept == "seizure_disorder" and _AS_RATE.match(after) is not None
    of_cause = finding.concept == "other_malignancy" and (_OF_CAUSE.search(before) or _AS_CAUSE.match(after))
    degree = finding.concept in _ENDS_A_LIST and _DEGREE_OF_LIST.search(before) is not None
    if together or spared or rate or of_cause or degree or any(each.search(before) for each in _OF_SOME_BEFORE):
        return Claim(None)
    return _forbidden(finding, before, matched, after)


def _is_part(finding: Finding, matched: str, before: str, after: str) -> bool:
    """Whether only some with the finding are meant: those not controlled, those of a grade, an episode of it."""
    graded = finding.concept == "cns_disease" and _CNS_GRADE.search(matched) is not None
    uncontrolled = finding.concept in _CONTROLLABLE and _UNCONTROLLED_SUCH.search(before) is not None
    uncontrolled = uncontrolled or _NOT_UNDER_CONTROL.search(before) is not None
    which = finding.concept == "remission" and _WHICH.search(matched) is not None  # not the others
    return graded or uncontrolled or which or bool(_EPISODE.match(after) or _IN_SOME_YEARS.match(after))


def spares_some(concept: str, below: str) -> bool:
    """Whether the words of a line below an excluded finding let some who have it in."""
    return concept not in TODAY and _is_spared(concept, f". {below}")


def _is_spared(concept: str, after: str) -> bool:
    """Whether some who have the finding may join; a second sentence about another virus spares nobody with this one."""
    allowed = _ALLOWED_BEHIND.match(after[:360])
    if allowed is None:
        return False
    if concept not in _VIRUS_NAMES or not re.search(r"[.;]\s", allowed.group()):
        return True
    later = re.split(r"[.;]\s", after, maxsplit=1)[1]
    named = {virus for virus, names in _VIRUS_NAMES.items() if names.search(later)}
    return not named or concept in named


def _forbidden(finding: Finding, before: str, matched: str, after: str) -> Claim:
    """``absent`` for who may join, unless only a part of the finding is meant; which part is told as its condition."""
    narrowed = None if finding.concept in TODAY else narrowing_of(finding.concept, before, matched)
    part = _QUALIFIED.match(after) or (_PURPOSE.match(after) if finding.concept in _GRAFTS else None)
    if finding.concept in TODAY and _MAY_BE_TOO.match(after):
        part = None  # others beside them
    words = " ".join(part["words"].split()).rstrip(" ,") if part else None
    needed = words is not None and _NEEDED.match(words) is not None
    degree = _DEGREE_BEHIND.match(after) if words is None and finding.concept not in TODAY else None
    apposed, some = narrowing_behind(finding.concept, degree["bracketed"] or degree["words"]) if degree else (None, False)
    unsure = finding.concept not in TODAY and (
        _JUDGED.match(after)
        or _OF_WHICH.search(before)
        or _GLOSS.search(before)
        or _GRADED.match(after)
        or _JUDGED_BEFORE.search(before)
    )
    whole = not (unsure or some) and (words is None or needed) and WELL not in (narrowed, apposed)
    told = " ".join(dict.fromkeys(each for each in (narrowed, apposed, words) if each))
    return Claim("absent" if whole else None, told or None)


def _one_way_in(finding: Finding, matched: str, before: str, after: str, nested: bool) -> bool:
    """Whether a finding under an inclusion heading is one of several ways in, or too uncertain to be asked for."""
    if nested or _DEFINED_BEFORE.search(before) or _NEGATORS.search(before):
        return True
    if finding.concept in TODAY:
        return not _PERSONS_ONLY.match(before) or _MUST.match(after) is not None
    if finding.concept.startswith(("prior_", "cns_")) and (re.search(r"\bor\b", matched, re.IGNORECASE) or _SINCE.search(before)):
        return True
    left, right = _NO_CHOICE.sub(" ", before), _NO_CHOICE.sub(" ", after)
    return bool(_EITHER_BEFORE.search(left) or _EITHER_BEHIND.match(right))
