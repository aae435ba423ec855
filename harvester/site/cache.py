"""Pages kept as long as the data stay the same."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock

from harvester.shape import shape

LARGEST = 48_000_000
"""Bytes of all kept pages together."""
WORTH_ZIPPING = 1_000
"""Bytes from which a page is sent as gzip."""
_ZIPPED = ("text/html", "json", "xml")
"""Types that are. CSV is not among them: it is looked through for formulas on its way out."""


@shape()
class Answer:
    """An answer ready to be sent. ``location`` makes it a redirect; ``policy`` is its Content-Security-Policy.

    A private one is kept nowhere: not here, not on the way, not by the browser.
    """

    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None
    policy: str | None = None
    disposition: str | None = None
    is_private: bool = False
    zipped: bytes = b""
    """The body as gzip, made once for as long as the answer is kept; empty where it is not worth it."""

    @property
    def etag(self) -> str:
        """A name for exactly these bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.body) + len(self.zipped)


def with_zipped(answer: Answer) -> Answer:
    """The answer with its body as gzip beside it, where that is text long enough to be worth it. The same bytes each time."""
    if not any(each in answer.content_type for each in _ZIPPED) or len(answer.body) < WORTH_ZIPPING:
        return answer
    return replace(answer, zipped=gzip.compress(answer.body, 6, mtime=0))


@dataclass
class PageCache:
    """Answers by key, each with the state of the data it was made from; the longest unused go first. For many threads."""

    largest: int = LARGEST
    _kept: OrderedDict[str, tuple[int, Answer]] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: str, state: int) -> Answer | None:
        """The answer, if it was made from this state of the data."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[0] != state:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def put(self, key: str, state: int, answer: Answer) -> None:
        """Keep an answer; an older one under the same key goes."""
        with self._lock:
            self._drop(key)
            self._size += answer.size  # first: broken off in between, too much is reckoned and not too little
            self._kept[key] = (state, answer)
            while self._size > self.largest and self._kept:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._size -= found[1].size
