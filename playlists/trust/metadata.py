"""TUF metadata as bytes: made, signed, signed elsewhere, read.

A key's id in all metadata is its `playlists.keys.fingerprint`. Signatures are added to bytes and never
change what was signed, so candidates can travel between reviewers' machines. Callers: `ceremony`,
`repository`, the county's review, `yuanjiao county sign`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, Key, Signature, SSlibKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey, fingerprint, verify

Signed = TypeVar("Signed", Root, Timestamp, Snapshot, Targets)

_SERIALIZER: Final = JSONSerializer(compact=True)


def tuf_key(public_key: bytes) -> Key:
    """Return a raw Ed25519 public key as TUF knows it."""
    key = Ed25519PublicKey.from_public_bytes(public_key)
    return SSlibKey.from_crypto(key, keyid=fingerprint(public_key))


def tuf_signer(key: SigningKey) -> CryptoSigner:
    """Return a signer for TUF metadata."""
    public = tuf_key(key.public_bytes)
    assert isinstance(public, SSlibKey)
    return CryptoSigner(key.private, public)


def to_bytes(metadata: Metadata[Signed]) -> bytes:
    """Return metadata as it is published."""
    return metadata.to_bytes(_SERIALIZER)


def parse(data: bytes, where: str, kind: type[Signed]) -> Metadata[Signed]:
    """Read metadata of one kind; no signature is checked.

    Raises:
        BadData: It is no metadata, or of another kind.
    """
    try:
        metadata = Metadata[Signed].from_bytes(data)
    except (RepositoryError, RecursionError) as error:
        raise BadData(where, "", f"is no signed metadata: {error}") from error
    if not isinstance(metadata.signed, kind):
        raise BadData(where, "signed._type", f"is {metadata.signed.type!r}, not {kind.type!r}")
    return metadata


def sign(data: bytes, key: SigningKey) -> bytes:
    """Return metadata with this key's signature added; signing twice changes nothing.

    Raises:
        BadData: It is no metadata.
    """
    metadata = _any(data)
    metadata.sign(tuf_signer(key), append=True)
    return metadata.to_bytes(_SERIALIZER)


def bytes_to_sign(data: bytes) -> bytes:
    """Return what a key on another machine has to sign (canonical JSON of the signed part).

    Raises:
        BadData: It is no metadata.
    """
    return _any(data).signed_bytes


def add_signature(data: bytes, public_key: bytes, signature: bytes) -> bytes:
    """Return metadata with a signature that was made elsewhere.

    Raises:
        BadData: It is no metadata.
        UntrustedData: The key did not sign this.
    """
    metadata = _any(data)
    verify(public_key, signature, metadata.signed_bytes, "signature")
    keyid = fingerprint(public_key)
    metadata.signatures[keyid] = Signature(keyid, signature.hex())
    return metadata.to_bytes(_SERIALIZER)


def merge_signature(data: bytes, other: bytes, keyid: str) -> bytes:
    """Return metadata with one key's signature added from another copy of the same content.

    Only that one: what a copy from elsewhere says of other keys must not replace what is held.

    Raises:
        BadData: One is no metadata.
        UntrustedData: The two do not say the same, or the copy lacks this signature.
    """
    metadata, copy = _any(data), _any(other)
    if metadata.signed_bytes != copy.signed_bytes:
        raise UntrustedData("signatures", "", "belong to other content")
    if keyid not in copy.signatures:
        raise UntrustedData("signatures", keyid, "is missing")
    metadata.signatures[keyid] = copy.signatures[keyid]
    return metadata.to_bytes(_SERIALIZER)


def signed_by(data: bytes, public_keys: list[bytes]) -> list[bytes]:
    """Return those of the keys whose valid signature the metadata bears.

    Raises:
        BadData: It is no metadata.
    """
    metadata = _any(data)
    return [key for key in public_keys if _is_signed_by(metadata, key)]


def is_signed_by(data: bytes, key: SigningKey) -> bool:
    """Return whether metadata bears this key's valid signature.

    Raises:
        BadData: It is no metadata.
    """
    return bool(signed_by(data, [key.public_bytes]))


def as_ms(moment: datetime) -> int:
    """Return a time with zone as ms since 1970 UTC."""
    return int(moment.timestamp() * 1000)


def _is_signed_by(metadata: Metadata[Targets], public_key: bytes) -> bool:
    signature = metadata.signatures.get(fingerprint(public_key))
    if signature is None:
        return False
    try:
        verify(public_key, bytes.fromhex(signature.signature), metadata.signed_bytes, "signature")
    except (UntrustedData, ValueError):
        return False
    return True


def _any(data: bytes) -> Metadata[Targets]:
    try:
        return Metadata.from_bytes(data)
    except (RepositoryError, RecursionError) as error:
        raise BadData("metadata", "", f"is no signed metadata: {error}") from error
