"""Pages are read to their last word, and an urgent notice lies where it must and goes by OK."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from demo.screens.recordings import running
from demo.screens.states import LONG_TEXT, all_states, base
from demo.screens.village import NOW_MS, SHELF, generation
from player.core.actions import OpenGathering, TogglePause, WatchLive
from player.core.facts import Spent
from player.core.screens_shown import HomeScreen, InformationScreen, ReadingScreen
from player.core.world import World
from player.screens import design as d
from player.screens.react import react
from player.screens.reading import per_leaf
from player.screens.scene import Scene, Text
from player.screens.view import next_change, view
from playlists.documents import Caps, Page, Plan

STATES = all_states()


def words_of(scene: Scene) -> str:
    marks = scene.marks + tuple(mark for overlay in scene.overlays for mark in overlay.marks)
    return " ".join(mark.words for mark in marks if isinstance(mark, Text))


def reading(text: str) -> World:
    pages = ((Page(id="a", title="甲", text=text),),)
    return replace(base(ReadingScreen("0/a")), generation=replace(generation(), pages=pages))


def leaf(scene: Scene) -> list[str]:
    inside = range(d.CONTENT_TOP, d.CONTENT_BOTTOM - 44)
    return [mark.words for mark in scene.marks if isinstance(mark, Text) and mark.y in inside and mark.x == d.LEFT]


def read_all(world: World) -> str:
    """Turn leaf after leaf with OK until it leads back, and return what was to be read."""
    said = []
    for _ in range(200):
        said += leaf(view(world, SHELF))
        world, actions = react(world, "select", SHELF)
        assert not actions
        if not isinstance(world.screen, ReadingScreen):
            return "".join(said)
    raise AssertionError("the text has no end")


def test_the_tile_opens_the_list_and_a_digit_a_page() -> None:
    world, _ = STATES["information"]
    opened, _ = react(replace(world, screens=(HomeScreen(),)), "digit-8", SHELF)
    assert opened.screen == InformationScreen()
    assert react(opened, "digit-3", SHELF)[0].screen == ReadingScreen("0/lectures")


def channels(**settings: Any) -> World:
    world, _ = STATES["channels"]
    return replace(world, settings=replace(world.settings, **settings))


def test_a_channel_begins_at_once_where_the_line_is_free() -> None:
    assert react(channels(), "select", SHELF)[1] == (WatchLive("province"),)


def test_on_a_metered_line_people_read_what_is_left_and_only_a_yes_begins_the_channel() -> None:
    asked, actions = react(channels(caps=Caps(monthly_bytes=4 << 30)), "digit-1", SHELF)
    assert not actions
    assert "还能用 3.0 GB" in words_of(view(asked, SHELF))
    declined, actions = react(asked, "select", SHELF)  # the safe answer is the focused one
    assert (declined.screen, actions) == (InformationScreen(0), ())
    assert react(asked, "digit-2", SHELF) == (declined, (WatchLive("province"),))


def test_a_channel_that_is_recorded_costs_nothing_more_and_begins_at_once() -> None:
    assert react(running(channels(caps=Caps(monthly_bytes=4 << 30))), "select", SHELF)[1] == (WatchLive("province"),)


def test_nobody_is_asked_about_what_cannot_be_watched_anyway() -> None:
    used_up = channels(caps=Caps(monthly_bytes=1_000))
    used_up = replace(used_up, store=replace(used_up.store, spent=Spent((2026, 3), {"live": 1_000})))
    assert react(used_up, "select", SHELF)[1] == (WatchLive("province"),)


def test_a_long_page_is_read_to_its_last_word_with_ok_alone() -> None:
    assert read_all(reading(LONG_TEXT)) == LONG_TEXT.replace("\n", "")


@given(st.text(st.sampled_from("大棚管理，。《》“”Wm1 \n"), min_size=1, max_size=1500))
def test_whatever_the_text_no_letter_is_lost_between_two_leaves(text: str) -> None:
    assert "".join(read_all(reading(text)).split()) == "".join(text.split())


def test_leaves_turn_both_ways_and_stop_at_the_ends() -> None:
    world = reading(LONG_TEXT)
    assert react(world, "up", SHELF)[0].screen == ReadingScreen("0/a", 0)
    assert react(world, "right", SHELF)[0].screen == ReadingScreen("0/a", 1)
    last = replace(world, screens=(HomeScreen(), ReadingScreen("0/a", 99)))
    assert react(last, "up", SHELF)[0].screen == ReadingScreen("0/a", 1)
    assert len(leaf(view(world, SHELF))) <= per_leaf()


def test_a_page_that_ends_while_it_is_read_says_so_and_ok_leads_back() -> None:
    world, _ = STATES["reading-gone"]
    assert "已经到期或撤下" in words_of(view(world, SHELF))
    assert isinstance(react(world, "select", SHELF)[0].screen, InformationScreen)


def test_on_home_the_first_ok_puts_the_notice_away_and_the_second_opens_what_is_focused() -> None:
    world, _ = STATES["home-urgent"]
    assert "今晚有大风降温" in words_of(view(world, SHELF))
    away, actions = react(world, "select", SHELF)
    assert actions == ()
    assert "今晚有大风降温" not in words_of(view(away, SHELF))
    assert isinstance(react(away, "select", SHELF)[1][0], OpenGathering)


def test_over_a_film_ok_puts_the_notice_away_and_the_play_key_pauses_all_the_same() -> None:
    world, _ = STATES["playing-urgent"]
    assert "今晚有大风降温" in words_of(view(world, SHELF))
    assert react(world, "pause", SHELF)[1] == (TogglePause(),)
    away, actions = react(world, "select", SHELF)
    assert actions == ()
    assert not view(away, SHELF).overlays
    assert react(away, "select", SHELF)[1] == (TogglePause(),)


def test_a_notice_disturbs_nobody_who_types_or_counts() -> None:
    notice = STATES["home-urgent"][0].generation
    for name in ("heads", "number-empty", "wish-written", "gathering"):
        world = replace(STATES[name][0], generation=notice)
        assert "今晚有大风降温" not in words_of(view(world, SHELF))


def test_over_a_film_the_notice_goes_at_its_end_though_nothing_happens() -> None:
    world, _ = STATES["playing-urgent"]
    plan = Plan(group="county", issued="2026-03-01T09:00", notice="大风", notice_until="2026-03-04T19:06")
    assert world.generation is not None
    soon = replace(world, generation=replace(world.generation, plans=(plan,)))
    assert next_change(soon) == NOW_MS + 60_000
