"""The television set's power (HDMI-CEC): on before people come, off when they have gone.

Theory: a session that gathers by itself wakes the set once; `REST_MS` after the last key and after everything that was
on has ended, a set that was woken so is sent to standby. A set that somebody else has switched on is left alone. CEC
says nothing that may be believed of what is seen: many sets do not answer, so nothing here waits for an answer and
nothing else rests on it.

    left alone ──session gathers──► woken ──quiet for REST_MS──► left alone
"""

from __future__ import annotations

from .media_effects import RestTelevision, WakeTelevision
from .quiet import is_busy
from .turn import Turn
from .world import World

REST_MS = 10 * 60_000


def settle(turn: Turn, before: World) -> None:
    """Wake the set or let it rest, when it is time.

    Args:
        before: The world before the event: what has just ended is over from now on.
    """
    world = turn.world
    if is_busy(world):
        session = world.session
        if session is not None and not session.by_hand and session.row.session != world.tv_woken_for:
            turn.change(tv_woken_for=session.row.session)
            turn.issue(WakeTelevision)
    elif is_busy(before):
        turn.change(touched_monotonic_ms=turn.now.monotonic_ms)
    rest = deadline(turn.world)
    if rest is not None and turn.now.monotonic_ms >= rest:
        turn.change(tv_woken_for="")
        turn.issue(RestTelevision)


def deadline(world: World) -> int | None:
    """Return when the set is to rest, in monotonic ms."""
    return world.touched_monotonic_ms + REST_MS if world.tv_woken_for and not is_busy(world) else None
