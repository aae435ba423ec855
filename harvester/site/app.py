"""The site: Datasette on the database with our pages in front."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from harvester.export.html import environment
from harvester.resources import templates
from harvester.site import hooks
from harvester.site.database import NAME, BoundedDatabase, make_ready
from harvester.site.service import Service

_LIMITS = {
    "sql_time_limit_ms": 1_000,
    "max_returned_rows": 1_000,
    "default_page_size": 50,
    "facet_time_limit_ms": 200,
    "default_facet_size": 10,
    "suggest_facets": False,
    "allow_download": False,
    "max_csv_mb": 20,
    "truncate_cells_html": 600,
    "default_cache_ttl": 0,
    "num_sql_threads": 3,
}


class Site(Datasette):  # type: ignore[misc]
    """A Datasette that is ours: it carries the `Service` that answers our pages, by which the hooks know it."""

    def __init__(self, path: Path, *, public: bool, focal: str | None, unchanging: bool, size: int) -> None:
        # Datasette asks its hooks for routes while it is being made.
        self.trialside = Service(self, public=public, focal=focal, size=size)
        if not pm.is_registered(hooks):
            pm.register(hooks, name="trialside")
        super().__init__(template_dir=str(templates() / "datasette"), settings={**_LIMITS, "default_allow_sql": not public})
        self.remove_database("_memory")
        self.add_database(BoundedDatabase(self, str(path), is_mutable=not unchanging), name=NAME)


def make_datasette(db_path: Path, public: bool = False, *, focal: str | None = None) -> Site:
    """Datasette on the database at ``db_path``, which is made when it is not there. ``public`` takes free SQL away.

    ``focal`` is the trial that the start page is about. Raises StorageError with one line for a file that is not ours.
    """
    unchanging, size = make_ready(db_path)
    return Site(db_path, public=public, focal=focal, unchanging=unchanging, size=size)


def look_seldom_for_garbage() -> None:
    """Leave what is there now out of all looks for garbage, and let tens of thousands of objects come about between two.

    A page makes thousands that are gone with it: to look each time among all that the site remembers takes a tenth of its time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def compile_templates() -> None:
    """Compile the templates of our pages: the first visitors need not wait for it."""
    own = environment()
    for name in own.list_templates(filter_func=lambda name: not name.startswith("datasette/")):
        own.get_template(name)


def serve(
    db_path: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    public: bool = False,
    *,
    focal: str | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve the site until it is stopped; ``ready`` is called once the database is open.

    Raises StorageError; a port in use ends the process with uvicorn's own line.
    """
    made = make_datasette(db_path, public, focal=focal)
    compile_templates()
    look_seldom_for_garbage()
    ready()
    uvicorn.run(made.app(), host=host, port=port, log_level="warning", lifespan="on", server_header=False)
