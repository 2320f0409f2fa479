"""The township's clerk and the telephone number, on home and where a fault says to ring."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from demo.screens.states import base
from demo.screens.village import SHELF
from player.core.screens_shown import FaultScreen, HomeScreen
from player.core.world import World
from player.screens import design as d
from player.screens.scene import Box, Text
from player.screens.view import view

NUMBER = "0999-5550123"


def at_a_site(**changes: str) -> World:
    world = base()
    assert world.generation is not None
    assert world.generation.box is not None
    box = replace(world.generation.box, site=replace(world.generation.box.site, **changes))
    return replace(world, generation=replace(world.generation, box=box))


def sized(world: World, large: bool) -> World:
    return replace(world, preferences=replace(world.preferences, large_type=large))


def marks(world: World) -> list[Text]:
    return [mark for mark in view(world, SHELF).marks if isinstance(mark, Text)]


def place(world: World) -> Text:
    return marks(replace(world, screens=(HomeScreen(),)))[1]


def at_fault(world: World, code: str, detail: str = "") -> list[str]:
    return [one.words for one in marks(replace(world, faults={code: detail}, screens=(FaultScreen(code),)))]


def test_home_says_whom_to_ring() -> None:
    assert place(at_a_site()).words == f"云岭县 青石乡　组织干事 王小梅 {NUMBER}"
    assert place(at_a_site(clerk="", clerk_telephone="")).words == "云岭县 青石乡"


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", ["王小梅", "欧阳" * 6, "欧阳" * 30])
def test_the_number_is_never_cut_off_for_a_long_name(name: str, large: bool) -> None:
    shown = place(sized(at_a_site(clerk=name), large))
    assert NUMBER in shown.words
    assert d.words_width(shown.words, shown.size) <= shown.width


@pytest.mark.parametrize("large", [False, True])
def test_the_card_leaves_room_below_the_place(large: bool) -> None:
    world = sized(replace(base(), screens=(HomeScreen(),)), large)
    above = place(world)
    card = next(mark for mark in view(world, SHELF).marks if isinstance(mark, Box) and mark.outline)
    assert card.y - (above.y + above.size * 1.3) >= (8 if large else 16)


@pytest.mark.parametrize(("code", "rings"), [("C02", True), ("P01", True), ("C04", False), ("L01", False)])
def test_a_fault_that_says_to_ring_says_whom(code: str, rings: bool) -> None:
    assert ({"王小梅", NUMBER} <= set(at_fault(at_a_site(), code))) == rings
    assert NUMBER not in at_fault(at_a_site(clerk="", clerk_telephone=""), code)
