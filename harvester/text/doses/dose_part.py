"""Parts of a dose on several days: the days are those of shares, which the text tells in per cent."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import Mention, Timing

_SHARE_BEFORE = pattern_of(r"\d ?% ?(?:of [a-z ]{2,30})?(?:is |are |was )?(?:given |infused |administered )?(?:on |at )?$", re.I)
_SHARE_BEHIND = pattern_of(r" ?\( ?\d{1,2} ?% ?\)")


def of_share(text: str, mention: Mention) -> bool:
    """Whether a day is that of a share of a dose only: "10 % on day 0, 30 % on day 1", "day 0 (30 %) and day 7 (70 %)"."""
    before = _SHARE_BEFORE.search(text, max(0, mention.start - 50), mention.start)
    return before is not None or _SHARE_BEHIND.match(text, mention.end) is not None


def as_share(mention: Mention) -> Mention:
    """The day of a share as what is told of a dose: that it is given in parts; none of their days is the day of all of it."""
    return replace(mention, kind="share", timing=Timing(), flags=("in_parts",))
