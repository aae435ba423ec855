"""The client holds its recorded conversations without a server; the cassettes' README says where they come from."""

from __future__ import annotations

import re

import pytest

from harvester.registry.paging import PAGE_SIZE
from tests.cassettes.record import CONVERSATIONS, HERE, WAITED, client, tape
from tests.standin.synthetic import synthetic_id

OUTCOMES = {
    "paging": (PAGE_SIZE * 3, [synthetic_id(number) for number in range(1, PAGE_SIZE * 3 + 1)], []),
    "batch": ["NCT99000001", "NCT99000002", "NotFound NCT99999999", "NCT99000001", "NCT99000003"],
    "not_found": "TrialNotFound: NCT number NCT99999999 not found",
    "bad_request": "InputError: The registry does not take this request: Unknown area Nonsense",
    "throttled": "NCT99000001",
    "unavailable": "NCT99000001",
    "web_page": "NCT99000001",
}
WAITS = {"throttled": [2.0], "unavailable": [1.0, 3.0], "web_page": [1.0]}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_goes_as_recorded(name: str) -> None:
    with tape(name, "none") as played, client() as registry:
        assert CONVERSATIONS[name].act(registry) == OUTCOMES[name]
        assert WAITS.get(name, []) == WAITED
        assert played.all_played


def test_every_cassette_is_explained() -> None:
    explained = re.findall(r"(?m)^\| (\w+) \|", (HERE / "README.md").read_text(encoding="utf-8"))

    assert sorted(set(explained) - {"cassette"}) == sorted(CONVERSATIONS) == sorted(path.stem for path in HERE.glob("*.yaml"))


def test_no_cassette_holds_anything_but_the_stand_ins_answers() -> None:
    for path in HERE.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"uri: (\S+?)/api", text)) == {"http://127.0.0.1:8099"}
        assert set(re.findall(r"NCT(?!99)\d{8}", text)) == set()
