"""A template uses exactly the names that its context declares."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from jinja2 import meta, nodes

from harvester.export.html import ComparisonPage, ReportPage, environment
from harvester.export.part import PartPage, PictureFile
from harvester.resources import templates
from harvester.site import contexts, history_context
from harvester.site.trial_context import TrialPage

CONTEXTS: dict[str, Any] = {
    "home.html": contexts.HomePage,
    "trial.html": TrialPage,
    "compare.html": ComparisonPage,
    "embed.html": PartPage,
    "file.html": ComparisonPage,
    "embed_part.html": PartPage,
    "published.html": contexts.PublishedIndex,
    "picture.svg": PictureFile,
    "report.html": ReportPage,
    "related.html": contexts.RelatedPage,
    "screen.html": contexts.ScreenPage,
    "search.html": contexts.SearchPage,
    "about.html": contexts.AboutPage,
    "message.html": contexts.MessagePage,
    "vignette.html": contexts.VignettePage,
    "matrix.html": contexts.MatrixPage,
    "freeze.html": contexts.FreezePage,
    "history.html": history_context.HistoryPage,
    "changes.html": history_context.ChangesPage,
    "changes.atom": history_context.FeedPage,
    "snapshot.html": history_context.SnapshotPage,
    "snapshots.html": history_context.SnapshotsPage,
}
FOR_JSON = {"attribution", "data_date", "program_version", "collection_size", "status", "hidden_rows", "only_differences"}
"""Fields that a template may leave to the JSON twin, or that only some templates of a shared context draw."""


def names_in(template: str) -> set[str]:
    """Names that a template takes from its context, with those of the templates it extends or includes."""
    source = (templates() / template).read_text(encoding="utf-8")
    tree = environment().parse(source)
    found = meta.find_undeclared_variables(tree) - set(environment().globals)
    found -= {name for node in tree.find_all(nodes.FromImport) for name in node.names}
    found -= {node.name for node in tree.find_all(nodes.Macro)}
    for node in tree.find_all((nodes.Extends, nodes.Include)):
        found |= names_in(node.template.value)
    return found


@pytest.mark.parametrize("template", CONTEXTS)
def test_a_template_uses_what_its_context_gives(template: str) -> None:
    given = {each.name for each in fields(CONTEXTS[template])}

    used = names_in(template)

    assert used <= given
    assert given - used <= FOR_JSON


def test_every_page_template_has_a_context() -> None:
    pages = {path.name for path in templates().glob("*.html")} - {"layout.html"}

    assert pages == {name for name in CONTEXTS if name.endswith(".html")}


def test_every_panel_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in templates().rglob("*.html")]
    python = "".join(path.read_text(encoding="utf-8") for path in (templates().parent / "harvester" / "site").rglob("*.py"))
    panels = {f"panels/{path.name}" for path in (templates() / "panels").iterdir()}

    unused = {panel for panel in panels if not any(f'"{panel}"' in source for source in [*sources, python])}

    assert unused == set()
