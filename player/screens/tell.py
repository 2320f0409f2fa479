"""Answer a key that cannot do what was hoped for: never silence, always a line that says why."""

from __future__ import annotations

from msgspec.structs import replace

from player.core.world import Notice, World

NOTICE_MS = 4_000


def tell(world: World, words: str) -> World:
    """Return the world with a notice that goes away by itself."""
    return replace(world, notice=Notice(words, world.now.monotonic_ms + NOTICE_MS))
