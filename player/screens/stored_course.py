"""A course on the box (本机节目): what room it takes, whether it stays, and deleting it with care."""

from __future__ import annotations

from typing import Final

from player.core import keeping
from player.core.actions import KeepCourse
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import CourseScreen, StoredCourseScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .here import course_here, document
from .parts import Pages, Row, message, rows
from .question import ask_to_delete
from .scene import Scene, Text
from .stack import Reaction, push, turn
from .tell import tell
from .words import size

_ROW_HEIGHT: Final = 88
_ROWS: Final = 3
_OPEN, _KEEP, _DELETE = range(_ROWS)


def view(world: World, library: Library) -> Scene:
    """Return what can be done with the course."""
    screen = _screen(world)
    course = document(world, screen.course)
    if course is None:
        return page(world, _("本机节目"), message(_("本机已经没有这个课件"), []), (BACK, HOME))
    top = d.CONTENT_TOP + 12 + d.lines_needed(course.title, d.LEAD, d.INNER) * 56
    kept, why_not = keeping.is_kept(world, course.id), keeping.needed_by(world, course.id)
    shown = [
        Row(_("打开"), aside=course_here(world, course.id).words),
        Row(_("不再保留") if kept else _("保留，不自动清理"), aside=_("已保留") if kept else ""),
        Row(_("删除"), aside=_("现在不能删除") if why_not else _("腾出 {size}").format(size=_room(world, course.id))),
    ]
    marks = (
        Text(d.LEFT, d.CONTENT_TOP, d.INNER, course.title, d.LEAD, d.INK, True, lines=2, line_height=1.25),
        *rows(shown, screen.focus % _ROWS, top, _ROW_HEIGHT),
    )
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("就这样")), Key("1–3", N_("直达")), BACK, HOME)
    return page(world, _("本机节目"), marks, keys, aside=_room(world, course.id))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Open it, keep it, or ask whether it shall be deleted."""
    screen = _screen(world)
    pages = Pages(_ROWS, _ROWS, screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, StoredCourseScreen(screen.course, moved)), ()
    chosen = pages.at if intent == "select" else pages.row_of(int(intent[6:])) if intent.startswith("digit-") else None
    course = document(world, screen.course)
    if chosen is None or course is None:
        return world, ()
    world = turn(world, StoredCourseScreen(screen.course, chosen))
    if chosen == _OPEN:
        return push(world, CourseScreen(course.id)), ()
    if chosen == _KEEP:
        return world, (KeepCourse(course.id, kept=not keeping.is_kept(world, course.id)),)
    why_not = keeping.needed_by(world, course.id)
    asked = ask_to_delete(course.title, by_line=world.settings.has_files)
    return (tell(world, why_not) if why_not else push(world, asked)), ()


def _screen(world: World) -> StoredCourseScreen:
    return world.screen if isinstance(world.screen, StoredCourseScreen) else StoredCourseScreen("")


def _room(world: World, course: str) -> str:
    return size(keeping.bytes_here(world, course))
