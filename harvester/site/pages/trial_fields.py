"""A trial's registry fields as named values: what the record says, and in words what it leaves out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from harvester.compare.head import registry_url
from harvester.compare.trial import Trial
from harvester.definition_file import lists_of
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

_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_FIELDS = Path(__file__).parents[1] / "definitions" / "fields.txt"


class TrialFields:
    """Makes the sections of plain fields of one trial. ``here`` is the path of a field that a link led to."""

    def __init__(self, trial: Trial, here: str | None = None) -> None:
        self.trial = trial
        self.here = here
        self.absent = self._lacking(None)

    def section(self, key: str, title: str) -> Section:
        """A section of plain fields alone."""
        return Section(key, title, self.fields(key))

    def conditions(self) -> Section:
        """Conditions, keywords and the registry's MeSH terms."""
        rows, module = self.trial.rows, "protocolSection.conditionsModule"
        mesh = "derivedSection.{}BrowseModule.meshes".format
        told: dict[str, tuple[Iterable[str | None], str]] = {
            "Conditions": ((each.name for each in rows.of(Condition)), f"{module}.conditions"),
            "Keywords": ((each.name for each in rows.of(Keyword)), f"{module}.keywords"),
            "MeSH terms of the conditions": (_mesh(rows.of(BrowseCondition)), mesh("condition")),
            "MeSH terms of the interventions": (_mesh(rows.of(BrowseIntervention)), mesh("intervention")),
        }
        return Section("conditions", "Conditions", tuple(self.listed(label, *each) for label, each in told.items()))

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
        kinds = (each.name_label or each.name for each in self.trial.rows.of(IpdInformationType))
        beside = self.listed("Shared beside it", kinds, "protocolSection.ipdSharingStatementModule.infoTypes")
        fields = (*self.fields("sharing"), *_without_empty([beside], {beside.label}), *self.fields("sharing terms"))
        return Section("sharing", "Data sharing", fields)

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
        more = [
            self.listed("On their way", pending, "annotationSection.annotationModule"),
            replace(titles, hrefs=tuple(_document_url(each) for each in documents)),
        ]
        told = self.of(study, "has_results", "Results", posted.get(study.has_results))  # type: ignore[arg-type]
        rarely = {each.label for each in more}
        return Section("results", "Results", (told, *self.fields("results"), *_without_empty(more, rarely)))

    @property
    def results_url(self) -> str | None:
        """Where the registry shows the results, if any are posted."""
        return f"{registry_url(self.trial.nct_id)}?tab=results" if self.trial.study.has_results else None

    def fields(self, section: str) -> tuple[Field, ...]:
        """The fields of a section of `fields.txt`, without those whose absence is not told."""
        rows = {"studies": self.trial.study, "designs": self.trial.design, "eligibilities": self.trial.eligibility}
        is_observational = self.trial.study.study_type == "OBSERVATIONAL"
        left_out = {"rarely", "others" if is_observational else "observational"}
        found = []
        for line in lists_of(_FIELDS)[section]:
            column, _, told = line.partition(" = ")
            (table, name), (label, _, where) = column.split("."), told.partition(" | ")
            field = self.of(rows[table], name, label, self._text(rows[table], name))
            if field.values or where not in left_out:
                found.append(field)
        return tuple(found)

    def _text(self, row: object, name: str) -> str | None:
        """A field in words, where it is not shown as it stands; a date with what the record says of it, estimated or actual."""
        value = getattr(row, name)
        if name in _IN_WORDS:
            return _IN_WORDS[name](self)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if value and name.endswith("_date") and (kind := getattr(row, f"{name}_type", None)):
            return f"{value} ({kind.lower()})"
        return getattr(row, f"{name}_label", None)

    def _status(self) -> str | None:
        """The recruitment status, with the last known one where it became unknown."""
        study = self.trial.study
        last = study.last_known_status_label
        return f"{study.overall_status_label} (last known: {last.lower()})" if last else study.overall_status_label

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
        who = [each.lower().replace("_", " ") for each in json.loads(design.who_masked)] if design.who_masked else []
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


_IN_WORDS = {"overall_status": TrialFields._status, "enrollment": TrialFields.enrolment, "masking": TrialFields._masking}
"""Fields that are told with another beside them."""
