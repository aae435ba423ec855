"""The heads of the columns: what each trial is, why it is here, and what the record at hand is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harvester import __version__
from harvester.compare.model import Member, TrialHead, days_of
from harvester.compare.trial import SOURCE_NOTES, Trial

REGISTRY_PAGES = "https://clinicaltrials.gov/study/"


def heads(trials: Sequence[Trial], members: Mapping[str, Member]) -> tuple[TrialHead, ...]:
    """One head a trial, in order; the first is the focal trial."""
    return tuple(_head(trial, at, members.get(trial.nct_id)) for at, trial in enumerate(trials))


def registry_url(nct_id: str) -> str:
    """The registry's page of a trial."""
    return REGISTRY_PAGES + nct_id


def data_date(trial: Trial) -> str | None:
    """The day the registry processed the data; the record's last update where the record carries no such day."""
    stamp = trial.version.data_timestamp if trial.version else None
    return stamp[:10] if stamp else trial.study.last_update_posted_date


def attribution(trials: Sequence[Trial]) -> str:
    """One line: the source, the days of its data, what was done to them, and by which version of the program."""
    days = days_of(data_date(trial) for trial in trials)
    return (
        f"Source: ClinicalTrials.gov, U.S. National Library of Medicine, data {f'as of {days}' if days else 'of unknown date'}. "
        f"Modified by trialside {__version__}: fields arranged side by side; limits, doses and schedules read from the text, "
        "units converted, criteria aligned."
    )


def _head(trial: Trial, at: int, member: Member | None) -> TrialHead:
    study = trial.study
    return TrialHead(
        nct_id=trial.nct_id,
        title=study.brief_title or study.official_title or trial.nct_id,
        acronym=study.acronym,
        position=at,
        is_focal=at == 0,
        role=(member.role if member else None) or ("focal trial" if at == 0 else None),
        reason=member.reason if member else None,
        source=trial.source,
        source_note=SOURCE_NOTES.get(trial.source),
        data_date=data_date(trial),
        registry_url=registry_url(trial.nct_id),
        overall_status=study.overall_status,
        overall_status_label=study.overall_status_label,
        phases_label=study.phase_label,
        version=trial.version.version if trial.version else None,
    )
