"""Degrees of heart block told in words (rule ``limit.block``): ``second or third degree AV block``, ``degree III heart block``.

The degree stands before its noun as a word, an ordinal or a roman numeral, none of which is a number elsewhere. Who may join is
left open: one list excludes them, the next excludes them only without a pacemaker.
"""

from __future__ import annotations

import re

from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine

_CONCEPT = "av_block_degree"
_DEGREE = r"(?:first|second|third|1st|2nd|3rd|[123]|III?|I)"
_ASIDE = r"(?: \([^()]{1,24}\))?"
_OWN = rf"{_DEGREE}(?:[ -]?degree)?{_ASIDE}"
_KIND = r"(?:(?:complete|mobitz|type|[I12]{1,2}) ){0,3}"
_BLOCK = r"(?:heart|cardiac|atrio-?ventricular|AV|A-V)[ -](?:nodal |conduction )?block"
_TOLD = pattern_of(
    rf"(?P<sign>(?:greater|more|higher) than (?:an? )?|[>≥] ?)?\b"
    rf"(?P<degrees>{_OWN}(?:(?:,? ?(?:or|and|to|/|and/or) ?|, ?|-){_OWN}){{0,2}})"
    rf"[ -]?(?:degree ?)?{_ASIDE} ?{_KIND}{_BLOCK}|\bdegree (?P<behind>{_DEGREE}) {_KIND}{_BLOCK}",
    re.IGNORECASE,
)
_ONE = pattern_of(rf"\b{_DEGREE}\b(?! ?\))", re.IGNORECASE)
_BRACKETED = pattern_of(r"\([^()]*\)")
_OR_MORE = pattern_of(r"s?,? ?\(?(?:or|and) (?:higher|greater|above|worse|more)\b", re.IGNORECASE)
_VALUES = {"first": 1, "second": 2, "third": 3, "i": 1, "ii": 2, "iii": 3}


def block_facts(line: ReadingLine) -> list[FactRead]:
    """The degrees of heart block that ``line`` names."""
    if "block" not in line.text.lower() or "degree" not in line.text.lower():
        return []
    return [_fact(line, match) for match in _TOLD.finditer(line.text) if "degree" in match.group().lower()]


def _fact(line: ReadingLine, match: re.Match[str]) -> FactRead:
    text, bounds = line.text, line.clipped(match.start(), match.end())
    told = _BRACKETED.sub(" ", match["degrees"] or match["behind"])
    values = sorted({_value(each) for each in _ONE.findall(told)})
    more = _OR_MORE.match(text, match.end())
    end = more.end() if more else match.end()
    before, after = text[bounds[0] : match.start()], text[end : bounds[1]]
    fact = framed(line, match.start(), end, _CONCEPT, "limit.block", before, after, ())
    if len(values) > 1:
        return changed(fact, comparator="in", value_set=tuple(values), reference="absolute")
    sign = ">=" if more or (match["sign"] or "").startswith("≥") else ">" if match["sign"] else "="
    alone = sign == "="
    return changed(
        fact,
        comparator=sign,
        low=values[0],
        low_inclusive=sign != ">",
        high=values[0] if alone else None,
        high_inclusive=True if alone else None,
        reference="absolute",
    )


def _value(degree: str) -> float:
    """The number of a degree."""
    return float(_VALUES.get(degree.lower()) or degree[0])
