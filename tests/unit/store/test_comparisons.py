"""Named sets are replaced whole; frozen comparisons are kept once and found by their hash."""

from __future__ import annotations

from harvester.schema import as_json
from harvester.store import (
    Store,
    freeze_comparison,
    list_comparisons,
    read_comparison,
    read_snapshot,
    save_comparison,
)
from harvester.tables import ComparisonMember, ComparisonSet, ComparisonSnapshot


def a_set(name: str, *members: str) -> tuple[ComparisonSet, list[ComparisonMember]]:
    listed = [
        ComparisonMember(comparison_id=name, nct_id=nct_id, position=place) for place, nct_id in enumerate(members, start=1)
    ]
    return ComparisonSet(comparison_id=name, title=name.title(), focal_nct_id="NCT99000001"), listed


def test_a_named_set_is_replaced_whole(store: Store) -> None:
    with store.transaction():
        save_comparison(store.connection, *a_set("relapse", "NCT99000003", "NCT99000002"))
        save_comparison(store.connection, *a_set("all", "NCT99000004"))
        save_comparison(store.connection, *a_set("relapse", "NCT99000002"))
    found = read_comparison(store.connection, "relapse")

    assert found is not None
    assert [member.nct_id for member in found[1]] == ["NCT99000002"]
    assert [named.comparison_id for named in list_comparisons(store.connection)] == ["all", "relapse"]
    assert read_comparison(store.connection, "nothing") is None


def test_a_frozen_comparison_is_kept_once(store: Store) -> None:
    sha = "ab" * 32
    first = ComparisonSnapshot(
        snapshot_sha256=sha,
        nct_ids=as_json(["NCT99000001"]),
        created_at="2026-11-25T08:00:00Z",
        program_version="0.1.0",
        content=as_json({"panels": []}),
    )
    later = ComparisonSnapshot(**{**first.as_dict(), "created_at": "2027-01-01T00:00:00Z"})
    with store.transaction():
        assert freeze_comparison(store.connection, first)
        assert not freeze_comparison(store.connection, later)

    assert read_snapshot(store.connection, sha) == first
    assert read_snapshot(store.connection, sha[:12]) == first
    assert read_snapshot(store.connection, "ab") is None
    assert read_snapshot(store.connection, "%" * 12) is None
    assert read_snapshot(store.connection, "cd" * 32) is None
