"""The main screens as small pictures that are kept: a change of how they look is seen in a review, and meant.

`./run screens --golden` paints them again; `tests/player/screens/test_golden.py` compares with a tolerance, for another
version of the font library moves the edges of letters a little.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pygame

from player.devices.display.brush import Brush
from player.devices.display.fonts import Typeface
from player.screens.view import view

from .__main__ import painted, poster, variants
from .states import all_states

FOLDER: Final = Path(__file__).parents[2] / "tests" / "player" / "screens" / "golden"
SIZE: Final = (320, 180)
KEPT: Final = {
    "zh_CN": (
        "home", "home-clock-unknown", "sessions", "gathering", "heads", "closing", "courses", "course-ready", "search",
        "wish-spelling", "playing-paused", "question", "status-faults", "fault", "phone", "settings",
    ),
    "zh_CN-large": ("home", "gathering", "heads", "courses", "wish-spelling"),
    "en": ("home", "gathering", "heads", "status-faults"),
    "en-large": ("home", "courses"),
}  # fmt: skip
TOLERATED: Final = 0.006  # share of places at which a picture may differ
_COARSE: Final = (80, 45)  # compared so small, the edges of letters are gone and a word more or less is not
_TOLD: Final = 20  # so much of 255 is a difference


def golden(size: tuple[int, int] = (1280, 720)) -> Iterator[tuple[Path, pygame.Surface]]:
    """Yield each kept picture as it looks now on a screen of a size, with the file where it is kept."""
    with tempfile.TemporaryDirectory() as posters:
        brush = Brush(size, Typeface(), lambda blob: poster(blob, Path(posters)))
        for variant, states in variants(all_states()):
            for name in KEPT[variant]:
                yield FOLDER / f"{name}.{variant}.png", shrunk(painted(view(*states[name]), brush))


def shrunk(picture: pygame.Surface) -> pygame.Surface:
    """Return a picture at the size in which it is kept."""
    return pygame.transform.smoothscale(picture, SIZE)


def write() -> int:
    """Keep those that look otherwise than they were kept; return how many."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    looks = dict(golden())
    changed = [
        path for path in looks if not path.exists() or difference(looks[path], pygame.image.load(path)) > TOLERATED / 3
    ]
    for path in changed:
        pygame.image.save(looks[path], path)
    for path in set(FOLDER.glob("*.png")) - set(looks):
        path.unlink()
    return len(changed)


def difference(one: pygame.Surface, other: pygame.Surface) -> float:
    """Return at which share of their places two pictures plainly differ."""
    coarse = [pygame.image.tobytes(pygame.transform.smoothscale(each, _COARSE), "RGB") for each in (one, other)]
    apart = [abs(a - b) > _TOLD for a, b in zip(*coarse, strict=True)]
    return float(sum(apart) / len(apart))
