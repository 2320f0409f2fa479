"""The main screens look as they were last agreed upon, at 720 and at 1080 lines.

`./run screens --golden` keeps a change that is meant.
"""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest
from msgspec.structs import replace

from demo.screens.__main__ import painted
from demo.screens.golden import FOLDER, KEPT, TOLERATED, difference, golden, shrunk
from demo.screens.states import base
from demo.screens.village import SHELF
from player.core.screens_shown import HomeScreen
from player.devices.display.brush import Brush
from player.devices.display.fonts import Typeface
from player.screens.view import view

NAMES = [f"{name}.{variant}.png" for variant, names in KEPT.items() for name in names]


@pytest.fixture(scope="module", params=[(1280, 720), (1920, 1080)], ids="{0[0]}x{0[1]}".format)
def looks(request: pytest.FixtureRequest) -> dict[str, pygame.Surface]:
    return {path.name: picture for path, picture in golden(request.param)}


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_looks_as_it_was_kept(name: str, looks: dict[str, pygame.Surface]) -> None:
    share = difference(looks[name], pygame.image.load(FOLDER / name))
    assert share < TOLERATED, "if it is meant: ./run screens --golden"


def test_there_is_no_picture_that_nobody_looks_at() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.png")) == sorted(NAMES)


def test_a_line_more_and_another_focus_are_seen() -> None:
    brush = Brush((1280, 720), Typeface(), lambda blob: Path("/nowhere"))

    def looked(**changes: object) -> pygame.Surface:
        return shrunk(painted(view(replace(base(), **changes), SHELF), brush))

    assert difference(looked(), looked()) == 0
    assert difference(looked(), looked(faults={"L01": ""})) > TOLERATED
    assert difference(looked(), looked(screens=(HomeScreen(2),))) > TOLERATED
