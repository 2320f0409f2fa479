"""设置时间: the date and time by a watch in the room, for a box that nobody tells the time.

Five figures, proposed as the box would have them, keyed in one after the other; OK on the last one sets the clock. That
is an estimate, never trusted (docs/adr/0015), and where the time is trusted nothing can be set. A time before what the
box knows to have passed is refused here if the screen can tell, else by the clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from player.core.actions import SetTime
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import TimeScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import field_height, form_field, line, message
from .scene import Mark, Scene, Text
from .stack import Reaction, pop, turn
from .words import clock_known, date, is_trusted, local, time_of_day

TITLE: Final = N_("设置时间")
_NAMES: Final = (N_("年"), N_("月"), N_("日"), N_("时"), N_("分"))
_DIGITS: Final = (4, 2, 2, 2, 2)
_LAST: Final = len(_NAMES) - 1
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - local times of the site, as `words.local` has them
_SLOW: Final = timedelta(hours=1)  # as `player.devices.clock` allows


def proposed(world: World) -> TimeScreen:
    """Return the form to open, with the time that the box would have."""
    now = local(world, world.now.wall_ms)
    return TimeScreen(tuple(str(figure) for figure in (now.year, now.month, now.day, now.hour, now.minute)))


def _top() -> int:
    return d.CONTENT_TOP + d.either(96, 90)


def view(world: World, library: Library) -> Scene:
    """Return the form, or that there is nothing to set."""
    if is_trusted(world):
        now = world.now.wall_ms
        said = f"{date(world, now)} {time_of_day(world, now)}"
        lines = [_("时间已经自动校准，不用设置"), _("按返回键回到设置")]
        return page(world, _(TITLE), message(said, lines), (BACK, HOME))
    screen = _screen(world)
    does = N_("设成这个时间") if screen.field == _LAST else N_("下一项")
    keys = (Key("0–9", N_("输入")), Key(N_("确定"), does), Key("◀", N_("删除")), Key("▲▼", N_("换一项")), HOME)
    return page(world, _(TITLE), (*_form(screen), *_words(world, screen)), keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits go to the field, OK to the next one and at last to the clock."""
    if is_trusted(world):
        return (pop(world), ()) if intent in ("back", "select", "left") else (world, ())
    screen = _screen(world)
    if intent.startswith("digit-"):
        return turn(world, _typed(screen, intent[6:])), ()
    if intent in ("up", "down", "right"):
        return turn(world, _moved(screen, -1 if intent == "up" else 1)), ()
    if intent in ("left", "back"):
        return _back(world, screen, leave=intent == "back")
    if intent == "select":
        return (turn(world, _moved(screen, 1)), ()) if screen.field < _LAST else _set(world, screen)
    return world, ()


def _screen(world: World) -> TimeScreen:
    return world.screen if isinstance(world.screen, TimeScreen) else proposed(world)


def _with(screen: TimeScreen, text: str) -> TimeScreen:
    figures = (*screen.figures[: screen.field], text, *screen.figures[screen.field + 1 :])
    return replace(screen, figures=figures, fresh=False, error="")


def _typed(screen: TimeScreen, digit: str) -> TimeScreen:
    text = digit if screen.fresh else screen.figures[screen.field] + digit
    typed = _with(screen, text[-_DIGITS[screen.field] :])
    full = len(text) == _DIGITS[screen.field] and screen.field < _LAST
    return _moved(typed, 1) if full else typed


def _moved(screen: TimeScreen, by: int) -> TimeScreen:
    return replace(screen, field=min(max(screen.field + by, 0), _LAST), fresh=True, error="")


def _back(world: World, screen: TimeScreen, *, leave: bool) -> Reaction:
    """Take a digit away; in an empty field go to the one before; from the first one leave."""
    if screen.figures[screen.field] and not (leave and screen.fresh):
        return turn(world, _with(screen, screen.figures[screen.field][:-1])), ()
    if screen.field and not leave:
        return turn(world, _moved(screen, -1)), ()
    return (pop(world), ()) if leave else (world, ())


def _set(world: World, screen: TimeScreen) -> Reaction:
    if not all(screen.figures):
        empty = screen.figures.index("")
        wrong = replace(screen, field=empty, fresh=True, error=_("“{name}”还没有填").format(name=_(_NAMES[empty])))
        return turn(world, wrong), ()
    year, month, day, hour, minute = (int(figure) for figure in screen.figures)
    if hour > 23 or minute > 59:
        error = _("没有 {hour}:{minute:02} 这个时间").format(hour=hour, minute=minute)
        return turn(world, replace(screen, field=3, fresh=True, error=error)), ()
    try:
        moment = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - a local time of the site
    except ValueError:
        error = _("没有 {month} 月 {day} 日").format(month=month, day=day)
        return turn(world, replace(screen, field=2, fresh=True, error=error)), ()
    if not clock_known(world) and moment < local(world, world.now.wall_ms) - _SLOW:
        known = date(world, world.now.wall_ms)
        error = _("不会早于 {day}：本机那天已经收到过节目").format(day=known)
        return turn(world, replace(screen, field=0, fresh=True, error=error)), ()
    wall_ms = int((moment - _EPOCH).total_seconds()) * 1000 - world.settings.utc_offset_minutes * 60_000
    return pop(world), (SetTime(wall_ms),)


def _form(screen: TimeScreen) -> tuple[Mark, ...]:
    width = (d.INNER - d.GAP * _LAST) // len(_NAMES)
    marks: list[Mark] = []
    for index, (name, figure) in enumerate(zip(_NAMES, screen.figures, strict=True)):
        x = d.LEFT + index * (width + d.GAP)
        marks += form_field(x, _top(), width, _(name), figure, focused=index == screen.field)
    return tuple(marks)


def _words(world: World, screen: TimeScreen) -> tuple[Mark, ...]:
    above = _("本机的时间没有校准，请按手表或手机设置")
    if clock_known(world):
        above = _("现在的时间是估计的，不对就改")
    below = _("先对日期，再对时间；按“确定”到下一项。接上网络后会自动校准。")
    words, colour = (screen.error, d.WARN) if screen.error else (below, d.QUIET)
    top, lines = _top() + field_height() + d.either(32, 10), d.either(1, 2)
    return (
        line(d.LEFT, d.CONTENT_TOP + d.either(16, 8), d.INNER, above, d.ROW, d.QUIET),
        Text(d.LEFT, top, d.INNER, words, d.ROW - 2, colour, bool(screen.error), "centre", lines),
    )
