"""Doses as rows: read from the texts on arms and interventions, then from the descriptions what those did not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from harvester.normalise.arms import ArmsRead, key_of
from harvester.normalise.fields import Fields
from harvester.normalise.links import DoseText, Links
from harvester.shape import shape
from harvester.steps import Steps, abreast
from harvester.tables import DesignGroup, Dose, DoseRegimen, Intervention, as_json, words_as_json
from harvester.text.doses.agent import Agent
from harvester.text.doses.dose import DoseRead, DoseReading, RegimenRead, doses_in_steps
from harvester.text.doses.dose_line import canonical_line
from harvester.text.doses.dose_reading import PLAN

_SEVERAL = re.compile(r"\b(?:and|plus|with|followed by|combined)\b|[+&/,;]", re.IGNORECASE)
"""Signs that an intervention's name names several things."""

_TIMING = (
    "route", "continuous", "infusion_value", "infusion_unit", "frequency_count", "frequency_period", "frequency_unit",
    "cycle_from", "cycle_to", "anchor_event", "anchor_offset", "anchor_unit", "duration_value", "duration_unit", "until",
)  # fmt: skip
_OF_DOSE = (
    "agent", "role", "level_label", "amount_low", "amount_high", "unit", "unit_text", "per_time", "cell_type", "alternative",
    "condition", "confidence", "rule", "quote",
)  # fmt: skip


@shape()
class DosingRead:
    """All texts read for doses, with the rows they gave; ``doses`` pairs each row with its text and what was read."""

    texts: tuple[DoseText, ...]
    regimens: tuple[DoseRegimen, ...]
    doses: tuple[tuple[Dose, DoseText, DoseRead], ...]


def dosing_in_steps(nct_id: str, body: Fields, arms: ArmsRead, corrected: Callable[[DoseText], DoseText]) -> Steps[DosingRead]:
    """Every dose of a record with its arm and intervention, by the record's own links; ``corrected`` puts a text's reading right.

    Brief summary and detailed description come last: from them only doses of which the texts on arms and interventions state no
    amount are kept, with the flag ``from_summary``.
    """
    links = Links(arms)
    read = _Reading(nct_id, links)
    for text in (yield from abreast(_own_texts(arms, links))):
        read.add(corrected(text))
    for text in (yield from abreast(_descriptions(body, links, read.told()))):
        read.add(corrected(_without_told(text, read, links)))
    return DosingRead(tuple(read.texts), tuple(read.regimens), tuple(read.doses))


class _Reading:
    """The rows so far, numbered through all texts of the record."""

    def __init__(self, nct_id: str, links: Links) -> None:
        self.texts: list[DoseText] = []
        self.regimens: list[DoseRegimen] = []
        self.doses: list[tuple[Dose, DoseText, DoseRead]] = []
        self._nct_id = nct_id
        self._links = links

    def add(self, text: DoseText) -> None:
        """The rows of one more text."""
        self.texts.append(text)
        plans = _regimen_rows(self._nct_id, text, len(self.regimens), self._links)
        self.regimens.extend(row for row, _ in plans)
        regimen_of = {place: row.regimen_id for row, plan in plans for place in plan.doses}
        for place, read in enumerate(text.reading.doses):
            row = _dose_row(self._nct_id, len(self.doses) + 1, text, read, regimen_of.get(place), self._links)
            self.doses.append((row, text, read))

    def told(self) -> frozenset[str]:
        """Interventions of which an amount is told."""
        return frozenset(row.intervention_id for row, _, _ in self.doses if row.intervention_id)

    def names(self) -> frozenset[str]:
        """Names of agents of which an amount is told."""
        reads = (read for _, _, read in self.doses)
        return frozenset(key_of(name) for read in reads for name in (read.agent, read.listed_agent) if name)


def _own_texts(arms: ArmsRead, links: Links) -> Iterator[Steps[DoseText]]:
    for arm, fields in arms.arms:
        for key in ("label", "description"):
            raw = fields.text(key)
            if raw is not None:
                yield _text(fields, key, raw, doses_in_steps(raw, links.agents, links.own_agent(arm)), arm=arm)
    for intervention, fields in arms.interventions:
        for key in ("name", "description"):
            raw = fields.text(key)
            if raw is not None:
                yield _text(fields, key, raw, _read_own(raw, links.agents, intervention.name), intervention=intervention)


