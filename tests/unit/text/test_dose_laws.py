"""Laws that hold for every text: offsets quote it, a basis is never lost, the same text gives the same doses."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text.doses.agent import agent_names
from harvester.text.doses.dose import Agent, read_doses
from harvester.text.doses.dose_answer import answer_doses
from harvester.text.schedules.schedule import answer_schedule
from harvester.text.written.flow import flow_text
from harvester.text.written.number import read_number
from harvester.text.written.unit import read_unit, spellings

BASES = ("mg", "ug", "mcg", "g", "IU", "units", "mmol", "MBq", "mL")
BASIS = {"/kg": "kg", " per kg": "kg", "/ kg": "kg", "/m2": "m2", "/m²": "m2", "/m\\^2": "m2", "/kg of body weight": "kg"}
TIMES = {"": None, "/day": "d", "/d": "d", " per day": "d", "/h": "h", "/week": "wk"}
FRAGMENTS = (
    "drugamab", "80 mg", "mg/m2", "IV", "on day 1", "of each 21-day cycle", "\n\n* ", "Cycle 2:", "(", ")", "AUC 6",
    "up to", "max", "1 x 10\\^6 cells/kg", "12 hours before", "transplant", "every 3 weeks", ";", ".", " ", "≥", "&lt;",
    "\\<50 kg", "3×105", "／", "5-10", "or", "then", "then every 4 weeks", "in cycles 1-2,", "weekly", "from cycle 7",
    "thereafter",
    "starting day +5", "4 weeks on, 2 weeks off", "in 10 fractions", "50 Gy", "(adults)", "A and B (5 mg, 10 mg)", "≥ C10",
)  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=25))
def test_offsets_quote_the_raw_text(parts: list[str]) -> None:
    """Whatever the text, start and end give the quote, and nothing is read twice at one place."""
    text = " ".join(parts)
    reading = read_doses(text, ["drugamab"])
    spans = [(item.start, item.end) for item in (*reading.doses, *reading.unread, *reading.not_doses)]

    assert all(text[d.start : d.end] == d.quote != "" for d in (*reading.doses, *reading.unread, *reading.not_doses))
    assert len(spans) == len(set(spans))


@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=25))
def test_answers_are_json_and_always_the_same(parts: list[str]) -> None:
    """The answers of the command can be written, and asking twice changes nothing."""
    question = {"id": 1, "text": " ".join(parts), "agents": ["drugamab"]}

    assert json.dumps(answer_doses(question), allow_nan=False) == json.dumps(answer_doses(question))
    assert json.dumps(answer_schedule(question), allow_nan=False) == json.dumps(answer_schedule(question))


@pytest.mark.parametrize("basis", BASIS)
@pytest.mark.parametrize("base", BASES)
def test_a_basis_is_never_lost(base: str, basis: str) -> None:
    """However "per kg" and "per m2" are written, and whatever time follows, the code keeps them."""
    for written, per_time in TIMES.items():
        doses = read_doses(f"drugamab 25 {base}{basis}{written} IV daily", ["drugamab"]).doses

        assert [(d.unit.rpartition("/")[2], d.per_time) for d in doses] == [(BASIS[basis], per_time)]


@pytest.mark.parametrize(
    "damaged", ["mg/m IV", "mg/k daily", "ug/sq IV", "mg/m<sup>2</sup> IV", "mg / sq. meter", "mg/lb", "mg/kgxyz"]
)
def test_a_damaged_basis_is_not_guessed(damaged: str) -> None:
    """A unit whose basis was cut is told as unread, never as a plain amount."""
    reading = read_doses(f"drugamab 25 {damaged}", ["drugamab"])

    assert (reading.doses, [item.reason for item in reading.unread]) == ((), ["damaged unit"])


@given(st.integers(1, 99), st.integers(3, 14))
def test_a_power_of_ten_reads_the_same_however_it_is_written(mantissa: int, power: int) -> None:
    """Five spellings of one number are one number."""
    spelt = (
        f"{mantissa} x 10^{power}",
        f"{mantissa}×10^{power}",
        f"{mantissa}E{power}",
        f"{mantissa}*10**{power}",
        f"{mantissa}x10({power})",
    )
    read = {number.value for text in spelt if (number := read_number(text, 0))}

    assert read == {float(mantissa * 10**power)}


@given(st.text(max_size=60))
def test_flowing_text_points_home(text: str) -> None:
    """Every character of flowing text stands for characters of the raw text, in order."""
    flow = flow_text(text)
    starts = [flow.raw_span(at, at + 1).start for at in range(len(flow.text))]

    assert starts == sorted(starts)
    assert all(flow.raw_span(at, at + 1).end <= len(text) for at in range(len(flow.text)))


def test_every_unit_code_is_ucum() -> None:
    """Every code of units.txt parses as UCUM, with and without basis."""
    parser = pytest.importorskip("ucumvert").get_ucum_parser()
    codes = {item.code.removesuffix("{lost}") for item in spellings() if item.kind not in ("basis", "time", "each")}
    for code in sorted(codes):
        parser.parse(code)
    for base in ("mg", "ug", "[IU]", "{cells}", "MBq", "mmol"):
        for basis in ("kg", "m2"):
            parser.parse(f"{base}/{basis}")


def test_every_spelling_is_read_to_its_end() -> None:
    """No spelling of units.txt is hidden by another."""
    hidden = []
    for item in spellings():
        if item.kind in ("basis", "time", "each") or " " in item.text:
            continue
        unit = read_unit(item.text, 0)
        if unit is None or unit.end != len(item.text):
            hidden.append(item.text)

    assert hidden == []


def test_names_of_the_record_lead_to_the_agent() -> None:
    """A text that uses another name of an intervention is read as that intervention."""
    doses = read_doses("MabX 10 mg, then placebo 20 mg", [Agent("Drugamab (MabX)", ("DX-1000",)), "Placebo"]).doses

    assert [dose.listed_agent for dose in doses] == ["Drugamab (MabX)", "Placebo"]


def test_amounts_are_no_part_of_a_name() -> None:
    """An intervention is called by its name without amounts and forms."""
    names = agent_names("Botulinum Toxin Type A 25 IU")

    assert names == ("Botulinum Toxin Type A",)


def test_a_dose_without_an_agent_says_so() -> None:
    """No agent is made up; the intervention's own name is used where the field is its own."""
    alone, own = read_doses("10 mg daily").doses[0], read_doses("10 mg daily", own_agent="Drugamab 10 mg tablet").doses[0]

    assert (alone.agent, alone.flags) == (None, ("agent_not_named",))
    assert (own.agent, own.flags) == ("drugamab 10 mg tablet"[:8], ("agent_own",))


