"""Doses side by side: a panel an agent, with its doses, routes, cycles and totals."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harvester.compare.agent import Agents
from harvester.compare.arms import alone, not_given, of_its_own
from harvester.compare.model import Cell, Line, Panel, Total
from harvester.compare.reading_words import clean
from harvester.compare.row import make_row
from harvester.compare.surroundings import dose_sentence
from harvester.compare.trial import Trial
from harvester.compare.wording import amount, for_reading, number
from harvester.span import Source
from harvester.tables import DesignGroup, Dose, DoseRegimen, Intervention, UnreadText

ONE_ONLY = "dosing-only-here"
"""The panel of the agents that one trial alone gives."""

_MODULE = "protocolSection.armsInterventionsModule"


def dosing_panels(trials: Sequence[Trial], agents: Agents, totals: Sequence[Total]) -> tuple[Panel, ...]:
    """A panel an agent that any trial states a dose of; those of the focal trial first."""
    keys, single = _keys(trials, agents), alone(trials, agents)
    panels = tuple(_agent_panel(trials, agents, key, totals) for key in keys if key not in single)
    together = [key for key in keys if key in single]
    return (*panels, _single_panel(trials, agents, together, totals, single)) if together else panels


def _keys(trials: Sequence[Trial], agents: Agents) -> tuple[str, ...]:
    first: dict[str, int] = {}
    shared: dict[str, set[str]] = {}
    for trial in trials:
        for dose in trial.rows.of(Dose):
            key = agents.key(dose.agent)
            first.setdefault(key, len(first))
            shared.setdefault(key, set()).add(trial.nct_id)
    focal = trials[0].nct_id
    return tuple(sorted(first, key=lambda key: (not key, focal not in shared[key], -len(shared[key]), first[key])))


def _agent_panel(trials: Sequence[Trial], agents: Agents, key: str, totals: Sequence[Total]) -> Panel:
    doses = {trial.nct_id: [dose for dose in trial.rows.of(Dose) if agents.key(dose.agent) == key] for trial in trials}
    why = "doses of the same agent" if key else "doses whose agent the text does not name"
    stated = [_dose_cell(trial, agents, key, doses[trial.nct_id]) for trial in trials]
    sums = [[each for each in totals if agents.key(each.agent) == key and each.nct_id == trial.nct_id] for trial in trials]
    routes = [_beside(cell, _routes(doses[trial.nct_id])) for trial, cell in zip(trials, stated, strict=True)]
    cycles = [_beside(cell, _cycles(trial, doses[trial.nct_id])) for trial, cell in zip(trials, stated, strict=True)]
    rows = [
        make_row("doses", "Doses", stated, why=why, told=_doses_told),
        make_row("routes", "Route", routes, why=why),
        make_row("cycles", "Cycles and course", cycles, why=why),
        make_row("totals", "Total", [_beside(cell, _sums(own)) for cell, own in zip(stated, sums, strict=True)], why=why),
    ]
    kept = tuple(row for row in rows if row.key == "doses" or any(cell.state == "stated" for cell in row.cells))
    label = agents.label(key) if key else "Agent not named"
    return Panel(panel_key(key), label[:1].upper() + label[1:], "dosing", kept)


def panel_key(key: str) -> str:
    """The key of the panel of an agent."""
    return f"dosing-{key.replace(' ', '_') or 'unnamed'}"


def _single_panel(
    trials: Sequence[Trial], agents: Agents, keys: Sequence[str], totals: Sequence[Total], single: Mapping[str, str]
) -> Panel:
    """The doses of agents that one trial alone gives, and their totals, each trial's in one cell."""
    doses, sums = [], []
    for trial in trials:
        own = [key for key in keys if single[key] == trial.nct_id]
        by_agent = [[dose for dose in trial.rows.of(Dose) if agents.key(dose.agent) == key] for key in own]
        lines = tuple(line for given in by_agent for line in _dose_lines(trial, given))
        stated = of_its_own(trial, single, Cell("stated", lines) if lines else None, "dose")
        added = [each for each in totals if each.nct_id == trial.nct_id and agents.key(each.agent) in own]
        named = tuple(_total_line(replace(each, formula=f"{each.agent}: {each.formula}")) for each in added)
        doses.append(stated)
        sums.append(_beside(stated, Cell("stated", named) if named else _sums(())))
    why = "agents that one of these trials alone gives, and the focal trial does not"
    rows = (make_row("doses", "Doses", doses, why=why), make_row("totals", "Total", sums, why=why))
    kept = tuple(row for row in rows if any(cell.state == "stated" for cell in row.cells))
    return Panel(ONE_ONLY, "Given in one trial only", "dosing", kept)


def _doses_told(cell: Cell) -> object:
    """Doses without the agent's name, which the row has: other names of it are no difference."""
    return frozenset(line.text.removeprefix((line.value or {}).get("agent") or "") for line in cell.lines)


