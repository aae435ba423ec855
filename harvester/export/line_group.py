"""Lines of a cell that are read from one sentence: shown under it together, where they are many as a small table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from harvester.compare.model import Line
from harvester.compare.reading_words import EXCLUDED, NOT_EXCLUDED, WRITTEN_AS_EXCLUSION, clean
from harvester.export.quotation import Quotation, quotations, spoken
from harvester.shape import shape
from harvester.span import Source

FEWEST_IN_A_TABLE = 3
"""Limits for different people that make a table; fewer stand one under the other."""
_FOR_WHOM = re.compile(r"(?:(?P<what>[^:()]+): )?(?P<limit>[^()]+) \((?P<whom>[^()]+)\)")
_SEX = re.compile(r"(?P<sex>men|women)(?:, (?P<rest>.+))?")
_SEXES = ("men", "women")


@shape()
class Item:
    """One value of a group: its words, what the reader should know of the reading, and the place it was read from."""

    text: str
    flags: tuple[str, ...]
    source: Source | None


@shape()
class LimitTable:
    """Limits by the people they hold for. A row is the people, then an item a column; ``what`` is what is limited, if named."""

    what: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Item, ...]], ...]


@shape()
class LineGroup:
    """Values and the words they stand in. Where ``table`` is set it holds all of ``items``."""

    items: tuple[Item, ...]
    note: str | None
    quotations: tuple[Quotation, ...]
    table: LimitTable | None = None


def gathered(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Lines in groups of one note that were read from the same texts, or need no words under them, in the order of the cell.

    Lines that say the same are one.
    """
    groups: list[list[Line]] = []
    for line in _once(lines):
        last = groups[-1][-1] if groups else None
        if last is not None and line.note == last.note and (_is_of_one_text(line, last) or _are_bare(line, last)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(tuple(each) for each in groups)


def by_section(lines: Sequence[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Lines of criteria under the name of their section, which is then said once; sections without lines are left out."""
    kept_out = [line.text.startswith((EXCLUDED, NOT_EXCLUDED)) or line.note == WRITTEN_AS_EXCLUSION for line in lines]
    found = (
        ("Inclusion", tuple(_bare(line) for line, is_out in zip(lines, kept_out, strict=True) if not is_out)),
        ("Exclusion", tuple(_bare(line) for line, is_out in zip(lines, kept_out, strict=True) if is_out)),
    )
    return tuple((name, own) for name, own in found if own)


def _bare(line: Line) -> Line:
    """A line whose section is said above it; a criterion in its own words is its quotation alone."""
    note = None if line.note == WRITTEN_AS_EXCLUSION else line.note
    text = line.text.removeprefix(EXCLUDED)
    is_own = bool(line.sources) and text == clean(line.sources[-1].quote)
    return replace(line, text="" if is_own else text, note=note)


def line_group(lines: Sequence[Line]) -> LineGroup:
    """What is shown of a group of lines (`gathered`)."""
    if len(lines) == 1:
        said = spoken(lines[0])
        alone = Item(said.text, lines[0].flags, _place(lines[0]))
        return LineGroup((alone,) if said.text or alone.flags else (), lines[0].note, said.quotations)
    items = tuple(Item(each.text, each.flags, _place(each)) for each in lines)
    if not _is_of_one_text(lines[0], lines[-1]):
        return LineGroup(items, lines[0].note, ())
    sources = tuple(dict.fromkeys(source for line in lines for source in line.sources))
    return LineGroup(items, lines[0].note, quotations(Line("", sources)), _table(items))


def _is_of_one_text(line: Line, last: Line) -> bool:
    homes = _homes(line)
    return bool(homes) and homes == _homes(last)


def _are_bare(line: Line, last: Line) -> bool:
    """Whether two lines of one note need no words under them: the values repeat those."""
    return line.note is not None and not spoken(line).quotations and not spoken(last).quotations


def _once(lines: Sequence[Line]) -> list[Line]:
    """Lines; those that say the same of different places are one line with all its places."""
    said: dict[tuple[str, str | None, tuple[str, ...]], Line] = {}
    for line in lines:
        key = (line.text, line.note, line.flags)
        first = said.get(key)
        said[key] = replace(first, sources=tuple(dict.fromkeys((*first.sources, *line.sources)))) if first else line
    return list(said.values())


def _homes(line: Line) -> frozenset[Source]:
    """The texts that a line's words stand in: one, or as many as tell the same, as an arm's and its intervention's."""
    return frozenset(each for each in line.sources if not any(each != other and _holds(other, each) for other in line.sources))


def _holds(one: Source, other: Source) -> bool:
    return one.path == other.path and one.start <= other.start and other.end <= one.end


def _place(line: Line) -> Source | None:
    return line.sources[0] if line.sources else None


def _table(items: Sequence[Item]) -> LimitTable | None:
    """The items as a table, where each is one limit of one thing for people of its own."""
    found = [_FOR_WHOM.fullmatch(item.text) for item in items]
    if len(items) < FEWEST_IN_A_TABLE or not all(found):
        return None
    pairs = zip(found, items, strict=True)
    told = [(match["what"] or "", match["whom"], replace(item, text=match["limit"])) for match, item in pairs if match]
    whats, people = {what for what, _, _ in told}, [whom for _, whom, _ in told]
    if len(whats) > 1 or len(set(people)) < len(people):
        return None
    by_sex = _by_sex([(whom, item) for _, whom, item in told])
    columns, rows = by_sex or (("",), [(whom, (item,)) for _, whom, item in told])
    return LimitTable(whats.pop(), columns, tuple(rows))


def _by_sex(told: Sequence[tuple[str, Item]]) -> tuple[tuple[str, ...], list[tuple[str, tuple[Item, ...]]]] | None:
    """The same with a column a sex, where every one of the people is told for both."""
    rows: dict[str, dict[str, Item]] = {}
    for whom, item in told:
        match = _SEX.fullmatch(whom)
        if match is None:
            return None
        rows.setdefault(match["rest"] or "", {})[match["sex"]] = item
    if any(set(row) != set(_SEXES) for row in rows.values()):
        return None
    return _SEXES, [(whom, tuple(row[sex] for sex in _SEXES)) for whom, row in rows.items()]
