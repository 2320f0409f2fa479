"""Illustrations for the demo lessons, drawn with Pillow as functions of time.

Each takes a drawing surface of 1280 × 720 and how far its slide has come (0 to 1), so that the picture really moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import ImageDraw

Illustration = Callable[[ImageDraw.ImageDraw, float], None]

LEAF, LEAF_DARK, STEM = (76, 159, 88), (48, 122, 66), (92, 128, 70)
SOIL, SUN, RED = (104, 78, 58), (247, 201, 92), (214, 69, 56)


def _sun(draw: ImageDraw.ImageDraw, progress: float) -> None:
    x = 880 + 260 * progress
    y = 230 - 70 * math.sin(math.pi * progress)
    draw.ellipse((x - 38, y - 38, x + 38, y + 38), fill=SUN)


def _leaf(draw: ImageDraw.ImageDraw, x: float, y: float, length: float, angle: float) -> None:
    tip = (x + length * math.cos(angle), y - length * math.sin(angle))
    side = (0.32 * length * math.cos(angle + 1.57), -0.32 * length * math.sin(angle + 1.57))
    middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
    outline = [
        (x, y),
        (middle[0] + side[0], middle[1] + side[1]),
        tip,
        (middle[0] - side[0], middle[1] - side[1]),
    ]
    draw.polygon(outline, fill=LEAF)
    draw.line([(x, y), tip], fill=LEAF_DARK, width=2)


def greenhouse(draw: ImageDraw.ImageDraw, progress: float) -> None:
    """Draw a greenhouse in which tomato plants grow and ripen."""
    _sun(draw, progress)
    draw.rectangle((660, 600, 1230, 640), fill=SOIL)
    draw.arc((660, 250, 1230, 950), 180, 360, fill=(150, 170, 182), width=6)
    for rib in range(1, 4):
        x = 660 + rib * 142
        top = 600 - 350 * math.sqrt(max(0.0, 1 - ((x - 945) / 285) ** 2))
        draw.line((x, top, x, 600), fill=(170, 188, 198), width=2)
    for index in range(5):
        x, height = 735 + index * 105, 90 + 110 * min(1.0, progress * 1.2)
        sway = 6 * math.sin(progress * 12 + index)
        draw.line((x, 600, x + sway, 600 - height), fill=STEM, width=7)
        for level in range(1, 4):
            y = 600 - height * level / 3.3
            _leaf(draw, x, y, 46, 0.5)
            _leaf(draw, x, y, 46, 2.64)
        if progress > 0.35:
            ripe = min(1.0, (progress - 0.35) * 2)
            colour = tuple(int(a + (b - a) * ripe) for a, b in zip((150, 190, 80), RED, strict=True))
            for share in (0.35, 0.6):
                y = 600 - height * share
                draw.ellipse((x + 8, y - 12, x + 34, y + 14), fill=colour)


def mushrooms(draw: ImageDraw.ImageDraw, progress: float) -> None:
    """Draw logs in a shed from which mushrooms come out while the thermometer falls."""
    draw.rectangle((690, 300, 1200, 312), fill=(120, 96, 76))
    draw.rectangle((690, 600, 1200, 616), fill=(120, 96, 76))
    for index in range(4):
        x = 730 + index * 120
        draw.rounded_rectangle((x, 330, x + 70, 596), 14, fill=(134, 104, 80), outline=(96, 72, 54), width=3)
        for spot in range(4):
            grown = max(0.0, min(1.0, progress * 1.6 - 0.12 * (spot + index)))
            y, size = 370 + spot * 60, 34 * grown
            if size > 3:
                left = x + (66 if (spot + index) % 2 else 4)
                draw.rectangle((left - size * 0.15, y, left + size * 0.15, y + size * 0.6), fill=(236, 222, 200))
                draw.pieslice((left - size, y - size * 0.7, left + size, y + size * 0.7), 180, 360, fill=(170, 110, 72))
    level = 560 - int(200 * (1 - 0.45 * progress))
    draw.rounded_rectangle((1222, 320, 1240, 590), 9, outline=(150, 160, 170), width=3)
    draw.rectangle((1227, level, 1235, 584), fill=RED)


def electricity(draw: ImageDraw.ImageDraw, progress: float) -> None:
    """Draw an overloaded socket that smokes until the switch is thrown."""
    draw.rounded_rectangle((720, 330, 930, 560), 18, fill=(232, 236, 240), outline=(150, 160, 170), width=4)
    for hole in ((790, 400), (850, 400), (790, 480), (850, 480)):
        draw.rounded_rectangle((hole[0], hole[1], hole[0] + 14, hole[1] + 34), 5, fill=(60, 66, 72))
    off = progress > 0.6
    if not off:
        for puff in range(4):
            rise = (progress * 3 + puff / 4) % 1
            size = 14 + 26 * rise
            x, y = 825 + 30 * math.sin(rise * 6 + puff), 330 - 130 * rise
            shade = int(120 + 70 * rise)
            draw.ellipse((x - size, y - size, x + size, y + size), fill=(shade, shade, shade))
    draw.rounded_rectangle((1020, 360, 1150, 540), 16, fill=(54, 66, 80))
    top = 450 if off else 380
    draw.rounded_rectangle((1050, top, 1120, top + 70), 10, fill=(84, 164, 96) if off else RED)
    draw.line((930, 445, 1020, 445), fill=(90, 100, 112), width=10)


def notice_board(draw: ImageDraw.ImageDraw, progress: float) -> None:
    """Draw a village's notice board on which sheets are put up one after another."""
    draw.rounded_rectangle((680, 260, 1220, 590), 12, fill=(122, 90, 64), outline=(90, 66, 48), width=8)
    draw.rectangle((740, 590, 764, 660), fill=(90, 66, 48))
    draw.rectangle((1136, 590, 1160, 660), fill=(90, 66, 48))
    for index in range(6):
        shown = progress * 7 - index
        if shown <= 0:
            continue
        drop = int(26 * max(0.0, 1 - shown))
        x, y = 712 + (index % 3) * 170, 286 + (index // 3) * 150 - drop
        draw.rectangle((x, y, x + 136, y + 122), fill=(246, 242, 230))
        draw.ellipse((x + 60, y - 6, x + 76, y + 10), fill=RED)
        for line in range(4):
            draw.rectangle(
                (x + 14, y + 26 + line * 22, x + 122 - 18 * (line % 2), y + 32 + line * 22), fill=(150, 150, 150)
            )
