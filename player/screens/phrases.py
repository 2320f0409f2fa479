"""想学什么: ready phrases to ask the county for (点播申请); OK asks for one and shows it among the orders."""

from __future__ import annotations

from player.core.actions import PlaceOrder
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import WishesScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .orders import to_newest
from .parts import Pages, Row, message, rows
from .scene import Scene
from .stack import Reaction, pop, turn

_ROW_HEIGHT = 96  # at least, with its gap


def view(world: World, library: Library) -> Scene:
    """Return the phrases."""
    phrases = world.settings.wishes
    if not phrases:
        lines = [_("本机没有现成的话，请在课件页面上申请"), _("也可以给县远教办打电话")]
        return page(world, _("想学什么"), message(_("没有可选的内容"), lines), (BACK, HOME))
    pages = Pages(len(phrases), d.rows_of(_ROW_HEIGHT), _focus(world))
    shown = [Row(phrase) for phrase in phrases[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (
        Key("▲▼", N_("选择")),
        Key(N_("确定"), N_("提出申请")),
        Key(pages.digits, N_("直达")),
        Key("◀▶", N_("翻页")),
        BACK,
        HOME,
    )
    return page(world, _("想学什么"), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Ask for a phrase and go back to the list, where the order is seen."""
    pages = Pages(len(world.settings.wishes), d.rows_of(_ROW_HEIGHT), _focus(world))
    if (moved := pages.moved(intent)) is not None:
        return turn(world, WishesScreen(moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not pages.count:
        return world, ()
    return to_newest(pop(world)), (PlaceOrder(wish=world.settings.wishes[chosen]),)


def _focus(world: World) -> int:
    return world.screen.focus if isinstance(world.screen, WishesScreen) else 0
