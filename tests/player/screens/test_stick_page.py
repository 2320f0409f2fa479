"""U 盘 on the screen: OK copies and finishes, nothing else; while it is copied only leaving the page is possible."""

from __future__ import annotations

import pytest

from demo.screens.states import all_states
from demo.screens.village import SHELF
from player.core.actions import CloseStick, CopyStick
from player.core.screens_shown import HomeScreen, StickScreen
from player.screens.react import react

STATES = all_states()


@pytest.mark.parametrize("name", ["stick", "stick-crowded", "stick-news", "stick-all", "stick-records"])
def test_what_is_offered_is_copied_with_ok(name: str) -> None:
    world = STATES[name][0]
    assert react(world, "select", SHELF) == (world, (CopyStick(),))


@pytest.mark.parametrize(
    "name",
    [
        "stick-full",
        "stick-nothing",
        "stick-strange",
        "stick-unreadable",
        "stick-done",
        "stick-partly",
        "stick-pulled",
        "stick-older",
        "stick-all-done",
        "stick-records-done",
        "stick-read-only",
        "stick-refused",
        "stick-incomplete",
        "stick-asked",
    ],
)
def test_where_nothing_is_to_be_done_ok_finishes(name: str) -> None:
    reached, actions = react(STATES[name][0], "select", SHELF)
    assert (reached.screen, actions) == (HomeScreen(), (CloseStick(),))


@pytest.mark.parametrize("name", ["stick-taking", "stick-writing", "stick-copying"])
def test_while_it_is_in_use_ok_does_nothing_and_home_leaves_the_page_and_not_the_work(name: str) -> None:
    world = STATES[name][0]
    assert world.screen == StickScreen()
    assert react(world, "select", SHELF) == (world, ())
    reached, actions = react(world, "home", SHELF)
    assert (reached.screen, reached.stick, actions) == (HomeScreen(), world.stick, ())
