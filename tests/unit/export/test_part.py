"""Parts of a comparison, and its timeline as a file."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from harvester.export.part import picture_file
from tests.unit.export.made_comparison import made_comparison


def test_a_timeline_stands_alone_and_names_its_source() -> None:
    drawn = picture_file(made_comparison())
    assert drawn is not None
    root = ElementTree.fromstring(drawn)

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "data as of 2026-11-20" in " ".join(root.itertext())


def test_an_event_that_nothing_counts_from_gives_the_fullest() -> None:
    assert picture_file(made_comparison(), zero="first dose") == picture_file(made_comparison(), zero="the flood")


def test_without_timelines_there_is_no_picture() -> None:
    assert picture_file(replace(made_comparison(), timelines=())) is None
