"""Every trial beside every other for the terminal: a paragraph a pair, with the rows by which the people who may join part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from harvester.compare.matrix import Matrix, MatrixRow, PairVerdict
from harvester.compare.model import Verdict
from harvester.export.printable import printable
from harvester.export.terminal import wrapped

_ORDER: Final[tuple[Verdict, ...]] = ("stricter", "looser", "overlapping", "disjoint", "not comparable", "same")
_LEGEND = (
    "Stricter: everybody whom the first trial admits by this, the second admits too, and not the other way round; looser: the "
    "other way round. A row that is not named is no claim: one of the two states nothing of it, or in words only."
)
_LONGEST = 60
NOTHING = "No row of these trials states limits that can be held against each other."


def pairs_text(matrix: Matrix, attribution: str, width: int) -> str:
    """The verdicts on all pairs as lines of at most ``width`` columns, each pair once."""
    pairs = [(trial, other) for other, trial in combinations(matrix.nct_ids, 2)]
    paragraphs = ["\n".join(_pair(matrix, trial, other, width)) for trial, other in pairs] if matrix.rows else [NOTHING]
    foot = [line for text in ((_LEGEND, attribution) if matrix.rows else (attribution,)) for line in wrapped(text, width)]
    return "\n\n".join([*paragraphs, "\n".join(foot)]) + "\n"


def _pair(matrix: Matrix, trial: str, other: str, width: int) -> Iterator[str]:
    yield f"{trial} beside {other}"
    found = [(row, told) for row in matrix.rows if (told := row.verdict(trial, other)) is not None]
    if not found:
        yield "  no row in which both state limits"
    for verdict in _ORDER:
        rows = [(row, told) for row, told in found if told.verdict == verdict]
        if rows and verdict == "same":
            yield from _indented(f"same by {', '.join(printable(row.label) for row, _ in rows)}", width, 2)
        elif rows:
            yield f"  {verdict} by"
            for row, told in rows:
                yield from _indented(_words(row, told), width, 4)


def _words(row: MatrixRow, told: PairVerdict) -> str:
    says = dict(row.says)
    text = f"{row.label}: {_short(says[told.trial])} beside {_short(says[told.other])}"
    return f"{text} ({told.reason})" if told.reason else text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _indented(text: str, width: int, columns: int) -> Iterator[str]:
    yield from (" " * columns + line for line in wrapped(text, width - columns))
