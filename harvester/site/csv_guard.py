"""CSV that a spreadsheet opens as text: no cell of registry text becomes a formula."""

from __future__ import annotations

import csv
import io

from harvester.export.formula import harmless


class CsvGuard:
    """Passes a CSV stream through `harmless`, chunk by chunk; a record that is cut between chunks waits for its rest."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, chunk: bytes, more: bool) -> bytes:
        """The finished records of the chunk; all that waits when no ``more`` will come."""
        text = self._waiting + chunk.decode("utf-8", "replace")
        cut = len(text) if not more else _end_of_last_record(text)
        self._waiting = text[cut:]
        return _rewritten(text[:cut]).encode("utf-8")


def _end_of_last_record(text: str) -> int:
    cut = text.rfind("\n") + 1
    while cut and text.count('"', 0, cut) % 2:
        cut = text.rfind("\n", 0, cut - 1) + 1
    return cut


def _rewritten(text: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for cells in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()
