"""A limit and its single bounds."""

from __future__ import annotations

from harvester.shape import shape
from harvester.text.limits.amount import Amount
from harvester.text.written.token import Phrase


@shape()
class Limit:
    """One limit in a line of regular text.

    ``comparator`` is ``>=`` ``>`` ``<=`` ``<`` ``=`` ``range`` ``in`` or none (a number alone). Numbers are as written.
    ``start``/``end`` are the characters of the whole limit, ``number_start`` is where its first number begins.
    """

    start: int
    end: int
    comparator: str | None
    low: float | None
    high: float | None
    low_inclusive: bool | None
    high_inclusive: bool | None
    amount: Amount
    rule: str
    values: tuple[float | str, ...] = ()
    number_start: int = 0
    flags: tuple[str, ...] = ()
    comparator_words: str = ""
    second: Amount | None = None

    @property
    def is_unsigned(self) -> bool:
        """Whether no sign and no word bounds a single number, or the pair of a blood pressure."""
        if self.rule == "limit.pressure":
            return self.comparator == "=" and not self.comparator_words
        return self.comparator is None and self.rule == "limit.plain"


def bound(text: str, sign: str, amount: Amount, start: int, rule: str, words: Phrase | None) -> Limit:
    """The limit that ``sign`` makes of one number; ``=`` bounds it from both sides."""
    is_low, is_high = sign in (">=", ">", "="), sign in ("<=", "<", "=")
    return Limit(
        start,
        amount.end,
        sign,
        low=amount.value if is_low else None,
        high=amount.value if is_high else None,
        low_inclusive=sign != ">" if is_low else None,
        high_inclusive=sign != "<" if is_high else None,
        amount=amount,
        rule=rule,
        number_start=amount.start,
        flags=amount.flags,
        comparator_words=text[words.start : words.end].lower() if words else "",
    )
