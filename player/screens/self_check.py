"""设备自检: each part of the box with what was found, and beside it the code to read out and what to do now.

While the tone plays people are asked whether they hear it. OK reports to the county, a digit opens what to do about a
part, 0 checks once more. `player.core.check` is its life, `player.core.findings` what it finds.
"""

from __future__ import annotations

from typing import Final

from player.core.actions import ReportCheck, SayHeard, StartCheck
from player.core.check import is_told
from player.core.faults import fault
from player.core.findings import NAMES, Finding, codes, findings
from player.core.language import N_, _
from player.core.library import Library
from player.core.lives.room import CheckState
from player.core.screens_shown import FaultScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import card, line
from .scene import Box, Colour, Mark, Scene, Text
from .stack import Reaction, push
from .tell import tell

TITLE: Final = N_("设备自检")
_COLOURS: Final[dict[str, Colour]] = {"good": d.GOOD, "bad": d.WARN, "unknown": d.QUIET, "busy": d.BUSY}


def view(world: World, library: Library) -> Scene:
    """Return what was found so far."""
    found = findings(world)
    marks: list[Mark] = []
    for index, one in enumerate(found):
        marks += _part(index, one)
    asks = _asks(world)
    marks += _question() if asks else _verdict(world, found)
    return page(world, _(TITLE), marks, _keys(world, asks=asks, bad=any(one.code for one in found)))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Answer whether the tone was heard, or report, look closer, check again."""
    if _asks(world):
        heard = {"digit-1": True, "select": True, "digit-2": False}.get(intent)
        return world, () if heard is None else (SayHeard(heard),)
    if not _done(world):
        return world, ()
    if intent == "select":
        return world, (ReportCheck(),)
    if intent == "digit-0":
        return world, (StartCheck(),)
    if intent.startswith("digit-") and int(intent[6:]) <= len(NAMES):
        return _look_closer(world, findings(world)[int(intent[6:]) - 1])
    return world, ()


def _asks(world: World) -> bool:
    return world.check is not None and world.check.state is CheckState.LISTENING


def _done(world: World) -> bool:
    return world.check is not None and world.check.state is CheckState.DONE


def _look_closer(world: World, one: Finding) -> Reaction:
    if one.code:
        return push(world, FaultScreen(one.code)), ()
    return tell(world, _("{part}：{found}").format(part=_(NAMES[one.item]), found=one.words)), ()


def _keys(world: World, *, asks: bool, bad: bool) -> tuple[Key, ...]:
    if asks:
        return (Key("1", N_("听到了")), Key("2", N_("没听到")), BACK, HOME)
    if not _done(world):
        return (BACK, HOME)
    closer = (Key(f"1–{len(NAMES)}", N_("看怎么办")),) if bad else ()
    told = world.check is not None and bool(world.check.report)
    report = () if told else (Key(N_("确定"), N_("报告县里")),)
    return (*report, *closer, Key("0", N_("再查一次")), BACK, HOME)


def _list_width() -> int:
    return d.either(672, 528)


def _side() -> tuple[int, int]:
    """Return where the words beside the list begin, and how wide they may be."""
    x = d.LEFT + _list_width() + d.GAP + d.PAD
    return x, d.RIGHT - d.PAD - x


def _panel(*, asks: bool = False) -> Box:
    x, width = _side()
    outline = d.FOCUS if asks else None
    return Box(x - d.PAD, d.CONTENT_TOP, width + 2 * d.PAD, d.CONTENT_HEIGHT, d.PANEL, d.RADIUS, outline, 4 * asks)


def _part(index: int, one: Finding) -> tuple[Mark, ...]:
    row = d.CONTENT_HEIGHT // len(NAMES)
    y, height = d.CONTENT_TOP + index * row, row - 8
    name, words = _(NAMES[one.item]), one.words or _("正在检查")
    left, named = d.LEFT + 56, d.either(152, 126)
    width = _list_width() - 56 - named - d.PAD
    size, name_size = _size(words, width), d.either(d.ROW, d.BODY)
    return (
        card(d.LEFT, y, _list_width(), height),
        _middle(d.LEFT + 4, y, 48, height, str(index + 1), name_size, d.QUIET),
        _middle(left, y, named, height, name, name_size, d.INK),
        _middle(left + named, y, width, height, words, size, _COLOURS[one.state], align="right"),
    )


def _size(words: str, width: int) -> int:
    """Return a size at which words fit on a line; in large type there is one below `design.BODY`."""
    return d.fitting(words, width, d.BODY, d.least())


def _middle(
    x: int, y: int, width: int, height: int, words: str, size: int, colour: Colour, *, align: str = "left"
) -> Text:
    return line(x, y + (height - int(size * 1.35)) // 2, width, words, size, colour, align=align)


def _question() -> tuple[Mark, ...]:
    x, width = _side()
    top, tall = d.CONTENT_TOP + d.either(200, 136), d.either(96, 88)
    words = _("正在放音乐。听到了吗？")
    marks: list[Mark] = [
        _panel(asks=True),
        Text(x, d.CONTENT_TOP + d.either(40, 20), width, words, d.either(d.LEAD, d.ROW), d.INK, True, lines=2),
    ]
    for index, answer in enumerate((_("听到了"), _("没听到"))):
        y = top + index * (tall + 16)
        marks += (
            Box(x, y, width, tall, d.RAISED, d.RADIUS),
            _middle(x + 16, y, 48, tall, str(index + 1), d.LEAD, d.FOCUS),
            _middle(x + 72, y, width - 80, tall, answer, d.ROW, d.INK),
        )
    return tuple(marks)


def _verdict(world: World, found: tuple[Finding, ...]) -> tuple[Mark, ...]:
    x, width = _side()
    middle, bad = d.CONTENT_TOP + d.CONTENT_HEIGHT // 2 - 40, codes(found)
    if not _done(world):
        waits = _("正在检查，请稍等")
        return (_panel(), line(x, middle, width, waits, _size(waits, width), d.QUIET, align="centre"))
    if not bad:
        well = _("没有发现故障")
        return (_panel(), line(x, middle, width, well, d.ROW, d.GOOD, bold=True, align="centre"), *_told(world))
    return (_panel(), *_code(bad), *_told(world))


def _code(bad: tuple[str, ...]) -> tuple[Mark, ...]:
    """Return the first code, large, with what it is and what to do now; the other codes below it."""
    x, width = _side()
    first, heading = fault(bad[0]), _("故障代码（打电话时报）")
    others = _("还有 {codes}").format(codes=" ".join(bad[1:])) if bad[1:] else ""
    figure, body = d.either(d.FIGURE - 8, d.CLOCK), d.least()
    top = d.CONTENT_TOP + 8
    under = top + int(body * 1.35) + int(figure * 1.25)
    title_top = under + (int(body * 1.35) if others else 0) + 4
    lines = d.lines_needed(first.title, d.either(d.ROW, d.BODY), width)
    below = title_top + lines * int(d.either(d.ROW, d.BODY) * 1.25) + 8
    return (
        line(x, top, width, heading, _size(heading, width), d.QUIET),
        line(x, top + int(body * 1.2), width, bad[0], figure, d.WARN, bold=True),
        line(x, under, width, others, _size(others, width), d.WARN),
        Text(x, title_top, width, first.title, d.either(d.ROW, d.BODY), d.INK, True, lines=2, line_height=1.25),
        Text(x, below, width, first.advice, body, d.INK, lines=5, line_height=1.25),
    )


def _told(world: World) -> tuple[Mark, ...]:
    x, width = _side()
    check = world.check
    if check is None or not check.report:
        words, colour = _("按“确定”报告县远教办"), d.FOCUS
    elif is_told(world):
        words, colour = _("已记下，联网后报到县里"), d.GOOD
    else:
        words, colour = _("正在记下"), d.BUSY
    size = _size(words, width)
    return (line(x, d.CONTENT_BOTTOM - d.either(56, 40), width, words, size, colour, bold=True),)
