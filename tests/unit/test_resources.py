"""The files beside the code are found in a checkout."""

from __future__ import annotations

import pytest

from harvester import resources


def test_every_folder_is_there() -> None:
    assert (resources.migrations() / "001_initial.sql").is_file()
    assert resources.templates().is_dir()
    assert any(resources.snapshot().glob("*.json"))
    assert resources.schema_file().parent == resources.data_dictionary_file().parent


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no folder nowhere"):
        resources.folder("nowhere")
