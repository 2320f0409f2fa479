"""Which rendition of each lesson to aim at.

Theory: with the renditions fixed, earliest deadline first is optimal on one line, and a choice can be carried out if
for every deadline the bytes due by then fit into what the line brings by then. So the choice begins with the cheapest
way to have every session ready. Where that does not fit even so, the session with the most bytes left is given up
(it is fetched last): that leaves the most sessions ready (Moore and Hodgson). Then, again and again, the step to a
better rendition is taken that gives most quality for its bytes, as long as everything due later still fits.
What is usual and not yet announced (`reserve`) takes part as if it were known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from ..forecast import Forecast
from .reserve import Reserve
from .wants import Errand, Need, Option, first_needs, soonest_bytes

GIVEN_UP: Final = 1.2  # a session is given up only if it is late even on a line that brings so much more than expected
TRUSTED: Final = 0.9  # of what the line is expected to bring, so much is given away by choices
_Step = tuple[float, int, Need, Option, Option]  # bytes for a unit of quality, due, of what, from, to


class Choice(msgspec.Struct, frozen=True):
    """What is aimed at: ``kept`` are the errands that can be ready, by due time, ``given_up`` the others."""

    kept: tuple[Errand, ...]
    given_up: tuple[Errand, ...]
    aims: dict[tuple[str, str], Option]

    def aim(self, need: Need) -> Option:
        """Return the option that is aimed at for a need."""
        return self.aims.get(need.key, need.options[0])


def choose(errands: Iterable[Errand], forecast: Forecast | None, reserve: Reserve, room_bytes: int) -> Choice:
    """Choose the renditions.

    Args:
        errands: Sessions and orders.
        forecast: What the line may bring; None while nobody can say: then only the room decides.
        reserve: What is usual and not yet announced.
        room_bytes: What the store can take in after making room.
    """
    by_due = sorted(errands, key=lambda one: one.due_ms)
    kept, given_up = _keep(by_due, forecast) if forecast else (by_due, [])
    aims: dict[tuple[str, str], Option] = {}
    slack = _Slack(kept, forecast, reserve, room_bytes)
    reserved = [(cost, due, None, None, None) for cost, due in slack.reserved]
    for cost, due, need, lower, higher in sorted([*_steps(kept), *reserved], key=lambda one: one[:2]):
        if need is None or lower is None or higher is None:
            slack.take_some(due, slack.reserved[cost, due])
        elif aims.get(need.key, need.options[0]) is lower and slack.take(due, higher.left_bytes - lower.left_bytes):
            aims[need.key] = higher
    return Choice(tuple(kept), tuple(given_up), aims)


def _keep(by_due: list[Errand], forecast: Forecast) -> tuple[list[Errand], list[Errand]]:
    """Give up what would be late: orders first, then what has most left, so that the most sessions are ready."""
    kept: list[Errand] = []
    given_up: list[Errand] = []
    wanted_by = Counter[tuple[str, str]]()
    total = 0
    for errand in by_due:
        kept.append(errand)
        total += soonest_bytes(need for need in errand.needs if not wanted_by[need.key])
        wanted_by.update(need.key for need in errand.needs)
        while total > GIVEN_UP * forecast.expected_bytes(errand.due_ms):
            worst = max(kept, key=lambda one: (one.purpose == "order", _alone_bytes(one, wanted_by)))
            kept.remove(worst)
            given_up.append(worst)
            total -= _alone_bytes(worst, wanted_by)
            wanted_by.subtract(need.key for need in worst.needs)
    return kept, given_up


def _alone_bytes(errand: Errand, wanted_by: Counter[tuple[str, str]]) -> int:
    """Return what need not come if this is given up: what others show too comes all the same."""
    return soonest_bytes(need for need in errand.needs if wanted_by[need.key] == 1)


def _steps(kept: Iterable[Errand]) -> Iterator[_Step]:
    for errand, needs in first_needs(kept):
        for need in needs:
            for lower, higher in zip(need.options, need.options[1:], strict=False):
                worth = (higher.quality - lower.quality) * need.weight
                yield (higher.left_bytes - lower.left_bytes) / worth, errand.due_ms, need, lower, higher


class _Slack:
    """What is left of line and room, by due time, as steps are taken.

    ``reserved`` are the steps of what is not yet announced: by price and due time, their bytes.
    """

    def __init__(self, kept: list[Errand], forecast: Forecast | None, reserve: Reserve, room_bytes: int) -> None:
        demand = [(errand.due_ms, float(soonest_bytes(needs))) for errand, needs in first_needs(kept) if needs]
        self.room_bytes = room_bytes - int(sum(count for _, count in demand)) - reserve.room_bytes
        self.reserved: dict[tuple[float, int], float] = {}
        if forecast is None:
            self.dues: list[int] = []
            self.left: list[float] = []
            return
        if reserve.steps:
            demand += [(due, number * reserve.steps[0][1]) for due, number in reserve.usual]
            for (low, few), (high, many) in zip(reserve.steps, reserve.steps[1:], strict=False):
                price = (many - few) / (high - low)
                self.reserved |= {(price, due): number * (many - few) for due, number in reserve.usual}
        self.dues = sorted({due for due, _ in demand})
        self.left = [TRUSTED * forecast.expected_bytes(due) for due in self.dues]
        for due, count in demand:
            self._subtract(due, count)

    def take(self, due: int, count: float) -> bool:
        """Take so many bytes for something due, if everything due later still fits; return whether it does."""
        if count > self.room_bytes or any(left < count for left in self._from(due)):
            return False
        self._subtract(due, count)
        self.room_bytes -= int(count)
        return True

    def take_some(self, due: int, count: float) -> None:
        """Take as many of these bytes as fit."""
        self._subtract(due, min(count, max(0.0, min(self._from(due)))))

    def _from(self, due: int) -> list[float]:
        return self.left[bisect_left(self.dues, due) :]

    def _subtract(self, due: int, count: float) -> None:
        at = bisect_left(self.dues, due)
        self.left[at:] = [left - count for left in self.left[at:]]
