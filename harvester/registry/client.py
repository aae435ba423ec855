"""The registry as the rest of the program sees it: its version, one study, many studies, a search. Every answer becomes a
:class:`~harvester.registry.record.Record` or says, for the id that was asked, why not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Final

from harvester.errors import (
    BadRecord,
    InputError,
    MalformedId,
    PartialResult,
    RegistryAnswerBad,
    SearchTooBroad,
    TrialNotFound,
)
from harvester.registry import json_text
from harvester.registry.answer import Answer
from harvester.registry.json_stream import Element, split_page
from harvester.registry.outcome import Failed as Failed
from harvester.registry.outcome import Found as Found
from harvester.registry.outcome import NotFound as NotFound
from harvester.registry.outcome import Outcome
from harvester.registry.paging import Page, Search, total_and_token
from harvester.registry.piece import Piece, cut_answer
from harvester.registry.record import VERSION_HOLDER_PATH, Origin, Record, bad_record, id_in_text, record_of
from harvester.registry.release import RegistryVersion, read_count, read_data_model, read_version
from harvester.registry.search import STAMPS_A_PAGE, TOO_BROAD, SearchQuery, related_queries
from harvester.registry.transport import Limits, Time, Transport
from harvester.registry.whole_page import LARGEST_PAGE, WholePage, release_in, stamped
from harvester.trial_id import canonical_id

BASE_URL: Final = "https://clinicaltrials.gov/api/v2"
BATCH: Final = 50  # studies in one request: about a megabyte, and an address that every proxy takes
_STAMP_FIELDS: Final = "NCTId|StatusModule|HasResults|ConditionMesh|InterventionMesh"  # a kilobyte a study
_FAILURES_IN_A_ROW: Final = 3  # studies that fail one after another before the registry itself is taken to be down


Progress = Callable[[str, int, int | None], None]


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


class Registry:
    """One registry behind ``base_url``. Requests go out one at a time, ``min_interval`` seconds apart.

    ``progress`` is called with what is being done, how many studies are done, and of how many (None: unknown). ``notice`` is
    told of waits and of searches too broad. ``contact`` (an address or e-mail) stands in the User-Agent. ``clock`` and
    ``limits`` are for tests.
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
        self._progress, self._notice = progress, notice
        self._known_version: RegistryVersion | None = None
        self._asked_releases: set[str] = set()

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._transport.close()

    def version(self) -> RegistryVersion:
        """Ask ``/version``; the answer is also what later records are stamped with. Raises RegistryError."""
        self._known_version = self._transport.get("/version", {}, read_version)
        return self._known_version

    def study(self, nct_id: str) -> Record:
        """One whole study. An alias gives the study it leads to, with the alias among ``Record.aliases``.

        Raises MalformedId, TrialNotFound, BadRecord, RegistryError.
        """
        asked = canonical_id(nct_id)
        version = self._version()
        record = self._transport.get(f"/studies/{asked}", {}, lambda answer, text: self._one(asked, version, answer, text))
        return self._stamped(record)

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
        search = Search(query, limit, self._fetch_page, self.version, self._progress)
        if ceiling is not None and (search.total or 0) > ceiling:
            raise SearchTooBroad(
                f"The search matches {search.total:,} trials, more than {ceiling:,}", "Narrow it: add a condition or a drug."
            )
        return search

    def searches_like(self, record: Record, limit: int, enough: Callable[[], bool]) -> Iterator[Search]:
        """Searches for trials like ``record``, narrow ones first, until there are ``enough``, each of ``limit`` studies at most.

        Raises RegistryError, and SearchTooBroad where every one of them was too broad.
        """
        refused: SearchTooBroad | None = None
        answered = False
        for query in related_queries(record):
            if query.is_empty or enough():
                return
            try:
                yield self.search(query, limit)
                answered = True
            except SearchTooBroad as problem:
                refused = problem
                self._notice(f"trials like {record.nct_id}: {problem.line}")
        if refused is not None and not answered:
            raise refused

    def stamps(self, query: SearchQuery) -> Iterator[Record]:
        """What tells in a kilobyte whether a study of ``query`` changed, a thousand a request: what a refresh compares first.

        Each is a record with its number, status and dates, whether it has results, and its MeSH terms, and no more.

        An empty query goes through the whole registry. Raises RegistryError, InputError.
        """
        asked = replace(query, extra=(*query.extra, ("fields", _STAMP_FIELDS)))
        yield from Search(asked, None, self._fetch_page, self.version, self._progress, STAMPS_A_PAGE)

    def whole_page(self, query: SearchQuery, size: int, token: str | None = None) -> WholePage:
        """One page of the studies that ``query`` matches, not decoded; without ``token`` the first, which counts them.

        Raises InputError for a token that the registry does not take (any more), AnswerTooLarge for a page to be asked for in
        smaller parts, RegistryError.
        """
        more = {"countTotal": "true"} if token is None else {"pageToken": token}
        known = self._version()
        page, release = self._transport.fetch(
            "/studies",
            {**query.params, "pageSize": str(size), **more},
            lambda answer: self._whole_page(known, answer),
            LARGEST_PAGE,
        )
        if release is None or not self._is_news(release):
            return page
        known = self.version()
        parts = [
            stamped(part, known.api_version, known.data_timestamp) if isinstance(part, Piece) else part for part in page.parts
        ]
        return replace(page, parts=parts, data_timestamp=known.data_timestamp)

    def _whole_page(self, version: RegistryVersion, answer: Answer) -> tuple[WholePage, str | None]:
        origin = self._origin(version, "")
        try:
            fields, pieces = cut_answer(answer.body, "the registry's answer", origin, f"{self._transport.base_url}/studies")
        except json_text.Damaged:  # not written as usual, or broken: decoded as a whole it says which
            page = self._page(version, answer, json_text.lenient_text(answer.body))
            parts = [self._stamped(each) if isinstance(each, Record) else each for each in page.studies]
            return WholePage(parts, page.total, page.token, version.data_timestamp), None
        total, token = total_and_token(fields)
        return WholePage(pieces, total, token, version.data_timestamp), release_in(answer.body)

    def data_model(self) -> dict[str, str]:
        """The fields of the registry's records (``/studies/metadata``), to tell when they change: dotted path -> type.

        Raises RegistryError.
        """
        return self._transport.get("/studies/metadata", {}, read_data_model)

    def count(self, query: SearchQuery) -> int:
        """How many studies ``query`` matches in the registry. Raises RegistryError, InputError."""
        params = {**query.params, "fields": "NCTId", "countTotal": "true", "pageSize": "1"}
        return self._transport.get("/studies", params, read_count)

    def _fetch_page(self, params: dict[str, str]) -> Page:
        version = self._version()
        page = self._transport.get("/studies", params, lambda answer, text: self._page(version, answer, text))
        return replace(page, studies=[self._stamped(each) if isinstance(each, Record) else each for each in page.studies])

    def _stamped(self, record: Record) -> Record:
        """The record with the release it came from: when it carries a later day than the version we know, we ask again, once."""
        release = record.text(VERSION_HOLDER_PATH)
        if release is None or release <= (record.data_timestamp or "")[: len(release)]:
            return record
        known = self.version() if self._is_news(release) else self._version()
        return replace(record, api_version=known.api_version, data_timestamp=known.data_timestamp)

    def _is_news(self, release: str) -> bool:
        """Whether ``release`` is of a later day than the version we know, and not asked about yet."""
        if release <= self._version().data_timestamp[: len(release)] or release in self._asked_releases:
            return False
        self._asked_releases.add(release)
        return True

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
        total, token = total_and_token(fields)
        studies = [self._member(element, self._origin(version, self._study_url(element))) for element in elements]
        return Page(studies, total, token)

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
        self._version()
        try:
            page = self._fetch_page({"filter.ids": "|".join(asked), "pageSize": str(len(asked))})
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
