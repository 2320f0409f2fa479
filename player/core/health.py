"""The box's own state (设备状态) goes into the journal once a day, and soon after a start."""

from __future__ import annotations

from playlists.entries import Health

from . import ledger
from .facts import NO_MONTH
from .turn import Turn
from .world import World

EVERY_MS = 24 * 60 * 60_000
FIRST_MS = 10 * 60_000


def settle(turn: Turn) -> None:
    """Record it when it is due."""
    world = turn.world
    if turn.now.monotonic_ms < world.health_monotonic_ms or world.quitting:
        return
    turn.change(health_monotonic_ms=turn.now.monotonic_ms + EVERY_MS)
    spent = world.store.spent
    health = Health(
        version=world.settings.version,
        generation=world.generation.number if world.generation else 0,
        free_bytes=max(0, world.store.free_bytes),
        stored_bytes=sum(blob.bytes_here for blob in world.store.blobs.values()),
        fetched_bytes=world.transfers.fetched_bytes,
        line_month="" if spent.month == NO_MONTH else f"{spent.month[0]:04}-{spent.month[1]:02}",
        line_bytes=spent.by_purpose,
    )
    ledger.append(turn, health)


def deadline(world: World) -> int | None:
    """Return when it is due, in monotonic ms."""
    return world.health_monotonic_ms
