"""A refresh that costs what changed, and shows nothing that fails the gate.

    version (one request; the same date: done) -> description of the fields -> sweep of what is stored (dates, status, MeSH terms)
    -> records that changed, came, are missing or were not read for long -> staging -> gate over the whole run -> rows
    -> saved searches, each through a gate of its own

Records that the registry does not list any more are asked for alone; what it then does not have is kept and marked gone.
"""

from __future__ import annotations

from harvester.refresh.asked import Asked
from harvester.refresh.drift import field_changes
from harvester.refresh.gate import STAGED, gated
from harvester.refresh.run import refresh
from harvester.refresh.sweep import REREAD_DAYS, reread_before

__all__ = ["REREAD_DAYS", "STAGED", "Asked", "field_changes", "gated", "refresh", "reread_before"]
