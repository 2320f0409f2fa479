"""What a plan rests on."""

from __future__ import annotations

import msgspec

from playlists.documents import Blob

from ..facts import GenerationFacts, StoreFacts
from ..forecast import Forecast
from ..worker_effects import WantedBlob


class Situation(msgspec.Struct, frozen=True):
    """All that a plan is made from.

    Args:
        generation: What is scheduled, ordered and offered.
        store: What is here, the quota and the free room.
        wall_ms: Now, or None while the clock is unknown.
        done: Sessions held or skipped.
        in_use: Blobs that are on the screen or needed to continue.
        unwanted: Courses that somebody has deleted, and that do not come as mere stock.
        small_first_until_ms: What is due until then comes in the smallest picture first: people chose so.
        forecast: What the line may bring; None while the clock is unknown, for then nobody can say.
        trusted: Whether the clock is; one that only estimates may be hours ahead, so what seems to be over may still
            be to come.
    """

    generation: GenerationFacts
    store: StoreFacts
    wall_ms: int | None
    done: frozenset[str]
    in_use: frozenset[str]
    forecast: Forecast | None
    unwanted: frozenset[str] = frozenset()
    small_first_until_ms: int = 0
    trusted: bool = True

    @property
    def best_height(self) -> int:
        """The greatest height that the county lets boxes fetch."""
        return self.generation.policy.best_height

    def is_complete(self, sha256: str) -> bool:
        """Return whether a blob is here as a whole."""
        stored = self.store.blobs.get(sha256)
        return stored is not None and stored.complete

    def left_bytes(self, blob: Blob | WantedBlob) -> int:
        """Return what of a blob is still to be fetched; chunks that are here count."""
        stored = self.store.blobs.get(blob.sha256)
        if stored is None:
            return blob.bytes
        return 0 if stored.complete else max(1, blob.bytes - stored.bytes_here)
