"""Readers for the arms and the interventions of a saved registry page."""

from __future__ import annotations

from typing import Any, Final

from harvester.registry.page_forms import Page, code, groups, joined, labelled, put, trimmed
from harvester.registry.page_lines import Section

_ARMS: Final = "protocolSection.armsInterventionsModule.armGroups"
_INTERVENTIONS: Final = "protocolSection.armsInterventionsModule.interventions"
_MEMBERS: Final = "its interventions, until they are tied"


def arms(page: Page, section: Section, path: str) -> None:
    """Each arm is its label, ``Group Type …``, a description, and its interventions (name, ``Intervention Type …``, text)."""
    del path
    found = []
    for label, kind, lines in groups(joined(section.lines), "Group Type"):
        members = groups(lines, "Intervention Type")
        first = members[0][0] if members else None
        own = lines[: next((at for at, line in enumerate(lines) if line.strip() == first), len(lines) if first is None else 0)]
        arm: dict[str, Any] = {"label": label, "type": code(kind), "description": trimmed(own)}
        arm = {name: value for name, value in arm.items() if value}
        found.append(arm | {_MEMBERS: [(name, code(kind_of), trimmed(text)) for name, kind_of, text in members]})
    if found:
        put(page.body, _ARMS, found)
    else:
        page.keep(section.heading, section.text)


def interventions(page: Page, section: Section, path: str) -> None:
    """Each intervention is its name, its description, then its type; other names may stand after the type."""
    del path
    lines = joined(section.lines)
    known = {name for arm in _arms_of(page.body) for name, _, _ in arm[_MEMBERS]}
    marks = [place for place, line in enumerate(lines) if labelled(line, "Intervention Type") is not None]
    found: list[dict[str, Any]] = []
    for start, mark in zip([0, *(mark + 1 for mark in marks)], marks, strict=False):
        name_at = _name_line(lines[start:mark], known)
        if name_at is None:
            continue
        _name_others(found, lines[start : start + name_at])
        entry = {"type": code(labelled(lines[mark], "Intervention Type") or ""), "name": lines[start + name_at].strip()}
        description = trimmed(lines[start + name_at + 1 : mark])
        found.append(entry | ({"description": description} if description else {}))
    if found:
        put(page.body, _INTERVENTIONS, found)
    rest = lines[marks[-1] + 1 :] if marks else lines
    if known and found:
        _name_others(found, rest)
    else:
        page.keep(section.heading, trimmed(rest))


def _name_line(lines: list[str], known: set[str]) -> int | None:
    """Which line is the intervention's name: one that an arm named, else the first that is not blank."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    return next((place for place in written if lines[place].strip() in known), written[0] if written else None)


def _name_others(found: list[dict[str, Any]], lines: list[str]) -> None:
    names = [line.strip() for line in lines if line.strip()]
    if found and names:
        found[-1]["otherNames"] = names


def _arms_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body["protocolSection"].get("armsInterventionsModule", {}).get("armGroups", [])
    return found


def tie_arms(body: dict[str, Any]) -> None:
    """Give arms their ``interventionNames`` and interventions their ``armGroupLabels``, as the API writes them."""
    module = body["protocolSection"].get("armsInterventionsModule", {})
    interventions: list[dict[str, Any]] = module.get("interventions", [])
    by_name = {entry["name"]: entry for entry in interventions}
    for arm in _arms_of(body):
        names = []
        for name, kind, description in arm.pop(_MEMBERS):
            names.append(f"{kind.replace('_', ' ').title()}: {name}")
            if name not in by_name:
                by_name[name] = {"type": kind, "name": name} | ({"description": description} if description else {})
                interventions.append(by_name[name])
            by_name[name].setdefault("armGroupLabels", []).append(arm["label"])
        if names:
            arm["interventionNames"] = names
    if interventions:
        module["interventions"] = interventions
