"""Where the files beside the code are: templates, migrations, bundled records.

In a wheel they lie inside the package, in a checkout beside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``name`` (``templates``, ``db``) of an installed package or of a checkout.

    Raises FileNotFoundError naming the folder when the installation lacks it.
    """
    candidates = [_PACKAGE / name]
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        candidates.append(_PACKAGE.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation of trialside has no folder {name}")


def templates() -> Path:
    """The folder of HTML templates."""
    return folder("templates")


def migrations() -> Path:
    """The folder of numbered SQL files that build and alter the database."""
    return folder("db") / "migrations"


def snapshot() -> Path:
    """The folder of bundled records."""
    return folder("db") / "snapshot"


def corrections_file() -> Path:
    """The corrections file that comes with the program: its grammar, and the corrections made in this checkout."""
    return folder("db") / "corrections.csv"


def schema_file() -> Path:
    """The generated SQL schema, for reading."""
    return folder("db") / "schema.sql"


def data_dictionary_file() -> Path:
    """The generated data dictionary, for reading."""
    return folder("db") / "data-dictionary.md"
