"""Numbers, units, limits and lists as they are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from math import inf

from harvester.compare.definition_file import definition_rows
from harvester.compare.region import Interval, Region

_NAMES = ("Karnofsky", "Lansky", "Philadelphia", "Child-Pugh")
_TIMES_OF_ONE = {"years": "year", "months": "month", "weeks": "week", "days": "day", "hours": "hour", "minutes": "minute"}
_COUNTED = re.compile(r"[a-z-]+s(?= |/|\Z)")
_ODD = {"copies": "copy", "crises": "crisis", "flashes": "flash", "half-lives": "half-life", "patches": "patch"}


def number(value: float) -> str:
    """A number for reading: no needless decimals, thousands parted, powers of ten where a cell count needs them.

    >>> number(2.0), number(1511), number(0.0001), number(1e7), number(2.5e6)
    ('2', '1,511', '0.0001', '1 × 10⁷', '2.5 × 10⁶')
    """
    if value in (inf, -inf):
        return "∞" if value > 0 else "-∞"
    if abs(value) >= 1e6:
        mantissa, exponent = f"{value:.6e}".split("e")
        return f"{float(mantissa):g} × 10{_superscript(int(exponent))}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.5g}" if abs(value) < 1e4 else f"{value:,.1f}"


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


_LASTING = re.compile(r"(?<![\w./])(\d[\d.]{0,8}(?:-\d[\d.]{0,8})?)([ -])(d|wk|mo|y)(?=[ ,);]|\Z)")
_POWER = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,6})?e\d{1,2}(?![\w.])")


def for_reading(line: str) -> str:
    """A dose's line with its powers of ten, micrograms with their sign, and days, weeks and months as words, for reading.

    >>> for_reading("cells 2e6-1e7 cells/kg, 60 d after transplant"), for_reading("agent 9-28 ug/d IV, 3-mo cycle, for 1-2 y")
    ('cells 2 × 10⁶-1 × 10⁷ cells/kg, 60 days after transplant', 'agent 9-28 µg/d IV, 3-month cycle, for 1-2 years')
    """
    return with_signs(_POWER.sub(lambda match: number(float(match[0])), _LASTING.sub(_time_in_words, line)))


def _time_in_words(span: re.Match[str]) -> str:
    """A span of a dose's line: "3-mo" before what lasts so long, "60 d" by itself."""
    count, between, unit = span.groups()
    return f"{count}{between}{_TIMES['a' if unit == 'y' else unit]}{'' if between == '-' or count == '1' else 's'}"


_PLAIN = re.compile(r"(?<!\w)u(?=(?:g|mol|L)\b)|(?<=/m)2\b")


def with_signs(text: str) -> str:
    """Micrograms, micromoles, microlitres and square metres with their signs, where UCUM writes a u and a 2.

    >>> with_signs("≤ 5 ug/kg/min, 30 umol/L, 200/uL, 15 mg/m2/d")
    '≤ 5 µg/kg/min, 30 µmol/L, 200/µL, 15 mg/m²/d'
    """
    return _PLAIN.sub(lambda found: "µ" if found[0] == "u" else "²", text)


_ANNOTATED = re.compile(r"\{(?P<what>[^{}]*)\}")
_TIMES = {"d": "day", "wk": "week", "mo": "month", "a": "year", "h": "hour"}


@cache
def _unit_labels() -> dict[str, str]:
    return {row["code"]: row["label"] for row in definition_rows("units.csv")}


def unit_label(code: str | None) -> str:
    """A unit for reading; of a code that the file does not know, what is counted is told as a word.

    >>> unit_label("{attacks}/wk"), unit_label("mg{MME}/d"), unit_label("mg/m2/{cycle}")
    ('attacks/week', 'mg MME/day', 'mg/m² a cycle')
    """
    if not code:
        return ""
    told = _unit_labels().get(code, with_signs(code)).replace("/{cycle}", " a cycle")
    if "{" not in told:
        return told
    head, slash, time = told.rpartition("/")
    counted = f"{head}/{_TIMES[time]}" if slash and time in _TIMES else told
    return _ANNOTATED.sub(r" \g<what>", counted).replace("/ ", "/").strip()


def amount(value: float, code: str | None) -> str:
    """A number with its unit, as "14 years", "1 day", "50 %".

    >>> amount(1, "{attacks}/mo"), amount(1, "{copies}/mL"), amount(1, "{ULN}")
    ('1 attack/month', '1 copy/mL', '1 × ULN')
    """
    label = unit_label(code)
    if value == 1 and code and code.startswith("{"):
        label = _COUNTED.sub(lambda word: _ODD.get(word[0], word[0][:-1]), label, count=1)
    elif value == 1:
        label = _TIMES_OF_ONE.get(label, label)
    if label.startswith("/"):
        return number(value) + label
    return f"{number(value)} {label}".strip()


def interval_words(interval: Interval, code: str | None) -> str:
    """An interval in words and signs: "≥ 50 %", "14 to 65 years", "above 0 to 5 %"."""
    low, high = interval.low, interval.high
    if low == high:
        return amount(low, code)
    if high == inf:
        return f"{'≥' if interval.low_inclusive else '>'} {amount(low, code)}" if low != -inf else "any"
    if low == -inf:
        return f"{'≤' if interval.high_inclusive else '<'} {amount(high, code)}"
    start = number(low) if interval.low_inclusive else f"above {number(low)}"
    end = f"to {amount(high, code)}" if interval.high_inclusive else f"to below {amount(high, code)}"
    return f"{start} {end}"


def region_words(region: Region, code: str | None) -> str:
    """A region in words and signs; parts are joined by "or"."""
    if region.values is not None:
        return listed(sorted(region.values), "or") or "nobody"
    return listed([interval_words(each, code) for each in region.intervals], "or") or "nobody"


def lowered(label: str) -> str:
    """A label inside a sentence: without its capital, unless it is a name or an abbreviation."""
    return label if label[:2].isupper() or label.startswith(_NAMES) else label[:1].lower() + label[1:]


def listed(parts: Sequence[str], joiner: str = "and") -> str:
    """Parts as a list in words: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joiner} {parts[-1]}"


def shortened(text: str, length: int = 120) -> str:
    """``text`` on one line, cut at a word near ``length`` with an ellipsis; a bracket that is cut into ends behind it."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    kept = line[:length].rsplit(" ", 1)[0].rstrip(",;:")
    return f"{kept} …{')' * (kept.count('(') - kept.count(')'))}"
