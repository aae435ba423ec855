"""Amounts that are nothing given: strengths, volumes to dilute in, weights, increments, samples, with the reason."""

from __future__ import annotations

import re

from harvester.text.doses.agent_list import listed_names
from harvester.text.doses.dose_reported import of_an_organ, reported
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import RangeRead
from harvester.text.written.unit import DOSE_KINDS, UnitRead

EARLIER_TRIAL = "given in an earlier trial"
EXPOSURE = "exposure told, not given"
_IN = pattern_of(
    r"(?:\b(?:in|into|diluted(?: to)?|made up to|dissolved in|dilut\w+ (?:in|to|with|up to)|volume (?:of|"
    r"is)|total volume(?: of \w+)? (?:of|is)|bag of) ?)(?:a |an |total of |about |approximately )*$",
    re.I,
)
_SOLVENT = pattern_of(
    r" ?(?:of )?(?:0\.9 ?% ?)?(?:sterile |normal |physiolog\w+ |isotonic )*(?:saline|water|glucose|"
    r"dextrose|nacl|sodium chloride|d5w|ns\b|ringer|solution|diluent|bag|volume|syringe|blood|"
    r"peripheral blood|venous blood|whole blood|autologous blood)",
    re.I,
)
# "in 500 mL or 1000 mL of saline": the second of two volumes
_IN_ONE_OF = pattern_of(
    r"(?:\b(?:in|into|with|diluted(?: to)?) )(?:a |an |about |approximately )*[\d.,]+ ?m?L (?:or|to|-|and) ?$", re.I
)
_HYDRATION = pattern_of(r"hydration(?: (?:with|of|at|using))? ?$", re.I)
_INCREMENT = expression("dose_given.increment")
_RAISED_EACH = pattern_of(
    r"(?:per[- ](?:session|step|dose|week|day|visit)|weekly|daily|stepwise|each) "
    r"(?:dose )?(?:escalations?|increases?|steps?) \($",
    re.I,
)
_EXPOSURE = pattern_of(r"(?:target\w*|window|goal|range|AUC\S*)(?: (?:of|is|was|:))?[^.;\n]{0,12}$", re.I)
# "to achieve an AUC of 16,000 umol*min or 20,000 umol*min"
_AIMED_AT = pattern_of(r"(?:achiev|target|reach|maintain|aim)\w*(?:[^.;\n]|\.(?=\w)){0,120}$", re.I)
_SHOT = pattern_of(r"/ ?0?\.(?:0\d{1,2}|1) ?m[lL]$")
_INTO = pattern_of(r"intravitreal|intracameral|intradermal|suprachoroidal|subretinal|sub-?tenon", re.I)
_IN_STEPS = pattern_of(r" (?:(?:bi)?weekly |daily |monthly |dose )?(?:increments?|decrements?|steps?)(?![a-z]|[ -]up)", re.I)
# "increase 50 mg every week to 150 mg"
_RAISED = gated(r"(?:increas|rais)(?:e[sd]?|ing) $", re.I)
_EVERY_TO = pattern_of(r" (?:every|each) (?:\d{1,2} )?(?:other )?(?:days?|weeks?|months?),? (?:up )?(?:to|until)(?![a-z])", re.I)
_EXPOSED = gated(
    r"(?:after (?:receiv\w+|having received)|prior exposure to|previously (?:received|treated with)|who received|"
    r"approval (?:for|of) (?:an? |the )?(?:additional |further |more )?) ?$",
    re.I,
)
# "a 75 g oral glucose tolerance test", "13C-urea breath test (75 mg)": what examines and does not treat.
_TEST = r"(?:(?:tolerance|challenge|breath|(?:stimulat|suppress|provocat|absorpt)ion|clearance) (?:tests?|study))(?![a-z])"
_TEST_BEHIND = pattern_of(rf" ?(?:of )?(?:[A-Za-z0-9-]+ ){{0,3}}{_TEST}", re.I)
_TEST_BEFORE = gated(rf"{_TEST} ?\((?:[A-Za-z0-9-]+,? )?$", re.I)
_NOT_BORNE = gated(
    r"(?:can ?not|unable to|not able to|do(?:es)? not) tolerate (?:(?:a |the )?(?:dose|dosage)(?: of)? |at )?"
    r"(?:at least |a minimum of )?$|intoleran\w+ (?:to|of) $",
    re.I,
)
_STRENGTH = gated(r"(?<![a-z])strengths?(?: of| is)? ?[:=]? ?$", re.I)
_DOWN_TO = pattern_of(r"(?<![a-z])(?:to|until|reaching) $", re.I)
_DRINK = pattern_of(
    r" ?(?:of )?(?:[a-z]+ ){0,2}(?:juice|milk|water|beverage|yogh?urt|tea)(?: drink)? (?:containing|with)(?![a-z])", re.I
)
# The amount before a change: "reduced from 75 mg/m2"; "increased from 5 mg to 10 mg" tells two doses.
_CHANGED_FROM = gated(r"(?:reduc|decreas|increas|rais|lower|chang|adjust)\w* from $", re.I)
_CHANGED_TO = pattern_of(r"[^.;,()]{0,24}? to ", re.I)
# What an earlier trial gave: "who received X 160 mg in the parent study will receive".
_RECEIVED = gated(r"(?<![a-z])who (?:had |have )?(?:previously )?(?:received|completed|took|been treated with)(?![a-z])", re.I)
_EARLIER_TRIAL = pattern_of(
    r"(?<![a-z])in (?:the|a|an) (?:\w+ )?(?:parent|pivotal|previous|earlier|preceding|feeder|core|lead-in|prior|initial) "
    r"(?:\w+ )?(?:study|studies|trial)(?![a-z])|(?<![a-z])in (?:the )?(?:study|trial|protocol) [A-Z]{0,6}-?\d",
    re.I,
)
_NOW = pattern_of(r"(?<![a-z])(?:will|are to|is to|shall) ", re.I)
_AT_RATE = pattern_of(
    r"(?:infus\w+|run|administered|given|started?|rate|speed)(?: of| at)(?: a| an)?(?: rate| speed)?(?: of)? $", re.I
)
# How a pump is set: "sufentanil 2 ug/kg in 100 ml saline, background 2 ml/h, bolus 2 ml, lockout 15 min"
_IN_BAG = gated(r"\d ?(?:[mu]?g|mcg)(?:/kg)?(?: of)?(?: [\w-]+)? (?:in|to|diluted to) [\d.]+ ?m[lL](?![a-z/])", re.I)
_OF_PUMP = pattern_of(
    r"(?<![a-z])(?:background|basal|bolus|demand|PCA)(?: (?:infusions?|rate|doses?|volume|flow|of|at|is|was))*[:,]? ?$", re.I
)
_SOLUTION_AT = pattern_of(
    r"\d ?(?:[mu]?g|mcg|IU|units?|U|mmol|mEq) (?:(?:of )?[\w-]+ )?in [\d.]+ ?m?L(?: (?:of )?[^.;,]{2,30})? at $", re.I
)  # "40 IU in 500 mL saline at 125 mL/h"
# "patients on prednisone > 10 mg/day", "who failed metformin ≥ 1500 mg/day"
_TAKEN_MORE = pattern_of(
    r"(?:(?<![a-z])(?:(?<!added )(?<!add-)on|fail\w*|receiving|taking|using|use of|require\w*|treated with|despite|than)"
    r"(?: [\w-]+){1,4}? ?\(?|"
    r"steroids? |prednis\w+ )(?:>=?|≥|(?:more|greater|higher) than|at least) ?$",
    re.I,
)
_SPREAD = pattern_of(r" ?(?:±|\+/-)")
_DAMAGED = pattern_of(r"\d ?[x×*] ?$", re.I)
_IN_DILUENT = pattern_of(
    r"(?:\bin|\bwith) (?:\w+ ){0,2}(?:water|saline|dextrose|glucose|D5W|D10W|NSS?|LR|ringer(?:'s)?) \(?$", re.I
)
# 133.3 mg of A and 33.3 mg of B per capsule
_PER_PIECE = pattern_of(
    r" (?:of )?[A-Za-z-]{2,20} ?(?:and|\+|,|plus|/) ?[\d.]+ ?m?g (?:of )?[A-Za-z-]{2,20} "
    r"per (?:(?:\d|two|three|four) )?(?:capsule|tablet|pill|vial|sachet|puff)",
    re.I,
)
# 172.5 mg ketamine hydrochloride (150 mg base) per ml
_OF_A_VOLUME = pattern_of(
    r"(?: of)?(?: [A-Za-z-]{2,20}){0,4}(?: ?\([^()]{1,30}\))?(?: [A-Za-z-]{2,20}){0,3}\)? ?(?:per|"
    r"/) ?(?:(?:\d+|two|three|four) ?)?(?:ml|millilit\w+|l|kcal|(?:tablet|capsule|vial|puff|spray)s?)(?![A-Za-z])",
    re.I,
)
_FORM_BEFORE = pattern_of(r"(?:tablets?|capsules?)(?: of)? $", re.I)
# "capsules 50 mg, given orally at a dose of 25 mg", but not "tablets 50 mg daily and testinib at a dose of 25 mg"
_AT_DOSE = pattern_of(
    r",?(?: (?:given|taken|administered|used|orally|by mouth|(?:once|twice|three times)(?: a day)?|daily|are|is|will be"
    r"|under (?:fed|fasted|fasting) conditions|with food|fasting))* at (?:an? |the )?(?:dose|dosage) of \d",
    re.I,
)
_NO_PIECES = 20  # so many are taken at once by nobody
_COUNTED_BEFORE = pattern_of(r"(?<![\w.])(?:[1-9]|one|two|three|four|five|six) $", re.I)  # "two 400 capsules a day"
_PER_SO_MANY = pattern_of(r"(?:[mu]?g|mcg|IU) (?:of )?(?:[A-Za-z-]{2,20} )?per $", re.I)  # "225 mg DHA per two capsules"
_OFTEN_BEHIND = pattern_of(r" (?:daily|(?:once|twice|three times|per|a|every|each) (?:daily|a |per |day|week|morning))", re.I)
# "a low salt (2.5 g/24 hours) diet"
_DIET = gated(r"[^.;()]{0,24}\)? ?(?:[a-z-]+ ){0,2}diet(?![a-z])", re.I)
_DIET_BEFORE = gated(
    r"(?:low|high|reduced|restricted|limited)[- ](?:salt|sodium|protein|fat|carbohydrate|potassium|calorie)s?[^.;]{0,16}\($"
    r"|(?:dietary|diet(?: with| of| containing)?)(?: \w+){0,2} (?:of|intake|intake of) $",
    re.I,
)
# "3 weeks after the last dose (6 weeks if 480 mg)"
_IF_DOSE = gated(r"(?<![a-z])(?:if|when)(?: (?:on|receiving|taking|given|the dose is|dose is))? $", re.I)
# "doses up to 4800 mg/day have been well tolerated", "had been receiving drugamab at < 2,000 mg/day"
_REPORTED = pattern_of(
    r"(?: ?\([^()]{0,24}\))?[^.;:()]{0,24} (?:have|has) (?:previously )?been (?:well |generally |safely )*"
    r"(?:tolerated|shown|studied|used|reported)| doses? (?:used|given|reported) (?!as )[^.;:()]{0,40}"
    r"(?:previously|earlier(?! stud| trial)|in (?:previous|earlier|prior) (?:studies|trials))"
    r"(?! (?:is|was|are|were|will be) (?:given|administered|used|chosen))",
    re.I,
)
# "has been shown to be equal to daunorubicin (90 mg/m2)"
_SHOWN = pattern_of(r"(?:have|has) been (?:shown|reported|found) to be [^.;:]{0,60}$", re.I)
# "in adjunct to previous metformin therapy on a stable dose (minimum 1.5 g daily)"
_STABLE = pattern_of(
    r"stable (?:daily )?(?:doses?|dosages?)(?: of [\w-]+)? ?[(,]? ?(?:of )?(?:minimum|at least|>=?|≥|no less than) ?(?:of )?$",
    re.I,
)
_HAD_BEEN = gated(
    r"(?<![a-z])already (?:taking|receiving|on|using|treated with) (?:(?!continu|receiv|take|get|add|start|will)\w+ ){0,3}$|"
    r"wash-?out (?:of|from) [A-Za-z-]{3,24} \((?:up to )?$|"
    r"(?<![a-z])(?:had|have|has) (?:already )?been (?:receiving|taking) (?:\w+ ){0,4}(?:[<>≤≥]=? ?)?$",
    re.I,
)
_THING = pattern_of(r"-(?:based|shaped|like|type)", re.I)
_BLOOD = pattern_of(
    r"(?:cord blood|(?<![A-Za-z])d?UCBU?(?![A-Za-z])|units? of (?:packed|red|blood|plasma|platelets?)|transfus|plasma|"
    r"platelets?|\bP?RBC|red blood cells|cryoprecipitate)",
    re.I,
)
_CAPABLE = gated(
    r"(?<![A-Za-z])(?:capable of|able to|can(?! (?:be|convert|switch|change|receive|take|start|"
    r"increase|get|have) )) (?:\w+ ){1,4}(?:from )?$",
    re.I,
)
# "reduced to 75 % of 400 mg"; "0.5 % of 20 mL" is a strength.
_SHARE_OF = gated(
    r"(?<![\d.])\d{2,3} ?(?:%|percent) of (?:the )?(?:(?:full|initial|starting|original|previous|planned|standard) )?"
    r"(?:dose of )?$",
    re.I,
)
_TOTALLING = pattern_of(r"totall?ing ?$", re.I)


