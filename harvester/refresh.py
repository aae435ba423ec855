"""A refresh that costs what changed, and shows nothing that fails the gate.

    version (one request; the same date: done) -> description of the fields -> last-update dates of what is stored
    -> records that changed, came or are missing -> gate, window by window -> rows -> saved searches

Records that the registry does not list any more are asked for alone; what it then does not have is kept and marked gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harvester.errors import RegistryAnswerBad, SearchTooBroad
from harvester.normalise import normalise
from harvester.pipeline import Arrival, Confirmed, Harvest, HarvestReport, TrialOutcome, arrivals_of
from harvester.registry.client import Registry
from harvester.registry.record import Record
from harvester.registry.release import RegistryVersion
from harvester.registry.search import SearchQuery, words_query
from harvester.store import (
    keep_data_model,
    latest_data_model,
    list_comparisons,
    list_searches,
    read_comparison,
    read_studies,
    stale_trials,
    update_dates,
)
from harvester.tables import (
    Condition,
    Design,
    DesignGroup,
    DesignOutcome,
    Eligibility,
    EligibilityCriterion,
    Intervention,
    Row,
    Sponsor,
    Study,
    StudyRows,
)

LISTED = 200
"""Numbers in one request for last-update dates: an address that every proxy takes."""
WINDOW = 100
"""Records that wait for the gate together; those that passed are written while the next ones come."""
FEWEST = 5
"""Trials that must have had a field for its absence from all of them to mean something."""
_ONE_ROW: tuple[type[Row], ...] = (Study, Design, Eligibility)
_LISTS: tuple[type[Row], ...] = (Condition, DesignGroup, Intervention, DesignOutcome, EligibilityCriterion, Sponsor)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to refresh: trials, saved searches and sets by name; with nothing named, all that is stored.

    ``fetch_all`` asks for every record whatever its last update; ``accept`` lets through what the gate would stop.
    """

    nct_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    fetch_all: bool = False
    accept: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether nothing is named."""
        return not self.nct_ids and not self.names


def refresh(harvest: Harvest, registry: Registry, asked: Asked) -> list[HarvestReport]:
    """Bring the collection up to the registry's date: one report for the trials, one for each saved search.

    One request and no writing when the registry's data are those that are stored. Raises RegistryError before anything else.
    """
    version = registry.version()
    wanted = _wanted(harvest, asked)
    searches = [each for each in list_searches(harvest.store.connection) if asked.is_everything or each.name in asked.names]
    stale = [nct_id for nct_id in wanted if asked.fetch_all or not harvest.is_fresh(nct_id, version.data_timestamp)]
    gone = _gone(harvest, stale) if asked.is_everything and not asked.fetch_all else []
    if len(gone) == len(stale) and (asked.is_everything or not searches):
        return [_nothing_new(wanted, gone, version)]
    notes = _notice_fields(harvest, registry, version)
    coming = _coming(harvest, registry, stale, version, notes, fetch_all=asked.fetch_all)
    reports = [harvest.arrivals(coming if asked.accept else gated(harvest, coming), len(stale), notes)] if stale else []
    for search in searches:
        if reports and reports[-1].stopped_by:
            break
        try:
            reports.append(harvest.query(registry, words_query(search.words), search.most))
        except SearchTooBroad as problem:
            note = f"The saved search {search.name} was not run."
            reports.append(HarvestReport(None, 0, 0, 0, 0, 0, (), (note,), problem))
    return reports


def _gone(harvest: Harvest, stale: Sequence[str]) -> list[str]:
    """Those among ``stale`` that the registry did not have when it was last asked; a new date of its data asks again."""
    known = stale_trials(harvest.store.connection, stale)
    return [nct_id for nct_id in stale if nct_id in known and known[nct_id].is_gone]


def _nothing_new(wanted: Sequence[str], gone: Sequence[str], version: RegistryVersion) -> HarvestReport:
    outcomes = tuple(TrialOutcome(nct_id, "unchanged") for nct_id in wanted)
    notes = [f"The data of {version.data_timestamp} are stored already."]
    if gone:
        notes.append(f"Kept, though the registry has them no longer: {', '.join(gone[:5])}{' …' if len(gone) > 5 else ''}.")
    return HarvestReport(None, len(outcomes), 0, len(outcomes), 0, 0, outcomes, tuple(notes))


def _wanted(harvest: Harvest, asked: Asked) -> list[str]:
    """Trials to refresh; the trials of sets are among them whether they are stored yet or not."""
    connection = harvest.store.connection
    names = [
        each.comparison_id for each in list_comparisons(connection) if asked.is_everything or each.comparison_id in asked.names
    ]
    members: list[str] = []
    for name in names:
        found = read_comparison(connection, name)
        if found is not None:
            members += [found[0].focal_nct_id, *(member.nct_id for member in found[1])]
    stored = harvest.store.current_ids() if asked.is_everything else list(asked.nct_ids)
    return list(dict.fromkeys((*stored, *members)))


def _notice_fields(harvest: Harvest, registry: Registry, version: RegistryVersion) -> list[str]:
    """Keep the registry's description of its fields when it is another one than the last: what is to be said about it."""
    try:
        fields = registry.data_model()
    except RegistryAnswerBad as problem:
        return [f"The registry's description of its fields could not be read: {problem.line}"]
    known = latest_data_model(harvest.store.connection)
    if known == fields:
        return []
    with harvest.store.transaction():
        keep_data_model(harvest.store.connection, fields, harvest.now(), version.api_version)
    if known is None:
        return []
    return [f"The registry describes its records otherwise than before: {field_changes(known, fields)}."]


