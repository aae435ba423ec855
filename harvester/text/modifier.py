"""What limits a value to some patients: sex, subgroup, exception, method, alternatives.

Rules: ``modifier.sex``, ``modifier.condition`` (``if liver metastases``, ``for patients > 16 years``), ``modifier.exception``
(``unless``, ``except``, ``are allowed``), ``modifier.method`` (``calculated by Cockcroft-Gault``), ``modifier.or`` (values
joined by "or").
"""

from __future__ import annotations

import re

from harvester.text.definition_file import expression

_MALE = r"(?:adult )?(?:males?|men|man|boys?)\b"
_FEMALE = r"(?:adult )?(?:females?|women|woman|girls?)\b"
_SEX_LEFT = re.compile(
    rf"(?:\b(?P<f>{_FEMALE})|\b(?P<m>{_MALE}))(?: (?:patients?|subjects?|participants?))?\s*(?:[:,(=-]|with"
    rf"|must have|is|are|should have)?\s*(?:a |an )?$",
    re.IGNORECASE,
)
_SEX_RIGHT = re.compile(
    rf"[\s,]*[(\[]?\s*(?:for|in|if)?\s*(?:adult )?(?:(?P<f>{_FEMALE})|(?P<m>{_MALE}))(?! (?:and|or"
    rf"|of)| ?[\d:=])(?![^.;,()]{{0,20}}(?:and|or) (?:females?|women|males?|men)\b)",
    re.IGNORECASE,
)
_CONDITION_RIGHT = expression("modifier.condition_right")
_UNLESS_RIGHT = expression("modifier.unless_right")
_CONDITION_STOP = re.compile(
    r"(?:,|\)|\bor\b\s+(?=[<>≤≥]|less|greater|no more|at least|up to|more than)|\band\b\s+(?=[A-Z<>≤≥])"
    r"|\bwithin \d|,? (?:and|or) (?:serum |total )?(?:AST|ALT|bilirubin|creatinine|platelets?|hemoglobin)\b).*",
    re.DOTALL,
)
_TRIVIAL = expression("modifier.trivial")
_CONDITION_LEFT = expression("modifier.condition_left")
_WHOSE = expression("modifier.whose")
_EXCEPTING = expression("modifier.excepting")
_PERMITTED = expression("modifier.permitted")
_METHODS = expression("modifier.methods", exact=True)
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


def condition_of(before: str, after: str) -> str | None:
    """The subgroup a value is limited to, as written, or what it does not hold for (``unless …``)."""
    unless = _UNLESS_RIGHT.match(after[:200])
    if unless:
        return _clean(unless["words"])
    right = _CONDITION_RIGHT.match(after[:200])
    if right:
        words = _clean(right["words"])
        if words and not _TRIVIAL.match(words):
            return words
    left = _WHOSE.search(before[-160:]) or _CONDITION_LEFT.search(before[-160:])
    return _clean(left["words"]) if left else None


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
