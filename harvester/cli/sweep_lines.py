"""How far a large harvest came, told in words and as data."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from harvester.export.printable import printable
from harvester.tables import Sweep, SweepPart

LEFT_SHOWN = 5


def sweep_lines(sweeps: Sequence[tuple[Sweep, Sequence[SweepPart]]]) -> Iterator[str]:
    """What is left of every sweep that did not end, and the command that goes on with it."""
    for sweep, parts in unfinished(sweeps):
        stored, total = sum(part.stored for part in parts), f"{sweep.total:,}" if sweep.total is not None else "an unknown number"
        done = sum(part.finished_at is not None for part in parts)
        yield printable(
            f"unfinished    {_what(sweep)}, begun {sweep.started_at}: whole pages of {stored:,} of {total} trials"
            f"{f', {done} of {len(parts)} parts' if len(parts) > 1 else ''}; to go on: {_command(sweep)}"
        )
        left = [part for part in parts if part.finished_at is None]
        for part in left[:LEFT_SHOWN]:
            pages = f", {part.pages:,} page{'s' if part.pages > 1 else ''} of it stored" if part.pages else ""
            yield printable(f"              left: {part.expression or 'the search'}{pages}")
        if len(left) > LEFT_SHOWN:
            yield f"              and {len(left) - LEFT_SHOWN} parts more (--json names all)"


def unfinished(sweeps: Sequence[tuple[Sweep, Sequence[SweepPart]]]) -> list[tuple[Sweep, Sequence[SweepPart]]]:
    """The last sweep of each search, where something of it is left."""
    last = {(sweep.query, sweep.most): (sweep, parts) for sweep, parts in sweeps}
    return [(sweep, parts) for sweep, parts in last.values() if sweep.finished_at is None]


def sweeps_as_data(sweeps: Sequence[tuple[Sweep, Sequence[SweepPart]]]) -> list[dict[str, Any]]:
    """All sweeps with their parts."""
    return [
        {**sweep.as_dict(), "query": json.loads(sweep.query), "parts": [part.as_dict() for part in parts]}
        for sweep, parts in sweeps
    ]


def _what(sweep: Sweep) -> str:
    words = _words(sweep)
    return f"the search for {words}" if words else "the whole registry"


def _words(sweep: Sweep) -> str:
    """The words that were searched for, as typed."""
    return " ".join(term.strip('"') for term in json.loads(sweep.query).get("query.term", "").split(" AND "))


def _command(sweep: Sweep) -> str:
    words = _words(sweep)
    asked = ["--query", words] if words else []
    most = ["--limit", str(sweep.most)] if sweep.most else []
    return shlex.join(["trialside", "harvest", *asked, "--all", *most])