def field_changes(before: dict[str, str], after: dict[str, str]) -> str:
    """What differs between two descriptions of the fields, in words."""
    gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    other = sorted(path for path in before.keys() & after.keys() if before[path] != after[path])
    told = [("fields gone", gone), ("fields new", come), ("fields of another type", other)]
    return "; ".join(f"{what}: {', '.join(paths[:5])}{' …' if len(paths) > 5 else ''}" for what, paths in told if paths)


def _coming(
    harvest: Harvest,
    registry: Registry,
    stale: Sequence[str],
    version: RegistryVersion,
    notes: list[str],
    *,
    fetch_all: bool,
) -> Iterator[Arrival]:
    """Trials that the registry says are as they are here, then the records of all others."""
    same = set() if fetch_all else _unchanged(harvest, registry, stale, notes)
    yield from (Confirmed(nct_id, version.api_version, version.data_timestamp) for nct_id in stale if nct_id in same)
    yield from arrivals_of(registry.studies(nct_id for nct_id in stale if nct_id not in same))


def _unchanged(harvest: Harvest, registry: Registry, stale: Sequence[str], notes: list[str]) -> set[str]:
    """Trials whose last update at the registry is that of the record here, which came from the registry itself."""
    here = update_dates(harvest.store.connection, stale)
    same: set[str] = set()
    for start in range(0, len(stale), LISTED):
        chunk = tuple(stale[start : start + LISTED])
        for number, stamp in enumerate(registry.stamps(SearchQuery(ids=chunk)), start=1):
            if number > 2 * len(chunk):
                notes.append("The registry did not keep to the list of numbers; every record was asked for.")
                return set()
            if stamp.last_update is not None and here.get(stamp.nct_id) == stamp.last_update:
                same.add(stamp.nct_id)
    return same


def gated(harvest: Harvest, arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """The arrivals, held back by windows until each window passed. Raises RegistryAnswerBad; that window is not shown."""
    window: list[Arrival] = []
    for arrival in arrivals:
        window.append(arrival)
        if len(window) == WINDOW:
            check_window(harvest, window)
            yield from window
            window = []
    check_window(harvest, window)
    yield from window


def check_window(harvest: Harvest, window: Sequence[Arrival]) -> None:
    """Raises RegistryAnswerBad when a trial came twice, or when something that trials here had is gone from all that came."""
    records = [each for each in window if isinstance(each, Record)]
    twice = sorted({each.nct_id for each in records if sum(other.nct_id == each.nct_id for other in records) > 1})
    if twice:
        raise RegistryAnswerBad(f"The registry gave {', '.join(twice[:5])} twice", "Nothing of it was stored; try again later.")
    pairs = []
    for record in records:
        if harvest.store.standing(record) == "changed":
            before = read_studies(harvest.store.connection, [record.nct_id]).get(record.nct_id)
            if before is not None:
                pairs.append((before, normalise(record)))
    lost = emptied(pairs)
    if lost:
        raise RegistryAnswerBad(
            f"The registry's new records lack what they had before: {'; '.join(lost[:5])}",
            "What is stored stays as it is. If the registry really dropped it: trialside refresh --accept",
        )


def emptied(pairs: Sequence[tuple[StudyRows, StudyRows]]) -> list[str]:
    """Columns and tables that at least `FEWEST` trials filled before and none fills after, as "studies.phase in 12 trials"."""
    found = []
    for row_type in _ONE_ROW:
        for column in row_type.table.columns:
            had = [pair for pair in pairs if _value(pair[0], row_type, column.name) is not None]
            if len(had) >= FEWEST and all(_value(after, row_type, column.name) is None for _, after in pairs):
                found.append(f"{row_type.table.name}.{column.name} in {len(had)} trials")
    for row_type in _LISTS:
        having = [pair for pair in pairs if pair[0].of(row_type)]
        if len(having) >= FEWEST and not any(after.of(row_type) for _, after in pairs):
            found.append(f"{row_type.table.name} in {len(having)} trials")
    return found


def _value(rows: StudyRows, row_type: type[Row], name: str) -> object:
    row = rows.one(row_type)
    return None if row is None else getattr(row, name)