def _dose_cell(trial: Trial, agents: Agents, key: str, doses: Sequence[Dose]) -> Cell:
    if doses:
        return Cell("stated", _dose_lines(trial, doses))
    if not any(agents.key(each.name) == key for each in trial.rows.of(Intervention)):
        return not_given(trial, agents, key)
    unread = tuple(
        _unread_line(each)
        for each in trial.rows.of(UnreadText)
        if each.source_path.startswith(_MODULE) and any(sign.isdigit() for sign in each.quote)
    )
    if unread:
        return Cell("not read", unread, note="the texts on arms and interventions hold numbers that were not read")
    return trial.absent(_MODULE)


def _unread_line(unread: UnreadText) -> Line:
    source = Source(unread.source_path, unread.source_start, unread.source_end, unread.quote)
    return Line(" ".join(unread.quote.split()), (source,), note=unread.reason)


def _dose_lines(trial: Trial, doses: Sequence[Dose]) -> tuple[Line, ...]:
    """Doses in their one line; what several texts say in the same line stands once, with all its sources."""
    by_line: dict[tuple[str, str], list[Dose]] = {}
    arms = {each.design_group_id: each.title or "" for each in trial.rows.of(DesignGroup)}
    for dose in _without_briefer(doses):
        arm = arms.get(dose.design_group_id or "", "") if len(arms) > 1 else ""
        by_line.setdefault((_words(dose), arm), []).append(dose)
    merged = [(line, arm, same) for (line, arm), same in by_line.items() if arm or not _told_by_arm(line, by_line)]
    return tuple(_dose_line(trial, line, arm, same) for line, arm, same in merged)


_RANGE = re.compile(r"\d-\d[\d.]*[ -](?:min|h|days?|weeks?|months?|years?|times)\b")
"""A range of time or of times in the line of a dose, as it is shown."""
_LASTING = re.compile(r"(?:for|over) (?:up to |at least )?(?P<low>\d[\d.]*)-(?P<high>\d[\d.]*) (?P<unit>min|h|d|wk|mo|y)\b")
"""How long a dose, or one infusion of it, is given, as its line tells a range."""
_VALUE = ("agent", "amount_low", "amount_high", "unit", "per_time", "role", "alternative", "condition", "route", "rule")
_COUNTED = re.compile(r"(?:up to )?\d+ [a-z]")
_HOW = (
    "role", "level_label", "condition", "route", "continuous", "infusion_value", "infusion_unit", "frequency_count",
    "frequency_period", "frequency_unit", "days", "weeks", "cycle_from", "cycle_to", "anchor_event", "anchor_offset",
    "anchor_unit", "duration_value", "duration_unit", "later",
)  # fmt: skip


def _words(dose: Dose) -> str:
    """The one line of a dose, with whom it is for and whether it is one of a choice: amounts for others stand beside it."""
    limits = [
        each for each in ("one of several to choose from" if dose.alternative else None, clean(dose.condition or "")) if each
    ]
    line = for_reading(dose.line)
    return f"{line} ({'; '.join(limits)})" if limits else line


def _without_briefer(doses: Sequence[Dose]) -> list[Dose]:
    """The doses without those that the same arm tells again with more words: its label, then its description."""
    by_arm: dict[tuple[object, ...], list[Dose]] = {}
    for dose in doses:
        by_arm.setdefault((dose.design_group_id, dose.intervention_id, dose.amount_low, dose.amount_high, dose.unit), []).append(
            dose
        )
    briefer = {
        dose.dose_id
        for same in by_arm.values()
        for dose in same
        if any(other.source_path != dose.source_path and _tells_more(other, dose) for other in same)
    }
    return [dose for dose in doses if dose.dose_id not in briefer]


def _tells_more(other: Dose, dose: Dose) -> bool:
    """Whether ``other`` says all that ``dose`` says, and more."""
    said, more = _how(dose), _how(other)
    return said.items() < more.items()


def _how(dose: Dose) -> dict[str, object]:
    """What is told of a dose beside its amount; an amount a day is given daily."""
    told = {name: getattr(dose, name) for name in _HOW if getattr(dose, name) is not None}
    if dose.per_time == "d" and "frequency_count" not in told:
        told |= {"frequency_count": 1.0, "frequency_period": 1.0, "frequency_unit": "d"}
    return told


def _told_by_arm(line: str, by_line: dict[tuple[str, str], list[Dose]]) -> bool:
    return any(other == line and arm for other, arm in by_line)


def _dose_line(trial: Trial, line: str, arm: str, doses: Sequence[Dose]) -> Line:
    """A dose with the words of its amount and the sentences these stand in."""
    own = [(Source(d.source_path, d.source_start, d.source_end, d.quote), dose_sentence(trial, d)) for d in doses]
    sources = tuple(dict.fromkeys(source for pair in own for source in pair if source))
    flags = tuple(dict.fromkeys(flag for dose in doses for flag in flags_beside(line, dose)))
    first = doses[0]
    value = {name: getattr(first, name) for name in _VALUE} | {"arm": arm or None}
    return Line(line, sources, flags, value, f"in: {arm}" if arm else None)


