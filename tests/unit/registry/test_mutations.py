"""Records and pages with random damage: each is read or refused in one line, and what is read can be stored."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import BadRecord, UnreadableSource
from harvester.registry.page import page_body
from harvester.registry.record import Origin, Record, parse_record
from harvester.registry.search import related_queries
from harvester.registry.source import read_source
from tests.standin.collection import essie

RECORDS = Path(__file__).parents[2] / "records"
SHARED = Path(__file__).parents[4] / "shared" / "records"
ORIGIN = Origin("file", "mutated.json")
ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    0,
    -1,
    1e9,
    True,
    "text",
    ["text", 3],
    {"a": {"b": []}},
    [[[]]],
    "\u202e\u200b\U0001f9ea",
)


def sound(record: Record) -> bool:
    """Whether the record can be stored and found again as it is."""
    return json.loads(record.raw.encode("utf-8")) == record.body and len(record.content_sha256) == 64


def bent(value: Any, chance: random.Random, share: float = 0.02) -> Any:
    """The value with some of its members replaced, taken out or doubled."""
    if chance.random() < share:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {key: bent(child, chance, share) for key, child in value.items() if chance.random() > share}
    if isinstance(value, list):
        kept = [bent(child, chance, share) for child in value if chance.random() > share]
        return kept * 2 if chance.random() < share else kept
    return value


def scratched(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, taken out or put in."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(damaged))
        damaged[place : place + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
    return bytes(damaged)


def read(data: bytes | str) -> Record | None:
    """The record, or None when it is refused."""
    try:
        return parse_record(data, ORIGIN)
    except BadRecord as problem:
        REFUSALS.append(problem.line)
        return None


REFUSALS: list[str] = []


def test_refusals_are_one_line_each() -> None:
    for data in originals():
        for seed in range(30):
            read(scratched(data, random.Random(seed)))

    assert len(REFUSALS) > 50
    assert [line for line in REFUSALS if "\n" in line or len(line) > 300] == []


def originals() -> list[bytes]:
    return [path.read_bytes() for path in sorted(RECORDS.glob("*.json"))]


@pytest.mark.parametrize("seed", range(100))
def test_scratched_bytes_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    for data in originals():
        record = read(scratched(data, chance))
        assert record is None or sound(record)


def look(record: Record) -> None:
    """What other rooms do with a record, whatever its shape."""
    for path, text in record.texts():
        assert record.at(path) == text or "." in path.rpartition("]")[2]
    for query in related_queries(record):
        assert all(callable(essie(value)) for name, value in query.params.items() if name.startswith("query."))
    record.strings("protocolSection.designModule.phases")
    record.mappings("protocolSection.armsInterventionsModule.armGroups")


def bend_all(bodies: list[Any], seed: int) -> int:
    chance = random.Random(seed)
    count = 0
    for body in bodies:
        record = read(json.dumps(bent(body, chance)))
        if record is not None:
            look(record)
            assert sound(record)
            count += 1
    return count


def test_bent_records_are_read_with_what_is_left() -> None:
    bodies = [json.loads(data) for data in originals()]

    assert sum(bend_all(bodies, seed) for seed in range(60)) > 200


@pytest.mark.exam
@pytest.mark.skipif(not SHARED.is_dir(), reason="no registry records beside the project")
def test_a_thousand_bent_copies_of_real_records() -> None:
    bodies = [json.loads(path.read_bytes()) for path in sorted(SHARED.glob("*.json"))[:250]]

    assert sum(bend_all(bodies, seed) for seed in range(4)) > 600


@pytest.mark.parametrize("name", ["NCT99000007-page.txt", "NCT99000007-page.html", "NCT07105579-page.html"])
@pytest.mark.parametrize("seed", range(15))
def test_scratched_and_shuffled_pages_are_read_or_refused(name: str, seed: int) -> None:
    chance = random.Random(seed)
    text = (RECORDS / name).read_text(encoding="utf-8")
    for damage in PAGE_DAMAGE:
        try:
            body = page_body(damage(text, chance))
        except UnreadableSource:
            continue
        assert body["protocolSection"]["identificationModule"]["nctId"].startswith("NCT")


def without_lines(text: str, chance: random.Random) -> str:
    return "\n".join(line for line in text.split("\n") if chance.random() > 0.1)


def with_lines_doubled(text: str, chance: random.Random) -> str:
    return "\n".join(line if chance.random() > 0.1 else f"{line}\n{line}" for line in text.split("\n"))


def with_letters_changed(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(30):
        letters[chance.randrange(len(letters))] = chr(chance.randrange(1, 0x2FF))
    return "".join(letters)


def cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


PAGE_DAMAGE: tuple[Callable[[str, random.Random], str], ...] = (without_lines, with_lines_doubled, with_letters_changed, cut)


def test_a_file_of_scratched_records_gives_every_sound_one(tmp_path: Path) -> None:
    """One record in three is scratched; the others all come out, in their order."""
    chance = random.Random(7)
    lines, untouched = [], []
    for number in range(90):
        data = json.dumps(json.loads(chance.choice(originals()))).encode()
        if number % 3 == 0:
            data = scratched(data, chance).replace(b"\n", b" ")
        else:
            untouched.append(data.decode())
        lines.append(data)
    path = tmp_path / "scratched.ndjson"
    path.write_bytes(b"\n".join(lines))
    found = [entry.raw for entry in read_source(path) if isinstance(entry, Record)]

    assert [raw for raw in found if raw in set(untouched)] == untouched
