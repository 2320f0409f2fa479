"""How long to wait before trying again, and how the boxes of a county keep out of each other's way.

The ceiling of the waits grows exponentially and the whole of each is drawn below it (full jitter), so that a
county's boxes never come together. The draw comes from names, not from chance: the same box, purpose and
attempt wait equally long in every run, and two boxes do not.
"""

from __future__ import annotations

import hashlib

_SHORTEST_MS = 1_000
_ASKED_LONGEST_S = 6 * 3600


def backoff_ms(failures: int, *, base_ms: int, cap_ms: int, seed: str) -> int:
    """Return the wait after so many failures in a row (1 or more), in ms.

    Args:
        failures: How often it has failed by now.
        base_ms: The most that is waited after the first failure.
        cap_ms: The most that is ever waited.
        seed: What the jitter is drawn from; names box, purpose and boot.
    """
    ceiling = min(cap_ms, base_ms << min(max(failures, 1) - 1, 16))
    return max(_SHORTEST_MS, int(ceiling * share(f"{seed}/{failures}")))


def asked_ms(retry_after_s: float | None) -> int:
    """Return what the other side asks us to wait (``Retry-After``), in ms; nobody is believed beyond six hours."""
    return int(min(retry_after_s or 0.0, _ASKED_LONGEST_S) * 1000)


def share(seed: str) -> float:
    """Return a number from 0 to 1 drawn from a name, even over many names."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) / 0xFFFFFFFF


def scattered_ms(period_ms: int, seed: str) -> int:
    """Return a box's own period: up to an eighth shorter than the common one.

    Boxes that came up in the same second with the township's power drift apart, and stay apart.
    """
    return period_ms - int(period_ms * share(seed) / 8)
