"""The trial page: every section of a registry page, made from the trial's rows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from harvester.compare.concept import with_labels
from harvester.compare.correction_words import correction_words
from harvester.compare.head import registry_url
from harvester.compare.model import Comparison
from harvester.compare.trial import SOURCE_NOTES, Trial
from harvester.export.html import Frame, Links
from harvester.site.pages import trial_people as people
from harvester.site.pages.trial_fields import TrialFields
from harvester.site.pages.trial_texts import TrialTexts
from harvester.site.trial_context import Conflict, CorrectionLine, Provenance, TrialPage, Words
from harvester.span import Source
from harvester.tables import BriefSummary, Correction, DetailedDescription, RecordConflict

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

_KINDS = {
    "inclusion_exclusion": "Included and excluded",
    "inclusion_exclusion_gap": "Neither included nor excluded",
    "age_structured": "Ages of the text and of the fields",
    "sex_structured": "Sex in the text and in the field",
    "performance_scores": "Two scores of performance",
    "dose": "Two doses of one medicine",
    "schema": "A field that could not be used",
}
"""What kinds of contradictions are called on a page."""


def trial_page(
    trial: Trial, comparison: Comparison, frame: Frame, links: Links, *, here: Source | None, collection: frozenset[str]
) -> TrialPage:
    """The page of one trial; ``comparison`` is that with itself alone (its timelines and totals).

    ``here`` are the words a link led to; ``collection`` tells which of its related trials are stored.
    """
    fields = TrialFields(trial, here.path if here else None)
    texts = TrialTexts(trial, here)
    study, absent = trial.study, fields.absent
    page = TrialPage(
        frame=frame,
        nct_id=trial.nct_id,
        brief_title=study.brief_title or study.official_title or "Untitled trial",
        official_title=study.official_title if study.official_title != study.brief_title else None,
        acronym=study.acronym,
        registry_url=registry_url(trial.nct_id),
        glance=fields.fields("glance"),
        status=fields.section("status", "Status and dates"),
        summary=texts.prose("summary", "Brief summary", BriefSummary, absent),
        description=texts.prose("description", "Detailed description", DetailedDescription, absent),
        conditions=fields.conditions(),
        design=fields.section("design", "Study design"),
        arms=texts.arms(),
        interventions=texts.interventions(),
        eligibility=texts.eligibility(fields.fields("eligibility"), absent),
        dosing=texts.dosing(comparison, absent),
        outcomes=people.outcomes(trial),
        sponsors=fields.sponsors(),
        officials=people.officials(trial),
        sites=people.sites(trial),
        contacts=people.contacts(trial),
        identifiers=fields.identifiers(),
        sharing=fields.sharing(),
        publications=people.publications(trial),
        addresses=people.addresses(trial),
        results=fields.results(),
        results_url=fields.results_url,
        related=people.related(trial, collection),
        conflicts=_conflicts(trial),
        corrections=_corrections(trial),
        provenance=_provenance(trial),
        words=None,
        links=links,
        absent=absent,
        attribution=frame.attribution,
        data_date=frame.data_date,
        program_version=frame.program_version,
    )
    return page if here is None or _is_shown(page, texts, here) else replace(page, words=_words(trial, here))


def value_at(record: Any, path: str) -> Any:
    """What stands at a dotted path with ``[i]`` in a decoded record; None where nothing does."""
    for name, index in _STEP.findall(path):
        if name and isinstance(record, dict):
            record = record.get(name)
        elif index and isinstance(record, list) and int(index) < len(record):
            record = record[int(index)]
        else:
            return None
    return record


def _is_shown(page: TrialPage, texts: TrialTexts, here: Source) -> bool:
    """Whether a text or a field of the page points out the words a link led to."""
    sections = (page.status, page.conditions, page.design, page.sponsors, page.identifiers, page.sharing, page.results)
    fields = (*page.eligibility.fields, *(field for section in sections for field in section.fields))
    return here.path in texts.shown or any(field.here is not None for field in fields)


def _words(trial: Trial, here: Source) -> Words | None:
    """The words a link led to, from the record itself; None where there are none."""
    if trial.version is None:
        return None
    value = value_at(json.loads(trial.version.record), here.path)
    if value is None or isinstance(value, dict | list):
        return None
    return Words(here.path, str(value)[here.start : here.end] or str(value))


def _conflicts(trial: Trial) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(
            _KINDS.get(each.kind, each.kind.replace("_", " ")),
            with_labels(each.detail),
            Source(each.left_path, each.left_start or 0, each.left_end or len(each.left_quote), each.left_quote),
            Source(each.right_path, each.right_start or 0, each.right_end or len(each.right_quote), each.right_quote),
        )
        for each in trial.rows.of(RecordConflict)
    )


def _corrections(trial: Trial) -> tuple[CorrectionLine, ...]:
    return tuple(
        CorrectionLine(
            each.table_name.replace("_", " "),
            correction_words(each),
            each.void_reason,
            Source(each.source_path, each.source_start, each.source_end, each.words),
        )
        for each in trial.rows.of(Correction)
    )


def _provenance(trial: Trial) -> Provenance:
    version = trial.version
    if version is None:
        return Provenance(trial.source, None, None, None, None, None, None, None)
    return Provenance(
        source=version.source,
        source_note=version.note or SOURCE_NOTES.get(version.source),
        source_url=version.source_url,
        version=version.version,
        sha256=version.content_sha256,
        api_version=version.api_version,
        data_timestamp=version.data_timestamp,
        fetched_at=version.fetched_at,
    )