def not_given(text: str, number: RangeRead, unit: UnitRead) -> str | None:
    """Why this amount is not something given; None when it may be a dose."""
    if unit.kind not in DOSE_KINDS:
        return {"lab": "laboratory or body measure", "duration": "time"}.get(unit.kind, unit.kind)
    if unit.kind == "fraction":
        return "percentage"
    if unit.code.startswith("kg"):
        return "body weight" if unit.code == "kg" else "laboratory or body measure"
    before = text[max(0, number.start - 48) : number.start]
    told = reported(text, number, unit, before)
    if told:
        return told
    if _OF_A_VOLUME.match(text, unit.end) or _PER_PIECE.match(text, unit.end):
        return "concentration"
    if (
        unit.kind == "exposure"
        and unit.code != "{AUC}"
        and (_EXPOSURE.search(before) or _AIMED_AT.search(text, max(0, number.start - 140), number.start))
    ):
        return "exposure aimed at"
    if unit.kind == "mass" and _FORM_BEFORE.search(before) and _AT_DOSE.match(text, unit.end):
        return "strength"
    if unit.kind == "count" and number.low >= _NO_PIECES and _COUNTED_BEFORE.search(before):
        return "strength"
    if unit.kind == "count" and _PER_SO_MANY.search(before) and not _OFTEN_BEHIND.match(text, unit.end):
        return "strength"
    if _THING.match(text, unit.end):
        return "part of a name"
    if _TEST_BEHIND.match(text, unit.end) or _TEST_BEFORE.search(before):
        return "for a test"
    if (
        _REPORTED.match(text, unit.end)
        or _HAD_BEEN.search(before)
        or _SHOWN.search(text, max(0, number.start - 90), number.start)
    ):
        return EXPOSURE
    told = "part of a diet" if _DIET.match(text, unit.end) else _told_aside(number, unit, before)
    if told:
        return told
    if unit.kind == "volume" and _DRINK.match(text, unit.end):
        return "volume to dilute in"
    if _CAPABLE.search(before):
        return "what a device can do"
    if unit.kind != "volume" and _SHARE_OF.search(before):
        return "amount a share is told of"
    return _given_elsewhere(text, number, unit, before)


