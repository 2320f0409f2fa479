"""Policies of the bench in a village of one week."""

from __future__ import annotations

import pytest

from bench.prefetch.optimum import optimum
from bench.prefetch.policies import POLICIES
from bench.prefetch.trial import Outcome, Trial
from bench.prefetch.villages import HOUR_MS, Setting, village

LEADS = ((0.5, 120.0, 240.0), (0.5, 6.0, 48.0))


def lived(policy: str, load: float, kind: str = "adsl") -> Outcome:
    return Trial(village(setting(load, kind), 1), POLICIES[policy]()).live()


def setting(load: float, kind: str = "adsl") -> Setting:
    return Setting(kind, load, weeks=1, learning_weeks=1, sessions_a_week=6, lead_hours=LEADS)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_line_that_brings_everything_lets_every_policy_succeed(policy: str) -> None:
    outcome = lived(policy, 0.01)
    assert outcome.sessions == 6
    assert outcome.ready == 6
    assert 0 < outcome.shown_bytes <= outcome.fetched_bytes + 1
    assert outcome.mean_quality == pytest.approx(0.55 if "240" in policy else 1.0)


@pytest.mark.parametrize("kind", ["adsl", "ride", "fixed"])
@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_is_better_than_the_optimum(policy: str, kind: str) -> None:
    outcome, best = lived(policy, 3, kind), optimum(village(setting(3, kind), 1))
    assert outcome.ready <= best.ready
    assert outcome.ready < best.ready or outcome.quality <= best.quality + 0.02
    assert outcome.wasted_percent >= 0


def test_what_is_not_ready_is_worth_nothing() -> None:
    outcome = lived("earliest-720p", 6)
    assert outcome.ready < outcome.sessions
    assert outcome.quality == pytest.approx(outcome.ready)


@pytest.mark.parametrize("kind", ["adsl", "ride"])
def test_a_village_is_the_same_again_and_carries_what_its_load_says(kind: str) -> None:
    one = village(setting(1.5, kind), 7)
    assert one == village(setting(1.5, kind), 7)
    asked = sum(lesson.renditions[-1].blob.bytes for each in one.judged for lesson in each.course.lessons)
    carried = sum(one.slots[len(one.slots) // 2 :])
    assert asked / carried == pytest.approx(1.5)
    assert all(each.known_ms + 6 * HOUR_MS <= each.occurrence.starts_ms for each in one.sessions)
