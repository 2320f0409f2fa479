"""The clerk's stick at a simulated box: films for the village, and the journal's entries on the way back.

What it brings comes over no line and costs none of its allowance. What it takes along reaches the county when the clerk
hands it in, hours or days later, beside or after what the line has brought.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from player.core.events import StickGone, StickPut

from .agenda import ALWAYS, DAY_MS, HOUR_MS, MINUTE_MS
from .county import County
from .inbox import Inbox
from .journal import JournalFile

BYTES_PER_MS = 4_000
Entries = tuple[tuple[bytes, ...], bytes]  # and the chain's hash after the last


@dataclass
class Stick:
    """A stick: its folder, the blobs on it, and what the box has written."""

    folder: str
    blobs: tuple[str, ...]
    entries: Entries | None = None

    @property
    def put(self) -> StickPut:
        """What the box is told when it finds it."""
        return StickPut(self.folder, "yuanjiao", self.blobs)

    @property
    def gone(self) -> StickGone:
        """What the box is told when it is pulled."""
        return StickGone(self.folder)

    def write(self, journal: JournalFile) -> tuple[int, int]:
        """Take along what the county is not known to hold; return the numbers of the first and the last entry."""
        rows = journal.rows[journal.acknowledged :]
        if not rows:
            return 0, 0
        self.entries = tuple(row.data for row in rows), rows[-1].hash
        return rows[0].seq, rows[-1].seq


def made(county: County, chance: Random, number: int) -> Stick:
    """Return a stick with all lessons of some courses, each in one size."""
    blobs: list[str] = []
    for course in chance.sample(sorted(county.courses), 4):
        for lesson in county.courses[course].lessons:
            film = chance.choice(lesson.renditions).blob
            blobs += [film.sha256, *([film.chunk_list] if film.chunk_list else [])]
    return Stick(f"/run/media/{number}", tuple(blobs))


def hand_in(at: Callable[..., None], now_ms: int, inbox: Inbox, stick: Stick, chance: Random) -> None:
    """The clerk takes it to the county, which may have heard all of it by then."""
    if stick.entries is not None:
        after_ms = chance.choice((10 * MINUTE_MS, 5 * HOUR_MS, 4 * DAY_MS))
        at(now_ms + after_ms, ALWAYS, inbox.take, *stick.entries)
