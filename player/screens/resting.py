"""The screen rests: a dim clock on black that moves every minute. Any key takes it away (`player.core.saver`)."""

from __future__ import annotations

from typing import Final

from player.core import saver
from player.core.language import N_, _
from player.core.library import Library
from player.core.world import World

from . import design as d
from .parts import line
from .scene import Colour, Scene
from .stack import Reaction
from .words import clock_known, full_date, time_of_day

_DIM: Final[Colour] = (122, 134, 152)
_DIMMER: Final[Colour] = (92, 102, 118)
_BLACK: Final[Colour] = (0, 0, 0)
_WIDTH: Final = 480
_HEIGHT: Final = 232
_ACROSS, _DOWN = 5, 4  # places; both have no factor in common with the steps through them
_KEY: Final = N_("按任意键继续")


def view(world: World, library: Library) -> Scene:
    """Return the clock, the day, and that any key goes on."""
    x, y = _place(saver.moved(world))
    box = world.generation.box if world.generation else None
    title = time_of_day(world, world.now.wall_ms) if clock_known(world) else _("远教")
    below = full_date(world, world.now.wall_ms) if clock_known(world) else _("时间未校准")
    return Scene(
        _BLACK,
        (
            line(x, y, _WIDTH, title, d.CODE - 8, _DIM, bold=True, align="centre"),
            line(x, y + 142, _WIDTH, below if box is None else box.site.name, d.BODY, _DIMMER, align="centre"),
            line(x, y + 186, _WIDTH, _(_KEY), d.BODY, _DIMMER, align="centre"),
        ),
    )


def react(world: World, intent: str, library: Library) -> Reaction:
    """Nothing: the key that takes it away never comes here."""
    return world, ()


def _place(moves: int) -> tuple[int, int]:
    """Return where the clock stands after so many moves: all places come before one comes again."""
    column, row = moves * 2 % _ACROSS, moves * 3 % _DOWN
    room_x, room_y = d.INNER - _WIDTH, d.BOTTOM - d.TOP - _HEIGHT
    return d.LEFT + room_x * column // (_ACROSS - 1), d.TOP + room_y * row // (_DOWN - 1)
