"""`/trial/NCT…`: one trial, whole."""

from __future__ import annotations

from dataclasses import replace

from harvester.compare.build import build_comparison
from harvester.compare.trial import Trial
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.frame import frame_of, of_trial
from harvester.site.pages.one_trial import asked_trial
from harvester.site.pages.trial_page import trial_page
from harvester.site.pages.trial_people import related_ids
from harvester.store import known_ids, stale_trials


def answer(asked: Asked) -> Answer:
    """The trial's page; other spellings of its number and obsolete numbers are led to it."""
    stored = asked_trial(asked, links.SiteLinks().trial, lasting=True)
    if isinstance(stored, Answer):
        return stored
    rows = asked.studies([stored])[stored]
    trial = Trial.of(rows)
    path = links.SiteLinks().trial(stored)
    frame = frame_of(
        asked.collection,
        f"{stored} {trial.study.acronym or trial.study.brief_title or ''}".strip(),
        trial.study.brief_title or stored,
        path,
        json_path=f"{path}.json",
    )
    alone = build_comparison([rows], collection_size=asked.collection.size)
    frame = of_trial(frame, alone)
    frame = replace(frame, attribution=asked.footnote(frame.attribution, [stored]))
    page = trial_page(
        trial,
        alone,
        frame,
        links.SiteLinks(),
        here=links.place(asked.parameter("words")),
        collection=frozenset(known_ids(asked.connection, related_ids(trial))),
    )
    stale = stale_trials(asked.connection, [stored]).get(stored)
    if stale is not None:
        page = replace(page, provenance=replace(page.provenance, stale=stale.words))
    return asked.answer("trial.html", page)
