"""Laws of comparisons over real records, where ../shared is at hand: quotes are the record's words, verdicts turn round."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random

import pytest

from harvester.compare.build import build_comparison
from harvester.compare.model import Comparison, Line
from harvester.normalise import normalise
from harvester.registry.record import Origin, parse_record, value_at
from harvester.tables import StudyRows

RECORDS = Path(__file__).parents[4] / "shared" / "records"
pytestmark = pytest.mark.skipif(not RECORDS.is_dir(), reason="needs the records of ../shared, which are not part of the project")
TURNED = {"stricter": "looser", "looser": "stricter"}


def sets() -> list[tuple[str, ...]]:
    """Sets of four trials, always the same ones."""
    ids = sorted(path.stem for path in RECORDS.glob("NCT*.json")) if RECORDS.is_dir() else []
    Random(20261125).shuffle(ids)
    return [tuple(ids[at : at + 4]) for at in range(0, min(len(ids), 48) - 3, 4)]


@cache
def body(nct_id: str) -> dict[str, object]:
    return json.loads((RECORDS / f"{nct_id}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def rows(nct_id: str) -> StudyRows:
    return normalise(parse_record(json.dumps(body(nct_id)), Origin(source="file")))


def compared(nct_ids: tuple[str, ...]) -> Comparison:
    return build_comparison([rows(nct_id) for nct_id in nct_ids], collection_size=461)


def lines_of(comparison: Comparison) -> list[tuple[str, Line]]:
    found = [
        (nct_id, line)
        for panel in comparison.panels
        for each in panel.rows
        for nct_id, cell in zip(comparison.nct_ids, each.cells, strict=True)
        for line in cell.lines
    ]
    return found + [(each.nct_id, line) for each in comparison.stated_only for line in each.lines]


@pytest.mark.parametrize("nct_ids", sets(), ids=lambda nct_ids: nct_ids[0])
def test_every_quote_is_the_records_own(nct_ids: tuple[str, ...]) -> None:
    for nct_id, line in lines_of(compared(nct_ids)):
        for source in line.sources:
            raw = value_at(body(nct_id), source.path)
            text = raw if isinstance(raw, str) else json.dumps(raw)
            assert text[source.start : source.end] == source.quote, (nct_id, source)


@pytest.mark.parametrize("nct_ids", sets(), ids=lambda nct_ids: nct_ids[0])
def test_verdicts_turn_round_with_the_focal_trial(nct_ids: tuple[str, ...]) -> None:
    pair, turned = compared(nct_ids[:2]), compared(nct_ids[1::-1])
    for panel in pair.panels:
        if panel.key not in ("population", "criteria"):
            continue
        back = {each.key: each for each in turned.panel(panel.key).rows}
        for each in panel.rows:
            verdict = each.cells[1].verdict
            assert back[each.key].cells[1].verdict == TURNED.get(verdict or "", verdict), (nct_ids, each.key)
            assert back[each.key].differs == each.differs


@pytest.mark.parametrize("nct_ids", sets(), ids=lambda nct_ids: nct_ids[0])
def test_the_order_of_the_others_changes_no_cell_of_values(nct_ids: tuple[str, ...]) -> None:
    focal, *others = nct_ids
    there, back = compared((focal, *others)), compared((focal, *reversed(others)))
    for panel in there.panels:
        if panel.key not in ("population", "criteria", "status", "design"):
            continue
        moved = {each.key: each for each in back.panel(panel.key).rows}
        for each in panel.rows:
            assert moved[each.key].cells[1:] == each.cells[:0:-1], (panel.key, each.key)


def test_rows_alike_where_stated_are_alike_among_the_trials_that_state_them() -> None:
    """Keys of rows that are only numbered may be other rows' in a smaller comparison; all else must be there."""
    held: list[str] = []
    for nct_ids in sets():
        for panel in compared(nct_ids).panels:
            for each in panel.rows:
                if each.is_alike_where_stated and not each.key.startswith(("words-", "primary-", "secondary-", "other-")):
                    stating = (nct_id for nct_id, cell in zip(nct_ids, each.cells, strict=True) if cell.state == "stated")
                    alone = {row.key: row.agreement for row in compared(tuple(stating)).panel(panel.key).rows}
                    assert alone[each.key] == "alike", (nct_ids, panel.key, each.key)
                    held.append(each.key)
    assert len(held) > 8
