"""What people ask for at a screen, and which life answers: one row an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from . import (
    binding,
    check,
    choices,
    clock,
    keeping,
    learning,
    left_off,
    lessons,
    live,
    orders,
    outbox,
    own_sessions,
    phone,
    playback,
    record_book,
    recorded,
    recording,
    recordings,
    session,
    session_count,
    session_gathering,
    session_now,
    session_running,
    stage,
    stick,
    stop_codes,
    sync,
    volume,
    ways,
)
from .actions import (
    Action,
    AskForCode,
    CancelRecording,
    CancelSession,
    ClosePhone,
    CloseStick,
    ConfirmHeads,
    ContinueInterrupted,
    CopyStick,
    CorrectHeads,
    DeleteCourse,
    DeleteRecording,
    EditHeads,
    EnterSession,
    FindWays,
    ForgetKeys,
    KeepCourse,
    LearnKeys,
    LeaveSession,
    MoveSession,
    NoteSession,
    OpenGathering,
    OpenPhone,
    PlaceOrder,
    PlanRecording,
    PlanSession,
    PlayLesson,
    PutOff,
    RateSession,
    ReportCheck,
    SayHeard,
    SeekBy,
    SetPreferences,
    SetTime,
    SkipLesson,
    SkipSession,
    SmallFirst,
    StartCheck,
    StartSession,
    StopPlaying,
    StopRecording,
    SyncNow,
    TogglePause,
    TryStopCode,
    TunePlaying,
    VolumeBy,
    WaitLonger,
    WatchLive,
)
from .facts import OpenPlay
from .language import _, speaking
from .lives.session import SessionState
from .turn import Turn


def grant(turn: Turn, wish: Action) -> None:
    """Do what a screen asks for."""
    _ROWS[type(wish)](turn, wish)


def _play_lesson(turn: Turn, wish: PlayLesson) -> None:
    world = turn.world
    lesson = lessons.lesson_of(world.generation, wish.course, wish.lesson)
    best = lessons.playable(world, wish.course, wish.lesson)
    if world.session is not None and world.session.state is SessionState.COUNTING:
        session.follow_event(turn, wish)
    elif session_now.is_running(world):
        turn.say(_("正在集中学习，先结束才能点播"))
    elif lesson is None or best is None:
        stop = lessons.stop_order(world.generation, wish.course, wish.lesson)
        turn.say(_("这一课已停播") if stop else _("这一课还没有下载到本机"))
    else:
        playback.end(turn, "stopped")
        why = "order" if orders.is_granted(world, wish.course) else "menu"
        if why == "order":
            turn.change(seen_courses=world.seen_courses | {wish.course})
        row = OpenPlay(
            course=wish.course, lesson=wish.lesson, blob=best.blob.sha256, height=best.height, why=why,
            session="", started=turn.now, segments=(),
        )  # fmt: skip
        name = left_off.key(wish.course, wish.lesson)
        from_ms = 0 if wish.from_start else left_off.begin_at(world.left_off, name, lesson.duration_ms)
        playback.open_lesson(
            turn, row, title=lesson.title, duration_ms=lesson.duration_ms, from_ms=from_ms,
            subtitles=lessons.subtitles_here(world, lesson),
        )  # fmt: skip
        stage.show_picture(turn)
        if from_ms:
            turn.say(_("接着上次的地方放，按 0 从头放"))


def _skip_lesson(turn: Turn, wish: SkipLesson) -> None:
    if session_now.is_running(turn.world):
        session.follow_event(turn, wish)
    elif (play := turn.world.playback) is not None:
        other = lessons.neighbour(turn.world, play.row.course, play.row.lesson, wish.step)
        if other is None:
            turn.say(_("已经是最后一课") if wish.step > 0 else _("已经是第一课"))
        else:
            _play_lesson(turn, PlayLesson(play.row.course, other.id))


def _to_what_is_on(turn: Turn, wish: object) -> None:
    """At most one of the two is on."""
    playback.follow_event(turn, wish)
    live.follow_event(turn, wish)


def _stop(turn: Turn, wish: StopPlaying) -> None:
    if turn.world.live is not None:
        live.follow_event(turn, wish)
    elif session_now.is_running(turn.world) or (
        session_now.is_holding(turn.world) and not playback.is_active(turn.world.playback)
    ):
        session.follow_event(turn, wish)
    else:
        playback.follow_event(turn, wish)


def _ask_county(turn: Turn) -> None:
    sync.now(turn)
    outbox.now(turn)


def _set_preferences(turn: Turn, wish: SetPreferences) -> None:
    choices.keep(turn, wish.preferences)
    with speaking(wish.preferences.language):
        recorded.merge(turn)  # recordings are named in the language of the screens


def _volume(turn: Turn, wish: VolumeBy) -> None:
    volume.put(turn, turn.world.volume_percent + wish.by_percent)


_ROWS: Final[dict[type, Callable[[Turn, Any], None]]] = {
    PlayLesson: _play_lesson,
    WatchLive: live.watch,
    TogglePause: _to_what_is_on,
    SeekBy: _to_what_is_on,
    TunePlaying: playback.follow_event,
    SkipLesson: _skip_lesson,
    StopPlaying: _stop,
    VolumeBy: _volume,
    OpenGathering: lambda turn, wish: session_gathering.open_by_hand(turn, wish.occurrence),
    StartSession: session.follow_event,
    LeaveSession: session.follow_event,
    SkipSession: session.follow_event,
    ContinueInterrupted: lambda turn, _: session_running.continue_interrupted(turn),
    EditHeads: session.follow_event,
    ConfirmHeads: session.follow_event,
    PlaceOrder: orders.place,
    PlanSession: own_sessions.plan,
    NoteSession: session.follow_event,
    WaitLonger: session.follow_event,
    PutOff: session.follow_event,
    RateSession: session.follow_event,
    EnterSession: session_count.enter_afterwards,
    CorrectHeads: record_book.correct,
    CancelSession: own_sessions.cancel,
    FindWays: ways.open_ways,
    SmallFirst: ways.small_first,
    MoveSession: own_sessions.move,
    PlanRecording: recordings.plan,
    CancelRecording: recordings.cancel,
    StopRecording: recording.follow_event,
    DeleteRecording: recordings.delete,
    SyncNow: lambda turn, _: _ask_county(turn),
    AskForCode: binding.follow_event,
    TryStopCode: stop_codes.follow_event,
    OpenPhone: phone.follow_event,
    ClosePhone: phone.follow_event,
    SetPreferences: _set_preferences,
    SetTime: clock.set_by_hand,
    LearnKeys: learning.follow_event,
    ForgetKeys: learning.forget,
    StartCheck: check.follow_event,
    SayHeard: check.follow_event,
    ReportCheck: check.follow_event,
    KeepCourse: keeping.keep,
    CopyStick: stick.follow_event,
    CloseStick: stick.follow_event,
    DeleteCourse: keeping.delete,
}
