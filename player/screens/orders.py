"""点播申请: what was asked for here and where it stands, newest first, behind the row that asks for something new."""

from __future__ import annotations

from player.core.facts import OwnOrder
from player.core.library import Library
from player.core.orders import answer_of, standing
from player.core.world import CourseScreen, OrdersScreen, SearchScreen, WishesScreen, World

from .design import CONTENT_HEIGHT, CONTENT_TOP
from .frame import BACK, HOME, Key, page
from .here import course_here
from .parts import Pages, Row, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .words import date

PER_PAGE = 5
ASK = "提出新的申请"
_STANDING = {
    "placing": "正在登记",
    "waiting": "已提交，等县里答复",
    "granted": "已同意，正在准备",
    "arrived": "您点的课已到，可以播放",
    "refused": "暂不安排",
}


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    pages = Pages(len(world.orders) + 1, PER_PAGE, _focus(world))
    listed = [Row(ASK, "常用的现成话，按一下就行"), *(_row(world, one, library) for one in reversed(world.orders))]
    shown = listed[pages.first : pages.first + PER_PAGE]
    marks = rows(shown, pages.at - pages.first, CONTENT_TOP, CONTENT_HEIGHT // PER_PAGE)
    keys = (Key("▲▼", "选择"), Key("确定", "打开"), Key(pages.digits, "直达"), Key("0", "找课件"), BACK, HOME)
    return page(world, "点播申请", marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Open the phrases, or the course that an order was about."""
    pages = Pages(len(world.orders) + 1, PER_PAGE, _focus(world))
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
    if chosen == 0:
        return push(world, WishesScreen()), ()
    course = _course(world, tuple(reversed(world.orders))[chosen - 1])
    return (push(world, CourseScreen(course)) if course else world), ()


def _focus(world: World) -> int:
    return world.screen.focus if isinstance(world.screen, OrdersScreen) else 0


def _course(world: World, order: OwnOrder) -> str:
    """Return the course that the county has granted, or else the one that was asked for."""
    answer = answer_of(world, order)
    return (answer.course if answer else None) or order.course


def _row(world: World, order: OwnOrder, library: Library) -> Row:
    state, answer, course = standing(world, order), answer_of(world, order), _course(world, order)
    entry = library.entry(course) if course else None
    wish = order.wish or (entry.title if entry else order.course)
    granted = f"：{entry.title}" if entry and order.wish and state in ("granted", "arrived") else ""
    reason = f"（{answer.reason}）" if answer and answer.reason else ""
    here = course_here(world, course) if state in ("granted", "arrived") else None
    asked = date(world, order.asked_wall_ms) if order.asked_wall_ms else ""
    return Row(wish, _STANDING[state] + granted + reason, asked, here, warn=False, title_lines=1)
