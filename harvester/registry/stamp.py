"""What the registry tells of a study in a kilobyte: enough to see whether it changed."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from harvester.registry.record import Record
from harvester.shape import shape

STAMPS_A_PAGE: Final = 1_000
"""The registry gives no more in one answer."""


@shape()
class Stamp:
    """A study's number and the date of its last update as posted (``LastUpdatePostDate``), or None when it has none.

    ``partial`` is the record with no more than its status and dates, whether it has results, and its MeSH terms.
    """

    nct_id: str
    last_update: str | None
    partial: Record | None = field(default=None, compare=False, repr=False)
