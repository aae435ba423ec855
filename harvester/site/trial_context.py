"""What the trial page is given, part by part: the context of ``trial.html``."""

from __future__ import annotations

from dataclasses import field

from harvester.compare.model import Total
from harvester.export.html import Frame, Links
from harvester.export.svg import Picture
from harvester.shape import shape
from harvester.site.marked_text import MarkedText
from harvester.span import Source


@shape()
class Field:
    """One named thing a record says. No values: ``absent`` says in words why, never as a claim. ``path`` is its field.

    ``here`` is the place among ``values`` of the one that a link led to; ``hrefs`` are where they lead themselves.
    """

    label: str
    values: tuple[str, ...]
    absent: str
    path: str | None = None
    here: int | None = None
    hrefs: tuple[str, ...] = ()


@shape()
class Section:
    """Fields under one heading; ``key`` is its place on the page."""

    key: str
    title: str
    fields: tuple[Field, ...]


@shape()
class Prose:
    """A long text: ``text`` is the raw one; ``marked`` stands in its place where something was read from it or pointed out."""

    key: str
    title: str
    text: str | None
    marked: MarkedText | None
    absent: str


@shape()
class Arm:
    """An arm or group with what it receives."""

    title: str
    kind: str | None
    text: MarkedText | None
    interventions: tuple[str, ...]


@shape()
class GivenIntervention:
    """An intervention with its further names and the arms that receive it."""

    name: str
    kind: str | None
    text: MarkedText | None
    other_names: tuple[str, ...]
    arms: tuple[str, ...]


@shape()
class Unread:
    """A piece of text that no rule read, with the reason."""

    quote: str
    reason: str
    path: str


@shape()
class EligibilityView:
    """Who may take part: the registry's fields, and its criteria with what was read from them."""

    fields: tuple[Field, ...]
    text: MarkedText | None
    absent: str
    inclusion: int
    exclusion: int
    unread: tuple[Unread, ...]


@shape()
class DoseLine:
    """A stated dose in one line, once, with the arms that it is told of and all the places of its words."""

    agent: str | None
    line: str
    role: str | None
    condition: str | None
    flags: tuple[str, ...]
    corrections: tuple[str, ...]
    arms: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@shape()
class DosingView:
    """Doses, the regimens they are part of, their timeline and what they add up to."""

    regimens: tuple[str, ...]
    doses: tuple[DoseLine, ...]
    pictures: tuple[Picture, ...]
    totals: tuple[Total, ...]
    absent: str


@shape()
class Outcome:
    """An outcome measure as planned."""

    measure: str | None
    time_frame: str | None
    description: str | None


@shape()
class Outcomes:
    """Outcome measures of one rank."""

    rank: str
    outcomes: tuple[Outcome, ...]


@shape()
class Site:
    """A site with its status and its people."""

    name: str | None
    place: str
    status: str | None
    people: tuple[str, ...]


@shape()
class Sites:
    """Sites of one country. ``removed`` says that the country has none left."""

    country: str
    removed: bool
    sites: tuple[Site, ...]


@shape()
class Person:
    """Someone named in a record, with the words of their part and how to reach them where the record says so."""

    name: str | None
    part: str | None
    place: str | None
    phone: str | None = None
    email: str | None = None


@shape()
class Publication:
    """A publication named in a record."""

    citation: str | None
    kind: str | None
    pmid: str | None
    retracted: bool


@shape()
class Address:
    """A web address named in a record; ``href`` is None where it is no address one could follow safely."""

    text: str
    href: str | None


@shape()
class Weighed:
    """One thing two trials share: how much of it (0 to 1), the weight it has in the order, and what, in words."""

    name: str
    words: str
    value: float
    weight: float


@shape()
class RelatedLine:
    """A trial that is said to be related. ``in_collection`` says whether its record is here."""

    nct_id: str
    title: str | None
    status: str | None
    phase: str | None
    role: str | None
    reasons: tuple[str, ...]
    in_collection: bool
    weighed: tuple[Weighed, ...] = ()
    is_digest: bool = False


@shape()
class Conflict:
    """Two places of one record that contradict each other."""

    kind: str
    detail: str
    left: Source
    right: Source


@shape()
class CorrectionLine:
    """A correction of a reading in words, with the words it was made for. ``void`` says why it was not applied."""

    table: str
    text: str
    void: str | None
    source: Source


@shape()
class Provenance:
    """Where the record came from. ``sha256`` is that of the record without the registry's data-version stamp.

    ``stale`` says in words that the registry was asked for it again in vain; None where it was not.
    """

    source: str
    source_note: str | None
    source_url: str | None
    version: int | None
    sha256: str | None
    api_version: str | None
    data_timestamp: str | None
    fetched_at: str | None
    stale: str | None = None


@shape()
class Words:
    """Words that a link led to and that no section of the page shows in place."""

    path: str
    quote: str


@shape()
class TrialPage:
    """Context of ``trial.html``: every section of a registry page. Contacts are on this page and on no other,
    nor in its JSON."""

    frame: Frame = field(metadata={"json": False})
    nct_id: str
    brief_title: str
    official_title: str | None
    acronym: str | None
    registry_url: str
    glance: tuple[Field, ...]
    status: Section
    summary: Prose
    description: Prose
    conditions: Section
    design: Section
    arms: tuple[Arm, ...]
    interventions: tuple[GivenIntervention, ...]
    eligibility: EligibilityView
    dosing: DosingView
    outcomes: tuple[Outcomes, ...]
    sponsors: Section
    officials: tuple[Person, ...]
    sites: tuple[Sites, ...]
    contacts: tuple[Person, ...] = field(metadata={"json": False})
    identifiers: Section
    sharing: Section
    publications: tuple[Publication, ...]
    addresses: tuple[Address, ...]
    results: Section
    results_url: str | None
    """Where the registry shows the results, if any are posted."""
    related: tuple[RelatedLine, ...]
    conflicts: tuple[Conflict, ...]
    corrections: tuple[CorrectionLine, ...]
    provenance: Provenance
    words: Words | None
    links: Links = field(metadata={"json": False})
    absent: str
    attribution: str
    data_date: str | None
    program_version: str
