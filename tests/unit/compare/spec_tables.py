"""Reading the Markdown tables of tests/spec: each row of each table is one test."""

from __future__ import annotations

from pathlib import Path

_SPEC = Path(__file__).parents[2] / "spec"


def rows_of(name: str, heading: str | None = None) -> list[dict[str, str]]:
    """The rows of the tables of ``tests/spec/<name>``, by column; with ``heading`` only those under it."""
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    under = None
    for line in (_SPEC / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            under, columns = line[3:], []
        elif line.startswith("|") and not set(line) <= set("|- "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not columns:
                columns = cells
            elif heading in (None, under):
                rows.append(dict(zip(columns, cells, strict=True)))
        elif not line.startswith("|"):
            columns = [] if not line.strip() else columns
    return rows
