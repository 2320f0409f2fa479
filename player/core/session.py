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

from msgspec.structs import replace

from playlists.occurrences import Occurrence, OccurrenceItem

from . import ledger, lessons, own_sessions, playback, schedule, session_count, session_now, stage
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
from .facts import OpenPlay
from .language import _, counted
from .moment import told
from .screens_shown import SessionScreen
from .session_notes import noted
from .session_now import RUNNING
from .session_record import held, occurrence_of, row_of
from .table import Row, Table, follow, nothing
from .turn import Turn
from .world import GroupSession, PlaybackState, SessionState, World

EARLY_MS: Final = 12 * 60 * schedule.MINUTE_MS  # nobody holds next week's session by a slip of the thumb
CLOSING_MS: Final = 20_000  # time to press what the audience thought
WAIT_MS: Final = 10 * schedule.MINUTE_MS
CUT_AFTER_MS: Final = 36 * 60 * schedule.MINUTE_MS  # finished tomorrow at the latest, else it was cut
COUNT_BEFORE_NEXT_MS: Final = 10 * schedule.MINUTE_MS
COUNT_WITHIN_MS: Final = 12 * 60 * schedule.MINUTE_MS
_S = SessionState
_ENDING: Final = frozenset({_S.COUNTING, _S.CONFIRMING})  # they give way to the next session


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
    _drop_old_interruption(turn)
    if session is None or session.state in _ENDING:
        _gather_if_due(turn)
    elif session.state is _S.GATHERING:
        _start_or_drop(turn, session)
    elif session.state in RUNNING:
        _follow_lesson(turn, session)
        _count_if_left(turn)
    elif session.state is _S.HOLDING and turn.now.monotonic_ms >= session.entered_monotonic_ms + COUNT_WITHIN_MS:
        session_count.count(turn)
    elif session.state is _S.CLOSING and turn.now.monotonic_ms >= session.entered_monotonic_ms + CLOSING_MS:
        session_now.gone(turn)


def deadline(world: World) -> int | None:
    """Return when `settle` has something to do, in monotonic ms."""
    session = world.session
    if session is None:
        return None
    if session.state is _S.CLOSING:
        return session.entered_monotonic_ms + CLOSING_MS
    if session.state is _S.HOLDING:
        return session.entered_monotonic_ms + COUNT_WITHIN_MS
    since = _waits_since(world)
    if since is not None:
        soon = since + COUNT_BEFORE_NEXT_MS
        late = since + COUNT_WITHIN_MS if session.state is not _S.CONFIRMING else None
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


def _waits_since(world: World) -> int | None:
    """Return since when a session does nothing but wait for people, in monotonic ms."""
    session, play = world.session, world.playback
    if session is not None and session.state in _ENDING:
        return session.entered_monotonic_ms
    paused = session_now.is_running(world) and play is not None and play.state is PlaybackState.PAUSED
    return play.since_monotonic_ms if paused and play else None


# --- gathering


def open_by_hand(turn: Turn, occurrence: str) -> None:
    """Show the gathering card of any session that is not done, before its time or after; go on with one broken off."""
    found = schedule.find(turn.world, occurrence)
    cut = turn.world.interrupted
    if turn.world.session is not None:
        session_now.show(turn)
    elif cut is not None and cut.session == occurrence:
        continue_interrupted(turn)
    elif found is not None and found.id not in turn.world.done_sessions:
        _gather(turn, found, by_hand=True)


def _gather_if_due(turn: Turn) -> None:
    session = turn.world.session
    due = schedule.due(turn.world, but=session.row.session if session else "")
    if session is not None:
        if not _has_waited(turn, due):
            return
        if session.state is _S.COUNTING:
            session_count.close_uncounted(turn, session)
        elif due is not None:  # the journal cannot be written; the sign-off stays owed
            session_now.gone(turn)
    if due is not None and not _is_revoked(turn.world):
        _gather(turn, due, by_hand=False)


def _has_waited(turn: Turn, due: Occurrence | None) -> bool:
    """Return whether people have had their time, less of it when another session is due."""
    since = _waits_since(turn.world)
    waits = COUNT_WITHIN_MS if due is None else COUNT_BEFORE_NEXT_MS
    return since is not None and turn.now.monotonic_ms >= since + waits


