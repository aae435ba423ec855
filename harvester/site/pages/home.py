"""`/`: what this is, the trial it is about, and the way into a comparison."""

from __future__ import annotations

from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import HomePage, SetLine
from harvester.site.frame import frame_of
from harvester.site.members import members_of_sets
from harvester.site.pages.message import MOST_TRIALS, nothing_stored
from harvester.site.pages.related import comparators
from harvester.site.pages.search import often_named, trial_line
from harvester.store import StudyListing, known_ids, list_comparisons, list_studies, listings, read_comparison
from harvester.tables import ComparisonSet, percent_read

LISTED, OFTEN = 30, 8
"""Trials that are listed, and terms that are offered."""


def answer(asked: Asked) -> Answer:
    """The start page; an empty database says what to do."""
    if not asked.collection.size:
        return nothing_stored(asked)
    trials = list_studies(asked.connection, LISTED)
    sets = list_comparisons(asked.connection)
    focal = _focal(asked, trials, sets)
    members = known_ids(asked.connection, list(members_of_sets(asked.connection, focal.nct_id)))
    beside = list(members.values())[: MOST_TRIALS - 1] or comparators(asked, focal.nct_id)
    frame = frame_of(
        asked.collection,
        "Trials side by side",
        "Clinical trials side by side, every value over the registry's own words.",
        "/",
        json_path="/index.json",
    )
    page = HomePage(
        frame=frame,
        collection_size=asked.collection.size,
        counts=_counts(asked),
        focal=trial_line(focal),
        is_chosen=focal.nct_id in _wanted(asked, sets).values(),
        focal_compare=links.comparison([focal.nct_id, *beside]) if beside else None,
        sets=tuple(line for each in sets if (line := _set(asked, each))),
        often=often_named(asked, OFTEN),
        trials=tuple(trial_line(each) for each in trials),
    )
    return asked.answer("home.html", page)


def _focal(asked: Asked, trials: list[StudyListing], sets: list[ComparisonSet]) -> StudyListing:
    """The trial the site was started for; else that of a named comparison; else the youngest number that is no mere digest."""
    wanted = listings(asked.connection, list(_wanted(asked, sets).values()))
    return wanted[0] if wanted else next((each for each in trials if each.source != "digest"), trials[0])


def _wanted(asked: Asked, sets: list[ComparisonSet]) -> dict[str, str]:
    """The trials that the site, or a named comparison of it, is about, as they are stored."""
    return known_ids(asked.connection, [each for each in (asked.focal, *(named.focal_nct_id for named in sets)) if each])


def _set(asked: Asked, named: ComparisonSet) -> SetLine | None:
    """A named comparison as a link; members that are not stored are left out of it. None where nothing of it is stored."""
    found = read_comparison(asked.connection, named.comparison_id)
    members = [member.nct_id for member in found[1]] if found else []
    stored = known_ids(asked.connection, [named.focal_nct_id, *members])
    return SetLine(named.title, named.note, links.comparison(list(dict.fromkeys(stored.values())))) if stored else None


def _counts(asked: Asked) -> tuple[tuple[str, str], ...]:
    counted = asked.collection.statistics
    share = percent_read(counted.read_characters, counted.characters)
    read = "nothing yet" if share is None else f"{share} %"
    return (
        ("trials", f"{counted.studies:,}"),
        ("criteria", f"{counted.criteria:,}"),
        ("values read from them", f"{counted.facts:,}"),
        ("stated doses", f"{counted.doses:,}"),
        ("of the text became values", read),
        ("contradictions inside records", f"{counted.conflicts:,}"),
    )
