"""From the world to the scene: which screen draws, and when the picture will change by itself."""

from __future__ import annotations

from player.core.library import Library
from player.core.world import World

from .scene import Scene, Text


def view(world: World, library: Library) -> Scene:
    """Return what the TV shall show."""
    return Scene(background=(16, 24, 38), marks=(Text(64, 36, 1152, "远教", 48, (240, 243, 247)),))


def next_change(world: World) -> int | None:
    """Return the wall time in ms at which the picture changes though nothing happens; None if it does not."""
    return (world.now.wall_ms // 60_000 + 1) * 60_000