def _gather(turn: Turn, occurrence: Occurrence, *, by_hand: bool) -> None:
    row = replace(row_of(occurrence), made_up=own_sessions.made_up_by(turn.world, occurrence))
    turn.change(session=session_now.made(turn, occurrence, row, SessionState.GATHERING, by_hand=by_hand))
    if playback.is_active(turn.world.playback) or turn.world.live is not None:
        turn.say(_("《{title}》就要开始了").format(title=occurrence.title))
    else:
        stage.show_session(turn)


def _start_or_drop(turn: Turn, session: GroupSession) -> None:
    world, one = turn.world, session.occurrence
    due = schedule.due(world)
    other = due is not None and due.id != one.id
    given_up = own_sessions.is_own(one) and schedule.find(world, one.id) is None
    left = _is_left(world) if session.by_hand else schedule.is_known(turn.now)
    if (due is None and left) or other or given_up:
        if schedule.find(world, one.id) is None:
            turn.say(_("《{title}》已取消").format(title=one.title))
        session_now.gone(turn)
        _gather_if_due(turn)
        return
    here = lessons.of_session(world, one)
    if here != session.lessons:
        session_now.change(turn, lessons=here)
    if schedule.its_minute(turn.now, session) and not is_talk(session):
        _start(turn, None)


def _is_left(world: World) -> bool:
    """Return whether nobody looks at a card any more that somebody opened before its time."""
    return not stage.is_on_stage(world, SessionScreen) and not playback.is_active(world.playback)


def is_talk(session: GroupSession) -> bool:
    """Return whether a session is a lecture or a visit that shows nothing."""
    return session.occurrence.form != "video" and not session.occurrence.items


def _wait_longer(turn: Turn, wish: WaitLonger) -> None:  # noqa: ARG001
    one = session_now.current(turn).occurrence
    planned = schedule.find(turn.world, one.id) or one
    starts_ms = max(one.starts_ms, turn.now.wall_ms) + WAIT_MS
    if schedule.is_known(turn.now) and starts_ms < schedule.over_ms(planned):
        session_now.change(turn, occurrence=replace(one, starts_ms=starts_ms))
    else:
        turn.say(_("不能再等了；人到齐就按确定键开始"))


def _leave_card(turn: Turn, wish: LeaveSession) -> None:  # noqa: ARG001
    session = session_now.current(turn)
    due = schedule.due(turn.world)
    if due is not None and due.id == session.occurrence.id:
        turn.say(_("到时间会自动开始"))
        stage.leave(turn)
    else:
        session_now.gone(turn)


def _skip(turn: Turn, wish: SkipSession) -> None:  # noqa: ARG001
    session = session_now.current(turn)
    ledger.append(turn, held(session.row, turn.now, "skipped"))
    session_now.done(turn, session.row.session)
    turn.say(_("已登记：本次集中学习不举行"))
    session_now.gone(turn)


# --- playing


def _start(turn: Turn, wish: StartSession | None) -> None:
    session, now = session_now.current(turn), turn.now
    if schedule.is_known(now) and now.wall_ms < session.occurrence.starts_ms - EARLY_MS:
        turn.say(_("离开始还早，当天再开始；现在想看可以点播"))
        return
    if is_talk(session):
        abandon_interrupted(turn)
        session_now.change(turn, row=replace(session.row, started=now))
        _hold(turn)
        return
    if _next_here(turn, 0) is None:
        if wish is not None:
            turn.say(_("课件还没有下载完，现在还不能开始"))
        return
    playback.end(turn, "stopped")
    abandon_interrupted(turn)
    session_now.change(turn, row=replace(session.row, started=now))
    _go_to(turn, 0)


def continue_interrupted(turn: Turn) -> None:
    """Go on with the session that a power cut broke off, at the same second."""
    row = turn.world.interrupted
    if row is None or turn.world.session is not None:
        return
    occurrence = schedule.find(turn.world, row.session) or occurrence_of(row)
    playback.end(turn, "stopped")
    row = replace(row, put_off=False)
    turn.change(interrupted=None, session=session_now.made(turn, occurrence, row, _S.BETWEEN))
    if row.stage == "counting":
        session_count.count(turn)
    elif row.stage == "holding":
        _hold(turn)
    else:
        _go_to(turn, row.item, row.position_ms)


