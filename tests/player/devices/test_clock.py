"""What time it is, how far it may be believed, and who notices when it is set."""

from __future__ import annotations

import time
from pathlib import Path

from player.core.events import ClockJumped, Event, SyncFinished, UploadFinished
from player.core.facts import GenerationFacts
from player.devices.clock import BoxClock, kernel_says_synchronised, system_time
from player.devices.clock_watch import ClockWatch, SetClockTimer
from tests.fakes.clock import SPRING_2026_MS, FakeSystem

FLOOR_MS = SPRING_2026_MS - 1_000_000
HOUR_MS = 3_600_000


def _clock(system: FakeSystem, folder: Path, floor_ms: int = FLOOR_MS) -> BoxClock:
    return BoxClock(3, floor_ms, folder / "county-time", system.time())


def test_a_synchronised_kernel_is_trusted(tmp_path: Path) -> None:
    system = FakeSystem()
    system.synchronised = True
    now = _clock(system, tmp_path).now()
    assert (now.wall_ms, now.trust, now.boot, now.monotonic_ms) == (SPRING_2026_MS, "trusted", 3, 5_000)


def test_a_plausible_clock_that_nobody_confirms_is_an_estimate(tmp_path: Path) -> None:
    assert _clock(FakeSystem(), tmp_path).now().trust == "estimated"


def test_a_clock_before_the_newest_signed_time_is_unknown(tmp_path: Path) -> None:
    assert _clock(FakeSystem(wall_ms=FLOOR_MS - 1), tmp_path).now().trust == "unknown"
    assert _clock(FakeSystem(wall_ms=0), tmp_path, floor_ms=0).now().trust == "unknown"


def test_a_clock_from_the_far_future_is_unknown_even_if_called_synchronised(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=FLOOR_MS + 100 * 365 * 24 * HOUR_MS)
    system.synchronised = True
    assert _clock(system, tmp_path).now().trust == "unknown"


def test_the_countys_time_is_trusted_and_runs_on_whatever_happens_to_the_system_clock(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    clock.heard_county(SPRING_2026_MS)
    system.advance(HOUR_MS)
    system.wall_ms = 77
    now = clock.now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS + HOUR_MS, "trusted")
    assert clock.system_offset_ms() == 77 - now.wall_ms


def test_the_countys_time_outlives_a_restart_of_the_player_but_no_boot(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    _clock(system, tmp_path).heard_county(SPRING_2026_MS)
    system.advance(1_000)
    assert _clock(system, tmp_path).now().wall_ms == SPRING_2026_MS + 1_000
    rebooted = FakeSystem(wall_ms=0, boot_id="boot-2")
    assert _clock(rebooted, tmp_path).now().trust == "unknown"


def test_a_new_generation_raises_the_floor_and_nothing_lowers_it(tmp_path: Path) -> None:
    clock = _clock(FakeSystem(), tmp_path)
    clock.raise_floor(SPRING_2026_MS + HOUR_MS)
    clock.raise_floor(0)
    assert clock.now().trust == "unknown"


def test_a_spoilt_file_of_the_countys_time_is_no_time(tmp_path: Path) -> None:
    (tmp_path / "county-time").write_bytes(b"\xff\x00")
    assert _clock(FakeSystem(), tmp_path).now().trust == "estimated"


def test_hearing_the_county_is_a_jump_when_it_changes_what_was_believed(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=SPRING_2026_MS)
    watch = ClockWatch(_clock(system, tmp_path), lambda: FLOOR_MS)
    heard: list[Event] = []
    watch.start(heard.append)
    watch.overheard(SyncFinished(1, None))
    assert heard == []
    watch.overheard(SyncFinished(1, None, county_wall_ms=SPRING_2026_MS + HOUR_MS))
    system.advance(500)
    watch.overheard(UploadFinished(2, 5, county_wall_ms=SPRING_2026_MS + HOUR_MS + 501))
    watch.stop()
    assert heard == [ClockJumped(HOUR_MS, "trusted")]


def test_a_set_clock_is_a_jump_and_passing_time_is_none(tmp_path: Path) -> None:
    system = FakeSystem()
    watch = ClockWatch(_clock(system, tmp_path), lambda: FLOOR_MS)
    heard: list[Event] = []
    watch.start(heard.append)
    system.advance(HOUR_MS)
    watch.look()
    system.wall_ms += 2 * HOUR_MS
    watch.look()
    watch.look()
    watch.stop()
    assert heard == [ClockJumped(2 * HOUR_MS, "estimated")]


def test_a_clock_that_becomes_unbelievable_is_said_to_be_so(tmp_path: Path) -> None:
    system = FakeSystem()
    watch = ClockWatch(_clock(system, tmp_path), lambda: FLOOR_MS)
    heard: list[Event] = []
    watch.start(heard.append)
    system.wall_ms = 0
    watch.look()
    watch.stop()
    assert heard == [ClockJumped(-SPRING_2026_MS, "unknown")]


def test_the_signed_time_of_a_new_generation_unmasks_a_slow_clock(tmp_path: Path) -> None:
    system = FakeSystem()
    watch = ClockWatch(_clock(system, tmp_path), lambda: SPRING_2026_MS + HOUR_MS)
    heard: list[Event] = []
    watch.start(heard.append)
    watch.overheard(SyncFinished(1, GenerationFacts(2, SPRING_2026_MS, stale=False, box=None)))
    watch.stop()
    assert heard == [ClockJumped(0, "unknown")]


def test_the_kernel_answers_and_its_timer_waits() -> None:
    assert kernel_says_synchronised() in (True, False)
    timer = SetClockTimer()
    assert not timer.was_set()
    timer.close()


def test_the_real_clock_goes_with_the_machine() -> None:
    real = system_time()
    first = real.monotonic_ms()
    time.sleep(0.02)
    assert 15 <= real.monotonic_ms() - first < 5_000
    assert abs(real.wall_ms() - time.time() * 1000) < 1_000
    assert len(real.boot_id) == 36
