"""Tables of the highest creatinine by age and sex (``1 month to < 6 months male: 0.4 female: 0.4``): rule ``limit.table``.

Trials of children ask for it under ``A serum creatinine based on age/gender as follows:``, a line or a part of one for each age.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.concept_unit import canonical
from harvester.text.limits.place import ReadingLine

_ROW = expression("table.row")
_CREATININE = "creatinine_serum"


def table_facts(line: ReadingLine) -> list[FactRead]:
    """The values of ``line``, a row or more of such a table."""
    if line.criterion.section != "inclusion" or not any(name.key == _CREATININE for name in (*line.names, *line.parent_names)):
        return []
    rows = list(_ROW.finditer(line.text))
    nested = any(name.key == _CREATININE for name in line.parent_names)
    if not rows or not (nested or len(rows) > 1):
        return []
    unit = "mg/dL" if "mg/dl" in (line.text + line.above).lower() else None
    return [fact for row in rows for fact in _of_row(line, row, unit)]


def _of_row(line: ReadingLine, row: re.Match[str], unit: str | None) -> list[FactRead]:
    """The values of one row: one a sex, or one for both."""
    found = []
    for group, sex in (("male", "male"), ("female", "female"), ("both", None), ("first", "male"), ("second", "female")):
        if row[group] is None:
            continue
        start, end, value = row.start(group), row.end(group), float(row[group])
        high, canonical_unit = canonical(_CREATININE, value, unit, "absolute")
        fact = framed(line, start, end, _CREATININE, "limit.table", "", "", ())
        found.append(
            changed(
                fact,
                sex=sex,
                condition=" ".join(row["band"].split()),
                comparator="<=",
                high=value,
                high_inclusive=True,
                unit=unit,
                reference="absolute",
                canonical_high=high,
                canonical_unit=canonical_unit,
                eligible_high=high if canonical_unit else value,
                eligible_high_inclusive=True,
            )
        )
    return found
