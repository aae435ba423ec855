"""The picture of limits shows every trial that states something, says of the others what they are, and fits on paper."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from harvester.compare.model import Cell, Comparison, Line, Panel, Row
from harvester.export import figures as figures_
from harvester.export.drawing import NARROW, WIDTH
from harvester.export.figures import figures
from harvester.export.files import COMPARISON_FILES
from harvester.export.limits import TALLEST, limits, limits_in_parts
from harvester.export.part import picture_file
from harvester.export.png import why_not
from tests.unit.export.made_comparison import head, made_comparison

needs_png = pytest.mark.skipif(bool(why_not()), reason=why_not() or "PNG is drawn here")


def limit(text: str, low: float | None, high: float | None, concept: str = "lvef", **more: object) -> Cell:
    value = {"concept": concept, "eligible_low": low, "eligible_high": high, "unit": "%", "reference": "absolute", **more}
    return Cell("stated", (Line(text, value=value),))


def compared(*rows: tuple[str, tuple[Cell, ...]]) -> Comparison:
    """Synthetic trials NCT99… with these rows of criteria."""
    made = tuple(Row(key, key.upper(), cells, True, "made", unit="%") for key, cells in rows)
    trials = tuple(head(f"NCT9900{place:04d}", place) for place in range(len(rows[0][1])))
    panels = (Panel("criteria", "Criteria", "population", made),)
    return replace(made_comparison(), trials=trials, panels=panels, timelines=())


LVEF = (limit("≥ 50 %", 50, None), limit("≥ 45 %", 45, None), Cell("not stated"), Cell("not read"))


def test_a_lane_a_trial_that_states_something_and_the_others_by_their_state() -> None:
    drawn = limits(compared(("lvef", LVEF)))

    assert drawn is not None
    words = [each.text for each in drawn.words]
    assert words == [
        *("LVEF, %", "NCT99000000", "≥ 50 %", "NCT99000001", "≥ 45 %"),
        "not stated: NCT99000002; not read: NCT99000003",
    ]
    assert [each.tone for each in drawn.boxes] == ["focal", ""]
    assert drawn.rows[2] == ("LVEF, %", "NCT99000002", "not stated", "")


def test_a_limit_with_people_of_its_own_stands_in_words_without_a_bar() -> None:
    two = Cell("stated", (*LVEF[1].lines, *limit("≥ 40 % (women)", 40, None, sex="female").lines))
    drawn = limits(compared(("lvef", (*LVEF[:2], two))))

    assert drawn is not None
    assert len(drawn.boxes) == 2
    assert "≥ 45 %; ≥ 40 % (women)" in [each.text for each in drawn.words]


def test_one_score_written_three_ways_is_one_bar() -> None:
    ways = (
        limit("≤ 2", None, 3, "ecog", eligible_high_inclusive=False),
        limit("≤ 2", None, 2, "ecog"),
        limit("0 to 2", 0, 2, "ecog"),
        limit("≤ 3", None, 3, "ecog"),
    )
    drawn = limits(compared(("ecog", ways)))

    assert drawn is not None
    assert len({(each.x, each.width) for each in drawn.boxes[:3]}) == 1
    assert drawn.boxes[3].width > drawn.boxes[0].width
    assert {each.fill for each in drawn.marks} == {"solid"}


def test_nothing_is_drawn_where_no_two_trials_can_be_compared() -> None:
    assert limits(compared(("lvef", (LVEF[0], *LVEF[2:])))) is None


def test_parts_fit_on_paper_and_lose_no_row() -> None:
    many = compared(*((f"row{at}", LVEF) for at in range(30)))
    parts = limits_in_parts(many)
    whole = limits(many)

    assert whole is not None
    assert len(parts) > 1
    assert all(part.height <= TALLEST + 10 for part in parts)
    assert [row for part in parts for row in part.rows] == list(whole.rows)
    assert parts[0].title == f"Limits of who may join, part 1 of {len(parts)}"


def test_the_file_is_well_formed_and_carries_its_source() -> None:
    text = picture_file(compared(("lvef", LVEF)), "limits") or ""

    ElementTree.fromstring(text)
    assert "data as of 2026-11-20" in text


@needs_png
def test_word_documents_hold_the_pictures_with_their_words() -> None:
    comparison = replace(made_comparison(), panels=compared(("lvef", LVEF[:2])).panels)
    made = COMPARISON_FILES["docx"].bytes_of(comparison)

    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        document = parts.read("word/document.xml").decode("utf-8")
        pictures = [name for name in parts.namelist() if name.startswith("word/media/")]
    assert len(pictures) == 2
    assert "Who may join NCT99000010, NCT99000020 by 1 row." in document
    assert "Days from first dose. Height: amount a day" in document
    assert COMPARISON_FILES["docx"].bytes_of(comparison) == made


def test_without_a_way_to_draw_png_there_are_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_, "why_not", lambda: "not installed")

    assert figures(made_comparison()) == {}


def test_on_a_phone_each_bar_stands_below_its_words() -> None:
    wide, narrow = (limits(compared(("lvef", LVEF)), width) for width in (WIDTH, NARROW))

    assert wide is not None
    assert narrow is not None
    assert (narrow.width, narrow.rows) == (NARROW, wide.rows)
    said = [word for word in narrow.words if word.text.startswith("≥")]
    assert all(word.y < box.y for word, box in zip(said, narrow.boxes, strict=True))
