"""The scrub worker: reads blobs at rest and compares them, so that a card that loses bits is noticed before a session.

Rules: it reads past the page cache, for what is asked for is what the card holds; slowly, with the lowest priority for
processor and disk. A bad or unreadable chunk costs that chunk (`player.store.scrubbing`) and is said at once. A round
through the store goes on where the last run stopped, within a blob too; a day's share of it is its limit. Suspects,
blobs that could not be shown, are read whole whatever the share. It may be killed at any moment.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from player.store.blocks import read_back
from player.store.errors import StoreBusy, StoreError, on_the_disk
from player.store.lock import alone
from player.store.names import StoreNames
from player.store.scrubbing import in_turn, make_partial, read_progress, write_progress
from player.workers.child import Say, live
from player.workers.messages import BlobAtRest, BlobBad, ScrubResult, ScrubSpec
from playlists.chunks import chunk_count, chunk_digests, chunk_range, is_chunk
from playlists.documents import Blob
from playlists.errors import UntrustedData
from playlists.targets import CHUNK_BYTES

KEEP_EVERY_CHUNKS: Final = 32
_NICENESS: Final = 14  # on top of a worker's own
_SET_IOPRIO: Final = {"x86_64": 251, "aarch64": 30}  # ioprio_set(2) has no wrapper in the C library
_IDLE_CLASS: Final = 3 << 13
_log = logging.getLogger(__name__)


def main() -> int:
    """Run as a worker process."""
    os.nice(_NICENESS)
    if number := _SET_IOPRIO.get(platform.machine()):
        ctypes.CDLL(None).syscall(number, 1, 0, _IDLE_CLASS)
    return live(ScrubSpec, scrub)


def scrub(spec: ScrubSpec, say: Say) -> ScrubResult:
    """Compare what the spec asks for; say each bad blob; return how it ended."""
    scrubbing = Scrubbing(spec, say)
    try:
        scrubbing.suspects() if spec.budget_bytes is None else scrubbing.go_on(spec.budget_bytes)
    except StoreBusy as error:
        return ScrubResult(error=str(error))
    except StoreError as error:
        return ScrubResult(error=str(error), fault=error.fault)
    return ScrubResult()


class Step(msgspec.Struct, frozen=True):
    """A chunk was read: its number and length, which chunks are bad for it, and whether the run may stop behind it."""

    index: int
    length: int
    bad: frozenset[int] = frozenset()
    may_stop: bool = True


class Scrubbing:
    """One run of the worker."""

    def __init__(self, spec: ScrubSpec, say: Say) -> None:
        self._spec, self._say = spec, say
        self._names = StoreNames(Path(spec.store))
        self._blobs = {blob.sha256: blob for blob in spec.blobs}
        self._progress = read_progress(self._names)
        if self._progress.day != spec.day:
            self._progress = replace(self._progress, day=spec.day, read_bytes=0)

    def suspects(self) -> None:
        """Read these blobs whole; the round is not touched."""
        for blob in self._spec.blobs:
            self._give_up(blob, {index for step in self._compared(blob, 0) for index in step.bad})

    def go_on(self, budget_bytes: int) -> None:
        """Go on with the round until the day's share is used up or everything was compared once."""
        for sha256 in in_turn(self._blobs, self._progress.after):
            blob, bad = self._blobs[sha256], set[int]()
            first = self._progress.chunk if self._progress.blob == sha256 else 0
            for step in self._compared(blob, first):
                bad |= step.bad
                self._advance(sha256, step)
                if step.may_stop and not bad:
                    if self._progress.read_bytes >= budget_bytes:
                        self._keep()
                        return
                    if step.index % KEEP_EVERY_CHUNKS == KEEP_EVERY_CHUNKS - 1:
                        self._keep()
            self._give_up(blob, bad)
            self._progress = replace(self._progress, after=sha256, blob="", chunk=0)
            self._keep()

    def _advance(self, sha256: str, step: Step) -> None:
        read_bytes = self._progress.read_bytes + step.length
        self._progress = replace(self._progress, blob=sha256, chunk=step.index + 1, read_bytes=read_bytes)

    def _keep(self) -> None:
        write_progress(self._names, self._progress)

    def _compared(self, blob: BlobAtRest, first: int) -> Iterator[Step]:
        """Compare each chunk from ``first`` on; nothing for a blob that is gone."""
        path = self._names.media(blob.sha256)
        try:
            with on_the_disk(f"opening {path}"):
                file = path.open("rb", buffering=0) if path.exists() else None
        except StoreError as error:
            _log.warning("%s", error)
            return
        if file is None:
            return
        with file:
            digests = self._digests(blob)
            steps = _by_digest(file.fileno(), blob, digests, first) if digests else _by_name(file.fileno(), blob)
            for step in steps:
                time.sleep(self._spec.pause_s)
                yield step

    def _digests(self, blob: BlobAtRest) -> tuple[bytes, ...]:
        """Return the digests of a blob's chunks; none where its list is not here or itself spoilt."""
        if not blob.bytes or (blob.chunk_list is None and chunk_count(blob.bytes) > 1):
            return ()
        known = Blob(sha256=blob.sha256, bytes=blob.bytes, chunk_list=blob.chunk_list)
        try:
            listed = self._names.media(blob.chunk_list).read_bytes() if blob.chunk_list else b""
            return chunk_digests(known, listed, blob.sha256)
        except (OSError, UntrustedData):
            return ()

    def _give_up(self, blob: BlobAtRest, bad: set[int]) -> None:
        """Give up what is bad of a blob and say so."""
        if not bad:
            return
        with alone(self._names):
            if not self._names.media(blob.sha256).exists():
                return  # evicted meanwhile
            length = blob.bytes or max(1, self._names.media(blob.sha256).stat().st_size)
            here = make_partial(self._names, blob.sha256, length, bad)
        _log.warning("blob %s: chunks %s are bad", blob.sha256, sorted(bad)[:10])
        self._say(BlobBad(blob=blob.sha256, bytes_here=here))