def abandon_interrupted(turn: Turn) -> None:
    """Record as cut the session that a power cut broke off and nobody continued."""
    row = turn.world.interrupted
    if row is not None:
        ledger.append(turn, held(row, turn.now, "cut"), closes_session=True)
        turn.change(interrupted=None)
        session_now.done(turn, row.session)


def _drop_old_interruption(turn: Turn) -> None:
    row = turn.world.interrupted
    began = told(row.started, turn.now) if row and row.started else None
    if began is None or not schedule.is_known(began) or not schedule.is_known(turn.now):
        return  # a start that nobody knows says nothing about how long ago it was
    if turn.now.wall_ms - began.wall_ms > CUT_AFTER_MS:
        abandon_interrupted(turn)


def _next_here(turn: Turn, item: int) -> int | None:
    """Return the first lesson from ``item`` on that can be shown now."""
    session = session_now.change(turn, lessons=lessons.of_session(turn.world, session_now.current(turn).occurrence))
    return next((at for at, one in enumerate(session.lessons) if at >= item and one.blob), None)


def _go_to(turn: Turn, item: int, from_ms: int = 0) -> None:
    """Show the lesson ``item``, or the first after it that is here; if there is none, count heads."""
    at = _next_here(turn, item)
    session = session_now.current(turn)
    skipped = [one.title for one in session.lessons[item:at] if not one.blob]
    if skipped:
        turn.say(_skipping(skipped))
    if at is None:
        session_count.count(turn)
        return
    lesson = session.lessons[at]
    position = from_ms if at == item else 0
    row = replace(
        session.row, item=at, position_ms=position, stage="playing", course=lesson.course, lesson=lesson.lesson
    )
    session_now.enter(turn, _S.BETWEEN, row=row)
    ledger.keep_session(turn, row)
    opened = OpenPlay(
        course=lesson.course, lesson=lesson.lesson, blob=lesson.blob or "", height=lesson.height, why="session",
        session=row.session, started=turn.now, segments=(),
    )  # fmt: skip
    found = lessons.lesson_of(turn.world.generation, lesson.course, lesson.lesson)
    playback.open_lesson(
        turn, opened, title=lesson.title, duration_ms=lesson.duration_ms, from_ms=position,
        subtitles=lessons.subtitles_here(turn.world, found) if found else "",
    )  # fmt: skip
    stage.show_picture(turn)


def _skipping(titles: list[str]) -> str:
    if len(titles) > 1:
        return counted("《{title}》等 {n} 课还没有下载，先跳过", len(titles), title=titles[0])
    return _("《{title}》还没有下载，先跳过").format(title=titles[0])


def _follow_lesson(turn: Turn, session: GroupSession) -> None:
    play = turn.world.playback
    if play is None or play.state in (PlaybackState.ENDING, PlaybackState.FAILED):
        if play is not None and play.state is PlaybackState.FAILED:
            turn.say(_("《{title}》放不出来，接着放下一课").format(title=play.title))
        _go_to(turn, session.row.item + 1)
    elif session.state is _S.BETWEEN and play.state in (PlaybackState.PLAYING, PlaybackState.PAUSED):
        session_now.enter(turn, _S.PLAYING)


def _count_if_left(turn: Turn) -> None:
    """Somebody has paused the lesson, and nobody has come back."""
    session = turn.world.session
    if session is None or _waits_since(turn.world) is None:
        return
    if _has_waited(turn, schedule.due(turn.world, but=session.row.session)):
        turn.say(_("《{title}》暂停很久了，请清点人数").format(title=session.row.title))
        playback.end(turn, "stopped")
        session_count.count(turn)


def _skip_lesson(turn: Turn, wish: SkipLesson) -> None:
    session = session_now.current(turn)
    here = [at for at, one in enumerate(session.lessons) if one.blob and at < session.row.item]
    item = session.row.item + 1 if wish.step > 0 else (here[-1] if here else 0)
    playback.end(turn, "stopped")
    _go_to(turn, item)


def _stop(turn: Turn, wish: StopPlaying) -> None:  # noqa: ARG001
    playback.end(turn, "stopped")
    session_count.count(turn)


