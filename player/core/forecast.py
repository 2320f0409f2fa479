"""What the line brought before, hour of the week by hour of the week, and what it may bring.

The fetch worker observes: how long it was trying in an hour, and how many bytes came. An hour's memory is
bounded (`MEMORY_S`): what is observed later slowly replaces what was observed before, so that a new line, or
a neighbour's new television, is learnt within a few weeks. Beside that it remembers the longest outage, for
sums by the hour cannot tell a line that is half as fast every day from one that is away every other day. Pure; the
worker keeps the history in a file.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import Final

import msgspec

HOURS: Final = 7 * 24
MEMORY_S: Final = 4 * 3600.0  # so much trying is remembered of an hour of the week
FADES_S: Final = 28 * 24 * 3600.0  # after so much trying an outage is remembered as a third of what it was
SILENT: Final = 0.05  # of what the line brings on average: less counts as nothing
PRIOR_S: Final = 1800.0  # so much trying weighs as much as what is believed without it
EXPERIENCE_S: Final = 12 * 3600.0  # after so much trying, half of what was learnt of bad days is relied on
UNKNOWN_BYTES_PER_S: Final = 32_000.0  # a line of which nothing is known: 256 kbit/s
_HOUR_MS: Final = 3_600_000
_THURSDAY_MS: Final = 3 * 24 * _HOUR_MS  # 1 January 1970


class LineHistory(msgspec.Struct, frozen=True):
    """For each hour of the week from Monday 0:00: seconds in which the box tried to fetch, and the bytes that came.

    ``silent_s`` is how long it has been trying for next to nothing until now, ``outage_s`` the longest such
    time, which fades (`FADES_S`).
    """

    tried_s: tuple[float, ...] = (0.0,) * HOURS
    brought_bytes: tuple[float, ...] = (0.0,) * HOURS
    silent_s: float = 0.0
    outage_s: float = 0.0


def hour_of_week(wall_ms: int, utc_offset_minutes: int) -> int:
    """Return the hour of the week at a wall time, 0 to 167, in a fixed time zone."""
    return (wall_ms + utc_offset_minutes * 60_000 + _THURSDAY_MS) // _HOUR_MS % HOURS


def observe(history: LineHistory, hour: int, *, tried_s: float, brought_bytes: float) -> LineHistory:
    """Add an observation.

    Args:
        history: What is known so far.
        hour: The hour of the week (`hour_of_week`) in which it was made.
        tried_s: How long the box was trying, silence and pauses after failures included, pauses for a cap not.
        brought_bytes: What came in that time.
    """
    tried, brought = list(history.tried_s), list(history.brought_bytes)
    tried[hour] += tried_s
    brought[hour] += brought_bytes
    if tried[hour] > MEMORY_S:
        brought[hour] *= MEMORY_S / tried[hour]
        tried[hour] = MEMORY_S
    average = sum(history.brought_bytes) / max(1.0, sum(history.tried_s))
    silent_s = 0.0 if brought_bytes > SILENT * average * tried_s else history.silent_s + tried_s
    outage_s = max(silent_s, history.outage_s * math.exp(-tried_s / FADES_S))
    return LineHistory(tuple(tried), tuple(brought), silent_s, outage_s)


# --- what it may bring


class Allowance(msgspec.Struct, frozen=True):
    """What may still be fetched: this month, which ends at ``month_ends_ms``, and in each month after it."""

    left_bytes: int
    month_ends_ms: int
    monthly_bytes: int


class Forecast:
    """What the line may bring from a moment on: through the windows, under the cap and within the allowance.

    An hour that was never seen is taken to be like the same hour of other days, then like all hours, then like
    `UNKNOWN_BYTES_PER_S`; half an hour of trying outweighs that (`PRIOR_S`).

    Args:
        history: What is known of the line; None if there is no line at all.
        now_ms: The wall time from which on it is asked.
        utc_offset_minutes: The village's zone, in which the history was kept.
        open_shares: For which share of each hour of the week the windows are open.
        cap_bytes_per_s: The cap, None for none.
        allowance: What a month may cost, None if the line is not metered.
    """

    def __init__(
        self,
        history: LineHistory | None,
        now_ms: int,
        *,
        utc_offset_minutes: int = 0,
        open_shares: tuple[float, ...] = (1.0,) * HOURS,
        cap_bytes_per_s: float | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self.now_ms = now_ms
        self._allowance = allowance
        self._hour = hour_of_week(now_ms, utc_offset_minutes)
        self._into_hour_ms = (now_ms + utc_offset_minutes * 60_000) % _HOUR_MS
        tried_s = sum(history.tried_s) if history else 0.0
        self._experience = (PRIOR_S + tried_s) / (PRIOR_S + tried_s + EXPERIENCE_S)
        self._outage_ms = int(history.outage_s * 1000) if history else 0
        self._typical, *self._others = _tables(history, open_shares, cap_bytes_per_s)

    def expected_bytes(self, to_ms: int) -> float:
        """Return what it may bring from now to a wall time, as it did on average before."""
        return self._allowed(self._typical, to_ms)

    def safe_bytes(self, to_ms: int) -> float:
        """Return what it brings even when every hour is as on the worst day of the week, and the longest outage comes.

        The outage is taken to lie at the end, where nothing can be made good any more. A line that was hardly seen
        yet is relied on for a small part only: enough that a first small film is not fetched in two sizes.
        """
        to_ms -= self._outage_ms
        return self._experience * min(self._allowed(table, to_ms) for table in (self._typical, *self._others))

    def when_ms(self, count: float) -> int | None:
        """Return the wall time by which it may have brought so many bytes, None if that is not within five weeks."""
        low, high = self.now_ms, self.now_ms + 5 * HOURS * _HOUR_MS
        if self.expected_bytes(high) < count:
            return None
        while high - low > 60_000:
            middle = (low + high) // 2
            low, high = (low, middle) if self.expected_bytes(middle) >= count else (middle, high)
        return high

    def _allowed(self, table: tuple[float, ...], to_ms: int) -> float:
        if to_ms <= self.now_ms:
            return 0.0
        allowance = self._allowance
        if allowance is None:
            return self._through(table, to_ms)
        this = min(self._through(table, min(to_ms, allowance.month_ends_ms)), max(0, allowance.left_bytes))
        if to_ms <= allowance.month_ends_ms:
            return this
        later = self._through(table, to_ms) - self._through(table, allowance.month_ends_ms)
        return this + min(later, allowance.monthly_bytes)

    def _through(self, table: tuple[float, ...], to_ms: int) -> float:
        """Return the bytes of a table from now to a wall time."""
        weeks, rest_ms = divmod(to_ms - self.now_ms + self._into_hour_ms, HOURS * _HOUR_MS)
        hours, into_ms = divmod(rest_ms, _HOUR_MS)
        first, last = self._hour, self._hour + hours
        before = (table[first + 1] - table[first]) * self._into_hour_ms / _HOUR_MS
        part = (table[last + 1] - table[last]) * into_ms / _HOUR_MS
        return weeks * table[HOURS] + table[last] - table[first] + part - before


@lru_cache(maxsize=4)  # the same history is asked again while nothing comes
def _tables(
    history: LineHistory | None, open_shares: tuple[float, ...], cap_bytes_per_s: float | None
) -> tuple[tuple[float, ...], ...]:
    """Return running sums of bytes over two weeks of hours: the typical week, and the same with the days exchanged."""
    if history is None:
        return ((0.0,) * (2 * HOURS + 1),)
    rates = [min(rate, cap_bytes_per_s) if cap_bytes_per_s else rate for rate in _rates(history)]
    tables = []
    for day in range(7):
        shifted = rates[24 * day :] + rates[: 24 * day]
        hours = [rate * share * 3600 for rate, share in zip(shifted, open_shares, strict=True)]
        tables.append(tuple(accumulate(hours * 2, initial=0.0)))
    return tuple(tables)


def _rates(history: LineHistory) -> list[float]:
    """Return the bytes a second of each hour of the week, as far as known."""
    tried, brought = history.tried_s, history.brought_bytes
    overall = _blend(sum(tried), sum(brought), UNKNOWN_BYTES_PER_S)
    by_hour = [_blend(sum(tried[hour::24]), sum(brought[hour::24]), overall) for hour in range(24)]
    return [_blend(tried[hour], brought[hour], by_hour[hour % 24]) for hour in range(HOURS)]


def _blend(tried_s: float, brought_bytes: float, otherwise: float) -> float:
    return (brought_bytes + PRIOR_S * otherwise) / (tried_s + PRIOR_S)
