"""How several harvests of one command end together."""

from __future__ import annotations

import pytest

from harvester.cli.writing import _ending
from harvester.errors import Interrupted, RegistryUnreachable, TrialsideError
from harvester.pipeline import HarvestReport


def _report(saved: int = 0, not_found: int = 0, stopped_by: TrialsideError | None = None) -> HarvestReport:
    return HarvestReport(1, saved + not_found, saved, 0, 0, not_found, (), stopped_by=stopped_by)


UNREACHABLE = RegistryUnreachable("The registry cannot be reached")


@pytest.mark.parametrize(
    ("reports", "code"),
    [
        ([_report(saved=2)], 0),
        ([_report(saved=2), _report(not_found=1)], 3),
        ([_report(stopped_by=UNREACHABLE)], 4),
        ([_report(saved=1), _report(stopped_by=UNREACHABLE)], 3),
        ([_report(saved=1), _report(stopped_by=Interrupted("Stopped"))], 130),
    ],
)
def test_four_is_said_only_when_nothing_was_stored(reports: list[HarvestReport], code: int) -> None:
    assert _ending(reports) == code
