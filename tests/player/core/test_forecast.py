"""What the line brought before, learnt by the hour of the week."""

from __future__ import annotations

from datetime import UTC, datetime

from player.core.forecast import HOURS, MEMORY_S, LineHistory, hour_of_week, observe


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
