"""课件目录: the tree of categories, at most three deep; a category without sub-categories opens its courses."""

from __future__ import annotations

from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.screens_shown import CategoriesScreen, CoursesScreen, NumberScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, OK_OPENS, Key, page
from .parts import Pages, Row, message, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .words import coming, is_coming

_ROW_HEIGHT = 80  # at least, with its gap
ALL = N_("全部课件")


def view(world: World, library: Library) -> Scene:
    """Return the categories below where we are."""
    screen, names = _names(world, library)
    title = screen.path[-1] if screen.path else _("课件目录")
    if not names:
        return page(world, title, message(*_empty(world)), (BACK, HOME))
    pages = Pages(len(names), d.rows_of(_ROW_HEIGHT), screen.focus)
    shown = [
        Row(_(ALL) if name == ALL else name, aside=counted("{n} 个课件", count))
        for name, count in names[pages.first : pages.first + pages.size]
    ]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (Key("▲▼", N_("选择")), OK_OPENS, Key(pages.digits, N_("直达")), Key("0", N_("输入课号")), BACK, HOME)
    aside = " · ".join(part for part in (coming(world) if is_coming(world) else "", pages.words) if part)
    return page(world, title, marks, keys, aside=aside)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Go deeper, or to the courses of a leaf."""
    screen, names = _names(world, library)
    pages = Pages(len(names), d.rows_of(_ROW_HEIGHT), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, CategoriesScreen(screen.path, moved)), ()
    if intent == "digit-0":
        return push(world, NumberScreen()), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not names:
        return world, ()
    return _open(turn(world, CategoriesScreen(screen.path, chosen)), screen.path, names[chosen][0], library), ()


def _names(world: World, library: Library) -> tuple[CategoriesScreen, list[tuple[str, int]]]:
    screen = world.screen if isinstance(world.screen, CategoriesScreen) else CategoriesScreen()
    below = library.categories(screen.path)
    total = library.count(screen.path)
    return screen, [*below, (ALL, total)] if below else ([(ALL, total)] if total else [])


def _empty(world: World) -> tuple[str, list[str]]:
    if is_coming(world):
        return coming(world), [_("课件目录正在下载，稍后会自动出现在这里"), _("本次和近期集中学习不受影响")]
    return _("还没有课件"), [_("县远教办下发节目后，这里会列出课件"), _("请先看看 设备状态 里网络是否接通")]


def _open(world: World, path: tuple[str, ...], name: str, library: Library) -> World:
    if name == ALL:
        return push(world, CoursesScreen(path))
    deeper = (*path, name)
    return push(world, CategoriesScreen(deeper) if library.categories(deeper) else CoursesScreen(deeper))
