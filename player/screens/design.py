"""Design tokens: sizes, colours and the grid of the television, in points of the 1280 × 720 canvas.

Rules: readable from five metres on an old television, so nothing is smaller than `BODY`; everything stays inside the
safe area, because old sets cut off the edges; amber marks the focus and the one thing to do now, nothing else.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from .scene import HEIGHT, WIDTH, Colour

# --- type

BODY: Final = 30
ROW: Final = 36
LEAD: Final = 42
TITLE: Final = 48
CLOCK: Final = 56
FIGURE: Final = 84
CODE: Final = 120

# --- colours: a dark, calm room; contrast of ink on every fill is at least 7 : 1

GROUND: Final[Colour] = (15, 23, 36)
BAR: Final[Colour] = (9, 14, 23)
PANEL: Final[Colour] = (30, 43, 63)
RAISED: Final[Colour] = (46, 63, 90)
INK: Final[Colour] = (241, 244, 248)
QUIET: Final[Colour] = (182, 196, 214)
FOCUS: Final[Colour] = (255, 200, 72)
FOCUS_INK: Final[Colour] = (24, 20, 8)
FOCUS_QUIET: Final[Colour] = (74, 58, 16)
GOOD: Final[Colour] = (128, 222, 156)
BUSY: Final[Colour] = (140, 200, 250)
WARN: Final[Colour] = (255, 158, 112)
GOOD_DARK: Final[Colour] = (10, 72, 34)
BUSY_DARK: Final[Colour] = (12, 52, 92)
WARN_DARK: Final[Colour] = (112, 32, 8)
TRACK: Final[Colour] = (70, 86, 112)

# --- grid: multiples of 8; 5 % on each side is left free for overscan

GAP: Final = 16
PAD: Final = 24
LEFT: Final = WIDTH // 20
RIGHT: Final = WIDTH - LEFT
TOP: Final = HEIGHT // 20
BOTTOM: Final = HEIGHT - TOP
INNER: Final = RIGHT - LEFT
CONTENT_TOP: Final = 120
BAR_TOP: Final = 632
CONTENT_BOTTOM: Final = BAR_TOP - GAP
CONTENT_HEIGHT: Final = CONTENT_BOTTOM - CONTENT_TOP
RADIUS: Final = 12


def lines_needed(words: str, size: int, width: int, most: int = 2) -> int:
    """Return how many lines words will take, at least one and at most so many."""
    return min(most, max(1, -(-words_width(words, size) // width)))


@lru_cache(maxsize=512)  # most words of a screen are the same every time
def words_width(words: str, size: int) -> int:
    """Return about how wide words will be at a size, in points; a little too much rather than too little."""
    return int(sum(_advance(letter) for letter in words) * size) + 2


def fitting(words: str, width: int, *sizes: int) -> int:
    """Return the first size, largest first, at which words fit on one line, or else the last."""
    return next((size for size in sizes if words_width(words, size) <= width), sizes[-1])


# About how wide Latin letters are in the bold face of `player.devices.display.fonts`, in ems.
_LATIN: Final = {
    letter: advance
    for letters, advance in ((" ", 0.24), ("ijlI|',.:;", 0.34), ("!()-[]f{}/\\rt", 0.44), ("mMwWOQ%@", 1.0))
    for letter in letters
}


def _advance(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WFA":
        return 1.0
    return _LATIN.get(letter, 0.76 if letter.isupper() else 0.64 if letter.isalpha() else 0.6)
