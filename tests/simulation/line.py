"""The line of a simulated site: what it can carry from one moment to another, week after week.

The capacity is one of the made-up lines of `tests.fakes.lines`, in slots of five minutes from the life's beginning, a
Monday 0:00 in the village. On top of it the script takes the line away, stalls it, or puts a log-in page before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from tests.fakes.lines import SLOT_S, line

from .agenda import NEVER_MS
from .script import LONGEST_DAYS

SLOT_MS = SLOT_S * 1000
WEEKS = LONGEST_DAYS // 7 + 2


class Capacity:
    """How many bytes come in any stretch of time, as sums over the slots."""

    def __init__(self, bytes_per_s: Sequence[float]) -> None:
        self.rates = [rate / 1000 for rate in bytes_per_s]  # a millisecond
        self._sums = [0.0, *accumulate(rate * SLOT_MS for rate in self.rates)]

    def brought(self, from_ms: int, to_ms: int) -> float:
        """Return the bytes that come in a stretch of time."""
        return self._until(to_ms) - self._until(from_ms)

    def _until(self, moment_ms: int) -> float:
        slot = min(moment_ms // SLOT_MS, len(self.rates) - 1)
        return self._sums[slot] + (moment_ms - slot * SLOT_MS) * self.rates[slot]

    def when(self, from_ms: int, length: int) -> int:
        """Return the moment at which so many bytes have come."""
        wanted = self._until(from_ms) + length
        slot = bisect_left(self._sums, wanted) - 1
        if slot >= len(self.rates):
            return NEVER_MS
        return max(from_ms, slot * SLOT_MS + int((wanted - self._sums[slot]) / self.rates[slot]) + 1)

    def silent_from(self, from_ms: int, to_ms: int) -> int | None:
        """Return when, in a stretch of time, nothing comes any more for a while; None if something always does."""
        for slot in range(from_ms // SLOT_MS, min(to_ms // SLOT_MS + 1, len(self.rates))):
            if not self.rates[slot]:
                return max(from_ms, slot * SLOT_MS)
        return None


@lru_cache(maxsize=32)  # made once a process: lines are many numbers, and sites share them
def slots(kind: str, site: int) -> list[float]:
    """Return the bytes a second of a line's slots."""
    return line(kind, site, WEEKS)


@lru_cache(maxsize=64)
def capacity(kind: str, site: int, cap_bytes_per_s: float | None) -> Capacity:
    """Return a line's capacity under a cap."""
    rates = slots(kind, site)
    return Capacity([min(rate, cap_bytes_per_s) for rate in rates] if cap_bytes_per_s else rates)


@lru_cache(maxsize=64)
def trying(kind: str, site: int, cap_bytes_per_s: float) -> Capacity:
    """Return of each moment which part is no pause for a cap: as ms that pass in any stretch of time."""
    shares = [min(1.0, cap_bytes_per_s / rate) if rate else 1.0 for rate in slots(kind, site)]
    return Capacity([1000 * share for share in shares])


class Line:
    """The line as it is now: ``down``, ``stalled`` or behind a log-in page, each for so long as a count is above 0."""

    def __init__(self, kind: str, site: int) -> None:
        self._kind, self._site = kind, site
        self._free = capacity(kind, site, None)
        self.down = self.stalled = self.page = self.county_away = 0
        self.flat = False  # it always carries a little: the end in peace

    def capacity(self, bits_per_second: int | None) -> Capacity:
        """Return what it carries while nothing is wrong with it."""
        return capacity(self._kind, self._site, bits_per_second / 8) if bits_per_second else self._free

    def tried_ms(self, bits_per_second: int | None, from_ms: int, to_ms: int) -> float:
        """Return how much of a stretch of time a worker is trying, pauses for the cap left out."""
        if not bits_per_second:
            return to_ms - from_ms
        return trying(self._kind, self._site, bits_per_second / 8).brought(from_ms, to_ms)

    def rate(self, moment_ms: int) -> float:
        """Return the bytes a millisecond that it carries while nothing is wrong with it."""
        return self._free.rates[moment_ms // SLOT_MS]

    def carries(self, moment_ms: int) -> bool:
        """Return whether a small question gets through."""
        free = not (self.down or self.stalled)
        return free and (self.flat or self._free.rates[moment_ms // SLOT_MS] > 0)

    @property
    def open(self) -> bool:
        """Whether nothing of the script stands in the way of films."""
        return not (self.down or self.stalled or self.page)
