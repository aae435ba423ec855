"""Sponsors, responsible party, officials and central contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harvester.normalise.fields import Fields
from harvester.tables import CentralContact, OverallOfficial, ResponsibleParty, Row, Sponsor
from harvester.vocabularies import label


def people_rows(nct_id: str, body: Fields) -> Iterator[Row]:
    """`Sponsor`, `ResponsibleParty`, `OverallOfficial` and `CentralContact` of a record."""
    module = body.under("protocolSection.sponsorCollaboratorsModule")
    lead = module.inside("leadSponsor")
    listed = ([("lead", lead)] if lead else []) + [("collaborator", each) for each in module.objects("collaborators")]
    for number, (part, fields) in enumerate(listed, start=1):
        yield _sponsor(nct_id, number, part, number - 1 if lead else number, fields)
    party = module.inside("responsibleParty")
    if party:
        yield _party(nct_id, party)
    contacts = body.under("protocolSection.contactsLocationsModule")
    for place, fields in enumerate(contacts.objects("overallOfficials")):
        yield OverallOfficial(
            overall_official_id=f"{nct_id}.official{place + 1}",
            nct_id=nct_id,
            position=place,
            role=fields.text("role"),
            role_label=label("OfficialRole", fields.text("role")),
            name=fields.text("name"),
            affiliation=fields.text("affiliation"),
        )
    for place, fields in enumerate(contacts.objects("centralContacts")):
        yield CentralContact(central_contact_id=f"{nct_id}.contact{place + 1}", nct_id=nct_id, **contact(place, fields))


def contact(place: int, fields: Fields) -> dict[str, Any]:
    """What a contact of the trial or of a site holds."""
    return {
        "contact_type": "backup" if place else "primary",
        "position": place,
        "role": fields.text("role"),
        "role_label": label("ContactRole", fields.text("role")),
        "name": fields.text("name"),
        "phone": fields.text("phone"),
        "phone_extension": fields.text("phoneExt"),
        "email": fields.text("email"),
    }


def _sponsor(nct_id: str, number: int, part: str, position: int, fields: Fields) -> Sponsor:
    return Sponsor(
        sponsor_id=f"{nct_id}.sponsor{number}",
        nct_id=nct_id,
        lead_or_collaborator=part,
        position=position,
        name=fields.text("name"),
        agency_class=fields.text("class"),
        agency_class_label=label("AgencyClass", fields.text("class")),
    )


def _party(nct_id: str, fields: Fields) -> ResponsibleParty:
    return ResponsibleParty(
        nct_id=nct_id,
        responsible_party_type=fields.text("type"),
        responsible_party_type_label=label("ResponsiblePartyType", fields.text("type")),
        name=fields.text("investigatorFullName"),
        title=fields.text("investigatorTitle"),
        affiliation=fields.text("investigatorAffiliation"),
        organization=fields.text("oldOrganization"),
        old_name_title=fields.text("oldNameTitle"),
    )
