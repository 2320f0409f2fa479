"""A lecture or a visit goes on (现场授课、实地观摩): nothing is shown; OK ends it and the heads are counted."""

from __future__ import annotations

from player.core.language import N_, _
from player.core.library import Library
from player.core.own_sessions import FORMS
from player.core.screens_shown import DetailsScreen
from player.core.world import World

from . import design as d
from .frame import HOME, Key, page
from .parts import line
from .question import ask_to_end
from .scene import Scene, Text
from .stack import Reaction, home, push
from .words import clock_known, time_of_day


def view(world: World, library: Library) -> Scene:
    """Return the card."""
    session = world.session
    assert session is not None
    row = session.row
    since = row.started.wall_ms if row.started and clock_known(world) else None
    began = _("{time} 开始").format(time=time_of_day(world, since)) if since is not None else ""
    speaker = _("主讲人：{name}").format(name=row.speaker) if row.speaker else ""
    end = _("讲完了，按确定键清点人数")
    top = d.CONTENT_TOP
    marks = (
        Text(d.LEFT, top + d.either(24, 0), d.INNER, row.title, d.TITLE, d.INK, True, "centre", 2, 1.3),
        line(d.LEFT, top + d.either(176, 132), d.INNER, _(FORMS[row.form]), d.LEAD, d.GOOD, bold=True, align="centre"),
        line(d.LEFT, top + d.either(252, 196), d.INNER, began, d.ROW, d.QUIET, align="centre"),
        line(d.LEFT, top + d.either(308, 248), d.INNER, speaker, d.ROW, d.QUIET, align="centre"),
        line(d.LEFT, top + d.either(400, 312), d.INNER, end, d.ROW, d.FOCUS, bold=True, align="centre"),
    )
    return page(world, _("集中学习"), marks, (Key(N_("确定"), N_("结束")), Key("1", N_("其他项")), HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK asks whether it has ended; home leaves the card, the lecture goes on."""
    if intent == "select":
        return push(world, ask_to_end(world)), ()
    if intent == "digit-1":
        return push(world, DetailsScreen()), ()
    return (home(world), ()) if intent in ("home", "back") else (world, ())
