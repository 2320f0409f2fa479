"""From the world to the scene: which screen draws, and when the picture will change by itself."""

from __future__ import annotations

from player.core import information, saver
from player.core.language import speaking
from player.core.library import Library
from player.core.listed import listed
from player.core.lives.room import BindingState
from player.core.world import World

from . import faces, gathering, live, playing
from .design import MAGNIFIED, sized
from .scene import Scene, magnified
from .words import MINUTE_MS, clock_known


def view(world: World, library: Library) -> Scene:
    """Return what the TV shall show."""
    large = world.preferences.large_type
    with speaking(world.preferences.language), sized(large):
        scene = faces.face(world).view(world, listed(world.generation, library))
    return magnified(scene, MAGNIFIED) if large else scene


def next_change(world: World) -> int | None:
    """Return the wall time in ms at which the picture changes though nothing happens; None if it does not.

    Clock and countdowns change by the minute, in the last minutes of gathering by the second; a notice and the panel
    over the moving picture go away at their monotonic times, given here as wall times of the same instant.
    """
    now, shown = world.now, faces.face(world)
    moving = shown is playing or (shown is live and world.live is not None)
    ends = [world.notice.until_monotonic_ms] if world.notice else []
    if shown is playing and playing.panel_visible(world):
        ends.append(playing.panel_until(world))
    if shown is live and live.panel_visible(world):
        ends.append(live.panel_until(world))
    if shown is live and (ticks := live.next_second(world)) is not None:
        ends.append(ticks)
    if world.binding.state is BindingState.CODE_SHOWN:
        left = world.binding.expires_monotonic_ms - now.monotonic_ms
        ends.append(now.monotonic_ms + (left % MINUTE_MS or MINUTE_MS) if left > 0 else 0)
    if (rests := saver.next_change_ms(world)) is not None:
        ends.append(rests)
    notice_ends = information.next_wall_ms(world) if clock_known(world) else None
    changes = [now.wall_ms + end - now.monotonic_ms for end in ends if end > now.monotonic_ms]
    if clock_known(world) and not moving:
        step = 1_000 if faces.face(world) is gathering and gathering.seconds_shown(world) else MINUTE_MS
        changes.append((now.wall_ms // step + 1) * step)
    if notice_ends is not None and notice_ends > now.wall_ms:
        changes.append(notice_ends)
    return min(changes, default=None)
