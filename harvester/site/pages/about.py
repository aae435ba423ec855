"""`/about`: how values are read, which rules read them, what is modified, terms."""

from __future__ import annotations

from harvester import __version__
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import AboutPage, RuleLine
from harvester.site.described import is_withheld
from harvester.site.frame import frame_of
from harvester.tables import ALL, percent_read
from harvester.text.expressions.rule import Rule, dose_rules, rules


def answer(asked: Asked) -> Answer:
    """The page about the site."""
    frame = frame_of(
        asked.collection,
        "How it reads",
        "How values are read from registry text, what is modified, and terms.",
        "/about",
        json_path="/about.json",
    )
    counted = asked.collection.statistics
    share = percent_read(counted.read_characters, counted.characters)
    read = "nothing yet" if share is None else f"{share} %"
    page = AboutPage(
        frame=frame,
        criterion_rules=_lines(rules()),
        dose_rules=_lines(dose_rules()),
        tables=tuple(
            (each.table.name, each.table.description) for each in ALL if not is_withheld(each.table.name, public=asked.public)
        ),
        coverage=(
            ("Text on eligibility, arms and interventions", f"{counted.characters:,} characters"),
            ("Share of it that states a value that was read", read),
            ("Contradictions found inside records", f"{counted.conflicts:,}"),
            ("Records by source", ", ".join(f"{name} {count:,}" for name, count in counted.by_source.items()) or "none"),
        ),
        collection_size=asked.collection.size,
        attribution=frame.attribution,
        data_date=frame.data_date,
        program_version=__version__,
    )
    return asked.answer("about.html", page)


def _lines(found: tuple[Rule, ...]) -> tuple[RuleLine, ...]:
    return tuple(RuleLine(each.rule, each.sentence, each.labelled, each.right) for each in found)