def _given_elsewhere(text: str, number: RangeRead, unit: UnitRead, before: str) -> str | None:
    """Why an amount is none of the doses given: an increment, damaged, of an earlier trial, of an organ, or no such volume."""
    raised = _RAISED_EACH.search(before) if text.startswith(")", unit.end) else None  # several in a bracket are a ladder
    raised = raised or (_RAISED.search(before) and _EVERY_TO.match(text, unit.end))
    if raised or _INCREMENT.search(before) or _IN_STEPS.match(text, unit.end):
        return "increment"
    lost = unit.kind in ("cells", "virus") and re.match(r"10\d", text[number.start : number.end])
    if _DAMAGED.search(before) and (lost or re.match(r"10(?: ?\^|\*\*|[eE])", text[number.start : number.end + 1])):
        return "damaged power of ten"
    if _EXPOSED.search(before) or _SPREAD.match(text, number.end) or before.rstrip().endswith("±"):
        return EXPOSURE
    if unit.code == "[IU]" and (text[number.start].isalpha() or _BLOOD.search(text[max(0, number.start - 60) : unit.end + 30])):
        return "units of blood"
    if _CHANGED_FROM.search(before) and not _CHANGED_TO.match(text, unit.end):
        return "amount before a change"
    if _is_of_earlier_trial(text, number.start, unit.end):
        return EARLIER_TRIAL
    if unit.kind == "radiation":
        return of_an_organ(text, number.start, unit.end, before)
    flow = unit.kind == "volume" and unit.per_time in ("h", "min")
    pump = unit.kind == "volume" and _OF_PUMP.search(before)
    if pump and _IN_BAG.search(text, max(0, number.start - 120), number.start):
        return "rate of an infusion"
    if flow and (_AT_RATE.search(before) or _SOLUTION_AT.search(text, max(0, number.start - 90), number.start)):
        return "rate of an infusion"
    if unit.kind == "volume":
        return _not_given_volume(text, number, unit, before)
    if unit.kind == "count" and _TOTALLING.search(before):
        return "total count"
    return None


