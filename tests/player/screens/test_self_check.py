"""设备自检 on the screen: three presses from home to a code that can be read out, and every fault leads somewhere."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from demo.screens.states import all_states, base
from demo.screens.village import SHELF
from player.core import faults
from player.core.actions import ReportCheck, SayHeard, StartCheck
from player.core.faults import FAULTS
from player.core.language import speaking
from player.core.screens_shown import (
    CheckScreen,
    CoursesScreen,
    FaultScreen,
    HomeScreen,
    SettingsScreen,
    StatusScreen,
    TimeScreen,
    VolumesScreen,
)
from player.core.world import World
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view

STATES = all_states()


def words(world: World) -> str:
    return " ".join(mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text))


def state(name: str) -> World:
    return STATES[name][0]


def test_two_digits_from_home_begin_the_check() -> None:
    world, _ = react(base(), "digit-4", SHELF)
    world, actions = react(world, "digit-1", SHELF)
    assert (world.screen, actions) == (CheckScreen(), (StartCheck(),))


def test_the_page_below_does_not_call_well_what_the_check_has_found_broken() -> None:
    broken = replace(state("check-silent"), screens=(HomeScreen(), StatusScreen()))
    assert f"刚查出 {faults.NOT_HEARD}" in words(broken)
    assert "没有发现故障" not in words(broken)
    assert "没有发现故障" in words(base(StatusScreen()))


def test_while_the_tone_plays_1_and_2_answer_and_nothing_else_does() -> None:
    world = state("check-listening")
    assert react(world, "digit-1", SHELF) == (world, (SayHeard(heard=True),))
    assert react(world, "digit-2", SHELF) == (world, (SayHeard(heard=False),))
    for intent in ("digit-0", "digit-3", "up", "red"):
        assert react(world, intent, SHELF) == (world, ())


def test_the_code_and_what_to_do_now_stand_large_beside_the_parts() -> None:
    said = words(state("check-silent"))
    assert "B04" in said
    assert FAULTS[faults.NOT_HEARD].advice in said
    assert "报告县远教办" in said


def test_of_many_codes_the_first_is_large_and_all_are_named() -> None:
    said = words(state("check-all-bad"))
    for code in ("C02", "B03", "L03", "S01", "T01", "Y01"):
        assert code in said


def test_ok_reports_a_digit_looks_closer_and_0_checks_again() -> None:
    world = state("check-silent")
    assert react(world, "select", SHELF) == (world, (ReportCheck(),))
    assert react(world, "digit-0", SHELF) == (world, (StartCheck(),))
    assert react(world, "digit-3", SHELF)[0].screen == FaultScreen("B04")
    told, _ = react(world, "digit-6", SHELF)
    assert told.notice is not None
    assert "46" in told.notice.words


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_fault_has_a_page_with_its_code_what_it_is_and_what_to_do(code: str, language: str) -> None:
    world = replace(base(StatusScreen(), FaultScreen(code)), preferences=replace(base().preferences, language=language))
    said = words(world)
    with speaking(language):
        known = faults.fault(code)
    assert code in said
    assert known.title in said
    assert known.advice in said


@pytest.mark.parametrize(
    ("code", "screen"),
    [
        (faults.NOT_HEARD, VolumesScreen), (faults.CLOCK_UNKNOWN, TimeScreen), (faults.DISK_FULL, CoursesScreen),
        (faults.CHOICES_LOST, SettingsScreen), (faults.NO_LINE, CheckScreen),
    ],
)  # fmt: skip
def test_a_fault_about_which_something_can_be_done_leads_there_with_1(code: str, screen: type) -> None:
    reached, actions = react(base(StatusScreen(), FaultScreen(code)), "digit-1", SHELF)
    assert isinstance(reached.screen, screen)
    assert reached.screens[-2] == StatusScreen()
    assert actions == ((StartCheck(),) if screen is CheckScreen else ())


def test_a_fault_about_which_nothing_can_be_done_here_stays() -> None:
    world = base(StatusScreen(), FaultScreen(faults.TOO_HOT))
    assert react(world, "digit-1", SHELF) == (world, ())
