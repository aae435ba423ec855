"""Laws that hold for every eligibility text: offsets quote it, nothing is dropped, polarity turns once, reading is linear."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text.criteria.criteria import read_criteria
from harvester.text.criteria.criteria_answer import answer_criteria
from harvester.text.criteria.domain import domain_names
from harvester.text.expressions.definition_file import definition_lines
from harvester.text.expressions.rule import confidence_of, rules
from harvester.text.facts.fact import MOST_LINES, read_facts
from harvester.text.joining.polarity import Region, complement, eligible
from harvester.text.limits.concept import concepts
from harvester.text.limits.concept_unit import canonical, fits
from harvester.text.limits.limit import MOST, limits_of, may_hold_limits
from harvester.text.written.normal import normal_text
from harvester.text.written.token import tokens_of
from tests.unit.text.criteria_shown import facts_of

FRAGMENTS = (
    "Inclusion Criteria:", "Exclusion Criteria:", "\n\n* ", "\n  * ", "\n1. ", "Age", "≥ 18 years", "18-65", "\\<",
    "ALT", "AST and ALT", "≤ 3 x ULN", "within 4 weeks", "before the first dose", "or", "and", "(", ")", ";", ".", "no",
    "must not", "ECOG 0-1", "NYHA class III", "&lt;", "／", "≧", "for", "at least", "6 months", "pregnant", "unless",
    "in men", "HIV", "not", "10\\^9/L", "140/90 mmHg", "II", "½", "12.5 %", "less than", "None", "Note:",
)  # fmt: skip


def quoted(text: str) -> list[str]:
    """The words of every line."""
    answer = answer_criteria({"id": 1, "text": text, "section": None})
    return [line["text"] for line in answer["criteria"]]


TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=30).map(" ".join)
NUMBERS = st.integers(min_value=1, max_value=90)
FOR_EVERY_CONCEPT = [tuple(line.split(",")[1:3]) for line in definition_lines("conversions.csv") if line.startswith("*,")]
"""Units and the units that they are converted to, whichever the concept."""
SIGNS = {"≥": ">=", ">": ">", "≤": "<=", "<": "<", "at least": ">=", "more than": ">", "at most": "<=", "less than": "<"}


@given(TEXTS)
def test_every_line_quotes_the_text_in_order(text: str) -> None:
    """Spans stand in the raw text, in order, none empty and none inside another."""
    lines = read_criteria(text)

    assert all(0 <= line.start < line.end <= len(text) for line in lines)
    assert all(first.end <= second.start for first, second in itertools.pairwise(lines))
    assert all(line.parent is None or lines[line.parent].level < line.level for line in lines)


@given(TEXTS)
def test_no_word_of_the_text_is_dropped(text: str) -> None:
    """What stands outside every line is at most bullets, numbers, colons and blanks: no word of four letters or more."""
    covered = list(text)
    for line in read_criteria(text):
        covered[line.start : line.end] = " " * (line.end - line.start)
    rest = normal_text("".join(covered)).text

    assert [token.text for token in tokens_of(rest) if token.text.isalpha() and len(token.text) > 3] == []


@given(TEXTS, st.sampled_from([None, "inclusion", "exclusion"]))
def test_facts_stand_inside_their_line(text: str, section: str | None) -> None:
    """A fact's words are words of its own line, its concept and rule are listed ones, and its numbers are finite."""
    lines = read_criteria(text, section)
    reading = read_facts(text, lines)
    listed = {rule.rule for rule in rules()}

    assert all(lines[fact.line].start <= fact.start < fact.end <= lines[fact.line].end for fact in reading.facts)
    assert {fact.concept for fact in reading.facts} <= set(concepts())
    assert {part for fact in reading.facts for part in fact.rule.split("+")} - {"subject.before", "subject.inside"} <= listed
    assert 0 <= reading.read_characters <= reading.characters <= len(text)


@given(TEXTS)
def test_the_answer_is_json_and_always_the_same(text: str) -> None:
    """The command's answer can be written, and asking twice changes nothing."""
    question = {"id": 1, "text": text, "section": None}

    assert json.dumps(answer_criteria(question), allow_nan=False) == json.dumps(answer_criteria(question))


@pytest.mark.parametrize(
    "text",
    [
        "Inclusion: ١٢. Age 18 years. ٢. Able to consent",
        "* Age ≥ ١٨ years, ECOG ٠-٢, 5 × 10^٧/L",
        "5 m\u0130o cells, \u017fix weeks",
    ],
)
def test_digits_and_letters_of_other_scripts_are_read_or_left(text: str) -> None:
    """Whatever a pattern takes for a digit or a letter, reading goes on."""
    assert "".join(quoted(text)).strip()


