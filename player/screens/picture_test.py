"""画面测试: test cards over the whole screen, to set up an old television by. Left and right change the card.

The first shows what the set cuts off and whether its shape is right: a circle drawn on the canvas is round only where
the set shows 16:9 as 16:9 (docs/adr/0010). The second shows colours (those of EBU's bars, 75 %), the third greys.
"""

from __future__ import annotations

import math
from typing import Final

from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import PictureTestScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, key_bar
from .parts import line
from .scene import Box, Colour, Mark, Scene
from .stack import Reaction, turn

_BLACK, _WHITE = (0, 0, 0), (235, 235, 235)
_BARS: Final[tuple[Colour, ...]] = (
    (191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191), (16, 16, 16),
)  # fmt: skip
_NAMES: Final = (N_("边框和比例"), N_("彩条"), N_("明暗"))
_CARDS: Final = len(_NAMES)


def view(world: World, library: Library) -> Scene:
    """Return one card, with what to look for and what to do."""
    card = _card(world)
    marks = (_shape, _colours, _greys)[card]()
    keys = (Key("◀▶", N_("换一张")), Key("1–3", N_("直达")), BACK, HOME)
    bar = key_bar(keys, left=d.LEFT + d.PAD, top=d.BAR_TOP - 8, ground=card > 0)
    return Scene(_BLACK, (*marks, *_words(card), *bar, *(_frames() if card == 0 else ())))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Left and right, OK or a digit change the card."""
    steps = {"left": -1, "right": 1, "select": 1, "up": -1, "down": 1}
    if intent in steps:
        return turn(world, PictureTestScreen((_card(world) + steps[intent]) % _CARDS)), ()
    if intent in ("digit-1", "digit-2", "digit-3"):
        return turn(world, PictureTestScreen(int(intent[6:]) - 1)), ()
    return world, ()


def _card(world: World) -> int:
    return world.screen.card % _CARDS if isinstance(world.screen, PictureTestScreen) else 0


def _words(card: int) -> tuple[Mark, ...]:
    hints = (
        (
            _("黄框四边都要看得见，圆圈要圆。老式方屏电视上圆圈会窄一些，不用调。"),
            _("看不全或不圆：按电视自己遥控器的“画面比例”键，选 16:9。"),
        ),
        (_("从左到右：白、黄、青、绿、紫、红、蓝、黑。"), _("颜色不对：拔下视频线再插紧，三色线按颜色插。")),
        (_("八格都要分得开。"), _("分不开：调电视的亮度和对比度。")),
    )
    title = f"{_(_NAMES[card])}  {card + 1} / {_CARDS}"
    look, do = hints[card]
    x, width, top = d.LEFT + 2 * d.PAD, d.INNER - 4 * d.PAD, d.BAR_TOP - 162
    size = min(d.fitting(words, width, d.BODY, d.least()) for words in hints[card])
    return (
        Box(d.LEFT + d.PAD, top, d.INNER - 2 * d.PAD, d.BAR_TOP - top - 16, d.PANEL, d.RADIUS),
        line(x, top + 8, width, title, d.ROW, d.INK, bold=True),
        line(x, top + 58, width, look, size, d.INK),
        line(x, top + 102, width, do, size, d.QUIET),
    )


def _frames() -> tuple[Mark, ...]:
    """Return frames at the very edge, and at half and at the whole of what may be cut off."""
    places = ((0, 0, d.QUIET), (d.LEFT // 2, d.TOP // 2, d.BUSY), (d.LEFT, d.TOP, d.FOCUS))
    return tuple(Box(x, y, d.WIDTH - 2 * x, d.HEIGHT - 2 * y, None, 0, colour, 4) for x, y, colour in places)


def _shape() -> tuple[Mark, ...]:
    """Return a circle of dots, which is stretched as the whole canvas is, with a cross in it and a square beside it."""
    radius, dots = d.either(180, 132), 180
    middle, centre = d.WIDTH // 2, d.TOP + radius + d.either(32, 12)
    turns = (math.tau * dot / dots for dot in range(dots))
    circle = (
        Box(middle + round(radius * math.cos(turn)) - 4, centre + round(radius * math.sin(turn)) - 4, 8, 8, _WHITE)
        for turn in turns
    )
    return (
        *circle,
        Box(middle - radius, centre - 2, 2 * radius, 4, d.QUIET),
        Box(middle - 2, centre - radius, 4, 2 * radius, d.QUIET),
        *(Box(x, centre - 60, 120, 120, None, 0, _WHITE, 4) for x in (d.LEFT + 140, d.RIGHT - 260)),
    )


def _colours() -> tuple[Mark, ...]:
    width = d.WIDTH // len(_BARS)
    return tuple(Box(index * width, 0, width, d.HEIGHT, colour) for index, colour in enumerate(_BARS))


def _greys() -> tuple[Mark, ...]:
    steps = 8
    width = d.WIDTH // steps
    levels = (round(16 + 219 * step / (steps - 1)) for step in range(steps))
    return tuple(Box(index * width, 0, width, d.HEIGHT, (level, level, level)) for index, level in enumerate(levels))
