"""Pages that say something is not as expected, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from harvester.compare.head import registry_url
from harvester.site import links
from harvester.site.asked import Asked, html_answer, json_answer
from harvester.site.cache import Answer
from harvester.site.contexts import MessagePage
from harvester.site.frame import Collection, frame_of
from harvester.store import known_ids
from harvester.trial_id import number_in, with_a_digit_more

MOST_TRIALS = 20
OUT_OF_TIME = "It took longer than half a minute. Ask for fewer trials at once, for chosen rows, or at the command line."
_NOT_ANSWERED = "This question was not answered"
_MESSAGES = yaml.safe_load((Path(__file__).parents[1] / "definitions" / "messages.yaml").read_text(encoding="utf-8"))
_FURTHER = ("next_steps", "commands", "actions")


def message(
    asked: Asked,
    status: int,
    heading: str,
    what: str,
    *,
    next_steps: Sequence[str] = (),
    commands: Sequence[str] = (),
    actions: Sequence[tuple[str, str]] = (),
) -> Answer:
    """A message page; ``actions`` are (label, address)."""
    frame = frame_of(asked.collection, heading, what, "/")
    page = MessagePage(frame, status, heading, what, tuple(next_steps), tuple(commands), tuple(actions))
    return asked.answer("message.html", page, status=status)


def malformed(asked: Asked, typed: Sequence[str]) -> Answer:
    """Something typed is no NCT number."""
    numbers = [number_in(each) for each in typed]
    shown = ", ".join(f"“{each[:40]}”" for each in numbers[:5])
    return message(
        asked,
        400,
        "That is not an NCT number",
        f"{shown} cannot be an NCT number: it is NCT and eight digits, as NCT07105579.",
        next_steps=("Search for a title, drug or condition in the box above.",),
        actions=_with_one_more(asked, numbers),
    )


def unknown(asked: Asked, nct_ids: Sequence[str], known: Sequence[str] = ()) -> Answer:
    """Trials that are not in this collection. That says nothing of the registry."""
    listed = ", ".join(nct_ids)
    one = len(nct_ids) == 1
    actions = [(f"{each} at the registry", registry_url(each)) for each in nct_ids[:5]]
    if known:
        actions.insert(0, (f"Compare {', '.join(known)} without", links.comparison(known)))
    actions[:0] = _with_one_more(asked, [f"NCT{each[4:]}" for each in nct_ids if each[3] == "0"])
    return message(
        asked,
        404,
        f"{listed if len(nct_ids) <= 3 else 'Some trials'} {'is' if one else 'are'} not in this collection",
        f"This collection of {asked.collection.size:,} trials does not hold {listed}. "
        "That says nothing about the registry. Check the number.",
        next_steps=("Whoever runs this site can harvest it:",),
        commands=(f"trialside harvest {' '.join(nct_ids[:10])}",),
        actions=actions,
    )


def _with_one_more(asked: Asked, numbers: Sequence[str]) -> list[tuple[str, str]]:
    """Stored trials whose numbers are these with the digit that was left out of seven typed."""
    longer = [nct_id for each in numbers[:5] for nct_id in with_a_digit_more(each)]
    stored = list(known_ids(asked.connection, longer).values())[:5]
    return [(f"{each}, if a digit was left out", links.SiteLinks().trial(each)) for each in stored]


def too_many(asked: Asked, nct_ids: Sequence[str]) -> Answer:
    """More trials than a page can hold side by side."""
    named = list(dict.fromkeys(nct_ids))
    return message(
        asked,
        400,
        "Too many trials for one page",
        f"{len(named)} trials were asked for; at most {MOST_TRIALS} stand side by side.",
        next_steps=("Take some away, list them and tick some, or put the larger set in a file with: trialside export",),
        actions=((f"These {len(named)} trials as a list, to tick or to take away as CSV, Excel or RIS", links.listing(named)),),
    )


def fixed(said: Mapping[str, Any]) -> Callable[[Asked], Answer]:
    """The page of a message of `messages.yaml`, which is the same whatever was asked."""

    def page(asked: Asked) -> Answer:
        return message(asked, said["status"], said["heading"], said["what"], **{each: said.get(each, ()) for each in _FURTHER})

    return page


nothing_stored, no_page, not_shown = (fixed(_MESSAGES[name]) for name in ("nothing_stored", "no_page", "not_shown"))


def out_of_order(asked: Asked, status: int, what: str) -> Answer:
    """Something else went wrong; ``what`` may be shown."""
    return message(asked, status, "This cannot be shown", what, actions=(("Start page", "/"),))


def out_of_time(collection: Collection | None, *, as_json: bool) -> Answer:
    """It took too long; said without a look at the database, which may be what takes long."""
    if collection is None:
        return Answer(503, f"{OUT_OF_TIME}\n".encode(), "text/plain; charset=utf-8")
    heading = "This was broken off"
    page = MessagePage(frame_of(collection, heading, OUT_OF_TIME, "/"), 503, heading, OUT_OF_TIME, (), (), (("Start page", "/"),))
    return json_answer(page, 503) if as_json else html_answer("message.html", page, status=503)


def not_answered(asked: Asked, status: int, what: str, sql: str) -> Answer:
    """A question in SQL that was not answered, to be put right and asked again."""
    frame = frame_of(asked.collection, _NOT_ANSWERED, what, links.TABLES)
    page = MessagePage(frame, status, _NOT_ANSWERED, what, (), (), (("Tables and their columns", links.TABLES),), sql)
    return asked.answer("message.html", page, status=status)
