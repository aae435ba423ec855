"""A document before it has a form: sections of lines and tables. Markdown, LaTeX, DOCX, XLSX, CSV and HTML are written from it.

What stands in a `Report` is plain text, ready to be shown; each form escapes it in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from harvester.compare.model import Cell, Comparison, Line, Panel, Row, Timeline, Total, TrialHead
from harvester.compare.wording import unit_label
from harvester.export.flag import flag_words
from harvester.export.line_group import gathered, line_group
from harvester.export.quotation import Quotation, quotations
from harvester.export.registry_text import words
from harvester.export.svg import timeline_picture
from harvester.shape import shape

ADVICE = "This is a reading aid, not medical advice. Before you rely on a value, read the words beside it."
MOST_COLUMNS = 8
"""Columns that a table has at most on A4 landscape, so that it can be read: six trials, their question, how they compare."""
ONE_STATES_IT = "one states it"
"""What a row is that one trial alone fills: that the others differ in it is no more than that they state nothing."""
ALIKE_WHERE_STATED = "alike where stated"
"""What a row is that several trials fill alike and others leave out."""
SIGN_OF = {"differs": "≠", ONE_STATES_IT: "1", ALIKE_WHERE_STATED: "(=)", "alike": "=", "cannot tell": "?", "": ""}
SIGNS = (
    "≠ the trials do not say the same in this row; = they do; (=) those that state it do; "
    "? something was not read, so nothing is said of likeness. "
    "Same, stricter, looser, overlapping, disjoint compare the people who may join, by this row, with those of the focal trial. "
    "Not stated: the text that would say it was read and does not say it. Not applicable: the design leaves no room for it. "
    "Not read: the text may say it, but is not at hand or was left as text."
)


@shape()
class Table:
    """Rows under named columns; every row has as many values as there are columns. A line feed parts lines in a value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    """Share of the width each column takes; empty for equal ones."""
    repeated: tuple[int, ...] = field(default=(), metadata={"json": False})
    """Places of the columns that every part repeats, where the table is too wide for a sheet of paper."""
    of_sections: tuple[str, ...] = field(default=(), metadata={"json": False})
    """For each row the key of the section that it belongs to, where a table holds rows of several."""

    def parts(self, most: int) -> tuple[Table, ...]:
        """The table as tables of at most ``most`` columns, none of which is lost; itself where it fits or repeats nothing."""
        if len(self.columns) <= most or not self.repeated:
            return (self,)
        others = [place for place in range(len(self.columns)) if place not in self.repeated]
        room = max(1, most - len(self.repeated))
        return tuple(self._cut(sorted((*self.repeated, *others[at : at + room]))) for at in range(0, len(others), room))

    def _cut(self, places: list[int]) -> Table:
        widths = tuple(self.widths[place] for place in places) if self.widths else ()
        rows = tuple(tuple(row[place] for place in places) for row in self.rows)
        return Table(tuple(self.columns[place] for place in places), rows, widths, of_sections=self.of_sections)


@shape()
class Section:
    """A headed part: lines of prose, then a table."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@shape()
class Report:
    """A document. ``closing`` names source, date of the data, modifications and the program's version.

    ``data_date`` is the youngest day of its data, ``data_days`` the first and the last.
    """

    title: str
    lead: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    data_date: str | None
    data_days: str | None
    program_version: str
    nct_ids: tuple[str, ...] = field(default=())


def comparison_report(comparison: Comparison) -> Report:
    """The whole comparison: what it comes to, trials, every panel, timelines, totals, and the registry's words at the end."""
    return Report(
        title=title_of(comparison.nct_ids),
        lead=("" if is_alone(comparison.nct_ids) else "Trials side by side, the focal trial first. ")
        + "The registry's words behind every value stand at the end.",
        sections=tuple(_sections(comparison)),
        closing=closing(comparison),
        data_date=data_date(comparison.trials),
        data_days=comparison.data_days,
        program_version=comparison.program_version,
        nct_ids=comparison.nct_ids,
    )


def is_alone(nct_ids: Sequence[str]) -> bool:
    """Whether there is one trial: nothing is compared."""
    return len(nct_ids) == 1


def title_of(nct_ids: Sequence[str]) -> str:
    """A comparison in a few words: all trials where they are few."""
    return " beside ".join(nct_ids) if len(nct_ids) < 4 else f"{nct_ids[0]} beside {len(nct_ids) - 1} trials"


