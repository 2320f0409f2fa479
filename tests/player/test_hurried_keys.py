"""Keys pressed faster than the box answers, and in an order that nobody planned: no black picture, no dead end."""

from __future__ import annotations

import random
from typing import Final, get_args

import pytest

from player.core.effects import AppendEntry
from player.core.events import Button, ButtonPressed, Event, Journaled, JournalFailed, WokeUp
from player.core.lives.picture import PlaybackState
from player.core.lives.session import SessionState
from player.core.media_effects import CloseMedia
from player.core.media_events import MediaEnded, MediaOpened, MediaProgress
from player.core.playback import is_active
from player.core.screens_shown import SessionScreen, SessionsScreen, WishScreen
from player.core.session_now import is_running
from player.screens import gathering, home, playing
from player.screens.faces import face
from playlists.entries import SessionHeld, SessionPlanned
from tests.tasks import village
from tests.tasks.room import Room

_OFTEN: Final[tuple[Button, ...]] = (*get_args(Button), *("1", "2", "ok", "home", "back") * 5)


def test_a_lesson_left_before_its_first_picture_is_over_and_the_sessions_card_can_be_seen() -> None:
    room = Room()
    room.press("0 1 2 8 ok home")
    assert room.world.playback is None
    assert len(room.box.all(CloseMedia)) == 1
    room.press("ok")
    assert isinstance(room.world.screen, SessionScreen)
    assert face(room.world) is gathering
    assert village.TONIGHT.title in room.reads()


def test_a_lesson_that_cannot_be_written_down_yet_holds_up_no_card() -> None:
    room = Room()
    room.press("0 1 2 8 ok")
    room.show(20)
    room.box.commits = False
    room.press("home")
    room.box.take(JournalFailed(room.box.last(AppendEntry).id, "disk full"))
    room.press("1 1")
    assert room.world.playback is not None
    assert room.world.playback.state is PlaybackState.ENDING
    assert face(room.world) is gathering
    assert not room.scene().video
    room.press("ok")
    assert room.world.session is not None
    assert room.world.session.state is SessionState.BETWEEN


def test_home_from_the_notes_of_a_card_that_was_opened_early_leaves_it() -> None:
    room = Room()
    room.press("ok 1 home")
    assert room.world.session is None
    assert face(room.world) is home
    assert "就要开始" not in room.reads()


def test_a_card_that_somebody_left_does_not_stand_in_the_way_of_another() -> None:
    room = Room()
    room.press("1 1 1 home 1 2")
    assert room.world.session is not None
    assert room.world.session.occurrence.title == "果树冬季修剪"


def test_next_weeks_card_offers_nothing_that_would_be_forgotten() -> None:
    room = Room()
    room.press("1 2")
    assert "其他项" not in room.reads()
    room.press("1")
    assert face(room.world) is gathering
    room.press("back")
    assert isinstance(room.world.screen, SessionsScreen), "the list that it was opened from"
    assert room.world.session is None


def test_a_session_whose_time_comes_while_somebody_writes_loses_no_letter_of_it() -> None:
    room = Room()
    room.press("6 2 9 4")
    written = room.world.writing
    assert written.keys == "94"
    room.box.wait(12 * village.MINUTE_MS, WokeUp())
    assert face(room.world) is gathering
    room.press("5")
    assert room.world.writing == written, "a digit on the card is no letter"
    room.press("back")
    assert isinstance(room.world.screen, WishScreen)
    assert room.world.writing == written
    room.press("ok")
    assert len(room.world.writing.text) > 0


def test_a_session_that_begins_while_somebody_writes_leaves_the_text_for_afterwards() -> None:
    room = Room()
    room.press("6 2 9 4")
    written = room.world.writing
    for minutes in (12, 14):
        room.box.wait(minutes * village.MINUTE_MS, WokeUp())
    room.show(2)
    assert room.scene().video
    room.press("home 2 ok ok ok ok")
    assert "已登记" in room.reads()
    room.press("ok 6 2")
    assert isinstance(room.world.screen, WishScreen)
    assert room.world.writing == written


def test_a_key_held_on_one_remote_does_not_disturb_the_number_typed_on_another() -> None:
    room = Room()
    room.press("0")
    for digit in ("1", "2", "8"):
        for press in ("press", "repeat", "repeat"):
            room.box.wait(0, ButtonPressed("down", press))
        room.press(digit)
    room.press("ok")
    room.show(2)
    assert room.world.playback is not None
    assert room.world.playback.row.course == village.BY_NUMBER.id


@pytest.mark.parametrize("button", get_args(Button))
def test_a_key_held_for_a_minute_writes_no_more_than_a_press_does(button: Button) -> None:
    """A cushion on the remote control: nothing is ordered, planned or corrected sixty times over."""
    for path in ("", "6 1", "6 2 9 4", "7", "0 1", "1 0", "1 1"):
        pressed, held = Room(), Room()
        for room in (pressed, held):
            room.press(path)
            room.box.press(button)
        for _ in range(30):
            pressed.box.wait(2_000, WokeUp())
            held.box.wait(2_000, ButtonPressed(button, "repeat"))
        held.box.wait(10, ButtonPressed(button, "release"))
        assert held.scene()
        assert kinds(held) == kinds(pressed), path
        assert len(held.world.screens) < 6, path


def kinds(room: Room) -> list[str]:
    return [type(one.body).__name__ for one in room.box.all(AppendEntry)]


@pytest.mark.parametrize("seed", range(100, 120))
def test_a_child_with_the_remote_never_sees_a_picture_that_nothing_paints(seed: int) -> None:
    """Films open late or not at all, end at odd moments, and the journal takes its time."""
    chance, room = random.Random(seed), Room()
    room.box.commits = False
    written: set[int] = set()
    for _ in range(300):
        room.box.wait(chance.choice((40, 300, 2_000)), ButtonPressed(chance.choice(_OFTEN)))
        assert room.scene()
        _let_things_happen(room, chance, written)
        world = room.world
        if face(world) is playing:
            assert is_active(world.playback) or is_running(world), f"seed {seed}"


def _let_things_happen(room: Room, chance: random.Random, written: set[int]) -> None:
    """Let the film that is on open, move or end, and the journal write what it owes; or not yet."""
    box, play = room.box, room.world.playback
    if play is not None and is_active(play):
        if play.state in (PlaybackState.OPENING, PlaybackState.RECOVERING):
            happens: Event = MediaOpened(play.play, 300_000, True)
        elif chance.random() < 0.1:
            happens = MediaEnded(play.play, play.duration_ms, play.pictures + 10)
        else:
            happens = MediaProgress(play.play, play.position_ms + 500, play.pictures + 12, False)
        if chance.random() < 0.6:
            box.wait(500, happens)
    if chance.random() < 0.4:
        for entry in [one for one in box.all(AppendEntry) if one.id not in written]:
            written.add(entry.id)
            box.seq += 1 + len(entry.more)
            box.wait(10, Journaled(entry.id, box.seq))


def test_a_session_called_off_by_a_slip_says_so_and_can_be_made_up() -> None:
    room = Room()
    room.press("1 1 0 2")
    assert room.entry(SessionHeld).ended == "skipped"
    room.press("home 1")
    assert "没有开" in room.reads()
    room.press("1")
    assert "安排补学" in room.reads()
    room.press("1 ok")
    assert room.entry(SessionPlanned).made_up == village.TONIGHT.id
