"""When the screen rests: a picture that stands for hours burns into old televisions.

Theory: after `IDLE_MS` without a key, and while nothing plays, gathers or waits for people, a calm clock stands in
place of whatever is on the stack, somewhere else every minute. Nothing is kept of it: it follows from the time of the
last key. The first key takes it away and does nothing else. Asked by `player.screens` and `player.step`.
"""

from __future__ import annotations

from typing import Final

from . import information, quiet
from .lives.room import BindingState, CheckState
from .world import World

IDLE_MS: Final = 5 * 60_000
MOVE_MS: Final = 60_000


def begins_ms(world: World) -> int | None:
    """Return when the screen begins to rest, in monotonic ms; None while it may not."""
    waits = (
        not world.started
        or not world.touched_monotonic_ms
        or quiet.is_busy(world)
        or world.playback is not None
        or world.learning is not None
        or (world.stick is not None and world.stick.is_in_use)
        or bool(information.waiting(world))  # an urgent notice stays until somebody puts it away
        or (world.check is not None and world.check.state is CheckState.LISTENING)
        or world.binding.state is BindingState.CODE_SHOWN  # somebody reads it out to the office
    )
    return None if waits else world.touched_monotonic_ms + IDLE_MS


def is_shown(world: World) -> bool:
    """Return whether the screen rests."""
    begins = begins_ms(world)
    return begins is not None and world.now.monotonic_ms >= begins


def moved(world: World) -> int:
    """Return how often the clock has moved since the screen rests."""
    return max(0, world.now.monotonic_ms - (begins_ms(world) or 0)) // MOVE_MS


def next_change_ms(world: World) -> int | None:
    """Return when the screen begins to rest or the clock moves on, in monotonic ms."""
    begins, now = begins_ms(world), world.now.monotonic_ms
    if begins is None or now < begins:
        return begins
    return begins + (moved(world) + 1) * MOVE_MS
