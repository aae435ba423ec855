"""How the trials are built, and what they study."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.compare.model import Cell, Line, Panel, Row
from harvester.compare.row import ask, filled, lines_cell
from harvester.compare.trial import Trial, json_list
from harvester.span import Source
from harvester.tables import BrowseCondition, Condition, Keyword

_CONDITIONS = "protocolSection.conditionsModule"
_PHASES = "protocolSection.designModule.phases"
_OBSERVATIONAL = {"observational_model", "time_perspective"}


def design_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """Two panels: the design's fields, and the conditions with the registry's MeSH terms."""
    return (
        Panel("design", "Design", "design", filled(_design_rows(trials))),
        Panel("conditions", "Conditions", "design", filled(_condition_rows(trials))),
    )


def _design_rows(trials: Sequence[Trial]) -> list[Row]:
    return [
        ask("study_type", "Kind of study", trials, lambda t: t.field(t.study, "study_type", t.study.study_type_label)),
        ask("phase", "Phase", trials, _phase),
        ask("allocation", "Allocation", trials, lambda t: _designed(t, "allocation")),
        ask("intervention_model", "Model", trials, lambda t: _designed(t, "intervention_model")),
        ask("masking", "Masking", trials, _masking),
        ask("primary_purpose", "Purpose", trials, lambda t: _designed(t, "primary_purpose")),
        ask("observational_model", "Observational model", trials, lambda t: _designed(t, "observational_model")),
        ask("time_perspective", "Time perspective", trials, lambda t: _designed(t, "time_perspective")),
        ask("arms", "Arms or groups", trials, _arms),
        ask("has_dmc", "Data monitoring committee", trials, _monitored),
    ]


def _condition_rows(trials: Sequence[Trial]) -> list[Row]:
    return [
        ask("conditions", "Conditions as named", trials, _conditions),
        ask("keywords", "Keywords", trials, _keywords),
        ask("mesh_conditions", "MeSH terms the registry derives", trials, _mesh),
    ]


def _designed(trial: Trial, name: str) -> Cell:
    value = getattr(trial.design, name)
    if value is None and trial.study.study_type and (name in _OBSERVATIONAL) == trial.is_interventional:
        return Cell("not applicable", note=f"{(trial.study.study_type_label or '').lower()} study")
    if value == "NA":
        return Cell("not applicable", (Line("not applicable", trial.sources(trial.design, name, value), value=value),))
    return trial.field(trial.design, name, getattr(trial.design, f"{name}_label"))


def _phase(trial: Trial) -> Cell:
    phases = json_list(trial.study.phases)
    if not phases:
        if trial.study.study_type and not trial.is_interventional:
            return Cell("not applicable", note="only interventional trials have a phase")
        return trial.absent(_PHASES)
    quoted = tuple(Source(f"{_PHASES}[{at}]", 0, len(phase), phase) for at, phase in enumerate(phases))
    if phases == ("NA",):
        return Cell("not applicable", (Line("not applicable", quoted, value=list(phases)),))
    return Cell("stated", (Line(trial.study.phase_label or "/".join(phases), quoted, value=list(phases)),))


def _masking(trial: Trial) -> Cell:
    masked = ", ".join(who.replace("_", " ").lower() for who in json_list(trial.design.who_masked))
    cell = _designed(trial, "masking")
    if not masked or not cell.lines or cell.state != "stated":
        return cell
    line = cell.lines[0]
    return Cell("stated", (Line(f"{line.text}: {masked}", line.sources, value=line.value),))


def _arms(trial: Trial) -> Cell:
    count = trial.study.number_of_arms if trial.study.number_of_arms is not None else trial.study.number_of_groups
    if count is None or count == 0:
        return trial.absent("protocolSection.armsInterventionsModule.armGroups")
    return Cell("stated", (Line(str(count), value=count, note="counted"),))


def _monitored(trial: Trial) -> Cell:
    has = trial.study.has_dmc
    return trial.field(trial.study, "has_dmc", None if has is None else "yes" if has else "no")


def _conditions(trial: Trial) -> Cell:
    return lines_cell(
        [_named(each.name, "conditions", each.position) for each in trial.rows.of(Condition)], trial, f"{_CONDITIONS}.conditions"
    )


def _keywords(trial: Trial) -> Cell:
    return lines_cell(
        [_named(each.name, "keywords", each.position) for each in trial.rows.of(Keyword)], trial, f"{_CONDITIONS}.keywords"
    )


def _named(name: str, field: str, position: int) -> Line:
    path = f"{_CONDITIONS}.{field}[{position}]"
    return Line(name, (Source(path, 0, len(name), name),), value=name)


def _mesh(trial: Trial) -> Cell:
    path = "derivedSection.conditionBrowseModule.meshes"
    lines = [
        Line(
            each.mesh_term, (Source(f"{path}[{each.position}].term", 0, len(each.mesh_term), each.mesh_term),), value=each.mesh_id
        )
        for each in trial.rows.of(BrowseCondition)
        if each.mesh_type == "mesh-list" and each.mesh_term
    ]
    return lines_cell(lines, trial, "derivedSection.conditionBrowseModule")
