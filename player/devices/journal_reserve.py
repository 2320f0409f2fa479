"""Room that belongs to the journal: blocks of the disk kept in a file, and given back when others have filled the disk.

The store keeps its hands off a reserve of the disk, but nobody else does: a log that runs wild takes that as well. So
the journal has a file of its own beside it. When it cannot write for want of room the file is cut off, which frees its
blocks at once, and the entry is written; it is filled again when there is room. Every method is quiet about a disk that
refuses: then there is no reserve. Used by `player.devices.journal`, in one thread at a time.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

RESERVE_BYTES: Final = 8 << 20  # tens of thousands of entries
_TIMES_FREE: Final = 4  # so much must be free before the file is filled again
_NO_ROOM_BYTES: Final = 256 << 10  # a commit needs some blocks at once
_log = logging.getLogger(__name__)


class JournalReserve:
    """The file ``journal-reserve``."""

    def __init__(self, path: Path, size_bytes: int = RESERVE_BYTES) -> None:
        self._path, self._size_bytes = path, size_bytes

    def fill(self) -> bool:
        """Take the blocks, if they are not there yet and the disk can spare them; return whether they are there."""
        try:
            with self._path.open("ab") as file:
                if os.fstat(file.fileno()).st_blocks * 512 >= self._size_bytes:
                    return True
                if _free_bytes(self._path) < _TIMES_FREE * self._size_bytes:
                    return False
                os.posix_fallocate(file.fileno(), 0, self._size_bytes)
                os.fsync(file.fileno())
        except OSError as error:
            _log.warning("the journal has no reserve on the disk: %s", error)
            return False
        return True

    def give(self) -> bool:
        """Give the blocks back if it is for want of room that nothing can be written; return whether that helps."""
        try:
            if _free_bytes(self._path.parent) >= _NO_ROOM_BYTES or not self._path.stat().st_blocks:
                return False
            os.truncate(self._path, 0)
        except OSError:
            return False
        _log.error("the disk is full; the journal takes from its reserve")
        return True


def _free_bytes(path: Path) -> int:
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize
