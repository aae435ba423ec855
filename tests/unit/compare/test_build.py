"""Comparisons of synthetic trials: states, panels, doses, sentences, and the object itself."""

from __future__ import annotations

import json
from dataclasses import replace
from time import process_time
from typing import get_args

import pytest

from harvester.compare import chosen_rows
from harvester.compare.arms import MANY
from harvester.compare.build import LARGEST, build_comparison
from harvester.compare.chosen_rows import narrowed
from harvester.compare.model import GROUPS, CellRef, Comparison, Member, State, Verdict
from harvester.schema import as_json
from harvester.tables import CentralContact, Country, Facility, RecordConflict, Sponsor, StudyRows, TextCoverage, UnreadText
from tests.unit.compare.synthetic import ARMS, CRITERIA, SyntheticTrial, at_least, at_most, below_excluded


def reference(**dates: str) -> SyntheticTrial:
    """A synthetic trial with the dosing shape of the reference case: a step dose, then three more cycles, and a cell infusion."""
    phase = {"phase": "PHASE2", "phase_label": "Phase 2", "phases": '["PHASE2"]'}
    trial = SyntheticTrial(1, study=phase | {"enrollment": 31} | dates)
    trial.arm("Only", "Blinatumomab", "DLI")
    trial.criterion("LVEF ≥50%", at_least("lvef", 50, unit="%", canonical_unit="%", quote="≥50%"), domain="cardiac")
    trial.criterion("EF <60%", below_excluded("lvef", 60, unit="%", canonical_unit="%", quote="<60%"), section="exclusion")
    trial.dose("blinatumomab", 9, "ug", {"cycle": 1, "day_start": 60.0, "day_end": 62.0, "t0_event": "transplant"})
    later = [
        {"cycle": cycle, "day_start": 60.0 + 91 * (cycle - 1), "day_end": 73.0 + 91 * (cycle - 1), "t0_event": "transplant"}
        for cycle in (2, 3, 4)
    ]
    first = {"cycle": 1, "day_start": 63.0, "day_end": 73.0, "t0_event": "transplant"}
    trial.dose("blinatumomab", 28, "ug", first, *later)
    trial.dose("DLI", 1e7, "{cells}/kg", {"cycle": None, "day_start": 120.0, "day_end": 120.0, "t0_event": "transplant"})
    return trial


def other() -> SyntheticTrial:
    trial = SyntheticTrial(2, study={"phase": "PHASE1", "phase_label": "Phase 1", "phases": '["PHASE1"]', "enrollment": 20})
    trial.arm("Arm A", "Blinatumomab injection")
    trial.criterion("LVEF ≥ 45 %", at_least("lvef", 45, unit="%", canonical_unit="%", quote="≥ 45 %"), domain="cardiac")
    trial.dose("blinatumomab", 15, "ug/m2", {"cycle": 1, "day_start": 0.0, "day_end": 27.0, "t0_event": "day 1"})
    return trial


def compared(*trials: SyntheticTrial, **options: object) -> Comparison:
    return build_comparison([trial.done() for trial in trials], collection_size=10, **options)  # type: ignore[arg-type]


def row(comparison: Comparison, panel: str, key: str):  # type: ignore[no-untyped-def]
    return next(each for each in comparison.panel(panel).rows if each.key == key)


def test_limits_of_one_trial_come_to_one_and_are_compared() -> None:
    lvef = row(compared(reference(), other()), "criteria", "lvef")

    assert lvef.cells[0].summary == "≥ 60 %"
    assert [line.text for line in lvef.cells[0].lines] == ["≥ 50 %", "≥ 60 %"]
    assert lvef.cells[0].verdict is None
    assert lvef.cells[1].verdict == "looser"
    assert lvef.differs


def test_every_line_of_a_criterion_quotes_its_words() -> None:
    for cell in row(compared(reference(), other()), "criteria", "lvef").cells:
        for line in cell.lines:
            assert all(source.quote and source.end - source.start == len(source.quote) for source in line.sources)


def test_totals_have_the_formula_that_made_them() -> None:
    totals = compared(reference(), other()).totals

    assert [(total.agent, total.formula) for total in totals if total.nct_id == "NCT99000001"] == [
        ("blinatumomab", "335 + 3 × 392 = 1,511 µg")
    ]


def test_amounts_per_surface_and_amounts_stay_apart() -> None:
    formulas = [total.formula for total in compared(reference(), other()).totals]

    assert formulas == ["335 + 3 × 392 = 1,511 µg", "28 × 15 = 420 µg/m²"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"alternative": True}, "a choice"),
        ({"condition": "if tolerated"}, "a condition"),
        ({"amount_high": 30.0}, "a range"),
        ({"weeks": "[[1, 4]]"}, "weeks"),
        ({"flags": as_json(["up_to"])}, "at most"),
        ({"duration_unit": "mo"}, "months"),
    ],
)
def test_no_total_where_the_text_leaves_something_open(change: dict[str, object], reason: str) -> None:
    trial = SyntheticTrial(1).arm("Only", "blinatumomab")
    trial.dose("blinatumomab", 28, "ug", {"cycle": 1, "day_start": 0.0, "day_end": 27.0}, **change)

    assert compared(trial, other()).totals[:1] != (), "the other trial has one"
    assert all(total.nct_id != "NCT99000001" for total in compared(trial, other()).totals), reason


def test_no_total_of_an_open_end_or_of_days_given_twice() -> None:
    open_ended = SyntheticTrial(1).arm("Only", "a drug")
    open_ended.dose("a drug", 5, "mg", {"day_start": 0.0, "day_end": 9.0, "open_ended": True})
    twice = SyntheticTrial(2).arm("Only", "a drug")
    twice.dose("a drug", 5, "mg", {"day_start": 0.0, "day_end": 9.0}, line="a drug 5 mg, days 1-10")
    twice.dose("a drug", 6, "mg", {"day_start": 5.0, "day_end": 9.0}, line="a drug 6 mg, days 6-10")

    assert compared(open_ended, twice).totals == ()


def test_the_same_dose_in_arm_and_intervention_counts_once() -> None:
    trial = SyntheticTrial(1).arm("Only", "a drug")
    for path in (f"{ARMS}.armGroups[0].description", f"{ARMS}.interventions[0].description"):
        trial.dose("a drug", 5, "mg", {"day_start": 0.0, "day_end": 9.0}, source_path=path)
    comparison = compared(trial, other())

    assert comparison.totals[0].formula == "10 × 5 = 50 mg"
    lines = next(panel for panel in comparison.panels if panel.title == "A drug").rows[0].cells[0].lines
    assert [len(line.sources) for line in lines] == [2]


def test_timelines_count_from_the_transplant_and_from_the_first_dose() -> None:
    by_key = {timeline.key: timeline for timeline in compared(reference(), other()).timelines}

    assert list(by_key) == ["transplant", "first-dose"]
    assert [bar.day_start for bar in by_key["transplant"].lanes[0].bars][:2] == [60.0, 63.0]
    assert [bar.day_start for bar in by_key["first-dose"].lanes[0].bars][:2] == [0.0, 3.0]
    assert by_key["transplant"].unit is None
    assert "NCT99000002" in (by_key["transplant"].note or "")
    assert {lane.nct_id for lane in by_key["first-dose"].lanes} == {"NCT99000001", "NCT99000002"}


def test_what_is_given_before_the_first_dose_of_another_drug_is_drawn_before_it() -> None:
    before = {"day_start": -0.5, "day_end": -0.5, "t0_event": "onset of blinatumomab infusion"}
    premedicated = SyntheticTrial(3).dose("blinatumomab", 28, "ug").dose("dexamethasone", 20, "mg", before)
    (timeline,) = compared(premedicated).timelines

    assert [bar.day_start for bar in timeline.lanes[0].bars] == [-0.5]


def test_chosen_rows_bring_their_sentences_pairs_lanes_and_totals_and_nothing_else() -> None:
    whole = compared(reference(), other())
    chosen = compared(reference(), other(), rows=("LVEF", "dosing-blinatumomab"))
    there = {(panel.key, row.key) for panel in chosen.panels for row in panel.rows}

    assert {panel.key for panel in chosen.panels} == {"criteria", "dosing-blinatumomab"}
    assert all(row in whole.panel(panel.key).rows for panel in chosen.panels for row in panel.rows)
    assert {lane.agent for timeline in chosen.timelines for lane in timeline.lanes} == {"blinatumomab"}
    assert {lane.agent for timeline in whole.timelines for lane in timeline.lanes} > {"blinatumomab"}
    assert {(ref.panel, ref.row) for each in chosen.sentences for ref in each.refs} <= there
    assert {(each.ref.panel, each.ref.row) for each in chosen.pairs} == {("criteria", "lvef")}
    assert chosen.stated_only == ()
    assert chosen.notes[-1] == f"Chosen: {len(there)} of {sum(len(panel.rows) for panel in whole.panels)} rows."


def test_a_group_of_panels_is_chosen_by_its_name() -> None:
    """As the page's own list of parts names it."""
    chosen = compared(reference(), other(), rows=("dosing",))

    assert {panel.group for panel in chosen.panels} == {"dosing"}
    whole = [panel for panel in compared(reference(), other()).panels if panel.group == "dosing"]
    assert [panel.rows for panel in chosen.panels] == [panel.rows for panel in whole]


def test_a_name_that_no_row_goes_by_is_looked_for_in_labels_and_then_in_what_one_trial_alone_states() -> None:
    trials = reference().criterion("MRD-negative before enrolment"), other()
    words = compared(*trials, rows=("ejection fraction",))
    alone = compared(*trials, rows=("mrd", "lvef", "ferritin"))

    assert [row.key for panel in words.panels for row in panel.rows] == ["lvef"]
    assert [row.key for panel in alone.panels for row in panel.rows] == ["lvef"]
    assert [[line.text for line in each.lines] for each in alone.stated_only] == [["MRD-negative before enrolment"]]
    assert alone.notes[-1].startswith("Chosen: 1 of ")
    assert alone.notes[-1].endswith(
        " rows and 1 criterion that one trial alone states. No row of these trials is called ferritin."
    )
    assert compared(*trials, rows=("fraction of",)).panels == ()


