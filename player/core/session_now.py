"""The session that is on: what all parts of its life share. Called by `player.core.session` and `session_count`."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists.occurrences import Occurrence

from . import heads, ledger, lessons, playback, record_book, stage
from .facts import OpenSession
from .session_record import with_added
from .turn import Turn
from .world import GroupSession, SessionState, World

_S = SessionState
RUNNING: Final = frozenset({_S.PLAYING, _S.BETWEEN})


def is_running(world: World) -> bool:
    """Return whether a session's lessons are on the screen."""
    return world.session is not None and world.session.state in RUNNING


def is_holding(world: World) -> bool:
    """Return whether a lecture or a visit goes on."""
    return world.session is not None and world.session.state is _S.HOLDING


def change(turn: Turn, **fields: Any) -> GroupSession:
    """Change the session that is on, and return it."""
    assert turn.world.session is not None
    changed = replace(turn.world.session, **fields)
    turn.change(session=changed)
    return changed


def enter(turn: Turn, state: SessionState, **fields: Any) -> GroupSession:
    """Let the session enter a state now, and return it."""
    return change(turn, state=state, entered_monotonic_ms=turn.now.monotonic_ms, **fields)


def current(turn: Turn) -> GroupSession:
    """Return the session that is on."""
    assert turn.world.session is not None
    return turn.world.session


def made(
    turn: Turn, occurrence: Occurrence, row: OpenSession, state: SessionState, *, by_hand: bool = False
) -> GroupSession:
    """Return a session in a state, with what it shows and the head count that is proposed."""
    occurrence, last = with_added(occurrence, row), record_book.last_count(turn.world)
    return GroupSession(
        occurrence=occurrence, state=state, lessons=lessons.of_session(turn.world, occurrence), row=row,
        draft=row.draft or heads.propose(row.expected, last), entered_monotonic_ms=turn.now.monotonic_ms,
        by_hand=by_hand,
    )  # fmt: skip


def show(turn: Turn) -> None:
    """Show the session: its picture or its card."""
    if is_running(turn.world):
        stage.show_picture(turn)
    else:
        stage.show_session(turn)


def gone(turn: Turn) -> None:
    """The session is over: what was below is seen again."""
    turn.change(session=None)
    if not playback.is_active(turn.world.playback):
        stage.leave(turn)


def done(turn: Turn, session: str) -> None:
    """Note that a session is not to be held again."""
    turn.change(done_sessions=turn.world.done_sessions | {session})


def keep_again(turn: Turn) -> None:
    """The last session's row has been closed: keep that of the one now on, which had to wait."""
    session = turn.world.session
    if session is not None and session.state in (*RUNNING, _S.HOLDING, _S.COUNTING):
        ledger.keep_session(turn, session.row)
