"""停播码: the course number and the eight digits that the county office reads out over the telephone; OK stops it.

From a course's page and from over its picture the number is filled in already.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from player.core.actions import TryStopCode
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.room import StopCodeState
from player.core.screens_shown import StopCodeScreen
from player.core.stop_codes import minutes_locked
from player.core.world import World

from . import design as d
from .frame import HOME, Key, page
from .parts import line
from .scene import Box, Mark, Scene
from .stack import Reaction, pop, push, turn
from .tell import tell

NUMBER_DIGITS: Final = 6
CODE_DIGITS: Final = 8
_WIDTH: Final = 640


def begin(world: World, number: int) -> World:
    """Return the world with the page on top, the course number filled in: the telephone is in the other hand."""
    return push(world, StopCodeScreen(str(number), keyed_number=True, given=True))


def view(world: World, library: Library) -> Scene:
    """Return both fields and what to do now."""
    screen = _screen(world)
    marks = (
        line(d.LEFT, d.CONTENT_TOP - 8, d.INNER, _("只在县远教办打电话来时使用"), d.ROW, d.QUIET),
        *_field(0, _("课号"), screen.number or "_", focused=not screen.keyed_number),
        *_field(1, _("停播码"), _grouped(screen.code), focused=screen.keyed_number),
        *_below(world, screen, library),
    )
    done = N_("停播") if screen.keyed_number else N_("下一项")
    empty = not (screen.code if screen.keyed_number else screen.number)
    back = (N_("改课号") if screen.keyed_number and not screen.given else N_("上一页")) if empty else N_("删除")
    return page(world, _("停播码"), marks, (Key("0–9", N_("输入")), Key(N_("确定"), done), Key(N_("返回"), back), HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits are appended; OK goes to the code and then tries it; back and left erase."""
    screen = _screen(world)
    if intent.startswith("digit-"):
        return turn(world, _appended(screen, intent[6:])), ()
    if intent in ("back", "left"):
        shorter = _shortened(screen)
        return (turn(world, shorter) if shorter else pop(world)), ()
    if intent in ("up", "down") and not screen.given:
        return turn(world, replace(screen, keyed_number=intent == "down" and bool(screen.number))), ()
    return _done(world, screen) if intent == "select" else (world, ())


def _screen(world: World) -> StopCodeScreen:
    return world.screen if isinstance(world.screen, StopCodeScreen) else StopCodeScreen()


def _done(world: World, screen: StopCodeScreen) -> Reaction:
    if not screen.keyed_number:
        if not screen.number:
            return tell(world, _("请先按数字键输入课号")), ()
        return turn(world, replace(screen, keyed_number=True)), ()
    if len(screen.code) < CODE_DIGITS:
        return tell(world, _("停播码是 8 位数字，请听完整")), ()
    return turn(world, replace(screen, code="")), (TryStopCode(int(screen.number), screen.code),)


def _appended(screen: StopCodeScreen, digit: str) -> StopCodeScreen:
    if screen.keyed_number:
        return replace(screen, code=(screen.code + digit)[:CODE_DIGITS])
    return replace(screen, number=(screen.number + digit).lstrip("0")[:NUMBER_DIGITS])


def _shortened(screen: StopCodeScreen) -> StopCodeScreen | None:
    """Return the screen with a digit less; None if there is nothing left to take away."""
    if screen.given and not screen.code:
        return None
    if screen.keyed_number:
        return replace(screen, code=screen.code[:-1], keyed_number=bool(screen.code))
    return replace(screen, number=screen.number[:-1]) if screen.number else None


def _grouped(code: str) -> str:
    return f"{code[:4]} {code[4:]}".strip() or "_"


def _row_top(row: int) -> int:
    """Return where a field begins; where the words below them begin for row 2."""
    return d.CONTENT_TOP + d.either(56, 44) + row * d.either(136, 116)


def _field(row: int, name: str, digits: str, *, focused: bool) -> tuple[Mark, ...]:
    top, left, tall = _row_top(row), d.RIGHT - _WIDTH, d.either(120, 106)
    frame = (d.FOCUS, 4) if focused else (d.RAISED, 3)
    return (
        line(
            d.LEFT,
            top + (tall - 57) // 2,
            left - d.LEFT - d.PAD,
            name,
            d.LEAD,
            d.INK if focused else d.QUIET,
            bold=True,
        ),
        Box(left, top, _WIDTH, tall, d.PANEL, d.RADIUS, *frame),
        line(left, top + (tall - 102) // 2, _WIDTH, digits, 76, d.INK, bold=True, align="centre"),
    )


def _below(world: World, screen: StopCodeScreen, library: Library) -> tuple[Mark, ...]:
    entry = library.by_number(int(screen.number)) if screen.number else None
    title = _("《{title}》").format(title=entry.title) if entry else ""
    words, colour = _hint(world, screen)
    below = _row_top(2)
    return (
        line(d.LEFT, below, d.INNER, title, d.either(d.LEAD, d.ROW), d.INK, bold=True, align="centre"),
        line(d.LEFT, below + d.either(68, 48), d.INNER, words, d.ROW, colour, align="centre"),
    )


def _hint(world: World, screen: StopCodeScreen) -> tuple[str, tuple[int, int, int]]:
    if minutes_locked(world):
        return counted("输错太多次，请过 {n} 分钟再试", minutes_locked(world)), d.WARN
    if world.stop_codes.state is StopCodeState.CHECKING:
        return _("正在核对，请稍等"), d.BUSY
    if screen.keyed_number:
        return _("请输入电话里听到的 8 位数字，再按确定键"), d.QUIET
    return _("请输入要停播的课号，再按确定键"), d.QUIET
