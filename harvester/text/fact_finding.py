"""Facts without a number: windows such as "within the past year", and what is present or absent."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from harvester.text.fact_read import FactRead
from harvester.text.fact_value import framed
from harvester.text.place import ReadingLine
from harvester.text.presence import Finding, read_findings
from harvester.text.time_read import nearest_cue
from harvester.text.time_window import implicit_windows

_OPPOSITE = {"present": "absent", "absent": "present"}


def implicit_window_facts(line: ReadingLine, read: list[FactRead]) -> list[FactRead]:
    """Windows written without a number; none where ``read`` already has a value."""
    taken = sorted((fact.start, fact.end) for fact in read)
    found = []
    for start, end, value, unit in implicit_windows(line.text):
        span = line.normal.raw_span(start, end).shifted(line.criterion.start)
        behind = bisect_left(taken, (span.end, 0))
        if any(span.start < until for _, until in taken[max(0, behind - 4) : behind]):
            continue
        bounds = line.clipped(start, end)
        before, after = line.text[bounds[0] : start], line.text[end : bounds[1]]
        concept = nearest_cue("window", before[-200:], "time_since_event")
        base = framed(line, start, end, concept, "time.implicit", before, after, ())
        found.append(replace(base, window_value=value, window_unit=unit, window_relation="within"))
    return found


def finding_facts(line: ReadingLine, read: list[FactRead]) -> list[FactRead]:
    """What the line says is present or absent, with who may join; a time limit in its sentence (in ``read``) leaves that open."""
    windows = [fact.start - line.criterion.start for fact in read if fact.window_relation == "within"]
    return [_finding_fact(line, finding, windows) for finding in read_findings(line.text, line.sentences.bounds)]


def _finding_fact(line: ReadingLine, finding: Finding, windows: list[int]) -> FactRead:
    section = line.criterion.section
    span = line.normal.raw_span(finding.start, finding.end)
    sentence = line.normal.raw_span(*line.sentences.around(finding.start))
    timed = any(sentence.start <= at < sentence.end for at in windows)
    told = section != "unknown" and line.criterion.kind != "note" and not (line.one_of_several or line.defining)
    said = told and not (timed or finding.open)
    joins = _OPPOSITE[finding.state] if section == "exclusion" else finding.state
    placed = span.shifted(line.criterion.start)
    return FactRead(
        *(line.index, placed.start, placed.end, finding.concept, finding.state),
        rule="presence.negated" if finding.negated else "presence.stated",
        eligible_set=(joins,) if said else None,
        flags=(*line.normal.flags(finding.start, finding.end), *(("time_limited",) if timed else ())),
    )
