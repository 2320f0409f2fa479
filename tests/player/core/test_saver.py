"""The screen rests when nobody needs it, and the key that wakes it does nothing else."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from player.core import saver
from player.core.actions import OpenGathering, PlayLesson, StopPlaying
from player.core.events import ButtonPressed, UnknownKey, WokeUp
from player.core.saver import IDLE_MS, MOVE_MS
from player.core.screens_shown import HomeScreen, StatusScreen
from player.screens.view import next_change, view
from tests.player.core.box import SESSION, NoLibrary, TestBox


def idle() -> TestBox:
    box = TestBox().start()
    box.press("4")
    box.wait(IDLE_MS, WokeUp())
    return box


def test_it_rests_after_minutes_without_a_key_and_not_before() -> None:
    box = TestBox().start()
    assert not saver.is_shown(box.world)
    box.press("4")
    box.wait(IDLE_MS - 1, WokeUp())
    assert not saver.is_shown(box.world)
    box.wait(1, WokeUp())
    assert saver.is_shown(box.world)


def test_any_key_wakes_and_only_wakes() -> None:
    for event in (ButtonPressed("home"), ButtonPressed("volume-up"), ButtonPressed("red"), UnknownKey(700)):
        box = idle()
        volume = box.world.volume_percent
        box.take(event)
        assert not saver.is_shown(box.world)
        assert isinstance(box.world.screen, StatusScreen)
        assert box.world.volume_percent == volume
        box.press("home")
        assert isinstance(box.world.screen, HomeScreen)


def test_it_does_not_rest_while_a_lesson_plays_and_begins_anew_after_it() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.show(2)
    box.wait(3 * IDLE_MS, WokeUp())
    assert not saver.is_shown(box.world)
    box.wish(StopPlaying())
    box.wait(IDLE_MS - 1, WokeUp())
    assert not saver.is_shown(box.world)
    box.wait(1, WokeUp())
    assert saver.is_shown(box.world)


def test_a_session_that_gathers_wakes_the_screen_by_itself() -> None:
    box = idle()
    box.wish(OpenGathering(SESSION.id))
    assert not saver.is_shown(box.world)


def test_the_clock_stands_somewhere_else_every_minute_and_the_loop_is_told_when() -> None:
    box = TestBox().start()
    box.press("4")
    change = next_change(box.world)
    assert change is not None
    assert change <= box.wall_ms + IDLE_MS
    box.wait(IDLE_MS, WokeUp())
    pictures = []
    for _ in range(20):
        pictures.append(view(box.world, NoLibrary()).marks[0])
        change = next_change(box.world)
        assert change is not None
        assert change <= box.wall_ms + MOVE_MS
        box.wait(MOVE_MS, WokeUp())
    places = [(mark.x, mark.y) for mark in pictures]
    assert len(set(places)) == 20
    assert all(one != other for one, other in pairwise(places))


def test_without_a_known_time_it_moves_too() -> None:
    box = TestBox(trust="unknown").start()
    box.press("4")
    box.wait(IDLE_MS, WokeUp())
    before = view(box.world, NoLibrary())
    change = next_change(box.world)
    assert change is not None
    box.wait(change - box.wall_ms, WokeUp())
    assert view(box.world, NoLibrary()) != before


def test_a_world_in_which_nobody_has_pressed_a_key_yet_rests_after_minutes_too() -> None:
    box = TestBox().start()
    box.wait(IDLE_MS, WokeUp())
    assert saver.is_shown(box.world)
    assert not saver.is_shown(replace(box.world, started=False))
