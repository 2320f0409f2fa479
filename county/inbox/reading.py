"""The entries of an envelope: read, numbered, judged one by one. Pure.

An entry that cannot be read keeps its place by its position in the batch, so that one bad entry is named and
the rest is kept. An entry of a kind that this version does not know is kept as it came. Called by
`county.inbox.taking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import astuple

from playlists.entries import AnyBody, Entry
from playlists.errors import BadData
from playlists.journal import FIRST_SEQ, UnknownBody, decode_body, decode_entry

INT64 = (-(2**63), 2**63 - 1)
KIND_LENGTH = 16
UNSTORABLE = "it holds what no database keeps, such as a number beyond 64 bits or a zero byte"


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


def read_batch(raws: Sequence[bytes]) -> list[Read]:
    """Return the entries of a batch in order, each readable or with the reason why not.

    Raises:
        BadData: Not one entry says where in the journal the batch belongs.
    """
    entries = [_decode(raw) for raw in raws]
    first = _first_seq(entries)
    return [_read(first + index, raw, entries[index]) for index, raw in enumerate(raws)]


def read_one(seq: int, raw: bytes) -> Read:
    """Return one entry that should carry the number ``seq``."""
    return _read(seq, raw, _decode(raw))


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
    if not are_storable(_values(entry, body)):
        return Read(seq, raw, why=UNSTORABLE)
    return Read(seq, raw, entry, body)


def _values(entry: Entry, body: AnyBody | UnknownBody) -> list[Any]:
    """Return what may come into a column; of an unknown kind only its name does."""
    if isinstance(body, UnknownBody):
        own: list[Any] = [body.kind]
    else:
        own = list(astuple(body))
    return [entry.boot, entry.monotonic_ms, entry.wall_ms, *own]


def are_storable(values: Iterable[Any]) -> bool:
    """Return whether every database keeps these numbers and words in its columns."""
    for value in values:
        kind = type(value)
        if kind is int:
            if not INT64[0] <= value <= INT64[1]:
                return False
        elif kind is str:
            if "\x00" in value:
                return False
        elif (kind is dict and not are_storable([*value, *value.values()])) or (
            kind is tuple and not _are_words(value)
        ):
            return False
    return True


def _are_words(values: tuple[Any, ...]) -> bool:
    """Return whether the words of a list can be kept; its numbers are cut off where they are drawn from."""
    return not any(type(value) is str and "\x00" in value for value in values)
