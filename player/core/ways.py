"""The ways out of danger for a session: the smallest picture first, a stick, another time.

The planner itself is asked what it would expect if people chose so; a way that would leave the session in danger is
none, and no figure comes from anywhere else. A stick helps as long as the store has room. Another start is looked for
at the same time of day, on a day that is no market day and on which nothing else takes place then. Called when people
ask at the television (`open_ways`), and by `player.core.readiness`, which tells the county.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from playlists.occurrences import Occurrence

from . import choices, lessons, own_sessions, schedule
from .actions import FindWays, SmallFirst
from .basis import basis
from .market import is_market
from .outlook import OnStick, Outlook, Risk, Ways, here_bytes
from .planner import plan
from .planning.expectation import IN_DANGER
from .planning.situation import Situation
from .planning.wants import DAY_MS
from .screens_shown import WaysScreen
from .turn import Turn
from .world import World

DAYS_LOOKED_AT: Final = 14
STARTS_TRIED: Final = 4  # a plan is made for each


def ways(world: World, occurrence: Occurrence) -> Ways:
    """Return what helps a session that is in danger; there must be a generation."""
    situation = basis(world)
    now = plan(situation).outlooks.get(occurrence.id)
    if now is None:  # it is over, or was held meanwhile
        return Ways(occurrence.id)
    smaller = _smaller(situation, occurrence, now)
    return Ways(
        occurrence.id,
        percent=now.percent(world.store),
        height=now.height,
        ready_wall_ms=now.ready_wall_ms or now.late_wall_ms,
        on_stick=tuple(_on_stick(world, occurrence, now)),
        smaller_height=smaller.height if smaller else 0,
        smaller_wall_ms=smaller.ready_wall_ms if smaller else 0,
        later_wall_ms=0 if now.crowded else _later(world, situation, occurrence, now),
        crowded=now.crowded,
    )


def open_ways(turn: Turn, wish: FindWays) -> None:
    """Show what helps a session."""
    found = schedule.find(turn.world, wish.occurrence)
    if found is not None:
        turn.change(screens=(*turn.world.screens, WaysScreen(ways(turn.world, found))))


def small_first(turn: Turn, wish: SmallFirst) -> None:
    """Let everything until this session come in the smallest picture first; better ones come after that."""
    found = schedule.find(turn.world, wish.occurrence)
    if found is not None:
        choices.keep(turn, replace(turn.world.preferences, small_first_until_ms=found.starts_ms))


def _smaller(situation: Situation, one: Occurrence, now: Outlook) -> Outlook | None:
    """Return what is expected with the smallest picture first, if that ends the danger."""
    small = plan(replace(situation, small_first_until_ms=one.starts_ms)).outlooks[one.id]
    ends_it = small.risk is Risk.SAFE or (small.risk is Risk.UNSURE and now.risk is Risk.DANGER)
    return small if small.ahead_bytes < now.ahead_bytes and small.ready_wall_ms and ends_it else None


# --- another time


def _later(world: World, situation: Situation, one: Occurrence, now: Outlook) -> int:
    """Return the first other start for which it would be out of danger, 0 if none is found."""
    forecast = situation.forecast
    earliest_ms = forecast.when_ms(now.ahead_bytes / IN_DANGER) if forecast and not now.unknown else None
    if earliest_ms is None:
        return 0
    starts = [start for start in _free_starts(world, one) if start >= earliest_ms][:STARTS_TRIED]
    return next((start for start in starts if _would_be_ready(situation, one, start)), 0)


def _free_starts(world: World, one: Occurrence) -> Iterator[int]:
    others = [other for other in (world.generation.occurrences if world.generation else ()) if other.id != one.id]
    for days in range(1, DAYS_LOOKED_AT + 1):
        start = one.starts_ms + days * DAY_MS
        if not _on_market_day(world, start) and own_sessions.clash(start, one.duration_ms, others) is None:
            yield start


def _on_market_day(world: World, wall_ms: int) -> bool:
    days = (wall_ms + world.settings.utc_offset_minutes * schedule.MINUTE_MS) // DAY_MS
    return is_market(world, date(1970, 1, 1) + timedelta(days=days))


def _would_be_ready(situation: Situation, one: Occurrence, start: int) -> bool:
    moved = tuple(
        replace(other, starts_ms=start) if other.id == one.id else other for other in situation.generation.occurrences
    )
    expected = plan(replace(situation, generation=replace(situation.generation, occurrences=moved))).outlooks[one.id]
    return expected.risk is not Risk.DANGER and expected.ready_wall_ms > 0


# --- a stick


def _on_stick(world: World, one: Occurrence, now: Outlook) -> Iterator[OnStick]:
    """Yield the courses of which something is missing, in the session's order."""
    courses = world.generation.courses if world.generation else {}
    films = {film.blob.sha256 for film in now.films}
    left = Counter[str]()
    for course, lesson in lessons.documents(world.generation, one) if world.generation else ():
        wanted = (film for film in lesson.renditions if film.blob.sha256 in films)
        left[course.id] += sum(film.blob.bytes - here_bytes(world.store, film) for film in wanted)
    if own_sessions.is_own(one) and one.missing:
        yield OnStick(one.title)  # a session of the village's own is called as its one course
    for item in {item.course: item for item in one.items}.values():
        document = courses.get(item.course)
        if document is None:
            yield OnStick(item.title)
        elif left[item.course]:
            yield OnStick(document.title, document.number, left[item.course])
