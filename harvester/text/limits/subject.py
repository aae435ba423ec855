"""What a limit is about: the concept named before it, in it or behind it.

Rules, in the order they are tried: ``subject.inside`` (``≥ Grade 3``), ``subject.counted`` (``at least 2 lines``),
``subject.before`` (``AST and ALT ≤``: every name of the list), ``subject.behind`` (``5% or more blasts``), ``subject.same``
(``… or ≤ 5 x ULN if``), ``subject.parent`` (the line above introduces it), ``subject.unit`` (``kg/m2`` is a body mass index),
``subject.other``.
"""

from __future__ import annotations

import re

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept_group import COUNTS, SCORES, group
from harvester.text.limits.concept_unit import fits
from harvester.text.limits.limit import Limit
from harvester.text.limits.rate import rate_concept
from harvester.text.written.token import Phrase

OTHER = "other_measure"
_CONNECTING = expression("subject.connecting", exact=True)
_BEHIND = expression("subject.behind")
_FEW_WORDS = expression("subject.few_words", exact=True)
_COUNTING = expression("subject.counting")
_WORDS_ASIDE = expression("subject.words_aside")
_ASIDE = pattern_of(r"\s*\([<>≤≥]?\s?\d[^()]{0,28}\)")
_OWN_LIMIT = expression("subject.own_limit")
_KINDS = expression("subject.kinds")
_FOUND_IN = pattern_of(r"\bin $", re.IGNORECASE)  # "del(17p) in ≥ 20% of plasma cells"
_GRADED = pattern_of(r"\b(?:grades?|class|level|stage|degree)[\s:≥>≤<=-]*$", re.IGNORECASE)
_RATIO = pattern_of(r"\s*\)?\s*ratio\b", re.IGNORECASE)
_BY_UNIT = {
    "kg/m2": "bmi",
    "Gy": "dose_limit",
    "cGy": "dose_limit",
    "mg{MME}/d": "dose_limit",
    "mL/min/{1.73_m2}": "egfr",
    "mm[Hg]": "blood_pressure",
    "[lb_av]": "body_weight",
    "{packs}/a": "pack_years",
    "{cycles}": "prior_cycles",
    "{cells}/kg": "cell_count",
}
# "bilirubin ≤ 1.5 x ULN; with known Gilbert's syndrome ≤ 3 x ULN"
_GILBERT = pattern_of(r"\bgilbert[^.;<>≤≥\d]{0,24}$", re.IGNORECASE)
_COUNTS = expression("subject.counts")  # "at least 2 B-lines" below a measure
_ONLY_JOINS = expression("subject.only_joins")
_SUBGROUP = expression("subject.subgroup")
_AGES = group("ages")
_GENERIC = group("generic")
# A bracket behind one of these tells it nearer.
_TOLD_NEARER = SCORES | COUNTS | _GENERIC | {"aminotransferases", "alt", "ast", "pt", "inr", "aptt", "sbp", "dbp"}
_JOINED = pattern_of(r"/|,|\band\b|\bor\b|&")
_OTHER_PRESSURE = expression("subject.other_pressure")
_AMOUNT_OF = pattern_of(r"\d ?m?g(?: ?/ ?d(?:ay)?| (?:per|a|each) day| daily)? of $", re.IGNORECASE)
_COMPARED = pattern_of(r"\s*(?:[<>≤≥]=?|greater than|less than)\s*")
_OTHER_RATIO = pattern_of(r"\s?/\s?[A-Za-z][A-Za-z\d-]{1,7}\s+ratio\b")
_OF_TUBERCULOSIS = pattern_of(
    r"[\s)]*(?:treatment|therapy|infect\w*|test\w*|disease|prophyla\w*|mening\w*|screen\w*)", re.IGNORECASE
)
_OF_ABUSE = pattern_of(r"(?:\s*(?:scale|withdrawal|use disorder|dependence|screening)|-free)\b", re.IGNORECASE)
_WHAT_CELLS_DO = pattern_of(r"\b(?:respons\w+|proliferat\w+|stimulat\w+|(?:cyto)?toxicity|uptake)\b", re.IGNORECASE)
_TRANSFUSED = pattern_of(r"[\s-](?:transfus|(?:count )?increment)", re.IGNORECASE)  # "2 platelet transfusions" count no platelets
_CELLS = group("cells")
_COUNTED_CELLS = group("cell_counts")
_COLON = pattern_of(r"\s*:\s*(?:serum |total )?")
_SHARE_OF = pattern_of(r"\b(?:percent(?:age)?|proportion|share|fraction|%) of (?:the )?\s*$", re.IGNORECASE)
_EXPRESSING = expression("subject.expressing")
_ON_THE_SCALE = expression("subject.on_the_scale")
_WEAK = group("weak")
_OWN_WORD = pattern_of(r"[a-z]{4} $", re.IGNORECASE)  # the last of what a value is of, if no name we know
# "DAS28 > 3.2, ≥ 6 TJC": what a number counts is told behind it
_LETTERS_BEHIND = pattern_of(r" (?!OR\b|AND\b|ULN\b|LLN\b|UNL\b|ECOG\b)[A-Z]{2,5}(?:\b(?! ?[<>≤≥=:\d(])|$)")
_TRANSPLANTED = pattern_of(  # "after allo-HCT, donor chimerism > 50%"
    r"\b(?:allo\w*|auto\w*|haplo\w*|after|prior|post|previous|since)(?:[ -](?:to|the|an?|first|second))?[ -]$", re.IGNORECASE
)
_CELL_LINES = pattern_of(r"cells? $", re.IGNORECASE)
_OF_THERAPY = pattern_of(r"(?:\w+ )?lines? (?:of )?(?:prior |previous )?(?:therap|treatment)", re.IGNORECASE)


