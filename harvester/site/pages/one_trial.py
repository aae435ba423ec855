"""The one trial that an address names."""

from __future__ import annotations

from collections.abc import Callable

from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer
from harvester.site.pages.message import malformed, unknown
from harvester.store import known_ids
from harvester.trial_id import typed_id


def asked_trial(asked: Asked, address: Callable[[str], str], *, lasting: bool = False) -> str | Answer:
    """The trial's own number, or the answer where it is not stored or named otherwise.

    Other spellings of its number and obsolete numbers are led to ``address`` of its own; with ``lasting`` the former for good.
    """
    typed = asked.parts["nct_id"]
    nct_id = typed_id(typed)
    if nct_id is None:
        return malformed(asked, [typed])
    stored = known_ids(asked.connection, [nct_id]).get(nct_id)
    if stored is None:
        return unknown(asked, [nct_id])
    if stored != typed:
        return redirect(address(stored) + (".json" if asked.as_json else ""), permanent=lasting and stored == nct_id)
    return stored
