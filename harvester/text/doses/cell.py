"""Amounts of cells: the words between a number and its basis, as ``CAR+ T cells/kg`` or ``mature dendritic cells``."""

from __future__ import annotations

import re

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.gate import Gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.unit import UnitRead, with_suffixes

_STOP = (
    r"(?!(?:of|for|and|or|in|at|to|by|on|as|with|from|per|is|are|was|will|be|then|the|if|via|over|day|days|every|once|twice|mg|"
    r"ug|ml|iv|po|sc|patients|subjects|doses?|infusions?|followed)\b)"
)
_WORD = rf" ?{_STOP}(?:of viable )?[A-Za-z(][\w+./()-]*"
_CELLS = pattern_of(
    rf"(?P<phrase>(?:{_WORD}(?![\w+./()-])){{0,5}}?(?:{_WORD})??[ -]?(?:cells?(?![A-Za-z])|lymphocytes|(?:MSC|TNC|PBSC|PBMC|"
    rf"HSC|NK|CAR-?T|TIL|Treg|MNC|DLI)s?(?![A-Za-z0-9-]))(?! [A-Za-z+ -]{{0,24}}cells?\b))"
    r"(?P<product> ?(?:injection|infusion|product|suspension)(?= ?/ ?kg| per kg))?",
    re.I,
)
# The words a phrase of cells can be made of, and what one of them must be: looked for first, as the phrase takes long to fail.
_NEAR = pattern_of(r"(?: ?[\w+./()-]++){1,8}")
_CELL_WORDS = Gated(_CELLS)
_MARKER = pattern_of(
    r" ?(?P<phrase>(?:viable )?(?:TCR?[\w/αβ]*|CD\d+\w?\+?(?:/CD\d+\+?)?|CAR[-+]*T?\+?"
    rf"|(?-i:(?:{'|'.join(definition_lists('dose-words.txt')['cells'])})s?)))(?= ?/ ?kg| ?/ ?m2| per k)",
    re.I,
)
_SPREAD = pattern_of(r" ?\((?:range|±)[^()]{1,40}\)", re.I)  # 1.5×10^8 (range 0.6-6.0×10^8) CAR-T cells
_DONOR = pattern_of(r" ?\([A-Za-z][A-Za-z -]{1,30}\)(?= ?(?:CD\d|cells|/ ?kg))")  # 1 x 10^7 (sibling) CD3+ cells/kg
_BASIS = pattern_of(r" ?(?=/ ?(?:kg|m2|kilo)|per (?:kg|kilo))", re.I)
_TYPES = (
    (pattern_of(r"\bCAR(?:[-+ ]|T|\b)|CART", re.I), "CAR-T"),
    (pattern_of(r"STAR ?[+-]? ?T", re.I), "STAR-T"),
    (pattern_of(r"CD\d+(?:RA|RO|[a-z])?\+?(?:/CD\d+\+?)?(?![\w-]*deplet)", re.I), None),
    (pattern_of(r"\bNK\b|natural killer", re.I), "NK"),
    (pattern_of(r"dendritic|\bDCs?\b", re.I), "dendritic"),
    (pattern_of(r"mesenchymal|\bMSCs?\b", re.I), "MSC"),
    (pattern_of(r"\bT[- ]?(?:cells?|lymphocytes)", re.I), "T"),
    (pattern_of(r"mononuclear|\bPBMCs?\b|\bMNCs?\b", re.I), "mononuclear"),
    (pattern_of(r"nucleated|\bTNCs?\b", re.I), "nucleated"),
    (pattern_of(r"\bTILs?\b", re.I), "TIL"),
    (pattern_of(r"\bTregs?\b", re.I), "Treg"),
    (pattern_of(r"\bTcons?\b", re.I), "Tcon"),
)


@shape()
class CellsRead:
    """A unit of cells; ``phrase`` is what was counted, as written, ``cell_type`` its short name or None."""

    unit: UnitRead
    phrase: str
    cell_type: str | None


