"""A blob that is being filled, by any source, chunk by chunk in any order.

Rules: a chunk is written in place; when it is whole it is compared with its digest, synced, and only then
marked. A bad chunk costs that chunk. An unfinished piece stays and is gone on from. The finished file is
hashed once more as a whole and renamed into place, so nothing bears a blob's name that is not the blob; it
needs no second copy and never more memory than a chunk. Callers: the fetch worker; later the stick reader
and the satellite receiver.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from player.store.blocks import read_back
from player.store.errors import on_the_disk
from player.store.marks import BrokenMarks, Gap, Marks, MarksFile
from player.store.names import StoreNames
from player.store.tidy import put_aside
from playlists.chunks import chunk_range, is_chunk
from playlists.errors import UntrustedData
from playlists.files import make_folder, sync_folder
from playlists.targets import CHUNK_BYTES

_FILE_MODE: Final = 0o644


class WrongChunk(UntrustedData):
    """A whole chunk has come and is not what its digest says; it will be asked for again.

    ``resumed`` says that a part of it was here from before, so the source of the rest may be innocent.
    """

    def __init__(self, where: str, index: int, *, resumed: bool) -> None:
        self.index, self.resumed = index, resumed
        super().__init__(where, f"chunk {index}", "does not have the digest that the signed document names")


class BadPlace(UntrustedData):
    """The card cannot give back what was written; no source is to blame."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "", "lies on a place of the card that cannot be read")


