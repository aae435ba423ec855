"""A page of whole studies as it came, cut into pieces for others to decode: how a search of any size is gone through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field, replace
from typing import Final

from harvester.errors import BadRecord
from harvester.registry.piece import Piece, ids_in
from harvester.registry.record import Record
from harvester.shape import shape

PAGE_STUDIES: Final = 1_000
"""Studies in one answer; the registry gives no more."""
LARGEST_PAGE: Final = 80_000_000
"""Unpacked bytes of one answer; a thousand studies have some twenty million."""

_HOLDER: Final = b'"versionHolder"'
_RELEASE = re.compile(rb'"versionHolder"\s*:\s*"(\d{4}-\d{2}-\d{2})"')


@shape()
class WholePage:
    """One page: its studies in pieces (or decoded, where the answer was not written as usual), and what the registry says of it.

    ``total`` stands on a first page only, ``token`` leads to the next page; ``data_timestamp`` is the date of the data.
    """

    parts: Sequence[Piece | Record | BadRecord] = field(repr=False)
    total: int | None
    token: str | None
    data_timestamp: str | None

    @property
    def ids(self) -> list[str | None]:
        """The numbers of its studies in order; None for one that could not be told."""
        found: list[str | None] = []
        for part in self.parts:
            if isinstance(part, Piece):
                found += ids_in(part)
            else:
                found.append(part.nct_id if isinstance(part, Record) else None)
        return found


def release_in(body: bytes) -> str | None:
    """The day of the registry's release that the studies of an answer carry; None where they carry none."""
    found = _RELEASE.match(body, body.rfind(_HOLDER)) if _HOLDER in body else None
    return found.group(1).decode("ascii") if found else None


def stamped(part: Piece, api_version: str, data_timestamp: str) -> Piece:
    """A piece of another version of the registry's data than was thought."""
    return replace(part, origin=replace(part.origin, api_version=api_version, data_timestamp=data_timestamp))
