"""What a line can carry over time, and when it fails: pure figures for `tests.fakes.relay`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

FaultKind = Literal["reset", "silence", "stall", "forget", "refuse"]
FAULT_KINDS: tuple[FaultKind, ...] = ("reset", "silence", "stall", "forget", "refuse")


@dataclass(frozen=True)
class Capacity:
    """A line's bytes a second over time: steps of (seconds, bytes a second), again from the start after the last."""

    steps: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if any(seconds <= 0 or bytes_per_s < 0 for seconds, bytes_per_s in self.steps):
            raise ValueError("a step of a capacity lasts longer than 0 s and carries 0 bytes/s or more")
        if not self.bytes_a_round:
            raise ValueError("this capacity never carries a byte")

    @classmethod
    def constant(cls, bytes_per_s: float) -> Capacity:
        """Return a line that always carries the same."""
        return cls(((1.0, bytes_per_s),))

    @cached_property
    def seconds_a_round(self) -> float:
        """How long the steps last together."""
        return sum(seconds for seconds, _ in self.steps)

    @cached_property
    def bytes_a_round(self) -> float:
        """What the steps carry together."""
        return sum(seconds * bytes_per_s for seconds, bytes_per_s in self.steps)

    def bytes_by(self, at_s: float) -> float:
        """Return what it carries from its start to a moment."""
        rounds, rest_s = divmod(at_s, self.seconds_a_round)
        carried = rounds * self.bytes_a_round
        for seconds, bytes_per_s in self.steps:
            carried += min(seconds, rest_s) * bytes_per_s
            rest_s -= min(seconds, rest_s)
        return carried

    def rate_at(self, at_s: float) -> float:
        """Return the bytes a second at a moment."""
        rest_s = at_s % self.seconds_a_round
        for seconds, bytes_per_s in self.steps:
            if rest_s < seconds:
                return bytes_per_s
            rest_s -= seconds
        return self.steps[-1][1]

    def carried_at(self, start_s: float, count: float) -> float:
        """Return the first moment by which it carries ``count`` bytes more than by ``start_s``."""
        if count <= 0:
            return start_s
        rounds, rest = divmod(self.bytes_by(start_s) + count, self.bytes_a_round)
        if not rest:
            rounds, rest = rounds - 1, self.bytes_a_round
        at_s = rounds * self.seconds_a_round
        for seconds, bytes_per_s in self.steps:
            if rest <= seconds * bytes_per_s:
                return max(start_s, at_s + rest / bytes_per_s)
            rest -= seconds * bytes_per_s
            at_s += seconds
        return max(start_s, at_s)  # a rounding error beyond the last byte


@dataclass(frozen=True)
class Outage:
    """A fault of a line: when after the line's start it begins, how long it lasts, what it is like."""

    at_s: float
    seconds: float
    kind: FaultKind


def outages_by_seed(
    seed: int, total_s: float, up_s: float, down_s: float, kinds: Sequence[FaultKind] = FAULT_KINDS
) -> tuple[Outage, ...]:
    """Return the outages of a time: up and down take turns, each between half and one and a half of its mean.

    They are scattered because regular ones fall in step with a client's timers.
    """
    chance = random.Random(seed)
    outages: list[Outage] = []
    at_s = up_s * chance.uniform(0.5, 1.5)
    while at_s < total_s:
        outages.append(Outage(at_s, down_s * chance.uniform(0.5, 1.5), chance.choice(kinds)))
        at_s += outages[-1].seconds + up_s * chance.uniform(0.5, 1.5)
    return tuple(outages)
