"""What was stopped by telephone (停播码), and until when that holds.

Theory: a box that was told so has plans that do not know it yet. The plans that come later decide: those signed after
the county's day of the code either hold the stop order, or the course was released again. Until then the code stands,
through every start. Nothing is deleted: it is asked anew with each generation. Called by `generation` and `stop_codes`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from playlists.documents import StopOrder

from .facts import GenerationFacts, ToldStop
from .language import _
from .moment import Moment

DAYS_ASIDE: Final = 7  # so far may a box's clock be wrong
DAYS_AFTER: Final = 90  # so long may a box without the time have been off
_DAY: Final = timedelta(days=1)


def holds(facts: GenerationFacts, day: str, utc_offset_minutes: int) -> bool:
    """Return whether a code of this day says more than the plans in force; those signed later decide."""
    return day_at(facts.signed_wall_ms, utc_offset_minutes).isoformat() <= day


def with_told(facts: GenerationFacts, told: tuple[ToldStop, ...], utc_offset_minutes: int) -> GenerationFacts:
    """Return a generation with the stops that were told by telephone and that it cannot know of."""
    holding = (
        StopOrder(id="told-by-telephone", course=one.course, reason=_("县远教办电话通知"), issued=f"{one.day}T00:00")
        for one in told
        if holds(facts, one.day, utc_offset_minutes)
    )
    return replace(facts, told=tuple(holding))


def days_to_try(
    now: Moment, floor_wall_ms: int, told: tuple[ToldStop, ...], course: str, utc_offset_minutes: int
) -> tuple[str, ...]:
    """Return the days of which a code for a course may be, the likeliest first.

    A code that was used is of no more use: only later days count for that course.

    Args:
        now: What the box believes of the time.
        floor_wall_ms: The newest signed time: no code that is of use is much older.
        told: The codes that were used here.
        course: Which one shall be stopped.
        utc_offset_minutes: The zone of the county's days.
    """
    if now.trust == "unknown":
        first, days = day_at(max(floor_wall_ms, now.wall_ms), utc_offset_minutes), range(-1, DAYS_AFTER + 1)
    else:
        first = day_at(now.wall_ms, utc_offset_minutes)
        days = range(-DAYS_ASIDE, DAYS_ASIDE + 1)
    used = max((one.day for one in told if one.course == course), default="")
    wanted = ((first + number * _DAY).isoformat() for number in sorted(days, key=abs))
    return tuple(day for day in wanted if day > used)


def day_at(wall_ms: int, utc_offset_minutes: int) -> date:
    """Return the county's day at a wall time."""
    return datetime.fromtimestamp(wall_ms // 1000 + utc_offset_minutes * 60, UTC).date()
