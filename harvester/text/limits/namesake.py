"""What a value is about, told apart from its namesakes by the words beside it: a grade of toxicity, of GVHD or of something else;
a weight or the weight above the ideal one; a forced volume or its change.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept import concepts
from harvester.text.limits.concept_group import COUNTS, SCORES, group
from harvester.text.limits.detail import counted_behind
from harvester.text.limits.fluid import of_another_fluid
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place
from harvester.text.limits.rate import is_rate, rate_concept
from harvester.text.limits.subject import OTHER, Subject
from harvester.text.limits.unnamed import unnamed

_TOXICITY = expression("fact.toxicity")
_OTHER_GRADE = expression("fact.other_grade")
_TUMOUR_GRADE = expression("fact.tumor_grade")
_GRADE_OPENS = pattern_of(r"\W*(?:(?:with|must be|of|and|or) )*(?:grade\w*\W*)?", re.IGNORECASE)
_GVHD = pattern_of(r"gvhd|graft[- ]versus", re.IGNORECASE)
_PRESSURE_SIDE = pattern_of(r"[\s(]*(systolic|diastolic)", re.IGNORECASE)
_ORGAN = pattern_of(r"\b(?:spleen|liver)\b", re.IGNORECASE)
_VESSEL = expression("namesake.vessel")
_GROWTH = pattern_of(r"lesion|tumou?r|metasta|nodul|mass|cancer|carcinom|node|lymph|\bLNs?\b|cyst|aneurysm", re.IGNORECASE)
_LOGMAR = pattern_of(r"\blog ?MAR\b[\s:]*(?:of )?(?:[<>≤≥]=?)?\s*$", re.IGNORECASE)
_OF_SIGHT = pattern_of(r"\b(?:visual acuity|BCVA|vision|letters|log ?MAR|ETDRS|Snellen)\b", re.IGNORECASE)
_LOGMAR_BEHIND = pattern_of(r" ?log ?MAR\b", re.IGNORECASE)
_OTHER_COMPLAINT = expression("namesake.other_complaint")
_LIGHT_CHAIN = pattern_of(r"\blight[- ]chains?\b(?![^<>≤≥]{0,30}m-?protein)", re.IGNORECASE)
_BEYOND_IDEAL = expression("namesake.beyond_ideal")
_OF_BOTH = pattern_of(r"\btotal\b.*\b(?:direct|conjugated)\b|\b(?:direct|conjugated)\b.*\btotal\b", re.IGNORECASE)
_RESPECTIVELY = gated(r" ?(?:and|or|,|/) ?[<>≤≥]?=? ?\d[^;]{0,60}\brespectively\b", re.IGNORECASE)
_CHANGING = group("changing")
_SCALES = group("scales")
_REVERSED = pattern_of(r"\breversib\w+[^.;]{0,40}\($", re.IGNORECASE)  # "reversible obstruction (FEV1 ≥ 12%)"
_CHANGE_OF = expression("namesake.change_of")
_ACHING = pattern_of(r"headache|migraine|attack|cluster|pain|\bMHD", re.IGNORECASE)
_ACHING_DAYS = pattern_of(
    r"(?:headache|migraine|attack|MHD)s? days?|days? (?:with|of) (?:\w+ )?(?:headache|migraine|attack)", re.IGNORECASE
)
_TAKEN = pattern_of(
    r"\b(?:use|used|using|intake|taking|medications?|analgesics?|triptans?|opioids?|nsaids?|drugs?)\b", re.IGNORECASE
)
_CHANGED_BY = expression("namesake.changed_by")
_CHANGE_BEFORE = expression("namesake.change_before")
_CHANGE_BEHIND = expression("namesake.change_behind")
_NO_ACHE = pattern_of(r"\b(?:headache|migraine|pain|attack|crystal)[- ](?:free|clear)\b", re.IGNORECASE)
_ABOVE_ANOTHER = expression("namesake.above_another")
_VOLUME_OF = pattern_of(r"\bvolume (?:of )?$", re.IGNORECASE)
_RISING = pattern_of(
    r"\s*(?:levels? |values? )?(?:increase|rise|elevation|decline|decrease|drop|fall|change|reduction)s?\s*", re.IGNORECASE
)
# "a stable regimen of at least 3 times per week" counts no regimens
_OFTEN = pattern_of(r" ?(?:times|sessions)\b", re.IGNORECASE)
_CLUSTER = pattern_of(r"\bcluster\b", re.IGNORECASE)
_MORE_THAN_BLASTS = pattern_of(r"[^.;]{0,40}\b(?:plus|and|\+) promyelocytes", re.IGNORECASE)
_TRANSPLANTED = pattern_of(r"\b(?:allo\w*|auto\w*|transplant\w*|donors?|[ac]?GVHD|conditioning|haplo\w*)\b", re.IGNORECASE)
_TO_COME = pattern_of(
    r"\b(?:plan\w*|schedul\w*|intend\w*|will|expect\w*) (?:to )?(?:receive|undergo|be given)\b(?:(?!\bafter\b)[^.;,]){0,40}$",
    re.IGNORECASE,
)
_MISMATCHED = pattern_of(r"mismatch", re.IGNORECASE)
_DISEASE_GRADE = expression("namesake.disease_grade")
_DISEASE_GRADE_BEFORE = expression("namesake.disease_grade_before")
_NYHA = pattern_of(r"\b(?:NYHA|New York Heart Association)\b[^.;<>≤≥\d]*$", re.IGNORECASE)
# A grade of a scale of its own: its capitals before the grade, or "according to the … classification" behind it.
_OWN_SCALE = expression("namesake.own_scale", exact=True)
_BY_A_SCALE = expression("namesake.by_a_scale", exact=True)
_BLOCK_BEFORE = expression("namesake.block_before")
_AV_BLOCK = pattern_of(
    r"\s*(?:degree )?(?:\(?[23](?:nd|rd)? degree\)? )?(?:atrio-?ventricular|AV|A-V) (?:nodal )?block", re.IGNORECASE
)
_HYPERTENSION = pattern_of(r"\bhypertension\b", re.IGNORECASE)
_CLASSIFIED = pattern_of(r"\s*\(?(?:according to )?(?:the )?(?:WHO|ESC|ESH|ISH|AHA)\b", re.IGNORECASE)
_SLOWEST = 20  # beats a minute of which no trial speaks: so many beats or episodes
_OCCURRENCES = (("attack_frequency",), ("episode_count",))
_IN_A_TIME = expression("namesake.in_a_time")
_PRESSURES = frozenset({"sbp", "dbp", "blood_pressure"})
_OTHER_PRESSURE = expression("namesake.other_pressure")
_THEN_RANGE = pattern_of(r" ?(?:mm ?Hg)? ?/ ?\d{2,3} ?- ?\d{2,3}")
_RANGE_THEN = pattern_of(r"\d{2,3} ?- ?\d{2,3} ?(?:mm ?Hg)? ?/ ?$")


def told_apart(place: Place, subject: Subject) -> Subject:
    """``subject`` unless the words beside the value say that it is a namesake's."""
    limit = place.limit
    if subject.concepts == (OTHER,):
        return unnamed(place, subject)
    if subject.concepts == ("bilirubin_total",) and _OF_BOTH.search(place.text, subject.start, subject.end):
        return replace(subject, concepts=("bilirubin_total", "bilirubin_direct"))
    if len(subject.concepts) > 1 and _RESPECTIVELY.match(place.right):
        return replace(subject, concepts=(OTHER,), rule="subject.other")  # "FEV1 and DLCO > 60 and 50%, respectively"
    counts = subject.rule == "subject.same" and set(subject.concepts) <= COUNTS | SCORES and counted_behind(place) is not None
    often = limit.amount.unit is None and set(subject.concepts) <= COUNTS and _OFTEN.match(place.right) is not None
    if counts or often or _counts_something_else(place, subject):
        return replace(subject, concepts=(OTHER,), rule="subject.other")
    if (of_fluid := of_another_fluid(place, subject)) is not None:
        return of_fluid
    apart = place.text[subject.end : limit.start].strip(" (:")
    if place.earlier is not None and apart and limit.amount.reference == "ULN" and subject.concepts == ("creatinine_clearance",):
        return replace(place.earlier[1], rule="subject.same")  # "creatinine ≤ 1.5 x ULN or, if > 1.5 x ULN, clearance ≥ 60"
    pressure = subject.concepts == ("blood_pressure",)
    if set(subject.concepts) <= _PRESSURES and limit.comparator == "range" and (of_pair := _side_of_pair(place.text, limit)):
        return replace(subject, concepts=(of_pair,))
    near = place.text[max(place.since, limit.start - 90) : limit.start]
    if set(subject.concepts) <= _PRESSURES and _OTHER_PRESSURE.search(near):
        return replace(subject, concepts=(OTHER,), rule="subject.other")
    if is_apart(place):
        return replace(subject, concepts=(OTHER,))  # "a rise of 0.3 mg/dL above baseline" is no level
    if pressure or (subject.concepts in (("sbp",), ("dbp",)) and _side_of_earlier(place, subject)):
        side = _PRESSURE_SIDE.match(place.text[limit.end : limit.end + 20])  # "> 180 systolic or > 110 mmHg diastolic"
        return replace(subject, concepts=("sbp" if side[1].lower() == "systolic" else "dbp",)) if side else subject
    if subject.concepts == ("vitamin_d",) and (limit.amount.unit or "").startswith("[IU]") and "/m" not in str(limit.amount.unit):
        return replace(subject, concepts=("dose_limit",))  # what is taken, not what is found in blood
    if subject.rule == "subject.before" and limit.amount.unit and _RISING.fullmatch(place.text, subject.end, limit.start):
        return replace(subject, concepts=(OTHER,))  # "a bilirubin increase > 0.5 mg/dL"
    if len(subject.concepts) == 1 and _is_namesake(place, subject, subject.concepts[0]):
        return replace(subject, concepts=(OTHER,), rule="subject.other")
    if subject.concepts == ("prior_cycles",) and _CLUSTER.search(place.text[limit.start : subject.end + 25]):
        return replace(subject, concepts=("episode_count",))
    if subject.concepts in _OCCURRENCES:
        return replace(subject, concepts=(_occurring(place, subject),))
    if set(subject.concepts) == {"alt", "ast"} and limit.amount.unit is None and _is_ratio(place, subject):
        return replace(subject, concepts=("ast_alt_ratio",))
    if subject.rule == "subject.unit" and subject.concepts == ("headache_days",) and not _is_of_aches(_clause(place)):
        return replace(subject, concepts=(OTHER,), rule="subject.other")  # days on which a medicine is taken
    if set(subject.concepts) <= _SCALES and _is_change_of_scale(place, subject):
        return replace(subject, concepts=(OTHER,), rule="subject.other")
    if (set(subject.concepts) <= _CHANGING | _PRESSURES or _is_no_share(place, subject)) and _is_change(place, subject):
        return replace(subject, concepts=(OTHER,))
    return _graded(place, subject) if subject.concepts == ("ctcae_grade",) else subject


