"""Whose dose an amount is: the agent named right after it, right before it, or before it in the statement."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter, itemgetter

from harvester.text.doses.agent import MARK, AgentMention, plain_name
from harvester.text.doses.agent_list import SAY_HOW, not_agents, regimens, spelled_out
from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_owner import DoseAgent, cells_of, drug_of, is_beam, is_radiation, may_carry, radiation_of
from harvester.text.doses.dose_partner import (
    OR_PLACEBO,
    active_beside,
    before_its_bracket,
    closed_with_amounts,
    drug_spoken_of,
    is_joint_head,
    is_placebo,
    paired_respectively,
)
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.definition_file import definition_lists, expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Pair

_start, _end = attrgetter("start"), attrgetter("end")
_BRACKET = pattern_of(r"[()]")
_ONE_MORE = pattern_of(r"(?<![a-z])(?:and|plus)(?![a-z])|[;+]")
_AFTER_GAP = pattern_of(
    r"(?: (?:in|for) the )|(?: (?:once |twice )?daily)? ?\(|(?: \(BW\))? \((?:based|calculated) on (?:the )?|"
    r" ?\)?(?: ?\([^()]{0,30}\))?,? ?(?:(?:per|each) (?:dose|time|day),? ?|(?:once |twice |thrice |"
    r"three times |four times )?(?:daily|weekly|a day|per day|monthly) )?(?:doses? )?(?:a day of |"
    r"daily of |of (?:the |intravenous |oral |IV |subcutaneous |\d+(?:\.\d+)? ?% ?|[Cc]ompound |recombinant |human |liposomal )*|"
    r"(?:\d+(?:\.\d+)? ?% ?|intravenous(?:ly)? |oral(?:ly)? |IV |sc |SC |subcutaneous |intrathecal |"
    r"liposomal |plain |the |[Cc]ompound |recombinant |human |sterile |hyperbaric |diluted |matching |"
    r"active |low-dose |high-dose |injectable |liquid |spinal |epidural |caudal |perineural |nasal |inhaled |"
    r"topical |i\.v\. |PO |IM |IT )*)"
)
_OF_PLACEBO = pattern_of(r" (?:of )?(?:matching |matched )?")
_OWN_NAME = pattern_of(
    r" (?:of )?(?:\d+(?:\.\d+)? ?% ?)?(?:(?:hyperbaric|isobaric|heavy|plain|liposomal|oral|intravenous|IV|"
    r"recombinant|human|intrathecal|preservative-free) ){0,2}",
    re.I,
)
_AFTER_OF = pattern_of(
    r" ?(?:(?!and |plus |or |then |with |followed |versus |vs )\w+ ){0,4}"
    r"(?:infusion|injection|dose|doses|tablets?|capsules?) of (?:the )?$",
    re.I,
)
_BEFORE_GAP = expression("dose_agent.before_gap")
_WORD_BEFORE = pattern_of(
    r"(?<![\w-])(?P<name>(?:rh|h|r|peg|nab)?[A-Z][\w+/-]*[A-Za-z0-9]"
    r"(?: (?![a-z]+ing |[a-z]+-dose |booster )[a-z][a-z-]{3,20}| (?:LA|XR|ER|SR|XL|LAI))?)"
    rf"(?:{MARK})?(?:(?: \d[\d.]* ?%)? ?\(?| at (?:a )?(?:dose|dosage) of| dose(?: of)?:?|:|,) ?$"
)
_WORD_AFTER = pattern_of(
    r" ?(?:of (?:the )?|intravenous |oral |IV )?(?:\d+(?:\.\d+)? ?% )?(?:hyperbaric |isobaric |heavy |plain )?"
    r"(?P<name>(?:[a-z]+-)?[A-Z][A-Za-z]*[\w+-]*(?: [a-z]{5,20}(?:ide|"
    r"ine|ate|one|ole|cid|ium|mab|nib))?|[a-z]{4,}(?:ine|ide|one|ate|ole|mab|nib|cin|tin|ium|gen))(?![\w-]|\.\d| ?[<>≤≥=])"
)
# "plus avapritinib-like 5 mg": a small word between "plus" and an amount, that ends as medicines do.
_SMALL_WORD = pattern_of(
    r"(?:(?<![A-Za-z])(?:plus|and|with|oral|receive|IV|intravenous|vs\.?|versus|or)|[+,]) ?(?P<name>[a-z][a-z-]{3,22}"
    r"(?:cil|il|ine|ide|ate|ole|one|in|ol|um|ene|ane|ase|ic acid|us|en|ex|id)) $"
)
# "plus a PD-1 inhibitor 200 mg", "+ anti-CD38 mAb 16 mg/kg": a kind that is told beside a medicine is another one
_KIND = pattern_of(
    r"(?:(?<![A-Za-z])(?:plus|and|with|versus|vs\.?|or)|[+,]) ?(?:an? )?(?P<name>"
    r"anti-[\w/-]{1,16}(?: (?:mAb|antibody|therapy))?|(?!the |an? |study |same )[A-Za-z][\w/()-]{1,15} "
    r"(?:(?!the |an? )[a-z]{2,15} )?(?:inhibitor|antibody|mAb|blocker|agonist|antagonist)|vit-?[A-Z]\d{0,2}) $"
)
_ADDED_WORD = pattern_of(r"\+ ?(?P<name>[a-z]{3,14}|[A-Z]) $")  # "10 mg/kg + pom 4 mg", "+ P 200 mg"
_ADDED = pattern_of(r"\+ ?$")
_MARKED = pattern_of(MARK)  # "Drugamab® 5 mg"
_NO_MEDICINES = frozenset(definition_lists("dose-words.txt")["no medicines"])
_LABELLED = pattern_of(r"(?:study|trial|protocol|cohort|group|part|arm|stage|phase|regimen|schedule|site) $", re.I)
_PEOPLE_WITH = pattern_of(
    r"(?:patients|subjects|participants|those|children|adults|individuals|people) (?:with|having|who have|harbou?ring|carrying) "
    r"(?:an? |the )?$",
    re.I,
)
_GOVERNED = pattern_of(
    r"(?:with or without|with|without|during|combined with|in combination with|than|before|after|(?<!addition )to|versus|"
    r"vs\.?|prior|following|against|replace) (?:the |start of the )?$",
    re.I,
)


def assign_agents(
    text: str,
    statement: Statement,
    amounts: Sequence[AmountRead],
    named: Sequence[AgentMention],
    own: str | None,
    carried: DoseAgent | None,
) -> list[DoseAgent | None]:
    """The agent of each of ``amounts`` (all in ``statement``): by the names there, the own agent, or the carried one."""
    found: list[DoseAgent | None] = []
    drugs, drugs_found = [name for name in named if not is_radiation(name)], list[DoseAgent | None]()
    paired = paired_respectively(text, statement, amounts, named)
    closed = closed_with_amounts(text, statement, amounts)
    for index, amount in enumerate(amounts):
        beam = amount.kind in ("radiation", "radioactivity")  # no beam is given in milligrams
        names, before, mine = (named, found, own) if beam else (drugs, drugs_found, drug_of(own))
        agent = None
        if paired.get(index, amount) is not None:
            mine = None if is_placebo(mine) and drug_spoken_of(text, statement, amount, names, carried) else mine
            agent = paired.get(index) or _agent_of(text, statement, index, amounts, names, mine, before, carried, closed)
            agent = _told_after_of(text, amount, agent) or agent
            if agent and agent.name.lower() in regimens() and agent.listed != mine:
                agent = None  # a plan of several medicines, of which the amount is one's
            elif agent is None:
                agent = _fallback(text, statement, amount, names, mine, carried if may_carry(amount, carried) else None)
        found.append(agent)
        drugs_found.append(None if agent and is_beam(agent.name) else agent)
    return found


# "2 mL of 4x PL", "1 mL of 14x PRP"; beside another vaccine "90 mcg of the inactivated H5N1 vaccine"
_OF_WHAT = pattern_of(
    r" of (?:the )?(?:\d+(?:\.\d+)? ?x (?P<name>[A-Z][\w-]{1,14})(?![\w-])"
    r"|(?P<vaccine>(?:(?!study|same|trial|th|assign|each|first|second|candidate|reconst|investig)[\w/-]+ ){1,3}vaccine)(?![a-z]))"
)


def _told_after_of(text: str, amount: AmountRead, agent: DoseAgent | None) -> DoseAgent | None:
    """What an amount is said to be of, by its strength and a name nobody lists, which no other agent may own."""
    what = _OF_WHAT.match(text, amount.end) if agent is None or agent.start < amount.start else None
    kind = what.lastgroup if what else None
    if what is None or kind is None or (kind == "vaccine" and (agent is None or "vaccine" not in agent.name.lower())):
        return None
    return DoseAgent(what[kind], None, what.start(kind), what.end(kind), "after")


def _agent_of(
    text: str,
    statement: Statement,
    index: int,
    amounts: Sequence[AmountRead],
    named: Sequence[AgentMention],
    own: str | None,
    found: list[DoseAgent | None],
    carried: DoseAgent | None,
    closed: Sequence[Pair],
) -> DoseAgent | None:
    """The agent the words around one amount name, or that of the amount it continues."""
    amount = amounts[index]
    if index and amount.group is not None and amounts[index - 1].group == amount.group:
        return found[index - 1]
    if index and amount.rule == "amount.inherited_cells":
        return found[index - 1]  # it is cells because of the one before
    if amount.kind == "radiation":
        return radiation_of(text, amount, named, own)
    if amount.kind == "cells":
        return cells_of(text, statement, amount, named, own, carried)
    if amount.phrase:  # "one placebo pill"
        return DoseAgent(amount.phrase, None, amount.start, amount.end, "of")
    since = amounts[index - 1].end if index else statement.start
    until = amounts[index + 1].start if index + 1 < len(amounts) else statement.end
    last = index
    while amount.group is not None and last + 1 < len(amounts) and amounts[last + 1].group == amount.group:
        last += 1
    last_of_group = amounts[last]
    after = _adjacent_after(text, last_of_group, named, statement.end if last_of_group is not amount else until, amounts)
    before = _adjacent_before(text, amount, named, since)
    if after and is_placebo(after.name) and _OF_PLACEBO.fullmatch(text, last_of_group.end, after.start):
        return DoseAgent(after.name, after.listed, after.start, after.end, "after")
    taken = index > 0 and before is not None and _OWN_NAME.fullmatch(text, amounts[index - 1].end, before.start) is not None
    if taken and after and not text[last_of_group.end : after.start].startswith((")", ",", " (")):
        before = None  # "123 mg ropivacaine, 0.25 mg epinephrine"; "40 mg chloroprocaine with 5 mcg spinal dexmedetomidine"
    if taken and after is None and before and _next_is_named(text, before, amount, last_of_group.end, until):
        before = None
    if before and not (after and (after.how == "of" or _names_after(text, amount, before, after))):
        return before
    if after:
        return DoseAgent(after.name, after.listed, after.start, after.end, "after")
    word = _unlisted(text, amount, since, until)
    sure = word is not None and (_ADDED.search(text, max(0, word.start - 3), word.start) or _MARKED.match(text, word.end))
    if word and (sure or not own or (word.name[1:] != word.name[1:].upper() and not any(m.listed == own for m in named))):
        return word
    return _earlier(text, statement, amount, named, own, amounts, found, closed)


def _next_is_named(text: str, before: DoseAgent, amount: AmountRead, end: int, until: int) -> bool:
    """Whether names stand behind their amounts and one behind this, which follows ``before``: "5 mg zinc, 1 mg Xium"."""
    behind = _WORD_AFTER.match(text, end, until) if _NAMES_BEHIND.fullmatch(text, before.end, amount.start) else None
    return behind is not None and _is_name(behind["name"])


_NAMES_BEHIND = pattern_of(r",? ?(?:and |& |plus |\+ ?)?")
# "A, 75 mg/m2 B, 1000 mg/m2", "A, 12 mg/m2 B equivalent": no dose of B
_LEADS_NEXT = pattern_of(
    r",? ?(?:[(:=-] ?|(?:(?:at(?: a dose of)?|IV|IT|SC|IM|PO|orally|intravenously) )+)?\d|[ -]equivalent", re.I
)


def _names_after(text: str, amount: AmountRead, before: DoseAgent, after: DoseAgent) -> bool:
    """Whether the name behind the amount is its agent and a sign parts the one before: ``SPG block: 0.5 ml lidocaine``."""
    between = text[before.end : amount.start]  # "A tablets with 500 mg B"
    parted = any(sign in between for sign in ":,(") or between.endswith(" with ")
    beside = text[amount.end : after.start] == " " and _LEADS_NEXT.match(text, after.end) is None
    same = before.name.lower() in {after.name.lower(), *spelled_out().get(after.name, ())}
    return parted and beside and not same


def _adjacent_after(
    text: str, amount: AmountRead, named: Sequence[AgentMention], until: int, amounts: Sequence[AmountRead]
) -> DoseAgent | None:
    """The agent named right after ``amount``, unless that one introduces the next amount; how is ``of`` when written so."""
    place = bisect_left(named, amount.end, key=_start)
    mention = named[place] if place < len(named) else None
    if not mention or mention.start >= until + 40 or "\n" in text[amount.end : mention.start]:
        return None
    gap = text[amount.end : mention.start]
    if len(gap) > 60 or not (_AFTER_GAP.fullmatch(gap) or _AFTER_OF.fullmatch(gap)):
        return None
    of = re.search(r"\bof\b", gap) is not None
    if not of and (gap.startswith(("),", ") ,")) or (gap.endswith("(") and not text.startswith(")", mention.end))):
        return None  # "carfilzomib on days 1, 2 (20 mg/m2), pomalidomide once daily": one more of a list
    if mention.start >= until and not of:
        return None
    place = bisect_left(amounts, mention.end, key=_start)
    following = amounts[place] if place < len(amounts) else None
    if following and not of and re.fullmatch(r" ?[(:=-]? ?", text[mention.end : following.start]):
        return None
    return DoseAgent(mention.name, mention.listed, mention.start, mention.end, "of" if of else "after")


def _adjacent_before(text: str, amount: AmountRead, named: Sequence[AgentMention], since: int) -> DoseAgent | None:
    """The agent named right before ``amount``, with nothing but dose words between."""
    place = bisect_right(named, amount.start, key=_end) - 1
    mention = (before_its_bracket(text, named, place) or named[place]) if place >= 0 else None
    if not mention or mention.start < since:
        return None
    gap = text[mention.end : amount.start]
    if mention.source == "diluent" and "with" in gap:
        return None
    if len(gap) > 90 or re.search(r"[+;]", gap) or not _BEFORE_GAP.fullmatch(gap):
        return None
    if is_joint_head(text, named, mention):
        return None
    active = active_beside(text, named, mention) or mention
    return DoseAgent(active.name, active.listed, active.start, active.end, "before")


def _unlisted(text: str, amount: AmountRead, since: int, until: int) -> DoseAgent | None:
    """A name that nobody lists but that stands where only a name can: right before or after the amount."""
    match = _WORD_BEFORE.search(text, max(since, amount.start - 60), amount.start)
    labelled = match is not None and (
        _LABELLED.search(text, max(0, match.start() - 16), match.start()) is not None
        or _PEOPLE_WITH.search(text, max(0, match.start() - 40), match.start()) is not None
    )
    labelled = labelled or (
        match is not None and match.group().rstrip().endswith((":", ",")) and not _LIKE_ONE.search(match["name"])
    )
    if match and len(match["name"]) < 3 and not _LISTED.search(text, max(0, match.start() - 6), match.start()):
        labelled = True
    if match and not labelled and match.end() == amount.start and _is_name(match["name"]):
        return DoseAgent(match["name"], None, match.start("name"), match.end("name"), "word")
    small = _SMALL_WORD.search(text, max(since, amount.start - 40), amount.start) if labelled or not match else None
    if small and _is_name(small["name"]) and small["name"] not in _NO_MEDICINES:
        return DoseAgent(small["name"], None, small.start("name"), small.end("name"), "word")
    kind = _KIND.search(text, max(since, amount.start - 60), amount.start)
    if kind and kind["name"].split()[-1] not in _NO_MEDICINES:
        return DoseAgent(kind["name"], None, kind.start("name"), kind.end("name"), "word")
    added = _ADDED_WORD.search(text, max(since, amount.start - 24), amount.start)
    if added and (added["name"].isupper() or _is_name(added["name"])) and added["name"] not in _NO_MEDICINES:
        return DoseAgent(added["name"], None, added.start("name"), added.end("name"), "word")
    match = _WORD_AFTER.match(text, amount.end, until)
    if match and _is_name(match["name"]):
        return DoseAgent(match["name"], None, match.start("name"), match.end("name"), "word")
    return None


# What a label of an amount must look like to be a medicine's name: "ALL: 1.2 mg/m2", "Severe infections: 1 g" are none.
_LIKE_ONE = pattern_of(
    r"[A-Za-z]-?\d|\d[A-Z]|(?:ine|ide|ole|one|ate|mab|nib|cept|cin|tin|til|cil|ium|gen|ase|tide|stim|vir|zol|fen|pam|lam|lol|xel|"
    r"taxel|rubicin|platin|mide|sone|statin|sartan|pril|oxin|parin|ferol|feron|gliptin|toclax|umab|imod|kin|vec|cel)$"
)
_PEOPLE_NAMED = pattern_of(r"(?:[a-z]{3}(?:ers|ants|ents|ians|ees|ors)|adults|women|men|people)$")  # "Responders: 300 mg"
_LISTED = pattern_of(r"(?:[,;+&]|(?<![a-z])(?:and|plus|with)) ?$", re.I)


def _is_name(word: str) -> bool:
    first, *rest = word.lower().split()
    if _PEOPLE_NAMED.search(first) or first.startswith("cyp"):
        return False
    if (rest and rest[-1] in not_agents()) or re.search(
        r"-(?:based|adjusted|dependent|related|matched|resistant|refractory|sensitive)$", first
    ):
        return False
    return (
        first not in not_agents()
        and (len(word) >= 3 or (len(word) == 2 and word.isalpha() and word.isupper() and word not in SAY_HOW))
        and "/" not in word
        and not re.fullmatch(
            r"[IVX]+|AUC.*|C\d.*|D\d.*|DL[-+]?\d.*|Day.*|Week.*|[Qq]\d.*|(?:[Cc]ohort|[Gg]roup|[Ll]evel|[Aa]rm|[Pp]art|"
            r"[Ss]tage|[Pp]hase)\w*",
            word,
        )
    )


def _going_on(
    text: str, amount: AmountRead, amounts: Sequence[AmountRead], found: Sequence[DoseAgent | None]
) -> DoseAgent | None:
    """The agent of the last dose before ``amount`` that is not in brackets closed since."""
    for place in range(len(found) - 1, -1, -1):
        agent = found[place]
        if agent is not None:
            sign = _BRACKET.search(text, amounts[place].end, amount.start)
            if sign is None or sign.group() == "(":
                return agent
    return found[-1] if found else None


def _earlier(
    text: str,
    statement: Statement,
    amount: AmountRead,
    named: Sequence[AgentMention],
    own: str | None,
    amounts: Sequence[AmountRead],
    found: list[DoseAgent | None],
    closed: Sequence[Pair],
) -> DoseAgent | None:
    """The nearest agent before ``amount`` in the statement that can own it."""
    free: AgentMention | None = None
    governed: AgentMention | None = None
    for place in range(bisect_right(named, amount.start, key=_end) - 1, -1, -1):
        mention = named[place]
        if mention.source == "diluent" or _is_closed(closed, mention.start, amount.start):
            continue
        if _GOVERNED.search(text[max(statement.start, mention.start - 36) : mention.start]):
            governed = governed or mention
        elif not (is_radiation(mention) and amount.kind != "radiation"):
            free = mention
            break
    previous = _going_on(text, amount, amounts, found)
    its = [mention for mention in named if previous and mention.start == previous.start]
    if its and free and before_its_bracket(text, named, named.index(free)) in its:
        free = None  # "ATG (Thymoglobulin) 0.5 mg/kg on day -3, 2 mg/kg on day -2"
    aside = previous is not None and free is not None and _is_closed(closed, previous.start, amount.start)
    if previous and not aside and (free is None or previous.end >= free.end):
        return DoseAgent(previous.name, previous.listed, previous.start, previous.end, "earlier")
    if own and free and free.listed != own:
        return None
    if free and is_joint_head(text, named, free):
        return None
    chosen = active_beside(text, named, free) or (None if own else governed)
    return DoseAgent(chosen.name, chosen.listed, chosen.start, chosen.end, "earlier") if chosen else None


_OTHERS_GET = pattern_of(r"[,;:]|(?<![a-z])(?:and|or|arm|group|cohort)(?![a-z])", re.I)
_TIED_AMOUNT = pattern_of(r"(?<![a-z])(?:after|before|prior to|following|with|than|versus|vs) [^.;\d]{0,24}\d", re.I)
_LEADS_AMOUNT = pattern_of(r" ?:? ?\d")
CAP_IN_BRACKET = pattern_of(r"\((?:max|cap|not (?:to|more)|no more)[^()\d]{0,40}$", re.I)  # of the amount before it


def _fallback(
    text: str, statement: Statement, amount: AmountRead, named: Sequence[AgentMention], own: str | None, carried: DoseAgent | None
) -> DoseAgent | None:
    """The agent of an amount whose own words name none."""
    if own:
        mine = next((m for m in reversed(named) if m.listed == own and m.end <= amount.start), None)
        if carried and mine is None and (carried.how == "said" or CAP_IN_BRACKET.search(text, statement.start, amount.start)):
            return DoseAgent(carried.name, carried.listed, amount.start, amount.start, "carried")
        return DoseAgent(mine.name if mine else plain_name(own), own, amount.start, amount.start, "own")
    if carried:
        return DoseAgent(carried.name, carried.listed, amount.start, amount.start, "carried")
    if amount.kind == "radiation":
        return None  # of no medicine that happens to be named behind it
    for place in range(bisect_left(named, amount.end, key=_start), len(named)):
        mention = named[place]
        if mention.start >= statement.end or _ONE_MORE.search(text[amount.end : mention.start]):
            return None
        if _TIED_AMOUNT.search(text, amount.end, mention.start):
            return None  # "2 mg/kg of the study drug after 50 mg of drugamab"
        if is_placebo(mention.name) and OR_PLACEBO.search(text, max(amount.end, mention.start - 12), mention.start):
            return None  # "(25 mg/kg) or placebo": of what it is given instead of
        if is_placebo(mention.name) and _OTHERS_GET.search(text, amount.end, mention.start):
            continue  # "arm B 20 mg, arm C placebo"
        if _LEADS_AMOUNT.match(text, mention.end):
            return None  # "375 mg/m2 day 0, drugamab 750 mg/m2": the name of the next dose
        if mention.source != "diluent" and not _GOVERNED.search(text, max(amount.end, mention.start - 36), mention.start):
            return DoseAgent(mention.name, mention.listed, mention.start, mention.end, "later")
    return None


def _is_closed(closed: Sequence[Pair], at: int, until: int) -> bool:
    """Whether ``at`` stands in one of the brackets ``closed``, in order, that ends before ``until``."""
    place = bisect_left(closed, at, key=itemgetter(0)) - 1
    return place >= 0 and at < closed[place][1] <= until
