"""Drawings say what their table says, inside the picture; estimated and actual are told apart without a colour."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.model import Cell, Comparison, Line, Panel, Row, TrialHead
from harvester.export import png
from harvester.export.countries import MOST, countries
from harvester.export.drawing import Drawing
from harvester.export.drawings import drawings_of
from harvester.export.enrolment import enrolment
from harvester.export.part import picture_file, picture_names
from harvester.export.recruitment_calendar import recruitment_calendar
from tests.unit.export.made_comparison import head, made_comparison

dates = st.from_regex(r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])(-[0-3][0-9])?\Z")
kinds = st.sampled_from(["", " (actual)", " (estimated)"])


def stated(text: str, value: object) -> Cell:
    return Cell("stated", (Line(text, value=value),))


def row(key: str, cells: tuple[Cell, ...]) -> Row:
    return Row(key, key, cells, True, "made")


def comparison(
    starts: tuple[Cell, ...], sizes: tuple[Cell, ...], phases: tuple[Cell, ...], places: tuple[Cell, ...] = ()
) -> Comparison:
    """Synthetic trials NCT99… with these cells."""
    trials: tuple[TrialHead, ...] = tuple(head(f"NCT9900{place:04d}", place) for place in range(len(starts)))
    status = Panel("status", "Status", "status", (row("start_date", starts), row("enrollment", sizes)))
    design = Panel("design", "Design", "design", (row("phase", phases),))
    sites = Panel("places", "Places", "sites and sponsors", (row("countries", places or starts),))
    return replace(made_comparison(), trials=trials, panels=(status, design, sites))


def two(**dated: tuple[str, str]) -> Comparison:
    """Two trials with these dates, by row."""
    rows = tuple(row(key, tuple(stated(text, text.split(" ")[0]) for text in texts)) for key, texts in dated.items())
    return replace(made_comparison(), panels=(Panel("status", "Status", "status", rows),))


@st.composite
def compared(draw: st.DrawFn) -> Comparison:
    count = draw(st.integers(1, 20))

    def cell(text: str, value: object) -> Cell:
        absent = draw(st.sampled_from(["stated", "stated", "not stated", "not read"]))
        return stated(text, value) if absent == "stated" else Cell(absent)  # type: ignore[arg-type]

    starts = tuple(cell(f"{(day := draw(dates))}{draw(kinds)}", day) for _ in range(count))
    sizes = tuple(cell(f"{(size := draw(st.integers(0, 10**6)))}{draw(kinds)}", size) for _ in range(count))
    phases = tuple(cell(draw(st.sampled_from(["Phase 2", "Phase 1/Phase 2", "Odd"])), "x") for _ in range(count))
    names = st.lists(st.sampled_from([f"Country {number}" for number in range(50)]), unique=True)
    places = tuple(
        Cell(
            "stated", tuple(Line(name, value={"country": name, "sites": draw(st.none() | st.integers(1, 900))}) for name in found)
        )
        if (found := draw(names))
        else Cell("not stated")
        for _ in range(count)
    )
    return comparison(starts, sizes, phases, places)


def points_of(drawn: Drawing) -> list[tuple[float, float]]:
    corners = [(x, y) for box in drawn.boxes for x, y in ((box.x, box.y), (box.x + box.width, box.y + box.height))]
    marks = [tuple(map(float, pair.split(","))) for mark in drawn.marks for pair in mark.points.split()]
    return [*corners, *((x, y) for x, y in marks), *((word.x, word.y) for word in drawn.words)]


@given(compared())
def test_everything_is_drawn_inside_the_picture(found: Comparison) -> None:
    for drawn in [each for wide in drawings_of(found) for each in (wide, wide.narrow) if each]:
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points_of(drawn))
        assert all(len(each) == len(drawn.columns) for each in drawn.rows)
        assert all(box.width > 0 for box in drawn.boxes)


@given(compared())
def test_every_trial_stands_in_the_table_of_calendar_and_participants(found: Comparison) -> None:
    for drawn in (recruitment_calendar(found), enrolment(found)):
        assert drawn is None or [each[0] for each in drawn.rows] == list(found.nct_ids)


def test_estimated_is_hatched_or_hollow_and_actual_is_solid() -> None:
    drawn = recruitment_calendar(
        two(
            start_date=("2020-01-01 (actual)", "2020-01 (actual)"),
            primary_completion_date=("2021-01-01 (actual)", "2022-06-30 (estimated)"),
            completion_date=("2022-01-01 (actual)", "2023-12-31 (estimated)"),
        )
    )
    assert drawn is not None

    assert [box.fill for box in drawn.boxes] == ["solid", "solid", "hatched", "hatched"]
    assert [mark.fill for mark in drawn.marks] == ["solid"] * 3 + ["hollow", "hollow", "solid"]
    assert drawn.rows[1][2:5] == ("2020-01 (actual)", "2022-06-30 (estimated)", "2023-12-31 (estimated)")


def test_a_date_that_is_not_said_to_be_actual_is_not_drawn_as_such() -> None:
    drawn = recruitment_calendar(two(start_date=("2020-01-01", "2020-05"), completion_date=("2021-01-01", "2021-05")))
    assert drawn is not None

    assert {box.fill for box in drawn.boxes} == {"hatched"}
    assert {mark.fill for mark in drawn.marks} == {"hollow"}


def test_no_year_of_the_calendar_is_cut_at_its_edge() -> None:
    drawn = recruitment_calendar(two(start_date=("2012-01-01", "2020-05"), completion_date=("2028-01-01", "2021-05")))
    assert drawn is not None
    years = [word for word in drawn.words if word.kind == "tick"]

    assert years[0].text == "2012"
    assert all(word.x >= 13 for word in years)


def test_what_a_source_may_leave_out_is_not_called_unstated() -> None:
    made = two(start_date=("2020-01-01", "2020-05"))
    heads = (made.trials[0], replace(made.trials[1], overall_status_label=None))
    unread = Row("overall_status", "Status", (stated("Recruiting", "RECRUITING"), Cell("not read")), False, "made")
    panel = replace(made.panels[0], rows=(*made.panels[0].rows, unread))
    drawn = recruitment_calendar(replace(made, trials=heads, panels=(panel,)))

    assert [each.source for each in heads] == ["api", "digest"]
    assert drawn
    assert [row[3] for row in drawn.rows] == ["not stated", "not at hand"]
    assert drawn.rows[1][1] == "not read"


def test_the_line_of_a_calendar_is_the_day_of_the_data() -> None:
    made = two(start_date=("2020-01-01 (actual)", "2020-05-01 (actual)"))
    undated = replace(made, trials=tuple(replace(trial, data_date=None) for trial in made.trials))
    dated, silent = recruitment_calendar(made), recruitment_calendar(undated)
    assert dated is not None
    assert silent is not None

    assert [stroke.kind for stroke in dated.strokes].count("date") == 2
    assert [stroke.kind for stroke in silent.strokes].count("date") == 0


def test_impossible_dates_are_not_drawn() -> None:
    assert recruitment_calendar(two(start_date=("2020-02-31", "0000-00"))) is None


def test_early_phases_come_first_and_trials_without_one_last() -> None:
    sizes = tuple(stated(f"{size} (actual)", size) for size in (30, 20, 10))
    drawn = enrolment(comparison(sizes, sizes, (Cell("not read"), stated("Phase 2", "x"), stated("Phase 1", "x"))))
    assert drawn is not None

    assert [word.text for word in drawn.words if word.kind == "trial"] == ["Phase 1", "Phase 2", "phase not read"]
    assert [box.width for box in drawn.boxes] == sorted(box.width for box in drawn.boxes)
    assert {box.fill for box in drawn.boxes} == {"solid"}


def test_countries_without_counted_sites_are_hollow_and_the_table_has_all() -> None:
    many = Cell("stated", tuple(Line(f"Country {n:02d}", value={"country": "", "sites": 2}) for n in range(MOST + 5)))
    old = Cell("stated", (Line("Country 00", value="Country 00"),))
    drawn = countries(comparison((many, old), (many, old), (many, old), (many, old)))
    assert drawn is not None

    assert len(drawn.rows) == MOST + 5
    assert [box.fill for box in drawn.boxes].count("hollow") == 1
    assert drawn.rows[0] == ("Country 00", "2", "named")
    assert any(word.text == "and 5 more countries, in the table" for word in drawn.words)


def test_a_drawing_as_a_file_names_its_source_and_is_sound_xml() -> None:
    found = two(start_date=("2020-01-01 (actual)", "2020-05-01 (actual)"))
    assert picture_names(found) == {"timeline": "Timeline", "calendar": "Recruitment calendar"}

    drawn = picture_file(found, "calendar")
    assert drawn is not None
    text = " ".join(ElementTree.fromstring(drawn).itertext())

    assert "data as of 2026-11-20" in text
    assert "Solid: actual" in text
    assert picture_file(found, "nothing") is None


@pytest.mark.skipif(bool(png.why_not()), reason=png.why_not() or "PNG is drawn here")
def test_a_picture_becomes_png() -> None:
    assert png.picture_png(picture_file(made_comparison()) or "").startswith(b"\x89PNG\r\n\x1a\n")


def test_without_fonts_no_picture_without_letters_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    png.why_not.cache_clear()
    monkeypatch.setattr(png, "_drawn", lambda svg: b"blank")

    with pytest.raises(png.PngUnavailableError, match="no sans-serif font"):
        png.picture_png("<svg/>")
    png.why_not.cache_clear()


def test_a_phone_has_every_drawing_whole_but_one_of_more_columns_than_it_holds() -> None:
    few, many = (
        comparison(*(tuple(stated(text, value) for _ in range(count)) for text, value in _SAID), *_places(count))
        for count in (4, 12)
    )

    assert [drawn.narrow is not None for drawn in drawings_of(few)] == [True] * 3
    assert {drawn.key: drawn.narrow is not None for drawn in drawings_of(many)}["countries"] is False


_SAID = (("2020-01-01 (actual)", "2020-01-01"), ("31", 31), ("Phase 2", "PHASE2"))


def _places(count: int) -> tuple[tuple[Cell, ...]]:
    return (tuple(stated("China", {"sites": 1}) for _ in range(count)),)
