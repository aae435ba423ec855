"""A search answer page after page: every parameter repeated, each study once, and an end to every chain of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from itertools import islice
from typing import Any, Final

from harvester.errors import BadRecord, InputError, RegistryAnswerBad
from harvester.registry.record import Record
from harvester.registry.search import SearchQuery
from harvester.shape import shape

PAGE_SIZE: Final = 50  # the registry takes up to 1,000; whole records make that 20 MB and more


@shape()
class Page:
    """One page of a search: records or what is wrong with them, the total (first page only), and the token of the next."""

    studies: list[Record | BadRecord] = field(repr=False)
    total: int | None
    token: str | None


def total_and_token(fields: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """How many studies a search answer counts, and the token of the next page, from its own fields."""
    total, token = fields.get("totalCount"), fields.get("nextPageToken")
    return total if isinstance(total, int) else None, token if isinstance(token, str) and token else None


class Search:
    """The studies of a search, to iterate over once; what was noticed on the way stands in ``notes`` afterwards.

    ``total`` is the registry's own count of matches. ``mixed`` becomes True when the registry's data changed between the first
    page and the last, so that the set is of two dates. ``problems`` are studies that came damaged.
    """

    def __init__(
        self,
        query: SearchQuery,
        limit: int | None,
        fetch: Callable[[dict[str, str]], Page],
        version: Callable[[], Any],
        progress: Callable[[str, int, int | None], None],
        largest_page: int = PAGE_SIZE,
    ) -> None:
        self.query = query
        self.notes: list[str] = []
        self.problems: list[BadRecord] = []
        self.mixed = False
        self._limit = limit
        self._fetch = fetch
        self._version = version
        self._progress = progress
        size = largest_page if limit is None else max(1, min(limit, largest_page))
        self._params = {**query.params, "pageSize": str(size)}
        self._seen: set[str] = set()
        self._pages_read = 0
        self._first = self._fetch({**self._params, "countTotal": "true"})
        self.total = self._first.total

    @property
    def expected(self) -> int | None:
        """How many studies iterating will give, as far as the registry's count tells."""
        counts = [count for count in (self.total, self._limit) if count is not None]
        return min(counts) if counts else None

    @property
    def counted(self) -> int:
        """How many studies iterating should give by the registry's count; 0 where it did not count."""
        return 0 if self.total is None else self.expected or 0

    def __iter__(self) -> Iterator[Record]:
        for record in islice(self._records(), self._limit):
            self._progress("studies", len(self._seen), self.expected)
            yield record
        self._check_end()

    def _records(self) -> Iterator[Record]:
        """Each study once, however many pages bring it."""
        for page in self._pages():
            self._pages_read += 1
            for study in page.studies:
                if isinstance(study, BadRecord):
                    self._keep_problem(study)
                elif study.nct_id not in self._seen:
                    self._seen.add(study.nct_id)
                    yield study

    def _pages(self) -> Iterator[Page]:
        """The pages in order. A refused token (the data or the token grew old) starts the search anew, once."""
        restarted = False
        page, tokens = self._first, set[str]()
        while True:
            yield page
            if page.token is None:
                return
            if page.token in tokens:
                raise RegistryAnswerBad("The registry's pages go in a circle", "Nothing was changed; try again later.")
            tokens.add(page.token)
            try:
                page = self._fetch({**self._params, "pageToken": page.token})
            except InputError:
                if restarted:
                    raise RegistryAnswerBad("The registry refused a page of its own search twice", "Try again later.") from None
                restarted, tokens = True, set()
                self.notes.append("The registry refused a page of the search; it was asked again from the first page.")
                page = self._fetch({**self._params, "countTotal": "true"})
                self.total = page.total if page.total is not None else self.total

    def _keep_problem(self, problem: BadRecord) -> None:
        if problem.what not in {known.what for known in self.problems}:
            self.problems.append(problem)

    def _check_end(self) -> None:
        """Note what a reader of the set must know: data of two dates, or fewer studies than the registry counted."""
        before = self._stamp(self._first)
        after = self._version().data_timestamp if self._pages_read > 1 else before
        if before is not None and after != before:
            self.mixed = True
            self.notes.append(f"The registry's data changed during the search, from {before} to {after}: the set is mixed.")
        got = len(self._seen) + len(self.problems)
        if got < self.counted:
            self.notes.append(f"The registry counted {self.counted} trials and gave {got}.")

    @staticmethod
    def _stamp(page: Page) -> str | None:
        return next((study.data_timestamp for study in page.studies if isinstance(study, Record)), None)
