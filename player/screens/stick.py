"""U 盘: what a stick has for this box and takes to the county; OK does it all, and says when it may be pulled out."""

from __future__ import annotations

from typing import Final

from player.core import stick as life
from player.core.actions import CloseStick, CopyStick
from player.core.facts import StickTrouble
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.room import Documents, Stick, StickState
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import line, message, progress
from .scene import Mark, Scene
from .stack import Reaction, pop
from .words import date, percent, size

TITLE: Final = N_("U 盘")
TROUBLES: Final[dict[StickTrouble, str]] = {
    "read-only": N_("这个 U 盘不能写，记录没有写进去，请换一个"),
    "full": N_("U 盘满了，记录没有写完，请换一个"),
    "worn": N_("U 盘写不可靠，记录没有写完，请换一个"),
    "gone": N_("记录没有写完，请再插一次或换一个 U 盘"),
    "journal": N_("本机的记录现在读不出来，请打电话给县远教办"),
}
NOT_TAKEN: Final[dict[Documents, str]] = {
    Documents.OLDER: N_("U 盘上的计划比本机的旧，没有采用"),
    Documents.REFUSED: N_("U 盘上的计划不是本县签发的，或已损坏，没有采用"),
    Documents.INCOMPLETE: N_("U 盘上的计划不完整，没有采用，请重做 U 盘"),
}
_S = StickState


