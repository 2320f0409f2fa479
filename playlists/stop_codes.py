"""停播码: eight digits by which the county tells a silent box, over the telephone, to stop a course.

The county's telephone key (X25519) and the box's own key agree on a secret (RFC 7748, section 6.1) that nobody else
has; HKDF (RFC 5869) makes a key of it, HMAC-SHA-256 over course number and day makes the digits. The box's key is its
Ed25519 key carried over to Curve25519 (RFC 7748, section 4.1; RFC 8032, section 5.1.5), so that a box that was bound
long ago needs nothing new. A code takes away and can bring nothing: what it costs is in docs/adr/0018. Callers: the
county's pages and the box's stop-code worker, never the player's process.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from playlists.errors import BadData
from playlists.keys import SigningKey, fingerprint

DIGITS: Final = 8
_PURPOSE: Final = b"yuanjiao stop code 1\n"
_FIELD: Final = 2**255 - 19  # the prime of both curves


def county_secret(telephone_key: X25519PrivateKey, box_public_key: bytes) -> bytes:
    """Return the county's half of the agreement with a box, known by its raw Ed25519 public key.

    Raises:
        BadData: That is no public key.
    """
    public = X25519PublicKey.from_public_bytes(_on_curve25519(box_public_key))
    return _derived(_agreed(telephone_key, public), fingerprint(box_public_key))


def box_secret(box_key: SigningKey, telephone_public_key: bytes) -> bytes:
    """Return the box's half of it.

    Raises:
        BadData: The county's telephone key is none.
    """
    seed = hashlib.sha512(box_key.private.private_bytes_raw()).digest()[:32]  # the clamping is X25519's own
    if len(telephone_public_key) != 32:
        raise BadData("telephone key", "", "has not 32 bytes")
    public = X25519PublicKey.from_public_bytes(telephone_public_key)
    return _derived(_agreed(X25519PrivateKey.from_private_bytes(seed), public), box_key.fingerprint)


def stop_code(secret: bytes, number: int, day: str) -> str:
    """Return the digits that stop the course with this number.

    Args:
        secret: Of `county_secret` or `box_secret`.
        number: The course number that villagers key in.
        day: The county's day on which the code is told, ``2026-03-04``.
    """
    digest = hmac.digest(secret, f"{number}\n{day}".encode(), "sha256")
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}}"


def day_of(secret: bytes, number: int, code: str, days: Iterable[str]) -> str:
    """Return the day of which this is the code, or nothing if it is the code of none of them."""
    matches = [day for day in days if hmac.compare_digest(stop_code(secret, number, day).encode(), code.encode())]
    return matches[0] if matches else ""


def _agreed(private: X25519PrivateKey, public: X25519PublicKey) -> bytes:
    try:
        return private.exchange(public)
    except ValueError as error:  # a point of small order: the secret would be no secret
        raise BadData("public key", "", "gives no shared secret") from error


def _derived(agreed: bytes, box: str) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=_PURPOSE + box.encode()).derive(agreed)


def _on_curve25519(ed25519: bytes) -> bytes:
    """Return the u-coordinate (1 + y) / (1 - y) of an Ed25519 public key."""
    y = int.from_bytes(ed25519, "little") & (2**255 - 1)
    if len(ed25519) != 32 or y >= _FIELD or y == 1:
        raise BadData("public key", "", "is no point of Ed25519")
    return ((1 + y) * pow(1 - y, -1, _FIELD) % _FIELD).to_bytes(32, "little")
