"""A small site on synthetic trials, asked in process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.site.app import Site, make_datasette
from tests.unit.site.site_records import FULL, write_site

Ask = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="session")
def site_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that no test changes."""
    return write_site(tmp_path_factory.mktemp("site") / "trials.db")


@pytest.fixture
def site(site_db: Path) -> Site:
    """The site on it."""
    return make_datasette(site_db, focal=FULL)


@pytest.fixture
def ask(site: Site) -> Ask:
    """Asks for a path and gives the response, redirects as they are."""

    async def get(path: str, **options: Any) -> Any:
        return await site.client.get(path, **options)

    return get
