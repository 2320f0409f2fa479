"""Comparing blobs at rest with what they should be: how far that has come, and what becomes of a bad one.

A whole blob with a bad chunk goes back to being a partial one with every other chunk marked; so it costs that chunk,
and the fetch worker hashes the whole once more when it is complete again. The marks are durable before the file is
renamed: a kill in between leaves a whole blob, which is found bad again. Caller: the scrub worker.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from player.store.errors import on_the_disk
from player.store.marks import Marks
from player.store.names import StoreNames
from playlists.files import sync_folder, write_durably

_FIRST: Final = ""


class Progress(msgspec.Struct, frozen=True):
    """How far the round through the store has come.

    ``after`` is the last blob that was compared to its end, ``blob`` and ``chunk`` where the next one stands.
    ``read_bytes`` were read on ``day``.
    """

    after: str = _FIRST
    blob: str = ""
    chunk: int = 0
    day: str = ""
    read_bytes: int = 0


def read_progress(names: StoreNames) -> Progress:
    """Return how far it has come; from the beginning if that cannot be read."""
    try:
        return msgspec.json.decode(names.scrub.read_bytes(), type=Progress)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Progress()


def write_progress(names: StoreNames, progress: Progress) -> None:
    """Keep how far it has come.

    Raises:
        StoreError: The disk refuses.
    """
    with on_the_disk(f"writing {names.scrub}"):
        write_durably(names.scrub, msgspec.json.encode(progress))


def in_turn(blobs: Iterable[str], after: str) -> list[str]:
    """Return blobs in the order in which a round takes them, beginning behind the one that came last."""
    ordered = sorted(blobs)
    return [blob for blob in ordered if blob > after] + [blob for blob in ordered if blob <= after]


def make_partial(names: StoreNames, sha256: str, blob_bytes: int, bad: Collection[int]) -> int:
    """Turn a whole blob into a partial one without its bad chunks; return how many bytes of it are good.

    Nobody else may be at work on the store (`player.store.lock`).

    Raises:
        StoreError: The disk refuses.
    """
    marks = Marks(blob_bytes)
    for index in range(len(marks)):
        if index not in bad:
            marks.verify(index)
    with on_the_disk(f"giving up chunks of {sha256}"):
        names.partials.mkdir(parents=True, exist_ok=True)
        write_durably(names.marks(sha256), marks.encode())
        place = names.media(sha256)
        os.truncate(place, blob_bytes)
        place.rename(names.partial(sha256))
        sync_folder(names.partials)
        sync_folder(place.parent)
    return marks.verified_bytes
