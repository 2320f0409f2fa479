"""How long to wait before trying again: exponential with full jitter, so that a county's boxes never come together.

The jitter is drawn from names, not from chance: the same box, purpose and attempt wait equally long in
every run, and two boxes do not.
"""

from __future__ import annotations

import zlib

_SHORTEST_MS = 1_000


def backoff_ms(failures: int, *, base_ms: int, cap_ms: int, seed: str) -> int:
    """Return the wait after so many failures in a row (1 or more), in ms.

    Args:
        failures: How often it has failed by now.
        base_ms: The most that is waited after the first failure.
        cap_ms: The most that is ever waited.
        seed: What the jitter is drawn from; names box, purpose and boot.
    """
    ceiling = min(cap_ms, base_ms << min(max(failures, 1) - 1, 16))
    draw = zlib.crc32(f"{seed}/{failures}".encode()) / 0xFFFFFFFF
    return max(_SHORTEST_MS, int(ceiling * draw))
