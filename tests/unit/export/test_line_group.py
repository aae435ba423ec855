"""Values of one sentence stand over it together; many limits for different people are a table."""

from __future__ import annotations

from dataclasses import replace

from harvester.compare.model import Cell, Line
from harvester.export.html import RegistryLinks, environment
from harvester.export.line_group import by_section, gathered, line_group
from harvester.span import Source

PATH = "protocolSection.eligibilityModule.eligibilityCriteria"
WHOLE = "Creatinine mg/dL by age, male and female: 1 to 2 years 0.6 0.6, 2 to 6 years 0.8 0.7, 16 years and over 1.7 1.4"
TOLD = [
    ("≤ 0.6 mg/dL (men, 1 to < 2 years)", "0.6"),
    ("≤ 0.6 mg/dL (women, 1 to < 2 years)", "0.6,"),
    ("≤ 0.8 mg/dL (men, 2 to < 6 years)", "0.8"),
    ("≤ 0.7 mg/dL (women, 2 to < 6 years)", "0.7"),
    ("≤ 1.7 mg/dL (men, ≥ 16 years)", "1.7"),
    ("≤ 1.4 mg/dL (women, ≥ 16 years)", "1.4"),
]


def line(text: str, quote: str, start: int = 0, note: str | None = None) -> Line:
    at = start + WHOLE.index(quote)
    whole = Source(PATH, start, start + len(WHOLE), WHOLE)
    return Line(text, (Source(PATH, at, at + len(quote), quote), whole), note=note)


LINES = tuple(line(*each) for each in TOLD)


def test_limits_by_age_and_sex_are_a_table_over_one_sentence() -> None:
    (group,) = gathered(LINES)
    shown = line_group(group)

    assert shown.table is not None
    assert shown.table.columns == ("men", "women")
    assert [(whom, *(item.text for item in items)) for whom, items in shown.table.rows] == [
        ("1 to < 2 years", "≤ 0.6 mg/dL", "≤ 0.6 mg/dL"),
        ("2 to < 6 years", "≤ 0.8 mg/dL", "≤ 0.7 mg/dL"),
        ("≥ 16 years", "≤ 1.7 mg/dL", "≤ 1.4 mg/dL"),
    ]
    (quotation,) = shown.quotations
    assert [piece.text for piece in quotation.pieces if piece.decides] == ["0.6", "0.6,", "0.8", "0.7", "1.7", "1.4"]


def test_a_table_names_what_it_limits_where_its_lines_do() -> None:
    named = [replace(each, text=f"serum creatinine: {each.text}") for each in LINES]
    table = line_group(gathered(named)[0]).table

    assert table is not None
    assert table.what == "serum creatinine"


def test_limits_by_weight_have_one_column() -> None:
    weights = (("5", "< 10 kg", "0.6"), ("9", "10 kg", "0.8"), ("12", "more", "1.7"))
    told = [line(f"{low} mg ({whom})", quote) for low, whom, quote in weights]
    table = line_group(gathered(told)[0]).table

    assert table is not None
    assert (table.columns, [whom for whom, _ in table.rows]) == (("",), ["< 10 kg", "10 kg", "more"])


def test_people_who_are_told_twice_or_not_at_all_make_no_table() -> None:
    for odd in (LINES[0], replace(LINES[0], text="≤ 9 mg/dL (men, 1 to < 2 years)"), replace(LINES[0], text="≤ 9 mg/dL")):
        lines = (*LINES[:3], replace(odd, sources=LINES[4].sources, flags=("x",)))

        assert line_group(gathered(lines)[0]).table is None


def test_lines_of_other_texts_or_notes_stand_apart() -> None:
    far = line("≤ 3 mg/dL", "1.7", start=500)
    excluded = line("≤ 4 mg/dL", "1.7", note="written as an exclusion")

    assert [len(each) for each in gathered([*LINES[:2], far, excluded])] == [2, 1, 1]


def test_lines_that_say_the_same_are_one_with_all_their_places() -> None:
    again = line(TOLD[0][0], "0.6", start=500)
    (first, second) = gathered([LINES[0], LINES[2], again])

    assert [each.text for each in first] == [TOLD[0][0]]
    assert {each.start for each in first[0].sources} == {0, 500, WHOLE.index("0.6"), 500 + WHOLE.index("0.6")}
    assert [each.text for each in second] == [TOLD[2][0]]


def test_every_value_of_a_group_leads_to_its_own_place() -> None:
    drawn = environment().globals["drawn_cell"](Cell("stated", LINES), "NCT99000001", RegistryLinks())

    assert drawn.count('class="place"') == len(LINES)
    assert drawn.count("<q>") == 1
    assert drawn.count("<tr>") == 4


def test_values_that_need_no_words_share_their_note() -> None:
    told = [Line(f"drug {day} mg", (Source("arm", day, day + 6, f"{day} mg"),), note="in: Arm A") for day in (10, 20)]
    (group,) = gathered(told)
    shown = line_group(group)

    assert [item.text for item in shown.items] == ["drug 10 mg", "drug 20 mg"]
    assert (shown.note, shown.quotations) == ("in: Arm A", ())


def test_of_many_unread_pieces_two_are_shown_and_the_rest_folded() -> None:
    pieces = tuple(Line(f"piece {at} of text", (Source(PATH, at, at + 15, f"piece {at} of text"),)) for at in range(5))
    drawn = environment().globals["drawn_cell"](Cell("not read", pieces, note="spoken of"), "NCT99000001", RegistryLinks())

    assert "<summary>3 more</summary>" in drawn
    assert [drawn.count(f"piece {at} of text") for at in range(5)] == [2] * 5, "the value in words, which the quotation repeats"
    assert drawn.index("piece 1 of text") < drawn.index("<summary>3 more</summary>") < drawn.index("piece 2 of text")


def test_criteria_stand_under_their_section_and_their_own_words_once() -> None:
    own = Line("excluded: APL.", (Source(PATH, 0, 4, "APL."),))
    inside = Line("Consent", (Source(PATH, 9, 16, "Consent"),))
    limit = replace(LINES[0], note="written as an exclusion")
    sections = by_section([own, inside, limit])

    assert [(name, [line.text for line in lines]) for name, lines in sections] == [
        ("Inclusion", [""]),
        ("Exclusion", ["", LINES[0].text]),
    ]
    assert [line.note for line in sections[1][1]] == [None, None]
    drawn = environment().globals["drawn_lines"](sections[1][1][:1], "NCT99000001", RegistryLinks())
    assert drawn.count("APL.") == 1


def test_values_that_two_texts_tell_alike_stand_together_over_both() -> None:
    """An arm and its intervention tell the same doses: each text is quoted once, not once a dose."""
    arm, other = "8 ug/day, then 28 ug/day through a line", "By a line: 8 ug/day, raised to 28 ug/day"

    def told(amount: str) -> Line:
        pairs = [(Source(path, at := text.index(amount), at + len(amount), amount), Source(path, 0, len(text), text))
                 for path, text in (("arm", arm), ("intervention", other))]  # fmt: skip
        return Line(f"drug {amount}", tuple(source for pair in pairs for source in pair))

    (group,) = gathered((told("8 ug/day"), told("28 ug/day")))
    shown = line_group(group)

    assert [item.text for item in shown.items] == ["drug 8 ug/day", "drug 28 ug/day"]
    assert ["".join(piece.text for piece in each.pieces) for each in shown.quotations] == [arm, other]
    assert len(gathered((told("8 ug/day"), line("≤ 0.6 mg/dL", "0.6")))) == 2
