"""The marks of a blob that is being filled: how much of each chunk is here, and whether it was verified.

One 32-bit number a chunk after a header of 16 bytes: the length of its piece in bytes, with the top bit once
the whole chunk was verified. A mark is set only after the chunk's data was synced, and is synced itself; the
length of an unfinished piece is written without sync, for a wrong one costs no more than that chunk. A number
lies within one disk sector, so that no power cut tears it.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from playlists.chunks import chunk_count, chunk_range
from playlists.files import write_durably
from playlists.targets import CHUNK_BYTES

_HEADER: Final = struct.Struct("<8sQ")
_MARK: Final = struct.Struct("<I")
_MAGIC: Final = b"YJMARKS1"
_VERIFIED: Final = 1 << 31


class BrokenMarks(Exception):
    """The file says nothing that can be believed: the chunks must be compared anew."""


class Gap(msgspec.Struct, frozen=True):
    """Bytes ``start`` to ``end`` (half-open) of a blob that have to be fetched."""

    start: int
    end: int


class Marks:
    """The marks of one blob of ``blob_bytes`` bytes, in memory."""

    def __init__(self, blob_bytes: int, numbers: array[int] | None = None) -> None:
        self.blob_bytes = blob_bytes
        self._numbers = numbers or array("I", bytes(_MARK.size * chunk_count(blob_bytes)))

    @classmethod
    def decode(cls, data: bytes) -> Marks:
        """Read a marks file.

        Raises:
            BrokenMarks: It is none, or not of the length that its blob needs.
        """
        if len(data) < _HEADER.size:
            raise BrokenMarks("too short")
        magic, blob_bytes = _HEADER.unpack_from(data)
        if magic != _MAGIC or not blob_bytes or len(data) != _HEADER.size + _MARK.size * chunk_count(blob_bytes):
            raise BrokenMarks("no marks of this format")
        marks = cls(blob_bytes, array("I", [number for (number,) in _MARK.iter_unpack(data[_HEADER.size :])]))
        if not all(marks._is_sound(index) for index in range(len(marks))):
            raise BrokenMarks("a piece longer than its chunk")
        return marks

    def encode(self) -> bytes:
        """Return the file's bytes."""
        return _HEADER.pack(_MAGIC, self.blob_bytes) + b"".join(map(_MARK.pack, self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def is_verified(self, index: int) -> bool:
        """Return whether a chunk is verified."""
        return bool(self._numbers[index] & _VERIFIED)

    def piece(self, index: int) -> int:
        """Return how many bytes of a chunk are here, from its start."""
        return self._numbers[index] & ~_VERIFIED

    def keep_piece(self, index: int, length: int) -> None:
        """Note the length of an unverified piece, in bytes."""
        self._numbers[index] = length

    def verify(self, index: int) -> None:
        """Note that a whole chunk is here and right."""
        start, end = chunk_range(index, self.blob_bytes)
        self._numbers[index] = (end - start) | _VERIFIED

    @property
    def complete(self) -> bool:
        """Whether every chunk is verified."""
        return all(number & _VERIFIED for number in self._numbers)

    @property
    def verified_bytes(self) -> int:
        """How many bytes lie in verified chunks."""
        return sum(number & ~_VERIFIED for number in self._numbers if number & _VERIFIED)

    @property
    def missing_bytes(self) -> int:
        """How many bytes have still to be fetched."""
        return self.blob_bytes - sum(number & ~_VERIFIED for number in self._numbers)

    def unjudged(self) -> list[int]:
        """Return the chunks that are here whole but were never compared: a cut came between byte and mark."""
        lengths = (chunk_range(index, self.blob_bytes) for index in range(len(self)))
        return [index for index, (start, end) in enumerate(lengths) if self._numbers[index] == end - start]

    def first_gap(self) -> Gap | None:
        """Return the first bytes to fetch, as many as one request can bring without a byte that is here."""
        return next(self.gaps(), None)

    def gaps(self) -> Iterator[Gap]:
        """Yield all that has to be fetched, in order, each without a byte that is here."""
        start: int | None = None
        for index, number in enumerate(self._numbers):
            if start is not None and number:
                yield Gap(start, index * CHUNK_BYTES)
                start = None
            if start is None and not number & _VERIFIED:
                start = index * CHUNK_BYTES + number
        if start is not None:
            yield Gap(start, self.blob_bytes)

    def _is_sound(self, index: int) -> bool:
        start, end = chunk_range(index, self.blob_bytes)
        length = self.piece(index)
        return length == end - start if self.is_verified(index) else length <= end - start


class MarksFile:
    """The marks of one blob on disk. Every method may raise OSError."""

    def __init__(self, path: Path, marks: Marks) -> None:
        """Open the file; it must hold these marks already (`read` or `create`)."""
        self.marks = marks
        self._descriptor = os.open(path, os.O_WRONLY)

    @classmethod
    def create(cls, path: Path, marks: Marks) -> MarksFile:
        """Write marks durably and open them."""
        write_durably(path, marks.encode())
        return cls(path, marks)

    def keep_piece(self, index: int, length: int) -> None:
        """Note the length of an unverified piece; a kill keeps it, a power cut may not."""
        self.marks.keep_piece(index, length)
        self._write(index)

    def verify(self, index: int) -> None:
        """Note durably that a whole chunk is here and right; its data must be synced already."""
        self.marks.verify(index)
        self._write(index)
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def _write(self, index: int) -> None:
        number = self.marks._numbers[index]  # noqa: SLF001 - the same file owns both halves
        os.pwrite(self._descriptor, _MARK.pack(number), _HEADER.size + _MARK.size * index)