@given(TEXTS)
def test_a_line_without_signs_of_limits_has_none(text: str) -> None:
    """A line that is not scanned for limits holds none."""
    line = normal_text(text).text

    assert may_hold_limits(line) or limits_of(line, tokens_of(line)) == ()


@given(NUMBERS, st.sampled_from(sorted(SIGNS)), st.sampled_from(["LVEF", "Platelet count", "Hemoglobin", "Body weight"]))
def test_an_exclusion_turns_the_region_once(number: int, sign: str, name: str) -> None:
    """Who may join under an exclusion are all others; turned twice, all are back."""
    text = f"{name} {sign} {number}"
    (inside,), (outside,) = facts_of(text, "inclusion"), facts_of(text, "exclusion")
    region = Region(inside.eligible_low, inside.eligible_low_inclusive, inside.eligible_high, inside.eligible_high_inclusive)
    turned = Region(outside.eligible_low, outside.eligible_low_inclusive, outside.eligible_high, outside.eligible_high_inclusive)

    assert inside.comparator == SIGNS[sign]
    assert turned == complement(region)
    assert complement(turned) == region


@given(st.sets(st.integers(0, 5), min_size=1, max_size=5))
def test_grades_shut_out_leave_the_better_ones(grades: set[int]) -> None:
    """Shut-out grades of a known scale leave those better than all of them; from the best grade on, all the others."""
    values = tuple(float(grade) for grade in sorted(grades))
    let_in = eligible("ecog", Region(), values, 0).members or ()
    others = eligible("ecog", Region(), values, 1).members or ()
    left = {0, 1, 2, 3, 4, 5} - grades

    assert set(let_in) == grades
    assert set(others) == ({grade for grade in left if grade < min(grades)} if min(grades) else left)


@pytest.mark.parametrize(("source", "target"), FOR_EVERY_CONCEPT)
def test_a_change_of_unit_keeps_the_order(source: str, target: str) -> None:
    """A larger value stays larger in the canonical unit, whichever concept takes both units."""
    for slug, concept in concepts().items():
        if concept.canonical_unit == target and fits(slug, source, "absolute"):
            low, high = canonical(slug, 2.0, source, "absolute")[0], canonical(slug, 3.0, source, "absolute")[0]

            assert low is not None
            assert high is not None
            assert 0 < low < high