def read_cells(text: str, at: int, scaled: bool) -> CellsRead | None:
    """The unit of cells right after a number that ends at ``at``; ``scaled`` says the number had a power of ten.

    A bare basis (``1 × 10^7/kg``) counts as cells only behind a power of ten.
    """
    spread = (_SPREAD.match(text, at) or _DONOR.match(text, at)) if scaled else None
    at = spread.end() if spread else at
    found = _MARKER.match(text, at) if scaled else None
    if not found and (near := _NEAR.match(text, at)) and _CELL_WORDS.may_match(near.group()):
        found = _CELLS.match(text, at)
    if found and "\n" not in found.group():
        phrase = found["phrase"].strip(" -")
        unit = with_suffixes(text, UnitRead("{cells}", at, found.end(), "cells", None, phrase))
        if unit.kind == "concentration" or re.match(r" ?/ ?(?:ul|mm|l\b)", text[unit.end : unit.end + 6], re.I):
            return None
        return CellsRead(unit, phrase, cell_type_of(phrase))
    basis = _BASIS.match(text, at) if scaled else None
    if not basis:
        return None
    unit = with_suffixes(text, UnitRead("{cells}", at, at, "cells", None, ""))
    return CellsRead(unit, "", None) if unit.basis else None


def cell_type_of(phrase: str) -> str | None:
    """The short name of the cells ``phrase`` counts: ``CAR-T``, ``CD34+``, ``dendritic`` …; None when it does not say."""
    for pattern, name in _TYPES:
        found = pattern.search(phrase)
        if found:
            return name or found.group().upper()
    return None


_PRODUCTS = (frozenset({"T", "CAR-T", "STAR-T", "TIL"}), *map(frozenset, (["NK"], ["Treg"], ["Tcon"], ["dendritic"], ["MSC"])))


def other_cells(mine: str | None, its: str | None) -> bool:
    """Whether two short names are of two products: Treg and Tcon; not CD56+ or mononuclear cells, which are counted of any."""
    kinds = {index for index, names in enumerate(_PRODUCTS) for name in (mine, its) if name in names}
    return len(kinds) > 1


# "plerixafor …; target 5 x 10^6 CD34+ cells/kg": what apheresis is to yield.
_COLLECTED = pattern_of(
    r"(?:collect|apheres|harvest|mobili[sz]|G-CSF|filgrastim|plerixafor)[^\n]*?(?:target\w*|goal|minimum|at least|yield)"
    r"(?: (?:dose|yield|collection|number|of|approximately|about))*(?: ?[≥>]=?)? ?$"
    r"|(?<![a-z])(?:to (?:collect|harvest|yield)|(?:collection|harvest|yield) of)"
    r"(?: (?:at least|approximately|about))?(?: ?[≥>]=?)? ?$"
    r"|(?<![a-z])(?:collections?|harvests?|aphereses|(?:leuk)?apheresis)(?: product)?(?: on day -?\d+)? (?:contains?|yields?) "
    r"(?:fewer|less|more) than ?$",
    re.I,
)
_IS_COLLECTED = pattern_of(
    r"[^.;,\d]{0,30}?(?<![a-z])(?:is|are|was|were|be|been|not) (?:collected|harvested|obtained|mobili[sz]ed)(?![a-z])"
    r"(?!(?:,? then)? and (?:[a-z]+ )?(?:re-?)?(?:infused|administered|given|transfused|injected))",
    re.I,
)
# "cells in excess of 6 x 10^6/kg may be cryopreserved"
_SPARE = pattern_of(r"(?:in excess of|more than|above|exceeding) $", re.I)
_IS_KEPT = pattern_of(
    r"[^.;,\d]{0,40}?(?<![a-z])(?:is|are|be) (?:cryopreserved|stored|frozen|discarded)(?! (?:and|before|until|prior))", re.I
)
# "apheresis; CAR-T at a target dose of 2 x 10^6 cells/kg": a product made of what was collected.
_PRODUCT_DOSE = pattern_of(r"(?:CAR(?![a-z])|leucel|infus|administ|(?<![A-Za-z])(?:NK|MSC|TIL|DLI|T[- ]cell))[^\n]*?dose", re.I)


def to_be_collected(text: str, start: int, end: int) -> str | None:
    """Why the cells counted at ``[start, end)`` are nothing given: they are what a collection yields. None otherwise."""
    found = _COLLECTED.search(text[max(0, start - 240) : start])
    aim = found is not None and not _PRODUCT_DOSE.search(found.group())
    spare = _IS_KEPT.match(text, end) and _SPARE.search(text, max(0, start - 24), start)
    return "cells to be collected" if aim or spare or _IS_COLLECTED.match(text, end) else None