def is_apart(place: Place) -> bool:
    """Whether the value is how far a measure is from another or from itself (``2 g/dL below the lower limit``)."""
    amount = place.limit.amount
    timed = amount.kind == "duration" and amount.unit != "s"  # "a prothrombin time 4 s above ULN" is no time of 4 s
    told = _ABOVE_ANOTHER.match(place.right) or _CHANGED_BY.search(place.left[-24:])
    return amount.unit is not None and not timed and told is not None


def _occurring(place: Place, subject: Subject) -> str:
    """``attack_frequency`` where attacks are told for a time (``9 in 7 days``), ``episode_count`` where only counted.

    What else is counted in a time, as stays in hospital, is a measure of its own.
    """
    unit = place.limit.amount.unit or ""
    if is_rate(unit):
        return "attack_frequency" if unit.startswith("/") or rate_concept(unit) == "attack_frequency" else OTHER
    named = place.text[subject.start : subject.end].lower()
    told = subject.concepts[0] == "attack_frequency" and ("frequency" in named or _IN_A_TIME.match(place.right))
    return "attack_frequency" if told else "episode_count"


def _is_namesake(place: Place, subject: Subject, concept: str) -> bool:
    """Whether the words beside the value make it that of another measure of the same name."""
    limit, text = place.limit, place.text
    if concept == "hematocrit":  # "allogeneic HCT with a risk of GVHD of > 25%"
        return _TRANSPLANTED.search(text, max(place.since, subject.start - 60), limit.start) is not None
    if concept == "prior_cycles":
        return _TO_COME.search(text, max(place.since, limit.start - 80), limit.start) is not None
    if concept == "hla_match":
        classed = "class" in text[limit.start : limit.number_start].lower()  # "typed for at least Class I"
        return classed or _MISMATCHED.search(text, max(place.since, subject.start - 20), limit.end + 20) is not None
    if concept == "lesion_size":
        named = text[max(place.since, subject.start - 30) : limit.start]
        return _ORGAN.search(named) is not None or bool(_VESSEL.search(named) and not _GROWTH.search(named))
    if concept == "headache_days":
        return _NO_ACHE.search(place.text, place.since, place.bounds[1]) is not None
    if concept in ("egfr", "creatinine_clearance"):  # a share of what is normal
        return limit.amount.unit == "%"
    if concept == "visual_acuity":
        behind = _LOGMAR_BEHIND.match(text, limit.end)
        return behind is not None or _LOGMAR.search(text[max(0, limit.start - 16) : limit.start]) is not None
    if concept == "prior_lines":
        return _OF_SIGHT.search(place.sentence) is not None
    if concept == "pain_score":
        return _OTHER_COMPLAINT.search(text[max(place.since, limit.start - 60) : limit.start]) is not None
    if concept == "m_protein":
        return _LIGHT_CHAIN.search(text[place.since : limit.start]) is not None
    if concept == "blasts":
        return _MORE_THAN_BLASTS.match(place.right) is not None
    if concept == "heart_rate":  # "ventricular tachycardia > 3 beats", "episodes of bradycardia > 2"
        return limit.amount.unit is None and max(value for value in (limit.low, limit.high, 0.0) if value is not None) < _SLOWEST
    if concept == "body_weight":
        return _BEYOND_IDEAL.match(place.right) is not None
    if concept == "dose_limit":
        return (
            limit.amount.unit == "%"
            or _VOLUME_OF.search(place.text[max(place.since, limit.start - 20) : limit.start]) is not None
        )
    return False


