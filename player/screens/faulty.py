"""One fault in plain words: the code to read over the telephone, what happened, what to do, which key.

Also drawn for a lesson that could not be shown.
"""

from __future__ import annotations

from player.core.actions import StopPlaying
from player.core.faults import NO_PICTURE, fault
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import FaultScreen
from player.core.world import World

from . import design as d
from .frame import HOME, Key, page
from .parts import line
from .scene import Box, Scene, Text
from .stack import Reaction, pop


def view(world: World, library: Library) -> Scene:
    """Return the page of the fault on the screen."""
    screen = world.screen
    if isinstance(screen, FaultScreen):
        return fault_page(world, screen.code, world.faults.get(screen.code, ""), (Key(N_("确定"), N_("知道了")), HOME))
    title = world.playback.title if world.playback else ""
    return fault_page(world, NO_PICTURE, title, (Key(N_("确定"), N_("返回")), HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """OK and back leave the page; a failed lesson is put away with it."""
    if intent not in ("select", "back", "stop", "left", "pause"):
        return world, ()
    if isinstance(world.screen, FaultScreen):
        return pop(world), ()
    return (world if world.session else pop(world)), (StopPlaying(),)


def fault_page(world: World, code: str, detail: str, keys: tuple[Key, ...]) -> Scene:
    """Return the page of a fault; ``detail`` names the lesson, key or file it is about."""
    known, width = fault(code), d.INNER - 288
    x, title = d.LEFT + 264, d.CONTENT_TOP + 4
    top = title + d.lines_needed(known.title, d.TITLE, width) * int(d.TITLE * 1.3) + d.either(24, 8)
    advice = d.lines_needed(known.advice, d.ROW, width, d.either(3, 4))
    free = (d.CONTENT_BOTTOM - 6 - top - 44 - int(advice * d.ROW * 1.4)) // 39
    rows = d.lines_needed(detail, d.BODY, d.INNER, max(1, min(4, free)))  # three wrong settings are all to be read
    marks = (
        Box(d.LEFT, d.CONTENT_TOP + 8, 232, 176, None, d.RADIUS, d.WARN, 4),
        line(d.LEFT, d.CONTENT_TOP + 20, 232, _("故障代码"), d.BODY, d.QUIET, align="centre"),
        line(d.LEFT, d.CONTENT_TOP + 64, 232, code, d.FIGURE - 8, d.WARN, bold=True, align="centre"),
        Text(x, title, width, known.title, d.TITLE, d.INK, True, lines=2, line_height=1.3),
        line(x, top, width, _("怎么办"), d.BODY, d.QUIET),
        Text(x, top + 44, width, known.advice, d.ROW, d.INK, lines=advice, line_height=1.4),
        Text(d.LEFT, d.CONTENT_BOTTOM - 6 - rows * 39, d.INNER, detail, d.BODY, d.QUIET, lines=rows, line_height=1.3),
    )
    return page(world, _("设备故障"), marks, keys)
