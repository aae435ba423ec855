"""Which way a criterion went when its words changed: tightened, loosened, reworded, or changed where that is not sure.

Three rules, each of which is silent where it is not sure. *values*: every value of the one wording has its counterpart in the
other, and the rest of the words did not turn. *restricted*: one wording is the other with a restricting word put in.
*joined*: one wording is the other with "or …" put in, which names something that the other did not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

from harvester.compare.eligible import Slot, TrialFacts
from harvester.compare.judgement import judge
from harvester.compare.model import Verdict
from harvester.compare.similarity import content_words
from harvester.definition_file import lines_of
from harvester.history.change import Direction, unescaped
from harvester.tables import CriterionFact, EligibilityCriterion, StudyRows

_SHARED = 0.75
"""Least share of content words in common, besides the values, for these alone to tell the direction."""
_NUMBER = r"\d[\d.,]*|\b(?:one|two|three|four|five|six|first|second|third|fourth|single|multiple|both|either)\b"
_TURNS = r"\b(?:no|not|non|without|never|except|unless|only|allowed|excluded|eligible)\b"
_TURNING = re.compile(rf"{_NUMBER}|{_TURNS}", re.IGNORECASE)
"""Numbers and words on which a criterion turns, outside the values that were read."""
_TELLING = re.compile(
    rf"{_NUMBER}|[<>≤≥=]|{_TURNS}|\b(?:and|or|any|all|least|most|more|less|than|within|before|after|prior|active|current|history"
    r"|known|uncontrolled|high|low|upper|lower|above|below)\b",
    re.IGNORECASE,
)
"""More small words that make a wording more than merely another one."""
_COMPARING = re.compile(
    r"\b(?:greater|less|more|fewer|higher|lower|larger|smaller) than(?: or equal(?: to)?)?\b|\bequal(?: to)?\b"
    r"|\bat (?:least|most)\b|\bup to\b|\bno (?:more|less) than\b|\bor (?:older|above|more|less|below|greater|better)\b"
    r"|\bolder\b|\bbetween\b",
    re.IGNORECASE,
)
"""Words that say no more than a sign would; what they limit is compared as values."""
_NEGATING = re.compile(r"\b(?:no|not|non|without|never|absence|free|none|neither|nor|negative|lack)\b", re.IGNORECASE)
_BLOCKING = re.compile(
    r"\b(?:except|unless|if|when|other than|(?-i:[Aa]ll)|every|each|only|fewer|less|most|maximum|up to|allowed|eligible|permitted"
    r"|acceptable|exclud\w*|ineligible|should|may)\b|[<≤]",
    re.IGNORECASE,
)
"""Words near which putting in a word may mean either. ALL in capitals is a leukaemia."""
_OPENING_NO = re.compile(r"(?:no|without|absence of)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+|[^\w\s]", re.UNICODE)
_DIRECTIONS: Mapping[Verdict, Direction] = {"stricter": "tightened", "looser": "loosened"}
_TURNED: Mapping[Direction, Direction] = {"tightened": "loosened", "loosened": "tightened"}
_WHERE = frozenset(
    ("fact_id", "criterion_id", "quote", "source_path", "source_start", "source_end", "confidence", "rule", "alternative_group")
)
_SAYS = tuple(each.name for each in fields(CriterionFact) if each.name not in _WHERE)


class Wording(NamedTuple):
    """A criterion of one version with the facts that were read from it."""

    criterion: EligibilityCriterion
    facts: tuple[CriterionFact, ...]

    @property
    def slots(self) -> frozenset[Slot]:
        """What its facts are about."""
        return frozenset(Slot.of(each, self.criterion) for each in self.facts)

    def said(self, slot: Slot) -> list[tuple[object, ...]]:
        """What the facts of a slot say, without where they say it."""
        own = (each for each in self.facts if Slot.of(each, self.criterion) == slot)
        return sorted((tuple(getattr(each, name) for name in _SAYS) for each in own), key=repr)

    @property
    def read(self) -> TrialFacts:
        """The criterion alone, as a comparison reads it."""
        return TrialFacts(StudyRows.collect(self.criterion.nct_id, (self.criterion, *self.facts)))

    @property
    def rest(self) -> str:
        """Its words without those from which limits were read. What is there or not stays: shades of it may not be read."""
        text, start = self.criterion.text, self.criterion.source_start
        kept = list(text)
        for fact in self.facts:
            if fact.low is not None or fact.high is not None or fact.value_set is not None or fact.window_value is not None:
                first, last = max(0, fact.source_start - start), min(len(text), fact.source_end - start)
                kept[first:last] = " " * (last - first)
        rest = "".join(kept)
        for condition in {fact.condition for fact in self.facts if fact.condition}:
            rest = rest.replace(condition, " ")
        return rest


def direction(was: Wording, now: Wording) -> Direction:
    """What the newer wording of a criterion is beside the older one."""
    old, new = was.criterion, now.criterion
    if old.section != new.section or old.scope != new.scope or old.population != new.population:
        return "changed"
    return _put_in(was, now) or _values(was, now) or "changed"


def _values(was: Wording, now: Wording) -> Direction | None:
    """Told by the values: the rule *values*."""
    slots = was.slots
    if slots != now.slots:
        return None
    verdicts = {_verdict(was, now, slot) for slot in slots} - {"same"}
    if not verdicts:
        return "reworded" if _alike(was.rest, now.rest, _TELLING, least=1.0) else None
    only = verdicts.pop()
    if verdicts or only not in _DIRECTIONS or not _alike(was.rest, now.rest, _TURNING):
        return None
    return _DIRECTIONS[only]


def _verdict(was: Wording, now: Wording, slot: Slot) -> Verdict:
    if was.said(slot) == now.said(slot):
        return "same"
    judged = judge(was.read, now.read, slot)
    return judged[0] if judged else "not comparable"


def _alike(was: str, now: str, telling: re.Pattern[str], least: float = _SHARED) -> bool:
    """Whether two texts share ``least`` of what they speak of, and all the small words they turn on."""
    left, right = (content_words(_COMPARING.sub(" ", text)) for text in (was, now))
    shared = 2 * len(left & right) >= least * (len(left) + len(right))
    return shared and _found(telling, was) == _found(telling, now)


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted(word.casefold().rstrip(".,") for word in pattern.findall(unescaped(text)))


def _put_in(was: Wording, now: Wording) -> Direction | None:
    """Told by words put in or taken out, where all else is the same: the rules *restricted* and *joined*."""
    old, new = (_WORD.findall(unescaped(each.criterion.text).casefold()) for each in (was, now))
    grew = len(new) > len(old)
    shorter, longer = (old, new) if grew else (new, old)
    added = _inserted(shorter, longer)
    less, more = (was, now) if grew else (now, was)
    if added is None:
        return None
    found = _restricted(added) or _joined(added, less.slots, more.slots)
    admits_more = _outlook(less.criterion)
    if found is None or admits_more is None or _BLOCKING.search(" ".join(added)) or _NEGATING.search(" ".join(added)):
        return None
    # Fewer people fit the words: that keeps more out where fitting lets in, and lets more in where fitting keeps out.
    shrinks: Direction = "tightened" if (found == "fewer") == admits_more else "loosened"
    return shrinks if grew else _TURNED[shrinks]


def _inserted(shorter: Sequence[str], longer: Sequence[str]) -> list[str] | None:
    """The one stretch of words that the longer text has more; None when they differ otherwise."""
    first = next((place for place, word in enumerate(shorter) if word != longer[place]), len(shorter))
    last = len(longer) - (len(shorter) - first)
    return list(longer[first:last]) if last > first and longer[last:] == shorter[first:] else None


def _restricted(added: Sequence[str]) -> str | None:
    words = [word for word in added if word not in ("and", "or", ",", "/")]
    return "fewer" if words and set(words) <= _restricting() else None


def _joined(added: Sequence[str], before: frozenset[Slot], after: frozenset[Slot]) -> str | None:
    return "more" if "or" in (added[0], added[-1]) and before < after else None


def _outlook(criterion: EligibilityCriterion) -> bool | None:
    """Whether fitting the words lets somebody in (True) or keeps out (False); None where that is not sure."""
    text = unescaped(criterion.text).strip()
    negations = len(_NEGATING.findall(text))
    if _BLOCKING.search(text) or text.isupper() or criterion.section == "unknown":
        return None
    if negations == 0:
        return criterion.section == "inclusion"
    return False if negations == 1 and criterion.section == "inclusion" and _OPENING_NO.match(text) else None


@cache
def _restricting() -> frozenset[str]:
    return frozenset(lines_of(Path(__file__).with_name("definitions") / "restricting.txt"))
