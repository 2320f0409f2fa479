"""A remote is taught its keys by pressing them; nobody locks himself out, and who does nothing changes nothing."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import learning
from player.core.actions import ForgetKeys, LearnKeys, OpenGathering
from player.core.effects import KeepPreferences
from player.core.events import ButtonPressed, UnknownKey, WokeUp
from player.core.learning import ORDER, WAIT_MS
from player.core.lives.room import Learning, LearningState
from player.core.lives.session import SessionState
from player.core.preferences import SCAN_CODES, LearntButton, Preferences
from player.core.screens_shown import HomeScreen, LearnScreen, SettingsScreen, StatusScreen
from player.core.turn import Turn
from tests.player.core.box import SESSION, NoLibrary, TestBox

S = LearningState
FIRST = 700  # numbers of a remote that no table knows


def code_of(button: LearntButton) -> int:
    return FIRST + ORDER.index(button)


def lesson(keys: dict[int, LearntButton] | None = None) -> TestBox:
    box = TestBox().start()
    box.world = replace(box.world, preferences=Preferences(keys=keys or {}))
    box.world = replace(box.world, screens=(HomeScreen(), SettingsScreen(), LearnScreen()))
    box.wish(LearnKeys())
    return box


def struck(box: TestBox, *codes: int) -> None:
    for code in codes:
        box.wait(300, UnknownKey(code))
        box.wait(100, UnknownKey(code, "repeat"))
        box.wait(20, UnknownKey(code, "release"))


def asked(box: TestBox) -> str:
    assert box.world.learning is not None
    return ORDER[box.world.learning.asked] if box.world.learning.state is S.ASKING else "confirm"


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(S, learning.EVENTS)))
def test_every_pair_of_state_and_event_has_a_row(state: LearningState, kind: type) -> None:
    events: dict[type, Any] = {ButtonPressed: ButtonPressed("ok", code=352), UnknownKey: UnknownKey(700)}
    box = lesson()
    turn = Turn(replace(box.world, learning=Learning(state)), box.now(), NoLibrary())
    learning.follow_event(turn, events.get(kind) or kind())
    assert turn.world.learning is None or turn.world.learning.state in S


def test_a_whole_remote_is_learnt_and_works_after_its_own_ok() -> None:
    box = lesson()
    struck(box, *(code_of(button) for button in ORDER))
    assert asked(box) == "confirm"
    assert box.all(KeepPreferences) == []
    struck(box, code_of("up"), code_of("ok"))
    assert box.last(KeepPreferences).preferences.keys == {code_of(button): button for button in ORDER}
    assert box.world.learning is None
    assert box.world.screen == SettingsScreen()
    struck(box, code_of("home"), code_of("4"))
    assert isinstance(box.world.screen, StatusScreen)
    struck(box, code_of("volume-down"))
    assert box.world.volume_percent == 70, "press and repeat, five each"


def test_a_key_is_learnt_whatever_it_meant_before_and_is_stronger_than_the_tables() -> None:
    box = lesson()
    box.wait(300, ButtonPressed("left", code=105))  # learnt as OK
    assert asked(box) == "back"
    struck(box, code_of("back"))
    for _ in ORDER[2:]:
        box.wait(300, ButtonPressed("left", code=105))
    assert asked(box) == "confirm"
    box.wait(300, ButtonPressed("ok", code=352))  # the old OK has not been taught anything else and works too
    assert box.world.preferences.keys == {105: "ok", code_of("back"): "back"}
    box.world = replace(box.world, screens=(HomeScreen(),))
    box.wait(300, ButtonPressed("4", code=5))
    assert isinstance(box.world.screen, StatusScreen)


def test_ok_skips_back_asks_again_and_another_key_of_this_lesson_is_told() -> None:
    box = lesson()
    struck(box, code_of("ok"), code_of("back"), code_of("up"))
    struck(box, code_of("ok"))
    assert asked(box) == "left"
    struck(box, code_of("back"), code_of("back"))
    assert asked(box) == "up"
    struck(box, 999)
    assert asked(box) == "down"
    assert box.world.learning is not None
    assert box.world.learning.keys == {code_of("ok"): "ok", code_of("back"): "back", 999: "up"}
    struck(box, 999)
    assert asked(box) == "down"
    assert box.world.learning.means == "up"
    struck(box, code_of("back"), 999)
    assert asked(box) == "down", "the key asked for may be pressed again"


def test_whoever_waits_leaves_everything_as_it_was() -> None:
    box = lesson({353: "ok"})
    struck(box, code_of("ok"), code_of("back"))
    assert box.wake.monotonic_ms is not None
    box.wait(WAIT_MS, WokeUp())
    assert box.world.learning is None
    assert box.world.screen == SettingsScreen()
    assert box.world.preferences == Preferences(keys={353: "ok"})
    assert box.all(KeepPreferences) == []
    assert box.world.notice is not None


def test_the_wait_begins_anew_with_each_key() -> None:
    box = lesson()
    for code in range(700, 710):
        box.wait(WAIT_MS - 1_000, UnknownKey(code))
    assert asked(box) == "3"


def test_a_session_that_gathers_ends_the_lesson_and_gets_the_keys() -> None:
    box = lesson()
    struck(box, code_of("ok"))
    box.wish(OpenGathering(SESSION.id))
    box.wait(300, ButtonPressed("ok", code=352))
    assert box.world.session is not None
    assert box.world.session.state is not SessionState.GATHERING, "people sit: that was for the session"
    box.world = replace(box.world, screens=(HomeScreen(),))
    box.wait(1, WokeUp())
    assert box.world.learning is None


def test_a_keyboard_and_a_telephone_lead_away_and_teach_nothing() -> None:
    box = lesson()
    box.press("5")
    assert asked(box) == "ok"
    box.press("back")
    assert box.world.screen == SettingsScreen()
    assert box.world.learning is None


def test_a_code_that_the_kernel_has_no_key_for_can_be_a_key() -> None:
    box = TestBox().start()
    box.world = replace(box.world, preferences=Preferences(keys={SCAN_CODES + 0x40BF: "4"}))
    box.wait(300, UnknownKey(SCAN_CODES + 0x40BF))
    assert isinstance(box.world.screen, StatusScreen)
    before = box.world.screens
    box.wait(300, UnknownKey(SCAN_CODES + 0x40C0))
    assert box.world.screens == before


def test_what_was_taught_before_stays_beside_what_is_taught_now_and_can_all_be_forgotten() -> None:
    box = lesson({1_000: "menu"})
    struck(box, code_of("ok"), code_of("back"), *[code_of("ok")] * (len(ORDER) - 2), code_of("ok"))
    assert box.world.preferences.keys == {1_000: "menu", code_of("ok"): "ok", code_of("back"): "back"}
    box.wish(ForgetKeys())
    assert box.last(KeepPreferences).preferences == Preferences()
