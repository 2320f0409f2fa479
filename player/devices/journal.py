"""The journal on the box's disk, and the one thread that writes it.

Rules: `perform` stamps and enqueues, so the loop never waits for the disk; what is queued together is one
durable transaction; `Journaled` is said only after it. Open rows are coalesced: only the newest is written. A
damaged file is put aside (`journal_rescue`) and a fault says so. On a disk that others have filled it writes with its
reserve (`journal_reserve`). A disk that cannot be written costs no start: entries are answered with `JournalFailed`
and stay owed. `app` opens the journal before the clock, which
needs the number of the boot.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from player.core import faults, record_book
from player.core.effects import AppendEntry, Effect, KeepPlay, KeepSession
from player.core.events import FaultReported, Journaled, JournalFailed
from player.core.facts import JournalFacts
from player.core.orders import KEPT
from player.devices import journal_schema as schema
from player.devices.journal_file import Append, Command, DamagedJournal, JournalFile, Keep, is_damage, is_writable
from player.devices.journal_rescue import begin_anew
from player.devices.journal_reserve import JournalReserve
from player.ports import Clock, Emit
from playlists.acknowledged import read_acknowledged

_log = logging.getLogger(__name__)
_STOP_S = 10.0


@dataclass(frozen=True)
class OpenedJournal:
    """What the journal said when it was opened.

    Args:
        path: Where it lies.
        acknowledged: Where the upload worker keeps what the county holds.
        fingerprint: The box's.
        file: The open file, or None while the disk does not let us.
        facts: For the core's `Started`.
        boot: This boot's number, counted by the journal; the clock port is made with it.
        boot_id: What the machine calls it.
        damaged: Why an earlier file was put aside under another name; empty if all was well.
        unwritable: Why nothing can be written at present; empty if all is well.
    """

    path: Path
    acknowledged: Path
    fingerprint: str
    file: JournalFile | None
    facts: JournalFacts
    boot: int
    boot_id: str = ""
    damaged: str = ""
    unwritable: str = ""


def open_journal(path: Path, acknowledged: Path, fingerprint: str, boot_id: str = "") -> OpenedJournal:
    """Open or make the journal, count this boot, and say what it holds. Never raises: the box must start.

    Args:
        path: The database.
        acknowledged: The file that the upload worker keeps.
        fingerprint: The box's.
        boot_id: Tells one boot of the machine from another; empty: each start counts as one.
    """
    head = read_acknowledged(acknowledged, fingerprint).head
    reserve = reserve_of(path)
    try:
        file, damaged = _open_with(reserve, path, acknowledged, fingerprint)
        boot, clean = _count_boot(file, boot_id)
    except (OSError, sqlite3.Error) as error:
        facts = JournalFacts(head=head, acknowledged=head, clean=False)
        return OpenedJournal(path, acknowledged, fingerprint, None, facts, 1, boot_id, unwritable=str(error))
    facts = JournalFacts(
        head=file.head.seq,
        acknowledged=min(head, file.head.seq),
        open_play=file.open_play(),
        open_session=file.open_session(),
        done_sessions=file.starts.done(),
        held=file.starts.held(),
        receipts=file.starts.receipts(),
        endangered=file.starts.endangered(),
        orders=file.starts.orders(KEPT),
        told_stops=file.starts.told(),
        wrong_codes=file.starts.wrong(),
        seen_courses=file.starts.seen_courses(),
        own_sessions=file.starts.own_sessions(),
        planned_recordings=file.starts.planned_recordings(),
        recorded=file.starts.recorded(),
        left_off=file.starts.left_off(),
        records=file.starts.records(record_book.KEPT),
        clean=clean,
    )
    return OpenedJournal(path, acknowledged, fingerprint, file, facts, boot, boot_id, damaged)


def reserve_of(path: Path) -> JournalReserve:
    """Return the room that is kept for a journal."""
    return JournalReserve(path.with_name("journal-reserve"))


def _open_with(reserve: JournalReserve, path: Path, acknowledged: Path, fingerprint: str) -> tuple[JournalFile, str]:
    """Open the journal, on a full disk with its reserve."""
    try:
        return _open_or_rescue(path, acknowledged, fingerprint)
    except (OSError, sqlite3.Error):
        if not reserve.give():
            raise
        return _open_or_rescue(path, acknowledged, fingerprint)


def _open_or_rescue(path: Path, acknowledged: Path, fingerprint: str) -> tuple[JournalFile, str]:
    try:
        return JournalFile(path, fingerprint, held=read_acknowledged(acknowledged, fingerprint).head), ""
    except (DamagedJournal, sqlite3.Error) as error:
        if not is_damage(error):
            raise
        _log.error("journal %s is damaged and put aside: %s", path, error)
        return begin_anew(path, fingerprint, read_acknowledged(acknowledged, fingerprint)), str(error)


def _count_boot(file: JournalFile, boot_id: str) -> tuple[int, bool]:
    """Return the boot's number, the same for every start within it, and whether the last run ended by itself."""
    last, clean = file.meta(schema.BOOT), file.meta(schema.CLEAN)
    goes_on = bool(boot_id) and file.meta(schema.BOOT_ID) == boot_id
    boot = (last if goes_on else last + 1) if isinstance(last, int) else 1
    _mark_begun(file, boot, boot_id)
    return boot, clean is None or bool(clean)