def test_words_in_the_name_of_a_row_choose_what_one_trial_alone_states_with_them_too() -> None:
    """Whoever asks for "transplant" means the row "Prior transplant" and the one trial's "no transplant planned" alike."""
    trials = reference().criterion("Ejection fraction measured at the site before enrolment"), other()
    by_words, by_name = compared(*trials, rows=("ejection fraction",)), compared(*trials, rows=("lvef",))

    assert [row.key for panel in by_words.panels for row in panel.rows] == ["lvef"]
    assert [line.text for each in by_words.stated_only for line in each.lines] == [
        "Ejection fraction measured at the site before enrolment"
    ]
    assert by_name.stated_only == ()


def test_the_name_of_a_drug_chooses_its_doses_and_what_criteria_say_of_it() -> None:
    """Whoever asks for a drug means who may have had it as well; its panel's own name means its doses alone."""
    trials = reference().criterion("No blinatumomab for more than 14 days"), other()
    by_drug, by_panel = (compared(*trials, rows=(name,)) for name in ("Blinatumomab", "dosing-blinatumomab"))

    assert {"interventions", "dosing-blinatumomab"} <= {panel.key for panel in by_drug.panels}
    assert [line.text for each in by_drug.stated_only for line in each.lines] == ["No blinatumomab for more than 14 days"]
    assert ({panel.key for panel in by_panel.panels}, by_panel.stated_only) == ({"dosing-blinatumomab"}, ())


def test_a_word_that_no_row_goes_by_chooses_the_criteria_that_have_it() -> None:
    trials = [SyntheticTrial(number).criterion("LVEF ≥ 50 % by echo", at_least("lvef", 50)) for number in (1, 2)]
    by_word, by_name = (compared(*trials, rows=(name,)).panels for name in ("Echo", "LVEF"))

    assert [row.key for panel in by_word for row in panel.rows] == ["lvef"]
    assert by_word == by_name
    assert compared(*trials, rows=("ech",)).panels == ()


