"""`/compare/A,B,…` and `/embed/compare/A,B,…`: trials side by side, the focal trial first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harvester.compare.build import build_comparison
from harvester.compare.chosen_rows import narrowed
from harvester.compare.model import Comparison
from harvester.export.html import ComparisonPage, comparison_html, comparison_page, stylesheet
from harvester.export.json import json_text
from harvester.export.part import Pinned, part_of, parts_of, whole_of
from harvester.export.report import title_of
from harvester.site import assets, links
from harvester.site.asked import JSON, Asked, html_answer, redirect
from harvester.site.cache import Answer
from harvester.site.controls import controls_of
from harvester.site.frame import frame_of, of_comparison
from harvester.site.headers import OURS, framed
from harvester.site.members import members_beside
from harvester.site.pages.message import MOST_TRIALS, malformed, message, too_many, unknown
from harvester.store import known_ids
from harvester.trial_id import typed_id, typed_ids


def answer(asked: Asked) -> Answer:
    """The comparison's page, or its JSON."""
    found = chosen(asked, "compare")
    if isinstance(found, Answer):
        return found
    view = view_of(asked)
    whole = comparison_of(asked, found)
    if asked.as_json:
        comparison = narrowed(whole, view.rows)
        return comparison_json(comparison.differences_only() if view.differences else comparison)
    return html_answer("compare.html", _page(asked, whole, view))


def embed(asked: Asked) -> Answer:
    """The comparison for a frame on any page: styles inside, no script."""
    found = chosen(asked, "embed/compare")
    if isinstance(found, Answer):
        return replace(found, policy=found.policy if found.location else OURS)
    view = view_of(asked)
    comparison = comparison_of(asked, found, view.rows)
    if asked.as_json:
        return comparison_json(comparison)
    return framed_answer(asked, comparison, links.comparison(found), view)


def comparison_json(comparison: Comparison) -> Answer:
    """A comparison itself as JSON, which is what a frame shows."""
    return Answer(200, json_text(comparison.as_json()).encode("utf-8"), JSON, policy=OURS)


def framed_answer(asked: Asked, comparison: Comparison, path: str, view: links.View, *, pinned: Pinned | None = None) -> Answer:
    """A comparison, or the part of it that is asked for, for a frame on any page; ``path`` is that of its page on this site."""
    frame = frame_of(asked.collection, title_of(comparison.nct_ids), _description(comparison), path, style=stylesheet())
    script = assets.address("height.js") if view.tells_height else None
    # What is pinned was read when it was frozen; the rows of today say nothing of it.
    footnote = comparison.attribution if pinned else asked.footnote(comparison.attribution, comparison.nct_ids)
    if others := asked.passed_over(links.PARAMETERS):
        footnote += f" Passed over, because a frame does not know it: {', '.join(others)}."
    frame = replace(of_comparison(frame, comparison), attribution=footnote, script=script)
    page = comparison_page(comparison, frame, links.SiteLinks(), only_differences=view.differences)
    wanted = tuple(picture for picture in page.pictures if picture.zero == view.zero)
    page = replace(page, pictures=wanted or page.pictures)
    policy = framed(scripted=view.tells_height)
    if not view.part:
        return html_answer("embed.html", whole_of(page, pinned), policy=policy)
    part = part_of(page, view.part, pinned)
    return html_answer("embed_part.html", part, policy=policy) if part else _no_part(asked, page)


def _no_part(asked: Asked, page: ComparisonPage) -> Answer:
    names = parts_of(page)
    actions = tuple(
        (name, links.comparison(page.comparison.nct_ids, links.View(part=name), kind="embed/compare")) for name in names
    )
    what = f"This comparison has the parts {', '.join(names)}."
    return message(asked, 404, "There is no such part in this comparison", what, actions=actions)


