"""A metered line's month: how much of its allowance is for whom. Pure; the player and its workers go by it.

It is spent in three steps, so that what matters more is not starved by what matters less: what is merely wished for
(orders, sounds, posters, stock) may use three quarters of it; what sessions need goes on to all but a thirty-second
part; documents and the journal may use the last byte, for a stop order must arrive and the books must go up. The
workers count and stop by the same rule, so it is passed by no more than what is on its way.
"""

from __future__ import annotations

from typing import Final

from .facts import LinePurpose

WISHES_PART: Final = 4  # one part in so many is kept for what sessions need
TALK_PART: Final = 32  # … and of that so much for documents and the journal


def allowed_bytes(monthly: int, purpose: LinePurpose) -> int:
    """Return how much of a month's allowance may be spent, by everything together, while this may still be fetched."""
    if purpose in ("documents", "journal"):
        return monthly
    if purpose == "session":
        return monthly - monthly // TALK_PART
    return monthly - monthly // WISHES_PART
