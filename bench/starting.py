"""Commands that do little, as whole processes: what they take is mostly the start of the program."""

from __future__ import annotations

import compileall
import json
from itertools import islice
from pathlib import Path
from typing import Final

import harvester
from bench.measure import Figure, Run, middle, run, trialside

TIMES: Final = 10
BAR: Final = 0.25
"""Seconds, on a machine that does nothing else."""
_QUESTION: Final = {"id": "a", "text": "ALT <= 3 x ULN within 14 days of enrolment; age 18-75 years", "section": "inclusion"}


def starts(corpus: Path, folder: Path) -> list[Figure]:
    """One record from a file to rows, and the commands that ask little, with what earlier runs kept and without.

    The modules are compiled first, as pip does: a checkout that writes none of what it compiled would be timed at that.
    """
    compileall.compile_dir(harvester.__path__[0], quiet=1)
    with corpus.open("rb") as stream:
        lines = list(islice(stream, 2))
    names = [json.loads(line)["protocolSection"]["identificationModule"]["nctId"] for line in lines]
    for name, content in (("one.json", lines[0]), ("two.ndjson", b"".join(lines)), ("asked", json.dumps(_QUESTION).encode())):
        (folder / name).write_bytes(content)
    run(*trialside("harvest", "--quiet", "--db", "two.db", "--from", "two.ndjson"), folder=folder)
    figures = _one_trial(folder)
    for words in (("read", "criteria"), ("status",), ("show", names[0]), ("compare", *names)):
        runs = [_started(folder, "--db", "two.db", *words, number=0) for _ in range(TIMES)]
        figures += _told("start", f"`{' '.join(words[:2]) if words[0] == 'read' else words[0]}`, whole process", runs)
    return figures


def _one_trial(folder: Path) -> list[Figure]:
    """Into a new database each time; the first time with a new cache folder each time too."""
    ways = {"from a file to rows, whole process": [0] * TIMES, "the same, nothing kept of earlier runs": list(range(1, TIMES))}
    figures = []
    for way, caches in ways.items():
        runs = []
        for number in caches:
            runs.append(_started(folder, "harvest", "--quiet", "--db", "new.db", "--from", "one.json", number=number))
            for made in folder.glob("new.db*"):
                made.unlink()
        figures += _told("one trial", way, runs)
    return figures


def _started(folder: Path, *words: str, number: int) -> Run:
    """One run with the cache folder of that number."""
    environment = {"TRIALSIDE_CACHE": str(folder / f"cache-{number}")}
    return run(*trialside(*words), folder=folder, environment=environment, given=folder / "asked")


def _told(part: str, what: str, runs: list[Run]) -> list[Figure]:
    return [
        Figure(part, f"{what}, by the clock", middle([each.seconds for each in runs]), "s", bar=BAR),
        Figure(part, f"{what}, processor time", middle([each.processor for each in runs]), "s"),
    ]
