"""Readers for the arms and the interventions of a saved registry page. The two sections explain each other, so they are read
together when the page has been gone through: arms name the interventions, interventions tell where an arm's text ends.
"""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import Any, Final

from harvester.registry.page_forms import Page, code, groups, joined, labelled, put, trimmed
from harvester.registry.page_lines import Section

_ARMS: Final = "protocolSection.armsInterventionsModule.armGroups"
_INTERVENTIONS: Final = "protocolSection.armsInterventionsModule.interventions"
_TYPE: Final = "Intervention Type"

Members = list[tuple[str, str, str]]  # name, type and text of each intervention of an arm


def arms(page: Page, section: Section, path: str) -> None:
    """Set the section aside for `read_arms`."""
    del path
    page.arms = section


def interventions(page: Page, section: Section, path: str) -> None:
    """Set the section aside for `read_arms`."""
    del path
    page.interventions = section


def read_arms(page: Page) -> None:
    """Read both sections, and tie arms to interventions as the API does: ``interventionNames`` and ``armGroupLabels``."""
    lines = joined(page.arms.lines) if page.arms else []
    found = _read_interventions(page, _names(lines))
    tied = _read_arms(lines, {entry["name"]: entry.get("description", "") for entry in found})
    if not tied and page.arms:
        page.keep(page.arms.heading, page.arms.text)
    for arm, members in tied:
        _tie(arm, members, found)
    if tied:
        put(page.body, _ARMS, [arm for arm, _ in tied])
    if found:
        put(page.body, _INTERVENTIONS, found)


def _names(lines: list[str]) -> set[str]:
    return {name for name, _, _ in groups(lines, _TYPE)}


def _read_arms(lines: list[str], described: dict[str, str]) -> list[tuple[dict[str, Any], Members]]:
    """Each arm is its label, a description, ``Group Type …``, and its interventions (name, ``Intervention Type …``, text)."""
    marks = [place for place, line in enumerate(lines) if labelled(line, "Group Type") is not None]
    if not marks:
        return []
    starts = [_label_line(lines, before, mark, described) for before, mark in pairwise([-1, *marks])]
    found = []
    for start, mark, end in zip(starts, marks, [*starts[1:], len(lines)], strict=True):
        label, above = ("", lines[0:0]) if start == mark else (lines[start].strip(), lines[start + 1 : mark])
        members = groups(lines[mark + 1 : end], _TYPE)
        names = {name for name, _, _ in members}
        own = list(takewhile(lambda line, names=names: line.strip() not in names, lines[mark + 1 : end]))  # type: ignore[misc]
        described_as = "\n\n".join(text for text in (trimmed(above), trimmed(own)) if text)
        arm = {"label": label, "type": code(labelled(lines[mark], "Group Type") or ""), "description": described_as}
        kept: dict[str, Any] = {name: value for name, value in arm.items() if value}
        found.append((kept, [(name, code(kind), trimmed(text)) for name, kind, text in members]))
    return found


def _label_line(lines: list[str], before: int, mark: int, described: dict[str, str]) -> int:
    """The line of an arm's label, between the last arm's type (``before``) and this one's (``mark``).

    For the first arm it is the first line. Later it is what follows the known description of the last intervention; where that
    is not known, the line right above the type.
    """
    written = [place for place in range(before + 1, mark) if lines[place].strip()]
    if not written:
        return mark
    if before < 0:
        return written[0]
    types = [place for place in written if labelled(lines[place], _TYPE) is not None]
    if types:
        name = next((lines[place].strip() for place in reversed(written) if place < types[-1]), "")
        rest = [place for place in written if place > types[-1]]
        known = [line.strip() for line in described.get(name, "").split("\n") if line.strip()]
        if [lines[place].strip() for place in rest[: len(known)]] == known:
            return rest[len(known)] if known and len(rest) > len(known) else written[-1]
    return written[-1]


def _read_interventions(page: Page, known: set[str]) -> list[dict[str, Any]]:
    """Each intervention is its name, its description, then its type; other names may stand after the type.

    ``known`` are the names that the arms give; they tell a name from another name of the intervention before.
    """
    if page.interventions is None:
        return []
    lines = joined(page.interventions.lines)
    marks = [place for place, line in enumerate(lines) if labelled(line, _TYPE) is not None]
    found: list[dict[str, Any]] = []
    for start, mark in zip([0, *(mark + 1 for mark in marks)], marks, strict=False):
        name_at = _name_line(lines[start:mark], known)
        if name_at is None:
            continue
        _name_others(found, lines[start : start + name_at])
        entry = {"type": code(labelled(lines[mark], _TYPE) or ""), "name": lines[start + name_at].strip()}
        description = trimmed(lines[start + name_at + 1 : mark])
        found.append(entry | ({"description": description} if description else {}))
    rest = lines[marks[-1] + 1 :] if marks else lines
    if known and found:
        _name_others(found, rest)
    else:
        page.keep(page.interventions.heading, trimmed(rest))
    return found


def _name_line(lines: list[str], known: set[str]) -> int | None:
    """Which line is the intervention's name: one that an arm named, else the first that is not blank."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    return next((place for place in written if lines[place].strip() in known), written[0] if written else None)


def _name_others(found: list[dict[str, Any]], lines: list[str]) -> None:
    names = [line.strip() for line in lines if line.strip()]
    if found and names:
        found[-1]["otherNames"] = names


def _tie(arm: dict[str, Any], members: Members, interventions: list[dict[str, Any]]) -> None:
    """Name each in the other; an intervention that only the arm shows is added to ``interventions``."""
    for name, kind, description in members:
        entry: dict[str, Any] | None = next((entry for entry in interventions if entry["name"] == name), None)
        if entry is None:
            entry = {"type": kind, "name": name}
            if description:
                entry["description"] = description
            interventions.append(entry)
        entry.setdefault("armGroupLabels", []).append(arm.get("label", ""))
        arm.setdefault("interventionNames", []).append(f"{kind.replace('_', ' ').title()}: {name}")
