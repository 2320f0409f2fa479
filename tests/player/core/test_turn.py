from __future__ import annotations

import pytest
from msgspec.structs import replace

from player.core.effects import AppendEntry, KeepSession
from player.core.facts import OpenSession
from player.core.media_effects import SetVolume
from player.core.turn import Turn
from playlists.entries import Boot
from tests.player.core.box import NoLibrary, TestBox


def test_a_changed_world_is_what_replace_would_make_and_the_old_one_stays() -> None:
    box = TestBox().start()
    turn = Turn(box.world, box.now(), NoLibrary())
    turn.change(quitting=True, volume_percent=3)
    assert turn.world == replace(box.world, quitting=True, volume_percent=3)
    assert not box.world.quitting


def test_a_field_that_no_world_has_is_refused() -> None:
    box = TestBox().start()
    with pytest.raises(TypeError, match="colour"):
        Turn(box.world, box.now(), NoLibrary()).change(colour="red")


def test_the_sessions_row_goes_before_the_seal_of_its_last_lesson() -> None:
    box = TestBox().start()
    turn = Turn(box.world, box.now(), NoLibrary())
    turn.issue(AppendEntry, body=Boot(version="1", clean=True), closes_play=True)
    turn.issue(SetVolume, percent=1)
    turn.issue(KeepSession, row=OpenSession("s", "t", "video", None, 1, 0))
    assert [type(one) for one in turn.effects()] == [KeepSession, AppendEntry, SetVolume]
