"""`/trial/NCT…/history`: the versions of one trial, and what each of them changed."""

from __future__ import annotations

from collections.abc import Iterable

from harvester.history import MEANINGS, SIGNS, Step, steps
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.frame import frame_of
from harvester.site.history_context import HistoryPage
from harvester.site.pages.one_trial import asked_trial
from harvester.store import read_changes, version_heads
from harvester.tables import Study


def answer(asked: Asked) -> Answer:
    """The history's page; other spellings of the number and obsolete numbers are led to it."""
    stored = asked_trial(asked, address, lasting=True)
    if isinstance(stored, Answer):
        return stored
    path = address(stored)
    study = asked.studies([stored])[stored].one(Study)
    start = study.start_date if study else None
    found = steps(version_heads(asked.connection, stored), read_changes(asked.connection, stored, None), start)
    title = f"History of {stored}"
    frame = frame_of(asked.collection, title, f"{title}: what each version changed", path, json_path=f"{path}.json")
    page = HistoryPage(
        frame=frame,
        nct_id=stored,
        title=(study and study.brief_title) or stored,
        steps=found[::-1],
        meanings=meanings(found),
    )
    return asked.answer("history.html", page)


def address(nct_id: str) -> str:
    """The address of a trial's history."""
    return f"{links.SiteLinks().trial(nct_id)}/history"


def meanings(found: Iterable[Step]) -> tuple[tuple[str, str, str], ...]:
    """Sign, word and meaning of the directions that occur."""
    told = {direction for step in found for direction, _ in step.counts}
    return tuple((SIGNS[direction], direction, meaning) for direction, meaning in MEANINGS.items() if direction in told)
