"""Sites of two versions: which came and went, and whose status changed; many that changed alike are told as one."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.history.change import Change, came_or_went, even
from harvester.history.fields import field_path
from harvester.history.pairing import paired
from harvester.tables import Facility, StudyRows
from harvester.tables.places import country_today

_TOLD = 5
"""Sites named of those that changed alike."""


def site_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """What changed among the sites. The order of the list is not told."""
    old, new = before.of(Facility), after.of(Facility)
    pairs = paired(old, new, (lambda site: even(_place(site, country_today(site.country or ""))),), _place, None)
    path = field_path(Facility, "name")
    went, came = {mine for mine, _ in pairs}, {theirs for _, theirs in pairs}
    yield from (came_or_went(path, "site", _words(site), None) for place, site in enumerate(old) if place not in went)
    yield from (came_or_went(path, "site", None, _words(site)) for place, site in enumerate(new) if place not in came)
    alike: dict[tuple[str | None, str | None], list[str]] = {}
    for mine, theirs in pairs:
        was, now = old[mine].status_label, new[theirs].status_label
        if was != now:
            alike.setdefault((was, now), []).append(_place(new[theirs]))
    for (was, now), places in alike.items():
        yield came_or_went(field_path(Facility, "status"), "site", was, now, _named(places))


def _named(places: list[str]) -> str:
    more = f" and {len(places) - _TOLD} more" if len(places) > _TOLD else ""
    return f"status of {len(places)} site{'' if len(places) == 1 else 's'}: {'; '.join(places[:_TOLD])}{more}"


def _place(site: Facility, country: str | None = None) -> str:
    return ", ".join(part for part in (site.name, site.city, site.state, country or site.country) if part)


def _words(site: Facility) -> str:
    return ", ".join(part for part in (_place(site), site.status_label) if part)