def _by_digest(descriptor: int, blob: BlobAtRest, digests: tuple[bytes, ...], first: int) -> Iterator[Step]:
    longer = os.fstat(descriptor).st_size > blob.bytes  # something was added at its end
    for index in range(first, len(digests)):
        start, end = chunk_range(index, blob.bytes)
        data = _from_the_card(descriptor, end - start, start)
        good = data is not None and is_chunk(digests[index], data) and not (longer and end == blob.bytes)
        yield Step(index, end - start, frozenset() if good else frozenset({index}))


def _by_name(descriptor: int, blob: BlobAtRest) -> Iterator[Step]:
    """Compare a blob of which no digests are known with its name: all of it is good, or none."""
    whole, count = hashlib.sha256(), chunk_count(max(1, os.fstat(descriptor).st_size))
    for index in range(count):
        data = _from_the_card(descriptor, CHUNK_BYTES, index * CHUNK_BYTES) or b""
        whole.update(data)
        if index < count - 1:
            yield Step(index, len(data), may_stop=False)
    all_of_it = range(chunk_count(blob.bytes) if blob.bytes else count)
    yield Step(count - 1, len(data), frozenset() if whole.hexdigest() == blob.sha256 else frozenset(all_of_it))


def _from_the_card(descriptor: int, length: int, offset: int) -> bytes | None:
    """Read a chunk from the disk, not from memory, and leave none of it in memory."""
    os.posix_fadvise(descriptor, offset, length, os.POSIX_FADV_DONTNEED)
    with on_the_disk("reading back"):
        data = read_back(descriptor, length, offset)
    os.posix_fadvise(descriptor, offset, length, os.POSIX_FADV_DONTNEED)
    return data
