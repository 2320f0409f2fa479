"""The dialogue: one question, two or three answers; the safe one is focused. Asked before what costs or stays done."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from player.core import live_cost, own_sessions
from player.core.actions import (
    Action,
    CancelRecording,
    CancelSession,
    DeleteCourse,
    DeleteRecording,
    ForgetKeys,
    PutOff,
    SkipSession,
    StopPlaying,
    StopRecording,
    WatchLive,
)
from player.core.language import N_, _
from player.core.library import Library
from player.core.lives.picture import PlaybackState
from player.core.screens_shown import QuestionScreen, StoredCourseScreen
from player.core.session_now import is_holding
from player.core.world import World
from playlists.documents import LiveChannel

from . import design as d
from .frame import BACK, HOME, Key, key_bar, page
from .parts import card, line, tone
from .scene import Box, Mark, Overlay, Scene, Text
from .stack import Reaction, home, pop, turn
from .words import size


class Answer(msgspec.Struct, frozen=True):
    """One answer: its words, and what follows from it; without an action nothing happens.

    ``leaves``: the screen below is about something that is gone then.
    """

    words: str
    action: Action | None = None
    to_home: bool = False
    leaves: bool = False


STOP_RECORDING: Final = "stop-recording"
CANCEL_RECORDING: Final = "cancel-recording"
CANCEL_RECORDINGS: Final = "cancel-recordings"
DELETE_RECORDING: Final = "delete-recording"
END_SESSION: Final = "end-session"
END_TALK: Final = "end-talk"
SKIP_SESSION: Final = "skip-session"
CANCEL_SESSION: Final = "cancel-session"
CANCEL_SERIES: Final = "cancel-series"
FORGET_KEYS: Final = "forget-keys"
DELETE_COURSE: Final = "delete-course"
WATCH_LIVE: Final = "watch-live"
ANSWERS: Final[dict[str, tuple[Answer, ...]]] = {  # the first is the safe one
    END_SESSION: (
        Answer(N_("继续播放")),
        Answer(N_("结束，清点人数"), StopPlaying()),
        Answer(N_("今天先到这里，明天接着放"), PutOff()),
    ),
    END_TALK: (Answer(N_("还在继续")), Answer(N_("结束，清点人数"), StopPlaying())),
    SKIP_SESSION: (Answer(N_("还是要开")), Answer(N_("这次不开"), SkipSession(), to_home=True)),
    CANCEL_SESSION: (Answer(N_("还是要开")), Answer(N_("取消安排"), CancelSession(), to_home=True)),
    CANCEL_SERIES: (
        Answer(N_("还是要开")),
        Answer(N_("只取消这一次"), CancelSession(), to_home=True),
        Answer(N_("以后都不开了"), CancelSession(all_of_it=True), to_home=True),
    ),
    FORGET_KEYS: (Answer(N_("不忘")), Answer(N_("忘掉"), ForgetKeys())),
    DELETE_COURSE: (Answer(N_("不删")), Answer(N_("删除"), DeleteCourse(""))),
    DELETE_RECORDING: (Answer(N_("不删")), Answer(N_("删除"), DeleteRecording(""), leaves=True)),
    STOP_RECORDING: (Answer(N_("接着录")), Answer(N_("停止录制"), StopRecording())),
    CANCEL_RECORDING: (Answer(N_("还是要录")), Answer(N_("取消录制"), CancelRecording("", ""))),
    CANCEL_RECORDINGS: (
        Answer(N_("还是要录")),
        Answer(N_("只取消这一次"), CancelRecording("", "")),
        Answer(N_("以后都不录了"), CancelRecording("", "", all_of_it=True)),
    ),
    WATCH_LIVE: (Answer(N_("不看")), Answer(N_("看直播"), WatchLive(""))),
}
_COSTS: Final[dict[live_cost.Reason, str]] = {
    "closed": N_("现在不在下载时段，看直播要用网络。还看吗？"),
    "metered": N_("看直播很费流量。还看吗？"),
    "capped": N_("看直播要占用网络，别人上网会变慢。还看吗？"),
}
_ACROSS = 2  # more answers than this stand one below the other


def ask_to_end(world: World) -> QuestionScreen:
    """Return the question before a running session is ended; what it is about stands on a second line."""
    title = world.session.row.title if world.session else ""
    which = END_TALK if is_holding(world) else END_SESSION
    return QuestionScreen(N_("现在结束，开始清点人数吗？") + f"\n{title}", which)


def ask_to_skip(world: World) -> QuestionScreen:
    """Return the question before a session is recorded as not held."""
    title = world.session.row.title if world.session else ""
    return QuestionScreen(N_("这次不开了吗？不开就不算次数。") + f"\n{title}", SKIP_SESSION)


def ask_to_cancel(world: World) -> QuestionScreen:
    """Return the question before a session of one's own is given up."""
    session = world.session
    more = session is not None and own_sessions.repeats(world, session.occurrence.id)
    title = session.row.title if session else ""
    return QuestionScreen(N_("取消这次安排吗？") + f"\n{title}", CANCEL_SERIES if more else CANCEL_SESSION)


