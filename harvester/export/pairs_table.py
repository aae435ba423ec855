"""Every pair of trials as a table: a line a row of the comparison and pair, with what each of the two states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from harvester.compare.build import build_comparison
from harvester.compare.matrix import Matrix, MatrixRow, build_matrix
from harvester.compare.trial import Trial
from harvester.export.report import Section, Table, shown

_COLUMNS = ("By", "Trial", "States", "Beside", "States", "Verdict", "Why not")


def pairs_sections(trials: Sequence[Trial]) -> Iterator[Section]:
    """The verdicts, then the trials that state nothing in these rows. Raises ValueError for more trials than are compared."""
    rows_of_trials = [trial.rows for trial in trials]
    matrix = build_matrix(rows_of_trials, build_comparison(rows_of_trials, collection_size=len(trials)))
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
