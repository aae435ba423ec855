"""A trial record, kept whole: the body as the registry gave it, where it came from, and safe ways to look into it."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

from harvester.errors import BadRecord
from harvester.registry import json_text
from harvester.trial_id import canonical_id, is_trial_id, shown

SOURCES: Final = ("api", "file", "page", "digest")
ID_PATH: Final = "protocolSection.identificationModule.nctId"
ALIASES_PATH: Final = "protocolSection.identificationModule.nctIdAliases"
VERSION_HOLDER_PATH: Final = "derivedSection.miscInfoModule.versionHolder"

STAMP = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)
"""How the date of the registry's data begins; what does not is no date to show."""
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,9})\]")
_ID_IN_TEXT = re.compile(r'"nctId"\s*:\s*"([Nn][Cc][Tt]\d{1,9})"')


@dataclass(frozen=True)
class Origin:
    """Where a record came from and when.

    ``source`` is one of :data:`SOURCES`; ``source_url`` the address asked (for files the file's name); ``api_version`` and
    ``data_timestamp`` as ``/version`` gave them (for files the record's own ``versionHolder``); ``fetched_at`` ISO 8601 UTC;
    ``note`` what a person should know of the source, e.g. of a digest.
    """

    source: str = "file"
    source_url: str | None = None
    api_version: str | None = None
    data_timestamp: str | None = None
    fetched_at: str = ""
    note: str | None = None

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"{self.source} is not one of {', '.join(SOURCES)}")


@dataclass(frozen=True)
class Record:
    """One trial of the registry, or what a file or a saved page says of it.

    ``body`` is the decoded record in the API's shape, ``raw`` its JSON text as received (for pages and digests the canonical
    JSON of the body). ``aliases`` are the other NCT numbers that lead to it (API field ``nctIdAliases``, and the id asked for).
    Paths are dotted, lists as ``[i]``: ``protocolSection.armsInterventionsModule.armGroups[0].label``.
    """

    nct_id: str
    body: dict[str, Any] = field(repr=False)
    raw: str = field(repr=False)
    source: str
    source_url: str | None
    api_version: str | None
    data_timestamp: str | None
    fetched_at: str
    aliases: tuple[str, ...] = ()
    note: str | None = None

    @cached_property
    def content_sha256(self) -> str:
        """Hash of the canonical body without the registry's release stamp: equal for equal versions."""
        return json_text.content_sha256(self.body)

    def at(self, path: str) -> Any | None:
        """What stands at ``path``; None when it is absent or a step meets another type than the path expects."""
        return value_at(self.body, path)

    def text(self, path: str) -> str | None:
        """The string at ``path``, or None."""
        value = self.at(path)
        return value if isinstance(value, str) else None

    def strings(self, path: str) -> builtins.list[str]:
        """The strings in the list at ``path``; members of other types are left out."""
        return [item for item in self.list(path) if isinstance(item, str)]

    def mappings(self, path: str) -> builtins.list[tuple[int, dict[str, Any]]]:
        """The objects in the list at ``path``, each with its place in that list; other members are left out."""
        return [(place, item) for place, item in enumerate(self.list(path)) if isinstance(item, dict)]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every string of the record with its path, in the order of the body."""
        return json_text.strings_in(self.body)

    def list(self, path: str) -> builtins.list[Any]:
        """The list at ``path``; empty when there is none."""
        value = self.at(path)
        return value if isinstance(value, list) else []


def parse_record(raw: bytes | str, origin: Origin, asked: str | None = None) -> Record:
    """The record in one JSON text.

    ``asked`` is the NCT number the answer was asked for: the body must carry it, as its id or as an alias. Raises
    :class:`~harvester.errors.BadRecord` with one line (which id, what) for a text that cannot be kept.
    """
    try:
        text = (json_text.text_of(raw) if isinstance(raw, bytes) else raw).removeprefix("\ufeff").strip(" \t\r\n")
        body = json_text.decode(text)
    except json_text.Damaged as problem:
        hint = raw.decode("latin-1") if isinstance(raw, bytes) else raw
        raise bad_record(str(problem), asked or id_in_text(hint), origin) from None
    return record_of(body, text, origin, asked)


def record_of(body: object, raw: str | None, origin: Origin, asked: str | None = None) -> Record:
    """The record of a decoded body; ``raw`` None stands for its canonical JSON. Raises BadRecord as `parse_record`."""
    if not isinstance(body, dict):
        raise bad_record(f"is a {_kind(body)} where a record was expected", asked, origin)
    given = value_at(body, ID_PATH)
    if not isinstance(given, str) or not is_trial_id(given):
        raise bad_record("has no NCT number in it", asked, origin)
    nct_id = canonical_id(given)
    aliases = _aliases(body, nct_id)
    if asked is not None and canonical_id(asked) not in (nct_id, *aliases):
        raise bad_record(f"is the record of {nct_id}", asked, origin)
    return Record(
        nct_id=nct_id,
        body=body,
        raw=json_text.canonical(body) if raw is None else raw,
        source=origin.source,
        source_url=origin.source_url,
        api_version=origin.api_version,
        data_timestamp=next((each for each in (origin.data_timestamp, _release(body)) if each and STAMP.match(each)), None),
        fetched_at=origin.fetched_at,
        aliases=aliases,
        note=origin.note,
    )


def envelope_record(envelope: Mapping[str, Any], origin: Origin) -> Record:
    """The record of a bundled file: ``{"source", "source_url", "data_timestamp", "fetched_at", "note", "record": {…}}``.

    Only ``source`` and ``record`` are needed; what the envelope leaves out is taken from ``origin``. Raises BadRecord.
    """
    source = envelope.get("source")
    if source not in SOURCES:
        raise bad_record(f"names {shown(str(source))} as its source, not one of {', '.join(SOURCES)}", None, origin)
    given = {name: _string(envelope.get(name)) or getattr(origin, name) for name in _ENVELOPE_FIELDS}
    return record_of(envelope.get("record"), None, Origin(source=source, **given))


def is_envelope(value: object) -> bool:
    """Whether ``value`` is a bundled file's envelope around a record."""
    return isinstance(value, dict) and "record" in value and "protocolSection" not in value


