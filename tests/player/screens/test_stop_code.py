"""The screen for a 停播码, and what is listed once a course was stopped by telephone."""

from __future__ import annotations

from msgspec.structs import replace

from demo.screens.states import all_states, base
from demo.screens.village import COURSES, NOW_MS, SHELF, WORDS, Shelf, entry, generation, stored
from player.core.actions import TogglePause, TryStopCode
from player.core.facts import ToldStop
from player.core.listed import listed
from player.core.lives.picture import PlaybackState
from player.core.screens_shown import (
    CourseScreen,
    CoursesScreen,
    HomeScreen,
    PlayingScreen,
    SessionsScreen,
    StatusScreen,
    StopCodeScreen,
)
from player.core.told_stops import with_told
from player.core.world import World
from player.screens.courses import ON_THE_BOX
from player.screens.react import react
from player.screens.view import view
from tests.tasks.room import words_of

STATES = all_states()
STOPPED = COURSES["course-128"]


def keyed(world: World, *intents: str) -> tuple[World, tuple[object, ...]]:
    actions: tuple[object, ...] = ()
    for intent in intents:
        world, actions = react(world, intent, SHELF)
    return world, actions


def digits(text: str) -> tuple[str, ...]:
    return tuple(f"digit-{digit}" for digit in text)


def reads(world: World) -> str:
    return "\n".join(words_of(view(world, SHELF)))


def test_from_the_status_page_number_and_code_are_keyed_in_and_tried() -> None:
    world, actions = keyed(base(StatusScreen()), "digit-4", *digits("128"), "select", *digits("04829137"), "select")
    assert actions == (TryStopCode(128, "04829137"),)
    assert world.screen == StopCodeScreen("128", "", keyed_number=True)


def test_on_a_courses_page_one_key_leads_there_with_its_number_filled_in() -> None:
    on_page = base(CourseScreen(STOPPED.id))
    assert "停播码" in reads(on_page)
    world, actions = keyed(on_page, "digit-9", *digits("04829137"), "select")
    assert actions == (TryStopCode(STOPPED.number, "04829137"),)
    assert world.screen == StopCodeScreen("128", keyed_number=True, given=True)
    assert isinstance(keyed(world, "up", "back")[0].screen, CourseScreen)
    assert isinstance(keyed(world, "digit-4", "back", "back")[0].screen, CourseScreen)


def test_a_course_that_only_the_catalogue_names_can_be_stopped_from_its_page_too() -> None:
    world = base(CourseScreen(STOPPED.id))
    without = replace(world, generation=replace(generation(), courses={}))
    assert keyed(without, "digit-9")[0].screen == StopCodeScreen(str(STOPPED.number), keyed_number=True, given=True)
    assert keyed(base(CourseScreen("course-0")), "digit-9")[0].screen == CourseScreen("course-0")


def test_over_the_picture_the_options_lead_there_and_the_picture_waits() -> None:
    playing, _ = STATES["options"]
    assert "停播码" in reads(playing)
    world, actions = keyed(playing, "digit-7")
    assert isinstance(world.screen, StopCodeScreen)
    assert world.playback is not None
    assert world.screen.number == str(COURSES[world.playback.row.course].number)
    assert actions == (TogglePause(),)
    assert isinstance(keyed(world, "back")[0].screen, PlayingScreen)
    paused = replace(playing, playback=replace(world.playback, state=PlaybackState.PAUSED))
    assert keyed(paused, "digit-7")[1] == ()


def test_the_title_of_the_number_is_read_back() -> None:
    world, _ = keyed(base(StopCodeScreen()), *digits("128"))
    assert STOPPED.title in reads(world)


def test_too_few_digits_are_told_and_not_tried() -> None:
    world, actions = keyed(base(StopCodeScreen()), "select")
    assert actions == ()
    assert "请先按数字键输入课号" in reads(world)
    world, actions = keyed(base(StopCodeScreen("128", "4829", keyed_number=True)), "select")
    assert actions == ()
    assert "8 位数字" in reads(world)


def test_back_erases_goes_to_the_number_and_leaves_at_last() -> None:
    world, _ = keyed(base(StatusScreen(), StopCodeScreen("1", "4", keyed_number=True)), "back", "back")
    assert world.screen == StopCodeScreen("1")
    assert isinstance(keyed(world, "back", "back")[0].screen, StatusScreen)


def stopped_by_telephone(world: World) -> World:
    assert world.generation
    return replace(world, generation=with_told(world.generation, (ToldStop(STOPPED.id, "2026-03-04"),), 480))


def test_what_was_stopped_by_telephone_is_listed_nowhere() -> None:
    world = replace(base(HomeScreen()), generation=generation(), store=stored([1.0] * len(COURSES)))
    for screen in (CoursesScreen(ON_THE_BOX), CoursesScreen(STOPPED.category), CoursesScreen(())):
        shown = replace(world, screens=(HomeScreen(), screen))
        assert STOPPED.title in lines_of_all_pages(shown)
        assert STOPPED.title not in lines_of_all_pages(stopped_by_telephone(shown))


def lines_of_all_pages(world: World) -> list[str]:
    pages = (reads(keyed(world, *["right"] * page)[0]) for page in range(4))
    return [line for page in pages for line in page.splitlines()]


def test_a_session_says_that_one_of_its_courses_was_stopped() -> None:
    world = stopped_by_telephone(base(SessionsScreen()))
    assert "有 1 个课件已停播" in reads(world)


def test_a_list_without_some_courses_is_the_list_of_the_others() -> None:
    told = with_told(generation(), (ToldStop("course-128", "2026-03-04"), ToldStop("course-133", "2026-03-04")), 480)
    left = [one for one in COURSES.values() if one.id not in ("course-128", "course-133")]
    expected, found = Shelf(entry(one) for one in left), listed(told, SHELF)
    assert found.categories(()) == expected.categories(())
    for category in ((), *((one.category[0],) for one in COURSES.values())):
        assert found.count(category) == expected.count(category)
        for offset in range(len(COURSES)):
            assert found.courses(category, offset, 3) == expected.courses(category, offset, 3)
    assert (found.by_number(128), found.entry("course-133")) == (None, None)
    assert found.by_number(129) == expected.by_number(129)
    assert found.search("1", 0, 50) == expected.search("1", 0, 50)
    assert found.words("pinyin", "94", 0, 3) == WORDS.find("pinyin", "94", 0, 3)


def test_plans_that_were_signed_later_list_it_again() -> None:
    later = generation()
    later = replace(later, signed_wall_ms=NOW_MS + 86_400_000)
    assert listed(with_told(later, (ToldStop("course-128", "2026-03-04"),), 480), SHELF) is SHELF
