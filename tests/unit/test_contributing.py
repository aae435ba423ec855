"""docs/contributing.md names what there is: every room, and files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "harvester"
TEXT = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
INNER = sorted(path.parent for path in (PACKAGE / "text").glob("*/__init__.py"))
FILE = re.compile(r"`([\w/.-]+\.(?:py|txt|csv|yaml|md|html|sql))`")
PLACES = (
    *(ROOT, PACKAGE, ROOT / "templates", ROOT / "tests" / "spec"),
    *(*PACKAGE.rglob("definitions"), *(PACKAGE / "text").iterdir()),
)
"""What a name is told from: the checkout, the package, the pages of rows, definition files, and the inner rooms of reading."""


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_told(room: str) -> None:
    assert f"`harvester/{room}`" in TEXT


@pytest.mark.parametrize("name", sorted(set(FILE.findall(TEXT))))
def test_every_file_is_there(name: str) -> None:
    assert any((folder / name).is_file() for folder in PLACES), name


def test_the_inner_rooms_of_reading_are_told() -> None:
    rooms = {room.name for room in INNER}

    assert {room for room in rooms if f"`text/{room}`" not in TEXT and f"`text/{room}/" not in TEXT} == set()


@pytest.mark.parametrize("room", INNER, ids=lambda room: room.name)
def test_an_inner_room_draws_where_each_of_its_modules_stands(room: Path) -> None:
    drawn = set(re.findall(r"\w+", (room / "__init__.py").read_text(encoding="utf-8")))

    assert {path.stem for path in room.glob("*.py")} - drawn - {"__init__"} == set()
