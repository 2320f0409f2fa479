"""Who notices when the clock is set, heard, or silently put right."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from player.core.effects import SetClock
from player.core.events import ClockJumped, CountyTimeHeard, TimeRefused
from player.core.facts import GenerationFacts
from player.core.worker_events import SyncFinished
from player.devices import clock_watch
from player.devices.clock import BoxClock
from player.devices.clock_memory import ClockMemory
from player.devices.clock_watch import ClockWatch, SetClockTimer
from tests.fakes.clock import SPRING_2026_MS, FakeSystem
from tests.fakes.events import Events

HOUR_MS = 3_600_000
FLOOR_MS = SPRING_2026_MS - HOUR_MS


def _watch(system: FakeSystem, folder: Path, floor_ms: int = FLOOR_MS) -> tuple[ClockWatch, Events]:
    clock = BoxClock(3, FLOOR_MS, ClockMemory(folder / "known-time"), system.time())
    watch, events = ClockWatch(clock, lambda: floor_ms), Events()
    watch.start(events)
    return watch, events


def test_hearing_the_county_is_a_jump_when_it_changes_what_was_believed(tmp_path: Path) -> None:
    system = FakeSystem(battery=True)
    watch, events = _watch(system, tmp_path)
    watch.overheard(SyncFinished(1, None))
    assert events.all == []
    watch.overheard(CountyTimeHeard(SPRING_2026_MS + HOUR_MS, system.monotonic_ms))
    system.advance(500)
    watch.overheard(CountyTimeHeard(SPRING_2026_MS + HOUR_MS + 501, system.monotonic_ms))
    watch.stop()
    assert events.all == [ClockJumped(HOUR_MS, "trusted")]


def test_a_set_clock_is_a_jump_and_passing_time_is_none(tmp_path: Path) -> None:
    system = FakeSystem(battery=True)
    watch, events = _watch(system, tmp_path)
    system.advance(HOUR_MS)
    watch.look()
    system.wall_ms += 2 * HOUR_MS
    watch.look()
    watch.look()
    watch.stop()
    assert events.all == [ClockJumped(2 * HOUR_MS, "estimated")]


def test_a_clock_that_was_set_is_said_even_if_the_box_knows_better_for_alarms_go_by_it(tmp_path: Path) -> None:
    system = FakeSystem(battery=True)
    watch, events = _watch(system, tmp_path)
    watch.overheard(CountyTimeHeard(SPRING_2026_MS, system.monotonic_ms))
    system.wall_ms -= 2 * HOUR_MS
    watch.look(was_set=True)
    watch.stop()
    assert events.all == [ClockJumped(0, "trusted"), ClockJumped(0, "trusted")]


def test_a_time_set_at_the_television_is_a_jump_or_is_refused(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    watch, events = _watch(system, tmp_path)
    watch.perform(SetClock(1, 0, system.monotonic_ms))
    events.wait(TimeRefused)
    watch.perform(SetClock(2, SPRING_2026_MS, system.monotonic_ms))
    (jump,) = events.wait(ClockJumped)
    assert jump.trust == "estimated"
    watch.perform(SetClock(3, SPRING_2026_MS + HOUR_MS, system.monotonic_ms))
    watch.perform(SetClock(4, SPRING_2026_MS + 3 * HOUR_MS, system.monotonic_ms))
    watch.stop()
    assert [type(event) for event in events.all[:2]] == [TimeRefused, ClockJumped]


def test_a_clock_that_becomes_unbelievable_is_said_to_be_so(tmp_path: Path) -> None:
    system = FakeSystem(battery=True)
    watch, events = _watch(system, tmp_path)
    system.wall_ms = 0
    watch.look()
    watch.stop()
    (jump,) = events.of(ClockJumped)
    assert jump.trust == "unknown"


def test_the_signed_time_of_a_new_generation_unmasks_a_slow_clock(tmp_path: Path) -> None:
    system = FakeSystem(battery=True)
    watch, events = _watch(system, tmp_path, floor_ms=SPRING_2026_MS + 2 * HOUR_MS)
    watch.overheard(SyncFinished(1, GenerationFacts(2, SPRING_2026_MS, stale=False, box=None)))
    watch.stop()
    assert events.all == [ClockJumped(2 * HOUR_MS, "unknown")]


def test_a_clock_that_is_slewed_until_it_is_right_is_noticed_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_watch, "LOOK_S", 0.02)
    system = FakeSystem(battery=True)
    watch, events = _watch(system, tmp_path)
    system.synchronised = True
    assert events.wait(ClockJumped) == [ClockJumped(0, "trusted")]
    watch.stop()


def test_the_time_is_kept_from_time_to_time_and_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_watch, "LOOK_S", 0.02)
    monkeypatch.setattr(clock_watch, "REMEMBER_S", 0.05)
    system = FakeSystem(wall_ms=0)
    memory = ClockMemory(tmp_path / "known-time")
    watch, _ = _watch(system, tmp_path)
    system.advance(HOUR_MS)
    for _ in range(500):
        if (known := memory.read()) is not None and known.wall_ms >= FLOOR_MS + HOUR_MS:
            break
        time.sleep(0.01)
    else:
        pytest.fail("nothing was kept")
    system.advance(HOUR_MS)
    watch.stop()
    known = memory.read()
    assert known is not None
    assert known.wall_ms == FLOOR_MS + 2 * HOUR_MS


def test_the_kernels_timer_waits() -> None:
    timer = SetClockTimer()
    assert not timer.was_set()
    timer.close()
