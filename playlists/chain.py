"""Looking for where a chain of journal entries is broken.

Theory: entry n is bound to entry n - 1 by its hash and carries its own number. Of a broken link the
neighbours tell the cause: the next entry links past this one → it was inserted; this one carries another
number and the expected one lies elsewhere → they changed places; the expected one is nowhere → it was
removed; otherwise its bytes or its hash were edited. After each finding the walk goes on from what is
stored, so that one act is reported once. What cannot be seen from inside is the end: compare it with what
the county acknowledged (`compare_head`).

Pure. Callers: `yuanjiao journal verify`, the county's inbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from playlists.errors import BadData
from playlists.journal import FIRST_SEQ, decode_entry, genesis, next_hash

FaultKind = Literal["edited", "inserted", "removed", "moved", "end"]


@dataclass(frozen=True)
class StoredEntry:
    """An entry as a journal file holds it: its place, its bytes, the chain's hash after it."""

    seq: int
    data: bytes
    hash: bytes


@dataclass(frozen=True)
class ChainFault:
    """Where a chain is broken and what was done to it there."""

    seq: int
    kind: FaultKind
    problem: str


@dataclass(frozen=True)
class ChainReport:
    """What was found: the number of entries looked at, the chain's end, and every fault in order."""

    entries: int
    head: int
    head_hash: bytes
    faults: tuple[ChainFault, ...] = ()


def verify_chain(fingerprint: str, rows: Sequence[StoredEntry]) -> ChainReport:
    """Check a whole chain from its first entry.

    Args:
        fingerprint: The box's, on which the first link rests.
        rows: All entries by rising place.
    """
    walk = _Walk(rows, [_carried(row) for row in rows], genesis(fingerprint))
    for index in range(len(rows)):
        walk.take(index)
    return ChainReport(len(rows), walk.expected - 1, walk.previous, tuple(walk.faults))


def compare_head(
    fingerprint: str, rows: Sequence[StoredEntry], acknowledged_seq: int, acknowledged_hash: bytes
) -> ChainFault | None:
    """Compare a chain with an end that the county acknowledged; None if it contains that end."""
    if acknowledged_seq == 0:
        found = genesis(fingerprint)
    else:
        by_seq = {row.seq: row.hash for row in rows}
        if acknowledged_seq not in by_seq:
            last = max(by_seq, default=0)
            return ChainFault(last, "end", f"ends here, but the county acknowledged entry {acknowledged_seq}")
        found = by_seq[acknowledged_seq]
    if found == acknowledged_hash:
        return None
    return ChainFault(acknowledged_seq, "end", "is not the entry that the county acknowledged under this number")


@dataclass
class _Walk:
    rows: Sequence[StoredEntry]
    carried: Sequence[int | None]
    previous: bytes
    expected: int = FIRST_SEQ
    shift: int = 0
    faults: list[ChainFault] = field(default_factory=list)

    def take(self, index: int) -> None:
        row, carries = self.rows[index], self.carried[index]
        computed = next_hash(self.previous, row.data)
        if computed != row.hash and self._links(self.previous, index + 1):
            self.shift += 1
            self._report(row.seq, "inserted", "the entry after it links past it")
            return
        if carries is None:
            self._report(row.seq, "edited", "cannot be read any more")
        elif carries != self.expected:
            self._misplaced(row.seq, carries)
        elif computed != row.hash:
            self._edited(index, computed)
            return
        elif row.seq - carries not in {self.shift, 0}:
            self._report(row.seq, "moved", f"is entry {carries}, kept under another number")
            self.shift = row.seq - carries
        self._go_on(row.hash, carries)

    def _misplaced(self, seq: int, carries: int) -> None:
        lost = [number for number in range(self.expected, carries) if number not in self._numbers]
        if lost:
            names = f"entry {lost[0]} is" if len(lost) == 1 else f"entries {lost[0]} to {lost[-1]} are"
            self._report(lost[0], "removed", f"{names} gone before entry {carries}")
        if len(lost) < abs(carries - self.expected):
            self._report(seq, "moved", f"entry {carries} stands where entry {self.expected} belongs")

    def _edited(self, index: int, computed: bytes) -> None:
        row = self.rows[index]
        hash_changed = not self._links(row.hash, index + 1) and self._links(computed, index + 1)
        what = "its stored hash was changed" if hash_changed else "its content is not what was hashed"
        self._report(row.seq, "edited", what)
        self._go_on(computed if hash_changed else row.hash, self.carried[index])

    def _links(self, previous: bytes, index: int) -> bool:
        if index >= len(self.rows):
            return False
        return next_hash(previous, self.rows[index].data) == self.rows[index].hash

    def _go_on(self, previous: bytes, carries: int | None) -> None:
        self.previous = previous
        self.expected = max(self.expected, (carries if carries is not None else self.expected)) + 1

    def _report(self, seq: int, kind: FaultKind, problem: str) -> None:
        self.faults.append(ChainFault(seq, kind, problem))

    @property
    def _numbers(self) -> frozenset[int]:
        return frozenset(number for number in self.carried if number is not None)


def _carried(row: StoredEntry) -> int | None:
    try:
        return decode_entry(row.data, f"entry {row.seq}").seq
    except BadData:
        return None
