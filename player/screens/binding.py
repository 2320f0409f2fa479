"""开通: while the box belongs to no site, the code that the county office joins it by.

Also said here: that the box has been put out of service (停用).
"""

from __future__ import annotations

from player.core.actions import AskForCode
from player.core.faults import BOX_REVOKED
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.room import BindingState
from player.core.screens_shown import StatusScreen
from player.core.world import World

from . import design as d
from .faulty import fault_page
from .frame import Key, page
from .parts import line, message
from .scene import Box, Mark, Scene, Text
from .stack import Reaction, push
from .tell import tell

_STATUS = Key("4", N_("设备状态"))


def view(world: World, library: Library) -> Scene:
    """Return the page of the binding's state."""
    binding = world.binding
    if revoked(world):
        return fault_page(world, BOX_REVOKED, _("县远教办已停用这台机顶盒。"), (_STATUS,))
    if binding.state is BindingState.CODE_SHOWN and _valid(world):
        return page(world, _("开通站点"), _code(world), (Key(N_("确定"), N_("再问县里")), _STATUS))
    if binding.state is BindingState.BOUND:
        marks = message(_("站点已开通"), [_("正在接收节目单，请稍等"), plain(binding.error)], colour=d.GOOD)
        return page(world, _("开通站点"), marks, (Key(N_("确定"), N_("再试一次")), _STATUS))
    if not world.settings.has_api:
        lines = [_("请插入县远教办发的 U 盘"), _("或者请县远教办的人来设置")]
        return page(world, _("开通站点"), message(_("本机没有设置县里的网址"), lines), (_STATUS,))
    if binding.error:
        return page(world, _("开通站点"), _unreachable(binding.error), (Key(N_("确定"), N_("再试一次")), _STATUS))
    marks = message(_("正在联系县远教办"), [_("联系上以后，这里会显示一个六位数的号码")])
    return page(world, _("开通站点"), marks, (Key(N_("确定"), N_("再试一次")), _STATUS))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK asks for a code; 4 opens 设备状态 as on home."""
    if intent in ("digit-4", "info"):
        return push(world, StatusScreen()), ()
    if intent == "select" and not revoked(world) and world.settings.has_api:
        return tell(world, _("正在联系县远教办")), (AskForCode(),)
    return world, ()


def holds(world: World) -> bool:
    """Return whether this page stands in the place of home."""
    return revoked(world) or world.generation is None or world.generation.box is None


def plain(error: str) -> str:
    """Return an error in the words of people: what only engineers can read is said in general."""
    readable = not error or any("\u4e00" <= letter <= "\u9fff" for letter in error)
    return error if readable else _("网络没有接通，或者县里的服务器没有回答")


def _unreachable(error: str) -> tuple[Mark, ...]:
    """The plain words in the middle; what an engineer asks for on the telephone at the bottom."""
    said = plain(error)
    detail = error if said != error else ""
    top = d.CONTENT_BOTTOM - d.either(88, 40)
    lines = [said, _("请检查网线和路由器的灯是否亮着，本机会自动再试")]
    return (
        *message(_("暂时联系不上县远教办"), lines, colour=d.WARN),
        Text(d.LEFT, top, d.INNER, detail, d.BODY, d.QUIET, align="centre", lines=d.either(2, 1), line_height=1.3),
    )


def revoked(world: World) -> bool:
    """Return whether the county has put this box out of service (停用)."""
    box = world.generation.box if world.generation else None
    return world.binding.state is BindingState.REVOKED or (box is not None and box.revoked)


def _valid(world: World) -> bool:
    return world.now.monotonic_ms < world.binding.expires_monotonic_ms


def _code(world: World) -> tuple[Mark, ...]:
    code, top = world.binding.code, d.CONTENT_TOP
    digits, below = top + d.either(120, 72), top + d.either(316, 222)
    wide, tall = min(144, (d.INNER - 5 * d.GAP) // 6), d.either(168, 138)
    left = d.LEFT + (d.INNER - len(code) * (wide + d.GAP) + d.GAP) // 2
    marks: list[Mark] = [
        line(
            d.LEFT,
            top + d.either(12, -4),
            d.INNER,
            _("请把这个号码报给县远教办"),
            d.TITLE,
            d.INK,
            bold=True,
            align="centre",
        )
    ]
    for index, digit in enumerate(code):
        x = left + index * (wide + d.GAP)
        marks += (
            Box(x, digits, wide, tall, d.PANEL, d.RADIUS),
            line(x, digits + (tall - int(d.CODE * 1.35)) // 2, wide, digit, d.CODE, d.FOCUS, bold=True, align="centre"),
        )
    left_ms = world.binding.expires_monotonic_ms - world.now.monotonic_ms
    valid = counted("号码 {n} 分钟内有效，过期会自动换一个", -(-left_ms // 60_000))
    marks.append(line(d.LEFT, below, d.INNER, valid, d.ROW, d.QUIET, align="centre"))
    said = plain(world.binding.error) or _("登记好以后，本机会自动接收节目")
    colour = d.WARN if world.binding.error else d.QUIET
    marks.append(Text(d.LEFT, below + d.either(60, 48), d.INNER, said, d.ROW, colour, align="centre", lines=2))
    return tuple(marks)
