"""What is usual and not yet announced: sessions that the county will add within the week, if it goes on as before.

Learnt from the calendar alone: as many sessions as began in the last seven days are expected in every seven days to
come, as long and as large as those known. What is announced already is taken off. It takes part in the choice, so
that what is known today does not take line time from what becomes known tomorrow. Nor the room: what a coming session
needs is never evicted, so better pictures of sessions three weeks ahead must not fill the store to its brim, or one
that is announced for this evening finds no place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from playlists.occurrences import Occurrence

from .. import lessons
from .situation import Situation
from .wants import DAY_MS, quality_of

STEP_MS: Final = DAY_MS // 2
AHEAD_MS: Final = 7 * DAY_MS
SAMPLE: Final = 6  # so many sessions before and after now tell how large one is
LEFT_FREE: Final = 2  # sessions in the smallest picture, for which there is always room
SHARE: Final = 0.9  # of what is usual; a little less than all proved best


class Reserve(msgspec.Struct, frozen=True):
    """``usual`` tells how many more sessions fall due by a wall time; ``steps`` what one of them takes.

    A step is (quality, bytes) of a whole session in one rendition, from small to large.
    """

    usual: tuple[tuple[int, float], ...] = ()
    steps: tuple[tuple[float, float], ...] = ()

    @property
    def most_bytes(self) -> float:
        """What all of it takes in the best rendition."""
        return sum(number for _, number in self.usual) * self.steps[-1][1] if self.steps else 0.0

    @property
    def room_bytes(self) -> int:
        """What better pictures leave free in the store."""
        number = max(LEFT_FREE, sum(number for _, number in self.usual))
        return int(number * self.steps[0][1]) if self.steps else 0


def reserve(situation: Situation, coming: Sequence[Occurrence]) -> Reserve:
    """Return what to expect beyond what is announced; nothing while the clock is unknown."""
    now_ms = situation.wall_ms
    if now_ms is None:
        return Reserve()
    held = [one for one in situation.generation.occurrences if now_ms - AHEAD_MS < one.starts_ms <= now_ms]
    steps = _steps(situation, [*held[-SAMPLE:], *coming[:SAMPLE]])
    if not held or not steps:
        return Reserve((), steps)
    rate = len(held) / AHEAD_MS
    usual, before = [], 0.0
    for ahead_ms in range(STEP_MS, AHEAD_MS + 1, STEP_MS):
        known = sum(one.starts_ms <= now_ms + ahead_ms for one in coming)
        unknown = max(before, rate * ahead_ms - known)
        if unknown > before:
            usual.append((now_ms + ahead_ms, SHARE * (unknown - before)))
        before = unknown
    return Reserve(tuple(usual), steps)


def _steps(situation: Situation, known: Sequence[Occurrence]) -> tuple[tuple[float, float], ...]:
    """Return what a session takes on average, for each height within policy that lessons come in."""
    sizes, lengths = Counter[int](), Counter[int]()
    best = situation.generation.policy.best_height
    for one in known:
        for _, lesson in lessons.documents(situation.generation, one):
            for rendition in lesson.renditions:
                if rendition.height <= best:
                    sizes[rendition.height] += rendition.blob.bytes
                    lengths[rendition.height] += lesson.duration_ms
    length_ms = sum(one.duration_ms for one in known) / max(1, len(known))
    return tuple((quality_of(height), sizes[height] / lengths[height] * length_ms) for height in sorted(sizes))
