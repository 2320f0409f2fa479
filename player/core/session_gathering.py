"""A group session before it begins: its card comes by itself or is opened, waits, begins, or goes away again.

The states are those of `player.core.session`, whose table calls this.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from playlists.occurrences import Occurrence

from . import ledger, lessons, own_sessions, playback, schedule, session_count, session_now, session_running, stage
from .actions import (
    LeaveSession,
    SkipSession,
    WaitLonger,
)
from .language import _
from .lives.session import GroupSession, SessionState
from .screens_shown import SessionScreen
from .session_record import held, row_of
from .turn import Turn
from .world import World

WAIT_MS: Final = 10 * schedule.MINUTE_MS


def open_by_hand(turn: Turn, occurrence: str) -> None:
    """Show the gathering card of any session that is not done, before its time or after; go on with one broken off."""
    found = schedule.find(turn.world, occurrence)
    cut = turn.world.interrupted
    if turn.world.session is not None:
        session_now.show(turn)
    elif cut is not None and cut.session == occurrence:
        session_running.continue_interrupted(turn)
    elif found is not None and found.id not in turn.world.done_sessions:
        _gather(turn, found, by_hand=True)


def gather_if_due(turn: Turn) -> None:
    """Show the card of the session that is due; one that only waits for people gives way to it."""
    session = turn.world.session
    due = schedule.due(turn.world, but=session.row.session if session else "")
    if session is not None:
        if not session_now.has_waited(turn, due):
            return
        if session.state is SessionState.COUNTING:
            session_count.close_uncounted(turn, session)
        elif due is not None:  # the journal cannot be written; the sign-off stays owed
            session_now.gone(turn)
    if due is not None and not _is_revoked(turn.world):
        _gather(turn, due, by_hand=False)


def _gather(turn: Turn, occurrence: Occurrence, *, by_hand: bool) -> None:
    row = replace(row_of(occurrence), made_up=own_sessions.made_up_by(turn.world, occurrence))
    turn.change(session=session_now.made(turn, occurrence, row, SessionState.GATHERING, by_hand=by_hand))
    if playback.is_active(turn.world.playback) or turn.world.live is not None:
        turn.say(_("《{title}》就要开始了").format(title=occurrence.title))
    else:
        stage.show_session(turn)


def start_or_drop(turn: Turn, session: GroupSession) -> None:
    """Begin at its minute; go away when it is over, was taken out, or another one is due."""
    world, one = turn.world, session.occurrence
    due = schedule.due(world)
    other = due is not None and due.id != one.id
    given_up = own_sessions.is_own(one) and schedule.find(world, one.id) is None
    left = _is_left(world) if session.by_hand else schedule.is_known(turn.now)
    if (due is None and left) or other or given_up:
        if schedule.find(world, one.id) is None:
            turn.say(_("《{title}》已取消").format(title=one.title))
        session_now.gone(turn)
        gather_if_due(turn)
        return
    here = lessons.of_session(world, one)
    if here != session.lessons:
        session_now.change(turn, lessons=here)
    if schedule.its_minute(turn.now, session) and not session_now.is_talk(session):
        session_running.start(turn, None)


def _is_left(world: World) -> bool:
    """Return whether nobody looks at a card any more that somebody opened before its time."""
    return not stage.is_on_stage(world, SessionScreen) and not playback.is_active(world.playback)


def wait_longer(turn: Turn, wish: WaitLonger) -> None:  # noqa: ARG001
    """Let it begin by itself later, as long as its time has not passed."""
    one = session_now.current(turn).occurrence
    planned = schedule.find(turn.world, one.id) or one
    starts_ms = max(one.starts_ms, turn.now.wall_ms) + WAIT_MS
    if schedule.is_known(turn.now) and starts_ms < schedule.over_ms(planned):
        session_now.change(turn, occurrence=replace(one, starts_ms=starts_ms))
    else:
        turn.say(_("不能再等了；人到齐就按确定键开始"))


def leave_card(turn: Turn, wish: LeaveSession) -> None:  # noqa: ARG001
    """Leave the card; one whose time has come begins all the same."""
    session = session_now.current(turn)
    due = schedule.due(turn.world)
    if due is not None and due.id == session.occurrence.id:
        turn.say(_("到时间会自动开始"))
        stage.leave(turn)
    else:
        session_now.gone(turn)


def skip(turn: Turn, wish: SkipSession) -> None:  # noqa: ARG001
    """Record that it does not take place."""
    session = session_now.current(turn)
    ledger.append(turn, held(session.row, turn.now, "skipped"))
    session_now.done(turn, session.row.session)
    turn.say(_("已登记：本次集中学习不举行"))
    session_now.gone(turn)


def _is_revoked(world: World) -> bool:
    box = world.generation.box if world.generation else None
    return box is not None and box.revoked
