"""The journal's database: one writer, every batch one durable transaction.

WAL with ``synchronous=FULL``: what `JournalFile.write` has returned for survives a power cut, and a torn last
write is rolled back by SQLite. The chain is `playlists.journal`'s. Used by `player.devices.journal` alone, in
one thread at a time; nothing here knows effects or events.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from player.core.facts import OpenPlay, OpenSession
from player.core.moment import Moment
from player.devices import journal_schema as schema
from player.devices.journal_starts import Starts
from playlists.entries import Body
from playlists.journal import ENTRY_LIMIT_BYTES, encode_entry, genesis, make_entry, next_hash

TAIL_ENTRIES: Final = 32  # the chain's end that is looked at when the file is opened …
UNSENT_ENTRIES: Final = 2_000  # … and what the county does not hold yet, up to so many: a start must not take long
_BAD_FILE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class DamagedJournal(Exception):
    """The file is no sound journal of this box; it must be put aside."""


class Append(msgspec.Struct, frozen=True):
    """Entries to append, all or none; ``closes_…`` removes the open row in the same transaction."""

    bodies: tuple[Body, ...]
    moment: Moment
    closes_play: bool = False
    closes_session: bool = False


class Keep(msgspec.Struct, frozen=True):
    """An open row to bring up to date."""

    row: OpenPlay | OpenSession
    wall_ms: int


Command = Append | Keep
Row = TypeVar("Row", OpenPlay, OpenSession)


class Head(msgspec.Struct, frozen=True):
    """Where a chain stands: the number of its last entry and the hash after it."""

    seq: int
    hash: bytes


class JournalFile:
    """An open journal. Every method may raise `sqlite3.Error`; see `is_damage`."""

    def __init__(self, path: Path, fingerprint: str, base: Head | None = None, *, held: int = 0) -> None:
        """Open the file or make it.

        Args:
            path: The database.
            fingerprint: Of the box's key; a file of another box is damage.
            base: Where a new chain goes on; None begins with entry 1.
            held: Up to which entry the county holds the journal.

        Raises:
            DamagedJournal: It is no sound journal of this box.
            sqlite3.Error: The disk does not let us.
        """
        self.path, self.fingerprint = path, fingerprint
        self._database = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        self._database.text_factory = lenient_text
        self.starts = Starts(self._database)
        try:
            self._prepare(base or Head(0, genesis(fingerprint)))
            self.head = self._checked_head(held)
        except BaseException:
            self._database.close()
            raise

    def _prepare(self, base: Head) -> None:
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        with self.transaction():
            for statement in schema.SCHEMA.split(";"):
                self._database.execute(statement)
            if self.meta(schema.FINGERPRINT) is None:
                self.set_meta(schema.FINGERPRINT, self.fingerprint)
                self.set_meta(schema.BASE_SEQ, base.seq)
                self.set_meta(schema.BASE_HASH, base.hash)

    def _checked_head(self, held: int) -> Head:
        if self.meta(schema.FINGERPRINT) != self.fingerprint:
            raise DamagedJournal(f"it belongs to box {self.meta(schema.FINGERPRINT)}")
        if not self.meta(schema.CLEAN):
            verdict = self._database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise DamagedJournal(str(verdict))
        return self._tail_head(held)

    def _tail_head(self, held: int) -> Head:
        newest = self._value("SELECT max(seq) FROM entries")
        length = min(max(TAIL_ENTRIES, (newest if isinstance(newest, int) else 0) - held), UNSENT_ENTRIES)
        rows = self._database.execute(
            "SELECT seq, data, hash FROM entries ORDER BY seq DESC LIMIT ?", (length + 1,)
        ).fetchall()
        if not rows:
            return self.base
        rows.reverse()
        whole = len(rows) <= length
        start = self.base if whole else Head(rows[0][0], rows[0][2])
        end = last(chained(start, (row for row in rows if row[0] > start.seq)), start)
        if end.seq != rows[-1][0]:
            raise DamagedJournal(f"its chain breaks after entry {end.seq}")
        return end

    @property
    def base(self) -> Head:
        """Where this file's chain begins."""
        seq, digest = self.meta(schema.BASE_SEQ), self.meta(schema.BASE_HASH)
        return Head(seq, digest) if isinstance(seq, int) and isinstance(digest, bytes) else self._genesis

    @property
    def _genesis(self) -> Head:
        return Head(0, genesis(self.fingerprint))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit durably what is done inside, or nothing of it."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def write(self, commands: Iterable[Command]) -> list[int]:
        """Do all of it in one durable transaction; return the number of each append's last entry, in order."""
        head, numbers = self.head, []
        with self.transaction():
            for command in commands:
                if isinstance(command, Keep):
                    self._keep(command)
                else:
                    head = self._append(command, head)
                    numbers.append(head.seq)
        self.head = head
        return numbers

    def _append(self, append: Append, head: Head) -> Head:
        for body in append.bodies:
            data = encoded(body, append.moment, head.seq + 1)
            head = Head(head.seq + 1, next_hash(head.hash, data))
            self.insert(head, data)
            self.starts.remember(body, append.moment, head.seq)
        if append.closes_play:
            self._database.execute("DELETE FROM open_play")
        if append.closes_session:
            self._database.execute("DELETE FROM open_session")
        return head

    def insert(self, head: Head, data: bytes) -> None:
        """Add the row of an encoded entry; inside a transaction."""
        self._database.execute("INSERT INTO entries VALUES (?, ?, ?)", (head.seq, data, head.hash))

    def _keep(self, keep: Keep) -> None:
        table = "open_play" if isinstance(keep.row, OpenPlay) else "open_session"
        row = (msgspec.msgpack.encode(keep.row), keep.wall_ms)
        self._database.execute(f"INSERT OR REPLACE INTO {table} VALUES (1, ?, ?)", row)  # noqa: S608 - two fixed names

    def open_play(self) -> OpenPlay | None:
        """Return the play that was going on, if any."""
        return _row(self._value("SELECT data FROM open_play"), OpenPlay)

    def open_session(self) -> OpenSession | None:
        """Return the session that was going on, if any."""
        return _row(self._value("SELECT data FROM open_session"), OpenSession)

    def rows_after(self, seq: int) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield number, bytes and hash of the entries after ``seq``, in order."""
        return iter(self._database.execute("SELECT seq, data, hash FROM entries WHERE seq > ? ORDER BY seq", (seq,)))

    def meta(self, key: str) -> object:
        """Return a value kept beside the entries, None if there is none."""
        return self._value("SELECT value FROM meta WHERE key = ?", (key,))

    def set_meta(self, key: str, value: object) -> None:
        """Keep a value; inside a transaction."""
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _value(self, query: str, arguments: tuple[object, ...] = ()) -> object:
        row = self._database.execute(query, arguments).fetchone()
        return row[0] if row else None


def lenient_text(data: bytes) -> str:
    """Return a word of a table; one that is spoilt names nothing any more, but does not keep the box from starting."""
    return data.decode(errors="replace")


def _row(data: object, kind: type[Row]) -> Row | None:
    try:
        return msgspec.msgpack.decode(data, type=kind) if isinstance(data, bytes) else None
    except (msgspec.DecodeError, UnicodeDecodeError):  # spoilt, or of another version: the play is lost, no more
        return None


def encoded(body: Body, moment: Moment, seq: int) -> bytes:
    """Return the bytes of an entry as number ``seq``."""
    entry = make_entry(
        body,  # type: ignore[arg-type] # every Body is one of AnyBody
        seq=seq,
        boot=moment.boot,
        monotonic_ms=moment.monotonic_ms,
        wall_ms=moment.wall_ms,
        trust=moment.trust,
    )
    return encode_entry(entry)


def is_writable(append: Append) -> bool:
    """Return whether the county would take entries of this size."""
    return all(len(encoded(body, append.moment, 1 << 40)) <= ENTRY_LIMIT_BYTES for body in append.bodies)


def chained(start: Head, rows: Iterable[tuple[int, bytes, bytes]]) -> Iterator[Head]:
    """Yield the chain's head after each row, as long as rows follow ``start`` without a gap and hashes agree."""
    head = start
    for seq, data, digest in rows:
        if seq != head.seq + 1 or next_hash(head.hash, data) != digest:
            return
        head = Head(seq, digest)
        yield head


def last(heads: Iterable[Head], start: Head) -> Head:
    """Return the last of the heads, or ``start`` if there is none."""
    return reduce(lambda _, head: head, heads, start)


def is_damage(error: Exception) -> bool:
    """Return whether an error speaks of a broken file, not of a full, slow or absent disk."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, DamagedJournal) or (isinstance(code, int) and code & 0xFF in _BAD_FILE)