def _put_off(turn: Turn, wish: PutOff) -> None:  # noqa: ARG001
    session, play = session_now.current(turn), turn.world.playback
    position_ms = play.position_ms if play is not None and playback.is_active(play) else session.row.position_ms
    row = replace(session.row, position_ms=position_ms, put_off=True)
    playback.end(turn, "stopped")
    ledger.keep_session(turn, row)
    turn.change(interrupted=row)
    turn.say(_("已记下放到哪里，明天在主页按确定键接着放"))
    session_now.gone(turn)


def _hold(turn: Turn) -> None:
    """A lecture or a visit has begun; the television says so."""
    row = replace(session_now.current(turn).row, stage="holding")
    session_now.enter(turn, _S.HOLDING, row=row)
    ledger.keep_session(turn, row)
    stage.show_session(turn)


def _note(turn: Turn, wish: NoteSession) -> None:
    session_now.change(turn, row=noted(session_now.current(turn).row, wish.field, wish.text))
    session_now.keep_again(turn)


# --- counting


def _add_lesson(turn: Turn, wish: PlayLesson) -> None:
    """The audience wants more: one lesson beyond the programme, then heads are counted."""
    session, lesson = session_now.current(turn), lessons.lesson_of(turn.world.generation, wish.course, wish.lesson)
    if lesson is None or lessons.playable(turn.world, wish.course, wish.lesson) is None:
        turn.say(_("这一课还没有下载到本机"))
        return
    item = OccurrenceItem(
        course=wish.course, title=lesson.title, lessons=(wish.lesson,), duration_ms=lesson.duration_ms
    )
    occurrence = replace(session.occurrence, items=(*session.occurrence.items, item))
    session_now.change(turn, occurrence=occurrence, row=replace(session.row, added=(*session.row.added, item)))
    _go_to(turn, len(lessons.of_session(turn.world, occurrence)) - 1)


def _show_again(turn: Turn, wish: object) -> None:  # noqa: ARG001
    session_now.show(turn)


def tell_start(turn: Turn) -> None:
    """The clock was set: when the running session began is kept as it is told now, should the power go."""
    session = turn.world.session
    if session is not None and session.row.started is not None:
        row = replace(session.row, started=told(session.row.started, turn.now))
        session_now.change(turn, row=row)
        session_now.keep_again(turn)


def break_off(turn: Turn) -> None:
    """The box may show nothing any more: record what was going on as cut; heads can still be counted."""
    session = turn.world.session
    if session is not None and session.state in (*RUNNING, _S.HOLDING):
        ledger.append(turn, held(session.row, turn.now, "cut"), closes_session=True)
        session_now.done(turn, session.row.session)
    if session is not None and session.state not in _ENDING:
        session_now.gone(turn)


# --- what they share


def _is_revoked(world: World) -> bool:
    box = world.generation.box if world.generation else None
    return box is not None and box.revoked


EVENTS: Final = (
    StartSession, LeaveSession, SkipSession, SkipLesson, StopPlaying, EditHeads, ConfirmHeads, Journaled, NoteSession,
    WaitLonger, PutOff, RateSession, PlayLesson,
)  # fmt: skip


def _rows(state: SessionState, rows: dict[type, Row]) -> Table:
    """Return the rows of a state; what it does not name was thought of, and changes nothing."""
    return {(state, kind): rows.get(kind, nothing) for kind in EVENTS}


_SHOWING: Final[dict[type, Row]] = {
    StartSession: _show_again, SkipLesson: _skip_lesson, StopPlaying: _stop, NoteSession: _note, PutOff: _put_off,
}  # fmt: skip
TABLE: Final[Table] = {
    **_rows(_S.GATHERING, {
        StartSession: _start, LeaveSession: _leave_card, SkipSession: _skip, NoteSession: _note,
        WaitLonger: _wait_longer,
    }),
    **_rows(_S.PLAYING, _SHOWING),
    **_rows(_S.BETWEEN, _SHOWING),
    **_rows(_S.HOLDING, {StartSession: _show_again, StopPlaying: _stop, NoteSession: _note, PutOff: _put_off}),
    **_rows(_S.COUNTING, {
        StartSession: _show_again, EditHeads: session_count.edit, ConfirmHeads: session_count.confirm,
        NoteSession: _note, PlayLesson: _add_lesson,
    }),
    **_rows(_S.CONFIRMING, {StartSession: _show_again, Journaled: session_count.confirmed}),
    **_rows(_S.CLOSING, {LeaveSession: session_count.leave_closing, RateSession: session_count.rate}),
}  # fmt: skip
