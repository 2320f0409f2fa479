"""Whether the box is quiet: nothing plays, nobody waits for a lesson. Asked by `scrub`, `transfers`, `volume` …"""

from __future__ import annotations

from . import playback, session_now
from .world import World


def is_quiet(world: World) -> bool:
    """Return whether nothing is on the screen that the disk or the store could disturb."""
    on = playback.is_active(world.playback) or world.live is not None or session_now.is_running(world)
    return not on and not world.quitting and not world.transfers.evicting


def is_busy(world: World) -> bool:
    """Return whether a lesson or a session is on, or one that was cut off waits for people."""
    on = playback.is_active(world.playback) or world.live is not None
    return on or world.session is not None or world.interrupted is not None


def for_suspects(world: World) -> bool:
    """Return whether blobs that could not be shown are to be read now, before anything is fetched."""
    return bool(world.scrub.suspects) and is_quiet(world)
