"""The options over a film and the card after it: a digit does what its row says, and the words are true."""

from __future__ import annotations

from msgspec.structs import replace

from demo.screens.states import all_states
from demo.screens.village import SHELF
from player.core.actions import PlayLesson, SeekBy, SkipLesson, StopPlaying, TunePlaying
from player.core.media_effects import Tuning
from player.core.screens_shown import CourseScreen, OptionsScreen, PlayingScreen
from player.core.world import World
from player.screens.react import react
from player.screens.scene import Scene, Text
from player.screens.view import view

STATES = all_states()


def words_of(scene: Scene) -> str:
    marks = scene.marks + tuple(mark for overlay in scene.overlays for mark in overlay.marks)
    return " ".join(mark.words for mark in marks if isinstance(mark, Text))


def full() -> World:
    return STATES["options-full"][0]


def test_each_digit_does_what_its_row_says() -> None:
    tuned = Tuning(subtitles=False, rate_percent=75, sound=1)
    wanted = {
        "1": SkipLesson(1), "2": SkipLesson(-1), "3": SeekBy(-725_000),
        "4": TunePlaying(replace(tuned, subtitles=True)),
        "5": TunePlaying(replace(tuned, sound=2)), "6": TunePlaying(replace(tuned, rate_percent=125)),
    }  # fmt: skip
    for digit, action in wanted.items():
        reached, actions = react(full(), f"digit-{digit}", SHELF)
        assert actions == (action,)
        stays = isinstance(action, TunePlaying)
        assert isinstance(reached.screen, OptionsScreen if stays else PlayingScreen)


def test_a_film_with_one_sound_and_no_subtitles_says_so_and_a_key_there_does_nothing() -> None:
    world = STATES["options"][0]
    assert "这一课没有" in words_of(view(world, SHELF))
    assert "只有一种" in words_of(view(world, SHELF))
    for digit in ("4", "5"):
        assert react(world, f"digit-{digit}", SHELF)[1] == ()


def test_speeds_and_sounds_come_round_to_the_first() -> None:
    world, seen = full(), []
    for _ in range(3):
        _, (action,) = react(world, "digit-6", SHELF)
        assert isinstance(action, TunePlaying)
        assert world.playback is not None
        world = replace(world, playback=replace(world.playback, tuning=action.tuning))
        seen.append(action.tuning.rate_percent)
    assert seen == [125, 100, 75]


def test_back_and_menu_lead_to_the_picture_and_home_ends_the_lesson() -> None:
    for key in ("back", "menu"):
        reached, actions = react(full(), key, SHELF)
        assert (type(reached.screen), actions) == (PlayingScreen, ())
    assert react(full(), "home", SHELF)[1] == (StopPlaying(),)


def test_in_a_session_the_options_name_the_sessions_lessons() -> None:
    assert "第1课 认识病虫害" in words_of(view(STATES["options-session"][0], SHELF))


def test_the_card_plays_the_next_lesson_or_leads_to_the_course_where_it_is_not_here() -> None:
    world, _ = STATES["next-lesson"]
    assert "下一课还不能放" in words_of(view(world, SHELF))
    assert react(world, "select", SHELF)[0].screen == CourseScreen("course-129")
    ready = replace(world, screens=(*world.screens[:-1], replace(world.screens[-1], course="course-133")))
    assert "接着看下一课吗" in words_of(view(ready, SHELF))
    assert react(ready, "select", SHELF)[1] == (PlayLesson("course-133", "lesson-2"),)


def test_a_course_that_has_left_the_catalogue_meanwhile_is_said_to_be_gone() -> None:
    world, _ = STATES["next-lesson-gone"]
    assert "已经不在目录里" in words_of(view(world, SHELF))
    assert react(world, "select", SHELF) == (world, ())
