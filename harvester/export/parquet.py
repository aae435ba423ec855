"""One table as a Parquet file, in row groups, so that memory stays bounded. Needs pyarrow, which the extra ``parquet`` brings.

Column names and types are those of the declarations: text, 64-bit integers, doubles, booleans; JSON columns are text. What a
column and the file are stands in the schema's metadata (``description``, ``unit``; ``attribution``, ``data_date``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from harvester.export.data_package import Resource, columns_of
from harvester.tables import Row

GROUP_BYTES: Final = 32_000_000
"""A row group is written once its values take as much memory."""
GROUP_ROWS: Final = 250_000
_TYPES: Final = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64()}


def write_parquet(
    path: Path, row_type: type[Row], blocks: Iterable[Sequence[Sequence[Any]]], about: Mapping[str, str]
) -> Resource:
    """Write a table's rows, given in blocks of the columns that leave, to ``path``; ``about`` goes into the file's metadata.

    Raises OSError when the file cannot be written.
    """
    schema = schema_of(row_type, about)
    waiting: list[pa.RecordBatch] = []
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for block in blocks:
            waiting.append(_batch(schema, block))
            rows += len(block)
            if sum(each.nbytes for each in waiting) >= GROUP_BYTES or sum(each.num_rows for each in waiting) >= GROUP_ROWS:
                _write_group(writer, schema, waiting)
        if waiting:
            _write_group(writer, schema, waiting)
    return Resource(row_type, path.name, path.stat().st_size, _sha256(path), rows)


def schema_of(row_type: type[Row], about: Mapping[str, str]) -> pa.Schema:
    """The Arrow schema of a table, with descriptions and units."""
    table = row_type.table
    by_name = {column.name: column for column in table.columns}
    fields = []
    for name in columns_of(row_type):
        column = by_name[name]
        told = {"description": column.description} | ({"unit": column.unit} if column.unit else {})
        kind = pa.bool_() if column.is_bool else _TYPES[column.type]
        fields.append(pa.field(name, kind, nullable=column.nullable, metadata=told))
    return pa.schema(fields, metadata={"description": table.description, **about})


def _batch(schema: pa.Schema, block: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    arrays = [_array(values, field.type) for values, field in zip(zip(*block, strict=True), schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.int8()).cast(kind) if pa.types.is_boolean(kind) else pa.array(values, kind)


def _write_group(writer: pq.ParquetWriter, schema: pa.Schema, waiting: list[pa.RecordBatch]) -> None:
    group = pa.Table.from_batches(waiting, schema)
    writer.write_table(group, row_group_size=group.num_rows)
    waiting.clear()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
