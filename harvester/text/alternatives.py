"""Alternatives: values of one line that only "or" joins share a group (``g1``, ``g2`` … a line)."""

from __future__ import annotations

from harvester.text.fact_read import FactRead, changed
from harvester.text.limit import Limit
from harvester.text.modifier import joined_by_or
from harvester.text.place import FAR


class Alternatives:
    """Groups while a line is read: each limit is told of in order, and named when the line is done."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: tuple[Limit, str | None] | None = None
        self._aged = self._windowed = False
        self._count = 0
        self._group_of: dict[tuple[int, int], str] = {}
        self._told: list[tuple[int, int]] = []  # the limit of each fact

    def join(self, limit: Limit, facts: list[FactRead]) -> None:
        """Tells of a limit and its ``facts``; it joins the limit before it where "or" stands between them."""
        for fact in facts:
            aged, self._aged = self._aged, fact.concept == "age"
            if self._last is None:
                self._last = (limit, None)
            elif self._last[0] is not limit:
                between = self._text[max(self._last[0].end, limit.start - FAR) : limit.start]
                group = None
                plain = fact.window_value is None and not self._windowed
                if joined_by_or(between) and plain and aged == self._aged:
                    group = self._last[1] or self._named()
                    self._group_of[(self._last[0].start, self._last[0].end)] = group
                    self._group_of[(limit.start, limit.end)] = group
                self._last = (limit, group)
            self._windowed = fact.window_value is not None
            self._told.append((limit.start, limit.end))

    def share(self, limit: Limit) -> None:
        """Names a group for one limit that holds for either of two scales (``Lansky or Karnofsky ≥ 50``)."""
        key = (limit.start, limit.end)
        if key not in self._group_of:
            self._group_of[key] = self._named()
            self._last = (limit, self._group_of[key])

    def _named(self) -> str:
        self._count += 1
        return f"g{self._count}"

    def settled(self, facts: list[FactRead]) -> list[FactRead]:
        """``facts``, all that were told of and in their order, with their groups."""
        if not self._group_of:
            return facts
        return [changed(fact, alternative_group=self._group_of.get(key)) for fact, key in zip(facts, self._told, strict=True)]
