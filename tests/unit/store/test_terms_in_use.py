"""The names that trials of a collection use most, for those who do not know what to look for."""

from __future__ import annotations

from collections.abc import Callable

from harvester.registry.record import Record
from harvester.store import Store, terms_in_use

Make = Callable[..., Record]
Save = Callable[[Record], int]


def named(record: Record, conditions: list[str]) -> Record:
    record.body["protocolSection"]["conditionsModule"]["conditions"] = conditions
    return record


def test_names_are_counted_once_a_trial_whatever_their_letters(store: Store, record: Make, save: Save) -> None:
    save(named(record(1), ["Lymphoma", "lymphoma"]))
    save(named(record(2), ["LYMPHOMA", "Asthma"]))

    found = dict(terms_in_use(store.connection, 50))

    assert {name: count for name, count in found.items() if name.casefold() == "lymphoma"} == {"LYMPHOMA": 2}
    assert found["Asthma"] == 1
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_only_the_youngest_numbers_are_looked_at_and_no_more_names_than_asked_for(store: Store, record: Make, save: Save) -> None:
    save(named(record(1), ["Gout"]))
    save(named(record(7), ["Asthma"]))

    assert "Gout" not in dict(terms_in_use(store.connection, 50, among=1))
    assert len(terms_in_use(store.connection, 1)) == 1
    assert terms_in_use(store.connection, 0) == []
