"""After a power cut or a stranger's hand: what does not belong into the store's folders is put aside, not deleted.

Ours and understood, hence removed: the marks of a blob that is gone, blobs without a byte, and files that were being
written under a temporary name. Everything else that is no regular file under a name of ours goes to ``quarantine/``:
blobs in others' folders, folders and links where files should be, names of other lengths. What lies beside our
folders, such as ``lost+found`` on a disk of its own, is not ours to judge, and no recording is touched. The quarantine
keeps the newest `KEPT_ENTRIES` and `KEPT_BYTES`; the last one put aside stays however large it is.

Called by `player.devices.store` at the start, before anything else uses the store; `put_aside` by who finds something
later.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from player.store.names import MARKS_SUFFIX, StoreNames, is_blob_name
from playlists.files import sync_folder

KEPT_ENTRIES: Final = 50
KEPT_BYTES: Final = 256 << 20
_BIN: Final = re.compile("[0-9a-f]{2}")
_TEMPORARY: Final = re.compile(r"\.[0-9a-f]{64}\.marks\.\w+")
_NUMBER: Final = re.compile(r"(\d{8})-")
_LONGEST_NAME_BYTES: Final = 120
_log = logging.getLogger(__name__)


def tidy(names: StoreNames) -> list[str]:
    """Put aside what does not belong; return its names below the store's folder. Never raises: a start goes on."""
    aside: list[str] = []
    try:
        for path in _strangers(names):
            put_aside(names, path)
            aside.append(str(path.relative_to(names.root)))
        if aside:
            sync_folder(names.quarantine)
            _bound(names.quarantine)
    except OSError as error:
        _log.error("the store cannot be put in order: %s", error)
    if aside:
        _log.warning("put aside in %s: %s", names.quarantine, ", ".join(aside[:10]))
    return aside


def _strangers(names: StoreNames) -> Iterator[Path]:
    for folder in (names.quarantine, names.medias, names.partials, names.fetched, names.recordings):
        if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
            yield folder
    if os.path.lexists(names.scrub) and not _is_plain(names.scrub):
        yield names.scrub
    yield from _in_media(names)
    yield from _in_partial(names)
    yield from (path for path in _inside(names.fetched) if not _is_plain(path))


def _in_media(names: StoreNames) -> Iterator[Path]:
    for folder in _inside(names.medias):
        if folder.is_symlink() or not folder.is_dir() or not _BIN.fullmatch(folder.name):
            yield folder
            continue
        for path in _inside(folder):
            named = is_blob_name(path.name) and path.name.startswith(folder.name)
            if not named or not _is_plain(path):
                yield path
            elif not path.stat().st_size:
                path.unlink()


def _in_partial(names: StoreNames) -> Iterator[Path]:
    for path in _inside(names.partials):
        plain = _is_plain(path)
        blob = path.name.removesuffix(MARKS_SUFFIX)
        if plain and (_TEMPORARY.fullmatch(path.name) or (_is_marks(path) and not names.partial(blob).exists())):
            path.unlink(missing_ok=True)
        elif not plain or not (is_blob_name(blob) or path.name == ".lock"):
            yield path


def _is_marks(path: Path) -> bool:
    return path.name.endswith(MARKS_SUFFIX) and is_blob_name(path.name.removesuffix(MARKS_SUFFIX))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if not folder.is_symlink() else []
    except OSError:
        return []


def put_aside(names: StoreNames, path: Path) -> None:
    """Move something of the store into quarantine.

    Raises:
        OSError: The disk refuses.
    """
    if path == names.quarantine:  # a file of this name makes way for the folder, and is its first entry
        path = path.rename(path.with_name(f".{path.name}"))
    names.quarantine.mkdir(parents=True, exist_ok=True)
    number = 1 + max((_number(one) for one in _inside(names.quarantine)), default=0)
    label = os.fsencode("-".join(path.relative_to(names.root).parts))[:_LONGEST_NAME_BYTES]
    path.rename(names.quarantine / f"{number:08}-{os.fsdecode(label)}")


def _number(path: Path) -> int:
    found = _NUMBER.match(path.name)
    return int(found[1]) if found else 0


def _bound(quarantine: Path) -> None:
    """Forget the oldest beyond what is kept."""
    entries = sorted(_inside(quarantine), key=_number)
    sizes = [_bytes_of(path) for path in entries]
    gone = 0
    while len(entries) > 1 and (len(entries) > KEPT_ENTRIES or sum(sizes) > KEPT_BYTES):
        oldest, _ = entries.pop(0), sizes.pop(0)
        gone += 1
        if oldest.is_dir() and not oldest.is_symlink():
            shutil.rmtree(oldest, ignore_errors=True)
        else:
            oldest.unlink(missing_ok=True)
    if gone:
        _log.warning("the quarantine was full: its oldest %d are removed", gone)


def _bytes_of(path: Path) -> int:
    inside = [path, *path.rglob("*")] if path.is_dir() and not path.is_symlink() else [path]
    return sum(one.lstat().st_blocks * 512 for one in inside)
