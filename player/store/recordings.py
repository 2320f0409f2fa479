"""What was recorded at this site, such as a live stream: the only copy there is, and shown on this box alone.

A recording ``recordings/<id>.ts`` has beside it ``<id>.json``, which says from where and when it is; that is written
first, so that no recording is ever without its source. One without is neither shown nor touched. The store's quota
counts recordings; nothing but a person's explicit wish removes one. Callers: whoever records, and the menu.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from player.store.errors import on_the_disk
from player.store.names import StoreNames
from playlists.codec import decode_document, encode_document
from playlists.documents import Document, Identifier, Title
from playlists.entries import ClockTrust
from playlists.errors import BadData
from playlists.files import make_folder, write_durably

MEDIA_SUFFIX: Final = ".ts"
NOTE_SUFFIX: Final = ".json"
_NAME: Final = re.compile("[0-9a-f]{32}")


class Recording(Document, frozen=True, kw_only=True):
    """``<id>.json``: what was recorded.

    ``box`` is the fingerprint of the box that recorded it, ``source`` the id of the live stream; boot, monotonic and
    wall time say when it began, as an entry of the journal does.
    """

    box: str
    source: Identifier
    title: Title
    boot: int
    monotonic_ms: int
    wall_ms: int
    trust: ClockTrust


def media_path(names: StoreNames, recording: str) -> Path:
    """Return where a recording's film lies.

    Raises:
        ValueError: This is no recording's id.
    """
    return names.recordings / f"{_checked(recording)}{MEDIA_SUFFIX}"


def note(names: StoreNames, recording: str, about: Recording) -> None:
    """Write durably what is about to be recorded.

    Raises:
        ValueError: This is no recording's id.
        StoreError: The disk refuses.
    """
    with on_the_disk(f"noting recording {recording}"):
        make_folder(names.recordings)
        write_durably(names.recordings / f"{_checked(recording)}{NOTE_SUFFIX}", encode_document(about))


def recordings_of(names: StoreNames, box: str) -> dict[str, Recording]:
    """Return the recordings that this box has made and may show, by id; what says nothing sound is left out."""
    found = {}
    for path in sorted(names.recordings.glob(f"*{MEDIA_SUFFIX}")):
        about = _read(path.with_suffix(NOTE_SUFFIX)) if _NAME.fullmatch(path.stem) else None
        if about is not None and about.box == box:
            found[path.stem] = about
    return found


def _read(path: Path) -> Recording | None:
    try:
        return decode_document(Recording, path.read_bytes(), str(path))
    except (OSError, BadData):
        return None


def _checked(recording: str) -> str:
    if not _NAME.fullmatch(recording):
        raise ValueError(f"{recording!r} is no id of a recording: 32 digits of 0-9 and a-f")
    return recording
