"""Where arrivals come from: the registry's answers, files, the bundle, other databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harvester import resources
from harvester.errors import BadRecord, TrialsideError, UnreadableSource
from harvester.reading.arrival import Arrival, Lost
from harvester.reading.study import lost_in_file
from harvester.registry.outcome import Found, NotFound
from harvester.registry.outcome import Outcome as RegistryOutcome
from harvester.registry.record import Record
from harvester.registry.source import Problem, parts_of, read_source
from harvester.store import is_database, versions_in
from harvester.tables import RecordVersion

if TYPE_CHECKING:
    from harvester.registry.paging import Search


def arrivals_of(outcomes: Iterable[RegistryOutcome]) -> Iterator[Arrival]:
    """What the registry answered for single trials, as arrivals."""
    return (_answered(outcome) for outcome in outcomes)


def _answered(outcome: RegistryOutcome) -> Arrival:
    if isinstance(outcome, Found):
        return outcome.record
    if isinstance(outcome, NotFound):
        error = TrialsideError(f"The registry has no trial {outcome.asked}", "Check the number; what is stored of it is kept.")
        return Lost(outcome.asked, "not_found", error)
    return Lost(outcome.asked, "failed", outcome.error)


def found_by(search: Search) -> Iterator[Arrival]:
    """What a search brings, and what of it is damaged."""
    yield from search
    for problem in search.problems:
        yield Lost("a trial of the search", "failed", problem)


def opened(paths: Sequence[str | Path], fetched_at: str) -> list[tuple[Path, Iterator[Arrival]]]:
    """Each source with its stream. Raises at once, before anything is made or stored, as `from_path` does."""
    return [(Path(path), from_path(Path(path), fetched_at)) for path in paths]


def from_path(path: Path, fetched_at: str) -> Iterator[Arrival]:
    """The records of a file or folder, or every version in another trialside database.

    Raises UnreadableSource or StorageError at once for what is no source at all.
    """
    if is_database(path):
        return _from_database(path.name, versions_in(path))
    return (lost_in_file(part) if isinstance(part, Problem) else part for part in parts_of(path, fetched_at=fetched_at))


def without_stop(path: Path, stream: Iterator[Arrival]) -> Iterator[Arrival]:
    """The arrivals of one file of several: what shows while it is read to be no record is lost by itself."""
    try:
        yield from stream
    except UnreadableSource as problem:
        yield lost_in_file(Problem(path.name, None, problem.line))


def bundled(fetched_at: str, nct_ids: Sequence[str] | None = None) -> Iterator[Arrival]:
    """The bundled records, all or those named."""
    for each in read_source(resources.snapshot(), fetched_at=fetched_at):
        if nct_ids is None or each.nct_id in nct_ids:
            yield each if isinstance(each, Record) else lost_in_file(each)


def _from_database(name: str, versions: Iterator[RecordVersion]) -> Iterator[Arrival]:
    from harvester.versions import stored_record  # here, since most of what is read is no database

    for version in versions:
        try:
            yield stored_record(version)
        except (TrialsideError, ValueError) as problem:
            error = BadRecord(f"A version of {version.nct_id} in {name} is damaged ({problem})", "Run there: trialside check")
            yield Lost(version.nct_id, "failed", error)
