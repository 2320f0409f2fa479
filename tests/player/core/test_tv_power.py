"""The television set is on when people come, and off when they have gone."""

from __future__ import annotations

from player.core.actions import OpenGathering, PlayLesson, SkipSession, StopPlaying
from player.core.events import WokeUp
from player.core.media_effects import RestTelevision, WakeTelevision
from player.core.tv_power import REST_MS
from tests.player.core.box import MINUTE_MS, SESSION, TestBox


def gathering() -> TestBox:
    box = TestBox().start()
    box.wait(45 * MINUTE_MS, WokeUp())
    assert box.world.session is not None
    return box


def test_a_session_that_gathers_wakes_the_set_once() -> None:
    box = gathering()
    box.wait(MINUTE_MS, WokeUp())
    assert len(box.all(WakeTelevision)) == 1


def test_a_session_that_somebody_opens_finds_the_set_on() -> None:
    box = TestBox().start()
    box.wish(OpenGathering(SESSION.id))
    assert box.all(WakeTelevision) == []
    assert box.all(RestTelevision) == []


def test_the_set_rests_when_all_is_over_and_nobody_has_pressed_a_key_for_a_while() -> None:
    box = gathering()
    box.wish(SkipSession())
    box.wait(REST_MS - 1_000, WokeUp())
    box.press("down")
    assert box.wake.monotonic_ms is not None
    box.wait(REST_MS - 1, WokeUp())
    assert box.all(RestTelevision) == []
    box.wait(1, WokeUp())
    box.wait(REST_MS, WokeUp())
    assert len(box.all(RestTelevision)) == 1


def test_a_lesson_watched_after_the_session_keeps_the_set_on() -> None:
    box = gathering()
    box.wish(SkipSession())
    box.wish(PlayLesson("c1", "one"))
    box.show(200)
    box.wait(1_000, WokeUp())
    assert box.world.playback is not None
    assert box.all(RestTelevision) == []


def test_a_set_that_somebody_else_has_switched_on_is_left_alone() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.show(20)
    box.wish(StopPlaying())
    box.wait(2 * REST_MS, WokeUp())
    assert box.all(RestTelevision) == []
