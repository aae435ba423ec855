"""What can go wrong, as one tree. The command line ends with the family's exit code and prints the one line.

TrialsideError
├── InputError              2   what was typed or given cannot be used
│   ├── MalformedId         2   not an NCT number
│   ├── UnknownTrial        2   the trial is not in the local database
│   ├── SearchTooBroad      2   a search would bring far more than was asked for
│   └── UnreadableSource    2   a file is not a record, a list of records, a download or a saved page
├── PartialResult           3   some of what was asked for could not be had; the rest is saved
│   ├── TrialNotFound       3   the registry has no such trial
│   └── BadRecord           3   an answer for one trial is damaged or for another trial
├── RegistryError           4   the registry cannot be used now; nothing was changed
│   ├── RegistryUnreachable 4   no connection, or none in time
│   ├── RegistryThrottled   4   it asks to slow down, for longer than we wait
│   ├── RegistryRefused     4   it answers 403
│   ├── RegistryAnswerBad   4   an answer that is cut, too large, not JSON, or a 5xx that stays
│   │   └── AnswerTooLarge  4   more bytes than were expected of one answer
│   └── Offline             4   the network was needed under --offline
├── StorageError            5   the local database, disk or lock
│   ├── NotADatabase        5   the file is not a trialside database
│   ├── NewerSchema         5   a newer version of the program wrote the database
│   ├── DatabaseBusy        5   another harvest is writing
│   ├── DatabaseDamaged     5   the integrity check fails
│   ├── RowsRefused         5   rows break the rules of their table
│   └── OutputFailed        5   a file could not be written
└── Interrupted           130   stopped by the user; what was acknowledged is saved
"""

from __future__ import annotations

from typing import ClassVar


class TrialsideError(Exception):
    """Anything the program can say in one line: ``what`` went wrong and the ``next_step`` for the reader."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    @property
    def line(self) -> str:
        """One line for a person: what, then the next step."""
        text = f"{self.what.rstrip('.')}. {self.next_step}" if self.next_step else self.what
        return " ".join(text.split())


class InputError(TrialsideError):
    """What was typed or given cannot be used."""

    exit_code = 2


class MalformedId(InputError):
    """Not an NCT number."""


class UnknownTrial(InputError):
    """The trial is not in the local database."""


class SearchTooBroad(InputError):
    """A search would bring far more than was asked for."""


class UnreadableSource(InputError):
    """A file is not a record, a list of records, a registry download or a saved page."""


class PartialResult(TrialsideError):
    """Some of what was asked for could not be had; the rest is saved."""

    exit_code = 3


class TrialNotFound(PartialResult):
    """The registry has no such trial."""


class BadRecord(PartialResult):
    """The registry's answer for one trial is damaged, or is for another trial."""


class RegistryError(TrialsideError):
    """The registry cannot be used now; nothing was changed."""

    exit_code = 4


class RegistryUnreachable(RegistryError):
    """No connection, or none in time."""


class RegistryThrottled(RegistryError):
    """The registry asks to slow down for longer than we wait."""


class RegistryRefused(RegistryError):
    """The registry answers 403."""


class RegistryAnswerBad(RegistryError):
    """An answer that is cut, too large, not JSON, or a server error that stays."""


class AnswerTooLarge(RegistryAnswerBad):
    """An answer holds more than is taken at once; a smaller question may be answered."""


class Offline(RegistryError):
    """The network was needed under ``--offline``."""


class StorageError(TrialsideError):
    """The local database, disk or lock."""

    exit_code = 5


class NotADatabase(StorageError):
    """The file is not a trialside database."""


class NewerSchema(StorageError):
    """A newer version of the program wrote the database."""


class DatabaseBusy(StorageError):
    """Another harvest is writing."""


class DatabaseDamaged(StorageError):
    """The integrity check fails."""


class RowsRefused(StorageError):
    """Rows break the rules of their table, or hold what SQLite cannot: those of one study, never the database's fault."""


class OutputFailed(StorageError):
    """A file could not be written."""


class Interrupted(TrialsideError):
    """Stopped by the user; what was acknowledged is saved."""

    exit_code = 130
