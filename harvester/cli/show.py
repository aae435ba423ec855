"""`trialside show`: one trial of the collection in the terminal."""

from __future__ import annotations

import os
import sys

import click

from harvester.cli.collection import as_tables, attribution, collection, one_id, studies_of, warn_of_age
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.cli.trial_text import criterion_lines, dose_lines, head_lines, trial_lines
from harvester.export.json import json_text
from harvester.tables import (
    Correction,
    CriterionFact,
    Dose,
    DoseRegimen,
    EligibilityCriterion,
    ScheduleEvent,
    TextCoverage,
    UnreadText,
)

ELIGIBILITY = (EligibilityCriterion, CriterionFact, TextCoverage, UnreadText, Correction)
DOSING = (DoseRegimen, Dose, ScheduleEvent, Correction)


@declare("show")
@click.argument("nct_id", metavar="NCT")
@click.option("--criteria", is_flag=True, help="Only the eligibility criteria, with what was read from each.")
@click.option("--doses", is_flag=True, help="Only the doses, with the words they were read from.")
@click.pass_context
def command(context: click.Context, nct_id: str, criteria: bool, doses: bool) -> None:
    """Show a trial: head, arms, doses, criteria with the words that were read marked, contradictions inside the record.

    \b
    trialside show NCT07105579
    trialside show NCT07105579 --criteria
    trialside show NCT07105579 --doses --json
    """
    settings = settings_of(context)
    wanted = one_id(nct_id)
    with collection(settings) as connection:
        (study,) = studies_of(connection, [wanted])
        warn_of_age(settings, connection, [study.nct_id])
    if settings.json:
        tables = (ELIGIBILITY if criteria else ()) + (DOSING if doses else ())
        click.echo(json_text(as_tables(study, *tables)), nl=False)
        return
    if criteria or doses:
        lines = list(head_lines(study, mark))
        lines += ["", *dose_lines(study)] if doses else []
        lines += ["", *criterion_lines(study, mark)] if criteria else []
    else:
        lines = list(trial_lines(study, mark))
    click.echo("\n".join([*lines, "", attribution(study)]))


def mark(text: str) -> str:
    """``text`` in bold where standard output is a terminal with colours, as it is elsewhere."""
    if not text.strip() or not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, bold=True)
