"""One site at work: its cache, and the way from a request to an answer in one visit to the database."""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from errno import ENAMETOOLONG
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from datasette import Response

from harvester.compare.screening import LOOKED_AT
from harvester.resources import templates
from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer, PageCache, with_zipped
from harvester.site.database import NAME
from harvester.site.frame import Collection, collection_of
from harvester.site.headers import OURS
from harvester.site.pages import message
from harvester.site.shelf import Shelf
from harvester.site.visit import OutOfTimeError
from harvester.store import Namings, data_state

if TYPE_CHECKING:
    import sqlite3

Page = Callable[[Asked], Answer]
LONG_COUNT = 0.25
"""Seconds after which counting the collection counts as long."""
_FORMS = re.compile(r"/(?:changes|screen|search|vignette/[^/.]+)")
"""Pages that are asked by a form of many fields, most of which are left empty."""
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,200}(:[0-9]{1,5})?")
_FAULT = (
    "Something went wrong on this site. The record behind it is untouched; "
    "whoever runs the site finds a line about it in its log."
)


_NO_QUESTION = "The address asks these tables for something that they cannot be asked for."
_STUMBLES = (ValueError, TypeError, LookupError, AssertionError)
"""What Datasette's table pages raise, besides SQLite's ProgrammingError, over a parameter that they cannot take."""
_ASKED_WRONGLY = re.compile(r"\bbinding|one statement|null character")
"""What SQLite's ProgrammingError says of a visitor's statement; of a closed connection it says other words."""
_SCREENED_ROWS = 20_000
"""As many trials as a screening shows: each is some thirty rows and its whole record."""
_ROOT = Path(__file__).parents[1]
_TOO_LONG = (
    "It took longer than a second, or its answer was too large. Ask for fewer rows (LIMIT 100), or by a column with an index, "
    "such as nct_id or concept."
)


class Service:
    """What our pages need of the Datasette they live in."""

    def __init__(self, datasette: Any, *, public: bool, focal: str | None, size: int = 0) -> None:
        self.datasette = datasette
        self.public = public
        self.focal = focal
        self.cache = PageCache()
        self.shelf = Shelf()
        self.screened = Shelf(_SCREENED_ROWS, of=LOOKED_AT)
        self.namings = Namings()
        self._size = size
        self._collection: tuple[int, Collection] | None = None
        self._count_until = 0.0

    async def respond(self, page: Page, request: Any) -> Any:
        """The response to a request for one of our pages."""
        told = "&".join(each for each in request.query_string.split("&") if each.partition("=")[2])
        if told != request.query_string and _FORMS.fullmatch(request.path):
            # The address says what was asked and no more; what was entered of a person stays in no cache on the way either.
            return _response(replace(redirect(request.path + (f"?{told}" if told else "")), is_private=True), request)
        parts = {name: unquote(value or "") for name, value in request.url_vars.items()}
        as_json = parts.pop("json", "") == ".json"
        # Ticked boxes of a list come as one name several times.
        parameters = {name: ",".join(request.args.getlist(name)) for name in request.args}
        origin = _origin(request)
        key = f"{page.__module__}.{page.__name__} {origin}{request.path} {sorted(parameters.items())}"
        answer = await self._answer(page, key if len(key) < 1_000 else None, parts, parameters, as_json, origin)
        return _response(answer, request)

    async def visit(self, page: Page, request: Any, parts: dict[str, str]) -> Any:
        """The response to one visitor alone, kept nowhere."""
        return _response(await self._answer(page, None, parts, {}, False, _origin(request)), request)

    async def collection(self) -> Collection:
        """What is stored, for pages that Datasette renders."""
        found: Collection = await self.datasette.get_database(NAME).visit(lambda connection: self.current(connection)[1])
        return found

    @property
    def size(self) -> int:
        """Number of stored trials when they were counted last; before, as they were when the site was made."""
        return self._collection[1].size if self._collection else self._size

    def current(self, connection: sqlite3.Connection) -> tuple[int, Collection]:
        """The state of the data and the collection in it, counted anew when something was written.

        While a large collection is being refreshed, every page would count it all again: a count that takes long is kept a while.
        """
        state = data_state(connection)
        known, now = self._collection, time.monotonic()
        if known is not None and (known[0] == state or now < self._count_until):
            return state, known[1]
        counted = collection_of(connection)
        took = time.monotonic() - now
        self._count_until = time.monotonic() + 20 * took if took > LONG_COUNT else 0.0
        self._collection = (state, counted)
        return self._collection

    async def trouble(self, request: Any, exception: Exception) -> Any:
        """The response to something that went wrong: what it is for the reader, where it is for the operator."""
        status, what = _told(exception)
        if status == 500 or what is _NO_QUESTION:
            _report(request, exception)

        sql = request.args.get("sql") or ""

        def page(asked: Asked) -> Answer:
            if sql and status == 400:
                return message.not_answered(asked, status, what, sql)
            return message.no_page(asked) if status == 404 else message.out_of_order(asked, status, what)

        path = request.path.partition("?")[0]
        return _response(await self._answer(page, None, {}, {}, path.endswith(".json")), request)

    async def refused(self, request: Any) -> Any:
        """The response to a question that this site does not answer."""
        as_json = request.path.partition("?")[0].endswith(".json")
        return _response(await self._answer(message.not_shown, None, {}, {}, as_json), request)

    async def _answer(
        self,
        page: Page,
        key: str | None,
        parts: dict[str, str],
        parameters: dict[str, str],
        as_json: bool,
        origin: str = "",
    ) -> Answer:
        def work(connection: sqlite3.Connection) -> Answer:
            state, collection = self.current(connection)
            kept = self.cache.get(key, state) if key else None
            if kept is not None:
                return kept
            settings = (self.public, self.focal, origin, self.shelf.at(state), self.screened.at(state), self.namings)
            made = page(Asked(connection, collection, parts, parameters, as_json, *settings))
            if key and self._may_be_kept(made, state):
                made = with_zipped(made)
                self.cache.put(key, state, made)
            return made

        try:
            answer: Answer = await self.datasette.get_database(NAME).visit(work)
        except OutOfTimeError:
            print(f"trialside: {page.__module__}.{page.__name__} was broken off: {message.OUT_OF_TIME}", file=sys.stderr)
            return message.out_of_time(self._collection[1] if self._collection else None, as_json=as_json)
        return answer

    def _may_be_kept(self, made: Answer, state: int) -> bool:
        """Whether the answer is whole, nobody's own, and counts the collection as it is."""
        counted = self._collection
        return made.status == 200 and not made.is_private and counted is not None and counted[0] == state


