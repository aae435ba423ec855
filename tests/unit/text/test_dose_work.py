"""Twice the text is twice the work, counted in calls of functions, not in seconds."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from harvester.text.doses import dose_exclusion
from harvester.text.doses.dose import MOST_DOSES, DoseReading, read_doses
from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.gate import Gated, Gates, _Unasked
from harvester.text.expressions.pattern import Stated, _Uncompiled
from harvester.text.schedules.schedule import read_schedule

# Counted is how much work a reading is, not which lines it goes through; to note them doubles it.
pytestmark = pytest.mark.no_cover

SHAPES = {
    "one line": "drugamab 80 mg IV over 2 hours on days 1, 8 and 15 of each 28-day cycle, then 1 x 10^6 cells/kg; ",
    "sentences": "Drugamab 80 mg IV over 2 hours on days 1 to 5. Prednisone 10 mg daily orally in cycle 2 (max 20 mg). ",
    "lines": "* Cycle 1: drugamab 80 mg IV (up to 100 mg) for 3 weeks\n* Cohort 2: placebo 20 mg/kg every 2 weeks until PD\n",
    "one list": "10 mg, 20 mg and 40 mg of drugamab or 5 mg of otheramab then ",
    "brackets": "(drugamab 10 mg (5 mg) [2 mg]) after 12 hours before transplant ",
    "ladder": "Dose level 1: 10 mg of drugamab daily, increased as tolerated. Cohort 2: 20 mg. ",
    "radiation": "Radiotherapy 60 Gy in 30 fractions of 2 Gy with drugamab 40 mg/m2 weekly, ",
    "people": "Patients with 20 kg or more will receive drugamab 10 mg, children aged 2 years 5 mg daily for toxicity. ",
    "products": "drugamab 4.5 g (4 g otheramab + 0.5 g drugamab) as two 2 mL injections of 250 mg tablets, increased by 5 mg, ",
    "placebo": "placebo IV followed by drugamab 10 mg (matching placebo for otheramab 5 mg) every 2 weeks, every 3 weeks, ",
    "titration": "10 mg daily for 1 week, then 20 mg for 2 weeks, then 40 mg thereafter; ",
}


# What makes something for all later readings: an expression is compiled, or has its second form made, once it was asked often
# enough, so which reading makes it hangs on all that were read before, in other tests too.
_MAKES = {
    made.__code__
    for made in (Stated._compiled, _Uncompiled.__getattr__, _Unasked.__getattr__, Gated._make, Gates._prepare, Caseless._make)
}


def _calls(read: Callable[[], object]) -> int:
    """How many functions are called by ``read``, without those that make what later readings find made."""
    calls = making = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls, making
        if event in ("call", "return") and frame.f_code in _MAKES:
            making += 1 if event == "call" else -1
        elif not making:
            calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        read()
    finally:
        sys.setprofile(before)
    return calls


def _doses(text: str) -> int:
    return len(_read(text).doses)


def _read(text: str) -> DoseReading:
    return read_doses(text, ["drugamab", "otheramab"], own_agent="drugamab")


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_doses_are_twice_the_work(shape: str) -> None:
    """Up to the most doses that are read of one text."""
    times = next(times for times in range(1, 200) if _doses(SHAPES[shape] * times) >= 30)
    texts = [SHAPES[shape] * (times * factor) for factor in (1, 2, 4)]
    few, many, most = map(_doses, texts)
    once, twice, fourfold = (_calls(partial(_read, text)) for text in texts)

    assert many >= 2 * few - 2
    assert most >= 2 * many - 4 or most == MOST_DOSES
    assert twice < 2.3 * once
    assert fourfold < 2.3 * twice


@pytest.mark.parametrize("piece", ["10 mg, ", "10 mg and ", "10 mg tablets ", "10/20 mg, "])
def test_twice_the_bare_amounts_are_twice_the_work(piece: str) -> None:
    """Each has as many neighbours that it may belong to as any other, once there are more than those."""
    once, twice = (_calls(partial(_read, piece * times)) for times in (120, 240))

    assert twice < 2.3 * once


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (dose_exclusion._AND_MORE, ";"),
        (dose_exclusion._STRENGTHS, " strengths"),
        (dose_exclusion._TO_MAKE, " tablets at a dose of 300 mg"),
    ],
)
def test_a_list_asked_of_every_amount_is_read_to_no_more_than_a_few(words: re.Pattern[str], ends: str) -> None:
    """Else a list of a thousand amounts is read a thousand times, which no count of calls shows."""
    assert words.match(", 50 mg" * 4 + ends)
    far = words.match(", 50 mg" * 1000 + ends)
    assert far is None or far.end() < 120


class _Counted:
    """An expression that counts how often it is asked of a whole text."""

    def __init__(self, words: re.Pattern[str]) -> None:
        self.words, self.whole = words, 0

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        self.whole += not bounds and len(text) > 1000
        return self.words.search(text, *bounds)

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        return self.words.match(text, *bounds)


@pytest.mark.parametrize("piece", ["10 mg tablets ", "10/20 mg, "])
def test_a_whole_text_is_searched_once(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it speaks of giving or of a dose is not asked anew of each amount."""
    given, dosed = _Counted(dose_exclusion._GIVEN), _Counted(dose_exclusion._DOSED)
    monkeypatch.setattr(dose_exclusion, "_GIVEN", given)
    monkeypatch.setattr(dose_exclusion, "_DOSED", dosed)
    _read(piece * 200)

    assert given.whole == 1
    assert dosed.whole <= 1


@pytest.mark.parametrize("shape", ["one line", "brackets", "placebo"])
def test_what_lies_behind_the_last_dose_read_is_no_more_work(shape: str) -> None:
    """Beyond the most doses, text twice as long is at most twice the work."""
    piece = SHAPES[shape] * 150
    once, twice = _calls(partial(_read, piece)), _calls(partial(_read, piece * 2))

    assert twice < 2.3 * once


@pytest.mark.parametrize("shape", SHAPES)
def test_schedules_of_long_texts_are_read_in_one_pass(shape: str) -> None:
    """The words about when are found without comparing each with each."""
    piece = SHAPES[shape] * 40
    assert _calls(partial(read_schedule, piece * 2)) < 2.3 * _calls(partial(read_schedule, piece))
