"""Answers of ``read doses``: one JSON object for one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from harvester.text.doses.agent import plain_name
from harvester.text.doses.dose import DoseRead, UnreadRead, read_doses
from harvester.text.doses.dose_line import canonical_line
from harvester.text.doses.dose_named import PLACEBO_BESIDE
from harvester.text.doses.dose_partner import is_placebo
from harvester.text.schedules.timing import WINDOWS, Timing


def answer_doses(question: Mapping[str, object]) -> dict[str, object]:
    """The answer to ``{"id", "text", "agents": [names], "own_agent": name|null}``: id, doses, not_doses, unread.

    Each dose has the columns of the table ``doses`` with start and end, half-open code-point offsets into ``text``; days and
    weeks are ``[[first, last], …]``, what is not told is null. Where one agent only is given, a dose that names none is of it.
    """
    agents = question.get("agents")
    own = question.get("own_agent")
    names = _names(agents)
    text = str(question.get("text") or "")
    reading = read_doses(text, names, own_agent=str(own) if own else None)
    only = names[0] if len(names) == 1 and not own else None
    return {
        "id": question.get("id"),
        "doses": [dose_columns(_of_the_only(text, dose, only)) for dose in reading.doses],
        "not_doses": [_place(item) for item in reading.not_doses],
        "unread": [_place(item) for item in reading.unread],
    }


def _names(agents: object) -> list[str]:
    """The names asked for. Raises ValueError for anything but a list of them: one name alone would be lost without a word."""
    if agents is None:
        return []
    if not isinstance(agents, list) or not all(isinstance(name, str) for name in agents):
        raise ValueError(f'"agents" must be a list of names, not {agents!r:.40}')
    return agents


def _of_the_only(text: str, dose: DoseRead, name: str | None) -> DoseRead:
    """``dose`` as one of the only agent asked for, where the text names none; a beam is of none."""
    if name is None or dose.agent is not None or dose.unit in ("Gy", "cGy", "GyE"):
        return dose
    if is_placebo(name) and PLACEBO_BESIDE.search(text, dose.end):
        return dose  # "(25 mg/kg) or placebo"
    flags = ("agent_own" if flag == "agent_not_named" else flag for flag in dose.flags)
    return replace(dose, agent=plain_name(name).lower(), listed_agent=name, flags=tuple(flags))


def dose_columns(dose: DoseRead) -> dict[str, object]:
    """``dose`` as a flat mapping: the columns of the table ``doses``, and cycle_length and cycle_count of its regimen."""
    columns: dict[str, object] = {
        "start": dose.start, "end": dose.end, "quote": dose.quote, "agent": dose.agent, "role": dose.role,
        "level_label": dose.level_label, "amount_low": dose.amount_low, "amount_high": dose.amount_high, "unit": dose.unit,
        "unit_text": dose.unit_text, "per_time": dose.per_time, "cell_type": dose.cell_type,
    }  # fmt: skip
    for item in fields(Timing):
        value = getattr(dose, item.name)
        columns[item.name] = [list(window) for window in value] if item.name in WINDOWS and value else value
    columns |= {
        "alternative": dose.alternative, "condition": dose.condition, "line": canonical_line(dose), "confidence": dose.confidence,
        "flags": list(dose.flags), "rule": dose.rule, "later": [phase.told() for phase in dose.later] or None,
    }  # fmt: skip
    return columns


def _place(item: UnreadRead) -> dict[str, object]:
    return {"start": item.start, "end": item.end, "quote": item.quote, "reason": item.reason}
