"""The journal on its way out: batches of entries behind what the county holds, as far as they chain.

It only reads; nothing is ever removed from the journal. Callers: the workers `upload` (by line) and `carry` (by stick),
so that both bring the county the same.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import msgspec

from player.devices import journal_schema
from playlists.acknowledged import Acknowledged
from playlists.errors import FailedAttempt
from playlists.journal import genesis, next_hash

BATCH_LIMIT_BYTES: Final = 512 << 10


class DamagedEntry(FailedAttempt):
    """The journal's own chain breaks; what is behind the break is put in order at the next start."""


class Batch(msgspec.Struct, frozen=True):
    """Entries in order and the chain's hash after them; ``last`` is the number of the last, or of the one before."""

    entries: tuple[bytes, ...]
    last: int
    head: bytes

    @property
    def first(self) -> int:
        """The number of the first entry."""
        return self.last - len(self.entries) + 1


class Outgoing:
    """A box's journal file, open for reading.

    Args:
        path: The file.
        fingerprint: Of the box's key.

    Raises:
        sqlite3.Error: It cannot be opened; so may every method.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._journal = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        """Let go of the file."""
        self._journal.close()

    def batch(self, acknowledged: Acknowledged, entries_most: int) -> Batch:
        """Return the next entries, as far as they chain: a damaged one would look like another history.

        Args:
            acknowledged: What the county holds.
            entries_most: How many at once.

        Raises:
            DamagedEntry: The first of them is damaged.
        """
        last, head = self._start(acknowledged)
        return self._batch(last, head, entries_most)

    def batch_after(self, batch: Batch, entries_most: int) -> Batch:
        """Return the entries that follow a batch; see `batch`."""
        return self._batch(batch.last, batch.head, entries_most)

    def hash_at(self, seq: int) -> bytes | None:
        """Return the chain's hash after an entry, None where this journal does not reach."""
        if seq == 0:
            return genesis(self._fingerprint)
        row = self._journal.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        if row is None and seq == self._base_seq():
            row = (self._meta(journal_schema.BASE_HASH),)
        return row[0] if row else None

    def last_seq(self) -> int:
        """Return the number of the newest entry."""
        row = self._journal.execute("SELECT max(seq) FROM entries").fetchone()
        return int(row[0] or self._base_seq())

    def _batch(self, last: int, head: bytes, entries_most: int) -> Batch:
        rows = self._journal.execute(
            "SELECT seq, data, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?", (last, entries_most)
        )
        entries: list[bytes] = []
        size = 0
        for seq, data, digest in rows:
            size += len(data)
            sound = seq == last + 1 and next_hash(head, data) == digest
            if not sound and not entries:
                raise DamagedEntry("upload", f"entry {last + 1} of the journal is damaged", retry=False)
            if not sound or (entries and size > BATCH_LIMIT_BYTES):
                break
            entries.append(data)
            last, head = seq, digest
        return Batch(tuple(entries), last, head)

    def _start(self, acknowledged: Acknowledged) -> tuple[int, bytes]:
        """Return the entry behind which to send, with its hash: the county's head, or where this journal begins."""
        seq, base = acknowledged.head, self._meta(journal_schema.BASE_HASH)
        found = self.hash_at(seq)
        if found is None and isinstance(base, bytes) and seq < self._base_seq():
            return self._base_seq(), base
        return seq, found or bytes.fromhex(acknowledged.hash)

    def _base_seq(self) -> int:
        base = self._meta(journal_schema.BASE_SEQ)
        return base if isinstance(base, int) else 0

    def _meta(self, key: str) -> object:
        row = self._journal.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None
