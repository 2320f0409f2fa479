"""Time as a number: what is to happen, in the order of its moments. Nothing waits; time jumps to the next moment."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NEVER_MS = 1 << 60


class Run:
    """What goes on only while the power lasts; once it has ended, what was to happen in it does not."""

    __slots__ = ("alive",)

    def __init__(self) -> None:
        self.alive = True


ALWAYS = Run()


class Agenda:
    """Moments in ms since the life began. The box's own wake-up has a place beside: each one replaces the last."""

    def __init__(self) -> None:
        self.now = 0
        self.wake_at = NEVER_MS
        self._heap: list[tuple[int, int, Run, Callable[..., None], tuple[Any, ...]]] = []
        self._order = 0

    def at(self, moment_ms: int, run: Run, do: Callable[..., None], *arguments: Any) -> None:
        """Do something at a moment, if that run still lasts; what was asked for first goes first."""
        self._order += 1
        heapq.heappush(self._heap, (max(self.now, moment_ms), self._order, run, do, arguments))

    def pump(self, until_ms: int, wake: Callable[[], None]) -> None:
        """Let everything happen until a moment; ``wake`` is called when `wake_at` has come."""
        heap, pop = self._heap, heapq.heappop
        while True:
            first = heap[0][0] if heap else NEVER_MS
            if min(first, self.wake_at) > until_ms:
                break
            if self.wake_at < first:
                self.now, self.wake_at = max(self.now, self.wake_at), NEVER_MS
                wake()
                continue
            self.now, _, run, do, arguments = pop(heap)
            if run.alive:
                do(*arguments)
        self.now = until_ms

    def forget(self, but: Run) -> None:
        """Leave out everything that does not belong to a run."""
        self._heap = [one for one in self._heap if one[2] is but]
        heapq.heapify(self._heap)
