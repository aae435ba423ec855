"""The words under a value: the deciding ones set off, nothing repeated, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.model import Line
from harvester.export.quotation import LONGEST, quotations, spoken
from harvester.span import Source

PATH = "protocolSection.eligibilityModule.eligibilityCriteria"


def line(text: str, *spans: tuple[int, int], whole: str) -> Line:
    return Line(text, tuple(Source(PATH, start, end, whole[start:end]) for start, end in spans))


def test_words_inside_a_quoted_criterion_are_set_off_there() -> None:
    whole = "Age 14-65 years (inclusive)"

    (quoted,) = quotations(line("14 to 65 years", (0, len(whole)), (4, 15), whole=whole))

    assert [(piece.text, piece.decides) for piece in quoted.pieces] == [
        ("Age ", False),
        ("14-65 years", True),
        (" (inclusive)", False),
    ]
    assert (quoted.source.start, quoted.source.end) == (4, 15)


def test_a_code_a_date_or_a_number_that_the_value_repeats_is_not_quoted_again() -> None:
    assert quotations(line("Recruiting", (0, 10), whole="RECRUITING")) == ()
    assert quotations(line("20 (estimated)", (0, 2), whole="20")) == ()
    assert quotations(line("none posted", (0, 5), whole="false")) == ()


def test_a_value_that_is_the_text_itself_is_not_quoted_again() -> None:
    escaped = "burden  \\>= 10% before"

    assert quotations(line("excluded: burden >= 10% before", (0, len(escaped)), whole=escaped)) == ()
    assert quotations(line("excluded: burden > 10% before", (0, len(escaped)), whole=escaped)) != ()
    assert quotations(line("14 to 65 years", (0, 8), (9, 17), whole="14 Years 65 Years")) == ()


def test_the_same_words_in_two_places_are_quoted_once() -> None:
    told = Line("drug 9 ug/d", (Source("arm", 0, 8, "9 µg/day"), Source("drug", 5, 13, "9 µg/day")))

    (quoted,) = quotations(told)

    assert (quoted.source.path, [each.path for each in quoted.also]) == ("arm", ["drug"])


def test_words_with_more_around_them_elsewhere_are_quoted_once_with_less() -> None:
    short, long = "days 1-3 9 µg/day IV", "Before: rest. days 1-3 9 µg/day IV. Then stop."
    told = Line(
        "drug 9 ug/d",
        (
            Source("drug", 23, 31, "9 µg/day"),
            Source("drug", 0, len(long), long),
            Source("arm", 9, 17, "9 µg/day"),
            Source("arm", 0, len(short), short),
        ),
    )

    (quoted,) = quotations(told)

    assert ("".join(piece.text for piece in quoted.pieces), [each.path for each in quoted.also]) == (short, ["drug"])


def test_the_same_words_in_other_sentences_are_quoted_both() -> None:
    told = Line(
        "drug 9 ug/d",
        (
            Source("arm", 9, 17, "9 µg/day"),
            Source("arm", 0, 17, "days 1-3 9 µg/day"),
            Source("drug", 6, 14, "9 µg/day"),
            Source("drug", 0, 14, "day 8 9 µg/day"),
        ),
    )

    assert len(quotations(told)) == 2


def test_a_sign_is_always_quoted() -> None:
    assert len(quotations(line("≥ 16 years", (0, 10), whole="> 16 years"))) == 1


def test_far_words_are_left_out_of_the_short_form_only() -> None:
    whole = "word " * 80 + "LVEF ≥ 50%" + " more" * 80
    start = whole.index("≥")

    (quoted,) = quotations(line("LVEF ≥ 50 %", (0, len(whole)), (start, start + 5), whole=whole))
    short = "".join(piece.text for piece in quoted.short)

    assert "".join(piece.text for piece in quoted.pieces) == whole
    assert len(short) <= LONGEST + 20
    assert "≥ 50%" in short
    assert short.startswith("…")
    assert short.endswith("…")


@given(st.text(min_size=1, max_size=400), st.lists(st.tuples(st.integers(0, 399), st.integers(1, 60)), max_size=4))
def test_pieces_are_the_quotation(whole: str, inner: list[tuple[int, int]]) -> None:
    spans = [(start, min(start + length, len(whole))) for start, length in inner if start < len(whole)]

    for quoted in quotations(line("", (0, len(whole)), *spans, whole=whole)):
        assert "".join(piece.text for piece in quoted.pieces) in whole


def test_a_criterion_that_is_the_value_itself_stands_once_as_a_quotation() -> None:
    whole = "patients with central nervous system leukemia."
    start = whole.index("central")

    said = spoken(line(f"excluded: {whole}", (0, len(whole)), (start, len(whole) - 1), whole=whole))

    assert said.text == "excluded:"
    assert ["".join(piece.text for piece in each.pieces) for each in said.quotations] == [whole]


def test_an_unread_criterion_is_in_the_registrys_voice() -> None:
    whole = "Adequate organ function as judged by the investigator"

    said = spoken(line(whole, (0, len(whole)), whole=whole))

    assert said.text == ""
    assert [each.source.span.end for each in said.quotations] == [len(whole)]


def test_words_that_the_note_gives_are_not_given_again() -> None:
    frame = Source("protocolSection.outcomesModule.primaryOutcomes[0].timeFrame", 0, 7, "8 weeks")
    measure = Source("protocolSection.outcomesModule.primaryOutcomes[0].measure", 0, 4, "Pain")

    said = spoken(Line("Pain (56 days)", (measure, frame), note="secondary outcome; time frame: 8 weeks"))

    assert said.quotations == ()
    assert said.text == "Pain (56 days)"


def test_a_short_value_stays_a_value() -> None:
    assert spoken(line("≥ 16 years", (0, 10), whole="> 16 years")).text == "≥ 16 years"


def test_a_short_criterion_that_is_excluded_stands_once() -> None:
    said = spoken(line("excluded: Uncontrolled sepsis", (0, 19), (0, 12), whole="Uncontrolled sepsis"))

    assert said.text == "excluded:"
    assert len(said.quotations) == 1
