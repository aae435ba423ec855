"""Treatments that somebody had before or takes beside (definitions/treatments.txt): ``prior treatment with rituximab``.

Behind words of the past or of the present names stand one by one. A class is the concept; where only members of it are named,
they say which. Whom it lets in is only sure where the words before and behind such a list are known, each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.opened import Opened, Opening
from harvester.text.expressions.pattern import pattern_of

_CUES = Opening(expression("treatment.cue").pattern)
_FILL = expression("treatment.fill")
_BEHIND = expression("treatment.behind")
_JOINT = expression("treatment.joint")
_KIND = expression("treatment.kind")
_OTHER = expression("treatment.other")
_ITEM = expression("treatment.item")  # one of a list that no name tells
_LEAD = expression("treatment.lead")
_ELSEWHERE = expression("treatment.elsewhere")
_UNLIKE = expression("treatment.unlike")
_END = expression("treatment.end")
_TAIL = expression("treatment.tail")
_OPEN_TAIL = expression("treatment.open_tail")
_HEADING = expression("treatment.heading")  # what a line may stand below
_MORE = expression("treatment.more")  # others behind them, that a forbidding list may end with
_OF_NAIVE = expression("treatment.of_naive")
_THEN = expression("treatment.then")  # a next sentence that lets some in, or says when it was
_BEFORE_NAIVE = pattern_of(r"(?:[- ](?:therapy|treatment|inhibitor|antibody))?[- ]", re.IGNORECASE)
_NARROWED = frozenset({"prior_chemotherapy", "prior_radiotherapy"})  # of which members are kinds, by words before the name
_DENIED = pattern_of(r"\b(?:no|non|not|never|without|nor|neither)\b", re.IGNORECASE)
_PASSED = "passed"
_MOST = 24  # parts of one list
_FAR = 1_000  # letters that a heading in the same line may stand before a sentence, and may be long


@shape()
class Treatment:
    """One treatment of a list: its concept, its place, and which of its class alone is meant, by the words around it."""

    concept: str
    start: int
    end: int
    which: str | None
    naive: bool
    unsure: tuple[bool, bool]  # whether it is open whom it lets in, where it is asked for and where not


@shape()
class _Named:
    concept: str
    words: str
    whole: bool
    end: int


@shape()
class _List:
    """What a list names, how it joins that, where its last word ends, and whether each of its words is known."""

    named: list[_Named]
    joints: set[str]
    end: int
    sure: bool


@cache
def slugs() -> tuple[tuple[str, bool], ...]:
    """The concept of each expression, in their order, and whether it tells the class as a whole."""
    told = (key.partition(" ") for key, _ in definition_pairs("treatments.txt"))
    return tuple((slug, kind == "class") for slug, _, kind in told)


def named(passed: bool = False) -> tuple[re.Pattern[str], ...]:
    """The expressions of all names, in their order; where ``passed``, with those that only stand beside others."""
    told = (value for key, value in definition_pairs("treatments.txt") if passed or not key.startswith(_PASSED))
    return tuple(pattern_of(rf"(?<!\w)(?:{value})(?!\w)", re.IGNORECASE) for value in told)


@cache
def _opened() -> Opened:
    return Opened(named(passed=True))


_Names = dict[int, tuple[str, bool, int]]  # by where each begins: its concept, whether it is that of a whole class, and its end


def _names(text: str, start: int, end: int) -> _Names:
    found: _Names = {}
    for index, matches in _opened().matches(text, start, end):
        for match in matches:
            found.setdefault(match.start(), (*slugs()[index], match.end()))
    return found


def treatments(text: str, start: int, end: int, above: str = "") -> Iterator[Treatment]:
    """The treatments of one sentence that names some, behind words that tell of one, there or in the line ``above`` it."""
    names: _Names | None = None
    until = start
    heading = text.rfind(":", max(0, start - _FAR), start)
    if (heading < 0 < start - _FAR) or (heading > 0 and _ELSEWHERE.search(text, max(0, heading - _FAR), heading)):
        return  # "any of the following in the last month: …; current steroids", or too far behind what may head it
    if start == 0 and (heads := _HEADING.fullmatch(above)) is not None:
        yield from _below(text, start, end, heads)
    for cue in islice(_CUES.finditer(text, start, end), 8):
        names = _names(text, start, end) if names is None else names
        if cue.start() < until:
            continue
        if cue.group()[:2].lower() == "na" and not cue["naive"]:
            yield from _naive(text, start, cue, end, names)
            continue
        told = _list_behind(text, cue.end(), end, names)
        until = told.end
        lead = text[start : cue.start()]
        if not told.named or _UNLIKE.match(text, until, end) or _ELSEWHERE.search(lead[-80:]):
            continue
        known = _LEAD.fullmatch(lead) is not None
        if not known and (cue["present"] or cue.group().lower() == "treated with"):
            continue  # "a disease requiring steroids", "a cancer treated with radiation"
        if cue["failed"] and _DENIED.search(lead[-60:]):
            continue  # who was not refractory to it may have had it
        ends = _END.match(text, until, end) is not None
        tail = None if ends else _TAIL.match(text, until, end)
        sure = told.sure and known and _THEN.match(text, end) is None
        whole = sure and ends
        plain = whole or (sure and (_is_condition(text, tail, told, end) if tail else _MORE.match(text, until, end) is not None))
        yield from _told(cue, told, (whole, plain), tail["words"] if tail else None)


def _below(text: str, start: int, end: int, heads: re.Match[str]) -> Iterator[Treatment]:
    """The treatments that open a line below a heading (``Prior treatment with any of the following:``)."""
    told = _list_behind(text, start, end, _names(text, start, end))
    cue = _CUES.search(heads.string)
    if cue is None or not told.named or _UNLIKE.match(text, told.end, end):
        return
    ends = _END.match(text, told.end, end) is not None and _THEN.match(text, end) is None
    for each in _told(cue, told, (False, told.sure and ends), None):
        yield replace(each, start=start)


def _is_condition(text: str, tail: re.Match[str], told: _List, end: int) -> bool:
    """Whether all words behind one treatment only tell which is meant (``radiotherapy to the chest``)."""
    single = len({each.concept for each in told.named}) == 1
    words = tail["words"]
    plain = single and not (_OPEN_TAIL.search(words) or _ELSEWHERE.search(words))
    return plain and _END.match(text, tail.end(), end) is not None


def _naive(text: str, start: int, cue: re.Match[str], end: int, names: _Names) -> Iterator[Treatment]:
    """The treatment that stands before "naive"; who is not naive had it, or another like it."""
    for at, (concept, whole, until) in sorted(names.items()):
        if concept.startswith("prior_") and until < cue.start() and _BEFORE_NAIVE.fullmatch(text, until, cue.start()):
            if _DENIED.search(text, max(start, at - 30), at):
                return
            plain = _LEAD.fullmatch(text, start, at) and _OF_NAIVE.match(text, cue.end(), end)
            yield Treatment(concept, at, cue.end(), None if whole else text[at:until], True, (True, not plain))
            return


def _list_behind(text: str, at: int, end: int, names: _Names) -> _List:
    """The list that begins at ``at``."""
    told = _List([], set(), at, True)
    kind: int | None = None  # where the words begin that narrow the next name
    wide = False  # whether such words stand before all of them: "long-term use of steroids or opioids"
    open_ = True  # whether a name may come: at the beginning, and behind a joint
    for _ in range(_MOST):
        if step := (_FILL if open_ else _BEHIND).match(text, at, end):
            wide = wide or kind is not None
            # "any drug that holds X, including Y": of Y only what holds X
            part = open_ and told.named and told.named[-1].concept == _PASSED and "includ" in step.group()
            told = replace(told, sure=False) if part else told
            at = step.end()
            told = told if open_ else replace(told, end=at)
        elif (joint := _JOINT.match(text, at, end)) and joint.end() > at:
            told.joints.add(joint.group().strip(" ,").lower())
            at, open_ = joint.end(), True
        elif open_ and (other := _OTHER.match(text, at, end)) and not any(at <= each <= other.end() for each in names):
            told = told if told.named else replace(told, sure=False)
            at = other.end()
        elif (found := names.get(begin := at + len(text[at:end]) - len(text[at:end].lstrip()))) is not None:
            concept, whole, at = found
            if open_:
                sure = told.sure and (not told.named or not (wide or kind is not None or _narrows(told.named)))
                words = " ".join(text[begin if kind is None else kind : at].split())
                told.named.append(_Named(concept, words, whole and kind is None, at))
                told = replace(told, sure=sure)
            told = replace(told, end=at)  # "platinum-based chemotherapy" is one thing
            kind, open_ = None, False
        elif open_ and (which := _KIND.match(text, at, end)):
            kind = which.start("kind") if kind is None else kind
            at = which.end()
        elif open_ and (item := _ITEM.match(text, at, end)) and not any(at <= each < item.end() for each in names):
            told.named.append(_Named(_PASSED, item.group(), True, item.end()))
            told, at = replace(told, end=item.end(), sure=told.sure and kind is None), item.end()
            kind, open_ = None, False
        else:
            break
    return told


def _narrows(named: list[_Named]) -> bool:
    """Whether a word before one of them may be said of those behind it too (``adjuvant chemotherapy or radiotherapy``)."""
    return any(not each.whole and each.concept in _NARROWED for each in named)


def _told(cue: re.Match[str], told: _List, plain: tuple[bool, bool], tail: str | None) -> Iterator[Treatment]:
    """A treatment for each concept of a list that ``cue`` can be said of; ``plain`` where asked for, and where not."""
    concepts = dict.fromkeys(each.concept for each in told.named)
    both = bool(told.joints & {"and", "plus"})
    either = len(concepts) > 1 and (not both or bool(told.joints & {"or", "and/or", "/"}))
    past = bool(cue["past"] or cue["failed"] or cue["naive"])
    for concept in concepts:
        of_past = concept.startswith("prior_")
        if concept == _PASSED or (past and not of_past and not cue["now"]) or (of_past and not past):
            continue
        own = [each for each in told.named if each.concept == concept]
        join = " and " if both and len(concepts) == 1 else " or "
        members = None if any(each.whole for each in own) else join.join(dict.fromkeys(each.words for each in own))
        which = " ".join(" ".join(each.split()) for each in (cue["how"], members, tail) if each) or None
        naive = cue["naive"] is not None
        yield Treatment(concept, cue.start(), own[-1].end, which, naive, (not plain[0] or either, not plain[1] or both))
