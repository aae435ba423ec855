"""Searches in the registry's words: which parameters, how a person's text is made safe, and what a trial is related to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from typing import Final
from urllib.parse import parse_qsl

from harvester.errors import InputError
from harvester.registry.record import Record
from harvester.shape import shape

TOO_BROAD: Final = 20_000
"""Studies: more than any question about trials brings, far less than a filter that was ignored."""

STAMPS_A_PAGE: Final = 1_000
"""Studies in one answer, where little is told of each: the registry gives no more."""
_CONDITION_MESH: Final = "derivedSection.conditionBrowseModule.meshes"
_INTERVENTION_MESH: Final = "derivedSection.interventionBrowseModule.meshes"
_CONDITIONS: Final = "protocolSection.conditionsModule.conditions"
_INTERVENTIONS: Final = "protocolSection.armsInterventionsModule.interventions"
_ARMS: Final = "protocolSection.armsInterventionsModule.armGroups"
_JOINTS = re.compile(r"\s+(?:and|plus|with|or)\s+|\s*[+&/,;]\s*", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:arms?|groups?|cohorts?|parts?|phase|dose|level|stage|step|control|experimental|placebo|sham|treatment|intervention"
    r"|standard|usual|no|observation|comparator|active|single|open|high|low)\b",
    re.IGNORECASE,
)
_FIELDS: Final = {
    "aggFilters": "aggFilters",
    **{name: f"query.{name}" for name in ("cond", "term", "intr", "spons", "lead", "locn", "titles", "outc", "id", "patient")},
}
_DATES: Final = {
    "start": "StartDate",
    "primComp": "PrimaryCompletionDate",
    "studyComp": "CompletionDate",
    "firstPost": "StudyFirstPostDate",
    "resFirstPost": "ResultsFirstPostDate",
    "lastUpdPost": "LastUpdatePostDate",
}
_SHOWING: Final = frozenset({"viewType", "page", "limit", "rank", "tab", "from", "checkSpell"})
"""Parameters of the registry's search page that say how trials are shown, not which they are."""
_SORT = re.compile(r"(?:[A-Za-z][A-Za-z0-9.-]{0,60}|@relevance)(?::(?:asc|desc))?", re.ASCII)
"""One of at most two fields that the API sorts by: of more trials than are asked for, the order says which come."""
_ADDRESS = re.compile(
    r"(?:https?://)?(?:(?:www|beta|classic)\.)?clinicaltrials\.gov(?::\d+)?/([^?#\s]*)(?:\?([^#]*))?(?:#.*)?",
    re.IGNORECASE | re.ASCII,
)
"""An address of the registry's site: its path, and what it asks."""
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)?_(\d{4}-\d\d-\d\d)?", re.ASCII)
_MOST_SORTED: Final = 2
_MOST_TERMS: Final = 8
_SHORTEST_TERM: Final = 3
_LONGEST_TERM: Final = 120  # characters; a longer name is a sentence, which no other trial repeats

# In Essie, brackets and quotes build expressions and a few capital words are operators. Inside double quotes all of them are
# plain words; a quote or a backslash cannot be put inside quotes, so they become blanks.
_UNQUOTABLE = re.compile(r'["\\\s\x00-\x1f]+')


