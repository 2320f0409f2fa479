"""Many rows in one statement, on PostgreSQL and on SQLite.

PostgreSQL gets the rows as one JSON document (cheaper to write and to send than an array a column), SQLite one by one
without a way between: either way it is one round trip, however many rows there are. No signals, no `save`: for what
every batch of a journal writes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Field, ForeignKey, Model

_TYPES = {
    "BigIntegerField": "bigint", "BinaryField": "bytea", "BooleanField": "boolean", "CharField": "text",
    "DateTimeField": "timestamptz", "JSONField": "jsonb",
}  # fmt: skip

Row = Sequence[Any]


def insert(model: type[Model], columns: Sequence[str], rows: Collection[Row]) -> None:
    """Add rows; one whose identity is there already is left out.

    Args:
        model: The table.
        columns: The attributes that a row gives, in order; relations by their id, such as ``box_id``.
        rows: Values in that order, as the model's fields take them.
    """
    _write(_part(model, tuple(columns)), rows, "DO NOTHING")


def put(
    model: type[Model], columns: Sequence[str], rows: Collection[Row], *, key: Sequence[str], newer: str = ""
) -> None:
    """Add rows, or replace those with the same ``key``; of a batch no two may have the same.

    Args:
        model: The table.
        columns: As in `insert`.
        rows: As in `insert`.
        key: The columns of a unique constraint.
        newer: A row is replaced only by one with a higher value in this column.
    """
    part = _part(model, tuple(columns))
    sets = ", ".join(f"{name} = excluded.{name}" for column, name in part.names.items() if column not in key)
    target = ", ".join(part.names[column] for column in key)
    guard = f" WHERE excluded.{part.names[newer]} > {part.table}.{part.names[newer]}" if newer else ""
    _write(part, rows, f"({target}) DO UPDATE SET {sets}{guard}")


@dataclass(frozen=True)
class _Part:
    """Some columns of a table: their quoted names, and their types in PostgreSQL."""

    table: str
    names: dict[str, str]
    types: tuple[str, ...]


def _write(part: _Part, rows: Collection[Row], conflict: str) -> None:
    if not rows:
        return
    into = f"INSERT INTO {part.table} ({', '.join(part.names.values())})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = ", ".join(f"{name} {kind}" for name, kind in zip(part.names.values(), part.types, strict=True))
            source = f"SELECT * FROM json_to_recordset(%s) AS told({columns})"  # noqa: S608 - our own names
            cursor.execute(f"{into} {source} ON CONFLICT {conflict}", [_as_json(part, rows)])
        else:
            values = [[_as_sqlite(value) for value in row] for row in rows]
            source = f"VALUES ({', '.join('%s' for _ in part.names)})"
            cursor.executemany(f"{into} {source} ON CONFLICT {conflict}", values)


def _as_json(part: _Part, rows: Collection[Row]) -> str:
    told = [dict(zip(part.names, [_in_hex(value) for value in row], strict=True)) for row in rows]
    return msgspec.json.encode(told).decode()


def _in_hex(value: Any) -> Any:
    """Return bytes as PostgreSQL writes them in text."""
    return "\\x" + value.hex() if isinstance(value, bytes) else value


def _as_sqlite(value: Any) -> Any:
    """Return a value as Django keeps it in SQLite."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value


@cache
def _part(model: type[Model], columns: tuple[str, ...]) -> _Part:
    meta = model._meta  # noqa: SLF001 - public in all but its name
    fields = {field.attname: field for field in meta.concrete_fields if field.column}
    chosen = [fields[name] for name in columns]
    return _Part(
        connection.ops.quote_name(meta.db_table),
        {str(field.column): connection.ops.quote_name(str(field.column)) for field in chosen},
        tuple(_TYPES[_kind(field)] for field in chosen),
    )


def _kind(field: Field[Any, Any]) -> str:
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field.get_internal_type()
