"""Design tokens: sizes, colours and the grid of the television, in points.

Rules: readable from five metres on an old television, so nothing is smaller than `BODY`; everything stays inside the
safe area, because old sets cut off the edges; amber marks the focus and the one thing to do now, nothing else.

Large type (大字) has the same sizes in a smaller room: a screen is laid out on 1024 × 576 points with fewer rows, and
`player.screens.view` magnifies the whole to the canvas of 1280 × 720. So the tokens of the room (`WIDTH` to
`CONTENT_HEIGHT`) are those of the world that is being drawn or stepped, as the language is: functions read them as
``d.INNER``; a constant of a module or a default value must not, because it would keep those of ordinary type.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from .scene import CANVAS, Colour

# --- type

BODY: Final = 30
SMALL: Final = 24  # only in large type, where it is painted as large as `BODY` otherwise: see `least`
ROW: Final = 36
LEAD: Final = 42
TITLE: Final = 48
CLOCK: Final = 56
FIGURE: Final = 84
CODE: Final = 120

# --- colours: a dark, calm room; contrast of ink with what lies under it is at least 7 : 1, of other words 4.5 : 1

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
RADIUS: Final = 12
MAGNIFIED: Final = 1.25  # how much larger large type is

if TYPE_CHECKING:  # given by `__getattr__`
    WIDTH: int
    HEIGHT: int
    LEFT: int
    RIGHT: int
    TOP: int
    BOTTOM: int
    INNER: int
    CONTENT_TOP: int
    CONTENT_BOTTOM: int
    CONTENT_HEIGHT: int
    BAR_TOP: int


def _room(width: int, height: int) -> dict[str, int]:
    left, top = width // 20, height // 20
    bottom, content_top = height - top, top + 84
    bar_top = bottom - 52
    content_bottom = bar_top - GAP
    return {
        "WIDTH": width, "HEIGHT": height, "LEFT": left, "RIGHT": width - left, "TOP": top, "BOTTOM": bottom,
        "INNER": width - 2 * left, "CONTENT_TOP": content_top, "CONTENT_BOTTOM": content_bottom,
        "CONTENT_HEIGHT": content_bottom - content_top, "BAR_TOP": bar_top,
    }  # fmt: skip


_ROOMS: Final = {False: _room(*CANVAS), True: _room(*(int(side / MAGNIFIED) for side in CANVAS))}
_LARGE: Final[ContextVar[bool]] = ContextVar("large type", default=False)


def __getattr__(name: str) -> int:
    """Return a token of the room that is laid out now."""
    try:
        return _ROOMS[_LARGE.get()][name]
    except KeyError:
        raise AttributeError(name) from None


@contextmanager
def sized(large: bool) -> Iterator[None]:
    """Have the room be that of large or of ordinary type."""
    token = _LARGE.set(large)
    try:
        yield
    finally:
        _LARGE.reset(token)


def is_large() -> bool:
    """Return whether the room is that of large type."""
    return _LARGE.get()


def either(ordinary: int, large: int) -> int:
    """Return a measure of a layout for the type that is in force."""
    return large if _LARGE.get() else ordinary


def least() -> int:
    """Return the smallest size that may be read on the television: `BODY`, or what large type magnifies to it."""
    return either(BODY, SMALL)


def rows_of(height: int) -> int:
    """Return how many rows of at least this height with its gap a list has on one page."""
    return int(_ROOMS[_LARGE.get()]["CONTENT_HEIGHT"]) // height


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


# How wide Latin letters are in the bold face of `player.devices.display.fonts`, in ems; the other face is narrower.
_LATIN: Final = {
    letter: advance
    for advance, letters in (
        (0.24, " "), (0.32, "ijl|"), (0.34, "',.:;I"), (0.4, "!()-[]f{}/\\"), (0.45, "tr"), (0.53, "*s?zc"),
        (0.59, '_"JFLYxevy'), (0.61, "0123456789#$+<=>^–agEZk"), (0.65, "STVX`oAbdhnpqu"), (0.7, "CPBKR"),
        (0.77, "DG&HNUOQ"), (0.87, "Mw"), (1.0, "Wm%@"),
    )
    for letter in letters
}  # fmt: skip


def _advance(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WFA":
        return 1.0
    return _LATIN.get(letter, 0.8)