def ask_to_forget() -> QuestionScreen:
    """Return the question before what remotes were taught is forgotten."""
    return QuestionScreen(N_("忘掉学过的键吗？") + "\n" + N_("本机原来认识的遥控器照常能用。"), FORGET_KEYS)


def ask_to_delete(title: str, *, by_line: bool) -> QuestionScreen:
    """Return the question before a course is deleted; the screen below says which.

    ``by_line``: a line can bring it again; where there is none it takes another stick.
    """
    words = N_("从本机删除吗？以后可以再下载。") if by_line else N_("从本机删除吗？没有网络，再要看得请人用 U 盘带来。")
    return QuestionScreen(words + f"\n{title}", DELETE_COURSE)


def ask_to_watch(world: World, channel: LiveChannel, why: live_cost.Reason) -> QuestionScreen:
    """Return the question before a live channel begins that costs what the line is short of."""
    left, about = live_cost.left_bytes(world), channel.name
    if left is not None:
        about = _("本月直播还能用 {left}。频道：{channel}").format(left=size(left), channel=channel.name)
    return QuestionScreen(f"{_COSTS[why]}\n{about}", WATCH_LIVE, about=channel.id)


def ask_to_delete_recording(title: str, recording: str) -> QuestionScreen:
    """Return the question before a recording is deleted."""
    return QuestionScreen(N_("删除这个录像吗？删了就没有了。") + f"\n{title}", DELETE_RECORDING, about=recording)


def ask_to_stop_recording(title: str) -> QuestionScreen:
    """Return the question before a recording is ended early."""
    return QuestionScreen(N_("现在停止录制吗？已录的留着。") + f"\n{title}", STOP_RECORDING)


def ask_to_cancel_recording(title: str, plan: str, start: str, *, repeats: bool) -> QuestionScreen:
    """Return the question before a time of recording is given up, or the plan that repeats it."""
    which = CANCEL_RECORDINGS if repeats else CANCEL_RECORDING
    return QuestionScreen(N_("取消这次录制吗？") + f"\n{title}", which, about=f"{plan} {start}")


def view(world: World, library: Library) -> Scene:
    """Return the dialogue; a moving picture goes on behind it."""
    shown = _keys(_screen(world))
    if world.playback is None or world.playback.state is PlaybackState.FAILED:
        return page(world, _("请选择"), _dialogue(_screen(world), 20), shown)
    left, top, height = d.LEFT, d.BAR_TOP - 8, d.BOTTOM - d.BAR_TOP + 16
    keys = (Box(left, top, d.INNER, height, d.BAR), *key_bar(shown, left=left + d.PAD, ground=False))
    overlays = (
        Overlay(*_place(), _dialogue(_screen(world), 0)),
        Overlay(left, top, d.INNER, height, keys),
    )
    return Scene((0, 0, 0), video=True, overlays=overlays)


def _keys(screen: QuestionScreen) -> tuple[Key, ...]:
    digits = " ".join(str(number + 1) for number in range(len(_answers(screen))))
    arrows = "◀▶" if len(_answers(screen)) <= _ACROSS else "▲▼"
    return Key(arrows, N_("选择")), Key(N_("确定"), N_("选定")), Key(digits, N_("直选")), BACK, HOME


