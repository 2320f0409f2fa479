"""安排学习, first step: which course, or a lecture or a visit without one. What can be shown at once stands first."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from player.core.language import N_, _
from player.core.orders import arrived_courses
from player.core.own_sessions import FORMS, length_ms
from player.core.screens_shown import CategoriesScreen, PlanScreen
from player.core.world import World
from playlists.documents import SessionForm
from playlists.recordings import is_recording

from . import design as d
from . import plan_time
from .courses import stored_first
from .frame import BACK, HOME, Key, page
from .here import course_here, document
from .parts import Pages, Row, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .words import minutes

_ROW_HEIGHT: Final = 96  # at least, with its gap


class What(msgspec.Struct, frozen=True):
    """What a session may be about: a course, or none."""

    course: str = ""
    form: SessionForm = "video"


WITHOUT: Final = (What(form="lecture"), What(form="field-visit"))


def offered(world: World, *, past: bool = False) -> list[What]:
    """Return what is proposed: what was asked for here and has come, then what is here, then what needs no course."""
    if past:
        return list(WITHOUT)
    here = dict.fromkeys((*arrived_courses(world), *stored_first(world)))
    recorded = world.generation.recordings if world.generation else ()
    return [*(What(course) for course in (*here, *recorded) if document(world, course)), *WITHOUT]


def view(world: World, screen: PlanScreen) -> Scene:
    """Return the list."""
    choices = offered(world, past=screen.past)
    pages = Pages(len(choices), d.rows_of(_ROW_HEIGHT), screen.focus)
    shown = [_row(world, one, past=screen.past) for one in choices[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    catalogue = () if screen.past else (Key("0", N_("从目录找")),)
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("选定")), Key(pages.digits, N_("直达")), *catalogue, BACK, HOME)
    title = _("补登：什么形式") if screen.past else _("安排学习：学什么")
    return page(world, title, marks, keys, aside=pages.words)


def react(world: World, screen: PlanScreen, intent: str) -> Reaction:
    """Take one and go on to the day."""
    choices = offered(world, past=screen.past)
    pages = Pages(len(choices), d.rows_of(_ROW_HEIGHT), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, replace(screen, focus=moved)), ()
    if intent == "digit-0" and not screen.past:
        return push(world, CategoriesScreen()), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    one = choices[chosen]
    world = turn(world, replace(screen, focus=chosen))
    return plan_time.begin(world, one.course, one.form, past=screen.past), ()


def _row(world: World, one: What, *, past: bool) -> Row:
    found = document(world, one.course)
    if found is None:
        return Row(_(FORMS[one.form]), "" if past else _("不放课件，到时按确定键开始"))
    if is_recording(found.id):
        return Row(found.title, minutes(length_ms(world.generation, found.id)), _("录像"), title_lines=1)
    detail = _("课号 {number} · {length}").format(
        number=found.number, length=minutes(length_ms(world.generation, one.course))
    )
    return Row(found.title, detail, here=course_here(world, found.id), title_lines=1)
