"""NCT numbers: how people write them, and the one way we show them."""

from __future__ import annotations

import re

from harvester.errors import MalformedId

# The registry's own rule for an id in a path or a filter (OpenAPI, parameter nctId), with ASCII digits only.
_RULE = re.compile(r"[Nn][Cc][Tt]0*([1-9][0-9]{0,7})")


def canonical_id(text: str) -> str:
    """The NCT number in ``text`` as ``NCT`` and eight digits: ``"nct7105579"`` gives ``"NCT07105579"``.

    Blanks around it are forgiven; anything else raises :class:`~harvester.errors.MalformedId` with one line.
    """
    found = _RULE.fullmatch(text.strip())
    if found is None:
        raise MalformedId(f"{shown(text)} is not an NCT number", "Write NCT and eight digits, as NCT01234567.")
    return f"NCT{int(found.group(1)):08d}"


def is_trial_id(text: object) -> bool:
    """Whether ``text`` is a string the registry takes as an NCT number."""
    return isinstance(text, str) and _RULE.fullmatch(text.strip()) is not None


def shown(text: str, limit: int = 40) -> str:
    """``text`` in quotes, safe to print on one line: controls and surrogates escaped, cut after ``limit`` characters."""
    kept = text if len(text) <= limit else text[:limit] + "…"
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in kept) + '"'
