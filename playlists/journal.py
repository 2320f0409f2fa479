"""The chain of journal entries: how an entry becomes bytes, and how each is bound to the one before.

``hash(n) = SHA-256(hash(n - 1) ‖ bytes of entry n)`` and the hash before entry 1 is the SHA-256 of the box's
fingerprint. Neither hashes nor ids travel: box and county compute them alike and compare signed checkpoints
(`playlists.envelope`). `playlists.chain` says where a chain is broken. Pure: the player process imports this,
so nothing here signs or reads a disk.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final

import msgspec

from playlists.codec import bad_data
from playlists.entries import AnyBody, ClockTrust, Entry
from playlists.errors import BadData

HASH_BYTES: Final = 32
ENTRY_LIMIT_BYTES: Final = 64 << 10
FIRST_SEQ: Final = 1
NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:yuanjiao:journal")

_encoder = msgspec.msgpack.Encoder()
_entry_decoder = msgspec.msgpack.Decoder(Entry)
_body_decoder: msgspec.msgpack.Decoder[AnyBody] = msgspec.msgpack.Decoder(AnyBody)
_any_decoder = msgspec.msgpack.Decoder()
KINDS: Final = frozenset(str(kind.__struct_config__.tag) for kind in AnyBody.__args__)


class UnknownBody(msgspec.Struct, frozen=True):
    """A body of a kind that this version does not know; it is kept as it is."""

    kind: str
    fields: tuple[Any, ...]


def genesis(fingerprint: str) -> bytes:
    """Return the hash that precedes the first entry of the box with this key."""
    return hashlib.sha256(fingerprint.encode()).digest()


def next_hash(previous: bytes, encoded: bytes) -> bytes:
    """Return the hash after an entry, from the hash before it and the entry's bytes."""
    return hashlib.sha256(previous + encoded).digest()


def entry_id(fingerprint: str, seq: int) -> uuid.UUID:
    """Return the UUID (version 5) of an entry's identity; the same on both sides."""
    return uuid.uuid5(NAMESPACE, f"{fingerprint}/{seq}")


def encode_body(body: AnyBody) -> bytes:
    """Return the bytes of a body, ready to be frozen in an entry."""
    return _encoder.encode(body)


def make_entry(body: AnyBody, *, seq: int, boot: int, monotonic_ms: int, wall_ms: int, trust: ClockTrust) -> Entry:
    """Return the entry for a body."""
    frozen = msgspec.Raw(encode_body(body))
    return Entry(seq=seq, boot=boot, monotonic_ms=monotonic_ms, wall_ms=wall_ms, trust=trust, body=frozen)


def encode_entry(entry: Entry) -> bytes:
    """Return the bytes that are hashed, stored and sent."""
    return _encoder.encode(entry)


def decode_entry(data: bytes, where: str) -> Entry:
    """Read an entry; its body stays raw.

    Raises:
        BadData: The bytes are no entry.
    """
    if len(data) > ENTRY_LIMIT_BYTES:
        raise BadData(where, "", f"{len(data)} bytes are more than the {ENTRY_LIMIT_BYTES} allowed")
    try:
        return _entry_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_data(error, where) from error


def decode_body(entry: Entry, where: str) -> AnyBody | UnknownBody:
    """Read the body of an entry by its kind; a kind of a newer version gives `UnknownBody`.

    Raises:
        BadData: The body is of a known kind and not what that kind says, or is no body at all.
    """
    try:
        return _body_decoder.decode(entry.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        kind, fields = _kind_and_fields(entry, where)
        if kind in KINDS:
            raise bad_data(error, where) from error
        return UnknownBody(kind, fields)


def _kind_and_fields(entry: Entry, where: str) -> tuple[str, tuple[Any, ...]]:
    try:
        array = _any_decoder.decode(entry.body)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError) as error:
        raise BadData(where, "$.body", f"cannot be read: {error}") from error
    if not isinstance(array, list) or not array or not isinstance(array[0], str):
        raise BadData(where, "$.body", "is no array that begins with its kind")
    return array[0], tuple(array[1:])