def test_what_is_said_is_gone_through_once_for_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address has room for thousands of names: each was held against each text anew, and such a page took minutes."""
    trials = [SyntheticTrial(number).criterion("LVEF ≥ 50 % by echo", at_least("lvef", 50)) for number in (1, 2)]
    whole = compared(*trials)
    looked_at: list[str] = []
    plain = chosen_rows._plain
    monkeypatch.setattr(chosen_rows, "_plain", lambda text: looked_at.append(text) or plain(text))

    narrowed(whole, ("nothing",))
    once, names = len(looked_at), tuple(f"word{number}" for number in range(100))
    narrowed(whole, names)
    assert len(looked_at) < 2 * once + 5 * len(names)


def test_a_name_without_a_letter_chooses_nothing() -> None:
    """It chose the doses that are written under no name."""
    assert compared(reference().dose(None, 5, "mg"), other().dose(None, 5, "mg"), rows=("!",)).panels == ()


def test_a_row_that_lost_its_other_trial_is_still_found_by_its_name() -> None:
    """An address keeps the names of rows when a trial is taken away."""
    alone = compared(reference().criterion("MRD-negative before enrolment"), other(), rows=("criteria.mrd",))

    assert [line.text for each in alone.stated_only for line in each.lines] == ["MRD-negative before enrolment"]


def test_doses_are_chosen_by_the_name_they_are_written_under() -> None:
    chosen = compared(reference(), other(), rows=("dli",))

    assert [panel.title for panel in chosen.panels if panel.group == "dosing"] == ["Donor lymphocyte infusion"]
    assert [each.agent for each in chosen.totals] == []


def test_days_are_drawn_of_the_chosen_drugs_alone() -> None:
    whole = compared(reference(), other())
    others = [panel.key for panel in whole.panels if panel.group == "dosing" and panel.key != "dosing-blinatumomab"]
    rest = compared(reference(), other(), rows=others)

    assert compared(reference(), other(), rows=("lvef",)).timelines == ()
    assert {lane.agent for timeline in rest.timelines for lane in timeline.lanes} == {
        lane.agent for timeline in whole.timelines for lane in timeline.lanes
    } - {"blinatumomab"}


def test_totals_are_chosen_by_trial_and_agent_not_by_the_end_of_their_words() -> None:
    days = {"cycle": 1, "day_start": 0.0, "day_end": 9.0}
    trials = [SyntheticTrial(number).arm("Only", "drugamab", "otheramab") for number in (1, 2)]
    for trial in trials:
        trial.dose("drugamab", 5, "mg", days).dose("otheramab", 5, "mg", days)
    alone = SyntheticTrial(3).arm("Only", "drugamab", "thirdamab")
    alone.dose("drugamab", 5, "mg", days).dose("thirdamab", 5, "mg", days)
    many = (*trials, alone, *(SyntheticTrial(number).arm("Only", "drugamab") for number in range(4, 4 + MANY)))

    assert {each.agent for each in compared(*trials).totals} == {"drugamab", "otheramab"}
    assert {each.agent for each in compared(*trials, rows=("dosing-drugamab",)).totals} == {"drugamab"}
    assert {each.agent for each in compared(*many, rows=("dosing-only-here",)).totals} == {"thirdamab"}


def test_of_a_frozen_comparison_nothing_is_worded_anew() -> None:
    whole = compared(reference(), other())
    older = replace(whole, sentences=tuple(replace(each, text=f"Then: {each.text}") for each in whole.sentences))
    chosen = narrowed(older, ("LVEF",), is_frozen=True)

    assert chosen.sentences
    assert set(chosen.sentences) <= set(older.sentences)
    assert {(each.ref.panel, each.ref.row) for each in chosen.pairs} == {("criteria", "lvef")}
    assert chosen.pairs == narrowed(whole, ("LVEF",)).pairs


def test_what_a_timeline_says_is_said_of_the_chosen_drugs() -> None:
    days = {"cycle": 1, "day_start": 3.0, "day_end": 9.0}
    first = SyntheticTrial(1).arm("Only", "drugamab", "otheramab", "thirdamab", "fourthamab")
    first.dose("otheramab", 7, "ug", days | {"day_start": 0.0}).dose("drugamab", 5, "mg", days)
    first.dose("thirdamab", 5, "mg").dose("fourthamab", 5, "mg", days | {"t0_event": "transplant"})
    second = SyntheticTrial(2).arm("Only", "drugamab", "otheramab", "thirdamab", "fourthamab")
    for agent in ("drugamab", "otheramab", "thirdamab", "fourthamab"):
        second.dose(agent, 5, "mg")
    whole = compared(first, second, zero="first dose").timelines[0]
    (chosen,) = compared(first, second, zero="first dose", rows=("dosing-drugamab",)).timelines
    everything = compared(first, second, zero="first dose", rows=("dosing",)).timelines[0]

    assert (whole.unit, chosen.unit) == (None, "mg")
    assert [bar.day_start for lane in chosen.lanes for bar in lane.bars] == [3.0]
    assert chosen.note == (
        "not drawn, because where their days lie is not told or was not read: drugamab in NCT99000002; "
        "day 0 is the first dose of the trial, also where it is one of a drug that is not shown"
    )
    assert whole.note is not None
    assert "fourthamab in NCT99000001; not drawn" in whole.note
    assert everything == whole


def test_a_zero_that_no_trial_counts_from_is_said() -> None:
    comparison = compared(reference(), other(), zero="surgery")

    assert comparison.timelines == ()
    (note,) = [note for note in comparison.notes if "surgery" in note]
    assert note.endswith("Doses here are counted from: transplant, day 1, first dose.")


def test_a_zero_can_be_chosen() -> None:
    assert [each.zero for each in compared(reference(), other(), zero="first dose").timelines] == ["first dose"]


def test_a_trial_that_does_not_give_an_agent_is_not_said_to_leave_its_dose_out() -> None:
    without = SyntheticTrial(3).arm("Only", "placebo")
    doses = row(compared(reference(), without), "dosing-blinatumomab", "doses")

    assert doses.cells[1].state == "not applicable"


def test_a_dose_is_not_read_where_numbers_of_the_arms_were_not() -> None:
    unread = SyntheticTrial(3).arm("Only", "blinatumomab")
    path = f"{ARMS}.armGroups[0].description"
    unread.rows.append(
        UnreadText(nct_id=unread.nct_id, source_path=path, source_start=0, source_end=7, quote="28 each", reason="no unit")
    )
    silent = SyntheticTrial(4).arm("Only", "blinatumomab")
    cells = row(compared(reference(), unread, silent), "dosing-blinatumomab", "doses").cells

    assert [cell.state for cell in cells] == ["stated", "not read", "not stated"]
    assert cells[1].lines[0].sources[0].quote == "28 each"


def test_a_text_that_speaks_of_organs_in_general_does_not_state_what_it_never_names() -> None:
    general = SyntheticTrial(3).criterion("Adequate organ function as evidenced by laboratory results")
    cell = row(compared(reference(), general), "criteria", "lvef").cells[1]

    assert (cell.state, cell.note) == ("not stated", "only spoken of in general, without naming it (inclusion 1)")


@pytest.mark.parametrize(
    ("text", "state", "says"),
    [
        ("Adequate liver function", "not stated", "only spoken of in general, without naming it (inclusion 1)"),
        ("Adequate renal and hepatic function", "not stated", "only spoken of in general, without naming it (inclusion 1)"),
        ("Normal hepatic and renal function", "not stated", "only spoken of in general, without naming it (inclusion 1)"),
        ("Impaired hepatic function at any time", "not read", "spoken of, but no value was read"),
        ("Inability to clear drugs by the liver", "not read", "spoken of, but no value was read"),
    ],
)
def test_adequate_function_of_an_organ_speaks_of_no_disease_of_it(text: str, state: str, says: str) -> None:
    disease = {"concept": "liver_disease", "comparator": "present", "value_set": '["present"]', "quote": "cirrhosis"}
    trials = (SyntheticTrial(1).criterion("No cirrhosis", disease, section="exclusion"), SyntheticTrial(2).criterion(text))
    cell = row(compared(*trials), "criteria", "liver_disease").cells[1]

    assert (cell.state, cell.note) == (state, says)


def test_a_change_of_unit_shows_no_more_figures_than_were_written() -> None:
    fact = at_least("hemoglobin", 5.5, unit="mmol/L", canonical_unit="g/dL", canonical_low=8.8626, quote="≥ 5.5 mmol/L")
    fact["eligible_low"] = 8.8626
    converted = SyntheticTrial(3).criterion("Haemoglobin ≥ 5.5 mmol/L", fact)
    plain = SyntheticTrial(4).criterion("Hb ≥ 9 g/dL", at_least("hemoglobin", 9, unit="g/dL", canonical_unit="g/dL"))
    cells = row(compared(converted, plain), "criteria", "hemoglobin").cells

    assert [cell.lines[0].text for cell in cells] == ["about ≥ 8.9 g/dL, as written ≥ 5.5 mmol/L", "≥ 9 g/dL"]


def test_a_dose_says_whom_it_is_for_and_that_it_is_one_of_a_choice() -> None:
    trial = SyntheticTrial(3).arm("Only", "drugamab").dose("drugamab", 80, "mg", condition="subjects < 50 kg")
    trial.dose("drugamab", 160, "mg", condition="subjects \\>= 50 kg").dose("drugamab", 40, "mg", alternative=True)
    doses = row(compared(trial, reference()), "dosing-drugamab", "doses").cells[0]

    assert [line.text for line in doses.lines] == [
        "drugamab 80 mg (subjects < 50 kg)",
        "drugamab 160 mg (subjects >= 50 kg)",
        "drugamab 40 mg (one of several to choose from)",
    ]


def test_a_dose_that_its_arm_tells_again_with_more_words_stands_once() -> None:
    daily = {"frequency_count": 1.0, "frequency_period": 1.0, "frequency_unit": "d"}
    label = {"source_path": f"{ARMS}.armGroups[0].label", "per_time": "d"}
    trial = SyntheticTrial(3).arm("Only", "drugamab").dose("drugamab", 80, "mg", **label)
    trial.dose("drugamab", 80, "mg", route="oral", line="drugamab 80 mg oral daily", **daily)
    trial.dose("drugamab", 80, "mg", route="intravenous", line="drugamab 80 mg IV")
    doses = row(compared(trial, reference()), "dosing-drugamab", "doses").cells[0]

    assert [line.text for line in doses.lines] == ["drugamab 80 mg oral daily", "drugamab 80 mg IV"]


def test_states_of_criteria_are_kept_apart() -> None:
    speaks = SyntheticTrial(3).criterion("Adequate ejection fraction on echocardiography")
    silent = SyntheticTrial(4).criterion("Signed consent")
    empty = SyntheticTrial(5)
    cells = row(compared(reference(), other(), speaks, silent, empty), "criteria", "lvef").cells

    assert [cell.state for cell in cells] == ["stated", "stated", "not read", "not stated", "not read"]
    assert cells[2].lines[0].text == "Adequate ejection fraction on echocardiography"
    assert cells[4].note == "the eligibility text is not at hand"


def test_another_measure_of_the_same_thing_is_named() -> None:
    ecog = SyntheticTrial(1).criterion("ECOG 0-2", at_most("ecog", 2, quote="0-2"))
    karnofsky = SyntheticTrial(2).criterion("Karnofsky at least 70", at_least("karnofsky", 70, quote="at least 70"))
    cell = row(compared(ecog, karnofsky), "criteria", "ecog").cells[1]

    assert cell.state == "not stated"
    assert cell.note == "states instead: Karnofsky performance status ≥ 70"


def test_a_limit_of_one_aminotransferase_does_not_stand_for_the_other() -> None:
    both = SyntheticTrial(1).criterion(
        "ALT and AST ≤ 3 × ULN", at_most("alt", 3, reference="ULN", quote="≤ 3"), at_most("ast", 3, reference="ULN", quote="≤ 3")
    )
    alone = SyntheticTrial(2).criterion("ALT ≤ 2.5 × ULN", at_most("alt", 2.5, reference="ULN", quote="≤ 2.5"))
    made = compared(both, alone)
    cell = row(made, "criteria", "ast").cells[1]

    assert cell.state == "not stated"
    assert cell.note == "a related one is stated: alanine aminotransferase ≤ 2.5 × ULN"
    assert [each.certain for each in made.pairs if each.ref.row == "ast"] == [False]


def test_what_was_read_as_one_thing_is_not_said_to_speak_of_its_sister() -> None:
    graded = SyntheticTrial(1).criterion("GVHD of grade ≤ 2", at_most("gvhd_grade", 2, quote="≤ 2"))
    presence = {"concept": "active_gvhd", "comparator": "present", "eligible_set": as_json(["absent"]), "quote": "Active GVHD"}
    active = SyntheticTrial(2).criterion("Active GVHD", presence, section="exclusion")
    pair = SyntheticTrial(3).criterion("ALT and AST within range", at_most("alt", 3, reference="ULN", quote="ALT"))
    asked = SyntheticTrial(4).criterion("AST ≤ 3 × ULN", at_most("ast", 3, reference="ULN", quote="≤ 3"))

    assert row(compared(graded, active), "criteria", "gvhd_grade").cells[1].state == "not stated"
    assert row(compared(asked, pair), "criteria", "ast").cells[1].state == "not read"


def test_a_table_of_limits_is_counted_where_another_measure_is_asked_for() -> None:
    clearance = SyntheticTrial(1).criterion("CrCl ≥ 60 mL/min", at_least("creatinine_clearance", 60, quote="≥ 60"))
    ages = [
        at_most("creatinine_serum", high, condition=f"{age} years", quote=f"{high}")
        for age, high in (("1 to 2", 0.6), ("2 to 6", 0.8), ("6 to 10", 1.1), ("10 to 13", 1.2))
    ]
    table = SyntheticTrial(2).criterion("Creatinine by age: 0.6, 0.8, 1.1, 1.2 mg/dL", *ages)
    cell = row(compared(clearance, table), "criteria", "creatinine_clearance").cells[1]

    assert cell.note == "states instead: serum creatinine (4 limits)"


def test_a_limit_of_one_cohort_is_not_compared() -> None:
    cohort = SyntheticTrial(2)
    cohort.criterion("LVEF ≥ 45 %", at_least("lvef", 45, unit="%", canonical_unit="%"), scope="Cohort A")
    cohort.criterion("Signed consent")
    cell = row(compared(reference(), cohort), "criteria", "lvef").cells[1]

    assert cell.verdict == "not comparable"
    assert "Cohort A" in (cell.verdict_reason or "")


def test_two_limits_of_one_criterion_are_not_compared() -> None:
    twice = SyntheticTrial(2).criterion(
        "Bilirubin ≤ 1.5 x ULN, up to 3 x ULN with Gilbert",
        at_most("bilirubin_total", 1.5, reference="ULN"),
        at_most("bilirubin_total", 3, reference="ULN"),
    )
    once = SyntheticTrial(1).criterion("Bilirubin ≤ 2 x ULN", at_most("bilirubin_total", 2, reference="ULN"))

    assert row(compared(once, twice), "criteria", "bilirubin_total").cells[1].verdict == "not comparable"


def test_an_exclusion_that_needs_a_second_finding_is_not_compared() -> None:
    both = SyntheticTrial(2).criterion(
        "ALT > 3 x ULN and bilirubin > 2 x ULN",
        at_most("alt", 3, reference="ULN", comparator=">", quote="> 3 x ULN"),
        at_most("bilirubin_total", 2, reference="ULN", comparator=">", quote="> 2 x ULN"),
        section="exclusion",
    )
    one = SyntheticTrial(1).criterion("ALT ≤ 3 x ULN", at_most("alt", 3, reference="ULN", quote="≤ 3 x ULN"))

    assert row(compared(one, both), "criteria", "alt").cells[1].verdict == "not comparable"


def test_criteria_that_admit_nobody_together_are_not_compared() -> None:
    torn = SyntheticTrial(2)
    torn.criterion("LVEF ≥ 50 %", at_least("lvef", 50, canonical_unit="%"))
    torn.criterion("LVEF ≤ 40 %", at_most("lvef", 40, canonical_unit="%"))

    cell = row(compared(reference(), torn), "criteria", "lvef").cells[1]
    assert (cell.verdict, cell.verdict_reason) == ("not comparable", "its criteria on this, read together, admit nobody")


def test_alternatives_that_together_keep_nobody_out_are_not_compared() -> None:
    white = {"quote": "≤20", "alternative_group": "g"}
    count = SyntheticTrial(2).criterion(
        "WBC ≤20, or >20 before hydroxyurea",
        at_most("wbc", 20, **white),
        at_least("wbc", 20, quote=">20", alternative_group="g"),
    )
    cell = row(compared(SyntheticTrial(1).criterion("WBC ≥ 3", at_least("wbc", 3)), count), "criteria", "wbc").cells[1]

    assert (cell.verdict, cell.verdict_reason) == ("not comparable", "its criteria on this, read together, keep nobody out")


@pytest.mark.parametrize(
    ("text", "quote", "relation", "shown"),
    [
        ("Surgery < 6 months ago", "< 6 months", "within", "≥ 6 months"),
        ("Surgery within 6 months", "within 6 months", "within", "≥ 6 months"),
        ("Surgery ≤ 6 months ago", "≤ 6 months", "within", "> 6 months"),
        ("Surgery \\<= 6 months ago", "\\<= 6 months", "within", "> 6 months"),
        ("Surgery, 6 months or less ago", "6 months or less", "within", "> 6 months"),
    ],
)
def test_a_time_that_keeps_its_last_day_out_too_asks_for_longer(text: str, quote: str, relation: str, shown: str) -> None:
    window = {"concept": "time_since_surgery", "window_value": 6.0, "window_unit": "mo", "window_relation": relation}
    trial = SyntheticTrial(1).criterion(text, window | {"quote": quote}, section="exclusion")
    other = SyntheticTrial(2).criterion("Surgery within 6 months", window | {"quote": "within 6 months"}, section="exclusion")
    cells = row(compared(trial, other), "criteria", "time_since_surgery").cells

    assert cells[0].lines[0].text == shown
    assert cells[1].verdict == ("same" if shown == "≥ 6 months" else "not comparable")


def test_events_are_compared_where_they_are_worded_alike() -> None:
    def since(number: int, text: str, weeks: float) -> SyntheticTrial:
        window = {"concept": "time_since_surgery", "window_value": weeks, "window_unit": "wk", "window_relation": "within"}
        return SyntheticTrial(number).criterion(text, window, section="exclusion")

    alike = compared(since(1, "Major surgery within 6 weeks", 6), since(2, "Major surgery within 4 weeks", 4))
    unlike = compared(
        since(1, "Major surgery within 6 weeks", 6), since(2, "Dental extraction or other procedure within 4 weeks", 4)
    )

    assert row(alike, "criteria", "time_since_surgery").cells[1].verdict == "looser"
    assert row(unlike, "criteria", "time_since_surgery").cells[1].verdict == "not comparable"


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (
            "At least one measurable lesion according to Response Evaluation Criteria in Solid Tumours (RECIST) version 1.1",
            "same",
        ),
        ("at least one measurable lesion per RECIST 1.1", "same"),
        ("at least one bone metastasis according to Response Evaluation Criteria in Solid Tumours", "not comparable"),
    ],
)
def test_the_name_of_a_standard_does_not_part_what_is_worded_alike(other: str, verdict: str) -> None:
    mine = SyntheticTrial(1).criterion("At least one measurable lesion", at_least("tumor_count", 1))
    theirs = SyntheticTrial(2).criterion(other, at_least("tumor_count", 1))

    assert row(compared(mine, theirs), "criteria", "tumor_count").cells[1].verdict == verdict


def test_criteria_of_one_trial_only_are_listed_with_their_words() -> None:
    alone = other().criterion("Live vaccine in the last month", section="exclusion", domain="vaccination")
    by_id = {each.nct_id: each for each in compared(reference(), alone).stated_only}

    assert [line.text for line in by_id["NCT99000002"].lines] == ["excluded: Live vaccine in the last month"]
    assert by_id["NCT99000002"].lines[0].sources[0].path == CRITERIA


def test_a_sub_item_is_listed_with_what_it_stands_under() -> None:
    trial = other().criterion("Heart disease such as:", kind="parent", section="exclusion")
    parent = next(each for each in trial.rows if getattr(each, "kind", None) == "parent")
    trial.criterion("angina pectoris", section="exclusion", level=1, parent_id=parent.criterion_id)  # type: ignore[attr-defined]
    lines = compared(reference(), trial).stated_only[1].lines

    assert [(line.text, line.note) for line in lines] == [("excluded: angina pectoris", "under: Heart disease such as:")]


def test_ages_come_from_fields_and_criteria_together() -> None:
    fields = SyntheticTrial(1).eligibility(
        maximum_age="75 Years", maximum_age_value=75.0, maximum_age_unit="a", maximum_age_years=75.0
    )
    text = SyntheticTrial(2).criterion("Age up to 65", at_most("age", 65, unit="a", canonical_unit="a"))
    torn = SyntheticTrial(3).criterion("Infants up to 1 year", at_most("age", 1, unit="a", canonical_unit="a"))
    cells = row(compared(fields, text, torn), "population", "age").cells

    assert [cell.verdict for cell in cells] == [None, "stricter", "not comparable"]
    assert cells[1].summary == "18 to 65 years"
    assert cells[2].note == "the registry's age fields and the criteria contradict each other"


def test_a_digest_leaves_things_out_without_a_claim() -> None:
    digest = SyntheticTrial(2, source="digest", study={"overall_status": "RECRUITING", "overall_status_label": "Recruiting"})
    comparison = compared(reference(), digest)
    cell = row(comparison, "status", "enrollment").cells[1]

    assert cell.state == "not read"
    assert cell.note == "not in the digest at hand"
    assert comparison.trials[1].source_note == "digest of the registry record; refresh for the registry's own text"
    assert any("Digest" in note for note in comparison.notes)


def test_a_digest_that_tells_what_it_lacks_leaves_the_rest_unstated() -> None:
    lacking = [
        "protocolSection.designModule.enrollmentInfo",
        "protocolSection.statusModule.startDateStruct",
        "protocolSection.contactsLocationsModule.locations.contacts",
    ]
    digest = SyntheticTrial(3, source="digest", record={"digest": {"notAtHand": lacking}})
    focal = reference(start_date="2025-08-31", completion_date="2027-12-31")
    comparison = compared(focal, other(), digest.criterion("Age over 18").arm("Only", "a drug"))
    states = {found.key: found.cells[2].state for panel in comparison.panels for found in panel.rows}

    assert (states["enrollment"], states["start_date"]) == ("not read", "not read")
    assert (states["completion_date"], states["lvef"]) == ("not stated", "not stated")
    assert states["agent-blinatumomab"] == "not applicable"


def test_a_digest_that_lacks_one_limit_of_age_claims_none() -> None:
    lacking = {"digest": {"notAtHand": ["protocolSection.eligibilityModule.maximumAge"]}}
    found = row(compared(SyntheticTrial(1), SyntheticTrial(2, source="digest", record=lacking)), "population", "age").cells[1]

    assert [line.text for line in found.lines] == ["from 18 Years"]
    assert found.lines[0].note == "by the registry's field; the upper limit is not at hand"
    assert (found.verdict, found.verdict_reason) == ("not comparable", "the registry's upper age was not read")


def test_an_open_end_of_the_criteria_is_not_called_alike() -> None:
    def note(**fact: object) -> str | None:
        whole = SyntheticTrial(1).eligibility(maximum_age="25 Years", maximum_age_years=25.0)
        limits = {"unit": "a", "canonical_unit": "a", "high": 25, "eligible_high": 25} | fact
        whole.criterion("Age 18 to 25", at_least("age", 18, **limits))
        return row(compared(whole, SyntheticTrial(2)), "population", "age").cells[0].lines[0].note

    assert note(high_inclusive=True, eligible_high_inclusive=True) == "by fields and criteria alike"
    assert note(high_inclusive=False, eligible_high_inclusive=False) == (
        "by the registry's fields; the criteria say 18 to below 25 years"
    )


def test_only_the_age_that_is_not_at_hand_is_said_not_to_be_read() -> None:
    module = "protocolSection.eligibilityModule"

    def reason(*lacking: str, **known: object) -> str | None:
        absent = {"digest": {"notAtHand": [f"{module}.{each}" for each in lacking]}}
        digest = SyntheticTrial(2, source="digest", record=absent).eligibility(minimum_age=None, minimum_age_years=None, **known)
        digest.criterion("Age of at least 18 years", at_least("age", 18, unit="a", canonical_unit="a"))
        return row(compared(SyntheticTrial(1), digest), "population", "age").cells[1].verdict_reason

    assert reason("minimumAge", maximum_age="80 Years", maximum_age_years=80.0) == "the registry's lower age was not read"
    assert reason("minimumAge", "maximumAge") == "the registry's age fields were not read"


def test_a_design_that_leaves_no_room_is_not_applicable() -> None:
    observational = SyntheticTrial(2, study={"study_type": "OBSERVATIONAL", "study_type_label": "Observational"})
    comparison = compared(reference(), observational)

    assert row(comparison, "design", "phase").cells[1].state == "not applicable"


def test_contacts_never_appear() -> None:
    trial = reference()
    trial.rows.append(
        CentralContact(
            central_contact_id="x",
            nct_id=trial.nct_id,
            contact_type="primary",
            position=0,
            name="A Person",
            phone="123",
            email="a@b.c",
        )
    )
    text = json.dumps(compared(trial, other()).as_json())

    assert "A Person" not in text
    assert "a@b.c" not in text


def test_sponsors_places_and_quality_have_their_panels() -> None:
    trial = reference()
    trial.rows += [
        Sponsor(
            sponsor_id="s", nct_id=trial.nct_id, lead_or_collaborator="lead", position=0, name="A Hospital",
            agency_class_label="Other",
        ),
        Facility(facility_id="f", nct_id=trial.nct_id, position=0, name="Site", status="RECRUITING", status_label="Recruiting"),
        Country(country_id="c", nct_id=trial.nct_id, position=0, name="China", removed=False),
        Country(country_id="d", nct_id=trial.nct_id, position=1, name="France", removed=True),
        TextCoverage(nct_id=trial.nct_id, source_path=CRITERIA, characters=200, read_characters=50),
        RecordConflict(
            conflict_id="k", nct_id=trial.nct_id, kind="region", left_path=CRITERIA, left_start=0, left_end=3, left_quote="≥50",
            right_path=CRITERIA, right_start=9, right_end=12, right_quote="<60", detail="LVEF ≥ 50 % included, < 60 % excluded",
        ),
    ]  # fmt: skip
    beside = other()
    beside.rows += [TextCoverage(nct_id=beside.nct_id, source_path=CRITERIA, characters=90, read_characters=90)]
    comparison = compared(trial, beside)

    assert row(comparison, "sponsors", "lead_sponsor").cells[0].lines[0].text == "A Hospital"
    assert [line.text for line in row(comparison, "places", "countries").cells[0].lines] == ["China"]
    assert row(comparison, "places", "site_status").cells[0].lines[0].text == "Recruiting: 1"
    assert (
        row(comparison, "quality", "eligibility_read").cells[0].lines[0].text
        == "25 % of its characters; the rest stands in its own words"
    )
    assert row(comparison, "quality", "eligibility_read").cells[1].lines[0].text == "100 % of its characters"
    conflicts = row(comparison, "quality", "conflicts").cells
    assert [source.quote for source in conflicts[0].lines[0].sources] == ["≥50", "<60"]
    assert conflicts[1].lines[0].text == "none found"


def test_outcomes_are_aligned_across_ranks_with_times_in_one_unit() -> None:
    mine = reference().outcome("Relapse-free survival", "2 years").outcome("Overall survival", "2 years", "secondary")
    theirs = other().outcome("Overall Survival (OS)", "24 months").outcome("Pain", "1 and 2 days")
    comparison = compared(mine, theirs)
    survival = next(each for panel in comparison.panels for each in panel.rows if each.label == "Overall survival")

    assert [cell.lines[0].value["in_one_unit"] for cell in survival.cells] == ["24 months", "24 months"]
    assert not survival.differs
    assert survival.cells[0].lines[0].note == "secondary outcome; time frame: 2 years"
    alone = row(comparison, "outcomes_primary", "primary-others")
    assert [cell.lines[0].text for cell in alone.cells] == ["Relapse-free survival (24 months)", "Pain"]


def test_sentences_repeat_cells_and_point_to_them() -> None:
    comparison = compared(reference(), other())

    assert [sentence.text for sentence in comparison.sentences] == [
        "Given in both trials: blinatumomab.",
        "Only in NCT99000001: donor lymphocyte infusion.",
        "Phase 2: NCT99000001; Phase 1: NCT99000002.",
        "Participants: 31 in NCT99000001 and 20 in NCT99000002.",
        "Left ventricular ejection fraction: beside NCT99000001 (≥ 60 %), NCT99000002 (≥ 45 %) admits more people.",
        "Both trials admit the same people by age (≥ 18 years).",
    ]
    for sentence in comparison.sentences:
        for ref in sentence.refs:
            assert comparison.cell(ref).state == "stated"


def test_sentences_leave_out_what_goes_without_saying() -> None:
    texts = [each.text for each in compared(other(), SyntheticTrial(3), SyntheticTrial(4)).sentences]

    assert texts == ["All 3 trials admit the same people by age (≥ 18 years)."]


def test_a_total_stands_alone_where_another_trial_gives_the_agent_too() -> None:
    undated = SyntheticTrial(3).arm("Only", "blinatumomab")
    texts = [each.text for each in compared(reference(), undated).sentences]
    alone = [each.text for each in compared(reference(), SyntheticTrial(4).arm("Only", "placebo")).sentences]

    assert "Blinatumomab in all: 1,511 µg in NCT99000001; no total was read of any other." in texts
    assert not any("in all:" in text for text in alone)


def test_of_many_trials_sentences_give_the_span_and_group_by_phase() -> None:
    trials = [
        SyntheticTrial(n, study={"enrollment": 10 * n, "phase_label": f"Phase {phase}", "phases": f'["PHASE{phase}"]'})
        for n, phase in enumerate((2, 1, 2, 1, 2, 1), start=1)
    ]
    texts = [each.text for each in compared(*trials).sentences]

    assert "Participants: from 10 in NCT99000001 to 60 in NCT99000006." in texts
    assert "Phase 2: NCT99000001, NCT99000003 and NCT99000005; Phase 1: NCT99000002, NCT99000004 and NCT99000006." in texts


def test_of_many_trials_sentences_tell_which_share_an_agent_and_count_those_that_admit_others() -> None:
    given = [["a", "b", "c"], ["a", "b", "d"], ["a", "b", "e"], ["a", "b"], ["a", "b"], ["a"], ["b"]]
    trials = []
    for number, (agents, limit) in enumerate(zip(given, (50, 40, 40, 40, 40, 40, 60), strict=True), start=1):
        trial = SyntheticTrial(number)
        trial.arm("Only", *agents)
        trial.criterion(f"LVEF ≥ {limit} %", at_least("lvef", limit, unit="%", canonical_unit="%", quote=f"≥ {limit} %"))
        trials.append(trial)
    comparison = compared(*trials)
    texts = [each.text for each in comparison.sentences]

    assert "Given in several: a in all but NCT99000007; b in all but NCT99000006." in texts
    assert (
        "Left ventricular ejection fraction: beside NCT99000001 (≥ 50 %), 5 trials admit more people and NCT99000007 (≥ 60 %) "
        "admits fewer people."
    ) in texts
    for sentence in comparison.sentences:
        assert all(comparison.cell(ref).state == "stated" for ref in sentence.refs)


def test_who_could_join_one_but_not_the_other() -> None:
    certain = [pair for pair in compared(reference(), other()).pairs if pair.certain]

    assert [(pair.trial, pair.other, pair.text) for pair in certain] == [
        (
            "NCT99000002",
            "NCT99000001",
            "Left ventricular ejection fraction: ≥ 45 % in NCT99000002, ≥ 60 % in NCT99000001",
        )
    ]


def test_rows_and_panels_keep_their_promises() -> None:
    comparison = compared(reference(), other())

    assert [panel.group for panel in comparison.panels] == sorted((panel.group for panel in comparison.panels), key=GROUPS.index)
    assert len({panel.key for panel in comparison.panels}) == len(comparison.panels)
    for panel in comparison.panels:
        assert len({each.key for each in panel.rows}) == len(panel.rows)
        for each in panel.rows:
            assert len(each.cells) == 2
            assert each.why
            for cell in each.cells:
                assert cell.state in get_args(State)
                assert cell.verdict is None or cell.verdict in get_args(Verdict)
                assert cell.state == "stated" or cell.verdict is None
                assert cell.lines or cell.state != "stated"


def test_differences_only_keeps_no_row_that_agrees() -> None:
    whole = compared(reference(), other())
    less = whole.differences_only()

    assert all(each.differs for panel in less.panels for each in panel.rows)
    assert sum(len(panel.rows) for panel in less.panels) < sum(len(panel.rows) for panel in whole.panels)
    assert {sentence.text for sentence in less.sentences} <= {sentence.text for sentence in whole.sentences}
    told = [row.agreement for panel in whole.panels for row in panel.rows]
    assert less.notes == (
        *whole.notes,
        f"Left out: {told.count('alike')} rows in which the trials do not differ, {told.count('cannot tell')} in which it cannot "
        "be told.",
    )


def test_the_same_rows_give_the_same_bytes() -> None:
    once, again = (json.dumps(compared(reference(), other()).as_json()) for _ in range(2))

    assert once == again
    assert list(json.loads(once)) == list(Comparison.__dataclass_fields__)


def test_heads_say_what_a_trial_is_and_why_it_is_here() -> None:
    members = {"NCT99000002": Member("NCT99000002", "same drug, other setting", "gives blinatumomab")}
    heads = compared(reference(), other(), members=members).trials

    assert [head.is_focal for head in heads] == [True, False]
    assert (heads[1].role, heads[1].reason) == ("same drug, other setting", "gives blinatumomab")
    assert heads[0].data_date == "2026-11-20"
    assert heads[0].registry_url == "https://clinicaltrials.gov/study/NCT99000001"


def test_figures_are_said_to_be_of_this_collection() -> None:
    comparison = compared(reference(), other())

    assert "2 of the 10 trials in this collection are compared; figures are not registry counts." in comparison.notes
    assert comparison.attribution.startswith(
        "Source: ClinicalTrials.gov, U.S. National Library of Medicine, data as of 2026-11-20."
    )


def many(count: int) -> list[StudyRows]:
    return [SyntheticTrial(number).done() for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("studies", "words"),
    [([], "at least one"), (many(1) * 2, "itself"), (many(LARGEST + 1), f"at most {LARGEST}")],
)
def test_what_cannot_be_compared_is_said_in_one_line(studies: list[StudyRows], words: str) -> None:
    with pytest.raises(ValueError, match=words) as problem:
        build_comparison(studies, collection_size=1)

    assert "\n" not in str(problem.value)


def test_panels_and_cells_that_are_not_there_are_named() -> None:
    comparison = compared(reference(), other())

    with pytest.raises(KeyError, match="status"):
        comparison.panel("nowhere")
    with pytest.raises(KeyError, match="nothing"):
        comparison.cell(CellRef("status", "nothing", "NCT99000001"))


def test_a_trial_alone_is_shown_too() -> None:
    assert compared(reference()).nct_ids == ("NCT99000001",)


def test_a_contradiction_is_noted_and_no_verdict_rests_on_it() -> None:
    trial = reference()
    trial.rows.append(
        RecordConflict(
            conflict_id="k", nct_id=trial.nct_id, kind="inclusion_exclusion",
            left_path=CRITERIA, left_start=5, left_end=9, left_quote="≥50%",
            right_path=CRITERIA, right_start=13, right_end=17, right_quote="<60%",
            detail="lvef of 50 to 60 % is included and excluded",
        )
    )  # fmt: skip

    def lvef(low: float) -> SyntheticTrial:
        return SyntheticTrial(2).criterion(f"LVEF ≥ {low} %", at_least("lvef", low, canonical_unit="%", quote=f"≥ {low} %"))

    for low in (45, 55):
        found = row(compared(trial, lvef(low)), "criteria", "lvef")
        assert found.cells[0].note == (
            "the record is at odds with itself: Left ventricular ejection fraction of 50 to 60 % is included and excluded"
        )
        assert found.cells[0].summary is None
        assert (found.cells[1].verdict, found.agreement) == ("not comparable", "differs")


def test_a_digest_without_a_criterion_does_not_leave_it_unstated() -> None:
    digest = SyntheticTrial(3, source="digest").criterion("Signed consent").arm("Only", "a drug")
    comparison = compared(reference(), other(), digest)

    assert row(comparison, "criteria", "lvef").cells[2].state == "not read"
    assert row(comparison, "dosing-blinatumomab", "doses").cells[2].state == "not read"


def test_twenty_trials_with_long_texts_compare_within_seconds() -> None:
    """A bound wide enough for a busy machine; a quiet one needs a tenth of it."""
    subjects = [
        "hepatitis",
        "surgery",
        "transplant",
        "consent",
        "pregnancy",
        "seizure",
        "infection",
        "vaccine",
        "alcohol",
        "device",
    ]
    studies = []
    for number in range(1, 21):
        trial = SyntheticTrial(number).arm("Only", "a drug")
        for at in range(40):
            words = f"No {subjects[at % 10]} of kind {chr(97 + at)}{number} within the investigator's list of conditions"
            trial.criterion(words, domain=subjects[at % 10], section="exclusion")
        for concept, limit in (("lvef", 40 + number), ("alt", number), ("platelets", 50 + number)):
            trial.criterion(f"{concept} at least {limit}", at_least(concept, limit, canonical_unit="%"))
        studies.append(trial.done())
    start = process_time()

    comparison = build_comparison(studies, collection_size=20)

    assert process_time() - start < 5
    assert len(comparison.panel("criteria").rows) == 3


def test_a_total_that_the_text_states_is_shown_as_such_and_is_no_dose() -> None:
    trial = SyntheticTrial(3).arm("Only", "blinatumomab")
    trial.dose("blinatumomab", 175, "ug", {"day_start": 0.0, "day_end": 4.0}, flags=as_json(["total"]))
    comparison = compared(reference(), trial)

    assert [each.formula for each in comparison.totals] == ["335 + 3 × 392 = 1,511 µg", "175 µg (stated as the total)"]
    assert all(lane.nct_id != trial.nct_id for timeline in comparison.timelines for lane in timeline.lanes)
    assert "Blinatumomab in all: 1,511 µg in NCT99000001 and 175 µg in NCT99000003." in [
        each.text for each in comparison.sentences
    ]


def test_a_bundle_of_agents_stands_as_its_agents() -> None:
    bundle = SyntheticTrial(3).arm("Only", "BITE and DLI")
    bundle.dose("blinatumomab", 9, "ug").dose("DLI", 1e7, "{cells}/kg")
    rows = {each.label: each for each in compared(other(), bundle).panel("interventions").rows}

    assert list(rows) == ["blinatumomab", "donor lymphocyte infusion"]
    assert [cell.state for cell in rows["blinatumomab"].cells] == ["stated", "stated"]
    assert rows["blinatumomab"].cells[1].lines[0].note == "by the text of: BITE and DLI"


def test_an_agent_that_a_title_names_is_not_said_to_be_left_out() -> None:
    named = SyntheticTrial(3, study={"brief_title": "Cells after blinatumomab"}).arm("Only", "cells")
    comparison = compared(other(), named)

    assert row(comparison, "interventions", "agent-blinatumomab").cells[1].state == "not read"
    assert row(comparison, "dosing-blinatumomab", "doses").cells[1].state == "not read"


def test_doses_without_days_are_said_not_to_be_drawn() -> None:
    undated = SyntheticTrial(3).arm("Only", "blinatumomab").dose("blinatumomab", 8, "ug")
    note = compared(reference(), undated).timelines[0].note

    assert note == "not drawn, because where their days lie is not told or was not read: blinatumomab in NCT99000003"


@pytest.mark.parametrize("rows", [(), ("dosing",)])
def test_trials_of_which_no_dose_was_read_are_named_with_the_timeline(rows: tuple[str, ...]) -> None:
    silent = SyntheticTrial(3).arm("Only", "blinatumomab")
    undated = SyntheticTrial(4).arm("Only", "blinatumomab").dose("blinatumomab", 8, "ug")
    notes = [each.note or "" for each in compared(reference(), silent, undated, rows=rows).timelines]

    assert notes
    assert all(each.endswith("blinatumomab in NCT99000004; no dose was read of NCT99000003") for each in notes)


def test_likeness_is_claimed_only_where_everything_was_read() -> None:
    alike = compared(other(), other_number(3))
    unread = compared(other(), SyntheticTrial(4))

    assert row(alike, "criteria", "lvef").agreement == "alike"
    assert row(compared(reference(), other()), "criteria", "lvef").agreement == "differs"
    assert row(unread, "arms", "arms").agreement == "differs"
    words = compared(
        SyntheticTrial(1).criterion("Pregnant or lactating women", section="exclusion", domain="pregnancy"),
        SyntheticTrial(2).criterion("Pregnancy or breast-feeding", section="exclusion", domain="pregnancy"),
    )
    assert words.panel("criteria_in_words").rows[0].agreement == "cannot tell"


def other_number(number: int) -> SyntheticTrial:
    trial = SyntheticTrial(number, study={"phase": "PHASE1", "phase_label": "Phase 1", "phases": '["PHASE1"]'})
    return trial.criterion("LVEF ≥ 45 %", at_least("lvef", 45, unit="%", canonical_unit="%", quote="≥ 45 %"))


def test_values_that_say_nothing_of_their_concept_are_set_aside() -> None:
    """A remission of another malignancy, and a marker named by what was given for it, are no facts about the trial's disease."""
    mine = SyntheticTrial(1).criterion("In CR", {"concept": "remission", "comparator": "present"})
    mine.criterion("Ph-negative", {"concept": "ph_positivity", "comparator": "absent", "eligible_set": as_json(["absent"])})
    other_cancer = {"concept": "other_malignancy", "comparator": "present"}
    theirs = SyntheticTrial(2).criterion(
        "Other malignancy unless in remission",
        other_cancer,
        {"concept": "remission", "comparator": "present"},
        section="exclusion",
    )
    salvage = {"concept": "ph_positivity", "comparator": "present", "flags": as_json(["time_limited"])}
    theirs.criterion("Salvage for Ph+ ALL within 1 week", salvage, section="exclusion")
    comparison = compared(mine, theirs)
    rows = {each.key: each.cells[1].state for panel in comparison.panels for each in panel.rows}
    named = [line.text for line in comparison.stated_only[1].lines]

    donors = SyntheticTrial(3).criterion("An HLA-identical donor (age ≤ 40)", at_most("age", 40, unit="a", canonical_unit="a"))
    ages = row(compared(SyntheticTrial(1), donors), "population", "age").cells[1].lines

    assert [line.text for line in ages] == ["≥ 18 years"]
    assert rows.get("remission", "not stated") != "stated"
    assert rows.get("ph_positivity", "not stated") != "stated"
    assert "excluded: Salvage for Ph+ ALL within 1 week" in named or rows["ph_positivity"] == "not read"