@shape()
class SearchQuery:
    """A search of ``/studies``. Words are a person's and are taken literally; ``expression`` is Essie and is sent as it is.

    ``conditions`` (``query.cond``) and ``interventions`` (``query.intr``): any of the words in a group, all of the groups.
    ``terms`` (``query.term``): all of them. ``statuses``, ``ids``: filters. ``expression``: ``filter.advanced``, as
    ``AREA[LastUpdatePostDate]RANGE[2026-01-01,MAX]``. ``sort``: a field with ``:asc`` or ``:desc``, or ``@relevance``.
    """

    conditions: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    expression: str | None = None
    sort: str | None = None
    extra: tuple[tuple[str, str], ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether it asks for every trial of the registry."""
        return not self.params

    @property
    def params(self) -> dict[str, str]:
        """The query parameters of the API, in a fixed order; absent ones stay absent."""
        found = {
            "query.cond": any_of(self.conditions),
            "query.intr": any_of(self.interventions),
            "query.term": " AND ".join(quoted(term) for term in self.terms if term.strip()),
            "filter.overallStatus": "|".join(self.statuses),
            "filter.ids": "|".join(self.ids),
            "filter.advanced": self.expression or "",
            "sort": self.sort or "",
            **dict(self.extra),
        }
        return {name: value for name, value in found.items() if value}


def words_query(text: str) -> SearchQuery:
    """The search for a person's free words, all of which must be found, each as the registry understands it; or the one whose
    address on the registry's site is given. Raises InputError for an address there that asks what is not understood."""
    address = _ADDRESS.fullmatch(text.strip())
    if not address:
        return SearchQuery(terms=tuple(text.split()))
    if address[1].strip("/").casefold() != "search":
        raise InputError("That address at the registry is not that of its search page", "Give words, or trials by number.")
    return _query_at(address[2] or "")


def _query_at(query: str) -> SearchQuery:
    """The search of an address of the registry's search page: its fields are the API's, by shorter names."""
    given = dict.fromkeys((name, value.strip()) for name, value in parse_qsl(query) if name not in _SHOWING)
    pairs = [(name, value) for name, value in given if value.strip("_")]  # a date from _ to _ is any, or none
    asked, names = dict(pairs), [name for name, _ in pairs]
    others = [name for name in asked if name not in {*_FIELDS, *_DATES, "sort"} or names.count(name) > 1]
    ranges = {name: _RANGE.fullmatch(asked.pop(name)) for name in _DATES if name in asked}
    others += [name for name, found in ranges.items() if not found]
    order = re.split(r"[,|]", asked.pop("sort", ""), maxsplit=2)
    others += ["sort"] * (order != [""] and (len(order) > _MOST_SORTED or not all(map(_SORT.fullmatch, order))))
    if others or not (asked or ranges):
        what = f"“{others[0][:40]}” of it is not understood" if others else "it asks for no trials"
        raise InputError(f"That address of a search cannot be asked: {what}", "Search without it there, or give words.")
    dates = (f"AREA[{_DATES[name]}]RANGE[{found[1] or 'MIN'},{found[2] or 'MAX'}]" for name, found in ranges.items() if found)
    extra = tuple((_FIELDS[name], value) for name, value in asked.items())
    return SearchQuery(expression=" AND ".join(dates) or None, sort="|".join(order) or None, extra=extra)


def quoted(words: str) -> str:
    """Words as one Essie phrase: nothing in them is an operator. Empty words give ``""``."""
    kept = _UNQUOTABLE.sub(" ", words).strip()
    return f'"{kept}"' if kept else ""


def any_of(terms: Iterable[str]) -> str:
    """An Essie expression that holds where any of ``terms`` holds."""
    return " OR ".join(phrase for phrase in map(quoted, terms) if phrase)


def related_queries(record: Record) -> list[SearchQuery]:
    """Searches for trials like ``record``, from narrow to broad: both conditions and interventions, then each alone.

    MeSH terms come first, because the registry has already found the common name behind the sponsor's words; then the names as
    given, and their parts ("A and B", "A + B"). Where there is no MeSH term, arms name interventions too. The trial itself is
    among the answers. A caller goes on to the next search when one brings too few. The list is never empty, but a query may be
    (see ``is_empty``).
    """
    conditions = _terms(_mesh(record, _CONDITION_MESH), record.strings(_CONDITIONS))
    mesh = _mesh(record, _INTERVENTION_MESH)
    names = _parts(_intervention_names(record))
    labels = [] if mesh else _parts([label for _, arm in record.mappings(_ARMS) if isinstance(label := arm.get("label"), str)])
    interventions = _terms(mesh, names, labels)
    queries = [
        SearchQuery(conditions=conditions, interventions=interventions, sort="@relevance"),
        SearchQuery(interventions=interventions, sort="@relevance"),
        SearchQuery(conditions=conditions, sort="@relevance"),
    ]
    asking = [query for query in queries if query.conditions or query.interventions]
    return list(dict.fromkeys(asking)) or [SearchQuery()]


def _mesh(record: Record, path: str) -> list[str]:
    return [term for _, mesh in record.mappings(path) if isinstance(term := mesh.get("term"), str)]


def _intervention_names(record: Record) -> list[str]:
    found: list[str] = []
    for _, intervention in record.mappings(_INTERVENTIONS):
        names = [intervention.get("name"), *_listed(intervention.get("otherNames"))]
        found += [name for name in names if isinstance(name, str)]
    return found


def _parts(names: list[str]) -> list[str]:
    """The names, and what they are put together from; without words that name no intervention, as "Arm A" or "Placebo"."""
    found = [part.strip(" .:;()") for name in names for part in (name, *_JOINTS.split(name))]
    return [part for part in found if len(part) >= _SHORTEST_TERM and not _NO_NAME.match(part)]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _terms(*groups: list[str]) -> tuple[str, ...]:
    """Distinct terms, first come first kept, without those too long to be a name."""
    kept: dict[str, str] = {}
    for term in (term.strip() for group in groups for term in group):
        if term and len(term) <= _LONGEST_TERM:
            kept.setdefault(term.casefold(), term)
    return tuple(kept.values())[:_MOST_TERMS]
