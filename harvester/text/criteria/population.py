"""Whom a criterion speaks of, and the cohort or part of the trial it is limited to.

Rules: ``population.heading``, ``population.opening`` (definitions/populations.txt), ``scope.prefix``, ``scope.suffix``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from harvester.text.expressions.definition_file import definition_pairs
from harvester.text.expressions.gate import Gates, gated
from harvester.text.expressions.opened import Opened
from harvester.text.expressions.pattern import pattern_of

_UNIT = r"(?:parts?|cohorts?|arms?|groups?|phases?|steps?|strat(?:um|a)|sub-?stud(?:y|ies)|modules?|regimens?|periods?|ISA)"
_NAME = r"(?:[A-Z]\d?|\d{1,2}[A-Za-z]?|[IVX](?:[IVX]{1,3}[ab]?|[ab]))"  # 'I' is a letter, and no numeral as well
_AND = r"(?:,|/|&|-|and|or|to|through)"
_RUN = (
    rf"{_UNIT}\s{_NAME}(?:\s?{_AND}(?:\s{{0,2}}{_AND})?\s?(?:{_UNIT}\s)?{_NAME}\b){{0,8}}"
    rf"(?:\s?\(?{_UNIT}\s{_NAME}(?:\s?(?:,|/|&|-|and|or|to)\s?{_NAME}){{0,6}}\)?)?"
)
_NAMED_ARM = (
    r"(?:adult|p(?:a)?ediatric|expansion|escalation|treatment|control|main|intervention)(?: and (?:adult"
    r"|p(?:a)?ediatric))? (?:arms?|cohorts?|groups?|parts?)(?: and [\w ]{3,30}?)?(?: only)?"
)
_STRATUM = r"(?:low|standard|intermediate|high)[ -]risk(?: \d)?(?: \([A-Z]{2}\d?\))?(?= ?:|$| \d)(?: \d)?"
_PREFIX = pattern_of(
    r"(?:(?:\w+ )?(?:inclusion|exclusion|eligibility) criteria ?[-:] ?)?"
    rf"(?P<scope>{_NAMED_ARM}|{_STRATUM}|{_RUN}(?:\s\([^()]{{1,60}}\))?|[A-Z][A-Z0-9 \-/]{{3,50}}\(STEP \d\))\s?(?::|-\s)\s*",
    re.IGNORECASE,
)
_BRACKET = pattern_of(
    r"\[(?P<scope>[^\[\]]{0,60}\b(?:parts?|cohorts?|arms?|groups?|phases?|sub-?stud(?:y|ies))\b[^\[\]]{0,30})\]\s*(?=\S)",
    re.IGNORECASE,
)
_SUFFIX = pattern_of(
    rf"\((?P<scope>(?:for\s)?{_RUN}(?:\s(?:part|portion|cohort|arm|group|patients|participants|subjects))?(?:\sonly)?)\)",
    re.IGNORECASE,
)
# "CNS disease, cohort 2 only", "Haemoglobin < 8 g/dL for Part B only": behind a comma nothing but the scope, and no other comma;
# "pulmonary hypertension, group 1 only" is an illness
_CLOSING = pattern_of(
    r"(?!.*\b(?:except|not|other than|unless|and|or|either) )(?:[^,;()]|\([^()]{0,80}\)){3,200}?"
    r"(?:[,;]|\s[-–]|(?=\s(?:for|in)\s))\s(?:for |in )?"
    rf"(?:the )?(?:(?:participants?|patients?|subjects?) (?:of |in |enrolled in )?)?(?P<scope>(?!(?:group|step)s? ){_RUN})"
    r"(?:\s(?:participants?|patients?|subjects?))? only[.\s]*",
    re.IGNORECASE,
)
_NEXT_VALUE = pattern_of(r"[\s,;]*(?:or|and)?[\s\\]*(?:[<>≤≥]|\bat least\b|\d)", re.IGNORECASE)
_ENDS = pattern_of(r"\s?[:-]|(?:\s(?!or\b|and\b)[\w-]+){0,3}\W*$")
_PARTED = pattern_of(r"[a-z0-9)]\.\s+[A-Z]|;\s")
_IN_HEADING = pattern_of(rf"\b(?:to|for|in|of|only)\s+(?:the\s)?(?P<scope>{_RUN})(?!\w)", re.IGNORECASE)
_BESIDE_SECTION = pattern_of(rf"clusion(?: criteria)?,?\s+(?:[-–]\s*)?(?P<scope>{_RUN})\W*$", re.IGNORECASE)
# "MS group inclusion criteria", "Women - exclusion criteria"
_BEFORE_SECTION = pattern_of(
    r"\W*(?!all |both |each )(?P<scope>(?:[\w+-]+ ){0,2}?(?:sub-?study|group|cohort|arm|stage \d|adults?|p(?:a)?ediatrics?"
    r"|children|adolescents?|infants?|women|men|(?:fe)?males?))[\s:–-]+(?:(?:key|main|general) )?(?:in|ex)clusion\b",
    re.IGNORECASE,
)
_FOR = pattern_of(
    rf"^(?:for\s)?(?:participants?|patients?|subjects?)?\s?(?:of|in|enrolled in)?\s?(?:the\s)?(?P<scope>{_RUN})(?!\w)",
    re.IGNORECASE,
)
_REGISTRATION = pattern_of(
    rf"(?:(?:prior to|before|at|for) )?(?P<scope>{_RUN})(?: (?:registration|randomi[sz]ation|enrol\w*|only))?\s?:",
    re.IGNORECASE,
)
_WHOLE = pattern_of(rf"(?P<scope>{_STRATUM})", re.IGNORECASE)
_ALONE = pattern_of(
    r"(?:for |in )?(?:(?:participants?|patients?|subjects?) (?:of |in |enrolled in )?)?(?:the )?"
    rf"(?P<scope>{_RUN})(?: (?:participants?|patients?|subjects?))? only\s?:",
    re.IGNORECASE,
)
# A sex is no part of a trial.
_ONLY = gated(
    r"(?!(?:for )?(?:the )?(?:(?:wo)?m[ae]n|(?:fe)?males?)\b)"
    r"(?:(?:for|in|applicable (?:to|for)) )?(?:the )?(?P<scope>[^:.;,]{2,60}?) only\s?:\s*"
    r"|only (?:for|in|applies to|applicable (?:to|for)) (?P<people>[^:.;]{2,60}?)\s?:\s*"
    r"|[^:.;]{2,60} only (?:from|for) (?:the )?(?P<portion>[^:.;]{2,60} (?:portion|part|arm|cohort|sub-?study)\b[^:.;]{0,30}):",
    re.IGNORECASE,
)
_FLAT = pattern_of(rf"{_RUN}\s(?-i:[A-Z])", re.IGNORECASE)  # "Part 1 ANC … . Part 2A and 2B ANC …"
_NOBODY = pattern_of(r"\W*(?:no|without|lack|absence)\b", re.IGNORECASE)  # "No donor available": the line is about the patient
_OTHERS = pattern_of(rf"(?:participants?|patients?|subjects?) (?:of|in|enrolled in) (?:the )?{_RUN}(?!\w)", re.IGNORECASE)
_CLAUSE = pattern_of(r"[;.,] +(?:(?:and|or|AND|OR|and/or) )?(?:[Ff]or )?(?=[A-Za-z])")
_PATIENTS = pattern_of(r"\W*(?:the |all )?(?:patients?|recipients?)\b(?! (?:study|trial))", re.IGNORECASE)
_TOGETHER = gated(
    r"\b(?!(?:parents?|guardians?|care-?givers?|relatives?|partners?|spouses?|siblings?|healthy|related|matched|young|old\w*"
    r"|adult|elderly|normal|fit|male|female|living)\b)\w+"
    r"(?:,? and |/| & )(?:healthy )?(?:controls|volunteers|donors|care-?givers)\b"
    r"|\b(?:controls|volunteers|donors|care-?givers)(?:,? and |/| & )(?:the )?"
    r"(?:patients|participants|recipients|subjects|cases)\b",
    re.IGNORECASE,
)
_SCOPES = Gates((_PREFIX, _FOR, _SUFFIX, _WHOLE, _ONLY.pattern, _BRACKET, _CLOSING))


@cache
def _names() -> tuple[str, ...]:
    return tuple(name for name, _ in definition_pairs("populations.txt"))


@cache
def _opened() -> Opened:
    return Opened(pattern_of(expression, re.IGNORECASE) for _, expression in definition_pairs("populations.txt"))


def population_of_heading(heading: str) -> str | None:
    """The population a heading names anywhere in it, or none; none where it is for others as well (``patients and controls``)."""
    return None if _TOGETHER.search(heading) else next((_names()[index] for index, _ in _opened().firsts(heading)), None)


def people_alone(line: str) -> bool:
    """Whether a line is no more than the title of some people, in capitals (``Study Participants``)."""
    words = line.rstrip(":").split()
    return len(words) <= 3 and all(word[:1].isupper() for word in words) and population_of_heading(line) is not None


def population_of_opening(line: str) -> str | None:
    """The population a criterion's first four words name as its subject, or none."""
    opening = " ".join(line.split(maxsplit=4)[:3])
    named = _population_of(opening)
    return None if named == "donor" and _NOBODY.match(opening) else named


