"""What stopped somebody who had read nothing and tried the television with its pictures alone."""

from __future__ import annotations

from msgspec.structs import replace

from demo.screens.states import all_states, base
from demo.screens.village import COURSES, SHELF, stored
from player.core.events import ButtonPressed
from player.core.facts import OwnOrder
from player.core.screens_shown import CategoriesScreen, CourseScreen, CoursesScreen, HomeScreen, SessionsScreen
from player.core.world import World
from player.screens.react import react
from player.screens.tell import tell
from player.screens.view import view
from player.screens.words import size
from player.step import step
from tests.tasks.room import Room, names, words_of

STATES = all_states()
HERE, ABSENT = COURSES["course-128"], COURSES["course-130"]


def pressed(world: World, button: str) -> World:
    room = Room()
    settings = replace(world.settings, keymap=room.world.settings.keymap)
    event = ButtonPressed(button)  # type: ignore[arg-type]
    return step(replace(world, settings=settings), event, world.now, SHELF, strict=True)[0]


def seen(world: World, button: str) -> bool:
    return names(view(world, SHELF), button)


def test_the_home_key_leads_to_the_card_whatever_tile_was_open() -> None:
    world = react(base(), "digit-2", SHELF)[0]
    assert world.screens[0] == HomeScreen(2)
    assert react(world, "back", SHELF)[0].screens == (HomeScreen(2),)
    assert react(world, "home", SHELF)[0].screens == (HomeScreen(),)


def test_a_notice_stays_behind_with_the_screen_that_it_belonged_to() -> None:
    world = tell(base(HomeScreen(), SessionsScreen()), "这次集中学习已经登记")
    assert pressed(world, "down").notice is not None
    assert pressed(world, "back").notice is None


def test_a_course_that_was_asked_for_is_not_offered_to_be_asked_for_again() -> None:
    world = replace(base(CourseScreen(ABSENT.id)), store=stored([1.0]))
    assert "申请下载" in words_of(view(world, SHELF))
    assert "播放" not in words_of(view(world, SHELF)), "nothing of it can be played"
    asked = replace(world, orders=(OwnOrder("o1", ABSENT.id, "", 0),))
    assert "申请下载" not in words_of(view(asked, SHELF))
    assert asked.generation
    without = replace(asked, generation=replace(asked.generation, courses={}))
    assert "申请下载" not in words_of(view(without, SHELF))
    assert "已经申请，县里同意后会自动下载" in words_of(view(without, SHELF))


def test_a_course_that_is_here_says_that_ok_and_digits_play() -> None:
    world = replace(base(CourseScreen(HERE.id)), store=stored([1.0]))
    assert "播放" in words_of(view(world, SHELF))
    assert words_of(view(world, SHELF)).count("播放") == 2


def test_pages_are_offered_to_be_turned_only_where_there_are_some() -> None:
    one_page = base(CoursesScreen(HERE.category))
    assert not seen(one_page, "left")
    assert seen(one_page, "1")
    assert seen(base(CoursesScreen(())), "left")
    assert isinstance(react(one_page, "back", SHELF)[0].screen, HomeScreen | CategoriesScreen)


def test_what_was_reported_is_not_offered_to_be_reported_again() -> None:
    assert "报告县里" in words_of(view(STATES["check-silent"][0], SHELF))
    assert "报告县里" not in words_of(view(STATES["check-told"][0], SHELF))


def test_what_is_here_is_never_nothing() -> None:
    assert (size(0), size(1), size(3 << 20), size((3 << 20) + 1)) == ("0 MB", "1 MB", "3 MB", "4 MB")
