"""HTML: the one Jinja environment, and a comparison as a page that works from disk, an e-mail or a report.

The site draws its pages with the same environment and the same templates; what differs is where links lead (`Links`)
and whether the stylesheet is linked or written into the page (`Frame`).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import field, fields
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harvester.compare.head import registry_url
from harvester.compare.model import Comparison, Group, Panel
from harvester.compare.pair import by_pair
from harvester.compare.row import SAME_FIELD
from harvester.compare.wording import unit_label
from harvester.export.drawing import Drawing
from harvester.export.drawings import drawings_of
from harvester.export.drawn import cell_key, lines_key, remembering
from harvester.export.flag import flag_words
from harvester.export.line_group import by_section, gathered, line_group
from harvester.export.quotation import quotations
from harvester.export.range_bar import range_bars
from harvester.export.registry_text import markdown, powers, words
from harvester.export.report import ONE_STATES_IT, SIGN_OF, Report, only_words, outcome_of, title_of
from harvester.export.svg import Picture, timeline_picture
from harvester.resources import templates
from harvester.shape import shape
from harvester.span import Source

STYLES = Path(__file__).resolve().parent.parent / "site" / "static"
VERDICT_SIGNS = {"same": "=", "stricter": "⊂", "looser": "⊃", "overlapping": "∩", "disjoint": "∥", "not comparable": "≁"}
STATE_SIGNS = {"stated": "", "not stated": "–", "not applicable": "∕", "not read": "…"}
_REGISTRY_PLACES = (
    ("protocolSection.eligibilityModule", "participation-criteria"),
    ("protocolSection.contactsLocationsModule", "contacts-and-locations"),
    ("protocolSection.sponsorCollaboratorsModule", "collaborators-and-investigators"),
    ("protocolSection.referencesModule", "publications"),
    ("protocolSection.ipdSharingStatementModule", "more-information"),
    ("protocolSection.armsInterventionsModule", "study-plan"),
    ("protocolSection.designModule", "study-plan"),
    ("protocolSection.outcomesModule", "study-plan"),
    ("protocolSection", "study-overview"),
)


@shape()
class Frame:
    """What stands around every page: its names, where its twin is, the date of the data, and who may be thanked for them.

    ``stylesheets`` and ``script`` are addresses; ``style`` is the stylesheet itself, for pages that stand alone.
    """

    title: str
    description: str
    path: str
    json_path: str | None
    attribution: str
    data_date: str | None
    program_version: str
    collection_size: int
    stylesheets: tuple[str, ...] = ()
    script: str | None = None
    style: str | None = None
    query: str = ""
    is_dated: bool = False
    """Whether ``data_date`` is that of what the page shows; else it is that of the whole collection."""
    published: str | None = None
    """In a published copy, the way from the page to the copy's first page, as ``../``; None on the site."""
    files: tuple[tuple[str, str], ...] = ()
    """In a published copy, label and address of the files beside the page."""


class Links(Protocol):
    """Where the parts of a page lead to."""

    def trial(self, nct_id: str) -> str:
        """A trial's own page."""
        ...

    def words(self, nct_id: str, source: Source) -> str:
        """Words in the text of a record."""
        ...


@shape()
class RegistryLinks:
    """Links for pages that stand alone: everything leads to the registry."""

    def trial(self, nct_id: str) -> str:
        """The registry's page of the trial."""
        return registry_url(nct_id)

    def words(self, nct_id: str, source: Source) -> str:
        """The part of the registry's page that shows the field."""
        return registry_place(nct_id, source.path)


@shape()
class Move:
    """One thing that can be done to a comparison by following a link."""

    label: str
    sign: str
    href: str


@shape()
class Zero:
    """An event that days can be counted from; ``href`` leads to the page that does."""

    label: str
    href: str
    is_chosen: bool


@shape()
class PinnedFrame:
    """A frozen comparison that can be framed: the day, its hash, its page, and its frame with the whole address."""

    frozen_on: str
    sha256: str
    href: str
    embed_href: str
    embed_address: str


