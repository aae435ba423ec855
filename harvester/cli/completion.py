"""`trialside completion`: the lines that let a shell complete commands and options."""

from __future__ import annotations

import json

import click
from click.shell_completion import get_completion_class

from harvester.cli.options import command as declare
from harvester.cli.options import settings_of

SHELLS = ("bash", "zsh", "fish")


@declare("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    eval "$(trialside completion bash)"
    mkdir -p ~/.config/fish/completions
    trialside completion fish > ~/.config/fish/completions/trialside.fish
    """
    script_type = get_completion_class(shell)
    if script_type is None:
        raise click.UsageError(f"{shell} is not a shell that completion knows")
    script = script_type(context.find_root().command, {}, "trialside", "_TRIALSIDE_COMPLETE")
    click.echo(json.dumps({"shell": shell, "script": script.source()}) if settings_of(context).json else script.source())
