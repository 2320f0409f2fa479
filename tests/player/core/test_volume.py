"""How loud: by day, at night, at most; and never turned down in the middle of a lesson."""

from __future__ import annotations

from msgspec.structs import replace

from player.core import volume
from player.core.actions import PlayLesson, SetPreferences, StopPlaying, VolumeBy
from player.core.events import WokeUp
from player.core.media_effects import SetVolume
from player.core.preferences import Preferences
from tests.player.core.box import NOW_MS, TestBox

HOUR_MS = 3_600_000
CHOSEN = Preferences(day_percent=70, night_percent=40)


def at_hour(hour: int) -> int:
    """Return a wall time of the test day at so many o'clock in China."""
    midnight = (NOW_MS + 8 * HOUR_MS) // (24 * HOUR_MS) * 24 * HOUR_MS - 8 * HOUR_MS
    return midnight + hour * HOUR_MS


def box_at(hour: int, chosen: Preferences = CHOSEN) -> TestBox:
    box = TestBox(wall_ms=at_hour(hour))
    box.world = replace(box.world, preferences=chosen)
    return box.start()


def test_it_starts_as_loud_as_the_part_of_the_day_asks() -> None:
    assert box_at(15).last(SetVolume).percent == 70
    assert box_at(23).last(SetVolume).percent == 40
    assert box_at(5).last(SetVolume).percent == 40
    assert box_at(15, Preferences()).last(SetVolume).percent == 80


def test_without_a_known_time_it_is_day() -> None:
    box = TestBox(wall_ms=at_hour(23), trust="unknown")
    box.world = replace(box.world, preferences=CHOSEN)
    assert box.start().last(SetVolume).percent == 70


def test_the_night_begins_at_its_hour_and_the_box_wakes_for_it() -> None:
    box = box_at(21)
    assert volume.next_wall_ms(box.world) == at_hour(22)
    assert box.wake.wall_ms is not None
    assert box.wake.wall_ms <= at_hour(22)
    box.wait(HOUR_MS, WokeUp())
    assert box.world.volume_percent == 40
    assert volume.next_wall_ms(box.world) == at_hour(30)
    box.wait(8 * HOUR_MS, WokeUp())
    assert box.world.volume_percent == 70


def test_a_lesson_that_lasts_into_the_night_is_turned_down_only_afterwards() -> None:
    box = box_at(21)
    box.wish(PlayLesson("c1", "one"))
    box.show(3)
    box.wait(HOUR_MS, WokeUp())
    assert box.world.volume_percent == 70
    box.wish(StopPlaying())
    assert box.world.volume_percent == 40


def test_what_was_turned_up_by_key_stays_until_the_next_part_of_the_day() -> None:
    box = box_at(15)
    box.wish(VolumeBy(10))
    box.wait(HOUR_MS, WokeUp())
    assert box.world.volume_percent == 80


def test_it_is_never_louder_than_the_most_even_if_that_is_chosen_later() -> None:
    box = box_at(15, Preferences(day_percent=90, most_percent=60))
    assert box.last(SetVolume).percent == 60
    box.wish(VolumeBy(30))
    assert box.world.volume_percent == 60
    box.wish(SetPreferences(Preferences(most_percent=35)))
    assert box.last(SetVolume).percent == 35


def test_nothing_is_said_at_nightfall_where_day_and_night_are_as_loud() -> None:
    box = box_at(21, Preferences())
    before = len(box.all(SetVolume))
    box.wish(VolumeBy(-20))
    box.wait(HOUR_MS, WokeUp())
    assert len(box.all(SetVolume)) == before + 1
