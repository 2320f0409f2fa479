"""Keeps a live channel on the disk (录制) while it is received: parts of whole packets, durable every few seconds.

A part is a stretch without a break, from one receiver; the next one begins after the signal was lost, and after a power
cut or a kill, when the same recording is asked for again. The note names a part before the part has a byte. A cut costs
what was not synced yet (`SYNC_S`). The disk's reserve is never touched: then, or when all that the recording may take
is taken, it ends with what it has. Called by the live worker (`watching`), in one thread.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from msgspec.structs import replace

from player.store.errors import StoreFull, on_the_disk
from player.store.names import StoreNames
from player.store.recordings import PARTS_MOST, PartNote, Recording, id_of, note, noted, part_path
from player.store.transport_stream import PACKET_BYTES, clock_ms
from player.workers.messages import RecordGrew, RecordOrder
from playlists.files import make_folder, sync_folder
from playlists.recordings import name_of

SYNC_S: Final = 2.0


class Recorder:
    """Records one channel into the store.

    Args:
        store: Its folder.
        order: What is to be recorded, and how much room it may take.
        reserve_bytes: How much of the disk must stay free.
        wall_ms: Tells the time, None while nobody knows it.
    """

    def __init__(
        self, store: Path, order: RecordOrder, *, reserve_bytes: int, wall_ms: Callable[[], int | None]
    ) -> None:
        self.order = order
        self.name = name_of(order.channel, order.starts)
        self._names, self._id = StoreNames(store), id_of(self.name)
        self._reserve_bytes, self._wall_ms = reserve_bytes, wall_ms
        self._about = noted(self._names, self._id) or Recording(
            box=order.box, source=order.channel, title=order.title, starts=order.starts, minutes=order.minutes
        )
        self._file: BinaryIO | None = None
        self._bytes = self._written_bytes = 0
        self._first_ms: int | None = None
        self._last_ms = 0
        self._synced_s = 0.0

    def lost(self) -> None:
        """The signal is lost: what comes next is another part.

        Raises:
            StoreError: The disk refuses.
        """
        if self._file is not None:
            self._sync()
            self._file.close()
            self._file = None

    def write(self, block: bytes) -> RecordGrew | None:
        """Add whole packets; return how far it is each time that it is durable.

        Raises:
            StoreFull: There is no room for more.
            StoreError: The disk refuses.
        """
        self._make_sure_of_room(len(block))
        with on_the_disk("recording a live channel"):
            file = self._file or self._begin()
            rest = memoryview(block)
            while rest:
                rest = rest[file.write(rest) or 0 :]
        self._bytes += len(block)
        self._written_bytes += len(block)
        self._read_clocks(block)
        if time.monotonic() - self._synced_s < SYNC_S:
            return None
        self._sync()
        return self.grew()

    def grew(self) -> RecordGrew:
        """Return how far the part is that is being written."""
        part = self._about.parts[-1]
        length = self._last_ms - self._first_ms if self._first_ms is not None else 0
        return RecordGrew(
            recording=self.name, part=part.number, wall_ms=part.wall_ms, length_ms=max(0, length), bytes=self._bytes
        )

    def close(self) -> RecordGrew | None:
        """End it; return how far it came, None if nothing was recorded since the last break.

        Raises:
            StoreError: The disk refuses.
        """
        if self._file is None:
            return None
        self.lost()
        return self.grew()

    def _begin(self) -> BinaryIO:
        parts = self._about.parts
        if len(parts) >= PARTS_MOST:
            raise StoreFull("recording a live channel", f"it has broken off {PARTS_MOST} times")
        number = parts[-1].number + 1 if parts else 1
        self._about = replace(self._about, parts=(*parts, PartNote(number=number, wall_ms=self._wall_ms() or 0)))
        note(self._names, self._id, self._about)
        self._file = part_path(self._names, self._id, number).open("xb", buffering=0)
        self._bytes, self._first_ms, self._last_ms, self._synced_s = 0, None, 0, 0.0
        return self._file

    def _sync(self) -> None:
        assert self._file is not None
        with on_the_disk("recording a live channel"):
            os.fsync(self._file.fileno())
            if not self._synced_s:
                sync_folder(self._names.recordings)
        self._synced_s = time.monotonic()

    def _make_sure_of_room(self, more_bytes: int) -> None:
        if self._written_bytes + more_bytes > self.order.most_bytes:
            raise StoreFull("recording a live channel", "it has taken all the room that it may")
        with on_the_disk("measuring the disk"):
            make_folder(self._names.recordings)
            free = shutil.disk_usage(self._names.root).free
        if free - more_bytes < self._reserve_bytes:
            raise StoreFull("recording a live channel", "the disk's reserve would be touched")

    def _read_clocks(self, block: bytes) -> None:
        view = memoryview(block)
        for at in range(0, len(block), PACKET_BYTES):
            clock = clock_ms(view[at : at + PACKET_BYTES])
            if clock is not None:
                self._first_ms = clock if self._first_ms is None else self._first_ms
                self._last_ms = clock
