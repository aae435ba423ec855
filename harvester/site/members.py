"""The part that each trial of a comparison plays beside the focal one: as a stored set says, else as a ranking finds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvester.compare.model import Member
from harvester.compare.related import rank_related
from harvester.store import list_comparisons, read_comparison
from harvester.tables import StudyRows

if TYPE_CHECKING:
    from sqlite3 import Connection

_HOW_RARE = re.compile(r" \((?:named )?in (?:more than )?[\d,]+ of [^()]*\)")


def members_beside(connection: Connection, studies: Sequence[StudyRows], size: int) -> dict[str, Member]:
    """The part each trial plays beside the first, by NCT number; ``size`` is the number of stored trials.

    How rare a shared term is, is left out: here it could only be counted among the trials compared.
    """
    focal = studies[0].nct_id
    found = [each for each in rank_related(studies[0], studies[1:], collection_size=size) if not each.left_out_reason]
    ranked = {each.nct_id: Member(each.nct_id, each.role, _HOW_RARE.sub("", "; ".join(each.reasons))) for each in found}
    return ranked | members_of_sets(connection, focal)


def members_of_sets(connection: Connection, focal: str) -> dict[str, Member]:
    """The members of the stored sets about ``focal``, by NCT number, in their order; the first set that has one describes it."""
    members: dict[str, Member] = {}
    for named in list_comparisons(connection):
        stored = read_comparison(connection, named.comparison_id) if named.focal_nct_id == focal else None
        for each in stored[1] if stored else ():
            members.setdefault(each.nct_id, Member(each.nct_id, each.role, each.reason))
    return members
