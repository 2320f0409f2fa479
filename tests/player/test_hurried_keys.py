"""Keys pressed faster than the box answers, and in an order that nobody planned: no black picture, no dead end."""

from __future__ import annotations

from player.core.effects import AppendEntry
from player.core.events import JournalFailed
from player.core.lives.picture import PlaybackState
from player.core.lives.session import SessionState
from player.core.media_effects import CloseMedia
from player.core.screens_shown import SessionScreen, SessionsScreen
from player.screens import gathering, home
from player.screens.faces import face
from tests.tasks import village
from tests.tasks.room import Room


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
