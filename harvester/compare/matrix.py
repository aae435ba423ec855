"""Every trial beside every other, row by row: who admits fewer, more, the same or other people, whichever is the focal one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Final

from harvester.compare.age import age_cells
from harvester.compare.criteria import shared_slots, slot_key
from harvester.compare.judgement import judge
from harvester.compare.model import Comparison, Row, Verdict
from harvester.compare.population import judged_sexes
from harvester.compare.trial import Trial
from harvester.shape import shape
from harvester.tables import StudyRows

_TURNED: Final[Mapping[Verdict, Verdict]] = {"stricter": "looser", "looser": "stricter"}
"""What a verdict is called from the other side; the others are the same from both."""

Judge = Callable[[Trial, Trial], tuple[Verdict, str | None] | None]


@shape()
class PairVerdict:
    """How the people that ``trial`` admits by a row lie to those of ``other``."""

    trial: str
    other: str
    verdict: Verdict
    reason: str | None


@shape()
class MatrixRow:
    """A row of a comparison with its verdicts: ``verdicts`` holds every ordered pair of trials that could be judged.

    ``says`` is what each trial states, by NCT number; trials that state nothing stand in ``silent`` with their state.
    """

    panel: str
    key: str
    label: str
    says: tuple[tuple[str, str], ...]
    silent: tuple[tuple[str, str], ...]
    verdicts: tuple[PairVerdict, ...]
    by_pair: dict[tuple[str, str], PairVerdict] = field(default_factory=dict, compare=False, repr=False, metadata={"json": False})
    """The verdicts by their two trials, filled when one is first asked for: a page asks for all."""

    def verdict(self, trial: str, other: str) -> PairVerdict | None:
        """The verdict on ``trial`` beside ``other``; None where none was given."""
        if not self.by_pair:
            self.by_pair.update(((each.trial, each.other), each) for each in self.verdicts)
        return self.by_pair.get((trial, other))

    @property
    def parts(self) -> bool:
        """Whether some two trials do not admit the same people, or cannot be compared."""
        return any(each.verdict != "same" for each in self.verdicts)


@shape()
class Matrix:
    """All rows of a comparison by which at least two of its trials could be judged."""

    nct_ids: tuple[str, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def parting(self) -> tuple[MatrixRow, ...]:
        """The rows in which some two trials do not admit the same people, or cannot be compared."""
        return tuple(row for row in self.rows if row.parts)

    @property
    def uniting(self) -> tuple[MatrixRow, ...]:
        """The rows in which all trials that were judged admit the same people."""
        return tuple(row for row in self.rows if not row.parts)

    def counts(self, trial: str, other: str) -> Mapping[Verdict, int]:
        """In how many rows each verdict was given on ``trial`` beside ``other``, in the order of the rows."""
        found: dict[Verdict, int] = {}
        for row in self.rows:
            each = row.verdict(trial, other)
            if each is not None:
                found[each.verdict] = found.get(each.verdict, 0) + 1
        return found


def build_matrix(studies: Sequence[StudyRows], comparison: Comparison) -> Matrix:
    """The matrix of a comparison that was built from these studies, in this order."""
    trials = [Trial.of(each) for each in studies]
    judges = _judges(trials)
    rows = (
        _row(trials, panel.key, row, judges[(panel.key, row.key)])
        for panel in comparison.panels
        for row in panel.rows
        if (panel.key, row.key) in judges
    )
    return Matrix(comparison.nct_ids, tuple(row for row in rows if row.verdicts))


def _judges(trials: Sequence[Trial]) -> dict[tuple[str, str], Judge]:
    """What judges two trials in each row, by panel and row."""
    found: dict[tuple[str, str], Judge] = {("population", "age"): _by_age, ("population", "sex"): judged_sexes}
    for slot in shared_slots(trials):

        def by_slot(focal: Trial, other: Trial, slot=slot) -> tuple[Verdict, str | None] | None:  # type: ignore[no-untyped-def]
            is_filled = slot in focal.facts.by_slot and slot in other.facts.by_slot
            return judge(focal.facts, other.facts, slot) if is_filled else None

        found[("criteria", slot_key(slot))] = by_slot
    return found


def _by_age(focal: Trial, other: Trial) -> tuple[Verdict, str | None] | None:
    cell = age_cells((focal, other))[1]
    return (cell.verdict, cell.verdict_reason) if cell.verdict else None


def _reason(found: tuple[Verdict, str | None], focal: Trial, other: Trial) -> str | None:
    """Why two do not compare, with the trials by their numbers; what the other verdicts mean goes without a reason."""
    if found[0] != "not comparable" or not found[1]:
        return None
    return found[1].replace("focal trial: ", f"{focal.nct_id}: ").replace("the focal trial", focal.nct_id)


def _row(trials: Sequence[Trial], panel: str, row: Row, judge_two: Judge) -> MatrixRow:
    stating = [(trial, cell) for trial, cell in zip(trials, row.cells, strict=True) if cell.state == "stated"]
    verdicts: list[PairVerdict] = []
    for at, (focal, _) in enumerate(stating):
        for other, _ in stating[at + 1 :]:
            found = judge_two(focal, other)
            if found is not None:
                verdict = found[0]
                reason = _reason(found, focal, other)
                verdicts.append(PairVerdict(other.nct_id, focal.nct_id, verdict, reason))
                verdicts.append(PairVerdict(focal.nct_id, other.nct_id, _TURNED.get(verdict, verdict), reason))
    silent = tuple((trial.nct_id, cell.state) for trial, cell in zip(trials, row.cells, strict=True) if cell.state != "stated")
    says = tuple((trial.nct_id, cell.words) for trial, cell in stating)
    return MatrixRow(panel, row.key, row.label, says, silent, tuple(verdicts))
