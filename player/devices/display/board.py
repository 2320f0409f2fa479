"""A board: marks painted on an offscreen surface, of which only what has changed is painted again.

One board for the whole screen, one for each overlay. Used by `screen` and by the picture sheet; no X11 here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pygame

from player.screens.scene import Colour, Mark, Text

from .brush import Brush


class Board:
    """A piece of the canvas at the television's resolution.

    Args:
        brush: Draws marks; knows the scale.
        area: Which part of the canvas this is: left, top, width, height in points; None for the whole screen with
            its margins.
    """

    def __init__(self, brush: Brush, area: tuple[int, int, int, int] | None = None) -> None:
        self._brush = brush
        self.place = brush.pixels(*area) if area else pygame.Rect(0, 0, *brush.size)
        self.surface = brush.surface(self.place.size)
        self._marks: tuple[Mark, ...] | None = None
        self._ground: Colour | None = None

    def paint(self, ground: Colour, marks: tuple[Mark, ...]) -> list[pygame.Rect]:
        """Make the board look like the marks; return the rectangles that have changed, in its own pixels."""
        before = self._marks
        if self._ground != ground or before is None:
            dirty = [self.surface.get_rect()]
        elif before == marks:
            dirty = []
        else:
            dirty = self._dirty(before, marks)
        self._marks, self._ground = marks, ground
        for area in dirty:
            self._repaint(area, ground, marks)
        return dirty

    def forget(self) -> None:
        """Paint everything again the next time, such as after a poster has come."""
        self._marks = None

    def _dirty(self, before: Sequence[Mark], after: Sequence[Mark]) -> list[pygame.Rect]:
        old, new = Counter(before), Counter(after)
        if _common(before, new) != _common(after, old):
            return [self.surface.get_rect()]
        changed = list((old - new).elements()) + list((new - old).elements())
        whole = self.surface.get_rect()
        areas = merged(self._pixels(mark).clip(whole) for mark in changed)
        if sum(area.width * area.height for area in areas) * 4 > whole.width * whole.height * 3:
            return [whole]
        return areas

    def _pixels(self, mark: Mark) -> pygame.Rect:
        height = (
            int(mark.size * mark.line_height * mark.lines) + mark.size // 2 if isinstance(mark, Text) else mark.height
        )
        margin = 4 if isinstance(mark, Text) else 0
        area = self._brush.pixels(mark.x - margin, mark.y - margin, mark.width + 2 * margin, height + 2 * margin)
        return area.move(-self.place.x, -self.place.y)

    def _repaint(self, area: pygame.Rect, ground: Colour, marks: Iterable[Mark]) -> None:
        self.surface.set_clip(area)
        self.surface.fill(ground, area)
        for mark in marks:
            if self._pixels(mark).colliderect(area):
                self._brush.draw(self.surface, mark, self.place.topleft)
        self.surface.set_clip(None)


def _common(marks: Sequence[Mark], others: Counter[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark in others]


def merged(areas: Iterable[pygame.Rect]) -> list[pygame.Rect]:
    """Return rectangles that cover the given ones, those that overlap joined."""
    found: list[pygame.Rect] = []
    for area in areas:
        if area.width <= 0 or area.height <= 0:
            continue
        joined = area.copy()
        while (hit := joined.collidelist(found)) >= 0:
            joined.union_ip(found.pop(hit))
        found.append(joined)
    return found
