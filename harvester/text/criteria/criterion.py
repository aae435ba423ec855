"""One line of eligibility text as it was found."""

from __future__ import annotations

from dataclasses import replace

from harvester.shape import shape


@shape()
class CriterionLine:
    """One line of eligibility text.

    ``start`` and ``end`` are raw offsets of its own words, ``parent`` an index into the same tuple.
    """

    section: str  # inclusion, exclusion, unknown
    position: int  # 0, 1 … among the lines of the text
    parent: int | None
    level: int  # 0 = top
    kind: str  # item, parent, note, header
    label: str | None
    population: str | None
    scope: str | None
    domain: str
    secondary_domains: tuple[str, ...]
    start: int
    end: int
    section_inferred: bool = False  # no heading said it: the line's own words did


def changed(line: CriterionLine, **changes: object) -> CriterionLine:
    """The line with other values in the fields named."""
    return replace(line, **changes)  # type: ignore[arg-type]
