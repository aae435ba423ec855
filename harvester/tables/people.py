"""Who stands behind a trial: sponsors, responsible party, officials, contacts."""

from __future__ import annotations

from harvester.schema import Row, column, optional, table

_SPONSOR = "protocolSection.sponsorCollaboratorsModule"
_CONTACTS = "protocolSection.contactsLocationsModule"


@table("sponsors", "Lead sponsor and collaborators.", source=_SPONSOR)
class Sponsor(Row):
    """One sponsor or collaborator."""

    sponsor_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    lead_or_collaborator: str = column("Part it plays", choices=("lead", "collaborator"))
    position: int = column("Order in the record, from 0; the lead is 0")
    name: str | None = optional("Name", source="leadSponsor.name collaborators.name")
    agency_class: str | None = optional("Kind of organisation", source="leadSponsor.class collaborators.class")
    agency_class_label: str | None = optional("Label of agency_class")


@table("responsible_parties", "Who answers for the record.", source=f"{_SPONSOR}.responsibleParty", indexes=())
class ResponsibleParty(Row):
    """The responsible party of one trial."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    responsible_party_type: str | None = optional("Kind of party", source="type")
    responsible_party_type_label: str | None = optional("Label of responsible_party_type")
    name: str | None = optional("Investigator", source="investigatorFullName")
    title: str | None = optional("Their title", source="investigatorTitle")
    affiliation: str | None = optional("Their institution", source="investigatorAffiliation")
    organization: str | None = optional("Organisation, in old records", source="oldOrganization")
    old_name_title: str | None = optional("Name and title, in old records", source="oldNameTitle")


@table("overall_officials", "Officials of the whole trial.", source=f"{_CONTACTS}.overallOfficials")
class OverallOfficial(Row):
    """One official."""

    overall_official_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    role: str | None = optional("Role", source="role")
    role_label: str | None = optional("Label of role")
    name: str | None = optional("Name", source="name")
    affiliation: str | None = optional("Institution", source="affiliation")


@table(
    "central_contacts",
    "Whom to ask about taking part. Shown on the trial's page only, never in comparisons, exports or search.",
    source=f"{_CONTACTS}.centralContacts",
)
class CentralContact(Row):
    """One contact."""

    central_contact_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    contact_type: str = column("First of the list or a later one", choices=("primary", "backup"))
    position: int = column("Order in the record, from 0")
    role: str | None = optional("Role", source="role")
    role_label: str | None = optional("Label of role")
    name: str | None = optional("Name", source="name")
    phone: str | None = optional("Telephone", source="phone")
    phone_extension: str | None = optional("Extension", source="phoneExt")
    email: str | None = optional("E-mail address", source="email")
