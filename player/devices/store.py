"""The store's device: the scan at start, and a thread of its own that evicts and watches the disk.

Every few minutes it measures the room, for others write on the disk too, and looks whether it has turned read-only, as
failing cards do long before anybody writes to them.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from player.core import faults
from player.core.effects import Effect, EvictBlobs, RemoveRecording
from player.core.events import FaultReported
from player.core.facts import StoreFacts
from player.core.media_events import RecordingRemoved
from player.core.worker_events import Evicted, RoomMeasured
from player.ports import Emit
from player.store.contents import bytes_in, evict, free_bytes, scan, used_bytes
from player.store.errors import StoreBusy, StoreError, on_the_disk
from player.store.line_history import read_history
from player.store.lock import alone
from player.store.meter import spent
from player.store.names import StoreNames, is_blob_name
from player.store.recordings import delete, recordings_of
from player.store.tidy import tidy

MEASURE_S: Final = 300.0
WORTH_SAYING_BYTES: Final = 8 << 20
_log = logging.getLogger(__name__)


def scan_store(root: Path, *, quota_bytes: int, reserve_bytes: int) -> StoreFacts:
    """Put the store in order and return what it holds, by names and marks alone; makes the folders that are missing.

    Args:
        root: The store's folder.
        quota_bytes: What the store may take up.
        reserve_bytes: What must stay free on the disk.

    Raises:
        StoreError: The disk cannot be read or written; `fault` is the code to show.
    """
    names = StoreNames(root)
    tidy(names)
    contents = scan(names)
    with on_the_disk(f"measuring {root}"):
        free = free_bytes(names, contents.used_bytes, quota_bytes=quota_bytes, reserve_bytes=reserve_bytes)
        line, taken, recordings = read_history(names), contents.recordings_bytes, recordings_of(names)
        return StoreFacts(contents.blobs, free, quota_bytes, spent(names), line, taken, recordings)


class StoreDevice:
    """Does `EvictBlobs` and `RemoveRecording`, and says `RoomMeasured`."""

    def __init__(self, root: Path, *, quota_bytes: int, reserve_bytes: int) -> None:
        self._names, self._quota_bytes, self._reserve_bytes = StoreNames(root), quota_bytes, reserve_bytes
        self._queue: queue.SimpleQueue[EvictBlobs | RemoveRecording | None] = queue.SimpleQueue()
        self._said: RoomMeasured | None = None
        self._read_only = False
        self._thread = threading.Thread(target=self._run, name="store")

    def start(self, emit: Emit) -> None:
        """Begin to work."""
        self._emit = emit
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Put an eviction or a deletion on the queue."""
        if not isinstance(effect, EvictBlobs | RemoveRecording):
            raise TypeError(effect)
        self._queue.put(effect)

    def stop(self) -> None:
        """End after the evictions that were asked for."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._watch()
            try:
                effect = self._queue.get(timeout=MEASURE_S)
            except queue.Empty:
                continue
            if effect is None:
                return
            if isinstance(effect, RemoveRecording):
                self._delete(effect)
            else:
                self._evict(effect)

    def _delete(self, effect: RemoveRecording) -> None:
        free, error = 0, ""
        try:
            delete(self._names, effect.recording)
            free = self._free_bytes()
        except StoreError as problem:
            error = str(problem)
            _log.error("%s", error)
            self._emit(FaultReported(problem.fault, active=True, detail=error))
        self._emit(RecordingRemoved(effect.id, effect.recording, free, error))

    def _watch(self) -> None:
        """Say what has changed on the disk by itself."""
        try:
            with on_the_disk("measuring the disk"):
                read_only = bool(os.statvfs(self._names.root).f_flag & os.ST_RDONLY)
            room = RoomMeasured(self._free_bytes(), bytes_in(self._names.recordings))
        except StoreError as error:
            self._emit(FaultReported(error.fault, active=True, detail=str(error)))
            return
        if read_only != self._read_only:
            self._read_only = read_only
            why = "the disk is read-only" if read_only else ""
            self._emit(FaultReported(faults.CARD_READ_ONLY, active=read_only, detail=why))
        if self._said is None or _differs(self._said, room):
            self._said = room
            self._emit(room)

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
        self._said = RoomMeasured(free, self._said.recordings_bytes) if self._said and gone else self._said
        self._emit(Evicted(effect.id, gone, free))

    def _no_worker(self, blobs: Iterable[str]) -> AbstractContextManager[None]:
        """Wait for the worker that fills one of these blobs; the core has told it to end."""
        partial = any(is_blob_name(blob) and self._names.partial(blob).exists() for blob in blobs)
        return alone(self._names) if partial else nullcontext()

    def _free_bytes(self) -> int:
        with on_the_disk("measuring the room"):
            used = used_bytes(self._names)
            return free_bytes(self._names, used, quota_bytes=self._quota_bytes, reserve_bytes=self._reserve_bytes)


def _differs(said: RoomMeasured, now: RoomMeasured) -> bool:
    """Return whether the room has changed so much that a plan may rest on it."""
    much = abs(said.free_bytes - now.free_bytes) >= WORTH_SAYING_BYTES
    return much or (said.free_bytes < 0) != (now.free_bytes < 0) or said.recordings_bytes != now.recordings_bytes
