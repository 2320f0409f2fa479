"""U 盘: what a stick that was put in has for this box; OK copies it, and says when it may be pulled out."""

from __future__ import annotations

from typing import Final

from player.core import stick as life
from player.core.actions import CloseStick, CopyStick
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.world import Stick, StickState, World

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import line, message, progress
from .scene import Mark, Scene
from .stack import Reaction, pop
from .words import percent, size

TITLE: Final = N_("U 盘")
_S = StickState


def view(world: World, library: Library) -> Scene:
    """Return what is to be done with it."""
    stick = world.stick
    if stick is None:
        return page(world, _(TITLE), message(_("没有 U 盘"), []), (BACK, HOME))
    if stick.state is _S.COPYING:
        return page(world, _(TITLE), _copying(world, stick), (BACK, HOME))
    finishes = Key(N_("确定"), N_("完成"))
    if stick.state is _S.PULLED:
        lines = [_("已经拷进来的都留着，插回去再接着拷"), _("屏幕说可以拔了再拔")]
        return page(world, _(TITLE), message(_("U 盘拔得太早了"), lines, colour=d.WARN), (finishes, HOME))
    if stick.state is _S.DONE:
        return page(world, _(TITLE), _done(world, stick), (finishes, HOME))
    keys = (Key(N_("确定"), N_("拷进本机")), BACK, HOME) if stick.wanted else (finishes, HOME)
    return page(world, _(TITLE), _offered(stick), keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK copies, and finishes what is over."""
    stick = world.stick
    if intent != "select":
        return world, ()
    if stick is None:
        return pop(world), ()
    if stick.state is _S.OFFERED and stick.wanted:
        return world, (CopyStick(),)
    return (world, ()) if stick.state is _S.COPYING else (pop(world), (CloseStick(),))


def _offered(stick: Stick) -> tuple[Mark, ...]:
    if stick.problem:
        return message(_("U 盘读不出来"), [_("拔下来再插一次，还不行就换一个 U 盘")], colour=d.WARN)
    if not stick.wanted:
        nothing = _("U 盘上没有本机要的节目")
        if stick.crowded:
            return message(_("本机放不下 U 盘上的节目"), [_("在“本机节目”里删掉不要的，再插一次")], colour=d.WARN)
        lines = [_("U 盘上的节目本机都有了") if stick.films else _("U 盘上没有远教节目")]
        return message(nothing, lines)
    total = size(sum(blob.bytes for blob in stick.wanted))
    lines = [_("共 {size}，拷的时候不要拔").format(size=total)]
    if stick.crowded:
        lines.append(counted("还有 {n} 个放不下", stick.crowded))
    return message(counted("U 盘上有 {n} 个课件给本站点", stick.courses), lines)


def _copying(world: World, stick: Stick) -> tuple[Mark, ...]:
    total = sum(blob.bytes for blob in stick.wanted)
    share = life.came_bytes(world) / total if total else 1.0
    top, width = d.CONTENT_TOP + d.either(240, 190), d.INNER - 128
    said = _("{share} · 共 {size}").format(share=percent(share), size=size(total))
    return (
        *message(_("正在拷进本机，请不要拔"), [], top=d.CONTENT_TOP + d.either(96, 60)),
        *progress(d.LEFT + 64, top, width, share, height=28),
        line(d.LEFT + 64, top + 48, width, said, d.ROW, d.QUIET, align="centre"),
    )


def _done(world: World, stick: Stick) -> tuple[Mark, ...]:
    missing = life.left(world)
    if missing:
        lines = [_("没拷成的插回去再拷一次，还不行就换一个 U 盘"), _("现在可以拔下 U 盘")]
        return message(_("有的节目没有拷成"), lines, colour=d.WARN)
    return message(counted("{n} 个课件都拷好了", stick.courses), [_("现在可以拔下 U 盘")], colour=d.GOOD)
