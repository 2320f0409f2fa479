"""点播申请: what was asked for here and where it stands, newest first, below the rows that ask for something new."""

from __future__ import annotations

from msgspec.structs import replace

from player.core.facts import OwnOrder
from player.core.language import N_, _
from player.core.library import Library
from player.core.orders import answer_of, listed, standing
from player.core.screens_shown import CourseScreen, OrderScreen, OrdersScreen, SearchScreen, WishesScreen, WishScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .here import course_here
from .order import STANDING, course_of
from .parts import Pages, Row, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .words import date

_ROW_HEIGHT = 96  # at least, with its gap
ASK = (Row(N_("选常用需求"), N_("现成的话，按一下就行")), Row(N_("描述想学的内容"), N_("用遥控器写几个字")))


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    pages = _pages(world)
    lines = [
        *(replace(one, title=_(one.title), detail=_(one.detail)) for one in ASK),
        *(_row(world, one, library) for one in reversed(listed(world))),
    ]
    shown = lines[pages.first : pages.first + pages.size]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (
        Key("▲▼", N_("选择")),
        Key(N_("确定"), N_("打开")),
        Key(pages.digits, N_("直达")),
        Key("0", N_("找课件")),
        BACK,
        HOME,
    )
    return page(world, _("点播申请"), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Ask for something new, open the course that has come, or read an order in full."""
    pages = _pages(world)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, OrdersScreen(moved)), ()
    if intent == "digit-0":
        return push(world, SearchScreen()), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    world = turn(world, OrdersScreen(chosen))
    if chosen < len(ASK):
        return push(world, WishScreen() if chosen else WishesScreen()), ()
    order = tuple(reversed(listed(world)))[chosen - len(ASK)]
    if standing(world, order) != "arrived":
        return push(world, OrderScreen(order.order)), ()
    course = course_of(world, order)
    seen = replace(world, seen_courses=world.seen_courses | {course})
    return push(seen, CourseScreen(course)), ()


def to_newest(world: World) -> World:
    """Return the world with the list on top, its focus where the order that is just being made will stand."""
    shown = world if isinstance(world.screen, OrdersScreen) else push(world, OrdersScreen())
    return turn(shown, OrdersScreen(len(ASK)))


def _pages(world: World) -> Pages:
    focus = world.screen.focus if isinstance(world.screen, OrdersScreen) else 0
    return Pages(len(listed(world)) + len(ASK), d.rows_of(_ROW_HEIGHT), focus)


def _row(world: World, order: OwnOrder, library: Library) -> Row:
    state, answer, course = standing(world, order), answer_of(world, order), course_of(world, order)
    entry = library.entry(course) if course else None
    wish = order.wish or (entry.title if entry else order.course)
    stands = _(STANDING[state])
    if entry and order.wish and state in ("granted", "arrived"):
        stands = _("{standing}：{title}").format(standing=stands, title=entry.title)
    if answer and answer.reason:
        stands = _("{standing}（{reason}）").format(standing=stands, reason=answer.reason)
    here = course_here(world, course) if state in ("granted", "arrived") else None
    asked = date(world, order.asked_wall_ms) if order.asked_wall_ms else ""
    return Row(wish, stands, asked, here, warn=False, title_lines=1)
