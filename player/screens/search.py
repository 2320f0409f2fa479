"""找课件: digits name a course by its number or by the pinyin initials of its title; the list narrows with each key."""

from __future__ import annotations

from player.core.initials import LETTERS, MOST_DIGITS
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.screens_shown import CourseScreen, SearchScreen, WishScreen
from player.core.world import World
from playlists.documents import CatalogueEntry

from . import design as d
from .frame import HOME, Key, page
from .here import course_here, poster_here
from .parts import Pages, Row, card, line, rows
from .scene import Box, Mark, Scene
from .stack import Reaction, pop, push, turn
from .words import minutes

PER_PAGE = 4
_FIELD_HEIGHT = 76
_LIST_TOP = d.CONTENT_TOP + _FIELD_HEIGHT + d.GAP
_ROW_HEIGHT = (d.CONTENT_BOTTOM - _LIST_TOP) // PER_PAGE


def view(world: World, library: Library) -> Scene:
    """Return what was keyed in and what it finds."""
    screen = _screen(world)
    count, entries = _found(screen, library)
    pages = Pages(count, PER_PAGE, screen.focus)
    field = _field(screen, count)
    if not screen.digits:
        return page(
            world, _("找课件"), (*field, *_how()), (Key("0–9", N_("输入")), Key(N_("返回"), N_("上一页")), HOME)
        )
    if not count:
        return page(
            world,
            _("找课件"),
            (*field, *_nothing()),
            (Key(N_("确定"), N_("描述想学的内容")), Key(N_("返回"), N_("删除")), HOME),
        )
    shown = [_row(world, one) for one in entries]
    marks = (*field, *rows(shown, pages.at - pages.first, _LIST_TOP, _ROW_HEIGHT, numbered=False))
    keys = (
        Key("0–9", N_("接着输入")),
        Key("▲▼", N_("选择")),
        Key(N_("确定"), N_("打开")),
        Key(N_("返回"), N_("删除")),
        HOME,
    )
    return page(world, _("找课件"), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits narrow down, back takes one away, held down all of them, OK opens."""
    screen = _screen(world)
    if intent.startswith("digit-"):
        return turn(world, SearchScreen((screen.digits + intent[6:])[:MOST_DIGITS])), ()
    if intent == "back":
        return (turn(world, SearchScreen(screen.digits[:-1])), ()) if screen.digits else (pop(world), ())
    if intent == "clear":
        return turn(world, SearchScreen()), ()
    count, entries = _found(screen, library)
    pages = Pages(count, PER_PAGE, screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, SearchScreen(screen.digits, moved)), ()
    if intent == "select" and screen.digits:
        at = pages.at - pages.first
        return push(world, CourseScreen(entries[at].id) if at < len(entries) else WishScreen()), ()
    return world, ()


def _screen(world: World) -> SearchScreen:
    return world.screen if isinstance(world.screen, SearchScreen) else SearchScreen()


def _found(screen: SearchScreen, library: Library) -> tuple[int, list[CatalogueEntry]]:
    first = max(screen.focus, 0) // PER_PAGE * PER_PAGE
    return library.search(screen.digits, first, PER_PAGE)


def _row(world: World, entry: CatalogueEntry) -> Row:
    return Row(
        entry.title,
        _("课号 {number}").format(number=entry.number),
        minutes(entry.minutes * 60_000),
        course_here(world, entry.id),
        poster_here(world, entry.poster),
        title_lines=1,
    )


def _field(screen: SearchScreen, count: int) -> tuple[Mark, ...]:
    keyed = " ".join(screen.digits) or "_"
    said = counted("找到 {n} 个课件", count) if count else _("没有找到") if screen.digits else _("按数字键")
    return (
        Box(d.LEFT, d.CONTENT_TOP, d.INNER, _FIELD_HEIGHT, d.PANEL, d.RADIUS, d.FOCUS, 4),
        line(d.LEFT + d.PAD, d.CONTENT_TOP + 6, 700, keyed, d.TITLE, d.INK, bold=True),
        line(d.RIGHT - d.PAD - 400, d.CONTENT_TOP + 18, 400, said, d.BODY, d.QUIET, align="right"),
    )


def _how() -> tuple[Mark, ...]:
    """The letters of the digits, and an example that everybody can follow."""
    width = (d.INNER - 7 * 12) // 8
    marks: list[Mark] = []
    for index, (digit, letters) in enumerate(LETTERS.items()):
        x = d.LEFT + index * (width + 12)
        marks += (
            card(x, _LIST_TOP, width, 132),
            line(x, _LIST_TOP + 8, width, digit, d.TITLE, d.FOCUS, bold=True, align="centre"),
            line(x, _LIST_TOP + 74, width, letters.upper(), d.ROW, d.INK, align="centre"),
        )
    below = _LIST_TOP + 168
    return (
        *marks,
        line(d.LEFT, below, d.INNER, _("按课名每个字的拼音第一个字母"), d.LEAD, d.INK, bold=True, align="centre"),
        line(d.LEFT, below + 64, d.INNER, _("香菇：X 是 9，G 是 4，就按 9 4"), d.LEAD, d.BUSY, align="centre"),
        line(d.LEFT, below + 136, d.INNER, _("知道课号的，直接按课号"), d.ROW, d.QUIET, align="centre"),
    )


def _nothing() -> tuple[Mark, ...]:
    top = _LIST_TOP + 84
    return (
        line(d.LEFT, top, d.INNER, _("没有这样的课件"), d.TITLE, d.INK, bold=True, align="centre"),
        line(d.LEFT, top + 84, d.INNER, _("按返回键删掉数字再试，也可以按课号"), d.ROW, d.QUIET, align="centre"),
        line(d.LEFT, top + 136, d.INNER, _("按确定键写出想学的内容，向县远教办申请"), d.ROW, d.QUIET, align="centre"),
    )
