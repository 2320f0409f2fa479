"""How a box asks for its binding code, and how the county knows that the key is really the box's.

``POST /api/box/v1/bindings`` takes a `BindingRequest` and answers a `BindingCode`;
``GET /api/box/v1/bindings/<fingerprint>`` answers a `BindingState`. All are JSON. The signature covers only
what never changes, for the answer to a repeated request is the same code. The same request goes by stick where there is
no line (`playlists.sticks`). Shared by the county's box API and inbox, and the box's workers `bind` and `carry`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from playlists.documents import Count, Record
from playlists.errors import BadData
from playlists.keys import SigningKey, verify

PublicKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Signature = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
Version = Annotated[str, Meta(max_length=40)]


class BindingRequest(Record, frozen=True, kw_only=True):
    """``signature`` is the key's Ed25519 signature over `binding_proof`, in hex."""

    public_key: PublicKey
    version: Version = ""
    signature: Signature


class BindingCode(Record, frozen=True, kw_only=True):
    """The six digits to show, and for how many seconds they are good."""

    code: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    expires_in_s: Count


class BindingState(Record, frozen=True, kw_only=True):
    """Whether the box has a site, and whether it was stopped (停用)."""

    bound: bool
    revoked: bool = False


def binding_request(key: SigningKey, version: str) -> bytes:
    """Return the signed request of a box with this key, as JSON."""
    signature = key.sign(binding_proof(key.public_bytes, version))
    request = BindingRequest(public_key=key.public_bytes.hex(), version=version, signature=signature.hex())
    return msgspec.json.encode(request)


def read_request(data: bytes) -> BindingRequest:
    """Read a request, and check that who asks has the key.

    Raises:
        BadData: It is none.
        UntrustedData: Another key signed it.
    """
    try:
        asked = msgspec.json.decode(data, type=BindingRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadData("binding request", "", str(error)) from error
    key = bytes.fromhex(asked.public_key)
    verify(key, bytes.fromhex(asked.signature), binding_proof(key, asked.version), "binding request")
    return asked


def binding_proof(public_key: bytes, version: str) -> bytes:
    """Return the bytes that a box signs to show that the raw public key is its own."""
    return b"yuanjiao binding 1\n" + public_key + b"\n" + version.encode()
