"""The studies a stand-in serves, and how it searches them: simple words and phrases in the areas the API searches."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Study = dict[str, Any]

AREAS: dict[str, tuple[str, ...]] = {
    "query.cond": (
        "protocolSection.conditionsModule",
        "protocolSection.identificationModule.briefTitle",
        "protocolSection.identificationModule.officialTitle",
        "derivedSection.conditionBrowseModule.meshes",
    ),
    "query.intr": (
        "protocolSection.armsInterventionsModule.interventions",
        "protocolSection.identificationModule.briefTitle",
        "derivedSection.interventionBrowseModule.meshes",
    ),
    "query.titles": ("protocolSection.identificationModule",),
    "query.outc": ("protocolSection.outcomesModule",),
    "query.spons": ("protocolSection.sponsorCollaboratorsModule",),
    "query.lead": ("protocolSection.sponsorCollaboratorsModule.leadSponsor",),
    "query.locn": ("protocolSection.contactsLocationsModule",),
    "query.id": ("protocolSection.identificationModule",),
    "query.term": ("protocolSection", "derivedSection"),
    "query.patient": ("protocolSection", "derivedSection"),
}

PIECES: dict[str, str] = {
    "NCTId": "protocolSection.identificationModule.nctId",
    "BriefTitle": "protocolSection.identificationModule.briefTitle",
    "OverallStatus": "protocolSection.statusModule.overallStatus",
    "StartDate": "protocolSection.statusModule.startDateStruct.date",
    "LastUpdatePostDate": "protocolSection.statusModule.lastUpdatePostDateStruct.date",
    "StudyFirstPostDate": "protocolSection.statusModule.studyFirstPostDateStruct.date",
    "EnrollmentCount": "protocolSection.designModule.enrollmentInfo.count",
    "Phase": "protocolSection.designModule.phases",
    "Condition": "protocolSection.conditionsModule.conditions",
    "LeadSponsorName": "protocolSection.sponsorCollaboratorsModule.leadSponsor.name",
    "HasResults": "hasResults",
    "VersionHolder": "derivedSection.miscInfoModule.versionHolder",
    "ProtocolSection": "protocolSection",
    "DerivedSection": "derivedSection",
    "IdentificationModule": "protocolSection.identificationModule",
    "StatusModule": "protocolSection.statusModule",
    "ConditionsModule": "protocolSection.conditionsModule",
    "EligibilityModule": "protocolSection.eligibilityModule",
    "ArmsInterventionsModule": "protocolSection.armsInterventionsModule",
    "ConditionMesh": "derivedSection.conditionBrowseModule.meshes",
    "InterventionMesh": "derivedSection.interventionBrowseModule.meshes",
}

_TOKEN = re.compile(r'"([^"]*)"|(\bAND\b|\bOR\b|\bNOT\b|[()])|([^\s()"]+)')
_MISSING = re.compile(r"AREA\[(\w+)\]MISSING")
_RANGE = re.compile(r"AREA\[(\w+)\]RANGE\[\s*([^,\]]+?)\s*,\s*([^\]]+?)\s*\]")


class BadQuery(ValueError):
    """The stand-in does not take this query; the message is the text of its 400."""


def value_at(body: Any, path: str) -> Any:
    for key in path.split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def words_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from words_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from words_in(child)


def study_id(study: Study) -> str:
    return str(value_at(study, PIECES["NCTId"]))


def aliases(study: Study) -> list[str]:
    listed = value_at(study, "protocolSection.identificationModule.nctIdAliases")
    return listed if isinstance(listed, list) else []


class Collection:
    """Studies by NCT number, with their aliases; mutable, so that a test can let the registry change."""

    def __init__(self, studies: Iterable[Study] = ()) -> None:
        self.studies: dict[str, Study] = {study_id(study): study for study in studies}

    @classmethod
    def of_folder(cls, folder: Path) -> Collection:
        """Every ``*.json`` record of a folder; envelopes and anything else are passed over."""
        bodies = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))
        return cls(body for body in bodies if isinstance(body, dict) and value_at(body, PIECES["NCTId"]))

    def put(self, study: Study) -> None:
        self.studies[study_id(study)] = study

    def real_id(self, nct_id: str) -> str | None:
        """The study's own id for an id or an alias."""
        if nct_id in self.studies:
            return nct_id
        return next((key for key, study in self.studies.items() if nct_id in aliases(study)), None)

    def search(self, params: dict[str, str]) -> list[Study]:
        """The studies for the API's ``query.*``, ``filter.*`` and ``sort`` parameters. Raises BadQuery."""
        found = sorted(self.studies.values(), key=_unsorted)
        for name, path in AREAS.items():
            if name in params:
                holds = essie(params[name])
                found = [study for study in found if holds(_text(study, path))]
        for name in ("filter.ids", "postFilter.ids"):
            if name in params:
                wanted = {self.real_id(key) for key in split_ids(params[name])}
                found = [study for study in found if study_id(study) in wanted]
        if statuses := params.get("filter.overallStatus"):
            kept = re.split(r"[,|]", statuses)
            found = [study for study in found if value_at(study, PIECES["OverallStatus"]) in kept]
        if advanced := params.get("filter.advanced"):
            found = [study for study in found if _advanced(advanced)(study)]
        return _sorted(found, params.get("sort", ""))


