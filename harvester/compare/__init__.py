"""Trials side by side: from the rows of each to one comparison object that every page and file is drawn from.

collection -> seeking -> related (similarity, setting) -> members    which trials stand beside the focal one
rows -> trial -> build -> status, design, population, arms, dosing, criteria, outcomes, sites, quality: a module a part -> model
        doses:    course -> timeline, total
        criteria: fact_region -> region, window -> eligible, doubt -> judgement -> pair, matrix, vignette, screening
"""

from __future__ import annotations

from harvester.compare.build import LARGEST, build_comparison
from harvester.compare.members import MemberSet, from_related, read_members, write_members
from harvester.compare.model import Comparison, Member
from harvester.compare.related import Related, default_weights, parse_weights, rank_related
from harvester.compare.vignette import Vignette, judge, parse_vignette

__all__ = [
    "LARGEST",
    "Comparison",
    "Member",
    "MemberSet",
    "Related",
    "Vignette",
    "build_comparison",
    "default_weights",
    "from_related",
    "judge",
    "parse_vignette",
    "parse_weights",
    "rank_related",
    "read_members",
    "write_members",
]
