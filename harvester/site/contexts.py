"""What each template is given: one frozen dataclass a page. A template may use these names and no others.

- layout.html: `Frame` (in harvester.export.html), as ``frame`` in every page
- home.html: `HomePage`
- trial.html: `TrialPage` (in harvester.site.trial_context)
- compare.html, file.html: `ComparisonPage` (in harvester.export.html)
- related.html: `RelatedPage`
- search.html: `SearchPage`
- vignette.html: `VignettePage`
- screen.html: `ScreenPage`
- matrix.html: `MatrixPage`
- freeze.html: `FreezePage`
- about.html: `AboutPage`
- message.html: `MessagePage`
- published.html: `PublishedIndex`
- embed.html, embed_part.html: `PartPage`, picture.svg: `PictureFile` (in harvester.export.part)
- report.html: `ReportPage` (in harvester.export.html)
"""

from __future__ import annotations

from dataclasses import field

from harvester.compare.matrix import Matrix
from harvester.compare.model import Line
from harvester.compare.screening import Screened
from harvester.export.html import Frame, Links, PinnedFrame
from harvester.shape import shape
from harvester.site.trial_context import RelatedLine


@shape()
class Found:
    """A piece of the words around what was looked for; ``matches`` says that it is what was looked for."""

    text: str
    matches: bool


@shape()
class TrialLine:
    """A trial in a list; ``words`` are those around what was looked for. A digest holds facts of the record in our words.

    ``ages`` are those that the registry's fields let in.
    """

    nct_id: str
    title: str
    status: str | None
    phase: str | None
    ages: str | None = None
    words: tuple[Found, ...] = ()
    is_digest: bool = False


@shape()
class SetLine:
    """A named comparison."""

    title: str
    note: str | None
    href: str


@shape()
class HomePage:
    """Context of ``home.html``."""

    frame: Frame = field(metadata={"json": False})
    collection_size: int
    counts: tuple[tuple[str, str], ...]
    focal: TrialLine | None
    is_chosen: bool
    """Whether the site or a named comparison is about that trial; it has the youngest number otherwise."""
    focal_compare: str | None
    sets: tuple[SetLine, ...]
    often: tuple[Suggestion, ...]
    """What the records here name most often, as searches: for who has no number at hand."""
    trials: tuple[TrialLine, ...]


@shape()
class Suggestion:
    """Words that would find something: how many trials name them, and why they are suggested."""

    words: str
    href: str
    trials: int


@shape()
class Kind:
    """One answer to a `Narrowing`, and how many of the trials found are of it."""

    code: str
    label: str
    trials: int
    is_chosen: bool


@shape()
class Narrowing:
    """A field that found trials can be narrowed by; ``name`` is the parameter of the address.

    ``untold`` is the number of trials found whose record at hand says nothing of it.
    """

    name: str
    label: str
    kinds: tuple[Kind, ...]
    untold: int

    @property
    def chosen(self) -> tuple[Kind, ...]:
        """Those that were chosen."""
        return tuple(kind for kind in self.kinds if kind.is_chosen)


@shape()
class Limit:
    """A code that what was found is narrowed to, in words, and the address without it."""

    label: str
    without: str


@shape()
class SearchPage:
    """Context of ``search.html``. ``start`` is the place of the first trial shown among all that were found.

    ``size`` counts them up to one more than ``most``; ``choices`` are what they can be narrowed by, ``limits`` what they are
    narrowed to. ``listed`` is the number of trials that were asked for by number, ``missing`` those of them not stored,
    each with its address in the registry.
    Without words, only the ``looked_through`` youngest trials are looked through.
    ``suggestions`` stand where nothing was found, ``often`` where nothing was asked for. ``files``
    have a row a trial, ``tables`` one a criterion or a dose.
    ``screen_href`` leads to the form that holds the same trials against a person.
    """

    frame: Frame = field(metadata={"json": False})
    query: str
    condition: str
    intervention: str
    is_asked: bool
    everything: bool
    listed: int
    missing: tuple[tuple[str, str], ...]
    found: tuple[TrialLine, ...]
    start: int
    size: int
    most: int
    looked_through: int
    choices: tuple[Narrowing, ...]
    limits: tuple[Limit, ...]
    orders: tuple[tuple[str, str, bool], ...]
    files: tuple[tuple[str, str], ...]
    most_in_a_file: int
    tables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    most_in_a_table: int
    screen_href: str
    first_href: str
    earlier_href: str | None
    later_href: str | None
    suggestions: tuple[Suggestion, ...]
    often: tuple[Suggestion, ...]
    collection_size: int


