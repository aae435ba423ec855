"""Synthetic studies in the API's shape. Ids are NCT99…, which the registry has not given to anybody; nothing in them is real."""

from __future__ import annotations

from typing import Any

CONDITIONS = ("Synthetic Leukemia", "Synthetic Lymphoma", "Synthetic Myeloma")
DRUGS = ("Alphamab", "Betacept", "Gammatinib", "Deltavir")
STATUSES = ("RECRUITING", "NOT_YET_RECRUITING", "COMPLETED", "TERMINATED")


def synthetic_id(number: int) -> str:
    """``NCT99000001`` for 1."""
    return f"NCT99{number:06d}"


def synthetic_study(number: int, *, release: str = "2026-11-24", updated: str = "2026-01-15") -> dict[str, Any]:
    """A small complete study; what it says follows from ``number`` alone, except its release and last update."""
    condition, drug = CONDITIONS[number % len(CONDITIONS)], DRUGS[number % len(DRUGS)]
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": synthetic_id(number),
                "orgStudyIdInfo": {"id": f"SYN-{number}"},
                "organization": {"fullName": "Synthetic Trials Group", "class": "OTHER"},
                "briefTitle": f"Synthetic Record {number}: {drug} in {condition}",
            },
            "statusModule": {
                "overallStatus": STATUSES[number % len(STATUSES)],
                "startDateStruct": {"date": "2025-08", "type": "ESTIMATED"},
                "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"},
            },
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Synthetic Trials Group", "class": "OTHER"}},
            "conditionsModule": {"conditions": [condition]},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": ["PHASE2"],
                "designInfo": {"allocation": "NA", "interventionModel": "SINGLE_GROUP", "maskingInfo": {"masking": "NONE"}},
                "enrollmentInfo": {"count": 20 + number % 50, "type": "ESTIMATED"},
            },
            "armsInterventionsModule": {
                "armGroups": [{"label": "Single arm", "type": "EXPERIMENTAL", "interventionNames": [f"Drug: {drug}"]}],
                "interventions": [
                    {
                        "type": "DRUG",
                        "name": drug,
                        "description": f"{drug} {number % 40 + 1} mg orally once daily on days 1-14 of each 28-day cycle.",
                        "armGroupLabels": ["Single arm"],
                    }
                ],
            },
            "eligibilityModule": {
                "eligibilityCriteria": (
                    "Inclusion Criteria:\n\n* Age \\>= 18 years\n* ECOG performance status 0-2\n\n"
                    "Exclusion Criteria:\n\n* Creatinine \\> 2 x ULN\n* Pregnancy or breast-feeding"
                ),
                "healthyVolunteers": False,
                "sex": "ALL",
                "minimumAge": "18 Years",
            },
        },
        "derivedSection": {
            "miscInfoModule": {"versionHolder": release},
            "conditionBrowseModule": {"meshes": [{"id": f"SYN{number % 3}", "term": condition}]},
            "interventionBrowseModule": {"meshes": [{"id": f"SYN1{number % 4}", "term": drug}]},
        },
        "hasResults": False,
    }


def synthetic_studies(count: int, first: int = 1) -> list[dict[str, Any]]:
    """``count`` studies with numbers from ``first``."""
    return [synthetic_study(number) for number in range(first, first + count)]
