"""What makes watching pleasant: moving in a lesson, going on where it was left, subtitles, speed, the next lesson."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core import left_off, seeking
from player.core.actions import PlayLesson, SkipLesson, StopPlaying, TunePlaying
from player.core.events import ButtonPressed, WokeUp
from player.core.facts import JournalFacts, OpenPlay
from player.core.lives.picture import Playback
from player.core.media_effects import OpenMedia, SeekMedia, TuneMedia, Tuning
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from player.core.screens_shown import NextScreen, OptionsScreen, PlayingScreen
from playlists.documents import Course, Lesson, Subtitles
from playlists.entries import Play
from tests.player.core.box import COURSE, FILMS, TestBox, began, blob, generation, store


def playing(seconds: int = 20, lesson: str = "one", **start: Any) -> TestBox:
    box = TestBox().start(**start)
    box.wish(PlayLesson("c1", lesson))
    box.show(seconds)
    return box


def current(box: TestBox) -> Playback:
    assert box.world.playback is not None
    return box.world.playback


def hold(box: TestBox, button: Any, milliseconds: int, every_ms: int = 33) -> None:
    """Hold a key down as a remote control does."""
    box.take(ButtonPressed(button))
    for _ in range(milliseconds // every_ms):
        box.wait(every_ms, ButtonPressed(button, "repeat"))


# --- moving in the lesson


def test_a_held_key_goes_ever_faster_and_asks_for_no_more_than_four_places_a_second() -> None:
    hour = replace(COURSE, lessons=(replace(COURSE.lessons[0], duration_ms=3_600_000),))
    box = playing(20, generation=generation(courses={"c1": hour}))
    hold(box, "right", 9_000)
    places = [20_000, *(one.position_ms for one in box.all(SeekMedia))]
    steps = [there - here for here, there in itertools.pairwise(places)]
    assert steps[0] == 10_000
    assert steps == sorted(steps)
    assert set(steps) == {10_000, 30_000, 60_000}
    assert len(steps) <= 9_000 // seeking.EVERY_MS + 1


def test_a_key_held_at_the_end_of_a_lesson_asks_for_nothing_more() -> None:
    box = playing(20)
    hold(box, "right", 9_000)
    places = [one.position_ms for one in box.all(SeekMedia)]
    assert places[-1] == 300_000 - 3_000
    assert len(places) == len(set(places))


def test_a_key_that_was_let_go_begins_with_small_steps_again() -> None:
    box = playing(20)
    hold(box, "left", 400)
    box.wait(2_000, WokeUp())
    before = current(box).position_ms
    hold(box, "right", 300)
    assert current(box).position_ms - before == 20_000


def test_each_single_press_counts_however_quick() -> None:
    box = playing(20)
    for _ in range(5):
        box.wait(40, ButtonPressed("right"))
    assert current(box).position_ms == 70_000


@given(st.integers(0, 60_000))
def test_the_longer_a_key_is_held_the_further_a_step_goes(held_ms: int) -> None:
    assert abs(seeking.step_ms(-10_000, held_ms=held_ms)) >= 10_000
    assert seeking.step_ms(10_000, held_ms=held_ms) <= seeking.step_ms(10_000, held_ms=held_ms + 500)


def test_0_begins_again_at_the_start() -> None:
    box = playing(20)
    box.press("0")
    assert box.last(SeekMedia).position_ms == 0


# --- where it was left


def test_a_lesson_goes_on_five_seconds_before_where_it_was_left_and_says_how_to_begin_anew() -> None:
    box = playing(100)
    box.wish(StopPlaying())
    box.wish(PlayLesson("c1", "one"))
    assert box.last(OpenMedia).from_ms == 95_000
    assert box.world.notice is not None
    assert "按 0 从头放" in box.world.notice.words


def test_who_wants_the_beginning_gets_it() -> None:
    box = playing(100)
    box.wish(StopPlaying())
    box.wish(PlayLesson("c1", "one", from_start=True))
    assert box.last(OpenMedia).from_ms == 0


@pytest.mark.parametrize("seconds", [20, 250, 299])
def test_a_lesson_left_at_once_or_just_before_its_end_begins_anew(seconds: int) -> None:
    box = playing(seconds)
    box.wish(StopPlaying())
    box.wish(PlayLesson("c1", "one"))
    assert box.last(OpenMedia).from_ms == 0


def test_a_finished_lesson_begins_anew() -> None:
    box = playing(100)
    box.wish(StopPlaying())
    box.wish(PlayLesson("c1", "one"))
    box.show(203)
    box.wait(500, MediaEnded(current(box).play, 299_500, 9_000))
    box.wish(PlayLesson("c1", "one"))
    assert box.last(OpenMedia).from_ms == 0


def test_after_a_power_cut_the_lesson_goes_on_too() -> None:
    row = OpenPlay("c1", "one", FILMS[0], 720, "menu", "", began(0), ((0, 120_000),))
    box = TestBox().start(JournalFacts(head=4, acknowledged=4, open_play=row, left_off={"c1/two": 80_000}))
    assert box.world.left_off == {"c1/two": 80_000, "c1/one": 120_000}


def test_what_was_shown_in_a_session_is_not_remembered_as_somebodys_own() -> None:
    row = OpenPlay("c1", "one", FILMS[0], 720, "session", "s", began(0), ((0, 120_000),))
    assert TestBox().start(JournalFacts(head=4, acknowledged=4, open_play=row)).world.left_off == {}


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 600_000), st.booleans()), max_size=600))
def test_no_more_lessons_are_remembered_than_are_kept_and_the_last_always(plays: list[tuple[int, int, bool]]) -> None:
    kept: dict[str, int] = {}
    for number, position, finished in plays:
        kept = left_off.after(kept, str(number), position, finished=finished)
        assert (str(number) in kept) is (not finished and position >= left_off.EARLIEST_MS)
    assert len(kept) <= left_off.KEPT


# --- the next lesson


def ended(lesson: str) -> TestBox:
    box = playing(298, lesson)
    box.wait(500, MediaEnded(current(box).play, 299_500, 9_000))
    return box


def test_after_a_lesson_from_the_menu_the_next_is_offered_and_plays_by_ok() -> None:
    box = ended("one")
    assert box.world.screen == NextScreen("c1", "two")
    assert box.world.playback is None
    box.press("ok")
    assert box.last(OpenMedia).blob == FILMS[1]
    assert isinstance(box.world.screen, PlayingScreen)


def test_nothing_plays_by_itself() -> None:
    box = ended("one")
    opened = len(box.all(OpenMedia))
    for _ in range(30):
        box.wait(60_000, WokeUp())
    assert len(box.all(OpenMedia)) == opened


def test_after_the_last_lesson_and_after_one_that_was_left_nothing_is_offered() -> None:
    assert not isinstance(ended("two").world.screen, NextScreen)
    box = playing(20)
    box.wish(StopPlaying())
    assert not isinstance(box.world.screen, NextScreen)


def test_the_ends_of_a_course_are_said() -> None:
    box = playing(20, "two")
    box.wish(SkipLesson(1))
    assert box.world.notice is not None
    assert "最后一课" in box.world.notice.words
    box.wish(SkipLesson(-1))
    assert box.last(OpenMedia).blob == FILMS[0]


# --- subtitles, speed, sound


def with_subtitles(*languages: str) -> Course:
    texts = tuple(
        Subtitles(language=name, blob=blob(letter, 900)) for name, letter in zip(languages, "abc", strict=False)
    )
    first: Lesson = replace(COURSE.lessons[0], subtitles=texts)
    return replace(COURSE, lessons=(first, *COURSE.lessons[1:]))


def test_the_lesson_is_shown_with_its_subtitles_in_the_language_of_the_screens() -> None:
    facts = generation(courses={"c1": with_subtitles("en", "zh-CN")})
    box = playing(20, generation=facts, store=store(*FILMS, "a" * 64, "b" * 64))
    assert box.last(OpenMedia).subtitles == "b" * 64


def test_subtitles_that_are_not_here_hold_up_nothing() -> None:
    box = playing(20, generation=generation(courses={"c1": with_subtitles("zh")}))
    assert box.last(OpenMedia).subtitles == ""


def test_what_was_tuned_holds_for_a_replaced_child_and_of_it_the_subtitles_for_the_next_lesson() -> None:
    box = playing(20)
    tuning = Tuning(subtitles=False, rate_percent=75, sound=1)
    box.wish(TunePlaying(tuning))
    assert box.last(TuneMedia).tuning == tuning
    box.take(MediaFailed(current(box).play, "died"))
    assert box.last(OpenMedia).tuning == tuning
    box.wish(StopPlaying())
    box.wish(PlayLesson("c1", "two"))
    assert box.last(OpenMedia).tuning == Tuning(subtitles=False)


def test_a_faster_lesson_is_recorded_as_one_stretch() -> None:
    box = playing(10)
    box.wish(TunePlaying(Tuning(rate_percent=125)))
    at = current(box).position_ms
    box.wait(10_000, replace(progress(box), position_ms=at + 12_500))
    box.wish(StopPlaying())
    assert box.bodies(Play)[0].segments == ((0, at + 12_500),)


def progress(box: TestBox) -> MediaProgress:
    return MediaProgress(current(box).play, 0, current(box).pictures + 300, False)


def test_the_menu_key_opens_the_options_and_a_digit_changes_one_while_the_picture_goes_on() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.wait(100, MediaOpened(box.last(OpenMedia).id, 300_000, True, ("普通话", "方言")))
    box.press("menu", "5")
    assert box.world.screen == OptionsScreen(4)
    assert box.last(TuneMedia).tuning == Tuning(sound=1)
    box.press("6", "6")
    assert box.last(TuneMedia).tuning == Tuning(sound=1, rate_percent=125)
    box.press("1")
    assert box.last(OpenMedia).blob == FILMS[1]
    assert isinstance(box.world.screen, PlayingScreen)


def test_the_options_go_when_the_lesson_ends() -> None:
    box = playing(298)
    box.press("menu")
    box.wait(500, MediaEnded(current(box).play, 299_500, 9_000))
    assert not any(isinstance(one, OptionsScreen) for one in box.world.screens)


def test_home_from_the_options_ends_the_lesson_as_it_does_from_the_picture() -> None:
    box = playing(20)
    box.press("menu", "home")
    assert box.world.playback is None
    assert len(box.world.screens) == 1
