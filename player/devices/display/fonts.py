"""The typeface of the television: Noto Sans CJK in its simplified Chinese forms, or WenQuanYi where that is missing.

Glyphs come from pygame's FreeType module alone: no SDL window or video driver is opened. Sizes may differ in the two
directions, because the pixels of an old television are not square.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pygame
import pygame.freetype

from playlists.errors import FailedAttempt

_EM: Final = 64.0
_MOST_ADVANCES: Final = 8_000
REPLACEMENT: Final = "□"

# (regular, bold, face inside the collection): 2 is "SC"; the first that exists is taken
CANDIDATES: Final[tuple[tuple[str, str, int], ...]] = (
    (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
        2,
    ),
    (
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        0,
    ),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
)


class Typeface:
    """Measures and draws single lines; knows which letters it has.

    Raises:
        FailedAttempt: No Chinese font is installed.
    """

    def __init__(self, candidates: Sequence[tuple[str, str, int]] = CANDIDATES) -> None:
        pygame.freetype.init(cache_size=256)
        found = next((one for one in candidates if Path(one[0]).is_file()), None)
        if found is None:
            raise FailedAttempt("open a Chinese font", "install fonts-noto-cjk or fonts-wqy-microhei", retry=False)
        bold = found[1] if Path(found[1]).is_file() else found[0]
        self._fonts = tuple(self._open(path, found[2]) for path in (found[0], bold))
        if bold == found[0]:
            self._fonts[1].strong = True
        self._advances: dict[tuple[str, bool], float | None] = {}

    @staticmethod
    def _open(path: str, index: int) -> pygame.freetype.Font:
        font = pygame.freetype.Font(path, size=_EM, font_index=index)
        font.origin = True
        return font

    def width(self, words: str, size: float, bold: bool) -> float:
        """Return how wide words are at a size, in the unit of ``size``."""
        return sum(self._advance(letter, bold) or 0.0 for letter in words) * size

    def printable(self, words: str) -> str:
        """Return words without what cannot be drawn: marks that are never seen go, a foreign script becomes □."""
        kept: list[str] = []
        for letter in words:
            if letter == "\n" or (letter.isprintable() and self._advance(letter, False) is not None):
                kept.append(letter)
            elif letter.isspace():
                kept.append(" ")
            elif unicodedata.category(letter)[0] == "L" and kept[-1:] != [REPLACEMENT]:
                kept.append(REPLACEMENT)
        return "".join(kept)

    def draw(
        self, words: str, size: tuple[float, float], colour: tuple[int, int, int], bold: bool
    ) -> tuple[pygame.Surface, int, int]:
        """Return a picture of one line with its place: left bearing, and height above the baseline, in pixels.

        Args:
            words: Printable words.
            size: Width and height of the em in pixels.
            colour: Of the ink.
            bold: Whether in the bold face.
        """
        surface, place = self._fonts[bold].render(words, fgcolor=colour, size=size)  # type: ignore[arg-type]  # a pair is allowed
        return surface, place.x, place.y

    def _advance(self, letter: str, bold: bool) -> float | None:
        """Return the width of a letter at size 1, or None if the font has no such letter."""
        key = (letter, bold)
        if key not in self._advances:
            if len(self._advances) >= _MOST_ADVANCES:
                self._advances.clear()
            metrics = self._fonts[bold].get_metrics(letter, size=_EM)[:1]
            self._advances[key] = metrics[0][4] / _EM if metrics and metrics[0] else None
        return self._advances[key]
