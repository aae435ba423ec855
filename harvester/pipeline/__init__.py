"""The flow of one run: records arrive, are read, stored in a transaction, and only then acknowledged.

arrivals (registry, files, snapshot) -> readings -> standing -> store -> acknowledge
arrivals.py                             reading/    settling.py
"""

from __future__ import annotations

from harvester.pipeline.arrivals import arrivals_of
from harvester.pipeline.harvest import Harvest
from harvester.pipeline.outcome import HarvestReport, TrialOutcome
from harvester.reading.arrival import Arrival, Confirmed, Lost, Reading
from harvester.reading.study import reading_of

__all__ = [
    "Arrival",
    "Confirmed",
    "Harvest",
    "HarvestReport",
    "Lost",
    "Reading",
    "TrialOutcome",
    "arrivals_of",
    "reading_of",
]
