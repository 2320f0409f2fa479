"""The smallest script that still fails: fewer days, then fewer kinds of fault, then fewer faults.

A life is deterministic, so it can be told again with some faults left out. What remains may fail elsewhere or not at
all; only the same kind of failure counts. Faults are left out in halves, quarters and so on (Zeller's *ddmin*), until
no single one can go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import nature, script
from .agenda import DAY_MS
from .broken import Broken
from .life import Life
from .script import Name

MOST_TRIES = 400


class Shrinking:
    """Looks for a smaller life that fails as this one does."""

    def __init__(self, make: Callable[[Name], Life]) -> None:
        self._make = make
        self.tries = 0

    def failure(self, name: Name) -> tuple[str, float] | None:
        """Return in which way a life fails and on which day; None if it does not."""
        self.tries += 1
        life = self._make(name)
        try:
            life.live()
        except Broken as broken:
            return broken.sort, life.agenda.now / DAY_MS
        except Exception as error:  # noqa: BLE001 - any failure can be made smaller
            return type(error).__name__, life.agenda.now / DAY_MS
        return None

    def shrink(self, name: Name) -> Name:
        """Return the smallest life found; the same one if it does not fail."""
        found = self.failure(name)
        if found is None:
            return name
        sort, day = found
        smaller = self._shorter(name, sort, day)
        faults = self._faults(smaller)
        for kind in sorted({kind for _, kind in faults}):
            faults = self._without(smaller, sort, faults, {number for number, one in faults if one == kind})
        kept = self._ddmin(smaller, sort, [number for number, _ in faults])
        smaller = smaller._replace(kept=tuple(kept))
        found = self.failure(smaller)
        return self._shorter(smaller, sort, found[1]) if found else smaller

    def _fails(self, name: Name, sort: str) -> bool:
        if self.tries >= MOST_TRIES:
            return False
        found = self.failure(name)
        return found is not None and found[0] == sort

    def _shorter(self, name: Name, sort: str, day: float) -> Name:
        """End the life soon after its failure; what is found only at the end is looked for in half the time."""
        shorter = name._replace(days=min(name.days, round(day + 0.001, 3)))
        if not self._fails(shorter, sort):
            shorter = name
        while shorter.days > 1 and self._fails(half := shorter._replace(days=round(shorter.days / 2, 3)), sort):
            shorter = half
        return shorter

    def _faults(self, name: Name) -> list[tuple[int, str]]:
        drawn = script.draw(name.seed, nature.draw(name.seed).trouble)
        return [(number, fault.kind) for number, fault in script.kept(drawn, name)]

    def _without(self, name: Name, sort: str, faults: list[tuple[int, str]], out: set[int]) -> list[tuple[int, str]]:
        left = [(number, kind) for number, kind in faults if number not in out]
        tried = name._replace(kept=tuple(number for number, _ in left))
        return left if self._fails(tried, sort) else faults

    def _ddmin(self, name: Name, sort: str, numbers: Sequence[int]) -> list[int]:
        left, pieces = list(numbers), 2
        while left and pieces <= 2 * len(left):
            size = max(1, len(left) // pieces)
            for start in range(0, len(left), size):
                tried = left[:start] + left[start + size :]
                if self._fails(name._replace(kept=tuple(tried)), sort):
                    left, pieces = tried, max(2, pieces - 1)
                    break
            else:
                if size == 1:
                    break
                pieces *= 2
        return left


def shrunk(name: Name, make: Callable[[Name], Life] = Life) -> Name:
    """Return the smallest life that fails as this one does."""
    return Shrinking(make).shrink(name)
