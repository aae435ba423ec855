"""A comparison made by hand (ids NCT99…), with every state, verdict and shape a page has to draw."""

from __future__ import annotations

from harvester.compare.model import (
    Bar,
    Cell,
    CellRef,
    Comparison,
    Lane,
    Line,
    Panel,
    Row,
    Sentence,
    StatedOnly,
    Timeline,
    Total,
    TrialHead,
)
from harvester.span import Source

FOCAL, OTHER = "NCT99000010", "NCT99000020"
TEXT = "protocolSection.eligibilityModule.eligibilityCriteria"
ARM = "protocolSection.armsInterventionsModule.armGroups[0].description"


def head(nct_id: str, position: int) -> TrialHead:
    return TrialHead(
        nct_id=nct_id, title=f"Synthetic <{nct_id}>", acronym=None, position=position, is_focal=position == 0,
        role=None if position == 0 else "same drug, other setting", reason=None, source="digest" if position else "api",
        source_note="digest of the registry record; refresh for the registry's own text" if position else None,
        data_date="2026-11-20", registry_url=f"https://clinicaltrials.gov/study/{nct_id}", overall_status="RECRUITING",
        overall_status_label="Recruiting", phases_label="Phase 2", version=1,
    )  # fmt: skip


def limit(quote: str, start: int = 20) -> Line:
    """A limit with its words and the criterion they stand in."""
    words = f"Left ventricular ejection fraction {quote} by ECHO"
    inner = words.index(quote)
    return Line(
        f"LVEF {quote}",
        (Source(TEXT, start + inner, start + inner + len(quote), quote), Source(TEXT, start, start + len(words), words)),
    )


def made_comparison() -> Comparison:
    """Two trials, one panel a group that matters."""
    lvef = Cell("stated", (limit("≥ 50 %"),)), Cell("stated", (limit("≥ 60 %"),), "stricter", "a subset")
    ecog = Cell("stated", (Line("ECOG ≤ 2"),)), Cell("not stated")
    gvhd = Cell("not read", (Line("some words"),), note="left as text"), Cell("not applicable", note="no transplant")
    sex = Cell("stated", (Line("All"),)), Cell("stated", (Line("All"),), "same")
    rows = (
        Row("sex", "Sex", sex, False, "same field", agreement="alike"),
        Row("lvef", "LVEF", lvef, True, "same slot", agreement="differs"),
        Row("ecog", "ECOG", ecog, True, "same slot", help="A scale", unit="grade", agreement="differs"),
        Row("gvhd", "GVHD", gvhd, False, ""),
    )
    bars = (
        Bar(0, 2, "9 ug/d", 9, "ug", False, False, 1, (Source(ARM, 0, 8, "9 ug/day"),)),
        Bar(3, 13, "28 ug/d", 28, "ug", False, False, 1),
        Bar(90, 103, "28 ug/d", 28, "ug", True, False, 2),
        Bar(180, 180, "on", None, None, False, True, 3),
    )
    timeline = Timeline(
        "first-dose", "Days from first dose", "first dose", None, (Lane(FOCAL, "drug", bars), Lane(OTHER, "drug", bars[:1]))
    )
    return Comparison(
        trials=(head(FOCAL, 0), head(OTHER, 1)),
        panels=(Panel("criteria", "Criteria", "population", rows), Panel("doses", "Drug", "dosing", rows[:1], note="per day")),
        timelines=(timeline,),
        totals=(Total(FOCAL, "drug", 1511, "ug", "335 + 3 × 392 = 1,511 ug", (Source(ARM, 0, 8, "9 ug/day"),)),),
        stated_only=(StatedOnly(FOCAL, (Line("Only <here>"),)), StatedOnly(OTHER, ())),
        sentences=(Sentence("NCT99000020 admits fewer.", (CellRef("criteria", "lvef", OTHER),)),),
        notes=("A note.",),
        attribution="Source: ClinicalTrials.gov, U.S. National Library of Medicine, data as of 2026-11-20. Modified.",
        program_version="0",
        collection_size=2,
    )
