"""Text that a spreadsheet opens as text: no cell of registry text becomes a formula."""

from __future__ import annotations

import re

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|=")
"""A number, or the sign of a comparison alone: no formula."""


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would take it for a formula; numbers and a lone ``=`` stay."""
    return f"'{cell}" if cell.startswith(_RISKY) and not _PLAIN.fullmatch(cell) else cell
