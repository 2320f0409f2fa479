"""The bench's own arithmetic, and that it prints what it promises."""

from __future__ import annotations

import msgspec

from bench.plan import OPTIMUM, OURS, PLAY, Job, Play, beaten_by, jobs, lived, outcomes
from bench.prefetch.policies import POLICIES
from bench.prefetch.trial import Outcome

TUNED_ON = range(1, 9)


def play() -> Play:
    return msgspec.yaml.decode(PLAY.read_bytes(), type=Play)


def table(mine: tuple[float, float], other: tuple[float, float]) -> dict[tuple[str, float], Outcome]:
    others = {(name, 3.0): Outcome(*other, sessions=10) for name in POLICIES}
    return {**others, (OURS, 3.0): Outcome(*mine, sessions=10)}


def test_it_plays_on_seeds_that_the_planner_was_not_tuned_on() -> None:
    assert {job.seed for quick in (True, False) for job in jobs(play(), quick=quick)}.isdisjoint(TUNED_ON)


def test_every_policy_plays_in_every_village() -> None:
    played = {(job.policy, job.setting.kind, job.setting.load, job.seed) for job in jobs(play(), quick=False)}
    one = play()
    assert len(one.kinds) >= 5
    assert len(played) == (len(POLICIES) + 1) * len(one.kinds) * len(one.loads) * len(one.seeds)


def test_a_policy_is_better_only_if_it_loses_nothing() -> None:
    assert beaten_by(table((8, 5.0), (8, 5.0)), 3) == []
    assert beaten_by(table((8, 5.0), (9, 4.9)), 3) == []
    assert len(beaten_by(table((8, 5.0), (8, 5.1)), 3)) == len(POLICIES) - 1
    assert len(beaten_by(table((8, 5.0), (9, 5.0)), 3)) == len(POLICIES) - 1


def test_villages_of_one_load_are_added_up() -> None:
    todo = [job for job in jobs(play(), quick=True) if job.policy == "fifo" and job.setting.kind in ("adsl", "ride")]
    added, single = outcomes(todo, 2), [lived(job) for job in todo if is_light(job)]
    assert added["fifo", 0.7].sessions == sum(one.sessions for one in single)
    assert added["fifo", 0.7].ready == sum(one.ready for one in single)
    assert OPTIMUM not in {policy for policy, _ in added}


def is_light(job: Job) -> bool:
    return job.setting.load == 0.7
