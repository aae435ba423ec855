"""Arms and interventions: links from either side, and labels that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harvester.normalise import normalise
from harvester.registry.record import Record
from harvester.tables import DesignGroup, DesignGroupIntervention, Intervention, InterventionOtherName, RecordConflict, StudyRows

Make = Callable[..., Record]


def arms(*, groups: list[dict[str, Any]], interventions: list[dict[str, Any]]) -> Callable[[dict[str, Any]], object]:
    return lambda protocol: protocol.update(armsInterventionsModule={"armGroups": groups, "interventions": interventions})


def links(rows: StudyRows) -> list[tuple[str, str, str]]:
    found = rows.of(DesignGroupIntervention)
    return [(each.design_group_id[12:], each.intervention_id[12:], each.told_by) for each in found]


def test_ids_are_the_places_in_the_record(record: Make) -> None:
    rows = normalise(record())

    assert [each.design_group_id for each in rows.of(DesignGroup)] == ["NCT99000001.g1"]
    assert [each.intervention_id for each in rows.of(Intervention)] == ["NCT99000001.i1"]
    assert links(rows) == [("g1", "i1", "both")]


def test_a_link_told_by_one_side_is_a_link(record: Make) -> None:
    rows = normalise(
        record(
            arms(
                groups=[{"label": "A", "interventionNames": ["Drug: x"]}, {"label": "B"}],
                interventions=[{"type": "DRUG", "name": "X"}, {"type": "DRUG", "name": "Y: z", "armGroupLabels": ["b "]}],
            )
        )
    )

    assert links(rows) == [("g1", "i1", "arm"), ("g2", "i2", "intervention")]


def test_a_name_with_a_colon_is_found(record: Make) -> None:
    rows = normalise(
        record(
            arms(
                groups=[{"label": "A", "interventionNames": ["Drug: Y: z", "Y: z"]}],
                interventions=[{"type": "DRUG", "name": "Y: z"}],
            )
        )
    )

    assert links(rows) == [("g1", "i1", "arm")]


def test_a_label_that_leads_nowhere_is_a_conflict(record: Make) -> None:
    rows = normalise(
        record(
            arms(
                groups=[{"label": "A", "interventionNames": ["Drug: Absent"]}],
                interventions=[{"name": "X", "armGroupLabels": ["Gone"]}],
            )
        )
    )
    found = [(each.left_path.rpartition(".")[2], each.left_quote) for each in rows.of(RecordConflict) if each.kind == "label"]

    assert found == [("interventionNames[0]", "Drug: Absent"), ("armGroupLabels[0]", "Gone")]
    assert links(rows) == []


def test_arms_of_one_label_all_receive_it(record: Make) -> None:
    rows = normalise(
        record(arms(groups=[{"label": "A"}, {"label": "A"}], interventions=[{"name": "X", "armGroupLabels": ["A"]}]))
    )

    assert links(rows) == [("g1", "i1", "intervention"), ("g2", "i1", "intervention")]


def test_other_names_belong_to_their_intervention(record: Make) -> None:
    rows = normalise(record(arms(groups=[], interventions=[{"name": "X"}, {"name": "Y", "otherNames": ["why", "wye"]}])))

    assert [(each.intervention_id, each.name) for each in rows.of(InterventionOtherName)] == [
        ("NCT99000001.i2", "why"),
        ("NCT99000001.i2", "wye"),
    ]
