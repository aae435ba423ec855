"""NCT numbers: how people write them, and the one way we show them."""

from __future__ import annotations

import re

from harvester.errors import MalformedId

# The registry's own rule for an id in a path or a filter (OpenAPI, parameter nctId), with ASCII digits only.
_RULE = re.compile(r"[Nn][Cc][Tt]0*([1-9][0-9]{0,7})")

_ADDRESS = re.compile(
    r"(?<![a-z0-9])<?(?:https?://)?(?:[a-z]+\.)?clinicaltrials\.gov/(?:[a-z0-9-]+/){0,4}(NCT0*[1-9][0-9]{0,7})"
    r"(?:[/?#&%](?:(?![,;+](?:<?https?:|NCT[0-9]))\S)*)?[>.,;)\]\"'”]*(?![^\s,;+])",
    re.IGNORECASE,
)
"""A page of the registry, old or new, or a study of its API, up to the next one, with the signs of a sentence around it."""
_APART = re.compile(r"(?<![a-z0-9])NCT[\s:#_-]{1,3}(?=[0-9]{4,8}(?![a-z0-9]))", re.IGNORECASE)
"""What stands before a number that was written with a blank or a sign in it."""
_IN_TEXT = re.compile(r"(?<![a-z0-9])NCT[\s:#_-]{0,3}0*([1-9][0-9]{3,7})(?![0-9a-z])", re.IGNORECASE)
_LACKING = re.compile(r"NCT(?=[0-9]{2,7}\Z)(0+[1-9][0-9]*)", re.IGNORECASE)
"""A number that begins with its zeros, so that all eight digits were meant, and has fewer: with more of them it is another's."""
_SEVEN = re.compile(r"NCT[0-9]{7}", re.IGNORECASE)
_RUN = re.compile(r"(?:NCT[0-9]{8}){2,}", re.IGNORECASE)
"""Whole numbers without anything between: a column of a spreadsheet pasted into a box of one line."""
_AROUND = "()[]{}<>.,;:#\"'“”‘’"
_BETWEEN = re.compile(r"[\s,;+]+")
_BETWEEN_TRIALS = frozenset({"and", "or", "v", "v.", "vs", "vs.", "versus", "with", "beside", "&"})


def canonical_id(text: str) -> str:
    """The NCT number in ``text`` as ``NCT`` and eight digits: ``"nct7105579"`` gives ``"NCT07105579"``.

    Blanks around it are forgiven; anything else raises :class:`~harvester.errors.MalformedId` with one line.
    """
    found = _RULE.fullmatch(text.strip())
    if found is None:
        raise MalformedId(f"{shown(text)} is not an NCT number", "Write NCT and eight digits, as NCT01234567.")
    return f"NCT{int(found.group(1)):08d}"


def pasted_id(text: str) -> str:
    """The same for what people paste: the address of a registry page, or a number with a blank or a sign in it or around it.

    ``"https://clinicaltrials.gov/study/NCT07105579?tab=table"`` and ``"NCT 07105579"`` give ``"NCT07105579"``. Where a digit
    was lost, as in ``"NCT0710557"``, that is said: with zeros put before it, it would be another trial's.
    """
    number = number_in(text)
    if lacking := _LACKING.fullmatch(number):
        what = f"{shown(number if number in text else text)} has {len(lacking.group(1))} digits, and a registry number has 8"
        raise MalformedId(what, "Write NCT and all eight digits.")
    return canonical_id(number)


def typed_id(text: str) -> str | None:
    """The same, None where :func:`pasted_id` would raise."""
    number = number_in(text)
    return canonical_id(number) if is_trial_id(number) and not _LACKING.fullmatch(number) else None


def number_in(text: str) -> str:
    """What stands for a trial's number in what was typed, without an address, blanks or signs about it; else the text itself."""
    bare = text.strip().strip(_AROUND)
    address = _ADDRESS.fullmatch(bare)
    number = address.group(1) if address else _APART.sub("NCT", bare)
    return number if is_trial_id(number) else text.strip()


def typed_ids(text: str) -> list[str]:
    """The parts of a list of NCT numbers as typed: parted by commas, semicolons, plus signs, blanks, or a word as "vs"."""
    plain = _APART.sub("NCT", _ADDRESS.sub(r"\1 ", text.strip()))
    parts = (part for part in _BETWEEN.split(plain) if part and part.casefold() not in _BETWEEN_TRIALS)
    return [
        each
        for part in parts
        for each in ([part[at : at + 11] for at in range(0, len(part), 11)] if _RUN.fullmatch(part) else [part])
    ]


def ids_in_text(text: str) -> list[str]:
    """All NCT numbers in a text, in their order, repeats left out; also short ones and those with a blank or a sign in them.

    Raises MalformedId for one that lost a digit, as :func:`pasted_id` does.
    """
    return list(dict.fromkeys(pasted_id(found.group()) for found in _IN_TEXT.finditer(text)))


def with_a_digit_more(text: str) -> list[str]:
    """The NCT numbers that a number of seven digits may have been, with one more digit at any place; none of any other text."""
    number = number_in(text)
    digits = number[3:] if _SEVEN.fullmatch(number) else ""
    return list(dict.fromkeys(f"NCT{digits[:at]}{one}{digits[at:]}" for at in range(8 if digits else 0) for one in "0123456789"))


def is_trial_id(text: object) -> bool:
    """Whether ``text`` is a string the registry takes as an NCT number."""
    return isinstance(text, str) and _RULE.fullmatch(text.strip()) is not None


def shown(text: str, limit: int = 40) -> str:
    """``text`` in quotes, safe to print on one line: controls and surrogates escaped, cut after ``limit`` characters."""
    kept = text if len(text) <= limit else text[:limit] + "…"
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in kept) + '"'
