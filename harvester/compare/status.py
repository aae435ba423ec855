"""Status, dates and size of the trials."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.compare.model import Cell, Panel
from harvester.compare.row import ask, filled
from harvester.compare.trial import Trial
from harvester.compare.wording import number


def status_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """One panel: recruitment, size and dates as the registry's fields give them."""
    rows = [
        ask("overall_status", "Recruitment status", trials, _status),
        ask("why_stopped", "Why stopped", trials, _why_stopped),
        ask("enrollment", "Participants", trials, _enrolment, help="Estimated before the end, actual after it"),
        ask("start_date", "Start", trials, lambda trial: _dated(trial, "start_date")),
        ask(
            "primary_completion_date",
            "Primary completion",
            trials,
            lambda trial: _dated(trial, "primary_completion_date"),
            help="Last visit for the primary outcome",
        ),
        ask("completion_date", "Completion", trials, lambda trial: _dated(trial, "completion_date")),
        ask("first_posted", "First posted", trials, lambda trial: trial.field(trial.study, "study_first_posted_date")),
        ask("has_results", "Results in the registry", trials, _results),
    ]
    return (Panel("status", "Status, size and dates", "status", filled(rows)),)


def _status(trial: Trial) -> Cell:
    known = trial.study.last_known_status_label
    return trial.field(trial.study, "overall_status", trial.study.overall_status_label, f"last known: {known}" if known else None)


def _why_stopped(trial: Trial) -> Cell:
    if trial.study.overall_status and trial.study.overall_status not in ("TERMINATED", "WITHDRAWN", "SUSPENDED"):
        return Cell("not applicable", note="the trial was not stopped")
    return trial.field(trial.study, "why_stopped")


def _enrolment(trial: Trial) -> Cell:
    if trial.study.enrollment_unknown:
        return Cell("not stated", note="the registry gives 99999999, its sign for an unknown number")
    count = trial.study.enrollment
    if count is None:
        return trial.absent(trial.path(trial.study, "enrollment"))
    kind = trial.study.enrollment_type_label
    return trial.field(trial.study, "enrollment", f"{number(count)} ({kind.lower()})" if kind else number(count))


def _dated(trial: Trial, name: str) -> Cell:
    value, kind = getattr(trial.study, name), getattr(trial.study, f"{name}_type")
    if value is None:
        return trial.absent(trial.path(trial.study, name))
    return trial.field(trial.study, name, f"{value} ({kind.lower()})" if kind else value)


def _results(trial: Trial) -> Cell:
    has = trial.study.has_results
    return trial.field(trial.study, "has_results", None if has is None else "posted" if has else "none posted")