def _text(
    fields: Fields,
    key: str,
    raw: str,
    reading: Steps[DoseReading],
    *,
    arm: DesignGroup | None = None,
    intervention: Intervention | None = None,
    is_description: bool = False,
) -> Steps[DoseText]:
    return DoseText(fields.at(key), raw, (yield from reading), arm, intervention, is_description)


def _read_own(raw: str, agents: Sequence[Agent], name: str | None) -> Steps[DoseReading]:
    """The doses of an intervention's text. A name of several things is the agent only where the text itself names none."""
    several = name is not None and _SEVERAL.search(name) is not None
    return (yield from doses_in_steps(raw, agents, None if several else name, unless_named=name if several else None))


def _descriptions(body: Fields, links: Links, told: frozenset[str]) -> Iterator[Steps[DoseText]]:
    if not links.untold(told):
        return
    module = body.under("protocolSection.descriptionModule")
    for key in ("briefSummary", "detailedDescription"):
        raw = module.text(key)
        if raw is not None:
            yield _text(module, key, raw, doses_in_steps(raw, links.agents, None), is_description=True)


def _without_told(text: DoseText, before: _Reading, links: Links) -> DoseText:
    """The text's doses of listed medicines that no text before states an amount for."""
    told, names = before.told(), before.names()
    kept = [place for place, read in enumerate(text.reading.doses) if _is_news(text, read, told, names, links)]
    at = {place: number for number, place in enumerate(kept)}
    doses = tuple(replace(read, flags=(*read.flags, "from_summary")) for read in (text.reading.doses[place] for place in kept))
    plans = [replace(plan, doses=tuple(at[place] for place in plan.doses if place in at)) for plan in text.reading.regimens]
    reading = replace(text.reading, doses=doses, regimens=tuple(plan for plan in plans if plan.doses))
    return replace(text, reading=reading)


def _is_news(text: DoseText, read: DoseRead, told: frozenset[str], names: frozenset[str], links: Links) -> bool:
    meant = links.meant(text, read)
    if meant is None or meant.intervention_id in told or not links.is_given(text, read):
        return False
    return not {key_of(name) for name in (read.agent, read.listed_agent) if name} & names


def _regimen_rows(nct_id: str, text: DoseText, before: int, links: Links) -> list[tuple[DoseRegimen, RegimenRead]]:
    rows = []
    for number, plan in enumerate(text.reading.regimens, start=before + 1):
        spans = [text.reading.doses[place] for place in plan.doses]
        row = DoseRegimen(
            regimen_id=f"{nct_id}.r{number}",
            nct_id=nct_id,
            design_group_id=text.arm.design_group_id if text.arm else links.only_arm(text.intervention),
            name=None,
            **{name: getattr(plan, name) for name in PLAN},
            source_path=text.path,
            source_start=min(read.start for read in spans),
            source_end=max(read.end for read in spans),
        )
        rows.append((row, plan))
    return rows


def _dose_row(nct_id: str, number: int, text: DoseText, read: DoseRead, regimen_id: str | None, links: Links) -> Dose:
    intervention = links.meant(text, read)
    told: dict[str, Any] = {name: getattr(read, name) for name in (*_TIMING, *_OF_DOSE)}
    return Dose(
        dose_id=f"{nct_id}.d{number}",
        nct_id=nct_id,
        regimen_id=regimen_id,
        design_group_id=text.arm.design_group_id if text.arm else links.only_arm(text.intervention or intervention),
        intervention_id=intervention.intervention_id if intervention else None,
        days=as_json(read.days) if read.days else None,
        weeks=as_json(read.weeks) if read.weeks else None,
        line=canonical_line(read),
        flags=words_as_json(read.flags),
        source_path=text.path,
        source_start=read.start,
        source_end=read.end,
        later=as_json([phase.told() for phase in read.later]) if read.later else None,
        **told,
    )