def split_ids(text: str) -> list[str]:
    ids = [part for part in re.split(r"[,|]", text) if part]
    for part in ids:
        if not re.fullmatch(r"[Nn][Cc][Tt]0*[1-9][0-9]{0,7}", part):
            raise BadQuery(f"Invalid NCT number: {part}")
    return [f"NCT{int(part[3:]):08d}" for part in ids]


def _unsorted(study: Study) -> str:
    """The registry's own order follows no rule a client could rely on; this one is merely always the same."""
    return hashlib.sha256(study_id(study).encode()).hexdigest()


def _text(study: Study, paths: tuple[str, ...]) -> str:
    return "\n".join(word for path in paths for word in words_in(value_at(study, path))).casefold()


def essie(expression: str) -> Callable[[str], bool]:
    """A test for AND, OR, NOT, brackets, quoted phrases and words (all of which must stand). Raises BadQuery."""
    tokens = [m.groups() for m in _TOKEN.finditer(expression)]
    if expression.count('"') % 2:
        raise BadQuery("Unbalanced quotation marks in the query")
    position = 0

    def peek() -> str:
        return tokens[position][1] or "" if position < len(tokens) else ""

    def term() -> Callable[[str], bool]:
        nonlocal position
        if position >= len(tokens):
            raise BadQuery("The query ends too early")
        phrase, operator, word = tokens[position]
        position += 1
        if operator == "(":
            inner = either()
            if peek() != ")":
                raise BadQuery("Unbalanced brackets in the query")
            position += 1
            return inner
        if operator == "NOT":
            negated = term()
            return lambda text: not negated(text)
        if operator:
            raise BadQuery(f"Unexpected {operator} in the query")
        sought = (phrase if word is None else word).casefold()
        return lambda text: sought in text

    def both() -> Callable[[str], bool]:
        nonlocal position
        parts = [term()]
        while position < len(tokens) and peek() not in ("OR", ")"):
            if peek() == "AND":
                position += 1
            parts.append(term())
        return lambda text: all(part(text) for part in parts)

    def either() -> Callable[[str], bool]:
        nonlocal position
        parts = [both()]
        while peek() == "OR":
            position += 1
            parts.append(both())
        return lambda text: any(part(text) for part in parts)

    holds = either()
    if position < len(tokens):
        raise BadQuery("Unbalanced brackets in the query")
    return holds


def _advanced(expression: str) -> Callable[[Study], bool]:
    """``AREA[Field]RANGE[low,high]`` over dates and counts and ``AREA[Field]MISSING``, joined by AND, in brackets or not."""
    if _MISSING.sub("", _RANGE.sub("", expression)).replace("AND", "").replace("()", "").strip():
        raise BadQuery(f"Cannot read the expression {expression[:60]}")
    ranges, missing = _RANGE.findall(expression), _MISSING.findall(expression)
    for name in (*missing, *(name for name, _, _ in ranges)):
        if name not in PIECES:
            raise BadQuery(f"Unknown area {name}")

    def holds(study: Study) -> bool:
        if any(value_at(study, PIECES[name]) is not None for name in missing):
            return False
        for name, low, high in ranges:
            value = str(value_at(study, PIECES[name]) or "")
            if not value or (low != "MIN" and value < low) or (high != "MAX" and value > high):
                return False
        return True

    return holds


def _sorted(studies: list[Study], sort: str) -> list[Study]:
    for part in reversed([part for part in re.split(r"[,|]", sort) if part]):
        name, _, direction = part.partition(":")
        if name == "@relevance":
            continue
        if name not in PIECES:
            raise BadQuery(f"Cannot sort by {name}")
        down = (direction or ("desc" if name.endswith("Date") else "asc")) == "desc"
        filled = [study for study in studies if value_at(study, PIECES[name]) is not None]
        empty = [study for study in studies if value_at(study, PIECES[name]) is None]
        studies = sorted(filled, key=lambda study: value_at(study, PIECES[name]), reverse=down) + empty
    return studies


def only_fields(study: Study, names: Iterable[str]) -> Study:
    """The study with the named pieces or paths only. Raises KeyError for a name it does not know."""
    kept: Study = {}
    for name in names:
        path = PIECES.get(name) or (name if name.split(".")[0] in ("protocolSection", "derivedSection") else PIECES[name])
        value = value_at(study, path)
        if value is None:
            continue
        *parents, last = path.split(".")
        place = kept
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return kept