def test_an_exception_to_an_exclusion_is_not_called_excluded() -> None:
    free = {"concept": "prior_malignancy_free_interval", "window_value": 3.0, "window_unit": "a", "window_relation": "at least"}
    trials = [
        SyntheticTrial(at).criterion(
            "Malignancy unless free for at least 3 years", free | {"exception": True}, section="exclusion"
        )
        for at in (1, 2)
    ]
    lines = row(compared(*trials), "criteria", "prior_malignancy_free_interval").cells[1].lines

    assert [(line.text, line.note) for line in lines] == [("at least 3 years [exception to an exclusion]", None)]


@pytest.mark.parametrize(
    ("text", "section", "keeps_out"),
    [
        ("Active CNS leukaemia", "exclusion", True),
        ("History of CNS leukaemia is allowed", "exclusion", False),
        ("CNS leukaemia", "inclusion", True),
        ("Patients with CNS leukaemia are eligible", "inclusion", False),
        ("Marrow blasts with or without CNS leukaemia", "inclusion", False),
        ("In patients with CNS leukaemia, a clear fluid", "inclusion", False),
        ("For subjects with CNS leukaemia: seizures", "exclusion", False),
    ],
)
def test_only_demands_keep_people_out_of_one_trial(text: str, section: str, keeps_out: bool) -> None:
    mine = SyntheticTrial(1).criterion("Signed consent")
    fact = {"concept": "cns_disease", "comparator": "present"}
    theirs = [SyntheticTrial(at).criterion(text, dict(fact), section=section) for at in (2, 3)]
    pairs = [each for each in compared(mine, *theirs).pairs if each.ref.row == "cns_disease"]

    assert bool(pairs) is keeps_out
    assert not any(each.certain for each in pairs)