@shape()
class RowsToChoose:
    """Rows of one group as boxes to tick: the name of each in an address, its label, whether it was chosen."""

    title: str
    boxes: tuple[tuple[str, str, bool], ...]


@shape()
class Controls:
    """Links that change a comparison: ``moves`` by trial, in the order of the trials; ``differences_href`` switches the view."""

    moves: tuple[tuple[Move, ...], ...]
    zeros: tuple[Zero, ...]
    rows: tuple[RowsToChoose, ...]
    rows_words: str
    """Words that were asked for and are no row's own name, as they may be typed again."""
    all_rows_href: str
    """The same without the choice of rows; empty where none was made."""
    differences_href: str
    add_action: str
    kept: tuple[tuple[str, str], ...]
    """Parameters of the view that a form must carry along, and their values."""
    ids: str
    embed_href: str
    parts: tuple[tuple[str, str], ...]
    """Name and address of each part that can be framed alone."""
    pictures: tuple[tuple[str, str, str], ...]
    """Title and addresses of each picture as SVG and as PNG; the last is empty where no PNG is drawn here."""
    oembed_href: str
    file_href: str
    downloads: tuple[tuple[str, str], ...]
    """Label and address of the comparison in each form of file."""
    documents: tuple[tuple[str, str], ...]
    """Label and address of the documents filled from the trials."""
    vignette_href: str
    matrix_href: str
    """Every trial beside every other; empty where there are no two."""
    freeze_href: str
    """How to freeze the comparison as it stands; empty where a visitor cannot."""
    address: str
    """The page's whole address, for quoting elsewhere; empty where the site does not know its own name."""
    citation: str
    """How to cite the comparison, as `trialside cite` says it."""
    embed_address: str
    pinned: PinnedFrame | None
    """The youngest frozen state of the comparison, ready to be framed; None where none is kept."""


@shape()
class GroupOfPanels:
    """A group of panels as one foldable table: how many rows it has, in how many the trials differ or cannot be told apart."""

    key: str
    title: str
    panels: tuple[Panel, ...]
    row_count: int
    differing: int
    stated_by_one: int
    unsettled: int


@shape()
class ComparisonPage:
    """Context of ``compare.html``, ``embed.html`` and ``file.html``. ``controls`` is None where nothing can be changed."""

    frame: Frame
    comparison: Comparison
    groups: tuple[GroupOfPanels, ...]
    pictures: tuple[Picture, ...]
    drawings: tuple[Drawing, ...]
    links: Links = field(metadata={"json": False})
    controls: Controls | None = field(metadata={"json": False})
    only_differences: bool = False
    hidden_rows: int = 0


def comparison_page(
    comparison: Comparison, frame: Frame, links: Links, *, controls: Controls | None = None, only_differences: bool = False
) -> ComparisonPage:
    """The context of a comparison's page; with ``only_differences`` only rows that differ are left in, the others counted."""
    shown = comparison.differences_only() if only_differences else comparison
    return ComparisonPage(
        frame=frame,
        comparison=shown,
        groups=tuple(group_of_panels(group, panels) for group, panels in shown.groups()),
        pictures=pictures_of(comparison),
        drawings=drawings_of(comparison),
        links=links,
        controls=controls,
        only_differences=only_differences,
        hidden_rows=_rows(comparison) - _rows(shown),
    )


def pictures_of(comparison: Comparison) -> tuple[Picture, ...]:
    """The timelines as pictures; first the one with the most trials, then the most lanes, on it."""
    fullest = sorted(comparison.timelines, key=lambda each: (-len({lane.nct_id for lane in each.lanes}), -len(each.lanes)))
    return tuple(timeline_picture(each, comparison.focal.nct_id) for each in fullest)


