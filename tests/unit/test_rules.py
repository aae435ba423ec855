"""The digest of the rules covers all that decides what rows a record gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harvester import rules

PACKAGE = Path(rules.__file__).parent
OTHERWISE = {"__init__.py", "errors.py", "registry/__init__.py", "resources.py", "shape.py", "trial_id.py"}
"""Loaded by a reading, and of no influence on its rows."""
LOADED = """
import json, sys
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from tests.standin.synthetic import synthetic_study
normalise(record_of(synthetic_study(1), None, Origin(source="api")))
print(json.dumps([each.__file__ for name, each in sys.modules.items() if name.split(".")[0] == "harvester"]))
"""


def test_every_module_that_a_reading_loads_is_covered() -> None:
    import json

    found = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    loaded = {Path(path).relative_to(PACKAGE).as_posix() for path in json.loads(found.stdout)}

    assert loaded - {*rules.rule_files()} <= OTHERWISE


def test_definitions_are_covered() -> None:
    files = rules.rule_files()

    assert {"text/definitions/concepts.csv", "vocabularies.txt", "normalise/rows.py"} <= {*files}
    assert files == sorted(files)
    assert not [name for name in files if "__pycache__" in name]


def test_another_file_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest() -> str:
        rules.rules_version.cache_clear()
        return rules.rules_version()

    monkeypatch.setattr(rules, "_PACKAGE", str(tmp_path))
    for name in rules.FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    for room in rules.ROOMS:
        (tmp_path / room / "__pycache__").mkdir(parents=True)
    first = digest()
    (tmp_path / "text" / "__pycache__" / "rule.pyc").write_text("compiled")
    assert digest() == first
    (tmp_path / "text" / "rule.py").write_text("A rule")
    second = digest()
    (tmp_path / "text" / "rule.py").write_text("Another")

    assert len({first, second, digest()}) == 3
    rules.rules_version.cache_clear()