def value_at(body: object, path: str) -> Any | None:
    """What stands at the dotted ``path`` in ``body``; None when absent or when a step meets the wrong type."""
    value = body
    for step in _steps(path):
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
        if value is None:
            return None
    return value


def id_in_text(text: str) -> str | None:
    """The first NCT number a damaged JSON text gives as its ``nctId``, to name it in a message; or None."""
    found = _ID_IN_TEXT.search(text[:200_000])
    return canonical_id(found.group(1)) if found and is_trial_id(found.group(1)) else None


def bad_record(reason: str, nct_id: str | None, origin: Origin) -> BadRecord:
    """The error for a record that ``reason`` keeps out: one line with its id or its file, and the next step."""
    if origin.source == "api":
        whose = f"for {nct_id} " if nct_id else ""
        return BadRecord(f"The registry's answer {whose}{reason}; it was not stored", "Harvest it again later.")
    name = f" in {shown(origin.source_url, 120)}" if origin.source_url else ""
    whose = f"The record of {nct_id}" if nct_id else "A record"
    return BadRecord(f"{whose}{name} {reason}; it was not stored", "Get the record from the registry again.")


_ENVELOPE_FIELDS: Final = ("source_url", "api_version", "data_timestamp", "fetched_at", "note")


def _aliases(body: dict[str, Any], nct_id: str) -> tuple[str, ...]:
    listed = value_at(body, ALIASES_PATH)
    found = [canonical_id(alias) for alias in listed if is_trial_id(alias)] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(alias for alias in found if alias != nct_id))


def _release(body: dict[str, Any]) -> str | None:
    return _string(value_at(body, VERSION_HOLDER_PATH))


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _kind(value: object) -> str:
    names = {list: "list", str: "text", bool: "truth value", int: "number", float: "number", type(None): "null"}
    return names.get(type(value), "value")


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(name or int(place) for name, place in _STEP.findall(path))
