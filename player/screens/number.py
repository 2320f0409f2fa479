"""Key in a course number: large digits, what course that is, OK plays it."""

from __future__ import annotations

from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import CourseScreen, NumberScreen
from player.core.world import World
from playlists.documents import CatalogueEntry

from . import design as d
from .course import play
from .frame import HOME, Key, page
from .here import course_here, document
from .parts import card, line, state_colour
from .scene import Box, Mark, Scene, Text
from .stack import Reaction, pop, push, turn
from .words import coming, is_coming, minutes

MOST_DIGITS = 6
_BOX_WIDTH = 480


def view(world: World, library: Library) -> Scene:
    """Return the number and what it stands for."""
    screen = _screen(world)
    left, top, tall = d.LEFT + (d.INNER - _BOX_WIDTH) // 2, _box_top(), d.either(152, 120)
    marks: tuple[Mark, ...] = (
        Box(left, top, _BOX_WIDTH, tall, d.PANEL, d.RADIUS, d.FOCUS, 4),
        line(left, top + d.either(14, 4), _BOX_WIDTH, screen.digits or "_", d.FIGURE, d.INK, bold=True, align="centre"),
        *_found(world, screen, library),
    )
    keys = (
        Key("0–9", N_("输入")),
        Key(N_("确定"), N_("播放")),
        Key(N_("返回"), N_("删除") if screen.digits else N_("上一页")),
        HOME,
    )
    return page(world, _("输入课号"), marks, keys)


def _box_top() -> int:
    return d.CONTENT_TOP + d.either(28, 4)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits are appended; back and left erase, and leave when nothing is there."""
    screen = _screen(world)
    if intent.startswith("digit-"):
        digits = (screen.digits + intent[6:]).lstrip("0")[:MOST_DIGITS]
        return turn(world, NumberScreen(digits)), ()
    if intent in ("back", "left"):
        return (turn(world, NumberScreen(screen.digits[:-1])), ()) if screen.digits else (pop(world), ())
    if intent == "select":
        return _open(world, screen, library)
    return world, ()


def _screen(world: World) -> NumberScreen:
    return world.screen if isinstance(world.screen, NumberScreen) else NumberScreen()


def _entry(screen: NumberScreen, library: Library) -> CatalogueEntry | None:
    return library.by_number(int(screen.digits)) if screen.digits else None


def _open(world: World, screen: NumberScreen, library: Library) -> Reaction:
    entry = _entry(screen, library)
    if entry is None:
        return turn(world, NumberScreen(screen.digits, _why_not(world, screen.digits))), ()
    opened = push(pop(world), CourseScreen(entry.id))
    found = document(world, entry.id)
    return play(opened, found, found.lessons[0]) if found else (opened, ())


def _why_not(world: World, digits: str) -> str:
    if not digits:
        return _("请先按数字键输入课号")
    if is_coming(world):
        return _("{coming}，请稍后再试").format(coming=coming(world))
    return _("没有课号为 {number} 的课件").format(number=digits)


def _found(world: World, screen: NumberScreen, library: Library) -> tuple[Mark, ...]:
    below, inset = _box_top() + d.either(184, 136), d.either(96, 0)
    entry = _entry(screen, library)
    if entry is None:
        hint = _("请接着输入，输完按确定键") if screen.digits else _("课号在节目单上，最多 6 位数字")
        colour = d.WARN if screen.error else d.QUIET
        return (line(d.LEFT, below + 40, d.INNER, screen.error or hint, d.ROW, colour, align="centre"),)
    here = course_here(world, entry.id)
    said = f"{minutes(entry.minutes * 60_000)} · {here.words}"
    left, width = d.LEFT + inset + 32, d.INNER - 2 * inset - 64
    return (
        card(d.LEFT + inset, below, d.INNER - 2 * inset, 220),
        Text(
            d.LEFT + inset + 32,
            below + 20,
            d.INNER - 2 * inset - 64,
            entry.title,
            d.LEAD,
            d.INK,
            True,
            "centre",
            2,
            1.3,
        ),
        line(left, below + 146, width, said, d.ROW, state_colour(here, False), align="centre"),
    )