def _graded(place: Place, subject: Subject) -> Subject:
    """Whose grade it is: of toxicity, of a disease, of a tumour or of GVHD."""
    limit = place.limit
    named = place.text[max(place.since, limit.start - 60) : limit.start]
    disease = _DISEASE_GRADE.match(place.right) or _DISEASE_GRADE_BEFORE.search(named)
    if _AV_BLOCK.match(place.right) or _BLOCK_BEFORE.search(named):
        return replace(subject, concepts=("av_block_degree",))
    if _NYHA.search(place.text, max(place.since, limit.start - 60), limit.number_start):
        return replace(subject, concepts=("nyha",))
    disease = disease or (_CLASSIFIED.match(place.right) and _HYPERTENSION.search(named))
    if disease and "CTC" not in place.text[subject.start : limit.end]:
        of_heart = re.search(r"heart|cardiac", disease.group(), re.IGNORECASE)
        return replace(subject, concepts=("nyha" if of_heart else "other_score",))
    opens = _GRADE_OPENS.fullmatch(place.left)  # "Grade III or higher" below "astrocytic tumor", or in a list of its marks
    told = f"{place.text[:400]} {place.line.above}" if opens else place.sentence
    near = place.text[max(place.bounds[0], limit.start - 60) : min(place.bounds[1], limit.end + 50)]
    if _OTHER_GRADE.search(told) and not _TOXICITY.search(told):
        return replace(subject, concepts=("tumor_grade" if _TUMOUR_GRADE.search(told if opens else near) else "other_score",))
    if _OWN_SCALE.search(named) or _BY_A_SCALE.match(place.right):
        return replace(subject, concepts=("other_score",))
    return replace(subject, concepts=("gvhd_grade",)) if _GVHD.search(near) else subject


