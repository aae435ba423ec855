"""What an address of `/changes` asks for: since when, about what, in which direction, of which trials, and from where on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from harvester.history import SIGNS, Subject, subjects
from harvester.shape import shape
from harvester.site.asked import Asked
from harvester.site.history_context import Choice, Choices
from harvester.store import Place, VersionHead, Wanted, latest_arrival, list_comparisons, read_comparison
from harvester.trial_id import typed_id, typed_ids

_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[\d:]{5,8}Z?)?")
_PLACE = re.compile(r"(\d{4}-\d\d-\d\d[\dT:.Z+-]{0,24}),(NCT\d{8}),(\d{1,9})")
MOST_TRIALS = 200


class NotUnderstood(ValueError):
    """A parameter that asks for nothing there is: a title for people and a sentence."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(sentence)
        self.title = title
        self.sentence = sentence


@shape()
class ChangesAsked:
    """The parameters of an address, understood."""

    since: str
    subject: Subject | None
    direction: str
    set_name: str
    trials: tuple[str, ...]
    of_set: tuple[str, ...]
    after: Place | None

    @classmethod
    def of(cls, asked: Asked) -> ChangesAsked:
        """What is asked for. Raises NotUnderstood."""
        given = {name: asked.parameter(name).strip() for name in ("since", "kind", "direction", "set", "trials", "after")}
        return cls(
            since=_since(given["since"]),
            subject=_subject(given["kind"]),
            direction=_direction(given["direction"]),
            set_name=given["set"],
            trials=_trials(given["trials"]),
            of_set=_members(asked, given["set"]),
            after=_place(given["after"]),
        )

    @property
    def wanted(self) -> Wanted:
        """The same for the store."""
        trials = (*self.trials, *self.of_set) if self.trials or self.set_name else None
        return Wanted(
            since=self.since or None,
            kinds=self.subject.kinds if self.subject else None,
            directions=(self.direction,) if self.direction else None,
            nct_ids=trials,
            after=self.after,
        )

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that choose, without the place to go on from."""
        told = {
            "since": self.since,
            "kind": self.subject.name if self.subject else "",
            "direction": self.direction,
            "set": self.set_name,
            "trials": ",".join(self.trials),
        }
        return {name: value for name, value in told.items() if value}

    def href(self, path: str, **more: str) -> str:
        """An address of ours with the parameters that choose, and others."""
        given = {**self.parameters, **{name: value for name, value in more.items() if value}}
        return f"{path}?{urlencode(given, safe=',:')}" if given else path

    def older(self, path: str, last: VersionHead) -> str:
        """The address that goes on after a version."""
        return self.href(path, after=f"{last.first_fetched_at},{last.nct_id},{last.version}")

    @property
    def words(self) -> tuple[str, ...]:
        """What is asked for besides a day, in words."""
        told = [self.subject.label if self.subject else "", self.direction, f"set {self.set_name}" if self.set_name else ""]
        return tuple(filter(None, (*told, ", ".join(self.trials))))

    def choices(self, asked: Asked) -> tuple[Choices, ...]:
        """The questions of the form, with the answers that are chosen."""
        kinds = tuple(Choice(each.name, each.label, each is self.subject) for each in subjects())
        directions = tuple(Choice(each, f"{sign} {each}", each == self.direction) for each, sign in SIGNS.items())
        sets = tuple(
            Choice(each.comparison_id, each.title or each.comparison_id, each.comparison_id == self.set_name)
            for each in list_comparisons(asked.connection)
        )
        found = (Choices("kind", "About", kinds), Choices("direction", "Direction", directions), Choices("set", "Trials", sets))
        return tuple(each for each in found if each.answers)


def after_this_visit(asked: Asked) -> str | None:
    """The moment after the latest version came: what comes later is new to whoever sees this page now."""
    latest = latest_arrival(asked.connection)
    try:
        return None if latest is None else (datetime.fromisoformat(latest) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):  # what was stored as a time is none
        return None


def _since(text: str) -> str:
    if text and not _DAY.fullmatch(text):
        raise NotUnderstood("That is not a day", f"“{text[:40]}” is not a day; write it as 2026-11-25.")
    return text


def _subject(text: str) -> Subject | None:
    found = next((each for each in subjects() if each.name == text), None)
    if text and found is None:
        names = ", ".join(each.name for each in subjects())
        raise NotUnderstood("There is no such kind of change", f"“{text[:40]}” is none of {names}.")
    return found


def _direction(text: str) -> str:
    if text and text not in SIGNS:
        raise NotUnderstood("There is no such direction", f"“{text[:40]}” is none of {', '.join(SIGNS)}.")
    return text


def _trials(text: str) -> tuple[str, ...]:
    typed = typed_ids(text)
    found = [typed_id(each) for each in typed[:MOST_TRIALS]]
    if None in found or len(typed) > MOST_TRIALS:
        bad = [each for each, nct_id in zip(typed, found, strict=False) if nct_id is None]
        wrong = bad[0] if bad else f"more than {MOST_TRIALS} trials"
        raise NotUnderstood("That is no list of trials", f"“{wrong[:40]}” cannot be used; write trials=NCT07105579,NCT06438796.")
    return tuple(dict.fromkeys(each for each in found if each))


def _members(asked: Asked, name: str) -> tuple[str, ...]:
    if not name:
        return ()
    found = read_comparison(asked.connection, name)
    if found is None:
        raise NotUnderstood("There is no such set", f"No set of trials here is called “{name[:40]}”.")
    return (found[0].focal_nct_id, *(member.nct_id for member in found[1]))


def _place(text: str) -> Place | None:
    found = _PLACE.fullmatch(text)
    if text and found is None:
        raise NotUnderstood("That page cannot be found", f"“{text[:40]}” is no place to go on from.")
    return Place(found[1], found[2], int(found[3])) if found else None
