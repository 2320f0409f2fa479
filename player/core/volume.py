"""How loud: by day and at night as chosen (设置), never louder than the most, and louder or softer by key until then.

Theory: there are two parts of a day. When one begins, its volume is set, but only while nothing plays and no session
is on, so that a session that lasts into the night is not turned down in the middle of a sentence. Without a known
time it is day.

    day ◄──06:00, 22:00, while nothing is on──► night
"""

from __future__ import annotations

from typing import Final

from .media_effects import SetVolume
from .quiet import is_busy
from .schedule import MINUTE_MS, is_known
from .turn import Turn
from .world import World

NIGHT_BEGINS_HOUR: Final = 22
DAY_BEGINS_HOUR: Final = 6
_HOUR_MS: Final = 60 * MINUTE_MS


def is_night(world: World) -> bool:
    """Return whether the volume for the night holds."""
    if not is_known(world.now):
        return False
    hour = _hour(world)
    return hour >= NIGHT_BEGINS_HOUR or hour < DAY_BEGINS_HOUR


def day_percent(world: World) -> int:
    """Return the volume by day."""
    chosen = world.preferences.day_percent
    return limited(world, world.settings.volume_percent if chosen is None else chosen)


def night_percent(world: World) -> int:
    """Return the volume at night: that of the day if none was chosen."""
    chosen = world.preferences.night_percent
    return day_percent(world) if chosen is None else limited(world, chosen)


def usual_percent(world: World) -> int:
    """Return the volume of this part of the day."""
    return night_percent(world) if is_night(world) else day_percent(world)


def limited(world: World, percent: int) -> int:
    """Return a volume that may be had, nearest to this one."""
    return min(world.preferences.most_percent, max(0, percent))


def put(turn: Turn, percent: int) -> None:
    """Set the volume, within what may be had."""
    percent = limited(turn.world, percent)
    turn.change(volume_percent=percent)
    turn.issue(SetVolume, percent=percent)


def settle(turn: Turn) -> None:
    """Begin the other part of the day; turn down what is louder than it may be."""
    world = turn.world
    if world.volume_percent > world.preferences.most_percent:
        put(turn, world.volume_percent)
    night = is_night(world)
    if night != world.night and not is_busy(world):
        turn.change(night=night)
        if day_percent(world) != night_percent(world):
            put(turn, usual_percent(world))


def next_wall_ms(world: World) -> int | None:
    """Return when the other part of the day begins, in wall ms; None if that changes nothing."""
    if not is_known(world.now) or day_percent(world) == night_percent(world):
        return None
    now_hour, offset_ms = _hour(world), world.settings.utc_offset_minutes * MINUTE_MS
    midnight_ms = (world.now.wall_ms + offset_ms) // (24 * _HOUR_MS) * 24 * _HOUR_MS - offset_ms
    hour = next((hour for hour in (DAY_BEGINS_HOUR, NIGHT_BEGINS_HOUR) if now_hour < hour), 24 + DAY_BEGINS_HOUR)
    return midnight_ms + hour * _HOUR_MS


def _hour(world: World) -> int:
    """Return the hour of the village's day, 0 to 23."""
    return (world.now.wall_ms + world.settings.utc_offset_minutes * MINUTE_MS) // _HOUR_MS % 24