@shape()
class Subject:
    """The concepts of a limit (several share it), the rule that found them, and where their names stand."""

    concepts: tuple[str, ...]
    rule: str
    start: int
    end: int


def subject_of(
    text: str,
    limit: Limit,
    names: tuple[Phrase, ...],
    since: int,
    until: int,
    earlier: Subject | None,
    parent: tuple[Phrase, ...],
) -> Subject:
    """The subject of ``limit`` among ``names``.

    ``since`` is where the limit before it in the sentence ends, ``until`` the next one begins.
    """
    usable = [name for name in names if name.key not in _AGES and _may_name(text, limit, name)]
    usable = _beyond_aside(text, usable, since) if earlier is not None else usable
    inside = [name for name in usable if _is_inside(limit, name)]
    if inside:
        return _subject(inside[-1:], "subject.inside")
    behind = _behind(text, limit, usable, until)
    behind = _scale_behind(text, limit, usable, until) or (behind and _marker_behind(text, limit, behind, usable))
    if behind and behind.key in COUNTS and _GRADED.search(text, max(0, limit.number_start - 14), limit.number_start):
        behind = None  # "grade 3 or above events"
    if behind and behind.key in COUNTS:
        return _subject([behind], "subject.counted")
    if behind and _is_named_behind(text, limit, behind, usable):
        return _subject([behind], "subject.behind")
    left = [name for name in usable if since <= name.start and name.end <= limit.number_start]
    taken = earlier.end if earlier is not None and earlier.rule == "subject.behind" else 0  # named behind the value before
    before = _before(text, limit, [name for name in left if name.start >= taken]) or (
        [] if behind else _before(text, limit, left)
    )
    if before:
        return _subject(before, "subject.before")
    if (behind := behind or _behind_kinds(text, limit, usable)) and not _is_of_next(text, limit, behind, since):
        return _subject(_listed_behind(text, limit, behind, usable, until), "subject.behind")
    if (
        earlier is not None
        and limit.rule != "limit.reversed"
        and _goes_on(text, since, limit)
        and all(_fits(limit, key) for key in earlier.concepts)
    ):
        return Subject(earlier.concepts, "subject.same", earlier.start, earlier.end)
    headed = earlier is None or earlier.rule != "subject.before" or not _OWN_WORD.search(text, since, limit.start)
    above = [name for name in parent if headed and _is_named_above(limit, name.key)]
    if above and limit.comparator and not (limit.amount.unit is None and _COUNTS.match(text, limit.end)):
        return Subject((above[-1].key,), "subject.parent", limit.start, limit.start)
    by_unit = _of_gilbert(text, limit) or _BY_UNIT.get(limit.amount.unit or "") or rate_concept(limit.amount.unit)
    if by_unit and not (by_unit == "blood_pressure" and _OTHER_PRESSURE.search(text, max(since, limit.start - 90), limit.start)):
        return Subject((by_unit,), "subject.unit", limit.start, limit.start)
    return Subject((OTHER,), "subject.other", limit.start, limit.start)


def _is_of_next(text: str, limit: Limit, behind: Phrase, since: int) -> bool:
    """Whether the name behind is not the limit's own: what it is found in, or of the next (``some ratio > 4 LDH > 200 U/L``)."""
    found_in = behind.key in _CELLS and _FOUND_IN.search(text, max(0, limit.start - 4), limit.start)
    bare = limit.amount.unit is None and behind.key not in COUNTS and _OWN_WORD.search(text, since, limit.start)
    return bool(found_in or (bare and _OWN_LIMIT.match(text, behind.end)))


