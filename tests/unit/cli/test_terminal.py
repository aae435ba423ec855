"""The table for the terminal: never wider than asked, nothing a terminal would obey, absences told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.model import Agreement, Cell, Comparison, Line, Panel, Row, State, StatedOnly, TrialHead
from harvester.export.files import REPORT_FILES
from harvester.export.printable import printable
from harvester.export.report import comparison_report
from harvester.export.terminal import LEGEND, columns_of, render

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


def head(nct_id: str, position: int, title: str = "A synthetic trial") -> TrialHead:
    return TrialHead(
        nct_id=nct_id, title=title, acronym=None, position=position, is_focal=position == 0, role=None, reason=None,
        source="digest", source_note=None, data_date=None, registry_url="", overall_status=None, overall_status_label=None,
        phases_label=None, version=1,
    )  # fmt: skip


def comparison(rows: list[list[str | State]], titles: list[str] | None = None) -> Comparison:
    """A comparison of synthetic trials; a cell is a state, or the text that is stated."""
    trials = len(rows[0])
    titles = titles or ["A synthetic trial"] * trials
    states = ("not stated", "not applicable", "not read")
    made = tuple(
        Row(
            key=f"r{number}",
            label=f"Row {number}",
            cells=tuple(Cell(text) if text in states else Cell("stated", (Line(text),)) for text in texts),  # type: ignore[arg-type]
            differs=len(set(texts)) > 1,
            why="",
            agreement="differs" if len(set(texts)) > 1 else "alike",
        )
        for number, texts in enumerate(rows)
    )
    return Comparison(
        trials=tuple(head(f"NCT9900000{at}", at, titles[at]) for at in range(trials)),
        panels=(Panel("p", "A panel", "design", made),), timelines=(), totals=(), stated_only=(), sentences=(), notes=(),
        attribution="Source: synthetic.", program_version="0", collection_size=trials,
    )  # fmt: skip


@given(st.lists(WORDS, min_size=3, max_size=3), st.lists(WORDS, min_size=3, max_size=3), st.integers(70, 200))
def test_no_line_is_wider_than_asked(texts: list[str], titles: list[str], width: int) -> None:
    assert max(map(columns_of, render(comparison([texts], titles), width).splitlines())) <= width


@given(WORDS)
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    shown = render(comparison([[text, "b"]], [text, text]))

    assert [c for c in shown if not c.isprintable() and c != "\n"] == []


def test_printable_keeps_what_can_be_read() -> None:
    assert printable("≥ 10⁹/L\tµg \x1b[31mred\u202e") == "≥ 10⁹/L µg \N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"


def test_absences_are_told_apart() -> None:
    shown = render(comparison([["a", "not stated"], ["b", "not applicable"], ["c", "not read"]]))

    assert [line.split(maxsplit=4)[-1] for line in shown.splitlines() if " Row " in line] == ["- not stated", "n/a", "? not read"]


def test_signs_say_what_differs_and_what_is_not_known() -> None:
    shown = render(comparison([["a", "a"], ["a", "b"], ["not read", "b"], ["not stated", "b"]])).splitlines()
    signs = [line.split()[0] for line in shown if " Row " in line]

    assert signs == ["=", "≠", "≠", "1"]


@pytest.mark.parametrize(("agreement", "sign"), [("cannot tell", "?"), ("alike", "="), ("differs", "≠")])
def test_the_sign_is_what_every_other_form_says_of_the_row(agreement: Agreement, sign: str) -> None:
    made = comparison([["words of one", "other words"]])
    row = replace(made.panels[0].rows[0], differs=agreement == "differs", agreement=agreement)
    made = replace(made, panels=(replace(made.panels[0], rows=(row,)),))

    assert [line.split()[0] for line in render(made).splitlines() if " Row " in line] == [sign]
    assert f"| {sign} " in REPORT_FILES["markdown"].write(comparison_report(made))
    assert f"{sign} " in LEGEND


def test_a_summary_stands_for_its_lines() -> None:
    cell = Cell("stated", (Line("≥ 14 years"), Line("≤ 65 years")), summary="14 to 65 years")
    made = comparison([["a", "b"]])
    row = replace(made.panels[0].rows[0], cells=(cell, cell))
    shown = render(replace(made, panels=(replace(made.panels[0], rows=(row,)),)))

    assert "14 to 65 years" in shown
    assert "≥ 14 years" not in shown


def test_the_focal_trial_stands_in_every_table() -> None:
    shown = render(comparison([["a", "b", "c", "d"]]), width=70)

    assert shown.count("(focal)") == 3


def test_a_row_in_which_nobody_states_anything_is_left_out() -> None:
    shown = render(comparison([["not read", "not stated", "c"]]), width=70)

    assert shown.count("Row 0") == 1


def test_what_is_cut_is_said() -> None:
    shown = render(comparison([["a", "b"]] * 12), rows_per_panel=8)

    assert "… 4 more rows" in shown
    assert "more row" not in render(comparison([["a", "b"]] * 12), rows_per_panel=None)


def test_long_cells_are_cut_after_some_lines() -> None:
    lines = tuple(Line(f"line {number}") for number in range(5))
    made = comparison([["a", "b"]])
    row = Row("r", "Row", (Cell("stated", lines), Cell("stated", lines, verdict="stricter")), True, "")
    shown = render(replace(made, panels=(Panel("p", "P", "design", (row,)),)), lines_per_cell=3)

    assert "+2 more" in shown
    assert "(stricter)" in shown


def test_signs_are_said_to_speak_of_all_trials_where_tables_show_only_some() -> None:
    together = render(comparison([["1", "1", "2", "3", "4"]]), 400)
    apart = " ".join(render(comparison([["1", "1", "2", "3", "4"]]), 80).split())

    assert "all 5 trials" not in together
    assert "They speak of all 5 trials, also of those in another table." in apart


def test_criteria_without_a_row_are_told_where_they_are_few_and_counted_where_they_are_many() -> None:
    def alone(*lines: str) -> str:
        stated = (StatedOnly("NCT99000000", tuple(Line(each) for each in lines)), StatedOnly("NCT99000001", ()))
        return render(replace(comparison([["a", "b"]]), stated_only=stated))

    assert "NCT99000000 alone states: ECOG 0 to 2\nNCT99000000 alone states: age from 18\n" in alone("ECOG 0 to 2", "age from 18")
    assert "no row here: 13 of NCT99000000." in alone(*(f"criterion {number}" for number in range(13)))
    assert "NCT99000000 alone" not in alone() + alone(*(f"criterion {number}" for number in range(13)))
    assert "no row here" not in alone()