def _told_aside(number: RangeRead, unit: UnitRead, before: str) -> str | None:
    """Why an amount is only told of: not borne, a strength, nothing, or what amounts are rounded to."""
    if _DIET_BEFORE.search(before):
        return "part of a diet"
    if _IF_DOSE.search(before) or (unit.kind == "mass" and _TAKEN_MORE.search(before)):
        return "amount a condition names"
    if _STABLE.search(before):
        return EXPOSURE
    if _NOT_BORNE.search(before):
        return EXPOSURE
    if _STRENGTH.search(before):
        return "strength"
    if number.low == number.high == 0 and _DOWN_TO.search(before):
        return "nothing"
    return "what amounts are rounded to" if before.endswith(("nearest ", "nearest number of ")) else None


# "1 mg/kg daily (min 10 mg, max 20 mg)", "0.75 x 10^6 cells/kg (range 0.5-1.0 x 10^6)"
_LEAST = pattern_of(
    r"\((?:dose )?range:? ?(?:of |from )?$"
    r"|[(,;] ?(?:a |with a )?min(?:imum)?\.?(?: (?:daily|single|total))?(?: doses?)?(?: of)?:? ?[≥>]?=? ?$",
    re.I,
)


# What parts two medicines: the record's names are not known here, so that any joint does but that of two times.
_PARTED = pattern_of(
    r"[:;+\n]|\. |,(?! (?:\d|(?:on )?days?|for|IV|PO)(?![a-z]))"
    r"|(?<![a-z])(?:and|or|plus|with|then|followed)(?! (?:\d|once|twice|every))(?![a-z])",
    re.I,
)


