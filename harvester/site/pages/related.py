"""`/related/NCT…`: trials of this collection that are related, each with its part and the reasons in words."""

from __future__ import annotations

from dataclasses import replace

from harvester.compare.related import Related
from harvester.compare.trial import Trial
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import RelatedPage
from harvester.site.frame import frame_of
from harvester.site.pages.one_trial import asked_trial
from harvester.site.pages.search import trial_line
from harvester.site.pages.trial_people import related as named_on_page
from harvester.site.pages.trial_people import related_ids
from harvester.site.ranking import related_trials
from harvester.site.trial_context import RelatedLine, Weighed
from harvester.store import StudyListing, known_ids, listings
from harvester.tables import StudyRows

SHOWN = 20
BESIDE = 4


def answer(asked: Asked) -> Answer:
    """The trials related to one trial."""
    stored = asked_trial(asked, address)
    if isinstance(stored, Answer):
        return stored
    rows = asked.studies([stored])[stored]
    ranked = _ranked(asked, rows)
    listed = {each.nct_id: each for each in listings(asked.connection, [stored, *(each.nct_id for each in ranked)])}
    trial = Trial.of(rows)
    named = named_on_page(trial, frozenset(known_ids(asked.connection, related_ids(trial))))
    kept = [each for each in ranked if not each.left_out_reason]
    beside = [each.nct_id for each in kept[:BESIDE]]
    shown = {each.nct_id for each in kept[:SHOWN]}
    path = address(stored)
    title = f"Trials related to {stored}"
    frame = frame_of(asked.collection, title, f"{title}, with reasons", path, json_path=f"{path}.json")
    frame = replace(frame, attribution=asked.footnote(frame.attribution, [stored, *shown]))
    page = RelatedPage(
        frame=frame,
        trial=trial_line(listed[stored]),
        related=tuple(_line(each, listed) for each in kept[:SHOWN]),
        named=tuple(each for each in named if each.nct_id not in shown),
        left_out=tuple(_line(each, listed) for each in ranked if each.left_out_reason),
        compare_href=links.comparison([stored, *beside]) if beside else None,
        collection_size=asked.collection.size,
    )
    return asked.answer("related.html", page)


def address(nct_id: str) -> str:
    """The address of the page of a trial's related ones."""
    return f"/related/{nct_id}"


def comparators(asked: Asked, nct_id: str) -> list[str]:
    """The trials that would stand beside a stored trial first."""
    rows = asked.studies([nct_id])[nct_id]
    return [each.nct_id for each in _ranked(asked, rows) if not each.left_out_reason][:BESIDE]


def _ranked(asked: Asked, rows: StudyRows) -> tuple[Related, ...]:
    return related_trials(asked.connection, rows, asked.collection.size, namings=asked.namings)


def _line(each: Related, listed: dict[str, StudyListing]) -> RelatedLine:
    there = listed.get(each.nct_id)
    reasons = (each.left_out_reason,) if each.left_out_reason else tuple(each.reasons)
    return RelatedLine(
        nct_id=each.nct_id,
        title=each.title,
        status=there.overall_status_label if there else None,
        phase=there.phase_label if there else None,
        role=each.role,
        reasons=reasons,
        in_collection=there is not None,
        is_digest=each.is_digest,
        weighed=tuple(
            Weighed(name.replace("_", " "), part.words, round(part.value, 2), part.weight)
            for name, part in each.components.items()
        ),
    )
