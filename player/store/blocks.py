"""Reading back what the store holds, on a card that may have lost some of it.

A place that the card cannot give back (EIO) is not the end of a blob: it is a piece that must come again. Everything
else that the operating system says is raised. The one way to the disk for whoever compares content, so that tests can
spoil a place.
"""

from __future__ import annotations

import errno
import os


def read_back(descriptor: int, length: int, offset: int) -> bytes | None:
    """Return the bytes at a place of an open file, fewer at its end; None if the card cannot give them back.

    Raises:
        OSError: The disk says something else than that.
    """
    try:
        return os.pread(descriptor, length, offset)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return None
