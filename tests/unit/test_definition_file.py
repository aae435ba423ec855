"""The grammars that definition files share, what breaks them, and that the files agree with each other and with the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import harvester
from harvester.definition_file import labels_of, lines_of, lists_of, names_of, pairs_of, rows_of
from harvester.tables.dosing import ROUTES
from harvester.tables.eligibility import COMPARATORS
from harvester.text.expressions.definition_file import definition_lines, definition_lists, definition_pairs, definition_rows
from harvester.text.limits.concept import concepts
from harvester.text.limits.concept_unit import fits
from harvester.text.written.unit import spellings

TWO_AT_ONCE = {"blood_pressure"}
"""Named as one in registry texts; read as two concepts, the upper pressure and the lower."""


WIDTH = 150
"""Signs of the longest line of a definition file: a longer expression is broken between its alternatives."""

OF_UNITS = ("units.txt", "concept_units.txt")
"""The spellings of a unit, and the concepts of a family of units, stand on one line, however many there are."""


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "made_up.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_says_nothing_is_left_out(tmp_path: Path) -> None:
    assert lines_of(written(tmp_path, "# a comment\n\n  one  \n # another\ntwo # words\n")) == ("one", "two # words")


def test_a_line_that_begins_with_blanks_goes_on_with_the_one_before(tmp_path: Path) -> None:
    assert lines_of(written(tmp_path, "  one\n  |two\n# a comment\n\n    three\nfour\n")) == ("one|twothree", "four")
    assert pairs_of(written(tmp_path / "pairs", "a.b:\n    (?:x\n      |y)\n    |z\n")) == (("a.b", "(?:x|y)|z"),)
    assert names_of(written(tmp_path / "names", "a = b\n    | c d\n")) == (("a", ("b", "c d")),)


def test_lines_are_no_longer_than_can_be_read() -> None:
    files = [path for path in Path(harvester.__file__).parent.glob("*/definitions/*.txt") if path.name not in OF_UNITS]
    long = {path.name: line[:40] for path in files for line in path.read_text(encoding="utf-8").splitlines() if len(line) > WIDTH}

    assert "expressions.txt" in {path.name for path in files}
    assert long == {}


def test_lists_names_and_pairs(tmp_path: Path) -> None:
    assert lists_of(written(tmp_path, "[a] of words\none\ntwo\n[b]\n")) == {"a": ("one", "two"), "b": ()}
    assert names_of(written(tmp_path / "names", "a = b | c d\n")) == (("a", ("b", "c d")),)
    assert pairs_of(written(tmp_path / "pairs", "a.b: x: y\n")) == (("a.b", "x: y"),)


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (lists_of, "one\n[a]", "'one' stands before any"),
        (pairs_of, "a: b\nc", "'c' has no colon"),
        (names_of, "a = b\nc: d", "write `key = name | name`, not 'c: d'"),
        (rows_of, "# words\nname,kind\na,b\nc", "row of 'c' needs a value for each of name, kind"),
        (rows_of, "name,kind\nc,d,e", "row of 'c' needs a value for each of name, kind"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, read: Callable[[Path], object], text: str, words: str) -> None:
    with pytest.raises(ValueError, match=rf"made_up\.txt: .*{words}"):
        read(written(tmp_path, text))


@pytest.mark.parametrize("line", ["no sign", "b = ", "a = another"])
def test_a_label_is_told_once_for_each_key(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=f"new `key = label`, not '{line.strip()}'"):
        labels_of(written(tmp_path, ""), ["a = one", line.strip()])


def test_routes_are_those_of_the_table() -> None:
    assert {line.partition(" = ")[0] for line in definition_lines("routes.txt")} == set(ROUTES)


def test_signs_are_those_of_the_table() -> None:
    signs = {line.partition(" = ")[0].removesuffix(" after") for line in definition_lines("comparators.txt")}

    assert signs - {"between"} <= set(COMPARATORS)


def test_what_is_named_is_a_concept() -> None:
    named = {line.partition(" = ")[0].strip() for line in definition_lines("concept_names.txt")}
    found = {key.split()[0] for key, _ in definition_pairs("presence.txt")}
    treated = {key.split()[0] for key, _ in definition_pairs("treatments.txt")} - {"passed"}
    timed = {key.partition(".")[2] for key, _ in definition_pairs("times.txt")}
    measured = {slug for _, slugs in families_and_slugs() for slug in slugs}
    grouped = {slug for lines in definition_lists("concept_groups.txt").values() for slug in " ".join(lines).split()}

    assert (named | found | treated | timed | measured | grouped) - TWO_AT_ONCE <= concepts().keys()


def test_a_concept_that_is_measured_takes_its_own_unit() -> None:
    measured = [each for each in concepts().values() if each.canonical_unit and each.kind not in ("duration", "window")]

    assert len(measured) > 100
    assert [each.slug for each in measured if not fits(each.slug, each.canonical_unit, "absolute")] == []


def test_families_of_units_are_there() -> None:
    assert {family for families, _ in families_and_slugs() for family in families} <= units_of_families().keys()


def test_what_is_converted_is_a_concept_in_units_that_are_read() -> None:
    units = {each.code for each in spellings()} | {unit for each in units_of_families().values() for unit in each.split(" | ")}
    for row in definition_rows("conversions.csv"):
        assert row["concept"] == "*" or row["concept"] in concepts(), row
        assert {row["from"], row["to"]} <= units, row
        assert float(row["factor"]) > 0, row


def units_of_families() -> dict[str, str]:
    lines = (line.partition(":") for line in definition_lists("concept_units.txt")["families"])
    return {name: units.strip() for name, _, units in lines}


def families_and_slugs() -> list[tuple[list[str], list[str]]]:
    lines = (line.partition(":") for line in definition_lists("concept_units.txt")["concepts"])
    return [(families.split(), slugs.split()) for families, _, slugs in lines]
