"""安排学习, second and third step: the day and the time, with other sessions and market days told beside them.

Also for what was held already without the box (补登): then days and times lie behind, and heads are counted next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from player.core import own_sessions, recordings, transfers
from player.core.actions import EnterSession, PlanRecording
from player.core.language import N_, _
from player.core.market import is_market
from player.core.recordings import LENGTHS_MINUTES
from player.core.screens_shown import PlanScreen
from player.core.world import World
from playlists.documents import SessionForm
from playlists.occurrences import Occurrence

from . import design as d
from .frame import HOME, Key, page
from .parts import Pages, Row, line, rows
from .scene import Box, Scene, Text
from .stack import Reaction, home, push, turn
from .tell import tell
from .words import MINUTE_MS, clock_known, day_of_month, local, time_of_day, weekday

DAYS, DAYS_PER_PAGE, TIMES_PER_PAGE = 28, 7, 7
TIMES: Final = (8 * 60 + 30, 9 * 60 + 30, 14 * 60 + 30, 19 * 60, 19 * 60 + 30, 20 * 60)
USUAL: Final = 19 * 60 + 30
USUAL_MINUTES: Final = 60  # of a recording
_EPOCH: Final = date(1970, 1, 1)
_STEP_BACK: Final = Key(N_("返回"), N_("上一步"))
_DIGITS: Final = 4


def begin(world: World, course: str, form: SessionForm = "video", *, made_up: str = "", past: bool = False) -> World:
    """Return the world with the choice of the day on top, the first good one in the focus."""
    if not clock_known(world):
        return tell(world, _("时间未校准，现在还不能安排"))
    first = this_day(world)
    focus = next((at for at in range(1, DAYS) if past or _is_good(world, first + at)), 1)
    return push(world, PlanScreen("day", focus, course=course, form=form, made_up=made_up, past=past))


def propose(world: World, course: str, form: SessionForm = "video", *, made_up: str = "") -> World:
    """Return the world with the whole plan proposed, its day and time chosen: only to be confirmed."""
    chosen = begin(world, course, form, made_up=made_up)
    if not isinstance(chosen.screen, PlanScreen) or chosen.screen.step != "day":
        return chosen
    day = replace(chosen.screen, day=this_day(world) + chosen.screen.focus, minute=usual_minute(world), focus=0)
    times = replace(day, step="time", focus=_times(chosen, day).index(usual_minute(world)))
    return push(push(chosen, times), replace(day, step="confirm"))


def choose_length(world: World, screen: PlanScreen) -> World:
    """Return the world with the choice of a recording's length on top: its time is chosen."""
    lengths, room = LENGTHS_MINUTES.index(USUAL_MINUTES), max(0, transfers.room_bytes(world))
    return push(world, replace(screen, step="length", focus=lengths, room_bytes=room))


def this_day(world: World) -> int:
    """Return the day in the village's wall time, counted from 1970."""
    return day_of(world, world.now.wall_ms)


def day_of(world: World, wall_ms: int) -> int:
    """Return the day of a wall time, counted from 1970."""
    return (local(world, wall_ms).date() - _EPOCH).days


def start_of(screen: PlanScreen) -> str:
    """Return the start that was chosen, in the village's wall time."""
    return f"{date_of(screen.day):%Y-%m-%d}T{screen.minute // 60:02}:{screen.minute % 60:02}"


def date_of(day: int) -> date:
    """Return a day counted from 1970 as a date."""
    return _EPOCH + timedelta(days=day)


def usual_minute(world: World) -> int:
    """Return at what minute of the day sessions usually begin here: as the next or else the last one does."""
    occurrences = world.generation.occurrences if world.generation else ()
    ahead = [one for one in occurrences if one.starts_ms > world.now.wall_ms]
    nearest = ahead[0] if ahead else occurrences[-1] if occurrences else None
    at = local(world, nearest.starts_ms) if nearest else None
    return at.hour * 60 + at.minute if at else USUAL


def market_words(world: World, day: int) -> str:
    """Return that a day is a market day, or nothing."""
    return _("这天赶集，来的人可能少") if _is_market(world, day) else ""


