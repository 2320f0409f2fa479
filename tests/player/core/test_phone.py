"""The telephone as a remote control: its life, and what it may not do."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import phone
from player.core.actions import (
    ClosePhone,
    OpenGathering,
    OpenPhone,
    PlayLesson,
    SetPreferences,
    StartSession,
    StopPlaying,
)
from player.core.events import StickPut, WokeUp
from player.core.lives.room import Phone, PhoneState
from player.core.lives.session import SessionState
from player.core.media_effects import SetVolume
from player.core.preferences import Preferences
from player.core.screens_shown import CourseScreen, HomeScreen, PhoneScreen, StatusScreen, StickScreen
from player.core.turn import Turn
from player.core.worker_effects import RunPhone, StopPhone
from player.core.worker_events import PhoneFinished, PhoneHeard, PhoneShown
from playlists.documents import CatalogueEntry, StopOrder
from playlists.entries import HeadCount
from tests.player.core.box import SESSION, NoLibrary, TestBox

S = PhoneState


def shown(effect: int, *, telephones: int = 0, shut: bool = False) -> PhoneShown:
    return PhoneShown(effect, "http://192.0.2.7:8090/", "123456", ("10", "01"), telephones, shut)


def opened() -> TestBox:
    box = TestBox().start()
    box.wish(OpenPhone())
    box.take(shown(box.last(RunPhone).id))
    return box


def pressed(box: TestBox, *buttons: str) -> None:
    for button in buttons:
        box.wait(300, PhoneHeard(box.world.phone.effect, button))


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(S, phone.EVENTS)))
def test_every_pair_of_state_and_event_has_a_row(state: PhoneState, kind: type) -> None:
    events: dict[type, Any] = {OpenPhone: OpenPhone(), ClosePhone: ClosePhone(), PhoneShown: shown(7)}
    box = TestBox().start()
    turn = Turn(replace(box.world, phone=Phone(state, 7)), box.now(), NoLibrary())
    phone.follow_event(turn, events.get(kind, PhoneFinished(7, "x")))
    assert turn.world.phone.state in S


def test_its_page_speaks_the_language_of_the_television() -> None:
    box = TestBox().start()
    box.wish(SetPreferences(Preferences(language="en")))
    box.wish(OpenPhone())
    assert box.last(RunPhone).language == "en"


def test_it_opens_shows_and_says_when_a_telephone_has_come() -> None:
    box = opened()
    assert box.world.phone.state is S.OPEN
    assert box.world.phone.pin == "123456"
    box.take(shown(box.world.phone.effect, telephones=1))
    assert box.world.notice is not None
    assert "手机已连上" in box.world.notice.words


def test_a_word_of_a_worker_that_was_replaced_is_dropped() -> None:
    box = opened()
    box.take(shown(box.world.phone.effect, shut=True))
    box.wish(OpenPhone())
    assert len(box.all(RunPhone)) == 2
    box.take(PhoneFinished(box.all(RunPhone)[0].id, "ended"))
    assert box.world.phone.state is S.STARTING


def test_what_is_stopped_by_telephone_is_not_found_there_from_that_moment_on() -> None:
    box = opened()
    first = box.last(RunPhone)
    facts = box.world.generation
    assert facts is not None
    stop = StopOrder(id="told-by-telephone", course="mushrooms", reason="", issued="2026-03-05T00:00")
    box.world = replace(box.world, generation=replace(facts, told=(stop,)))
    box.wait(1, WokeUp())
    assert (first.without, box.last(RunPhone).without) == ((), ("mushrooms",))
    assert (box.world.phone.state, box.world.phone.effect) == (S.STARTING, box.last(RunPhone).id)
    box.take(shown(box.world.phone.effect))
    box.wait(1, WokeUp())
    assert len(box.all(RunPhone)) == 2


def test_a_shut_door_stays_shut_whatever_is_stopped() -> None:
    box = opened()
    box.take(shown(box.world.phone.effect, shut=True))
    facts = box.world.generation
    assert facts is not None
    stop = StopOrder(id="told-by-telephone", course="mushrooms", reason="", issued="2026-03-05T00:00")
    box.world = replace(box.world, generation=replace(facts, told=(stop,)))
    box.wait(1, WokeUp())
    assert box.world.phone.state is S.SHUT


def test_keys_of_a_telephone_move_the_screens_and_turn_the_volume() -> None:
    box = opened()
    pressed(box, "volume-up", "4")
    assert box.last(SetVolume).percent > 80
    assert isinstance(box.world.screen, StatusScreen)
    pressed(box, "no-such-button", "home")
    assert isinstance(box.world.screen, HomeScreen)


def test_a_telephone_plays_and_stops_but_does_not_sign_off_the_heads() -> None:
    box = opened()
    box.wish(OpenGathering(SESSION.id))
    box.wish(StartSession())
    box.wish(StopPlaying())
    assert box.world.session is not None
    assert box.world.session.state is SessionState.COUNTING
    pressed(box, "2", "7", "ok", "1", "8", "ok", "9", "ok", "0", "ok", "ok", "ok")
    assert box.world.session.state is SessionState.COUNTING
    assert box.bodies(HeadCount) == []
    assert box.world.notice is not None
    assert "电视遥控器" in box.world.notice.words
    box.press("ok")
    assert len(box.bodies(HeadCount)) == 1


def test_a_telephone_cannot_skip_a_session() -> None:
    box = opened()
    box.wish(OpenGathering(SESSION.id))
    pressed(box, "0", "right", "ok")
    assert SESSION.id not in box.world.done_sessions


def test_a_course_chosen_on_the_telephone_opens_unless_something_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = CatalogueEntry(
        id="c1", number=128, title="大棚蔬菜", category=("农业",), minutes=10, lessons=2, released="2026-03-01"
    )
    monkeypatch.setattr(NoLibrary, "entry", lambda _self, course: entry if course == "c1" else None)
    box = opened()
    box.take(PhoneHeard(box.world.phone.effect, course="c1"))
    assert box.world.screen == CourseScreen("c1")
    box.take(PhoneHeard(box.world.phone.effect, course="unknown"))
    assert box.world.screen == CourseScreen("c1")
    box.wish(PlayLesson("c1", "one"))
    before = box.world.screens
    box.take(PhoneHeard(box.world.phone.effect, course="c1"))
    assert box.world.screens == before


def test_it_closes_when_nobody_has_pressed_anything_for_an_evening() -> None:
    box = opened()
    box.wait(phone.IDLE_MS - 1, WokeUp())
    pressed(box, "volume-down")
    box.wait(phone.IDLE_MS - 1, WokeUp())
    assert box.world.phone.state is S.OPEN
    box.wait(1, WokeUp())
    assert box.world.phone.state is S.OFF
    assert len(box.all(StopPhone)) == 1


def test_it_does_not_close_while_its_page_is_on_the_screen() -> None:
    box = opened()
    box.press("4")
    box.world = replace(box.world, screens=(HomeScreen(), PhoneScreen()))
    box.wait(2 * phone.IDLE_MS, WokeUp())
    assert box.world.phone.state is S.OPEN


def test_a_page_that_comes_over_its_own_closes_it_at_once_if_nobody_has_used_it_for_an_evening() -> None:
    box = opened()
    box.world = replace(box.world, screens=(HomeScreen(), PhoneScreen()))
    box.wait(2 * phone.IDLE_MS, WokeUp())
    assert box.world.phone.state is S.OPEN
    box.take(StickPut("/run/media/usb", "usb", ()))
    assert isinstance(box.world.screen, StickScreen)
    assert box.world.phone.state is S.OFF
    assert box.world.due.monotonic_ms is not None
    assert box.world.due.monotonic_ms > box.world.now.monotonic_ms


def test_a_closed_telephone_is_not_heard() -> None:
    box = opened()
    effect = box.world.phone.effect
    box.wish(ClosePhone())
    box.wait(300, PhoneHeard(effect, "4"))
    assert isinstance(box.world.screen, HomeScreen)
