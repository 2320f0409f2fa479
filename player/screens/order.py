"""One order (点播申请) in full: what was asked for and when, where it stands, and all of the county's reason."""

from __future__ import annotations

from player.core.facts import OwnOrder
from player.core.language import N_, _
from player.core.library import Library
from player.core.orders import answer_of, listed, standing
from player.core.screens_shown import CourseScreen, OrderScreen
from player.core.world import World

from .frame import BACK, HOME, Key, page
from .paper import TURNS, leaf_marks, leaf_words, leaves_of, turned
from .parts import message
from .scene import Scene
from .stack import Reaction, push, turn
from .words import full_date

STANDING = {
    "placing": N_("正在登记"),
    "waiting": N_("已提交，等县里答复"),
    "granted": N_("已安排，正在准备"),
    "arrived": N_("您点的课已到，可以播放"),
    "refused": N_("暂不安排"),
}


def view(world: World, library: Library) -> Scene:
    """Return the page."""
    order = _order(world)
    if order is None:
        marks = message(_("这件申请已经过去很久，不再列出"), [_("按返回键看其他申请")])
        return page(world, _("点播申请"), marks, (BACK, HOME))
    leaves = leaves_of(_entries(world, order, library))
    at = min(_screen(world).leaf, len(leaves) - 1)
    opens = (Key(N_("确定"), N_("看课件")),) if course_of(world, order) else ()
    turns = (TURNS,) if len(leaves) > 1 else ()
    return page(
        world, _("点播申请"), leaf_marks(leaves[at]), (*opens, *turns, BACK, HOME), aside=leaf_words(at, leaves)
    )


def react(world: World, intent: str, library: Library) -> Reaction:
    """Turn the leaves; OK opens the course, if it is about one."""
    order, screen = _order(world), _screen(world)
    if order is None:
        return world, ()
    if intent == "select" and (course := course_of(world, order)):
        return push(world, CourseScreen(course)), ()
    leaves = leaves_of(_entries(world, order, library))
    return turn(world, OrderScreen(screen.order, turned(screen.leaf, intent, leaves))), ()


def course_of(world: World, order: OwnOrder) -> str:
    """Return the course that the county has granted, or else the one that was asked for."""
    answer = answer_of(world, order)
    return (answer.course if answer else None) or order.course


def _screen(world: World) -> OrderScreen:
    return world.screen if isinstance(world.screen, OrderScreen) else OrderScreen("")


def _order(world: World) -> OwnOrder | None:
    return next((one for one in listed(world) if one.order == _screen(world).order), None)


def _entries(world: World, order: OwnOrder, library: Library) -> list[tuple[str, str]]:
    answer, course = answer_of(world, order), course_of(world, order)
    entry = library.entry(course) if course else None
    title = entry.title if entry else course
    return [
        (_("想学"), order.wish or title),
        (_("申请日期"), full_date(world, order.asked_wall_ms) if order.asked_wall_ms else ""),
        (_("答复"), _(STANDING[standing(world, order)])),
        (_("课件"), title if order.wish else ""),
        (_("原因"), answer.reason if answer else ""),
    ]
