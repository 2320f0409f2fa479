"""A group session while it is held: its lessons one after the other, or a lecture; and what a power cut broke off.

The states are those of `player.core.session`, whose table calls this.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from playlists.occurrences import OccurrenceItem

from . import ledger, lessons, playback, schedule, session_count, session_now, stage
from .actions import (
    NoteSession,
    PlayLesson,
    PutOff,
    SkipLesson,
    StartSession,
    StopPlaying,
)
from .facts import OpenPlay
from .language import _, counted
from .lives.picture import PlaybackState
from .lives.session import GroupSession, SessionState
from .moment import told
from .session_notes import noted
from .session_record import held, occurrence_of
from .turn import Turn

EARLY_MS: Final = 12 * 60 * schedule.MINUTE_MS  # nobody holds next week's session by a slip of the thumb
CUT_AFTER_MS: Final = 36 * 60 * schedule.MINUTE_MS  # finished tomorrow at the latest, else it was cut
_S = SessionState


def start(turn: Turn, wish: StartSession | None) -> None:
    """Begin: people sit (``wish``), or its minute has come."""
    session, now = session_now.current(turn), turn.now
    if schedule.is_known(now) and now.wall_ms < session.occurrence.starts_ms - EARLY_MS:
        turn.say(_("离开始还早，当天再开始；现在想看可以点播"))
        return
    if session_now.is_talk(session):
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


def _hold(turn: Turn) -> None:
    """A lecture or a visit has begun; the television says so."""
    row = replace(session_now.current(turn).row, stage="holding")
    session_now.enter(turn, _S.HOLDING, row=row)
    ledger.keep_session(turn, row)
    stage.show_session(turn)


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


def drop_old_interruption(turn: Turn) -> None:
    """Give up what was broken off so long ago that nobody will go on with it."""
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


def follow_lesson(turn: Turn, session: GroupSession) -> None:
    """See whether the lesson plays, has ended or has failed."""
    play = turn.world.playback
    if play is None or play.state in (PlaybackState.ENDING, PlaybackState.FAILED):
        if play is not None and play.state is PlaybackState.FAILED:
            turn.say(_("《{title}》放不出来，接着放下一课").format(title=play.title))
        _go_to(turn, session.row.item + 1)
    elif session.state is _S.BETWEEN and play.state in (PlaybackState.PLAYING, PlaybackState.PAUSED):
        session_now.enter(turn, _S.PLAYING)


def count_if_left(turn: Turn) -> None:
    """Somebody has paused the lesson, and nobody has come back."""
    session = turn.world.session
    if session is None or session_now.waits_since(turn.world) is None:
        return
    if session_now.has_waited(turn, schedule.due(turn.world, but=session.row.session)):
        turn.say(_("《{title}》暂停很久了，请清点人数").format(title=session.row.title))
        playback.end(turn, "stopped")
        session_count.count(turn)


def skip_lesson(turn: Turn, wish: SkipLesson) -> None:
    """Go to the next lesson, or back to the one before."""
    session = session_now.current(turn)
    here = [at for at, one in enumerate(session.lessons) if one.blob and at < session.row.item]
    item = session.row.item + 1 if wish.step > 0 else (here[-1] if here else 0)
    playback.end(turn, "stopped")
    _go_to(turn, item)


def stop(turn: Turn, wish: StopPlaying) -> None:  # noqa: ARG001
    """People have had enough: heads are counted."""
    playback.end(turn, "stopped")
    session_count.count(turn)


def put_off(turn: Turn, wish: PutOff) -> None:  # noqa: ARG001
    """Go on another day, at the same second."""
    session, play = session_now.current(turn), turn.world.playback
    position_ms = play.position_ms if play is not None and playback.is_active(play) else session.row.position_ms
    row = replace(session.row, position_ms=position_ms, put_off=True)
    playback.end(turn, "stopped")
    ledger.keep_session(turn, row)
    turn.change(interrupted=row)
    turn.say(_("已记下放到哪里，明天在主页按确定键接着放"))
    session_now.gone(turn)


def add_lesson(turn: Turn, wish: PlayLesson) -> None:
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


def note(turn: Turn, wish: NoteSession) -> None:
    """Keep at once what is noted about the session."""
    session_now.change(turn, row=noted(session_now.current(turn).row, wish.field, wish.text))
    session_now.keep_again(turn)


def show_again(turn: Turn, wish: object) -> None:  # noqa: ARG001
    """Show it, wherever people have gone meanwhile."""
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
    if session is not None and session.state in (*session_now.RUNNING, _S.HOLDING):
        ledger.append(turn, held(session.row, turn.now, "cut"), closes_session=True)
        session_now.done(turn, session.row.session)
    if session is not None and session.state not in session_now.ENDING:
        session_now.gone(turn)
