"""Waits for something to happen to a file in some folders, by inotify(7), so that a kill can follow within a moment."""

from __future__ import annotations

import ctypes
import os
import re
import select
import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

_MODIFY, _MOVED_TO, _CREATE, _DELETE = 0x002, 0x080, 0x100, 0x200
_HEADER = struct.Struct("iIII")


class FileWatch:
    """A watch over folders; those that are not there are left out. A context manager."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder in folders:
            wanted = _MODIFY | _MOVED_TO | _CREATE | _DELETE
            self._library.inotify_add_watch(self._descriptor, os.fsencode(folder), wanted)

    def wait(self, name: str, nth: int, seconds: float) -> bool:
        """Wait until something has happened so often to files whose name matches; return whether it has in time."""
        deadline = time.monotonic() + seconds
        while (left_s := deadline - time.monotonic()) > 0:
            if not select.select([self._descriptor], [], [], left_s)[0]:
                break
            nth -= sum(re.fullmatch(name, found) is not None for found in self._names())
            if nth <= 0:
                return True
        return False

    def _names(self) -> Iterator[str]:
        data = os.read(self._descriptor, 65_536)
        while data:
            length = _HEADER.unpack_from(data)[3]
            yield os.fsdecode(data[_HEADER.size : _HEADER.size + length].rstrip(b"\0"))
            data = data[_HEADER.size + length :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
