"""The county's word about the time, signed for the one who asks.

``GET /api/box/v1/time?nonce=<32 hex digits>`` answers a `CountyTime`. The county's online key signs the box's
own random number with the time, so that no recorded answer can be played again; and the box asks that the
root metadata it has accepted names that key, so that a key which was taken out of root tells nobody the time
any more (docs/adr/0015). Callers: the county's box API (`tell`), the box's workers (`believe`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from playlists.binding import PublicKey, Signature
from playlists.documents import Count, Record
from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey, fingerprint, verify

NONCE_BYTES: Final = 16
WHERE: Final = "the county's time"


class CountyTime(Record, frozen=True, kw_only=True):
    """Milliseconds since 1970 UTC at the moment of the answer, the online key in hex, and its signature in hex."""

    time_ms: Count
    public_key: PublicKey
    signature: Signature


def tell(key: SigningKey, nonce: str, time_ms: int) -> CountyTime:
    """Return the signed answer to a question.

    Raises:
        BadData: The nonce is not of the form asked for.
    """
    signature = key.sign(_statement(nonce, time_ms))
    return CountyTime(time_ms=time_ms, public_key=key.public_bytes.hex(), signature=signature.hex())


def believe(answer: CountyTime, nonce: str, online_keys: Collection[str]) -> int:
    """Return the time that an answer tells, in ms since 1970 UTC.

    Args:
        answer: What came.
        nonce: What was sent with the question.
        online_keys: The fingerprints of the keys that root names as online keys.

    Raises:
        UntrustedData: It is signed by another key, or answers another question.
    """
    key = bytes.fromhex(answer.public_key)
    if fingerprint(key) not in online_keys:
        raise UntrustedData(WHERE, "public_key", f"{fingerprint(key)} is no online key of this county")
    verify(key, bytes.fromhex(answer.signature), _statement(nonce, answer.time_ms), WHERE)
    return answer.time_ms


def _statement(nonce: str, time_ms: int) -> bytes:
    if len(nonce) != 2 * NONCE_BYTES or not set(nonce) <= set("0123456789abcdef"):
        raise BadData(WHERE, "nonce", f"must be {2 * NONCE_BYTES} digits of 0-9 and a-f")
    return b"yuanjiao time 1\n" + nonce.encode() + b"\n" + str(time_ms).encode()
