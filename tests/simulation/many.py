"""Many lives, on as many cores as there are; a process lives one after the other and tells what became of each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from .life import Life, Outcome
from .script import Name


@dataclass
class Result:
    """What became of many lives. ``cpu_s`` is what they have cost of cores, ``elapsed_s`` of a clock on the wall."""

    days: float = 0
    steps: int = 0
    entries: int = 0
    cpu_s: float = 0
    elapsed_s: float = 0
    fetched_bytes: int = 0
    needed_bytes: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str, type]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    effects: Counter[type] = field(default_factory=Counter)
    failed: list[tuple[Name, str]] = field(default_factory=list)

    def add(self, one: Outcome) -> None:
        """Add a life."""
        self.days += one.days
        self.steps += one.steps
        self.entries += one.entries
        self.fetched_bytes += one.fetched_bytes
        self.needed_bytes += one.needed_bytes
        self.faults.update(one.faults)
        self.pairs.update(one.pairs)
        self.seen.update(one.seen)
        self.effects.update(one.effects)


@dataclass(frozen=True)
class Lived:
    """A life that has ended, well or not."""

    name: Name
    outcome: Outcome | None
    why: str
    cpu_s: float


def lived(name: Name) -> Lived:
    """Live one life; called in a process of the pool."""
    began = time.process_time()
    try:
        outcome, why = Life(name).live(), ""
    except Exception as error:  # noqa: BLE001 - whatever it was, the name is what is needed
        outcome, why = None, f"{type(error).__name__}: {error}"[:300]
    return Lived(name, outcome, why, time.process_time() - began)


def live_many(names: Sequence[Name], jobs: int) -> Result:
    """Live all; stop after the first life that fails, once those under way have ended."""
    result, began = Result(), time.perf_counter()
    for one in _each(names, jobs):
        result.cpu_s += one.cpu_s
        if one.outcome is None:
            result.failed.append((one.name, one.why))
            break
        result.add(one.outcome)
    result.elapsed_s = time.perf_counter() - began
    return result


def _each(names: Sequence[Name], jobs: int) -> Iterable[Lived]:
    if jobs == 1 or len(names) == 1:
        yield from map(lived, names)
        return
    with ProcessPoolExecutor(min(jobs, len(names))) as pool:
        try:
            yield from pool.map(lived, names)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
