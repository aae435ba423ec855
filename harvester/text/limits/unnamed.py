"""What a value is about that no listed name stands beside: an ion, a lack of cells, how long an attack lasts, a class of heart
failure, a scale told by its capitals.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.doses.agent_list import listed_names
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept_unit import fits
from harvester.text.limits.detail import counted_behind
from harvester.text.limits.place import Place
from harvester.text.limits.rate import is_rate
from harvester.text.limits.subject import Subject

_HEART_CLASS = pattern_of(r"NYHA|New York|heart failure", re.IGNORECASE)
_ACRONYM = expression("namesake.acronym", exact=True)
_MEASURED = pattern_of(r"\b(?:time|dose|volume|level|count|ratio|pressure|concentration|rate)\s*\($", re.IGNORECASE)
_CELLS_A_VOLUME = pattern_of(r"(?P<cells>blast|neutrophil|platelet|lymphocyte|eosinophil)s? ?/", re.IGNORECASE)
_LACK = pattern_of(r"\b(?P<lack>thrombo(?:cyto)?|neutro|leu[ck]o|lympho)penia\b[^.;<>≤≥\d]*$", re.IGNORECASE)
_LACKING = {"throm": "platelets", "neutr": "anc", "leuko": "wbc", "leuco": "wbc", "lymph": "lymphocytes"}
# "hypokalaemia (< 3.0 mmol/L)": the measure that is too high or too low
_ILL = pattern_of(
    r"\b(?:hyp(?:er|o)(?P<ill>kal|natr|calc|magnes|phosphat|albumin)|an)a?emia\b[\s(:]*(?:of |K|Na|Ca)?\s*$", re.IGNORECASE
)
_ILL_OF = {
    "kal": "potassium", "natr": "sodium", "calc": "calcium", "magnes": "magnesium", "phosphat": "phosphate", "albumin": "albumin",
    "": "hemoglobin",
}  # fmt: skip
_CELLS = {"blast": "blasts", "neutr": "anc", "plate": "platelets", "lymph": "lymphocytes", "eosin": "eosinophils"}
_GRADE_WORD = pattern_of(r"\bgrades? $", re.IGNORECASE)
_CLASS_BEHIND = pattern_of(r" (?P<scale>functional class)\b", re.IGNORECASE)
_LEVEL = pattern_of(r"\blevels?\s*[≥>]?\s*$", re.IGNORECASE)
_OF_TOXICITY = pattern_of(r"\b(?:AEs?|adverse (?:events?|reactions?)|toxicit(?:y|ies)|CTCAE|neurotoxicity)\b", re.IGNORECASE)
_PAIN = gated(r"\bpain\b[^.;<>≤≥]*$", re.IGNORECASE)
_PAIN_OF = pattern_of(r"\bpain\b(?:[\s(:,]|\b(?:of|is|was|at|rated|as|level|intensity|severity)\b)*$", re.IGNORECASE)
_ON_SCALE = expression("namesake.on_scale")
_PAIN_ON_SCALE = expression("namesake.pain_on_scale")
_NO_SCALE = frozenset({"OR", "AND", "NOTE", "IV", "II", "III", "NOT", "ULN", "LLN", "MRI", "CT", "PET", "US", "USA", "MLD"})
_LESION = expression("namesake.lesion")
# "one lesion accurately measured in one dimension as ≥ 20 mm with X-ray or as ≥ 10 mm with CT": each way of looking
_LESION_MEASURED = gated(
    r"\b(?:lesions?|tumou?rs?|nod(?:es?|ules?)|mass(?:es)?|disease)\b[^.;:]{0,80}\bmeasured\b"
    r"(?:[^.;:<>≤≥]|[<>≤≥]=? ?\d+(?:\.\d+)? ?[cm]m\b|\d\.\d){0,300}\bas (?:\(|≥|>|=|\s)*$",
    re.IGNORECASE,
)
_LESION_BEHIND = expression("namesake.lesion_behind")
_APART = pattern_of(
    r"\s*(?:(?:in )?distance|away|apart)?\s*(?:from|to) (?:the |any )?(?!(?:baseline|prior|previous|nadir|last)\b)[a-z]{3}",
    re.IGNORECASE,
)
_PROTEIN = pattern_of(r"(?<!jones )(?<!m-)(?<!m )(?<!para)\bproteins?\s*$", re.IGNORECASE)
_URINE = pattern_of(r"\burin\w+(?:24|(?!\b(?:and|or|dietary|diet|serum|CSF)\b)[^<>≤≥/;\d])*$", re.IGNORECASE)
_OF_PROTEIN = pattern_of(r" of (?:total )?proteins?\b", re.IGNORECASE)
_DIPPED = pattern_of(r"\+(?: (?:urin\w+ )?protein| (?:on|by) (?:\w+ )?dipstick|,? [^.;]{0,40}\burin\w+ protein)", re.IGNORECASE)
_IN_URINE = pattern_of(r"\+?\s*(?:in|on|by) (?:the |a )?(?:urine|urinary|dip-?stick|urinalysis)| urine\b", re.IGNORECASE)
_ION = pattern_of(r"(?<![A-Za-z])(?:s|[SP]-)?(?P<ion>Na|K|Ca)\+*\]?\s*$")
_ION_UNITS = ("mmol/L", "meq/L", "mg/dL")
_NO_SERUM_ION = expression("namesake.no_serum_ion")
_NO_BODY = pattern_of(r"\b(?:stor\w+|water|room|ambient|refrigerat\w*|freez\w+|air)\b", re.IGNORECASE)
_ATTACKS = pattern_of(r"\b(?:attacks?|seizures?|headaches?|migraines?|episodes?|crises)\b[^.;]*$", re.IGNORECASE)
_LASTING = expression("namesake.lasting")
_DRUGS_JOINED = pattern_of(r" ?(?:/|,|and/or|and|or) ?")
_FOUND_IN = pattern_of(r"\b(?:urin\w*|serum|plasma|blood|dietary|excret\w*) (?:[a-z]+ )?$", re.IGNORECASE)  # "urinary calcium"
_FROM_DRUG = expression("unnamed.from_drug")
_TO_DRUG = expression("unnamed.to_drug")
_BY_A_SCALE = expression("namesake.by_a_scale", exact=True)
_OF_DRUGS = ("mg", "g", "ug", "[IU]")


def unnamed(place: Place, subject: Subject) -> Subject:
    """A value no listed name stands beside: a class of heart failure, how long an attack lasts, a scale told by its capitals."""
    amount = place.limit.amount
    if (amount.unit or "").startswith("/") and is_rate(amount.unit) and _ATTACKS.search(place.left[-90:]):
        return replace(subject, concepts=("attack_frequency",))
    sized = amount.unit in ("mm", "cm") and not _APART.match(place.right)  # "a lesion at least 10 mm from the skin"
    if sized and (_LESION.search(place.left[-40:]) or _LESION_MEASURED.search(place.left[-420:])):
        return replace(subject, concepts=("lesion_size",))
    if amount.kind == "duration" and amount.unit == "min" and _LASTING.search(place.left[-100:]):
        return replace(subject, concepts=("attack_duration",))
    of_ten = place.text[place.limit.number_start : place.limit.end].find("/10") > 0 and _PAIN_OF.search(place.left[-24:])
    of_pain = of_ten or _PAIN_ON_SCALE.match(place.right) or (_PAIN.search(place.left[-60:]) and _ON_SCALE.match(place.right))
    if of_pain and amount.unit in (None, "mm", "cm", "{points}"):
        return replace(subject, concepts=("pain_score",))
    if amount.unit is None and _DIPPED.match(place.right):
        return replace(subject, concepts=("proteinuria",))
    if amount.unit in (None, "g", "mg", "g/d", "mg/d") and (
        (_PROTEIN.search(place.left[-16:]) and (_IN_URINE.match(place.right) or _URINE.search(place.left[-70:])))
        or (_OF_PROTEIN.match(place.right) and _URINE.search(place.left[-70:]))
    ):
        return replace(subject, concepts=("proteinuria",))
    of_body = (amount.unit == "Cel" and 34 <= amount.value <= 43) or (amount.unit == "[degF]" and 93 <= amount.value <= 110)
    if of_body and not _NO_BODY.search(place.sentence):
        return replace(subject, concepts=("body_temperature",))
    ion = _ION.search(place.left[-8:]) if amount.unit in _ION_UNITS and not _NO_SERUM_ION.search(place.left[-24:]) else None
    if ion and ion["ion"] == "Ca" and amount.value <= {"mg/dL": 20, "mmol/L": 5}.get(amount.unit or "", 0):
        return replace(subject, concepts=("calcium",))
    if ion and ion["ion"] != "Ca" and amount.unit != "mg/dL":
        return replace(subject, concepts=("sodium" if ion["ion"] == "Na" else "potassium",))
    if sized and _LESION_BEHIND.match(place.right):
        return replace(subject, concepts=("lesion_size",))
    return _drug_beside(place) or _lacking(place, subject)


def _lacking(place: Place, subject: Subject) -> Subject:
    """A measure told by the illness of too much or too little of it, by its unit, a grade or a scale by the words beside it."""
    amount = place.limit.amount
    counted = (amount.unit or "").endswith(("/L", "/uL", "/mm3", "/mL"))
    if counted and amount.reference == "absolute" and (lack := _LACK.search(place.left[-50:])):
        return replace(subject, concepts=(_LACKING[lack["lack"][:5].lower()],))
    ill = _ILL.search(place.left[-40:]) if amount.reference == "absolute" and amount.unit is not None else None
    measured = ill and _ILL_OF[(ill["ill"] or "").lower()]
    if measured and fits(measured, amount.unit, amount.reference):
        return replace(subject, concepts=(measured,))
    if of_cells := _CELLS_A_VOLUME.match(amount.unit_text or ""):
        return replace(subject, concepts=(_CELLS[of_cells["cells"][:5].lower()],))
    start = place.limit.number_start
    levelled = amount.unit is None and _LEVEL.search(place.text, max(0, start - 12), start)
    if levelled and _OF_TOXICITY.search(place.sentence):
        return replace(subject, concepts=("ctcae_grade",))
    scaled = _scale_of_grade(place) if amount.unit is None and place.limit.comparator else None
    if scaled:
        return Subject(("other_score",), "subject.scale", *scaled)
    named = _scale_before(place) if counted_behind(place) is None else None
    if named and amount.unit in (None, "{points}") and amount.reference == "absolute" and place.limit.comparator is not None:
        return Subject(("other_score",), "subject.scale", *named)
    return _heart_class(place, subject)


def _drug_beside(place: Place) -> Subject | None:
    """The dose of a medicine that no concept names, right before the value or behind it (``sertraline (> 100 mg/d)``)."""
    if not ((place.limit.amount.unit or "").startswith(_OF_DRUGS) and fits("dose_limit", place.limit.amount.unit, "absolute")):
        return None
    since = max(place.since, place.limit.start - 70)
    before = list(listed_names(place.text[since : place.limit.start]))
    if before and _FROM_DRUG.fullmatch(place.text, since + before[-1].end, place.limit.start):
        first = before[-1]
        for name in reversed(before[:-1]):
            first = name if _DRUGS_JOINED.fullmatch(place.text, since + name.end, since + first.start) else first
        if _FOUND_IN.search(place.text, max(place.bounds[0], since + first.start - 20), since + first.start):
            return None
        return Subject(("dose_limit",), "subject.before", since + first.start, since + before[-1].end)
    behind = next(listed_names(place.text[place.limit.end : min(place.until, place.limit.end + 60)]), None)
    if behind is None or not _TO_DRUG.fullmatch(place.text, place.limit.end, place.limit.end + behind.start):
        return None
    return Subject(("dose_limit",), "subject.behind", place.limit.end + behind.start, place.limit.end + behind.end)


def _scale_of_grade(place: Place) -> tuple[int, int] | None:
    """Where the scale of a grade no common scale has is named behind it, or the class stands behind its numerals."""
    told = _BY_A_SCALE.match(place.right) if _GRADE_WORD.search(place.left[-8:]) else None
    span = told.span("scale") if told else (found := _CLASS_BEHIND.match(place.right)) and found.span("scale")
    return (place.limit.end + span[0], place.limit.end + span[1]) if span else None


def _scale_before(place: Place) -> tuple[int, int] | None:
    """Where a scale's name in capitals stands right before the value (``ACQ-6 ≥ 1.5``)."""
    start = max(place.since, place.limit.start - 30)
    found = _ACRONYM.search(place.text[start : place.limit.start])
    if not found or found["name"] in _NO_SCALE:
        return None
    if _MEASURED.search(place.text[max(0, start + found.start("name") - 16) : start + found.start("name")]):
        return None
    return start + found.start("name"), start + found.end("name")


def _heart_class(place: Place, subject: Subject) -> Subject:
    """``CHF class III/IV according to the New York Heart Association``."""
    limit = place.limit
    near = place.text[max(place.bounds[0], limit.start - 12) : limit.end + 8]
    classed = re.search(r"\bclass\b", near, re.IGNORECASE) and _HEART_CLASS.search(place.sentence)
    if limit.amount.unit is not None or not classed:
        return subject
    return replace(subject, concepts=("nyha",), rule="subject.class")
