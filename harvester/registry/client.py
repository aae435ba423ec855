"""The registry as the rest of the program sees it: its version, one study, many studies, a search. Every answer becomes a
:class:`~harvester.registry.record.Record` or says, for the id that was asked, why not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from harvester.errors import (
    BadRecord,
    InputError,
    MalformedId,
    PartialResult,
    RegistryAnswerBad,
    SearchTooBroad,
    TrialNotFound,
    TrialsideError,
)
from harvester.registry import json_text
from harvester.registry.answer import Answer
from harvester.registry.json_stream import Element, split_page
from harvester.registry.paging import Page, Search
from harvester.registry.record import Origin, Record, bad_record, id_in_text, record_of
from harvester.registry.search import SearchQuery
from harvester.registry.transport import Limits, Time, Transport
from harvester.registry.trial_id import canonical_id

BASE_URL: Final = "https://clinicaltrials.gov/api/v2"
BATCH: Final = 50  # studies in one request: about a megabyte, and an address that every proxy takes
TOO_BROAD: Final = 20_000  # studies; more than any question about trials brings, far less than a filter that was ignored
_FAILURES_IN_A_ROW: Final = 3  # studies that fail one after another before the registry itself is taken to be down


@dataclass(frozen=True, slots=True)
class RegistryVersion:
    """What ``/version`` says: the API's version, and when the registry's data were processed (UTC, no zone written)."""

    api_version: str
    data_timestamp: str


@dataclass(frozen=True, slots=True)
class Found:
    """A study that came; ``asked`` is the id as asked (canonical), which may be an alias of ``record.nct_id``."""

    asked: str
    record: Record


@dataclass(frozen=True, slots=True)
class NotFound:
    """The registry has no such trial."""

    asked: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A study that could not be had; ``error`` says why, in one line."""

    asked: str
    error: TrialsideError


Outcome = Found | NotFound | Failed
Progress = Callable[[str, int, int | None], None]


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


