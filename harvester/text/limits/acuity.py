"""Visual acuity as a Snellen fraction (rule ``limit.snellen``): ``20/40 or better``, ``worse than 6/60``, ``20/32 to 20/320``.

The value is the fraction itself, so that more is better: 20/40 is 0.5. ``unit_text`` keeps what was written.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.joining.polarity import Region, eligible, is_defining, stays_open, turns
from harvester.text.limits.place import ReadingLine

_SEEN = pattern_of(r"\b(?:acuity|acuities|bcva|bscva|ucva|udva|cdva|va|vision|visual|snellen|sight|sighted)\b", re.IGNORECASE)
_FRACTION = expression("acuity.fraction")
_SIGNS = {
    ">": (">", "better than", "greater than", "above", "more than", "exceeding"),
    ">=": (">=", "≥", "at least", "no worse than", "not worse than", "minimum of", "not less than", "no less than"),
    "<": ("<", "worse than", "less than", "poorer than", "below", "lower than"),
    "<=": ("<=", "≤", "no better than", "not better than", "at most", "or worse than"),
}
_SIGN_OF = {words: sign for sign, spellings in _SIGNS.items() for words in spellings}
_BETTER = frozenset({"better", "greater", "higher", "more"})
_UNIT = "{Snellen}"
# "functional vision (6/18-6/12)": what suffices for a task
_SUFFICES = pattern_of(
    r"\b(?:able to|sufficient|adequate|functional|good) (?:\w+ ){0,2}(?:vision|sight|see|visual (?:acuity|function))\b"
    r"|\b(?:vision|visual|sight) (?:\w+ )?capabilit(?:y|ies)\b",
    re.IGNORECASE,
)
_FEET, _LEAST = 20, 10  # nobody reads at twenty feet what is meant for nine
_FAR = 160  # characters within which an eye is spoken of


def acuity_facts(line: ReadingLine) -> list[FactRead]:
    """The acuities of ``line``, with who may join where nothing leaves it open."""
    if "/" not in line.text or not ("20" in line.text or "6" in line.text):
        return []
    return [fact for match in _FRACTION.finditer(line.text) if (fact := _fact(line, match)) is not None]


def _fact(line: ReadingLine, match: re.Match[str]) -> FactRead | None:
    text, bounds = line.text, line.clipped(match.start(), match.end())
    near = (max(bounds[0], match.start() - _FAR), min(bounds[1], match.end() + 60))
    if not _SEEN.search(text, *near):
        return None
    seen_at = int(match["of"])  # feet, or metres
    if seen_at == _FEET and int(match["first"]) < _LEAST:
        return None
    first, second = seen_at / int(match["first"]), seen_at / int(match["second"]) if match["second"] else None
    sign = _sign(match)
    if second is not None:
        sign, low, high = "range", min(first, second), max(first, second)
    elif sign is None:
        return None
    else:
        low, high = first, first
    region = Region(
        low if sign in (">", ">=", "range") else None,
        sign != ">" if sign in (">", ">=", "range") else None,
        high if sign in ("<", "<=", "range") else None,
        sign != "<" if sign in ("<", "<=", "range") else None,
    )
    before, after = text[bounds[0] : match.start()], text[match.end() : bounds[1]]
    fact = framed(line, match.start(), match.end(), "visual_acuity", "limit.snellen", before, after, ())
    who = _who(line, fact, region, before, after)
    return changed(
        fact,
        comparator=sign,
        low=_tidy(region.low),
        low_inclusive=region.low_inclusive,
        high=_tidy(region.high),
        high_inclusive=region.high_inclusive,
        unit=_UNIT,
        unit_text=match["words"],
        reference="absolute",
        eligible_low=_tidy(who.low),
        eligible_low_inclusive=who.low_inclusive,
        eligible_high=_tidy(who.high),
        eligible_high_inclusive=who.high_inclusive,
    )


def _sign(match: re.Match[str]) -> str | None:
    """The comparator before the fraction or behind it; none for a fraction alone."""
    if match["behind"]:
        return ">=" if match["behind"].lower() in _BETTER else "<="
    return _SIGN_OF.get(" ".join(match["sign"].lower().split())) if match["sign"] else None


def _who(line: ReadingLine, fact: FactRead, region: Region, before: str, after: str) -> Region:
    """Who may join."""
    section = line.criterion.section
    loose = line.one_of_several or line.defining or line.conditional or line.spared or fact.exception
    if loose or section == "unknown" or stays_open(section, before, after) or is_defining(section, before):
        return Region()
    if None not in (region.low, region.high) and _SUFFICES.search(before):
        return Region()  # nobody is shut out by seeing better than 6/12
    return eligible("visual_acuity", region, None, turns(section, before, after))


def _tidy(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