def _mark_begun(file: JournalFile, boot: int, boot_id: str, *, guessed: bool = False) -> None:
    """Note that a run goes on; a number ``guessed`` while the journal could not be read takes no other's place."""
    last = file.meta(schema.BOOT)
    with file.transaction():
        file.set_meta(schema.BOOT, max(boot, last) if guessed and isinstance(last, int) else boot)
        file.set_meta(schema.BOOT_ID, "" if guessed else boot_id)
        file.set_meta(schema.CLEAN, 0)
        if guessed:
            file.starts.forget_boot(boot)


class _Job(msgspec.Struct, frozen=True):
    """A command on the queue; ``effect`` is answered if it is an append."""

    effect: int
    command: Command


class JournalDevice:
    """Does `AppendEntry`, `KeepPlay` and `KeepSession`; `perform` never waits for the disk."""

    def __init__(self, opened: OpenedJournal, clock: Clock, pace: Callable[[float], None] = lambda _: None) -> None:
        self._opened, self._clock, self._pace = opened, clock, pace
        self._file = opened.file
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._owed: list[_Job] = []  # open rows that could not be written yet
        self._faulty = bool(opened.unwritable)
        self._reserve, self._short_of_room = reserve_of(opened.path), False
        self._thread = threading.Thread(target=self._run, name="journal")

    def start(self, emit: Emit) -> None:
        """Begin to write; say what was wrong when the journal was opened."""
        self._emit = emit
        if self._opened.damaged:
            emit(FaultReported(faults.JOURNAL_DAMAGED, active=True, detail=self._opened.damaged))
        if self._opened.unwritable:
            emit(FaultReported(faults.JOURNAL_UNWRITABLE, active=True, detail=self._opened.unwritable))
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Put an entry or an open row on the writer's queue, stamped with this instant."""
        moment = self._clock.now()
        if isinstance(effect, AppendEntry):
            bodies = (effect.body, *effect.more)
            append = Append(bodies, moment, effect.closes_play, effect.closes_session)
            if is_writable(append):
                self._queue.put(_Job(effect.id, append))
            else:
                self._emit(JournalFailed(effect.id, "the entry is larger than the county would take"))
        elif isinstance(effect, KeepPlay | KeepSession):
            self._queue.put(_Job(effect.id, Keep(effect.row, moment.wall_ms)))
        else:
            raise TypeError(effect)

    def stop(self) -> None:
        """Write what is queued, note the clean end, close."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join(_STOP_S)

    def _run(self) -> None:
        self._reserve.fill()
        going = True
        while going:
            jobs = [self._queue.get()]
            while not self._queue.empty():
                jobs.append(self._queue.get())
            going = None not in jobs
            self._write(coalesced(self._owed + [job for job in jobs if job is not None]))
        self._close()

    def _write(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        appends = [job for job in jobs if isinstance(job.command, Append)]
        try:
            numbers = self._written_with_reserve(jobs)
        except (OSError, sqlite3.Error, DamagedJournal) as error:
            self._owed = [job for job in jobs if isinstance(job.command, Keep)]
            self._fail(appends, error)
            return
        self._owed = []
        self._recovered()
        for job, seq in zip(appends, numbers, strict=True):
            self._emit(Journaled(job.effect, seq))

    def _written_with_reserve(self, jobs: list[_Job]) -> list[int]:
        """Write, on a full disk with the reserve; and fill that again once there is room."""
        try:
            numbers = self._written(jobs)
        except (OSError, sqlite3.Error):
            if not self._reserve.give():
                raise
            self._short_of_room = True
            return self._written(jobs)
        if self._short_of_room:
            self._short_of_room = not self._reserve.fill()
        return numbers

    def _written(self, jobs: list[_Job]) -> list[int]:
        commands = [job.command for job in jobs]
        if self._file is None:
            self._file = self._reopened()
        began_s = time.monotonic()
        try:
            numbers = self._file.write(commands)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._file.close()
            self._file = None
            self._file = self._reopened()
            numbers = self._file.write(commands)
        self._pace(time.monotonic() - began_s)
        return numbers

    def _reopened(self) -> JournalFile:
        opened = self._opened
        file, damaged = _open_or_rescue(opened.path, opened.acknowledged, opened.fingerprint)
        _mark_begun(file, opened.boot, opened.boot_id, guessed=bool(opened.unwritable))
        if damaged:
            self._emit(FaultReported(faults.JOURNAL_DAMAGED, active=True, detail=damaged))
        return file

    def _fail(self, appends: list[_Job], error: Exception) -> None:
        _log.error("journal cannot be written: %s", error)
        for job in appends:
            self._emit(JournalFailed(job.effect, str(error)))
        if not self._faulty:
            self._faulty = True
            self._emit(FaultReported(faults.JOURNAL_UNWRITABLE, active=True, detail=str(error)))

    def _recovered(self) -> None:
        if self._faulty:
            self._faulty = False
            self._emit(FaultReported(faults.JOURNAL_UNWRITABLE, active=False))

    def _close(self) -> None:
        if self._file is None:
            return
        try:
            with self._file.transaction():
                self._file.set_meta(schema.CLEAN, 1)
            self._file.close()
        except sqlite3.Error as error:
            _log.error("journal cannot be closed: %s", error)


def coalesced(jobs: list[_Job]) -> list[_Job]:
    """Leave out every open row that a newer one of its kind replaces before an entry lies between them."""
    kept: list[_Job] = []
    newer: set[type] = set()
    for job in reversed(jobs):
        if isinstance(job.command, Append):
            newer.clear()
        elif type(job.command.row) in newer:
            continue
        else:
            newer.add(type(job.command.row))
        kept.append(job)
    kept.reverse()
    return kept
