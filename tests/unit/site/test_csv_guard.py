"""CSV cells are text to a spreadsheet, however the stream is cut."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from harvester.site.csv_guard import CsvGuard, harmless

CELLS = st.lists(st.lists(st.text(alphabet=st.sampled_from('=+-@ab1,."\n\r\t'), max_size=8), min_size=2, max_size=3), max_size=5)


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


@given(CELLS, st.integers(1, 7))
def test_every_cell_comes_through_harmless(rows: list[list[str]], size: int) -> None:
    guard, stream, passed = CsvGuard(), written(rows), b""

    for start in range(0, len(stream), size):
        passed += guard.feed(stream[start : start + size], more=True)
    passed += guard.feed(b"", more=False)

    assert list(csv.reader(io.StringIO(passed.decode(), newline=""))) == [[harmless(cell) for cell in row] for row in rows]


def test_numbers_stay_numbers_and_formulas_become_text() -> None:
    assert [harmless(cell) for cell in ("-5", "+1.5e3", "=1+1", "@x", "-cmd", "\tx", "a=b", "", "=", "<=", "==")] == [
        "-5", "+1.5e3", "'=1+1", "'@x", "'-cmd", "'\tx", "a=b", "", "=", "<=", "'=="
    ]  # fmt: skip