def test_when_a_test_is_done_and_other_measures_keep_nobody_out() -> None:
    test = {"concept": "pregnancy_test_window", "window_value": 14.0, "window_unit": "d", "window_relation": "within"}
    mine = SyntheticTrial(1).criterion("Karnofsky ≥ 70", at_least("karnofsky", 70))
    theirs = [
        SyntheticTrial(at)
        .criterion("Pregnancy test within 14 days", dict(test))
        .criterion("ECOG ≤ 2", {"concept": "ecog", "comparator": "<=", "high": 2.0, "eligible_high": 2.0})
        for at in (2, 3)
    ]

    assert {each.ref.row for each in compared(mine, *theirs).pairs}.isdisjoint({"pregnancy_test_window", "ecog", "karnofsky"})


def test_one_way_of_several_keeps_nobody_out() -> None:
    mine = SyntheticTrial(1).criterion("Signed consent")
    theirs = [
        SyntheticTrial(at)
        .criterion("One of the following", kind="parent")
        .criterion("CNS leukaemia", {"concept": "cns_disease", "comparator": "present"}, parent_id=f"NCT9900000{at}.c1", level=1)
        .criterion("Blasts ≥ 5 %", {"concept": "blasts", "comparator": ">=", "low": 5.0}, parent_id=f"NCT9900000{at}.c1", level=1)
        for at in (2, 3)
    ]
    comparison = compared(mine, *theirs)

    assert row(comparison, "criteria", "cns_disease").cells[1].lines[0].note == "under: One of the following"
    assert comparison.pairs == ()


