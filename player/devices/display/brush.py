"""The brush draws one mark at the television's resolution; lines of words and posters are kept for a while.

The canvas of 1280 × 720 points is stretched over the whole screen when its shape lies between 4:3 and 16:9 (a 576i
picture has no square pixels, and letters get their own width), else it is centred between dark margins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pygame
from msgspec.structs import replace

from player.screens.lines import break_lines, typeset
from player.screens.scene import HEIGHT, WIDTH, Box, Colour, Mark, Poster, Text

from .fonts import Typeface
from .posters import Picture, Pictures, load_poster

FindBlob = Callable[[str], Path | None]
PLATE: Final = (58, 76, 106)
_NARROWEST, _WIDEST = 1.24, 1.9
_MOST_LAYOUTS: Final = 400


def _fill(surface: pygame.Surface, colour: Colour, areas: Iterable[pygame.Rect]) -> None:
    for area in areas:
        if area.width > 0 and area.height > 0:
            surface.fill(colour, area)


def _edges(place: pygame.Rect, corner: int, line: int) -> tuple[pygame.Rect, ...]:
    across, down = place.width - 2 * corner, place.height - 2 * corner
    return (
        pygame.Rect(place.left + corner, place.top, across, line),
        pygame.Rect(place.left + corner, place.bottom - line, across, line),
        pygame.Rect(place.left, place.top + corner, line, down),
        pygame.Rect(place.right - line, place.top + corner, line, down),
    )


class Brush:
    """Draws marks.

    Args:
        size: Width and height of the screen in pixels.
        typeface: Measures and draws letters.
        find_blob: Where a poster's blob lies in the store; None if it is not here.
        overscan_percent: What an old television cuts off on each side; the canvas itself leaves 5 % free.
    """

    def __init__(
        self, size: tuple[int, int], typeface: Typeface, find_blob: FindBlob, overscan_percent: int = 5
    ) -> None:
        self.size = size
        self._typeface, self._find_blob = typeface, find_blob
        kept = 1 - 2 * max(0, overscan_percent - 5) / 100
        self._across, self._down = size[0] * kept / WIDTH, size[1] * kept / HEIGHT
        if not _NARROWEST <= size[0] / size[1] <= _WIDEST:
            self._across = self._down = min(self._across, self._down)
        self._left = (size[0] - WIDTH * self._across) / 2
        self._top = (size[1] - HEIGHT * self._down) / 2
        self._layouts: dict[Text, tuple[str, ...]] = {}
        self._lines = Pictures(6 << 20)
        self._posters = Pictures(8 << 20)
        self._plates = Pictures(1 << 20)

    def surface(self, size: tuple[int, int]) -> pygame.Surface:
        """Return an empty surface in the byte order of X11 (blue, green, red, unused)."""
        return pygame.Surface(size, 0, 32, (0xFF0000, 0xFF00, 0xFF, 0))

    def pixels(self, x: int, y: int, width: int, height: int) -> pygame.Rect:
        """Return where an area of the canvas lies on the screen; neighbours meet without a gap."""
        left, top = round(self._left + x * self._across), round(self._top + y * self._down)
        right = round(self._left + (x + width) * self._across)
        bottom = round(self._top + (y + height) * self._down)
        return pygame.Rect(left, top, right - left, bottom - top)

    def draw(self, surface: pygame.Surface, mark: Mark, origin: tuple[int, int]) -> None:
        """Draw a mark; ``origin`` is where the surface's corner lies on the screen."""
        if isinstance(mark, Text):
            self._text(surface, mark, origin)
            return
        place = self.pixels(mark.x, mark.y, mark.width, mark.height).move(-origin[0], -origin[1])
        if isinstance(mark, Box):
            self._box(surface, mark, place)
        else:
            self._poster(surface, mark, place)

    def _box(self, surface: pygame.Surface, mark: Box, place: pygame.Rect) -> None:
        if place.width <= 0 or place.height <= 0:
            return
        line = max(1, self._round(mark.outline_width)) if mark.outline and mark.outline_width else 0
        corner = self._round(mark.radius) + line + 1
        if line and mark.outline:
            _fill(surface, mark.outline, _edges(place, corner, line))
        if mark.fill:
            upright, lying = place.inflate(-2 * corner, -2 * line), place.inflate(-2 * line, -2 * corner)
            _fill(surface, mark.fill, (upright, lying) if mark.radius else (place.inflate(-2 * line, -2 * line),))
        if mark.radius or line:
            self._corners(surface, mark, place, corner)

    def _corners(self, surface: pygame.Surface, mark: Box, place: pygame.Rect, corner: int) -> None:
        """Put the four smooth corners of a small plate of the same kind into the corners of a box."""
        side = (min(2 * corner, place.width), min(2 * corner, place.height))
        key = (mark.fill, mark.radius, mark.outline, mark.outline_width, side)
        plate = self._plates.get(key, lambda: Picture(self._plate(mark, side))).surface
        across, down = side[0] // 2, side[1] // 2
        for right in (False, True):
            for low in (False, True):
                part = pygame.Rect(across * right, down * low, side[0] - across, side[1] - down)
                target = (
                    place.right - part.width if right else place.left,
                    place.bottom - part.height if low else place.top,
                )
                surface.blit(plate, target, part)

    def _plate(self, mark: Box, size: tuple[int, int]) -> pygame.Surface:
        """Draw a rounded panel at twice its size and shrink it, which smooths its corners."""
        large = pygame.Surface((size[0] * 2, size[1] * 2), pygame.SRCALPHA, 32)
        around, radius = large.get_rect(), self._round(mark.radius) * 2
        line = max(2, self._round(mark.outline_width) * 2) if mark.outline_width else 0
        if mark.outline and line:
            large.fill((*mark.outline, 0))
            pygame.draw.rect(large, mark.outline, around, border_radius=radius)
            inside = around.inflate(-2 * line, -2 * line)
            fill = (*mark.fill, 255) if mark.fill else (*mark.outline, 0)
            pygame.draw.rect(large, fill, inside, border_radius=max(0, radius - line))
        elif mark.fill:
            large.fill((*mark.fill, 0))
            pygame.draw.rect(large, mark.fill, around, border_radius=radius)
        return pygame.transform.smoothscale(large, size)

    def _round(self, points: int) -> int:
        return round(points * min(self._across, self._down))

    def _poster(self, surface: pygame.Surface, mark: Poster, place: pygame.Rect) -> None:
        plate = Box(mark.x, mark.y, mark.width, mark.height, PLATE, mark.radius)
        path = self._find_blob(mark.blob)
        if path is None or place.width <= 0 or place.height <= 0:
            self._box(surface, plate, place)
            return
        picture = self._posters.get((mark.blob, place.size), lambda: self._cropped(mark, plate, path, place.size))
        surface.blit(picture.surface, place)

    def _cropped(self, mark: Poster, plate: Box, path: Path, size: tuple[int, int]) -> Picture:
        """Read a poster and round its corners with the shape of its plate."""
        found = self._plate(plate, size)
        poster = load_poster(path, size, (mark.width, mark.height))
        if poster is not None:
            white = self._plate(replace(plate, fill=(255, 255, 255)), size)
            white.blit(poster, (0, 0), special_flags=pygame.BLEND_RGB_MULT)
            found = white
        return Picture(found)

    def _text(self, surface: pygame.Surface, mark: Text, origin: tuple[int, int]) -> None:
        height = mark.size * mark.line_height
        # The ideographs' square is centred in the line: 0.88 em above the baseline, 0.12 below.
        first = mark.y + (height - mark.size) / 2 + 0.88 * mark.size
        for index, words in enumerate(self._layout(mark)):
            baseline = round(self._top + (first + index * height) * self._down) - origin[1]
            self._line(surface, mark, words, baseline, origin[0])

    def _line(self, surface: pygame.Surface, mark: Text, words: str, baseline: int, origin_left: int) -> None:
        free = mark.width - self._typeface.width(words, mark.size, mark.bold)
        shift = {"left": 0.0, "centre": free / 2, "right": free}[mark.align]
        left = round(self._left + (mark.x + shift) * self._across) - origin_left
        em = (mark.size * self._across, mark.size * self._down)
        key = (words, mark.size, mark.bold, mark.colour)
        found = self._lines.get(key, lambda: Picture(*self._typeface.draw(words, em, mark.colour, mark.bold)))
        surface.blit(found.surface, (left + found.left, baseline - found.top))

    def _layout(self, mark: Text) -> tuple[str, ...]:
        if mark not in self._layouts:
            if len(self._layouts) >= _MOST_LAYOUTS:
                self._layouts.clear()
            words = typeset(self._typeface.printable(mark.words))
            self._layouts[mark] = break_lines(
                words, lambda piece: self._typeface.width(piece, mark.size, mark.bold), mark.width, mark.lines
            )
        return self._layouts[mark]
