"""Putting finished files into the published tree, each under the SHA-256 of its content.

A blob appears whole or not at all: it is written beside the tree, fsynced and renamed. Called by
`county.courses.transcode` and `county.sounds.prepare`; nothing ever changes or removes a blob here.
"""

from __future__ import annotations

import os
from pathlib import Path

from county.folders import published_folder
from playlists.chunks import measure
from playlists.documents import Blob
from playlists.files import sync_folder, write_durably
from playlists.targets import media_path


def keep_blob(path: Path) -> Blob:
    """Move a finished file into the published tree with its chunk list, and return how documents name it.

    Raises:
        OSError: The disk is full or broken; the file is left where it was.
        BadData: The file is empty.
    """
    measured = measure(path)
    if measured.blob.chunk_list:
        place = _place(measured.blob.chunk_list)
        if not place.exists():
            write_durably(place, measured.chunk_list)
    path.chmod(0o644)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    place = _place(measured.blob.sha256)
    path.replace(place)
    sync_folder(place.parent)
    return measured.blob


def _place(sha256: str) -> Path:
    place = published_folder() / media_path(sha256)
    if not place.parent.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(place.parent.parent)
    return place
