"""设置: each row says what holds and changes it; volumes stay within what may be had; test cards come in turn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from demo.screens.states import at, base
from demo.screens.village import SHELF
from player.core.actions import SetPreferences, VolumeBy
from player.core.preferences import Preferences
from player.core.screens_shown import HomeScreen, PictureTestScreen, SettingsScreen, VolumesScreen
from player.core.world import World
from player.screens.home import TILES
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view
from playlists.documents import Sounds

HOUR_MS = 3_600_000
PLAYER = Path(__file__).parents[3] / "player"
CHOOSING = ("core/preferences.py", "screens/settings.py", "screens/volumes.py")


def words(world: World) -> str:
    return " ".join(mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text))


def chosen(world: World, intent: str) -> Preferences:
    _, actions = react(world, intent, SHELF)
    (kept,) = [one for one in actions if isinstance(one, SetPreferences)]
    return kept.preferences


def test_settings_are_the_ninth_tile_of_home() -> None:
    reached, actions = react(base(), "digit-9", SHELF)
    assert (reached.screen, actions) == (SettingsScreen(), ())
    here = HomeScreen(1 + list(TILES).index(9))
    assert reached.screens[0] == here
    assert react(replace(base(), screens=(here,)), "select", SHELF)[0].screen == SettingsScreen()


@pytest.mark.parametrize(
    ("digit", "expected"),
    [
        (3, Preferences(language="en")),
        (4, Preferences(large_type=True)),
        (6, Preferences(prompts=False)),
        (7, Preferences(music=False)),
    ],
)
def test_a_digit_changes_its_row_and_the_same_digit_changes_it_back(digit: int, expected: Preferences) -> None:
    world = base(SettingsScreen())
    assert chosen(world, f"digit-{digit}") == expected
    assert chosen(replace(world, preferences=expected), f"digit-{digit}") == Preferences()


def test_every_row_says_what_holds_now() -> None:
    changed = Preferences(large_type=True, day_percent=60, night_percent=30)
    said = words(replace(base(SettingsScreen()), preferences=changed))
    assert "白天 60 · 夜间 30" in said
    assert said.count(" 开 ") == 1, "large type is on"
    assert words(base(SettingsScreen())).count(" 开 ") == 2, "prompts and music are on"
    assert words(base(SettingsScreen())).count(" 关 ") == 1, "large type is off"
    silent = Preferences(prompts=False, music=False)
    assert words(replace(base(SettingsScreen()), preferences=silent)).count(" 关 ") == 3
    assert "中文 / English" in said
    english = replace(base(SettingsScreen()), preferences=Preferences(language="en"))
    assert "English / 中文" in words(english)


def test_where_the_county_has_sent_no_sounds_the_rows_say_so() -> None:
    world = base(SettingsScreen())
    assert world.generation is not None
    without = replace(world, generation=replace(world.generation, sounds=Sounds()))
    assert words(without).count("开，县里还没有发来") == 2
    off = replace(without, preferences=Preferences(prompts=False, music=False))
    assert "还没有发来" not in words(off)


@pytest.mark.parametrize("field", Preferences.__struct_fields__)
def test_what_is_chosen_is_read_where_it_counts_and_not_only_where_it_is_chosen(field: str) -> None:
    others = [path for path in PLAYER.rglob("*.py") if path.relative_to(PLAYER).as_posix() not in CHOOSING]
    read = re.compile(rf"\b(preferences|chosen)\.{field}\b")
    assert any(read.search(path.read_text(encoding="utf-8")) for path in others), f"{field} does nothing"


def test_volume_and_picture_test_open_pages_of_their_own() -> None:
    assert react(base(SettingsScreen()), "digit-1", SHELF)[0].screen == VolumesScreen()
    assert react(base(SettingsScreen()), "digit-2", SHELF)[0].screen == PictureTestScreen()


def test_the_volume_of_this_part_of_the_day_is_heard_while_it_is_changed() -> None:
    evening = base(VolumesScreen())
    _, actions = react(evening, "left", SHELF)
    assert actions == (SetPreferences(Preferences(day_percent=75)), VolumeBy(-5))
    _, actions = react(replace(evening, screens=(HomeScreen(), VolumesScreen(1))), "left", SHELF)
    assert actions == (SetPreferences(Preferences(night_percent=75)),)
    night = at(replace(evening, screens=(HomeScreen(), VolumesScreen(1))), wall_ms=evening.now.wall_ms + 4 * HOUR_MS)
    assert react(night, "left", SHELF)[1] == (SetPreferences(Preferences(night_percent=75)), VolumeBy(-5))


def test_a_smaller_most_takes_the_other_volumes_with_it() -> None:
    world = replace(base(VolumesScreen(2)), preferences=Preferences(most_percent=80))
    _, actions = react(world, "left", SHELF)
    assert actions == (SetPreferences(Preferences(most_percent=75)), VolumeBy(-5))
    assert "最大" in words(world)


def test_the_most_never_falls_to_silence_and_no_volume_leaves_its_bounds() -> None:
    least = replace(base(VolumesScreen(2)), preferences=Preferences(most_percent=10))
    assert chosen(least, "left").most_percent == 10
    assert chosen(base(VolumesScreen(2)), "right").most_percent == 100
    silent = replace(base(VolumesScreen(1)), preferences=Preferences(night_percent=0))
    assert chosen(silent, "left").night_percent == 0


def test_the_volume_key_stops_at_the_most_everywhere() -> None:
    world = replace(base(), preferences=Preferences(most_percent=80))
    reached, _ = react(world, "volume-up", SHELF)
    assert reached.notice is not None
    assert reached.notice.words == "音量 80"


def test_the_cards_of_the_picture_test_come_in_turn_and_back_leaves_them() -> None:
    world, seen = base(SettingsScreen(), PictureTestScreen()), []
    for _ in range(3):
        seen.append(words(world))
        world, _ = react(world, "right", SHELF)
    assert world.screen == PictureTestScreen(0)
    assert len(set(seen)) == 3
    assert react(world, "left", SHELF)[0].screen == PictureTestScreen(2)
    assert react(world, "digit-2", SHELF)[0].screen == PictureTestScreen(1)
    assert react(world, "back", SHELF)[0].screen == SettingsScreen()
