"""Where a trial takes place: sites, their people, and countries."""

from __future__ import annotations

from harvester.schema import Row, column, optional, table
from harvester.vocabularies import labels

_LOCATIONS = "protocolSection.contactsLocationsModule.locations"


@table("facilities", "Sites of a trial.", source=_LOCATIONS, indexes=(("nct_id",), ("country",)))
class Facility(Row):
    """One site."""

    facility_id: str = column("Identifier of the site", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    name: str | None = optional("Name", source="facility")
    status: str | None = optional("Recruitment status of the site", source="status")
    status_label: str | None = optional("Label of status")
    city: str | None = optional("City", source="city")
    state: str | None = optional("State or province", source="state")
    zip: str | None = optional("Postal code", source="zip")
    country: str | None = optional("Country", source="country")
    latitude: float | None = optional("Latitude", unit="deg", source="geoPoint.lat")
    longitude: float | None = optional("Longitude", unit="deg", source="geoPoint.lon")


@table(
    "facility_contacts",
    "Whom to ask at a site. Shown on the trial's page only, never in comparisons, exports or search.",
    source=f"{_LOCATIONS}.contacts",
    indexes=(("nct_id",), ("facility_id",)),
)
class FacilityContact(Row):
    """One contact of a site."""

    facility_contact_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    facility_id: str = column("Site", references="facilities.facility_id")
    contact_type: str = column("First of the list or a later one", choices=("primary", "backup"))
    position: int = column("Order in the record, from 0")
    role: str | None = optional("Role", source="role")
    role_label: str | None = optional("Label of role")
    name: str | None = optional("Name", source="name")
    phone: str | None = optional("Telephone", source="phone")
    phone_extension: str | None = optional("Extension", source="phoneExt")
    email: str | None = optional("E-mail address", source="email")


@table(
    "facility_investigators",
    "Investigators at a site.",
    source=f"{_LOCATIONS}.contacts",
    indexes=(("nct_id",), ("facility_id",)),
)
class FacilityInvestigator(Row):
    """One investigator of a site."""

    facility_investigator_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    facility_id: str = column("Site", references="facilities.facility_id")
    position: int = column("Order in the record, from 0")
    role: str | None = optional("Role", source="role")
    role_label: str | None = optional("Label of role")
    name: str | None = optional("Name", source="name")


@table("countries", "Countries with sites, and countries whose sites were all removed.", indexes=(("nct_id",), ("name",)))
class Country(Row):
    """One country of one trial."""

    country_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    name: str = column("Country", source=f"{_LOCATIONS}.country derivedSection.miscInfoModule.removedCountries")
    removed: bool = column("Whether all its sites were removed")


def country_today(name: str) -> str:
    """What the registry calls a country today: it renamed some, and records from before keep the old name."""
    return labels("Country").get(name, name)


def names_of_country(name: str) -> tuple[str, ...]:
    """All names of a country that records have, by any of them."""
    today = country_today(name)
    return (today, *(old for old, label in labels("Country").items() if label == today))