class Registry:
    """One registry behind ``base_url``. Requests go out one at a time, ``min_interval`` seconds apart.

    ``progress`` is called with what is being done, how many studies are done, and of how many (None: unknown). ``notice`` is
    told about waits. ``contact`` (an address or e-mail) stands in the User-Agent. ``clock`` and ``limits`` are for tests.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        min_interval: float = 1.2,
        offline: bool = False,
        api_key: str | None = None,
        contact: str | None = None,
        progress: Progress = _silent,
        notice: Callable[[str], None] = lambda words: None,
        limits: Limits | None = None,
        clock: Time | None = None,
    ) -> None:
        self._transport = Transport(
            base_url,
            min_interval=min_interval,
            offline=offline,
            api_key=api_key,
            contact=contact,
            limits=limits,
            clock=clock,
            notice=notice,
        )
        self._progress = progress
        self._known_version: RegistryVersion | None = None

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._transport.close()

    def version(self) -> RegistryVersion:
        """Ask ``/version``; the answer is also what later records are stamped with. Raises RegistryError."""
        self._known_version = self._transport.get("/version", {}, _read_version)
        return self._known_version

    def study(self, nct_id: str) -> Record:
        """One whole study. An alias gives the study it leads to, with the alias among ``Record.aliases``.

        Raises MalformedId, TrialNotFound, BadRecord, RegistryError.
        """
        asked = canonical_id(nct_id)
        version = self._version()
        return self._transport.get(f"/studies/{asked}", {}, lambda answer, text: self._one(asked, version, answer, text))

    def studies(self, ids: Iterable[str]) -> Iterator[Outcome]:
        """Each of ``ids`` once, in batches, with its outcome; a bad id or a damaged study never costs the others.

        Raises RegistryError, after the outcomes so far, when the registry itself cannot be used: what was not yielded was not
        asked for. A study that is missing from a batch is asked for alone before it counts as not found.
        """
        asked: list[str] = []
        for given in dict.fromkeys(ids):
            try:
                asked.append(canonical_id(given))
            except MalformedId as problem:
                yield Failed(given, problem)
        wanted = list(dict.fromkeys(asked))
        done = 0
        for start in range(0, len(wanted), BATCH):
            for outcome in self._batch(wanted[start : start + BATCH]):
                done += 1
                self._progress("studies", done, len(wanted))
                yield outcome

    def search(self, query: SearchQuery, limit: int | None = None, *, ceiling: int | None = TOO_BROAD) -> Search:
        """The studies that ``query`` brings, as a stream; the first page is asked for at once.

        Raises SearchTooBroad after that one request when the registry counts more than ``ceiling`` studies: then a filter was
        probably not understood. ``ceiling`` None takes any number. Raises RegistryError, InputError.
        """
        version = self._version()

        def page(params: dict[str, str]) -> Page:
            return self._transport.get("/studies", params, lambda answer, text: self._page(version, answer, text))

        search = Search(query, limit, page, self.version, self._progress)
        if ceiling is not None and (search.total or 0) > ceiling:
            raise SearchTooBroad(
                f"The search matches {search.total:,} trials, more than {ceiling:,}", "Narrow it: add a condition or a drug."
            )
        return search

    def count(self, query: SearchQuery) -> int:
        """How many studies ``query`` matches in the registry. Raises RegistryError, InputError."""
        params = {**query.params, "fields": "NCTId", "countTotal": "true", "pageSize": "1"}
        return self._transport.get("/studies", params, _read_count)

    def _version(self) -> RegistryVersion:
        return self._known_version or self.version()

    def _origin(self, version: RegistryVersion, url: str) -> Origin:
        now = self._transport.clock.now().astimezone(UTC)
        return Origin("api", url, version.api_version, version.data_timestamp, now.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _one(self, asked: str, version: RegistryVersion, answer: Answer, text: str) -> Record:
        origin = self._origin(version, answer.url)
        raw = text.strip(" \t\r\n")
        try:
            body = json_text.decode(raw)
        except json_text.Unfinished:
            raise
        except json_text.Damaged as problem:
            raise bad_record(str(problem), asked, origin) from None
        return record_of(body, raw, origin, asked)

    def _page(self, version: RegistryVersion, answer: Answer, text: str) -> Page:
        fields, elements = split_page(text.strip(" \t\r\n"))
        total, token = fields.get("totalCount"), fields.get("nextPageToken")
        return Page(
            studies=[self._member(element, self._origin(version, self._study_url(element))) for element in elements],
            total=total if isinstance(total, int) else None,
            token=token if isinstance(token, str) and token else None,
        )

    def _study_url(self, element: Element) -> str:
        found = id_in_text(element.raw)
        return f"{self._transport.base_url}/studies/{found or ''}"

    def _member(self, element: Element, origin: Origin) -> Record | BadRecord:
        """One study of a page: its own text as received, or why it is no record."""
        try:
            if element.damage:
                raise bad_record(element.damage, id_in_text(element.raw), origin)
            return record_of(element.body, element.raw, origin)
        except BadRecord as problem:
            return problem

    def _batch(self, asked: Sequence[str]) -> Iterator[Outcome]:
        found = self._by_id(asked) if len(asked) > 1 else {}
        failures = 0
        for nct_id in asked:
            record = found.get(nct_id)
            outcome = Found(nct_id, record) if record else self._alone(nct_id)
            failed = isinstance(outcome, Failed) and not isinstance(outcome.error, BadRecord)
            failures = failures + 1 if failed else 0
            if isinstance(outcome, Failed) and failures == _FAILURES_IN_A_ROW:
                raise outcome.error
            yield outcome

    def _by_id(self, asked: Sequence[str]) -> dict[str, Record]:
        """The whole records of a batch by every id that leads to them; nothing for an answer that is bad as a whole."""
        version = self._version()
        params = {"filter.ids": "|".join(asked), "pageSize": str(len(asked))}
        try:
            page = self._transport.get("/studies", params, lambda answer, text: self._page(version, answer, text))
        except (RegistryAnswerBad, PartialResult, InputError):
            return {}  # one study may be the cause: each is asked for alone
        records = [study for study in page.studies if isinstance(study, Record)]
        return {nct_id: record for record in records for nct_id in (*record.aliases, record.nct_id)}

    def _alone(self, nct_id: str) -> Outcome:
        try:
            return Found(nct_id, self.study(nct_id))
        except TrialNotFound:
            return NotFound(nct_id)
        except (BadRecord, RegistryAnswerBad, InputError) as problem:
            return Failed(nct_id, problem)


def _read_version(answer: Answer, text: str) -> RegistryVersion:
    body = _decoded(text)
    api, data = body.get("apiVersion"), body.get("dataTimestamp")
    if not isinstance(api, str) or not isinstance(data, str):
        raise RegistryAnswerBad("What answers there is not the registry's API (no version)", "Check --api-base.")
    return RegistryVersion(api, data)


def _read_count(answer: Answer, text: str) -> int:
    total = _decoded(text).get("totalCount")
    if not isinstance(total, int):
        raise RegistryAnswerBad("The registry's answer has no count", "Nothing was changed; try again later.")
    return total


def _decoded(text: str) -> dict[str, Any]:
    body = json_text.decode(text)
    return body if isinstance(body, dict) else {}
