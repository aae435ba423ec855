"""What a bundled digest leaves unstated, the registry's record leaves unstated too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SNAPSHOT = Path(__file__).parents[3] / "db" / "snapshot"
RECORDS = Path(__file__).parents[4] / "shared" / "records"
FOLLOWED = (
    "identificationModule.acronym", "statusModule", "designModule", "oversightModule", "sponsorCollaboratorsModule",
    "conditionsModule", "armsInterventionsModule", "outcomesModule", "eligibilityModule", "contactsLocationsModule.locations",
)  # fmt: skip


def paths(value: object, path: str) -> set[str]:
    """Paths of all values, without places in lists."""
    if isinstance(value, dict):
        return {each for key, member in value.items() for each in paths(member, f"{path}.{key}" if path else key)}
    if isinstance(value, list):
        return {each for member in value for each in paths(member, path)}
    return {path}


def digests() -> list[dict[str, Any]]:
    found = [json.loads(path.read_text("utf-8")) for path in sorted(SNAPSHOT.glob("NCT*.json"))]
    return [each["record"] for each in found if each["source"] == "digest"]


@pytest.mark.parametrize("digest", digests(), ids=lambda digest: digest["protocolSection"]["identificationModule"]["nctId"])
def test_a_digest_names_what_it_lacks(digest: dict[str, Any]) -> None:
    record = RECORDS / f"{digest['protocolSection']['identificationModule']['nctId']}.json"
    if not record.is_file():
        pytest.skip("no registry record of it beside the project")
    whole = json.loads(record.read_text("utf-8"))
    lacking = paths((whole.get("record") or whole)["protocolSection"], "") - paths(digest["protocolSection"], "")
    named = digest["digest"]["notAtHand"]
    unnamed = {
        path
        for path in lacking
        if path.startswith(FOLLOWED) and not any(f"protocolSection.{path}.".startswith(f"{each}.") for each in named)
    }

    assert unnamed == set()


def test_a_digest_of_a_few_facts_leaves_nothing_unstated() -> None:
    found = [json.loads(path.read_text("utf-8")) for path in sorted(SNAPSHOT.glob("NCT*.json"))]
    short = [each["record"]["digest"]["notAtHand"] for each in found if "short list of facts" in each["note"]]

    assert len(short) == 4
    assert all("protocolSection" in named for named in short)