def population_of_criterion(line: str, headed: str | None) -> str | None:
    """Whom a criterion speaks of below a heading that names ``headed``: who takes part there is who the heading names."""
    own = population_of_opening(line)
    if headed is None or own is None or own != "patient":
        return own or headed
    return own if _PATIENTS.match(line) else headed


@lru_cache(maxsize=4096)
def _population_of(opening: str) -> str | None:
    """The population that the first words of a line name first; lines begin with the same few words again and again."""
    found = [(match.start(), _names()[index]) for index, match in _opened().firsts(opening)]
    return min(found)[1] if found else None


def scope_of(line: str) -> str | None:
    """The cohort, part or step a criterion names in front (``Cohort 7: …``) or in brackets (``(Part 1 only)``), as written."""
    if not _SCOPES.called(line):
        return None
    prefix = _PREFIX.match(line) or _FOR.match(line) or _WHOLE.fullmatch(line) or _BRACKET.match(line)
    if prefix:
        return None if _names_another(line, prefix.end()) else prefix["scope"].strip()
    only = _ONLY.match(line)
    if only:
        return (only["scope"] or only["people"] or only["portion"]).strip()
    if line.rstrip(". ").endswith("only") and (closing := _CLOSING.fullmatch(line)):
        return closing["scope"].strip()
    suffixes = list(_SUFFIX.finditer(line))
    if len({suffix["scope"].lower() for suffix in suffixes}) != 1 or _NEXT_VALUE.match(line, suffixes[0].end()):
        return None  # "≥ 9 g/dL (cohort A) or ≥ 8 g/dL (cohort B)" is for both
    # A bracket in the middle of a line, or behind its second sentence, is for those words.
    whole = _ENDS.match(line, suffixes[-1].end()) is not None and not _PARTED.search(line, 0, suffixes[-1].start())
    return suffixes[0]["scope"].strip() if whole else None


