"""What a start needs to know of the journal without reading a year of entries: sessions done, receipts, boots, places.

Written in the transaction of the entry that says it. When a session began is kept by boot and monotonic time, and
what each boot has learnt of the time beside it, so that a session held under an unknown clock is dated as soon as its
boot knows better (`playlists.dating`). Used by `player.devices.journal_file` and by the rescue of a damaged journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from player.core import left_off, record_book, recordings
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
from player.core.own_sessions import given_up, planned
from player.core.yielding import yielded
from playlists.dating import UNKNOWN, Anchor, anchored, better
from playlists.entries import (
    Body,
    Correction,
    Order,
    Play,
    Readiness,
    Recorded,
    RecordingCancelled,
    RecordingDeleted,
    RecordingPlanned,
    SessionCancelled,
    SessionHeld,
    SessionPlanned,
    SessionYields,
    StopCode,
    StopReceipt,
)
from playlists.recordings import name_of, on_the_box

Kept = TypeVar("Kept", OwnSession, PlannedRecording, RecordingResult, SessionRecord)


class Starts:
    """The tables; every method may raise `sqlite3.Error`, and those that write must run inside a transaction."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._boot, self._anchor = 0, UNKNOWN  # of the boot written last

    def remember(self, body: Body, moment: Moment, seq: int) -> None:
        """Note what entry ``seq`` says that a start needs."""
        self._record(body, moment, seq)
        if isinstance(body, Play) and body.why == "order" and body.segments:
            self.add_seen(body.course)
        if isinstance(body, SessionHeld):
            self.add_session(body.session, body.ended, record_book.began(body, moment))
        elif isinstance(body, Play) and body.why in left_off.REASONS and body.segments:
            name = left_off.key(*on_the_box(body.course, body.lesson))
            self.leave_off(name, body.segments[-1][1], finished=body.ended == "finished")
        elif isinstance(body, StopReceipt):
            self.add_receipt(body.stop)
        elif isinstance(body, StopCode):
            self.add_code(body, moment)
        elif isinstance(body, Readiness):
            self.set_endangered(body.session, endangered=body.in_danger)
        elif isinstance(body, Order):
            asked_ms = moment.wall_ms if moment.trust != "unknown" else 0
            self.add_order(OwnOrder(body.order, body.course, body.wish, asked_ms))
        elif isinstance(body, SessionPlanned):
            self.add_own_session(planned(body))
        elif isinstance(body, SessionCancelled | SessionYields):
            self._change_own(body)
        else:
            self._remember_recording(body)
        self._learn(moment)

    def _learn(self, moment: Moment) -> None:
        if moment.boot != self._boot:
            self._boot, self._anchor = moment.boot, self._known(moment.boot)
        anchor = better(self._anchor, moment.wall_ms, moment.monotonic_ms, moment.trust)
        if anchor != self._anchor:
            self._anchor = anchor
            self.add_boot(moment.boot, anchor)

    def _known(self, boot: int) -> Anchor:
        row = self._database.execute("SELECT offset_ms, trust FROM boots WHERE boot = ?", (boot,)).fetchone()
        return Anchor(*row) if row else UNKNOWN

    def add_session(self, session: str, ended: str, began: Moment) -> None:
        """Note that a session is done and when it began."""
        row = (session, ended, began.boot, began.monotonic_ms, began.wall_ms, began.trust)
        self._database.execute("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?)", row)

    def add_receipt(self, stop: str) -> None:
        """Note that a stop order was taken into force."""
        self._database.execute("INSERT OR IGNORE INTO receipts VALUES (?)", (stop,))

    def add_code(self, body: StopCode, moment: Moment) -> None:
        """Note a 停播码 that was keyed in."""
        if body.day:
            self.add_told(ToldStop(body.course, body.day))
        self.add_wrong(WrongCodes(body.wrong, moment))

    def add_told(self, stop: ToldStop) -> None:
        """Note what was stopped by telephone."""
        self._database.execute("INSERT OR REPLACE INTO told_stops VALUES (?, ?)", (stop.course, stop.day))

    def add_wrong(self, codes: WrongCodes) -> None:
        """Note how many wrong codes have come in a row."""
        last = codes.last
        row = (codes.count, last.boot, last.monotonic_ms, last.wall_ms, last.trust)
        self._database.execute("INSERT OR REPLACE INTO wrong_codes VALUES (1, ?, ?, ?, ?, ?)", row)

    def told(self) -> tuple[ToldStop, ...]:
        """Return what was stopped by telephone."""
        return tuple(ToldStop(*row) for row in self._database.execute("SELECT course, day FROM told_stops"))

    def wrong(self) -> WrongCodes | None:
        """Return how many wrong codes have come in a row, if one ever was keyed in."""
        query = "SELECT count, monotonic_ms, wall_ms, trust, boot FROM wrong_codes"
        row = self._database.execute(query).fetchone()
        return WrongCodes(row[0], Moment(*row[1:])) if row else None

    def add_order(self, order: OwnOrder) -> None:
        """Note what was asked for."""
        row = (order.order, order.course, order.wish, order.asked_wall_ms)
        self._database.execute("INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?)", row)

    def orders(self, limit: int) -> tuple[OwnOrder, ...]:
        """Return what was asked for last, in order."""
        rows = self._database.execute("SELECT * FROM orders ORDER BY rowid DESC LIMIT ?", (limit,)).fetchall()
        return tuple(OwnOrder(*row) for row in reversed(rows))

    def add_seen(self, course: str) -> None:
        """Note that a course that came for an order was played."""
        self._database.execute("INSERT OR IGNORE INTO seen_courses VALUES (?)", (course,))

    def seen_courses(self) -> frozenset[str]:
        """Return the courses that came for an order and were played."""
        return frozenset(course for (course,) in self._database.execute("SELECT course FROM seen_courses"))

    def add_own_session(self, own: OwnSession) -> None:
        """Note a session that was planned here, or what has become of it."""
        row = (own.session, msgspec.msgpack.encode(own))
        self._database.execute("INSERT OR REPLACE INTO own_sessions VALUES (?, ?)", row)

    def _change_own(self, body: SessionCancelled | SessionYields) -> None:
        if isinstance(body, SessionYields):
            for own in self.own_sessions():
                if own.session == body.session:
                    self.add_own_session(yielded(own, body))
            return
        for own in given_up(self.own_sessions(), body):
            self.add_own_session(own)
        if not body.start:
            self._database.execute("DELETE FROM own_sessions WHERE session = ?", (body.session,))

    def own_sessions(self) -> tuple[OwnSession, ...]:
        """Return the sessions that were planned here and not given up, in the order in which they were planned."""
        rows = self._database.execute("SELECT data FROM own_sessions ORDER BY rowid")
        return tuple(own for (data,) in rows if (own := kept(data, OwnSession)))

    def _remember_recording(self, body: Body) -> None:
        if isinstance(body, RecordingPlanned):
            self.add_planned_recording(recordings.planned(body))
        elif isinstance(body, RecordingCancelled):
            self._keep_planned(body.plan, recordings.given_up(self.planned_recordings(), body))
        elif isinstance(body, Recorded):
            self._keep_planned(body.plan, recordings.still_planned(self.planned_recordings(), body))
            self.add_recorded(recordings.result(body))
        elif isinstance(body, RecordingDeleted):
            for one in self.recorded():
                if (one.channel, one.starts) == (body.channel, body.starts):
                    self.add_recorded(replace(one, deleted=True))

    def _keep_planned(self, plan: str, left: Iterable[PlannedRecording]) -> None:
        """Note what is left of a plan."""
        kept_plans = [one for one in left if one.plan == plan]
        if not kept_plans:
            self._database.execute("DELETE FROM planned_recordings WHERE plan = ?", (plan,))
        for one in kept_plans:
            self.add_planned_recording(one)

    def add_planned_recording(self, planned_recording: PlannedRecording) -> None:
        """Note what is to be recorded, or what has become of that."""
        row = (planned_recording.plan, msgspec.msgpack.encode(planned_recording))
        self._database.execute(
            "INSERT INTO planned_recordings VALUES (?, ?) ON CONFLICT (plan) DO UPDATE SET data = excluded.data", row
        )

    def planned_recordings(self) -> tuple[PlannedRecording, ...]:
        """Return what is to be recorded, in the order in which it was planned."""
        rows = self._database.execute("SELECT data FROM planned_recordings ORDER BY rowid")
        return tuple(one for (data,) in rows if (one := kept(data, PlannedRecording)))

    def add_recorded(self, result: RecordingResult) -> None:
        """Note what has become of a recording."""
        row = (name_of(result.channel, result.starts), msgspec.msgpack.encode(result))
        self._database.execute(
            "INSERT INTO recorded VALUES (?, ?) ON CONFLICT (recording) DO UPDATE SET data = excluded.data", row
        )

    def recorded(self) -> tuple[RecordingResult, ...]:
        """Return what has become of the last recordings, in order."""
        rows = self._database.execute("SELECT data FROM recorded ORDER BY rowid DESC LIMIT ?", (recordings.KEPT,))
        return tuple(one for (data,) in reversed(rows.fetchall()) if (one := kept(data, RecordingResult)))

    def leave_off(self, lesson: str, position_ms: int, *, finished: bool) -> None:
        """Note where a lesson from the menu was left (`player.core.left_off`)."""
        self._database.execute("DELETE FROM left_off WHERE lesson = ?", (lesson,))
        if not finished and position_ms >= left_off.EARLIEST_MS:
            self._database.execute("INSERT INTO left_off VALUES (?, ?)", (lesson, position_ms))
        self._database.execute(
            "DELETE FROM left_off WHERE rowid <= (SELECT max(rowid) FROM left_off) - ?", (left_off.KEPT,)
        )

    def left_off(self) -> dict[str, int]:
        """Return where lessons were left, the last ones last."""
        return dict(self._database.execute("SELECT lesson, position_ms FROM left_off ORDER BY rowid").fetchall())

    def _record(self, body: Body, moment: Moment, seq: int) -> None:
        session = self._concerned(body)
        if session:
            row = self._database.execute("SELECT data FROM records WHERE session = ?", (session,)).fetchone()
            known = kept(row[0], SessionRecord) if row else None
            made = record_book.taken(known, body, moment, seq)
            if made is not None:
                self.add_record(made)

    def _concerned(self, body: Body) -> str:
        if not isinstance(body, Correction):
            return record_book.concerned((), body)
        row = self._database.execute("SELECT session FROM records WHERE count_seq = ?", (body.seq,)).fetchone()
        return str(row[0]) if row else ""

    def add_record(self, record: SessionRecord) -> None:
        """Note a session of the record book as it stands now."""
        row = (record.session, record.count_seq, msgspec.msgpack.encode(record))
        self._database.execute(
            "INSERT INTO records VALUES (?, ?, ?) ON CONFLICT (session) DO UPDATE SET"
            " count_seq = excluded.count_seq, data = excluded.data",
            row,
        )

    def records(self, limit: int) -> tuple[SessionRecord, ...]:
        """Return the last records of the book, in order, each dated as well as is known by now."""
        rows = self._database.execute("SELECT data FROM records ORDER BY rowid DESC LIMIT ?", (limit,)).fetchall()
        boots = {boot: anchor for boot, *anchor in self._database.execute("SELECT boot, offset_ms, trust FROM boots")}
        found = [record for (data,) in reversed(rows) if (record := kept(data, SessionRecord))]
        return tuple(
            replace(one, began=_told(one.began, boots.get(one.began.boot, [None, None]))) if one.began else one
            for one in found
        )

    def set_endangered(self, session: str, *, endangered: bool) -> None:
        """Note what the county was told last of a session that may not be ready."""
        change = (
            "INSERT OR IGNORE INTO endangered VALUES (?)" if endangered else "DELETE FROM endangered WHERE session = ?"
        )
        self._database.execute(change, (session,))

    def add_boot(self, boot: int, anchor: Anchor) -> None:
        """Note what a boot knows of the time."""
        self._database.execute("INSERT OR REPLACE INTO boots VALUES (?, ?, ?)", (boot, anchor.offset_ms, anchor.trust))

    def forget_boot(self, boot: int) -> None:
        """Forget what a boot knew: its number was given anew while the journal could not be read."""
        self._database.execute("DELETE FROM boots WHERE boot = ?", (boot,))
        self._boot = 0

    def done(self) -> frozenset[str]:
        """Return the sessions that are done."""
        return frozenset(session for (session,) in self._database.execute("SELECT session FROM sessions"))

    def held(self) -> tuple[Moment, ...]:
        """Return when the sessions that were held began, as far as that is known by now."""
        rows = self._database.execute(
            "SELECT boot, monotonic_ms, wall_ms, sessions.trust, offset_ms, boots.trust"
            " FROM sessions LEFT JOIN boots USING (boot) WHERE ended = 'held'"
        )
        return tuple(
            _told(Moment(since, wall_ms, trust, boot), anchor) for boot, since, wall_ms, trust, *anchor in rows
        )

    def endangered(self) -> frozenset[str]:
        """Return the sessions of which the county was told last that they may not be ready."""
        return frozenset(session for (session,) in self._database.execute("SELECT session FROM endangered"))

    def receipts(self) -> frozenset[str]:
        """Return the stop orders that were taken into force."""
        return frozenset(stop for (stop,) in self._database.execute("SELECT stop FROM receipts"))


def kept(data: bytes, kind: type[Kept]) -> Kept | None:
    """Return what a row holds; None if it is spoilt or of another version: that costs the row, not the start."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _told(instant: Moment, anchor: list[object]) -> Moment:
    offset_ms, trust = anchor
    if not isinstance(offset_ms, int):
        return instant
    dated = anchored(Anchor(offset_ms, trust), instant.wall_ms, instant.monotonic_ms, instant.trust)  # type: ignore[arg-type]
    return Moment(instant.monotonic_ms, dated.wall_ms, dated.trust, instant.boot)
