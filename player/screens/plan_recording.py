"""安排录制: a recording is planned in steps: which channel, now or when, how long, how often.

The steps of day and time are those of 安排学习 (`plan_time`). Each step is a screen of its own on the stack, so that
back always leads to the step before. The last step shows the whole, what it takes, and what speaks against it.
"""

from __future__ import annotations

from typing import Final, get_args

from msgspec.structs import replace

from player.core import live, recordings
from player.core.actions import PlanRecording
from player.core.language import N_, _
from player.core.live_cost import is_over_line, left_bytes, reason_to_ask
from player.core.recordings import LENGTHS_MINUTES, RecordingTime
from player.core.schedule import MINUTE_MS
from player.core.screens_shown import LiveScreen, PlanScreen, RecordingsScreen
from player.core.world import World
from playlists.documents import LiveChannel
from playlists.entries import RecordingRepeat

from . import design as d
from . import plan_repeat, plan_time, time_by_hand
from .frame import BACK, HOME, Key, page
from .parts import Pages, Row, line, message, rows
from .scene import Scene, Text
from .stack import Reaction, push, turn
from .tell import tell
from .words import clock_known, local, minutes, moment, size, time_of_day

TITLE: Final = N_("安排录制")
REPEATS: Final = get_args(RecordingRepeat)
_STEP_BACK: Final = Key(N_("返回"), N_("上一步"))
_ROW_HEIGHT: Final = 96  # at least, with its gap
_NOW, _LATER = range(2)


def is_its(screen: PlanScreen) -> bool:
    """Return whether this step is one of a recording alone."""
    return screen.step in ("channel", "when", "length") or (screen.step == "confirm" and bool(screen.channel))


def begin(world: World) -> World:
    """Return the world with the first step on top; who asks must know the time."""
    return _asking_for_time(world) or push(world, PlanScreen("channel"))


def begin_with(world: World, channel: LiveChannel) -> World:
    """Return the world with the choice of the time on top."""
    return _asking_for_time(world) or push(world, PlanScreen("when", channel=channel.id))


def wish_of(screen: PlanScreen) -> PlanRecording:
    """Return what has been chosen."""
    repeat: RecordingRepeat = "weekly" if screen.repeat == "weekly" else "once"
    return PlanRecording(screen.channel, plan_time.start_of(screen), screen.minutes, repeat)


def view(world: World, screen: PlanScreen) -> Scene:
    """Return the step that is on top."""
    if screen.step == "confirm":
        return _confirm(world, screen)
    shown = _rows_of(world, screen)
    if not shown:
        marks = message(_("现在没有可以录的频道"), [_("县远教办开通的直播频道会显示在信息直播里")])
        return page(world, _(TITLE), marks, (BACK, HOME))
    pages = _pages(world, screen)
    part = shown[pages.first : pages.first + pages.size]
    marks = rows(part, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("选定")), Key(pages.digits, N_("直达")), _STEP_BACK, HOME)
    return page(world, _title(screen), marks, keys, aside=pages.words)