def _names_another(line: str, start: int) -> bool:
    """Whether a later clause of the line is for another part (``Part 1: …; Part 2: …``)."""
    clauses = _CLAUSE.finditer(line, start, start + 600)
    return any(pattern.match(line, clause.end()) for clause in clauses for pattern in (_PREFIX, _FLAT, _OTHERS))


def scope_in_heading(heading: str) -> str | None:
    """The cohort or part a section heading names anywhere in it (``Exclusion criteria specific to Cohort A1``)."""
    found = _IN_HEADING.search(heading) or _BESIDE_SECTION.search(heading) or _BEFORE_SECTION.match(heading)
    return found["scope"].strip() if found else None


def scope_of_heading_item(line: str) -> str | None:
    """The step or part that is all a bulleted line names, in capitals (``PRIOR TO STEP 1 REGISTRATION:``) or as the only one
    (``Cohort A only:``): a heading.
    """
    if not line.endswith(":"):
        return None
    if line.isupper() and (found := _REGISTRATION.fullmatch(line)):
        return found["scope"].strip().capitalize()
    alone = _ALONE.fullmatch(line)
    return alone["scope"].strip() if alone else None


def scope_prefix_end(line: str) -> int:
    """How many characters of ``line`` are a scope and its colon (0: none)."""
    prefix = _PREFIX.match(line) if _SCOPES.called(line) else None
    return prefix.end() if prefix and not _names_another(line, prefix.end()) else 0


def is_limited_line(line: str) -> bool:
    """Whether a line says in front that it is for some only, and then what (``Japan only: consent of the parents``)."""
    only = _ONLY.match(line) if _SCOPES.called(line) else None
    return only is not None and only.end() < len(line)
