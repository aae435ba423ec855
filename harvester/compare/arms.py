"""Arms of the trials, and which arm receives which agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harvester.compare.agent import Agents
from harvester.compare.model import Cell, Line, Panel, Row
from harvester.compare.reading_words import clean
from harvester.compare.row import filled, make_row
from harvester.compare.trial import Trial
from harvester.compare.wording import listed
from harvester.span import Source
from harvester.tables import DesignGroup, DesignGroupIntervention, Dose, Intervention

_MODULE = "protocolSection.armsInterventionsModule"
_SPOKEN_OF = "named in its titles or texts; whether and how it is given was not read"
MANY = 5
"""Trials from which agents of one of them share a row."""


def arm_panels(trials: Sequence[Trial], agents: Agents) -> tuple[Panel, ...]:
    """Two panels: the arms of each trial, and a row an intervention with the arms that receive it."""
    single = alone(trials, agents)
    rows = tuple(_intervention_row(trials, agents, key) for key in _keys(trials, agents) if key not in single)
    rows += (_single_row(trials, agents, single),) if single else ()
    panels = (
        Panel("arms", "Arms", "arms", filled([_arm_row(trials)])),
        Panel("interventions", "Interventions and the arms that receive them", "arms", rows),
    )
    return tuple(panel for panel in panels if panel.rows)


def alone(trials: Sequence[Trial], agents: Agents) -> Mapping[str, str]:
    """Of many trials the agents that one alone, not the focal one, gives or names, by key with its number: they share a row.

    Each of them in a row of its own would fill a page with columns that say nothing.
    """
    if len(trials) < MANY:
        return {}
    givers: dict[str, list[Trial]] = {}
    for trial in trials:
        for key in _agents_of(trial, agents):
            givers.setdefault(key, []).append(trial)
    return {
        key: those[0].nct_id
        for key, those in givers.items()
        if len(those) == 1
        and those[0] is not trials[0]
        and not any(not_given(trial, agents, key).note == _SPOKEN_OF for trial in trials if trial is not those[0])
    }


def of_its_own(trial: Trial, single: Mapping[str, str], stated: Cell | None, what: str) -> Cell:
    """The cell of a row that agents of one trial share: what is stated of a trial's own, or why nothing is."""
    if stated is not None:
        return stated
    if not (trial.rows.of(Intervention) and trial.is_at_hand(f"{_MODULE}.interventions.name")):
        return trial.absent(f"{_MODULE}.interventions.name")
    if trial.nct_id in single.values():
        return Cell("not read", note=f"no {what} of an agent that it alone gives was read")
    return Cell("not applicable", note="gives no agent that it alone gives")


def _single_row(trials: Sequence[Trial], agents: Agents, single: Mapping[str, str]) -> Row:
    cells = []
    for trial in trials:
        own = [_given(trial, agents, key) for key, nct_id in single.items() if nct_id == trial.nct_id]
        lines = tuple(line for cell in own for line in cell.lines)
        cells.append(of_its_own(trial, single, Cell("stated", lines) if lines else None, "name"))
    why = "agents that one of these trials alone gives, and the focal trial does not"
    return make_row("only-here", "In one trial only", cells, why=why, told=lambda cell: None)


def _arm_row(trials: Sequence[Trial]) -> Row:
    cells = [_arms(trial) for trial in trials]
    return make_row("arms", "Arms", cells, why="the arms of each record", told=lambda cell: len(cell.lines), settles=False)


def _keys(trials: Sequence[Trial], agents: Agents) -> tuple[str, ...]:
    """Agents in the order of the focal trial, then those that most of the others share.

    An intervention that bundles several agents, as "A and B", has no row of its own where doses name its parts.
    """
    first: dict[str, int] = {}
    shared: dict[str, set[str]] = {}
    for trial in trials:
        for key in _agents_of(trial, agents):
            first.setdefault(key, len(first))
            shared.setdefault(key, set()).add(trial.nct_id)
    focal = trials[0].nct_id
    return tuple(sorted(first, key=lambda key: (focal not in shared[key], -len(shared[key]), first[key])))


def _agents_of(trial: Trial, agents: Agents) -> tuple[str, ...]:
    """The agents that a trial gives: its interventions, and what doses of their texts name instead."""
    found: list[str] = []
    for each in trial.rows.of(Intervention):
        parts = [agents.key(dose.agent) for dose in _doses_of(trial, each) if dose.agent]
        key = agents.key(each.name)
        found += parts if _is_bundle(each, key, parts) else [key, *parts]
    found += [agents.key(dose.agent) for dose in trial.rows.of(Dose) if dose.agent]
    return tuple(dict.fromkeys(key for key in found if key))


