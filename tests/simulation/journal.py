"""The journal of a simulated box: its file, and the thread that writes it.

The chain, the encoding, the coalescing of rows and the tables for the next start are the product's own
(`playlists.journal`, `player.devices`). Of SQLite only the promise is taken: a transaction is there as a whole once it
is committed, and one that the power cuts off is there as a whole or not at all.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from player.core import faults
from player.core.effects import AppendEntry, KeepPlay, KeepSession
from player.core.events import Event, FaultReported, Journaled, JournalFailed
from player.core.facts import JournalFacts, OpenPlay, OpenSession
from player.core.moment import Moment
from player.core.orders import KEPT as ORDERS
from player.core.record_book import KEPT as RECORDS
from player.devices import journal_schema
from player.devices.journal import coalesced
from player.devices.journal_file import Append, Head, Keep, encoded
from player.devices.journal_starts import Starts
from playlists.chain import ChainStart, StoredEntry, verify_chain
from playlists.entries import Body, HeadCount, Play, Recorded, SessionHeld, StopCode, StopReceipt
from playlists.journal import genesis, next_hash
from playlists.recordings import start_of

from .agenda import NEVER_MS, Agenda, Run
from .broken import Broken


@dataclass(frozen=True)
class Job:
    """A command on the writer's queue; ``effect`` is answered if it is an append."""

    effect: int
    command: Append | Keep
    asked_ms: int


@dataclass
class JournalFile:
    """Entries, open rows, and what lies beside them."""

    fingerprint: str
    rows: list[StoredEntry] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    open_play: OpenPlay | None = None
    open_session: OpenSession | None = None
    acknowledged: int = 0  # the file of the upload worker
    boot: int = 0
    boot_id: str = ""
    clean: bool = True
    recorded: Counter[tuple[str, object]] = field(default_factory=Counter)  # what may be recorded only once
    told: set[str] = field(default_factory=set)  # courses that were stopped by telephone
    played: Counter[str] = field(default_factory=Counter)  # ms by the beginning of a blob's name

    def __post_init__(self) -> None:
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.executescript(journal_schema.SCHEMA)
        self.starts = Starts(database)

    def facts(self) -> JournalFacts:
        """Return what the journal says at start."""
        return JournalFacts(
            head=len(self.rows),
            acknowledged=min(self.acknowledged, len(self.rows)),
            open_play=self.open_play,
            open_session=self.open_session,
            done_sessions=self.starts.done(),
            held=self.starts.held(),
            receipts=self.starts.receipts(),
            endangered=self.starts.endangered(),
            orders=self.starts.orders(ORDERS),
            told_stops=self.starts.told(),
            wrong_codes=self.starts.wrong(),
            left_off=self.starts.left_off(),
            seen_courses=self.starts.seen_courses(),
            own_sessions=self.starts.own_sessions(),
            planned_recordings=self.starts.planned_recordings(),
            recorded=self.starts.recorded(),
            records=self.starts.records(RECORDS),
            clean=self.clean,
        )

    def count_boot(self, boot_id: str) -> None:
        """A start: its boot has a number, and it is not clean until it ends by itself."""
        self.boot += boot_id != self.boot_id
        self.boot_id, self.clean = boot_id, False

    def write(self, commands: Sequence[Append | Keep]) -> list[int]:
        """Do all of it in one transaction; return the number of each append's last entry."""
        numbers = []
        for command in commands:
            if isinstance(command, Append):
                numbers.append(self._append(command))
            elif isinstance(command.row, OpenPlay):
                self.open_play = command.row
            else:
                self.open_session = command.row
        return numbers

    def _append(self, append: Append) -> int:
        head = self.head
        for body in append.bodies:
            data = encoded(body, append.moment, head.seq + 1)
            head = Head(head.seq + 1, next_hash(head.hash, data))
            self.rows.append(StoredEntry(head.seq, data, head.hash))
            self.bodies.append(body)
            self.starts.remember(body, append.moment, head.seq)
            self._count(body)
        self.open_play = None if append.closes_play else self.open_play
        self.open_session = None if append.closes_session else self.open_session
        return head.seq

    @property
    def head(self) -> Head:
        """The chain's end."""
        return Head(self.rows[-1].seq, self.rows[-1].hash) if self.rows else Head(0, genesis(self.fingerprint))

    def hash_at(self, seq: int) -> bytes | None:
        """Return the chain's hash after an entry, None where it does not reach."""
        if seq == 0:
            return genesis(self.fingerprint)
        return self.rows[seq - 1].hash if seq <= len(self.rows) else None

    def _count(self, body: Body) -> None:
        match body:
            case Play(segments=segments):
                if not start_of(body.lesson):  # a recording is no film of the county
                    self.played[body.blob] += sum(end - start for start, end in segments)
                shown = body.blob or (body.course, body.lesson)
                name: tuple[str, object] | None = ("play", (shown, body.started_wall_ms, segments))
                name = name if segments else None
            case SessionHeld():
                name = ("session", body.session)
            case HeadCount():
                name = ("head count", body.session)
            case StopCode():
                self.told |= {body.course} if body.day else set()
                name = None
            case Recorded():
                name = ("recording", (body.channel, body.starts))
            case StopReceipt():
                name = ("receipt", body.stop)
            case _:
                name = None
        if name is not None:
            self.recorded[name] += 1
            if self.recorded[name] > 1:
                raise Broken(3, f"a {name[0]} was recorded twice", name[1])

    def verify(self) -> None:
        """Let the product's own judge look at the chain."""
        found = verify_chain(ChainStart.of_box(self.fingerprint), self.rows).faults
        if found:
            raise Broken(3, "the journal's chain is broken", found[0])


