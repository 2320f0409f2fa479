"""What happens to a damaged journal: it is put aside, never deleted, and a new one goes on where it can.

The new file takes over every entry that still chains, from the first one or at least from the one that the
county acknowledged last; so numbers and hashes that the county holds stay true, and only entries that are
both damaged and unsent are missing. Called by `player.devices.journal`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from player.core.facts import OwnOrder, OwnSession, SessionRecord, ToldStop, WrongCodes
from player.core.moment import Moment
from player.devices import journal_schema as schema
from player.devices.journal_file import Head, JournalFile, chained, last
from player.devices.journal_starts import kept
from playlists.acknowledged import Acknowledged
from playlists.dating import Anchor
from playlists.files import sync_folder
from playlists.journal import genesis

_COMPANIONS = ("", "-wal", "-shm")


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
    for row in _rows(aside, "SELECT seq, data, hash FROM entries WHERE seq > ? ORDER BY seq", start.seq):
        for head in chained(start, [row]):
            yield head, row[1]
            start = head
        if start.seq != row[0]:
            return


def _take_over(aside: Path, file: JournalFile) -> None:
    """Copy what starts depend on; each table on its own, for any of them may be the damaged one."""
    if [value for (value,) in _rows(aside, _META, schema.FINGERPRINT)] not in ([], [file.fingerprint]):
        return
    for (boot,) in _rows(aside, _META, schema.BOOT):
        file.set_meta(schema.BOOT, boot)
    for session, ended, boot, since_ms, wall_ms, trust in _rows(aside, _SESSIONS):
        file.starts.add_session(session, ended, Moment(since_ms, wall_ms, trust, boot))
    _take_over_stops(aside, file)
    for (session,) in _rows(aside, "SELECT session FROM endangered"):
        file.starts.set_endangered(session, endangered=True)
    for row in _rows(aside, 'SELECT "order", course, wish, asked_wall_ms FROM orders'):
        file.starts.add_order(OwnOrder(*row))
    _take_over_sessions(aside, file)
    for boot, offset_ms, trust in _rows(aside, "SELECT boot, offset_ms, trust FROM boots"):
        file.starts.add_boot(boot, Anchor(offset_ms, trust))


def _take_over_sessions(aside: Path, file: JournalFile) -> None:
    for (course,) in _rows(aside, "SELECT course FROM seen_courses"):
        file.starts.add_seen(course)
    for (data,) in _rows(aside, "SELECT data FROM records ORDER BY rowid"):
        if record := kept(data, SessionRecord):
            file.starts.add_record(record)
    for (data,) in _rows(aside, "SELECT data FROM own_sessions ORDER BY rowid"):
        if own := kept(data, OwnSession):
            file.starts.add_own_session(own)


def _take_over_stops(aside: Path, file: JournalFile) -> None:
    for (stop,) in _rows(aside, "SELECT stop FROM receipts"):
        file.starts.add_receipt(stop)
    for course, day in _rows(aside, "SELECT course, day FROM told_stops"):
        file.starts.add_told(ToldStop(course, day))
    for count, *when in _rows(aside, "SELECT count, monotonic_ms, wall_ms, trust, boot FROM wrong_codes"):
        file.starts.add_wrong(WrongCodes(count, Moment(*when)))


_META = "SELECT value FROM meta WHERE key = ?"
_SESSIONS = "SELECT session, ended, boot, monotonic_ms, wall_ms, trust FROM sessions"


def _rows(aside: Path, query: str, *arguments: object) -> Iterator[tuple[Any, ...]]:
    """Yield rows of a damaged file until it lets us read no more."""
    database = sqlite3.connect(f"{aside.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield from database.execute(query, arguments)
    except (sqlite3.Error, OverflowError):
        return
    finally:
        database.close()
