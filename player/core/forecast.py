"""What the line brought before, hour of the week by hour of the week, and what it may bring.

The fetch worker observes: how long it was trying in an hour, and how many bytes came. An hour's memory is
bounded (`MEMORY_S`): what is observed later slowly replaces what was observed before, so that a new line, or
a neighbour's new television, is learnt within a few weeks. Beside that it remembers the longest outage, for
sums by the hour cannot tell a line that is half as fast every day from one that is away every other day. Pure; the
worker keeps the history in a file.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

HOURS: Final = 7 * 24
MEMORY_S: Final = 4 * 3600.0  # so much trying is remembered of an hour of the week
FADES_S: Final = 28 * 24 * 3600.0  # after so much trying an outage is remembered as a third of what it was
SILENT: Final = 0.05  # of what the line brings on average: less counts as nothing
_HOUR_MS: Final = 3_600_000
_THURSDAY_MS: Final = 3 * 24 * _HOUR_MS  # 1 January 1970


class LineHistory(msgspec.Struct, frozen=True):
    """For each hour of the week from Monday 0:00: seconds in which the box tried to fetch, and the bytes that came.

    ``silent_s`` is how long it has been trying for next to nothing until now, ``outage_s`` the longest such
    time, which fades (`FADES_S`).
    """

    tried_s: tuple[float, ...] = (0.0,) * HOURS
    brought_bytes: tuple[float, ...] = (0.0,) * HOURS
    silent_s: float = 0.0
    outage_s: float = 0.0


def hour_of_week(wall_ms: int, utc_offset_minutes: int) -> int:
    """Return the hour of the week at a wall time, 0 to 167, in a fixed time zone."""
    return (wall_ms + utc_offset_minutes * 60_000 + _THURSDAY_MS) // _HOUR_MS % HOURS


def observe(history: LineHistory, hour: int, *, tried_s: float, brought_bytes: float) -> LineHistory:
    """Add an observation.

    Args:
        history: What is known so far.
        hour: The hour of the week (`hour_of_week`) in which it was made.
        tried_s: How long the box was trying, silence and pauses after failures included, pauses for a cap not.
        brought_bytes: What came in that time.
    """
    tried, brought = list(history.tried_s), list(history.brought_bytes)
    tried[hour] += tried_s
    brought[hour] += brought_bytes
    if tried[hour] > MEMORY_S:
        brought[hour] *= MEMORY_S / tried[hour]
        tried[hour] = MEMORY_S
    average = sum(history.brought_bytes) / max(1.0, sum(history.tried_s))
    silent_s = 0.0 if brought_bytes > SILENT * average * tried_s else history.silent_s + tried_s
    outage_s = max(silent_s, history.outage_s * math.exp(-tried_s / FADES_S))
    return LineHistory(tuple(tried), tuple(brought), silent_s, outage_s)
