"""What people come to the box for besides the sessions: errands at the television, as the keys that do them.

Each begins at home, as the twelve tasks do (`tests.tasks`), and may come to nothing: something else is on the screen,
or there is nothing to be corrected. What must hold afterwards the rules say.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .films import COURSES

Keys = list[str]


def plan_session(chance: Random) -> Keys:
    """A session of their own, on one of the next days, at a usual time, once or every week."""
    week = ["right"] if chance.random() < 0.3 else []
    repeat = [chance.choice("1234")] if chance.random() < 0.3 else []
    return ["home", "1", "0", "ok", *week, chance.choice("1234567"), chance.choice(("ok", "1", "6")), *repeat, "ok"]


def cancel_own(chance: Random) -> Keys:
    """A session of their own is not wanted after all."""
    return ["home", "1", chance.choice("1234"), "0", "right", "ok"]


def correct_count(chance: Random) -> Keys:
    """A head count was wrong."""
    return ["home", "7", "ok", "1", "down", chance.choice("123"), chance.choice("0123456789"), "ok", "1"]


def make_up(_: Random) -> Keys:
    """A session that was missed is made up for."""
    return ["home", "7", "ok", "1", "ok"]


def ask_for_course(chance: Random) -> Keys:
    """A course that is not here is ordered."""
    return ["home", "0", *str(chance.randint(1, COURSES)), "ok", "ok", "ok"]


def watch_course(chance: Random) -> Keys:
    """A course is watched by its number."""
    return play_number(chance.randint(1, COURSES))


def keep_course(chance: Random) -> Keys:
    """A course is to stay, or no longer."""
    return ["home", "3", *["down"] * chance.randrange(7), "0", "2"]


def delete_course(chance: Random) -> Keys:
    """A course is in the way."""
    return ["home", "3", *["down"] * chance.randrange(7), "0", "3", "right", "ok"]


def check_itself(chance: Random) -> Keys:
    """Something is wrong with the box, or with the sound."""
    return ["home", "4", "1", chance.choice("12"), "ok"]


def change_settings(chance: Random) -> Keys:
    """Large type, English, the volume: somebody tries things."""
    return ["home", "9", *(chance.choice(("ok", "down", "right", "left", "1", "2", "3")) for _ in range(6)), "home"]


ERRANDS: dict[str, Callable[[Random], Keys]] = {
    "a session is planned": plan_session,
    "an own session is cancelled": cancel_own,
    "a count is corrected": correct_count,
    "a session is made up": make_up,
    "a course is ordered": ask_for_course,
    "a course is watched": watch_course,
    "a course is kept": keep_course,
    "a course is deleted": delete_course,
    "the box checks itself": check_itself,
    "settings are changed": change_settings,
}


def play_number(number: int) -> Keys:
    """A certain course is to be seen."""
    return ["home", "0", *str(number), "ok", "ok"]


def stop_by_telephone(number: int, code: str) -> Keys:
    """The county has rung: a course is stopped by its number and a code."""
    return ["home", "4", "4", *str(number), "ok", *code, "ok"]
