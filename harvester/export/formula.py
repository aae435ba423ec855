"""Text that a spreadsheet opens as text: no cell of registry text becomes a formula."""

from __future__ import annotations

import re

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would take it for a formula; numbers stay numbers."""
    return f"'{cell}" if cell.startswith(_RISKY) and not _NUMBER.fullmatch(cell) else cell
