"""An iterator run ahead in a thread of its own, so that the network or the disk is waited for while others work; or in turn."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

T = TypeVar("T")

MOST_AHEAD: Final = 24_000_000
"""Bytes that wait at most before the next item is asked for: a page of a thousand studies, while the next one comes."""


class Ahead(Generic[T]):
    """The items of ``source``, of which ``weigh`` gives the bytes; ``tell`` is called whenever there is something new to see."""

    def __init__(self, source: Iterable[T], weigh: Callable[[T], int]) -> None:
        self.tell: Callable[[], None] = lambda: None
        self._source = source
        self._weigh = weigh
        self._items: deque[T] = deque()
        self._weight = 0
        self._room = threading.Condition()
        self._left = self._ended = False
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        """Ask for no more. What the thread is waiting for it goes on waiting for; nobody waits for it."""
        with self._room:
            self._left = True
            self._items.clear()
            self._room.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether all items were taken and no more will come."""
        with self._room:
            return self._ended and not self._items

    def take(self) -> T | None:
        """The next item if it is there."""
        with self._room:
            if not self._items:
                return None
            item = self._items.popleft()
            self._weight -= self._weigh(item)
            self._room.notify_all()
            return item

    def wait(self) -> None:
        """Wait until there is an item, or will be none any more."""
        with self._room:
            self._room.wait_for(lambda: self._items or self._ended)

    def raise_problem(self) -> None:
        """Raise what ended the source before its time."""
        if self._problem is not None:
            raise self._problem

    def _run(self) -> None:
        try:
            for item in self._source:
                if not self._keep(item):
                    break
        except BaseException as problem:  # handed to the thread that takes the items
            self._problem = problem
        finally:
            with self._room:
                self._ended = True
                self._room.notify_all()
            self.tell()

    def _keep(self, item: T) -> bool:
        """Put an item with the others, once there is room for more; whether more is wanted."""
        with self._room:
            self._items.append(item)
            self._weight += self._weigh(item)
            self._room.notify_all()
        self.tell()
        with self._room:
            self._room.wait_for(lambda: self._left or self._weight <= MOST_AHEAD)
            return not self._left


class InTurn(Generic[T]):
    """The items of ``source`` as `Ahead` gives them, each asked for when it is taken: for a source that knows only one thread."""

    def __init__(self, source: Iterable[T]) -> None:
        self.tell: Callable[[], None] = lambda: None
        self._source = iter(source)
        self._problem: Exception | None = None
        self.is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.is_over = True

    def take(self) -> T | None:
        """The next item; None when there is none."""
        try:
            return next(self._source)
        except StopIteration:
            self.is_over = True
        except Exception as problem:
            self.is_over, self._problem = True, problem
        return None

    def wait(self) -> None:
        """Nothing to wait for: an item is made when it is taken."""

    def raise_problem(self) -> None:
        """Raise what ended the source before its time."""
        if self._problem is not None:
            raise self._problem
