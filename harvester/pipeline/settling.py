"""What was read, written: a group of trials in one transaction, or each in its own where the group cannot be.

readings -> standing (new, changed, older, unchanged, outranked) -> one transaction -> outcomes, on disk
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from harvester.errors import BadRecord, RowsRefused
from harvester.normalise import Corrections
from harvester.pipeline.coming import Before, Trial, coming
from harvester.pipeline.outcome import Now, TrialOutcome
from harvester.reading.arrival import Confirmed, Lost, Reached, Reading, Seen
from harvester.reading.study import Settleable, read_after_all
from harvester.store import Head, Run, Standing, Store, storage_errors, version_heads
from harvester.tables.plain import typed_versions


class Settling:
    """The writing of one run. ``now`` gives the time, ``corrections`` are those of what is read anew.

    ``reached`` is called, in a transaction, for each point of the source once everything before it is on disk.
    """

    def __init__(
        self,
        store: Store,
        run: Run,
        now: Now,
        corrections: Corrections,
        reached: Callable[[object], None] = lambda what: None,
    ) -> None:
        self._store = store
        self._run = run
        self._now = now
        self._corrections = corrections
        self._reached = reached
        self.renewed = 0
        """Trials that came unchanged, and whose rows were read anew since other rules had read them."""

    def settle(self, group: Sequence[Settleable]) -> Iterator[TrialOutcome]:
        """Write a group: what became of each of it, in its order, each once it is on disk."""
        for part in _parts(group):
            if isinstance(part, Reached):
                with self._store.transaction():
                    self._reached(part.what)
                self._store.bring_home()  # now, while more is on its way, and not when all the rest is done
                continue
            try:
                yield from self._together(part)
            except RowsRefused as problem:
                yield from self._one_by_one(part, problem)

    def _one_by_one(self, part: Sequence[Trial], problem: RowsRefused) -> Iterator[TrialOutcome]:
        """Each in its own transaction, after they were refused together: one that is refused alone is lost, and only that."""
        if len(part) > 1:
            for each in part:
                yield from self.settle([each])
        elif isinstance(part[0], Reading):
            nct_id = part[0].nct_id
            error = BadRecord(
                f"{nct_id} could not be stored ({problem.what})", "The stored version stays; please report the number."
            )
            yield from self._together([Lost(nct_id, "failed", error, where=problem.what)])
        else:
            raise problem

    def _together(self, part: Sequence[Trial]) -> list[TrialOutcome]:
        try:
            return self._written(part)
        except BaseException:
            # Stopped in the middle of a step: only the disk knows whether it counts.
            with storage_errors(self._store.path):
                self._run.reload()
            raise

    def _written(self, part: Sequence[Trial]) -> list[TrialOutcome]:
        store, now = self._store, coming(self._store, part, lambda seen: read_after_all(seen, self._corrections))
        with store.transaction(of_few=True):
            versions = store.write_studies(now.written, {nct_id: each.rows for nct_id, each in now.before.items()})
            self._renew(now.renewed)
            store.note_seen(*now.unchanged)
            self._note_confirmed([each for each in now.trials if isinstance(each, Confirmed)])
            whole = {each.nct_id: each for each in now.written}
            outcomes = [
                self._settled(whole.get(each.nct_id, each), now.standings[each.nct_id], versions, now.before)
                if isinstance(each, Reading | Seen)
                else self._without_record(each)
                for each in now.trials
            ]
            self._run.save()
        self.renewed += len(now.renewed)
        return outcomes

    def _renew(self, renewed: Sequence[Reading]) -> None:
        """Rows of trials whose records stay, and what their versions changed, as the rules of this program read them."""
        if renewed:
            self._store.renew_rows(renewed)
            for each in renewed:
                self._tell_anew(each)

    def _note_confirmed(self, confirmed: Sequence[Confirmed]) -> None:
        by_release: dict[tuple[str, str], list[str]] = {}
        for each in confirmed:
            by_release.setdefault((each.api_version, each.data_timestamp), []).append(each.nct_id)
        for release, nct_ids in by_release.items():
            self._store.note_confirmed(nct_ids, *release, self._now())

    def _without_record(self, each: Lost | Confirmed) -> TrialOutcome:
        if isinstance(each, Confirmed):
            self._run.count("unchanged")
            return TrialOutcome(each.nct_id, "unchanged")
        self._run.count(each.fate, each.entry)
        line = each.error.line
        told = line if each.asked in line else f"{each.asked}: {line}"  # a fault of the registry's knows no number
        return TrialOutcome(each.asked, each.fate, told, each.error, where=each.where)

    def _settled(
        self, each: Reading | Seen, standing: Standing, versions: Mapping[str, int], before: Mapping[str, Before]
    ) -> TrialOutcome:
        nct_id = each.nct_id
        if standing == "older":
            version = self._store.write_history(each)
            self._tell_anew(each, is_current=False)
            self._run.count("saved")
            line = f"{nct_id}: kept as an earlier version, the current one stays"
            return TrialOutcome(nct_id, "saved", line, version=version)
        if isinstance(each, Seen) or standing in ("outranked", "unchanged"):
            self._run.count("unchanged")
            stays = f"{nct_id}: the registry's own record is stored already and stays" if standing == "outranked" else None
            return TrialOutcome(nct_id, "unchanged", stays)
        told = each.told
        if nct_id in before:
            told = self._write_changes(before[nct_id], each, versions[nct_id]) or told
        self._run.count("saved")
        return TrialOutcome(nct_id, "saved", told, version=versions[nct_id])

    def _write_changes(self, last: Before, now: Reading, version: int) -> str | None:
        """Store what a new current version changed; what to say when that could not be told, which costs no record."""
        # Imported here: a trial that is new needs none of what comparing takes to load.
        from harvester.history import record_changes

        head, nct_id = last.head, now.nct_id
        try:
            if last.is_current and self._follows(head, nct_id, version):
                rows = typed_versions(nct_id, last.rows, now.tables)
                self._store.add_changes(record_changes(*rows, head.version, version, (head.source, now.source)))
            else:  # versions of other dates stand between the two now, or what was read by other rules is no measure
                self._tell_anew(now)
        except (BadRecord, ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError) as problem:
            return f"{nct_id}: what changed could not be told ({type(problem).__name__}); to try again: trialside normalise"
        return None

    def _follows(self, last: Head, nct_id: str, version: int) -> bool:
        """Whether a version comes right after the last in the order of their dates."""
        return version == last.version + 1 == 2 or version_heads(self._store.connection, nct_id)[-2].version == last.version

    def _tell_anew(self, now: Reading | Seen, *, is_current: bool = True) -> None:
        """Store what all versions of a trial changed; those before ``now`` are read anew, or all if it is not the current one."""
        from harvester.versions import changes_of  # see `_write_changes`

        rows = now.rows() if is_current and isinstance(now, Reading) else None
        self._store.replace_changes(now.nct_id, changes_of(self._store.connection, now.nct_id, self._corrections, rows))


def _parts(group: Sequence[Settleable]) -> Iterator[list[Trial] | Reached]:
    """The group in parts in which each trial stands once, so that its second record meets its first on disk; points alone."""
    part: list[Trial] = []
    seen: set[str] = set()
    for each in group:
        nct_id = None if isinstance(each, Reached) else each.asked if isinstance(each, Lost) else each.nct_id
        if part and (nct_id is None or nct_id in seen):
            yield part
            part, seen = [], set()
        if isinstance(each, Reached):
            yield each
        else:
            part.append(each)
            seen.add(nct_id or "")
    if part:
        yield part
