"""The county's inbox of a simulated box: the rules of `county.inbox.taking` over dictionaries.

Entries are taken once and in any order, linked where nothing is missing before them, and a different history under
the same key is a fork that is never mixed in. What was received of the real box may never be a fork here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from county.inbox.reading import read_batch
from playlists.acknowledgement import Acknowledgement
from playlists.entries import Body, Entry
from playlists.journal import genesis, next_hash

from .broken import Broken


@dataclass
class Inbox:
    """What the county holds of the box: raw entries, their bodies, and the hash after each that is linked."""

    fingerprint: str
    held: dict[int, bytes] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    bodies: dict[int, Body] = field(default_factory=dict)
    hashes: list[bytes] = field(default_factory=list)
    repeated: int = 0

    def __post_init__(self) -> None:
        self.hashes = [genesis(self.fingerprint)]

    @property
    def head(self) -> int:
        """The newest entry held without a gap."""
        return len(self.hashes) - 1

    def take(self, entries: Sequence[bytes], head: bytes) -> Acknowledgement:
        """Take an envelope; ``head`` is the chain's hash after its last entry."""
        reads = read_batch(entries)
        for read in reads:
            if read.why or self.held.get(read.seq, read.raw) != read.raw:
                raise Broken(3, "the county got another entry under the same number", read.seq, read.why)
        if reads and reads[0].seq <= len(self.hashes):
            linked = list(accumulate(entries, next_hash, initial=self.hashes[reads[0].seq - 1]))
            if linked[-1] != head:
                raise Broken(3, "an envelope does not join the county's chain", reads[0].seq)
        for read in reads:
            self.repeated += read.seq in self.held
            self.held[read.seq] = read.raw
            assert read.entry is not None
            self.entries[read.seq] = read.entry
            self.bodies[read.seq] = read.body  # type: ignore[assignment] - no box of another version here
        while (data := self.held.get(self.head + 1)) is not None:
            self.hashes.append(next_hash(self.hashes[-1], data))
        return Acknowledgement(head=self.head, hash=self.hashes[-1].hex())

    def restore(self, lost: int) -> None:
        """Be restored from a backup: the latest entries are gone and must come again."""
        del self.hashes[max(1, len(self.hashes) - lost) :]
        self.held = {seq: data for seq, data in self.held.items() if seq <= self.head}
        self.entries = {seq: entry for seq, entry in self.entries.items() if seq <= self.head}
        self.bodies = {seq: body for seq, body in self.bodies.items() if seq <= self.head}
