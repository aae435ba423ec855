"""The registry's own description of its fields (``/studies/metadata``), kept each time it changes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from harvester.errors import InputError, RegistryAnswerBad
from harvester.pipeline import Harvest
from harvester.registry.release import RegistryVersion
from harvester.store import keep_data_model, latest_data_model
from harvester.tables import DERIVED

if TYPE_CHECKING:
    from harvester.registry.client import Registry

_TOLD = 5


def notice_fields(harvest: Harvest, registry: Registry, version: RegistryVersion, *, accept: bool) -> list[str]:
    """Keep the registry's description of its fields when it is another one than the last: what is to be said about it.

    Raises RegistryAnswerBad, and keeps nothing, when fields are gone from it that columns come from, unless that is accepted.
    """
    try:
        fields = registry.data_model()
    except (RegistryAnswerBad, InputError) as problem:  # a description that is gone keeps no record from being refreshed
        return [f"The registry's description of its fields could not be read: {problem.line}"]
    known = latest_data_model(harvest.store.connection)
    if known == fields:
        return []
    lost = sorted((known or {}).keys() & read_fields() - fields.keys())
    if lost and not accept:
        raise RegistryAnswerBad(
            f"The registry's records have no longer what columns come from: {_listed(lost)}",
            "What is stored stays as it is. If the registry really dropped it: trialside refresh --accept",
        )
    with harvest.store.transaction():
        keep_data_model(harvest.store.connection, fields, harvest.now(), version.api_version)
    if known is None:
        return []
    return [f"The registry describes its records otherwise than before: {field_changes(known, fields)}."]


@cache
def read_fields() -> frozenset[str]:
    """Fields of a record that columns come from, as dotted paths."""
    return frozenset(
        path for row_type in DERIVED for column in row_type.table.columns for path in row_type.table.field_paths(column)
    )


def field_changes(before: dict[str, str], after: dict[str, str]) -> str:
    """What differs between two descriptions of the fields, in words."""
    gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    other = sorted(path for path in before.keys() & after.keys() if before[path] != after[path])
    told = [("fields gone", gone), ("fields new", come), ("fields of another type", other)]
    return "; ".join(f"{what}: {_listed(paths)}" for what, paths in told if paths)


def _listed(paths: list[str]) -> str:
    return f"{', '.join(paths[:_TOLD])}{' …' if len(paths) > _TOLD else ''}"