@dataclass
class Writer:
    """The journal's thread: one transaction after the other, of all that waits. It never keeps anybody waiting.

    ``slow_ms`` is what a write takes longer, ``failing`` how many reasons there are why it fails.
    """

    chance: Random
    file: JournalFile
    agenda: Agenda
    run: Run
    now: Callable[[], Moment]
    emit: Callable[[Event], None]
    slow_ms: int = 0
    failing: int = 0
    queue: list[Job] = field(default_factory=list)
    writing: list[Job] = field(default_factory=list)
    owed: list[Job] = field(default_factory=list)
    faulty: bool = False
    faulty_since_ms: int = NEVER_MS

    def perform(self, effect: AppendEntry | KeepPlay | KeepSession) -> None:
        """Stamp a command and put it on the queue."""
        moment = self.now()
        if isinstance(effect, AppendEntry):
            bodies = (effect.body, *effect.more)
            command: Append | Keep = Append(bodies, moment, effect.closes_play, effect.closes_session)
        else:
            command = Keep(effect.row, moment.wall_ms)
        self.queue.append(Job(effect.id, command, self.agenda.now))
        if not self.writing:
            self._begin()

    def _begin(self) -> None:
        if self.queue:
            self.writing, self.queue = self.queue, []
            takes_ms = self.chance.randint(2, 30) + self.slow_ms
            self.agenda.at(self.agenda.now + takes_ms, self.run, self._end)

    def _end(self) -> None:
        jobs, self.writing = coalesced(self.owed + self.writing), []  # type: ignore[arg-type] - jobs of our own
        if self.failing:
            self._fail(jobs)
        else:
            self.owed = []
            numbers = self.file.write([job.command for job in jobs])
            if self.faulty:
                self.faulty, self.faulty_since_ms = False, NEVER_MS
                self.emit(FaultReported(faults.JOURNAL_UNWRITABLE, active=False))
            for job, seq in zip(_appends(jobs), numbers, strict=True):
                self.emit(Journaled(job.effect, seq))
        self._begin()

    def _fail(self, jobs: list[Job]) -> None:
        self.owed = [job for job in jobs if isinstance(job.command, Keep)]
        for job in _appends(jobs):
            self.emit(JournalFailed(job.effect, "disk error"))
        if not self.faulty:
            self.faulty, self.faulty_since_ms = True, self.agenda.now
            self.emit(FaultReported(faults.JOURNAL_UNWRITABLE, active=True, detail="disk error"))

    @property
    def signing(self) -> bool:
        """Whether the end of a session is being written."""
        return any(isinstance(job.command, Append) and job.command.closes_session for job in self.writing)

    @property
    def behind_ms(self) -> int:
        """How long ago it was asked what is not on the disk yet."""
        waiting = [job.asked_ms for job in (*self.owed, *self.writing, *self.queue)]
        return max(0, self.agenda.now - min((self.faulty_since_ms, *waiting)))

    def cut(self) -> None:
        """Lose the power: the transaction under way is there or not; what waits behind it is not."""
        if self.writing and not self.failing and self.chance.random() < 0.5:
            self.file.write([job.command for job in coalesced(self.owed + self.writing)])  # type: ignore[arg-type]

    def stop(self) -> None:
        """The service ends: what is queued is written, if the disk lets us, and the end is noted as clean."""
        if not self.failing:
            self.file.write([job.command for job in coalesced(self.owed + self.writing + self.queue)])  # type: ignore[arg-type]
            self.file.clean = True


def _appends(jobs: list[Job]) -> list[Job]:
    return [job for job in jobs if isinstance(job.command, Append)]