@given(NUMBERS, st.sampled_from(["x10^9/L", "x 10\\^9/L", "×10⁹/L", "x 109/L", "x 10e9/L", "*10^9 /L"]))
def test_a_damaged_power_reads_as_the_whole_one(number: int, unit: str) -> None:
    """However 10^9/L is written, the number before it and the unit are the same."""
    (fact,) = facts_of(f"Platelets ≥ {number} {unit}", "inclusion")

    assert (fact.low, fact.unit, fact.canonical_low) == (number, "10*9/L", number)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "> ",
        "≥ 5 and ",
        "(",
        "a",
        "* a\n",
        "1-2-",
        "within 5 or ",
        ": ",
        "<",
        "age ",
        "not ",
        "ULN x ",
        "1,",
        "a. B",
        "ECOG 0, 1 or ",
        "T1a-",
        "Prior treatment: prior rituximab. ",
    ],
)
@pytest.mark.no_cover
def test_reading_stays_linear(piece: str) -> None:
    """Twice the text takes about twice the time, whatever is repeated."""
    small, large = (piece * (size // len(piece)) for size in (8_000, 32_000))

    assert _seconds(large) < 12 * _seconds(small) + 0.5


@pytest.mark.no_cover
def test_headings_within_one_endless_line_cost_in_proportion() -> None:
    """What stands before a heading is looked at no further than a heading could reach."""
    piece = "Adults with the disease Inclusion Criteria: Age 18 or older Exclusion Criteria: HIV infection "

    assert _seconds(piece * 2_000) < 7 * _seconds(piece * 500) + 0.5


def test_a_long_word_behind_an_excluded_value_costs_little() -> None:
    """A blank line to be filled in is one word, and is not cut into several in every way there is."""
    assert _seconds(f"Exclusion Criteria:\n* ECOG ≥ 2 and {'_' * 400}") < 2


def test_words_behind_a_list_of_treatments_are_cut_in_one_way() -> None:
    """What may end a list are words, and not pieces of words in every way there is."""
    _seconds("Exclusion Criteria:\n* Prior chemotherapy, targeted agents or something else")  # every expression is compiled then
    others = "nasal carbon dioxide, levothyroxine, acetaminophen, dimenhydrinate"
    assert _seconds(f"Exclusion Criteria:\n* Prior chemotherapy, {others}") < 2


def _seconds(text: str) -> float:
    started = time.process_time()
    read_facts(text, read_criteria(text))
    return time.process_time() - started


@pytest.mark.no_cover
def test_five_megabytes_are_read() -> None:
    """A text of 5 MB of ordinary criteria ends in bounded time."""
    text = "Inclusion Criteria:\n\n" + "* Patients with a long history of disease and no other illness at all\n" * 70_000
    started = time.process_time()
    lines = read_criteria(text)

    assert len(text) > 4_900_000
    assert len(lines) == 70_001
    assert time.process_time() - started < 90


def test_every_domain_and_concept_is_named_once() -> None:
    """Slugs are unique, and each concept has a label and a known kind."""
    kinds = {concept.kind for concept in concepts().values()}

    assert len(set(domain_names())) == len(domain_names()) > 30
    assert kinds == {"numeric", "ordinal", "count", "duration", "window", "presence"}
    assert all(concept.label for concept in concepts().values())


def test_a_rule_tells_its_measured_share_or_nothing() -> None:
    """Confidence is (right + 1) / (labelled + 2), of joined rules the lower one, and empty below twenty labels."""
    figures = {rule.rule: rule for rule in rules()}
    rule = figures["limit.before"]

    assert confidence_of("limit.before") == round((rule.right + 1) / (rule.labelled + 2), 3)
    assert confidence_of("limit.before+subject.same") == min(
        figure for figure in (rule.confidence, figures["subject.same"].confidence) if figure is not None
    )
    assert confidence_of("limit.bare_reference") is None
    assert {rule.confidence for rule in rules() if rule.labelled < 20} == {None}


@pytest.mark.parametrize(
    ("question", "words"),
    [({"id": 1, "text": None}, '"text" must be'), ({"id": 1, "text": "a", "section": "both"}, '"section" must be')],
)
def test_a_bad_question_is_told(question: dict[str, object], words: str) -> None:
    """A question without a text, or with an unknown section, gets one clear line."""
    with pytest.raises(ValueError, match=words):
        answer_criteria(question)


def test_limits_are_read_from_left_to_right() -> None:
    """Limits come in the order of the words and never share a character."""
    text = "ALT ≤ 3 x ULN, AST ≤ 3 x ULN, age 18-65 years, ECOG 0, 1 or 2"
    limits = limits_of(text, tokens_of(text))

    assert [limit.comparator for limit in limits] == ["<=", "<=", "range", "in"]
    assert all(first.end <= second.start for first, second in itertools.pairwise(limits))


def test_one_of_several_ways_in_is_no_requirement() -> None:
    """An item of "one of the following" lets nobody in or out by itself; organ functions are asked for all together."""
    ways = "Inclusion Criteria:\n\n* At least one of the following:\n  * HbA1c ≥ 7%\n  * Prior allogeneic HSCT"
    organs = "Inclusion Criteria:\n\n* Adequate organ function, any of the following values:\n  * Hemoglobin ≥ 9 g/dL"
    for fact in read_facts(ways, read_criteria(ways)).facts:
        assert (fact.eligible_low, fact.eligible_set) == (None, None)
    assert [fact.eligible_low for fact in read_facts(organs, read_criteria(organs)).facts] == [9.0]


def test_a_record_of_too_many_criteria_is_read_so_far_and_told_unread_from_there() -> None:
    """No record holds so many criteria: reading them stops at a fixed number, and every line behind is unread with its reason."""
    raw = "Inclusion Criteria:\n\n" + "* Platelets < 5\n" * (MOST_LINES + 20)
    lines = read_criteria(raw)
    reading = read_facts(raw, lines)

    assert len(reading.facts) == MOST_LINES - 1  # the heading is a line
    assert {unread.reason for unread in reading.unread} == {"more criteria than a record can hold"}
    assert [(unread.start, unread.end) for unread in reading.unread] == [(line.start, line.end) for line in lines[MOST_LINES:]]
    assert reading.characters == sum(line.end - line.start for line in lines if line.kind != "header")


def test_a_criterion_of_thousands_of_values_is_read_so_far_and_told_unread_from_there() -> None:
    """No criterion holds so many values; reading stops at a fixed number, and the rest is unread with its reason."""
    raw = "Inclusion Criteria:\n\n* Platelets " + "< 5 " * (MOST + 200)
    reading = read_facts(raw, read_criteria(raw))

    assert len(reading.facts) == MOST
    assert [unread.reason for unread in reading.unread] == ["more values than a criterion can hold"]
    assert raw[reading.unread[0].start : reading.unread[0].end].strip() == ("< 5 " * 200).strip()