def _of_gilbert(text: str, limit: Limit) -> str | None:
    """Bilirubin, where a value is that of people with Gilbert's syndrome."""
    told = _GILBERT.search(text, max(0, limit.start - 70), limit.start)
    return "bilirubin_total" if told and _fits(limit, "bilirubin_total") else None


def _may_name(text: str, limit: Limit, name: Phrase) -> bool:
    """Whether a limit can be of a name, and no words beside it make it that of something else."""
    return _fits(limit, name.key) and not _names_another(text, limit, name)


def _names_another(text: str, limit: Limit, name: Phrase) -> bool:
    """Whether a name is that of something else by its words: transfusions, tuberculosis, a scale of withdrawal."""
    if name.key == "bilirubin_total":
        return name.end - name.start == 2 and _OF_TUBERCULOSIS.match(text, name.end) is not None
    if name.key == "alcohol_intake":
        return _OF_ABUSE.match(text, name.end) is not None
    if name.key == "hematocrit":
        earlier = limit.amount.unit == "%" and limit.start - name.end == 1 and text[: name.start].endswith(("revious ", "rior "))
        after = not earlier and _TRANSPLANTED.search(text, max(0, name.start - 24), name.start)
        return name.end - name.start == 3 and bool(after)
    if name.key == "hdl":
        return text[max(0, name.start - 4) : name.start].lower() in ("non-", "non ")
    if name.key == "heart_rate":
        return text[max(0, name.start - 6) : name.start].lower() in ("fetal ", "oetal ")
    if name.key == "prior_lines":
        return bool(_CELL_LINES.search(text, max(0, name.start - 6), name.start)) and not _OF_THERAPY.match(text, name.start)
    if name.key == "pf_ratio" and (limit.low or limit.high or 0.0) <= 60:  # the index that rises with the pressure
        return text[name.end - 5 : name.end].lower() == "index"
    apart = limit.amount.word and name.key == "ecog" and "," in text[name.end : limit.start]
    apart = apart or (name.key == "cell_count" and _WHAT_CELLS_DO.search(text, name.end, limit.start) is not None)
    return apart or _TRANSFUSED.match(text, name.end) is not None


def _is_named_above(limit: Limit, key: str) -> bool:
    """Whether a limit can be of the concept ``key`` that the line above names."""
    share = limit.amount.unit == "%" or not key.endswith("_expression")
    return share and key not in _AGES and key not in _WEAK and _fits(limit, key)


def _is_named_behind(text: str, limit: Limit, behind: Phrase, names: list[Phrase]) -> bool:
    """Whether the name behind a limit is surely its own, whatever is named before it."""
    if behind.key in SCORES - _GENERIC and "other_score" in {name.key for name in names if name.end <= limit.start}:
        return True
    between = text[limit.end : behind.start].strip()
    if behind.key == "dose_limit" and between.removeprefix("daily ") == "of":  # the name before may be of the amount before
        last = max((name.start for name in names if name.end <= limit.start), default=0)
        return _AMOUNT_OF.search(text, max(0, last - 30), last) is not None
    if behind.key in ("sbp", "dbp"):
        return between == "in"  # "> 180 mmHg in systolic or > 95 mmHg in diastolic blood pressure"
    if behind.key in _COUNTED_CELLS and limit.amount.unit in (None, "10*9/L", "/uL", "/mm3") and not between:
        return not _OWN_LIMIT.match(text, behind.end)  # "≤ 1% blasts, ≤ 1 x 10^9/L monocytes"
    return behind.key in ("blasts", "plasma_cells") and between in ("", "residual")  # "CD19 positive ALL with ≥ 25% blasts"


def _beyond_aside(text: str, names: list[Phrase], since: int) -> list[Phrase]:
    """``names`` without a drug in the bracket that says whom the value before is for (``≥ 6.0% (metformin alone) or ≥ 6.5%``)."""
    aside = _WORDS_ASIDE.match(text, since)
    return [name for name in names if name.key not in _GENERIC or not since <= name.start < aside.end()] if aside else names


def _is_own_scale(text: str, limit: Limit, name: Phrase, since: int) -> bool:
    """Whether a scale in capitals right before a value is a second demand (``excess of blasts and IPSS-R > 4.5``)."""
    near = name.key == "other_score" and limit.start - name.end <= 1 and text[name.start : name.start + 2].isupper()
    return near and _JOINED.search(text, since, name.start) is not None


