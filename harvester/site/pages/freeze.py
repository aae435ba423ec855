"""`/freeze/A,B,…`: how a comparison is frozen, by command or by a button, and why it was not."""

from __future__ import annotations

import shlex

from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import FreezePage
from harvester.site.controls import pinned_frame
from harvester.site.frame import frame_of
from harvester.site.pages.compare import chosen
from harvester.site.pages.message import message


def form(asked: Asked, token: str, path: str) -> Answer:
    """The exact command; with a ``token`` also the button. ``path`` is that of the database, if it may be said."""
    found = chosen(asked, "freeze")
    if isinstance(found, Answer):
        return found
    where = links.comparison(found, kind="freeze")
    page = FreezePage(
        frame=frame_of(asked.collection, "Freeze a comparison", f"Freeze {', '.join(found)} as they stand", where),
        nct_ids=tuple(found),
        compare_href=links.comparison(found),
        command=" ".join(["trialside", *(["--db", shlex.quote(path)] if path else []), "compare", *found, "--freeze"]),
        action=where if token else "",
        token=token,
        pinned=pinned_frame(asked, found),
    )
    return asked.answer("freeze.html", page)


def refused(asked: Asked) -> Answer:
    """A form that is not obeyed."""
    return message(
        asked,
        403,
        "Nothing was frozen",
        "A comparison is frozen by a form of this site itself, sent at the machine that serves it, where it is not public.",
        next_steps=("Whoever runs the site can freeze it in a terminal:",),
        commands=(f"trialside compare {asked.parts['ids'].replace(',', ' ')[:400]} --freeze",),
    )


def not_kept(asked: Asked, line: str) -> Answer:
    """The database could not be written."""
    return message(asked, 503, "Nothing was frozen", line, next_steps=("Try again when nothing else writes to the database.",))
