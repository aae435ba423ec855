"""Looking into a record without ever failing: a field of the wrong type is left out and noted, the rest is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harvester.shape import shape
from harvester.tables import as_json

_SHOWN = 200
_LARGEST = 2**63
"""SQLite's whole numbers end below it."""


@shape()
class Problem:
    """A field that is not what the registry's data model says."""

    path: str
    quote: str
    detail: str


class Fields:
    """One object of the record, with the path it stands at and a common list of problems."""

    __slots__ = ("_key", "_parent", "problems", "value")

    def __init__(self, value: Mapping[str, Any], path: str, problems: list[Problem], parent: Fields | None = None) -> None:
        """``path`` counts from ``parent``, where one is told; it is put together when asked for, which it rarely is."""
        self.value = value
        self.problems = problems
        self._key = path
        self._parent = parent

    @property
    def path(self) -> str:
        """Where the object stands in the record."""
        return self._key if self._parent is None else self._parent.at(self._key)

    def __bool__(self) -> bool:
        return bool(self.value)

    def at(self, key: str) -> str:
        """The path of a field."""
        path = self.path
        return f"{path}.{key}" if path else key

    def has(self, key: str) -> bool:
        """Whether the field is there at all."""
        return key in self.value

    def text(self, key: str) -> str | None:
        """A string, verbatim; None when absent, blank or of another type."""
        value = self.value.get(key)
        if isinstance(value, str):
            return value if value and not value.isspace() else None
        if value is not None:
            self._unfit(key, value, "text")
        return None

    def boolean(self, key: str) -> bool | None:
        """A yes or no."""
        value = self.value.get(key)
        if isinstance(value, bool):
            return value
        self._unfit(key, value, "true or false")
        return None

    def number(self, key: str) -> float | None:
        """A number."""
        value = self.value.get(key)
        number = _number(value)
        if number is None:
            self._unfit(key, value, "a number")
        return None if number is None else float(number)

    def integer(self, key: str) -> int | None:
        """A whole number; numeric text, as old exports have it, is not one."""
        value = self.value.get(key)
        number = _number(value)
        if number is None or int(number) != number:
            self._unfit(key, value, "a whole number")
            return None
        return int(number)

    def inside(self, key: str) -> Fields:
        """An object; an empty one when it is absent or of another type."""
        value = self.value.get(key)
        if not isinstance(value, dict):
            self._unfit(key, value, "an object")
            value = {}
        return Fields(value, key, self.problems, self)

    def under(self, path: str) -> Fields:
        """The object at a dotted path of objects."""
        found = self
        for key in path.split("."):
            found = found.inside(key)
        return found

    def strings(self, key: str) -> list[tuple[str, str]]:
        """Path and value of each string of a list."""
        return [(f"{self.at(key)}[{place}]", item) for place, item in self._items(key, str, "text") if item.strip()]

    def objects(self, key: str) -> list[Fields]:
        """Each object of a list."""
        return [Fields(item, f"{key}[{place}]", self.problems, self) for place, item in self._items(key, dict, "an object")]

    def note(self, key: str, detail: str) -> None:
        """Note that a field is not what it should be."""
        quote = as_json(self.value.get(key))
        self.problems.append(Problem(self.at(key), quote if len(quote) <= _SHOWN else f"{quote[: _SHOWN - 1]}…", detail))

    def _items(self, key: str, kind: type, expected: str) -> Iterator[tuple[int, Any]]:
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            self._unfit(key, value, "a list")
            return
        for place, item in enumerate(value):
            if isinstance(item, kind):
                yield place, item
            else:
                quote = as_json(item)[:_SHOWN]
                self.problems.append(
                    Problem(f"{self.at(key)}[{place}]", quote, f"{_kind(item)} stands where {expected} is expected")
                )

    def _unfit(self, key: str, value: object, expected: str) -> None:
        if value is not None:
            self.note(key, f"{_kind(value)} stands where {expected} is expected")


def _number(value: object) -> int | float | None:
    """A number that can be stored; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _LARGEST else None


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "nothing")
