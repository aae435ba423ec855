"""docs/formats.md names every form, document and column that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.cli.export import RECORDS
from harvester.cli.forms import FORMATS
from harvester.export import citation
from harvester.export.csv import COLUMNS
from harvester.export.templates import TEMPLATES
from harvester.tables import Dose

TEXT = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*FORMATS, *RECORDS, *citation.FORMS, *TEMPLATES, *COLUMNS])
def test_it_is_named(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_the_mapping_names_columns_that_exist() -> None:
    mapping = TEXT.split("### Doses in FHIR and USDM")[1]
    named = {"amount_low", "per_time", "route", "frequency_count", "infusion_value", "duration_value", "days", "until"}

    assert named <= {column.name for column in Dose.table.columns}
    assert all(f"`{name}`" in mapping for name in named)
