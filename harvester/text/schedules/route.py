"""Routes: by which way something is given. Phrases are data, ``definitions/routes.txt``."""

from __future__ import annotations

import re
from functools import cache

from harvester.text.expressions.definition_file import definition_names
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Keyed
from harvester.text.schedules.timing import Mention, Timing


@cache
def _routes() -> tuple[Keyed, dict[str, str]]:
    """The expression of all phrases, and the route each folded phrase means."""
    named = ((piece, route) for route, pieces in definition_names("routes.txt") for piece in pieces)
    phrases = [(piece.lstrip("="), route, piece.startswith("=")) for piece, route in named]
    means = {_folded(text): route for text, route, _ in phrases}
    ordered = sorted(phrases, key=lambda item: (-len(item[0]), item[0]))
    body = "|".join(_phrase_pattern(text, exact) for text, _, exact in ordered)
    expression = pattern_of(rf"(?<![A-Za-z0-9-])(?:{body})(?![A-Za-z0-9])")
    return Keyed(expression, (text.split(" ")[0] for text, _, _ in phrases)), means


def _folded(text: str) -> str:
    return re.sub(r"[ .-]", "", text).lower()


def _phrase_pattern(text: str, exact: bool) -> str:
    body = r"[ -]?".join(re.escape(part) for part in text.split(" "))
    return body if exact else f"(?i:{body})"


# A route that is not one here: the name of a thing, a device or a place.
_NOT_ROUTE_AFTER = pattern_of(
    r" ?(?:tissue|fat\b|layer|nodule|bioavailab|glucose tolerance|mucos(?:itis|a(?![a-z])|al(?! (?:spray|film|tablet)))|"
    r"nutrition(?!al supp)|feeding|cavity|health|hygiene|"
    r"steroid injection group|contraceptive|surgery|line\b|access|"
    r"anticoagula|discectomy|endoscop|catheteriz|nerve stimul|electrical|laser|cooling|congestion|"
    r"polyp|cancer|examination|intubation)",
    re.I,
)


_INSTEAD = pattern_of(r" equivalent", re.I)
_JOINED = pattern_of(r"(?: ?(?:\(or|\(|/|,? ?or|,? ?and|,)|\) or) ?(?:via |by |through )?")
# "subcutaneously, oral drugamab 25 mg": the second way is that of the medicine named behind it.
_OF_NEXT = pattern_of(
    r"(?-i:[Oo]ral|[Ii]ntravenous|[Ss]ubcutaneous|[Ii]ntramuscular|[Ii]ntrathecal)(?: \((?:IV|SC|PO|IM|IT)\))? "
    r"(?!(?:or|and|route|use|infus|inject|administ|bolus|dos|form|deliver|drip|daily|once|twice|on|at|for|every|over)(?![a-z]*[A-Z])"
    r")[A-Za-z]{4}"
)


# "patients receive IV or oral drugamab", and not "drugamab IV or oral othermab", "drugamab 10 mg by IV or oral othermab"
_OPENS = pattern_of(
    r"(?:^|[.;:(\n*+] ?|(?<![a-z])(?:receiv\w+|give|with|of|tak(?:e|ing)|start(?:ing)?|either|and|plus|then|to|the|for) )$",
    re.I,
)
_DEFINED_IT = pattern_of(r"intra(?:tumou?ral|tympanic|tracheal)(?:ly)? \(IT", re.I)  # there, IT is no intrathecal


def route_mentions(text: str) -> list[Mention]:
    """Every route named in regular ``text``; of routes joined by "or" or a slash the first stands for all."""
    expression, means = _routes()
    found: list[Mention] = []
    not_spinal = "(IT" in text and _DEFINED_IT.search(text) is not None
    for match in expression.finditer(text):
        if _NOT_ROUTE_AFTER.match(text, match.end()):
            continue
        if _INSTEAD.match(text, match.end()) and text[max(0, match.start() - 4) : match.start()] == " or ":
            continue  # "8 mg/kg or IV equivalent"
        if match.group() == "IT" and not_spinal:
            continue
        between = text[found[-1].end : match.start()] if found else ""
        joined = _JOINED.fullmatch(between) if found else None
        if joined and (
            not _OF_NEXT.match(text, match.start())
            or (between == " or " and _OPENS.search(text, max(0, found[-1].start - 12), found[-1].start))
        ):
            between = between.strip()
            same = means[_folded(match.group())] == found[-1].timing.route
            last = found[-1]
            flags = last.flags if same or between == "(" else (*last.flags, "route_choice")
            found[-1] = Mention("route", last.start, match.end(), last.timing, last.rule, tuple(dict.fromkeys(flags)))
            continue
        followed = match.group()[:3].lower() == "by " and text.endswith("followed ", 0, match.start())  # "followed by oral A"
        start = match.start() + (len("by ") if followed else 0)
        found.append(Mention("route", start, match.end(), Timing(route=means[_folded(match.group())]), "route.phrase"))
    return found
