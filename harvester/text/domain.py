"""What a criterion is about: one named domain, and the others it touches (definitions/domains.txt)."""

from __future__ import annotations

import re
from functools import cache

from harvester.text.definition_file import definition_lists

OTHER = "other"
_SECONDARY = 2


@cache
def _domains() -> tuple[tuple[str, tuple[tuple[int, re.Pattern[str]], ...]], ...]:
    table = []
    for slug, entries in definition_lists("domains.txt").items():
        pairs = []
        for entry in entries:
            weight, _, expression = entry.partition(" ")
            pairs.append((int(weight), re.compile(expression, re.IGNORECASE)))
        table.append((slug, tuple(pairs)))
    return tuple(table)


@cache
def domain_names() -> tuple[str, ...]:
    """Every domain slug, in the file's order, and ``other`` for what none of them claims."""
    return (*(slug for slug, _ in _domains()), OTHER)


def domains_of(words: str) -> tuple[str, tuple[str, ...]]:
    """The domain of a criterion and its secondary domains, strongest first.

    Weights of the matching expressions are added; words near the front weigh more, since a criterion names its subject first.
    """
    scores = []
    for order, (slug, entries) in enumerate(_domains()):
        score = 0.0
        for weight, pattern in entries:
            found = pattern.search(words)
            if found:
                score += weight * (1.25 if found.start() < 40 else 1.0)
        if score >= _SECONDARY:
            scores.append((-score, order, slug))
    ranked = [slug for _, _, slug in sorted(scores)]
    return (ranked[0], tuple(ranked[1:6])) if ranked else (OTHER, ())
