"""Commands start without what they do not use. Modules and expressions are counted, since seconds depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from harvester import resources
from harvester.store import Store

ROOT = Path(resources.__file__).parents[1]
RECORD = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000001", "briefTitle": "A made-up trial"},
        "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": {"date": "2026-01-01"}},
        "eligibilityModule": {"eligibilityCriteria": "Inclusion Criteria:\n\n* ALT <= 3 x ULN\n* Age 18 to 75 years"},
        "armsInterventionsModule": {
            "armGroups": [{"label": "A", "description": "Blinatumomab 9 ug/day IV, days 1-3"}],
            "interventions": [{"type": "DRUG", "name": "Blinatumomab", "armGroupLabels": ["A"]}],
        },
    },
    "hasResults": False,
}
NETWORK = {"requests", "urllib3", "http.client", "ssl"}
PAGES = {"datasette", "jinja2", "markdown_it", "nh3", "uvicorn"}
DOCUMENTS = {"docx", "xlsxwriter", "lxml", "bs4", "pyarrow"}
HEAVY = {"sqlite_utils", "rapidfuzz", "numpy", "pint", "filelock", "asyncio", "multiprocessing", "platformdirs", "email"}
OPTIONS = {"harvester.history", "harvester.versions", "harvester.pipeline", "harvester.compare.matrix"}
"""What an option of `compare` asks for."""
_TOLD = (
    "import sys, atexit, re\n"
    "whole, compiled = re.compile, []\n"
    "def noted(expression, flags=0):\n"
    "    compiled.append(expression)\n"
    "    return whole(expression, flags)\n"
    "re.compile = noted\n"
    "atexit.register(lambda: print('\\n' + ' '.join([str(len(compiled)), *sys.modules]), file=sys.__stderr__))\n"
    "from harvester.cli import main\n"
    "main(sys.argv[1:])\n"
)


def started(*words: str, folder: Path, given: str = "") -> tuple[int, set[str]]:
    """How many expressions a command compiled, and the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _TOLD, *words], input=given, capture_output=True, text=True, check=True, cwd=folder, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TRIALSIDE_CACHE": str(folder / "cache")},
    )  # fmt: skip
    count, *modules = done.stderr.splitlines()[-1].split()
    return int(count), set(modules)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two made-up records in a database, one of them in a file; what was compiled for them is kept."""
    made = tmp_path_factory.mktemp("starting")
    other = json.loads(json.dumps(RECORD).replace("NCT99000001", "NCT99000002"))
    (made / "one.json").write_text(json.dumps(RECORD), encoding="utf-8")
    (made / "two.ndjson").write_text(f"{json.dumps(RECORD)}\n{json.dumps(other)}\n", encoding="utf-8")
    started("--db", "two.db", "harvest", "--from", "two.ndjson", folder=made)
    started("read", "criteria", folder=made, given='{"id": "a", "text": "ALT <= 3 x ULN", "section": "inclusion"}\n')
    return made


@pytest.mark.parametrize(
    ("words", "most", "without"),
    [
        (("--help",), 150, NETWORK | PAGES | DOCUMENTS | HEAVY | {"sqlite3", "yaml", "hashlib"}),
        (("--db", "new.db", "harvest", "--from", "one.json"), 400, NETWORK | PAGES | DOCUMENTS | HEAVY | {"yaml"}),
        (("read", "criteria"), 300, NETWORK | PAGES | DOCUMENTS | HEAVY | {"sqlite3", "yaml"}),
        (("--db", "two.db", "status"), 300, NETWORK | PAGES | DOCUMENTS | HEAVY | {"yaml"}),
        (("--db", "two.db", "show", "NCT99000001"), 350, NETWORK | PAGES | DOCUMENTS | HEAVY),
        (("--db", "two.db", "compare", "NCT99000001", "NCT99000002"), 340, NETWORK | PAGES | DOCUMENTS | HEAVY | OPTIONS),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_loads_what_it_uses(folder: Path, words: Sequence[str], most: int, without: set[str]) -> None:
    """Few modules, and none of the libraries that other commands need."""
    question = '{"id": "a", "text": "ALT <= 3 x ULN", "section": "inclusion"}\n'
    _, modules = started(*words, folder=folder, given=question)

    assert sorted(modules & without) == []
    assert len(modules) <= most


def rules(modules: set[str]) -> set[str]:
    """The modules that read facts and doses, wherever they stand among the rooms."""
    return {each for each in modules if each.startswith("harvester.text.") and each.endswith((".fact", ".dose"))}


def test_the_rules_are_loaded_only_to_read(folder: Path) -> None:
    """What was read is shown without them."""
    _, reading = started("--db", "rules.db", "harvest", "--from", "one.json", folder=folder)
    shown = [started("--db", "two.db", *words, folder=folder)[1] for words in (("status",), ("show", "NCT99000001"))]

    assert len(rules(reading)) == 2
    assert [rules(each) for each in shown] == [set(), set()]


def test_what_was_compiled_is_not_compiled_again(folder: Path) -> None:
    """The few expressions that are compiled at every start are short ones."""
    count, _ = started("--db", "again.db", "harvest", "--from", "one.json", folder=folder)

    assert count <= 120
    assert next(folder.joinpath("cache").glob("*.bin")).is_file()
    with Store(folder / "again.db") as store:
        assert store.connection.execute("SELECT count(*) FROM eligibility_criteria").fetchone()[0] >= 2


def test_what_is_left_at_the_end_is_not_gone_through(folder: Path) -> None:
    """The count is asked for after all else that a run does at its end."""
    code = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count())); from harvester.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert int(done.stdout.splitlines()[-1]) > 1_000