def view(world: World, screen: PlanScreen) -> Scene:
    """Return the days, the times, or the field in which a time is keyed in."""
    if screen.step == "clock":
        return _clock(world, screen)
    count, per_page = (DAYS, DAYS_PER_PAGE) if screen.step == "day" else _time_rows(world, screen)
    pages = Pages(count, per_page, screen.focus)
    numbers = range(pages.first, min(pages.first + per_page, count))
    days = screen.step == "day"
    row = _day_row if days else _time_row
    shown = [row(world, screen, at) for at in numbers]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // per_page)
    other = Key("◀▶", N_("另一周")) if days else Key("0", N_("输入时间"))
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("选定")), Key(pages.digits, N_("直达")), other, _STEP_BACK, HOME)
    return page(world, _title(screen), marks, keys, aside=pages.words)


def _title(screen: PlanScreen) -> str:
    if screen.channel:
        return _("安排录制：哪一天") if screen.step == "day" else _("安排录制：几点开始录")
    if screen.past:
        return _("补登：哪一天开的") if screen.step == "day" else _("补登：几点开始的")
    return _("安排学习：哪一天") if screen.step == "day" else _("安排学习：几点开始")


def react(world: World, screen: PlanScreen, intent: str) -> Reaction:
    """Take a day or a time and go on."""
    if screen.step == "clock":
        return _key_in(world, screen, intent)
    count, per_page = (DAYS, DAYS_PER_PAGE) if screen.step == "day" else _time_rows(world, screen)
    pages = Pages(count, per_page, screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, replace(screen, focus=moved)), ()
    if intent == "digit-0" and screen.step == "time":
        return push(world, replace(screen, step="clock", digits="")), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    if chosen >= count:  # the last time of today has passed meanwhile
        return _no_time(world)
    world = turn(world, replace(screen, focus=chosen))
    if screen.step == "time":
        return _timed(world, replace(screen, minute=_times(world, screen)[chosen]))
    following = replace(screen, step="time", day=_day_at(world, screen, chosen))
    times = _times(world, following)
    if not times:
        return _no_time(world)
    at = times.index(usual_minute(world)) if usual_minute(world) in times else 0
    return push(world, replace(following, focus=at)), ()


def _no_time(world: World) -> Reaction:
    return tell(world, _("今天没有合适的时间，请选别的日子")), ()


def _timed(world: World, screen: PlanScreen) -> Reaction:
    """The time is chosen: the plan is to be confirmed; of what was held already, the heads are counted."""
    if screen.past:
        return home(world), (EnterSession(screen.course, screen.form, start_of(screen), screen.made_up),)
    if screen.channel:
        return choose_length(world, screen), ()
    return push(world, replace(screen, step="confirm", focus=0)), ()


# --- days


def _day_at(world: World, screen: PlanScreen, at: int) -> int:
    return this_day(world) + (-at if screen.past else at)


def _day_row(world: World, screen: PlanScreen, at: int) -> Row:
    day = _day_at(world, screen, at)
    noon_ms = own_sessions.start_ms(f"{date_of(day):%Y-%m-%d}T12:00", world)
    near = (_("今天"), _("昨天"), _("前天")) if screen.past else (_("今天"), _("明天"), _("后天"))
    name = near[at] if at < len(near) else weekday(world, noon_ms)
    title = f"{name}  {day_of_month(date_of(day))}"
    if at < len(near):
        title += "  " + weekday(world, noon_ms)
    return Row(title, aside="" if screen.past or screen.channel else _told(world, day), warn=True)


def _told(world: World, day: int) -> str:
    """Return what speaks against a day: the market, the first session that is planned on it."""
    taken = next((_taken(world, one) for one in _on(world, day)), "")
    if not _is_market(world, day):
        return taken
    return _("赶集，{taken}").format(taken=taken) if taken else _("赶集")


def _taken(world: World, one: Occurrence) -> str:
    words = _("已排 {time}") if own_sessions.is_own(one) else _("县里 {time}")
    return words.format(time=time_of_day(world, one.starts_ms))


def _on(world: World, day: int) -> list[Occurrence]:
    occurrences = world.generation.occurrences if world.generation else ()
    begins_ms = own_sessions.start_ms(f"{date_of(day):%Y-%m-%d}T00:00", world)
    return [one for one in occurrences if begins_ms <= one.starts_ms < begins_ms + 24 * 60 * MINUTE_MS]


def _is_market(world: World, day: int) -> bool:
    return is_market(world, date_of(day))


