"""What the store holds and how much room is left; and taking blobs out of it.

Names and marks are read, no content: a start must be quick. Room is the smaller of what the quota and the
disk leave; the reserve is kept free on the disk for the journal and the system. There may be less than none, when
others fill the disk: then something must go. Recordings and what is in quarantine count like blobs, and `evict`
cannot reach them. Another process may be filling or removing blobs meanwhile: what vanishes while we look is not
there. Callers: `player.devices.store`, the workers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from player.core.facts import StoredBlob
from player.store.errors import UNWRITABLE, on_the_disk
from player.store.marks import BrokenMarks, Marks
from player.store.names import StoreNames, is_blob_name
from playlists.files import make_folder, sync_folder

_BLOCK_BYTES: Final = 512


class Contents(msgspec.Struct, frozen=True):
    """The blobs in the store, and the bytes that all of it and the recordings alone take up on the disk."""

    blobs: dict[str, StoredBlob]
    used_bytes: int
    recordings_bytes: int


def scan(names: StoreNames) -> Contents:
    """Read what is in the store; makes its folders if they are missing.

    Raises:
        StoreError: The disk cannot be read or written.
    """
    with on_the_disk(f"looking through {names.root}"):
        _make_folders(names)
        blobs = dict(_partials(names))
        blobs.update(_wholes(names))
        return Contents(blobs, used_bytes(names), bytes_in(names.recordings))


def _make_folders(names: StoreNames) -> None:
    """Make what is missing; on a card that has turned read-only what is there must do."""
    try:
        for folder in (names.medias, names.partials, names.recordings):
            make_folder(folder)
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise


def used_bytes(names: StoreNames) -> int:
    """Return the bytes that the store takes up on the disk; holes in partial blobs do not count."""
    folders = [names.partials, names.recordings, names.quarantine, *_folders(names.medias)]
    return sum(bytes_in(folder) for folder in folders)


def bytes_in(folder: Path) -> int:
    """Return the bytes that the files of a folder take up on the disk; 0 if there is none."""
    found = (_status(entry) for entry in _files(folder))
    return sum(status.st_blocks * _BLOCK_BYTES for status in found if status)


def free_bytes(names: StoreNames, used: int, *, quota_bytes: int, reserve_bytes: int) -> int:
    """Return the room for more blobs; below 0, how much must go so that quota and reserve hold again."""
    disk = os.statvfs(names.root)
    return min(quota_bytes - used, disk.f_bavail * disk.f_frsize - reserve_bytes)


def evict(names: StoreNames, blobs: Iterable[str]) -> tuple[str, ...]:
    """Take blobs out of the store, whole or partial; return those that are no longer in it.

    Raises:
        StoreError: The disk does not let us.
    """
    gone = tuple(blob for blob in blobs if is_blob_name(blob))
    touched = {names.partials}
    with on_the_disk("evicting"):
        for blob in gone:
            for path in (names.media(blob), names.partial(blob), names.marks(blob)):
                path.unlink(missing_ok=True)
            touched.add(names.media(blob).parent)
        for folder in touched:
            if folder.is_dir():
                sync_folder(folder)
    return gone


def _wholes(names: StoreNames) -> Iterator[tuple[str, StoredBlob]]:
    for folder in _folders(names.medias):
        for entry in _files(folder):
            status = _status(entry)
            if status and status.st_size and is_blob_name(entry.name) and entry.name.startswith(folder.name):
                _forget_marks(names, entry.name)
                yield entry.name, StoredBlob(status.st_size, complete=True)


def _forget_marks(names: StoreNames, blob: str) -> None:
    """Remove what a kill just after the rename has left."""
    marks = names.marks(blob)
    if marks.exists():
        with suppress(OSError):
            marks.unlink()


def _partials(names: StoreNames) -> Iterator[tuple[str, StoredBlob]]:
    for entry in _files(names.partials):
        if not is_blob_name(entry.name):
            continue
        try:
            here = Marks.decode(names.marks(entry.name).read_bytes()).verified_bytes
        except (BrokenMarks, OSError):
            here = 0  # compared anew when the blob is fetched next, or finished just now; it can be evicted
        if names.partial(entry.name).exists():
            yield entry.name, StoredBlob(here, complete=False)


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return a file's status; None if another process has just removed or renamed it."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]


def _files(folder: Path) -> list[os.DirEntry[str]]:
    if not folder.is_dir():
        return []
    return [entry for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
