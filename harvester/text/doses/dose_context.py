"""What a text has said so far outside the statements that hold doses, kept by part, by label and by agent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from harvester.text.doses.dose_draft import Draft
from harvester.text.schedules.timing import DAYS_PER, Mention, Timing


@dataclass(slots=True)
class Context:
    """What the text has said so far, outside the statements that hold doses."""

    heading: list[Mention] = field(default_factory=list)
    heading_line: int = -1
    label: list[Mention] = field(default_factory=list)  # what the label of line and part ``label_place`` tells
    label_place: tuple[int, int] = (-1, 0)
    heading_part: int = 0
    by_agent: dict[tuple[int, str], dict[str, Mention]] = field(default_factory=dict)  # by part; first of each kind
    opening: dict[int, dict[str, Mention]] = field(default_factory=dict)  # by part; said before any dose of it, of no agent
    label_of: dict[tuple[int, int], dict[str, Mention]] = field(default_factory=dict)  # by part and group: said behind its label

    def heard(self, part: int, key: str, mentions: Iterable[Mention]) -> None:
        """Keep what is said of an agent in a part."""
        keep_first(self.by_agent.setdefault((part, key), {}), mentions)

    def opened(self, part: int, mentions: Iterable[Mention]) -> None:
        """Keep what is said before any dose of a part."""
        keep_first(self.opening.setdefault(part, {}), mentions)

    def told_of(self, draft: Draft) -> Iterator[Mention]:
        """What is kept for a dose: said of its agent, then of no agent; in its part, then in none."""
        parts = dict.fromkeys((draft.statement.part, 0))
        for kept in (*(self.by_agent.get((part, draft.agent_key)) for part in parts), *(self.opening.get(p) for p in parts)):
            yield from (kept or {}).values()


def keep_first(kept: dict[str, Mention], mentions: Iterable[Mention]) -> None:
    """Keep the first phrase of each kind: a dose takes no later one; of two that tell it otherwise neither, with a flag."""
    for mention in mentions:
        first = kept.setdefault(mention.kind, mention)
        if mention.kind in _TOLD_ONCE and _told(first) != _told(mention) and first.flags != _SEVERAL:
            kept[mention.kind] = replace(first, timing=Timing(), flags=_SEVERAL)


_SEVERAL = ("several_told",)
_TOLD_ONCE = frozenset({"frequency", "interval", "cycle_length", "duration"})


def _told(mention: Mention) -> float:
    """What a phrase tells in days: the time between two doses, the length of a cycle or of the treatment."""
    t = mention.timing
    between = (t.frequency_period or 0.0) * DAYS_PER[t.frequency_unit or "d"] / (t.frequency_count or 1.0)
    lasting = (t.cycle_length_value or 0.0) * DAYS_PER[t.cycle_length_unit or "d"]
    return round(between + lasting + (t.duration_value or 0.0) * DAYS_PER[t.duration_unit or "d"], 1)
