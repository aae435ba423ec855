"""What a citation is made of: a registry record, or a comparison of them. `citation` writes it in four forms.

The day of access is the day the record was fetched, never today's: a citation says which data were used.
"""

from __future__ import annotations

from dataclasses import replace

from harvester.compare.head import data_date, registry_url
from harvester.compare.model import Comparison
from harvester.compare.trial import SOURCE_NOTES, Trial
from harvester.export.report import data_date as youngest
from harvester.export.report import shown, title_of
from harvester.shape import shape
from harvester.tables import BriefSummary, ComparisonSnapshot, Condition, Keyword, RecordVersion, Sponsor, StudyRows

REGISTRY = "ClinicalTrials.gov"
PUBLISHER = "National Library of Medicine (US)"
PLACE = "Bethesda (MD)"
SHORTEST_HASH = 12
"""Digits of a frozen comparison's hash that name it."""


@shape()
class Reference:
    """A thing to cite. Dates are as precise as they are known: ``2025``, ``2025-08``, ``2025-08-06``.

    ``kind`` is ``record`` or ``comparison``; ``note`` says what a reader should know of the source. ``abstract`` and ``keywords``
    are what screening programs show of a record: its brief summary, its conditions and keywords.
    """

    kind: str
    key: str
    title: str
    author: str | None
    issued: str | None
    updated: str | None
    accessed: str | None
    data_date: str | None
    url: str | None
    version: str | None
    note: str | None
    abstract: str | None = None
    keywords: tuple[str, ...] = ()


def record_reference(study: StudyRows) -> Reference:
    """The registry record of a trial; its author is the lead sponsor."""
    trial = Trial(study)
    about = trial.study
    version = study.one(RecordVersion)
    lead = next((each.name for each in study.of(Sponsor) if each.lead_or_collaborator == "lead"), None)
    is_fetched = version is not None and version.source in ("api", "file")
    return Reference(
        kind="record",
        key=study.nct_id,
        title=_line(about.official_title or about.brief_title or study.nct_id),
        author=_line(lead) if lead else None,
        issued=about.study_first_posted_date or about.study_first_submitted_date,
        updated=about.last_update_posted_date or about.last_update_submitted_date,
        accessed=version.fetched_at[:10] if version and is_fetched else None,
        data_date=data_date(trial),
        url=registry_url(study.nct_id),
        version=None,
        note=SOURCE_NOTES.get(trial.source),
        abstract=_line(summary.description) if (summary := study.one(BriefSummary)) and summary.description else None,
        keywords=tuple(
            dict.fromkeys(
                _line(name) for name in ([each.name for each in study.of(Condition)] + [each.name for each in study.of(Keyword)])
            )
        ),
    )


def comparison_reference(comparison: Comparison, url: str | None = None) -> Reference:
    """A comparison as made by this program from data of one day; ``url`` is where it can be seen."""
    date = youngest(comparison.trials)
    return Reference(
        kind="comparison",
        key="trialside-" + "-".join(comparison.nct_ids),
        title=f"{title_of(comparison.nct_ids)}: registry records of clinical trials side by side",
        author="trialside",
        issued=date,
        updated=None,
        accessed=None,
        data_date=date,
        url=url,
        version=comparison.program_version,
        note=_line(comparison.attribution),
    )


def frozen_reference(comparison: Comparison, snapshot: ComparisonSnapshot, url: str | None = None) -> Reference:
    """The frozen comparison as a reference, with its day and hash."""
    reference = comparison_reference(comparison, url)
    frozen_at = f"Frozen {snapshot.created_at[:10]}, SHA-256 {snapshot.snapshot_sha256}"
    return replace(
        reference,
        key=f"trialside-{snapshot.snapshot_sha256[:SHORTEST_HASH]}",
        title=f"{reference.title}. {frozen_at}",
        issued=snapshot.created_at[:10],
    )


def _line(text: str) -> str:
    return " ".join(shown(text).split())
