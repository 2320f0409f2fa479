"""怎么办 by key presses: each way leads where it says, home and list lead to it, a card of its own is one key away."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from demo.screens.danger import OWN, WAYS, asked, endangered
from demo.screens.states import all_states, at, base
from demo.screens.village import SHELF, TONIGHT
from player.core.actions import Action, FindWays, MoveSession, OpenGathering, SmallFirst, WaitLonger
from player.core.outlook import Ways
from player.core.screens_shown import CoursesScreen, SessionsScreen, StickScreen, WaysScreen
from player.core.world import World
from player.screens.courses import ON_THE_BOX
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view


def pressed(world: World, *intents: str) -> tuple[World, tuple[Action, ...]]:
    actions: tuple[Action, ...] = ()
    for intent in intents:
        world, actions = react(world, intent, SHELF)
    return world, actions


def words(world: World) -> str:
    return "\n".join(mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text))


def state(name: str) -> World:
    return all_states()[name][0]


@pytest.mark.parametrize("world", [endangered(), endangered(base(SessionsScreen(1)))])
def test_ok_on_a_session_in_danger_asks_what_helps(world: World) -> None:
    assert "可能来不及，看看怎么办" in words(world)
    assert pressed(world, "select")[1] == (FindWays(TONIGHT.id),)


def test_when_people_gather_ok_opens_the_card_and_3_asks_there() -> None:
    gathers = at(endangered(), wall_ms=TONIGHT.starts_ms - 10 * 60_000)
    assert pressed(gathers, "select")[1] == (OpenGathering(TONIGHT.id),)
    assert pressed(state("gathering-may-be-late"), "digit-3")[1] == (FindWays(TONIGHT.id),)
    assert pressed(state("gathering"), "digit-3")[1] == ()


def test_the_smallest_picture_is_asked_for_with_one_key_and_confirmed_in_words() -> None:
    world, actions = pressed(asked(WAYS), "select")
    assert actions == (SmallFirst(TONIGHT.id),)
    assert not isinstance(world.screen, WaysScreen)
    assert "先下 240p" in words(world)


def test_the_stick_leads_to_the_list_of_what_it_must_bring_or_to_the_one_that_is_in() -> None:
    listed, _ = pressed(asked(WAYS), "digit-2")
    assert "课号 128" in words(listed)
    assert "143 MB" in words(listed)
    assert pressed(listed, "back")[0].screen == WaysScreen(WAYS, 1)
    offered = state("stick").stick
    assert isinstance(pressed(replace(asked(WAYS), stick=offered), "digit-2")[0].screen, StickScreen)


def test_no_stick_is_offered_for_a_session_of_which_nothing_may_be_shown() -> None:
    shown = words(asked(Ways(TONIGHT.id)))
    assert "U 盘" not in shown
    assert "请县里想办法" in shown


def test_waiting_is_offered_where_the_same_evening_would_do_and_done_from_the_card() -> None:
    assert "集合时按 2" in words(pressed(asked(WAYS), "digit-3")[0])
    gathering = state("gathering-may-be-late")
    shown = replace(gathering, screens=(*gathering.screens, WaysScreen(WAYS)))
    assert pressed(shown, "digit-3")[1] == (WaitLonger(),)
    next_day = asked(replace(WAYS, ready_wall_ms=TONIGHT.starts_ms + 20 * 3_600_000))
    assert "再等一会" not in words(next_day)


def test_the_countys_session_is_moved_by_whom_one_rings_the_own_one_at_once() -> None:
    world, actions = pressed(asked(WAYS), "digit-4")
    assert (actions, "请打电话给组织干事 王小梅 0999-5550123" in words(world)) == ((), True)
    assert "和乡镇组织干事或县远教办联系" in words(pressed(state("ways-nobody-to-ring"), "digit-2")[0])
    own, actions = pressed(state("ways-own"), "digit-2")
    assert actions == (MoveSession(OWN, "2026-03-06T19:30"),)
    assert not isinstance(own.screen, WaysScreen)


def test_what_does_not_help_is_not_offered() -> None:
    only = words(state("ways-only-stick"))
    assert "先下" not in only
    assert "改到" not in only
    assert "用 U 盘拷来" in only
    assert "降低清晰度也不行" in words(state("ways-own"))


def test_where_there_is_no_room_the_courses_on_the_box_are_opened() -> None:
    assert "本机放不下" in words(state("ways-no-room"))
    assert "U 盘" not in words(state("ways-no-room"))
    assert pressed(state("ways-no-room"), "select")[0].screen == CoursesScreen(ON_THE_BOX)


def test_where_nothing_helps_no_key_does_anything_but_open_the_card_or_leave() -> None:
    nothing = state("ways-own-stopped")
    assert "选定" not in words(nothing)
    assert pressed(nothing, "select", "digit-1", "down")[1] == ()
    assert pressed(nothing, "digit-0")[1] == (OpenGathering(OWN),)


def test_0_opens_the_card_all_the_same_and_a_session_that_is_gone_leads_back() -> None:
    assert pressed(asked(WAYS), "digit-0")[1] == (OpenGathering(TONIGHT.id),)
    gone = state("ways-moved")
    assert "已经改了" in words(gone)
    assert pressed(gone, "select") == (gone, ())
