"""`/freeze/A,B,…`: the command that freezes a comparison and, for whoever sits at the machine of a private site, a button.

It is the only thing that the site ever writes. It is done only by a form of ours: on a site that is not public, asked from this
very machine under a local name (a name that a stranger's server points here is none), sent from a page of the same origin, with
the token that Datasette gives to the visitor's form and cookie.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from harvester.errors import StorageError
from harvester.history import freeze
from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer
from harvester.site.database import NAME
from harvester.site.pages import freeze as page
from harvester.site.pages.compare import chosen, comparison_of
from harvester.store import Store, freeze_comparison
from harvester.tables import ComparisonSnapshot

if TYPE_CHECKING:
    from harvester.site.service import Service

_COOKIE = "ds_csrftoken"


async def respond(service: Service, request: Any) -> Any:
    """The form with its command, or what freezing comes to."""
    parts = {"ids": unquote(request.url_vars["ids"])}
    if request.method != "POST":
        may_write = is_at_the_machine(service.public, request)
        # Asking for the token sets the visitor's cookie: only a form that can be sent does.
        token = request.scope["csrftoken"]() if may_write else ""
        path = "" if service.public else str(service.datasette.get_database(NAME).path)
        shown = await service.visit(lambda asked: page.form(asked, token, path), request, parts)
        # The token is one visitor's own. (Not "private": without a referrer a browser would not say where its form comes from.)
        shown.headers |= {"cache-control": "no-store"}
        return shown
    if not may_freeze(service.public, request):
        return await service.visit(page.refused, request, parts)
    made: list[ComparisonSnapshot] = []

    def build(asked: Asked) -> Answer:
        found = chosen(asked, "freeze")
        if isinstance(found, Answer):
            return found
        made.append(freeze(comparison_of(asked, found), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        return redirect(f"/snapshot/{made[0].snapshot_sha256}")

    answer = await service.visit(build, request, parts)
    if made and answer.status == HTTPStatus.FOUND:  # not where it was broken off: that says it was not done
        try:
            await asyncio.to_thread(_keep, Path(service.datasette.get_database(NAME).path), made[0])
        except StorageError as problem:
            line = problem.line
            return await service.visit(lambda asked: page.not_kept(asked, line), request, parts)
    return answer


def _keep(path: Path, snapshot: ComparisonSnapshot) -> None:
    with Store(path) as store, store.transaction():
        freeze_comparison(store.connection, snapshot)


def is_at_the_machine(public: bool, request: Any) -> bool:
    """Whether the site is not public and the visitor sits at its machine, by address and by the name typed."""
    client = (request.scope.get("client") or ("",))[0]
    return not public and is_local(str(client)) and is_local(_name(request.headers.get("host", "")))


def may_freeze(public: bool, request: Any) -> bool:
    """Whether a form may be obeyed: at the machine, sent from a page of this very site, by a browser that got its token here.

    That the token in the form is that of the cookie, Datasette has seen before this is asked.
    """
    is_from_here = request.headers.get("origin", "") == f"{request.scheme}://{request.headers.get('host', '')}"
    return is_at_the_machine(public, request) and is_from_here and _COOKIE in request.cookies


def _name(host: str) -> str:
    """The name or address of a Host header without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def is_local(name: str) -> bool:
    """Whether it is an address or a name of this machine alone."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
