"""What we ask of Datasette, all on one screen. Every hook leaves other Datasettes of the process alone."""

# mypy: disallow-untyped-decorators=False
from __future__ import annotations

from collections.abc import Generator
from typing import Any

from asgi_gzip import GZipMiddleware
from datasette import hookimpl

from harvester.compare.concept import slug_of
from harvester.site import cells, described, headers, routes
from harvester.site.cache import WORTH_ZIPPING
from harvester.site.database import LONGEST_VALUE, SQLITE_LIMIT_LENGTH
from harvester.site.service import Service


def service_of(datasette: Any) -> Service | None:
    """The site that a Datasette carries, if it is one of ours."""
    return getattr(datasette, "trialside", None)


@hookimpl
def register_routes(datasette: Any) -> Any:
    """Our pages, before Datasette's own."""
    return routes.ROUTES if service_of(datasette) else []


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    """Headers on every answer, and text as gzip for those who take it: there may be no proxy in front that does it."""
    service = service_of(datasette)
    if service is None:
        return lambda app: app
    return lambda app: GZipMiddleware(headers.guarded(app, public=service.public), minimum_size=WORTH_ZIPPING, compresslevel=5)


@hookimpl
def prepare_connection(conn: Any, datasette: Any) -> None:
    """No value longer than a record could be, since one query must not fill the memory; concepts by any name they go by."""
    if service_of(datasette):
        conn.setlimit(SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        conn.create_function("concept_slug", 1, slug_of, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Our panels for the templates that Datasette renders."""
    if service_of(datasette):
        described.add_panels(env)


@hookimpl
def extra_template_vars(datasette: Any) -> Any:
    """The frame of our pages around Datasette's own."""
    service = service_of(datasette)

    async def frame() -> dict[str, Any]:
        return {"frame": described.stock_frame(await service.collection())} if service else {}

    return frame


@hookimpl
def get_metadata(datasette: Any) -> Any:
    """Titles, descriptions, labels, facets and questions, from the declarations."""
    service = service_of(datasette)
    return described.metadata(with_facets=service.size <= described.FACETED) if service else {}


@hookimpl
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """No contacts in bulk: their tables have no pages."""
    service = service_of(datasette)
    if service is None or action != "view-table":
        return None
    return False if described.is_withheld(resource[1], public=service.public) else None


@hookimpl
def render_cell(value: Any, column: str, table: str | None, row: Any, datasette: Any) -> Any:
    """NCT numbers, row identifiers and quotations lead to our pages."""
    return cells.rendered(value, column, table, row) if service_of(datasette) else None


@hookimpl(tryfirst=True)
def forbidden(datasette: Any, request: Any, message: str) -> Any:
    """Our own words for what is not shown."""
    service = service_of(datasette)
    return service.refused(request) if service else None


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """Our own words for what went wrong, in the place of Datasette's page and its traceback."""
    outcome = yield
    service = service_of(datasette)
    if service:
        outcome.force_result([service.trouble(request, exception)])
