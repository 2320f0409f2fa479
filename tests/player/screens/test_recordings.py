"""录制 on the screen, by key presses on the real step: planned from the list and from the picture, stopped, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from demo.screens.recordings import CUT, DONE, GONE, WHOLE, running, world_of
from demo.screens.states import all_states
from demo.screens.village import SHELF
from player.core.actions import CancelRecording, DeleteRecording, PlanRecording, PlayLesson, StopRecording
from player.core.screens_shown import (
    CoursesScreen,
    HomeScreen,
    InformationScreen,
    LiveScreen,
    PlanScreen,
    QuestionScreen,
    RecordingScreen,
    RecordingsScreen,
    TimeScreen,
)
from player.core.world import World
from player.screens.courses import ON_THE_BOX, on_the_box
from player.screens.plan_course import offered
from player.screens.react import react
from player.screens.recordings import lines, result_words
from player.screens.scene import Text
from player.screens.view import view


def pressed(world: World, *intents: str) -> tuple[World, tuple[Any, ...]]:
    """Return the world after some keys, and what all of them asked for."""
    asked: list[Any] = []
    for intent in intents:
        world, actions = react(world, intent, SHELF)
        asked += actions
    return world, tuple(asked)


def words(world: World) -> str:
    scene = view(world, SHELF)
    marks = scene.marks + tuple(mark for overlay in scene.overlays for mark in overlay.marks)
    return " ".join(mark.words for mark in marks if isinstance(mark, Text))


def state(name: str) -> World:
    return all_states()[name][0]


def test_from_home_to_a_weekly_recording_in_ten_keys() -> None:
    world = world_of(planned=False, done=False)
    keys = ("digit-8", "digit-0", "digit-0", "digit-1", "digit-2", "digit-2", "digit-5", "digit-3", "digit-2", "select")
    reached, asked = pressed(world, *keys)
    assert asked == (PlanRecording("province", "2026-03-05T19:30", 60, "weekly"),)
    assert isinstance(reached.screen, RecordingsScreen)
    assert not any(isinstance(one, PlanScreen) for one in reached.screens)


def test_what_is_on_the_screen_is_recorded_from_now_and_the_picture_goes_on() -> None:
    world = state("live")
    reached, asked = pressed(world, "menu", "select", "select", "select")
    (wish,) = asked
    assert (wish.channel, wish.starts, wish.minutes, wish.repeat) == ("province", "2026-03-04T19:05", 60, "once")
    assert isinstance(reached.screen, LiveScreen)
    assert isinstance(pressed(world, "menu", "back")[0].screen, LiveScreen)


def test_back_leads_through_the_steps_with_what_was_chosen() -> None:
    world, _ = pressed(world_of(RecordingsScreen()), "digit-0", "digit-2", "digit-2", "digit-3", "digit-7", "digit-1")
    steps = [(one.step, one.channel) for one in world.screens if isinstance(one, PlanScreen)]
    assert steps == [
        ("channel", ""), ("when", "county"), ("day", "county"), ("time", "county"), ("length", "county"),
        ("confirm", "county"),
    ]  # fmt: skip
    world, asked = pressed(world, "back", "digit-2")
    assert isinstance(world.screen, PlanScreen)
    assert (world.screen.minutes, asked) == (45, ())


def test_a_hindrance_keeps_what_was_chosen_and_the_core_says_why() -> None:
    world = state("record-confirm-clash")
    assert "一次只能录一个" in words(world)
    reached, asked = pressed(world, "select")
    assert reached.screen == world.screen
    assert isinstance(asked[0], PlanRecording)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("record-confirm-session", "可以一起"), ("record-confirm-room", "空间可能不够"),
        ("record-confirm-estimated", "没有自动校准"), ("record-confirm-gone", "已停播"), ("record-length", "空间不够"),
        ("record-time", "已安排录制"), ("record-time", "没有节目"),
        ("home-recording", "正在录“省远教直播”，还有 23 分钟"),
        ("channels-recording", "正在录"), ("live-recording", "正在录"), ("recordings-lost", "信号断了"),
        ("recordings-clock-unknown", "时间未校准，不会录"), ("recordings-planned", "每周"),
    ],
)  # fmt: skip
def test_what_should_be_known_is_said(name: str, said: str) -> None:
    assert said in words(state(name))


def test_the_room_is_told_in_bytes_and_in_time() -> None:
    assert "录 1 小时，约 859 MB；本机还能录 5 小时 58 分" in words(state("record-confirm"))


def test_while_the_time_is_unknown_it_is_asked_for() -> None:
    reached, asked = pressed(state("recordings-clock-unknown"), "digit-0")
    assert isinstance(reached.screen, TimeScreen)
    assert asked == ()
    assert reached.notice is not None
    assert "先设好时间" in reached.notice.words


def test_what_runs_is_stopped_only_after_a_question() -> None:
    world = running(world_of(RecordingsScreen()))
    asked_first, asked = pressed(world, "select")
    assert isinstance(asked_first.screen, QuestionScreen)
    assert asked == ()
    assert pressed(asked_first, "select")[1] == ()
    assert pressed(asked_first, "digit-2")[1] == (StopRecording(),)


def test_what_is_planned_is_given_up_once_or_for_ever() -> None:
    world = world_of(RecordingsScreen())
    assert pressed(world, "digit-1", "digit-2")[1] == (CancelRecording("r1", "2026-03-04T19:00"),)
    for digit, whole in (("digit-2", False), ("digit-3", True)):
        wanted = CancelRecording("r2", "2026-03-04T20:00", all_of_it=whole)
        assert pressed(world, "digit-2", digit)[1] == (wanted,)


def test_a_weekly_plan_stands_once_in_the_list_with_its_next_time() -> None:
    starts = [one.time.starts for one in lines(world_of()) if one.time is not None]
    assert starts == ["2026-03-04T19:00", "2026-03-04T20:00", "2026-03-06T19:30"]


def test_what_was_missed_says_why_and_opens_nothing() -> None:
    world = world_of(RecordingsScreen(1), planned=False)
    reached, asked = pressed(world, "select")
    assert (reached.screen, asked) == (RecordingsScreen(1), ())
    assert reached.notice is not None
    assert "没有录到" in reached.notice.words


def test_every_end_has_words_and_a_whole_one_none() -> None:
    assert result_words(DONE[0]) == ""
    for ended in ("stopped", "full", "used-up", "taken-off", "failed", "missed", "complete"):
        assert result_words(replace(DONE[0], ended=ended, length_ms=0))
        assert result_words(replace(DONE[0], ended=ended, length_ms=20 * 60_000))


def test_parts_are_played_and_a_session_is_planned_with_the_whole() -> None:
    world = world_of(RecordingsScreen(), RecordingScreen(CUT))
    assert pressed(world, "digit-2")[1] == (PlayLesson(CUT, "2"),)
    reached, _ = pressed(world, "digit-4")
    assert isinstance(reached.screen, PlanScreen)
    assert (reached.screen.step, reached.screen.course) == ("day", CUT)
    assert {CUT, WHOLE} <= {one.course for one in offered(world)}


def test_deleting_is_asked_and_then_leaves_the_page() -> None:
    world = world_of(RecordingsScreen(), RecordingScreen(WHOLE))
    question, asked = pressed(world, "digit-3")
    assert isinstance(question.screen, QuestionScreen)
    assert pressed(question, "select") == (replace(world, screens=question.screens[:-1]), ())
    reached, asked = pressed(question, "digit-2")
    assert asked == (DeleteRecording(WHOLE),)
    assert isinstance(reached.screen, RecordingsScreen)


def test_a_recording_whose_channel_was_stopped_can_only_be_deleted() -> None:
    world = world_of(RecordingsScreen(), RecordingScreen(GONE))
    assert "录像不能放" in words(world)
    reached, asked = pressed(world, "select")
    assert isinstance(reached.screen, QuestionScreen)
    assert asked == ()


def test_they_stand_on_the_box_too_with_what_they_take_and_can_be_deleted_there() -> None:
    world = world_of(CoursesScreen(ON_THE_BOX))
    stored = on_the_box(world)
    assert stored[-4:] == ["long@2026-03-03T21:00", GONE, CUT, WHOLE]
    shown = replace(world, screens=(HomeScreen(), CoursesScreen(ON_THE_BOX, len(stored) - 1)))
    assert "859 MB" in words(shown)
    for key in ("select", "digit-0"):
        assert pressed(shown, key)[0].screen == RecordingScreen(WHOLE)


def test_information_and_live_leads_to_the_recordings() -> None:
    assert isinstance(pressed(world_of(InformationScreen()), "digit-0")[0].screen, RecordingsScreen)
