"""The store of a simulated box: the real marks (`player.store.marks`) over blobs whose bytes are only counted.

A chunk that is whole is synced and marked; a piece of one is not synced: a kill keeps it, a power cut may forget it,
or forget its bytes and keep its mark, which costs that chunk. Every byte that comes is counted against its chunk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from player.core.facts import StoredBlob, StoreFacts
from player.store.marks import Gap, Marks
from playlists.chunks import chunk_range
from playlists.targets import CHUNK_BYTES

from .county import Broken


@dataclass
class Partial:
    """A blob that is being filled. ``brought`` are bytes that ever came, ``excused`` those that a cut has lost."""

    marks: Marks
    brought: dict[int, int] = field(default_factory=dict)
    excused: dict[int, int] = field(default_factory=dict)
    spoilt: set[int] = field(default_factory=set)

    def write(self, start: int, length: int) -> bool:
        """Take in bytes as `player.store.partial` does; return whether a chunk was verified by them."""
        at, end, verified = start, start + length, False
        while at < end:
            index = at // CHUNK_BYTES
            first, last = chunk_range(index, self.marks.blob_bytes)
            upto = min(end, last)
            self.brought[index] = self.brought.get(index, 0) + upto - at
            if self.brought[index] > last - first + self.excused.get(index, 0):
                raise Broken(f"chunk {index} came {self.brought[index]} bytes, it has {last - first}")
            self.marks.keep_piece(index, upto - first)
            if upto == last:
                verified |= self._conclude(index, last - first)
            at = upto
        return verified

    def _conclude(self, index: int, length: int) -> bool:
        if index in self.spoilt:
            self.spoilt.remove(index)
            self._lose(index, length)
            return False
        self.marks.verify(index)
        return True

    def cut(self, rng: Random) -> None:
        """Lose the power."""
        for index in range(len(self.marks)):
            length = self.marks.piece(index)
            if length and not self.marks.is_verified(index):
                fate = rng.random()
                if fate < 0.3:
                    self.spoilt.add(index)
                elif fate < 0.6:
                    self._lose(index, length)

    def _lose(self, index: int, length: int) -> None:
        self.marks.keep_piece(index, 0)
        self.excused[index] = self.excused.get(index, 0) + length

    @property
    def used_bytes(self) -> int:
        return self.marks.blob_bytes - self.marks.missing_bytes


@dataclass
class Store:
    """Whole blobs by name and size, and those that are being filled."""

    whole: dict[str, int] = field(default_factory=dict)
    partials: dict[str, Partial] = field(default_factory=dict)
    size_bytes: int = 600 << 20
    quota_bytes: int = 500 << 20
    reserve_bytes: int = 50 << 20
    fetched_bytes: int = 0
    evicted_bytes: int = 0

    def is_whole(self, sha256: str) -> bool:
        return sha256 in self.whole

    def gap(self, sha256: str, size: int) -> Gap:
        partial = self.partials.setdefault(sha256, Partial(Marks(size)))
        gap = partial.marks.first_gap()
        assert gap is not None
        return gap

    def take(self, sha256: str, start: int, length: int) -> StoredBlob | None:
        """Take in bytes from the line; return what is said of it: a chunk was verified, or the blob is whole."""
        partial = self.partials[sha256]
        self.fetched_bytes += length
        verified = partial.write(start, length)
        if partial.marks.complete:
            del self.partials[sha256]
            self.whole[sha256] = partial.marks.blob_bytes
            return StoredBlob(partial.marks.blob_bytes, True)
        return StoredBlob(partial.marks.verified_bytes, False) if verified else None

    def cut(self, rng: Random) -> None:
        for partial in self.partials.values():
            partial.cut(rng)

    def evict(self, sha256: str) -> None:
        gone = self.partials.pop(sha256, None)
        self.evicted_bytes += self.whole.pop(sha256, 0) + (gone.used_bytes if gone else 0)

    @property
    def used_bytes(self) -> int:
        return sum(self.whole.values()) + sum(partial.used_bytes for partial in self.partials.values())

    @property
    def needed_bytes(self) -> int:
        """What would have come over a line and a power supply that never fail."""
        return self.used_bytes + self.evicted_bytes

    @property
    def free_bytes(self) -> int:
        return max(0, min(self.quota_bytes, self.size_bytes - self.reserve_bytes) - self.used_bytes)

    def facts(self) -> StoreFacts:
        blobs = {sha: StoredBlob(size, True) for sha, size in self.whole.items()}
        blobs |= {sha: StoredBlob(one.marks.verified_bytes, False) for sha, one in self.partials.items()}
        return StoreFacts(blobs, self.free_bytes, self.quota_bytes)
