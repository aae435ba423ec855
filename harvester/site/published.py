"""A copy of the site as plain files: pages with relative links and no script, for any web server, or for a browser from disk.

The same data give the same bytes, so that a copy kept under version control changes only where data did. Contacts are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from harvester import __version__
from harvester.compare.build import build_comparison
from harvester.compare.head import registry_url
from harvester.compare.model import Comparison
from harvester.compare.trial import Trial
from harvester.export.citation import FORMS
from harvester.export.files import COMPARISON_FILES
from harvester.export.html import STYLES, Frame, comparison_page, registry_place, render
from harvester.export.json import json_text
from harvester.export.json_schema import schema_text
from harvester.export.part import picture_file, picture_names
from harvester.export.reference import Reference, comparison_reference, record_reference
from harvester.export.registry_text import words
from harvester.shape import shape
from harvester.site.contexts import PublishedIndex, SetLine, TrialLine
from harvester.site.frame import Collection, frame_of, of_comparison, of_trial
from harvester.site.pages.trial_page import trial_page
from harvester.span import Source
from harvester.tables import StudyRows

STYLESHEETS: Final = ("frame.css", "pages.css")
FILES: Final = ("csv", "xlsx", "docx", "markdown", "latex")
"""Forms of a comparison that stand beside its page."""

CITATION_FILES: Final = (("bib", "BibTeX", "bibtex"), ("ris", "RIS", "ris"), ("txt", "Citation", "vancouver"))
LONGEST_QUOTE: Final = 120
_SECTIONS = (
    ("protocolSection.eligibilityModule", "eligibility"),
    ("protocolSection.armsInterventionsModule.armGroups", "arms"),
    ("protocolSection.armsInterventionsModule", "interventions"),
    ("protocolSection.outcomesModule", "outcomes"),
    ("protocolSection.statusModule", "status"),
    ("protocolSection.descriptionModule.detailedDescription", "description"),
    ("protocolSection.descriptionModule", "summary"),
    ("protocolSection.conditionsModule", "conditions"),
    ("protocolSection.designModule", "design"),
    ("protocolSection.sponsorCollaboratorsModule", "sponsors"),
    ("protocolSection.contactsLocationsModule", "sites"),
    ("protocolSection.identificationModule", "identifiers"),
    ("protocolSection.referencesModule", "publications"),
)


@shape()
class PublishedFile:
    """A file of the copy. ``path`` is relative, with slashes, and made of our own names and NCT numbers."""

    path: str
    content: bytes


@shape()
class PublishedLinks:
    """Links within the copy, from a page in one of its folders; a trial that has no page there leads to the registry."""

    nct_ids: frozenset[str]
    root: str = "../"

    def trial(self, nct_id: str) -> str:
        """The trial's page."""
        return f"{self.root}trial/{nct_id}.html" if nct_id in self.nct_ids else registry_url(nct_id)

    def words(self, nct_id: str, source: Source) -> str:
        """The part of the trial's page where the words stand; browsers that can, go to the very words."""
        if nct_id not in self.nct_ids:
            return registry_place(nct_id, source.path)
        section = next((name for prefix, name in _SECTIONS if source.path.startswith(prefix)), "record")
        line = next(iter(words(source.quote).splitlines()), "").strip()
        fragment = f":~:text={quote(line, safe='').replace('-', '%2D')}" if 0 < len(line) <= LONGEST_QUOTE else ""
        return f"{self.trial(nct_id)}#{section}{fragment}"


def published_files(
    collection: Collection,
    trials: Sequence[TrialLine],
    sets: Sequence[tuple[str, str | None, Sequence[str]]],
    read: Callable[[str], StudyRows],
    compare: Callable[[Sequence[str]], Comparison],
    title: str,
) -> Iterator[PublishedFile]:
    """The copy, file by file: no more than one trial or comparison is in memory at a time.

    ``sets`` are comparisons as title, note and NCT numbers; ``read`` and ``compare`` give a trial and a comparison.
    """
    links = PublishedLinks(frozenset(each.nct_id for each in trials))
    lines = []
    for name, note, nct_ids in sets:
        comparison = compare(nct_ids)
        references = [comparison_reference(comparison), *(record_reference(read(nct_id)) for nct_id in comparison.nct_ids)]
        yield from comparison_files(collection, comparison, references, links)
        lines.append(SetLine(name, note, f"compare/{stem_of(comparison)}.html"))
    for each in trials:
        yield from trial_files(collection, read(each.nct_id), links)
    yield _index(collection, title, lines, trials)
    yield PublishedFile("schema/comparison.json", schema_text().encode())
    for name in STYLESHEETS:
        yield PublishedFile(f"assets/{name}", (STYLES / name).read_bytes())


