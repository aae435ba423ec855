"""Doses of different agents to choose from: "A 5 mg or B 10 mg", "one of the following: …", whole plans parted by a slash."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harvester.text.doses.dose_draft import Draft, same_list
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of

_HEAD = gated(
    r"(?<![a-z])(?:one of (?:the )?following|(?:investigator|physician|clinician|doctor)(?:'s|’s|s'|s)? choice(?: of)?"
    r"|choice of)(?![a-z])",
    re.I,
)
_JOINS = pattern_of(
    r"(?<![A-Za-z])(?:plus|with|followed by|combined|combination|together|then|versus|vs|in addition|"
    r"receives?|given)(?![A-Za-z])|\+",
    re.I,
)
_BRACKETED = pattern_of(r"\([^()]*\)|\[[^\[\]]*\]")
_OPENED = pattern_of(r"[(\[][^()\[\]]*$|^[^()\[\]]*[)\]]")
_OR = pattern_of(
    r"(?<![A-Za-z])(?<!and IV )(?<!and oral )(?<!plus IV )or(?: "
    r"(?:an? |the |single |oral(?:ly)? |intravenous(?:ly)? |IV |with |of |dose |alternatively )*)?$",
    re.I,
)
_OR_IN_BRACKET = pattern_of(r"^[^()]*\((?:or|alternatively,?) (?:the |oral |intravenous )?$", re.I)
_COMMAS = pattern_of(r"[\s,]*")
_COMMA = pattern_of(r"\s*,\s*(?:and\s*)?")
_INSTEAD = gated(
    r"(?<![a-z])(?:may|can|could|might) be (?:used|given|substituted|administered|chosen) (?:instead|as an alternative)", re.I
)
_PLANS = pattern_of(r" / (?=\S)")


def set_choices(text: str, drafts: Sequence[Draft]) -> None:
    """Mark the doses of different agents that the text gives to choose from."""
    mains = [draft for draft in drafts if draft.main is None and draft.role in (None, "single", "level")]
    for line in _lines(mains):
        _joined_by_or(text, line)
        _after_head(text, line)
        _parted_plans(text, line)
    for draft in mains if _INSTEAD.may_match(text) else ():
        if _INSTEAD.pattern.search(text, draft.amount.end, draft.statement.end):
            draft.alternative = True


def _lines(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The doses line by line."""
    for _, group in itertools.groupby(drafts, key=lambda draft: draft.statement.line):
        yield list(group)


def _joined_by_or(text: str, line: Sequence[Draft]) -> None:
    """Mark two doses that "or" joins, and those before them in one list of commas."""
    for at, (first, second) in enumerate(itertools.pairwise(line)):
        if first.agent_key == second.agent_key or first.statement is not second.statement:
            continue
        if not _or_leads_to(text, first, second):
            continue
        if at and line[at - 1].agent_key == second.agent_key and _OR_IN_BRACKET.search(_lead(text, first, second)):
            line[at - 1].alternative = second.alternative = True  # "A 10 mg and B 25 mg (or A 5 mg)"
            continue
        if _parted_regimens(text, line, at) or _listed_regimens(text, line, at):
            continue
        first.alternative = second.alternative = True
        goes_on = line[at + 2] if at + 2 < len(line) else None
        if goes_on and goes_on.agent_key != second.agent_key and _COMMA.fullmatch(_words_between(text, second, goes_on)):
            continue  # "A 75, B 50 or C 60, D 500": B or C
        for place in range(at, 0, -1):
            before, after = line[place - 1], line[place]
            if before.agent_key == after.agent_key or not _COMMAS.fullmatch(_words_between(text, before, after)):
                break
            before.alternative = True


_EITHER = pattern_of(r"(?<![a-z])(?:either|one of)(?![a-z])", re.I)
_PLUS = pattern_of(r"(?<![a-z])(?:plus|combined with|in combination with|together with)(?![a-z])|\+", re.I)


_APART = pattern_of(r"[,;] ?or(?![a-z])", re.I)


def _parted_regimens(text: str, line: Sequence[Draft], at: int) -> bool:
    """Mark what tells two combinations apart that "or" parts: "A 1 g plus B 5 mg, or C 2 g plus B"; B is in both.

    Whether there were such: the last dose of the first combination is joined to the one before it.
    """
    first, last = at, at + 1
    while first:
        between = _unbracketed(text[line[first - 1].amount.end : line[first].amount.start])
        if not _PLUS.search(between) or _EITHER.search(between):
            break
        first -= 1
    while last + 1 < len(line) and _PLUS.search(_unbracketed(text[line[last].amount.end : line[last + 1].amount.start])):
        last += 1
    single = last == at + 1 and at - first > 1 and not _APART.search(text, line[at].amount.end, line[at + 1].amount.start)
    if first == at or single:
        return False  # "A plus B plus C 75 mg/m2 or D AUC 5": the last alone
    plans = line[first : at + 1], line[at + 1 : last + 1]
    end = line[last].statement.end
    behind = text[line[at + 1].amount.start : end].lower()
    shared = {draft.agent_key for draft in plans[0] if draft.agent and draft.agent.name.lower() in behind}
    for draft in (*plans[0], *plans[1]):
        if draft.agent_key not in shared and draft.amount.kind != "radiation":
            draft.alternative = True
    told = {draft.agent_key for draft in plans[1] if draft.alternative}
    for draft in line[last + 1 :]:
        draft.alternative = draft.alternative or (draft.statement is line[last].statement and draft.agent_key in told)
    return True


