"""Version numbers that never go back, whatever is restored from a backup.

Boxes refuse anything older than they have seen. A county restored from last month's backup no longer knows
what it published since, so a version is never merely "the last one plus one": it is at least the seconds
since 2025 UTC. A restore takes longer than the publications it forgot (one a second at most would be needed
to outrun it).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_EPOCH: Final = datetime(2025, 1, 1, tzinfo=UTC)


def next_version(last_known: int, now: datetime) -> int:
    """Return a version above the last known one and above all that were forgotten before ``now``."""
    return max(last_known + 1, int((now - _EPOCH).total_seconds()))
