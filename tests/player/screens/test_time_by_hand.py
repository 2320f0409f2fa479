"""设置时间: keys make a date and a time; slips are named, a trusted clock is left alone, and back always leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from demo.screens.states import at, base
from demo.screens.village import NOW_MS, SHELF
from player.core.actions import Action, SetTime
from player.core.effects import SetClock
from player.core.events import TimeRefused
from player.core.screens_shown import SettingsScreen, TimeScreen
from player.core.world import World
from player.screens import stack
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view
from tests.player.core.box import TestBox

BOUND_MS = NOW_MS - 9 * 86_400_000  # 2026-02-23 19:05 at the site


def unknown() -> World:
    world = at(base(), trust="unknown", wall_ms=BOUND_MS)
    return react(stack.push(world, SettingsScreen(4)), "select", SHELF)[0]


def keyed(world: World, *keys: str) -> tuple[World, tuple[Action, ...]]:
    """Press digits (``1``) and intents (``ok`` for select); return the world and what the last key asked."""
    actions: tuple[Action, ...] = ()
    for key in keys:
        world, actions = react(world, f"digit-{key}" if key.isdigit() else "select" if key == "ok" else key, SHELF)
    return world, actions


def words(world: World) -> str:
    return " ".join(mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text))


def test_the_rest_may_stay_as_proposed_and_full_fields_pass_on_by_themselves() -> None:
    world, actions = keyed(unknown(), "ok", "3", "ok", "4", "ok", "1", "9", "3", "0", "ok")
    (chosen,) = actions
    assert isinstance(chosen, SetTime)
    assert datetime.fromtimestamp(chosen.wall_ms / 1000, UTC) == datetime(2026, 3, 4, 11, 30, tzinfo=UTC)
    assert world.screen == SettingsScreen(4)


def test_all_twelve_digits_in_a_row_set_it_too() -> None:
    _, actions = keyed(unknown(), *"202603041930", "ok")
    assert [datetime.fromtimestamp(one.wall_ms / 1000, UTC).day for one in actions if isinstance(one, SetTime)] == [4]


@pytest.mark.parametrize(
    ("keys", "said", "field"),
    [
        ("202602301900", "没有 2 月 30 日", 2),
        ("202613011900", "没有 13 月 1 日", 2),
        ("202603042400", "没有 24:00 这个时间", 3),
        ("202603041960", "没有 19:60 这个时间", 3),
        ("202602221900", "不会早于 2月23日", 0),
        ("000003041930", "没有 3 月 4 日", 2),
    ],
)
def test_a_slip_is_named_and_its_field_waits_for_another_figure(keys: str, said: str, field: int) -> None:
    world, actions = keyed(unknown(), *keys, "ok")
    assert actions == ()
    assert said in words(world)
    assert isinstance(world.screen, TimeScreen)
    assert (world.screen.field, world.screen.fresh) == (field, True)


def test_an_empty_field_is_asked_for() -> None:
    world, actions = keyed(unknown(), "ok", "left", "down", "down", "down", "ok")
    assert actions == ()
    assert "“月”还没有填" in words(world)


def test_back_leaves_at_once_where_nothing_was_keyed_in_and_takes_digits_away_else() -> None:
    assert keyed(unknown(), "back")[0].screen == SettingsScreen(4)
    world, _ = keyed(unknown(), "2", "0", "back", "back")
    assert isinstance(world.screen, TimeScreen)
    assert world.screen.figures[0] == ""
    assert keyed(world, "back")[0].screen == SettingsScreen(4)


def test_left_goes_back_through_the_fields_and_never_out() -> None:
    world, _ = keyed(unknown(), "ok", *["left"] * 20)
    assert isinstance(world.screen, TimeScreen)
    assert world.screen.field == 0


def test_a_trusted_clock_says_that_there_is_nothing_to_set() -> None:
    world = react(base(SettingsScreen(4)), "select", SHELF)[0]
    assert "不用设置" in words(world)
    assert keyed(world, "1", "9", "down") == (world, ())
    assert keyed(world, "ok") == (keyed(world, "back")[0], ())


def test_the_clock_is_asked_and_its_refusal_is_told() -> None:
    box = TestBox(trust="unknown").start()
    box.wish(SetTime(box.wall_ms + 60_000))
    asked = box.last(SetClock)
    assert (asked.wall_ms, asked.monotonic_ms) == (box.wall_ms + 60_000, box.monotonic_ms)
    box.take(TimeRefused())
    assert box.world.notice is not None
    assert "没有设成" in box.world.notice.words


def test_a_trusted_clock_is_not_even_asked() -> None:
    box = TestBox().start()
    box.wish(SetTime(0))
    assert box.all(SetClock) == []
