"""What one would otherwise run on the same file, in the same run: each as a whole process, none of them reading any text."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from bench.measure import Figure, Run, run

_DUCKDB = (
    "import duckdb, sys; duckdb.connect(sys.argv[2]).execute("
    "\"CREATE TABLE studies AS SELECT * FROM read_json(?, format = 'newline_delimited', maximum_object_size = 67108864)\", "
    "[sys.argv[1]])"
)


def peers(corpus: Path, folder: Path, count: int, harvest: Run) -> list[Figure]:
    """Their time a record, and the program's as a ratio of it."""
    commands: dict[str, tuple[str, ...]] = {
        "sqlite-utils insert --nl --flatten (one table)": (
            *(sys.executable, "-m", "sqlite_utils", "insert", "flat.db", "studies", str(corpus), "--nl", "--flatten", "--alter"),
        ),
    }
    if find_spec("duckdb"):
        commands["DuckDB read_json (one table)"] = (sys.executable, "-c", _DUCKDB, str(corpus), "duck.db")
    figures = []
    for name, command in commands.items():
        done = run(*command, folder=folder)
        figures.append(Figure("peer", name, done.seconds / count * 1e6, "µs"))
        figures.append(Figure("peer", f"all in, against {name.partition(' (')[0]}", harvest.seconds / done.seconds))
    return figures
