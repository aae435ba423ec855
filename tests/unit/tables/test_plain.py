"""Rows as plain values: typed when they are looked at, and shared where two versions have the same."""

from __future__ import annotations

from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.tables import DERIVED, Condition, Study, StudyRows
from harvester.tables.plain import differing, plain_rows, same_rows, typed_rows, typed_versions
from tests.standin.synthetic import synthetic_study


def rows(title: str = "A title") -> StudyRows:
    body = synthetic_study(1)
    body["protocolSection"]["identificationModule"]["briefTitle"] = title
    return normalise(record_of(body, None, Origin(source="file", fetched_at="2026-11-25T08:00:00Z")))


def test_plain_rows_come_back_as_they_were() -> None:
    made = typed_rows("NCT99000001", plain_rows(rows()))

    for row_type in DERIVED:
        assert made.of(row_type) == rows().of(row_type)
    assert made == rows()
    assert {type(row) for row in made} == {type(row) for row in rows()}


def test_versions_share_the_tables_in_which_they_do_not_differ() -> None:
    plain, other = plain_rows(rows()), plain_rows(rows("Another title"))
    before, after = typed_versions("NCT99000001", plain, other)

    assert differing(plain, other) == {"studies"}
    assert before.of(Condition) is after.of(Condition)
    assert (before, after) == (rows(), rows("Another title"))
    for row_type in DERIVED:
        assert same_rows(before, after, row_type) == same_rows(rows(), rows("Another title"), row_type) == (row_type is not Study)


def test_a_table_that_only_one_version_has_differs() -> None:
    plain = plain_rows(rows())
    without = {name: found for name, found in plain.items() if name != "conditions"}
    for one, other in ((plain, without), (without, plain)):
        before, after = typed_versions("NCT99000001", one, other)

        assert differing(one, other) == {"conditions"}
        assert (len(before.of(Condition)), len(after.of(Condition))) == tuple(
            len(each.get("conditions", ())) for each in (one, other)
        )
        assert not same_rows(before, after, Condition)
