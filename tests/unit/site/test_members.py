"""The part that trials play in a stored set, on the pages that show them."""

from __future__ import annotations

from pathlib import Path

from harvester.site.app import make_datasette
from harvester.store import Store, save_comparison
from harvester.tables import ComparisonMember, ComparisonSet
from tests.unit.site.site_records import PLAIN, write_site


async def test_a_stored_set_gives_role_and_reason_and_the_way_from_the_home_page(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    named = ComparisonSet(comparison_id="set", title="A named set", focal_nct_id=PLAIN[1], note=None)
    members = [
        ComparisonMember(comparison_id="set", nct_id=PLAIN[2], position=1, role="by hand", reason="we know it"),
        ComparisonMember(comparison_id="set", nct_id="NCT99999998", position=2, role="not stored", reason=None),
    ]
    with Store(path) as store, store.transaction():
        save_comparison(store.connection, named, members)
    client = make_datasette(path).client
    address = f"/compare/{PLAIN[1]},{PLAIN[2]}"
    home = (await client.get("/index.json")).json()
    told = (await client.get(f"{address}.json")).json()
    turned = (await client.get(f"/compare/{PLAIN[2]},{PLAIN[1]}.json")).json()
    head, turned_head = told["trials"][1], turned["trials"][1]

    assert home["focal_compare"] == address
    assert (head["role"], head["reason"]) == ("by hand", "we know it")
    assert turned_head["role"] != "by hand"
    assert "we know it" in (await client.get(address)).text
