"""One fault in plain words: the code to read over the telephone, what happened, what to do, which key.

Some faults have a page on which something can be done about them: there 1 leads. Also drawn for a lesson that could not
be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from player.core import faults
from player.core.actions import StartCheck, StopPlaying
from player.core.faults import NO_PICTURE, fault
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import CheckScreen, CoursesScreen, FaultScreen, Screen, SettingsScreen, VolumesScreen
from player.core.world import World

from . import design as d
from .courses import ON_THE_BOX
from .frame import HOME, Key, page
from .parts import line
from .scene import Box, Mark, Scene, Text
from .stack import Reaction, pop, push
from .time_by_hand import proposed

_OK = Key(N_("确定"), N_("知道了"))
_CHECK = (N_("设备自检"), lambda _world: CheckScreen())
_VOLUME = (N_("调音量"), lambda _world: VolumesScreen())
_CODE_WIDTH: Final = 232
_LINE: Final = 39
_ASKS_TO_RING: Final = frozenset({faults.BOX_REVOKED, faults.CONFIG_WRONG})  # in their own words
_NEXT: Final[dict[str, tuple[str, Callable[[World], Screen]]]] = {  # what 1 opens
    faults.NO_SOUND: _VOLUME,
    faults.NOT_HEARD: _VOLUME,
    faults.NO_LINE: _CHECK,
    faults.REMOTE_MISSING: _CHECK,
    faults.CLOCK_UNKNOWN: (N_("设置时间"), proposed),
    faults.DISK_FULL: (N_("本机节目"), lambda _world: CoursesScreen(ON_THE_BOX)),
    faults.CHOICES_LOST: (N_("设置"), lambda _world: SettingsScreen()),
}


def view(world: World, library: Library) -> Scene:
    """Return the page of the fault on the screen."""
    screen = world.screen
    if isinstance(screen, FaultScreen):
        leads = _NEXT.get(screen.code)
        keys = (_OK, *((Key("1", leads[0]),) if leads else ()), HOME)
        return fault_page(world, screen.code, world.faults.get(screen.code, ""), keys)
    title = world.playback.title if world.playback else ""
    return fault_page(world, NO_PICTURE, title, (Key(N_("确定"), N_("返回")), HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK and back leave the page, 1 leads on; a failed lesson is put away with it."""
    screen = world.screen
    if isinstance(screen, FaultScreen) and intent == "digit-1" and screen.code in _NEXT:
        opened = push(pop(world), _NEXT[screen.code][1](world))
        return opened, (StartCheck(),) if isinstance(opened.screen, CheckScreen) else ()
    if intent not in ("select", "back", "stop", "left", "pause"):
        return world, ()
    if isinstance(screen, FaultScreen):
        return pop(world), ()
    return (world if world.session else pop(world)), (StopPlaying(),)


def fault_page(world: World, code: str, detail: str, keys: tuple[Key, ...]) -> Scene:
    """Return the page of a fault; ``detail`` names the lesson, key or file it is about."""
    known, width = fault(code), d.INNER - 288
    x, title = d.LEFT + 264, d.CONTENT_TOP + 4
    top = title + d.lines_needed(known.title, d.TITLE, width) * int(d.TITLE * 1.3) + d.either(24, 8)
    advice = d.lines_needed(known.advice, d.ROW, width, d.either(3, 4))
    free = (d.CONTENT_BOTTOM - 6 - top - 44 - int(advice * d.ROW * 1.4)) // _LINE
    rows = d.lines_needed(detail, d.BODY, d.INNER, max(1, min(4, free)))  # three wrong settings are all to be read
    below = d.CONTENT_BOTTOM - 6 - rows * _LINE
    marks: tuple[Mark, ...] = (
        Box(d.LEFT, d.CONTENT_TOP + 8, _CODE_WIDTH, 176, None, d.RADIUS, d.WARN, 4),
        line(d.LEFT, d.CONTENT_TOP + 20, _CODE_WIDTH, _("故障代码"), d.BODY, d.QUIET, align="centre"),
        line(d.LEFT, d.CONTENT_TOP + 64, _CODE_WIDTH, code, d.FIGURE - 8, d.WARN, bold=True, align="centre"),
        Text(x, title, width, known.title, d.TITLE, d.INK, True, lines=2, line_height=1.3),
        line(x, top, width, _("怎么办"), d.BODY, d.QUIET),
        Text(x, top + 44, width, known.advice, d.ROW, d.INK, lines=advice, line_height=1.4),
        Text(d.LEFT, below, d.INNER, detail, d.BODY, d.QUIET, lines=rows, line_height=1.3),
        *_whom(world, code, below if detail else d.CONTENT_BOTTOM),
    )
    return page(world, _("设备故障"), marks, keys)


def _whom(world: World, code: str, until: int) -> tuple[Text, ...]:
    """Return whom one may ring in the township, below the code; nothing where it would not fit above ``until``."""
    site = world.generation.box.site if world.generation and world.generation.box else None
    top, number = d.CONTENT_TOP + 200, site.clerk_telephone if site else ""
    rings, long = fault(code).calls or code in _ASKS_TO_RING, d.lines_needed(number, d.BODY, _CODE_WIDTH)
    if site is None or not number or not rings or top + (2 + long) * _LINE > until:
        return ()
    return (
        line(d.LEFT, top, _CODE_WIDTH, _("组织干事"), d.BODY, d.QUIET, align="centre"),
        line(d.LEFT, top + _LINE, _CODE_WIDTH, site.clerk, d.BODY, d.INK, align="centre"),
        Text(d.LEFT, top + 2 * _LINE, _CODE_WIDTH, number, d.BODY, d.INK, True, "centre", long),
    )
