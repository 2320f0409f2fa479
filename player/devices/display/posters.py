"""Pictures that are kept for a while: a bounded store of surfaces, and posters read from the store's blobs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Final

import msgspec
import pygame

_LARGEST_FILE_BYTES: Final = 4 << 20
_LARGEST_PIXELS: Final = 4096 * 4096


class Picture(msgspec.Struct, frozen=True):
    """A surface, and where it goes from the pen: pixels to the right, and up from the baseline."""

    surface: pygame.Surface
    left: int = 0
    top: int = 0


class Pictures:
    """Pictures by key; what was not used for longest goes when there are more than ``most_bytes``."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._kept: OrderedDict[Hashable, Picture] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Picture]) -> Picture:
        """Return the picture of a key, made if it is not kept."""
        if (found := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return found
        made = self._kept[key] = make()
        self._bytes += _bytes(made)
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            self._bytes -= _bytes(self._kept.popitem(last=False)[1])
        return made


def _bytes(picture: Picture) -> int:
    return picture.surface.get_width() * picture.surface.get_height() * 4


def load_poster(path: Path, size: tuple[int, int], shape: tuple[float, float]) -> pygame.Surface | None:
    """Return a JPEG or PNG cropped to fill a box, or None if the file cannot be shown.

    Args:
        path: The blob.
        size: Of the box in pixels.
        shape: Of the box in points: what its sides look like on the television.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            return None
        picture = pygame.image.load(path)
    except (OSError, pygame.error):
        return None
    width, height = picture.get_size()
    if not 0 < width * height <= _LARGEST_PIXELS:
        return None
    across = min(width, round(height * shape[0] / shape[1]))
    down = min(height, round(width * shape[1] / shape[0]))
    if across < 1 or down < 1:
        return None
    part = picture.subsurface(((width - across) // 2, (height - down) // 2, across, down))
    return pygame.transform.smoothscale(_deep(part), size)


def _deep(picture: pygame.Surface) -> pygame.Surface:
    """Return the picture with 32 bits a pixel, as smooth scaling needs it; transparency on a dark ground."""
    copy = pygame.Surface(picture.get_size(), 0, 32, (0xFF0000, 0xFF00, 0xFF, 0))
    copy.fill((58, 76, 106))
    copy.blit(picture, (0, 0))
    return copy
