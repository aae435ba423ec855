"""How far each record can be trusted to be current, complete and read."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.compare.concept import with_labels
from harvester.compare.model import Cell, Line, Panel
from harvester.compare.row import ask, filled
from harvester.compare.trial import SOURCE_NOTES, Trial
from harvester.compare.wording import number
from harvester.span import Source
from harvester.tables import RecordConflict, TextCoverage, UnreadText, percent_read

_ELIGIBILITY = "protocolSection.eligibilityModule"
_ARMS = "protocolSection.armsInterventionsModule"
_SOURCES = {"api": "registry's API", "file": "registry's record, from a file", "page": "saved registry page", "digest": "digest"}


def quality_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """One panel: source and age of the records, how much of their text was read, and where they contradict themselves."""
    rows = [
        ask("source", "Record at hand", trials, _source),
        ask("data_timestamp", "Data processed by the registry", trials, _data_date),
        ask("last_update", "Last update posted", trials, lambda trial: trial.field(trial.study, "last_update_posted_date")),
        ask("verification", "Last verified by the sponsor", trials, lambda trial: trial.field(trial.study, "verification_date")),
        ask("eligibility_read", "Eligibility text that became values", trials, lambda trial: _coverage(trial, _ELIGIBILITY)),
        ask("dosing_read", "Amounts in the text on arms that became doses", trials, lambda trial: _coverage(trial, _ARMS)),
        ask("conflicts", "Contradictions and gaps inside the record", trials, _conflicts),
    ]
    note = (
        "Only words of a value become one, so that a small share is no loss; the rest is shown in its own words, never dropped."
    )
    return (Panel("quality", "Record quality", "record quality", filled(rows), note),)


def _source(trial: Trial) -> Cell:
    version = trial.version
    text = _SOURCES[trial.source] if version else "rows without a stored record"
    if version:
        text += f", version {version.version} seen here"
    return Cell("stated", (Line(text, value=trial.source, note=SOURCE_NOTES.get(trial.source)),))


def _data_date(trial: Trial) -> Cell:
    stamp = trial.version.data_timestamp if trial.version else None
    if not stamp:
        return Cell("not read", note="the record at hand carries no date of processing")
    return Cell("stated", (Line(stamp[:10], value=stamp),))


def _coverage(trial: Trial, module: str) -> Cell:
    texts = [each for each in trial.rows.of(TextCoverage) if each.source_path.startswith(module)]
    total = sum(each.characters for each in texts)
    if not total:
        return Cell("not read", note="no text at hand")
    read = sum(each.read_characters for each in texts)
    left = sum(each.source_path.startswith(module) for each in trial.rows.of(UnreadText))
    note = f"{number(left)} {'piece' if left == 1 else 'pieces'} of text not read" if left else None
    value = {"characters": total, "read_characters": read, "unread_pieces": left}
    rest = "; the rest stands in its own words" if read < total else ""
    share = f"{percent_read(read, total)} % of its characters{rest}"
    return Cell("stated", (Line(share, value=value, note=note),))


def _conflicts(trial: Trial) -> Cell:
    lines = tuple(_conflict(each) for each in trial.rows.of(RecordConflict))
    return Cell("stated", lines or (Line("none found", value=[]),))


def _conflict(conflict: RecordConflict) -> Line:
    sides = (
        _side(conflict.left_path, conflict.left_start, conflict.left_quote),
        _side(conflict.right_path, conflict.right_start, conflict.right_quote),
    )
    return Line(with_labels(conflict.detail), sides, value=conflict.kind)


def _side(path: str, start: int | None, quote: str) -> Source:
    return Source(path, start or 0, (start or 0) + len(quote), quote)
