"""Documents that reviews and assessments ask for, filled as far as a registry record goes; what it cannot know says so.

- ``characteristics``: "Characteristics of included studies", as in a Cochrane review
- ``dosing``: methods and dosing, as tables of NICE submissions and joint clinical assessments have them
- ``pairs``: who may join each trial, held against every other, row by row
- ``tidier``: the twelve items of the Template for Intervention Description and Replication (Hoffmann et al., BMJ 2014;348:g1687)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from harvester import __version__
from harvester.compare.head import attribution, data_date, registry_url
from harvester.compare.model import days_of
from harvester.compare.trial import Trial
from harvester.export import stated
from harvester.export.dosing_table import dosing_sections
from harvester.export.pairs_table import pairs_sections
from harvester.export.report import ADVICE, Report, Section, Table, shown
from harvester.export.stated import NO_FIELD, said
from harvester.export.tidier import tidier_section
from harvester.tables import Condition, Dose, IdInformation, StudyRows

Maker = Callable[[Sequence[Trial]], Iterator[Section]]


def characteristics(trials: Sequence[Trial]) -> Iterator[Section]:
    """One table a trial: methods, participants, interventions, outcomes, notes; then what only the reviewers can say."""
    for trial in trials:
        rows = (
            ("Methods", _methods(trial)),
            ("Participants", _participants(trial)),
            ("Interventions", _interventions(trial)),
            ("Outcomes", _outcomes(trial)),
            ("Notes", _notes(trial)),
            ("Risk of bias", f"{NO_FIELD}: to be judged from the protocol and the reports"),
        )
        title = f"{trial.nct_id} {trial.study.acronym or ''}".strip()
        yield Section(trial.nct_id, shown(title), (), Table(("Item", "What the registry record states"), rows, (1, 6)))


def _methods(trial: Trial) -> str:
    design, study = trial.design, trial.study
    return said(
        trial,
        labelled_kind(trial),
        stated.labelled("Allocation", design.allocation_label),
        stated.labelled("Model", design.intervention_model_label or design.observational_model_label),
        stated.labelled("Masking", design.masking_label),
        stated.labelled("Masked", ", ".join(stated.listed(design.who_masked)).lower().replace("_", " ")),
        stated.labelled("Purpose", design.primary_purpose_label),
        stated.dated("Start", study.start_date, study.start_date_type),
        stated.dated("Primary completion", study.primary_completion_date, study.primary_completion_date_type),
        stated.dated("Completion", study.completion_date, study.completion_date_type),
    )


def labelled_kind(trial: Trial) -> str | None:
    """Kind of study with its phase."""
    return stated.labelled("Design", ", ".join(each for each in (trial.study.study_type_label, stated.phase(trial)) if each))


def _participants(trial: Trial) -> str:
    who = trial.eligibility
    names = [each.name for each in trial.rows.of(Condition)]
    criteria = shown(who.criteria) if who.criteria else f"Criteria: {stated.absence(trial)}"
    return "\n".join(
        (
            said(
                trial,
                stated.labelled("Conditions", "; ".join(names)),
                stated.labelled("Number", stated.enrolment(trial)),
                stated.labelled("Age", stated.ages(trial)),
                stated.labelled("Sex", who.gender_label),
                stated.labelled("Setting", stated.places(trial)),
            ),
            "\n".join(line for line in criteria.split("\n") if line.strip()),
        )
    )


def _interventions(trial: Trial) -> str:
    lines = []
    for arm, given in stated.arms(trial):
        kind = f" ({arm.group_type_label.lower()})" if arm.group_type_label else ""
        lines.append(f"{arm.title or 'unnamed arm'}{kind}: {', '.join(given) or 'nothing linked'}")
        lines += [f"  {shown(arm.description)}"] if arm.description else []
    for each in stated.outside_arms(trial):
        lines.append(f"{stated.NO_ARM}: {stated.named(each)}")
        lines += [f"  {shown(each.description)}"] if each.description else []
    doses = list(dict.fromkeys(stated.dose_words(each) for each in trial.rows.of(Dose)))
    read = (
        ["Doses as read from these texts:", *(f"  {each}" for each in doses)] if doses else ["No dose was read from these texts."]
    )
    return said(trial, *lines, *(read if lines else []))


def _outcomes(trial: Trial) -> str:
    lines = []
    for rank in ("primary", "secondary", "other"):
        found = stated.outcomes(trial, rank)
        lines += [f"{rank.capitalize()}:", *(f"  {each}" for each in found)] if found else []
    return said(trial, *lines)


_RESULTS: Final = {True: "yes", False: "none posted", None: None}


def _notes(trial: Trial) -> str:
    others = [each.id_value for each in trial.rows.of(IdInformation) if each.id_value]
    return "\n".join(
        (
            f"Registration: {trial.nct_id}",
            said(
                trial,
                stated.labelled("Other identifiers", "; ".join(others)),
                stated.labelled("Sponsor and collaborators", "; ".join(stated.sponsors(trial))),
                stated.labelled("Status", trial.study.overall_status_label),
                stated.labelled("Results in the registry", _RESULTS.get(trial.study.has_results)),
            ),
            f"Declarations of interest: {NO_FIELD}",
        )
    )


def dosing(trials: Sequence[Trial]) -> Iterator[Section]:
    """Methods of each trial, every dose with its words, regimens, and what adds up."""
    columns = ("Trial", "Design", "Population", "Number", "Intervention and comparator", "Primary outcome", "Dates")
    rows = tuple(_method_row(trial) for trial in trials)
    yield Section("methods", "Methods", (), Table(columns, rows, (6, 7, 8, 5, 9, 9, 7)))
    yield from dosing_sections(trials)


def _method_row(trial: Trial) -> tuple[str, ...]:
    study, design = trial.study, trial.design
    return (
        "\n".join(each for each in (trial.nct_id, study.acronym) if each),
        said(
            trial,
            stated.phase(trial),
            stated.labelled("allocation", design.allocation_label),
            stated.labelled("model", design.intervention_model_label or design.observational_model_label),
            stated.labelled("masking", design.masking_label),
        ),
        said(
            trial, "; ".join(each.name for each in trial.rows.of(Condition)), stated.ages(trial), trial.eligibility.gender_label
        ),
        said(trial, stated.enrolment(trial)),
        said(trial, *stated.arm_lines(trial)),
        said(trial, *stated.outcomes(trial, "primary")),
        said(
            trial,
            stated.dated("start", study.start_date, study.start_date_type),
            stated.dated("completion", study.completion_date, study.completion_date_type),
        ),
    )


def tidier(trials: Sequence[Trial]) -> Iterator[Section]:
    """The twelve items, a table a trial."""
    yield from (tidier_section(trial) for trial in trials)


_MAKERS: Final[Mapping[str, tuple[str, str, Maker]]] = {
    "characteristics": (
        "Characteristics of included studies",
        "Filled from registry records, in the layout of a Cochrane review. A record is a plan: compare it with the reports.",
        characteristics,
    ),
    "dosing": (
        "Methods and dosing",
        "Filled from registry records. Every dose stands over the registry's own words; what was not read is said.",
        dosing,
    ),
    "pairs": (
        "Who may join: every trial beside every other",
        "Verdicts on sets of people, read by rules from registry records; the comparison holds the words behind what is stated.",
        pairs_sections,
    ),
    "tidier": (
        "Description of interventions (TIDieR)",
        f"The twelve TIDieR items, from registry records. “{NO_FIELD}”: the registry has no field for it; see the protocol.",
        tidier,
    ),
}
TEMPLATES: Final = tuple(_MAKERS)
"""Names of the templates."""


def template_report(name: str, studies: Sequence[StudyRows]) -> Report:
    """The document of that name for the trials, in their order: any number of them, but of `pairs` as many as are compared.

    KeyError for a name that is not in `TEMPLATES`; ValueError with one line where `pairs` is asked of too many.
    """
    title, lead, make = _MAKERS[name]
    trials = [Trial.of(study) for study in studies]
    dates = [data_date(trial) for trial in trials]
    return Report(
        title=title,
        lead=lead,
        sections=tuple(make(trials)),
        closing=(
            *stated.provenance(trials),
            *(registry_url(trial.nct_id) for trial in trials),
            shown(attribution(trials)),
            ADVICE,
        ),
        data_date=max(filter(None, dates), default=None),
        data_days=days_of(dates),
        program_version=__version__,
        nct_ids=tuple(trial.nct_id for trial in trials),
    )
