"""Which sessions are ready and how good they are, under the box's planner, under others, and at best.

For every load of `plan.yaml` and every policy two lines: sessions ready in percent, and quality on average (0 for a
session that is not ready; 240p .55, 360p .75, 480p .90, 720p 1). Each also says how many of the fetched bytes were
never shown. The planner's own lines name the offline optimum as peer, and which other policy did better: more of the
one at no less of the other. The lines of the villages are made up, or made of recorded minutes stretched to weeks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import msgspec

from bench.figures import say
from bench.prefetch.optimum import optimum
from bench.prefetch.policies import POLICIES
from bench.prefetch.trial import Outcome, Trial
from bench.prefetch.villages import Setting, village

OPTIMUM: Final = "optimum"
OURS: Final = "ours"
NOISE: Final = 1e-9
PLAY: Final = Path(__file__).parent / "plan.yaml"


class Quick(msgspec.Struct, forbid_unknown_fields=True):
    """What ``--quick`` does instead."""

    seeds: tuple[int, ...]
    weeks: int
    solver_s: float


class Play(msgspec.Struct, forbid_unknown_fields=True):
    """`plan.yaml`."""

    loads: tuple[float, ...]
    kinds: tuple[str, ...]
    seeds: tuple[int, ...]
    learning_weeks: int
    weeks: int
    sessions_a_week: int
    lead_hours: tuple[tuple[float, float, float], ...]
    solver_s: float
    quick: Quick


@dataclass(frozen=True)
class Job:
    """A village to be lived through under a policy, or to be solved."""

    policy: str
    setting: Setting
    seed: int
    solver_s: float


def run(*, quick: bool) -> None:
    """Print the figures."""
    play = msgspec.yaml.decode(PLAY.read_bytes(), type=Play)
    table = outcomes(list(jobs(play, quick=quick)), os.cpu_count() or 1)
    for load in play.loads:
        best = table[OPTIMUM, load]
        for policy in (*POLICIES, OPTIMUM):
            _say(policy, load, table[policy, load], best, beaten_by(table, load) if policy == OURS else None)


def jobs(play: Play, *, quick: bool) -> Iterator[Job]:
    """Yield what is to be done, the longest first."""
    seeds, weeks, solver_s = (
        (play.quick.seeds, play.quick.weeks, play.quick.solver_s) if quick else (play.seeds, play.weeks, play.solver_s)
    )
    for policy, kind, load, seed in product((OPTIMUM, *reversed(POLICIES)), play.kinds, play.loads, seeds):
        setting = Setting(kind, load, weeks, play.learning_weeks, play.sessions_a_week, play.lead_hours)
        yield Job(policy, setting, seed, solver_s)


def outcomes(todo: list[Job], processes: int) -> dict[tuple[str, float], Outcome]:
    """Return what came of each policy at each load, all villages together."""
    table: dict[tuple[str, float], Outcome] = {}
    with ProcessPoolExecutor(processes, initializer=_figures_alone) as pool:
        for job, outcome in zip(todo, pool.map(lived, todo), strict=True):
            table.setdefault((job.policy, job.setting.load), Outcome()).add(outcome)
    return table


def _figures_alone() -> None:
    """Keep what the solver says of itself away from the figures."""
    os.dup2(2, 1)


def lived(job: Job) -> Outcome:
    """Do one job."""
    place = village(job.setting, job.seed)
    if job.policy == OPTIMUM:
        best = optimum(place, within_s=job.solver_s)
        return Outcome(best.ready, best.quality, best.sessions)
    return Trial(place, POLICIES[job.policy]()).live()


def beaten_by(table: dict[tuple[str, float], Outcome], load: float) -> list[str]:
    """Return the policies that have more ready at equal or higher quality, or the other way round."""
    mine = table[OURS, load]

    def is_better(other: Outcome) -> bool:
        readier, finer = other.ready - mine.ready, other.quality - mine.quality
        return min(readier, finer) >= -NOISE and max(readier, finer) > NOISE

    return [name for name in POLICIES if name != OURS and is_better(table[name, load])]


def _say(policy: str, load: float, outcome: Outcome, best: Outcome, beaten: list[str] | None) -> None:
    more: dict[str, float | str] = {
        "policy": policy, "load": load, "ready_percent": round(outcome.ready_percent, 2),
        "quality": round(outcome.mean_quality, 4), "wasted_percent": round(outcome.wasted_percent, 1),
        "sessions": outcome.sessions,
    }  # fmt: skip
    if beaten is not None:
        more["beaten_by"] = " ".join(beaten)
    for figure, unit, value, most in (
        ("ready", "percent", outcome.ready_percent, best.ready_percent),
        ("quality", "0 to 1", outcome.mean_quality, best.mean_quality),
    ):
        peer = {"peer": OPTIMUM, "peer_values": [most]} if policy == OURS else {}
        say("plan", figure, [value], unit, **peer, **more)  # type: ignore[arg-type]
