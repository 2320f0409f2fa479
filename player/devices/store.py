"""The store's device: the scan at start, and `EvictBlobs` in a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from player.core.effects import Effect, EvictBlobs
from player.core.events import Evicted, FaultReported
from player.core.facts import StoreFacts
from player.ports import Emit
from player.store.contents import evict, free_bytes, scan, used_bytes
from player.store.errors import StoreBusy, StoreError, on_the_disk
from player.store.lock import alone
from player.store.meter import spent
from player.store.names import StoreNames, is_blob_name

_log = logging.getLogger(__name__)


def scan_store(root: Path, *, quota_bytes: int, reserve_bytes: int) -> StoreFacts:
    """Return what the store holds, by names and marks alone; makes the folders that are missing.

    Args:
        root: The store's folder.
        quota_bytes: What the store may take up.
        reserve_bytes: What must stay free on the disk.

    Raises:
        StoreError: The disk cannot be read or written; `fault` is the code to show.
    """
    names = StoreNames(root)
    contents = scan(names)
    with on_the_disk(f"measuring {root}"):
        free = free_bytes(names, contents.used_bytes, quota_bytes=quota_bytes, reserve_bytes=reserve_bytes)
        return StoreFacts(contents.blobs, free, quota_bytes, spent(names))


class StoreDevice:
    """Does `EvictBlobs`."""

    def __init__(self, root: Path, *, quota_bytes: int, reserve_bytes: int) -> None:
        self._names, self._quota_bytes, self._reserve_bytes = StoreNames(root), quota_bytes, reserve_bytes
        self._queue: queue.SimpleQueue[EvictBlobs | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store")

    def start(self, emit: Emit) -> None:
        """Begin to work."""
        self._emit = emit
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Put an eviction on the queue."""
        if not isinstance(effect, EvictBlobs):
            raise TypeError(effect)
        self._queue.put(effect)

    def stop(self) -> None:
        """End after the evictions that were asked for."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (effect := self._queue.get()) is not None:
            self._evict(effect)

    def _evict(self, effect: EvictBlobs) -> None:
        gone: tuple[str, ...] = ()
        free = 0
        try:
            with self._no_worker(effect.blobs):
                gone, free = evict(self._names, effect.blobs), self._free_bytes()
        except StoreBusy as error:
            _log.warning("evicting is put off: %s", error)
        except StoreError as error:
            _log.error("evicting failed: %s", error)
            self._emit(FaultReported(error.fault, active=True, detail=str(error)))
        self._emit(Evicted(effect.id, gone, free))

    def _no_worker(self, blobs: Iterable[str]) -> AbstractContextManager[None]:
        """Wait for the worker that fills one of these blobs; the core has told it to end."""
        partial = any(is_blob_name(blob) and self._names.partial(blob).exists() for blob in blobs)
        return alone(self._names) if partial else nullcontext()

    def _free_bytes(self) -> int:
        with on_the_disk("measuring the room"):
            used = used_bytes(self._names)
            return free_bytes(self._names, used, quota_bytes=self._quota_bytes, reserve_bytes=self._reserve_bytes)
