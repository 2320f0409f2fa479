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
from .words import coming, is_coming, minutes

_FIELD_HEIGHT = 76
_ROW_HEIGHT = 90  # at least, with its gap


def view(world: World, library: Library) -> Scene:
    """Return what was keyed in and what it finds."""
    screen = _screen(world)
    count, entries = _found(screen, library)
    pages = Pages(count, _per_page(), screen.focus)
    field = _field(screen, count)
    if not screen.digits:
        return page(
            world, _("找课件"), (*field, *_how()), (Key("0–9", N_("输入")), Key(N_("返回"), N_("上一页")), HOME)
        )
    if not count:
        return page(
            world,
            _("找课件"),
            (*field, *_nothing(world)),
            (Key(N_("确定"), N_("描述想学的内容")), Key(N_("返回"), N_("删除")), HOME),
        )
    shown = [_row(world, one) for one in entries]
    marks = (*field, *rows(shown, pages.at - pages.first, _list_top(), _list_height() // pages.size, numbered=False))
    keys = (
        Key("0–9", N_("接着输入")),
        Key("▲▼", N_("选择")),
        Key(N_("确定"), N_("打开")),
        Key(N_("返回"), N_("删除")),
        HOME,
    )
    return page(world, _("找课件"), marks, keys, aside=pages.words)


def _list_top() -> int:
    return d.CONTENT_TOP + _FIELD_HEIGHT + d.GAP


def _list_height() -> int:
    return d.CONTENT_BOTTOM - _list_top()


def _per_page() -> int:
    return _list_height() // _ROW_HEIGHT


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
    pages = Pages(count, _per_page(), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, SearchScreen(screen.digits, moved)), ()
    if intent == "select" and screen.digits:
        at = pages.at - pages.first
        return push(world, CourseScreen(entries[at].id) if at < len(entries) else WishScreen()), ()
    return world, ()


def _screen(world: World) -> SearchScreen:
    return world.screen if isinstance(world.screen, SearchScreen) else SearchScreen()


def _found(screen: SearchScreen, library: Library) -> tuple[int, list[CatalogueEntry]]:
    first = max(screen.focus, 0) // _per_page() * _per_page()
    return library.search(screen.digits, first, _per_page())


def _row(world: World, entry: CatalogueEntry) -> Row:
    return Row(
        entry.title,
        _("课号 {number}").format(number=entry.number),
        "" if d.is_large() else minutes(entry.minutes * 60_000),  # the title needs the room
        course_here(world, entry.id),
        poster_here(world, entry.poster),
        title_lines=1,
    )


def _field(screen: SearchScreen, count: int) -> tuple[Mark, ...]:
    keyed = " ".join(screen.digits) or "_"
    said = counted("找到 {n} 个课件", count) if count else _("没有找到") if screen.digits else _("按数字键")
    return (
        Box(d.LEFT, d.CONTENT_TOP, d.INNER, _FIELD_HEIGHT, d.PANEL, d.RADIUS, d.FOCUS, 4),
        line(d.LEFT + d.PAD, d.CONTENT_TOP + 6, d.INNER - 300 - 3 * d.PAD, keyed, d.TITLE, d.INK, bold=True),
        line(d.RIGHT - d.PAD - 300, d.CONTENT_TOP + 18, 300, said, d.BODY, d.QUIET, align="right"),
    )


def _how() -> tuple[Mark, ...]:
    """The letters of the digits, and an example that everybody can follow."""
    width, tall, top = (d.INNER - 7 * 12) // 8, d.either(132, 104), _list_top()
    size = min(d.fitting(letters.upper(), width, d.ROW, d.BODY) for letters in LETTERS.values())
    marks: list[Mark] = []
    for index, (digit, letters) in enumerate(LETTERS.items()):
        x = d.LEFT + index * (width + 12)
        marks += (
            card(x, top, width, tall),
            line(x, top + d.either(8, 0), width, digit, d.TITLE, d.FOCUS, bold=True, align="centre"),
            line(x, top + d.either(74, 54), width, letters.upper(), size, d.INK, align="centre"),
        )
    below, pitch = top + tall + d.either(36, 8), d.either(64, 52)
    return (*marks, *_example(below, pitch))


def _example(top: int, pitch: int) -> tuple[Mark, ...]:
    said = (
        (_("按课名每个字的拼音第一个字母"), d.LEAD, d.INK, True),
        (_("香菇：X 是 9，G 是 4，就按 9 4"), d.LEAD, d.BUSY, False),
        (_("知道课号的，直接按课号"), d.ROW, d.QUIET, False),
    )
    return tuple(
        line(
            d.LEFT, top + row * pitch, d.INNER, words, d.fitting(words, d.INNER, size, d.ROW, d.BODY), colour,
            bold=bold, align="centre",
        )
        for row, (words, size, colour, bold) in enumerate(said)
    )  # fmt: skip


def _nothing(world: World) -> tuple[Mark, ...]:
    top, said, again = _list_top() + d.either(84, 32), _("没有这样的课件"), _("按返回键删掉数字再试，也可以按课号")
    if is_coming(world):
        said, again = coming(world), _("课件目录正在下载，下载完再找")
    return (
        line(d.LEFT, top, d.INNER, said, d.TITLE, d.INK, bold=True, align="centre"),
        line(d.LEFT, top + 84, d.INNER, again, d.ROW, d.QUIET, align="centre"),
        line(d.LEFT, top + 136, d.INNER, _("按确定键写出想学的内容，向县远教办申请"), d.ROW, d.QUIET, align="centre"),
    )
