"""One step of the box: the last world and an event give the next world, what is to be done, and when to wake.

`player.loop` calls it with every event; the simulation calls the same function. It decides nothing itself:
each life (`player.core.playback`, `session`, `transfers` …) owns its transitions.
"""

from __future__ import annotations

from player.core.effects import Effect, Wake
from player.core.events import Event
from player.core.library import Library
from player.core.moment import Moment
from player.core.world import World


def step(
    world: World, event: Event, now: Moment, library: Library, *, strict: bool = False
) -> tuple[World, tuple[Effect, ...], Wake]:
    """Take one event.

    Args:
        world: The world as the last step left it.
        event: What has happened.
        now: When; the only source of time.
        library: The read models of the generation in force.
        strict: Raise on a (state, event) pair that no table knows, instead of logging it: for tests.

    Returns:
        The next world, the effects to perform in this order, and when to send `WokeUp`.

    Raises:
        UnknownPair: In strict mode, a table has no row for what happened.
    """
    raise NotImplementedError
