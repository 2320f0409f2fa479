"""Where lessons from the menu were left, so that who comes back goes on there and not at the beginning.

Rules: only what was watched for a while and not to its end is remembered; a lesson that was finished begins anew. The
journal repeats it at the next start (`player.devices.journal_starts`), also after a power cut. Sessions remember their
place in their own row. A lesson's key is its course and its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EARLIEST_MS: Final = 30_000
BEFORE_END_MS: Final = 60_000
AGAIN_MS: Final = 5_000  # people hear the last sentence once more
KEPT: Final = 200
REASONS: Final = frozenset({"menu", "order"})  # why a lesson that is remembered was played


def key(course: str, lesson: str) -> str:
    """Return the name of a lesson among what is remembered."""
    return f"{course}/{lesson}"


def after(left_off: Mapping[str, int], lesson: str, position_ms: int, *, finished: bool) -> dict[str, int]:
    """Return what is remembered after a play of a lesson (by its key) has ended; the last ones are kept."""
    kept = {name: at for name, at in left_off.items() if name != lesson}
    if not finished and position_ms >= EARLIEST_MS:
        kept[lesson] = position_ms
    return dict(list(kept.items())[-KEPT:])


def begin_at(left_off: Mapping[str, int], lesson: str, duration_ms: int) -> int:
    """Return where to begin a lesson (by its key), in ms; 0 if it was never left or only just before its end."""
    position_ms = left_off.get(lesson, 0)
    return max(0, position_ms - AGAIN_MS) if EARLIEST_MS <= position_ms < duration_ms - BEFORE_END_MS else 0
