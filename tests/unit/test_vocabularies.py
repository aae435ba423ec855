"""Labels come from a file; what the file does not know is shown in its own letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester import vocabularies as vocabularies_module
from harvester.definition_file import lists_of
from harvester.tables.places import country_today, names_of_country
from harvester.vocabularies import label, labels


def test_known_values_have_their_label() -> None:
    assert label("Status", "ACTIVE_NOT_RECRUITING") == "Active, not recruiting"
    assert label("DesignAllocation", "RANDOMIZED") == "Randomised"
    assert label("Comparator", ">=") == "at least"
    assert next(iter(labels("Phase"))) == "NA"


def test_an_unknown_value_is_made_readable_and_never_lost() -> None:
    assert label("Status", "ON_THE_MOON") == "On the moon"
    assert label("NoSuchVocabulary", "as it is") == "as it is"
    assert label("Status", None) is None


def test_no_value_stands_twice_and_each_has_its_label() -> None:
    file = Path(vocabularies_module.__file__).with_name("vocabularies.txt")
    assert sum(map(len, vocabularies_module.vocabularies().values())) == sum(map(len, lists_of(file).values()))


@pytest.mark.parametrize(
    ("name", "today", "names"),
    [
        ("Korea, Republic of", "South Korea", ("South Korea", "Korea, Republic of")),
        ("South Korea", "South Korea", ("South Korea", "Korea, Republic of")),
        ("Korea, Democratic People's Republic of", "North Korea", ("North Korea", "Korea, Democratic People's Republic of")),
        ("Turkey", "Turkey (Türkiye)", ("Turkey (Türkiye)", "Turkey", "Türkiye")),
        ("Congo", "Congo", ("Congo",)),
        ("France", "France", ("France",)),
        ("korea, republic of", "korea, republic of", ("korea, republic of",)),
    ],
)
def test_a_country_is_known_by_the_names_it_had(name: str, today: str, names: tuple[str, ...]) -> None:
    assert country_today(name) == today
    assert names_of_country(name) == names


def test_no_name_of_today_was_another_countrys() -> None:
    assert not set(labels("Country").values()) & set(labels("Country"))
