"""What the workers of a simulated box see of its line: the product's own book (`player.store.line_history`).

The book lies in a file that is kept here; while boxes are simulated, what the book's module writes durably goes there.
What a worker has seen of a stretch of time is told to the book hour by hour of the box's own clock, as the real worker
tells it every few moments.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch

from player.core import faults
from player.core.forecast import LineHistory
from player.core.moment import Moment
from player.store import line_history
from player.store.errors import StoreError
from player.store.line_history import LineBook, read_history

from .agenda import HOUR_MS
from .line import Line

OFFSET_MINUTES = 480
_ERRNO = {
    faults.CARD_READ_ONLY: errno.EROFS,
    faults.CARD_FAILING: errno.EIO,
    faults.DISK_FULL: errno.ENOSPC,
}


class LineFile:
    """``store/line.json`` and its folder. ``fault`` tells why it cannot be written, empty if it can."""

    def __init__(self, fault: Callable[[], str]) -> None:
        self._data = self._told = b""
        self._fault = fault

    @property
    def root(self) -> LineFile:
        """The folder."""
        return self

    def __truediv__(self, name: str) -> LineFile:
        return self

    def mkdir(self, **_: bool) -> None:
        """The folder is there."""

    def read_bytes(self) -> bytes:
        """Return what was written last."""
        if not self._data:
            raise FileNotFoundError(errno.ENOENT, "nothing yet")
        return self._data

    def write(self, data: bytes) -> None:
        """Replace it as a whole."""
        if fault := self._fault():
            raise OSError(_ERRNO[fault], "the disk refuses")
        self._data = data

    def news(self) -> LineHistory | None:
        """Return what was learnt, if anything was since this was asked last."""
        if self._data == self._told:
            return None
        self._told = self._data
        return self.history

    @property
    def history(self) -> LineHistory:
        """What was learnt until now."""
        return read_history(self)  # type: ignore[arg-type]


@contextmanager
def simulated() -> Iterator[None]:
    """Let the line's history be written to simulated files inside."""
    with patch.object(line_history, "write_durably", lambda file, data: file.write(data)):
        yield


class LineSeen:
    """What one run of a worker sees. Like the real one it knows the time of its start, and what has passed since."""

    def __init__(self, file: LineFile, started: Moment, now_ms: int) -> None:
        self._ahead_ms = started.wall_ms - now_ms if started.trust != "unknown" else None
        self._at_ms = now_ms
        self.book = LineBook(file, self._wall_ms, OFFSET_MINUTES)  # type: ignore[arg-type]

    def _wall_ms(self) -> int | None:
        return None if self._ahead_ms is None else self._at_ms + self._ahead_ms

    def flight(self, line: Line, cap: int | None, since_ms: int, until_ms: int, brought: int | None) -> None:
        """Tell of a stretch of time in which films were asked for, under a cap in bit/s; None: nothing could come."""
        capacity = line.capacity(cap)
        carried = capacity.brought(since_ms, until_ms) or 1.0
        for from_ms, to_ms in self._hours(since_ms, until_ms):
            if brought is None:
                self._tell(to_ms, to_ms - from_ms, 0.0)
            else:
                tried_ms = line.tried_ms(cap, from_ms, to_ms)
                self._tell(to_ms, tried_ms, brought * capacity.brought(from_ms, to_ms) / carried)

    def small(self, line: Line, now_ms: int, length: int) -> None:
        """Tell of something that came within the moment."""
        self._tell(now_ms, length / max(1e-3, line.rate(now_ms)), length)

    def pause(self, milliseconds: int) -> None:
        """Tell that the line was dead before this run began."""
        self.book.observe_pause(milliseconds / 1000)

    def end(self, now_ms: int) -> None:
        """Write what the disk did not take before.

        Raises:
            StoreError: It still does not.
        """
        self._at_ms = now_ms
        self.book.write()

    def _tell(self, at_ms: int, tried_ms: float, brought_bytes: float) -> None:
        self._at_ms = at_ms - 1  # what ends with an hour belongs to it
        with suppress(StoreError):  # it stays to be written
            self.book.observe(tried_ms / 1000, brought_bytes)
            self.book.write()

    def _hours(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        ahead_ms = self._ahead_ms or 0
        while from_ms < to_ms:
            until_ms = min(to_ms, from_ms + HOUR_MS - (from_ms + ahead_ms) % HOUR_MS)
            yield from_ms, until_ms
            from_ms = until_ms
