"""How a box asks for its binding code, and how the county knows that the key is really the box's.

``POST /api/box/v1/bindings`` takes a `BindingRequest` and answers a `BindingCode`;
``GET /api/box/v1/bindings/<fingerprint>`` answers a `BindingState`. All are JSON. The signature covers only
what never changes, for the answer to a repeated request is the same code. Shared by the county's box API and
the box's bind worker.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from playlists.documents import Count, Record

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


def binding_proof(public_key: bytes, version: str) -> bytes:
    """Return the bytes that a box signs to show that the raw public key is its own."""
    return b"yuanjiao binding 1\n" + public_key + b"\n" + version.encode()
