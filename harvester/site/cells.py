"""Cells of Datasette's tables as our pages have them: NCT numbers and quotations lead home, measures have their names."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from harvester.compare.concept import with_labels
from harvester.export.html import environment
from harvester.site.links import SiteLinks
from harvester.span import Source
from harvester.trial_id import typed_id

_PLACES = {
    "quote": ("source_path", "source_start", "source_end"),
    "text": ("source_path", "source_start", "source_end"),
    "left_quote": ("left_path", "left_start", "left_end"),
    "right_quote": ("right_path", "right_start", "right_end"),
}


def rendered(value: Any, column: str, table: str | None, row: Any) -> Markup | None:
    """The cell as a link or in our words, or None where Datasette should show it as it does."""
    plain = value.get("value") if isinstance(value, dict) else value
    if not isinstance(plain, str) or not plain:
        return None
    if column in ("nct_id", "related_nct_id", "focal_nct_id") and typed_id(plain) == plain:
        return _link(SiteLinks().trial(plain), plain)
    if (table, column) == ("record_conflicts", "detail"):
        return escape(with_labels(plain))
    if column in _PLACES:
        href = _words(row, *_PLACES[column])
        return _link(href, plain) if href else None
    return None


def _words(row: Any, path: str, start: str, end: str) -> str | None:
    names = set(row.keys())
    if not {"nct_id", path, start, end} <= names:
        return None
    nct_id, field, first, last = (_plain(row[name]) for name in ("nct_id", path, start, end))
    if not (isinstance(nct_id, str) and isinstance(field, str) and isinstance(first, int) and isinstance(last, int)):
        return None
    return SiteLinks().words(nct_id, Source(field, first, last, ""))


def _plain(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _link(href: str, label: str) -> Markup:
    made = environment().get_template("panels/_link.html").module.link(href, label)  # type: ignore[attr-defined]
    return Markup(made)  # noqa: S704 - the template escapes both
