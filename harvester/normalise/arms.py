"""Arms, interventions, their names, and who receives what: links as the record states them, from either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from harvester.normalise.fields import Fields
from harvester.shape import shape
from harvester.tables import DesignGroup, DesignGroupIntervention, Intervention, InterventionOtherName, RecordConflict, Row
from harvester.vocabularies import label


@shape()
class ArmsRead:
    """What the module says: arms and interventions by their place in the record, and the links between them."""

    arms: tuple[tuple[DesignGroup, Fields], ...]
    interventions: tuple[tuple[Intervention, Fields], ...]
    other_names: tuple[InterventionOtherName, ...]
    links: tuple[DesignGroupIntervention, ...]
    conflicts: tuple[RecordConflict, ...]

    def rows(self) -> Iterator[Row]:
        """All rows but the conflicts."""
        yield from (arm for arm, _ in self.arms)
        yield from (intervention for intervention, _ in self.interventions)
        yield from self.other_names
        yield from self.links


def read_arms(nct_id: str, body: Fields) -> ArmsRead:
    """Arms, interventions and links of a record; a label that leads nowhere becomes a conflict of kind ``label``."""
    module = body.under("protocolSection.armsInterventionsModule")
    arms = tuple((_arm(nct_id, place, fields), fields) for place, fields in enumerate(module.objects("armGroups")))
    interventions = tuple(
        (_intervention(nct_id, place, fields), fields) for place, fields in enumerate(module.objects("interventions"))
    )
    conflicts: list[RecordConflict] = []
    links = _links(nct_id, arms, interventions, conflicts)
    names = tuple(name for row, fields in interventions for name in _other_names(nct_id, row, fields))
    return ArmsRead(arms, interventions, names, links, tuple(conflicts))


def _arm(nct_id: str, place: int, fields: Fields) -> DesignGroup:
    return DesignGroup(
        design_group_id=f"{nct_id}.g{place + 1}",
        nct_id=nct_id,
        position=place,
        group_type=fields.text("type"),
        group_type_label=label("ArmGroupType", fields.text("type")),
        title=fields.text("label"),
        description=fields.text("description"),
    )


def _intervention(nct_id: str, place: int, fields: Fields) -> Intervention:
    return Intervention(
        intervention_id=f"{nct_id}.i{place + 1}",
        nct_id=nct_id,
        position=place,
        intervention_type=fields.text("type"),
        intervention_type_label=label("InterventionType", fields.text("type")),
        name=fields.text("name"),
        description=fields.text("description"),
    )


def _other_names(nct_id: str, row: Intervention, fields: Fields) -> Iterator[InterventionOtherName]:
    for place, name in enumerate(fields.strings("otherNames")):
        yield InterventionOtherName(
            intervention_other_name_id=f"{row.intervention_id}.name{place + 1}",
            nct_id=nct_id,
            intervention_id=row.intervention_id,
            position=place,
            name=name,
        )


def _links(
    nct_id: str,
    arms: tuple[tuple[DesignGroup, Fields], ...],
    interventions: tuple[tuple[Intervention, Fields], ...],
    conflicts: list[RecordConflict],
) -> tuple[DesignGroupIntervention, ...]:
    told: dict[tuple[int, int], set[str]] = defaultdict(set)
    by_name = _places(intervention.name for intervention, _ in interventions)
    by_title = _places(arm.title for arm, _ in arms)
    for place, (_, fields) in enumerate(arms):
        for at, named in fields.placed("interventionNames"):
            found = by_name.get(key_of(named.partition(": ")[2])) or by_name.get(key_of(named))
            for other in found or ():
                told[place, other].add("arm")
            if not found:
                path = f"{fields.at('interventionNames')}[{at}]"
                conflicts.append(
                    _dangling(nct_id, len(conflicts), path, named, "armsInterventionsModule.interventions", "intervention")
                )
    for place, (_, fields) in enumerate(interventions):
        for at, named in fields.placed("armGroupLabels"):
            for other in by_title.get(key_of(named), ()):
                told[other, place].add("intervention")
            if key_of(named) not in by_title:
                path = f"{fields.at('armGroupLabels')}[{at}]"
                conflicts.append(_dangling(nct_id, len(conflicts), path, named, "armsInterventionsModule.armGroups", "arm"))
    return tuple(
        DesignGroupIntervention(
            design_group_intervention_id=f"{nct_id}.g{arm + 1}.i{intervention + 1}",
            nct_id=nct_id,
            design_group_id=f"{nct_id}.g{arm + 1}",
            intervention_id=f"{nct_id}.i{intervention + 1}",
            told_by="both" if len(sides) == 2 else next(iter(sides)),
        )
        for (arm, intervention), sides in sorted(told.items())
    )


def _places(names: Iterator[str | None]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        if name is not None:
            found[key_of(name)].append(place)
    return found


def key_of(name: str) -> str:
    """What two spellings of a name have in common."""
    return " ".join(name.split()).casefold()


def _dangling(nct_id: str, number: int, path: str, named: str, where: str, what: str) -> RecordConflict:
    return RecordConflict(
        conflict_id=f"{nct_id}.label{number + 1}",
        nct_id=nct_id,
        kind="label",
        left_path=path,
        left_start=0,
        left_end=len(named),
        left_quote=named,
        right_path=f"protocolSection.{where}",
        right_start=None,
        right_end=None,
        right_quote="",
        detail=f"The record names an {what} here that it does not list",
    )
