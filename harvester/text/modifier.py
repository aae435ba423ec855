"""What limits a value to some patients: sex, subgroup, exception, method, alternatives.

Rules: ``modifier.sex``, ``modifier.condition`` (``if liver metastases``, ``for patients > 16 years``), ``modifier.exception`` (``unless``,
``except``, ``are allowed``), ``modifier.method`` (``calculated by Cockcroft-Gault``), ``modifier.or`` (values joined by "or").
"""

from __future__ import annotations

import re

_MALE = r"(?:adult )?(?:males?|men|man|boys?)\b"
_FEMALE = r"(?:adult )?(?:females?|women|woman|girls?)\b"
_SEX_LEFT = re.compile(rf"(?:\b(?P<f>{_FEMALE})|\b(?P<m>{_MALE}))(?: (?:patients?|subjects?|participants?))?\s*(?:[:,(=-]|with|must have|is|are|should have)?\s*(?:a |an )?$", re.IGNORECASE)
_SEX_RIGHT = re.compile(rf"[\s,]*[(\[]?\s*(?:for|in|if)?\s*(?:adult )?(?:(?P<f>{_FEMALE})|(?P<m>{_MALE}))(?! (?:and|or|of))(?![^.;,()]{{0,20}}(?:and|or) (?:females?|women|males?|men)\b)", re.IGNORECASE)
_CONDITION_RIGHT = re.compile(
    r"[\s,]*\(?\s*(?P<words>(?:if|for|when|in (?:patients?|subjects?|participants?|those|children|adults|case|cases|the presence|the absence|the event|the case|individuals|women|men|people)|with|without|among|provided|where|due to|allowed if|is (?:allowed|acceptable)(?: if| for)?|are (?:allowed|acceptable)(?: if| for)?|(?:if|for|in) \w+)\b[^;.()]{2,140})",
    re.IGNORECASE,
)
_UNLESS_RIGHT = re.compile(r"[\s,(]*(?P<words>(?:unless|except|excluding|with the exception of|other than)\b[^;.]{2,160})", re.IGNORECASE)
_CONDITION_STOP = re.compile(
    r"(?:,|\)|\bor\b\s+(?=[<>≤≥]|less|greater|no more|at least|up to|more than)|\band\b\s+(?=[A-Z<>≤≥])|\bwithin \d|,? (?:and|or) (?:serum |total )?(?:AST|ALT|bilirubin|creatinine|platelets?|hemoglobin)\b).*", re.DOTALL
)
_TRIVIAL = re.compile(r"^(?:for (?:age|the (?:study|last|past)|at least|enrol\w*)|with(?:in| a| the| an)?|if|for)\s*$|^(?:for at least|with in|for the|if applicable|for inclusion|for eligibility|with or without)", re.IGNORECASE)
_CONDITION_LEFT = re.compile(
    r"(?:^|[(,:]|\bor\b|\band\b)\s*(?P<words>(?:(?:for|in|if)(?: the)? (?:patients?|subjects?|participants?|those|children|adults|cases?)?\s*(?:is |are |there is |there are )?(?:with|who have|who had|having|no|clear|documented|known|whose|of)?\s*[^,;:]{3,80}|patients? with [^,;:()]{3,60}))[,:]\s*[^,;:]{0,60}$",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"\b(?:patients?|subjects?|participants?|those) (?P<words>with [^,;:()]{3,60}) whose\b[^,;:()]{0,60}$", re.IGNORECASE)
_EXCEPTING = re.compile(r"\b(?:unless|except(?:ion|ions|ing|ed)?|other than|excluding|with the exception of|apart from|however)\b", re.IGNORECASE)
_PERMITTED = re.compile(
    r"\b(?:(?:is|are|was|were|will be|may be|would be) (?:allowed|permitted|acceptable|eligible|permissible|not excluded|not an exclusion|exempt\w*)|an exception|not excluded|may qualify|may be enrolled|(?:is|are) not (?:considered )?exclu\w+)\b",
    re.IGNORECASE,
)
_METHODS = re.compile(
    r"\b(?:Cockcroft(?:[- ]and)?[ -]?Gault|CKD-?EPI|MDRD|Modification of Diet in Renal Disease|Schwartz|Fridericia\w*(?:'s)?|Bazett\w*(?:'s)?|echocardiogra\w+|echo\b|ECHO\b|MUGA|multi-?gated acquisition|flow cytometry|MFC|spiral CT|RECIST(?: ?v?\d\.\d)?|PCR|pulse oximetry|iwCLL|Lugano(?: \d{4})?|Cheson|radioisotope|24[- ]hour urine|Jaffe|NGS|next[- ]generation sequencing|EuroFlow|cardiac MRI)\b"
)
_OR = re.compile(r"\b(?:and/or|or)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\([^()]*\)")


def sex_of(before: str, after: str) -> str | None:
    """The sex a value is limited to by the words right before or right behind it."""
    left = _SEX_LEFT.search(before[-60:])
    if left and not re.search(r"\b(?:and|or|/)\s*$", before[-60:][: left.start()], re.IGNORECASE):
        return "female" if left["f"] else "male"
    right = _SEX_RIGHT.match(after[:60])
    if right:
        return "female" if right["f"] else "male"
    return None


def condition_of(before: str, after: str) -> tuple[str | None, bool]:
    """The subgroup a value is limited to, as written, and whether it is an exception to it (``unless``)."""
    unless = _UNLESS_RIGHT.match(after[:200])
    if unless:
        return _clean(unless["words"]), False
    right = _CONDITION_RIGHT.match(after[:200])
    if right:
        words = _clean(right["words"])
        if words and not _TRIVIAL.match(words):
            return words, False
    left = _WHOSE.search(before[-160:]) or _CONDITION_LEFT.search(before[-160:])
    return (_clean(left["words"]), False) if left else (None, False)


def _clean(words: str) -> str | None:
    return " ".join(_CONDITION_STOP.sub("", words).split()).strip(" ,:-") or None


def is_exception(before: str, after: str, section: str) -> bool:
    """Whether a value spares patients inside a criterion: it stands behind "unless" or before "are allowed"."""
    if _EXCEPTING.search(before):
        return True
    return section == "exclusion" and bool(_PERMITTED.search(after))


def method_of(words: str) -> str | None:
    """How a value is measured, as written in the words around it."""
    found = _METHODS.search(words)
    return found.group() if found else None


def joined_by_or(between: str) -> bool:
    """Whether the words between two values make them alternatives; an "or" inside brackets joins something else."""
    if len(between) >= 160:
        return False
    plain = _BRACKETED.sub(" ", between)
    ended = "." in plain.replace("e.g.", "").strip(".")[1:-1]
    return bool(_OR.search(plain)) and not ended
