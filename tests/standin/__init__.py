"""A loopback stand-in of the ClinicalTrials.gov API v2, for tests and for trying the program without a network.

It follows the official OpenAPI description (2.0.3) and recorded answers, quirks included: page sizes, opaque tokens, one study
a line, errors as plain text, alias redirects. ``python -m tests.standin --port 8099 --records DIR`` serves a folder of records.
"""

from __future__ import annotations

from tests.standin.collection import Collection
from tests.standin.server import StandIn

__all__ = ["Collection", "StandIn"]
