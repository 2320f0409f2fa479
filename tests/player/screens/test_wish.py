"""A wish in own words: key by key on the real keymap, from home to the order, and nothing written is lost."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from demo.screens.states import all_states, base
from demo.screens.village import SHELF
from player.core.actions import PlaceOrder
from player.core.events import ButtonPressed
from player.core.screens_shown import HomeScreen, OrdersScreen, WishScreen
from player.core.world import World
from player.core.writing import Writing
from player.screens import stack
from player.screens.react import react
from player.screens.scene import Scene, Text
from player.screens.view import view
from player.step import step
from tests.player.screens.test_walks import with_keys

STATES = all_states()


def pressed(world: World, *buttons: str) -> World:
    for button in buttons:
        kind: Any = ("back", "repeat") if button == "held" else (button, "press")
        world, _, _ = step(world, ButtonPressed(*kind), world.now, SHELF, strict=True)
    return world


def described(text: str) -> World:
    return replace(base(WishScreen()), writing=Writing(text))


def words_of(scene: Scene) -> list[str]:
    return [mark.words for mark in scene.marks if isinstance(mark, Text)]


def test_mushrooms_are_asked_for_in_own_words_from_home_with_eleven_keys() -> None:
    world = pressed(with_keys(base()), "6", "2", *"9426448", "ok", "ok")
    assert world.screen == OrdersScreen(2)
    assert world.writing == Writing()
    assert [one.wish for one in world.orders] == ["香菇"]


def test_ok_asks_for_what_is_written_and_shows_it_among_the_orders() -> None:
    world, actions = react(described("  大棚西红柿  "), "select", SHELF)
    assert actions == (PlaceOrder(wish="大棚西红柿"),)
    assert isinstance(world.screen, OrdersScreen)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_wish_is_not_asked_for_but_told(text: str) -> None:
    world, actions = react(described(text), "select", SHELF)
    assert actions == ()
    assert world.notice is not None
    assert isinstance(world.screen, WishScreen)


def test_what_is_written_is_there_again_after_home() -> None:
    left = stack.home(described("大棚西红柿"))
    assert isinstance(left.screen, HomeScreen)
    assert "大棚西红柿_" in words_of(view(stack.push(left, WishScreen()), SHELF))


def test_back_leaves_only_when_nothing_is_written() -> None:
    world = pressed(with_keys(described("大棚")), "back", "back")
    assert (world.writing.text, type(world.screen)) == ("", WishScreen)
    assert isinstance(pressed(world, "back").screen, HomeScreen)


def test_back_held_down_clears_and_never_leaves() -> None:
    world = pressed(with_keys(described("大棚西红柿")), "back", *["held"] * 20)
    assert (world.writing.text, type(world.screen)) == ("", WishScreen)


def test_a_digit_that_spells_nothing_is_answered_in_words() -> None:
    world, _ = react(described("大棚"), "digit-1", SHELF)
    assert world.notice is not None
    assert "2 到 9" in world.notice.words


def test_up_changes_the_way_to_write_and_the_screen_says_which() -> None:
    world = pressed(with_keys(described("")), "up")
    assert "笔画" in words_of(view(world, SHELF))
    assert "木" in words_of(view(pressed(world, *"1234"), SHELF))


def test_offers_have_numbers_only_while_digits_choose() -> None:
    spelling, choosing = (words_of(view(*STATES[name])) for name in ("wish-syllable", "wish-choosing"))
    assert {"按数字选"} <= set(spelling)
    assert "按数字选" not in choosing
    assert {"1–8", "接着按"} <= set(choosing)
