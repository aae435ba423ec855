"""Looking into a record without ever failing: a field of the wrong type is left out and noted, the rest is read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

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

    __slots__ = ("_key", "_parent", "_place", "problems", "value")

    def __init__(
        self,
        value: Mapping[str, Any],
        key: str,
        problems: list[Problem],
        parent: Fields | None = None,
        place: int | None = None,
    ) -> None:
        """``key`` is its name in ``parent``, where one is told, and ``place`` its place in the list of that name.

        The path is put together when it is asked for, which it rarely is.
        """
        self.value = value
        self.problems = problems
        self._key = key
        self._parent = parent
        self._place = place

    @property
    def path(self) -> str:
        """Where the object stands in the record."""
        path = self._key if self._parent is None else self._parent.at(self._key)
        return path if self._place is None else f"{path}[{self._place}]"

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
        if value is None:
            return None
        if isinstance(value, str):
            return value if value and not value.isspace() else None
        self._unfit(key, value, "text")
        return None

    def boolean(self, key: str) -> bool | None:
        """A yes or no."""
        value = self.value.get(key)
        if isinstance(value, bool):
            return value
        if value is not None:
            self._unfit(key, value, "true or false")
        return None

    def number(self, key: str) -> float | None:
        """A number."""
        value = self.value.get(key)
        if value is None:
            return None
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
        if isinstance(value, dict):
            return Fields(value, key, self.problems, self)
        self._unfit(key, value, "an object")
        return _NOTHING

    def under(self, path: str) -> Fields:
        """The object at a dotted path of objects."""
        found = self
        for key in path.split("."):
            found = found.inside(key)
        return found

    def strings(self, key: str) -> list[str]:
        """The strings of a list, but for blank ones."""
        return [item for _, item in self.placed(key)]

    def placed(self, key: str) -> list[tuple[int, str]]:
        """The same with their places in the list."""
        return [each for each in self._items(key, str, "text") if each[1] and not each[1].isspace()]

    def objects(self, key: str) -> list[Fields]:
        """Each object of a list."""
        problems = self.problems
        return [Fields(item, key, problems, self, place) for place, item in self._items(key, dict, "an object")]

    def note(self, key: str, detail: str) -> None:
        """Note that a field is not what it should be."""
        quote = as_json(self.value.get(key))
        self.problems.append(Problem(self.at(key), quote if len(quote) <= _SHOWN else f"{quote[: _SHOWN - 1]}…", detail))

    def _items(self, key: str, kind: type, expected: str) -> list[tuple[int, Any]]:
        """The items of a list that are of one kind, with their places in it."""
        value = self.value.get(key)
        if not isinstance(value, list):
            self._unfit(key, value, "a list")
            return []
        found = []
        for place, item in enumerate(value):
            if isinstance(item, kind):
                found.append((place, item))
            else:
                quote = as_json(item)[:_SHOWN]
                self.problems.append(
                    Problem(f"{self.at(key)}[{place}]", quote, f"{_kind(item)} stands where {expected} is expected")
                )
        return found

    def _unfit(self, key: str, value: object, expected: str) -> None:
        if value is not None:
            self.note(key, f"{_kind(value)} stands where {expected} is expected")


_NOTHING: Final = Fields(MappingProxyType({}), "", [])
"""What stands where nothing does; no field of it is of a wrong type."""


def _number(value: object) -> int | float | None:
    """A number that can be stored; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _LARGEST else None


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "nothing")