def is_least(text: str, since: int, at: int) -> bool:
    """Whether the amount at ``at`` is the least or the range of what may be given of the one that ends at ``since``."""
    told = _LEAST.search(text, max(since, at - 40), at)
    if told is None or _PARTED.search(text, since, told.start()):
        return False
    return next(listed_names(text[since : told.start()]), None) is None


def is_one_shot(text: str, unit: UnitRead) -> bool:
    """Whether an amount in a volume is one dose, into the eye or the skin or breathed: "2 mg/0.05 mL", "300 mg/5 mL"."""
    near = text[max(0, unit.start - 80) : unit.end + 100]
    if unit.kind == "concentration" and _BREATHED_IN.search(unit.spelling) and _BREATHED.search(near):
        return True
    return unit.kind == "concentration" and _SHOT.search(unit.spelling) is not None and _INTO.search(near) is not None


# "a pilot trial studied X with 25 mg", "Russell et al introduced 400 cGy": what others report
_STUDIED = expression("dose_given.studied")


def _is_of_earlier_trial(text: str, start: int, end: int) -> bool:
    """Whether an amount is what the people had in an earlier trial, told before what they will receive."""
    said = text[max(0, start - 240) : start]
    if _STUDIED.may_match(said) and _STUDIED.search(said):
        return True
    if not _RECEIVED.may_match(said):
        return False
    said = re.split(r"[.;\n] ", said)[-1]
    received = list(_RECEIVED.finditer(said))
    if not received or _NOW.search(said, received[-1].end()):
        return False
    behind = re.split(r"[.\n] |(?<![a-z])will (?![a-z]*ing)", text[end : end + 320])[0]
    return _EARLIER_TRIAL.search(behind) is not None or _EARLIER_TRIAL.search(said, received[-1].end()) is not None


def of_this_trial(text: str, start: int, at: int) -> bool:
    """Whether ``at`` stands behind the words that lead from an earlier trial, told at ``start``, to what will be given."""
    return re.search(r"(?<![a-z])will (?![a-z]*ing)", text[start:at]) is not None


