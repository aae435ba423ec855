"""`/schema/…`: what the tables hold, as generated from their declarations: the data dictionary and the SQL schema."""

from __future__ import annotations

from harvester.resources import data_dictionary_file, schema_file
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.headers import OURS

FILES = {"data-dictionary.md": data_dictionary_file, "schema.sql": schema_file}
"""Names of the files, as they stand in an address."""


def answer(asked: Asked) -> Answer:
    """The file that was asked for, as plain text to read or to keep."""
    file = FILES[asked.parts["name"]]()
    return Answer(200, file.read_bytes(), "text/plain; charset=utf-8", policy=OURS)
