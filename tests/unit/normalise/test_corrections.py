"""Corrections of readings: tests/spec/corrections.md, their laws, and the grammar of the file. All records are synthetic."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import resources
from harvester.normalise import BadCorrections, normalise, read_corrections
from harvester.normalise.correction_file import COLUMNS, Wanted
from harvester.normalise.correction_values import ROW_TYPES, columns_of, text_of
from harvester.normalise.corrections import Correcting
from harvester.registry.record import Origin, Record, record_of
from harvester.tables import (
    Correction,
    CriterionFact,
    Dose,
    EligibilityCriterion,
    RecordConflict,
    ScheduleEvent,
    StudyRows,
    TextCoverage,
    UnreadText,
)
from harvester.tables.corrections import void_line
from harvester.tables.eligibility import CRITERIA
from harvester.text.criteria.criteria import read_criteria
from harvester.text.facts.fact import read_facts
from tests.spec_tables import rows
from tests.standin.synthetic import synthetic_study

ORIGIN = Origin(source="api", fetched_at="2026-11-25T08:00:00Z")
DESCRIPTION = "protocolSection.armsInterventionsModule.interventions[0].description"
BY = {"reason": "typing error", "who": "A. Reader", "date": "2026-11-25"}


def record_with(text: str, table: str = "criterion_facts") -> Record:
    body = synthetic_study(1)
    protocol = body["protocolSection"]
    if table == "doses":
        protocol["armsInterventionsModule"]["interventions"][0]["description"] = text
    else:
        protocol["eligibilityModule"] = {"eligibilityCriteria": text, "sex": "ALL"}
    return record_of(body, None, ORIGIN)


def wanted_of(text: str, table: str, words: str, correction: str) -> Wanted:
    reading, correction = correction[1:].split(") ", 1) if correction.startswith("(") else (None, correction)
    action, column, old, new = correction, None, None, None
    if correction.startswith("add "):
        action, new = "add", correction[4:]
    elif correction != "drop":
        column, values = correction.split(":", 1)
        action, (old, new) = "set", (each.strip() or None for each in values.split(" -> " if " -> " in values else "->"))
    start = text.index(words)
    path = DESCRIPTION if table == "doses" else CRITERIA
    place = {"source_path": path, "start": start, "end": start + len(words), "quote": words}
    return Wanted(
        line=2, nct_id="NCT99000001", table=table, action=action, reading=reading, column=column, old=old, new=new, **place, **BY
    )  # type: ignore[arg-type]


def span_of(low: float | None, high: float | None) -> str:
    return f"{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"


def shown(rows: StudyRows, table: str) -> str:
    if table == "doses":
        told = [dose.line for dose in rows.of(Dose)]
    else:
        told = [
            f"{fact.concept} {fact.comparator} {span_of(fact.low, fact.high)} "
            f"lets in {span_of(fact.eligible_low, fact.eligible_high)}"
            for fact in rows.of(CriterionFact)
        ]
    void = [f"void: {each.void_reason}".split(" among")[0] for each in rows.of(Correction) if each.void_reason]
    return "; ".join([*(told or ["nothing"]), *void])


@pytest.mark.parametrize(("text", "table", "words", "correction", "gives"), rows("corrections.md"))
def test_spec(text: str, table: str, words: str, correction: str, gives: str) -> None:
    text = text.replace("↵", "\n")
    wanted = wanted_of(text, table, words, correction)
    record = record_with(text, table)
    rows = normalise(record, {"NCT99000001": [wanted]})

    assert shown(rows, table) == gives
    if "void" in gives:
        assert without_corrections(rows) == without_corrections(normalise(record))
    elif correction != "drop":
        found = rows.of(Dose) if table == "doses" else rows.of(CriterionFact)
        assert any("corrected" in json.loads(row.flags) for row in found)


def without_corrections(rows: StudyRows) -> dict[str, list[tuple[Any, ...]]]:
    return {kind.table.name: [row.values() for row in found] for kind, found in rows.rows.items() if kind is not Correction}


class TestWhatFollows:
    def test_a_timeline_and_its_amounts(self) -> None:
        text = "Betacept 2 mg orally once daily on days 1-14 of each 28-day cycle."
        wanted = wanted_of(text, "doses", "2 mg", "amount_low: 2 -> 5")
        rows = normalise(record_with(text, "doses"), {"NCT99000001": [wanted]})

        assert {event.amount_per_day for event in rows.of(ScheduleEvent)} == {5.0}

    def test_contradictions(self) -> None:
        text = "Inclusion Criteria:\n* LVEF ≥ 50%\nExclusion Criteria:\n* LVEF < 60%"
        wanted = wanted_of(text, "criterion_facts", "< 60%", "high: 60 -> 50")
        record = record_with(text)

        assert [each.kind for each in normalise(record).of(RecordConflict)] == ["inclusion_exclusion"]
        assert normalise(record, {"NCT99000001": [wanted]}).of(RecordConflict) == ()

    def test_coverage_of_a_dropped_reading(self) -> None:
        text = "Inclusion Criteria:\n* ECOG 0-2"
        record = record_with(text)
        rows = normalise(record, {"NCT99000001": [wanted_of(text, "criterion_facts", "0-2", "drop")]})
        (unread,) = (each for each in rows.of(UnreadText) if each.source_path == CRITERIA)

        assert (unread.quote, unread.reason) == ("ECOG 0-2", "what a rule read here was dropped by a correction")
        assert next(each for each in rows.of(TextCoverage) if each.source_path == CRITERIA).read_characters == 0

    def test_a_plan_of_doses_that_lost_one(self) -> None:
        text = "Betacept 2 mg on day 1 and 4 mg on day 8 of each 28-day cycle for 4 cycles."
        record = record_with(text, "doses")
        rows = normalise(record, {"NCT99000001": [wanted_of(text, "doses", "2 mg", "drop")]})

        assert len(normalise(record).of(Dose)) == 2
        (dose,) = rows.of(Dose)
        assert dose.amount_low == 4
        assert dose.regimen_id is not None

    def test_the_criterion_keeps_its_words(self) -> None:
        text = "Inclusion Criteria:\n* Age ≥ 18 years"
        wanted = wanted_of(text, "eligibility_criteria", "Age ≥ 18 years", "population: -> donor")
        rows = normalise(record_with(text), {"NCT99000001": [wanted]})

        assert [(each.text, each.population) for each in rows.of(EligibilityCriterion)][-1] == ("Age ≥ 18 years", "donor")


class TestVoid:
    TEXT = "Inclusion Criteria:\n* Age ≥ 18 years"

    def fate(self, wanted: Wanted, text: str = TEXT) -> str | None:
        (made,) = normalise(record_with(text), {"NCT99000001": [wanted]}).of(Correction)
        return made.void_reason

    def test_words_that_moved(self) -> None:
        wanted = wanted_of(self.TEXT, "criterion_facts", "≥ 18 years", "low: 18 -> 21")

        assert self.fate(wanted, self.TEXT.replace("Age", "An age")) == "the text changed; the words begin at 29 now, not at 26"

    def test_words_that_are_gone(self) -> None:
        wanted = wanted_of(self.TEXT, "criterion_facts", "≥ 18 years", "low: 18 -> 21")

        assert self.fate(wanted, self.TEXT.replace("18", "16")) == "the words are not in the text any more"

    def test_a_field_the_record_lacks(self) -> None:
        wanted = replace(wanted_of(self.TEXT, "criterion_facts", "≥ 18 years", "low: 18 -> 21"), source_path="a.b[1]")

        assert self.fate(wanted) == "this record has no such text, or nothing is read from it"

    def test_a_second_one_of_the_same_value(self) -> None:
        wanted = wanted_of(self.TEXT, "criterion_facts", "≥ 18 years", "low: 18 -> 21")
        rows = normalise(record_with(self.TEXT), {"NCT99000001": [wanted, replace(wanted, new="22")]})

        assert [each.void_reason for each in rows.of(Correction)] == [None, "an earlier line of the file corrects this already"]
        assert rows.of(CriterionFact)[0].low == 21
        assert "an earlier line" in (void_line(rows.of(Correction)) or "")

    def test_only_its_own_trial(self) -> None:
        wanted = wanted_of(self.TEXT, "criterion_facts", "≥ 18 years", "low: 18 -> 21")

        assert normalise(record_with(self.TEXT), {"NCT99000002": [wanted]}) == normalise(record_with(self.TEXT))


TEXTS = (
    "Inclusion Criteria:\n* Age ≥ 18 years\n* ECOG 0-2\n* AST and ALT ≤ 3 x ULN\n* Hemoglobin ≥ 8 g/dL\n"
    "Exclusion Criteria:\n* Creatinine > 2 mg/dL\n* Pregnancy\n* Surgery within 14 days before enrolment"
)
LINES = read_criteria(TEXTS)
READING = read_facts(TEXTS, LINES)
VALUES = ("5", "17.5", "true", "false", ">=", "<", "=", "present", "age", "ecog", "male", "[1,2]", "g/dL", "as written", None)


@st.composite
def corrections(draw: st.DrawFn) -> list[Wanted]:
    made = []
    for line in range(draw(st.integers(0, 6))):
        fact = draw(st.sampled_from(READING.facts))
        action = draw(st.sampled_from(("set", "set", "set", "drop")))
        column = draw(st.sampled_from(columns_of("criterion_facts")))
        told = (column, text_of(getattr(fact, column)), draw(st.sampled_from(VALUES))) if action == "set" else (None, None, None)
        made.append(
            Wanted(
                line, "NCT99000001", CRITERIA, fact.start, fact.end, TEXTS[fact.start : fact.end], "criterion_facts", action,
                draw(st.sampled_from((fact.concept, None))), *told, "why", "who", "2026-11-25",
            )
        )  # fmt: skip
    return made


@given(corrections())
def test_corrections_of_any_kind_never_fail_and_say_what_became_of_them(made: list[Wanted]) -> None:
    record = record_with(TEXTS)
    rows = normalise(record, {"NCT99000001": made})

    assert len(rows.of(Correction)) == len(made)
    assert all((each.state == "void") == (each.void_reason is not None) for each in rows.of(Correction))
    if all(each.state == "void" for each in rows.of(Correction)):
        assert without_corrections(rows) == without_corrections(normalise(record))
    for row in rows:
        for column, value in row.as_dict().items():
            declared = next(each for each in row.table.columns if each.name == column)
            assert value is not None or declared.nullable
            assert value is None or not declared.choices or value in declared.choices


@given(corrections())
def test_twice_is_once(made: list[Wanted]) -> None:
    first = Correcting("NCT99000001", made)
    once = first.facts(TEXTS, LINES, READING)
    applied = [each for each, row in zip(made, first.rows(), strict=True) if row.state == "applied"]
    again = Correcting("NCT99000001", applied)

    assert Correcting("NCT99000001", applied).facts(TEXTS, LINES, READING) == once
    assert again.facts(TEXTS, LINES, once).facts == once.facts


def test_without_corrections_nothing_changes() -> None:
    record = record_with(TEXTS)

    assert normalise(record, read_corrections(resources.corrections_file().read_text(encoding="utf-8"))) == normalise(record)
    assert Correcting("NCT99000001", ()).facts(TEXTS, LINES, READING) is READING


def test_what_may_be_set_is_declared_and_no_place_words_or_identifier_is() -> None:
    for table, row_type in ROW_TYPES.items():
        assert set(columns_of(table)) < set(row_type.table.column_names)
        assert not {"quote", "text", "source_start", "rule", "flags", "nct_id", "fact_id", "dose_id"} & set(columns_of(table))


GOOD = {
    "nct_id": "NCT99000001", "source_path": CRITERIA, "start": "26", "end": "36", "quote": "≥ 18 years",
    "table": "criterion_facts", "action": "set", "column": "low", "old": "18", "new": "21", **BY,
}  # fmt: skip


class TestFile:
    def text(self, *lines: dict[str, str], names: tuple[str, ...] = COLUMNS) -> str:
        stream = StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([names, *([line.get(name, "") for name in COLUMNS] for line in lines)])
        return stream.getvalue()

    def test_comments_and_words_over_several_lines(self) -> None:
        quote = 'a\nb, "c"'
        text = "# a comment\n" + self.text(GOOD, GOOD | {"quote": quote, "start": "0", "end": str(len(quote))})
        found = read_corrections(text)["NCT99000001"]

        assert [(each.line, each.quote) for each in found] == [(3, "≥ 18 years"), (4, quote)]
        assert found[0].reading is None

    def test_an_empty_file_holds_none(self) -> None:
        assert read_corrections("") == {}

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"nct_id": "NCT1"}, "'NCT1' is no NCT number"),
            ({"start": "x"}, "start and end must be whole numbers"),
            ({"end": "30"}, "start 26 and end 30 do not fit a quote of 10 characters"),
            ({"table": "studies"}, "table must be criterion_facts, doses or eligibility_criteria, not 'studies'"),
            ({"action": "guess"}, "action must be set, drop or add, not 'guess'"),
            ({"column": ""}, "set needs a column"),
            ({"action": "drop"}, "drop takes nothing under column, old or new"),
            ({"action": "add"}, "add takes nothing under column or old"),
            ({"action": "add", "column": "", "old": "", "new": ""}, "add needs the columns of the reading"),
            ({"action": "drop", "column": "", "old": "", "new": "", "table": "eligibility_criteria"}, "criteria can be set"),
            ({"who": " "}, "who is empty"),
            ({"reason": ""}, "reason is empty"),
            ({"date": "25.11.2026"}, "'25.11.2026' is no day; write it as 2026-11-25"),
        ],
    )  # fmt: skip
    def test_a_line_that_breaks_the_grammar_is_named(self, change: dict[str, str], says: str) -> None:
        with pytest.raises(BadCorrections) as problem:
            read_corrections(self.text(GOOD, GOOD | change))

        assert problem.value.line == 3
        assert says in problem.value.what

    def test_names_that_are_not_the_names(self) -> None:
        with pytest.raises(BadCorrections, match="line 1: the names must be nct_id,"):
            read_corrections(self.text(names=COLUMNS[1:]))
        with pytest.raises(BadCorrections, match="the line of names is missing"):
            read_corrections("# only a comment\n")

    def test_a_line_of_another_length(self) -> None:
        with pytest.raises(BadCorrections, match=r"line 2: 2 values stand there instead of 14"):
            read_corrections(self.text() + "a,b\n")

    @given(st.text(max_size=80))
    def test_any_text_is_read_or_refused_with_its_line(self, text: str) -> None:
        try:
            read_corrections(",".join(COLUMNS) + "\n" + text)
        except BadCorrections as problem:
            line = problem.line
        else:
            line = 1
        assert line >= 1
