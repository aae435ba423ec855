"""What every answer carries: who may frame it, where scripts may come from, and that its type is what it says."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from harvester.export.html import stylesheet_hash
from harvester.site.csv_guard import CsvGuard

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_TABLE_CSV = re.compile(r"/data/[a-z_]+\.csv")
_SOME_ROWS = re.compile(r"(?:^|&)(?:_stream=|_size=(?!max(?:&|$)))")
"""What of an address asks for some rows of a table."""
_OPEN = (b"application/json", b"text/csv", b"image/svg+xml")
"""Types of answers that other sites' scripts may read, where the site is public: there are no cookies, and nothing is private."""
_PAGE = ("_next=", "_size=")
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OURS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
STOCK = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Datasette's own pages have scripts and styles of their own inside."""


def framed(*, scripted: bool = False) -> str:
    """The policy of pages made for frames: their own styles, if asked for our script that tells their height, nothing else."""
    script = " script-src 'self';" if scripted else ""
    return f"default-src 'none'; style-src {stylesheet_hash()};{script} base-uri 'none'; form-action 'none'; frame-ancestors *"


ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


def guarded(app: App, *, public: bool = False) -> App:
    """``app`` with our headers on every answer, harmless CSV, and no address that a browser would take for another host.

    On a ``public`` site Datasette's pages about itself, which name files of the machine, are not there.
    """

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if _misleading(scope) or (public and _is_about_the_machine(scope["path"])):
            await _refuse(send)
            return
        await app(_of_all_rows(scope), receive, _Answer(send, _csv_name(scope["path"]), public=public).pass_on)

    return guard


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, csv_name: str | None, *, public: bool) -> None:
        self.send = send
        self.csv_name = csv_name
        self.public = public
        self.guard: CsvGuard | None = None

    async def pass_on(self, message: Message) -> None:
        """Send the message on, its headers completed and its CSV made harmless."""
        if message["type"] == "http.response.start":
            message = dict(message, headers=self._headers(message.get("headers", []), message["status"]))
        elif message["type"] == "http.response.body" and self.guard is not None:
            body = self.guard.feed(message.get("body", b""), message.get("more_body", False))
            message = dict(message, body=body)
        await self.send(message)

    def _headers(self, headers: list[tuple[bytes, bytes]], status: int) -> list[tuple[bytes, bytes]]:
        there = {name.lower(): value for name, value in headers}
        added = [(name, value) for name, value in ALWAYS if name not in there]
        if b"content-security-policy" not in there:
            added.append((b"content-security-policy", STOCK.encode()))
        is_open = there.get(b"content-type", b"").startswith(_OPEN) or (self.csv_name is not None and status == 200)
        if self.public and is_open:
            added.append((b"access-control-allow-origin", b"*"))
        policy = there.get(b"content-security-policy", b"")
        if b"frame-ancestors *" not in policy:
            added.append((b"x-frame-options", b"DENY"))
        if self.csv_name and status == 200 and there.get(b"content-type", b"").startswith((b"text/csv", b"text/plain")):
            self.guard = CsvGuard()
            headers = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"content-type")]
            added.append((b"content-type", b"text/csv; charset=utf-8"))
            if b"content-disposition" not in there:
                added.append((b"content-disposition", f'attachment; filename="{self.csv_name}"'.encode()))
        return [*headers, *added]


def _csv_name(path: str) -> str | None:
    """The name of the file that an address of CSV is kept under; None for other addresses."""
    name = path.rpartition("/")[2]
    return _NO_NAME.sub("-", name) if name.endswith(".csv") else None


def _of_all_rows(scope: Scope) -> Scope:
    """The same for all rows of a table where CSV was asked for without a number of rows: a file that ends early looks whole."""
    asked = scope.get("query_string", b"").decode("latin-1")
    if not _TABLE_CSV.fullmatch(scope["path"]) or _SOME_ROWS.search(asked):
        return scope
    kept = [part for part in asked.split("&") if part and not part.startswith(_PAGE)]
    return {**scope, "query_string": "&".join([*kept, "_stream=on"]).encode("latin-1")}


def _misleading(scope: Scope) -> bool:
    """Whether a redirect built from the path could lead to another host: it begins with two slashes or holds a backslash."""
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    path = raw.decode("latin-1").lower()
    return path.startswith(("//", "/%2f", "/\\", "/%5c")) or "\\" in path or "%5c" in path or "%0d" in path or "%0a" in path


def _is_about_the_machine(path: str) -> bool:
    return path.startswith("/-/") and not path.startswith(("/-/static/", "/-/static-plugins/"))


async def _refuse(send: Send) -> None:
    body = b"There is no such address here. Start at /\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *ALWAYS]
    await send({"type": "http.response.start", "status": 404, "headers": [*headers, (b"content-security-policy", OURS.encode())]})
    await send({"type": "http.response.body", "body": body})
