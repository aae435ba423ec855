"""All tables, in the order rows are written (a table comes after those it refers to), and all views."""

from __future__ import annotations

from harvester.schema import Json, Row, as_json, words_as_json
from harvester.tables.arms import DesignGroup, DesignGroupIntervention, Intervention, InterventionOtherName
from harvester.tables.comparison import ComparisonMember, ComparisonSet, ComparisonSnapshot
from harvester.tables.conditions import BrowseCondition, BrowseIntervention, Condition, Keyword
from harvester.tables.corrections import Correction
from harvester.tables.dosing import DOSE_LINES_DDL, Dose, DoseRegimen, ScheduleEvent
from harvester.tables.eligibility import CriterionFact, Eligibility, EligibilityCriterion
from harvester.tables.outcomes import DesignOutcome
from harvester.tables.people import CentralContact, OverallOfficial, ResponsibleParty, Sponsor
from harvester.tables.places import Country, Facility, FacilityContact, FacilityInvestigator
from harvester.tables.reading import RecordConflict, TextCoverage, UnreadText, percent_read
from harvester.tables.references import (
    Document,
    IdInformation,
    IpdInformationType,
    Link,
    PendingResult,
    ProvidedDocument,
    RelatedTrial,
    ResultsSubmission,
    Retraction,
    StudyReference,
    ViolationEvent,
)
from harvester.tables.study import BriefSummary, Design, DetailedDescription, Study
from harvester.tables.study_rows import StudyRows
from harvester.tables.versions import (
    CURRENT_RECORDS_DDL,
    DataModel,
    DataState,
    HarvestRun,
    RecordChange,
    RecordSighting,
    RecordVersion,
    SavedSearch,
    StudyReading,
    Sweep,
    SweepPart,
    TrialAlias,
)

KEPT: tuple[type[Row], ...] = (
    RecordVersion,
    RecordSighting,
    StudyReading,
    HarvestRun,
    TrialAlias,
    DataState,
    DataModel,
    SavedSearch,
    Sweep,
    SweepPart,
    ComparisonSet,
    ComparisonMember,
    ComparisonSnapshot,
)
"""Tables that no record alone gives; no command rebuilds them."""

DERIVED: tuple[type[Row], ...] = (
    Study,
    BriefSummary,
    DetailedDescription,
    Design,
    Condition,
    Keyword,
    BrowseCondition,
    BrowseIntervention,
    DesignGroup,
    Intervention,
    InterventionOtherName,
    DesignGroupIntervention,
    DesignOutcome,
    Eligibility,
    EligibilityCriterion,
    CriterionFact,
    DoseRegimen,
    Dose,
    ScheduleEvent,
    Sponsor,
    ResponsibleParty,
    OverallOfficial,
    CentralContact,
    Facility,
    FacilityContact,
    FacilityInvestigator,
    Country,
    IdInformation,
    StudyReference,
    Retraction,
    Link,
    Document,
    ProvidedDocument,
    IpdInformationType,
    PendingResult,
    ResultsSubmission,
    ViolationEvent,
    RelatedTrial,
    TextCoverage,
    UnreadText,
    RecordConflict,
    Correction,
)
"""Tables that are rebuilt from the stored records."""

COMPARED: tuple[type[Row], ...] = (RecordChange,)
"""Tables that are computed from several versions of a trial's record."""

ALL: tuple[type[Row], ...] = KEPT + COMPARED + DERIVED
"""All row types in write order; each has its declaration in ``.table``."""

VIEWS: dict[str, str] = {"dose_lines": DOSE_LINES_DDL, "current_records": CURRENT_RECORDS_DDL}
"""CREATE VIEW statements by view name."""

VIEW_DESCRIPTIONS: dict[str, str] = {
    "dose_lines": "One row a dose, with the length and number of its regimen's cycles beside it.",
    "current_records": "One row a trial: where its record is from and of what date, without the record.",
}
"""What each view shows."""

__all__ = [
    "ALL",
    "COMPARED",
    "DERIVED",
    "KEPT",
    "VIEWS",
    "VIEW_DESCRIPTIONS",
    "BriefSummary",
    "BrowseCondition",
    "BrowseIntervention",
    "CentralContact",
    "ComparisonMember",
    "ComparisonSet",
    "ComparisonSnapshot",
    "Condition",
    "Correction",
    "Country",
    "CriterionFact",
    "DataModel",
    "DataState",
    "Design",
    "DesignGroup",
    "DesignGroupIntervention",
    "DesignOutcome",
    "DetailedDescription",
    "Document",
    "Dose",
    "DoseRegimen",
    "Eligibility",
    "EligibilityCriterion",
    "Facility",
    "FacilityContact",
    "FacilityInvestigator",
    "HarvestRun",
    "IdInformation",
    "Intervention",
    "InterventionOtherName",
    "IpdInformationType",
    "Json",
    "Keyword",
    "Link",
    "OverallOfficial",
    "PendingResult",
    "ProvidedDocument",
    "RecordChange",
    "RecordConflict",
    "RecordSighting",
    "RecordVersion",
    "RelatedTrial",
    "ResponsibleParty",
    "ResultsSubmission",
    "Retraction",
    "Row",
    "SavedSearch",
    "ScheduleEvent",
    "Sponsor",
    "Study",
    "StudyReading",
    "StudyReference",
    "StudyRows",
    "Sweep",
    "SweepPart",
    "TextCoverage",
    "TrialAlias",
    "UnreadText",
    "ViolationEvent",
    "as_json",
    "percent_read",
    "words_as_json",
]
