from __future__ import annotations

from pathlib import Path

import pytest

from player.core.forecast import LineHistory, hour_of_week
from player.store import line_history
from player.store.line_history import LineBook, read_history
from player.store.names import StoreNames

NOW_MS = 1_795_000_000_000
HOUR = hour_of_week(NOW_MS, 480)


def book(folder: Path, wall_ms: int | None = NOW_MS) -> LineBook:
    return LineBook(StoreNames(folder), lambda: wall_ms, 480)


def test_what_was_seen_is_kept_over_runs_in_its_hour_of_the_week(tmp_path: Path) -> None:
    for _ in range(2):
        one = book(tmp_path / "store")
        one.observe(30.0, 0)
        one.observe(0.0, 900_000)
        one.write()
    history = read_history(StoreNames(tmp_path / "store"))
    assert (history.tried_s[HOUR], history.brought_bytes[HOUR]) == (60.0, 1_800_000)
    assert sum(history.tried_s) == 60.0


def test_it_is_written_seldom_and_not_at_all_when_nothing_was_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = book(tmp_path)
    one.write()
    for _ in range(50):
        one.observe(0.1, 10)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(line_history, "WRITTEN_EVERY_S", 0.0)
    one.observe(0.1, 10)
    assert [path.name for path in tmp_path.iterdir()] == ["line.json"]


@pytest.mark.parametrize("text", [
    b"", b"{}rubbish", b'{"history":{"tried_s":[1],"brought_bytes":[1]}}', b"\xff\x00", b"[]",
    b'{"history":{"tried_s":[' + b"-1," * 167 + b"-1]}}",
])  # fmt: skip
def test_a_broken_file_counts_as_nothing_learnt(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "line.json").write_bytes(text)
    assert read_history(StoreNames(tmp_path)) == LineHistory()
    one = book(tmp_path)
    one.observe(1.0, 5)
    one.write()
    assert sum(read_history(StoreNames(tmp_path)).brought_bytes) == 5


def test_a_pause_between_failures_lies_in_the_hours_before(tmp_path: Path) -> None:
    one = book(tmp_path)
    one.observe_pause(2 * 3600.0)
    one.write()
    history = read_history(StoreNames(tmp_path))
    assert sum(history.tried_s) == pytest.approx(7200, abs=0.5)
    assert history.tried_s[HOUR - 1] == 3600
    assert 0 < history.tried_s[HOUR] < 3600
    assert history.tried_s[HOUR] + history.tried_s[HOUR - 2] == pytest.approx(3600, abs=0.5)


def test_a_dead_line_that_two_workers_met_is_one_outage_and_is_still_known_after_a_restart(tmp_path: Path) -> None:
    hour_ms = 3_600_000
    good = book(tmp_path)
    good.observe(60.0, 6_000_000)
    good.write()
    for later_ms, paused_s in ((2 * hour_ms, 7_200.0), (2 * hour_ms + 60_000, 7_260.0)):  # fetch, then sync
        one = book(tmp_path, NOW_MS + later_ms)
        one.observe_pause(paused_s)
        one.write()
    history = read_history(StoreNames(tmp_path))
    assert history.silent_s == history.outage_s == pytest.approx(7_260, abs=1)
    assert sum(history.tried_s) == pytest.approx(7_320, abs=1)


def test_after_the_clock_was_set_back_a_pause_counts_whole(tmp_path: Path) -> None:
    for wall_ms in (NOW_MS, NOW_MS - 86_400_000):
        one = book(tmp_path, wall_ms)
        one.observe_pause(600.0)
        one.write()
    assert sum(read_history(StoreNames(tmp_path)).tried_s) == pytest.approx(1_200, abs=1)


def test_nothing_is_learnt_without_the_time(tmp_path: Path) -> None:
    one = book(tmp_path, None)
    one.observe(10.0, 10)
    one.observe_pause(100.0)
    one.write()
    assert one.history == LineHistory()
    assert list(tmp_path.iterdir()) == []
