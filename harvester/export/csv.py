"""CSV: every value of a comparison on a line of its own, with its words and their place; a document's tables one below another.

UTF-8 without a mark at the start, lines end with CR LF (RFC 4180), no cell is a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from harvester.compare.model import Cell, Comparison, Line, Panel, Row, TrialHead
from harvester.export.formula import harmless
from harvester.export.quotation import quotations
from harvester.export.report import Report, line_text, only_words, outcome_of, quoted, shown

COLUMNS = (
    "group", "panel", "row", "unit", "compared", "nct_id", "focal", "state", "value", "note", "verdict", "verdict_reason",
    "registry_words", "source_path", "source_start", "source_end", "data_date", "registry_url", "attribution",
)  # fmt: skip
_STATED = Cell("stated")


def comparison_csv(comparison: Comparison) -> str:
    """One line a value: the row it answers, the trial, the state, the value, the registry's words and where they stand."""
    return _written([COLUMNS, *values(comparison)])


def values(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """The lines of `comparison_csv` without their head. A cell that states nothing has one line with its state.

    Criteria that only one trial states come last: no row holds them.
    """
    for panel in comparison.panels:
        for row in panel.rows:
            for head, cell in zip(comparison.trials, row.cells, strict=True):
                for line in cell.lines or (None,):
                    answer = (*_answer(head, cell, line), *_origin(head, line))
                    yield (*_question(panel, row), *answer, shown(comparison.attribution))
    heads = {head.nct_id: head for head in comparison.trials}
    for only in comparison.stated_only:
        for line in only.lines:
            answer = (*_answer(heads[only.nct_id], _STATED, line), *_origin(heads[only.nct_id], line))
            yield ("population", only_words(comparison.nct_ids)[0], "", "", "", *answer, shown(comparison.attribution))


def _question(panel: Panel, row: Row) -> tuple[str, ...]:
    return panel.group, shown(panel.title), shown(row.label), row.unit or "", outcome_of(row)


def _answer(head: TrialHead, cell: Cell, line: Line | None) -> tuple[str, ...]:
    said = line_text(line) if line else ""
    answer = (said, cell.note or "", cell.verdict or "", cell.verdict_reason or "")
    return (head.nct_id, "yes" if head.is_focal else "no", cell.state, *(shown(each) for each in answer))


def _origin(head: TrialHead, line: Line | None) -> tuple[str, ...]:
    found = quotations(line) if line else ()
    source = found[0].source if found else line.sources[0] if line and line.sources else None
    place = (source.path, str(source.start), str(source.end)) if source else ("", "", "")
    said = " … ".join(quoted(each) for each in found) or (shown(source.quote) if source else "")
    return (said, *place, head.data_date or "", head.registry_url)


def report_csv(report: Report) -> str:
    """The tables of a document one below another, each under its title, the source at the end."""
    lines: list[Sequence[str]] = [(report.title,), (report.lead,)]
    for section in report.sections:
        lines += [(), (section.title,), *((each,) for each in section.lines)]
        if section.table:
            lines += [section.table.columns, *section.table.rows]
    return _written([*lines, (), *((each,) for each in report.closing)])


def _written(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return out.getvalue()
