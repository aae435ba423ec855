"""What a refresh is asked for, and which trials that comes to."""

from __future__ import annotations

from harvester.pipeline import Harvest
from harvester.shape import shape
from harvester.store import list_comparisons, list_searches, read_comparison
from harvester.tables import SavedSearch


@shape()
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

    def searches(self, harvest: Harvest) -> list[SavedSearch]:
        """The saved searches to run."""
        found = list_searches(harvest.store.connection)
        return [each for each in found if self.is_everything or each.name in self.names]

    def trials(self, harvest: Harvest) -> list[str]:
        """Trials to refresh; the trials of sets are among them whether they are stored yet or not."""
        connection = harvest.store.connection
        members: list[str] = []
        for each in list_comparisons(connection):
            if self.is_everything or each.comparison_id in self.names:
                found = read_comparison(connection, each.comparison_id)
                if found is not None:
                    members += [found[0].focal_nct_id, *(member.nct_id for member in found[1])]
        stored = harvest.store.current_ids() if self.is_everything else list(self.nct_ids)
        return list(dict.fromkeys((*stored, *members)))
