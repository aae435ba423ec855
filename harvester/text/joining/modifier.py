"""What limits a value to some patients: sex, subgroup, exception, method, alternatives.

Rules: ``modifier.sex``, ``modifier.condition`` (``if liver metastases``, ``for patients > 16 years``), ``modifier.exception``
(``unless``, ``except``, ``are allowed``), ``modifier.method`` (``calculated by Cockcroft-Gault``), ``modifier.or`` (values
joined by "or").
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets

_MALE = r"(?:adult |an? )?(?:males?|men|man|boys?)\b"
_FEMALE = r"(?:adult |an? )?(?:females?|women|woman|girls?)\b"
_SEX_LEFT = gated(
    rf"(?:\b(?P<f>{_FEMALE})|\b(?P<m>{_MALE}))(?: (?:patients?|subjects?|participants?))?\s*(?:[:,(=-]|with"
    rf"|must have|is|are|should have)?\s*(?:a |an )?$",
    re.IGNORECASE,
)
_SEX_RIGHT = pattern_of(
    r"[\s,]*(?:(?:alcohol |standard )?(?:drinks?|units?|points?|times))?"
    r"(?:(?:/| per | a )(?:day|week|month|occasion))?[\s,]*+[(\[]?\s*+"
    rf"(?:for|in (?:the )?case of|in|if)?\s*+(?:adult )?(?:(?P<f>{_FEMALE})|(?P<m>{_MALE}))(?! (?:and|or)"
    rf"(?! ?(?:[\d<>≤≥=]|at |a m|up to|(?:not? )?(?:greater|more|less|higher|lower|over|above|below|under|exceed)"
    rf"|(?-i:[A-Z]{{3,6}}) ?[<>≤≥]))"
    rf"| of| ?[\d:=<>≤≥]| ?/ ?(?:{_FEMALE}|{_MALE}))(?![^.;,()]{{0,20}}\b(?:and|or) (?:females?|women|males?|men)\b)",
    re.IGNORECASE,
)
_CONDITION_RIGHT = expression("modifier.condition_right")
_UNLESS_RIGHT = expression("modifier.unless_right")
_CONDITION_STOP = pattern_of(
    r"(?:,|\)|\bor\b\s+(?:as |must |should )?(?=[<>≤≥]|less|greater|at least|up to|more than|between|from \d"
    r"|not? (?:more|less|greater|higher|lower|exceed|(?:above|below|over|under) \d))"
    r"|\bor\b\s+(?=[A-Z][A-Za-z0-9-]*\s(?:(?:score|index|performance|status)\s){0,3}(?:of )?(?:[<>≤≥]|at least|less than|under))"
    r"|\bor\b\s+(?=(?:grade|class|stage) ?(?:[<>≤≥\d]|[IV]+\b))"
    r"|\band\b\s+(?=(?![A-Z]\d?\b)[A-Z<>≤≥\d]|(?:above|below|greater|less|more|over|under|at least|between(?= \d))\b)"
    r"|\band\b\s+(?:must |should )?(?:up to|not? (?:more|less|greater|higher|lower|exceed))"
    r"|\bwithin \d|,? (?:and|or) (?:serum |total )?(?:AST|ALT|bilirubin|creatinine|platelets?|hemoglobin)\b).*",
    re.DOTALL,
)
_UNCLOSED = pattern_of(r"\s*\([^()]*$")
_TRIVIAL = expression("modifier.trivial")
_CONDITION_LEFT = expression("modifier.condition_left")
_WHOSE = expression("modifier.whose")
_GILBERT = expression("modifier.gilbert")
_EXCEPTING = expression("modifier.excepting")
_OPENING_UNLESS = expression("whom.unless_opens")  # whom the limit behind it is not for; the limit itself spares nobody
_PERMITTED = expression("modifier.permitted")
_SPARES_LIST = expression("modifier.spares_list")
_METHODS = expression("modifier.methods", exact=True)
_OR = pattern_of(r"\b(?:and/or|or)\b", re.IGNORECASE)
# "between 18 and 40 kg/m2, inclusive, for part B, and body weight": it is of the value before it
_OF_VALUE_BEHIND = expression("modifier.of_value_behind")
_WORDS_ASIDE = pattern_of(r"\([^()\d]*\)")
_ASIDE = expression("modifier.aside_before_people")
_OTHER_UNIT = pattern_of(
    r"\s*(?:\([^()]{0,30}\d[^()]{0,20}\)|\[[^\[\]]{0,90}\d[^\[\]]{0,60}\])[\s,]*(?=(?:in|for|if|unless|except|without)\b)"
)
_OTHER_VALUE = pattern_of(
    r"[\s,]*\((?:[Ii]f|[Ff]or|[Ii]n|[Ww]hen)\b[^()]{0,100}\b(?:may|can|could|might) be\b[^()]{0,30}"
    r"(?:[<>≤≥]|less|more|greater|at least|up to|as low|\d)"
    r"|[\s,]*\([^()<>≤≥]*[,:][^()<>≤≥]*"
    r"(?:[<>≤≥]|\b(?:must be|at least|up to|not exceed\w*|(?:not? )?(?:more|less|greater|higher|lower) than(?: or equal to)?) \d)"
    r"|[\s,]*\((?:[Ii]f|[Ff]or|[Ii]n|[Ww]hen) [^()<>≤≥\d]{3,80}[,:] ?\d[^()<>≤≥]{0,30}\)"
    r"|[\s,]*\((?:for|in) (?:[\w-]+ ){1,5}(?:[<>≤≥]=?|at least|up to) ?\d[\d.,]*(?![\d.,])(?! ?(?:years?|yrs?|months?|y)\b)"
)
# ", if liver metastases occur, ALT ≤ 5 x ULN": the condition of the next value
_OF_NEXT = expression("modifier.of_next")
_VERBLESS = expression("modifier.verbless_unless")
_VERB = pattern_of(r"\b(?:is|are|was|were|has|have|caused|due|related)\b", re.IGNORECASE)
# "males with female partners of childbearing potential"
_OF_PARTNER = gated(r"\b(?:with|has|have|having) (?:an? )?(?:[\w-]+ )?(?:fe)?male (?:sexual )?partners?\b", re.IGNORECASE)
_MALES = gated(rf"\b{_MALE}", re.IGNORECASE)
_FEMALES = gated(rf"\b(?:{_FEMALE}|WO?CBP\b|FCBP\b)", re.IGNORECASE)
# "bilirubin ≤ 1.5 x ULN, AST and/or ALT ≤ 3 x ULN": the "or" joins two names of one value
_NAMES_JOINED = pattern_of(r"\b[A-Z]{2,5}\b ?(?:and/or|or) ?[A-Z]{2,5}\b[^A-Za-z]*$")
_OR_BEHIND_SEMICOLON = pattern_of(r";\s*(?:and/)?or\b|\bor\s*;", re.IGNORECASE)
_AGED_BAND = expression("modifier.aged_band")
_KIND = (  # "episodic or chronic cluster headache"
    "acute|chronic|episodic|relapsed|relapsing|refractory|recurrent|metastatic|(?:locally )?advanced|primary|secondary|systemic"
    "|topical|mild|moderate|severe|symptomatic|asymptomatic|active|prior|previous|current|histologic\\w*|cytologic\\w*|males?|females?"
    "|benign|malignant|persistent|oral|intravenous|subcutaneous|new|newly diagnosed|known|suspected|suspicion"
)
_EQUIVALENT = gated(
    r"\bor (?:more|less|fewer|greater|higher|lower|larger|smaller)\b(?! than|,? (?:if|with|when|provided|in|for)\b)|"
    r"\bor (?:its |an? |the |their )?(?:equivalents?|equivalent \w+|biosimilars?)\b"
    r"|\b(?:stable|unchanged) or (?:decreas|declin|reduc|taper|improv)\w+|\b(?:decreas|declin|improv)\w+ or (?:stable"
    r"|unchanged)\b|\bwithout [\w -]{3,40} or with\b(?=[\w -]{3,40} last(?:s|ing)\b)"
    rf"|\b(?:{_KIND}) or (?:{_KIND})\b",
    re.IGNORECASE,
)
_OPENED = pattern_of(r"\((?!\s*or\b)[^()]*$", re.IGNORECASE)  # an "or" inside the bracket the second value stands in
_OF_FIRST = pattern_of(r"[^()]*\)")  # an "or" inside the bracket the first value stands in
# "or retrolisthesis, at one or two levels", "Pulmonary: no symptoms or DLCO > 45 %": the "or" ends before the second value, or
# is of a part that opens between them
_OR_OF_OTHERS = pattern_of(
    r".*\bor\b(?! (?:in|for|if|when|among|alternatively|otherwise)\b)\s+[A-Za-z][^,;]{2,},\s*(?:at|and|an?|the)?\s*"
    r"|.*\s[A-Z][a-z]{5,}: [^,;]*\b(?:or|OR)\b.*",
    re.DOTALL,
)
_ALTERNATIVELY = gated(r"\b(?:or )?alternatively\b", re.IGNORECASE)
_NEXT_MEASURE = pattern_of(r"(?<=[a-z]{4}) (?=(?:Karnofsky|Lansky|Zubrod|Life expectancy|Performance status)\b)")
# "In men QTc > 450 ms, in women > 470 ms": the sex behind a value is the next one's
_NEXT_SEX = pattern_of(
    rf"[,;] (?:and |or )?(?:for|in) (?:{_FEMALE}|{_MALE}) ?(?:[<>≤≥]|at least|more than|less than|greater than)"
    rf"|[,;]? ?(?:and |or )?(?:{_FEMALE}|{_MALE}) (?:with|who have|must have) [^,;<>≤≥]{{1,40}}[<>≤≥]"
    rf"|[,;] ?(?:and |or )?(?:{_FEMALE}|{_MALE})(?: (?:patients|subjects|participants))?:? [A-Za-z][^,;<>≤≥()]{{1,30}}"
    r"(?:[<>≤≥]|\b(?:at least|not? (?:less|more)|(?:more|less|greater) than) )",
    re.IGNORECASE,
)
# "> 20 g/day for women, > 30 g/day for men": the sex behind a value is that value's
_OF_VALUE_BEFORE = expression("modifier.of_value_before")
_JOINED_PEOPLE = pattern_of(rf"(?:^|\b(?:{_FEMALE}|{_MALE}|[a-z]{{3,}}))\s*\b(?:and|or|/)\s*$", re.IGNORECASE)
_MALES_AGED = pattern_of(rf"\b{_MALE}[^.;]{{0,30}}\d", re.IGNORECASE)
_FEMALES_AGED = pattern_of(rf"\b{_FEMALE}[^.;]{{0,30}}\d", re.IGNORECASE)
_SEX_AGED = gated(
    rf"\b(?:(?P<f>{_FEMALE})|(?P<m>{_MALE}))(?: (?:patients|participants|subjects))?,? (?:who are |of )?(?:aged?|ages|age)?"
    r"(?: of| from| between)? ?$",
    re.IGNORECASE,
)
_AND_EITHER = gated(r"\band (?:either )[^<>≤≥]*$", re.IGNORECASE)
_EXCEPTION_ENDED = pattern_of(
    r"\bexcept\w*\b[^;.]*, (?:that|which) (?:has|have|had|is|are)\b(?! (?:defined|considered|understood))[^;.]*$", re.IGNORECASE
)
_NEXT_SENTENCE = pattern_of(r"\.\s+(?!(?i:or|alternatively)\b)[A-Z][a-z]")  # "≥ 18 years. Because no dosing or safety data …"
_EXCEPTION_OVER = expression("modifier.exception_over")
_ALLOWED_ASIDE = expression("modifier.allowed_aside")  # "(steroids for ≤ 5 days allowed)"
_OTHERS_ALLOWED = expression("modifier.others_allowed")
_OF_ANOTHER = expression("modifier.of_another")
_IF_OPENS = gated(r"\b(?:if|when|provided)\b[^.;]*$", re.IGNORECASE)
_TO_PERMISSION = expression("modifier.to_permission")
# "surgery, excluding a biopsy, within 7 days"
_GOES_ON = pattern_of(
    r",\s*(?:(?:received|performed|taken|administered|occurring|given|used) )?(?:with)?in (?:the )?"
    r"(?:past|last|previous|preceding)?\s*$"
    r"|,\s*(?:with (?:(?:the |a )?receipt of )?(?:the |their |a )?last dose\b[^.;()]{0,30}(?:\((?:or)? ?)?)?$"
    r"|\b(?:is|are) (?:excluded|not (?:allowed|permitted|eligible)) *$|\bexcept(?:ing)? (?:for )?(?-i:[A-Z]{3,6}) *$",
    re.IGNORECASE,
)
_NOBODY = pattern_of(
    r"(?:for|in|if) (?:(?:addition|particular|th(?:is|ese|at)|which|\d+|at least|the (?:past|last|study|trial|purposes?)"
    r"|(?:all|any|each) (?:patients|participants|subjects))\b"
    r"|(?:fe)?(?:men|women|males?)\b[^<>≤≥]*[<>≤≥])",
    re.IGNORECASE,
)
# the sex has its own column
_ONLY_SEX = expression("modifier.only_sex")
_LISTED_BEFORE = expression("modifier.listed_before")


def sex_of(before: str, after: str) -> str | None:
    """The sex a value is limited to by the words right before or right behind it."""
    other = _OTHER_UNIT.match(after)
    after = after[other.end() :] if other else after
    if not _SEX_LEFT.may_match(f"{before[-60:]} {after[:60]}"):
        return None
    left = _SEX_LEFT.search(before[-60:])
    right = _SEX_RIGHT.match(after[:60])
    if _NEXT_SEX.match(after[:60]):
        return sex_spoken_of(before[-60:])
    if left and _OF_VALUE_BEFORE.search(before[-60:]):
        left = None
    if left and not _JOINED_PEOPLE.search(before[-60:][: left.start()]):
        return "female" if left["f"] else "male"
    if right:
        return "female" if right["f"] else "male"
    return None


def sex_of_age(before: str, after: str) -> str | None:
    """The sex an age is limited to where each sex has one (``women aged ≥ 50 years or men aged ≥ 60 years``)."""
    own = _SEX_AGED.search(before[-60:])
    if own is None:
        return None
    others = _MALES_AGED if own["f"] else _FEMALES_AGED
    beside = others.search(before[:-60] + before[-60:][: own.start()]) or others.search(after)
    return ("female" if own["f"] else "male") if beside else None


def sex_spoken_of(before: str) -> str | None:
    """The sex a sentence speaks of, when it names only one."""
    before = _OF_PARTNER.sub(" ", before)
    male, female = bool(_MALES.search(before)), bool(_FEMALES.search(before))
    return None if male == female else "male" if male else "female"


def names_both_sexes(words: str) -> bool:
    """Whether men and women are both named."""
    return bool(_MALES.search(words) and _FEMALES.search(words))


def condition_of(before: str, after: str) -> str | None:
    """The subgroup a value is limited to, as written, or what it does not hold for (``unless …``)."""
    other = _OTHER_UNIT.match(after)
    after = after[other.end() :] if other else after
    unless = _UNLESS_RIGHT.match(after[:200])
    if unless:
        listed = _VERBLESS.match(unless["words"])
        if listed and not _VERB.search(unless["words"].split(",")[0]):
            return " ".join(listed.group().split()).strip(" ,:-")
        told = _clean(unless["words"])
        return None if told and told.lower() in ("except", "unless", "excluding", "other than") else told  # a list goes on
    right = _CONDITION_RIGHT.match(after[:200])
    aside = None if right else _ASIDE.match(after[:60])  # "≥ 1.5 (local laboratory) for patients with AML"
    if aside:
        after = after[aside.end() :]
        right = _CONDITION_RIGHT.match(after[:200])
    if right and not _NEXT_SEX.match(after[:60]) and not _OTHER_VALUE.match(after[:200]) and not _OF_NEXT.match(after[:240]):
        words = _clean(_NEXT_MEASURE.split(right["words"])[0])
        if words and not _TRIVIAL.match(words) and not _ONLY_SEX.fullmatch(words):
            return words
    left = (
        _GILBERT.search(before[-90:])
        or _LISTED_BEFORE.search(before[-80:])
        or _WHOSE.search(before[-160:])
        or _condition_left(_WORDS_ASIDE.sub(" ", before[-240:])[-160:])
    )
    told = _clean(next(words for words in left.groupdict().values() if words)) if left else None
    told = _NEXT_MEASURE.split(told)[0] if told else None
    if told and told.count(")") > told.count("("):
        return None  # in the bracket of the value before
    return told if told and not _NOBODY.match(told) and not _ONLY_SEX.fullmatch(told) else None


def _condition_left(words: str) -> re.Match[str] | None:
    """What limits a value from before it; behind a comma or a colon, or as the words for some people that open its sentence."""
    may_be = "," in words or ":" in words or words.lstrip()[:4].lower() == "for "
    found = _CONDITION_LEFT.search(words) if may_be else None
    return None if found and _OF_VALUE_BEHIND.search(words) else found


def age_band(after: str) -> str | None:
    """The ages a value holds for, in brackets right behind it (``≤ 1.0 mg/dL (6-10 years)``)."""
    aged = _AGED_BAND.match(after[:100])
    return " ".join(aged["words"].split()) if aged else None


def _clean(words: str) -> str | None:
    return " ".join(_UNCLOSED.sub("", _CONDITION_STOP.sub("", words)).split()).strip(" ,:-") or None


def is_exception(before: str, after: str, section: str, earlier: str = "") -> bool:
    """Whether a value spares patients inside a criterion: it stands behind "unless" or before "are allowed".

    ``earlier`` are the words of its line before it: a list of those who may join goes on over semicolons.
    """
    open_words = _OPENING_UNLESS.sub(" ", without_brackets(before))
    if section == "exclusion" and _SPARES_LIST.search(earlier):
        return True
    if _EXCEPTING.search(open_words) and not _EXCEPTION_ENDED.search(open_words):
        return True
    if section != "exclusion" or _OTHERS_ALLOWED.match(after):
        return False
    allowed = (_ALLOWED_ASIDE.match(after), _PERMITTED.search(without_brackets(after)))
    if any(each and (_IF_OPENS.search(before) or _is_of_value(each)) for each in allowed):
        return True
    return _PERMITTED.search(open_words) is not None


def _is_of_value(permitted: re.Match[str]) -> bool:
    """Whether what is allowed behind a value is the value itself, and not another thing (``14 days, but A is permitted``)."""
    return not _OF_ANOTHER.search(_TO_PERMISSION.sub("", permitted.string[: permitted.end()]))


def beyond_exception(before: str) -> bool:
    """Whether an exception may have ended in the words before a value (``other than a cold, or fever > 38 °C``)."""
    return _EXCEPTION_OVER.search(without_brackets(before)) is not None


def only_other_than(before: str) -> bool:
    """Whether what the words before a time except is no time: "other than" alone, or an exception that a comma has ended."""
    words = [found.group().lower() for found in _EXCEPTING.finditer(without_brackets(before))]
    ended = _GOES_ON.search(before) is not None and "unless" not in words
    return bool(words) and (ended or all(word == "other than" for word in words))


def method_of(words: str) -> str | None:
    """How a value is measured, as written in the words around it."""
    found = _METHODS.search(words)
    return found.group() if found else None


def joined_by_or(between: str) -> bool:
    """Whether the words between two values make them alternatives; an "or" inside brackets joins something else."""
    if len(between) >= 160:
        return False
    plain = _EQUIVALENT.sub(" ", _AND_EITHER.sub(" ", _OF_FIRST.sub(" ", without_brackets(between), count=1)))
    plain = _ALTERNATIVELY.sub(" or ", _NAMES_JOINED.sub(" ", _OPENED.sub(" ", plain)))
    if ";" in plain and not _OR_BEHIND_SEMICOLON.search(plain):
        return False
    ended = "." in plain.replace("e.g.", "").strip(".")[1:-1] or _NEXT_SENTENCE.match(between) is not None
    return bool(_OR.search(plain)) and not ended and not _OR_OF_OTHERS.fullmatch(plain)
