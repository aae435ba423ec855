"""The registry as commands use it: with the settings' address and pace, progress on a terminal, waits said in words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from harvester.cli.console import Progress, say
from harvester.cli.options import Settings
from harvester.registry.client import Registry
from harvester.registry.transport import Limits

QUICK: Final = Limits(attempts=1, connect=3, headers=6, silence=5, deadline=10, patience=6, patience_unreached=4)
"""For asking whether the registry is there at all: a few seconds, once."""


@contextmanager
def registry(settings: Settings, limits: Limits | None = None) -> Iterator[Registry]:
    """The registry; its progress line is gone when the block ends, however it ends."""
    line = Progress(settings)

    def show(stage: str, done: int, total: int | None) -> None:
        line.show(f"{stage}: {done:,} of {total:,}" if total else f"{stage}: {done:,}")

    def notice(words: str) -> None:
        line.clear()
        say(settings, words)

    opened = Registry(
        settings.api_base,
        min_interval=settings.min_interval,
        offline=settings.offline,
        api_key=os.environ.get("TRIALSIDE_API_KEY") or None,
        contact=os.environ.get("TRIALSIDE_CONTACT") or None,
        progress=show,
        notice=notice,
        limits=limits,
    )
    with opened:
        try:
            yield opened
        finally:
            line.clear()
