"""The house stands as drawn: which room may import which, which library lives where, and how long things may get."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "harvester"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "definition_file": set(),
    "shape": set(),
    "steps": set(),
    "trial_id": {"errors"},
    "span": set(),
    "schema": set(),
    "vocabularies": set(),
    "resources": set(),
    "rules": set(),
    "tables": {"schema", "vocabularies"},
    "text": {"span", "vocabularies"},
    "registry": {"errors"},
    "normalise": {"registry.record", "text", "tables", "vocabularies", "span"},
    "store": {"schema", "tables", "errors", "resources", "migrations", "rules"},
    "migrations": {"schema", "tables", "errors", "resources", "store"},
    "history": {"compare", "tables"},
    "versions": {"registry", "normalise", "history", "store", "tables", "errors"},
    "compiled": {"text.expressions.pattern"},
    "reading": {"compiled", "registry", "normalise", "tables", "errors"},
    "pipeline": {"registry", "normalise", "reading", "history", "versions", "store", "tables", "errors", "resources"},
    "refresh": {"registry", "normalise", "pipeline", "versions", "store", "tables", "errors"},
    "compare": {"tables", "vocabularies", "span"},
    "export": {"compare", "tables", "vocabularies", "resources", "span"},
    "site": {"compare", "export", "history", "store", "tables", "docs", "resources", "errors", "span", "text.expressions.rule"},
    "docs": {"schema", "tables", "vocabularies", "resources"},
}
"""Room -> what of ours it may import. The root (its version) and those of `OPEN` are open to all; `cli` may import all."""

OPEN = ("definition_file", "shape", "steps", "trial_id")

HOME_OF = {
    "requests": {"registry"},
    "urllib3": {"registry"},
    "sqlite3": {"store", "migrations"},
    "sqlite_utils": {"store", "migrations"},
    "datasette": {"site"},
    "click": {"cli", "docs"},
}
"""Library -> the only rooms that may import it. `docs` describes the commands, so it knows click's types."""

FILE_LINES = 400
FUNCTION_LINES = 50


def room(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), filename=str(module))


def imports(module: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of every import, wherever it stands in the file; ``from a import b`` gives a.b."""
    package = ["harvester", *module.relative_to(PACKAGE).with_suffix("").parts[:-1]]
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def under(name: str, allowed: str) -> bool:
    return name == allowed or name.startswith(allowed + ".")


def type_checking_lines(module: Path) -> set[int]:
    """Lines inside ``if TYPE_CHECKING:``."""
    found: set[int] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            found.update(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
    return found


def foreign_imports(module: Path) -> list[str]:
    """Imports of ours that the table does not allow."""
    own = room(module)
    found = []
    for line, name in imports(module):
        if not under(name, "harvester"):
            continue
        inside = name.removeprefix("harvester").lstrip(".")
        if inside in ("", "__version__") or any(under(inside, open_) for open_ in (*OPEN, own)):
            continue
        if own == "cli" or (own in MAY_IMPORT and any(under(inside, allowed) for allowed in MAY_IMPORT[own])):
            continue
        found.append(f"{module.relative_to(ROOT)}:{line} imports {name}")
    return found


def test_every_room_imports_only_what_the_table_allows() -> None:
    assert [line for module in MODULES for line in foreign_imports(module)] == []


def test_every_room_has_its_line_in_the_table() -> None:
    rooms = {room(module) for module in MODULES} - {"__init__", "cli"}

    assert rooms <= set(MAY_IMPORT)


def test_libraries_stay_in_their_rooms() -> None:
    strays = []
    for module in MODULES:
        for line, name in imports(module):
            homes = HOME_OF.get(name.partition(".")[0])
            for_types = name.startswith("sqlite3") and line in type_checking_lines(module)
            if homes is not None and room(module) not in homes and not for_types:
                strays.append(f"{module.relative_to(ROOT)}:{line} imports {name}")

    assert strays == []


def test_markup_lives_in_templates() -> None:
    """A page's tags are written in templates/, never in Python strings."""
    tags = re.compile(r"<(?:div|span|table|td|section|html|body|svg|ul)\b|</[pa]>", re.IGNORECASE)
    strays = [
        f"{module.relative_to(ROOT)}:{line} holds {found.group()}"
        for module in MODULES
        for line, text in strings(tree(module))
        if (found := tags.search(text))
    ]

    assert strays == []


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """String constants with their lines; strings that stand alone explain something and are no data."""
    explaining = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.lineno, node.value


def test_files_stay_readable() -> None:
    lengths = {str(module.relative_to(ROOT)): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}

    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_functions_stay_readable() -> None:
    long = {
        f"{module.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    }

    assert long == {}


def test_no_file_is_named_for_nothing() -> None:
    empty_names = {"utils", "helpers", "common", "manager", "misc"}
    parts = {part.removesuffix(".py") for module in MODULES for part in module.relative_to(PACKAGE).parts}

    assert parts & empty_names == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(module: Path) -> None:
    empty = not module.read_text(encoding="utf-8").strip()

    assert empty or ast.get_docstring(tree(module)), f"{module.name} has no docstring"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_every_public_name_is_explained(module: Path) -> None:
    """Functions and classes without a leading underscore, at the top of a module or in a public class, have a docstring."""
    where = module.relative_to(ROOT)
    bare = [f"{where}:{node.lineno} {node.name}" for node in public(tree(module)) if not ast.get_docstring(node)]

    assert bare == []


def public(body: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


class TestTheTestItself:
    """The readers of imports see what they should see: each kind of import, at any depth."""

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("import harvester.store", "harvester.store"),
            ("from harvester.store import Store", "harvester.store.Store"),
            ("from . import criteria", "harvester.text.criteria"),
            ("from ..store import Store", "harvester.store.Store"),
            ("def f():\n    import sqlite3", "sqlite3"),
        ],
    )
    def test_an_import_is_seen(self, monkeypatch: pytest.MonkeyPatch, source: str, expected: str) -> None:
        module = PACKAGE / "text" / "made_up.py"
        monkeypatch.setattr(f"{__name__}.tree", lambda _: ast.parse(source))

        assert [name for _, name in imports(module)] == [expected]

    def test_a_forbidden_import_is_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(f"{__name__}.tree", lambda _: ast.parse("from harvester.store import Store\nimport harvester.span"))

        assert foreign_imports(PACKAGE / "text" / "made_up.py") == ["harvester/text/made_up.py:1 imports harvester.store.Store"]
