"""Every task at the television is done within one and a half times the fewest presses."""

from __future__ import annotations

import pytest

from tests.tasks.more import MORE
from tests.tasks.room import Room, names
from tests.tasks.twelve import TASKS, Task, attempt


@pytest.mark.parametrize("task", [*TASKS, *MORE], ids=lambda one: one.name)
def test_a_task_is_done_with_few_presses_that_the_screen_names(task: Task) -> None:
    outcome = attempt(task)
    assert outcome.passed, outcome.why


def test_too_many_presses_and_presses_that_nobody_could_know_of_are_told() -> None:
    def roundabout() -> Room:
        room = Room()
        room.press("red home 2")
        return room

    outcome = attempt(Task("open the catalogue", 1, roundabout))
    assert not outcome.passed
    assert outcome.presses == 3
    assert "red as press 1" in outcome.why
    assert "times the ideal" in outcome.why


def test_a_goal_that_is_not_reached_is_told() -> None:
    def nothing() -> Room:
        raise AssertionError("nothing plays")

    assert attempt(Task("play", 1, nothing)).why == "goal not reached: nothing plays"


def test_home_names_the_digits_of_its_tiles_and_no_colours() -> None:
    scene = Room().scene()
    assert [button for button in ("0", "1", "6", "ok", "up") if not names(scene, button)] == []
    assert not names(scene, "red")
