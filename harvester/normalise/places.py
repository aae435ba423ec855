"""Sites, their contacts and investigators, and countries."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.fields import Fields
from harvester.normalise.people import contact
from harvester.tables import Country, Facility, FacilityContact, FacilityInvestigator, Row
from harvester.vocabularies import label

_INVESTIGATORS = ("PRINCIPAL_INVESTIGATOR", "SUB_INVESTIGATOR")


def place_rows(nct_id: str, body: Fields) -> Iterator[Row]:
    """`Facility`, `FacilityContact`, `FacilityInvestigator` and `Country` of a record."""
    sites = body.under("protocolSection.contactsLocationsModule").objects("locations")
    for place, site in enumerate(sites):
        facility_id = f"{nct_id}.site{place + 1}"
        point, status = site.inside("geoPoint"), site.text("status")
        yield Facility(
            facility_id=facility_id,
            nct_id=nct_id,
            position=place,
            name=site.text("facility"),
            status=status,
            status_label=label("RecruitmentStatus", status),
            city=site.text("city"),
            state=site.text("state"),
            zip=site.text("zip"),
            country=site.text("country"),
            latitude=point.number("lat"),
            longitude=point.number("lon"),
        )
        yield from _site_people(nct_id, facility_id, site)
    present = dict.fromkeys(
        name for name in (site.value.get("country") for site in sites) if isinstance(name, str) and name.strip()
    )
    removed = body.under("derivedSection.miscInfoModule").strings("removedCountries")
    named = [(name, False) for name in present] + [(name, True) for name in dict.fromkeys(removed)]
    for place, (name, gone) in enumerate(named):
        yield Country(country_id=f"{nct_id}.country{place + 1}", nct_id=nct_id, position=place, name=name, removed=gone)


def _site_people(nct_id: str, facility_id: str, site: Fields) -> Iterator[Row]:
    contacts = investigators = 0
    for fields in site.objects("contacts"):
        role = fields.text("role")
        if role in _INVESTIGATORS:
            investigators += 1
            yield FacilityInvestigator(
                facility_investigator_id=f"{facility_id}.investigator{investigators}",
                nct_id=nct_id,
                facility_id=facility_id,
                position=investigators - 1,
                role=role,
                role_label=label("ContactRole", role),
                name=fields.text("name"),
            )
        else:
            contacts += 1
            yield FacilityContact(
                facility_contact_id=f"{facility_id}.contact{contacts}",
                nct_id=nct_id,
                facility_id=facility_id,
                **contact(contacts - 1, fields),
            )