def comparison_html(comparison: Comparison) -> str:
    """A comparison as one HTML document that needs nothing else: styles inside, no script, links to the registry."""
    description = f"{len(comparison.trials)} trials side by side: {', '.join(trial.title for trial in comparison.trials)}"
    frame = _frame(comparison, title_of(comparison.nct_ids), description, comparison.attribution, comparison.collection_size)
    return render("file.html", comparison_page(comparison, frame, RegistryLinks()))


def _frame(of: Comparison | Report, title: str, description: str, attribution: str, collection_size: int) -> Frame:
    """Of a page that needs nothing else."""
    return Frame(
        title=f"{title} · trialside",
        description=description,
        path="",
        json_path=None,
        attribution=attribution,
        data_date=of.data_days,
        program_version=of.program_version,
        collection_size=collection_size,
        style=stylesheet(),
        is_dated=True,
    )


@shape()
class ReportPage:
    """Context of ``report.html``."""

    frame: Frame
    report: Report


def report_html(report: Report) -> str:
    """A document as one HTML file that needs nothing else."""
    frame = _frame(report, report.title, report.lead, " ".join(report.closing), len(report.nct_ids))
    return render("report.html", ReportPage(frame, report))


def render(template: str, context: Any) -> str:
    """A template filled with a context dataclass: each of its fields is a name in the template, and there are no others."""
    names = {each.name: getattr(context, each.name) for each in fields(context)}
    return environment().get_template(template).render(names)


@cache
def environment() -> Environment:
    """The Jinja environment: everything escaped, unknown names are errors."""
    made = Environment(
        loader=FileSystemLoader(templates()), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(words=words, markdown=markdown)
    made.globals.update(
        registry_page=registry_url,
        quotations=quotations,
        gathered=gathered,
        by_section=by_section,
        by_pair=by_pair,
        same_field=SAME_FIELD,
        powers=powers,
        line_group=line_group,
        unit_label=unit_label,
        range_bars=range_bars,
        flag_words=flag_words,
        only_words=only_words,
        outcome_of=outcome_of,
        sign_of=SIGN_OF,
        drawn_cell=remembering(lambda *drawn: _macro(made, "cell")(*drawn), cell_key),
        drawn_lines=remembering(lambda *drawn: _macro(made, "lines")(*drawn), lines_key),
        verdict_signs=VERDICT_SIGNS,
        state_signs=STATE_SIGNS,
    )
    return made


def _macro(made: Environment, name: str) -> Any:
    """How a cell, or a line of one, is drawn."""
    return getattr(made.get_template("panels/_cell.html").module, name)


@cache
def stylesheet() -> str:
    """The styles of our pages as one text."""
    return "\n".join((STYLES / name).read_text(encoding="utf-8") for name in ("frame.css", "pages.css"))


@cache
def stylesheet_hash() -> str:
    """The Content-Security-Policy source of `stylesheet` where it is written into a page."""
    # The template puts the text between <style> and </style> with nothing added: the browser hashes exactly these characters.
    digest = hashlib.sha256(stylesheet().encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def registry_place(nct_id: str, path: str) -> str:
    """The part of the registry's page where a field of the record is shown."""
    place = next((name for prefix, name in _REGISTRY_PLACES if path.startswith(prefix)), None)
    return registry_url(nct_id) + (f"#{place}" if place else "")


def group_of_panels(group: Group, panels: tuple[Panel, ...], title: str = "") -> GroupOfPanels:
    """Panels as one foldable table, under the name of their group unless another ``title`` is given."""
    rows = [row for panel in panels for row in panel.rows]
    title = title or group[0].upper() + group[1:]
    outcomes = [outcome_of(row) for row in rows]
    return GroupOfPanels(
        group.replace(" ", "-"),
        title,
        panels,
        len(rows),
        outcomes.count("differs"),
        outcomes.count(ONE_STATES_IT),
        outcomes.count("cannot tell"),
    )


def _rows(comparison: Comparison) -> int:
    return sum(len(panel.rows) for panel in comparison.panels)