def _is_inside(limit: Limit, name: Phrase) -> bool:
    """Whether a name stands inside the limit's own words (``≥ Grade 3``)."""
    own = name.end <= limit.number_start or name.key in COUNTS or limit.rule == "limit.reversed"
    return own and limit.start <= name.start and name.end <= limit.end


def _goes_on(text: str, since: int, limit: Limit) -> bool:
    """Whether the words since the value before only join, or name the subgroup the next value is for."""
    if limit.amount.unit is None and limit.comparator and _LETTERS_BEHIND.match(text, limit.end):
        return False
    between = text[since : limit.start]
    return bool(_ONLY_JOINS.fullmatch(between)) or (len(between) < 160 and bool(_SUBGROUP.search(between)))


def _fits(limit: Limit, slug: str) -> bool:
    amount = limit.amount
    if not fits(slug, amount.unit, amount.reference) or (slug == "dose_limit" and amount.unit == "%"):
        return False
    largest = max((value for value in (limit.low, limit.high, *limit.values) if isinstance(value, (int, float))), default=0.0)
    if slug in COUNTS and slug not in ("attack_frequency", "headache_days"):
        return float(largest).is_integer() and largest <= 100
    if largest < 30 and (slug == "body_temperature" or (slug in ("blood_pressure", "sbp", "dbp") and amount.unit is None)):
        return False
    if amount.word and amount.unit is None and amount.reference == "absolute" and slug not in COUNTS:
        return slug == "ecog" and limit.comparator in ("<=", "range", "in")  # "one hemoglobin reading", "ECOG of one or less"
    if slug in ("ctcae_grade", "ecog", "nyha", "asa_class", "gvhd_grade", "cns_grade"):
        return largest <= 6
    return largest <= {"inr": 20, "hla_match": 12, "bone_density_t_score": 10}.get(slug, largest)


def _subject(names: list[Phrase], rule: str) -> Subject:
    keys = tuple(dict.fromkeys(name.key for name in names))
    return Subject(keys, rule, min(name.start for name in names), max(name.end for name in names))


def _before(text: str, limit: Limit, names: list[Phrase]) -> list[Phrase]:
    """The last name before the limit with every name that only "and", "or", a slash or a comma parts from it."""
    strong = [name for name in names if name.key not in ("other_score", "ctcae_grade", "dose_limit")] or names
    names = [name for name in names if name.key not in COUNTS or _COUNTING.fullmatch(text, name.end, limit.start)]
    far = 200 if any(name.key in SCORES and limit.start - name.end < 90 for name in names) else 90
    names = [name for name in names if name.key not in SCORES or limit.start - name.end < far]
    if not names:
        return []
    strong = [name for name in strong if name in names] or names
    names = _without_glosses(text, limit, names) if len(names) > 1 else names
    last = names[-1]
    if len(names) > 1 and _COMPARED.fullmatch(text, names[-2].end, last.start):
        return [names[-2]]  # "AST > ALT, but less than 300 U/L"
    if _OTHER_RATIO.match(text, last.end):
        return []  # "FSH/LH ratio"
    if (
        last not in strong
        and (last.key != "ctcae_grade" or strong[-1].key in SCORES)
        and limit.number_start - strong[-1].end < 40
        and _CONNECTING.fullmatch(text, strong[-1].end, last.start)
        and not _is_own_scale(text, limit, last, strong[-1].end)
    ):
        last = strong[-1]
    group = [last]
    for name in reversed([name for name in names if name.end <= last.start]):
        if not _CONNECTING.fullmatch(text, name.end, group[0].start):
            break
        if (name.key in SCORES) != (group[0].key in SCORES):
            break
        if not _JOINED.search(text, name.end, group[0].start) and name.key != group[0].key:
            if group[0].key in _GENERIC:
                group[0] = name
            elif name.key not in _GENERIC:
                group.insert(0, name)
            continue
        group.insert(0, name)
    group = [name for name in group if len(group) == 1 or not _is_illness(text, name)] or group
    group = _marked(text, group)
    if any(name.key in ("alt", "ast") for name in group):
        group = [name for name in group if name.key != "aminotransferases"]  # "transaminases (AST and ALT)"
    if limit.amount.unit == "%" and any(name.key != "dose_limit" for name in group):
        group = [name for name in group if name.key != "dose_limit"]  # "If on insulin, HbA1c < 10%"
    return [] if len(group) > 1 and _RATIO.match(text, group[-1].end) else group