# "a volume of 2 mL buffer and 1 mL cells": what is mixed; "1 mL volume of the mixture is injected": what is given.
_MIXED = pattern_of(r"(?<![a-z])(?:volume|mixture|mix) of [\d.]+ ?m?L [^.;\n]{1,40}? and $", re.I)
_INJECTED = pattern_of(
    r" volume of [^.;\n]{1,60}?(?:is|are|was|will be) (?:then )?(?:injected|administered|given|instilled|infused)(?![a-z])", re.I
)
_IMPLANT = gated(  # not "implant patients", "implant placement"
    r"(?:implant|expander|prosthes)(?:(?! p[al]| su| who)[^.;\n]){0,40}? (?:ha[sv]|hold|contain|filled|sizes)[^.;\n]{0,40}$", re.I
)
_FLUSH = pattern_of(r" (?:of )?(?:(?:normal|sterile|heparini[sz]ed|0\.9 ?%) )*(?:saline |water |NaCl )?flush", re.I)
_IN_TOTAL = expression("dose_given.in_total")
_CLEARANCE = pattern_of(r"(?:CrCl|CLcr|Ccr|e?GFR|clearance|filtration rate)[^.;,()]{0,30}$", re.I)


_OUTPUT = gated(
    r"(?:urine|urinary|tidal|diuresis|drain(?:age)?|stool|blood loss)(?: output| volume)?[^.;,()]{0,20}$"
    r"|(?:bleeding|ha?emorrhage)(?: volume)?"
    r"(?: (?:of|about|approximately|over|above|exceeding|more than|at least|up to|[>≥]=?))+ ?$",
    re.I,
)
_BREATHED = pattern_of(r"inhal|nebuli[sz]", re.I)
_BREATHED_IN = pattern_of(r"/ ?(?:[2-9](?:\.\d)?|10) ?m[lL]$")


def _not_given_volume(text: str, number: RangeRead, unit: UnitRead, before: str) -> str | None:
    """Why this volume is not something given."""
    if (unit.per_time and _CLEARANCE.search(before)) or _OUTPUT.search(before):
        return "laboratory or body measure"
    near = re.split(r"[.;\n] ", text[max(0, number.start - 110) : number.start])[-1]
    near += re.split(r"[.;] | (?:IV|IM|SC|orally|by infusion)(?![a-z])", text[number.start : unit.end + 40])[0]
    if _IN.search(before) and not re.search(r"(?:up to|combined with|together with) $", before):
        return "volume to dilute in"
    if _IN_ONE_OF.search(before) or _HYDRATION.search(before) or _IN_DILUENT.search(before):
        return "volume to dilute in"
    solvent = re.search(r"\b(?:with|to) $", before, re.I) and _SOLVENT.match(text, unit.end)
    if solvent or _IN_TOTAL.search(text, max(0, number.start - 80), number.start):
        return "volume to dilute in"  # "10 mg A and 25 ug B (total volume 2.5 mL)"
    if _FLUSH.match(text, unit.end):
        return "volume to flush with"
    if _MIXED.search(text[max(0, number.start - 90) : number.start]):
        return "part of a mixture"
    if not _INJECTED.match(text, unit.end) and re.match(
        r" ?(?:(?:(?:multi-?|single-?)(?:dose|use) |glass )(?!\w+ (?:IM|IV|SC|once|twice|daily|every|weekly)))?"
        r"(?:(?:insulin|tuberculin|disposable|plastic|hypodermic|luer[- ]lock)(?:[- ]type)? (?=syringe))?"
        r"(?:syringe|volume|bag|vial|ampoule|needle|prefilled|pre-filled|reservoir|tank|bottle|contain|balloon|cuff|implant|expander)",
        text[unit.end : unit.end + 34],
        re.I,
    ):
        return "container or volume"
    if _IMPLANT.search(text, max(0, number.start - 90), number.start):
        return "container or volume"
    opened = before.rfind("(")
    inside = text[max(0, number.start - 48) + opened : unit.end + 60] if opened > before.rfind(")") else ""
    if inside and re.search(r"syringe|needle|gauge|\d{2}G\b", inside.split(")")[0]):
        return "container or volume"
    if re.search(r"blood|urine|saliva|serum|(?:plasma|PK|pharmacokinetic) samples?", near, re.I) and re.search(
        r"draw[ns]?\b|collect|withdraw|sampl", near, re.I
    ):
        return "sample"
    if re.match(
        r" ?(?:of )?(?:\w+ ){0,2}?(?:blood|plasma|urine|serum|csf)\b(?! (?:stem|mono|cell|progen))",
        text[unit.end : unit.end + 40],
        re.I,
    ):
        return "sample"
    return None