def _answers(screen: QuestionScreen) -> tuple[Answer, ...]:
    return ANSWERS.get(screen.action, (Answer(N_("返回")),))


def _place() -> tuple[int, int, int, int]:
    """Return left, top, width and height of the dialogue."""
    width = min(960, d.INNER)
    return d.LEFT + (d.INNER - width) // 2, d.CONTENT_TOP + d.either(32, 0), width, d.either(424, 364)


def _dialogue(screen: QuestionScreen, radius: int) -> tuple[Mark, ...]:
    asked, about = (*screen.question.split("\n", 1), "")[:2]
    answers = _answers(screen)
    upright = len(answers) > _ACROSS
    left, top, width, height = _place()
    x, inner, size = left + 48, width - 96, 1 if upright else 2  # lines of the question, and of what it is about
    asked_top, about_top = (d.either(18, 8), d.either(78, 68)) if upright else (d.either(36, 20), d.either(156, 140))
    marks: list[Mark] = [
        Box(left, top, width, height, d.PANEL, radius, d.RAISED, 3),
        Text(x, top + asked_top, inner, _(asked), d.LEAD, d.INK, True, "centre", size, 1.3),
        Text(x, top + about_top, inner, _(about), d.ROW, d.QUIET, align="centre", lines=size, line_height=1.3),
    ]
    for index, one in enumerate(answers):
        words, focused = f"{index + 1}  {_(one.words)}", index == screen.focus
        marks += _upright(index, words, focused) if upright else _beside(index, len(answers), words, focused)
    return tuple(marks)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Arrows choose, OK or a digit decides; back means no."""
    screen = _screen(world)
    answers = _answers(screen)
    if intent in ("left", "up"):
        return turn(world, replace(screen, focus=max(0, screen.focus - 1))), ()
    if intent in ("right", "down"):
        return turn(world, replace(screen, focus=min(screen.focus + 1, len(answers) - 1))), ()
    if intent == "back":
        return pop(world), ()
    chosen = screen.focus if intent == "select" else int(intent[6:]) - 1 if intent.startswith("digit-") else -1
    return _decided(world, answers[chosen]) if 0 <= chosen < len(answers) else (world, ())


def _screen(world: World) -> QuestionScreen:
    return world.screen if isinstance(world.screen, QuestionScreen) else QuestionScreen("", "")


def _decided(world: World, answer: Answer) -> Reaction:
    reached, action = home(world) if answer.to_home else pop(world), answer.action
    about = _screen(world).about
    if isinstance(action, DeleteCourse) and isinstance(reached.screen, StoredCourseScreen):
        action = DeleteCourse(reached.screen.course)
    elif isinstance(action, WatchLive):
        action = WatchLive(about)
    elif isinstance(action, DeleteRecording):
        action = DeleteRecording(about)
    elif isinstance(action, CancelRecording):
        plan, _plan_end, start = about.partition(" ")
        action = replace(action, plan=plan, start=start)
    if answer.leaves:
        reached = pop(reached)
    return reached, ((action,) if action else ())


def _beside(index: int, count: int, words: str, focused: bool) -> tuple[Mark, ...]:
    left, top, width, height = _place()
    each, tall = (width - 96 - d.GAP * (count - 1)) // count, d.either(104, 88)
    y = top + height - tall - d.either(48, 20)
    return _answer(left + 48 + index * (each + d.GAP), y, each, tall, words, focused)


def _upright(index: int, words: str, focused: bool) -> tuple[Mark, ...]:
    left, top, width, _height = _place()
    y = top + d.either(144, 124) + index * d.either(90, 78)
    return _answer(left + 48, y, width - 96, d.either(78, 70), words, focused)


def _answer(x: int, y: int, width: int, height: int, words: str, focused: bool) -> tuple[Mark, ...]:
    colours = tone(focused)
    outline = card(x, y, width, height, focused=focused)
    plain = replace(outline, fill=d.RAISED) if not focused else outline
    size = d.fitting(words, width, d.ROW, d.BODY)
    top = y + (height - int(size * 1.35)) // 2
    return (plain, line(x, top, width, words, size, colours.ink, bold=True, align="centre"))
