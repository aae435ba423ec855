"""Faults a stand-in can show instead of an answer: what servers, proxies and networks really do."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

Act = Callable[[BaseHTTPRequestHandler, Callable[[], bytes]], None]


@dataclass(slots=True)
class Fault:
    """``act`` instead of an answer, for requests whose path and query contain ``where``, ``times`` times (None: always).

    ``after`` lets that many matching requests through first.
    """

    act: Act
    where: str = ""
    times: int | None = None
    after: int = 0
    shown: int = field(default=0, init=False)
    _seen: int = field(default=0, init=False)

    def takes(self, target: str) -> bool:
        """Whether this fault shows itself at the request ``target``; counts."""
        if self.where not in target or (self.times is not None and self.shown >= self.times):
            return False
        self._seen += 1
        if self._seen <= self.after:
            return False
        self.shown += 1
        return True


def send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], *, length: int | None = None
) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)
    handler.wfile.flush()


def status(code: int, text: str = "", **headers: str) -> Act:
    """A plain-text answer with any status; header names with ``_`` for ``-``."""
    named = {"Content-Type": "text/plain; charset=UTF-8"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: send(handler, code, text.encode(), named)


def answer(data: bytes, content_type: str = "application/json", **headers: str) -> Act:
    """Status 200 with ``data``, whatever was asked."""
    named = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: send(handler, 200, data, named)


def web_page(content_type: str = "text/html") -> Act:
    """A web page with status 200."""
    return answer(b"<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>", content_type)


def cut_by_length(handler: BaseHTTPRequestHandler, body: Callable[[], bytes]) -> None:
    """Fewer bytes than Content-Length promises, then the connection closes."""
    data = body()
    send(handler, 200, data[: len(data) // 2], {"Content-Type": "application/json"}, length=len(data))
    handler.close_connection = True


def cut_in_chunk(handler: BaseHTTPRequestHandler, body: Callable[[], bytes]) -> None:
    """A chunked answer that ends inside a chunk."""
    data = body()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n" % len(data) + data[: len(data) // 2])
    handler.close_connection = True


def cut_silently(handler: BaseHTTPRequestHandler, body: Callable[[], bytes]) -> None:
    """Half of the JSON, with a Content-Length that fits the half."""
    data = body()
    send(handler, 200, data[: len(data) // 2], {"Content-Type": "application/json"})


def reset(handler: BaseHTTPRequestHandler, body: Callable[[], bytes]) -> None:
    """The connection closes before any answer."""
    handler.close_connection = True
    handler.connection.close()


def trickle(seconds: float, *, headers: bool = False) -> Act:
    """One byte every ``seconds``: of the body, or of an endless header line."""

    def act(handler: BaseHTTPRequestHandler, body: Callable[[], bytes]) -> None:
        data = body()
        if headers:
            data = b"X-Slow: " + b"a" * 100_000
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        else:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
        handler.close_connection = True
        for byte in data:
            handler.wfile.write(bytes((byte,)))
            handler.wfile.flush()
            time.sleep(seconds)

    return act


def bomb(size: int = 1_000_000_000) -> Act:
    """A small gzip body that unpacks to ``size`` bytes of JSON blanks."""
    packed = gzip.compress(b'{"a":"' + b" " * 1_000_000, 9)
    blanks = gzip.compress(b" " * 10_000_000, 9)
    data = packed + blanks * (size // 10_000_000)
    return answer(data, Content_Encoding="gzip")


def single_member_bomb(size: int = 1_000_000_000) -> Act:
    """The same in one gzip member, as unpackers expect it."""
    import zlib

    pack = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    parts = [pack.compress(b'{"a":"')] + [pack.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)] + [pack.flush()]
    return answer(b"".join(parts), Content_Encoding="gzip")


def redirect(location: str, code: int = 301) -> Act:
    """Sent elsewhere."""
    return lambda handler, body: send(handler, code, b"", {"Location": location})