def _is_bundle(intervention: Intervention, key: str, parts: Sequence[str]) -> bool:
    joined = f" {(intervention.name or '').casefold()} "
    return len(set(parts)) > 1 and key not in parts and any(sign in joined for sign in (" and ", " + ", "+", " plus ", " with "))


def _doses_of(trial: Trial, intervention: Intervention) -> list[Dose]:
    path = f"{_MODULE}.interventions[{intervention.position}]."
    return [dose for dose in trial.rows.of(Dose) if dose.source_path.startswith(path)]


def _intervention_row(trials: Sequence[Trial], agents: Agents, key: str) -> Row:
    cells = [_given(trial, agents, key) for trial in trials]
    slug = f"agent-{key.replace(' ', '_')}"
    return make_row(slug, agents.label(key), cells, why="agents of one name", told=lambda cell: None)


def _given(trial: Trial, agents: Agents, key: str) -> Cell:
    found = [each for each in trial.rows.of(Intervention) if agents.key(each.name) == key]
    if found:
        return Cell("stated", tuple(_intervention_line(trial, each) for each in found))
    doses = [dose for dose in trial.rows.of(Dose) if agents.key(dose.agent) == key]
    if doses:
        return Cell("stated", (_dosed_line(trial, agents, key, doses),))
    return not_given(trial, agents, key)


def not_given(trial: Trial, agents: Agents, key: str) -> Cell:
    """The cell of an agent that is neither an intervention of the trial nor dosed in its texts."""
    if not (trial.rows.of(Intervention) and trial.is_at_hand(f"{_MODULE}.interventions.name")):
        return trial.absent(f"{_MODULE}.interventions.name")
    if agents.spoken_of(key, trial):
        return Cell("not read", note=_SPOKEN_OF)
    return Cell("not applicable", note="not among its interventions")


def _dosed_line(trial: Trial, agents: Agents, key: str, doses: Sequence[Dose]) -> Line:
    """An agent that only the doses name, with the interventions or arms whose texts state them."""
    sources = tuple(dict.fromkeys(Source(d.source_path, d.source_start, d.source_end, d.quote) for d in doses))
    named = [clean(each.name or "") for each in trial.rows.of(Intervention) if any(d in doses for d in _doses_of(trial, each))]
    note = f"by the text of: {'; '.join(named)}" if named else "by the text of an arm or a description"
    return Line(agents.label(key), sources, value={"name": agents.label(key), "interventions": named}, note=note)


def _intervention_line(trial: Trial, intervention: Intervention) -> Line:
    name = intervention.name or ""
    titles = {each.design_group_id: each.title for each in trial.rows.of(DesignGroup)}
    links = (each for each in trial.rows.of(DesignGroupIntervention) if each.intervention_id == intervention.intervention_id)
    arms = [clean(title) for each in links if (title := titles.get(each.design_group_id))]
    kind = f" ({intervention.intervention_type_label.lower()})" if intervention.intervention_type_label else ""
    source = Source(f"{_MODULE}.interventions[{intervention.position}].name", 0, len(name), name)
    note = f"in: {'; '.join(arms)}" if arms else "no arm is linked to it"
    return Line(clean(name) + kind, (source,), value={"name": name, "arms": arms}, note=note)


def _arms(trial: Trial) -> Cell:
    names = {each.intervention_id: each.name for each in trial.rows.of(Intervention)}
    lines = []
    for arm in trial.rows.of(DesignGroup):
        title = arm.title or ""
        links = (each for each in trial.rows.of(DesignGroupIntervention) if each.design_group_id == arm.design_group_id)
        given = [clean(name) for each in links if (name := names.get(each.intervention_id))]
        kind = f" ({arm.group_type_label.lower()})" if arm.group_type_label else ""
        source = Source(f"{_MODULE}.armGroups[{arm.position}].label", 0, len(title), title)
        note = f"receives {listed(given)}" if given else None
        lines.append(Line(clean(title) + kind, (source,), value={"title": title, "interventions": given}, note=note))
    return Cell("stated", tuple(lines)) if lines else trial.absent(f"{_MODULE}.armGroups")
