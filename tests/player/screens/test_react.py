"""Keys on every screen in every state: nothing raises, nothing strands, digits do what the rule says."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from demo.screens.states import all_states, at, base, in_session, playing, session, unbound
from demo.screens.village import COURSES, LONG_SHELF, SHELF, TONIGHT, generation, stored
from player.core.actions import (
    AskForCode,
    ConfirmHeads,
    ContinueInterrupted,
    EditHeads,
    LeaveSession,
    OpenGathering,
    PlayLesson,
    SeekBy,
    SkipSession,
    StartSession,
    StopPlaying,
    SyncNow,
    TogglePause,
    VolumeBy,
)
from player.core.facts import HeadCountDraft, Spent
from player.core.intents import Intent
from player.core.lives.picture import PlaybackState
from player.core.lives.room import Binding
from player.core.lives.session import SessionState
from player.core.screens_shown import (
    CategoriesScreen,
    CourseScreen,
    CoursesScreen,
    FaultScreen,
    HomeScreen,
    NumberScreen,
    OptionsScreen,
    PlayingScreen,
    QuestionScreen,
    SessionScreen,
    SessionsScreen,
    StatusScreen,
)
from player.core.world import World
from player.screens.react import react
from player.screens.view import view
from playlists.documents import Caps, Window

STATES = all_states()
INTENTS = get_args(Intent)


def keyed(world: World, *intents: str) -> World:
    for intent in intents:
        world, _ = react(world, intent, SHELF)
    return world


@pytest.mark.parametrize("name", STATES)
def test_every_intent_in_every_state_leads_to_a_screen_that_can_be_drawn(name: str) -> None:
    world, library = STATES[name]
    for intent in INTENTS:
        reached, actions = react(world, intent, library)
        assert isinstance(reached.screens[0], HomeScreen)
        assert isinstance(actions, tuple)
        assert view(reached, library)


@pytest.mark.parametrize("name", STATES)
def test_home_is_one_key_away_or_asks_before_a_running_session_is_left(name: str) -> None:
    world, library = STATES[name]
    reached, actions = react(world, "home", library)
    if world.session is not None and isinstance(world.screen, PlayingScreen | OptionsScreen):
        assert isinstance(reached.screen, QuestionScreen)
        assert actions == ()
        left, actions = react(reached, "home", library)
        assert isinstance(left.screen, HomeScreen)
        moves = world.playback is not None and world.playback.state is PlaybackState.PLAYING
        assert actions == ((TogglePause(),) if moves else ())
        assert isinstance(react(left, "select", library)[0].screen, SessionScreen)
    else:
        assert isinstance(reached.screen, HomeScreen)


def test_between_two_lessons_a_key_moves_nothing() -> None:
    world, library = STATES["session-between"]
    for intent in ("pause", "seek-back", "mute", "next"):
        assert react(world, intent, library)[1] == ()


@pytest.mark.parametrize("name", STATES)
def test_the_back_key_pressed_often_enough_always_ends_at_home(name: str) -> None:
    world, library = STATES[name]
    for _ in range(70):
        world, actions = react(world, "back", library)
        if any(isinstance(action, EditHeads) for action in actions):
            return  # the core erases; with empty fields the next test leaves the form
        if isinstance(world.screen, QuestionScreen):
            world, _ = react(world, "home", library)
    assert isinstance(world.screen, HomeScreen)


@pytest.mark.parametrize(
    ("digit", "expected"),
    [("1", SessionsScreen), ("2", CategoriesScreen), ("3", CoursesScreen), ("4", StatusScreen), ("0", NumberScreen)],
)
def test_on_home_a_digit_opens_its_tile_and_0_asks_for_a_course_number(digit: str, expected: type) -> None:
    assert isinstance(keyed(base(), f"digit-{digit}").screen, expected)


def test_on_home_every_digit_opens_something() -> None:
    for digit in range(10):
        assert len(keyed(base(), f"digit-{digit}").screens) == 2


def test_the_sessions_open_at_the_one_that_comes_next() -> None:
    assert keyed(base(), "digit-1").screen == SessionsScreen(1)


def test_in_a_list_a_digit_opens_the_row_of_the_visible_page() -> None:
    world = base(CoursesScreen((), 613))
    reached, _ = react(world, "digit-3", LONG_SHELF)
    assert reached.screen == CourseScreen("course-1614")
    assert reached.screens[-2] == CoursesScreen((), 614)


def test_a_digit_beyond_the_page_opens_nothing() -> None:
    world = base(CoursesScreen(()))
    assert react(world, "digit-9", SHELF) == (world, ())


def test_arrows_page_through_thousands_of_courses_and_stay_inside() -> None:
    world = base(CoursesScreen((), 1199))
    assert react(world, "right", LONG_SHELF)[0].screen == CoursesScreen((), 1199)
    assert react(world, "down", LONG_SHELF)[0].screen == CoursesScreen((), 0)
    assert react(world, "left", LONG_SHELF)[0].screen == CoursesScreen((), 1192)


def test_a_focus_that_a_shorter_list_left_behind_is_brought_back() -> None:
    world = base(CoursesScreen(("林果栽培",), 900))
    assert react(world, "select", SHELF)[0].screen == CourseScreen("course-139")


def test_course_128_plays_after_five_keys_from_home() -> None:
    world = keyed(base(), "digit-0", "digit-1", "digit-2", "digit-8")
    reached, actions = react(world, "select", SHELF)
    assert actions == (PlayLesson("course-128", "lesson-1"),)
    assert reached.screen == CourseScreen("course-128")


def test_the_third_course_of_a_category_is_four_keys_from_home() -> None:
    assert isinstance(keyed(base(), "digit-2", "digit-3", "digit-2").screen, CourseScreen)


def test_an_unknown_number_is_answered_in_words_and_can_be_erased() -> None:
    world = keyed(base(NumberScreen("47")), "digit-1", "digit-1", "select")
    assert isinstance(world.screen, NumberScreen)
    assert "4711" in world.screen.error
    assert keyed(world, "back").screen == NumberScreen("471")


def test_back_leaves_the_empty_number_pad() -> None:
    assert isinstance(keyed(base(NumberScreen()), "back").screen, HomeScreen)


def test_more_digits_than_a_number_has_are_ignored() -> None:
    assert keyed(base(NumberScreen("123456")), "digit-7").screen == NumberScreen("123456")


def test_a_lesson_that_is_not_here_is_not_played_but_told() -> None:
    world, actions = react(base(CourseScreen("course-129")), "select", SHELF)
    assert actions == ()
    assert world.notice is not None
    assert "62 %" in world.notice.words


def test_a_stopped_lesson_is_not_played_though_it_is_here() -> None:
    world, library = STATES["course-stopped"]
    reached, actions = react(world, "select", library)
    assert actions == ()
    assert reached.notice is not None
    assert "内容有更正" in reached.notice.words


def test_ok_on_home_opens_tonights_session_and_ok_again_starts_it() -> None:
    assert react(base(), "select", SHELF)[1] == (OpenGathering(TONIGHT.id),)
    assert react(session(SessionState.GATHERING), "select", SHELF)[1] == (StartSession(),)


def test_after_a_power_cut_one_key_continues() -> None:
    world, library = STATES["home-interrupted"]
    assert react(world, "select", library)[1] == (ContinueInterrupted(),)


def test_home_offers_the_head_count_that_was_left() -> None:
    world, library = STATES["home-not-registered"]
    assert isinstance(react(world, "select", library)[0].screen, SessionScreen)


def test_a_fault_that_stops_the_work_is_explained_by_ok_and_the_tiles_still_open() -> None:
    world, library = STATES["home-stops-work"]
    assert react(world, "select", library)[0].screen == FaultScreen("J01")
    assert isinstance(react(world, "digit-2", library)[0].screen, CategoriesScreen)


@pytest.mark.parametrize(
    ("intent", "action"),
    [
        ("pause", TogglePause()),
        ("select", TogglePause()),
        ("seek-back", SeekBy(-10_000)),
        ("seek-forward-far", SeekBy(60_000)),
        ("volume-up", VolumeBy(5)),
        ("mute", VolumeBy(-80)),
    ],
)
def test_a_key_over_the_picture_acts_and_brings_the_panel(intent: str, action: object) -> None:
    world, actions = react(playing(panel=False), intent, SHELF)
    assert actions == (action,)
    assert world.screen == PlayingScreen(world.now.monotonic_ms + world.settings.osd_ms)


def test_mute_pressed_again_gives_the_sound_back() -> None:
    world = replace(playing(), volume_percent=0)
    assert react(world, "mute", SHELF)[1] == (VolumeBy(80),)


def test_leaving_a_lesson_on_demand_stops_it_and_goes_back_to_its_course() -> None:
    world, actions = react(playing(), "back", SHELF)
    assert actions == (StopPlaying(),)
    assert world.screen == CourseScreen("course-128")


def test_ending_a_session_is_asked_first_and_no_is_the_default() -> None:
    asked = keyed(in_session(), "back")
    assert isinstance(asked.screen, QuestionScreen)
    assert react(asked, "select", SHELF)[1] == ()
    assert react(asked, "digit-2", SHELF)[1] == (StopPlaying(),)
    assert react(keyed(asked, "right"), "select", SHELF)[1] == (StopPlaying(),)


def test_a_session_that_shall_not_take_place_is_skipped_only_after_a_yes() -> None:
    asked = keyed(session(SessionState.GATHERING), "digit-0")
    assert react(asked, "digit-1", SHELF) == (session(SessionState.GATHERING), ())
    world, actions = react(asked, "digit-2", SHELF)
    assert actions == (SkipSession(),)
    assert isinstance(world.screen, HomeScreen)


def test_a_question_of_an_unknown_kind_can_be_left() -> None:
    world = base(QuestionScreen("?", "what-is-this"))
    assert isinstance(keyed(world, "select").screen, HomeScreen)


def test_ok_walks_the_fields_of_the_head_count_and_signs_off_on_the_last() -> None:
    first = session(SessionState.COUNTING)
    last = session(SessionState.COUNTING, HeadCountDraft("40", "27", "18", "9", "", "on_leave"))
    assert react(first, "digit-2", SHELF)[1] == (EditHeads("2"),)
    assert react(first, "select", SHELF)[1] == (EditHeads("next"),)
    assert react(last, "select", SHELF)[1] == (ConfirmHeads(),)
    assert react(last, "back", SHELF)[1] == (EditHeads("previous"),)


def test_an_empty_head_count_can_be_left_for_later() -> None:
    assert isinstance(keyed(session(SessionState.COUNTING), "back").screen, HomeScreen)


def test_the_closing_card_is_put_away_by_ok() -> None:
    world, actions = react(session(SessionState.CLOSING), "select", SHELF)
    assert actions == (LeaveSession(),)
    assert isinstance(world.screen, HomeScreen)


def test_a_lesson_that_failed_is_put_away_by_any_way_out() -> None:
    world = playing(PlaybackState.FAILED)
    for intent in ("select", "back"):
        reached, actions = react(world, intent, SHELF)
        assert actions == (StopPlaying(),)
        assert reached.screen == CourseScreen("course-128")


def test_the_unbound_box_asks_for_a_code_and_shows_its_state() -> None:
    world = unbound(Binding())
    reached, actions = react(world, "select", SHELF)
    assert actions == (AskForCode(),)
    assert reached.notice is not None
    assert "正在联系" in reached.notice.words
    assert isinstance(keyed(world, "digit-4").screen, StatusScreen)


def test_the_status_page_opens_faults_and_looks_for_news() -> None:
    world = replace(base(StatusScreen()), faults={"L01": "", "C01": ""})
    assert keyed(world, "digit-3").screen == FaultScreen("L01")
    assert react(world, "digit-4", SHELF)[1] == (SyncNow(),)


def test_who_looks_for_news_when_the_line_may_not_be_used_is_told_why_and_when() -> None:
    world = base(StatusScreen(1))
    night = replace(world.settings, windows=(Window(start="03:00", end="03:30"),))
    closed, actions = react(replace(world, settings=night), "select", SHELF)
    assert actions == (SyncNow(),)
    assert closed.notice is not None
    assert closed.notice.words.startswith("现在不在下载时段，03:0")
    metered = replace(world.settings, caps=Caps(monthly_bytes=1000))
    used_up = replace(world, settings=metered, store=replace(world.store, spent=Spent((2026, 3), {"session": 1000})))
    told = react(used_up, "select", SHELF)[0].notice
    assert told is not None
    assert "本月流量已用完" in told.words
    alone = replace(world, settings=replace(world.settings, has_files=False, has_api=False))
    told = react(alone, "select", SHELF)[0].notice
    assert told is not None
    assert "没有设置" in told.words


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        ({"session": 700 << 20}, "700 MB/1.0 GB"),
        ({"session": 700 << 20, "stock": 100 << 20}, "800 MB/1.0 GB 留给学习"),
        ({"session": 1000 << 20}, "1000 MB/1.0 GB 已用完"),
    ],
)
def test_the_status_page_says_what_the_line_has_cost_and_what_is_left_for_whom(
    spent: dict[str, int], words: str
) -> None:
    world = base(StatusScreen())
    metered = replace(world.settings, caps=Caps(monthly_bytes=1 << 30))
    world = replace(world, settings=metered, store=replace(world.store, spent=Spent((2026, 3), spent)))
    assert words in str(view(world, SHELF))
    unmetered = replace(world, settings=replace(metered, caps=Caps()))
    assert words.split("/", maxsplit=1)[0] in str(view(unmetered, SHELF))


def test_a_box_without_a_countys_address_asks_nobody_for_a_code_and_says_what_to_do() -> None:
    world = unbound(Binding())
    world = replace(world, settings=replace(world.settings, has_api=False))
    assert react(world, "select", SHELF)[1] == ()
    assert "U 盘" in str(view(world, SHELF))


def test_a_session_that_is_done_says_so_and_one_that_was_missed_can_still_be_opened() -> None:
    done, actions = react(base(SessionsScreen(0)), "select", SHELF)
    assert actions == ()
    assert done.notice is not None
    later = at(replace(base(SessionsScreen(1)), done_sessions=frozenset()), wall_ms=TONIGHT.starts_ms + 6 * 3_600_000)
    assert "还没有开" in str(view(later, SHELF))
    assert react(later, "select", SHELF)[1] == (OpenGathering(TONIGHT.id),)


def test_what_is_on_the_box_lists_what_can_be_played_first() -> None:
    world = replace(base(CoursesScreen(("本机节目",))), store=stored((0.5, 0, 1.0)))
    assert keyed(world, "digit-1").screen == CourseScreen("course-130")
    assert keyed(world, "digit-2").screen == CourseScreen("course-128")
    assert keyed(world, "digit-3").screen == CoursesScreen(("本机节目",))


def test_all_lessons_of_a_long_course_can_be_reached_by_arrows() -> None:
    course = next(one for one in COURSES.values() if len(one.lessons) == 6)
    world, reached = base(CourseScreen(course.id)), set()
    for _ in course.lessons:
        assert isinstance(world.screen, CourseScreen)
        reached.add(world.screen.focus)
        world = keyed(world, "down")
    assert reached == set(range(6))


def test_a_box_without_a_generation_can_still_walk_everywhere() -> None:
    for screen in (CategoriesScreen(), CoursesScreen(()), CourseScreen("x"), SessionsScreen(), NumberScreen("1")):
        world = replace(base(screen), generation=None)
        for intent in INTENTS:
            assert view(react(world, intent, SHELF)[0], SHELF)
    assert generation().box is not None


def test_a_lesson_on_demand_is_left_without_a_question_while_a_session_only_gathers() -> None:
    waiting = replace(playing(), session=session(SessionState.GATHERING).session)
    reached, actions = react(waiting, "home", SHELF)
    assert actions == (StopPlaying(),)
    assert isinstance(reached.screen, HomeScreen)