def file(asked: Asked) -> Answer:
    """The comparison as one HTML file to keep."""
    found = chosen(asked, "file/compare")
    if isinstance(found, Answer):
        return found
    view = view_of(asked)
    comparison = comparison_of(asked, found, view.rows)
    body = comparison_html(comparison.differences_only() if view.differences else comparison).encode("utf-8", "replace")
    name = f"comparison-{'-'.join(found[:3])}.html"
    return Answer(200, body, policy=framed(), disposition=f'attachment; filename="{name}"')


def form(asked: Asked) -> Answer:
    """The form's way in: ``ids`` and ``add`` become the comparison's own address."""
    typed = typed_ids(f"{asked.parameter('ids')},{asked.parameter('add')}")
    bad = [each for each in typed if typed_id(each) is None]
    if bad:
        return malformed(asked, bad)
    if not typed:
        ways = (("Find trials by condition, drug, status, phase or country, and tick them", "/search"), ("Start page", "/"))
        return message(asked, 400, "No trials were named", "Name at least one NCT number.", actions=ways)
    nct_ids = list(dict.fromkeys(typed_id(each) or each for each in typed))
    return too_many(asked, nct_ids) if len(nct_ids) > MOST_TRIALS else redirect(links.comparison(nct_ids, view_of(asked)))


def chosen(asked: Asked, kind: str) -> list[str] | Answer:
    """The trials asked for, or what to say instead."""
    typed = typed_ids(asked.parts["ids"])
    read = [typed_id(each) for each in typed]
    bad = [each for each, nct_id in zip(typed, read, strict=True) if nct_id is None]
    if bad or not typed:
        return malformed(asked, bad or [asked.parts["ids"]])
    wanted = [each for each in read if each]
    if len(set(wanted)) > MOST_TRIALS:
        return too_many(asked, wanted)
    known = known_ids(asked.connection, wanted)
    stored = list(dict.fromkeys(known.values()))
    missing = list(dict.fromkeys(each for each in wanted if each not in known))
    if missing:
        return unknown(asked, missing, stored)
    if ",".join(stored) != asked.parts["ids"]:
        ending = asked.parts.get("ending", "")
        return redirect(links.comparison(stored, view_of(asked), kind=kind, json=asked.as_json, ending=ending))
    return stored


def comparison_of(asked: Asked, nct_ids: Sequence[str], rows: Sequence[str] = ()) -> Comparison:
    """The comparison of stored trials, each with the part it plays; cut to ``rows`` where some are named."""
    found = asked.studies(nct_ids)
    studies = [found[nct_id] for nct_id in nct_ids]
    members = members_beside(asked.connection, studies, asked.collection.size)
    return build_comparison(studies, members=members, collection_size=asked.collection.size, rows=rows)


def view_of(asked: Asked) -> links.View:
    """How the comparison is asked for."""
    return links.View.asked_for(asked.parameters)


def _page(asked: Asked, whole: Comparison, view: links.View) -> ComparisonPage:
    nct_ids, comparison = whole.nct_ids, narrowed(whole, view.rows)
    frame = frame_of(
        asked.collection,
        title_of(nct_ids),
        _description(comparison),
        links.comparison(nct_ids),
        json_path=links.comparison(nct_ids, view.of_files, json=True),
    )
    frame = replace(of_comparison(frame, comparison), attribution=asked.footnote(comparison.attribution, nct_ids))
    page = comparison_page(comparison, frame, links.SiteLinks(), only_differences=view.differences)
    zeros = [picture.zero for picture in page.pictures]
    # Without a choice, or with one that no trial counts from: the timeline that shows most.
    shown = view.zero if view.zero in zeros else next(iter(zeros), "")
    pictures = tuple(picture for picture in page.pictures if picture.zero == shown)
    return replace(page, pictures=pictures, controls=controls_of(asked, whole, view, zeros, shown, page))


def _description(comparison: Comparison) -> str:
    return "; ".join(f"{trial.nct_id}: {trial.title}" for trial in comparison.trials)
