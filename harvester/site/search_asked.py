"""What an address of `/search` asks for: words, numbers, fields, an order, and from where on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from harvester.shape import shape
from harvester.site.asked import Asked
from harvester.store import NARROWING, ORDERS, Search, WantedTrials, known_ids, known_names
from harvester.trial_id import number_in, typed_id, typed_ids

WORDS = ("q", "condition", "intervention")
"""Parameters that are words."""
FARTHEST = 10_000
"""Place of the last trial that can be paged to."""
LONGEST_LIST = 6_500
"""Characters of a list of numbers: five hundred of them."""
MOST_WORDS = 200
"""Words that are looked for at most."""
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_CODES = re.compile(r",(?! )")
"""Several boxes ticked come with commas between; names of countries have commas with a blank behind."""
_EVERYTHING = "1"


@shape()
class SearchAsked:
    """The parameters of an address, understood. ``numbers`` are those of a list of trials that was typed as the words."""

    query: str
    conditions: str
    interventions: str
    numbers: tuple[str, ...]
    only: Mapping[str, Sequence[str]]
    order: str
    everything: bool
    start: int

    @classmethod
    def of(cls, asked: Asked) -> SearchAsked:
        """What is asked for; codes that no field has find nothing, an order that is none is the usual one."""
        typed = [asked.parameter(name, LONGEST_LIST) for name in WORDS]
        query, conditions, interventions = (" ".join(each.split()) for each in typed)
        query = number_in(query)
        chosen = {field: _codes(asked.parameter(field)) for field in NARROWING}
        order = asked.parameter("order")
        return cls(
            query=query,
            conditions=conditions,
            interventions=interventions,
            numbers=() if conditions or interventions else numbers_in(query),
            only=known_names({field: codes for field, codes in chosen.items() if codes}),
            order=order if order in ORDERS else "",
            everything=asked.parameter("all") == _EVERYTHING,
            start=number_from(asked.parameter("from")),
        )

    @property
    def has_words(self) -> bool:
        """Whether something was typed."""
        return bool(self.query or self.conditions or self.interventions)

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.has_words or self.only or self.everything)

    @property
    def is_too_long(self) -> bool:
        """Whether it is more than can be looked for: each word is held against each trial that is found."""
        return has_too_many_words(" ".join(("" if self.numbers else self.query, self.conditions, self.interventions)))

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the words of the box on every page is asked for."""
        return self == replace(self, conditions="", interventions="", only={}, order="", start=0)

    def search(self, asked: Asked) -> Search:
        """The same as a search of the store."""
        stored = tuple(dict.fromkeys(known_ids(asked.connection, self.numbers).values()))
        if self.numbers and not stored:
            return Search(asked.connection, "")
        words = (self.query if not self.numbers else "", self.conditions, self.interventions)
        return Search(asked.connection, WantedTrials(*words, stored, self.everything), self.only, self.order)

    @property
    def sought(self) -> tuple[str, ...]:
        """What was typed, each with what it is."""
        if self.numbers:
            return (f"{len(self.numbers)} trials by number",)
        typed = {"words": self.query, "condition": self.conditions, "intervention": self.interventions}
        return tuple(f"{name} “{text}”" for name, text in typed.items() if text)

    @property
    def screen_href(self) -> str:
        """The address of the form that holds what is found against a person."""
        if self.everything and not (self.has_words or self.only):
            return "/screen"
        is_words = self == replace(self, conditions="", interventions="", only={}, everything=False)
        found = {"among": self.query} if is_words else {"search": replace(self, start=0).href().partition("?")[2]}
        return f"/screen?{urlencode(found)}"

    def href(self, *, start: int = 0, ending: str = "", table: str = "") -> str:
        """The address of a page of what is found, or of a file of it."""
        told = {"q": self.query, "condition": self.conditions, "intervention": self.interventions}
        told |= {field: ",".join(codes) for field, codes in self.only.items()}
        told |= {"order": self.order, "all": _EVERYTHING if self.everything else "", "from": str(start) if start else ""}
        told["table"] = table
        asked = urlencode({name: text for name, text in told.items() if text})
        return f"/search{f'.{ending}' if ending else ''}{f'?{asked}' if asked else ''}"

    def without(self, field: str, code: str) -> str:
        """The address that leaves one code of a field out."""
        only = {name: tuple(each for each in codes if (name, each) != (field, code)) for name, codes in self.only.items()}
        kept = {name: codes for name, codes in only.items() if codes}
        return replace(self, only=kept, everything=self.everything or not (self.has_words or kept)).href()


def has_too_many_words(text: str) -> bool:
    """Whether more words are asked for than are looked for."""
    return len(_WORD.findall(text)) > MOST_WORDS


def numbers_in(query: str) -> tuple[str, ...]:
    """The trials that a list of two numbers or more names; none where anything else is among them."""
    several = [typed_id(each) for each in typed_ids(query)]
    return tuple(dict.fromkeys(each for each in several if each)) if len(several) > 1 and all(several) else ()


def number_from(text: str) -> int:
    """The place that an address goes on from; 0 for what is none."""
    return min(int(text[:6]), FARTHEST) if text.isascii() and text.isdigit() else 0


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for each in _BETWEEN_CODES.split(text) if (code := each.strip())))
