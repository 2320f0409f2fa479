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