class PartialBlob:
    """An open partial blob. Every method may raise `StoreError`; one process at a time may have it open."""

    def __init__(self, names: StoreNames, sha256: str, blob_bytes: int, digests: tuple[bytes, ...]) -> None:
        """Open the blob, or make it; what is here already is found by its marks, or compared if they are lost.

        Args:
            names: The store.
            sha256: The blob.
            blob_bytes: Its length.
            digests: The SHA-256 of every chunk in order, from its verified chunk list.
        """
        self.sha256, self.blob_bytes = sha256, blob_bytes
        self._names, self._digests = names, digests
        self.sync_s = 0.0  # how long the disk took for the last chunk
        self._fresh: set[int] = set()  # chunks of which every byte came since this was opened
        with on_the_disk(f"opening {sha256}"):
            make_folder(names.partials)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, _FILE_MODE)
            self._file = self._opened_marks()
        for index in self._file.marks.unjudged():
            with suppress(WrongChunk, BadPlace):  # then it is empty again
                self._conclude(index)

    @property
    def _path(self) -> Path:
        return self._names.partial(self.sha256)

    def _opened_marks(self) -> MarksFile:
        path = self._names.marks(self.sha256)
        try:
            marks = Marks.decode(path.read_bytes())
            if marks.blob_bytes == self.blob_bytes == os.fstat(self._descriptor).st_size:
                return MarksFile(path, marks)
        except (FileNotFoundError, BrokenMarks):
            pass
        os.ftruncate(self._descriptor, self.blob_bytes)
        os.fsync(self._descriptor)
        return MarksFile.create(path, self._compared())

    def _compared(self) -> Marks:
        marks, self._unreadable = Marks(self.blob_bytes), False
        if os.fstat(self._descriptor).st_blocks:
            for index in range(len(marks)):
                right = self._is_right(index)
                self._unreadable |= right is None
                if right:
                    marks.verify(index)
        return marks

    @property
    def complete(self) -> bool:
        """Whether every chunk is verified."""
        return self._file.marks.complete

    @property
    def verified_bytes(self) -> int:
        """How many bytes are verified."""
        return self._file.marks.verified_bytes

    @property
    def missing_bytes(self) -> int:
        """How many bytes have still to be fetched."""
        return self._file.marks.missing_bytes

    def first_gap(self) -> Gap | None:
        """Return the next bytes to fetch, or None if all are here."""
        return self._file.marks.first_gap()

    def gaps(self) -> list[Gap]:
        """Return all that has to be fetched, in order; nothing if all is here."""
        return list(self._file.marks.gaps())

    def chunks_of(self, offset: int, length: int) -> range:
        """Return the chunks in which these bytes lie."""
        return range(offset // CHUNK_BYTES, -(-min(offset + length, self.blob_bytes) // CHUNK_BYTES))

    def write(self, offset: int, data: bytes) -> int:
        """Take in bytes of the blob; those that are here already are left out.

        Returns:
            How many chunks were verified by it.

        Raises:
            WrongChunk: A chunk became whole and is wrong. It is empty again; what follows it was not taken.
            BadPlace: Likewise, but the card is to blame.
        """
        verified, view = 0, memoryview(data)[: max(0, self.blob_bytes - offset)]
        while view:
            index = offset // CHUNK_BYTES
            taken = min(len(view), chunk_range(index, self.blob_bytes)[1] - offset)
            verified += self._write_in(index, offset, view[:taken])
            offset, view = offset + taken, view[taken:]
        return verified

    def _write_in(self, index: int, offset: int, data: memoryview) -> bool:
        marks = self._file.marks
        start, end = chunk_range(index, self.blob_bytes)
        here = start + marks.piece(index)
        if marks.is_verified(index) or offset > here or offset + len(data) <= here:
            return False
        if here == start:
            self._fresh.add(index)
        with on_the_disk(f"writing {self.sha256}"):
            _write_all(self._descriptor, data[here - offset :], here)
            self._file.keep_piece(index, offset + len(data) - start)
        return offset + len(data) == end and self._conclude(index)

    def _conclude(self, index: int) -> bool:
        with on_the_disk(f"verifying {self.sha256}"):
            right = self._is_right(index)
            if not right:
                self._file.keep_piece(index, 0)
                if right is None:
                    raise BadPlace(self.sha256)
                raise WrongChunk(self.sha256, index, resumed=index not in self._fresh)
            began_s = time.monotonic()
            os.fdatasync(self._descriptor)
            self._file.verify(index)
            self.sync_s = time.monotonic() - began_s
        return True

    def finish(self) -> Path:
        """Verify the whole, give it its place in the store, and close; return where it is.

        Raises:
            UntrustedData: The whole is not the blob. What is wrong of it will be fetched again; if every
                chunk is right, the document contradicts itself.
            BadPlace: Likewise, but the card cannot give something back.
        """
        with on_the_disk(f"finishing {self.sha256}"):
            if not self._is_whole():
                self._file.close()
                self._file = MarksFile.create(self._names.marks(self.sha256), self._compared())
                if self._unreadable:
                    raise BadPlace(self.sha256)
                why = "contradicts its own chunk list" if self.complete else "changed on the disk"
                raise UntrustedData(self.sha256, "", why)
            os.fsync(self._descriptor)
            place = self._names.media(self.sha256)
            make_folder(place.parent)
            self._path.rename(place)
            sync_folder(place.parent)
            self._names.marks(self.sha256).unlink(missing_ok=True)
            sync_folder(self._names.partials)
        self.close()
        return place

    def set_aside(self) -> None:
        """Give the blob up on a place of the card that cannot be read even after it was written again.

        The file keeps that place; what is fetched next lies elsewhere.
        """
        with on_the_disk(f"setting {self.sha256} aside"):
            put_aside(self._names, self._path)
            self._names.marks(self.sha256).unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the files; may be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._file.close()
            self._descriptor = -1

    def _is_right(self, index: int) -> bool | None:
        """Return whether a whole chunk is what its digest says; None if the card cannot give it back."""
        start, end = chunk_range(index, self.blob_bytes)
        data = read_back(self._descriptor, end - start, start)
        return None if data is None else is_chunk(self._digests[index], data)

    def _is_whole(self) -> bool:
        whole = hashlib.sha256()
        for start in range(0, self.blob_bytes, CHUNK_BYTES):
            data = read_back(self._descriptor, CHUNK_BYTES, start)
            if data is None:
                return False
            whole.update(data)
        return whole.hexdigest() == self.sha256


def _write_all(descriptor: int, data: memoryview, offset: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, offset)
        offset, data = offset + written, data[written:]
