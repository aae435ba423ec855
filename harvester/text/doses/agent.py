"""Who a dose is of: names of medicines, cell products and radiation in a text.

Names come, in this order, from the record (intervention names, other names, MeSH terms), from abbreviations the text itself
introduces, from ``definitions/dose-agents.txt``, and from endings that only medicines have.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from harvester.shape import shape
from harvester.text.doses.agent_list import (
    SAY_HOW,
    diluents,
    is_listed,
    listed_names,
    not_agents,
    regimens,
    spelled_out,
    unconjugated,
)
from harvester.text.doses.agent_name import written_name
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of


@shape()
class Agent:
    """One intervention of the record: its name and every other name it goes by."""

    name: str
    aliases: tuple[str, ...] = ()


@shape()
class AgentMention:
    """A name of something given, where it stands in the regular text.

    ``name`` is as written; ``listed`` is the record's own name for it, or None when the record does not list it;
    ``source`` is ``record``, ``text`` (an abbreviation introduced there), ``list``, ``stem``, ``code`` or ``diluent``.
    """

    name: str
    start: int
    end: int
    listed: str | None
    source: str


MARK = r" ?(?:[®™©]|\((?:R|TM|tm)\))"
_MARKS = gated(rf"{MARK}|(?<=[A-Za-z])\*{{1,3}}(?![\d*])")  # with the star of a footnote: "Drugamab*- 40 mg"
_FORM = pattern_of(
    r"\b(?:tablets?|capsules?|injections?|infusions?|oral|solution|suspension|for|cream|gel|ointment|hydrochloride|hcl|sodium|"
    r"mesylate|maleate|sulfate|sulphate|acetate|phosphate|tosylate|besylate|fumarate|succinate|"
    r"calcium|cartridge|pill|pills|pen|injector|auto-?injector|prefilled|syringe|system|kit|granules?|"
    r"inhaler|patch|"
    r"film|coated|monotherapy|therapy|treatment|prophylaxis|group|arm|low|high|dose|doses|single|drug|intravenous|subcutaneous|"
    r"mid|middle|medium|moderate|higher|lower|nasal|intranasal|sublingual|inhaled|microneedle|mixed|"
    r"topical|spray|powder|liquid|product|administration|combination|standard|placebo-matching)\b",
    re.I,
)
_AMOUNT = pattern_of(
    r"(?<![A-Za-z-])\d[\d.,]*(?:/\d[\d.,]*)* ?(?:mg|g|ug|mcg|ml|iu|units?|u|%|gy|mbq)(?![a-z])(?: ?/ ?\w+){0,2}", re.I
)
_SHORT_CODE = pattern_of(r"[A-Z]-?\d{3,}")  # C213, K-877
# "zolmitriptan by sublingual administration"
_BY_WAY = pattern_of(
    r" (?:by|via|through) (?:the )?(?:[a-z]+ ){1,2}(?:administration|route|injection|infusion)$| by (?:oral|mouth)$", re.I
)
_SPLIT = pattern_of(r" ?[+/&,;] ?| (?:and|with|plus|or|combined with|in combination with|followed by|versus|vs\.?) ", re.I)
_WEAK = frozenset(" ".join(definition_lists("dose-words.txt")["weak"]).split())


def agent_names(name: str) -> tuple[str, ...]:
    """Ways in which a text may call the intervention ``name``: whole, without forms and amounts, its parts, its brackets."""
    clean = _BY_WAY.sub("", plain_name(name))
    pieces = [clean, re.sub(r"\s*[(\[][^)\]]*[)\]]", " ", clean), *re.findall(r"[(\[]([^)\]]{2,60})[)\]]", clean)]
    found: dict[str, None] = {}
    for piece in pieces:
        parts = [part for part in _SPLIT.split(piece) if part.strip()]
        for part in parts if len(parts) > 1 else [piece]:
            bare = re.sub(r"\s+", " ", _FORM.sub(" ", part)).strip(" -,.:;'\"()")
            for variant in (part.strip(" -,.:;()"), bare):
                if _names_something(variant) and variant.count("(") == variant.count(")"):
                    found[variant] = None
    if re.fullmatch(r"[A-Za-z][\w-]{3,}/[A-Za-z][\w-]{3,}", clean):
        found[clean] = None  # sacubitril/valsartan is one medicine
    for variant in list(found):
        bare = re.sub(r" (?:T )?cells?(?: therapy)?$| cell therapy$| infusion$", "", variant, flags=re.I)
        if _names_something(bare) and len(bare) > 4:
            found[bare] = None
    for word in re.findall(r"[A-Za-z0-9][\w+-]{3,}", clean):
        code = (
            re.search(r"\d", word)
            and re.match(r"[A-Za-z]{2,}|[A-Z]-?\d{3}", word)
            and not re.match(r"CD\d|IL-?\d|HER2|PD-?L?1", word, re.I)
        )
        if code and (_names_something(word) or _SHORT_CODE.fullmatch(word)):
            found[word] = None  # a code such as MRX2843 or TAK-861
    return tuple(sorted(found, key=len, reverse=True))


def plain_name(name: str) -> str:
    """``name`` without trade marks, amounts and how it is given: ``Botulinum Toxin Type A 25 IU`` is Botulinum Toxin Type A."""
    clean = re.split(r"\b(?:dose|dosage|mode of administration) ?:", _MARKS.sub("", name), flags=re.I)[0]
    clean = _AMOUNT.sub(" ", clean)
    clean = re.sub(
        r"(?<![A-Za-z-])(?:qd|bid|tid|qod|once daily|twice daily|daily|po|iv|sc|im)(?![A-Za-z0-9-])\.?", " ", clean, flags=re.I
    )
    clean = re.sub(r"[(\[][\s,;./+-]*[)\]]", " ", clean)
    clean = re.sub(r"\s+", " ", clean).strip(" -,.:;+/")
    return re.sub(r" (?:oral )?(?:tablets?|capsules?|pills?|tab|cap)$", "", clean, flags=re.I) or name.strip()


def _names_something(name: str) -> bool:
    """Whether ``name`` can stand for an intervention: letters, not only weak or structural words."""
    words = re.findall(r"[A-Za-z][\w+-]*", name.lower())
    if not words or len(name) < 2 or len(name) > 90 or not re.search(r"[A-Za-z]{2}", name):
        return False
    return not all(word in _WEAK or word in not_agents() for word in words) and (len(name) > 2 or name.isupper())


def other_medicine(name: str, listed: str) -> bool:
    """Whether ``name``, which the record lists as another name of ``listed``, is a medicine of its own."""
    if len(name) < 5 or not is_listed(name):
        return False
    inside = [found.name.lower() for found in listed_names(listed)]
    return bool(inside) and not any(name.lower() in other or other in name.lower() for other in inside)


def as_agents(agents: Iterable[Agent | str]) -> tuple[Agent, ...]:
    """``agents`` with plain names made into agents."""
    return tuple(agent if isinstance(agent, Agent) else Agent(agent) for agent in agents)


_BRACKETED = pattern_of(r"\(([A-Z][A-Za-z0-9-]{0,9})\)")
_INTRODUCED = pattern_of(r"(?<![A-Za-z])([A-Za-z][\w '-]{3,60}?) ?\(([A-Z][A-Za-z0-9-]{0,9})\)")
# A letter is a name only where an amount follows: "(C 22.5 mg/m2, I 6 mg/m2 and A 0.75 g/m2)".
_LETTER_BEFORE = pattern_of(r"(?:[(,;+:.]|(?<![a-z])(?:and|plus|with|then|by|(?:cycles|courses|doses) of)) ?$", re.I)
_LETTER_DOSED = pattern_of(r"[ (]\d[\d.,]* ?(?:[mu]?g|mcg|IU|units?)(?![a-z])", re.I)
_BEFORE = 64  # signs before its bracket that an introduced abbreviation can begin at


def _introduced(text: str, known: dict[str, str | None]) -> dict[str, str | None]:
    """Abbreviations the text introduces: ``Low Sodium Oxybate (LXB)`` gives LXB when the words before are an agent.

    A letter for a medicine that is none of the record's has that medicine's name, and behind another letter any name.
    """
    found: dict[str, str | None] = {}
    for match in _introductions(text):
        before, short = match[1].lower(), match[2]
        word = len(short) > 1 and short.lower() in not_agents()
        if (word and short in SAY_HOW) or short in ("IV", "SC", "IM", "PO", "QD", "BID", "TID"):
            continue
        for name, listed in known.items():
            if before.endswith(name.lower()) and not (word and not _abbreviates(short, name)):
                found[short] = listed
                break
        else:
            last = before.split(" ")[-1]
            if word and not _abbreviates(short, last):
                continue
            if is_listed(last) or len(short) == 1 == min(map(len, found), default=0):
                found[short] = last if len(short) == 1 else None
    return found


def _abbreviates(short: str, name: str) -> bool:
    """Whether capitals are letters of ``name`` in their order, from its first on: "artesunate (AS)"."""
    letters = iter(name.lower())
    return name[:1].lower() == short[0].lower() and all(letter in letters for letter in short.lower())


def _as_introduced(text: str, found: Iterable[AgentMention], known: dict[str, str | None]) -> Iterator[AgentMention]:
    """Abbreviations the text introduces where they stand for a medicine: a single letter only by an amount."""
    for short in found:
        if short.end - short.start > 1:
            yield short
            continue
        before = _LETTER_BEFORE.search(text, max(0, short.start - 12), short.start)
        if short.listed and before and _LETTER_DOSED.match(text, short.end):
            of_record = short.listed if short.listed in known.values() else None
            yield replace(short, name=plain_name(short.listed), listed=of_record)


# "Pola 1.8 mg/kg D1, R 375 mg/m2 D1": the initial of the one medicine of the record that begins so.
_INITIAL = pattern_of(rf"(?<![\w-])(?:[A-Z]{{1,4}}|d)(?={_LETTER_DOSED.pattern})")
_NO_INITIAL = pattern_of(
    r"(?:vitamin|group|arm|cohort|part|level|type|toxin|hepatitis|influenza|schedule|phase)s?(?: ?[A-Z],?)* ?(?:and|or)? ?$", re.I
)


_LABELS = frozenset("ABCDEFGH")  # letters that may label a group
_LABELLED = pattern_of(r"(?<![a-z])(?:group|arm|cohort|part|level|dose|schedule|regimen|phase)s? ?:? ?[A-Z](?![A-Za-z])", re.I)


def _initial(name: str, letters: int) -> str:
    """The first letter of ``name``, or those of as many words as it has: "brentuximab vedotin" is BV."""
    words = re.findall(r"[A-Za-z][\w-]*", name)
    return (name[:1] if letters == 1 else "".join(word[0] for word in words) if len(words) == letters else "").upper()


def _initials(text: str, known: dict[str, str | None]) -> Iterator[AgentMention]:
    """Single letters before an amount, in a list of others: of the one agent of the record that begins so.

    Where none or several do, the letter itself is the name, as the medicine named before is another.
    """
    names = {listed for listed in known.values() if listed and listed.lower() not in regimens()}
    found = [
        (match, {listed for listed in names if _initial(listed, len(match.group())) == match.group().upper()})
        for match in _INITIAL.finditer(text)
        if (_LETTER_BEFORE.search(text, max(0, match.start() - 12), match.start()) or _opens_line(text, match))
        and not _NO_INITIAL.search(text, max(0, match.start() - 40), match.start())
    ]
    regimen = bool(found) and _spell_a_regimen(text, {match.group() for match, _ in found})
    for match, begun in found:
        at = match.start()
        alone = len(match.group()) == 1 and (regimen or (match.group() not in _LABELS and len(set(known.values())) > 2))
        alone = alone and not _LABELLED.search(text, max(0, at - 100), at)  # "groups X 10 mg, Y 20 mg"
        if len(begun) == 1 or alone:
            listed = min(begun, default=None) if len(begun) == 1 else None
            yield AgentMention(plain_name(listed) if listed else match.group(), at, match.end(), listed, "text")


# "pembro 400 mg", "+ ipi 1 mg/kg": the beginning of the one medicine of the record that begins so.
_CUT = pattern_of(rf"(?<![\w-])(?P<name>[A-Za-z][a-z]{{2,8}})(?={_LETTER_DOSED.pattern})")


def _cut_short(text: str, known: dict[str, str | None]) -> Iterator[AgentMention]:
    """Beginnings of a name of the record before an amount, of three letters only in a list of others.

    Where several begin so it is a name of its own, as the medicine named before is another.
    """
    for match in _CUT.finditer(text):
        short, at = match["name"].lower(), match.start()
        if short in not_agents() or (at > 0 and len(short) < 4 and not _LETTER_BEFORE.search(text, max(0, at - 12), at)):
            continue
        begun = {mine for name, mine in known.items() if mine and len(name) > len(short) + 1 and name.lower().startswith(short)}
        if begun:
            yield AgentMention(match["name"], at, match.end(), begun.pop() if len(begun) == 1 else None, "text")


def _opens_line(text: str, letters: re.Match[str]) -> bool:
    """Whether several letters stand at the beginning of a line: "EV 1.25 mg/kg"; one alone may be its label."""
    return len(letters.group()) > 1 and text[: letters.start()].rstrip(" ")[-1:] in ("", "\n")


_DESIGNS = frozenset({"SAD", "MAD", "RCT", "DLT", "MTD"})  # words of capitals that are no regimen
_SPELLED = pattern_of(r"(?<![A-Za-z])[A-Z]{3,8}(?![A-Za-z])")


def _spell_a_regimen(text: str, letters: set[str]) -> bool:
    """Whether letters with amounts are those of a regimen that ``text`` names: "CHOP (C 750 mg/m2, H 50 mg/m2 …)"."""
    if len(letters) < 2 or "".join(sorted(letters)) in "ABCDEFGH":  # "ABC trial: A 10 mg, B 20 mg, C 40 mg"
        return False
    return any(set(word) == letters for word in _SPELLED.findall(text) if word not in _DESIGNS)


def _introductions(text: str) -> Iterator[re.Match[str]]:
    """What ``_INTRODUCED`` finds, looked for before brackets only."""
    at = 0
    for bracket in _BRACKETED.finditer(text):
        match = _INTRODUCED.search(text, max(at, bracket.start() - _BEFORE), bracket.end())
        if match:
            at = match.end()
            yield match


def agent_mentions(text: str, agents: Sequence[Agent | str] = (), own_agent: str | None = None) -> tuple[AgentMention, ...]:
    """Every agent named in regular ``text``, in order, none inside another; of two that overlap the record's own counts."""
    low = folded(text)
    known = _known(tuple(agents), own_agent)
    mentions = list(_known_mentions(text, low, known, "record"))
    mentions += _as_introduced(text, _known_mentions(text, low, _introduced(text, known), "text"), known)
    mentions += _initials(text, known)
    mentions += _cut_short(text, known)
    for name in listed_names(text):
        if not (name.is_stem and name.name.lower() in not_agents()):
            mentions.append(AgentMention(name.name, name.start, name.end, None, "stem" if name.is_stem else "list"))
    if _CODED.search(text):
        mentions += [AgentMention(m.group(), m.start(), m.end(), None, "code") for m in _CODE.finditer(text)]
    if own_agent is None:
        mentions += [AgentMention(m.group(), m.start(), m.end(), None, "code") for m in _ISOTOPE.finditer(text)]
    mentions += [AgentMention(m.group(), m.start(), m.end(), None, "diluent") for m in diluents().finditer(text)]
    found = [_of_the_record(mention, known) for mention in _without_overlaps(mentions)]
    marks = {mark.start(): mark.end() for mark in _MARKS.finditer(text)}
    return _with_hyphen(text, [replace(m, end=marks[m.end]) if m.end in marks else m for m in found] if marks else found)


