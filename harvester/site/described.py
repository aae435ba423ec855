"""Datasette's own pages described: tables and columns from their declarations, questions from ``queries/*.sql``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader

from harvester.definition_file import lists_of
from harvester.export.html import Frame
from harvester.resources import templates
from harvester.site import assets
from harvester.site.database import NAME
from harvester.site.frame import SOURCE, Collection, frame_of
from harvester.tables import ALL, VIEW_DESCRIPTIONS

TOLD = lists_of(Path(__file__).with_name("definitions") / "tables.txt")
LABELS = dict(line.split(" = ") for line in TOLD["labels"])
FACETS = {table: columns.split(" | ") for table, columns in (line.split(" = ") for line in TOLD["facets"])}
FACETED = 20_000
"""Trials up to which tables are shown with counts by value: of more, every visit would count a million rows."""
CONTACTS = frozenset({"central_contacts", "facility_contacts"})
"""People to telephone or write to: on a trial's own page only, never in bulk."""

_QUERIES = Path(__file__).with_name("queries")


@cache
def metadata(*, with_facets: bool = True) -> dict[str, Any]:
    """What Datasette shows beside tables, columns and queries; without facets those that visitors ask for remain."""
    tables: dict[str, Any] = {
        **{name: {"description": text} for name, text in VIEW_DESCRIPTIONS.items()},
        **{row_type.table.name: _table(row_type.table, with_facets=with_facets) for row_type in ALL},
    }
    for name in TOLD["hidden"]:
        tables.setdefault(name, {})["hidden"] = True
    tables["studies"] |= {"fts_table": "study_search", "fts_pk": "nct_number"}
    database = {
        "title": "Tables",
        "description": "Everything that was read, as tables. Every value read from text carries its words and their place.",
        "tables": tables,
        "queries": queries(),
    }
    return {"source": SOURCE, "source_url": "https://clinicaltrials.gov/", "databases": {NAME: database}}


@cache
def queries() -> dict[str, dict[str, Any]]:
    """Questions that are asked often, by name: title, description and SQL, from files that begin with two comment lines.

    The answer comes first on their pages; the SQL is one step away.
    """
    found = {}
    for path in sorted(_QUERIES.glob("*.sql")):
        title, description, sql = path.read_text(encoding="utf-8").split("\n", 2)
        title, description = title.removeprefix("-- "), description.removeprefix("-- ")
        found[path.stem] = {"title": title, "description": description, "sql": sql.strip(), "hide_sql": True}
    return found


def is_withheld(table: str, *, public: bool) -> bool:
    """Whether a table is not shown: contacts never, and on a public site whole records neither, which hold them too."""
    return table in CONTACTS or (public and table == "record_versions")


def stock_frame(collection: Collection) -> Frame:
    """The frame around Datasette's own pages, which bring their own title."""
    return frame_of(collection, "Tables", "Tables of this collection", "/data")


def add_panels(env: Any) -> None:
    """Let Datasette's templates include our panels, and know the address of our styles."""
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(templates())])
    env.globals["asset"] = assets.address


def _table(table: Any, *, with_facets: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": table.description + (f" Source: {table.source}" if table.source else ""),
        "columns": {column.name: _column(column) for column in table.columns},
    }
    if with_facets and table.name in FACETS:
        described["facets"] = FACETS[table.name]
    if table.name in LABELS:
        described["label_column"] = LABELS[table.name]
    return described


def _column(column: Any) -> str:
    unit = f", in {column.unit}" if column.unit else ""
    source = f" [{column.source}]" if column.source else ""
    return f"{column.description}{unit}{source}"
