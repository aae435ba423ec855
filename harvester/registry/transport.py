"""The only place that speaks HTTP. One request at a time, at a polite pace, within fixed bounds of time and memory.

What ``requests`` and ``urllib3`` leave open is closed here: a deadline for a whole answer, retries for cut bodies, redirects
only within the registry's own host, no trust in ``Content-Length``, and an end to every kind of waiting.
"""

from __future__ import annotations

import http.client
import math
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3

from harvester import __version__
from harvester.errors import (
    AnswerTooLarge,
    InputError,
    Offline,
    RegistryAnswerBad,
    RegistryRefused,
    RegistryThrottled,
    RegistryUnreachable,
    TrialNotFound,
)
from harvester.registry import pauses
from harvester.registry.answer import LARGEST_ANSWER, Answer, CutShort, TooLarge, TooSlow, read_answer
from harvester.registry.json_text import Damaged, Unfinished, lenient_text
from harvester.shape import shape
from harvester.trial_id import is_trial_id

T = TypeVar("T")
Params = Mapping[str, str]

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_BAD_ADDRESS: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    urllib3.exceptions.LocationParseError,
    UnicodeError,
)
_ASK_AGAIN: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
_NETWORK: Final = "Check the network; stored trials and files (harvest --from) need none."
_LATER: Final = "Nothing was changed; try again later."


@shape()
class Limits:
    """The bounds of one request, in seconds, except ``attempts``, ``redirects`` and ``largest`` (unpacked bytes).

    ``connect`` and ``silence`` bound each wait on the network, ``headers`` all that comes before the body (looking up the name
    too), ``deadline`` the body, ``patience`` all attempts with their pauses, ``patience_unreached`` those without a connection.
    """

    attempts: int = 4
    connect: float = 6.0
    headers: float = 25.0
    silence: float = 15.0
    deadline: float = 50.0
    patience: float = 85.0
    patience_unreached: float = 15.0
    redirects: int = 5
    largest: int = LARGEST_ANSWER