@shape()
class RelatedPage:
    """Context of ``related.html``."""

    frame: Frame = field(metadata={"json": False})
    trial: TrialLine
    related: tuple[RelatedLine, ...]
    named: tuple[RelatedLine, ...]
    left_out: tuple[RelatedLine, ...]
    compare_href: str | None
    collection_size: int


@shape()
class RuleLine:
    """A rule with what it does, on how many labelled places it read a value, and on how many of them the right one."""

    rule: str
    sentence: str
    labelled: int
    right: int


@shape()
class AboutPage:
    """Context of ``about.html``."""

    frame: Frame = field(metadata={"json": False})
    criterion_rules: tuple[RuleLine, ...]
    dose_rules: tuple[RuleLine, ...]
    tables: tuple[tuple[str, str], ...]
    coverage: tuple[tuple[str, str], ...]
    collection_size: int
    attribution: str
    data_date: str | None
    program_version: str


@shape()
class MessagePage:
    """Context of ``message.html``: something is not as expected, and what to do. ``commands`` are typed in a terminal.

    ``sql`` is the question that was asked, to be put right and asked again.
    """

    frame: Frame = field(metadata={"json": False})
    status: int
    heading: str
    what: str
    next_steps: tuple[str, ...]
    commands: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]
    sql: str | None = None


@shape()
class VignetteEntry:
    """One thing a person may be described by. Without ``choices`` it is a number; ``given`` is what was entered.

    ``asked`` says that a value of it was read in a criterion of the trials.
    """

    name: str
    label: str
    choices: tuple[str, ...]
    given: str
    asked: bool


@shape()
class JudgedCriterion:
    """A criterion and why it answers as it does."""

    line: Line
    why: str


@shape()
class JudgedTrial:
    """A trial's answer, and its criteria by theirs: exclude, cannot tell, include."""

    nct_id: str
    answer: str
    criteria: tuple[tuple[str, tuple[JudgedCriterion, ...]], ...]


@shape()
class VignettePage:
    """Context of ``vignette.html``. ``problem`` says in words what of the form cannot be read, ``passed_over`` what it lacks."""

    frame: Frame = field(metadata={"json": False})
    notice: str
    nct_ids: tuple[str, ...]
    compare_href: str
    entries: tuple[VignetteEntry, ...]
    problem: str
    passed_over: tuple[str, ...]
    judged: tuple[JudgedTrial, ...]
    links: Links = field(metadata={"json": False})


@shape()
class ScreenPage:
    """Context of ``screen.html``. ``screened`` is what was held against the person, at most so many of the ``found`` trials;
    ``against`` is the number of those that exclude; they come last, from ``first_against`` on. A page has ``shown`` of them,
    from ``start`` on.

    ``problem`` says in words what of the form cannot be read, ``passed_over`` what it does not ask; ``query`` is what was
    entered, as an address takes it: the words ``among``, or a ``search`` by its address, whose own words are ``sought``.
    """

    frame: Frame = field(metadata={"json": False})
    notice: str
    among: str
    search: str
    sought: tuple[str, ...]
    entries: tuple[VignetteEntry, ...]
    stated: tuple[str, ...]
    problem: str
    passed_over: tuple[str, ...]
    found: int
    against: int
    start: int
    shown: int
    first_against: int
    screened: tuple[Screened, ...]
    query: str = field(metadata={"json": False})
    links: Links = field(metadata={"json": False})


@shape()
class MatrixPage:
    """Context of ``matrix.html``: every trial of a comparison beside every other."""

    frame: Frame = field(metadata={"json": False})
    matrix: Matrix
    compare_href: str
    files_href: str
    links: Links = field(metadata={"json": False})


@shape()
class FreezePage:
    """Context of ``freeze.html``. ``action`` and ``token`` are empty where the visitor may not freeze by a form."""

    frame: Frame = field(metadata={"json": False})
    nct_ids: tuple[str, ...]
    compare_href: str
    command: str
    action: str
    token: str = field(metadata={"json": False})
    pinned: PinnedFrame | None


@shape()
class PublishedIndex:
    """Context of ``published.html``, the first page of a published copy.

    ``files`` are the labels and endings of the files beside each comparison.
    """

    frame: Frame = field(metadata={"json": False})
    title: str
    comparisons: tuple[SetLine, ...]
    files: tuple[tuple[str, str], ...]
    trials: tuple[TrialLine, ...]
