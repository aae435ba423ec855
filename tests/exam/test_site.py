"""How many trials a comparison takes, and which: none, one, seven, fifty, unknown ones, obsolete numbers, the same twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.registry.record import Record
from harvester.registry.source import read_source
from harvester.site.app import make_datasette
from harvester.store import Store
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.unit.site.site_records import write_study

Ask = Callable[[str], Awaitable[Any]]
RECORDS = Path(__file__).parents[1] / "records"
MANY = 55
ALIAS = "NCT99000901"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    path = tmp_path_factory.mktemp("site") / "trials.db"
    with Store(path) as store:
        for number in range(10, 10 + MANY):
            write_study(store, synthetic_study(number))
        for each in read_source(RECORDS):
            if isinstance(each, Record):
                write_study(store, each.body)
    client = make_datasette(path).client

    async def get(address: str) -> Any:
        return await client.get(address)

    return get


def some(count: int) -> str:
    return ",".join(synthetic_id(number) for number in range(10, 10 + count))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 302),
        (",", 400),
        (some(1), 200),
        (some(2), 200),
        (some(7), 200),
        (some(50), 400),
        (f"{some(2)},NCT99999999", 404),
        ("NCT99999998,NCT99999999", 404),
        (f"{some(1)},banana", 400),
        (",".join([synthetic_id(10)] * 50), 302),
        (f"{some(1)},{ALIAS}", 302),
        (some(2).lower(), 302),
    ],
    ids=lambda value: str(value)[:24] + str(len(str(value))),
)
async def test_any_number_of_trials_is_answered(ask: Ask, asked: str, status: int) -> None:
    for kind in ("compare", "embed/compare"):
        answer = await ask(f"/{kind}/{asked}")
        twin = await ask(f"/{kind}/{asked}.json")

        assert answer.status_code in ({status} if status != 302 else {301, 302}), answer.text[:300]
        assert answer.status_code < 500
        assert not asked or twin.status_code == answer.status_code
        assert "Traceback" not in answer.text
