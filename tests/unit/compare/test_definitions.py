"""The definition files of the comparison: complete, consistent, and loud about mistakes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import harvester.compare
import harvester.text
from harvester.compare.concept import concept, concepts
from harvester.compare.definition_file import Cues, Spotter, definition_rows, expression, read_yaml
from harvester.compare.region import EVERYTHING, Interval, Region
from harvester.compare.vignette import entries
from harvester.compare.wording import amount, interval_words, listed, lowered, number, region_words, shortened

TOLD_BY = {"limit", "alike", "since", "state", "presence", "time", "detail", "named", "window"}


def test_every_concept_that_is_read_is_named_and_judged() -> None:
    path = Path(harvester.text.__file__).with_name("definitions") / "concepts.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    read = {row["concept"] for row in csv.DictReader(lines)}

    assert read - set(concepts()) == set()


def test_concepts_are_well_formed() -> None:
    rows = definition_rows("concepts.csv")

    assert len({row["concept"] for row in rows}) == len(rows)
    for each in concepts().values():
        assert each.told_by in TOLD_BY, each.slug
        assert each.side in (None, "high", "low"), each.slug
        written = (*each.words.plain, *each.words.barred, *each.words.allowed, *each.words.general)
        assert all(word and word == word.casefold() for word in written), each.slug
        assert each.scale_low is None or each.scale_high is None or each.scale_low < each.scale_high, each.slug


def test_concepts_named_elsewhere_exist() -> None:
    rules = read_yaml("alignment.yaml")

    for kind in ("instead_of_each_other", "beside_each_other"):
        assert {each for group in rules[kind] for each in group} <= set(concepts())
    assert {entry.concept for entry in entries() if entry.concept} <= set(concepts())


def test_a_concept_nobody_defined_is_shown_by_its_slug_and_never_judged() -> None:
    unknown = concept("left_ear_volume")

    assert (unknown.label, unknown.told_by) == ("Left ear volume", None)
    assert unknown.order == len(concepts())


@pytest.mark.parametrize(
    ("slug", "text", "speaks"),
    [
        ("ast", "asthma or copd", False),
        ("ast", "ast and alt", True),
        ("cd19_positivity", "received anti-cd19 car t cells", False),
        ("prior_cd19_therapy", "blasts expressing cd19", False),
        ("prior_cd19_therapy", "received anti-cd19 car t cells", True),
        ("blasts", "blast crisis of chronic myeloid leukaemia", False),
        ("blasts", "blasts in the marrow", True),
        ("disease_free_duration", "concurrent active malignancy other than skin cancer, disease-free for 5 years", False),
        ("disease_free_duration", "breast cancer with stable disease", True),
        ("cns_disease", "intracranial haemorrhage", False),
        ("cns_disease", "intracranial lesion", True),
        ("prior_lines", "recovered from toxicities of prior therapy", False),
        ("prior_car_t", "interval between enrollment and car t cell infusion", False),
        ("prior_car_t", "30 days after the most recent car t cell infusion", True),
        ("prior_car_t", "prior car t cells, if none is manufactured anew", True),
        ("glucose", "wear a continuous glucose monitoring device", False),
        ("glucose", "fasting glucose below 126 mg/dl", True),
        ("bilirubin_total", "direct bilirubin at most 2 x uln", False),
        ("bilirubin_total", "total bilirubin at most 2 x uln", True),
        ("ast", "alanine aminotransferase below 3 x uln", False),
        ("ast", "aminotransferases below 3 x uln", True),
        ("alt", "aspartate transaminase below 3 x uln", False),
        ("hla_match", "absence of a suitable hla identical donor", False),
        ("hla_match", "availability of a 9-10/10 hla matched donor", True),
        ("hla_match", "donor-specific anti-hla antibodies", False),
        ("hla_match", "lack of recipient anti-donor hla antibody", False),
        ("hla_match", "the donor and recipient must be hla haploidentical", True),
        ("egfr", "egfr mutation", False),
        ("egfr", "an egfr ≥ 60", True),
        ("pregnancy", "pregnancies", True),
        ("lvef", "ejection fraction by echo", True),
    ],
)
def test_short_words_are_matched_whole(slug: str, text: str, speaks: bool) -> None:
    assert concept(slug).words.stand_in(text) == speaks


@pytest.mark.parametrize(
    ("slug", "text", "speaks"),
    [
        ("thrombosis", "prothrombin time and partial thromboplastin time", False),
        ("thrombosis", "thrombocytopenia", False),
        ("thrombosis", "deep vein thrombosis", True),
        ("hbv", "hiv infection or hepatitis c virus (hcv) infection", False),
        ("hbv", "hepatitis c or b", True),
        ("hbv", "active viral hepatitis", True),
        ("hcv", "hepatitis b surface antigen", False),
        ("hcv", "hepatitis b or c", True),
        ("active_infection", "hiv infection.", False),
        ("active_infection", "known active hepatitis b and/ or hepatitis c infection", False),
        ("active_infection", "active infection with human immunodeficiency virus (hiv)", False),
        ("active_infection", "active viral hepatitis, hiv infection or any other uncontrolled infection", True),
        ("prior_transplant", "candidate for hsct as per the protocol", False),
        ("prior_transplant", "patients intended allogeneic hematopoietic stem cell transplantation", False),
        ("prior_transplant", "no suitable donor for transplantation", False),
        ("prior_transplant", "not a candidate for a second transplant after prior hsct", True),
        ("prior_transplant", "allogeneic hsct", True),
        ("egfr", "egfr<30", True),
    ],
)
def test_what_stands_beside_a_word_may_say_that_it_speaks_of_something_else(slug: str, text: str, speaks: bool) -> None:
    assert concept(slug).words.stand_in(text) == speaks


def test_a_limit_that_holds_the_whole_scale_keeps_nobody_out() -> None:
    ecog = concept("ecog")

    assert ecog.fitted(Region.of(Interval(0, 5, True, True))) == EVERYTHING
    assert ecog.fitted(Region.of(Interval(0, 4, True, True))) != EVERYTHING


def test_only_the_usual_side_is_usual() -> None:
    lvef = concept("lvef")

    assert lvef.is_usual(Region.of(Interval(50, 100, True, True)))
    assert not lvef.is_usual(Region.of(Interval(0, 50, True, False)))
    assert concept("age").is_usual(Region.of(Interval(0, 5, True, True)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9.99068, "9.9907"),
        (1.999999, "2"),
        (1511, "1,511"),
        (0.0001, "0.0001"),
        (1e7, "1 × 10⁷"),
        (12345.5, "12,345.5"),
        (-2, "-2"),
    ],
)
def test_numbers_for_reading(value: float, shown: str) -> None:
    assert number(value) == shown


def test_units_intervals_and_lists_for_reading() -> None:
    assert amount(1, "wk") == "1 week"
    assert amount(75, "10*9/L") == "75 × 10⁹/L"
    assert amount(1500, "/uL") == "1,500/µL"
    assert interval_words(Interval(14, 65, True, True), "a") == "14 to 65 years"
    assert interval_words(Interval(0, 5, False, False), "%") == "above 0 to below 5 %"
    assert interval_words(Interval(3, 3, True, True), None) == "3"
    assert interval_words(Interval(), "%") == "any"
    assert region_words(Region.of(Interval(high=1, high_inclusive=True), Interval(low=3)), None) == "≤ 1 or > 3"
    assert region_words(Region.of_values(["absent"]), None) == "absent"
    assert region_words(Region.of(), "%") == "nobody"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert shortened("one two three", 8) == "one two …"
    assert shortened("one (two three) four", 10) == "one (two …)"
    assert shortened("one (two) three (four", 16) == "one (two) three …"
    assert [lowered(each) for each in ("Platelet count", "ECOG", "Karnofsky score")] == [
        "platelet count",
        "ECOG",
        "Karnofsky score",
    ]


def test_what_no_text_comes_near_is_not_compiled() -> None:
    cues = {"headache": Cues(["headache", "migraine"]), "spine": Cues(["spine", "spinal cord"]), "age": Cues(["age$"])}
    spotter = Spotter(cues)

    assert spotter.spoken_of("chronic migraine in old agents") == ["headache"]
    assert [name for name, own in cues.items() if "_pattern" in vars(own)] == ["headache", "age"]


def test_expressions_can_be_compiled_and_are_asked_for() -> None:
    asked = " ".join(path.read_text(encoding="utf-8") for path in Path(harvester.compare.__file__).parent.glob("*.py"))

    for name in read_yaml("expressions.yaml"):
        assert expression(name).pattern
        assert f'expression("{name}")' in asked, name
