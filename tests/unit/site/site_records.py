"""Synthetic records for the site (ids NCT99…, nothing in them is real): one with every section, one hostile, a few plain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harvester.history import record_changes
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.store import Store, read_studies
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.storing import write_record

FULL, HOSTILE = synthetic_id(700), synthetic_id(666)
PLAIN = tuple(synthetic_id(number) for number in (1, 2, 3, 5))
EXTREME = synthetic_id(888)
_FREE_TEXTS = {"briefTitle", "officialTitle", "acronym", "briefSummary", "detailedDescription", "label", "name", "description"}
_FREE_TEXTS |= {"measure", "timeFrame", "citation", "eligibilityCriteria", "facility", "city", "country"}
_FREE_TEXTS |= {"interventionNames", "otherNames", "keywords", "conditions"}
ALIAS = "NCT99000999"
DATA = "2026-11-24T09:00:05"
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"
MARK = "hostile-"


def full_study() -> dict[str, Any]:
    """A record that fills every section of a trial page."""
    body = synthetic_study(700)
    protocol = body["protocolSection"]
    protocol["identificationModule"] |= {
        "acronym": "SYNFULL",
        "officialTitle": "A Synthetic Study With Every Section",
        "nctIdAliases": [ALIAS],
        "secondaryIdInfos": [{"id": "SYN-EUDRA-7", "type": "EUDRACT_NUMBER"}],
    }
    protocol["descriptionModule"] = {
        "briefSummary": "A synthetic summary with *emphasis*.\n\n* first point\n* second point",
        "detailedDescription": "A longer synthetic text.",
    }
    protocol["conditionsModule"]["keywords"] = ["synthetic keyword"]
    protocol["armsInterventionsModule"]["interventions"][0] |= {
        "otherNames": ["SYN-007"],
        "description": "Cycle 1: 9 ug/day on days 1-3, 28 ug/day on days 4-14, continuous intravenous infusion.",
    }
    protocol["outcomesModule"] = {
        "primaryOutcomes": [
            {"measure": "Relapse-free survival", "timeFrame": "18 months", "description": "From the first dose."}
        ],
        "secondaryOutcomes": [{"measure": "Overall survival", "timeFrame": "2 years"}],
    }
    protocol["eligibilityModule"]["eligibilityCriteria"] = (
        "Inclusion Criteria:\n\n1. Age 18-65 years\n2. ECOG performance status \\<3 and Karnofsky score ≥70\n"
        "3. LVEF ≥50% by echocardiography\n\nExclusion Criteria:\n\n1. LVEF \\<60%\n2. Active uncontrolled infection"
    )
    protocol["sponsorCollaboratorsModule"] |= {
        "responsibleParty": {"type": "SPONSOR"},
        "collaborators": [{"name": "Synthetic Partner", "class": "INDUSTRY"}],
    }
    protocol["contactsLocationsModule"] = {
        "centralContacts": [{"name": "Ada Example", "role": "CONTACT", "phone": "555-0100", "email": "ada@example.invalid"}],
        "overallOfficials": [{"name": "Bo Example", "affiliation": "Synthetic Hospital", "role": "PRINCIPAL_INVESTIGATOR"}],
        "locations": [{"facility": "Synthetic Hospital", "status": "RECRUITING", "city": "Utopia", "country": "Nowhere"}],
    }
    protocol["referencesModule"] = {
        "references": [{"pmid": "12345678", "type": "BACKGROUND", "citation": "Example A. A synthetic paper. 2020."}],
        "seeAlsoLinks": [{"label": "Synthetic page", "url": "https://example.invalid/page"}],
    }
    protocol["ipdSharingStatementModule"] = {"ipdSharing": "YES", "description": "On request.", "infoTypes": ["STUDY_PROTOCOL"]}
    body["relatedTrials"] = [{"nctId": PLAIN[0], "briefTitle": "A plain one"}, {"nctId": "NCT99123456", "briefTitle": "Not here"}]
    return body


def hostile_study() -> dict[str, Any]:
    """A record whose every free text tries to break out of the page."""
    body = full_study()
    body["protocolSection"]["identificationModule"] |= {"nctId": HOSTILE, "nctIdAliases": []}
    body["protocolSection"]["referencesModule"]["seeAlsoLinks"] = [
        {"label": f"{MARK}link", "url": "javascript:alert(1)"},
        {"label": f"{MARK}data", "url": "data:text/html,<script>alert(1)</script>"},
    ]
    return _poisoned(body)  # type: ignore[no-any-return]


def older_hostile_study() -> dict[str, Any]:
    """The hostile record before its last change, so that it has a history."""
    body = hostile_study()
    protocol = body["protocolSection"]
    protocol["identificationModule"]["briefTitle"] = f"{SCRIPT} {MARK}older"
    protocol["designModule"]["enrollmentInfo"] = {"count": 7, "type": "ESTIMATED"}
    protocol["eligibilityModule"]["eligibilityCriteria"] = (
        f"Inclusion Criteria:\n\n* ECOG 0-1\n* {SCRIPT} {MARK}older criterion\n\nExclusion Criteria:\n\n* Pregnancy {SCRIPT}"
    )
    return body


def extreme_study() -> dict[str, Any]:
    """A record with a word in every free text that is wider than any window."""
    body = _worded(full_study())
    body["protocolSection"]["identificationModule"] |= {"nctId": EXTREME, "nctIdAliases": []}
    return body  # type: ignore[no-any-return]


def _worded(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _worded(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_worded(each, key) for each in value]
    if isinstance(value, str) and key in _FREE_TEXTS:
        return f"{value} {'W' * 700} https://example.invalid/{'a/' * 300}"
    return value


def _poisoned(value: Any, key: str = "") -> Any:
    kept = {"nctId", "type", "class", "overallStatus", "status", "date", "sex", "studyType", "phases", "allocation", "masking"}
    kept |= {"interventionModel", "url", "pmid", "role", "minimumAge", "versionHolder", "ipdSharing", "infoTypes"}
    if isinstance(value, dict):
        return {name: _poisoned(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, key) for each in value]
    if isinstance(value, str) and key not in kept:
        return f"=cmd|'{SCRIPT} {MARK}{key} \u202e\x07 {{{{7*7}}}} \"onmouseover=alert(1) {value}"
    return value


def write_site(path: Path) -> Path:
    """A database at ``path`` with all of them."""
    with Store(path) as store:
        for body in [
            *(synthetic_study(int(nct_id[5:])) for nct_id in PLAIN),
            full_study(),
            older_hostile_study(),
            hostile_study(),
        ]:
            write_study(store, body)
    return path


def write_study(store: Store, body: dict[str, Any], source: str = "file") -> None:
    """Store one record with its rows."""
    origin = Origin(source=source, source_url="synthetic.json", data_timestamp=DATA, fetched_at="2026-11-25T08:00:00Z")
    record = record_of(body, None, origin)
    rows = normalise(record)
    before = read_studies(store.connection, [record.nct_id]).get(record.nct_id)
    with store.transaction():
        write_record(store, record, record_changes(before, rows, 1, 2) if before else ())
