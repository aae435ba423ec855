"""The people an amount is for, named before it: by age, by weight, by risk."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of

MEASURE = r"(?:kg|years?|yrs?|months?|m2)(?![a-z\d])(?: of age| old)?"
RISK = r"(?:(?:very )?(?:low|standard|average|intermediate|high|favou?rable|poor)(?:-? ?/ ?|-?,? (?:and|or) |-| ))+risk"
PEOPLE = (
    r"(?:the )?(?:(?:(?:older|younger|adult|adolescent|pa?ediatric|elderly|female|male|pregnant|other|remaining|obese|"
    r"Japanese|Asian|"
    rf"Chinese|healthy|{RISK}) )+(?:children|patients|subjects|participants|adults|individuals|women|men|volunteers)"
    r"|adults ?/ ?adolescents|adolescents ?/ ?adults|children ?/ ?adolescents"
    r"|(?:East |South )?Asians?(?! (?:participants|patients|subjects|adults|children))"
    r"|adults|children|adolescents|infants|elderly|neonates|peds|pa?ediatrics?|women|men|females|males"
    r"|(?:non-?|partial |complete |poor |inadequate |early )?responders)"
    rf"(?: (?:aged |of )?(?:[<>≤≥]=? ?)?\d+(?:\.\d+)?(?: ?(?:-|to) ?\d+(?:\.\d+)?)? ?{MEASURE})?"
)
_BANDED = rf"(?:those|patients|subjects|participants) (?:aged |of |weighing )?[<>≤≥]=? ?\d+(?:\.\d+)? ?{MEASURE}"
_BRACKET_LABEL = pattern_of(
    r"[\[(](?P<who>(?:all )?(?:(?:East |South )?Asians?|Japanese|Chinese|adults?|children|adolescents|infants|women|men|"
    r"elderly|pa?ediatrics?|peds)(?: (?:patients|subjects|participants))?)[,:]? ?$",
    re.I,
)
# "males and females: 100 mg": of both
# "Adults: 600 mg daily; children: 10 mg/kg daily", "adults receive 50 mg and children 25 mg"
_PEOPLE_BEFORE = gated(
    rf"(?<![a-z-])(?<!for )(?<!in )(?<!of )(?<!with )(?P<who>{PEOPLE}|{_BANDED})"
    r"(?:: ?(?:[A-Za-z][\w-]* ){0,3}|(?:,? (?:will |should |are to |were to )?"
    r"(?:receiv\w+|take|get|be given|are given|were given"
    r"|continue|(?:continue|remain|escalate|increase|step up|switch) (?:to|at|on|with)))?"
    r"(?: (?:an?|the|oral|doses?|of|single|daily|total|starting|initial|at))*) ?$",
    re.I,
)
_BARE_AGE = gated(
    r"(?:^|[,;(:]|(?<![a-z])and|(?<![a-z])or) ?(?P<who>\d{1,2} (?:years?|months)(?: of age| old)?|"
    r"\d+(?:\.\d+)? ?(?:-|to) ?\d+(?:\.\d+)? ?(?:kg|years|months)),?:? $",
    re.I,
)
# "Adults and children over 12 years, initial: 200 mg", "Children, 6-12 years: initial, 100 mg"
_OF_LABEL = expression("dose_people.of_label")


# "Severe infections: 1 g"; "NHL: 0.4 mg/m2"
_ILLNESS = expression("dose_people.illness")


def people_before(text: str, start: int, at: int) -> str | None:
    """The people named right before the amount at ``at``, from ``start`` on."""
    before = text[start:at]
    named = _PEOPLE_BEFORE.search(text, start, at)
    found = _BRACKET_LABEL.search(text, start, at) or named
    found = found or _BARE_AGE.search(before) or _OF_LABEL.search(before) or _ILLNESS.search(before)
    return found["who"] if found else None


_OF_OTHERS = pattern_of(r"[;:]|[,.](?! ?(?:and )?\d)|^ ?(?:and|or) ?$")
_OPENS = pattern_of(r" ?\(")
_JOINED = pattern_of(r"(?:[,;:]|(?<![a-z])(?:or|and))\s*$", re.I)


def said_before(text: str, end: int, told: re.Match[str]) -> bool:
    """Whether a condition between two amounts is of the first, which ends at ``end``: "20 mg (if > 60 kg or 12 mg)"."""
    between = text[end : told.start()]
    return not _OF_OTHERS.search(between) and (not _OPENS.fullmatch(between) or _JOINED.search(told.group()) is not None)


def opens_with_it(text: str, end: int, told: re.Match[str], next_start: int) -> bool:
    """Whether brackets behind an amount open with the condition of the amount in them: "100 mg (if tolerated 200 mg)"."""
    inside = told.end() > next_start and _OPENS.fullmatch(text, end, told.start()) is not None
    return inside and _JOINED.search(text[told.start() : next_start]) is None
