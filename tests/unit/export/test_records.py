"""Records in the forms of others: the registry's own CSV, schema.org, FHIR."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harvester.export.fhir import fhir
from harvester.export.registry_csv import COLUMNS, registry_csv
from harvester.export.schema_org import schema_org
from harvester.tables import DesignGroup, DesignOutcome, Facility
from tests.unit.export.synthetic_rows import DIGEST, FULL, HOSTILE, PLAIN

FORMS: dict[str, Callable[..., str]] = {"csv": registry_csv, "schema.org": schema_org, "fhir": fhir}


@pytest.mark.parametrize("form", FORMS)
class TestEveryForm:
    def test_it_names_source_date_and_version(self, form: str) -> None:
        said = FORMS[form]([FULL], "1.2.3")

        for each in (FULL.nct_id, "ClinicalTrials.gov", "2026-11-24", "1.2.3", f"https://clinicaltrials.gov/study/{FULL.nct_id}"):
            assert each in said

    def test_contacts_stay_out(self, form: str) -> None:
        assert "example.invalid" not in FORMS[form]([FULL, HOSTILE], "1")

    def test_several_trials_are_all_there(self, form: str) -> None:
        said = FORMS[form]([FULL, PLAIN], "1")

        assert FULL.nct_id in said
        assert PLAIN.nct_id in said


class TestRegistryCsv:
    def test_the_heads_are_the_registrys_and_two_of_ours(self) -> None:
        assert COLUMNS[:4] == ("NCT Number", "Study Title", "Study URL", "Acronym")
        assert COLUMNS[29:] == ("Study Documents", "Data Date", "Attribution")

    def test_values_are_in_the_registrys_manner(self) -> None:
        (row,) = csv.DictReader(io.StringIO(registry_csv([FULL], "1"), newline=""))

        assert row["Acronym"] == "SYNFULL"
        assert row["Primary Outcome Measures"] == "Relapse-free survival, From the first dose., 18 months"
        assert row["Locations"] == "Synthetic Hospital, Utopia, Nowhere"
        assert row["Collaborators"] == "Synthetic Partner"
        assert None not in row

    def test_no_cell_is_a_formula(self) -> None:
        cells = [cell for row in csv.reader(io.StringIO(registry_csv([HOSTILE], "1"), newline="")) for cell in row]

        assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t")] == []


def empties(thing: Any, path: str = "") -> Iterator[str]:
    """Places of what is empty."""
    if thing in (None, "", [], {}):
        yield path
    elif isinstance(thing, dict):
        for name, value in thing.items():
            yield from empties(value, f"{path}.{name}")
    elif isinstance(thing, list):
        for value in thing:
            yield from empties(value, f"{path}[]")


@pytest.mark.parametrize("write", [schema_org, fhir])
@pytest.mark.parametrize("study", [FULL, HOSTILE, PLAIN, DIGEST], ids=["full", "hostile", "plain", "digest"])
def test_nothing_empty_is_written(write: Callable[..., str], study: Any) -> None:
    assert list(empties(json.loads(write([study], "1")))) == []


class TestSchemaOrg:
    def test_a_trial_is_a_medical_trial(self) -> None:
        made = json.loads(schema_org([FULL], "1"))

        assert (made["@context"], made["@type"]) == ("https://schema.org", "MedicalTrial")
        assert made["studyLocation"][0]["name"] == "Synthetic Hospital"
        assert next(each["value"] for each in made["identifier"]) == FULL.nct_id

    def test_several_are_a_graph(self) -> None:
        assert len(json.loads(schema_org([FULL, PLAIN], "1"))["@graph"]) == 2


class TestFhir:
    def test_a_trial_is_a_research_study(self) -> None:
        made = json.loads(fhir([FULL], "1"))

        assert (made["resourceType"], made["status"], made["id"]) == ("ResearchStudy", "active", FULL.nct_id)
        assert len(made["comparisonGroup"]) == len(FULL.of(DesignGroup))
        assert len(made["outcomeMeasure"]) == len(FULL.of(DesignOutcome))
        assert made["recruitment"]["eligibility"] == {"reference": "#eligibility"}
        assert "LVEF ≥50%" in made["contained"][0]["description"]

    def test_names_are_those_of_the_resource(self) -> None:
        known = (
            "resourceType id meta contained url identifier title label date status primaryPurposeType phase studyDesign "
            "condition keyword region descriptionSummary description period note associatedParty progressStatus "
            "whyStopped recruitment comparisonGroup outcomeMeasure"
        )

        assert set(json.loads(fhir([FULL], "1"))) <= set(known.split())

    def test_several_are_a_bundle(self) -> None:
        made = json.loads(fhir([FULL, PLAIN], "1"))

        assert (made["resourceType"], made["type"], len(made["entry"])) == ("Bundle", "collection", 2)

    def test_what_has_no_code_is_text(self) -> None:
        made = json.loads(fhir([FULL], "1"))
        coded = [made[name] for name in ("phase", "primaryPurposeType") if name in made]

        assert all("coding" in each or "text" in each for each in coded)
        assert len(FULL.of(Facility)) == 1
