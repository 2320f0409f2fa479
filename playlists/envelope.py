"""What a box sends: a batch of journal entries and a checkpoint, under one signature.

``gzip(msgpack [payload, signature])`` where the payload is ``msgpack [1, fingerprint, entries, head]``:
entries in order as their own bytes, ``head`` the chain's hash after the last of them. Bytes that are no entry at all
(an array) travel wrapped, so that one damaged entry does not make the envelope unreadable. The same bytes go by HTTP
and on a stick. Rules: sizes are limited before and while unpacking (gzip bombs); the signature is
checked before any entry is looked at. Callers: the box's upload worker (seal), the county's inbox (open).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from playlists.errors import BadData, UntrustedData
from playlists.journal import HASH_BYTES
from playlists.keys import SigningKey, verify

ENVELOPE_FORMAT: Final = 1
SEALED_LIMIT_BYTES: Final = 1 << 20
OPEN_LIMIT_BYTES: Final = 8 << 20
ENTRIES_LIMIT: Final = 2000
WHERE: Final = "envelope"

Part = TypeVar("Part")
_BINARY = (0xC4, 0xC5, 0xC6)  # MessagePack's first bytes of binary data; an entry's is that of an array
_array_decoder = msgspec.msgpack.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class Envelope:
    """A batch: ``entries`` are encoded entries in order, ``head`` the hash after the last."""

    fingerprint: str
    entries: tuple[bytes, ...]
    head: bytes


class _Payload(msgspec.Struct, array_like=True):
    format: int
    fingerprint: str
    entries: list[msgspec.Raw]
    head: bytes


class _Sealed(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    payload: bytes
    signature: bytes


def seal(envelope: Envelope, key: SigningKey) -> bytes:
    """Return the signed, compressed bytes; equal envelopes and keys give equal bytes."""
    raw = [msgspec.Raw(entry if _is_array(entry) else msgspec.msgpack.encode(entry)) for entry in envelope.entries]
    payload = msgspec.msgpack.encode(_Payload(ENVELOPE_FORMAT, envelope.fingerprint, raw, envelope.head))
    sealed = msgspec.msgpack.encode(_Sealed(payload, key.sign(payload)))
    return gzip.compress(sealed, mtime=0)


def open_envelope(sealed: bytes, public_key_of: Callable[[str], bytes | None]) -> Envelope:
    """Unpack an envelope and check whose it is. The entries themselves are not judged here.

    Args:
        sealed: The bytes as received.
        public_key_of: Gives the raw public key of a box by its fingerprint; None for a stranger.

    Raises:
        BadData: The bytes are no envelope, or too many.
        UntrustedData: The box is not known or did not sign this.
    """
    outer = _decode(_Sealed, unpack(sealed))
    payload = _decode(_Payload, outer.payload)
    if payload.format != ENVELOPE_FORMAT:
        raise BadData(WHERE, "format", f"is {payload.format}, only {ENVELOPE_FORMAT} can be read")
    public_key = public_key_of(payload.fingerprint)
    if public_key is None:
        raise UntrustedData(WHERE, "fingerprint", f"box {payload.fingerprint[:64]!r} is not known")
    verify(public_key, outer.signature, outer.payload, WHERE)
    return _checked(payload)


def unpack(sealed: bytes) -> bytes:
    """Return what a gzip stream holds.

    Raises:
        BadData: It is too large, no gzip, cut off, or holds more than the limit.
    """
    if len(sealed) > SEALED_LIMIT_BYTES:
        raise BadData(WHERE, "", f"{len(sealed)} bytes are more than the {SEALED_LIMIT_BYTES} allowed")
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = stream.decompress(sealed, OPEN_LIMIT_BYTES)
    except zlib.error as error:
        raise BadData(WHERE, "", f"is no gzip: {error}") from error
    if stream.unconsumed_tail:
        raise BadData(WHERE, "", f"unpacks to more than the {OPEN_LIMIT_BYTES} bytes allowed")
    if not stream.eof or stream.unused_data:
        raise BadData(WHERE, "", "is cut off, or has something after its end")
    return content


def _checked(payload: _Payload) -> Envelope:
    if len(payload.entries) > ENTRIES_LIMIT:
        raise BadData(WHERE, "entries", f"{len(payload.entries)} are more than the {ENTRIES_LIMIT} allowed")
    if len(payload.head) != HASH_BYTES:
        raise BadData(WHERE, "head", f"is {len(payload.head)} bytes long, not {HASH_BYTES}")
    return Envelope(payload.fingerprint, tuple(_unwrapped(bytes(entry)) for entry in payload.entries), payload.head)


def _is_array(entry: bytes) -> bool:
    try:
        _array_decoder.decode(entry)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _unwrapped(entry: bytes) -> bytes:
    return msgspec.msgpack.decode(entry, type=bytes) if entry[0] in _BINARY else entry


def _decode(kind: type[Part], data: bytes) -> Part:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadData(WHERE, "", str(error)) from error
