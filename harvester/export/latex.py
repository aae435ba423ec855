"""LaTeX: a document that pdflatex, xelatex and lualatex compile, with packages that every distribution has.

Registry text is text in it: every sign that TeX would obey is escaped, and signs that the fonts may lack are set in words or
mathematics. What is still unknown is set as its code point, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from harvester.export.report import MOST_COLUMNS, Report, Section, Table

_FILE = Path(__file__).with_name("latex_signs.txt")
_LIGATURE = re.compile(r"([-',`])(?=\1)")
_LONG = re.compile(r"[^\s{}\\]{24,}")
PREAMBLE = r"""\documentclass[9pt,a4paper,landscape]{extarticle}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp,amssymb}
\usepackage[margin=15mm]{geometry}
\usepackage{array,longtable,booktabs}
\usepackage[hidelinks]{hyperref}
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}
\setlength{\tabcolsep}{3pt}
\emergencystretch=3em
% A heading moves on with its table where less than this is left of the page.
\newcommand{\room}{\par\vskip 0pt plus 13\baselineskip\penalty-250\vskip 0pt plus -13\baselineskip}
"""


def report_latex(report: Report) -> str:
    """The document as LaTeX source, UTF-8."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield PREAMBLE
    yield rf"\hypersetup{{pdftitle={{{escaped(report.title)}}}}}"
    yield r"\begin{document}"
    yield rf"\section*{{{escaped(report.title)}}}"
    yield escaped(report.lead) + "\n"
    for section in report.sections:
        yield from _section(section)
    yield r"\bigskip\hrule\medskip{\footnotesize"
    yield from (escaped(line) + "\n" for line in report.closing)
    yield "}"
    yield r"\end{document}"


def _section(section: Section) -> Iterator[str]:
    yield rf"\room\subsection*{{{escaped(section.title)}}}"
    if section.lines and section.table is None:
        yield r"\begin{itemize}"
        yield from (rf"\item {escaped(line)}" for line in section.lines)
        yield r"\end{itemize}"
    else:
        yield from (escaped(line) + "\n" for line in section.lines)
    parts = section.table.parts(MOST_COLUMNS) if section.table else ()
    for place, part in enumerate(parts, start=1):
        yield from _table(part, f"{section.title}, part {place} of {len(parts)}" if len(parts) > 1 else "")


def _table(table: Table, name: str) -> Iterator[str]:
    """The table; a ``name`` stands over it on its first page, in the table itself so that no page break parts the two."""
    shares = table.widths or (1,) * len(table.columns)
    # 2 \tabcolsep a column are not for text.
    widths = (rf"\dimexpr {share / sum(shares):.4f}\linewidth-2\tabcolsep\relax" for share in shares)
    columns = "".join(rf">{{\raggedright\arraybackslash}}p{{{width}}}" for width in widths)
    head = " & ".join(rf"\textbf{{{escaped(column)}}}" for column in table.columns)
    yield rf"{{\footnotesize\begin{{longtable}}{{{columns}}}"
    if name:
        over = rf"\multicolumn{{{len(table.columns)}}}{{@{{}}l}}{{\textit{{{escaped(name)}}}}}"
        yield rf"{over} \\ \toprule {head} \\ \midrule \endfirsthead"
    yield rf"\toprule {head} \\ \midrule \endhead \bottomrule \endfoot"
    for row in table.rows:
        yield " & ".join(_value(value) for value in row) + r" \\ \addlinespace[1pt]"
    yield r"\end{longtable}}"


def _value(value: str) -> str:
    return r"\newline ".join(escaped(line) or "~" for line in value.split("\n")) if value else ""


def escaped(text: str) -> str:
    """``text`` so that TeX sets it letter by letter, on one line."""
    said = "".join(_sign(character) for character in unicodedata.normalize("NFC", " ".join(text.split())))
    said = _LIGATURE.sub(r"\1{}", said)
    # A value that begins with a bracket or a star would be taken for an argument of the command before it.
    said = f"{{}}{said}" if said.startswith(("[", "*")) else said
    return _LONG.sub(_breakable, said)


@cache
def _sign(character: str) -> str:
    known = _signs().get(character)
    if known is not None:
        return known
    if " " <= character <= "~" or "\u00c0" <= character <= "\u017f":
        return character
    flat = unicodedata.normalize("NFKD", character)
    if flat != character and all(" " <= each <= "~" for each in flat):
        return "".join(_sign(each) for each in flat)
    if unicodedata.combining(character):
        return ""
    return rf"[U+{ord(character):04X}]"


def _breakable(found: re.Match[str]) -> str:
    """A long word, such as the path of a field, which may be broken after its signs."""
    return re.sub(r"([./;,\]])", r"\1\\allowbreak{}", found[0])


@cache
def _signs() -> dict[str, str]:
    return parse_signs(_FILE.read_text(encoding="utf-8"))


def parse_signs(text: str) -> dict[str, str]:
    """Sign -> LaTeX. ValueError names the line that breaks the grammar of ``latex_signs.txt``."""
    read: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("# "):
            continue
        name, separator, latex = line.partition(" = ")
        sign = chr(int(name[2:], 16)) if re.fullmatch(r"U\+[0-9A-F]{4,6}", name) else name
        if not separator or len(sign) != 1 or sign in read:
            raise ValueError(f"latex_signs.txt, line {number}: expected a new 'sign = LaTeX', not {line!r}")
        read[sign] = latex
    return read
