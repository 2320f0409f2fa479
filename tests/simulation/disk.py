"""The files under the store of a simulated box: what was written, what is synced, what a power cut leaves of the rest.

The product's own `player.store.partial` and `player.store.marks` write here, in their own order: while boxes are
simulated, `os` in these two modules is replaced. Bytes are only counted. What is not synced a cut loses or keeps as it
likes, each write for itself, so also in another order; what is synced stays. A kill keeps everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from player.store import marks, partial
from player.store.marks import Marks
from playlists.chunks import chunk_range
from playlists.targets import CHUNK_BYTES

from .broken import Broken


class FilmFile:
    """The bytes of a blob: how many of each chunk are there. ``loose`` is what the disk has for certain of the rest.

    ``brought`` are the bytes that ever came of a chunk, ``lost`` those that a cut or a failed check has taken again:
    each byte comes once, and again only for what was lost.
    """

    def __init__(self, blob_bytes: int) -> None:
        self.blob_bytes = blob_bytes
        self.here: dict[int, int] = {}
        self.loose: dict[int, int] = {}
        self.brought: Counter[int] = Counter()
        self.lost: Counter[int] = Counter()

    def chunk_bytes(self, index: int) -> int:
        first, last = chunk_range(index, self.blob_bytes)
        return last - first

    def came(self, index: int, length: int) -> None:
        """Bytes of a chunk came over the line."""
        self.brought[index] += length
        if self.brought[index] > self.chunk_bytes(index) + self.lost[index]:
            raise Broken(6, "bytes that are here came again", f"chunk {index}, {self.brought[index]} bytes in all")

    def pwrite(self, data: memoryview, offset: int) -> int:
        index, length = offset // CHUNK_BYTES, len(data)
        self.loose.setdefault(index, self.here.get(index, 0))
        self.here[index] = offset + length - index * CHUNK_BYTES
        return length

    def sync(self) -> None:
        self.loose.clear()

    def lose(self, index: int, length: int) -> None:
        """Allow these bytes to come again."""
        self.lost[index] += length

    def cut(self, chance: Random) -> None:
        for index, certain in sorted(self.loose.items()):
            self.here[index] = self.here[index] if chance.random() < 0.5 else certain
        self.loose.clear()


class SmallFile:
    """A file whose bytes matter: those on the disk, and the writes that are not synced."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self._pending: list[tuple[int, bytes]] = []

    def pwrite(self, data: bytes, offset: int) -> int:
        self._pending.append((offset, data))
        return len(data)

    def sync(self) -> None:
        for offset, data in self._pending:
            self.data[offset : offset + len(data)] = data
        self._pending.clear()

    def cut(self, chance: Random) -> None:
        self._pending = [write for write in self._pending if chance.random() < 0.5]
        self.sync()


class _Os:
    """What the store's modules ask of the operating system; a descriptor is the file itself."""

    O_WRONLY = 0

    @staticmethod
    def open(file: Any, flags: int) -> Any:
        return file

    @staticmethod
    def pwrite(file: Any, data: Any, offset: int) -> int:
        return int(file.pwrite(data, offset))

    @staticmethod
    def fdatasync(file: Any) -> None:
        file.sync()

    @staticmethod
    def close(file: Any) -> None:
        pass


@contextmanager
def simulated() -> Iterator[None]:
    """Let the store's modules write to simulated files inside."""
    with patch.object(partial, "os", _Os), patch.object(marks, "os", _Os):
        yield


class Partial(partial.PartialBlob):
    """A blob that is being filled; chunks whose bytes are not those of the mark are wrong when they are compared."""

    def __init__(self, sha256: str, blob_bytes: int) -> None:
        self.film, self.marks_file = FilmFile(blob_bytes), SmallFile(Marks(blob_bytes).encode())
        self.sha256, self.blob_bytes = sha256, blob_bytes
        self._open()

    @classmethod
    def without(cls, sha256: str, blob_bytes: int, index: int) -> Partial:
        """Return what is left of a whole blob of which one chunk was bad."""
        left = Marks(blob_bytes)
        for good in range(len(left)):
            if good != index:
                left.verify(good)
        made = cls(sha256, blob_bytes)
        made.marks_file = SmallFile(left.encode())
        made.film.here = {good: left.piece(good) for good in range(len(left)) if good != index}
        made._open()
        return made

    def _open(self) -> None:
        self._digests, self._fresh, self._descriptor = (), set[int](), self.film  # type: ignore[assignment]
        self._file = marks.MarksFile(self.marks_file, Marks.decode(bytes(self.marks_file.data)))  # type: ignore[arg-type]
        self._rotten: set[int] = set()

    def _is_right(self, index: int) -> bool:
        return index not in self._rotten

    def piece(self, index: int) -> int:
        """Return how many bytes of a chunk are here by its mark."""
        return self._file.marks.piece(index)

    def forget(self, index: int) -> None:
        """A whole chunk was wrong: it may come again, and what comes is right."""
        self._rotten.discard(index)
        self.film.lose(index, self.film.chunk_bytes(index))
        self.film.here[index] = 0

    def cut(self, chance: Random) -> None:
        """Lose the power, and be opened again."""
        before = self._file.marks
        self.film.cut(chance)
        self.marks_file.cut(chance)
        self._open()
        for index in range(len(before)):
            marked, verified = self.piece(index), self._file.marks.is_verified(index)
            if verified and self.film.here.get(index, 0) < marked:
                raise Broken(5, "a chunk is marked whose data was not synced", f"chunk {index}")
            if not verified and marked != before.piece(index):
                self.film.lose(index, before.piece(index) - marked)
            if not verified and self.film.here.get(index, 0) < marked:
                self._rotten.add(index)
