"""What a trial is about: conditions and keywords as typed, and the MeSH terms the registry derives."""

from __future__ import annotations

from harvester.schema import Row, column, optional, table

MESH_TYPES = ("mesh-list", "mesh-ancestor", "browse-leaf", "browse-branch")


@table("conditions", "Conditions studied, as the sponsor names them.", source="protocolSection.conditionsModule")
class Condition(Row):
    """One condition."""

    condition_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    name: str = column("The condition, verbatim", source="conditions")
    downcase_name: str = column("The condition in lower case")


@table("keywords", "Words the sponsor chose for searches.", source="protocolSection.conditionsModule")
class Keyword(Row):
    """One keyword."""

    keyword_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    name: str = column("The keyword, verbatim", source="keywords")
    downcase_name: str = column("The keyword in lower case")


@table(
    "browse_conditions",
    "MeSH terms that the registry derives from the conditions.",
    source="derivedSection.conditionBrowseModule",
    indexes=(("nct_id",), ("downcase_mesh_term",)),
)
class BrowseCondition(Row):
    """One term."""

    browse_condition_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in its list, from 0")
    mesh_type: str = column(
        "mesh-list: the term itself; mesh-ancestor: a broader term; browse-leaf and browse-branch: the registry's own tree",
        choices=MESH_TYPES,
    )
    mesh_id: str | None = optional(
        "MeSH or tree identifier, or the branch's short name",
        source="meshes.id ancestors.id browseLeaves.id browseBranches.abbrev",
    )
    mesh_term: str | None = optional("The term", source="meshes.term ancestors.term browseLeaves.name browseBranches.name")
    downcase_mesh_term: str | None = optional("The term in lower case")
    as_found: str | None = optional("Words of the record it was found by", source="browseLeaves.asFound")
    relevance: str | None = optional("Relevance the registry gives a leaf", source="browseLeaves.relevance")
    relevance_label: str | None = optional("Label of relevance")


@table(
    "browse_interventions",
    "MeSH terms that the registry derives from the interventions.",
    source="derivedSection.interventionBrowseModule",
    indexes=(("nct_id",), ("downcase_mesh_term",)),
)
class BrowseIntervention(Row):
    """One term."""

    browse_intervention_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in its list, from 0")
    mesh_type: str = column(
        "mesh-list: the term itself; mesh-ancestor: a broader term; browse-leaf and browse-branch: the registry's own tree",
        choices=MESH_TYPES,
    )
    mesh_id: str | None = optional(
        "MeSH or tree identifier, or the branch's short name",
        source="meshes.id ancestors.id browseLeaves.id browseBranches.abbrev",
    )
    mesh_term: str | None = optional("The term", source="meshes.term ancestors.term browseLeaves.name browseBranches.name")
    downcase_mesh_term: str | None = optional("The term in lower case")
    as_found: str | None = optional("Words of the record it was found by", source="browseLeaves.asFound")
    relevance: str | None = optional("Relevance the registry gives a leaf", source="browseLeaves.relevance")
    relevance_label: str | None = optional("Label of relevance")
