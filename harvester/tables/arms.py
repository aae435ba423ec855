"""Arms, interventions, and which arm receives which."""

from __future__ import annotations

from harvester.schema import Row, column, optional, table

_ARMS = "protocolSection.armsInterventionsModule"


@table("design_groups", "Arms of a trial, or groups of an observational study.", source=f"{_ARMS}.armGroups")
class DesignGroup(Row):
    """One arm or group."""

    design_group_id: str = column("Identifier of the arm", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    group_type: str | None = optional("Kind of arm", source="type")
    group_type_label: str | None = optional("Label of group_type")
    title: str | None = optional("Label of the arm, verbatim", source="label")
    description: str | None = optional("The arm, verbatim", source="description")


@table(
    "interventions",
    "What is given or done.",
    source=f"{_ARMS}.interventions",
    indexes=(("nct_id",), ("name",)),
)
class Intervention(Row):
    """One intervention."""

    intervention_id: str = column("Identifier of the intervention", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    intervention_type: str | None = optional("Kind of intervention", source="type")
    intervention_type_label: str | None = optional("Label of intervention_type")
    name: str | None = optional("Name, verbatim", source="name")
    description: str | None = optional("The intervention, verbatim", source="description")


@table(
    "intervention_other_names",
    "Further names of interventions: brands, codes, synonyms.",
    source=f"{_ARMS}.interventions",
)
class InterventionOtherName(Row):
    """One further name."""

    intervention_other_name_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    intervention_id: str = column("Intervention", references="interventions.intervention_id")
    position: int = column("Order in the record, from 0")
    name: str = column("The name, verbatim", source="otherNames")


@table(
    "design_group_interventions",
    "Which arm receives which intervention, as the record's own links say.",
    source=_ARMS,
    indexes=(("nct_id",), ("design_group_id",), ("intervention_id",)),
)
class DesignGroupIntervention(Row):
    """One link."""

    design_group_intervention_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    design_group_id: str = column("Arm", references="design_groups.design_group_id", source="armGroups.interventionNames")
    intervention_id: str = column(
        "Intervention", references="interventions.intervention_id", source="interventions.armGroupLabels"
    )
    told_by: str = column("Which side of the record states the link", choices=("both", "arm", "intervention"))
