"""手机遥控: the QR code and the PIN by which a telephone in the room becomes a remote control."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from player.core.actions import ClosePhone, OpenPhone
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.room import Phone, PhoneState
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import line, message
from .scene import Box, Mark, Scene, Text
from .stack import Reaction, pop

TITLE = N_("手机遥控")
_NO_NETWORK = "no-network"
_OFF = Key("0", N_("关闭手机遥控"))


def view(world: World, library: Library) -> Scene:
    """Return what the telephone's owner has to do, or why nothing can be done."""
    phone = world.phone
    if phone.state is PhoneState.OPEN:
        return page(world, _(TITLE), _how(phone), (_OFF, BACK, HOME), aside=_connected(phone))
    if phone.state is PhoneState.SHUT:
        lines = [_("号码试错太多次，为了安全先停用"), _("按确定键换一个号码，已经连上的手机要重新连")]
        return page(
            world,
            _(TITLE),
            message(_("手机遥控已锁住"), lines, colour=d.WARN),
            (Key(N_("确定"), N_("换号码")), _OFF, BACK),
        )
    if phone.state is PhoneState.FAILED:
        return page(world, _(TITLE), _trouble(phone.error), (Key(N_("确定"), N_("再试一次")), BACK, HOME))
    if phone.state is PhoneState.OFF:
        lines = [_("同一间屋里的手机可以当遥控器"), _("按确定键打开")]
        return page(world, _(TITLE), message(_("手机遥控没有打开"), lines), (Key(N_("确定"), N_("打开")), BACK, HOME))
    return page(world, _(TITLE), message(_("正在打开手机遥控"), [_("请稍等几秒")]), (BACK, HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK opens it or gives another PIN; 0 closes it."""
    if intent == "select" and world.phone.state in (PhoneState.OFF, PhoneState.FAILED, PhoneState.SHUT):
        return world, (OpenPhone(),)
    if intent == "digit-0" and world.phone.state in (PhoneState.OPEN, PhoneState.SHUT):
        return pop(world), (ClosePhone(),)
    return world, ()


def _connected(phone: Phone) -> str:
    return counted("已连上 {n} 部手机", phone.telephones) if phone.telephones else ""


def _how(phone: Phone) -> tuple[Mark, ...]:
    pin, code = f"{phone.pin[:3]} {phone.pin[3:]}", d.either(440, 340)
    left = d.LEFT + code + d.either(2 * d.PAD, d.PAD)
    width = d.RIGHT - left
    size = d.either(d.ROW, d.BODY)
    steps = (
        (_("1  手机连上这间屋的无线网"), size, d.INK),
        (_("2  扫左边的码，或者在手机浏览器里输入"), size, d.INK),
        (phone.url.removesuffix("/"), size, d.BUSY),
        (_("3  在手机上输入这个号码"), size, d.INK),
    )
    top, marks = d.CONTENT_TOP, list(_qr(phone.code, code))
    for words, size, colour in steps:
        lines = d.lines_needed(words, size, width, d.either(1, 2))
        marks.append(Text(left, top, width, words, size, colour, lines=lines))
        top += d.either(70, 8 + 40 * lines)
    return (
        *marks,
        line(left, top - d.either(14, 8), width, pin, d.either(d.CODE, d.FIGURE), d.FOCUS, bold=True),
        *_once(left, width),
    )


def _once(left: int, width: int) -> tuple[Mark, ...]:
    if d.is_large():  # its room is needed for what is to be typed
        return ()
    words = _("一个号码只能用一次，用过会自动换")
    return (line(left, d.CONTENT_TOP + 432, width, words, d.BODY, d.QUIET),)


def _qr(code: tuple[str, ...], size: int) -> Iterator[Mark]:
    """Draw the code, dark on white, with the quiet zone of four modules that readers need (ISO/IEC 18004)."""
    module = size // (len(code) + 8)
    inner = module * len(code)
    yield Box(d.LEFT, d.CONTENT_TOP, size, size, (255, 255, 255), d.RADIUS)
    left, top = d.LEFT + (size - inner) // 2, d.CONTENT_TOP + (size - inner) // 2
    for row, bits in enumerate(code):
        column = 0
        for dark, run in groupby(bits):
            length = len(list(run))
            if dark == "1":
                yield Box(left + column * module, top + row * module, length * module, module, (0, 0, 0))
            column += length


def _trouble(error: str) -> tuple[Mark, ...]:
    if error == _NO_NETWORK:
        lines = [_("机顶盒没有接上网线，也没有连上无线网"), _("接上以后按确定键再试")]
        return message(_("本机没有接入网络"), lines, colour=d.WARN)
    return message(_("手机遥控打不开"), [_("请用遥控器操作，不影响收看"), _("按确定键再试一次")], colour=d.WARN)
