"""What the disk under the store may answer, as the faults that a person can do something about.

All are `FailedAttempt`: nothing here says that data is bad. `fault` is the code that goes to the screen.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from player.core import faults
from playlists.errors import FailedAttempt

UNWRITABLE: Final = frozenset({errno.EROFS, errno.EACCES})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreError(FailedAttempt):
    """The store's disk did not do what was asked."""

    fault = faults.CARD_FAILING


class StoreFull(StoreError):
    """There is no room: something must be evicted first."""

    fault = faults.DISK_FULL


class StoreBusy(FailedAttempt):
    """Another process works on the store; nothing is wrong with the disk."""


class StoreReadOnly(StoreError):
    """The disk has turned read-only, as failing cards do."""

    fault = faults.CARD_READ_ONLY


def store_error(what: str, error: OSError) -> StoreError:
    """Return the store's error for what the operating system said."""
    why = error.strerror or str(error)
    if error.errno in _FULL:
        return StoreFull(what, why)
    if error.errno == errno.EROFS:
        return StoreReadOnly(what, why, retry=False)
    return StoreError(what, why)


@contextmanager
def on_the_disk(what: str) -> Iterator[None]:
    """Turn what the operating system says inside into a `StoreError`."""
    try:
        yield
    except OSError as error:
        raise store_error(what, error) from error
