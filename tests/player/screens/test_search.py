"""Finding and asking by remote control: presses as people make them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from demo.screens.states import base
from demo.screens.village import NOW_MS, SHELF
from player.core.actions import PlaceOrder
from player.core.facts import OwnOrder
from player.core.screens_shown import (
    CourseScreen,
    CoursesScreen,
    HomeScreen,
    OrdersScreen,
    SearchScreen,
    WishesScreen,
    WishScreen,
)
from player.core.settings import Settings
from player.screens.here import course_here
from player.screens.react import react
from player.screens.view import view
from playlists.documents import CatalogueEntry
from tests.fakes.library import FakeLibrary
from tests.player.core.box import TestBox

LIBRARY = FakeLibrary(
    CatalogueEntry(
        id=f"c{number}", number=number, title=title, initials=initials, category=("种植",), minutes=30, lessons=1,
        released="2026-03-01",
    )
    for number, title, initials in ((128, "香菇袋料栽培", "xgdlzp"), (129, "大棚香菇", "dpxg"), (94, "核桃", "ht"))
)  # fmt: skip


def walked(*intents: str, settings: Settings | None = None) -> tuple[Any, list[Any]]:
    """Return the screen reached from home, and what was asked of the core."""
    world, asked = replace(TestBox().start().world, screens=(HomeScreen(),)), []
    if settings:
        world = replace(world, settings=settings)
    for intent in intents:
        world, actions = react(world, intent, LIBRARY)
        asked += actions
    return world.screen, asked


def test_mushrooms_are_found_by_their_initials_and_asked_for_with_five_presses() -> None:
    presses = ("digit-5", "digit-9", "digit-4", "down", "select", "select")
    screen, asked = walked(*presses)  # the course numbered 94 comes first
    assert screen == CourseScreen("c128")
    assert asked == [PlaceOrder(course="c128")]
    assert len(presses) <= 1.5 * 5


def test_a_number_that_is_keyed_in_comes_first() -> None:
    screen, _ = walked("digit-5", "digit-1", "digit-2", "digit-8", "select")
    assert screen == CourseScreen("c128")


def test_back_takes_a_digit_away_and_leaves_when_none_is_left() -> None:
    assert walked("digit-5", "digit-9", "digit-4", "back")[0] == SearchScreen("9")
    assert walked("digit-5", "digit-9", "back", "back")[0] == HomeScreen(5)


def test_where_nothing_is_found_a_wish_can_be_made() -> None:
    assert walked(*["digit-5", *["digit-7"] * 6, "select"]) == (WishScreen(), [])


def test_a_ready_phrase_is_asked_for_and_seen_among_the_orders() -> None:
    phrases = Settings(wishes=("食用菌栽培", "果树修剪"))
    screen, asked = walked("digit-6", "digit-1", "digit-2", settings=phrases)
    assert screen == OrdersScreen(2)
    assert asked == [PlaceOrder(wish="果树修剪")]


def test_back_held_down_takes_all_digits_away_and_stays() -> None:
    assert walked(*["digit-5", *["digit-7"] * 6, "back", "clear", "clear"])[0] == SearchScreen()


def test_ok_on_an_empty_search_does_nothing() -> None:
    assert walked("digit-5", "select") == (SearchScreen(), [])


@pytest.mark.parametrize("intent", ["select", "digit-1", "down", "digit-9"])
def test_without_phrases_nothing_is_asked_for(intent: str) -> None:
    screen, asked = walked("digit-6", "digit-1", intent, settings=Settings())
    assert isinstance(screen, WishesScreen)
    assert asked == []


def test_ok_asks_for_a_course_of_which_nothing_is_here_though_its_document_is() -> None:
    world = base(CourseScreen("course-130"))
    reached, actions = react(world, "select", SHELF)
    assert actions == (PlaceOrder(course="course-130"),)
    assert "申请下载" in str(view(reached, SHELF))
    told, actions = react(world, "digit-1", SHELF)
    assert actions == ()
    assert told.notice is not None


def test_lists_say_of_each_course_whether_it_has_come_how_much_or_that_it_can_be_asked_for() -> None:
    world = base(CoursesScreen(()))
    asked = replace(world, orders=(OwnOrder("o1", "course-130", "", NOW_MS),))
    assert [course_here(world, f"course-{number}").words for number in (128, 129, 130)] == ["已到", "62 %", "可申请"]
    assert course_here(asked, "course-130").words == "已申请"