def test_pregnant_and_breast_feeding_women_are_kept_out_each_by_herself() -> None:
    sides = []
    for number, text in ((1, "Pregnant and breast-feeding women"), (2, "Pregnant or breast-feeding")):
        trial = SyntheticTrial(number)
        facts = [
            {"concept": concept, "comparator": "present", "eligible_set": as_json(["absent"]), "quote": quote}
            for concept, quote in (("pregnancy", "Pregnant"), ("breast_feeding", "breast-feeding"))
        ]
        sides.append(trial.criterion(text, *facts, section="exclusion"))

    comparison = compared(*sides)

    for key in ("pregnancy", "breast_feeding"):
        assert [cell.verdict for cell in row(comparison, "criteria", key).cells] == [None, "same"]


def texts_of(key: str, text: str, *facts: dict[str, object], section: str = "inclusion") -> list[str]:
    """The lines of a trial in the row of a concept."""
    facts = tuple(fact | {"alternative_group": "g1"} for fact in facts)
    other_side = SyntheticTrial(2).criterion("x 1", at_most(key, 1, quote="x 1"))
    found = row(compared(SyntheticTrial(1).criterion(text, *facts, section=section), other_side), "criteria", key)
    return [line.text for line in found.cells[0].lines]


def test_a_limit_is_no_alternative_of_itself() -> None:
    uln = {"reference": "ULN"}
    liver = uln | {"condition": "with liver metastases"}
    enzymes = texts_of(
        "alt",
        "ALT and AST ≤ 3 x ULN, or ≤ 5 x ULN with liver metastases",
        at_most("alt", 3, quote="≤ 3", **uln),
        at_most("ast", 3, quote="≤ 3", **uln),
        at_most("alt", 5, quote="≤ 5", **liver),
        at_most("ast", 5, quote="≤ 5", **liver),
    )
    assert enzymes == ["≤ 3 × ULN", "≤ 5 × ULN (with liver metastases)"]

    units = texts_of(
        "bilirubin_total",
        "bilirubin ≤ 2 mg/dL or ≤ 1.5 x ULN",
        at_most("bilirubin_total", 2, unit="mg/dL", canonical_unit="mg/dL", quote="≤ 2"),
        at_most("bilirubin_total", 1.5, quote="≤ 1.5", **uln),
    )
    assert units == ["≤ 2 mg/dL", "or ≤ 1.5 × ULN"]

    regimens = texts_of(
        "karnofsky",
        "Karnofsky ≥70 (MAC) or ≥60 (RIC)",
        at_least("karnofsky", 70, quote="≥70"),
        at_least("karnofsky", 60, quote="≥60"),
    )
    assert regimens == ["≥ 70 (MAC)", "≥ 60 (RIC)"]

    before_and_after = texts_of(
        "wbc",
        "WBC ≤ 20; or WBC > 20 before hydroxyurea",
        at_most("wbc", 20, quote="≤ 20"),
        {"concept": "wbc", "comparator": ">", "low": 20.0, "low_inclusive": False, "eligible_low": 20.0, "quote": "> 20"},
    )
    assert before_and_after == ["≤ 20 [for whom or when, the words tell]", "> 20 [for whom or when, the words tell]"]

    logs = texts_of(
        "mrd",
        "MRD < 0.1 % or a decrease of > 3 logs",
        at_most("mrd", 0.1, unit="%", quote="< 0.1"),
        at_least("mrd", 3, quote="> 3"),
    )
    assert logs == ["≤ 0.1 %", "or ≥ 3 logs"]


