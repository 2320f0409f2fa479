"""The tasks of the television, pressed on a real box with the same keys that were counted (`tests.tasks`)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.once import CHINA
from demo.stage import wait_for
from tests.e2e.village import virtual_television
from tests.tasks import twelve, village
from tests.tasks.real import RealBox, furnish
from tests.tasks.twelve import Task, attempt

SAME_SECOND_MS = 1_500


def keys_of(do: object) -> str:
    """Return the keys by which a task was done."""
    (task,) = (one for one in twelve.TASKS if one.do is do)
    outcome = attempt(Task(task.name, task.ideal, task.do))
    assert outcome.passed, outcome.why
    return outcome.keys


@pytest.mark.timeout(150)
def test_the_keys_that_were_counted_do_the_same_on_a_real_box(tmp_path: Path) -> None:
    furnish(tmp_path / "box")
    with virtual_television() as television, RealBox(tmp_path / "box", television) as box:
        box.waits_for("screen", "HomeScreen")
        box.press(keys_of(twelve.play_by_number))
        box.waits_for("playing", f"{village.BY_NUMBER.id}/lesson-1 playing")

        box.press("home")
        box.press(keys_of(twelve.find_by_category))
        box.waits_for("playing", f"{village.TOMATOES.id}/lesson-1 playing")

        box.press("home")
        box.press(keys_of(twelve.ask_by_initials))
        (order,) = wait_for("the order in the journal", lambda: box.entries("order"), 10)
        assert order["course"] == village.MUSHROOMS.id

        box.press("home")
        box.press(keys_of(twelve.start_tonights_session))
        box.waits_for("session", "playing")
        box.waits_for("playing", f"{village.PEPPERS.id}/lesson-1 playing")

        box.press("up up")  # two minutes into the lesson
        time.sleep(1)
        box.press(keys_of(twelve.pause_back_and_go_on))
        box.waits_for("playing", "playing")
        time.sleep(4)

        box.lose_power()
        box.waits_for("screen", "SessionScreen")
        box.press(keys_of(twelve.continue_after_power_cut))
        box.waits_for("playing", f"{village.PEPPERS.id}/lesson-1 playing")
        time.sleep(2)

        box.press(keys_of(twelve.finish_and_count))
        (held,) = wait_for("the session in the journal", lambda: box.entries("session"), 10)
        (count,) = box.entries("heads")
        assert (held["ended"], count["present"], count["members"], count["villagers"]) == ("held", 27, 18, 9)

        box.press("ok")
        box.press(keys_of(twelve.correct_members))
        corrected = wait_for("the correction in the journal", lambda: box.entries("correction"), 10)
        assert [(one["field"], one["was"], one["now"]) for one in corrected] == [
            ("members", 18, 17),
            ("villagers", 9, 10),
        ]

        box.press("home")
        box.press(keys_of(twelve.plan_next_friday))
        (planned,) = wait_for("the plan in the journal", lambda: box.entries("planned"), 10)
        week = datetime.now(CHINA) + timedelta(days=6)
        assert (planned["repeat"], planned["form"]) == ("once", "video")
        assert planned["starts"] > f"{week:%Y-%m-%d}", "a day of next week"

        cut, resumed = box.entries("play")[-2:]
        assert (cut["ended"], cut["pauses"]) == ("cut", 1)
        assert 50_000 < cut["segments"][-1][0] < 80_000, "a minute back from two minutes"
        assert abs(cut["segments"][-1][1] - resumed["segments"][0][0]) <= SAME_SECOND_MS