def test_a_ladder_is_never_a_sequence() -> None:
    """Rungs of an escalation are levels, each with its label; none is a step."""
    text = "Dose level 1: 10 mg; dose level 2: 20 mg; dose level 3: 40 mg of drugamab once daily"
    doses = read_doses(text, ["drugamab"]).doses

    assert [(dose.role, dose.level_label) for dose in doses] == [("level", f"{'Dd'[n > 0]}ose level {n + 1}") for n in range(3)]


@pytest.mark.no_cover
def test_reading_takes_time_in_proportion_to_the_text() -> None:
    """Ten times the text takes about ten times as long: no pattern explodes."""
    piece = "drugamab 80 mg IV over 2 hours on days 1, 8 and 15 of each 28-day cycle, then 1 x 10^6 cells/kg; "

    def seconds(text: str) -> float:
        start = time.process_time()
        read_doses(text, ["drugamab"])
        return time.process_time() - start

    seconds(piece * 5)
    short, long = seconds(piece * 10), seconds(piece * 100)

    assert long < 60 * max(short, 0.004)


@pytest.mark.parametrize(
    "hostile",
    ["1" * 20000, "10 mg " * 5000, "(" * 20000, "day 1, " * 5000, "1-" * 10000, "a" * 50000, " " * 50000, "AUC " * 9000],
)
@pytest.mark.no_cover
def test_hostile_text_is_read_in_good_time(hostile: str) -> None:
    """Long runs of one thing do no harm."""
    start = time.process_time()
    read_doses(f"drugamab 5 mg {hostile} 5 mg", ["drugamab"])

    assert time.process_time() - start < 8


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_phases_follow_one_another_without_a_gap(first: int, second: int, third: int) -> None:
    """Each phase of one amount begins with the cycle after the last of the one before, whatever the numbers."""
    a, b = 1 + first, 2 + first + second
    text = f"drugamab 10 mg weekly in cycles 1-{a}, every 2 weeks in cycles {a + 1}-{b + third} and every 4 weeks thereafter"
    (dose,) = read_doses(text, ["drugamab"]).doses

    assert (dose.cycle_from, dose.cycle_to) == (1, a)
    assert [(phase.cycle_from, phase.cycle_to) for phase in dose.later] == [(a + 1, b + third), (b + third + 1, None)]


def test_a_dose_without_a_name_is_of_the_only_agent_asked_for() -> None:
    """Of one agent given every dose that names none is; of several none is guessed, and a beam is of no medicine."""
    text = "Dose level 1: 5 mg daily. Dose level 2: 10 mg daily. 50 Gy"

    assert [dose["agent"] for dose in _doses(text, ["Drugamab"])] == ["drugamab", "drugamab", None]
    assert [dose["agent"] for dose in _doses(text, ["Drugamab", "Othercept"])] == [None, None, None]


def _doses(text: str, agents: list[str]) -> list[dict[str, object]]:
    found = answer_doses({"id": 1, "text": text, "agents": agents})["doses"]
    assert isinstance(found, list)
    return found


def test_the_only_agent_asked_for_is_no_placebo_beside_a_medicine() -> None:
    """A dose that names none is of the only agent asked for, but not where the placebo is what is given instead."""
    beside = answer_doses({"text": "Drug (25 mg/kg) or placebo", "agents": ["Placebo"]})["doses"]
    alone = answer_doses({"text": "2 mL daily", "agents": ["Placebo"]})["doses"]

    assert [dose["agent"] for dose in beside] == [None]
    assert [dose["agent"] for dose in alone] == ["placebo"]
