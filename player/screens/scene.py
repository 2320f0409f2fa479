"""A scene: what the TV shall show, as frozen marks on a canvas of 1280 × 720 points.

`player.screens.view` makes scenes, `player.devices.display` paints them at the TV's real size. Marks are compared by
value, so that painting costs what has changed. Text wraps inside its box by the painter, which knows the glyphs
(Chinese line breaks: no closing punctuation at the start of a line) and ends with an ellipsis when lines run out.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

CANVAS = WIDTH, HEIGHT = 1280, 720

Colour = tuple[int, int, int]
Align = Literal["left", "centre", "right"]


class Box(msgspec.Struct, frozen=True):
    """A filled rectangle with rounded corners, optionally with an outline, in points."""

    x: int
    y: int
    width: int
    height: int
    fill: Colour | None
    radius: int = 0
    outline: Colour | None = None
    outline_width: int = 0


class Text(msgspec.Struct, frozen=True):
    """Words in a box ``width`` points wide, at most ``lines`` lines of ``size`` points."""

    x: int
    y: int
    width: int
    words: str
    size: int
    colour: Colour
    bold: bool = False
    align: Align = "left"
    lines: int = 1
    line_height: float = 1.35


class Poster(msgspec.Struct, frozen=True):
    """A JPEG or PNG of the store by its SHA-256, cropped to fill its box; a plain tile if it is not here."""

    x: int
    y: int
    width: int
    height: int
    blob: str
    radius: int = 0


Mark = Box | Text | Poster


class Overlay(msgspec.Struct, frozen=True):
    """Marks over the moving picture, inside the given opaque rectangle (an X11 window of its own)."""

    x: int
    y: int
    width: int
    height: int
    marks: tuple[Mark, ...]


class Scene(msgspec.Struct, frozen=True):
    """What the TV shall show.

    Args:
        background: Colour of the canvas behind the marks.
        marks: Painted in order.
        video: Whether the moving picture covers the canvas; then only ``overlays`` are painted over it.
        overlays: Opaque pieces over the moving picture.
    """

    background: Colour
    marks: tuple[Mark, ...] = ()
    video: bool = False
    overlays: tuple[Overlay, ...] = ()


def magnified(scene: Scene, factor: float) -> Scene:
    """Return a scene that was laid out in a smaller room, so much larger."""
    overlays = tuple(
        Overlay(*_place(one, factor), marks=tuple(_larger(mark, factor) for mark in one.marks))
        for one in scene.overlays
    )
    return replace(scene, marks=tuple(_larger(mark, factor) for mark in scene.marks), overlays=overlays)


def _larger(mark: Mark, factor: float) -> Mark:
    if isinstance(mark, Text):
        left, right = round(mark.x * factor), round((mark.x + mark.width) * factor)
        return replace(mark, x=left, y=round(mark.y * factor), width=right - left, size=int(mark.size * factor))
    x, y, width, height = _place(mark, factor)
    if isinstance(mark, Poster):
        return replace(mark, x=x, y=y, width=width, height=height, radius=round(mark.radius * factor))
    line = round(mark.outline_width * factor)
    return replace(mark, x=x, y=y, width=width, height=height, radius=round(mark.radius * factor), outline_width=line)


def _place(one: Box | Poster | Overlay, factor: float) -> tuple[int, int, int, int]:
    """Return a place so much larger; neighbours meet without a gap."""
    left, top = round(one.x * factor), round(one.y * factor)
    return left, top, round((one.x + one.width) * factor) - left, round((one.y + one.height) * factor) - top
