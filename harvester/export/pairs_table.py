"""Every pair of trials as a table: a line a row of the comparison and pair, with what each of the two states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from harvester.compare.matrix import Matrix, MatrixRow, matrix_of
from harvester.compare.model import Comparison
from harvester.compare.trial import Trial
from harvester.export.report import Section, Table, shown

_COLUMNS = ("By", "Trial", "States", "Beside", "States", "Verdict", "Why not")


def pairs_sections(trials: Sequence[Trial], comparison: Comparison) -> Iterator[Section]:
    """The verdicts, then the trials that state nothing in these rows."""
    matrix = matrix_of(trials, comparison)
    note = (
        "How the people whom the first trial admits by a row lie to those whom the second admits. Stricter: everybody it admits, "
        "the second admits too, and not the other way round; looser: the other way round."
    )
    rows = tuple(line for row in matrix.rows for line in _lines(row, matrix))
    yield Section("pairs", "Who may join, every pair", (note,), Table(_COLUMNS, rows, (4, 3, 4, 3, 4, 3, 4)) if rows else None)
    silent = tuple((row.label, nct_id, state) for row in matrix.rows for nct_id, state in row.silent)
    if silent:
        yield Section("silent", "Who states nothing of it", (), Table(("By", "Trial", "State"), silent, (4, 2, 2)))


def _lines(row: MatrixRow, matrix: Matrix) -> Iterator[tuple[str, ...]]:
    says = dict(row.says)
    for other, trial in combinations((nct_id for nct_id in matrix.nct_ids if nct_id in says), 2):
        found = row.verdict(trial, other)
        if found is not None:
            told = (row.label, trial, says[trial], other, says[other], found.verdict, found.reason or "")
            yield tuple(shown(each) for each in told)