def _is_good(world: World, day: int) -> bool:
    return not _is_market(world, day) and not _on(world, day)


# --- times


def _times(world: World, screen: PlanScreen) -> list[int]:
    """Return the times that are proposed for a day: of today those that lie ahead, or behind if it was held already."""
    now, times = local(world, world.now.wall_ms), sorted({*TIMES, usual_minute(world), *_channel_starts(world, screen)})
    if screen.day != this_day(world):
        return times
    minute = now.hour * 60 + now.minute
    return [one for one in times if (one < minute if screen.past else one > minute)]


def _channel_starts(world: World, screen: PlanScreen) -> set[int]:
    """Return at what minutes of that day the channel begins that is to be recorded."""
    channel = recordings.channel_of(world, screen.channel)
    times = channel.times if channel is not None else ()
    weekday = date_of(screen.day).weekday()
    return {int(one.start[:2]) * 60 + int(one.start[3:]) for one in times if weekday in one.days}


def _time_rows(world: World, screen: PlanScreen) -> tuple[int, int]:
    return len(_times(world, screen)), TIMES_PER_PAGE


def _time_row(world: World, screen: PlanScreen, at: int) -> Row:
    minute = _times(world, screen)[at]
    if screen.past:
        return Row(f"{minute // 60:02}:{minute % 60:02}")
    return Row(f"{minute // 60:02}:{minute % 60:02}", aside=_clash_words(world, screen, minute), warn=True)


def _recording_clash(world: World, screen: PlanScreen, start: str) -> str:
    wish, channel = (
        PlanRecording(screen.channel, start, LENGTHS_MINUTES[0]),
        recordings.channel_of(world, screen.channel),
    )
    times = recordings.times_of(world, (recordings.as_plan(world, wish),))
    if recordings.clash(world, times):
        return _("已安排录制")
    on = channel is None or not times or recordings.is_on_then(world, channel, times[0])
    return "" if on else _("没有节目")


def _clash_words(world: World, screen: PlanScreen, minute: int) -> str:
    if screen.channel:
        return _recording_clash(world, screen, start_of(replace(screen, minute=minute)))
    begins_ms = own_sessions.start_ms(f"{date_of(screen.day):%Y-%m-%d}T00:00", world)
    length_ms = own_sessions.length_ms(world.generation, screen.course)
    others: Sequence[Occurrence] = world.generation.occurrences if world.generation else ()
    other = own_sessions.clash(begins_ms + minute * MINUTE_MS, length_ms, others)
    if other is None:
        return ""
    return _("已安排别的学习") if own_sessions.is_own(other) else _("县里有集中学习")


def _clock(world: World, screen: PlanScreen) -> Scene:
    typed = screen.digits.ljust(_DIGITS, "_")
    left, top = d.LEFT + (d.INNER - 480) // 2, d.CONTENT_TOP + d.either(80, 32)
    hint = _("先输小时，再输分钟，例如 19 点 45 分按 1 9 4 5")
    marks = (
        Box(left, top, 480, 152, d.PANEL, d.RADIUS, d.FOCUS, 4),
        line(left, top + 12, 480, f"{typed[:2]}:{typed[2:]}", 92, d.INK, bold=True, align="centre"),
        Text(d.LEFT, top + d.either(208, 176), d.INNER, hint, d.ROW, d.QUIET, align="centre", lines=d.either(1, 2)),
    )
    keys = (Key("0–9", N_("输入")), Key("◀", N_("删除")), Key(N_("确定"), N_("下一步")), _STEP_BACK, HOME)
    return page(world, _title(screen), marks, keys)


def _key_in(world: World, screen: PlanScreen, intent: str) -> Reaction:
    if intent.startswith("digit-"):
        return turn(world, replace(screen, digits=(screen.digits + intent[6:])[:_DIGITS])), ()
    if intent == "left":
        return turn(world, replace(screen, digits=screen.digits[:-1])), ()
    if intent != "select":
        return world, ()
    if len(screen.digits) < _DIGITS:
        return tell(world, _("请输满四位数字，例如 1945")), ()
    hour, minute = int(screen.digits[:2]), int(screen.digits[2:])
    if hour > 23 or minute > 59:
        return turn(tell(world, _("没有这个时间，请重新输入")), replace(screen, digits="")), ()
    return _timed(world, replace(screen, minute=hour * 60 + minute))
