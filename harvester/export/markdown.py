"""Markdown with tables, as GitHub, Pandoc and most editors read it. Registry text is text in it: no markup, no links, no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvester.compare.head import REGISTRY_PAGES
from harvester.export.report import Report, Section, Table

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$!&])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s|$|-)")
"""What would begin a list, or be a rule across the page: a line of dashes."""
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto)(:)|(www)(\.)|(@)")


def report_markdown(report: Report) -> str:
    """The document as Markdown."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {escaped(report.title)}", "", escaped(report.lead), "")
    for section in report.sections:
        yield from _section(section)
    yield from ("---", "")
    for line in report.closing:
        yield from (escaped(line), "")


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {escaped(section.title)}", "")
    if section.lines and section.table is None:
        yield from (f"- {escaped(line)}" for line in section.lines)
        yield ""
    else:
        for line in section.lines:
            yield from (escaped(line), "")
    if section.table:
        yield from _table(section.table)
        yield ""


def _table(table: Table) -> Iterator[str]:
    yield _row(table.columns)
    yield _row(["---"] * len(table.columns), raw=True)
    yield from (_row(row) for row in table.rows)


def _row(values: tuple[str, ...] | list[str], *, raw: bool = False) -> str:
    cells = values if raw else ["<br>".join(escaped(line) for line in value.split("\n")) for value in values]
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """``text`` so that Markdown shows it letter by letter, on one line. Only the registry's own addresses become links."""
    line = " ".join(text.split())
    if line.startswith(REGISTRY_PAGES) and line.removeprefix(REGISTRY_PAGES).isalnum():
        return f"<{line}>"
    line = _LIST.sub(lambda found: f"{found[1]}{_list_mark(found[2])}", _MARKUP.sub(r"\\\1", line))
    return _ADDRESS.sub(_no_link, line)


def _list_mark(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if len(mark) > 1 else f"\\{mark}"


def _no_link(found: re.Match[str]) -> str:
    """An address broken by a sign that nobody sees, so that no reader of Markdown makes a link of it."""
    return "".join(f"&#{ord(part)};" if part in (":", ".", "@") else part for part in found.groups("") if part)