def _side_of_earlier(place: Place, subject: Subject) -> bool:
    """Whether the side of the pressure named before a value is that of the value before it."""
    if place.earlier is None:
        return False
    return subject.rule == "subject.same" or not place.text[place.earlier[0].end : subject.start].strip(" (")


def _counts_something_else(place: Place, subject: Subject) -> bool:
    """Whether a bare number counts what stands right behind it, and is no value of the measure named before."""
    amount = place.limit.amount
    bare = amount.unit is None and amount.reference == "absolute" and place.limit.comparator not in (None, "in")
    measured = not (set(subject.concepts) & (SCORES | COUNTS)) and subject.rule in (
        "subject.before",
        "subject.same",
        "subject.parent",
    )
    return bare and measured and counted_behind(place) is not None


def _is_no_share(place: Place, subject: Subject) -> bool:
    """Whether a percentage stands where the measure is told in another unit."""
    known = [concepts().get(slug) for slug in subject.concepts]
    return place.limit.amount.unit == "%" and all(each is not None and each.canonical_unit not in (None, "%") for each in known)


def _is_change(place: Place, subject: Subject) -> bool:
    """Whether the value is how much the measure changes (``a fall in FEV1 of at least 20%``)."""
    before = place.text[max(place.since, min(subject.start, place.limit.start) - 40) : place.limit.start]
    reversed_ = _REVERSED.search(place.text[max(place.bounds[0], subject.start - 60) : subject.start])
    return bool(reversed_ or _CHANGE_BEFORE.search(before) or _CHANGE_BEHIND.match(place.right))


