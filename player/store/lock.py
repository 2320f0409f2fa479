"""One process at a time fills or removes blobs: the lock over the store's partial blobs.

The kernel frees it with the process that held it, however that ended. Callers: the fetch worker, for as long as it
runs, and `player.devices.store` before it removes what a worker being ended may still write.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from player.store.errors import StoreBusy, on_the_disk
from player.store.names import StoreNames
from playlists.files import make_folder

LOCK_WAIT_S: Final = 10.0
_LOOK_AGAIN_S: Final = 0.02


@contextmanager
def alone(names: StoreNames, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
    """Keep other processes out.

    Raises:
        StoreBusy: Another one has been at work for so long.
        StoreError: The disk refuses.
    """
    with on_the_disk(f"opening {names.root}"):
        make_folder(names.partials)
        descriptor = os.open(names.partials / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        until_s = time.monotonic() + wait_s
        while not _locked(descriptor):
            if time.monotonic() >= until_s:
                raise StoreBusy("use the store", "another fetch worker is still at work")
            time.sleep(_LOOK_AGAIN_S)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