def _origin(request: Any) -> str:
    host = request.headers.get("host", "")
    return f"{request.scheme}://{host}" if _HOST.fullmatch(host) else ""


def _response(answer: Answer, request: Any) -> Any:
    headers = {"content-security-policy": answer.policy or OURS, "cache-control": "no-cache"}
    if answer.is_private:
        headers |= {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    if answer.location is not None:
        headers["location"] = answer.location
    elif answer.status == 200 and not answer.is_private:
        headers["etag"] = answer.etag
        if request.headers.get("if-none-match", "").removeprefix("W/") == answer.etag:
            return Response("", status=304, headers=headers, content_type=answer.content_type)
    if answer.disposition:
        headers["content-disposition"] = answer.disposition
    if answer.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        # Two forms of one page: the weak tag says that they are the same to a reader.
        headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding", "etag": f"W/{answer.etag}"}
        return Response(answer.zipped, status=answer.status, headers=headers, content_type=answer.content_type)
    return Response(answer.body, status=answer.status, headers=headers, content_type=answer.content_type)


def _told(exception: Exception) -> tuple[int, str]:
    """Status and words for what Datasette raised; a fault of ours says no more than that it is one."""
    if isinstance(exception, OutOfTimeError):
        return 503, message.OUT_OF_TIME
    status = getattr(exception, "status", None)
    if status is None and type(exception).__name__ == "NotFound":
        status = 404
    if status is None:
        return (400, _NO_QUESTION) if _is_stumble(exception) else (500, _FAULT)
    if type(exception).__name__ == "DatasetteError":
        # It is raised for what is asked wrongly, with 500 where it gives no other status.
        status = 400 if status == 500 else status
        if getattr(exception, "message_is_html", False):
            return int(status), _TOO_LONG
    words = getattr(exception, "message", None) or (str(exception.args[0]) if exception.args else "")
    return int(status), " ".join(str(words).split())[:500] or "The address asks for something that cannot be shown."


def _is_stumble(exception: Exception) -> bool:
    """Whether Datasette's own pages fell over what they were asked: nothing of ours ran but the query that they made."""
    if isinstance(exception, OSError):
        return exception.errno == ENAMETOOLONG
    places = [Path(frame.filename) for frame in traceback.extract_tb(exception.__traceback__)]
    ours = [place for place in places if _ROOT in place.parents or templates() in place.parents]
    if type(exception).__name__ == "ProgrammingError":
        return all(place.name == "database.py" for place in ours) and bool(_ASKED_WRONGLY.search(str(exception)))
    return not ours and isinstance(exception, _STUMBLES)


def _report(request: Any, exception: Exception) -> None:
    last = traceback.extract_tb(exception.__traceback__)[-1:]
    where = f" at {Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    told = f"trialside: {request.path} failed{where}: {type(exception).__name__}: {exception}"[:400]
    # A visitor's words may stand in it: no line and no colour of theirs in the log.
    print("".join(sign if sign.isprintable() else "?" for sign in told), file=sys.stderr)
