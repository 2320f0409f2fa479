"""录制: what is recorded now, what will be, and what has been, each with what can be done about it."""

from __future__ import annotations

from typing import Final

import msgspec

from player.core import recorded, recordings
from player.core.facts import RecordingResult
from player.core.language import N_, _
from player.core.library import Library
from player.core.lives.channel import RecordingState
from player.core.recordings import RecordingTime
from player.core.screens_shown import RecordingScreen, RecordingsScreen
from player.core.world import World

from . import design as d
from . import plan_recording
from .frame import BACK, HOME, OK_OPENS, Key, page
from .parts import Pages, Row, message, rows
from .question import ask_to_cancel_recording, ask_to_stop_recording
from .scene import Scene
from .stack import Reaction, push, turn
from .tell import tell
from .words import MINUTE_MS, clock_known, countdown, minutes, moment, size, time_of_day

TITLE: Final = N_("录制")
WHY: Final[dict[str, str]] = {  # what came of a recording that is not whole
    "stopped": N_("提前停了"),
    "full": N_("空间不够，没录全"),
    "used-up": N_("流量用完，没录全"),
    "taken-off": N_("频道停播了"),
    "failed": N_("存储卡写不进去"),
    "missed": N_("没有录到：可能停电了"),
}
WHOLE_PART: Final = 0.98  # of what was planned; a signal takes a moment to come
_ROW_HEIGHT: Final = 96  # at least, with its gap
_PLAN: Final = Key("0", N_("安排录制"))


class Line(msgspec.Struct, frozen=True):
    """One row: a time that lies ahead or runs, or what has become of a recording; ``name`` is what it is called."""

    name: str
    time: RecordingTime | None = None
    result: RecordingResult | None = None


def lines(world: World) -> list[Line]:
    """Return what is listed: what runs, what comes next of each plan, then what has been, the last one first."""
    running = world.recording.name if world.recording else ""
    coming: dict[str, Line] = {}
    for time in recordings.ahead(world, world.planned_recordings):
        coming.setdefault(f"{time.plan.plan} {time.name == running}", Line(time.name, time))
    first = sorted(coming.values(), key=lambda one: one.name != running)
    results = [Line(name, result=one) for name, one in reversed(list(world.recorded.items())) if not one.deleted]
    known = {one.name for one in (*first, *results)}
    stray = [Line(name) for name in world.store.recordings if name not in known and name != running]
    return [*first, *results, *stray]


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    every, pages = lines(world), _pages(world)
    if not every:
        marks = message(_("还没有安排录制"), [_("把直播录下来，什么时候都能放给大家看"), _("按 0 安排录制")])
        return page(world, _(TITLE), marks, (_PLAN, BACK, HOME))
    shown = [_row(world, one) for one in every[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    opens = _opens(world, every[pages.at])
    keys = (Key("▲▼", N_("选择")), opens, Key(pages.digits, N_("直达")), _PLAN, BACK, HOME)
    return page(world, _(TITLE), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Stop what runs, give up what is planned, open what has been recorded; 0 plans."""
    every, pages = lines(world), _pages(world)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, RecordingsScreen(moved)), ()
    if intent == "digit-0":
        return plan_recording.begin(world), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not every:
        return world, ()
    return _open(turn(world, RecordingsScreen(chosen)), every[chosen]), ()


def result_words(result: RecordingResult) -> str:
    """Return what has become of a recording, in words; empty if all of it is there."""
    whole = result.length_ms >= result.minutes * MINUTE_MS * WHOLE_PART
    if result.ended == "complete":
        return "" if whole else _("没录全：信号断过") if result.length_ms else _("没有录到：没有信号")
    if result.ended == "missed" and result.length_ms:
        return _("没录全：可能停电了")
    return _(WHY[result.ended])


def _pages(world: World) -> Pages:
    focus = world.screen.focus if isinstance(world.screen, RecordingsScreen) else 0
    return Pages(len(lines(world)), d.rows_of(_ROW_HEIGHT), focus)


def _opens(world: World, one: Line) -> Key:
    if one.time is None:
        return OK_OPENS
    return Key(N_("确定"), N_("停止录制") if _runs(world, one) else N_("取消录制"))


def _open(world: World, one: Line) -> World:
    if one.time is not None:
        title, plan = _when(world, one.time), one.time.plan
        if _runs(world, one):
            return push(world, ask_to_stop_recording(f"{plan.title} {title}"))
        repeats = plan.repeat != "once"
        about = ask_to_cancel_recording(f"{plan.title} {title}", plan.plan, one.time.starts, repeats=repeats)
        return push(world, about)
    if one.name in world.store.recordings:
        return push(world, RecordingScreen(one.name))
    return tell(world, result_words(one.result) if one.result else _("本机已经没有这个录像"))


def _runs(world: World, one: Line) -> bool:
    return world.recording is not None and world.recording.name == one.name


def _when(world: World, time: RecordingTime) -> str:
    return f"{moment(world, time.starts_ms)}–{time_of_day(world, time.ends_ms)}"


def _row(world: World, one: Line) -> Row:
    if one.time is None:
        return _done(world, one)
    plan, when = one.time.plan, _when(world, one.time)
    if _runs(world, one):
        lost = world.recording is not None and world.recording.state is RecordingState.LOST
        left, state = countdown(one.time.ends_ms - world.now.wall_ms), _("信号断了") if lost else _("正在录")
        return Row(plan.title, f"{when} · {left}", state, warn=lost, title_lines=1)
    when = _("每周 · {when}").format(when=when) if plan.repeat == "weekly" else when
    if recordings.channel_of(world, plan.channel) is None:
        return Row(plan.title, when, _("频道停播了"), warn=True, title_lines=1)
    if not clock_known(world):
        return Row(plan.title, when, _("时间未校准，不会录"), warn=True, title_lines=1)
    return Row(plan.title, when, countdown(one.time.starts_ms - world.now.wall_ms), title_lines=1)


def _done(world: World, one: Line) -> Row:
    stored, result = world.store.recordings.get(one.name), one.result
    words = result_words(result) if result else ""
    if stored is None:
        title = recorded.title(recordings.as_stored(result)) if result else one.name
        return Row(title, words, _("没有录像"), warn=True, title_lines=1)
    detail = _("录了 {length}").format(length=minutes(stored.length_ms))
    detail = _("{length} · {why}").format(length=detail, why=words) if words else detail
    return Row(recorded.title(stored), detail, size(stored.bytes), title_lines=1)
