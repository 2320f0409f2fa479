"""The last minutes of a live channel on the disk: segments of about two seconds, the oldest removed when it grows.

One thread writes, several read; a reader that was overtaken goes on with the oldest segment there is. What an earlier
run left is removed at the start: nothing of a ring outlives its worker. When the disk has no room, the ring is shorter.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from player.store.errors import on_the_disk
from playlists.files import make_folder

SEGMENT_S: Final = 2.0
_READ_BYTES: Final = 1 << 16


@dataclass
class _Segment:
    number: int
    began_s: float
    bytes: int = 0


class Ring:
    """Keeps the last of a stream.

    Args:
        folder: Its own folder; what lies there is removed.
        limit_bytes: How much it may take.
        reserve_bytes: How much of the disk must stay free.

    Raises:
        StoreError: The disk refuses.
    """

    def __init__(self, folder: Path, limit_bytes: int, reserve_bytes: int) -> None:
        self._folder, self._limit_bytes, self._reserve_bytes = folder, limit_bytes, reserve_bytes
        self._segments: deque[_Segment] = deque()
        self._grown = threading.Condition()
        self._closed = False
        with on_the_disk("making room for a live channel"):
            shutil.rmtree(folder, ignore_errors=True)
            make_folder(folder)

    def write(self, block: bytes) -> None:
        """Add to the newest segment, or begin one.

        Raises:
            StoreError: The disk refuses.
        """
        now_s = time.monotonic()
        with self._grown, on_the_disk("keeping a live channel"):
            if not self._segments or now_s - self._segments[-1].began_s >= SEGMENT_S:
                self._begin(now_s)
            newest = self._segments[-1]
            with self._path(newest.number).open("ab") as file:
                file.write(block)
            newest.bytes += len(block)
            self._grown.notify_all()

    def kept_ms(self) -> int:
        """Return how far back it reaches."""
        with self._grown:
            return round((time.monotonic() - self._segments[0].began_s) * 1000) if self._segments else 0

    def read(self, behind_ms: int) -> Iterator[bytes]:
        """Yield the stream from about so long ago, and go on as it grows, until the ring is closed."""
        number, offset = self._start(behind_ms), 0
        while True:
            with self._grown:
                while not self._closed and not self._has(number, offset):
                    self._grown.wait(1.0)
                if self._closed:
                    return
                oldest, newest = self._segments[0].number, self._segments[-1].number
                if number < oldest:
                    number, offset = oldest, 0
                with self._path(number).open("rb") as file:
                    file.seek(offset)
                    part = file.read(_READ_BYTES)
            offset += len(part)
            if part:
                yield part
            elif number < newest:
                number, offset = number + 1, 0

    def close(self) -> None:
        """End all readers and remove what is kept."""
        with self._grown:
            self._closed = True
            self._grown.notify_all()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, now_s: float) -> None:
        number = self._segments[-1].number + 1 if self._segments else 0
        while len(self._segments) > 1 and (self._is_full() or self._disk_is_full()):
            self._path(self._segments.popleft().number).unlink(missing_ok=True)
        self._segments.append(_Segment(number, now_s))

    def _is_full(self) -> bool:
        return sum(one.bytes for one in self._segments) >= self._limit_bytes

    def _disk_is_full(self) -> bool:
        return shutil.disk_usage(self._folder).free < self._reserve_bytes

    def _start(self, behind_ms: int) -> int:
        """Return the segment in which that moment lies; of a ring that is empty yet, the first."""
        wanted_s = time.monotonic() - behind_ms / 1000
        with self._grown:
            before = [one.number for one in self._segments if one.began_s <= wanted_s]
            return before[-1] if before else (self._segments[0].number if self._segments else 0)

    def _has(self, number: int, offset: int) -> bool:
        if not self._segments:
            return False
        newest = self._segments[-1]
        return number < newest.number or (number == newest.number and offset < newest.bytes)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.ts"