def flags_beside(line: str, dose: Dose) -> tuple[str, ...]:
    """The flags of a dose that its line does not say itself, as it does of an amount in all, or of a time that is a range."""
    is_range, said = _RANGE.search(line) is not None, "total" if "(total)" in line else ""
    return tuple(each for each in json.loads(dose.flags) if each != said and not (is_range and each.startswith("range_of_")))


def _beside(dose: Cell, further: Cell) -> Cell:
    """What a row beside the doses says: where no dose is stated, the same absence."""
    return further if dose.state == "stated" else Cell(dose.state, note=dose.note)


def _routes(doses: Sequence[Dose]) -> Cell:
    routes = dict.fromkeys(_route(dose, dose.route) for dose in doses if dose.route)
    return _lines_or_unread(tuple(routes), "no route was read")


def _route(dose: Dose, route: str) -> str:
    """The route that was read; of "PO or IV" that is the first, and the other stands in the words."""
    more = " or another, as the words under the dose tell" if "route_choice" in json.loads(dose.flags) else ""
    return route + (", continuous" if dose.continuous else "") + more


def _cycles(trial: Trial, doses: Sequence[Dose]) -> Cell:
    used = {dose.regimen_id for dose in doses}
    words = [regimen_words(each, doses) for each in trial.rows.of(DoseRegimen) if each.regimen_id in used]
    told = tuple(dict.fromkeys(line for line in words if line))
    return _lines_or_unread(told or tuple(dict.fromkeys(filter(None, map(_course, doses)))), "no cycles were read")


def _course(dose: Dose) -> str:
    """How long a dose is given, "for 5 to 10 days": what there is of its course where no cycles are told."""
    if dose.duration_value is None:
        return ""
    flags = json.loads(dose.flags)
    limit = "up to " if "up_to" in flags else "at least " if "at_least" in flags else ""
    if "range_of_duration" not in flags:
        return f"for {limit}{amount(dose.duration_value, dose.duration_unit)}"
    unit = "y" if dose.duration_unit == "a" else dose.duration_unit
    told = (ranged for ranged in _LASTING.finditer(dose.line) if ranged["unit"] == unit)
    highs = {float(ranged["high"]) for ranged in told if float(ranged["low"]) == dose.duration_value}
    if len(highs) != 1:
        return ""
    return f"for {limit}{number(dose.duration_value)} to {amount(highs.pop(), dose.duration_unit)}"


def _lines_or_unread(texts: Sequence[str], note: str) -> Cell:
    return Cell("stated", tuple(Line(text, value=text) for text in texts)) if texts else Cell("not read", note=note)


def regimen_words(regimen: DoseRegimen, doses: Sequence[Dose] = ()) -> str:
    """A regimen in one line: "4 cycles of 3 months, from 60 days after transplant"; empty where nothing of it was read.

    Whether its number of cycles is a limit, its ``doses`` tell.
    """
    limited = any("up_to_cycles" in json.loads(dose.flags) for dose in doses if dose.regimen_id == regimen.regimen_id)
    counts = dict.fromkeys(each for each in (regimen.cycle_count_low, regimen.cycle_count_high) if each is not None)
    count = " to ".join(number(each) for each in counts)
    cycles = [f"{'up to ' * limited}{count} {'cycle' if count == '1' else 'cycles'}"] if count else []
    if regimen.cycle_length_value is not None:
        cycles = [*(cycles or ["cycles"]), "of", amount(regimen.cycle_length_value, regimen.cycle_length_unit)]
    ending = regimen.until or ""  # as in the line of a dose: "for 4 doses", "in 25 fractions", "until progression"
    lead = "" if not ending or ending.startswith("in ") else "for " if _COUNTED.match(ending) else "until "
    began = f"from {_offset_words(regimen)}{regimen.anchor_event}" if regimen.anchor_event else ""
    return ", ".join(part for part in (" ".join(cycles), began, lead + ending) if part)


def _offset_words(regimen: DoseRegimen) -> str:
    """How far from its event it begins: "60 days after ", "12 hours before "; nothing where it begins with it."""
    offset = regimen.anchor_offset
    if not offset:
        return ""
    return f"{amount(abs(offset), regimen.anchor_unit)} {'before' if offset < 0 else 'after'} "


def _sums(totals: Sequence[Total]) -> Cell:
    if totals:
        return Cell("stated", tuple(_total_line(each) for each in totals))
    return Cell("not read", note="what was read does not carry a total: amounts, days or number of cycles are open")


def _total_line(total: Total) -> Line:
    value = {"amount": total.amount, "unit": total.unit}
    return Line(total.formula, total.sources, total.flags, value, f"in: {total.arm}" if total.arm else None)
