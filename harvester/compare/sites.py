"""Who runs the trials and where. Contacts and people's names never appear in a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harvester.compare.model import Cell, Line, Panel
from harvester.compare.row import ask, filled, lines_cell
from harvester.compare.trial import Trial
from harvester.compare.wording import number
from harvester.span import Source
from harvester.tables import Country, Facility, ResponsibleParty, Sponsor
from harvester.tables.places import country_today

_LOCATIONS = "protocolSection.contactsLocationsModule.locations"
_SPONSORS = "protocolSection.sponsorCollaboratorsModule"


def site_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """Two panels: sponsors, and countries with the number of sites."""
    sponsors = [
        ask("lead_sponsor", "Lead sponsor", trials, lambda trial: _sponsors(trial, "lead")),
        ask("collaborators", "Collaborators", trials, lambda trial: _sponsors(trial, "collaborator")),
        ask("responsible_party", "Responsible party", trials, _responsible),
    ]
    places = [
        ask("countries", "Countries", trials, _countries),
        ask("sites", "Sites", trials, _sites),
        ask("site_status", "Sites by recruitment status", trials, _site_statuses),
    ]
    return (
        Panel("sponsors", "Sponsors", "sites and sponsors", filled(sponsors)),
        Panel("places", "Countries and sites", "sites and sponsors", filled(places)),
    )


def _sponsors(trial: Trial, part: str) -> Cell:
    lines = [_sponsor(each) for each in trial.rows.of(Sponsor) if each.lead_or_collaborator == part and each.name]
    return lines_cell(lines, trial, f"{_SPONSORS}.{'leadSponsor' if part == 'lead' else 'collaborators'}")


def _sponsor(sponsor: Sponsor) -> Line:
    name = sponsor.name or ""
    at = "leadSponsor" if sponsor.lead_or_collaborator == "lead" else f"collaborators[{sponsor.position - 1}]"
    value = {"name": name, "agency_class": sponsor.agency_class}
    return Line(name, (Source(f"{_SPONSORS}.{at}.name", 0, len(name), name),), value=value)


def _responsible(trial: Trial) -> Cell:
    party = trial.rows.one(ResponsibleParty)
    if party is None:
        return trial.absent(f"{_SPONSORS}.responsibleParty.type")
    return trial.field(party, "responsible_party_type", party.responsible_party_type_label)


def _countries(trial: Trial) -> Cell:
    named: dict[str, list[str]] = {}
    for each in trial.rows.of(Country):
        if not each.removed:
            named.setdefault(country_today(each.name), []).append(each.name)
    sites = Counter(country_today(each.country) for each in trial.rows.of(Facility) if each.country)
    # A record without its sites still names countries: then their number is not known, which is not nought.
    lines = [
        Line(today, value={"country": today, "sites": sites[today] if sites else None}, note=_called(today, names))
        for today, names in sorted(named.items())
    ]
    return lines_cell(lines, trial, f"{_LOCATIONS}.country")


def _called(today: str, names: Sequence[str]) -> str | None:
    """What the record calls a country that has another name today."""
    return f"called {' and '.join(names)}" if names != [today] else None


def _sites(trial: Trial) -> Cell:
    sites = trial.rows.of(Facility)
    if not sites:
        return trial.absent(f"{_LOCATIONS}.facility")
    return Cell("stated", (Line(number(len(sites)), value=len(sites), note="counted"),))


def _site_statuses(trial: Trial) -> Cell:
    counts = Counter(each.status_label for each in trial.rows.of(Facility) if each.status_label)
    lines = [Line(f"{name}: {number(count)}", value=count) for name, count in sorted(counts.items())]
    return lines_cell(lines, trial, f"{_LOCATIONS}.status")
