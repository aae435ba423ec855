"""The forms a saved registry page is written in (labelled values, groups under a name), and the record in the making."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from harvester.registry.page_lines import Section

_PHASE = re.compile(r"EARLY_?PHASE_?1|PHASE_?[1-4]|\bNA\b")
_INLINE_LABELS: Final = (
    "Group Type",
    "Intervention Type",
    "Sponsor Role",
    "Responsibility Role",
    "Site Status",
    "Identifier Type",
    "Identifier Source",
    "Role",
)


@dataclass(slots=True)
class Page:
    """The record being built from a page, and what found no place in it yet."""

    body: dict[str, Any] = field(default_factory=lambda: {"protocolSection": {}})
    countries: list[str] = field(default_factory=list)
    others: list[dict[str, str]] = field(default_factory=list)
    arms: Section | None = None
    interventions: Section | None = None

    def keep(self, heading: str, text: str) -> None:
        """Keep words that no reader took, under their heading."""
        if text.strip():
            self.others.append({"heading": heading, "text": text})

    def finish(self) -> None:
        """Add what has no place in the API's shape."""
        kept = {"countries": self.countries, "otherSections": self.others}
        if any(kept.values()):
            self.body["pageSection"] = {name: value for name, value in kept.items() if value}


def put(body: dict[str, Any], path: str, value: object) -> None:
    """Set the dotted ``path`` (objects only) in ``body``."""
    *parents, name = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[name] = value


def code(text: str) -> str:
    """An API word from the page: ``RECRUITING`` as it is, ``Not yet recruiting`` spelled back to ``NOT_YET_RECRUITING``."""
    return re.sub(r"[^A-Z0-9]+", "_", text.strip().upper()).strip("_")


def phases(text: str) -> list[str] | None:
    """The phases named in ``text`` as API words, or None."""
    found = _PHASE.findall(text.upper().replace(" ", "_").replace("N/A", "NA").replace("NOT_APPLICABLE", "NA"))
    return [re.sub(r"PHASE_", "PHASE", phase) for phase in found] or None


def joined(lines: Sequence[str]) -> list[str]:
    """The lines with each inline label and its value on one line, wherever the page broke them apart."""
    joined: list[str] = []
    waiting = False
    for line in lines:
        if waiting and line.strip():
            joined[-1] = f"{joined[-1]} {line.strip()}"
        elif not (waiting and not line.strip()):
            joined.append(line)
        waiting = joined[-1].strip().rstrip(":") in _INLINE_LABELS if joined else False
        if waiting:
            joined[-1] = joined[-1].strip().rstrip(":")
    return joined


def labelled(line: str, label: str) -> str | None:
    """The value of ``label`` when the line is that label with its value."""
    found = re.fullmatch(rf"{label}\s*:?\s+(\S.*?)\s*", line.strip())
    return found.group(1) if found else None


def groups(lines: list[str], label: str) -> list[tuple[str, str, list[str]]]:
    """Groups (name, value, lines that follow), each begun by a name line whose next line is ``label value``."""
    marks = [place for place, line in enumerate(lines) if labelled(line, label) is not None]
    if not marks:
        return []
    starts = [next((at for at in range(mark - 1, -1, -1) if lines[at].strip()), mark) for mark in marks]
    groups = []
    for mark, start, end in zip(marks, starts, [*starts[1:], len(lines)], strict=True):
        name = lines[start].strip() if start != mark else ""
        groups.append((name, labelled(lines[mark], label) or "", lines[mark + 1 : end]))
    return groups


def trimmed(lines: Sequence[str]) -> str:
    """The lines as one text, without blank lines at either end."""
    return "\n".join(lines).strip("\n")
