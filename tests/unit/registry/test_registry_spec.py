"""The tables of tests/spec/registry.md hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.errors import MalformedId
from harvester.registry.page_sections import VALUES
from harvester.registry.pauses import retry_after
from harvester.registry.search import quoted
from harvester.trial_id import canonical_id, is_trial_id
from tests import spec_tables

ANSWER_DATE = "Tue, 24 Nov 2026 09:00:00 GMT"


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading; back-quoted cells are taken without their quotes, blanks and all."""
    found = spec_tables.rows("registry.md", heading)
    return [[cell[1:-1] if cell.startswith("`") else cell for cell in cells] for cells in found]


@pytest.mark.parametrize(("text", "number"), rows("NCT numbers"))
def test_nct_numbers_as_the_registry_takes_them(text: str, number: str) -> None:
    if number:
        assert number == canonical_id(text)
        assert is_trial_id(text)
    else:
        assert not is_trial_id(text)
        with pytest.raises(MalformedId, match="is not an NCT number"):
            canonical_id(text)


@pytest.mark.parametrize(("header", "seconds"), rows("Waits that a Retry-After asks for"))
def test_waits_that_a_retry_after_asks_for(header: str, seconds: str) -> None:
    asked = retry_after(header, ANSWER_DATE, lambda: datetime(2000, 1, 1, tzinfo=UTC))

    assert asked == (float(seconds) if seconds else None)


@pytest.mark.parametrize(("words", "phrase"), rows("A person's words inside an Essie expression"))
def test_words_become_one_phrase(words: str, phrase: str) -> None:
    assert phrase == quoted(words)


@pytest.mark.parametrize(("reader", "text", "value"), rows("Values on a saved page"))
def test_values_on_a_saved_page(reader: str, text: str, value: str) -> None:
    found = VALUES[reader](text)
    shown = "" if found is None else " ".join(found) if isinstance(found, list) else str(found)

    assert value == shown


def test_without_a_date_in_the_answer_our_own_clock_counts() -> None:
    now = datetime(2026, 11, 24, 8, 59, 0, tzinfo=UTC)

    assert retry_after("Tue, 24 Nov 2026 09:00:00 GMT", None, lambda: now) == 60
    assert retry_after(None, None, lambda: now) is None