def _of_the_record(mention: AgentMention, known: dict[str, str | None]) -> AgentMention:
    """``mention``; an abbreviation of the list is that of the one agent of the record whose name holds what it stands for.

    A conjugate is the one the record writes a letter short, or by its antibody alone where that is given in no other way.
    """
    names = spelled_out().get(mention.name) if mention.listed is None and mention.source == "list" else None
    meant = {listed for listed in known.values() if listed and any(name in folded(listed) for name in names)} if names else set()
    if mention.source == "stem" and ("mab " in mention.name or "mab-" in mention.name):
        ways = {folded(mention.name)[:-1], unconjugated(mention.name)}
        meant = {listed for name, listed in known.items() if listed and folded(name) in ways}
    return replace(mention, listed=meant.pop()) if len(meant) == 1 else mention


@lru_cache(maxsize=64)
def _known(agents: tuple[Agent | str, ...], own_agent: str | None) -> dict[str, str | None]:
    """Every way to call an agent of the record, with the record's own name for it; kept, as a record has several texts."""
    known: dict[str, str | None] = {}
    for agent in (*as_agents((own_agent,) if own_agent else ()), *as_agents(agents)):
        for name in (agent.name, *agent.aliases):
            for variant in _variants(name):
                known.setdefault(variant, agent.name)
    return known