def _is_change_of_scale(place: Place, subject: Subject) -> bool:
    """Whether a value is how far a score falls or rises (``a reduction of ≥ 25% in the score``, ``score increase ≥ 2``)."""
    before = place.text[max(place.since, subject.start - 40) : min(subject.start, place.limit.start)]
    told = _CHANGE_OF.search(before) if place.limit.amount.unit == "%" else None
    return (told or _CHANGE_BEFORE.search(place.text[subject.end : place.limit.start])) is not None


def _is_ratio(place: Place, subject: Subject) -> bool:
    """Whether a small bare number stands behind two names parted by a slash (``AST/ALT > 1.5``)."""
    amount = place.limit.amount
    slashed = "/" in place.text[subject.start : subject.end]
    return slashed and amount.reference == "absolute" and 0 < amount.value <= 5 and place.limit.comparator is not None


def _is_of_aches(clause: str) -> bool:
    """Whether days a month are those of headaches, and not those of a medicine against them."""
    return _ACHING.search(clause) is not None and (_ACHING_DAYS.search(clause) is not None or _TAKEN.search(clause) is None)


def _clause(place: Place) -> str:
    """The words around the limit up to the next semicolon."""
    return f"{place.left.rsplit(';', 1)[-1]} {place.right.split(';', 1)[0]}"


def _side_of_pair(text: str, limit: Limit) -> str | None:
    """Which of two ranges that a slash parts a blood pressure is (``90-140/50-90 mmHg``)."""
    if _THEN_RANGE.match(text, limit.end):
        return "sbp"
    return "dbp" if _RANGE_THEN.search(text, max(0, limit.start - 12), limit.start) else None
