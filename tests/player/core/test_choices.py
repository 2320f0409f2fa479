"""Choosing at the television (设置): at once in the world, once on the disk, and never from a telephone."""

from __future__ import annotations

from player.core.actions import SetPreferences
from player.core.effects import KeepPreferences
from player.core.phone import ALLOWED
from player.core.preferences import Preferences
from tests.player.core.box import TestBox


def test_a_choice_holds_at_once_and_is_kept_once() -> None:
    box, chosen = TestBox().start(), Preferences(large_type=True, language="en")
    box.wish(SetPreferences(chosen))
    box.wish(SetPreferences(chosen))
    assert box.world.preferences == chosen
    assert [kept.preferences for kept in box.all(KeepPreferences)] == [chosen]


def test_a_telephone_chooses_nothing() -> None:
    assert SetPreferences not in ALLOWED
