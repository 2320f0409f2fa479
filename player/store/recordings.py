"""What was recorded at this site of a live channel: the only copy there is, and shown on this box alone.

A recording has a note ``recordings/<id>.json``, which says from where and when it is, and parts ``<id>-<number>.ts``,
one for each stretch without a break. The note is written first, also of each part, so that nothing lies here without
its source; what has none is neither shown nor touched. The store's quota counts recordings; nothing but a person's
explicit wish removes one. How long a part lasts is read from itself. Callers: the live worker, which records
(`player.workers.live.recorder`), and `player.devices.store`.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from player.core.facts import RecordedPart, StoredRecording
from player.store.errors import on_the_disk
from player.store.names import StoreNames
from player.store.transport_stream import length_ms
from playlists.codec import decode_document, encode_document
from playlists.documents import Count, Document, Identifier, LocalTime, Record, Title
from playlists.errors import BadData
from playlists.files import make_folder, sync_folder, write_durably
from playlists.recordings import is_recording, name_of

MEDIA_SUFFIX: Final = ".ts"
NOTE_SUFFIX: Final = ".json"
PARTS_MOST: Final = 200
_ID: Final = re.compile("[0-9a-f]{32}")


class PartNote(Record, frozen=True, kw_only=True):
    """One stretch without a break; ``wall_ms`` is when it began, 0 if nobody knew."""

    number: Count
    wall_ms: int


class Recording(Document, frozen=True, kw_only=True):
    """``<id>.json``: what was recorded.

    ``box`` is the fingerprint of the box that recorded it, ``source`` the channel's id and ``title`` its name;
    ``starts`` and ``minutes`` are what was planned, in the village's wall time.
    """

    box: str
    source: Identifier
    title: Title
    starts: LocalTime
    minutes: Count
    parts: tuple[PartNote, ...] = ()


def id_of(name: str) -> str:
    """Return under which id a recording lies, by its name (`playlists.recordings`)."""
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def film_path(names: StoreNames, blob: str) -> Path:
    """Return where a film lies that the core names: a blob, or ``<recording>/<part>``."""
    name, _, part = blob.rpartition("/")
    return part_path(names, id_of(name), int(part)) if is_recording(name) else names.media(blob)


def part_path(names: StoreNames, recording: str, part: int) -> Path:
    """Return where a part of a recording lies.

    Raises:
        ValueError: This is no recording's id.
    """
    return names.recordings / f"{_checked(recording)}-{part:03}{MEDIA_SUFFIX}"


def note(names: StoreNames, recording: str, about: Recording) -> None:
    """Write durably what is about to be recorded.

    Raises:
        ValueError: This is no recording's id.
        StoreError: The disk refuses.
    """
    with on_the_disk(f"noting recording {recording}"):
        make_folder(names.recordings)
        write_durably(_note_path(names, recording), encode_document(about))


def noted(names: StoreNames, recording: str) -> Recording | None:
    """Return what is noted of a recording; None if there is nothing sound."""
    try:
        path = _note_path(names, recording)
        return decode_document(Recording, path.read_bytes(), str(path))
    except (OSError, BadData):
        return None


def recordings_of(names: StoreNames, box: str = "") -> dict[str, StoredRecording]:
    """Return the recordings that a box has made, by name, or those of all; what says nothing sound is left out.

    Raises:
        StoreError: The disk cannot be read.
    """
    with on_the_disk("looking through the recordings"):
        found = {}
        for path in sorted(names.recordings.glob(f"*{NOTE_SUFFIX}")):
            about = noted(names, path.stem) if _ID.fullmatch(path.stem) else None
            name = name_of(about.source, about.starts) if about else ""
            if about is not None and path.stem == id_of(name) and box in ("", about.box):
                found[name] = _stored(names, path.stem, about)
        return found


def delete(names: StoreNames, name: str) -> None:
    """Remove a recording because somebody says so: its parts first, so that none is ever left without its source.

    Raises:
        StoreError: The disk refuses; what is left can be deleted again.
    """
    recording = id_of(name)
    with on_the_disk(f"deleting recording {recording}"):
        for path in names.recordings.glob(f"{recording}-*{MEDIA_SUFFIX}"):
            path.unlink(missing_ok=True)
        _note_path(names, recording).unlink(missing_ok=True)
        if names.recordings.is_dir():
            sync_folder(names.recordings)


def _stored(names: StoreNames, recording: str, about: Recording) -> StoredRecording:
    parts = (_part(part_path(names, recording, one.number), one) for one in about.parts)
    return StoredRecording(
        about.box, about.source, about.title, about.starts, about.minutes, tuple(one for one in parts if one)
    )


def _part(path: Path, about: PartNote) -> RecordedPart | None:
    """Return a part; None if nothing of it is on the disk, such as after a power cut, or it cannot be read any more."""
    with suppress(OSError):
        length, size = length_ms(path), path.stat().st_size
        if length:
            return RecordedPart(about.number, about.wall_ms, length, size)
    return None


def _note_path(names: StoreNames, recording: str) -> Path:
    return names.recordings / f"{_checked(recording)}{NOTE_SUFFIX}"


def _checked(recording: str) -> str:
    if not _ID.fullmatch(recording):
        raise ValueError(f"{recording!r} is no id of a recording: 32 digits of 0-9 and a-f")
    return recording
