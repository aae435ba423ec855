"""The stand-in's HTTP server: the API's paths, its answers byte for byte in the API's form, and a log of what was asked."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.standin.collection import AREAS, BadQuery, Collection, Study, essie, only_fields, study_id
from tests.standin.faults import Fault, send

_NCT = re.compile(r"[Nn][Cc][Tt]0*[1-9][0-9]{0,7}")
_STUDIES_PARAMS = frozenset(
    {*AREAS, "format", "markupFormat", "filter.overallStatus", "filter.geo", "filter.ids", "filter.advanced", "filter.synonyms"}
    | {"postFilter.overallStatus", "postFilter.geo", "postFilter.ids", "postFilter.advanced", "postFilter.synonyms"}
    | {"aggFilters", "geoDecay", "fields", "sort", "countTotal", "pageSize", "pageToken"}
)
_STUDY_PARAMS = frozenset({"format", "markupFormat", "fields"})
_NOT_PART_OF_A_QUERY = ("countTotal", "pageSize", "pageToken")


@dataclass(frozen=True, slots=True)
class Request:
    """One request the stand-in got: seconds on a growing clock, path with query, headers by lower-case name."""

    at: float
    target: str
    headers: dict[str, str]


@dataclass(slots=True)
class StandIn:
    """A running stand-in. Change ``collection``, ``data_timestamp`` and ``faults`` while it runs; read ``requests``.

    Use it as a context manager; ``base_url`` is what ``--api-base`` takes.
    """

    collection: Collection
    port: int = 0
    api_version: str = "2.0.5"
    data_timestamp: str = "2026-11-24T09:00:05"
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    total_count: int | None = None
    """Said instead of the true count, as for a filter that was not understood."""
    packs: bool = True
    """Whether answers go out as gzip to a client that takes it."""
    delay: float = 0.0
    """Seconds that every page of a search is waited for."""
    tokens: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> StandIn:
        self._server = _Server(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v2"

    def answer(self, target: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers for a request target, as the API would give them."""
        parts = urlsplit(target)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = parts.path.removeprefix("/api/v2")
        try:
            if path == "/studies":
                return self._searched(params)
            if path.startswith("/studies/") and _is_study(path):
                return self._study(path.removeprefix("/studies/"), params)
            if path == "/version":
                version = {"apiVersion": self.api_version, "dataTimestamp": self.data_timestamp}
                return _json(json.dumps(version, indent=2, separators=(",", " : ")))
            if path == "/stats/size":
                return _json(json.dumps({"totalStudies": len(self.collection.studies)}))
            if path == "/studies/metadata":
                return _json(json.dumps(_fields_of(self.collection)))
        except BadQuery as problem:
            return _text(400, str(problem))
        except KeyError as problem:
            return _text(500, f"Internal error: {problem}")
        return _text(404, "Not Found")

    def _study(self, asked: str, params: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if not _NCT.fullmatch(asked):
            raise BadQuery(f"Invalid NCT number: {asked}")
        _know(params, _STUDY_PARAMS)
        nct_id = f"NCT{int(asked[3:]):08d}"
        real = self.collection.real_id(nct_id)
        if real is None:
            return _text(404, f"NCT number {nct_id} not found")
        if real != nct_id:  # fields and all other parameters are lost on the way
            return 301, b"", {"Location": f"/api/v2/studies/{real}"}
        return _json(_line(self.collection.studies[real], params))

    def pack(self, target: str, body: bytes) -> bytes:
        """The body of the answer to ``target`` as gzip."""
        return gzip.compress(body, 1)

    def _searched(self, params: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        _know(params, _STUDIES_PARAMS)
        time.sleep(self.delay)
        size, start = _page_size(params.get("pageSize", "0")), 0
        key = json.dumps({name: value for name, value in sorted(params.items()) if name not in _NOT_PART_OF_A_QUERY})
        token = params.get("pageToken")
        if token:
            known = self.tokens.get(token)
            if known is None or known[:2] != (key, self.data_timestamp):
                raise BadQuery("Incorrect format for the pageToken parameter")
            start = known[2]
        lines, total = self._lines(params, start, size)
        head = f'{{"totalCount":{total},' if params.get("countTotal") == "true" and not token else "{"
        tail = ""
        if len(lines) == size:  # also when this was the last full page: an empty one follows
            fresh = hashlib.sha256(f"{key} {self.data_timestamp} {start + size}".encode()).hexdigest()[:32]
            self.tokens[fresh] = (key, self.data_timestamp, start + size)
            tail = f',"nextPageToken":"{fresh}"'
        body = b",\n".join(lines)
        return 200, f'{head}"studies":[\n'.encode() + body + f"\n]{tail}}}".encode(), {"Content-Type": "application/json"}

    def _lines(self, params: dict[str, str], start: int, size: int) -> tuple[list[bytes], int]:
        """The studies of a page, one a line, and how many the search counts."""
        found = self._found(params)
        return [_line(study, params).encode("utf-8", "surrogatepass") for study in found[start : start + size]], self._total(
            found
        )

    def _found(self, params: dict[str, str]) -> list[Study]:
        """The studies of a query; a query that holds nothing but NCT numbers is a list of them, and filters are ignored."""
        for name in AREAS:
            ids = [part for part in re.split(r"[\s,]+", params.get(name, "")) if part]
            if ids and all(_NCT.fullmatch(part) for part in ids):
                return self.collection.search({"filter.ids": "|".join(ids)})
        for name in AREAS:
            essie(params[name]) if name in params else None
        return self.collection.search(params)

    def _total(self, found: list[Study]) -> int:
        return len(found) if self.total_count is None else self.total_count


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news."""


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "standin"
        sys_version = ""
        disable_nagle_algorithm = True  # as servers do: else a kept connection waits 40 ms for each body

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            standin.requests.append(Request(time.monotonic(), self.path, headers))
            for fault in standin.faults:
                if fault.takes(self.path):
                    fault.act(self, self._body)
                    return
            code, body, extra = standin.answer(self.path)
            if standin.packs and code == 200 and "gzip" in headers.get("accept-encoding", "") and len(body) > 500:
                body = standin.pack(self.path, body)
                extra = extra | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            send(self, code, body, extra)

        def _body(self) -> bytes:
            return standin.answer(self.path)[1]

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gives it
            """Say nothing; `StandIn.requests` is the log."""

    return Handler


def _is_study(path: str) -> bool:
    return path.count("/") == 2 and path.removeprefix("/studies/") not in ("metadata", "search-areas", "enums")


def _json(text: str) -> tuple[int, bytes, dict[str, str]]:
    return 200, text.encode("utf-8", "surrogatepass"), {"Content-Type": "application/json"}


def _text(code: int, text: str) -> tuple[int, bytes, dict[str, str]]:
    return code, text.encode(), {"Content-Type": "text/plain; charset=UTF-8"}


def _know(params: dict[str, str], known: frozenset[str]) -> None:
    for name in params:
        if name not in known:
            raise BadQuery(f"Unknown parameter: {name}")


def _page_size(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadQuery("pageSize must be a number that is not negative")
    return min(int(text) or 10, 1000)


def _line(study: Study, params: dict[str, str]) -> str:
    if names := params.get("fields"):
        study = only_fields(study, re.split(r"[,|]", names))
    return json.dumps(study, ensure_ascii=False, separators=(",", ":"))


def _fields_of(collection: Collection) -> list[dict[str, Any]]:
    """The data model as far as the served studies show it, in the form of ``/studies/metadata``."""

    def nodes(values: list[Any]) -> list[dict[str, Any]]:
        children: dict[str, list[Any]] = {}
        for value in values:
            for item in value if isinstance(value, list) else [value]:
                for name, child in item.items() if isinstance(item, dict) else ():
                    children.setdefault(name, []).append(child)
        return [_field(name, found, nodes) for name, found in sorted(children.items())]

    return nodes(list(collection.studies.values()))


def _field(name: str, values: list[Any], nodes: Callable[[list[Any]], list[dict[str, Any]]]) -> dict[str, Any]:
    inner = nodes(values)
    kind = "STRUCT" if inner else "TEXT"
    entry = {"name": name, "piece": name[0].upper() + name[1:], "sourceType": kind, "type": kind.lower()}
    return entry | ({"children": inner} if inner else {})


def serve_forever(standin: StandIn) -> None:
    """Serve until interrupted."""
    with standin:
        print(f"stand-in with {len(standin.collection.studies)} studies on {standin.base_url}", flush=True)
        print("first ids:", ", ".join(sorted(map(study_id, standin.collection.studies.values()))[:5]), flush=True)
        threading.Event().wait()
