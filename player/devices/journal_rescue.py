"""What happens to a damaged journal: it is put aside, never deleted, and a new one goes on where it can.

The new file takes over every entry that still chains, from the first one or at least from the one that the
county acknowledged last; so numbers and hashes that the county holds stay true, and only entries that are
both damaged and unsent are missing. What starts need beside the entries is taken over row by row: one that is spoilt
costs itself, and a page that cannot be read costs what stood on it. Called by `player.devices.journal`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from player.core.facts import (
    OwnOrder,
    OwnSession,
    PlannedRecording,
    RecordingResult,
    SessionRecord,
    ToldStop,
    WrongCodes,
)
from player.core.moment import Moment
from player.devices import journal_schema as schema
from player.devices.journal_file import Head, JournalFile, chained, last, lenient_text
from player.devices.journal_starts import Kept, Starts, kept
from playlists.acknowledged import Acknowledged
from playlists.dating import RANK, Anchor
from playlists.entries import ClockTrust
from playlists.files import sync_folder
from playlists.journal import genesis

_COMPANIONS = ("", "-wal", "-shm")
_NEXT_ENTRY = "SELECT seq, data, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT 1"
Keep = Callable[..., None]


def begin_anew(path: Path, fingerprint: str, acknowledged: Acknowledged) -> JournalFile:
    """Put the damaged file at ``path`` aside and return a new one with what could be rescued.

    Raises:
        OSError: The damaged file cannot be renamed.
        sqlite3.Error: The new one cannot be written.
    """
    aside = put_aside(path)
    start = _best_start(aside, fingerprint, acknowledged)
    file = JournalFile(path, fingerprint, start)
    with file.transaction():
        for head, data in _sound_rows(aside, start):
            file.insert(head, data)
            file.head = head
        _take_over(aside, file)
    return file


def put_aside(path: Path) -> Path:
    """Rename a database and its companions to a free name beside it; return the new name.

    Raises:
        OSError: It cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for companion in _COMPANIONS:
        part = path.with_name(path.name + companion)
        if part.exists():
            part.rename(aside.with_name(aside.name + companion))
    sync_folder(path.parent)
    return aside


def _best_start(aside: Path, fingerprint: str, acknowledged: Acknowledged) -> Head:
    first = Head(0, genesis(fingerprint))
    if not acknowledged.head:
        return first
    reached = last((head for head, _ in _sound_rows(aside, first)), first)
    return first if reached.seq >= acknowledged.head else Head(acknowledged.head, bytes.fromhex(acknowledged.hash))


def _sound_rows(aside: Path, start: Head) -> Iterator[tuple[Head, bytes]]:
    with _reading(aside) as database:
        while (row := _one(database, _NEXT_ENTRY, start.seq)) is not None:
            head = last(chained(start, [row]), start)
            if head == start:
                return
            yield head, row[1]
            start = head


def _take_over(aside: Path, file: JournalFile) -> None:
    """Copy what starts depend on: each table on its own, and of a damaged one each row that makes sense."""
    with _reading(aside) as database:
        meta = dict(_rows(database, "meta", "key, value", "key"))
        if meta.get(schema.FINGERPRINT, file.fingerprint) != file.fingerprint:
            return
        if isinstance(boot := meta.get(schema.BOOT), int):
            file.set_meta(schema.BOOT, boot)
        for table, columns, order, keep in _tables(file.starts):
            for row in _rows(database, table, columns, order):
                with suppress(sqlite3.IntegrityError, TypeError):  # a cell has become one of another kind
                    keep(*row)


def _tables(starts: Starts) -> tuple[tuple[str, str, str, Keep], ...]:
    """Return each table with its columns, their order, and what keeps a row."""

    def session(session: str, ended: str, *began: Any) -> None:
        starts.add_session(session, ended, _moment(*began))

    def wrong(count: int, *last_one: Any) -> None:
        starts.add_wrong(WrongCodes(count, _moment(*last_one)))

    def boot(number: int, offset_ms: int, trust: str) -> None:
        starts.add_boot(number, Anchor(offset_ms, _trust(trust)))

    return (
        ("sessions", "session, ended, boot, monotonic_ms, wall_ms, trust", "session", session),
        ("receipts", "stop", "stop", starts.add_receipt),
        ("told_stops", "course, day", "course", lambda *row: starts.add_told(ToldStop(*row))),
        ("wrong_codes", "count, boot, monotonic_ms, wall_ms, trust", "id", wrong),
        ("endangered", "session", "session", lambda session: starts.set_endangered(session, endangered=True)),
        ("orders", '"order", course, wish, asked_wall_ms', "rowid", lambda *row: starts.add_order(OwnOrder(*row))),
        ("seen_courses", "course", "course", starts.add_seen),
        ("records", "data", "rowid", _decoding(SessionRecord, starts.add_record)),
        ("own_sessions", "data", "rowid", _decoding(OwnSession, starts.add_own_session)),
        ("planned_recordings", "data", "rowid", _decoding(PlannedRecording, starts.add_planned_recording)),
        ("recorded", "data", "rowid", _decoding(RecordingResult, starts.add_recorded)),
        ("left_off", "lesson, position_ms", "rowid", lambda *row: starts.leave_off(*row, finished=False)),
        ("boots", "boot, offset_ms, trust", "boot", boot),
    )


def _moment(boot: int, monotonic_ms: int, wall_ms: int, trust: str) -> Moment:
    return Moment(monotonic_ms, wall_ms, _trust(trust), boot)


def _trust(word: str) -> ClockTrust:
    return word if word in RANK else "unknown"


@contextmanager
def _reading(aside: Path) -> Iterator[sqlite3.Connection]:
    """Open a damaged file; a spoilt word of it reads as one that names nothing, not as the table's end."""
    with closing(sqlite3.connect(f"{aside.resolve().as_uri()}?mode=ro", uri=True)) as database:
        database.text_factory = lenient_text
        yield database


def _rows(database: sqlite3.Connection, table: str, columns: str, order: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table in order: around what cannot be read, from both ends as far as that."""
    query = f"SELECT {columns} FROM {table} ORDER BY {order}"  # noqa: S608 - names of this file's own
    front, ended = _walk(database, query)
    if ended:
        return front
    known = set(front)
    back = [row for row in _walk(database, f"{query} DESC")[0] if row not in known]
    return [*front, *reversed(back)]


def _walk(database: sqlite3.Connection, query: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Return the rows up to the end, and True; or up to two in a row that cannot be read."""
    found: list[tuple[Any, ...]] = []
    place = unreadable = 0
    while unreadable < 2:
        try:
            row = database.execute(f"{query} LIMIT 1 OFFSET ?", (place,)).fetchone()
        except (sqlite3.Error, OverflowError):
            unreadable += 1
        else:
            if row is None:
                return found, True
            found.append(row)
            unreadable = 0
        place += 1
    return found, False


def _one(database: sqlite3.Connection, query: str, *arguments: object) -> tuple[Any, ...] | None:
    """Return the next row; asked for alone, for an error at the one behind it would cost it too."""
    try:
        row: tuple[Any, ...] | None = database.execute(query, arguments).fetchone()
    except (sqlite3.Error, OverflowError):
        return None
    return row


def _decoding(kind: type[Kept], keep: Callable[[Kept], None]) -> Keep:
    """Return what keeps a row of one cell that holds a ``kind``."""

    def row(data: bytes) -> None:
        if found := kept(data, kind):
            keep(found)

    return row
