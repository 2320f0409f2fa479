"""The entries of an envelope as rows: read, numbered, judged one by one. Pure.

An entry that cannot be read keeps its place by its position in the batch, so that one bad entry is named and
the rest is kept. Called by `county.inbox.taking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import msgspec

from playlists.entries import AnyBody, Entry
from playlists.errors import BadData
from playlists.journal import FIRST_SEQ, UnknownBody, decode_body, decode_entry

INT64 = (-(2**63), 2**63 - 1)
KIND_LENGTH = 16
DEPTH_LIMIT = 16


@dataclass(frozen=True)
class Read:
    """One entry of a batch: ``why`` is empty, or says why it has to be set aside."""

    seq: int
    raw: bytes
    entry: Entry | None = None
    body: AnyBody | UnknownBody | None = None
    why: str = ""

    @property
    def kind(self) -> str:
        """The kind of the entry's body."""
        if isinstance(self.body, UnknownBody):
            return self.body.kind[:KIND_LENGTH]
        return str(self.body.__struct_config__.tag) if self.body else ""

    @property
    def fields(self) -> dict[str, Any]:
        """The body's fields by name."""
        if isinstance(self.body, UnknownBody):
            return {"fields": msgspec.to_builtins(self.body.fields)}
        if self.body is None:
            return {}
        return {name: msgspec.to_builtins(getattr(self.body, name)) for name in self.body.__struct_fields__}


def read_batch(raws: Sequence[bytes]) -> list[Read]:
    """Return the entries of a batch in order, each readable or with the reason why not.

    Raises:
        BadData: Not one entry says where in the journal the batch belongs.
    """
    entries = [_decode(raw) for raw in raws]
    first = _first_seq(entries)
    return [_read(first + index, raw, entries[index]) for index, raw in enumerate(raws)]


def _first_seq(entries: Sequence[Entry | BadData]) -> int:
    if not entries:
        return FIRST_SEQ
    for index, entry in enumerate(entries):
        if isinstance(entry, Entry) and FIRST_SEQ <= entry.seq - index <= INT64[1] - len(entries):
            return entry.seq - index
    raise BadData("envelope", "entries", "not one entry can be read")


def _decode(raw: bytes) -> Entry | BadData:
    try:
        return decode_entry(raw, "entry")
    except BadData as error:
        return error


def _read(seq: int, raw: bytes, entry: Entry | BadData) -> Read:
    if isinstance(entry, BadData):
        return Read(seq, raw, why=str(entry)[:300])
    if entry.seq != seq:
        return Read(seq, raw, why=f"it calls itself {entry.seq}"[:300])
    try:
        body = decode_body(entry, f"entry {seq}")
    except BadData as error:
        return Read(seq, raw, why=str(error)[:300])
    read = Read(seq, raw, entry, body)
    fields = body.fields if isinstance(body, UnknownBody) else read.fields
    if not is_storable([entry.boot, entry.monotonic_ms, entry.wall_ms, read.kind, fields]):
        return Read(seq, raw, why="it holds what no database keeps, such as a number beyond 64 bits or a zero byte")
    return read


def is_storable(value: object, depth: int = DEPTH_LIMIT) -> bool:
    """Return whether every database keeps this value, nested no deeper than ``depth``, in a field of JSON."""
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, bool | bytes) or value is None:
        return True
    if isinstance(value, int):
        return INT64[0] <= value <= INT64[1]
    if isinstance(value, float):
        return isfinite(value)
    if depth and isinstance(value, dict):
        return all(
            isinstance(key, str | int) and is_storable(key) and is_storable(item, depth - 1)
            for key, item in value.items()
        )
    return depth > 0 and isinstance(value, list | tuple) and all(is_storable(item, depth - 1) for item in value)
