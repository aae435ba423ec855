"""NCT numbers: how people write them, and the one way we show them."""

from __future__ import annotations

import re

from harvester.errors import MalformedId

# The registry's own rule for an id in a path or a filter (OpenAPI, parameter nctId), with ASCII digits only.
_RULE = re.compile(r"[Nn][Cc][Tt]0*([1-9][0-9]{0,7})")

_ADDRESS = re.compile(
    r"<?(?:https?://)?(?:[a-z]+\.)?clinicaltrials\.gov/(?:[a-z0-9-]+/){0,4}(NCT0*[1-9][0-9]{0,7})(?:[/?#&%]\S*?)?[>.,;)\]\"'”]*",
    re.IGNORECASE,
)
"""A page of the registry, old or new, or a study of its API, with the sign of the sentence it was copied from."""
_IN_TEXT = re.compile(r"(?<![a-z0-9])NCT[\s:#_-]{0,3}0*([1-9][0-9]{3,7})(?![0-9a-z])", re.IGNORECASE)
_SPACED = re.compile(r"NCT[\s:#_-]{1,3}(0*[1-9][0-9]{0,7})", re.IGNORECASE)
_LACKING = re.compile(r"NCT[\s:#_-]{0,3}(?=[0-9]{2,7}\Z)(0+[1-9][0-9]*)", re.IGNORECASE)
"""A number that begins with its zeros, so that all eight digits were meant, and has fewer."""


def canonical_id(text: str) -> str:
    """The NCT number in ``text`` as ``NCT`` and eight digits: ``"nct7105579"`` gives ``"NCT07105579"``.

    Blanks around it are forgiven; anything else raises :class:`~harvester.errors.MalformedId` with one line.
    """
    found = _RULE.fullmatch(text.strip())
    if found is None:
        raise MalformedId(f"{shown(text)} is not an NCT number", "Write NCT and eight digits, as NCT01234567.")
    return f"NCT{int(found.group(1)):08d}"


def pasted_id(text: str) -> str:
    """The same for what people paste: the address of a registry page, or a number with a blank or a sign in it.

    ``"https://clinicaltrials.gov/study/NCT07105579?tab=table"`` and ``"NCT 07105579"`` give ``"NCT07105579"``. Where a digit
    was lost, as in ``"NCT0710557"``, that is said: with zeros put before it, it would be another trial's.
    """
    number = _number_in(text)
    if lacking := _LACKING.fullmatch(number):
        what = f"{shown(number)} has {len(lacking.group(1))} digits, and a registry number has 8"
        raise MalformedId(what, "Write NCT and all eight digits.")
    spaced = _SPACED.fullmatch(number)
    return canonical_id(f"NCT{spaced.group(1)}" if spaced else number)


def _number_in(text: str) -> str:
    """What stands for the trial's number: that in the address of a registry page, else the text itself."""
    address = _ADDRESS.fullmatch(text.strip())
    return address.group(1) if address else text.strip()


def ids_in_text(text: str) -> list[str]:
    """All NCT numbers in a text, in their order, repeats left out; also short ones and those with a blank or a sign in them.

    Raises MalformedId for one that lost a digit, as :func:`pasted_id` does.
    """
    return list(dict.fromkeys(pasted_id(found.group()) for found in _IN_TEXT.finditer(text)))


def with_a_digit_more(text: str) -> list[str]:
    """The NCT numbers that a number of seven digits may have been, with one more digit at any place; none of any other text."""
    lacking = _LACKING.fullmatch(_number_in(text))
    if lacking is None or len(digits := lacking.group(1)) != 7:
        return []
    return list(dict.fromkeys(f"NCT{digits[:at]}{one}{digits[at:]}" for at in range(8) for one in "0123456789"))


def is_trial_id(text: object) -> bool:
    """Whether ``text`` is a string the registry takes as an NCT number."""
    return isinstance(text, str) and _RULE.fullmatch(text.strip()) is not None


def shown(text: str, limit: int = 40) -> str:
    """``text`` in quotes, safe to print on one line: controls and surrogates escaped, cut after ``limit`` characters."""
    kept = text if len(text) <= limit else text[:limit] + "…"
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in kept) + '"'
