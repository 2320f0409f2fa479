"""安排学习: a group session of one's own is planned in four steps: what, which day, at what time, how often.

Each step is a screen of its own on the stack, so that back always leads to the step before with all that was chosen.
What is usual is proposed and in the focus: OK four times plans it. The last step shows the whole and plans it.
"""

from __future__ import annotations

from typing import Final, get_args

from msgspec.structs import replace

from player.core import own_sessions
from player.core.actions import PlanSession
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import HomeScreen, PlanScreen, SessionsScreen
from player.core.world import World
from playlists.entries import Repeat

from . import agenda, plan_course, plan_recording, plan_repeat, plan_time
from . import design as d
from .frame import HOME, Key, page
from .here import course_here
from .parts import line
from .scene import Scene, Text
from .stack import Reaction, turn
from .words import day, minutes

TITLE: Final = N_("安排学习")
STEP_BACK: Final = Key(N_("返回"), N_("上一步"))
REPEATS: Final = get_args(Repeat)


def view(world: World, library: Library) -> Scene:
    """Return the step that is on top."""
    screen = _screen(world)
    if plan_recording.is_its(screen):
        return plan_recording.view(world, screen)
    if screen.step == "course":
        return plan_course.view(world, screen)
    if screen.step in ("day", "time", "clock"):
        return plan_time.view(world, screen)
    return _confirm(world, screen)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Choose, and go on to the next step; the last one plans it."""
    screen = _screen(world)
    if plan_recording.is_its(screen):
        return plan_recording.react(world, screen, intent)
    if screen.step == "course":
        return plan_course.react(world, screen, intent)
    if screen.step in ("day", "time", "clock"):
        return plan_time.react(world, screen, intent)
    return _confirmed(world, screen, intent)


def wish_of(screen: PlanScreen) -> PlanSession:
    """Return what has been chosen."""
    return PlanSession(screen.course, screen.form, plan_time.start_of(screen), screen.repeat, screen.made_up)


def _screen(world: World) -> PlanScreen:
    return world.screen if isinstance(world.screen, PlanScreen) else PlanScreen()


def _confirmed(world: World, screen: PlanScreen, intent: str) -> Reaction:
    if (repeat := plan_repeat.chosen(screen.repeat, REPEATS, intent)) is not None:
        return turn(world, replace(screen, repeat=repeat)), ()
    if intent != "select":
        return world, ()
    wish = wish_of(screen)
    if own_sessions.hindrance(world, wish):
        return world, (wish,)  # the core says why not; what was chosen stays
    return _to_list(world, wish), (wish,)


def _to_list(world: World, wish: PlanSession) -> World:
    """Show the sessions, the focus where the new one will stand."""
    starts_ms = own_sessions.start_ms(wish.starts, world)
    row = sum(one.starts_ms < starts_ms for one in agenda.listed(world))
    below = tuple(one for one in world.screens if not isinstance(one, PlanScreen | SessionsScreen))
    return replace(world, screens=(*(below or (HomeScreen(),)), SessionsScreen(row)))


def _confirm(world: World, screen: PlanScreen) -> Scene:
    wish = wish_of(screen)
    starts_ms = own_sessions.start_ms(wish.starts, world)
    title = _(own_sessions.title_of(world, wish.course, wish.form))  # the name of a form, where there is no course
    when = _("{day} {time} 开始").format(
        day=day(world, starts_ms), time=f"{screen.minute // 60:02}:{screen.minute % 60:02}"
    )
    warning = own_sessions.hindrance(world, wish) or plan_time.market_words(world, screen.day)
    colour = d.WARN if warning else d.INK
    said, lines = warning or _("按确定键就安排好了"), d.either(2, 1)
    top, length = d.CONTENT_TOP + d.either(136, 60), _length_words(world, screen)
    marks = (
        Text(
            d.LEFT, d.CONTENT_TOP - d.either(0, 8), d.INNER, title, d.TITLE, d.INK, True, lines=lines, line_height=1.25
        ),
        line(d.LEFT, top, d.INNER, when, d.TITLE, d.FOCUS, bold=True),
        line(d.LEFT, top + d.either(72, 64), d.INNER, length, d.fitting(length, d.INNER, d.ROW, d.BODY), d.QUIET),
        *plan_repeat.choice(screen.repeat, REPEATS, _repeats_top()),
        Text(d.LEFT, _repeats_top() + d.either(132, 88), d.INNER, said, d.ROW, colour, True, lines=2, line_height=1.2),
    )
    keys = (Key(N_("确定"), N_("安排")), Key("1–4", N_("多久一次")), STEP_BACK, HOME)
    return page(world, _("补学") if screen.made_up else _(TITLE), marks, keys)


def _length_words(world: World, screen: PlanScreen) -> str:
    length = own_sessions.length_ms(world.generation, screen.course)
    if not screen.course:
        return _("{form}，不放课件").format(form=_(own_sessions.FORMS[screen.form]))
    here = course_here(world, screen.course)
    here_words = _("全长 {length}，课件已下载"), _("全长 {length}，课件到时会先下载好")
    return here_words[here.share < 1].format(length=minutes(length))


def _repeats_top() -> int:
    return d.CONTENT_TOP + d.either(268, 188)
