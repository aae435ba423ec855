"""A trial's registry fields as named values: what the record says, and in words what it leaves out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote

from harvester.compare.head import registry_url
from harvester.compare.trial import Trial
from harvester.site.trial_context import Field, Section
from harvester.tables import (
    BrowseCondition,
    BrowseIntervention,
    Condition,
    IdInformation,
    IpdInformationType,
    Keyword,
    PendingResult,
    ProvidedDocument,
    ResponsibleParty,
    Sponsor,
    Study,
)

_DATE_TYPES = {"ESTIMATED": "estimated", "ACTUAL": "actual"}
_MASKED = {
    "PARTICIPANT": "participant",
    "CARE_PROVIDER": "care provider",
    "INVESTIGATOR": "investigator",
    "OUTCOMES_ASSESSOR": "outcomes assessor",
}
_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_YES_NO = {True: "Yes", False: "No"}


class TrialFields:
    """Makes the sections of plain fields of one trial. ``here`` is the path of a field that a link led to."""

    def __init__(self, trial: Trial, here: str | None = None) -> None:
        self.trial = trial
        self.here = here
        self.absent = self._lacking(None)

    def glance(self) -> tuple[Field, ...]:
        """The few things asked first."""
        study = self.trial.study
        return (
            self.status_field(),
            self.of(study, "phase", "Phase", study.phase_label),
            self.of(study, "enrollment", "Participants", self.enrolment()),
            self.of(study, "study_type", "Kind of study", study.study_type_label),
            self.date("start_date", "Start"),
            self.date("completion_date", "Completion"),
        )

    def status(self) -> Section:
        """Status and dates."""
        study = self.trial.study
        fields = [
            self.status_field(),
            self.of(study, "why_stopped", "Why it was stopped"),
            self.date("start_date", "Start"),
            self.date("primary_completion_date", "Primary completion"),
            self.date("completion_date", "Completion"),
            self.of(study, "verification_date", "Last verified by the sponsor"),
            self.date("study_first_submitted_date", "First submitted"),
            self.date("study_first_posted_date", "First posted"),
            self.date("last_update_submitted_date", "Last update submitted"),
            self.date("last_update_posted_date", "Last update posted"),
            self.of(study, "has_expanded_access", "Expanded access", _YES_NO.get(study.has_expanded_access)),  # type: ignore[arg-type]
        ]
        rarely = {"Why it was stopped", "Expanded access"}
        return Section("status", "Status and dates", _without_empty(fields, rarely))

    def conditions(self) -> Section:
        """Conditions, keywords and the registry's MeSH terms."""
        rows, module, derived = self.trial.rows, "protocolSection.conditionsModule", "derivedSection"
        return Section(
            "conditions",
            "Conditions",
            (
                self.listed("Conditions", (each.name for each in rows.of(Condition)), f"{module}.conditions"),
                self.listed("Keywords", (each.name for each in rows.of(Keyword)), f"{module}.keywords"),
                self.listed(
                    "MeSH terms of the conditions", _mesh(rows.of(BrowseCondition)), f"{derived}.conditionBrowseModule.meshes"
                ),
                self.listed(
                    "MeSH terms of the interventions",
                    _mesh(rows.of(BrowseIntervention)),
                    f"{derived}.interventionBrowseModule.meshes",
                ),
            ),
        )

    def design(self) -> Section:
        """How the study is built."""
        study, design = self.trial.study, self.trial.design
        observational = study.study_type == "OBSERVATIONAL"
        fields = [
            self.of(study, "study_type", "Kind of study", study.study_type_label),
            self.of(study, "phase", "Phase", study.phase_label),
            self.of(study, "enrollment", "Participants", self.enrolment()),
            self.of(design, "allocation", "Allocation", design.allocation_label),
            self.of(design, "intervention_model", "Intervention model", design.intervention_model_label),
            self.of(design, "intervention_model_description", "Model, in words"),
            self.of(design, "observational_model", "Observational model", design.observational_model_label),
            self.of(design, "time_perspective", "Time perspective", design.time_perspective_label),
            self.of(design, "primary_purpose", "Primary purpose", design.primary_purpose_label),
            self.of(design, "masking", "Masking", self._masking()),
            self.of(design, "masking_description", "Masking, in words"),
            self.of(study, "target_duration", "Follow-up planned"),
            self.of(study, "biospec_description", "Samples kept"),
            self.of(study, "has_dmc", "Data monitoring committee", _YES_NO.get(study.has_dmc)),  # type: ignore[arg-type]
            self.of(study, "is_fda_regulated_drug", "FDA-regulated drug", _YES_NO.get(study.is_fda_regulated_drug)),  # type: ignore[arg-type]
            self.of(study, "is_fda_regulated_device", "FDA-regulated device", _YES_NO.get(study.is_fda_regulated_device)),  # type: ignore[arg-type]
        ]
        rarely = {"Model, in words", "Masking, in words", "Follow-up planned", "Samples kept"}
        interventional_only = {"Allocation", "Intervention model", "Primary purpose"}
        rarely |= interventional_only if observational else {"Observational model", "Time perspective"}
        return Section("design", "Study design", _without_empty(fields, rarely))

    def eligibility(self) -> tuple[Field, ...]:
        """The eligibility fields that are not free text."""
        row = self.trial.eligibility
        fields = [
            self.of(row, "minimum_age", "Youngest age"),
            self.of(row, "maximum_age", "Oldest age"),
            self.of(row, "gender", "Sex", row.gender_label),
            self.of(row, "gender_description", "Sex, in words"),
            self.of(row, "healthy_volunteers", "Healthy volunteers", _YES_NO.get(row.healthy_volunteers)),  # type: ignore[arg-type]
            self.of(row, "population", "Study population"),
            self.of(row, "sampling_method", "Sampling", row.sampling_method_label),
        ]
        return _without_empty(fields, {"Sex, in words", "Study population", "Sampling"})

    def sponsors(self) -> Section:
        """Sponsors, collaborators and who answers for the record."""
        rows = self.trial.rows
        module = "protocolSection.sponsorCollaboratorsModule"
        sponsors = rows.of(Sponsor)
        lead = [_sponsor(each) for each in sponsors if each.lead_or_collaborator == "lead"]
        others = [_sponsor(each) for each in sponsors if each.lead_or_collaborator == "collaborator"]
        party = rows.one(ResponsibleParty)
        said = [party.responsible_party_type_label, party.name, party.title, party.affiliation] if party else []
        fields = (
            self.listed("Lead sponsor", lead, f"{module}.leadSponsor"),
            self.listed("Collaborators", others, f"{module}.collaborators"),
            self.listed("Responsible party", [", ".join(each for each in said if each)], f"{module}.responsibleParty"),
        )
        return Section("sponsors", "Sponsors and responsible party", fields)

    def identifiers(self) -> Section:
        """Other identifiers."""
        kinds = {"org_study_id": "Sponsor's own number", "secondary_id": "Secondary", "nct_alias": "Obsolete NCT number"}
        found: dict[str, list[str]] = {label: [] for label in kinds.values()}
        for each in self.trial.rows.of(IdInformation):
            said = [each.id_value, each.id_type_label, each.id_type_description]
            found[kinds[each.id_source]].append(", ".join(part for part in said if part))
        fields = [self.listed(label, values, None) for label, values in found.items()]
        return Section("identifiers", "Other identifiers", _without_empty(fields, {"Secondary", "Obsolete NCT number"}))

    def sharing(self) -> Section:
        """What is planned for participants' data."""
        study = self.trial.study
        kinds = (each.name_label or each.name for each in self.trial.rows.of(IpdInformationType))
        fields = [
            self.of(study, "plan_to_share_ipd", "Plan to share participants' data", study.plan_to_share_ipd_label),
            self.of(study, "plan_to_share_ipd_description", "The plan"),
            self.listed("Shared beside it", kinds, "protocolSection.ipdSharingStatementModule.infoTypes"),
            self.of(study, "ipd_time_frame", "When"),
            self.of(study, "ipd_access_criteria", "For whom"),
        ]
        return Section("sharing", "Data sharing", _without_empty(fields, {"The plan", "Shared beside it", "When", "For whom"}))

    def results(self) -> Section:
        """Whether results are posted, and what is on its way."""
        study, rows = self.trial.study, self.trial.rows
        pending = (f"{each.event_label or each.event}: {each.event_date or 'date unknown'}" for each in rows.of(PendingResult))
        documents = rows.of(ProvidedDocument)
        titles = self.listed(
            "Documents at the registry",
            (f"{each.document_type}, {each.document_date or 'no date'}" for each in documents),
            "documentSection.largeDocumentModule",
        )
        posted = {True: "Results are posted at the registry", False: "No results are posted"}
        fields = [
            self.of(study, "has_results", "Results", posted.get(study.has_results)),  # type: ignore[arg-type]
            self.date("results_first_submitted_date", "Results first submitted"),
            self.date("results_first_posted_date", "Results first posted"),
            self.listed("On their way", pending, "annotationSection.annotationModule"),
            replace(titles, hrefs=tuple(_document_url(each) for each in documents)),
        ]
        rarely = {"Results first submitted", "Results first posted", "On their way", "Documents at the registry"}
        return Section("results", "Results", _without_empty(fields, rarely))

    @property
    def results_url(self) -> str | None:
        """Where the registry shows the results, if any are posted."""
        return f"{registry_url(self.trial.nct_id)}?tab=results" if self.trial.study.has_results else None

    def status_field(self) -> Field:
        """The recruitment status, with the last known one where it became unknown."""
        study = self.trial.study
        text = study.overall_status_label
        if text and study.last_known_status_label:
            text = f"{text} (last known: {study.last_known_status_label.lower()})"
        return self.of(study, "overall_status", "Recruitment status", text)

    def date(self, name: str, label: str) -> Field:
        """A date as precise as given, with "estimated" or "actual" where the record says which."""
        study = self.trial.study
        kind = getattr(study, f"{name}_type", None)
        text = getattr(study, name)
        if text and kind:
            text = f"{text} ({_DATE_TYPES.get(kind, kind.lower())})"
        return self.of(study, name, label, text)

    def enrolment(self) -> str | None:
        """Participants in words; "number unknown" where the registry gives its sign for that."""
        study: Study = self.trial.study
        if study.enrollment_unknown:
            return "number unknown"
        if study.enrollment is None:
            return None
        kind = f" ({study.enrollment_type_label.lower()})" if study.enrollment_type_label else ""
        return f"{study.enrollment:,}{kind}"

    def of(self, row: object, name: str, label: str, text: str | None = None) -> Field:
        """The field in column ``name`` of ``row``, shown as ``text`` or as it stands."""
        line = self.trial.line(row, name, text)  # type: ignore[arg-type]
        path = line.sources[0].path if line and line.sources else None
        value = line.text if line else text
        return Field(
            label,
            (value,) if value else (),
            self._lacking(self.trial.path(row, name)),  # type: ignore[arg-type]
            path,
            here=0 if value and self._place(path) is not None else None,
        )

    def listed(self, label: str, values: Iterable[str | None], path: str | None) -> Field:
        """A field of several values; ``path`` is that of the list."""
        there = tuple(value for value in values if value)
        place = self._place(path)
        here = min(place, len(there) - 1) if place is not None and there else None
        return Field(label, there, self._lacking(path), path, here=here)

    def _lacking(self, path: str | None) -> str:
        """What it means that the record at hand has nothing at ``path``."""
        cell = self.trial.absent(path)
        return f"{cell.state}: {cell.note}" if cell.note else cell.state

    def _place(self, path: str | None) -> int | None:
        """Which value of the field at ``path`` a link led to; None where it led elsewhere."""
        if path is None or self.here is None or not (self.here == path or self.here.startswith((f"{path}[", f"{path}."))):
            return None
        index = _INDEX.match(self.here, len(path))
        return int(index[1]) if index else 0

    def _masking(self) -> str | None:
        design = self.trial.design
        who = [_MASKED.get(each, each.lower()) for each in json.loads(design.who_masked)] if design.who_masked else []
        return f"{design.masking_label} ({', '.join(who)})" if design.masking_label and who else design.masking_label


def _mesh(rows: Sequence[BrowseCondition] | Sequence[BrowseIntervention]) -> list[str | None]:
    return [each.mesh_term for each in rows if each.mesh_type == "mesh-list"]


def _sponsor(each: Sponsor) -> str:
    return " · ".join(part for part in (each.name, each.agency_class_label) if part)


def _document_url(each: ProvidedDocument) -> str:
    """Where the registry keeps a file: in folders by the last two digits; empty where its name is not known."""
    folder = f"https://cdn.clinicaltrials.gov/large-docs/{each.nct_id[-2:]}/{each.nct_id}"
    return f"{folder}/{quote(each.filename)}" if each.filename else ""


def _without_empty(fields: Iterable[Field], rarely: set[str]) -> tuple[Field, ...]:
    """Fields, without those that say nothing and are rarely filled: their absence would only be noise."""
    return tuple(field for field in fields if field.values or field.label not in rarely)
