"""After the head count: 正在登记 while the journal writes, then the closing card 已登记 with the figures."""

from __future__ import annotations

from player.core.actions import LeaveSession
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.world import HeadCountDraft, SessionState, World

from . import agenda
from . import design as d
from .frame import HOME, Key, page
from .heads import FIELDS
from .parts import field_height, form_field, line
from .scene import Mark, Scene, Text
from .stack import Reaction, home


def view(world: World, library: Library) -> Scene:
    """Return the card."""
    session = world.session
    assert session is not None
    closing = session.state is SessionState.CLOSING
    head, colour = (_("已登记"), d.GOOD) if closing else (_("正在登记，请不要关机"), d.FOCUS)
    size = d.fitting(head, d.INNER, d.either(64, d.CLOCK), d.TITLE)
    top, below, title = d.CONTENT_TOP, _top() + field_height() + d.either(28, 12), session.row.title
    duty = _duty(world) if closing else ""
    marks = (
        line(d.LEFT, top, d.INNER, head, size, colour, bold=True, align="centre"),
        Text(d.LEFT, top + d.either(96, 78), d.INNER, title, d.ROW, d.INK, align="centre", line_height=1.2),
        *_figures(session.draft),
        line(d.LEFT, below, d.INNER, duty, d.fitting(duty, d.INNER, d.ROW, d.BODY), d.QUIET, align="centre"),
    )
    return page(world, _("集中学习"), marks, (Key(N_("确定"), N_("完成")), HOME) if closing else (HOME,))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Any way out leads home; while it is being written, only home."""
    assert world.session is not None
    if world.session.state is SessionState.CLOSING and intent in ("select", "back", "home"):
        return home(world), (LeaveSession(),)
    return (home(world), ()) if intent in ("home", "back") else (world, ())


def _top() -> int:
    return d.CONTENT_TOP + d.either(184, 130)


def _figures(draft: HeadCountDraft) -> tuple[Mark, ...]:
    width = (d.INNER - d.GAP * len(FIELDS)) // (len(FIELDS) + 1)
    marks = list(form_field(d.LEFT, _top(), width, _("应到"), str(draft.expected), focused=False, fixed=True))
    for index, (field, name) in enumerate(FIELDS, start=1):
        x = d.LEFT + index * (width + d.GAP)
        marks += form_field(x, _top(), width, _(name), getattr(draft, field) or _("未填"), focused=False)
    return tuple(marks)


def _duty(world: World) -> str:
    due = agenda.still_due(world)
    still = counted("还差 {n} 次", due) if due else _("已达标")
    return counted("本月已开 {n} 次，{still}", world.held_this_month, still=still)
