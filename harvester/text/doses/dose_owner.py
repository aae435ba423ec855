"""Who cells and radiation are of: never a medicine named beside them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from harvester.shape import shape
from harvester.text.doses.agent import AgentMention, plain_name
from harvester.text.doses.agent_list import is_listed, listed_names
from harvester.text.doses.cell import cell_type_of, other_cells
from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of


@shape()
class DoseAgent:
    """The agent of one amount: its name as written, the record's name for it, where it stands, and how sure that is.

    ``how``: ``after``, ``before``, ``cells``, ``word`` (a name nobody lists, right beside the amount), ``earlier`` (further off
    in the statement), ``carried`` (from an earlier statement), ``own`` (the intervention's own name), ``later``.
    """

    name: str
    listed: str | None
    start: int
    end: int
    how: str


_ANY_CELLS = pattern_of(
    r"(?:CAR|T|NK|CD\d+|viable|positive|transduced|modified|engineered|total|"
    r"autologous|allogeneic|donor|nucleated|"
    r"mononuclear|million|of|cells?|[\s+/-])+",
    re.I,
)
_CELLS = gated(r"cell|\bCAR|DLI|lympho|leucel|\bMSC|\bNK|\bTIL|graft|marrow|\bPBSC|\bHSC|vaccine", re.I)
_CELL_PRODUCT = pattern_of(
    r"(?<![A-Za-z0-9])(?:(?!Single|The|All|Each|Total|One|Donor)[A-Z][\w/-]*[ -])?(?:(?:CAR-?T|STAR-T|TCR-?T|CAR-NK)(?: cells?)?|"
    r"(?:NK|Treg|CIK|TIL|DC|dendritic|mesenchymal (?:stem|stromal)|stem|T) cells?|MSCs?|PBSCs?|HSCs?|TILs?|DLI)(?![A-Za-z])"
)
_COUNTED = pattern_of(r"\d ?$")  # "1 x 10^6 MSCs/kg": the next amount's own
_CODE_NAME = pattern_of(r"[A-Z]{2,}[- ]?\d{2,}")
_RADIATION = pattern_of(
    r"radi(?:o|at)|irradiat|\bRT\b|SBRT|IMRT|3D|\bTBI\b|\bTLI\b|\bTMI\b|\bPCI\b|\bCRT\b|brachy|"
    r"proton|gamma|x-ray|CyberKnife|boost|^\d{2,3}m?[A-Z][a-z]?-|"
    r"\b(?:WBRT|EBRT|VMAT|SABR)\b",
    re.I,
)


def cells_of(
    text: str,
    statement: Statement,
    amount: AmountRead,
    named: Sequence[AgentMention],
    own: str | None,
    carried: DoseAgent | None = None,
) -> DoseAgent | None:
    """The cells an amount of cells is of.

    The phrase inside the amount (``CART22 cells``), unless it fits any cells (``CAR+ T cells``); the product named before it that
    the record lists; a product by its kind (``CAR-T cells``) where the field has no agent of its own.
    """
    if amount.phrase and len(amount.phrase.split()) > 1 and not _ANY_CELLS.fullmatch(amount.phrase):
        inside = next((m.listed for m in named if amount.start <= m.start and m.end <= amount.end), None)
        return DoseAgent(amount.phrase, inside, amount.start, amount.end, "cells")
    before = [m for m in named if m.end <= amount.start]
    products = [m for m in before if _is_product(m, own)]
    found = list(_CELL_PRODUCT.finditer(text, statement.start, amount.start))
    found = [each for each in found if not other_cells(amount.cell_type, cell_type_of(each.group()))]
    if products and not (found and found[-1].start() > products[-1].end and products[-1].listed is None):
        last = products[-1]
        return DoseAgent(last.name, last.listed, last.start, last.end, "earlier")
    spoken_of = carried is not None and may_carry(amount, carried)
    if not found and not own and not spoken_of:
        behind = (m for m in _CELL_PRODUCT.finditer(text, amount.end, statement.end) if not _COUNTED.search(text, 0, m.start()))
        found = [] if _CELL_PRODUCT.fullmatch(amount.phrase) else list(behind)[:1]
    if found and not own:
        how = "earlier" if found[-1].start() < amount.start else "later"
        return DoseAgent(found[-1].group(), None, found[-1].start(), found[-1].end(), how)
    if spoken_of:
        return None  # "T cells" of the product spoken of before
    if amount.phrase and not own and (len(amount.phrase.split()) > 1 or _CELL_PRODUCT.fullmatch(amount.phrase)):
        return DoseAgent(amount.phrase, None, amount.start, amount.end, "cells")
    return None


def cell_products(named: Sequence[AgentMention]) -> list[AgentMention]:
    """The cells among ``named`` that the record lists."""
    return [m for m in named if m.listed is not None and _CELLS.search(m.listed)]


def product_spoken_of(products: Sequence[AgentMention], at: int) -> DoseAgent | None:
    """The one of ``products``, in order, that the text named last before ``at``, with or without an amount."""
    place = bisect_right(products, at, key=lambda product: product.end) - 1
    last = products[place] if place >= 0 else None
    return DoseAgent(last.name, last.listed, last.start, last.end, "carried") if last else None


def _is_product(mention: AgentMention, own: str | None) -> bool:
    """Whether a name can be of cells: it says so, it is the field's own, or it is a maker's code."""
    words = f"{mention.name} {mention.listed or ''}"
    coded = (mention.listed is not None or mention.source == "code") and _CODE_NAME.search(words) is not None
    return _CELLS.search(words) is not None or coded or (mention.listed is not None and mention.listed == own)


# "EBRT 45 Gy in 25 fractions followed by brachytherapy 7 Gy": what stands behind is another
_ANOTHER_BEAM = pattern_of(r"(?<![a-z])(?:followed by|then|plus|and|prior to|before|after)(?![a-z])|[;+]", re.I)


def radiation_of(text: str, amount: AmountRead, named: Sequence[AgentMention], own: str | None) -> DoseAgent | None:
    """The radiation a dose in Gy is of: the nearest named in the statement, else the field's own."""
    place = bisect_left(named, amount.start, key=lambda name: name.start)
    ways = (range(place - 1, -1, -1), range(place, len(named)))
    beside = [next((named[at] for at in way if _RADIATION.search(named[at].name)), None) for way in ways]
    beams = [beam for beam in beside if beam]
    if beams:
        nearest = min(beams, key=lambda beam: min(abs(beam.start - amount.end), abs(amount.start - beam.end)))
        how = "before" if nearest.end <= amount.start else "after"
        if how == "after" and len(beams) == 1 and _ANOTHER_BEAM.search(text, amount.end, nearest.start):
            return None
        return DoseAgent(nearest.name, nearest.listed, nearest.start, nearest.end, how)
    return (
        DoseAgent(plain_name(own), own, amount.start, amount.start, "own")
        if own and (_RADIATION.search(own) or not (named or is_listed(plain_name(own))))
        else None
    )


_BEAM = gated(r"radi(?:o|a)th|radiation|irradiat|brachy|\b(?:RT|SBRT|IMRT|TBI|TLI|PCI|CRT|WBRT)$", re.I)


def is_radiation(mention: AgentMention) -> bool:
    """Whether a name is of a beam, which is given in Gy and in nothing else."""
    return is_beam(mention.name)


def is_beam(name: str) -> bool:
    """Whether ``name`` is of a beam."""
    return _BEAM.search(name) is not None


@lru_cache(maxsize=256)
def drug_of(own: str | None) -> str | None:
    """``own``, the intervention of a field, unless it is a beam and nothing else."""
    beam = own is not None and is_beam(own) and all(is_beam(name.name) for name in listed_names(own))
    return None if beam else own


# "autologous stem cell transplantation": a procedure, of which many kinds of cells may be counted
_GIVEN_CELLS = pattern_of(
    r"(?<![a-z])(?:cells?|lymphocytes?|CAR-?T|CART\d*|\w+leucel|DLI|MSCs?|HSCs?|TILs?|Tregs?)(?![a-z])"
    r"(?! (?:transplant|collect|mobili|harvest|leuka?emia|lymphoma|carcinoma))",
    re.I,
)


def is_cells(name: str) -> bool:
    """Whether ``name`` is of cells that are given as a medicine."""
    return _GIVEN_CELLS.search(name) is not None


def may_carry(amount: AmountRead, carried: DoseAgent | None) -> bool:
    """Whether the agent spoken of before can be that of ``amount``: radiation of Gy, cells of cells."""
    if carried is None:
        return False
    if amount.kind == "radiation":
        return _RADIATION.search(carried.name) is not None
    if amount.kind != "radioactivity" and is_beam(carried.name) and drug_of(carried.listed or carried.name) is None:
        return False
    words = f"{carried.name} {carried.listed or ''}"
    if amount.kind == "radioactivity" and _CELLS.search(words):
        return False
    return amount.kind != "cells" or _CELLS.search(words) is not None or _CODE_NAME.search(words) is not None
