"""The collection as every page names it: its size, the dates of its data, and whose data they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from harvester import __version__
from harvester.compare.model import Comparison, days_of
from harvester.export.html import Frame
from harvester.shape import shape
from harvester.site import assets
from harvester.store import Statistics, statistics

if TYPE_CHECKING:
    import sqlite3

SOURCE = "ClinicalTrials.gov, U.S. National Library of Medicine"
MODIFIED = (
    "fields are labelled, and criteria, doses and schedules are read from the registry's text by rules; the registry's own words "
    "stand beside every value read"
)


@shape()
class Collection:
    """What is stored, all from one state of the data."""

    size: int
    data_date: str | None
    statistics: Statistics

    @property
    def attribution(self) -> str:
        """Source, date, and what was modified by which version."""
        return attribution_of(self.data_date)


def collection_of(connection: sqlite3.Connection) -> Collection:
    """The collection as it is now."""
    counted = statistics(connection)
    ends = [each[:10] for each in (counted.data_from, counted.data_to) if each]
    days = days_of([*ends, None] if counted.undated else ends)
    return Collection(counted.studies, days, counted)


def attribution_of(days: str | None) -> str:
    """The same for data of these days."""
    date = f"data as of {days}" if days else "data of unknown date"
    return f"Source: {SOURCE}, {date}. Modified by trialside {__version__}: {MODIFIED}."


def of_comparison(frame: Frame, comparison: Comparison) -> Frame:
    """The frame around a comparison: its trials' dates stand on it, not those of the whole collection."""
    return replace(frame, attribution=comparison.attribution, data_date=comparison.data_days, is_dated=True)


def of_trial(frame: Frame, alone: Comparison) -> Frame:
    """The frame around a trial's page, with the date of its record."""
    return replace(frame, attribution=attribution_of(alone.data_days), data_date=alone.data_days, is_dated=True)


def frame_of(
    collection: Collection,
    title: str,
    description: str,
    path: str,
    *,
    json_path: str | None = None,
    query: str = "",
    style: str | None = None,
) -> Frame:
    """What stands around a page of this site; with ``style`` the page carries its stylesheet itself."""
    return Frame(
        title=f"{title} · trialside",
        description=description,
        path=path,
        json_path=json_path,
        attribution=collection.attribution,
        data_date=collection.data_date,
        program_version=__version__,
        collection_size=collection.size,
        stylesheets=() if style else (assets.address("frame.css"), assets.address("pages.css")),
        script=None if style else assets.address("trialside.js"),
        style=style,
        query=query,
    )
