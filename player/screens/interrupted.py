"""After a power cut in the middle of a group session: one key goes on at the same second."""

from __future__ import annotations

from player.core.actions import ContinueInterrupted
from player.core.language import N_, _
from player.core.library import Library
from player.core.world import World

from . import design as d
from .frame import HOME, Key, page
from .parts import card, line
from .scene import Scene, Text
from .stack import Reaction, home
from .words import position


def view(world: World, library: Library) -> Scene:
    """Return the card."""
    cut = world.interrupted
    assert cut is not None
    counting = cut.stage == "counting"
    where = _("从第 {lesson} 课 {position} 接着放").format(lesson=cut.item + 1, position=position(cut.position_ms))
    where = _("接下来清点人数") if counting else where
    where = _("接着往下开") if cut.stage == "holding" else where
    why = _("上次集中学习没有放完") if cut.put_off else _("上次集中学习因断电中断")
    top, ends = d.CONTENT_TOP, _("按确定键继续")
    marks = (
        card(d.LEFT, top + d.either(16, 0), d.INNER, d.either(400, 360)),
        line(d.LEFT, top + d.either(56, 24), d.INNER, why, d.LEAD, d.QUIET, align="centre"),
        Text(d.LEFT + 48, top + d.either(136, 96), d.INNER - 96, cut.title, d.TITLE, d.INK, True, "centre", 2, 1.3),
        line(d.LEFT, top + d.either(284, 232), d.INNER, where, d.ROW, d.INK, align="centre"),
        line(d.LEFT, top + d.either(340, 288), d.INNER, ends, d.ROW, d.FOCUS, bold=True, align="centre"),
    )
    return page(world, _("集中学习"), marks, (Key(N_("确定"), N_("继续")), Key(N_("返回"), N_("以后再说")), HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK goes on; back leaves it for later, home keeps offering it."""
    if intent == "select":
        return world, (ContinueInterrupted(),)
    return (home(world), ()) if intent in ("back", "home") else (world, ())
