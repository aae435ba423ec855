"""Arms, interventions, outcomes and doses: entries that have a name of their own and are told one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from harvester.history.change import Change, came_or_went, even
from harvester.history.fields import field_path
from harvester.history.pairing import paired
from harvester.tables import DesignGroup, DesignGroupIntervention, DesignOutcome, Dose, Intervention, Row, StudyRows

R = TypeVar("R", bound=Row)
_LEAST_ALIKE = 0.6


def entry_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """What changed among arms, interventions, who receives what, doses and outcomes."""
    yield from _named(before, after, DesignGroup, "arm", "title", (("group_type_label", "kind"), ("description", "words")))
    fields = (("intervention_type_label", "kind"), ("description", "words"))
    yield from _named(before, after, Intervention, "intervention", "name", fields)
    yield from _links(before, after)
    yield from _doses(before, after)
    for rank in ("primary", "secondary", "other"):
        kind, fields = f"{rank} outcome", (("time_frame", "time frame"), ("description", "words"))

        def of_rank(row: DesignOutcome, rank: str = rank) -> bool:
            return row.outcome_type == rank

        yield from _named(before, after, DesignOutcome, kind, "measure", fields, of_rank)


def _named(
    before: StudyRows,
    after: StudyRows,
    row_type: type[R],
    kind: str,
    name: str,
    fields: tuple[tuple[str, str], ...],
    wanted: Callable[[R], bool] = lambda row: True,
) -> Iterator[Change]:
    old, new = ([row for row in rows.of(row_type) if wanted(row)] for rows in (before, after))

    def named(row: R) -> str:
        return str(getattr(row, name) or "")

    def whole(row: R) -> str:
        return even(" ".join([named(row), *(str(getattr(row, field) or "") for field, _ in fields)]))

    partner = dict(paired(old, new, (whole, lambda row: even(named(row))), named, _LEAST_ALIKE))
    for place, row in enumerate(old):
        if place not in partner:
            yield came_or_went(field_path(row_type, name), kind, _whole_words(row, name, fields), None)
            continue
        now = new[partner[place]]
        if even(named(row)) != even(named(now)):
            yield came_or_went(field_path(row_type, name), kind, named(row), named(now), "renamed")
        for field, label in fields:
            was, is_now = getattr(row, field), getattr(now, field)
            if even(was or "") != even(is_now or ""):
                yield came_or_went(field_path(row_type, field), kind, was or None, is_now or None, f"{named(now)}: {label}")
    matched = set(partner.values())
    for place, row in enumerate(new):
        if place not in matched:
            yield came_or_went(field_path(row_type, name), kind, None, _whole_words(row, name, fields))


def _whole_words(row: Row, name: str, fields: tuple[tuple[str, str], ...]) -> str:
    parts = [getattr(row, name) or "(no name)", *(value for field, _ in fields if (value := getattr(row, field)))]
    return "\n".join(str(part) for part in parts)


def _links(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """Which arm receives which intervention, for arms and interventions that are in both versions."""
    old, new = _received(before), _received(after)
    arms, things = _titles(before) & _titles(after), _names(before) & _names(after)
    path = field_path(DesignGroup, "title").rpartition(".")[0] + ".interventionNames"
    both = [pair for pair in dict.fromkeys((*old, *new)) if pair[0] in arms and pair[1] in things]
    for arm, thing in both:
        if ((arm, thing) in old) != ((arm, thing) in new):
            words = f"{arm} receives {thing}"
            gone = (arm, thing) in old
            yield came_or_went(path, "arm", words if gone else None, None if gone else words, "who receives what")


def _titles(rows: StudyRows) -> set[str]:
    return {row.title or "" for row in rows.of(DesignGroup)}


def _names(rows: StudyRows) -> set[str]:
    return {row.name or "" for row in rows.of(Intervention)}


def _received(rows: StudyRows) -> dict[tuple[str, str], None]:
    arms = {row.design_group_id: row.title or "" for row in rows.of(DesignGroup)}
    things = {row.intervention_id: row.name or "" for row in rows.of(Intervention)}
    links = rows.of(DesignGroupIntervention)
    return {(arms.get(row.design_group_id, ""), things.get(row.intervention_id, "")): None for row in links}


def _doses(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """Doses as read, by their canonical lines; lines that occur in both versions are not told."""
    gone, come = _only_in(before, after), _only_in(after, before)
    keys = (
        lambda dose: (dose.agent, dose.role, dose.level_label, dose.cycle_from, dose.cycle_to, dose.days, dose.condition),
        lambda dose: (dose.agent, dose.amount_low, dose.amount_high, dose.unit),
        lambda dose: (dose.agent, dose.role, dose.level_label),
    )
    partner = dict(paired(gone, come, keys, lambda dose: dose.agent or "", 2.0))
    for place, dose in enumerate(gone):
        now = come[partner[place]] if place in partner else None
        quoted = f"from the words: {dose.quote}" if now is None else f"{dose.quote} → {now.quote}"
        yield came_or_went(dose.source_path, "dose", dose.line, now.line if now else None, quoted)
    matched = set(partner.values())
    for place, dose in enumerate(come):
        if place not in matched:
            yield came_or_went(dose.source_path, "dose", None, dose.line, f"from the words: {dose.quote}")


def _only_in(rows: StudyRows, others: StudyRows) -> list[Dose]:
    """Doses whose line the other version lacks; of lines that occur more often here, the last ones."""
    left = Counter(dose.line for dose in others.of(Dose))
    found = []
    for dose in rows.of(Dose):
        if left[dose.line] > 0:
            left[dose.line] -= 1
        else:
            found.append(dose)
    return found
