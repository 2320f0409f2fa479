"""What is usual and not yet announced."""

from __future__ import annotations

import pytest

from player.core.planning.reserve import SHARE, Reserve, reserve
from player.core.planning.situation import Situation
from player.core.planning.wants import coming
from playlists.documents import Plan, Policy
from playlists.occurrences import Occurrence
from tests.player.core.box import generation, store
from tests.player.core.test_planner import DAY_MS, NOW_MS, forecast, ladder, occurrence

COURSES = {"a": ladder("a", (240, 1_000), (480, 4_000))}


def usual(*days: float, wall_ms: int | None = NOW_MS, best_height: int = 720) -> tuple[float, tuple[object, ...]]:
    """Return how many sessions are expected beyond those that begin so many days from now, and what one takes."""
    plan = Plan(group="g", issued="2026-03-01T00:00", policy=Policy(best_height=best_height))
    sessions: list[Occurrence] = [
        occurrence(f"{at}", NOW_MS + int(day * DAY_MS), "a") for at, day in enumerate(sorted(days))
    ]
    done = frozenset(one.id for one in sessions if one.starts_ms <= NOW_MS)
    facts = generation(courses=COURSES, occurrences=tuple(sessions), plans=(plan,))
    situation = Situation(facts, store(), wall_ms, done, frozenset(), forecast())
    found = reserve(situation, coming(situation))
    return sum(number for _, number in found.usual), found.steps


def test_as_many_sessions_as_in_the_last_week_are_expected_in_the_next() -> None:
    number, steps = usual(-6, -3, -1)
    assert number == pytest.approx(3 * SHARE)
    assert steps == ((0.55, 1_000.0), (0.9, 4_000.0))


def test_what_is_announced_is_taken_off() -> None:
    assert usual(-6, -3, -1, 5, 6)[0] == pytest.approx(SHARE * max(3 * 4.5 / 7, 3 - 2))
    assert usual(-6, -3, -1, 0.2, 0.3, 0.4, 0.5)[0] == 0


def test_a_quiet_week_or_an_unknown_clock_or_no_documents_promise_nothing() -> None:
    assert usual(3, 5)[0] == 0
    assert usual(-8, 5)[0] == 0
    assert usual(-3, wall_ms=None) == (0, ())


def test_there_is_room_for_two_sessions_in_the_smallest_picture_also_in_a_quiet_week() -> None:
    steps = ((0.55, 1_000.0), (0.9, 4_000.0))
    assert Reserve((), steps).room_bytes == 2_000
    assert Reserve(((NOW_MS, 1.5), (NOW_MS, 2.0)), steps).room_bytes == 3_500
    assert Reserve().room_bytes == 0


def test_what_is_above_the_policy_is_not_reckoned_with() -> None:
    assert usual(-3, best_height=360)[1] == ((0.55, 1_000.0),)