def closing(comparison: Comparison) -> tuple[str, ...]:
    """What every document that leaves the program says at its end."""
    return (*comparison.notes, shown(comparison.attribution), ADVICE)


def data_date(trials: Iterable[TrialHead]) -> str | None:
    """The youngest date of the data."""
    return max((trial.data_date for trial in trials if trial.data_date), default=None)


def _sections(comparison: Comparison) -> Iterator[Section]:
    if comparison.sentences:
        yield Section("in-short", "In short", tuple(shown(each.text) for each in comparison.sentences))
    yield trials_section(comparison)
    for panel in comparison.panels:
        yield panel_section(panel, comparison.nct_ids)
    yield from (_timeline_section(each, comparison.focal.nct_id) for each in comparison.timelines)
    if comparison.totals:
        yield totals_section(comparison.totals)
    if comparison.pairs:
        pairs = tuple((each.trial, each.other, shown(each.text), "yes" if each.certain else "no") for each in comparison.pairs)
        yield Section(
            "pairs", "Who could join one and not the other",
            table=Table(("Could join", "Not", "By", "Certain"), pairs, (2, 2, 9, 1)),
        )  # fmt: skip
    if any(each.lines for each in comparison.stated_only):
        yield _only_section(comparison)
    words_behind = words_section(comparison)
    if words_behind.table and words_behind.table.rows:
        yield words_behind


def trials_section(comparison: Comparison) -> Section:
    """The trials with their sources and dates."""
    rows = tuple(_trial_row(each) for each in comparison.trials)
    columns = ("Trial", "Title", "Part", "Status", "Phase", "Data as of", "Source")
    return Section("trials", "Trials", table=Table(columns, rows, (3, 7, 6, 3, 2, 3, 5)))


def _trial_row(head: TrialHead) -> tuple[str, ...]:
    title = f"{head.title} ({head.acronym})" if head.acronym else head.title
    role = "focal trial" if head.is_focal else head.role or "chosen by hand"
    part = "\n".join(each for each in (role, head.reason) if each)
    source = "\n".join(each for each in (head.registry_url, head.source_note) if each)
    absent = "not at hand" if head.source_note else "none given"  # a whole record that has no phase leaves none to be had
    status = (head.overall_status_label or absent, head.phases_label or absent)
    return tuple(shown(each) for each in (head.nct_id, title, part, *status, head.data_date or "unknown", source))


def panel_section(panel: Panel, nct_ids: tuple[str, ...]) -> Section:
    """One panel: questions down, trials across, and whether they differ."""
    rows = tuple((_question(row), *(cell_text(cell) for cell in row.cells), _compared(row)) for row in panel.rows)
    lines = (shown(panel.note),) if panel.note else ()
    if is_alone(nct_ids):
        alone = tuple(row[:-1] for row in rows)
        return Section(panel.key, shown(panel.title), lines, Table(("", *nct_ids), alone, (1, 3)))
    columns = ("", *nct_ids, "Compared")
    # The question, the focal trial, and whether the trials differ.
    repeated = (0, 1, len(nct_ids) + 1)
    return Section(panel.key, shown(panel.title), lines, Table(columns, rows, (11, *[12] * len(nct_ids), 7), repeated))


def _question(row: Row) -> str:
    return shown(f"{row.label} ({row.unit})" if row.unit else row.label)


def _compared(row: Row) -> str:
    outcome = outcome_of(row)
    return f"{SIGN_OF[outcome]} {outcome.removeprefix('one ')}".strip()


def outcome_of(row: Row) -> str:
    """What the comparison says of a row: "differs", "alike" or "cannot tell"; or that one trial alone states it, or several
    that do are alike; nothing where there is one trial."""
    if len(row.cells) < 2:
        return ""
    if row.agreement == "differs" and row.is_stated_by_one:
        return ONE_STATES_IT
    return ALIKE_WHERE_STATED if row.agreement == "differs" and row.is_alike_where_stated else row.agreement


def verdict_words(cell: Cell) -> str:
    """The verdict of a cell; where none can be given, also why."""
    why = f": {shown(cell.verdict_reason)}" if cell.verdict == "not comparable" and cell.verdict_reason else ""
    return f"{cell.verdict}{why}"