@shape()
class Time:
    """Clocks and sleep, so that tests need not wait: seconds that only grow, a wait, and the date in UTC."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class _Again(Exception):
    """This attempt failed in a way that another may not; ``error`` is what to raise when there is none left."""

    def __init__(self, error: Exception, wait: float | None = None, *, reached: bool = True) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        self.reached = reached


class Transport:
    """GET requests to one registry.

    ``min_interval`` is the least time from an answer to the next request, retries included, so that the registry
    sees requests at least that far apart whatever the network does in between. ``contact`` goes into the
    User-Agent. ``notice`` is told, in words, about every wait that a person might wonder about.
    """

    def __init__(
        self,
        base_url: str,
        *,
        min_interval: float = 1.2,
        offline: bool = False,
        api_key: str | None = None,
        contact: str | None = None,
        limits: Limits | None = None,
        clock: Time | None = None,
        notice: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.clock = clock or Time()
        self._home = _home(self.base_url)
        self._min_interval = max(0.0, min_interval)
        self._offline = offline
        self._limits = limits or Limits()
        self._notice = notice
        self._last_answer: float | None = None
        self._session = _session(api_key, contact)

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def get(self, path: str, params: Params, read: Callable[[Answer, str], T]) -> T:
        """What ``read`` makes of the answer and its text, see `fetch`."""
        return self.fetch(path, params, lambda answer: read(answer, lenient_text(answer.body)))

    def fetch(self, path: str, params: Params, read: Callable[[Answer], T], largest: int | None = None) -> T:
        """What ``read`` makes of the answer, of ``largest`` bytes at most; asked again while it is cut, throttled or broken.

        ``read`` may raise Unfinished (ask again) or any error of ours (passed on). Raises the family RegistryError, InputError
        for a 400, TrialNotFound for the registry's own 404.
        """
        if self._offline:
            raise Offline("This needs the registry, and --offline forbids it", "Leave --offline out, or use stored trials.")
        began = self.clock.monotonic()
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(path, params, read, largest or self._limits.largest)
            except _Again as failure:
                wait = max(failure.wait or 0.0, pauses.pause(attempt))
                patience = self._limits.patience if failure.reached else self._limits.patience_unreached
                if attempt >= self._limits.attempts or self.clock.monotonic() - began + wait > patience:
                    raise failure.error from None
                self._notice(f"{failure.error}; asking again in {wait:.0f} s")
                self.clock.sleep(wait)

    def _attempt(self, path: str, params: Params, read: Callable[[Answer], T], largest: int) -> T:
        answer = self._followed(f"{self.base_url}{path}", params, largest)
        if answer.status != requests.codes.ok:
            raise self._refusal(answer, path)
        if answer.is_html:
            raise _Again(RegistryAnswerBad("The registry answered with a web page instead of data", _LATER))
        try:
            return read(answer)
        except Unfinished as problem:
            raise _Again(RegistryAnswerBad(f"The registry's answer {problem}", _LATER)) from None
        except Damaged as problem:
            raise RegistryAnswerBad(f"The registry's answer {problem}", _LATER) from None

    def _refusal(self, answer: Answer, path: str) -> Exception:
        """The error for an answer that is not 200."""
        words = f": {answer.first_line}" if answer.first_line else ""
        if answer.status == requests.codes.bad_request and not answer.is_html:
            return InputError(f"The registry does not take this request{words}", "Check the ids and the search words.")
        if answer.status == requests.codes.forbidden:
            return RegistryRefused("The registry refused the request (403)", "Nothing was changed; wait, and ask less often.")
        of_trial = path.startswith("/studies/") and is_trial_id(path.removeprefix("/studies/"))
        if answer.status == requests.codes.not_found and of_trial and "not found" in answer.first_line.lower():
            return TrialNotFound(answer.first_line, "Check the number on the registry's site.")
        if answer.status == requests.codes.too_many_requests:
            wait = self._asked_wait(answer)
            later = f"Nothing was changed; try again in {max(1, math.ceil(wait / 60)):,} min." if wait else _LATER
            return _Again(RegistryThrottled("The registry asks to slow down (429)", later), wait)
        if answer.status in _ASK_AGAIN:
            broken = RegistryAnswerBad(f"The registry has a fault ({answer.status}){words}", _LATER)
            return _Again(broken, self._asked_wait(answer))
        return RegistryAnswerBad(f"The registry answered {answer.status} to {path[:80]}{words}", "Check --api-base.")

    def _asked_wait(self, answer: Answer) -> float | None:
        return pauses.retry_after(answer.headers.get("retry-after"), answer.headers.get("date"), self.clock.now)

    def _followed(self, url: str, params: Params, largest: int) -> Answer:
        """The answer after redirects within the registry; they lose the parameters, so each step repeats them."""
        for _ in range(self._limits.redirects + 1):
            answer = self._timed(url, params, largest)
            if answer.status not in _REDIRECTS:
                return answer
            try:
                target = urljoin(url, answer.headers.get("location", ""))
                home = _home(target)
            except (ValueError, InputError):
                home = None
            if home is None or not _same_home(self._home, home):
                raise RegistryAnswerBad("The registry sends us to another place; it was not followed", "Check --api-base.")
            url, params = target, ({} if urlsplit(target).query else params)
        raise RegistryAnswerBad("The registry sends us in a circle", "Check --api-base.")

    def _timed(self, url: str, params: Params, largest: int) -> Answer:
        """One request, in a thread of its own: looking up a name or waiting for headers knows no deadline of itself."""
        self._keep_pace()
        outcome: queue.SimpleQueue[Answer | Exception | None] = queue.SimpleQueue()
        threading.Thread(target=self._ask, args=(url, params, largest, outcome), daemon=True).start()
        try:
            answer = outcome.get(timeout=self._limits.headers)
            if answer is None:  # the headers are there
                answer = outcome.get(timeout=self._limits.deadline + self._limits.silence + 1)
        except queue.Empty:
            raise RegistryUnreachable("The registry does not answer", _NETWORK) from None
        finally:
            self._last_answer = self.clock.monotonic()
        if isinstance(answer, Answer):
            return answer
        raise _failure(answer or TooSlow()) from None

    def _ask(self, url: str, params: Params, largest: int, outcome: queue.SimpleQueue[Answer | Exception | None]) -> None:
        limits = self._limits
        try:
            with self._session.get(
                url, params=dict(params), timeout=(limits.connect, limits.silence), stream=True, allow_redirects=False
            ) as response:
                outcome.put(None)
                outcome.put(read_answer(response, time.monotonic() + limits.deadline, largest))
        except Exception as problem:  # handed to the thread that waits
            outcome.put(problem)

    def _keep_pace(self) -> None:
        now = self.clock.monotonic()
        if self._last_answer is not None and (early := self._last_answer + self._min_interval - now) > 0:
            self.clock.sleep(early)


def _failure(problem: Exception) -> Exception:
    """What a failed exchange means for us."""
    if isinstance(problem, TooSlow):
        return RegistryUnreachable("The registry's answer did not come in time", _LATER)
    if isinstance(problem, TooLarge | MemoryError):
        return AnswerTooLarge("The registry's answer is larger than any it should give", "Check --api-base.")
    if isinstance(problem, CutShort | requests.exceptions.ChunkedEncodingError | urllib3.exceptions.ProtocolError):
        return _Again(RegistryAnswerBad("The registry's answer was cut short", _LATER))
    if isinstance(problem, requests.exceptions.SSLError):
        return RegistryUnreachable("The registry's certificate cannot be trusted", "Check the network and --api-base.")
    if isinstance(problem, _BAD_ADDRESS):
        return InputError("The address of the registry cannot be used", "Check --api-base.")
    if isinstance(problem, ValueError):  # a header of the answer that makes no sense
        return RegistryAnswerBad("The registry's answer makes no sense", "Check --api-base.")
    if isinstance(problem, OSError | urllib3.exceptions.HTTPError | http.client.HTTPException):
        return _Again(RegistryUnreachable("The registry cannot be reached", _NETWORK), reached=False)
    return problem


def _home(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises InputError for anything but http and https."""
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme not in ("http", "https"):
        raise InputError(f"{url[:80]!a} is not the address of a registry", "Give --api-base as https://host/path.")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def _same_home(ours: tuple[str, str, int], theirs: tuple[str, str, int]) -> bool:
    """The same scheme, host and port; or the same host made safer, from plain http to https."""
    return ours == theirs or (ours[:1] == ("http",) and theirs[0] == "https" and ours[1] == theirs[1] and theirs[2] == 443)


def _session(api_key: str | None, contact: str | None) -> requests.Session:
    session = _Session()
    session.auth = _no_auth  # without it, a .netrc would send passwords along
    session.headers.clear()
    reach = "".join(c for c in contact or "" if 32 <= ord(c) < 127)
    session.headers["User-Agent"] = f"trialside/{__version__} ({reach or 'a reader of clinical trial records'})"
    session.headers["Accept"] = "application/json, text/plain"
    session.headers["Accept-Encoding"] = "gzip"
    if api_key:
        session.headers["X-Api-Key"] = api_key
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))
    return session


class _Session(requests.Session):
    """A session that never looks where a redirect goes: doing so, requests would read the redirect's whole body."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None, always; redirects are followed in `Transport`."""
        return None


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
