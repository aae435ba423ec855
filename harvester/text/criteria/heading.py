"""Headings, introductions and notes in eligibility text: which section they open, whom and what they speak of.

Rules: ``heading.words`` (inclusion or exclusion criteria, misspelt by at most two letters), ``heading.sentence`` (a sentence
that opens a section, from definitions/headings.txt), ``heading.sub`` (a line that only names a cohort or a topic),
``heading.note``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.gate import Gated, Gates, gated
from harvester.text.expressions.pattern import pattern_of

_WORD = pattern_of(r"[A-Za-z]+")
_HALF_WORD = pattern_of(r"\bin-(?= ?(?:and|or|&|/) ?exclusion)", re.IGNORECASE)  # "In- and exclusion criteria"
_LIKE_A_SECTION = pattern_of(r"[IECNiecn](?<![A-Za-z].)[A-Za-z]{6,11}(?![A-Za-z])")  # what _kind may take for one
_SECTIONS = ("inclusion", "exclusion")
_OPENING = ("neither", "exclusion", "inclusion", "neutral")  # lists of sentences, in the order they are tried
_WORDS = (*_SECTIONS, "criteria", "criterion")
_MISSPELT = 2  # letters
_LONGEST_HEADING = 280
_SHORT = 60
_BRACKETED = pattern_of(r"(?<=\w) \([^()]*\)(?= \w)")  # "Intra-surgery (explantation) exclusion criteria"
_TITLE = pattern_of(r"[A-Z][^<>≤≥=.;:]{2,58}")
_REMARK = pattern_of(r"(?<=clusion criteria) ?\([^()]*\)$", re.IGNORECASE)  # "Exclusion criteria (applies to both groups)"
_SPLIT = pattern_of(r":[*_]{0,2}\s*|;\s*|\.\s+(?=[A-Z])")
_FOR_WHOM = pattern_of(r"(?:\w+ ){0,3}(?:in|ex)clusion criteria (?:for|in)\b", re.IGNORECASE)
_ONLY_WORDS = {
    "key", "main", "major", "general", "specific", "patient", "patients", "donor", "donors", "subject", "subjects",
    "participant", "participants", "study", "additional", "other", "criteria", "criterion", "all", "core", "primary",
    "the", "and", "or", "for", "of", "recipient", "recipients", "iii", "ii", "i", "preoperative", "pre", "post", "intra",
    "operative", "intraoperative", "radiological", "clinical", "screening", "baseline", "eligibility", "disease",
    "healthy", "volunteers", "controls", "cohort", "part", "arm", "phase", "group", "list", "in", "to", "at", "trial",
    "common", "both", "cohorts", "parts", "arms", "groups", "prior", "transplantation", "implantation", "surgery",
    "treatment", "surgical", "procedural", "perioperative", "enrollment", "enrolment", "registration", "infusion", "apheresis",
    "procurement", "collection", "medical", "laboratory", "stage", "step", "period",
    "tissue", "explant", "data", "determined", "after", "randomisations", "randomization", "entry", "participation",
}  # fmt: skip


@shape()
class Heading:
    """A heading: the section it opens, and where the words after it begin.

    No section: it changes nothing. ``neither``: what follows does not tell who may join. ``neutral``: it does not say how.
    """

    section: str | None
    head_end: int
    rest: int
    worded: bool = True  # it says "inclusion criteria" or "exclusion criteria"; else it is a sentence that opens a section

    def section_below(self, above: str) -> str:
        """The section of what follows the heading, ``above`` being that of what stands before it."""
        if self.section == "neither" or (self.section == "neutral" and above == "exclusion"):
            return "unknown"
        if self.section == "neutral":
            return "inclusion"
        return (self.section or above) if self.section != "unknown" or above == "unknown" else above


@cache
def _lists() -> dict[str, Gated]:
    """Every list of headings.txt as one expression."""
    lists = definition_lists("headings.txt").items()
    return {name: gated("|".join(f"(?:{entry})" for entry in entries), re.IGNORECASE) for name, entries in lists}


@cache
def _sentences() -> tuple[Gates, tuple[str, ...]]:
    """Each sentence that opens a section, in the order they are tried, and which section that is."""
    lists = definition_lists("headings.txt")
    told = [(entry, name) for name in _OPENING for entry in lists[name]]
    return Gates(pattern_of(entry, re.IGNORECASE) for entry, _ in told), tuple(name for _, name in told)


@lru_cache(maxsize=4096)
def _kind(word: str) -> str | None:
    """``inclusion``, ``exclusion`` or ``criteria``, misspelt by at most two letters; none for any other word."""
    low = word.lower()
    if low in ("inclusion", "inclusions", "included", "inclusionary"):
        return "inclusion"
    if low in ("exclusion", "exclusions", "excluded", "exclusionary"):
        return "exclusion"
    if not 7 <= len(low) <= 12 or low[0] not in "iecn":
        return None
    near = [(letters_apart(low, known), known) for known in _WORDS if _may_be_near(low, known)]
    best = min(near, default=(_MISSPELT + 1, ""))
    return None if best[0] > _MISSPELT else "criteria" if best[1].startswith("crit") else best[1]


def _may_be_near(word: str, known: str) -> bool:
    """Whether the words share enough letters: counting them takes less than their distance."""
    rest = list(known)
    for letter in word:
        if letter in rest:
            rest.remove(letter)
    return len(rest) <= _MISSPELT and len(word) - len(known) + len(rest) <= _MISSPELT


def letters_apart(one: str, other: str) -> int:
    """The fewest letters to put in, take out or change to make one word the other (Levenshtein's distance)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, sign in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != sign))
    return row[-1]


def read_section_heading(text: str, start: int, end: int) -> Heading | None:
    """The section heading that opens ``text[start:end]``, or none. A glued remainder begins at ``rest``."""
    cut = _SPLIT.search(text, start, min(end, start + _LONGEST_HEADING))
    head_end, rest = (cut.start(), cut.end()) if cut else (end, end)
    while cut and head_end > start and text[head_end - 1].isspace():
        head_end -= 1
    head = text[start:head_end].strip(" *_#[]")
    if head.endswith("."):
        head = head[:-1]
    if not head or len(head) > 200:
        return None
    section = _worded_section(head, bool(cut))
    worded = section is not None
    if section is None and cut and len(head) < _SHORT and "clusion" in text[rest : min(end, rest + _SHORT)].lower():
        behind = read_section_heading(
            text, rest, end
        )  # "Eligibility criteria: Inclusion criteria:", "Part A: Inclusion criteria"
        whole = behind is not None and behind.rest >= end and _TITLE.fullmatch(head) is not None and not is_note(head)
        if behind is not None and behind.worded and (whole or _lists()["neutral"].fullmatch(head)):
            return behind
    if section is None:
        section = _sentence_section(text[start:end], head)
        if section and cut and text[cut.start() : cut.end()].strip() != ":":
            rest = end
    return Heading(section, head_end, min(rest, end), worded) if section else None


def _worded_section(head: str, cut: bool) -> str | None:
    if not _may_name_a_section(head) or _lists()["not_heading"].search(_REMARK.sub("", head)):
        return None
    whole = _HALF_WORD.sub("inclusion ", head) if "n-" in head else head
    words = _WORD.findall(_BRACKETED.sub("", whole) if "(" in whole else whole)
    kinds = [_kind(word) for word in words]
    for at, word in enumerate(words[:-1]):
        if word.lower() == "non" and kinds[at + 1] == "inclusion":
            kinds[at], kinds[at + 1] = None, "exclusion"  # "Non-inclusion criteria"
            words[at] = "the"
    found = {kind for kind in kinds if kind in _SECTIONS}
    if not found or len(words) > (40 if _FOR_WHOM.match(head) else 16):
        return None
    if len(found) == 2:
        return "unknown" if "criteria" in kinds and len(words) <= 8 else None
    at = next(i for i, kind in enumerate(kinds) if kind in found)
    named = (word.lower() in _ONLY_WORDS or (len(word) == 1 and word.isupper()) for word in words)  # "Inclusion, Group A"
    plain = all(kind or ours for ours, kind in zip(named, kinds, strict=True))
    with_criteria = "criteria" in kinds[at : at + 2] and (at <= 4 or cut)
    return found.pop() if plain or (with_criteria and (cut or len(words) <= 12 or _FOR_WHOM.match(head))) else None


def _may_name_a_section(head: str) -> bool:
    """Whether a word of ``head`` names a section. With two letters amiss one of three parts of its name is still whole."""
    low = head.lower()
    parted = "inc" in low or "exc" in low or "lu" in low or "sion" in low
    return parted and any(_kind(word) in _SECTIONS for word in _LIKE_A_SECTION.findall(head))


def _sentence_section(line: str, head: str) -> str | None:
    if len(line) > _LONGEST_HEADING:
        return None
    whole = line.strip(" *.:?")
    if not (line.rstrip().endswith((":", ".", "?")) or whole == head):
        return None
    sentences, sections = _sentences()
    for place in sentences.called(whole):
        if sentences.patterns[place].fullmatch(whole):
            return None if is_note(line) else sections[place]
    return "exclusion" if _leaves_out(whole, line.rstrip().endswith((":", "?"))) and not is_note(line) else None


def _leaves_out(whole: str, opens: bool) -> bool:
    """Whether all words of a line are of taking part in trials, and one leaves out (``Participants are excluded if``)."""
    lists = _lists()
    said = lists["leaves_out"].search(whole) or (opens and lists["leaves_out_those"].search(whole))
    return bool(said) and lists["takes_back"].search(whole) is None and lists["plain"].fullmatch(whole) is not None


def is_note(line: str) -> bool:
    """Whether a line is a remark rather than a criterion (rule ``heading.note``)."""
    line = line.lstrip("([*_ ")
    return _lists()["note"].match(line) is not None or _lists()["note_inside"].match(line) is not None


def is_part_of_heading(text: str, start: int, end: int) -> bool:
    """Whether the words right before "inclusion criteria" only say of which part they are (``Pre-operative``, ``Screening``).

    They are all that stands from ``start``; no more than five are looked at, since a line may have any length.
    """
    found = [word.group() for word in islice(_WORD.finditer(text, start, end), 5)]
    return 0 < len(found) <= 4 and all(word.lower() in _ONLY_WORDS for word in found)


def is_empty_list(line: str) -> bool:
    """Whether a line only says that there are no criteria."""
    return bool(_lists()["empty"].fullmatch(line.strip(" .:;-*")))


def is_introduction(line: str) -> bool:
    """Whether an unmarked line only introduces the list after it."""
    return len(line) <= _LONGEST_HEADING and bool(_lists()["introduction"].fullmatch(line.strip(" .:*")))


def is_for_everybody(heading: str) -> bool:
    """Whether a sub-heading says that what follows holds for all (``All patients:``), not for those named before."""
    return bool(_lists()["everybody"].fullmatch(heading.strip(" .:*")))


def is_of_a_later_step(heading: str) -> bool:
    """Whether a sub-heading stands over what must hold later (``Criteria for CAR-T infusion:``)."""
    return bool(_lists()["step"].fullmatch(heading.strip(" .:*")))


def is_topic(heading: str) -> bool:
    """Whether a sub-heading names a subject (``Medical conditions``) and so limits nobody."""
    return bool(_lists()["topic"].fullmatch(heading.strip(" .:*-")))


def is_theme(heading: str) -> bool:
    """Whether a sub-heading is a title without people, a disease or a part of the trial (``Cardiac function``)."""
    return bool(_lists()["theme"].fullmatch(heading.strip(" .:*-")))


def is_subject(heading: str) -> bool:
    """Whether what a heading names is neither people nor a part of the trial (``Patient age``, ``Psychiatric/behavioural``)."""
    return bool(_lists()["subject"].fullmatch(heading.strip(" .:*-")))