def cell_text(cell: Cell) -> str:
    """A cell as lines: what it says, or its state; then the verdict in brackets."""
    lines = list(dict.fromkeys(line_text(line) for line in cell.lines))
    if cell.state != "stated":
        note = f" ({shown(cell.note)})" if cell.note else ""
        return "\n".join([f"{cell.state}{note}", *(line for line in lines if line.casefold() != cell.state)])
    if cell.summary and len(lines) > 1:
        lines = [f"{shown(cell.summary)}, from:", *lines]
    lines += [shown(cell.note)] if cell.note else []
    lines += [f"({verdict_words(cell)})"] if cell.verdict else []
    return "\n".join(lines)


def line_text(line: Line) -> str:
    """One line with its note and with what the reader should know of the reading."""
    more = [shown(each) for each in ((line.note or ""), *flag_words(line.flags)) if each]
    return shown(line.text) + (f" [{'; '.join(more)}]" if more else "")


def _timeline_section(timeline: Timeline, focal: str) -> Section:
    picture = timeline_picture(timeline, focal)
    rows = tuple(tuple(shown(each) for each in row) for row in picture.rows)
    lines = tuple(shown(each) for each in (picture.description.replace("below", "here"), timeline.note or "") if each)
    return Section(f"timeline-{timeline.key}", shown(timeline.title), lines, Table(picture.columns, rows))


def totals_section(totals: Sequence[Total]) -> Section:
    """What the stated doses of each agent add up to, and how."""
    rows = tuple(
        tuple(
            shown(value)
            for value in (
                each.nct_id,
                each.arm or "",
                each.agent,
                f"{each.amount:.15g}",
                unit_label(each.unit),
                each.formula,
                "; ".join(flag_words(each.flags)),
            )
        )
        for each in totals
    )
    columns = ("Trial", "Arm", "Given", "In all", "Unit", "How it adds up", "To know")
    note = "Sums of stated doses only, never across units."
    return Section("totals", "What the stated doses add up to", (note,), Table(columns, rows, (3, 4, 4, 2, 2, 6, 4)))


def _only_section(comparison: Comparison) -> Section:
    rows = tuple((only.nct_id, line_text(line)) for only in comparison.stated_only for line in only.lines)
    title, note = only_words(comparison.nct_ids)
    return Section("stated-only", title, (note,), Table(("Trial", "Criterion"), rows, (1, 6)))


def only_words(nct_ids: Sequence[str]) -> tuple[str, str]:
    """The heading of criteria that stand in no row, and what to know of them."""
    if is_alone(nct_ids):
        return "Further criteria", "Criteria that stand under none of the questions above."
    silence = "Another trial's silence is not a claim that it does not matter there."
    return "Stated only in one trial", f"Criteria with no counterpart in any other trial here. {silence}"


def words_section(comparison: Comparison) -> Section:
    """The registry's words behind the values, with the field they stand in."""
    found = [
        (panel, nct_id, row, lines, quotation)
        for panel in comparison.panels
        for row in panel.rows
        for nct_id, cell in zip(comparison.nct_ids, row.cells, strict=True)
        for lines in gathered(cell.lines)
        for quotation in quoted_under(lines)
    ]
    rows = tuple(
        (nct_id, shown(row.label), shown("\n".join(line.text for line in lines)), quoted(quotation), quotation.source.path)
        for _, nct_id, row, lines, quotation in found
    )
    columns = ("Trial", "Row", "Value", "The registry's words", "Field of the record")
    table = Table(columns, rows, (2, 2, 3, 6, 4), of_sections=tuple(panel.key for panel, *_ in found))
    note = "Values that repeat the registry's words letter by letter are left out."
    return Section("words", "The registry's words", (note,), table)


def quoted_under(lines: Sequence[Line]) -> tuple[Quotation, ...]:
    """The quotations under lines that stand together; words that a line repeats letter by letter are left out."""
    return quotations(lines[0]) if len(lines) == 1 else line_group(lines).quotations


def quoted(quotation: Quotation) -> str:
    """The words of a quotation, whole."""
    return shown("".join(piece.text for piece in quotation.pieces))


def shown(text: str) -> str:
    """Registry text ready to be shown: no backslashes of its markup, nothing that cannot be drawn, line feeds kept."""
    return words(text.replace("\r\n", "\n")) if "\n" not in text else "\n".join(words(each) for each in text.splitlines())
