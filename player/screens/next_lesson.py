"""A lesson from the menu was shown to its end: what comes next in its course, one key away. Nothing plays by itself.

A television that plays to an empty room would only look like learning.
"""

from __future__ import annotations

from player.core import lessons
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import CourseScreen, NextScreen
from player.core.world import World
from playlists.documents import Course, Lesson

from . import course
from . import design as d
from .frame import BACK, HOME, Key, page
from .here import document, lesson_here
from .parts import card, line, message, state_colour
from .scene import Scene, Text
from .stack import Reaction, pop, push
from .words import minutes

_HEIGHT = 248


def view(world: World, library: Library) -> Scene:
    """Return the card."""
    found = _found(world)
    if found is None:
        return page(world, _("放完了"), message(_("这个课件已经不在目录里"), []), (BACK, HOME))
    document_, lesson = found
    here, left, width = lesson_here(world, document_.id, lesson), d.LEFT + d.PAD, d.INNER - 2 * d.PAD
    asked = _("这一课放完了。接着看下一课吗？") if here.playable else _("这一课放完了。下一课还不能放。")
    plays = Key(N_("确定"), N_("播放下一课")) if here.playable else Key(N_("确定"), N_("看这个课件"))
    top = d.CONTENT_TOP + d.either(112, 84)
    marks = (
        line(
            d.LEFT,
            d.CONTENT_TOP + d.either(24, 0),
            d.INNER,
            asked,
            d.fitting(asked, d.INNER, d.LEAD, d.ROW),
            d.INK,
            bold=True,
        ),
        card(d.LEFT, top, d.INNER, _HEIGHT),
        line(left, top + 24, width, document_.title, d.BODY, d.QUIET),
        Text(left, top + 76, width, lesson.title, d.LEAD, d.INK, True, lines=2, line_height=1.25),
        line(left, top + 192, width // 2, minutes(lesson.duration_ms), d.BODY, d.QUIET),
        line(left + width // 2, top + 192, width // 2, here.words, d.BODY, state_colour(here, False), align="right"),
    )
    return page(world, _("下一课"), marks, (plays, Key(N_("返回"), N_("不看了")), HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK plays it; the card gives way to the picture, or to the course where the next lesson cannot be shown."""
    found = _found(world)
    if intent != "select" or found is None:
        return world, ()
    if lesson_here(world, found[0].id, found[1]).playable:
        return course.play(world, *found)
    return push(pop(world), CourseScreen(found[0].id)), ()


def _found(world: World) -> tuple[Course, Lesson] | None:
    screen = world.screen
    if not isinstance(screen, NextScreen):
        return None
    lesson = lessons.lesson_of(world.generation, screen.course, screen.lesson)
    found = document(world, screen.course)
    return (found, lesson) if found and lesson else None
