"""When the line may be used: the windows of the plans, in the wall time of the village.

A window belongs to the day on which it begins and may reach past midnight. Without windows the line is
always open; with windows and an unknown clock it is closed, for nobody can say what time it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from playlists.documents import Plan, Window

from .moment import Moment
from .schedule import MINUTE_MS, is_known

_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_THURSDAY: Final = 3  # 1 January 1970


def of_plans(plans: Sequence[Plan]) -> tuple[Window, ...]:
    """Return the windows that hold: those of the plan nearest to the site that has any."""
    return next((plan.windows for plan in reversed(plans) if plan.windows), ())


def is_open(windows: Sequence[Window], now: Moment, utc_offset_minutes: int) -> bool:
    """Return whether the line may be used now."""
    if not windows:
        return True
    at = _minute_of_week(now.wall_ms, utc_offset_minutes)
    return is_known(now) and any((at - start) % _WEEK < length for start, length in _spans(tuple(windows)))


def next_change_ms(windows: Sequence[Window], now: Moment, utc_offset_minutes: int) -> int | None:
    """Return when a window opens or closes next, in wall ms."""
    if not windows or not is_known(now):
        return None
    at = _minute_of_week(now.wall_ms, utc_offset_minutes)
    minutes = min((edge - at - 1) % _WEEK + 1 for edge in _edges(tuple(windows)))
    return now.wall_ms // MINUTE_MS * MINUTE_MS + minutes * MINUTE_MS


@lru_cache(maxsize=8)  # asked several times in every step, of the same few windows
def _spans(windows: tuple[Window, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (day * _DAY + _minutes(window.start), (_minutes(window.end) - _minutes(window.start) - 1) % _DAY + 1)
        for window in windows
        for day in window.days
    )


@lru_cache(maxsize=8)
def _edges(windows: tuple[Window, ...]) -> frozenset[int]:
    return frozenset(edge for start, length in _spans(windows) for edge in (start, (start + length) % _WEEK))


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def _minute_of_week(wall_ms: int, utc_offset_minutes: int) -> int:
    return (wall_ms // MINUTE_MS + utc_offset_minutes + _THURSDAY * _DAY) % _WEEK
