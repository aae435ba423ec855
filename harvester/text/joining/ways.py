"""Ways in, and words that ask nothing: limits of a sentence that bind nobody by themselves.

``newly diagnosed, or relapsed after at least 2 lines``: the limit is of one way in, and the other has no limit to be told as an
alternative. A sentence may also tell what a score means, whom a plan will treat how, or to what end something is given.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets

_OR_RIGHT = expression("ways.right")
_OR_LEFT = expression("ways.left")
_PAIRS = expression("presence.no_choice")
_OR = pattern_of(r"[oO][rR]\b(?<!\w..)")  # no way to the right or left is without it
_AGE_RIGHT = expression("ways.age_right")
_AGE_LEFT = expression("ways.age_left")
_AGE_QUALIFIED = expression("ways.age_qualified")
_AGE_TOO = expression("ways.age_too")
_MEANS_RIGHT = expression("ways.means_right")
_MEANS_LEFT = expression("ways.means_left")
_PLANS = expression("ways.plans")
_TO_KEEP = expression("ways.to_keep")
_ADVISED = expression("ways.advised")
_SHARE = expression("ways.share")
_ADVISED_BEHIND = expression("ways.advised_behind")
_EXAMPLE = expression("ways.example")
_CHANGE = expression("ways.change")
_CHANGING = pattern_of(r"loss|change|gain|reversib|variab|doubling|increase|decrease|response|_interval|_duration|other_|dose")
_IN_BRACKET = pattern_of(r"\w[^()]{0,200}\([^()]*$")
_DENIED = pattern_of(r"\b(?:no|not|without|absence|free|lack|never|neither)\b", re.IGNORECASE)
_BRACKET_OR = expression("ways.bracketed")


def is_one_way(before: str, after: str) -> bool:
    """Whether "or" parts an inclusion's limit from words without a limit that offer another way in."""
    if _OR.search(after) and _OR_RIGHT.may_match(after) and _OR_RIGHT.match(_PAIRS.sub(" ", after)):
        return True
    if _OR.search(before) and _OR_LEFT.may_match(before) and _OR_LEFT.search(_PAIRS.sub(" ", before)):
        return True
    return bool(_BRACKET_OR.match(after) and _IN_BRACKET.search(before) and not _DENIED.search(before))


def is_age_of_one_way(before: str, after: str) -> bool:
    """Whether an age is one of two that are each asked for with something else (``60 or older unfit for …, or 18-59 with …``)."""
    return _AGE_RIGHT.match(after) is not None or bool(_AGE_LEFT.search(before) and _AGE_QUALIFIED.match(after))


def is_age_beside(earlier: str, after: str) -> bool:
    """Whether an age is let in beside the one ``earlier`` in its line (``18-75 years; patients over 75 may be included``)."""
    return _AGE_TOO.match(after) is not None and any(sign.isdigit() for sign in earlier)


def asks_nothing(before: str, after: str) -> bool:
    """Whether a sentence tells what a value means, what is planned for whom, or what something is given for."""
    told = _MEANS_RIGHT.match(after) or _MEANS_LEFT.search(before) or is_advised(after)
    return bool(told or _PLANS.match(after) or _TO_KEEP.search(before) or _ADVISED.search(before))


def is_of_share(before: str) -> bool:
    """Whether a value is only asked of a part of those recruited (``no more than 10% of subjects may be over 50 years``)."""
    return _SHARE.search(before) is not None


def is_advised(after: str) -> bool:
    """Whether a value is only what would be best (``age < 40 preferred``)."""
    return _ADVISED_BEHIND.match(after) is not None


def is_example(before: str) -> bool:
    """Whether a value only stands in an example (``such as a mass of more than 7 cm``)."""
    return _EXAMPLE.search(without_brackets(before)) is not None


def is_change(concept: str, before: str, comparing: str) -> bool:
    """Whether a value is how much a measure changes or varies, not its level (``a fall in blood pressure of > 20 mmHg``)."""
    if comparing.lower().startswith(("below", "above", "under", "over")):
        return False  # "a fall in potassium below 3.2": where it ends
    return _CHANGING.search(concept) is None and _CHANGE.search(before[-140:]) is not None
