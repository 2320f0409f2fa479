"""The store's device: the scan at start, and `EvictBlobs`."""

from __future__ import annotations

from pathlib import Path

from player.core.effects import Effect
from player.core.facts import StoreFacts
from player.ports import Emit


def scan_store(root: Path, *, quota_bytes: int, reserve_bytes: int) -> StoreFacts:
    """Return what the store holds, by names and marks alone; makes the folders that are missing.

    Raises:
        StoreError: The disk cannot be read or written.
    """
    raise NotImplementedError


class StoreDevice:
    """Does `EvictBlobs` in a thread of its own."""

    def __init__(self, root: Path, *, quota_bytes: int, reserve_bytes: int) -> None:
        raise NotImplementedError

    def start(self, emit: Emit) -> None:
        """Begin to work."""

    def perform(self, effect: Effect) -> None:
        """Put an eviction on the queue."""

    def stop(self) -> None:
        """End after the eviction that is going on."""
