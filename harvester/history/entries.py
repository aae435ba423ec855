"""Arms and interventions, and who receives what: entries that have a name of their own and are told one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from harvester.history.change import Change, came_or_went, even
from harvester.history.fields import field_path
from harvester.history.pairing import Pair, paired
from harvester.tables import DesignGroup, DesignGroupIntervention, Intervention, Row, StudyRows

R = TypeVar("R", bound=Row)
Fields = tuple[tuple[str, str], ...]
"""Columns of an entry besides its name, each with what it is called."""
_LEAST_ALIKE = 0.6


def entry_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """What changed among arms, interventions, and who receives what."""
    yield from _named(before, after, DesignGroup, "arm", "title", (("group_type_label", "kind"), ("description", "words")))
    fields = (("intervention_type_label", "kind"), ("description", "words"))
    yield from _named(before, after, Intervention, "intervention", "name", fields)
    yield from _links(before, after)


def _named(before: StudyRows, after: StudyRows, row_type: type[R], kind: str, name: str, fields: Fields) -> Iterator[Change]:
    old, new = before.of(row_type), after.of(row_type)
    pairs = same_entries(old, new, name, fields)

    def path(column: str) -> str:
        return field_path(row_type, column)

    partner = dict(pairs)
    for place, row in enumerate(old):
        if place in partner:
            yield from renewed(row, new[partner[place]], path, kind, name, fields)
        else:
            yield came_or_went(path(name), kind, whole_words(row, name, fields), None)
    for row in unpaired(new, (theirs for _, theirs in pairs)):
        yield came_or_went(path(name), kind, None, whole_words(row, name, fields))


def same_entries(old: Sequence[R], new: Sequence[R], name: str, fields: Fields) -> tuple[Pair, ...]:
    """Which entry of the older list is which of the newer: by all its words, by its name, by a name alike."""

    def named(row: R) -> str:
        return str(getattr(row, name) or "")

    def whole(row: R) -> str:
        return even(" ".join([named(row), *(str(getattr(row, field) or "") for field, _ in fields)]))

    return paired(old, new, (whole, lambda row: even(named(row))), named, _LEAST_ALIKE)


def unpaired(rows: Sequence[R], places: Iterable[int]) -> list[R]:
    """The entries at other places."""
    used = set(places)
    return [row for place, row in enumerate(rows) if place not in used]


def renewed(was: R, now: R, path: Callable[[str], str], kind: str, name: str, fields: Fields) -> Iterator[Change]:
    """What changed in one entry: its name, and each field."""
    old, new = str(getattr(was, name) or ""), str(getattr(now, name) or "")
    if even(old) != even(new):
        yield came_or_went(path(name), kind, old, new, "renamed")
    for field, label in fields:
        before, after = getattr(was, field), getattr(now, field)
        if even(before or "") != even(after or ""):
            yield came_or_went(path(field), kind, before or None, after or None, f"{new}: {label}")


def whole_words(row: Row, name: str, fields: Fields) -> str:
    """An entry in full: its name and what its fields say, one a line."""
    parts = [getattr(row, name) or "(no name)", *(value for field, _ in fields if (value := getattr(row, field)))]
    return "\n".join(str(part) for part in parts)


def _links(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """Which arm receives which intervention, for arms and interventions that are in both versions."""
    old, new = _received(before), _received(after)
    arms, things = _titles(before) & _titles(after), _names(before) & _names(after)
    path = field_path(DesignGroup, "title").rpartition(".")[0] + ".interventionNames"
    both = [pair for pair in dict.fromkeys((*old, *new)) if pair[0] in arms and pair[1] in things]
    for arm, thing in both:
        if ((arm, thing) in old) != ((arm, thing) in new):
            words = f"{arm} receives {thing}"
            gone = (arm, thing) in old
            yield came_or_went(path, "arm", words if gone else None, None if gone else words, "who receives what")


def _titles(rows: StudyRows) -> set[str]:
    return {row.title or "" for row in rows.of(DesignGroup)}


def _names(rows: StudyRows) -> set[str]:
    return {row.name or "" for row in rows.of(Intervention)}


def _received(rows: StudyRows) -> dict[tuple[str, str], None]:
    arms = {row.design_group_id: row.title or "" for row in rows.of(DesignGroup)}
    things = {row.intervention_id: row.name or "" for row in rows.of(Intervention)}
    links = rows.of(DesignGroupIntervention)
    return {(arms.get(row.design_group_id, ""), things.get(row.intervention_id, "")): None for row in links}
