"""Looking for where a chain of journal entries is broken.

Theory: an entry carries its own number and is bound by its hash to the entry numbered one less, wherever
the two now lie. Hence: a row whose link fails while its neighbours link past it was *inserted*; a number
that no row carries was *removed*; rows that do not lie in the order of their numbers were *moved*; any
other failing link was *edited*, in its content or in its stored hash. Every link is judged by what is
stored for the entry before, so that one act is reported once. What cannot be seen from inside is the end:
compare it with what the county acknowledged (`compare_head`). A chain that goes on after a damaged file was put
aside begins behind the entry that its file names (`ChainStart`): that nothing before it is there is no fault.

Pure. Callers: `yuanjiao journal verify`, the county's inbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from playlists.errors import BadData
from playlists.journal import FIRST_SEQ, decode_entry, genesis, next_hash

FaultKind = Literal["edited", "inserted", "removed", "moved", "end", "other"]


@dataclass(frozen=True)
class StoredEntry:
    """An entry as a journal file holds it: its place, its bytes, the chain's hash after it."""

    seq: int
    data: bytes
    hash: bytes


@dataclass(frozen=True)
class ChainStart:
    """What a chain goes on from: the number of the entry before its first one and the hash after that entry."""

    seq: int
    hash: bytes

    @classmethod
    def of_box(cls, fingerprint: str) -> ChainStart:
        """Return where the chain of a box begins if nothing was ever lost."""
        return cls(FIRST_SEQ - 1, genesis(fingerprint))


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


def verify_chain(start: ChainStart, rows: Sequence[StoredEntry]) -> ChainReport:
    """Check a whole chain.

    Args:
        start: What the first link rests on.
        rows: All entries by rising place.
    """
    numbers = _numbers(rows, start)
    inserted = _inserted(rows, numbers, start)
    kept = [
        (number, row) for index, (number, row) in enumerate(zip(numbers, rows, strict=True)) if index not in inserted
    ]
    faults = [ChainFault(rows[index].seq, "inserted", "the entry after it links past it") for index in inserted]
    in_order = sorted(kept, key=lambda pair: pair[0])
    faults += [*_too_early(kept, start), *_removed(kept, start), *_moved(kept, rows, start), *_edited(in_order, start)]
    head, head_hash = max(((number, row.hash) for number, row in kept), default=(start.seq, start.hash))
    ordered = tuple(sorted(faults, key=lambda fault: fault.seq))
    return ChainReport(len(rows), head, head_hash, ordered)


def compare_head(
    start: ChainStart, rows: Sequence[StoredEntry], acknowledged_seq: int, acknowledged_hash: bytes
) -> ChainFault | None:
    """Compare a chain with an end that the county acknowledged; None if it contains that end."""
    if acknowledged_seq < start.seq:
        why = f"lies before this file, which begins behind entry {start.seq}; it cannot be compared"
        return ChainFault(acknowledged_seq, "end", why)
    if acknowledged_seq == start.seq:
        found = start.hash
    else:
        by_seq = {row.seq: row.hash for row in rows}
        if acknowledged_seq not in by_seq:
            last = max(by_seq, default=start.seq)
            return ChainFault(last, "end", f"ends here, but the county acknowledged entry {acknowledged_seq}")
        found = by_seq[acknowledged_seq]
    if found == acknowledged_hash:
        return None
    return ChainFault(acknowledged_seq, "end", "is not the entry that the county acknowledged under this number")


def _numbers(rows: Sequence[StoredEntry], start: ChainStart) -> list[int]:
    """Return the number that each row carries; an unreadable one gets that of its place."""
    numbers: list[int] = []
    for row in rows:
        carried = _carried(row)
        numbers.append((numbers[-1] + 1 if numbers else start.seq + 1) if carried is None else carried)
    return numbers


def _carried(row: StoredEntry) -> int | None:
    try:
        return decode_entry(row.data, f"entry {row.seq}").seq
    except BadData:
        return None


def _inserted(rows: Sequence[StoredEntry], numbers: Sequence[int], start: ChainStart) -> list[int]:
    """Return the indexes of rows that the chain passes by."""
    hashes: dict[int, list[bytes]] = {start.seq: [start.hash]}
    for number, row in zip(numbers, rows, strict=True):
        hashes.setdefault(number, []).append(row.hash)
    inserted = []
    for index, (number, row) in enumerate(zip(numbers, rows, strict=True)):
        linked = any(next_hash(before, row.data) == row.hash for before in hashes.get(number - 1, ()))
        before = rows[index - 1].hash if index else start.hash
        passed_by = index + 1 < len(rows) and _links(before, rows[index + 1])
        if passed_by and (not linked or numbers[index + 1] == number):
            inserted.append(index)
    return inserted


def _too_early(kept: Sequence[tuple[int, StoredEntry]], start: ChainStart) -> Iterator[ChainFault]:
    for number, row in kept:
        if number <= start.seq:
            yield ChainFault(row.seq, "inserted", f"lies before the chain, which begins behind entry {start.seq}")


def _removed(kept: Sequence[tuple[int, StoredEntry]], start: ChainStart) -> Iterator[ChainFault]:
    before = start.seq
    for number in sorted({number for number, _ in kept}):
        if number > before + 1:
            gone = f"entry {before + 1} is" if number == before + 2 else f"entries {before + 1} to {number - 1} are"
            yield ChainFault(before + 1, "removed", f"{gone} gone before entry {number}")
        before = number


def _moved(
    kept: Sequence[tuple[int, StoredEntry]], rows: Sequence[StoredEntry], start: ChainStart
) -> Iterator[ChainFault]:
    places = {row.seq: place for place, row in enumerate(rows, start=start.seq + 1)}
    for (number, row), expected in zip(kept, sorted(number for number, _ in kept), strict=True):
        if number != expected:
            yield ChainFault(row.seq, "moved", f"entry {number} lies where entry {expected} belongs")
        elif row.seq not in {number, places[row.seq]}:
            yield ChainFault(row.seq, "moved", f"is entry {number}, kept under another number")


def _edited(kept: Sequence[tuple[int, StoredEntry]], start: ChainStart) -> Iterator[ChainFault]:
    number_before, before = start.seq, start.hash
    for (number, row), (_, after) in zip_longest(kept, kept[1:], fillvalue=(0, None)):
        assert row is not None
        computed, stored = next_hash(before, row.data), row.hash
        if number == number_before + 1 and computed != stored:
            hash_changed = after is not None and not _links(stored, after) and _links(computed, after)
            what = "its stored hash was changed" if hash_changed else "its content is not what was hashed"
            yield ChainFault(row.seq, "edited", what)
            stored = computed if hash_changed else stored
        elif _carried(row) is None:
            yield ChainFault(row.seq, "edited", "cannot be read")
        number_before, before = number, stored


def _links(before: bytes, row: StoredEntry) -> bool:
    return next_hash(before, row.data) == row.hash
