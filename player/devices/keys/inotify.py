"""Tells when something in a folder has come, gone or been given other rights (inotify(7)). Used by `device`."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

_CREATE, _DELETE, _ATTRIB, _MOVED_TO = 0x100, 0x200, 0x004, 0x080


class FolderWatch:
    """A descriptor that becomes readable when the folder has changed."""

    def __init__(self, folder: Path) -> None:
        """Watch a folder.

        Raises:
            OSError: There is no such folder, or the kernel gives no more watches.
        """
        library = ctypes.CDLL(None, use_errno=True)
        self.descriptor = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "inotify cannot be had")
        wanted = _CREATE | _DELETE | _ATTRIB | _MOVED_TO
        if library.inotify_add_watch(self.descriptor, os.fsencode(folder), wanted) < 0:
            error = ctypes.get_errno()
            os.close(self.descriptor)
            raise OSError(error, os.strerror(error), str(folder))

    def clear(self) -> None:
        """Take note of the changes so far; whoever asks looks at the folder itself."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.descriptor, 4096):
                pass

    def close(self) -> None:
        """End the watch."""
        os.close(self.descriptor)
