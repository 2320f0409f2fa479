"""After the head count: 正在登记 while the journal writes, then the closing card 已登记 with the figures."""

from __future__ import annotations

from typing import Final

from player.core.actions import LeaveSession, RateSession
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.session import GroupSession, SessionState
from player.core.world import World

from . import agenda
from . import design as d
from .frame import HOME, Key, page
from .heads import figures
from .parts import field_height, line
from .scene import Mark, Scene, Text
from .stack import Reaction, home

RATINGS: Final = {3: N_("满意"), 2: N_("基本满意"), 1: N_("不满意")}
_RATES: Final = (Key("1", RATINGS[3]), Key("2", RATINGS[2]), Key("3", RATINGS[1]))


def view(world: World, library: Library) -> Scene:
    """Return the card."""
    session = world.session
    assert session is not None
    closing = session.state is SessionState.CLOSING
    head, colour = (_("已登记"), d.GOOD) if closing else (_("正在登记，请不要关机"), d.FOCUS)
    size = d.fitting(head, d.INNER, d.either(64, d.CLOCK), d.TITLE)
    top, title = d.CONTENT_TOP, session.row.title
    marks = (
        line(d.LEFT, top, d.INNER, head, size, colour, bold=True, align="centre"),
        Text(d.LEFT, top + d.either(96, 78), d.INNER, title, d.ROW, d.INK, align="centre", line_height=1.2),
        *figures(session.draft, _top(), blank=_("未填")),
        *(_below(world, session) if closing else ()),
    )
    return page(world, _("集中学习"), marks, (*_RATES, Key(N_("确定"), N_("完成")), HOME) if closing else (HOME,))


def react(world: World, intent: str, library: Library) -> Reaction:
    """A digit says what the audience thought; any way out leads home; while it is being written, only home."""
    assert world.session is not None
    rated = {"digit-1": RateSession(3), "digit-2": RateSession(2), "digit-3": RateSession(1)}.get(intent)
    if world.session.state is SessionState.CLOSING and rated is not None:
        return world, (rated,)
    if world.session.state is SessionState.CLOSING and intent in ("select", "back", "home"):
        return home(world), (LeaveSession(),)
    return (home(world), ()) if intent in ("home", "back") else (world, ())


def _top() -> int:
    return d.CONTENT_TOP + d.either(184, 130)


def _below(world: World, session: GroupSession) -> tuple[Mark, ...]:
    """Return how many sessions are still due, and what the audience thought or the question for it."""
    thought = RATINGS.get(session.row.rating)
    said = _("评价：{rating}").format(rating=_(thought)) if thought else _("大家觉得怎么样？")
    top, duty = _top() + field_height() + d.either(12, 4), _duty(world)
    size, colour = d.either(d.ROW, d.BODY), d.GOOD if thought else d.FOCUS
    return (
        line(d.LEFT, top, d.INNER, duty, d.fitting(duty, d.INNER, size, d.BODY), d.QUIET, align="centre"),
        line(d.LEFT, top + d.either(52, 38), d.INNER, said, size, colour, bold=True, align="centre"),
    )


def _duty(world: World) -> str:
    due = agenda.still_due(world)
    still = counted("还差 {n} 次", due) if due else _("已达标")
    return counted("本月已开 {n} 次，{still}", world.held_this_month, still=still)