_ANOTHER_PURPOSE = pattern_of(r"(?<![a-z])(?:prophylaxis|followed by|then|with|together)(?![a-z])", re.I)


_LATER = pattern_of(r"(?<![a-z])(?:followed by|then)(?![a-z])", re.I)


def _listed_regimens(text: str, line: Sequence[Draft], at: int) -> bool:
    """Mark what tells two lists apart that "or" parts, the second beginning with a medicine of the first: "A, B, or A, C"."""
    here = [draft for draft in line if draft.statement is line[at].statement]
    parted = here.index(line[at]) + 1
    first = next((i for i in range(parted) if here[i].agent_key == here[parted].agent_key), None)
    if first is None or here[first].amount.group is not None or parted - first < 2:
        return False
    if _LATER.search(text, here[first].amount.end, here[parted - 1].amount.start):
        return False  # "A 50 or B 60, C 500; followed by A 60 or B 75, C 600"
    last = parted
    while last + 1 < len(here) and not _ANOTHER_PURPOSE.search(text, here[last].amount.end, here[last + 1].amount.start):
        last += 1
    plans = here[first:parted], here[parted : last + 1]
    told = [{_what(draft) for draft in plan} for plan in plans]
    for draft in (*plans[0], *plans[1]):
        draft.alternative = draft.alternative or _what(draft) not in told[0] & told[1]
    return True


def _what(draft: Draft) -> tuple[object, ...]:
    """What is given and for how long."""
    lasting = draft.parts["duration"].timing if "duration" in draft.parts else None
    return draft.agent_key, draft.amount.low, draft.amount.unit, lasting


def _or_leads_to(text: str, first: Draft, second: Draft) -> bool:
    """Whether "or" stands right before the second dose or its agent's name."""
    lead = _lead(text, first, second)
    return bool(_OR_IN_BRACKET.search(lead) or _OR.search(" ".join(_unbracketed(lead).split()) + " "))


def _lead(text: str, first: Draft, second: Draft) -> str:
    """The words between two doses, up to the second or its agent's name."""
    named = second.agent is not None and first.amount.end <= second.agent.start < second.amount.start
    return text[first.amount.end : second.agent.start if second.agent and named else second.amount.start]


_ANTIBODY = pattern_of(r"[a-z]+mab(?:-[a-z]{4})?")  # of which no piece holds two parts


def two_givings(text: str, first: Draft, second: Draft) -> bool:
    """Set two doses of an antibody apart that a slash parts and the first is larger, "675/225 mg monthly"; whether it did."""
    falls = first.amount.low > second.amount.low and text[first.amount.end : second.amount.start] == "/"
    if not falls or not same_list(first, second) or not _ANTIBODY.fullmatch(first.agent_key):
        return False
    for draft in (first, second):
        draft.amount = replace(draft.amount, flags=tuple(flag for flag in draft.amount.flags if flag != "combination"))
    first.parts = {kind: m for kind, m in first.parts.items() if kind not in ("frequency", "interval")}
    return True


def _unbracketed(words: str) -> str:
    """``words`` without what brackets hold, also those that begin or end outside of it."""
    return _OPENED.sub(" ", _BRACKETED.sub(" ", words)) if any(sign in words for sign in "()[]") else words


def _words_between(text: str, first: Draft, second: Draft) -> str:
    """The words between two doses, without brackets and the second agent's name."""
    words = _unbracketed(text[first.amount.end : second.amount.start] + " ")
    return words.replace(second.agent.name, " ") if second.agent else words


def _after_head(text: str, line: Sequence[Draft]) -> None:
    """Mark the members of a list that words such as "one of the following" open."""
    begin = line[0].statement.start
    for head in _HEAD.finditer(text, begin, line[-1].amount.start):
        members: list[Draft] = []
        for draft in line:
            if draft.amount.start < head.end():
                continue
            since = members[-1].amount.end if members else head.end()
            until = draft.agent.start if draft.agent and since <= draft.agent.start < draft.amount.start else draft.amount.start
            if _JOINS.search(_unbracketed(text[since:until])):
                break
            members.append(draft)
        if len({draft.agent_key for draft in members}) > 1 and _is_choice(text, members):
            for draft in members:
                draft.alternative = True


def _is_choice(text: str, members: Sequence[Draft]) -> bool:
    """Whether the members stand as a list of single medicines, none given together with another."""
    between = _unbracketed(text[members[0].amount.end : members[-1].amount.start])
    return not re.search(r"(?<![A-Za-z])and(?![A-Za-z])", between)


def _parted_plans(text: str, line: Sequence[Draft]) -> None:
    """Mark what tells whole plans apart that a slash parts: "A 500 mg plus B 150 mg / A 500 mg plus C 125 mg"."""
    cuts = [i + 1 for i, (a, b) in enumerate(itertools.pairwise(line)) if _PLANS.search(text, a.amount.end, b.amount.start)]
    if not cuts:
        return
    plans = [line[a:b] for a, b in itertools.pairwise([0, *cuts, len(line)])]
    told = [{(d.agent_key, d.amount.low, d.amount.unit) for d in plan} for plan in plans]
    common = set.intersection(*told)
    if common and all(len(plan) > 1 for plan in plans):
        for draft in line:
            if (draft.agent_key, draft.amount.low, draft.amount.unit) not in common:
                draft.alternative = True