@lru_cache(maxsize=2048)
def _variants(name: str) -> tuple[str, ...]:
    """Every way to call ``name``, and the listed names inside it."""
    found = [each.name for each in listed_names(plain_name(name))]
    return (*agent_names(name), *found, *(base for each in found if (base := unconjugated(each))))


def _known_mentions(text: str, low: str, known: dict[str, str | None], source: str) -> Iterator[AgentMention]:
    """Mentions of the names in ``known``; short ones only as written. ``low`` is the folded text."""
    for name, listed in known.items():
        for start, end in written_name(name).places(text, low):
            yield AgentMention(text[start:end], start, end, listed, source)


_RANK = {"record": 0, "text": 1, "list": 2, "stem": 3, "code": 4, "diluent": 5}


# A maker's code: APG-2575, SHR1701. Trial numbers, genes and protocols are not.
_CODE = pattern_of(
    r"(?<![A-Za-z0-9/-])(?!NCT|ISRCTN|EudraCT|ICD|COVID|SARS|CTCAE|RECIST|HLA|CD\d|IL-|PD-)(?:[A-Z]{2,6}-\d{3,6}[A-Z]?|"
    r"[A-Z]{2,4}\d{4,6})(?![A-Za-z0-9/-])"
)
# A radioactive one: 177Lu-PSMA-617, [68Ga]Ga-DOTATATE, 131I.
_ISOTOPE = pattern_of(
    r"(?<![A-Za-z0-9])(?:\[(?:\d{2,3}m?(?:Lu|I|Y|Ac|Ra|Ga|F|Tc|Zr|Cu|In|Sm|Sr|Re|At|Pb|Bi|Tb|Ho|C))\]|"
    r"\d{2,3}m?(?:Lu|I|Y|Ac|Ra|Ga|F|Tc|Zr|Cu|In|Sm|Sr|Re|At|Pb|Bi|Tb|"
    r"Ho)(?![a-z]))(?:-?[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*|-[a-z]\w+(?: [a-z]{6,12}(?=[ ,]))?)?"
)
_CODED = pattern_of(r"[A-Z](?:-\d{3}|\d{4})")  # stands in every code, and is found much faster


def _without_overlaps(found: list[AgentMention]) -> tuple[AgentMention, ...]:
    """The mentions that stay when overlapping ones compete: the longer, then the better known."""
    starts: list[int] = []
    kept: list[AgentMention] = []  # in order, none inside another, so that only the neighbours can overlap
    for mention in sorted(found, key=lambda m: (m.start - m.end, _RANK[m.source], m.start)):
        place = bisect_left(starts, mention.end)
        if place == 0 or kept[place - 1].end <= mention.start:
            starts.insert(place, mention.start)
            kept.insert(place, mention)
    return tuple(kept)


def _with_hyphen(text: str, found: Sequence[AgentMention]) -> tuple[AgentMention, ...]:
    """``found`` with two names that a hyphen joins made one: piperacillin-tazobactam is one medicine."""
    joined: list[AgentMention] = []
    for mention in found:
        last = joined[-1] if joined else None
        unlisted = last is not None and last.listed is None and mention.listed is None
        if last and unlisted and text[last.end : mention.start] == "-":
            joined[-1] = AgentMention(f"{last.name}-{mention.name}", last.start, mention.end, None, "list")
        else:
            joined.append(mention)
    return tuple(joined)