def test_ages_in_brackets_stand_beside_the_score_they_belong_to() -> None:
    text = "ECOG >2 (≥18 years-old). Karnofsky Scale (16-17 years-old) <50% or Lansky Scale (<16 years-old) <40%"
    named = {"ecog": "≥18 years-old", "karnofsky": "16-17 years-old", "lansky": "<16 years-old"}
    facts = (
        {"concept": "ecog", "comparator": ">", "low": 2.0, "eligible_high": 2.0, "eligible_high_inclusive": True, "quote": ">2"},
        below_excluded("karnofsky", 50, quote="<50%"),
        below_excluded("lansky", 40, quote="<40%"),
    )
    adults = [
        SyntheticTrial(2).criterion("ECOG 0-2", at_most("ecog", 2, quote="0-2")).criterion("KPS", at_least("karnofsky", 40)),
        SyntheticTrial(3).criterion("Lansky at least 30", at_least("lansky", 30)),
    ]
    comparison = compared(SyntheticTrial(1).criterion(text, *facts, section="exclusion"), *adults)

    for key, ages in named.items():
        assert [line.text.partition(" (")[2] for line in row(comparison, "criteria", key).cells[0].lines] == [f"{ages})"]
    assert row(comparison, "criteria", "ecog").cells[1].verdict == "same"  # the other trial takes adults alone
    assert row(comparison, "criteria", "karnofsky").cells[1].verdict == "not comparable"
    assert row(comparison, "criteria", "lansky").cells[2].verdict == "not comparable"


def test_what_one_trial_alone_states_begins_with_what_tells_it_apart() -> None:
    trial = SyntheticTrial(1)
    for text, domain in (
        ("Voluntary written informed consent", "consent"),
        ("Any of these methods of birth control:", "contraception"),
        ("Intrauterine devices", "other"),
        ("Known osteogenesis imperfecta", "other"),
        ("Laboratory data:", "organ_function"),
        ("Trisomy 21", "other"),
    ):
        trial.criterion(text, domain=domain)

    alone = compared(trial, SyntheticTrial(2).criterion("Migraine with aura", domain="diagnosis")).stated_only

    assert [line.text for line in alone[0].lines][:2] == ["Known osteogenesis imperfecta", "Trisomy 21"]
    assert len(alone[0].lines) == 6
    assert alone[0].note is not None
    assert alone[0].note.startswith("the last 4 lines are on consent, contraception")
    assert alone[1].note is None


@pytest.mark.parametrize(
    ("fact", "keeps_out"), [(at_most("lvef", 50, quote="50"), False), (at_least("lvef", 50, quote="50"), True)]
)
def test_a_way_in_for_the_sick_is_no_limit_beside_a_silent_trial(fact: dict[str, object], keeps_out: bool) -> None:
    spoken = SyntheticTrial(1).criterion("LVEF 50 %", fact)
    third = SyntheticTrial(3).criterion("LVEF ≥ 40 %", at_least("lvef", 40))

    pairs = compared(SyntheticTrial(2).criterion("Migraine"), spoken, third).pairs

    assert any(each.text.startswith("Left ventricular") and spoken.nct_id in each.text for each in pairs) == keeps_out


def test_a_share_of_blasts_and_an_exception_of_another_malignancy_are_set_aside() -> None:
    trial = SyntheticTrial(1)
    trial.criterion("CD19 positive leukaemia with ≥25% blasts", at_least("cd19_expression", 25, unit="%", quote="≥25%"))
    cancer = {"concept": "other_malignancy", "comparator": "present", "quote": "Second malignancy"}
    years = at_least("life_expectancy", 2, unit="a", quote="> 2 years", exception=True)
    trial.criterion("Second malignancy unless life expectancy > 2 years", cancer, years, section="exclusion")
    other_side = SyntheticTrial(2).criterion("CD19 on ≥ 20 %", at_least("cd19_expression", 20, unit="%", quote="≥ 20 %"))
    other_side.criterion("Life expectancy ≥ 3", at_least("life_expectancy", 3, unit="mo", canonical_unit="mo", quote="≥ 3"))

    third = SyntheticTrial(3).criterion("CD19 on ≥ 30 %", at_least("cd19_expression", 30, unit="%", quote="≥ 30 %"))
    third.criterion("Life expectancy ≥ 6", at_least("life_expectancy", 6, unit="mo", canonical_unit="mo", quote="≥ 6"))

    comparison = compared(trial, other_side, third)

    for key in ("cd19_expression", "life_expectancy"):
        first = row(comparison, "criteria", key).cells[0]
        assert (first.state, first.verdict, first.lines) == ("not stated", None, ())


def test_one_limit_in_two_units_or_by_two_ways_bears_no_mark() -> None:
    haemoglobin = texts_of(
        "hemoglobin",
        "Hb ≥ 9 g/dL or ≥ 5.6 mmol/L",
        at_least("hemoglobin", 9, unit="g/dL", canonical_unit="g/dL", quote="≥ 9"),
        at_least("hemoglobin", 9.024, unit="mmol/L", canonical_unit="g/dL", quote="≥ 5.6"),
    )
    clearance = texts_of(
        "creatinine_clearance",
        "calculated ≥ 60 or measured ≥ 60.",
        at_least("creatinine_clearance", 60, quote="≥ 60 or"),
        at_least("creatinine_clearance", 60, quote="≥ 60."),
    )

    assert not any("words tell" in text for text in (*haemoglobin, *clearance))


def _split_course(*, last: float = 6.0) -> SyntheticTrial:
    """One amount over three days, its daily parts, and another amount for heavier people in another unit."""
    trial = SyntheticTrial(3).arm("Arm", "Cells")
    for whom, unit in (("< 50 kg", "{cells}/kg"), ("≥ 50 kg", "{cells}")):
        over_three_days = {"day_start": 0, "day_end": 2, "amount_per_day": None}
        trial.dose("Cells", 10, unit, over_three_days, condition=whom, line=f"whole {unit}")
        for day, part in enumerate((1.0, 3.0, last)):
            trial.dose("Cells", part, unit, {"day_start": day, "day_end": day}, line=f"part {day} {unit}")
    return trial


