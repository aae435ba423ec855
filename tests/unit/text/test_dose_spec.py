"""The dosing pages of tests/spec hold, row by row."""

from __future__ import annotations

import pytest

from harvester.text.doses.dose import DoseRead, read_doses
from harvester.text.doses.dose_amounts import Amounts
from harvester.text.doses.dose_exclusion import without_repeats
from harvester.text.doses.dose_line import canonical_line
from harvester.text.schedules.schedule import read_schedule
from harvester.text.written.flow import flow_text
from harvester.text.written.number import read_range
from harvester.text.written.unit import read_unit
from tests.spec_tables import rows

SHOWN_ROLES = ("step", "single", "placebo", "premedication")


def shown(dose: DoseRead) -> str:
    """A dose as tests/spec/doses.md shows it."""
    line = canonical_line(dose)
    line += f" [{dose.role}]" if dose.role in SHOWN_ROLES else ""
    line += " [or]" if dose.alternative else ""
    return line + (f" [{dose.condition}]" if dose.condition else "")


@pytest.mark.parametrize(("text", "lines"), rows("doses.md"))
def test_doses_read_as_the_page_says(text: str, lines: str) -> None:
    """A text gives exactly the doses of its row, in order."""
    doses = read_doses(text.replace("↵", "\n"), ["drugamab"]).doses

    assert [shown(dose) for dose in doses] == [line.strip() for line in lines.split("<br>")]


@pytest.mark.parametrize(("text", "words", "reason"), rows("dose-refusals.md"))
def test_what_is_no_dose_is_told_with_its_reason(text: str, words: str, reason: str) -> None:
    """The words are seen, left out of the doses, and the reason is kept."""
    flow = flow_text(text)
    start = flow.text.rindex(words)
    told = [a.excluded for a in without_repeats(flow.text, Amounts(flow.text).find(())) if start <= a.start < start + len(words)]
    read = [d for d in read_doses(text, ["drugamab"]).doses if text.rindex(words) <= d.start < text.rindex(words) + len(words)]

    assert (told, read) == ([reason], [])


@pytest.mark.parametrize(("spelling", "code", "per"), rows("dose-units.md"))
def test_units_read_as_the_page_says(spelling: str, code: str, per: str) -> None:
    """A spelling gives its UCUM code and time, and is read to its end."""
    unit = read_unit(spelling, 0)

    assert unit is not None
    assert (unit.code, unit.per_time or "-", unit.end) == (code, per, len(spelling))


@pytest.mark.parametrize(("text", "low", "high", "assumed"), rows("numbers.md"))
def test_numbers_read_as_the_page_says(text: str, low: str, high: str, assumed: str) -> None:
    """A number gives its value, and says what it assumed."""
    number = read_range(text, 0)

    assert number is not None
    assert (number.low, number.high, " ".join(number.flags) or "-") == (float(low), float(high), assumed)


@pytest.mark.parametrize(("phrase", "days", "cycle", "interval", "times", "duration"), rows("schedules.md"))
def test_schedules_read_as_the_page_says(phrase: str, days: str, cycle: str, interval: str, times: str, duration: str) -> None:
    """A phrase gives its days, cycle, interval, times and duration, and nothing it does not tell."""
    read = read_schedule(phrase)
    told = " ".join(str(a) if a == b else f"{a}-{b}" for a, b in read.days or ())
    numbers = (read.cycle_days, read.interval_days, read.times_per_day, read.duration_days)

    assert (told, *numbers) == (days, *(float(cell) if cell else None for cell in (cycle, interval, times, duration)))
