"""Eligibility text as criteria: sections told apart, lists with their levels, whom and what each line speaks of.

Source: ``protocolSection.eligibilityModule.eligibilityCriteria`` of the registry's API v2. Offsets are half-open code points of
the raw string. Nothing is dropped: every line of the text is an item, a parent (only introduces its sub-items), a header or a
note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from harvester.steps import Steps, done
from harvester.text.criteria.criterion import CriterionLine, changed
from harvester.text.criteria.criterion_line import FOR_SOME, lines_of
from harvester.text.criteria.domain import OTHER, domains_of
from harvester.text.criteria.footnote import is_footnote
from harvester.text.criteria.heading import (
    Heading,
    is_empty_list,
    is_for_everybody,
    is_introduction,
    is_note,
    is_of_a_later_step,
    is_subject,
    is_theme,
    is_topic,
    read_section_heading,
)
from harvester.text.criteria.line import Line, trim
from harvester.text.criteria.list_marker import follows
from harvester.text.criteria.open_lists import OpenLists
from harvester.text.criteria.parent import NAMED_GROUP, PART, introduces, introduces_parts, names_its_parts
from harvester.text.criteria.population import (
    is_limited_line,
    people_alone,
    population_of_criterion,
    population_of_heading,
    scope_in_heading,
    scope_of,
    scope_of_heading_item,
    scope_prefix_end,
)
from harvester.text.criteria.section import with_sections
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.normal import NormalText, normal_text

_VERB = pattern_of(r"\b(?:is|are|was|were|has|have|had|must|may|can|will|should|shall|does|do)\b", re.IGNORECASE)
_MEASURED = pattern_of(r"[<>≤≥=]|\d")
_FOR_WHOM = expression("criteria.for_whom")
_ABOUT_CRITERIA = expression("criteria.about_criteria")
_LETS_IN = expression("some.excepts")  # such a line above exclusions is no note: what stands below it may join
_OF_SOME = expression("criteria.of_some")
_PART_ITEM = expression("criteria.part_item")
_BARE_LABEL = pattern_of(r"(?:\d|[a-z])[.)]|[-*•]")
_SHORT_HEADING = 90
_A_TIME = expression("criteria.a_time")  # "Within 6 months before entry:" introduces what came in it
_CRITERIA_FOR = pattern_of(r"(?:(?:eligibility|selection|entry) )?criteria for (?:the )?", re.IGNORECASE)
_THEIR_CHILDREN = pattern_of(r"\W*(?:infants?|newborns?|neonates?|bab(?:y|ies)|offspring)\b", re.IGNORECASE)
_EXCLUSIONS_OF = pattern_of(r"\W*(?:[\w/-]+ ){1,2}exclusions?\W*", re.IGNORECASE)
_SOME_PEOPLE = expression("criteria.some_people")
_OF_A_GROUP = expression("criteria.of_a_group")


def read_criteria(raw: str, section: str | None = None) -> tuple[CriterionLine, ...]:
    """Every line of ``raw``, in order. ``section`` is what holds until a heading says otherwise (none: unknown).

    >>> [(line.section, line.kind) for line in read_criteria("Inclusion Criteria:\\n\\n* Age 14-65 years")]
    [('inclusion', 'header'), ('inclusion', 'item')]
    """
    return done(criteria_in_steps(raw, section))


def criteria_in_steps(raw: str, section: str | None = None) -> Steps[tuple[CriterionLine, ...]]:
    """What `read_criteria` gives."""
    normal = normal_text(raw)
    lines = lines_of(normal.text)
    yield
    headings = {line.start: read_section_heading(normal.text, line.start, line.end) for line in lines}
    yield
    return _Reading(normal, headings, section or "unknown").lines(lines, section is None)


@dataclass
class _Reading:
    """The state of one reading: section, heading's population and scope, and the stack of open list levels."""

    normal: NormalText
    headings: dict[int, Heading | None]  # what each line would open as a heading, by its first character
    section: str
    population: str | None = None
    scope: str | None = None
    found: list[CriterionLine] = field(default_factory=list)
    block: str | None = None  # whom the sections speak of until another block is named
    part: str | None = None  # the scope of the sections of this block
    headed: str | None = None  # the scope that the heading of the section named
    told: str | None = None  # the scope that a sentence of a paragraph named, for the sentences behind it
    before: tuple[str, str | None] | None = None  # the number, and the scope, that "Part A: …" in the middle of a list cut off
    bare: bool = False  # whether an item without a marker or a value stands below the last heading

    def __post_init__(self) -> None:
        self.lists = OpenLists(self.normal, self.found)

    def lines(self, lines: tuple[Line, ...], infer: bool) -> tuple[CriterionLine, ...]:
        for line, following in zip(lines, (*lines, None)[1:], strict=True):
            heading = self._heading(line)
            heading = None if heading and self._heads_a_part(line, heading, following) else heading
            self.told = self.told if line.run_on and line.marker is None else None
            if heading:
                self._open_section(line, heading)
                self._rest_of_heading(line, heading, following)
            elif line.marker is None and self._is_sub_heading(line, following):
                self._open_sub_heading(line)
            else:
                self._add_words(line, following)
        if infer:
            self.found = with_sections(self.normal.raw, self.found)
        return tuple(self._with_parents())

    def _heading(self, line: Line) -> Heading | None:
        heading = self.headings[line.start]
        if heading and not heading.worded and heading.section == self.section and _OF_SOME.match(self.normal.text, line.start):
            return None  # "Patients with HIV are eligible if they meet the following" admits some, and opens no section
        if line.run_on:
            whole = heading is not None and (heading.rest >= line.end or self.normal.text[heading.head_end] == ":")
            return heading if heading and heading.worded and whole and line.marker is None else None
        if heading and heading.section == self.section and self.lists.counts_on(line):
            return None  # "6. Laboratory values must meet the following standards:" is an item of its list
        if heading and line.marker is not None:
            rest = self.normal.text[heading.rest : line.end]
            if not rest and self.normal.text[line.end - 1] == ";":
                return None  # an item of a running list, whatever its words
            whole = not rest and (heading.worded or self.normal.text[line.end - 1] == ":")
            return heading if whole or (heading.worded and is_introduction(rest)) else None
        return heading

    def _heads_a_part(self, line: Line, heading: Heading, following: Line | None) -> bool:
        """Whether what reads as a heading stands in a list that goes on, over a deeper one (``* They are excluded if:``)."""
        named = heading.worded and (line.marker is None or "crit" in self.normal.text[line.start : heading.head_end].lower())
        if not self.lists.stack or named:
            return False
        deeper = line.marker is not None and following is not None and following.indent > line.indent
        return line.indent > self.lists.stack[0][0] or (deeper and line.indent == self.lists.stack[0][0])

    def _open_section(self, line: Line, heading: Heading) -> None:
        head = self.normal.text[line.start : heading.head_end]
        self.section = heading.section_below(self.section)
        self.population = population_of_heading(head) or self.block
        self.scope = scope_of(head) or scope_in_heading(head) or self.part
        self.lists.stack.clear()
        if self.scope is None:
            limited = _FOR_WHOM.search(head)
            whom = limited["whom"].strip(" .:*-–") if limited else None
            whom = whom.removesuffix(")").rstrip() if whom and whom.count(")") > whom.count("(") else whom
            self.scope = None if whom and (is_for_everybody(whom) or is_subject(whom)) else whom
        name, colon, _ = head.partition(":")
        if self.scope is None and colon and " " in name and _OF_A_GROUP.search(name):
            self.scope = name.strip()  # "Main study: inclusion criteria"
        if not heading.worded and _EXCLUSIONS_OF.fullmatch(head) and not is_theme(head):
            self.scope = head.strip(" .:*")  # "MRI exclusions": from that part only
        self.headed = self.scope
        self._add(line.start, heading.head_end, 0, "header", None, None)

    def _rest_of_heading(self, line: Line, heading: Heading, following: Line | None) -> None:
        """What stands behind a heading on its line: a second heading, an empty list, an introduction or the first criterion."""
        text, start = self.normal.text, heading.rest
        if start >= line.end or _BARE_LABEL.fullmatch(text, start, line.end):
            return
        again = read_section_heading(text, start, line.end)
        if again and again.rest > again.head_end:
            self._open_section(Line(start, line.end, line.indent, None, False), again)
            start = again.rest
        words = text[start : line.end]
        if is_empty_list(words):
            self._add(start, line.end, 0, "note", None, None)
        elif PART.fullmatch(words.strip(" .:")) and following is not None and following.marker is not None:
            self.scope = self.headed = words.strip(" .:")  # "Inclusion: Group A"
            self._add(start, line.end, 0, "header", None, None)
        elif is_introduction(words):
            self._add(start, line.end, 0, "parent" if words.lower().endswith("with") else "note", None, None)
        else:
            for piece in lines_of(words, dashes=True):
                moved = Line(piece.start + start, piece.end + start, line.indent, piece.marker, False, piece.run_on)
                self._add_words(moved, following)

    def _is_sub_heading(self, line: Line, following: Line | None) -> bool:
        text = self.normal.text
        words = text[line.start : line.end]
        if following is None or line.run_on or is_note(words) or is_limited_line(words) or _A_TIME.fullmatch(words):
            return False
        listed = following.marker is not None or following.run_on
        if self._heading(following):
            return self._names_a_block(words)
        if self.section == "exclusion" and listed and is_of_a_later_step(words):
            return True
        titled = is_topic(words) or (listed and following.indent <= line.indent and not self.bare and is_theme(words))
        if (titled and len(words) < _SHORT_HEADING) or PART.fullmatch(words.strip(" .:*[]")):
            return True
        prefix = scope_prefix_end(words)
        if self.lists.stack and line.indent > 0 and (not listed or 0 < prefix < len(words)):
            return False
        if words.endswith(":") and listed and following.indent <= line.indent:
            return not introduces_parts(words) or self._names_other_people(words)
        if people_alone(words) and following.blank_before:
            return True
        named = words.lstrip("[")[:1].isupper() or FOR_SOME.fullmatch(words) is not None
        short = len(words) <= 60 and not words.endswith((".", ";", ",")) and named
        short = short and not (_VERB.search(words) or (_MEASURED.search(words, prefix) and (prefix or scope_of(words) is None)))
        short = short and not (self.bare and scope_of(words) is None and population_of_heading(words) is None)
        return short and listed and following.indent <= line.indent and not is_empty_list(words) and not words[:1].isdigit()

    def _names_other_people(self, words: str) -> bool:
        """Whether a line under the heading of some people names others in its place (``Patients with gout:``)."""
        return self.scope is not None and self.scope != self.part and len(words.split()) <= 8 and bool(_SOME_PEOPLE.match(words))

    def _names_a_block(self, words: str) -> bool:
        """Whether a line above a section heading names the people of the sections after it (``CONTROLS``)."""
        name = _CRITERIA_FOR.sub("", words.strip(" .:*"))
        if len(name.split()) > 6 or words.endswith("."):
            return False
        population, part = population_of_heading(name), (PART.fullmatch(name) or NAMED_GROUP.fullmatch(name)) is not None
        if not part and (population is None or len(name.split()) > 4 or _MEASURED.search(name)):
            return False
        self.block, self.part = population, name if part else None
        return True

    def _open_sub_heading(self, line: Line) -> None:
        words = self.normal.text[line.start : line.end]
        people = population_of_heading(words)
        if is_for_everybody(words):
            self.population, self.scope = self.block, self.headed
        elif people and (len(words.split()) == 1 or is_introduction(words)):  # "Donor:", "Related donors must have:"
            self.population, self.scope = people, self.headed
        elif is_subject(words) or self._is_matter(words, people):
            pass
        elif not (is_topic(words) or is_introduction(words)):
            again = _THEIR_CHILDREN.match(words) or PART.match(words)  # "Group 3:" behind "Group 1 (healthy controls):"
            self.population = people or (self.block if again else self.population)
            self.scope = scope_of(words) or words.strip(" .:*[]")
            self.section = "unknown" if self.section == "exclusion" and is_of_a_later_step(words) else self.section
            self._open_part()
        elif is_topic(words):
            self.scope = self.headed
        self.lists.stack.clear()
        self._add(line.start, line.end, 0, "header", None, None)

    def _is_matter(self, words: str, people: str | None) -> bool:
        """Whether a sub-heading names what its list is about: what no heading above named is, among exclusions, no group."""
        if is_topic(words) or is_theme(words):
            return not is_topic(words)
        told = people or PART.match(words) or scope_of(words) or _OF_A_GROUP.search(words.strip(" .:*[]"))
        named = {line.scope.lower() for line in self.found if line.kind == "header" and line.scope}
        return self.section == "exclusion" and not told and words.strip(" .:*[]").lower() not in named

    def _open_part(self) -> None:
        """A part named in a second list of who may join goes on into the list of who may not."""
        again = self.section == "inclusion" and any(line.section == "exclusion" for line in self.found)
        if again and self.scope and PART.fullmatch(self.scope):
            self.part = self.scope

    def _add_words(self, line: Line, following: Line | None) -> None:
        text, start = self.normal.text, line.start
        words = text[start : line.end]
        label = line.marker.label if line.marker else None
        if line.marker is None and not line.run_on:
            self._add_unmarked(line, words, following)
            return
        if label and self.before and follows(self.before[0], label):
            self.scope, self.before = self.before[1], None
        scope = scope_of_heading_item(words) or self._part_item(line, words, following)
        if scope and following is not None and following.marker is not None and following.indent <= line.indent:
            self.scope = scope
            self.lists.stack.clear()
            self._add(start, line.end, 0, "header", None, None)
            return
        level, parent = self.lists.place(line)
        kind = "note" if is_note(words) or is_empty_list(words) or is_footnote(self.normal, line) else "item"
        if kind == "item" and introduces(words, line, following):
            kind = "parent"
        self._add(start, line.end, level, kind, label, parent)

    def _part_item(self, line: Line, words: str, following: Line | None) -> str | None:
        """A part of the trial that is all an item says, with a list in another style below it (``I. Main study``)."""
        if following is None or following.marker is None or line.marker is None:
            return None
        name = words.strip(" .:*")
        if following.marker.style == line.marker.style and not (words.endswith(":") and PART.fullmatch(name)):
            return None
        return name if _PART_ITEM.fullmatch(name) or PART.fullmatch(name) else None

    def _add_unmarked(self, line: Line, words: str, following: Line | None) -> None:
        prefix = scope_prefix_end(words)
        listed = following is not None and following.marker is not None
        if (
            is_note(words)
            or is_empty_list(words)
            or is_footnote(self.normal, line)
            or (words.startswith("*") and len(self.found) > 1 and not (listed and words.endswith(":")))
            or (
                is_introduction(words)
                and (listed or words.endswith(":"))
                and not (line.indent > 0 and self.lists.stack)
                and not (self.section == "exclusion" and _LETS_IN.search(words))
                and _ABOUT_CRITERIA.search(words)
            )
        ):
            self._add(line.start, line.end, 0, "note", None, None)
        elif prefix and self.lists.stack and line.indent > self.lists.stack[-1][0] and self.lists.stack[-1][1] != "unmarked":
            self._add(line.start, line.end, len(self.lists.stack) - 1, "item", None, self.found[self.lists.stack[-1][2]].parent)
        elif prefix and prefix < len(words):
            counted = self.found[-1].label if self.found else None
            before = (counted, self.scope) if counted else self.before
            self.scope = scope_of(words)
            self.lists.stack.clear()
            self._add(line.start, line.start + len(words[:prefix].rstrip(" :-")), 0, "header", None, None)
            self.before = before
            self._add(line.start + prefix, line.end, 0, "item", None, None)
        else:
            level, parent = self.lists.place_unmarked(line)
            kind = "parent" if introduces(words, line, following) else "item"
            if kind == "parent" and listed:
                self.lists.stack.append((line.indent - 1, "unmarked", len(self.found)))
            self._add(line.start, line.end, level, kind, None, parent)
            self.bare = self.bare or (kind == "item" and not _MEASURED.search(words))

    def _add(self, start: int, end: int, level: int, kind: str, label: str | None, parent: int | None) -> None:
        text = self.normal.text
        end = trim(text, start, end)[1]
        words = text[start:end]
        span = self.normal.raw_span(start, end)
        domain, secondary = domains_of(words) if kind in ("item", "parent") else (OTHER, ())
        self.bare, self.before = self.bare and kind != "header", None if kind == "header" else self.before
        own = scope_of(words) if kind != "header" else None
        self.told = own or self.told
        scope = own or self.told or (self.scope if parent is None else self.found[parent].scope)
        population = population_of_criterion(words, self.population) if kind != "header" else self.population
        if kind == "parent" and _CRITERIA_FOR.match(words):
            population = population_of_heading(words) or population
        if parent is not None and population in (None, "patient"):
            population = self.found[parent].population or population
        placed = (self.section, len(self.found), parent, level, kind, label, population, scope)
        self.found.append(CriterionLine(*placed, domain, secondary, span.start, span.end))

    def _with_parents(self) -> list[CriterionLine]:
        """Parents that turned out to have sub-items and only introduce them."""
        has_children = {line.parent for line in self.found if line.parent is not None and line.kind != "note"}
        return [
            changed(line, kind="parent")
            if at in has_children and line.kind == "item" and names_its_parts(self.normal.raw[line.start : line.end])
            else line
            for at, line in enumerate(self.found)
        ]
