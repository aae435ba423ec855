"""The database's shape: built and altered by the numbered SQL files of ``db/migrations``, described by the declarations.

``PRAGMA user_version`` is the number of the last file applied. Each file is one transaction: it is applied whole or not at
all; so is a new database, which is all of them in one.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from harvester import resources
from harvester.errors import NewerSchema, NotADatabase, StorageError
from harvester.shape import shape
from harvester.tables import ALL, VIEWS
from harvester.tables.profile import profiles_ddl

APPLICATION_ID = 0x74524C73
"""``tRLs`` in the header of the file: a trialside database."""

SEARCH_COLUMNS = ("titles", "conditions", "interventions", "summary", "criteria", "sponsors")
NAME_COLUMNS = SEARCH_COLUMNS[:3]

_FILE_NAME = re.compile(r"(\d{3})_[a-z0-9_]+\.sql\Z")


@shape()
class Migration:
    """One numbered file of SQL."""

    number: int
    name: str
    sql: str

    @property
    def statements(self) -> Iterator[str]:
        """The statements one by one, as `sqlite3.complete_statement` parts them."""
        pending = ""
        for line in self.sql.splitlines(keepends=True):
            pending += line
            if sqlite3.complete_statement(pending):
                yield pending.strip()
                pending = ""
        if pending.strip():
            raise ValueError(f"{self.name} ends inside a statement")


def migrations(folder: Path | None = None) -> tuple[Migration, ...]:
    """The files of ``folder`` (the program's own by default) in the order of their numbers, which start at 1 without a gap."""
    found = sorted(path for path in (folder or resources.migrations()).iterdir() if _FILE_NAME.match(path.name))
    read = tuple(Migration(int(path.name[:3]), path.name, path.read_text(encoding="utf-8")) for path in found)
    if [each.number for each in read] != list(range(1, len(read) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3 …: {[each.name for each in read]}")
    return read


def newest() -> int:
    """The schema version that this program writes."""
    return len(migrations())


def schema_version(connection: sqlite3.Connection) -> int:
    """The schema version of a database; 0 for an empty one.

    Raises NotADatabase for an SQLite database of something else, NewerSchema for one that a later program wrote.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (tables or version):
        raise NotADatabase("The file is an SQLite database, but not one of trialside", "Name another file with --db.")
    if version > newest():
        raise NewerSchema(
            f"The database has schema {version}, this program knows {newest()}",
            "Update trialside, or name another file with --db.",
        )
    return version


def migrate(connection: sqlite3.Connection, steps: tuple[Migration, ...] | None = None) -> tuple[int, int]:
    """Bring the database to the newest schema: the versions before and after.

    Raises StorageError naming the file of a migration that fails; the database then stands at the last one that did not. A new
    database is made in one transaction: whole or not at all.
    """
    before = schema_version(connection)
    steps = migrations() if steps is None else steps
    for together in [steps] if not before else [(step,) for step in steps[before:]]:
        _apply(connection, together)
    return before, len(steps)


def _apply(connection: sqlite3.Connection, steps: tuple[Migration, ...]) -> None:
    """Take several steps in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps:
            _take(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _take(connection: sqlite3.Connection, step: Migration) -> None:
    try:
        for statement in step.statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {step.number}")
    except sqlite3.Error as problem:
        raise StorageError(
            f"Migration {step.name} failed ({problem}); the database was left as it was", "Restore space or report the name."
        ) from problem


def schema_sql() -> str:
    """The whole schema from the declarations: tables, indexes, triggers, search and views, each statement ended by ``;``."""
    parts: list[str] = []
    for row_type in ALL:
        parts.append(f"-- {row_type.table.description}\n{row_type.table.ddl};")
        parts.extend(f"{ddl};" for ddl in row_type.table.index_ddl)
    parts.extend(_TRIGGERS)
    parts.extend(f"{ddl};" for ddl in VIEWS.values())
    parts.extend((_SEARCH_TEXT, _SEARCH, _NAMES))
    parts.extend(f"{ddl};" for ddl in profiles_ddl())
    return "\n\n".join(parts) + "\n"


_TRIGGERS = (
    """-- What was received stays as it was; only the dates of seeing it again, and which version is current, may change.
CREATE TRIGGER "record_versions_keep_content" BEFORE UPDATE OF
  "nct_id", "version", "content_sha256", "record", "first_fetched_at" ON "record_versions"
BEGIN SELECT RAISE(ABORT, 'record_versions is only added to'); END;""",
    """CREATE TRIGGER "record_versions_keep_rows" BEFORE DELETE ON "record_versions"
BEGIN SELECT RAISE(ABORT, 'record_versions is only added to'); END;""",
    """-- At most one version of a trial is current.
CREATE UNIQUE INDEX "record_versions_one_current" ON "record_versions" ("nct_id") WHERE "is_current" = 1;""",
    """-- Trials of which no whole record is at hand are few, and looked for among many.
CREATE INDEX "record_versions_lesser_sources" ON "record_versions" ("nct_id")
WHERE "is_current" = 1 AND "source" IN ('page', 'digest');""",
    """-- A harvest that has ended is history, and its counts add up.
CREATE TRIGGER "harvest_runs_keep_history" BEFORE UPDATE ON "harvest_runs" WHEN OLD."finished_at" IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a harvest that has ended is not changed'); END;""",
    """CREATE TRIGGER "harvest_runs_keep_rows" BEFORE DELETE ON "harvest_runs"
BEGIN SELECT RAISE(ABORT, 'harvest_runs is only added to'); END;""",
    """CREATE TRIGGER "harvest_runs_add_up" BEFORE UPDATE ON "harvest_runs"
WHEN NEW."status" <> 'running' AND NEW."requested" <> NEW."saved" + NEW."unchanged" + NEW."failed" + NEW."not_found"
BEGIN SELECT RAISE(ABORT, 'requested is not saved + unchanged + failed + not found'); END;""",
    """INSERT INTO "data_state" ("state_id", "generation") VALUES (1, 0);""",
)

_SEARCH_TEXT = """-- The words of a trial that search looks at. Whom to ask, and how to reach them, is not among them.
CREATE VIEW "study_search_text" AS
SELECT studies.nct_number,
  studies.nct_id || char(10) || coalesce(brief_title, '') || char(10) || coalesce(official_title, '') || char(10)
    || coalesce(acronym, '') AS titles,
  coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM conditions WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM keywords WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(mesh_term, char(10)) FROM
      (SELECT mesh_term FROM browse_conditions WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list'
       ORDER BY position)), '') AS conditions,
  coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM interventions WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM intervention_other_names WHERE nct_id = studies.nct_id
       ORDER BY intervention_other_name_id)), '') || char(10)
    || coalesce((SELECT group_concat(mesh_term, char(10)) FROM
      (SELECT mesh_term FROM browse_interventions WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list'
       ORDER BY position)), '') AS interventions,
  coalesce(brief_summaries.description, '') AS summary,
  coalesce(eligibilities.criteria, '') AS criteria,
  coalesce((SELECT group_concat(name, char(10)) FROM
      (SELECT name FROM sponsors WHERE nct_id = studies.nct_id ORDER BY position)), '') || char(10)
    || coalesce((SELECT group_concat(id_value, char(10)) FROM
      (SELECT id_value FROM id_information WHERE nct_id = studies.nct_id ORDER BY id_information_id)), '') AS sponsors
FROM studies LEFT JOIN brief_summaries USING (nct_id) LEFT JOIN eligibilities USING (nct_id);"""

_SEARCH = f"""CREATE VIRTUAL TABLE "study_search" USING fts5(
  {", ".join(SEARCH_COLUMNS)},
  content='study_search_text', content_rowid='nct_number', tokenize='porter unicode61 remove_diacritics 2', prefix='2 3'
);"""

_NAMES = f"""-- What a trial names, without its long texts: how many trials name a thing is counted here.
CREATE VIRTUAL TABLE "study_search_names" USING fts5(
  {", ".join(NAME_COLUMNS)},
  content='study_search_text', content_rowid='nct_number', tokenize='porter unicode61 remove_diacritics 2'
);"""
