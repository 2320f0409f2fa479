"""What lies where on a stick (U 盘), and writing there so that what is said to be on it is on it.

::

    yuanjiao/metadata/ targets/ media/     the county's published tree, or as much of it as a room needs
    yuanjiao/journals/<site>-<box>/        what boxes have to say: signed envelopes (`playlists.envelope`)
        000001-000200.envelope             … the entries from this number to that one
        000000-binding.envelope            … or its request to be bound (`playlists.binding`), of a box without a site

The tree may also lie at the stick's top; then the journals lie beside it. A stick is pulled out at any time, and a
cheap one says yes to what it has not kept: a file is written under another name, made durable, read back from the
stick itself and compared, then renamed. Callers: the box's `carry` worker, the county, ``yuanjiao stick``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playlists.errors import BadData
from playlists.files import make_folder, sync_folder

FOLDER: Final = "yuanjiao"
JOURNALS: Final = "journals"
ENVELOPE: Final = ".envelope"
SPARE_BYTES: Final = 1 << 20  # what a file system needs for itself beside the bytes of a file
READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PIECE_BYTES: Final = 1 << 20


def tree_on(place: Path) -> Path:
    """Return the folder of the published tree on a stick; where it would lie if there is none."""
    holds = (one for one in (place, place / FOLDER) if any((one / name).is_dir() for name in ("metadata", "media")))
    return next(holds, place / FOLDER)


def envelope_path(site: str, fingerprint: str, first: int, last: int) -> str:
    """Return where the entries of a box from ``first`` to ``last`` lie below the tree; ``site`` is its id, if known."""
    return f"{JOURNALS}/{site or 'box'}-{fingerprint[:8]}/{first:06}-{last:06}{ENVELOPE}"


def request_path(fingerprint: str) -> str:
    """Return where the request of a box to be bound lies below the tree."""
    return f"{JOURNALS}/box-{fingerprint[:8]}/000000-binding{ENVELOPE}"


def envelopes_below(folder: Path) -> Iterator[Path]:
    """Yield the envelopes in a stick, a folder of one, or a file by itself, in the order of their numbers.

    Raises:
        OSError: It cannot be read.
    """
    if folder.is_file():
        yield folder
        return
    yield from sorted(path for path in folder.rglob(f"*{ENVELOPE}") if path.is_file() and not path.name.startswith("."))


def write_checked(path: Path, data: bytes) -> None:
    """Write a file on a stick, and read it back; one that holds these bytes already is left as it is.

    Raises:
        OSError: The stick is full, cannot be written or has gone; `READ_ONLY` and `FULL` tell which.
        BadData: It gives back something else than was written.
    """
    if path.is_file() and path.read_bytes() == data:
        return
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _require_back(temporary, data)
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        _forget(temporary)
        raise


def pieces_back(path: Path) -> Iterator[bytes]:
    """Yield a file piece by piece as the stick itself holds it, not as the memory remembers it.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _require_back(path: Path, data: bytes) -> None:
    if b"".join(pieces_back(path)) != data:
        raise BadData(str(path), "", "the stick gives back something else than was written: it is worn out")


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # it went with the stick
        return
