"""Reading the Markdown tables of tests/spec: every row of a table is a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SPEC = Path(__file__).with_name("spec")


def rows(name: str, heading: str | None = None) -> list[tuple[str, ...]]:
    """The cells of every row of every table of ``tests/spec/<name>``, without heads; with ``heading`` only of those under it."""
    return [cells for under, _, cells in _rows(name) if heading in (None, under)]


def rows_by_column(name: str, heading: str | None = None) -> list[dict[str, str]]:
    """The same, by the names in the tables' heads."""
    return [dict(zip(head, cells, strict=True)) for under, head, cells in _rows(name) if heading in (None, under)]


def _rows(name: str) -> Iterator[tuple[str | None, tuple[str, ...], tuple[str, ...]]]:
    """Heading, head and cells of each row."""
    under, head = None, ()
    for line in (SPEC / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            under, head = line.removeprefix("## ") if line.startswith("## ") else under, ()
        elif not set(line) <= set("|-: "):
            cells = tuple(cell.strip() for cell in line.strip()[1:-1].split("|"))
            if head:
                yield under, head, cells
            head = head or cells
