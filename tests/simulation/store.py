"""The store of a simulated box: whole blobs by name and size, those being filled, and what the line has cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final

from player.core.facts import NO_MONTH, LinePurpose, Spent, StoredBlob, StoredRecording, StoreFacts
from player.core.forecast import LineHistory
from player.store.marks import Gap
from player.store.partial import WrongChunk
from playlists.chunks import chunk_count
from playlists.targets import CHUNK_BYTES

from .disk import Partial

_DATA: Final = memoryview(bytes(CHUNK_BYTES))  # all films look alike
SYNCED_EVERY_MS: Final = 30_000  # the kernel writes what nobody has synced
Month = tuple[int, int]


@dataclass
class Meter:
    """What each month has cost, by purpose; a power cut may forget what was counted in the last half minute."""

    months: dict[Month, Counter[LinePurpose]] = field(default_factory=dict)
    fresh: list[tuple[int, Month, LinePurpose, int]] = field(default_factory=list)
    forgotten_bytes: int = 0

    def add(self, now_ms: int, month: Month | None, purpose: LinePurpose, length: int) -> Spent:
        """Count bytes; while the month is not known, for the newest there is."""
        month = month or max(self.months, default=NO_MONTH)
        if month != NO_MONTH and month not in self.months and NO_MONTH in self.months:
            self.months[month] = self.months.pop(NO_MONTH)
        self.months.setdefault(month, Counter())[purpose] += length
        self.fresh = [one for one in self.fresh if now_ms - one[0] < SYNCED_EVERY_MS]
        self.fresh.append((now_ms, month, purpose, length))
        return self.spent(month)

    def spent(self, month: Month | None = None) -> Spent:
        """Return what a month has cost, or the newest that was counted."""
        month = month or max(self.months, default=NO_MONTH)
        return Spent(month, dict(self.months.get(month, {})))

    def cut(self, now_ms: int, chance: Random) -> None:
        for at_ms, month, purpose, length in self.fresh:
            if now_ms - at_ms < SYNCED_EVERY_MS and month in self.months and chance.random() < 0.5:
                self.months[month][purpose] -= length
                self.forgotten_bytes += length
        self.fresh.clear()


@dataclass
class Store:
    """What is on the disk of films."""

    quota_bytes: int
    whole: dict[str, int] = field(default_factory=dict)
    partials: dict[str, Partial] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)
    rotten: dict[str, int] = field(default_factory=dict)  # whole blobs, and which chunk of theirs the card has lost
    whole_bytes: int = 0
    fetched_bytes: int = 0
    evicted_bytes: int = 0
    recordings: dict[str, StoredRecording] = field(default_factory=dict)

    def is_whole(self, sha256: str) -> bool:
        return sha256 in self.whole

    def gap(self, sha256: str, size: int) -> Gap | None:
        """Open a blob, or make it; return the first bytes to be fetched, None if it has only to be finished."""
        partial = self.partials.get(sha256)
        if partial is None:
            partial = self.partials[sha256] = Partial(sha256, size)
        return partial.first_gap()

    def take(self, sha256: str, start: int, length: int) -> StoredBlob | None:
        """Take in bytes from the line; return what is said of it: a chunk was verified, or the blob is whole."""
        partial, verified = self.partials[sha256], 0
        self.fetched_bytes += length
        at, end = start, start + length
        while at < end:
            index = at // CHUNK_BYTES
            piece = min(end, (index + 1) * CHUNK_BYTES) - at
            partial.film.came(index, piece)
            try:
                verified += partial.write(at, _DATA[:piece])  # type: ignore[arg-type] - a view of bytes will do
            except WrongChunk as wrong:
                partial.forget(wrong.index)
            at += piece
        if partial.complete:
            return self.finish(sha256)
        return StoredBlob(partial.verified_bytes, False) if verified else None

    def finish(self, sha256: str) -> StoredBlob:
        """Give a blob its place."""
        size = self.partials.pop(sha256).blob_bytes
        self.whole[sha256] = size
        self.whole_bytes += size
        return StoredBlob(size, True)

    def rot(self, chance: Random) -> None:
        """The card loses a chunk of a whole blob."""
        if self.whole:
            sha256 = chance.choice(sorted(self.whole))
            self.rotten.setdefault(sha256, chance.randrange(chunk_count(self.whole[sha256])))

    def compare(self, sha256: str) -> int | None:
        """Compare a whole blob; return how much of it is good if it has to be partial again."""
        index = self.rotten.pop(sha256, None)
        if index is None or sha256 not in self.whole:
            return None
        size = self.whole.pop(sha256)
        self.whole_bytes -= size
        partial = self.partials[sha256] = Partial.without(sha256, size, index)
        self.evicted_bytes += partial.film.chunk_bytes(index)
        return partial.verified_bytes

    def cut(self, now_ms: int, chance: Random) -> None:
        """Lose the power."""
        self.meter.cut(now_ms, chance)
        for partial in self.partials.values():
            partial.cut(chance)

    def evict(self, sha256: str) -> None:
        self.rotten.pop(sha256, None)
        gone, whole = self.partials.pop(sha256, None), self.whole.pop(sha256, 0)
        self.whole_bytes -= whole
        self.evicted_bytes += whole + (gone.blob_bytes - gone.missing_bytes if gone else 0)

    @property
    def used_bytes(self) -> int:
        return self.whole_bytes + sum(one.blob_bytes - one.missing_bytes for one in self.partials.values())

    @property
    def needed_bytes(self) -> int:
        """What would have come over a line and a power supply that never fail."""
        return self.used_bytes + self.evicted_bytes

    @property
    def free_bytes(self) -> int:
        return max(0, self.quota_bytes - self.used_bytes - self.recordings_bytes)

    @property
    def recordings_bytes(self) -> int:
        """What was recorded, which nothing but people removes."""
        return sum(one.bytes for one in self.recordings.values())

    def facts(self, line: LineHistory) -> StoreFacts:
        """Return what a start finds; ``line`` is the line's history beside it."""
        blobs = {sha: StoredBlob(size, True) for sha, size in self.whole.items()}
        blobs |= {sha: StoredBlob(one.verified_bytes, False) for sha, one in self.partials.items()}
        recorded = self.recordings_bytes, dict(self.recordings)
        return StoreFacts(blobs, self.free_bytes, self.quota_bytes, self.meter.spent(), line, *recorded)
