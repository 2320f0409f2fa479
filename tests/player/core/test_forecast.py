"""What the line brought before, learnt by the hour of the week."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.forecast import (
    HOURS,
    MEMORY_S,
    UNKNOWN_BYTES_PER_S,
    Allowance,
    Forecast,
    LineHistory,
    hour_of_week,
    observe,
)
from player.core.windows import open_shares
from playlists.documents import Window

HOUR_MS = 3_600_000
MONDAY_MS = int(datetime(2026, 3, 1, 16, 0, tzinfo=UTC).timestamp() * 1000)  # 2 March 2026, 0:00 in the village


def test_the_week_begins_on_monday_in_the_village() -> None:
    sunday_16_utc = int(datetime(2026, 11, 29, 16, 0, tzinfo=UTC).timestamp() * 1000)
    assert hour_of_week(sunday_16_utc, 480) == 0
    assert hour_of_week(sunday_16_utc - 1, 480) == HOURS - 1


def test_an_hour_forgets_what_was_long_ago() -> None:
    history = observe(LineHistory(), 5, tried_s=MEMORY_S, brought_bytes=MEMORY_S * 1_000)
    for _ in range(8):
        history = observe(history, 5, tried_s=MEMORY_S, brought_bytes=MEMORY_S * 100)
    assert history.tried_s[5] == MEMORY_S
    assert 100 <= history.brought_bytes[5] / history.tried_s[5] < 110
    assert sum(history.tried_s) == MEMORY_S


def test_the_longest_outage_is_remembered_and_fades() -> None:
    history = LineHistory()
    for hour in range(24):
        history = observe(history, hour, tried_s=3_600, brought_bytes=90_000_000 if hour < 10 else 1_000)
    assert history.silent_s == history.outage_s == 14 * 3_600
    history = observe(history, 0, tried_s=3_600, brought_bytes=30_000_000)
    assert history.silent_s == 0
    assert 13.9 * 3_600 < history.outage_s < 14 * 3_600
    for hour in range(4 * HOURS):
        history = observe(history, hour % HOURS, tried_s=3_600, brought_bytes=30_000_000)
    assert 5 * 3_600 < history.outage_s < 5.3 * 3_600


def test_a_line_that_has_never_brought_anything_is_silent_since_it_was_tried() -> None:
    assert observe(LineHistory(), 3, tried_s=60, brought_bytes=0).silent_s == 60
    assert observe(LineHistory(), 3, tried_s=60, brought_bytes=1).silent_s == 0


def steady(bytes_per_s: float, **changes: Any) -> LineHistory:
    return LineHistory((1e9,) * HOURS, (1e9 * bytes_per_s,) * HOURS, **changes)


def test_a_line_brings_what_it_brought_in_the_same_hours_of_the_week() -> None:
    brought = [1e9 * (hour + 1) for hour in range(HOURS)]
    line = Forecast(LineHistory((1e9,) * HOURS, tuple(brought)), MONDAY_MS, utc_offset_minutes=480)
    assert line.expected_bytes(MONDAY_MS + HOUR_MS) == pytest.approx(3600, rel=1e-3)
    assert line.expected_bytes(MONDAY_MS + 3 * HOUR_MS) == pytest.approx(3600 * 6, rel=1e-3)
    week = line.expected_bytes(MONDAY_MS + HOURS * HOUR_MS)
    assert week == pytest.approx(3600 * HOURS * (HOURS + 1) / 2, rel=1e-3)
    assert line.expected_bytes(MONDAY_MS + 2 * HOURS * HOUR_MS) == pytest.approx(2 * week)


def test_parts_of_hours_count_by_their_length_and_the_past_brings_nothing() -> None:
    brought = [1e9 * (hour % 24) for hour in range(HOURS)]
    line = Forecast(LineHistory((1e9,) * HOURS, tuple(brought)), MONDAY_MS + HOUR_MS // 2)
    start = line.now_ms
    hour = hour_of_week(start, 0) % 24
    assert line.expected_bytes(start + HOUR_MS) == pytest.approx(1800 * hour + 1800 * (hour + 1), rel=1e-3)
    assert line.expected_bytes(start - HOUR_MS) == line.safe_bytes(start) == 0


def test_an_hour_never_seen_is_like_that_hour_on_other_days_then_like_all_hours_then_a_guess() -> None:
    assert Forecast(LineHistory(), MONDAY_MS).expected_bytes(MONDAY_MS + HOUR_MS) == pytest.approx(
        3600 * UNKNOWN_BYTES_PER_S
    )
    tried, brought = [0.0] * HOURS, [0.0] * HOURS
    for day in (1, 2):
        for hour, rate in ((3, 1_000.0), (4, 9_000.0)):
            tried[24 * day + hour], brought[24 * day + hour] = 1e9, 1e9 * rate
    line = Forecast(LineHistory(tuple(tried), tuple(brought)), MONDAY_MS, utc_offset_minutes=480)
    by = [line.expected_bytes(MONDAY_MS + hour * HOUR_MS) / 3600 for hour in range(8)]
    assert by[4] - by[3] == pytest.approx(1_000, rel=1e-3)
    assert by[5] - by[4] == pytest.approx(9_000, rel=1e-3)
    assert by[6] - by[5] == pytest.approx(5_000, rel=1e-3)


def test_little_that_was_seen_weighs_little() -> None:
    tried, brought = (60.0, *(0.0,) * (HOURS - 1)), (0.0,) * HOURS
    line = Forecast(LineHistory(tried, brought), MONDAY_MS, utc_offset_minutes=480)
    assert 0.85 < line.expected_bytes(MONDAY_MS + HOUR_MS) / (3600 * UNKNOWN_BYTES_PER_S) < 1


def test_no_line_brings_nothing() -> None:
    line = Forecast(None, MONDAY_MS)
    assert line.expected_bytes(MONDAY_MS + 9 * HOURS * HOUR_MS) == 0
    assert line.safe_bytes(MONDAY_MS + 9 * HOURS * HOUR_MS) == 0
    assert line.when_ms(1) is None


def test_windows_and_cap_are_kept_to() -> None:
    shares = open_shares((Window(start="20:00", end="20:30", days=(0,)),))
    line = Forecast(steady(1_000), MONDAY_MS, utc_offset_minutes=480, open_shares=shares)
    assert line.expected_bytes(MONDAY_MS + 20 * HOUR_MS) == 0
    assert line.expected_bytes(MONDAY_MS + 48 * HOUR_MS) == pytest.approx(1_800_000, rel=1e-3)
    capped = Forecast(steady(1_000), MONDAY_MS, cap_bytes_per_s=10)
    assert capped.expected_bytes(MONDAY_MS + HOUR_MS) == pytest.approx(36_000)


def test_a_metered_line_brings_no_more_than_its_allowance_of_this_month_and_of_the_next() -> None:
    ends_ms = MONDAY_MS + 24 * HOUR_MS
    line = Forecast(steady(1_000), MONDAY_MS, allowance=Allowance(5_000_000, ends_ms, 50_000_000))
    assert line.expected_bytes(MONDAY_MS + HOUR_MS) == pytest.approx(3_600_000, rel=1e-3)
    assert line.expected_bytes(ends_ms) == 5_000_000
    assert line.expected_bytes(ends_ms + HOUR_MS) == pytest.approx(8_600_000, rel=1e-3)
    assert line.expected_bytes(ends_ms + 240 * HOUR_MS) == 55_000_000
    spent = Forecast(steady(1_000), MONDAY_MS, allowance=Allowance(-7, ends_ms, 50_000_000))
    assert spent.expected_bytes(ends_ms) == 0


def test_it_tells_by_when_so_much_has_come() -> None:
    line = Forecast(steady(1_000), MONDAY_MS)
    assert line.when_ms(3_600_000) == pytest.approx(MONDAY_MS + HOUR_MS, abs=2 * 60_000)
    assert line.when_ms(1_000 * 86_400 * 30) == pytest.approx(MONDAY_MS + 30 * 86_400_000, abs=600_000)
    assert line.when_ms(1_000 * 86_400 * 40) is None


def test_on_a_bad_line_every_day_is_as_the_worst_and_the_longest_outage_comes_at_the_end() -> None:
    sundays_off = tuple(0.0 if hour >= 144 else 1e9 * 1_000 for hour in range(HOURS))
    line = Forecast(LineHistory((1e9,) * HOURS, sundays_off), MONDAY_MS, utc_offset_minutes=480)
    assert line.expected_bytes(MONDAY_MS + 24 * HOUR_MS) == pytest.approx(86_400_000, rel=1e-3)
    assert line.safe_bytes(MONDAY_MS + 24 * HOUR_MS) < 100_000
    assert line.safe_bytes(MONDAY_MS + 48 * HOUR_MS) == pytest.approx(86_400_000, rel=2e-3)
    outage = Forecast(steady(1_000, outage_s=7_200.0), MONDAY_MS)
    assert outage.safe_bytes(MONDAY_MS + 2 * HOUR_MS) == 0
    assert outage.safe_bytes(MONDAY_MS + 5 * HOUR_MS) == pytest.approx(3 * 3_600_000, rel=1e-3)


def test_a_line_that_was_hardly_seen_is_relied_on_for_a_small_part() -> None:
    new = Forecast(LineHistory((0.0,) * 3 + (3_600.0,) + (0.0,) * 164, (9e9,) * HOURS), MONDAY_MS)
    assert new.safe_bytes(MONDAY_MS + 24 * HOUR_MS) < 0.12 * new.expected_bytes(MONDAY_MS + 24 * HOUR_MS)
    unseen = Forecast(LineHistory(), MONDAY_MS)
    assert 0 < unseen.safe_bytes(MONDAY_MS + 24 * HOUR_MS) < 0.05 * unseen.expected_bytes(MONDAY_MS + 24 * HOUR_MS)


@given(st.integers(0, 40 * 24 * 60), st.integers(0, 10_000), st.integers(0, HOURS * 60))
def test_more_time_never_brings_less_and_a_bad_line_never_more(minutes: int, more: int, start: int) -> None:
    brought = tuple(1e9 * (hour * 7919 % 1000) for hour in range(HOURS))
    now_ms = MONDAY_MS + start * 60_000
    line = Forecast(LineHistory((1e9,) * HOURS, brought, outage_s=5_000), now_ms, utc_offset_minutes=480)
    at, later = now_ms + minutes * 60_000, now_ms + (minutes + more) * 60_000
    assert line.expected_bytes(at) <= line.expected_bytes(later) + 1e-3
    assert line.safe_bytes(at) <= line.expected_bytes(at)
