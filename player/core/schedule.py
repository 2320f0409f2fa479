"""When sessions are due. The wall clock is asked only here and in `windows`, and only while it may be believed.

Theory: nothing is armed and nothing ticks. `due` looks at the moment that it is given, so a clock set
forward, back, or for the first time needs no repair: the next look is right. What has been held or skipped
is in the durable done-set under the occurrence's id, which names its local time, so a clock set back does
not hold it again. A session is due from its gathering until its length has passed; later it is not started
but stays in the list, to be opened by hand. It begins by itself only when the time is trusted; with an estimate its
card gathers and people begin. While the clock is unknown nothing is due, and home asks which session to open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from playlists.occurrences import Occurrence

from .lives.session import GroupSession
from .moment import Moment
from .world import World

MINUTE_MS: Final = 60_000
_DAY_MS: Final = 24 * 60 * MINUTE_MS
SHORTEST_MS: Final = 15 * MINUTE_MS  # a session of unknown length is due for so long
LATE_GATHERING_MS: Final = MINUTE_MS  # who comes late with the power still gets a minute to sit down
LONGEST_MS: Final = 24 * 60 * MINUTE_MS
LONGEST_GATHERING_MS: Final = 120 * MINUTE_MS


def gathers_ms(occurrence: Occurrence) -> int:
    """Return when people begin to gather, in wall ms."""
    return occurrence.starts_ms - occurrence.gather_minutes * MINUTE_MS


def over_ms(occurrence: Occurrence) -> int:
    """Return when the session's time has passed, in wall ms."""
    return occurrence.starts_ms + max(occurrence.duration_ms, SHORTEST_MS)


def is_known(now: Moment) -> bool:
    """Return whether the wall clock may decide anything."""
    return now.trust != "unknown"


def due(world: World, *, but: str = "") -> Occurrence | None:
    """Return the session that should gather or run now and is not done; the first one, leaving out ``but``."""
    now = world.now.wall_ms
    if not is_known(world.now):
        return None
    for one in _ahead(world):
        if one.starts_ms - LONGEST_GATHERING_MS > now:
            break  # nor does any later one gather yet
        if gathers_ms(one) <= now < over_ms(one) and one.id != but:
            return one
    return None


def next_wall_ms(world: World) -> int | None:
    """Return when this may have something new to say, in wall ms."""
    if not is_known(world.now):
        return None
    best, now = None, world.now.wall_ms
    for one in _ahead(world):
        if best is not None and one.starts_ms - LONGEST_GATHERING_MS > best:
            break
        for at in (gathers_ms(one), one.starts_ms, over_ms(one)):
            if at > now:
                best = at if best is None else min(best, at)
                break  # the others come later
    return best


def is_near(world: World, within_ms: int) -> bool:
    """Return whether people gather for a session within so long, or should be there by now."""
    now = world.now.wall_ms
    if not is_known(world.now):
        return False
    for one in _ahead(world):
        if one.starts_ms - LONGEST_GATHERING_MS - within_ms > now:
            break
        if gathers_ms(one) - within_ms <= now < over_ms(one):
            return True
    return False


def next_near_ms(world: World, within_ms: int) -> int | None:
    """Return when `is_near` becomes true next, in wall ms."""
    if not is_known(world.now):
        return None
    best: int | None = None
    for one in _ahead(world):
        if best is not None and one.starts_ms - LONGEST_GATHERING_MS - within_ms > best:
            break
        at = gathers_ms(one) - within_ms
        if at > world.now.wall_ms:
            best = at if best is None else min(best, at)
    return best


def its_minute(now: Moment, session: GroupSession) -> bool:
    """Return whether a gathering session starts by itself now."""
    one = session.occurrence
    if now.trust != "trusted" or not one.starts_ms <= now.wall_ms < over_ms(one):
        return False
    return not begun_late(now, session) or now.monotonic_ms >= session.entered_monotonic_ms + LATE_GATHERING_MS


def begun_late(now: Moment, session: GroupSession) -> bool:
    """Return whether the card appeared only after the session's minute."""
    return now.wall_ms - (now.monotonic_ms - session.entered_monotonic_ms) > session.occurrence.starts_ms


def find(world: World, occurrence: str) -> Occurrence | None:
    """Return an occurrence of the generation in force by its id."""
    occurrences = world.generation.occurrences if world.generation else ()
    return next((one for one in occurrences if one.id == occurrence), None)


def month(wall_ms: int, utc_offset_minutes: int) -> tuple[int, int]:
    """Return year and month at a wall time."""
    return _month_of_day((wall_ms + utc_offset_minutes * MINUTE_MS) // _DAY_MS)


def next_month_ms(wall_ms: int, utc_offset_minutes: int) -> int:
    """Return when the month after this one begins, in wall ms."""
    return _day_of_next_month(*month(wall_ms, utc_offset_minutes)) * _DAY_MS - utc_offset_minutes * MINUTE_MS


@lru_cache(maxsize=4)  # asked in every step, and it is the same day
def _month_of_day(day: int) -> tuple[int, int]:
    local = datetime.fromtimestamp(day * _DAY_MS / 1000, UTC)
    return local.year, local.month


@lru_cache(maxsize=4)
def _day_of_next_month(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - date(1970, 1, 1)).days


def _ahead(world: World) -> Iterator[Occurrence]:
    """Yield the sessions that are not over for long, not done and not waiting to be continued, by their start."""
    occurrences = world.generation.occurrences if world.generation else ()
    first = bisect_left(occurrences, world.now.wall_ms - LONGEST_MS, key=lambda one: one.starts_ms)
    cut = world.interrupted.session if world.interrupted else ""
    for one in occurrences[first:]:
        if one.id not in world.done_sessions and one.id != cut:
            yield one
