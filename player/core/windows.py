"""When the line may be used: the windows of the plans, in the wall time of the village.

A window belongs to the day on which it begins and may reach past midnight; windows that touch are one.
Without windows the line is always open; with windows and an unknown clock it is closed, for nobody can say
what time it is.

The boxes of a county must not come all in the same second. So each begins late by its own share (``late``, 0
to 1) of a sixteenth of the window, at most ten minutes. Windows that never close have no beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from playlists.documents import Window

from .moment import Moment
from .schedule import MINUTE_MS, is_known

LATE_PART: Final = 16
LATE_LONGEST_MS: Final = 10 * MINUTE_MS
_HOUR_MS: Final = 60 * MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_WEEK_MS: Final = 7 * _DAY_MS
_THURSDAY: Final = 3  # 1 January 1970
_Spans = list[tuple[int, int]]  # (start, end) in ms of the week; an end may lie in the next one


def is_open(windows: Sequence[Window], now: Moment, utc_offset_minutes: int, late: float = 0.0) -> bool:
    """Return whether the line may be used now."""
    if not windows:
        return True
    at = _ms_of_week(now.wall_ms, utc_offset_minutes)
    return is_known(now) and _is_inside(at, _spans(tuple(windows), late))


def next_change_ms(windows: Sequence[Window], now: Moment, utc_offset_minutes: int, late: float = 0.0) -> int | None:
    """Return when a window opens or closes next, in wall ms; None if that never happens."""
    if not windows or not is_known(now):
        return None
    at = _ms_of_week(now.wall_ms, utc_offset_minutes)
    after_ms = None
    for start, end in _spans(tuple(windows), late):
        if end - start < _WEEK_MS:
            for edge in (start, end):
                wait_ms = (edge - at - 1) % _WEEK_MS + 1
                after_ms = wait_ms if after_ms is None or wait_ms < after_ms else after_ms
    return None if after_ms is None else now.wall_ms + after_ms


def _is_inside(at_ms: int, spans: _Spans) -> bool:
    return any((at_ms - start) % _WEEK_MS < end - start for start, end in spans)


@lru_cache(maxsize=8)
def open_shares(windows: tuple[Window, ...], late: float = 0.0) -> tuple[float, ...]:
    """Return for each hour of the week from Monday 0:00 for which share of it the line is open, 0 to 1."""
    if not windows:
        return (1.0,) * (_WEEK_MS // _HOUR_MS)
    shares = [0.0] * (_WEEK_MS // _HOUR_MS)
    for start, end in _spans(windows, late):
        for hour in range(start // _HOUR_MS, -(-end // _HOUR_MS)):
            inside = min(end, (hour + 1) * _HOUR_MS) - max(start, hour * _HOUR_MS)
            shares[hour % len(shares)] += inside / _HOUR_MS
    return tuple(min(1.0, share) for share in shares)


@lru_cache(maxsize=8)  # asked several times in every step, of the same few windows
def _spans(windows: tuple[Window, ...], late: float) -> _Spans:
    return [
        (start if _never_closes((start, end)) else start + _wait_ms(end - start, late), end)
        for start, end in _joined(_each(windows))
    ]


def _wait_ms(length_ms: int, late: float) -> int:
    return int(min(length_ms // LATE_PART, LATE_LONGEST_MS) * late)


def _never_closes(span: tuple[int, int]) -> bool:
    return span[1] - span[0] >= _WEEK_MS


def _each(windows: Iterable[Window]) -> _Spans:
    starts = [(window, day * _DAY_MS + _ms_of_day(window.start)) for window in windows for day in window.days]
    return sorted(
        (start, start + (_ms_of_day(window.end) - _ms_of_day(window.start) - 1) % _DAY_MS + 1)
        for window, start in starts
    )


def _joined(spans: _Spans) -> _Spans:
    """Join what touches, also from the week's end to its beginning."""
    joined: _Spans = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    while len(joined) > 1 and joined[-1][1] - _WEEK_MS >= joined[0][0]:
        first = joined.pop(0)
        joined[-1] = (joined[-1][0], max(joined[-1][1], first[1] + _WEEK_MS))
    return joined


def _ms_of_day(time_of_day: str) -> int:
    return (int(time_of_day[:2]) * 60 + int(time_of_day[3:])) * MINUTE_MS


def _ms_of_week(wall_ms: int, utc_offset_minutes: int) -> int:
    return (wall_ms + utc_offset_minutes * MINUTE_MS + _THURSDAY * _DAY_MS) % _WEEK_MS
