"""信息直播: what the county lets be read at this site, urgent notices first, then the newest page; OK opens one."""

from __future__ import annotations

from player.core import information
from player.core.information import Item
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import InformationScreen, ReadingScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, OK_OPENS, Key, page
from .parts import Pages, Row, message, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .words import calendar_day

TITLE = N_("信息直播")
_ROW_HEIGHT = 96  # at least, with its gap


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    listed = information.items(world)
    if not listed:
        marks = message(_("现在没有信息"), [_("县远教办发布的通知和信息会显示在这里")])
        return page(world, _(TITLE), marks, (BACK, HOME))
    pages = _pages(world, listed)
    shown = [_row(world, one) for one in listed[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (Key("▲▼", N_("选择")), OK_OPENS, Key(pages.digits, N_("直达")), BACK, HOME)
    return page(world, _(TITLE), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Move in the list, open what is to be read."""
    listed = information.items(world)
    pages = _pages(world, listed)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, InformationScreen(moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not listed:
        return world, ()
    return push(turn(world, InformationScreen(chosen)), ReadingScreen(listed[chosen].key)), ()


def title_of(one: Item) -> str:
    """Return what an item is called."""
    return _("紧急通知") if one.urgent else one.title


def _pages(world: World, listed: tuple[Item, ...]) -> Pages:
    focus = world.screen.focus if isinstance(world.screen, InformationScreen) else 0
    return Pages(len(listed), d.rows_of(_ROW_HEIGHT), focus)


def _row(world: World, one: Item) -> Row:
    first = next((part.strip() for part in one.text.splitlines() if part.strip()), "")
    if one.urgent:
        return Row(title_of(one), first, _("通知"), warn=True, title_lines=1)
    return Row(one.title, first, calendar_day(world, one.since), title_lines=1)
