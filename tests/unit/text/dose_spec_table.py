"""Reading the Markdown tables of tests/spec: every row of a table is a test."""

from __future__ import annotations

from pathlib import Path

SPEC = Path(__file__).parents[2] / "spec"


def rows(name: str) -> list[tuple[str, ...]]:
    """The cells of every row of every table in tests/spec/``name``, without heads and rules."""
    found: list[tuple[str, ...]] = []
    head = True
    for line in (SPEC / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            head = True
            continue
        cells = tuple(cell.strip() for cell in line.strip()[1:-1].split("|"))
        if head or set("".join(cells)) <= set("-: "):
            head = False
            continue
        found.append(cells)
    return found
