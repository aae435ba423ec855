"""Building a comparison from the rows of its trials: pure, no clock, no database; the same rows give the same comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harvester import __version__
from harvester.compare.agent import Agents
from harvester.compare.arms import arm_panels
from harvester.compare.chosen_rows import narrowed
from harvester.compare.course import Course, courses
from harvester.compare.criteria import compare_criteria
from harvester.compare.design import design_panels
from harvester.compare.dosing import dosing_panels
from harvester.compare.head import attribution, heads
from harvester.compare.model import GROUPS, Comparison, Member, Panel, Timeline, Total
from harvester.compare.outcomes import outcome_panels
from harvester.compare.pair import pair_differences
from harvester.compare.population import population_panels
from harvester.compare.quality import quality_panels
from harvester.compare.sentence import sentences
from harvester.compare.sites import site_panels
from harvester.compare.status import status_panels
from harvester.compare.timeline import events_of, naming, timelines
from harvester.compare.total import totals
from harvester.compare.trial import Trial
from harvester.compare.wording import listed
from harvester.tables import StudyRows

LARGEST = 20
"""Most trials that one comparison takes."""


def build_comparison(
    studies: Sequence[StudyRows],
    *,
    members: Mapping[str, Member] | None = None,
    collection_size: int,
    zero: str | None = None,
    rows: Sequence[str] = (),
) -> Comparison:
    """Compare trials, the focal one first.

    ``members`` gives role and reason by NCT number. ``collection_size`` is the number of trials the program knows, for
    statements "in this collection". ``zero`` names the event a timeline counts from ("first dose", "transplant"); without it
    every event that the trials count from has its own timeline. ``rows`` are names of rows or panels, as `chosen_rows` knows
    them: then only these are there, and what is made of them.

    Raises ValueError with one line when there is no trial, one stands twice, or there are more than `LARGEST`.
    """
    _check([each.nct_id for each in studies])
    trials = [Trial.of(each) for each in studies]
    nct_ids = tuple(trial.nct_id for trial in trials)
    agents = Agents(trials)
    found = [course for trial in trials for course in courses(trial, agents)]
    sums = totals(found)
    criteria = compare_criteria(trials)
    panels = _panels(trials, agents, sums, criteria.panels)
    crossed = {trial.nct_id for trial in trials if trial.design.intervention_model == "CROSSOVER"}
    drawn = naming(timelines(found, zero, crossed), sorted({*nct_ids} - {course.nct_id for course in found}, key=nct_ids.index))
    whole = Comparison(
        trials=heads(trials, members or {}),
        panels=panels,
        timelines=drawn,
        totals=sums,
        stated_only=criteria.stated_only,
        sentences=sentences(panels, nct_ids),
        notes=_notes(trials, collection_size, zero, found, drawn),
        attribution=attribution(trials),
        program_version=__version__,
        collection_size=collection_size,
        pairs=pair_differences(panels, nct_ids),
    )
    return narrowed(whole, rows)


def _panels(trials: Sequence[Trial], agents: Agents, sums: Sequence[Total], criteria: Sequence[Panel]) -> tuple[Panel, ...]:
    return _in_order(
        *status_panels(trials),
        *design_panels(trials),
        *population_panels(trials),
        *criteria,
        *arm_panels(trials, agents),
        *dosing_panels(trials, agents, sums),
        *outcome_panels(trials),
        *site_panels(trials),
        *quality_panels(trials),
    )


def _check(nct_ids: Sequence[str]) -> None:
    if not nct_ids:
        raise ValueError("a comparison needs at least one trial")
    if len(nct_ids) > LARGEST:
        raise ValueError(f"a comparison takes at most {LARGEST} trials, not {len(nct_ids)}")
    twice = sorted({nct_id for nct_id in nct_ids if nct_ids.count(nct_id) > 1})
    if twice:
        raise ValueError(f"{listed(twice)} would be compared with itself: name each trial once")


def _in_order(*panels: Panel) -> tuple[Panel, ...]:
    there = [panel for panel in panels if panel.rows]
    return tuple(sorted(there, key=lambda panel: GROUPS.index(panel.group)))


def _notes(
    trials: Sequence[Trial], size: int, zero: str | None, found: Sequence[Course], drawn: Sequence[Timeline]
) -> tuple[str, ...]:
    told = "are compared" if len(trials) > 1 else "is shown"
    notes = [
        "Limits are read from the registry's text by rules; the text itself, which stands with them, decides.",
        "“Stricter” and “looser” speak of who may join by one row, not of the quality of a trial.",
        f"{len(trials)} of the {size} trials in this collection {told}; figures are not registry counts.",
    ]
    digests = [trial.nct_id for trial in trials if trial.source == "digest"]
    if digests:
        notes.append(f"Digest, not the registry's own text: {listed(digests)}. What a digest lacks is shown as not read.")
    if zero and found and not drawn:
        events = events_of(found)
        there = f" Doses here are counted from: {', '.join(events)}." if events else ""
        notes.append(f"No trial's doses are counted from “{zero}”: no timeline is drawn.{there}")
    return tuple(notes)
