"""`/vignette/A,B,…`: a person described, and which criteria of each trial include or exclude them, or cannot tell.

Nothing that is entered is kept: the answer is made anew each time and no cache holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from harvester.compare.vignette import NOTICE, Judged, TrialJudged, entries, entries_asked_for, judge, parse_vignette
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import JudgedCriterion, JudgedTrial, VignetteEntry, VignettePage
from harvester.site.frame import frame_of
from harvester.site.pages.compare import chosen

_CHOICES = {"state": ("yes", "no"), "sex": ("female", "male")}
ANSWERS = ("exclude", "cannot tell", "include")


def answer(asked: Asked) -> Answer:
    """The form, and what it gives for the trials asked for."""
    found = chosen(asked, "vignette")
    if isinstance(found, Answer):
        return found
    studies = asked.studies(found)
    wanted = entries_asked_for(list(studies.values()))
    given = given_entries(asked)
    problem = ""
    judged: tuple[JudgedTrial, ...] = ()
    try:
        vignette = parse_vignette({name: text for name, text in given.items() if text})
    except ValueError as wrong:
        problem = str(wrong)
    else:
        judged = tuple(_trial(judge(vignette, studies[nct_id])) for nct_id in found) if vignette.stated else ()
    path = links.comparison(found, kind="vignette")
    frame = frame_of(asked.collection, "Who could join", NOTICE, path, json_path=f"{path}.json")
    page = VignettePage(
        frame=frame,
        notice=NOTICE,
        nct_ids=tuple(found),
        compare_href=links.comparison(found),
        entries=form_entries(given, wanted),
        problem=problem,
        passed_over=asked.passed_over(given),
        judged=judged,
        links=links.SiteLinks(),
    )
    return replace(asked.answer("vignette.html", page, status=400 if problem else 200), is_private=True)


def given_entries(asked: Asked) -> dict[str, str]:
    """What was entered, by name; empty where nothing was."""
    return {entry.name: asked.parameter(entry.name).strip() for entry in entries()}


def form_entries(given: Mapping[str, str], wanted: Collection[str]) -> tuple[VignetteEntry, ...]:
    """The fields of the form; those ``wanted`` are asked for first."""
    return tuple(
        VignetteEntry(entry.name, entry.label, _CHOICES.get(entry.kind, ()), given[entry.name], entry.name in wanted)
        for entry in entries()
    )


def _trial(judged: TrialJudged) -> JudgedTrial:
    return JudgedTrial(
        judged.nct_id,
        judged.answer,
        tuple((each, _those(judged.judged, each)) for each in ANSWERS),
    )


def _those(judged: Sequence[Judged], wanted: str) -> tuple[JudgedCriterion, ...]:
    return tuple(JudgedCriterion(each.line, each.why) for each in judged if each.answer == wanted)
