"""Whose a dose is: the texts doses are read from, and the record's own links between arms, interventions and names."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.arms import ArmsRead, key_of
from harvester.shape import shape
from harvester.tables import DesignGroup, Intervention
from harvester.text.doses.agent import Agent
from harvester.text.doses.dose import DoseRead, DoseReading

_GIVEN = {"DRUG", "BIOLOGICAL", "GENETIC", "DIETARY_SUPPLEMENT", "RADIATION", "COMBINATION_PRODUCT", None}
"""Kinds of intervention that doses are of; a record that gives no kind may mean any."""


@shape()
class DoseText:
    """One text that was read for doses, and whose text it is."""

    path: str
    raw: str
    reading: DoseReading
    arm: DesignGroup | None
    intervention: Intervention | None
    is_description: bool = False


class Links:
    """Who receives what, and which intervention a name means."""

    def __init__(self, arms: ArmsRead) -> None:
        self.agents = tuple(_agents(arms))
        self._arms = {arm.design_group_id: arm for arm, _ in arms.arms}
        self._interventions = {row.intervention_id: row for row, _ in arms.interventions}
        self._of_arm: dict[str, list[str]] = {}
        self._of_intervention: dict[str, list[str]] = {}
        for link in arms.links:
            self._of_arm.setdefault(link.design_group_id, []).append(link.intervention_id)
            self._of_intervention.setdefault(link.intervention_id, []).append(link.design_group_id)
        self._by_name: dict[str, list[str]] = {}
        names = [(row.name, row.intervention_id) for row, _ in arms.interventions]
        for name, intervention_id in [*names, *((row.name, row.intervention_id) for row in arms.other_names)]:
            if name:
                self._by_name.setdefault(key_of(name), []).append(intervention_id)

    def own_agent(self, arm: DesignGroup) -> str | None:
        """The name of the only medicine an arm receives."""
        given = [self._interventions[each] for each in self._of_arm.get(arm.design_group_id, ())]
        names = [row.name for row in given if row.intervention_type in _GIVEN]
        return names[0] if len(names) == 1 else None

    def only_arm(self, intervention: Intervention | None) -> str | None:
        """The arm of an intervention that only one arm receives."""
        arms = self._of_intervention.get(intervention.intervention_id, ()) if intervention else ()
        return arms[0] if len(arms) == 1 else None

    def meant(self, text: DoseText, read: DoseRead) -> Intervention | None:
        """The intervention a dose is of: the one it names, those of the text's arm first; else the one whose text it is."""
        named = (read.listed_agent or read.agent) if read.agent else None
        found = set(self._by_name.get(key_of(named), ())) if named else set()
        if text.intervention is not None:
            return text.intervention if len(found) != 1 else self._interventions[found.pop()]
        if text.arm is not None:
            found = found & set(self._of_arm.get(text.arm.design_group_id, ())) or found
        return self._interventions[found.pop()] if len(found) == 1 else None

    def untold(self, told: frozenset[str]) -> bool:
        """Whether the record lists a medicine that is not among ``told``."""
        return any(row.intervention_type in _GIVEN for key, row in self._interventions.items() if key not in told)

    def is_given(self, text: DoseText, read: DoseRead) -> bool:
        """Whether a dose is of a medicine that the record lists, and no placebo of it."""
        meant = self.meant(text, read)
        return (
            meant is not None
            and meant.intervention_type in _GIVEN
            and read.role != "placebo"
            and "placebo" not in (read.agent or "")
        )


def _agents(arms: ArmsRead) -> Iterator[Agent]:
    for row, fields in arms.interventions:
        if row.name:
            yield Agent(row.name, tuple(fields.strings("otherNames")))
