"""Documents made from the code: the data dictionary, the schema, and the reference of the commands.

``python -m harvester.docs`` writes them, ``python -m harvester.docs --check`` says which of them no longer tell the truth.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click

from harvester.schema import Column, Table
from harvester.shape import shape
from harvester.tables import ALL, VIEW_DESCRIPTIONS


@shape()
class Document:
    """A file of the checkout and what it should hold."""

    path: Path
    content: str

    @property
    def is_current(self) -> bool:
        """Whether the file on disk says the same."""
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == self.content

    def write(self) -> None:
        """Write the file, UTF-8 with line feeds."""
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(self.content, encoding="utf-8", newline="\n")


def documents(root: Path, schema: str, program: click.Group) -> tuple[Document, ...]:
    """All documents made from the code, for the checkout at ``root``.

    ``schema`` is the SQL that makes an empty database; ``program`` is the group of all commands.
    """
    return (
        Document(root / "db" / "schema.sql", schema),
        Document(root / "db" / "data-dictionary.md", data_dictionary()),
        Document(root / "docs" / "commands.md", command_reference(program)),
    )


def data_dictionary() -> str:
    """Markdown: every table with its description, source and columns, then the views."""
    tables = [row_type.table for row_type in ALL]
    lines = [
        "# Data dictionary",
        "",
        "Made by `make docs` from the declarations in `harvester/tables`; edit them there.",
        "Tables and columns are named as AACT names them, where AACT has them.",
        "`source` is the field of the registry's record (API version 2).",
        "An empty value means that the record does not state it, unless the description says otherwise.",
        "",
        *(f"- [{table.name}](#{table.name}): {table.description}" for table in tables),
        *(f"- [{name}](#{name}) (view): {text}" for name, text in VIEW_DESCRIPTIONS.items()),
    ]
    for table in tables:
        lines += ["", *_table_section(table)]
    for name, text in VIEW_DESCRIPTIONS.items():
        lines += ["", f"## {name}", "", f"View. {text}"]
    return "\n".join(lines) + "\n"


def _table_section(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    kept = "Rebuilt from the stored records by `trialside normalise`." if table.derived else "Kept; no command rebuilds it."
    source = f" Source: `{table.source}`." if table.source else ""
    yield f"{table.description} {kept}{source}"
    yield ""
    yield "| column | type | empty? | what it holds | unit | values | source |"
    yield "|---|---|---|---|---|---|---|"
    for column in table.columns:
        yield _column_row(column)


def _column_row(column: Column) -> str:
    kind = "JSON" if column.is_json else "0 or 1" if column.is_bool else column.type.lower()
    name = f"**{column.name}**" if column.key else column.name
    refers = f" (→ {column.references})" if column.references else ""
    cells = (
        name,
        kind,
        "may be" if column.nullable else "",
        column.description + refers,
        column.unit or "",
        ", ".join(f"`{choice}`" for choice in column.choices),
        f"`{column.source}`" if column.source else "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def command_reference(program: click.Group) -> str:
    """Markdown: what every visible command does, with its arguments, options and examples; shared options once at the end."""
    context = click.Context(program, info_name=program.name)
    commands = [command for name in program.list_commands(context) if not (command := _command(program, context, name)).hidden]
    lines = ["# Commands", "", "Made by `make docs` from the commands' own help; edit them there.", ""]
    lines += ["| command | what it does |", "|---|---|"]
    lines += [f"| [`{each.name}`](#trialside-{each.name}) | {_cell(each.get_short_help_str(200))} |" for each in commands]
    for command in commands:
        lines += ["", *_command_section(command, context)]
    lines += ["", "## Options of every command", "", *_option_table(program, context, shared=True)]
    return "\n".join(lines) + "\n"


def _command(program: click.Group, context: click.Context, name: str) -> click.Command:
    command = program.get_command(context, name)
    if command is None:
        raise LookupError(f"{name} is listed and not there")
    return command


def _command_section(command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=command.name, parent=parent)
    yield f"## trialside {command.name}"
    yield ""
    yield f"    {' '.join(['trialside', command.name or '', *command.collect_usage_pieces(context)])}"
    yield ""
    yield from _help_lines(command.help or "")
    if any(_is_own(parameter) for parameter in command.params):
        yield ""
        yield from _option_table(command, context, shared=False)


def _help_lines(text: str) -> Iterator[str]:
    """Help as Markdown: click's mark for a block that keeps its line breaks (a line holding \\b) starts a code block."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        lines = paragraph.splitlines()
        if lines and lines[0] == "\b":
            yield from (f"    {line.strip()}" for line in lines[1:])
        else:
            yield " ".join(line.strip() for line in lines)
        yield ""


def _is_own(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.hidden and not is_shared(parameter)


def is_shared(parameter: click.Parameter) -> bool:
    """Whether every command takes this option (they carry the mark ``shared``)."""
    return bool(getattr(parameter, "shared", False))


def _option_table(command: click.Command, context: click.Context, *, shared: bool) -> Iterator[str]:
    yield "| option | what it does |"
    yield "|---|---|"
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and is_shared(parameter) == shared:
            yield f"| `{_cell(record[0])}` | {_cell(record[1])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def outdated(all_documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents that no longer tell the truth."""
    return tuple(document for document in all_documents if not document.is_current)


if __name__ == "__main__":
    (program,) = entry_points(group="console_scripts", name="trialside")
    program.load()(["docs", *sys.argv[1:]])