def stem_of(comparison: Comparison) -> str:
    """The name of a comparison's files, after its trials."""
    return "-".join(comparison.nct_ids)


def comparison_files(
    collection: Collection, comparison: Comparison, references: Sequence[Reference], links: PublishedLinks
) -> Iterator[PublishedFile]:
    """A comparison's page and the files beside it."""
    stem = stem_of(comparison)
    content: dict[tuple[str, str], bytes] = {("json", "JSON"): COMPARISON_FILES["json"].bytes_of(comparison)}
    for name, ending, label in _forms():
        content[ending, label] = COMPARISON_FILES[name].bytes_of(comparison)
    for name, title in picture_names(comparison).items():
        content[f"{name}.svg", title] = _bytes(picture_file(comparison, name) or "")
    content |= _citations(references)
    title = " beside ".join(comparison.nct_ids)
    frame = _frame(collection, title, title, stem, content)
    frame = of_comparison(frame, comparison)
    yield PublishedFile(f"compare/{stem}.html", _bytes(render("file.html", comparison_page(comparison, frame, links))))
    yield from (PublishedFile(f"compare/{stem}.{ending}", body) for (ending, _), body in content.items())


def trial_files(collection: Collection, study: StudyRows, links: PublishedLinks) -> Iterator[PublishedFile]:
    """A trial's page, its JSON twin, and its citations."""
    trial = Trial(study)
    alone = build_comparison([study], collection_size=collection.size)
    citations = _citations([record_reference(study)])
    about = trial.study
    title = f"{study.nct_id} {about.acronym or about.brief_title or ''}".strip()
    files: Mapping[tuple[str, str], bytes] = {("json", "JSON"): b"", **citations}
    frame = of_trial(_frame(collection, title, about.brief_title or study.nct_id, study.nct_id, files), alone)
    page = replace(trial_page(trial, alone, frame, links, here=None, collection=links.nct_ids), contacts=())
    yield PublishedFile(f"trial/{study.nct_id}.html", _bytes(render("trial.html", page)))
    yield PublishedFile(f"trial/{study.nct_id}.json", _bytes(json_text(page)))
    yield from (PublishedFile(f"trial/{study.nct_id}.{ending}", body) for (ending, _), body in citations.items())


def _forms() -> Iterator[tuple[str, str, str]]:
    """The forms beside a comparison's page: their names, endings and labels."""
    for name in FILES:
        yield name, COMPARISON_FILES[name].ending, COMPARISON_FILES[name].label.partition(",")[0]


def _citations(references: Sequence[Reference]) -> dict[tuple[str, str], bytes]:
    return {(ending, label): _bytes(FORMS[form](references)) for ending, label, form in CITATION_FILES}


def _index(collection: Collection, title: str, sets: Sequence[SetLine], trials: Sequence[TrialLine]) -> PublishedFile:
    frame = _frame(collection, title, "Clinical trials side by side", "index", {}, root="")
    endings = tuple((label, ending) for _, ending, label in _forms())
    page = PublishedIndex(frame, title, tuple(sets), endings, tuple(trials))
    return PublishedFile("index.html", _bytes(render("published.html", page)))


def _frame(
    collection: Collection, title: str, description: str, stem: str, files: Iterable[tuple[str, str]], root: str = "../"
) -> Frame:
    """What stands around a page of the copy; ``files`` are the endings and labels of the files beside it."""
    beside = tuple((label, f"{stem}.{ending}") for ending, label in files)
    return replace(
        frame_of(collection, title, description, f"{stem}.html"),
        json_path=f"{stem}.json" if beside else None,
        program_version=__version__,
        stylesheets=tuple(f"{root}assets/{name}" for name in STYLESHEETS),
        script=None,
        published=root,
        files=beside,
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
