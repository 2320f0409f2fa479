"""One order in full: nothing of a long reason is lost, and the home page forgets what was looked at."""

from __future__ import annotations

from demo.screens.states import all_states
from player.core.screens_shown import CourseScreen, HomeScreen, OrderScreen, OrdersScreen
from player.core.world import World
from player.screens.react import react
from player.screens.scene import Text
from player.screens.stack import home, turn
from player.screens.view import view

STATES = all_states()
REASON = "全县没有合适的课件，下月请专家来讲"


def words(world: World) -> list[str]:
    return [mark.words for mark in view(world, STATES["orders"][1]).marks if isinstance(mark, Text)]


def test_a_long_reason_is_read_to_its_end() -> None:
    world, library = STATES["order-refused-long"]
    world = turn(world, OrderScreen("o1"))
    read = ""
    for _leaf in range(9):
        read += "".join(words(world))
        world, _ = react(world, "down", library)
    assert read.count("下月请专家来讲") >= 24
    assert isinstance(world.screen, OrderScreen)
    assert 0 < world.screen.leaf < 9


def test_an_order_that_has_not_come_is_opened_in_full_and_leads_to_its_course() -> None:
    world, library = STATES["orders"]
    opened, _ = react(turn(world, OrdersScreen(2)), "select", library)
    assert isinstance(opened.screen, OrderScreen)
    refused = turn(world, OrderScreen("o1"))
    assert REASON in words(refused)
    assert "暂不安排" in words(refused)
    assert react(refused, "select", library)[0].screen == OrderScreen("o1")
    granted = turn(world, OrderScreen("o2"))
    assert react(granted, "select", library)[0].screen == CourseScreen("course-131")


def test_what_has_come_opens_at_once_and_is_no_longer_told_on_home() -> None:
    world, library = STATES["home-arrived"]
    assert any("您点的课已到" in one for one in words(world))
    orders, _ = react(world, "digit-6", library)
    for row in range(2, 8):
        opened, _ = react(turn(orders, OrdersScreen(row)), "select", library)
        if isinstance(opened.screen, CourseScreen):
            orders = turn(opened, OrdersScreen(row))
    looked = home(orders)
    assert isinstance(looked.screen, HomeScreen)
    assert not any("您点的课已到" in one for one in words(looked))
