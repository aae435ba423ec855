"""`__all__`, where a module has one, is sorted, complete and true; package names import without side effects."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "harvester"


def dotted(module: Path) -> str:
    parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def declares_all(module: Path) -> bool:
    return any(
        isinstance(node, ast.Assign | ast.AnnAssign)
        and any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets(node))
        for node in ast.parse(module.read_text(encoding="utf-8")).body
    )


def targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


MODULES = sorted(PACKAGE.rglob("*.py"))
DECLARING = [module for module in MODULES if declares_all(module)]


@pytest.mark.parametrize("module", DECLARING, ids=dotted)
def test_all_is_sorted_and_without_repeats(module: Path) -> None:
    names = list(importlib.import_module(dotted(module)).__all__)

    assert sorted(set(names), key=by_kind) == names


def by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions: the order that the linter keeps."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("module", DECLARING, ids=dotted)
def test_all_names_exist(module: Path) -> None:
    loaded = importlib.import_module(dotted(module))

    assert [name for name in loaded.__all__ if not hasattr(loaded, name)] == []


@pytest.mark.parametrize("module", DECLARING, ids=dotted)
def test_all_is_complete(module: Path) -> None:
    """What a module defines is public, unless its name begins with `_`. (That imports are used or listed, the linter holds.)"""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    body = ast.parse(module.read_text(encoding="utf-8")).body
    defined = {node.name for node in body if isinstance(node, definitions) and not node.name.startswith("_")}

    assert defined - set(importlib.import_module(dotted(module)).__all__) == set()


def test_importing_the_package_costs_nothing() -> None:
    """`import harvester` opens no file, no database and none of the heavy libraries."""
    heavy = "requests datasette sqlite_utils jinja2 bs4 rapidfuzz ahocorasick"
    code = f"import sys, harvester; print(*(name for name in {heavy.split()!r} if name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


def test_what_is_loaded_later_is_what_the_types_say() -> None:
    """`harvester.store` names twice where some of its names come from: for the type checker, and for the first who asks."""
    tree = ast.parse((PACKAGE / "store" / "__init__.py").read_text(encoding="utf-8"))
    (only_types,) = (node for node in tree.body if isinstance(node, ast.If))
    told = {
        alias.name: (node.module or "").rpartition(".")[2]
        for node in only_types.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert told == importlib.import_module("harvester.store")._HOMES
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = importlib.import_module("harvester.store").nonsense