def react(world: World, screen: PlanScreen, intent: str) -> Reaction:
    """Choose, and go on to the next step; the last one plans it."""
    if screen.step == "confirm":
        return _confirmed(world, screen, intent)
    pages = _pages(world, screen)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, replace(screen, focus=moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not pages.count:
        return world, ()
    return _next(turn(world, replace(screen, focus=chosen)), replace(screen, focus=chosen), chosen), ()


def _asking_for_time(world: World) -> World | None:
    """Return the world with the form for the time on top while nobody knows the time; None if it is known."""
    if clock_known(world):
        return None
    return tell(push(world, time_by_hand.proposed(world)), _("时间未校准，先设好时间才能安排录制"))


# --- the lists


def _title(screen: PlanScreen) -> str:
    return {"channel": _("安排录制：哪个频道"), "when": _("安排录制：什么时候")}.get(screen.step, _("安排录制：录多长"))


def _rows_of(world: World, screen: PlanScreen) -> list[Row]:
    if screen.step == "channel":
        return [_channel(world, one) for one in live.listed(world)]
    if screen.step == "when":
        now = time_of_day(world, world.now.wall_ms)
        return [Row(_("现在就录"), aside=now), Row(_("另选日子和时间"))]
    return [_length(world, screen, one) for one in LENGTHS_MINUTES]


def _pages(world: World, screen: PlanScreen) -> Pages:
    return Pages(len(_rows_of(world, screen)), d.rows_of(_ROW_HEIGHT), screen.focus)


def _channel(world: World, channel: LiveChannel) -> Row:
    times = _("、").join(f"{one.start}–{one.end}" for one in channel.times) or _("全天")
    return Row(channel.name, times, _("正在直播") if live.is_on(world, channel) else "", title_lines=1)


def _length(world: World, screen: PlanScreen, length: int) -> Row:
    needed = recordings.bytes_needed(world, screen.channel, length)
    short = needed > screen.room_bytes
    words = _("约 {size}，空间不够") if short else _("约 {size}")
    return Row(minutes(length * MINUTE_MS), aside=words.format(size=size(needed)), warn=short)


def _next(world: World, screen: PlanScreen, chosen: int) -> World:
    if screen.step == "channel":
        return push(world, PlanScreen("when", channel=live.listed(world)[chosen].id))
    if screen.step == "when" and chosen == _LATER:
        return push(world, replace(screen, step="day", focus=0))
    if screen.step == "when":
        now = local(world, world.now.wall_ms)
        at_once = replace(screen, day=plan_time.this_day(world), minute=now.hour * 60 + now.minute)
        return plan_time.choose_length(world, at_once)
    return push(world, replace(screen, step="confirm", minutes=LENGTHS_MINUTES[chosen], focus=0))


# --- the whole


def _confirm(world: World, screen: PlanScreen) -> Scene:
    wish = wish_of(screen)
    plan = recordings.as_plan(world, wish)
    time = next(iter(recordings.times_of(world, (plan,))), None)
    when = f"{moment(world, time.starts_ms)}–{time_of_day(world, time.ends_ms)}" if time else ""
    warning = recordings.hindrance(world, wish) or _warning(world, screen, time)
    top, said = d.CONTENT_TOP + d.either(136, 60), warning or _("按确定键就安排好了，到时间自动录")
    takes = _takes(world, screen)
    marks = (
        Text(
            d.LEFT, d.CONTENT_TOP - d.either(0, 8), d.INNER, plan.title or _("这个频道已停播"), d.TITLE, d.INK, True,
            lines=d.either(2, 1), line_height=1.25,
        ),
        line(d.LEFT, top, d.INNER, when, d.fitting(when, d.INNER, d.TITLE, d.ROW), d.FOCUS, bold=True),
        line(d.LEFT, top + d.either(72, 64), d.INNER, takes, d.fitting(takes, d.INNER, d.ROW, d.BODY), d.QUIET),
        *plan_repeat.choice(wish.repeat, REPEATS, _repeats_top()),
        Text(
            d.LEFT, _repeats_top() + d.either(132, 88), d.INNER, said, d.ROW, d.WARN if warning else d.INK, True,
            lines=2, line_height=1.2,
        ),
    )  # fmt: skip
    keys = (Key(N_("确定"), N_("安排")), Key("1 2", N_("多久一次")), _STEP_BACK, HOME)
    return page(world, _(TITLE), marks, keys)


def _repeats_top() -> int:
    return d.CONTENT_TOP + d.either(268, 188)


def _takes(world: World, screen: PlanScreen) -> str:
    """Return what it takes and what there is room for, in words and time, at the channel's rate."""
    needed = recordings.bytes_needed(world, screen.channel, screen.minutes)
    room = _("本机还能录 {length}").format(length=minutes(_room_ms(world, screen)))
    length = minutes(screen.minutes * MINUTE_MS)
    return _("录 {length}，约 {size}；{room}").format(length=length, size=size(needed), room=room)


def _room_ms(world: World, screen: PlanScreen) -> int:
    return screen.room_bytes * 8_000 // recordings.bits_per_second(world, screen.channel)


def _warning(world: World, screen: PlanScreen, time: RecordingTime | None) -> str:
    """Return what does not hinder it but should be known, the weightiest alone."""
    channel = recordings.channel_of(world, screen.channel)
    if time is None or channel is None:
        return ""
    if not recordings.may_spend(world, channel):
        return _("这个月的流量已经用完，到时可能录不了")
    if _room_ms(world, screen) < screen.minutes * MINUTE_MS:
        return _("空间可能不够，录满就停；可以先删几个录像")
    if costs := _costs(world, channel, time):
        return costs
    session = recordings.session_then(world, time)
    if session is not None and is_over_line(channel):
        return _("这时有《{title}》，可以一起；网速慢时录像可能断").format(title=session.title)
    if world.now.trust != "trusted":
        return _("本机时间没有自动校准，可能差几分钟")
    return ""


def _costs(world: World, channel: LiveChannel, time: RecordingTime) -> str:
    """Return what it costs the line, where that is short; watching would be asked first (`player.core.live_cost`)."""
    then = replace(world, now=replace(world.now, wall_ms=max(time.starts_ms, world.now.wall_ms)))
    why, left = reason_to_ask(then, channel), left_bytes(world)
    if why == "closed":
        return _("那时不在下载时段，录直播要用网络")
    if why == "metered" and left is not None:
        return _("录直播很费流量，本月直播还能用 {left}").format(left=size(left))
    return _("录直播要占用网络，别人上网会变慢") if why == "capped" else ""


def _confirmed(world: World, screen: PlanScreen, intent: str) -> Reaction:
    repeat = plan_repeat.chosen(wish_of(screen).repeat, REPEATS, intent)
    if repeat is not None:
        return turn(world, replace(screen, repeat=repeat)), ()
    if intent != "select":
        return world, ()
    wish = wish_of(screen)
    if recordings.hindrance(world, wish):
        return world, (wish,)  # the core says why not; what was chosen stays
    below = tuple(one for one in world.screens if not isinstance(one, PlanScreen))
    world = replace(world, screens=below)
    watching = isinstance(world.screen, LiveScreen | RecordingsScreen)
    return (world if watching else push(world, RecordingsScreen())), (wish,)
