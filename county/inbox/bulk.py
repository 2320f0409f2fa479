"""Plain statements for what every batch of a journal reads and writes, on PostgreSQL and on SQLite.

Many rows are one statement: PostgreSQL gets them as one JSON document (cheaper to write and to send than an array a
column), SQLite one by one without a way between. Either way it is one round trip, however many rows there are. No
signals, no `save`, and no query to be composed: that alone costs as much as all else that a batch does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
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
Maker = Callable[[Any], Any]


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


def select(model: type[Model], columns: Sequence[str], **where: Any) -> list[list[Any]]:
    """Return rows, as the model's fields give them, in no order.

    Args:
        model: The table.
        columns: As in `insert`.
        where: By column, the value that it has; or, as a list that is not empty, the values of which it has one.
    """
    part, keys = _part(model, tuple(columns)), _part(model, tuple(where))
    tests = [
        f"{name} IN ({', '.join(['%s'] * len(value))})" if isinstance(value, list) else f"{name} = %s"
        for name, value in zip(keys.names.values(), where.values(), strict=True)
    ]
    chosen, wanted = ", ".join(part.names.values()), " AND ".join(tests)
    values = [one for value in where.values() for one in (value if isinstance(value, list) else [value])]
    with _cursor() as cursor:
        cursor.execute(f"SELECT {chosen} FROM {part.table} WHERE {wanted}", values)  # noqa: S608 - our own names
        rows = [list(row) for row in cursor.fetchall()]
    return _read(part, rows)


def mark(model: type[Model], columns: Sequence[str], key: str, **to: Any) -> list[list[Any]]:
    """Set columns of a row, which locks it until the transaction ends; return what it holds then.

    Args:
        model: The table.
        columns: What to return, as in `insert`.
        key: The row's primary key, named ``id``.
        to: By column, the new value.
    """
    part, changed, identity = _part(model, tuple(columns)), _part(model, tuple(to)), _part(model, ("id",))
    sets = ", ".join(f"{name} = %s" for name in changed.names.values())
    statement = (
        f"UPDATE {part.table} SET {sets} WHERE {identity.names['id']} = %s RETURNING {', '.join(part.names.values())}"  # noqa: S608
    )
    with _cursor() as cursor:
        cursor.execute(statement, [*_as_kept(changed, tuple(to.values())), key])
        rows = [list(row) for row in cursor.fetchall()]
    return _read(part, rows)


@dataclass(frozen=True)
class _Part:
    """Some columns of a table: their quoted names, their types in PostgreSQL, and by place what Django makes of values.

    What has a writer is kept otherwise in SQLite than it is given.
    """

    table: str
    names: dict[str, str]
    types: tuple[str, ...]
    readers: tuple[tuple[int, Maker], ...]
    writers: tuple[tuple[int, Maker], ...]


@contextmanager
def _cursor() -> Iterator[Any]:
    """Yield a cursor; PostgreSQL plans each statement once a connection (`prepare_threshold` in the settings)."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    from psycopg import Cursor  # noqa: PLC0415 - a county on SQLite has no need of it

    connection.close_if_health_check_failed()  # as Django's own cursor does first: the server may have been restarted
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        yield cursor


def _read(part: _Part, rows: list[list[Any]]) -> list[list[Any]]:
    for row in rows:
        for place, reader in part.readers:
            row[place] = reader(row[place])
    return rows


def _write(part: _Part, rows: Collection[Row], conflict: str) -> None:
    if not rows:
        return
    into = f"INSERT INTO {part.table} ({', '.join(part.names.values())})"
    with _cursor() as cursor:
        if connection.vendor == "postgresql":
            told = msgspec.json.encode([dict(zip(part.names, row, strict=True)) for row in rows]).decode()
            cursor.execute(f"{into} {_from_json(part)} ON CONFLICT {conflict}", [told])
        else:
            values = [_as_kept(part, row) for row in rows]
            source = f"VALUES ({', '.join('%s' for _ in part.names)})"
            cursor.executemany(f"{into} {source} ON CONFLICT {conflict}", values)


def _from_json(part: _Part) -> str:
    """Return what reads rows from JSON, where bytes are text in base64."""
    typed = list(zip(part.names.values(), part.types, strict=True))
    values = ", ".join(f"decode({name}, 'base64')" if kind == "bytea" else name for name, kind in typed)
    columns = ", ".join(f"{name} {'text' if kind == 'bytea' else kind}" for name, kind in typed)
    return f"SELECT {values} FROM json_to_recordset(%s::json) AS told({columns})"  # noqa: S608 - our own names


def _as_kept(part: _Part, row: Row) -> Row:
    """Return a row as Django keeps it."""
    if not part.writers:
        return row
    values = list(row)
    for place, writer in part.writers:
        values[place] = writer(values[place])
    return values


def _part(model: type[Model], columns: tuple[str, ...]) -> _Part:
    return _part_on(connection.vendor, model, columns)


@cache
def _part_on(vendor: str, model: type[Model], columns: tuple[str, ...]) -> _Part:
    meta = model._meta  # noqa: SLF001 - public in all but its name
    fields = {field.attname: field for field in meta.concrete_fields if field.column}
    chosen = [fields[name] for name in columns]
    return _Part(
        connection.ops.quote_name(meta.db_table),
        {str(field.column): connection.ops.quote_name(str(field.column)) for field in chosen},
        tuple(_TYPES[_kind(field)] for field in chosen),
        _at_their_places(_READERS[vendor], chosen),
        _at_their_places(_WRITERS[vendor], chosen),
    )


def _at_their_places(makers: dict[str, Maker], chosen: Sequence[Field[Any, Any]]) -> tuple[tuple[int, Maker], ...]:
    return tuple((place, makers[_kind(field)]) for place, field in enumerate(chosen) if _kind(field) in makers)


def _time_to_sqlite(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _time_from_sqlite(value: Any) -> Any:
    operations: Any = connection.ops
    return operations.convert_datetimefield_value(value, None, connection)


def _json_to_sqlite(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_WRITERS: dict[str, dict[str, Maker]] = {
    "postgresql": {},
    "sqlite": {"DateTimeField": _time_to_sqlite, "JSONField": _json_to_sqlite},
}
_READERS: dict[str, dict[str, Maker]] = {
    "postgresql": {"JSONField": msgspec.json.decode},
    "sqlite": {"BooleanField": bool, "DateTimeField": _time_from_sqlite, "JSONField": msgspec.json.decode},
}


def _kind(field: Field[Any, Any]) -> str:
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field.get_internal_type()
