"""Comparator sets as YAML files: which trials stand beside a focal one, the part each plays, and why.

title: Blinatumomab after allo-HSCT
focal: NCT07105579
weights: {drug: 4.0, condition: 3.0}    # where a ranking made the set: those it used
members:
  - id: NCT06438796
    role: same drug in the same setting
    reason: blinatumomab as maintenance after allo-HSCT
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import yaml

from harvester.compare.model import Member
from harvester.compare.related import Related, Weights, parse_weights
from harvester.shape import shape
from harvester.trial_id import typed_id

_KEYS = {"title", "note", "weights", "focal", "members"}
_MEMBER_KEYS = {"id", "role", "reason"}


@shape()
class MemberSet:
    """A comparator set: the focal trial's NCT number and its comparators, in order; the weights of the ranking that made it."""

    focal: str
    members: tuple[Member, ...]
    title: str | None = None
    note: str | None = None
    weights: Mapping[str, float] | None = None

    @property
    def nct_ids(self) -> tuple[str, ...]:
        """All NCT numbers, focal first."""
        return (self.focal, *(each.nct_id for each in self.members))

    @property
    def weighed(self) -> str | None:
        """The weights in words; None where no ranking made the set."""
        if not self.weights:
            return None
        return "Ranked with the weights " + ", ".join(f"{name} {value:g}" for name, value in self.weights.items()) + "."


def read_members(text: str) -> MemberSet:
    """The set that a YAML text holds. ValueError names in one line what is wrong and what is expected."""
    document = _document(text)
    strange = sorted(str(key) for key in set(document) - _KEYS)
    if strange:
        raise ValueError(f"unknown key {', '.join(strange)}; a set has title, note, weights, focal and members")
    focal = _nct_id(document.get("focal"), "focal")
    listed = document.get("members", [])
    if not isinstance(listed, list):
        raise ValueError("members must be a list, one “- id: NCT…” a trial")
    members = tuple(_member(each, number) for number, each in enumerate(listed, start=1))
    _check_once((focal, *(each.nct_id for each in members)))
    return MemberSet(focal, members, _words(document, "title"), _words(document, "note"), _weights(document))


def write_members(members: MemberSet) -> str:
    """The set as YAML; reading it again gives the same set."""
    document: dict[str, object] = {}
    if members.title:
        document["title"] = members.title
    if members.note:
        document["note"] = members.note
    document["focal"] = members.focal
    if members.weights:
        document["weights"] = dict(members.weights)
    document["members"] = [_as_mapping(each) for each in members.members]
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def from_related(focal: str, related: Sequence[Related], weights: Weights, title: str | None = None) -> MemberSet:
    """A set of the trials that a ranking kept, with their roles and reasons, and the weights that ranked them."""
    kept = tuple(Member(each.nct_id, each.role, "; ".join(each.reasons)) for each in related if each.left_out_reason is None)
    return MemberSet(focal, kept, title, weights=dict(weights.weights))


def refreshed(old: MemberSet, found: MemberSet) -> MemberSet:
    """The set with what a new ranking found added at its end: its own members keep their places and words.

    Raises ValueError when the two have another focal trial.
    """
    if old.focal != found.focal:
        raise ValueError(f"the set is about {old.focal}, not {found.focal}")
    known = set(old.nct_ids)
    added = tuple(each for each in found.members if each.nct_id not in known)
    return replace(old, members=(*old.members, *added), weights=found.weights)


def _document(text: str) -> dict[str, object]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise ValueError(f"this is not YAML{place}") from None
    if not isinstance(document, dict):
        raise ValueError("a set is a mapping with “focal: NCT…” and “members:”")
    return document


def _member(entry: object, number: int) -> Member:
    if not isinstance(entry, dict):
        raise ValueError(f"member {number} must be a mapping with “id: NCT…”")
    strange = sorted(str(key) for key in set(entry) - _MEMBER_KEYS)
    if strange:
        raise ValueError(f"member {number}: unknown key {', '.join(strange)}; a member has id, role and reason")
    return Member(_nct_id(entry.get("id"), f"member {number}"), _words(entry, "role"), _words(entry, "reason"))


def _nct_id(value: object, where: str) -> str:
    nct_id = typed_id(value) if isinstance(value, str) else None
    if nct_id is None:
        raise ValueError(f"{where}: expected an NCT number such as NCT07105579, not {value!r}")
    return nct_id


def _words(entry: Mapping[str, object], key: str) -> str | None:
    value = entry.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"{key} must be text, not {value!r}")


def _weights(document: Mapping[str, object]) -> dict[str, float] | None:
    given = document.get("weights")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ValueError("weights must be a mapping, one “drug: 4.0” a component")
    return {name: float(value) for name, value in parse_weights({"weights": given}).weights.items() if name in given}


def _check_once(nct_ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for nct_id in nct_ids:
        if nct_id in seen:
            raise ValueError(f"{nct_id} stands twice in the set")
        seen.add(nct_id)


def _as_mapping(member: Member) -> dict[str, str]:
    given = {"id": member.nct_id, "role": member.role, "reason": member.reason}
    return {key: value for key, value in given.items() if value is not None}
