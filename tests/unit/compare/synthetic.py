"""Synthetic trials made of rows by hand (ids NCT99…): nothing of them stands in the registry."""

from __future__ import annotations

from typing import Any

from harvester.schema import Row, as_json
from harvester.tables import (
    Condition,
    CriterionFact,
    DesignGroup,
    DesignGroupIntervention,
    DesignOutcome,
    Dose,
    DoseRegimen,
    Eligibility,
    EligibilityCriterion,
    Intervention,
    InterventionOtherName,
    RecordVersion,
    ScheduleEvent,
    Study,
    StudyRows,
)

CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"
ARMS = "protocolSection.armsInterventionsModule"

_NOTHING = {"enrollment_unknown": False, "results_in_record": False}


class SyntheticTrial:
    """Collects rows of one trial."""

    def __init__(
        self, number: int, *, source: str = "api", study: dict[str, Any] | None = None, record: dict[str, Any] | None = None
    ) -> None:
        self.nct_id = f"NCT99{number:06d}"
        self.rows: list[Row] = []
        self._text = ""
        self._eligibility: dict[str, Any] = {
            "gender": "ALL",
            "gender_label": "All",
            "minimum_age": "18 Years",
            "minimum_age_years": 18.0,
        }
        self._eligibility |= {"minimum_age_value": 18.0, "minimum_age_unit": "a"}
        given = {"study_type": "INTERVENTIONAL", "study_type_label": "Interventional", "brief_title": f"Synthetic trial {number}"}
        given |= study or {}
        self.rows.append(Study(**{"nct_id": self.nct_id, "nct_number": 99000000 + number} | _NOTHING | given))
        self.rows.append(
            RecordVersion(
                nct_id=self.nct_id, version=1, content_sha256="0" * 64, record=as_json(record or {}), source=source,
                data_timestamp="2026-11-20T09:00:05", fetched_at="2026-11-21T00:00:00Z", is_current=True,
            )
        )  # fmt: skip
        self._counts: dict[str, int] = {}

    def eligibility(self, **fields: Any) -> SyntheticTrial:
        self._eligibility |= fields
        return self

    def criterion(self, text: str, *facts: dict[str, Any], section: str = "inclusion", **fields: Any) -> SyntheticTrial:
        """A criterion with its facts; ``quote`` of a fact must stand in the text."""
        start = len(self._text)
        self._text += text + "\n"
        criterion_id = self._id("c")
        self.rows.append(
            EligibilityCriterion(
                **{
                    "criterion_id": criterion_id, "nct_id": self.nct_id, "section": section, "position": self._counts["c"] - 1,
                    "level": 0, "kind": "item", "text": text, "source_path": CRITERIA,
                    "source_start": start, "source_end": start + len(text),
                } | fields
            )
        )  # fmt: skip
        for fact in facts:
            quote = fact.pop("quote", text)
            at = start + text.index(quote)
            self.rows.append(
                CriterionFact(
                    **{
                        "fact_id": self._id("f"), "criterion_id": criterion_id, "nct_id": self.nct_id, "flags": as_json([]),
                        "rule": "synthetic", "quote": quote, "source_path": CRITERIA,
                        "source_start": at, "source_end": at + len(quote),
                    } | fact
                )
            )  # fmt: skip
        return self

    def arm(self, title: str, *interventions: str) -> SyntheticTrial:
        arm_id = self._id("g")
        self.rows.append(
            DesignGroup(design_group_id=arm_id, nct_id=self.nct_id, position=self._counts["g"] - 1, title=title, group_type=None)
        )
        known = {each.name: each.intervention_id for each in self.rows if isinstance(each, Intervention)}
        for name in interventions:
            if name not in known:
                known[name] = self._id("i")
                self.rows.append(
                    Intervention(intervention_id=known[name], nct_id=self.nct_id, position=self._counts["i"] - 1, name=name)
                )
            self.rows.append(
                DesignGroupIntervention(
                    design_group_intervention_id=self._id("l"), nct_id=self.nct_id, design_group_id=arm_id,
                    intervention_id=known[name], told_by="both",
                )
            )  # fmt: skip
        return self

    def other_name(self, intervention: str, name: str) -> SyntheticTrial:
        of = next(each for each in self.rows if isinstance(each, Intervention) and each.name == intervention)
        self.rows.append(
            InterventionOtherName(
                intervention_other_name_id=self._id("n"),
                nct_id=self.nct_id,
                intervention_id=of.intervention_id,
                position=0,
                name=name,
            )
        )
        return self

    def dose(self, agent: str, amount: float, unit: str, *events: dict[str, Any], **fields: Any) -> SyntheticTrial:
        dose_id = self._id("d")
        quote = f"{amount:g} {unit}"
        line = fields.pop("line", f"{agent} {quote}")
        self.rows.append(
            Dose(
                **{
                    "dose_id": dose_id, "nct_id": self.nct_id, "agent": agent, "amount_low": amount, "amount_high": amount,
                    "unit": unit, "alternative": False, "line": line, "flags": as_json([]), "rule": "synthetic", "quote": quote,
                    "source_path": f"{ARMS}.interventions[0].description", "source_start": 0, "source_end": len(quote),
                } | fields
            )
        )  # fmt: skip
        for event in events:
            self.rows.append(
                ScheduleEvent(
                    **{
                        "event_id": self._id("e"), "dose_id": dose_id, "nct_id": self.nct_id, "t0_event": "first dose",
                        "approximate": False, "open_ended": False, "amount_per_day": amount, "unit": unit,
                    } | event
                )
            )  # fmt: skip
        return self

    def outcome(self, measure: str, time_frame: str | None = None, rank: str = "primary") -> SyntheticTrial:
        number = self._id("o")
        self.rows.append(
            DesignOutcome(
                design_outcome_id=number, nct_id=self.nct_id, outcome_type=rank, position=self._counts["o"] - 1,
                measure=measure, time_frame=time_frame,
            )
        )  # fmt: skip
        return self

    def condition(self, name: str) -> SyntheticTrial:
        self.rows.append(
            Condition(
                condition_id=self._id("k"), nct_id=self.nct_id, position=self._counts["k"] - 1, name=name,
                downcase_name=name.casefold(),
            )
        )  # fmt: skip
        return self

    def regimen(self, **fields: Any) -> SyntheticTrial:
        self.rows.append(
            DoseRegimen(regimen_id=self._id("r"), nct_id=self.nct_id, source_path=ARMS, source_start=0, source_end=0, **fields)
        )
        return self

    def done(self) -> StudyRows:
        who = Eligibility(nct_id=self.nct_id, criteria=self._text or None, **self._eligibility)
        return StudyRows.collect(self.nct_id, [*self.rows, who])

    def _id(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{self.nct_id}.{kind}{self._counts[kind]}"


def at_least(concept: str, low: float, **fields: Any) -> dict[str, Any]:
    """A fact: at least ``low`` may join."""
    return {
        "concept": concept, "comparator": ">=", "low": low, "low_inclusive": True, "eligible_low": low,
        "eligible_low_inclusive": True,
    } | fields  # fmt: skip


def at_most(concept: str, high: float, **fields: Any) -> dict[str, Any]:
    """A fact: at most ``high`` may join."""
    return {
        "concept": concept, "comparator": "<=", "high": high, "high_inclusive": True, "eligible_high": high,
        "eligible_high_inclusive": True,
    } | fields  # fmt: skip


def below_excluded(concept: str, high: float, **fields: Any) -> dict[str, Any]:
    """A fact of an exclusion: those below ``high`` may not join."""
    return {
        "concept": concept, "comparator": "<", "high": high, "high_inclusive": False, "eligible_low": high,
        "eligible_low_inclusive": True,
    } | fields  # fmt: skip
