"""A card with places that it cannot give back: reads of them fail as the kernel says it (EIO).

Put in at the one place through which the product compares what it holds (`player.store.blocks`). A place that is
written again is good again, as cards with spare blocks do it, unless it is `stubborn`.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest


class BadSectors:
    """Bad places: (file, offset); a read that touches one fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, stubborn: bool = False) -> None:
        self._places: set[tuple[int, int]] = set()  # (inode, offset)
        self._pread, self._pwrite, self._stubborn = os.pread, os.pwrite, stubborn
        monkeypatch.setattr(os, "pread", self._read)
        monkeypatch.setattr(os, "pwrite", self._write)

    def spoil(self, path: Path, offset: int) -> None:
        """Let a place of a file go bad; it stays with the file wherever that is renamed to."""
        self._places.add((path.stat().st_ino, offset))

    def _touched(self, descriptor: int, length: int, offset: int) -> set[tuple[int, int]]:
        inode = os.fstat(descriptor).st_ino
        return {(one, at) for one, at in self._places if one == inode and offset <= at < offset + length}

    def _read(self, descriptor: int, length: int, offset: int) -> bytes:
        if self._touched(descriptor, length, offset):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self._pread(descriptor, length, offset)

    def _write(self, descriptor: int, data: bytes, offset: int) -> int:
        if not self._stubborn:
            self._places -= self._touched(descriptor, len(data), offset)
        return self._pwrite(descriptor, data, offset)