def test_of_a_split_course_the_parts_are_drawn_and_the_whole_is_a_total() -> None:
    made = compared(_split_course())
    (timeline,) = made.timelines

    assert [(lane.label, [(bar.day_start, bar.amount_per_day) for bar in lane.bars]) for lane in timeline.lanes] == [
        ("Cells (< 50 kg)", [(0, 1), (1, 3), (2, 6)]),
        ("Cells (≥ 50 kg)", [(0, 1), (1, 3), (2, 6)]),
    ]
    assert [each.formula for each in made.totals] == [
        "10 cells/kg (stated as the total; < 50 kg)",
        "10 cells (stated as the total; ≥ 50 kg)",
    ]


def test_parts_that_do_not_come_to_the_whole_leave_it_drawn() -> None:
    (timeline,) = compared(_split_course(last=5.0)).timelines

    assert [len(lane.bars) for lane in timeline.lanes] == [3, 1, 3, 1]


def test_doses_for_different_people_on_one_day_have_lanes_of_their_own() -> None:
    trial = SyntheticTrial(3).arm("Arm", "Drugamab")
    for amount, whom in ((50.0, "< 25 kg"), (125.0, "≥ 25 kg")):
        trial.dose("Drugamab", amount, "mg", {"day_start": 0, "day_end": 0}, condition=whom)
    trial.dose("Drugamab", 80, "mg", {"day_start": 7, "day_end": 7})
    (timeline,) = compared(trial).timelines

    assert [(lane.label, len(lane.bars)) for lane in timeline.lanes] == [
        ("Drugamab (< 25 kg)", 1),
        ("Drugamab (≥ 25 kg)", 1),
        ("Drugamab", 1),
    ]


def test_a_range_is_drawn_by_its_upper_end() -> None:
    trial = SyntheticTrial(3).arm("Arm", "Drugamab")
    for day, high in enumerate((10.0, 20.0)):
        trial.dose("Drugamab", 5, "mg", {"day_start": day, "day_end": day, "amount_per_day": None}, amount_high=high)
    (timeline,) = compared(trial).timelines

    assert [(bar.amount_per_day, bar.most_per_day) for bar in timeline.lanes[0].bars] == [(None, 10), (None, 20)]


def _many(count: int) -> list[SyntheticTrial]:
    """Trials that all give Drugamab, and each another agent of its own, the last two without a dose."""
    made = []
    for number in range(1, count + 1):
        own = f"Agent {'abcdefg'[number]}"
        trial = SyntheticTrial(number).arm("Only", "Drugamab", own)
        trial.dose("Drugamab", 5, "mg")
        if number < count - 1:
            trial.dose(own, 2e7, "{cells}", {"day_start": 0, "day_end": 0}, line=f"{own.lower()} 2e7 cells, day 1")
        made.append(trial)
    return made


def test_of_many_trials_the_agents_of_one_alone_share_a_row() -> None:
    made = compared(*_many(5))
    interventions = [each.label for each in made.panel("interventions").rows]
    doses = row(made, "dosing-only-here", "doses").cells

    assert interventions == ["Drugamab", "Agent b", "In one trial only"]
    assert [panel.key for panel in made.panels if panel.group == "dosing"] == ["dosing-drugamab", "dosing-b", "dosing-only-here"]
    assert [cell.state for cell in doses] == ["not applicable", "stated", "stated", "not read", "not read"]
    assert doses[1].lines[0].text == "agent c 2 × 10⁷ cells, day 1"
    assert doses[0].note == "gives no agent that it alone gives"


def test_of_few_trials_every_agent_has_a_row() -> None:
    made = compared(*_many(4))

    assert [each.label for each in made.panel("interventions").rows] == ["Drugamab", "Agent b", "Agent c", "Agent d", "Agent e"]
    assert "dosing-only-here" not in {panel.key for panel in made.panels}


def test_a_table_of_limits_is_counted_among_those_who_could_join() -> None:
    ages = [
        at_most("creatinine_serum", high, unit="mg/dL", condition=f"{age} years", quote=f"{high}")
        for age, high in (("1 to 2", 0.6), ("2 to 6", 0.8), ("6 to 10", 1.1), ("10 to 13", 1.2), ("over 13", 1.5))
    ]
    table = SyntheticTrial(2).criterion("Creatinine by age: 0.6, 0.8, 1.1, 1.2, 1.5 mg/dL", *ages)
    other_table = SyntheticTrial(3).criterion("Creatinine ≤ 1 mg/dL", at_most("creatinine_serum", 1, unit="mg/dL"))
    silent = SyntheticTrial(1).criterion("Signed consent")
    told = [each.text for each in compared(silent, table, other_table).pairs if each.other == "NCT99000002"]

    assert told == [
        "Serum creatinine: not stated in NCT99000001, 5 limits, first ≤ 0.6 mg/dL (1 to 2 years) in NCT99000002",
    ]


def test_one_capsule_is_one() -> None:
    trial = SyntheticTrial(3).arm("Arm", "Drugamab").dose("Drugamab", 1, "{capsule}", {"day_start": 0, "day_end": 0})

    assert compared(trial).timelines[0].lanes[0].bars[0].label == "1 capsule"


def test_rows_that_say_the_same_of_the_same_trials_share_a_sentence() -> None:
    def both(number: int, limit: float) -> SyntheticTrial:
        facts = [at_most(slug, limit, reference="ULN", quote=f"≤ {limit:g}") for slug in ("alt", "ast")]
        return SyntheticTrial(number).criterion(f"ALT and AST ≤ {limit:g} × ULN", *facts)

    odd = SyntheticTrial(3).criterion("ALT ≤ 100 U/L", at_most("alt", 100, unit="U/L", canonical_unit="U/L", quote="≤ 100"))
    odd.criterion("AST ≤ 100 U/L", at_most("ast", 100, unit="U/L", canonical_unit="U/L", quote="≤ 100"))
    made = compared(both(1, 3), both(2, 5), odd)
    (told,) = [each for each in made.sentences if "aminotransferase" in each.text]

    assert told.text == (
        "Alanine aminotransferase and aspartate aminotransferase: beside NCT99000001 (≤ 3 × ULN), NCT99000002 (≤ 5 × ULN) "
        "admits more people; not comparable: NCT99000003."
    )
    assert told.rows == (("criteria", "alt"), ("criteria", "ast"))


def test_sizes_are_told_of_those_that_state_them_and_records_that_contradict_themselves_are_named() -> None:
    trials = [SyntheticTrial(n, study={"enrollment": 10 * n} if n < 3 else {}) for n in (1, 2, 3)]
    for number, kind in ((1, "age_structured"), (2, "sex_structured"), (3, "inclusion_exclusion_gap")):
        trials[number - 1].rows.append(
            RecordConflict(
                conflict_id=f"c{number}", nct_id=f"NCT9900000{number}", kind=kind, left_path="a", left_quote="b",
                right_path="c", right_quote="d", detail="the text says 30 years, minimumAge says 18 Years",
            )
        )  # fmt: skip
    texts = [each.text for each in compared(*trials).sentences]

    assert "Participants: 10 in NCT99000001 and 20 in NCT99000002; not known of NCT99000003." in texts
    assert "Records contradict themselves: NCT99000001 in 1 place and NCT99000002 in 1 place." in texts


def test_an_exception_that_spares_others_too_is_not_the_same() -> None:
    free = at_least("prior_malignancy_free_interval", 2, unit="a", exception=True)
    cells = {}
    for more in ("", " or not in need of treatment"):
        texts = (
            "History of another malignancy unless free of disease for ≥ 2 years",
            "History of another malignancy unless free of",
        )
        mine = SyntheticTrial(1).criterion(f"{texts[0]}.", free | {"quote": "≥ 2 years"}, section="exclusion")
        theirs = SyntheticTrial(2).criterion(
            f"{texts[1]} disease for ≥ 2 years{more}.", free | {"quote": "≥ 2 years"}, section="exclusion"
        )
        cells[more] = row(compared(mine, theirs), "criteria", "prior_malignancy_free_interval").cells[1]

    assert cells[""].verdict == "same"
    assert [each.verdict for more, each in cells.items() if more] == ["not comparable"]


def test_another_measure_is_the_same_only_where_the_criteria_are_worded_alike() -> None:
    def trial(number: int, text: str) -> SyntheticTrial:
        return SyntheticTrial(number).criterion(
            text, at_least("other_measure", 1, detail="managing migraines", quote="at least 1")
        )

    mine = trial(1, "Managing migraines with at least 1 CGRP inhibitor")
    other, alike = (
        trial(2, "Managing migraines by at least 1 preventive pill or acute medication"),
        trial(3, "Managing migraines with at least 1 CGRP inhibitor drug"),
    )
    (found,) = [
        each for panel in compared(mine, other, alike).panels for each in panel.rows if each.key.startswith("other_measure")
    ]

    assert [cell.verdict for cell in found.cells] == [None, "not comparable", "same"]


def test_a_country_that_the_registry_renamed_is_one() -> None:
    trial, beside = reference(), other()
    names = ((trial, "Korea, Republic of"), (beside, "South Korea"))
    for each, name in names:
        each.rows += [
            Country(country_id=f"c{each.nct_id}", nct_id=each.nct_id, position=0, name=name, removed=False),
            Facility(facility_id=f"f{each.nct_id}", nct_id=each.nct_id, position=0, name="Site", country=name),
        ]
    countries = row(compared(trial, beside), "places", "countries")

    assert countries.differs is False
    assert [cell.lines[0].text for cell in countries.cells] == ["South Korea", "South Korea"]
    assert [cell.lines[0].note for cell in countries.cells] == ["called Korea, Republic of", None]
    assert [cell.lines[0].value for cell in countries.cells] == [{"country": "South Korea", "sites": 1}] * 2