def _without_glosses(text: str, limit: Limit, names: list[Phrase]) -> list[Phrase]:
    """``names`` without those in the bracket behind another that they explain (``GFR (by creatinine clearance) ≥ 80``)."""
    kept = names[:1]
    for name in names[1:]:
        head = kept[-1]
        opened = text.find("(", head.end, name.start)
        closed = text.find(")", name.end, limit.number_start) if opened >= 0 else -1
        explains = closed >= 0 and not text[head.end : opened].strip() and ")" not in text[opened : name.start]
        if not explains or head.key in _TOLD_NEARER or name.key in _TOLD_NEARER:
            kept.append(name)
    return kept


def _is_illness(text: str, name: Phrase) -> bool:
    """Whether a name is that of an illness: it takes no number of the measure beside it (``hypertension or BMI > 40``)."""
    return name.key == "blood_pressure" and text[name.start : name.end].lower().endswith("hypertension")


def _marked(text: str, group: list[Phrase]) -> list[Phrase]:
    """The marker alone where the share of its cells is told (``percentage of BCMA positive plasma cells ≥ 20%``)."""
    markers = [name for name in group if name.key.endswith("_expression")]
    cells = [name for name in group if name.key in _CELLS]
    if not markers or len(markers) + len(cells) < len(group):
        return group
    told = _SHARE_OF.search(text, max(0, group[0].start - 40), group[0].start)
    return markers if told or any(name.key == "tumor_fraction" for name in cells) else group


def _marker_behind(text: str, limit: Limit, cells: Phrase, names: list[Phrase]) -> Phrase:
    """The marker whose cells are counted, named behind them (``≥ 50% of plasma cells expressing BCMA``)."""
    after = next((name for name in names if name.start >= cells.end), None)
    if cells.key not in _CELLS or after is None or not after.key.endswith("_expression"):
        return cells
    return after if " of " in text[limit.end : cells.start] and _EXPRESSING.fullmatch(text, cells.end, after.start) else cells


def _scale_behind(text: str, limit: Limit, names: list[Phrase], until: int) -> Phrase | None:
    """The scale a bare score is told on, named behind it (``0-1 score on the ECOG scale``)."""
    if limit.amount.unit not in (None, "{points}") or limit.amount.reference != "absolute":
        return None
    near = (name for name in names if name.key in SCORES - _GENERIC and limit.end <= name.start and name.end <= until)
    return next((name for name in near if _ON_THE_SCALE.fullmatch(text, limit.end, name.start)), None)


def _listed_behind(text: str, limit: Limit, first: Phrase, names: list[Phrase], until: int) -> list[Phrase]:
    """The name behind the limit with those listed after it, each without a limit of its own (``≤ 3 x ULN for AST and ALT``)."""
    found = [first]
    for name in names if first.key not in COUNTS | SCORES else ():
        if name.start < first.end or name.end > until or name.key in COUNTS | SCORES | _GENERIC:
            continue
        between = text[found[-1].end : name.start]
        if not (_CONNECTING.fullmatch(between) and _JOINED.search(between)) or _OWN_LIMIT.match(text, name.end):
            break
        found.append(name)
    return found


def _behind_kinds(text: str, limit: Limit, names: list[Phrase]) -> Phrase | None:
    """The name behind a list of its kinds, each with its values (``reduced (≤ 40%) or preserved (≥ 50%) ejection fraction``)."""
    if text[limit.end : limit.end + 1] != ")" or text[limit.start - 1 : limit.start] != "(":
        return None
    name = next((name for name in names if name.start > limit.end), None)
    return name if name is not None and _KINDS.fullmatch(text, limit.end, name.start) else None


def _behind(text: str, limit: Limit, names: list[Phrase], until: int) -> Phrase | None:
    """The first name right behind the limit, only filler words between."""
    aside = _ASIDE.match(text, limit.end)  # the same value in another unit
    since, until = (aside.end(), max(until, aside.end() + 60)) if aside else (limit.end, until)
    for name in names:
        if name.start < since or name.end > until:
            continue
        if "," in text[limit.end : name.start] and _OWN_LIMIT.match(text, name.end):
            return None  # "BSA ≥ 10%, IGA ≥ 3": the name has a limit of its own
        if limit.amount.reference != "absolute" and _COLON.fullmatch(text, limit.end, name.start):
            return None if _OWN_LIMIT.match(text, name.end) else name  # "must not exceed 1.2 x ULN: creatinine and bilirubin"
        filler = _BEHIND.match(text, limit.end)
        if filler and filler.end() >= name.start:
            return name
        return name if name.key in COUNTS and _FEW_WORDS.fullmatch(text, limit.end, name.start) else None
    return None
