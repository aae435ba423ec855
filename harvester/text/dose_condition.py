"""For whom or when a dose is: words beside it, labels of people before it, groups told instead of the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.dose_draft import Draft

_CONDITION = re.compile(
    r"(?:(?<![A-Za-z])(?:if|in case of|when|unless|for (?:patients|subjects|those|participants|"
    r"children|adults|individuals)(?: who| with| weighing| aged)?|"
    r"(?:patients|subjects|participants|children|adults) (?=[<>≤≥]|weighing|aged|with)|up to (?=\d+ ?kg)|"
    r"body weight )[^,:;.()\n]{2,70})"
    r"|(?:(?<![\d.])\d+(?:\.\d+)? ?(?:kg)? ?(?:to|-) ?)?[<>≤≥]=? ?\d+(?:\.\d+)? ?(?:kg|years?|y|m2)(?![A-Za-z])(?: body weight)?"
    r"|(?<![\d.])\d\.\d+ ?(?:to|-) ?<?\d\.\d+ ?m2"
    r"|(?:dose )?(?:may|can|could|should|might) be (?:reduced|decreased|increased|escalated|adjusted|modified|raised|lowered) to"
    r"|(?<=\()\d+(?:\.\d+)? ?(?:-|to) ?\d+(?:\.\d+)? ?(?:years|yrs|months|kg)(?![a-z])",
    re.I,
)


# A label of people right before the amount: "eGFR 30-60: 5 mg", "20-40 kg: 200 mg".
_BAND_LABEL = re.compile(
    r"(?:^|(?<=[;,.(:]))\s*(?P<who>[^:;,.()\n]{0,60}?(?:[<>≥≤]=? ?\d|\d ?(?:-|to) ?\d)[^:;,()\n]{0,40}): ?"
    r"(?:[A-Za-z][\w-]* ){0,3}$"
)
_TIME_LABEL = re.compile(
    r"\W*(?:on )?(?:days?|weeks?|cycles?|courses?|months?|cohorts?|levels?|dose|d\d|c\d|w\d|hours?|"
    r"years? \d|phase|arm|group|step)",
    re.I,
)


def set_conditions(text: str, drafts: Sequence[Draft]) -> None:
    """Set for whom or when each dose is, where that is written beside it."""
    previous_end = 0
    for draft in drafts:
        draft.condition = _condition(text, draft, previous_end)
        previous_end = draft.amount.end


def _condition(text: str, draft: Draft, previous_end: int) -> str | None:
    """For whom or when the dose is, where that is written shortly before or after it."""
    start = max(draft.statement.start, draft.amount.start - 110, previous_end)
    found = list(_CONDITION.finditer(text, start, draft.amount.start))
    if (
        found
        and previous_end > draft.statement.start
        and not re.search(r"[,;.:]|^ ?(?:and|or) ?$", text[previous_end : found[-1].start()])
    ):
        found = []  # said of the amount before
    if found and not re.search(r"[;.]|\d ?(?:mg|ug|g|mL)\b", text[found[-1].end() : draft.amount.start]):
        return found[-1].group().strip()
    label = _BAND_LABEL.search(text[start : draft.amount.start])
    if label and not _TIME_LABEL.match(label["who"]):
        return label["who"].strip(" *•-")
    after = _CONDITION.search(text, draft.amount.end, min(draft.statement.end, draft.amount.end + 60))
    of_next = after is not None and text[after.end() : after.end() + 2].strip().startswith(":")
    if after and not of_next and not re.search(r"\d ?(?:mg|ug|g|mL)\b|[,;]", text[draft.amount.end : after.start()]):
        return after.group().strip()
    return None
