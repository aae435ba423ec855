"""Readers for the organisations, people, places and identifiers of a saved registry page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvester.registry.page_forms import Page, code, groups, joined, labelled, put
from harvester.registry.page_lines import Section
from harvester.trial_id import is_trial_id

_SPONSORS: Final = "protocolSection.sponsorCollaboratorsModule"
_PLACES: Final = "protocolSection.contactsLocationsModule"
_IDS: Final = "protocolSection.identificationModule"

_CODE = re.compile(r"[A-Z][A-Z0-9_]*")


def sponsors(page: Page, section: Section, path: str) -> None:
    """Name, class, then ``Sponsor Role lead`` or ``collaborator``."""
    del path
    waiting: list[str] = []
    collaborators = []
    for block in joined(section.blocks):
        role = labelled(block, "Sponsor Role")
        if role is None:
            waiting.append(block)
            continue
        sponsor = {"name": waiting[0]} if waiting else {}
        if len(waiting) > 1 and _CODE.fullmatch(waiting[1]):
            sponsor["class"] = waiting[1]
        if role.casefold() == "lead" and sponsor:
            put(page.body, f"{_SPONSORS}.leadSponsor", sponsor)
        elif sponsor:
            collaborators.append(sponsor)
        waiting = []
    if collaborators:
        put(page.body, f"{_SPONSORS}.collaborators", collaborators)
    page.keep(section.heading, "\n".join(waiting))


def responsible(page: Page, section: Section, path: str) -> None:
    """``Responsibility Role SPONSOR``, or an investigator's name, title and affiliation around the role."""
    del path
    party: dict[str, str] = {}
    others = []
    for block in joined(section.blocks):
        role = labelled(block, "Responsibility Role")
        if role is not None:
            party["type"] = code(role)
        else:
            others.append(block)
    if len(others) == 3:
        party |= zip(("investigatorFullName", "investigatorTitle", "investigatorAffiliation"), others, strict=True)
        others = []
    if party:
        put(page.body, f"{_SPONSORS}.responsibleParty", party)
    page.keep(section.heading, "\n".join(others))


def locations(page: Page, section: Section, path: str) -> None:
    """Facility, ``city, state, country``, ``Site Status …``; facility and status may be missing."""
    del path
    sites: list[dict[str, str]] = []
    facility: str | None = None
    unread = []
    blocks = joined(section.blocks)
    for block, following in zip(blocks, [*blocks[1:], ""], strict=False):
        status = labelled(block, "Site Status")
        place = _place(block, page.countries)
        if status is not None:
            if sites:
                sites[-1]["status"] = code(status)
        elif place and (facility or labelled(following, "Site Status")):
            sites.append(({"facility": facility} if facility else {}) | place)
            facility = None
        else:
            unread += [facility] if facility else []
            facility = block
    if sites:
        put(page.body, f"{_PLACES}.locations", sites)
    page.keep(section.heading, "\n".join(unread + ([facility] if facility else [])))


def _place(text: str, countries: Sequence[str]) -> dict[str, str] | None:
    """``Hangzhou, , China`` as city, state and country; empty parts stay out. None when the words are not of that form."""
    country = next((name for name in countries if text.endswith(f", {name}")), None)
    before, _, last = text.rpartition(", ")
    if country is not None:
        before, last = text[: -len(country) - 2], country
    elif countries or text.count(",") != 2:
        return None
    city, _, state = before.partition(",")
    parts = {"city": city.strip(), "state": state.strip(), "country": last.strip()}
    return {name: part for name, part in parts.items() if part}


def countries(page: Page, section: Section, path: str) -> None:
    """One country a line; they also tell where a place's country begins."""
    del path
    page.countries = section.blocks


def contacts(page: Page, section: Section, path: str) -> None:
    """Name, ``Role: CONTACT``, then telephone and e-mail as far as given."""
    del path
    contacts: list[dict[str, str]] = []
    for name, role, lines in groups(joined(section.lines), "Role"):
        contact = {"name": name, "role": code(role)} if name else {"role": code(role)}
        for line in (line.strip() for line in lines if line.strip()):
            contact.setdefault("email" if "@" in line else "phone", line)
        contacts.append(contact)
    if contacts:
        put(page.body, f"{_PLACES}.centralContacts", contacts)
    else:
        page.keep(section.heading, section.text)


def identifiers(page: Page, section: Section, path: str) -> None:
    """Identifier, ``Identifier Type: …``, ``Identifier Source: org_study_id`` or another source."""
    del path
    secondary: list[dict[str, str]] = []
    for name, kind, lines in groups(joined(section.lines), "Identifier Type"):
        source = next((found for line in lines if (found := labelled(line, "Identifier Source"))), "")
        entry = {"id": name} | ({} if kind == "-" else {"type": kind})
        if source == "org_study_id":
            put(page.body, f"{_IDS}.orgStudyIdInfo", entry)
        elif is_trial_id(name) and "alias" in source:
            put(page.body, f"{_IDS}.nctIdAliases", [name])
        else:
            secondary.append(entry)
    if secondary:
        put(page.body, f"{_IDS}.secondaryIdInfos", secondary)
