"""Cells drawn once: the same as drawn anew, never another cell's, and nothing is drawn that is no part of the key."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.compare.build import build_comparison
from harvester.compare.model import Cell, Line
from harvester.export.drawn import cell_key, line_key, remembering
from harvester.export.html import RegistryLinks, _macro, environment
from harvester.resources import templates
from harvester.site.links import SiteLinks
from harvester.span import Source
from tests.unit.export.synthetic_rows import DIGEST, FULL, HOSTILE, PLAIN

LINE = Line("≥ 18 years", (Source("a.b", 0, 8, "18 years"),), ("damaged_sign",), {"low": 18}, "in the criteria")
CELL = Cell("stated", (LINE,), "stricter", "fewer may join", "a note", "18 or more")


@pytest.mark.parametrize("links", [SiteLinks(), RegistryLinks()])
def test_a_remembered_cell_is_the_cell_drawn_anew(links: object) -> None:
    made = environment()
    comparisons = [build_comparison(studies, collection_size=4) for studies in ([FULL, PLAIN, HOSTILE], [DIGEST, FULL])]
    rows = [(row.cells, each.nct_ids) for each in comparisons for panel in each.panels for row in panel.rows]
    cells = [pair for row, nct_ids in rows for pair in zip(row, nct_ids, strict=True)]

    assert len(cells) > 100
    for _ in range(2):
        for cell, nct_id in cells:
            assert made.globals["drawn_cell"](cell, nct_id, links) == _macro(made, "cell")(cell, nct_id, links)


@pytest.mark.parametrize(
    "other",
    [
        replace(CELL, state="not read"),
        replace(CELL, note=None),
        replace(CELL, verdict=None),
        replace(CELL, verdict_reason=None),
        replace(CELL, lines=()),
        *(
            replace(CELL, lines=(replace(LINE, **change),))
            for change in ({"text": "x"}, {"note": "x"}, {"flags": ()}, {"sources": ()})
        ),
    ],
)
def test_cells_that_look_different_are_different(other: Cell) -> None:
    assert cell_key(other) != cell_key(CELL)


def test_whose_cell_it_is_and_where_its_links_lead_are_part_of_it() -> None:
    drawn = environment().globals["drawn_lines"]

    of = [(nct_id, links) for nct_id in ("NCT99000001", "NCT99000002") for links in (SiteLinks(), RegistryLinks())]

    assert len({drawn((LINE,), *each) for each in of}) == 4


def test_what_is_kept_is_bounded() -> None:
    calls: list[str] = []
    drawn = remembering(lambda thing, *_: calls.append(thing.text) or "", line_key, most=2)  # type: ignore[arg-type, func-returns-value, return-value]
    for text in "aabcca":
        drawn(Line(text), "NCT99000001", None)

    assert calls == ["a", "b", "c", "a"]


def test_nothing_is_drawn_that_is_no_part_of_the_key() -> None:
    """What the templates of cells look at: parts of a cell or a line that are in its key, and what `spoken` makes of those."""
    allowed = {"state", "note", "verdict", "verdict_reason", "lines", "text", "flags", "sources"}
    allowed |= {"quotations", "source", "also", "short", "pieces", "decides"}  # of `spoken`
    allowed |= {"items", "table", "what", "columns", "rows"}  # of `line_group`
    text = "".join(
        (Path(templates()) / "panels" / name).read_text(encoding="utf-8") for name in ("_cell.html", "_words.html", "_flags.html")
    )
    looked_at = set(re.findall(r"\b(?:each|one|line|shown|shown\.table|piece|source)\.(\w+)", re.sub(r"\{#.*?#\}", "", text)))

    assert {"state", "lines", "text"} <= looked_at
    assert looked_at <= allowed
