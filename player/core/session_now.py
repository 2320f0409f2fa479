"""The session that is on: what all parts of its life share. Called by `player.core.session` and
the files beside it: `session_gathering`, `session_running`, `session_count`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists.occurrences import Occurrence

from . import heads, ledger, lessons, playback, record_book, stage
from .facts import OpenSession
from .lives.picture import PlaybackState
from .lives.session import GroupSession, SessionState
from .schedule import MINUTE_MS
from .session_record import with_added
from .turn import Turn
from .world import World

_S = SessionState
RUNNING: Final = frozenset({_S.PLAYING, _S.BETWEEN})
ENDING: Final = frozenset({_S.COUNTING, _S.CONFIRMING})  # they give way to the next session
COUNT_BEFORE_NEXT_MS: Final = 10 * MINUTE_MS
COUNT_WITHIN_MS: Final = 12 * 60 * MINUTE_MS


def is_running(world: World) -> bool:
    """Return whether a session's lessons are on the screen."""
    return world.session is not None and world.session.state in RUNNING


def is_holding(world: World) -> bool:
    """Return whether a lecture or a visit goes on."""
    return world.session is not None and world.session.state is _S.HOLDING


def is_talk(session: GroupSession) -> bool:
    """Return whether a session is a lecture or a visit that shows nothing."""
    return session.occurrence.form != "video" and not session.occurrence.items


def waits_since(world: World) -> int | None:
    """Return since when a session does nothing but wait for people, in monotonic ms."""
    session, play = world.session, world.playback
    if session is not None and session.state in ENDING:
        return session.entered_monotonic_ms
    paused = is_running(world) and play is not None and play.state is PlaybackState.PAUSED
    return play.since_monotonic_ms if paused and play else None


def has_waited(turn: Turn, due: Occurrence | None) -> bool:
    """Return whether people have had their time, less of it when another session is due."""
    since = waits_since(turn.world)
    waits = COUNT_WITHIN_MS if due is None else COUNT_BEFORE_NEXT_MS
    return since is not None and turn.now.monotonic_ms >= since + waits


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
    proposed = heads.propose(row.expected, last, _usual(turn.world))
    return GroupSession(
        occurrence=occurrence, state=state, lessons=lessons.of_session(turn.world, occurrence), row=row,
        draft=row.draft or proposed, entered_monotonic_ms=turn.now.monotonic_ms,
        by_hand=by_hand,
    )  # fmt: skip


def _usual(world: World) -> int:
    """Return how many the county expects at the first of its sessions here that says so."""
    occurrences = world.generation.occurrences if world.generation else ()
    return next((one.expected for one in occurrences if one.expected), 0)


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
