"""The life of a group session (集中学习), from the gathering card to 已登记.

Theory: a session gathers by itself before its time, or because somebody opens it; it starts at its minute,
or when people sit and press OK. Its lessons follow one another; one that is not here or cannot be shown is
skipped with a word. After the last, heads are counted; the count and the session's end are one transaction,
and only when that is durable does the screen say 已登记. The open row says where to go on after a power cut.
A session that only waits for people, paused or at the head count, gives way when the next one is due, and in
any case after hours. A lecture or a visit (现场) shows nothing: people begin it and end it. What is put off for another
day is kept as what the power has cut off is.

    GATHERING ──start──► BETWEEN ⇄ PLAYING ──last lesson, stop──► COUNTING ──sign-off──► CONFIRMING
    ──Journaled──► CLOSING
        ├─start, nothing to show──► HOLDING ──stop──► COUNTING ──a lesson is added──► BETWEEN
        │ skipped, over, cancelled
        │ └──────────────────────────────► gone
        ◄───────────────────────────────────────────────────────────────────────┘

A lesson's end is not an event here: `settle` sees it in ``world.playback``, after every step. Called by
`player.step`.
"""

from __future__ import annotations

from typing import Final

from . import schedule, session_count, session_now
from . import session_gathering as gathering
from . import session_running as running
from .actions import (
    ConfirmHeads,
    EditHeads,
    LeaveSession,
    NoteSession,
    PlayLesson,
    PutOff,
    RateSession,
    SkipLesson,
    SkipSession,
    StartSession,
    StopPlaying,
    WaitLonger,
)
from .events import Journaled
from .lives.session import GroupSession, SessionState
from .table import Row, Table, follow, nothing
from .turn import Turn
from .world import World

CLOSING_MS: Final = 20_000  # time to press what the audience thought
_S = SessionState


def follow_event(turn: Turn, event: object) -> None:
    """Take an event or a person's wish, if a session is on that it can mean."""
    session = turn.world.session
    if session is None or (isinstance(event, Journaled) and event.effect != session.commit):
        return
    follow(TABLE, session.state, turn, event)


def settle(turn: Turn) -> None:
    """Do what time and the lesson's state ask for."""
    session = turn.world.session
    if turn.world.quitting:
        return
    running.drop_old_interruption(turn)
    if session is None or session.state in session_now.ENDING:
        gathering.gather_if_due(turn)
    elif session.state is _S.GATHERING:
        gathering.start_or_drop(turn, session)
    elif session.state in session_now.RUNNING:
        running.follow_lesson(turn, session)
        running.count_if_left(turn)
    elif session.state is _S.HOLDING and _lasts_ms(turn, session) >= session_now.COUNT_WITHIN_MS:
        session_count.count(turn)
    elif session.state is _S.CLOSING and _lasts_ms(turn, session) >= CLOSING_MS:
        session_now.gone(turn)


def _lasts_ms(turn: Turn, session: GroupSession) -> int:
    """Return for how long a session has been in its state."""
    return turn.now.monotonic_ms - session.entered_monotonic_ms


def deadline(world: World) -> int | None:
    """Return when `settle` has something to do, in monotonic ms."""
    session = world.session
    if session is None:
        return None
    if session.state is _S.CLOSING:
        return session.entered_monotonic_ms + CLOSING_MS
    if session.state is _S.HOLDING:
        return session.entered_monotonic_ms + session_now.COUNT_WITHIN_MS
    since = session_now.waits_since(world)
    if since is not None:
        soon = since + session_now.COUNT_BEFORE_NEXT_MS
        late = since + session_now.COUNT_WITHIN_MS if session.state is not _S.CONFIRMING else None
        return soon if world.now.monotonic_ms < soon else late
    begun_late = (
        session.state is _S.GATHERING and schedule.is_known(world.now) and schedule.begun_late(world.now, session)
    )
    due = session.entered_monotonic_ms + schedule.LATE_GATHERING_MS
    return due if begun_late and world.now.monotonic_ms < due else None


def next_wall_ms(world: World) -> int | None:
    """Return when the card that is shown begins by itself, in wall ms; people may have let it wait."""
    session = world.session
    if session is None or session.state is not _S.GATHERING or not schedule.is_known(world.now):
        return None
    starts_ms = session.occurrence.starts_ms
    return starts_ms if starts_ms > world.now.wall_ms else None


EVENTS: Final = (
    StartSession, LeaveSession, SkipSession, SkipLesson, StopPlaying, EditHeads, ConfirmHeads, Journaled, NoteSession,
    WaitLonger, PutOff, RateSession, PlayLesson,
)  # fmt: skip


def _rows(state: SessionState, rows: dict[type, Row]) -> Table:
    """Return the rows of a state; what it does not name was thought of, and changes nothing."""
    return {(state, kind): rows.get(kind, nothing) for kind in EVENTS}


_SHOWING: Final[dict[type, Row]] = {
    StartSession: running.show_again, SkipLesson: running.skip_lesson, StopPlaying: running.stop,
    NoteSession: running.note, PutOff: running.put_off,
}  # fmt: skip
TABLE: Final[Table] = {
    **_rows(_S.GATHERING, {
        StartSession: running.start, LeaveSession: gathering.leave_card, SkipSession: gathering.skip,
        NoteSession: running.note, WaitLonger: gathering.wait_longer,
    }),
    **_rows(_S.PLAYING, _SHOWING),
    **_rows(_S.BETWEEN, _SHOWING),
    **_rows(_S.HOLDING, {
        StartSession: running.show_again, StopPlaying: running.stop, NoteSession: running.note,
        PutOff: running.put_off,
    }),
    **_rows(_S.COUNTING, {
        StartSession: running.show_again, EditHeads: session_count.edit, ConfirmHeads: session_count.confirm,
        NoteSession: running.note, PlayLesson: running.add_lesson,
    }),
    **_rows(_S.CONFIRMING, {StartSession: running.show_again, Journaled: session_count.confirmed}),
    **_rows(_S.CLOSING, {LeaveSession: session_count.leave_closing, RateSession: session_count.rate}),
}  # fmt: skip
