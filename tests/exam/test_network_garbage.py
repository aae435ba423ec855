"""Whatever bytes come back, the client ends with one of its own errors: never a bug's traceback, never a wait without end."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harvester.errors import RegistryError
from harvester.registry.client import Registry
from harvester.registry.transport import Limits, Time

OK = b"HTTP/1.1 200 OK\r\n"
LIMITS = Limits(connect=0.5, headers=1.0, silence=0.4, deadline=0.8)

ANSWERS = {
    "nothing": b"",
    "noise": b"\x00\xff\xfe garbage \r\n\r\n",
    "the old way": b"<html>HTTP/0.9</html>",
    "a secure greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "an unknown status": b"HTTP/1.1 999 Strange\r\nContent-Length: 0\r\n\r\n",
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a part": b"HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\n{}",
    "only more to come": b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000,
    "a negative length": OK + b"Content-Length: -5\r\n\r\n{}",
    "a length in words": OK + b"Content-Length: two\r\n\r\n{}",
    "two lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a monstrous length": OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "a chunk without a size": OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    "a monstrous chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    "an endless header": OK + b"X: " + b"a" * 200_000 + b"\r\n\r\n{}",
    "too many headers": OK + b"".join(b"X-%d: 1\r\n" % number for number in range(300)) + b"\r\n{}",
    "a header without a colon": OK + b"no colon here\r\nContent-Length: 2\r\n\r\n{}",
    "a redirect to nowhere": b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n",
    "a redirect with packed noise": b"HTTP/1.1 301 M\r\nLocation: /x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
    "a redirect in odd letters": b"HTTP/1.1 301 Moved\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n",
    "packed noise": OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "a packed beginning": OK + b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "another character set": OK + b"Content-Length: 4\r\n\r\n\xff\xfe{\x00",
    "a list": OK + b"Content-Length: 2\r\n\r\n[]",
    "a wait in odd letters": b"HTTP/1.1 429 No\r\nRetry-After: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
}


@contextmanager
def server(answer: bytes) -> Iterator[str]:
    """A server that reads a request, sends ``answer`` as it is, and closes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            with peer:
                try:
                    peer.recv(65_536)
                    peer.sendall(answer)
                except OSError:
                    pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def ask(answer: bytes) -> None:
    now = [0.0]
    clock = Time(lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds))
    start = time.monotonic()
    with (
        server(answer) as address,
        Registry(address, clock=clock, limits=LIMITS) as client,
        pytest.raises(RegistryError) as caught,
    ):
        client.version()

    assert "\n" not in caught.value.line
    assert time.monotonic() - start < 12


@pytest.mark.parametrize("kind", ANSWERS)
def test_garbage_is_told_in_one_line(kind: str) -> None:
    ask(ANSWERS[kind])


@pytest.mark.exam
@pytest.mark.parametrize("seed", range(60))
def test_damaged_answers_are_told_in_one_line(seed: int) -> None:
    """A sound answer with random bytes changed, taken out or put in; most stop being an answer, none breaks the client."""
    chance = random.Random(seed)
    body = b'{"apiVersion": "2.0.5", "dataTimestamp": 7}'
    answer = bytearray(OK + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(answer))
        answer[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))

    ask(bytes(answer))