def view(world: World, library: Library) -> Scene:
    """Return what is to be done with it."""
    stick = world.stick
    if stick is None:
        return page(world, _(TITLE), message(_("没有 U 盘"), []), (BACK, HOME))
    if stick.is_in_use:
        return page(world, _(TITLE), _working(world, stick), (BACK, HOME))
    finishes = Key(N_("确定"), N_("完成"))
    if stick.state is _S.PULLED:
        lines = [_("已经拷进来的都留着，插回去再接着拷"), _("屏幕说可以拔了再拔")]
        return page(world, _(TITLE), message(_("U 盘拔得太早了"), lines, colour=d.WARN), (finishes, HOME))
    if stick.state is _S.DONE:
        return page(world, _(TITLE), _done(world, stick), (finishes, HOME))
    keys = (Key(N_("确定"), _offered_key(stick)), BACK, HOME) if life.has_something(stick) else (finishes, HOME)
    return page(world, _(TITLE), _offered(world, stick), keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK does all that is offered, and finishes what is over."""
    stick = world.stick
    if intent != "select":
        return world, ()
    if stick is None:
        return pop(world), ()
    if stick.state is _S.OFFERED and life.has_something(stick):
        return world, (CopyStick(),)
    return (world, ()) if stick.is_in_use else (pop(world), (CloseStick(),))


def _offered_key(stick: Stick) -> str:
    if stick.documents is Documents.NEWER:
        return N_("更新本机")
    return N_("拷进本机") if stick.wanted else N_("写到 U 盘")


def _offered(world: World, stick: Stick) -> tuple[Mark, ...]:
    if stick.problem:
        return message(_("U 盘读不出来"), [_("拔下来再插一次，还不行就换一个 U 盘")], colour=d.WARN)
    if not life.has_something(stick):
        return _nothing_for_us(stick)
    older = [_("U 盘上的计划比本机的旧，不会采用")] if stick.documents is Documents.OLDER else []
    return message(_offered_title(world, stick), [*_comes(world, stick), *_goes(stick), *older])


def _comes(world: World, stick: Stick) -> list[str]:
    """Return what is on it for this box."""
    lines = []
    if stick.documents is Documents.NEWER and stick.wanted:
        lines.append(_("节目更新至 {date}，比本机的新").format(date=date(world, stick.signed_wall_ms)))
    elif stick.documents is Documents.NEWER:
        lines.append(counted("共 {n} 个课件，拷的时候不要拔", stick.listed))
    if stick.wanted:
        lines.append(_("共 {size}，拷的时候不要拔").format(size=size(sum(blob.bytes for blob in stick.wanted))))
    return [*lines, *([counted("还有 {n} 个放不下", stick.crowded)] if stick.crowded else [])]


def _goes(stick: Stick) -> list[str]:
    """Return what is written onto it."""
    if stick.asks:
        return [_("本机还没有开通，开通申请会写到 U 盘上")]
    if not stick.entries:
        return []
    if stick.wanted or stick.documents is Documents.NEWER:
        return [counted("本机的 {n} 条记录会写到 U 盘上", stick.entries)]
    return [_("写的时候不要拔，写好请交给乡镇干事")]


def _offered_title(world: World, stick: Stick) -> str:
    if stick.courses:
        return counted("U 盘上有 {n} 个课件给本站点", stick.courses)
    if stick.documents is Documents.NEWER:
        return _("U 盘上的节目更新至 {date}").format(date=date(world, stick.signed_wall_ms))
    if stick.asks:
        return _("本机要请县里开通")
    return counted("本机有 {n} 条记录要交给县里", stick.entries)


def _nothing_for_us(stick: Stick) -> tuple[Mark, ...]:
    if stick.crowded:
        return message(_("本机放不下 U 盘上的节目"), [_("在“本机节目”里删掉不要的，再插一次")], colour=d.WARN)
    if stick.documents is Documents.OLDER:
        return message(_("U 盘上的计划比本机的旧"), [_("不会采用。请向乡镇干事要新做的 U 盘")])
    lines = [_("U 盘上的节目本机都有了") if stick.names or stick.signed_wall_ms else _("U 盘上没有远教节目")]
    return message(_("U 盘上没有本机要的节目"), lines)


def _working(world: World, stick: Stick) -> tuple[Mark, ...]:
    if stick.state is _S.TAKING:
        return message(_("正在核对 U 盘上的计划，请不要拔"), [_("只采用本县签发的内容")])
    if stick.state is _S.WRITING:
        return message(_("正在把记录写到 U 盘，请不要拔"), [])
    return _copying(world, stick)


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
    title, colour = _done_title(stick), d.GOOD
    if missing:
        title, colour = _("有的节目没有拷成"), d.WARN
    elif stick.trouble or stick.documents in (Documents.REFUSED, Documents.INCOMPLETE):
        title, colour = _("U 盘没有全部办好"), d.WARN
    return message(title, [*_came(world, stick), *_went(world, stick), _("现在可以拔下 U 盘")], colour=colour)


def _done_title(stick: Stick) -> str:
    if stick.courses:
        return counted("{n} 个课件都拷好了", stick.courses)
    if stick.asks:
        return _("开通申请已写入 U 盘")
    return counted("已写入 U 盘 {n} 条", stick.entries) if stick.entries else _("U 盘办好了")


def _came(world: World, stick: Stick) -> list[str]:
    """Return what has become of the county's documents, and of what could not be copied."""
    lines = [_("没拷成的插回去再拷一次，还不行就换一个 U 盘")] if life.left(world) else []
    if stick.documents is Documents.TAKEN:
        return [_("节目已更新至 {date}").format(date=date(world, stick.signed_wall_ms)), *lines]
    return [*([_(NOT_TAKEN[stick.documents])] if stick.documents in NOT_TAKEN else []), *lines]


def _went(world: World, stick: Stick) -> list[str]:
    """Return what has become of the journal, or of the request to be bound."""
    if stick.asks:
        number = " ".join(world.box_id[start : start + 4].upper() for start in (0, 4, 8))
        return [_("请交给县远教办，本机设备号 {number}").format(number=number), _("县里开通后，把新做的 U 盘插上")]
    if stick.trouble:
        return [_(TROUBLES[stick.trouble])]
    return [counted("记录已写入 U 盘 {n} 条，请交给乡镇干事", stick.entries)] if stick.entries else []
