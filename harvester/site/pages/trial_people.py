"""People and places of a trial, and what its record points to."""

from __future__ import annotations

import re

from harvester.compare.trial import Trial
from harvester.site.trial_context import Address, Outcome, Outcomes, Person, Publication, RelatedLine, Site, Sites
from harvester.tables import (
    CentralContact,
    Country,
    DesignOutcome,
    Document,
    Facility,
    FacilityContact,
    FacilityInvestigator,
    Link,
    OverallOfficial,
    RelatedTrial,
    Retraction,
    StudyReference,
)

_WEB = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_RANKS = {"primary": "Primary", "secondary": "Secondary", "other": "Other"}


def outcomes(trial: Trial) -> tuple[Outcomes, ...]:
    """Outcome measures by rank; ranks without any are left out."""
    found: dict[str, list[Outcome]] = {rank: [] for rank in _RANKS}
    for each in trial.rows.of(DesignOutcome):
        found[each.outcome_type].append(Outcome(each.measure, each.time_frame, each.description))
    return tuple(Outcomes(_RANKS[rank], tuple(measures)) for rank, measures in found.items() if measures)


def officials(trial: Trial) -> tuple[Person, ...]:
    """Officials of the whole trial."""
    return tuple(Person(each.name, each.role_label or each.role, each.affiliation) for each in trial.rows.of(OverallOfficial))


def contacts(trial: Trial) -> tuple[Person, ...]:
    """Whom to ask about taking part: central contacts, then those of sites. For the trial's own page only."""
    places = {each.facility_id: _place(each) for each in trial.rows.of(Facility)}
    central = (_person(each, None) for each in trial.rows.of(CentralContact))
    local = (_person(each, places.get(each.facility_id)) for each in trial.rows.of(FacilityContact))
    return (*central, *local)


def sites(trial: Trial) -> tuple[Sites, ...]:
    """Sites by country, in the order of the record; countries without sites come last."""
    people: dict[str, list[str]] = {}
    for investigator in trial.rows.of(FacilityInvestigator):
        said = [investigator.name, investigator.role_label or investigator.role]
        people.setdefault(investigator.facility_id, []).append(", ".join(part for part in said if part))
    found: dict[str, list[Site]] = {}
    for each in trial.rows.of(Facility):
        site = Site(each.name, _place(each), each.status_label or each.status, tuple(people.get(each.facility_id, ())))
        found.setdefault(each.country or "Country not stated", []).append(site)
    removed = {each.name: each.removed for each in trial.rows.of(Country)}
    for name in removed:
        found.setdefault(name, [])
    return tuple(Sites(country, removed.get(country, False), tuple(there)) for country, there in found.items())


def publications(trial: Trial) -> tuple[Publication, ...]:
    """Publications named in the record."""
    retracted = {each.study_reference_id for each in trial.rows.of(Retraction)}
    return tuple(
        Publication(
            each.citation,
            each.reference_type_label or each.reference_type,
            each.pmid if (each.pmid or "").isdigit() else None,
            each.study_reference_id in retracted,
        )
        for each in trial.rows.of(StudyReference)
    )


def addresses(trial: Trial) -> tuple[Address, ...]:
    """Web pages and documents named in the record."""
    links = (Address(each.description or each.url or "", web(each.url)) for each in trial.rows.of(Link))
    documents = (
        Address(", ".join(part for part in (each.document_type, each.document_id, each.comment) if part), web(each.url))
        for each in trial.rows.of(Document)
    )
    return tuple(each for each in (*links, *documents) if each.text)


def related(trial: Trial, here: frozenset[str]) -> tuple[RelatedLine, ...]:
    """Trials that the saved registry page lists; ``here`` holds the numbers whose records are in this collection."""
    return tuple(
        RelatedLine(
            nct_id=each.related_nct_id,
            title=each.brief_title,
            status=each.overall_status_label or each.overall_status,
            phase=None,
            role=None,
            reasons=("listed on the registry page",),
            in_collection=each.related_nct_id in here,
        )
        for each in trial.rows.of(RelatedTrial)
    )


def related_ids(trial: Trial) -> list[str]:
    """Numbers of the trials that the saved registry page lists."""
    return [each.related_nct_id for each in trial.rows.of(RelatedTrial)]


def web(url: str | None) -> str | None:
    """An address one can follow: http or https and nothing odd in it; None for anything else."""
    return url if url and _WEB.fullmatch(url) else None


def _place(each: Facility) -> str:
    return ", ".join(part for part in (each.city, each.state, each.zip) if part)


def _person(each: CentralContact | FacilityContact, place: str | None) -> Person:
    phone = f"{each.phone} ext. {each.phone_extension}" if each.phone and each.phone_extension else each.phone
    return Person(each.name, each.role_label or each.role, place, phone, each.email)
