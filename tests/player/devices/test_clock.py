"""What time it is, and how far it may be believed, whatever the clocks below do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.devices.clock import FIRST_FLOOR_MS, BoxClock, system_time
from player.devices.clock_memory import ClockMemory, Remembered
from tests.fakes.clock import SPRING_2026_MS, FakeSystem
from tests.fakes.small_disk import fill_up, small_disk

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FLOOR_MS = SPRING_2026_MS - 10 * DAY_MS
YEAR_2038_MS = 2_147_483_648_000
YEAR_2100_MS = 4_102_444_800_000


def _clock(system: FakeSystem, folder: Path, floor_ms: int = FLOOR_MS) -> BoxClock:
    return BoxClock(3, floor_ms, ClockMemory(folder / "known-time"), system.time())


# --- trusted


def test_a_synchronised_kernel_is_trusted(tmp_path: Path) -> None:
    system = FakeSystem()
    system.synchronised = True
    now = _clock(system, tmp_path).now()
    assert (now.wall_ms, now.trust, now.boot, now.monotonic_ms) == (SPRING_2026_MS, "trusted", 3, 5_000)


def test_a_clock_that_was_synchronised_goes_on_when_the_line_is_lost_and_somebody_sets_it(tmp_path: Path) -> None:
    system = FakeSystem()
    system.synchronised = True
    clock = _clock(system, tmp_path)
    clock.now()
    system.synchronised = False
    system.advance(HOUR_MS)
    system.wall_ms -= 5 * HOUR_MS
    now = clock.now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS + HOUR_MS, "trusted")


def test_the_countys_time_is_trusted_as_it_was_when_it_was_heard(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    clock.heard_county(SPRING_2026_MS, system.monotonic_ms - 4_000)
    system.advance(HOUR_MS)
    system.wall_ms = 77
    now = clock.now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS + HOUR_MS + 4_000, "trusted")
    assert clock.system_offset_ms() == 77 - now.wall_ms


def test_the_countys_time_outlives_a_restart_of_the_player_but_no_boot(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    _clock(system, tmp_path).heard_county(SPRING_2026_MS, system.monotonic_ms)
    system.advance(1_000)
    assert _clock(system, tmp_path).now().wall_ms == SPRING_2026_MS + 1_000
    assert _clock(system, tmp_path).now().trust == "trusted"
    rebooted = FakeSystem(wall_ms=0, boot_id="boot-2")
    assert _clock(rebooted, tmp_path).now().trust == "unknown"


def test_a_county_whose_clock_has_lost_its_battery_is_not_believed(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    for wrong in (0, FLOOR_MS - 2 * DAY_MS, YEAR_2100_MS):
        clock.heard_county(wrong, system.monotonic_ms)
        assert clock.now().trust == "unknown"


def test_a_right_clock_is_not_called_wrong_for_a_county_that_signs_some_hours_ahead(tmp_path: Path) -> None:
    system = FakeSystem()
    system.synchronised = True
    clock = _clock(system, tmp_path)
    clock.raise_floor(SPRING_2026_MS + 8 * HOUR_MS)
    assert (clock.now().wall_ms, clock.now().trust) == (SPRING_2026_MS, "trusted")


def test_what_was_heard_gives_way_to_a_signature_from_days_later(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    clock.heard_county(SPRING_2026_MS, system.monotonic_ms)
    clock.raise_floor(SPRING_2026_MS + 3 * DAY_MS)
    assert (clock.now().trust, clock.now().wall_ms) == ("unknown", SPRING_2026_MS + 3 * DAY_MS)
    assert clock.wants_county()


def test_the_county_is_asked_at_first_and_again_after_hours_unless_chrony_keeps_the_clock(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    assert clock.wants_county()
    clock.heard_county(SPRING_2026_MS, system.monotonic_ms)
    assert not clock.wants_county()
    system.advance(7 * HOUR_MS)
    assert clock.wants_county()
    system.wall_ms, system.synchronised = clock.now().wall_ms, True
    assert not clock.wants_county()


# --- estimated


def test_what_a_person_sets_at_the_television_is_an_estimate_and_goes_on_by_itself(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    system.advance(4_000)
    assert clock.set_by_hand(SPRING_2026_MS, system.monotonic_ms - 4_000)
    system.wall_ms = YEAR_2038_MS
    now = clock.now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS + 4_000, "estimated")


def test_what_was_set_at_the_television_outlives_a_restart_of_the_player_but_no_boot(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    _clock(system, tmp_path).set_by_hand(SPRING_2026_MS, system.monotonic_ms)
    system.advance(1_000)
    now = _clock(system, tmp_path).now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS + 1_000, "estimated")
    assert _clock(FakeSystem(wall_ms=0, boot_id="boot-2"), tmp_path).now().trust == "unknown"


def test_a_person_is_stronger_than_a_battery_and_whoever_sets_the_system_later_is_stronger_still(
    tmp_path: Path,
) -> None:
    system = FakeSystem(battery=True)
    clock = _clock(system, tmp_path)
    assert clock.set_by_hand(SPRING_2026_MS + 3 * HOUR_MS, system.monotonic_ms)
    assert clock.now().wall_ms == SPRING_2026_MS + 3 * HOUR_MS
    system.wall_ms += HOUR_MS
    clock.was_set()
    assert (clock.now().wall_ms, clock.now().trust) == (SPRING_2026_MS + HOUR_MS, "estimated")


def test_no_person_sets_a_time_before_what_is_known_nor_one_that_nobody_lives_to_see(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    for wrong in (0, FLOOR_MS - 2 * HOUR_MS, YEAR_2100_MS):
        assert not clock.set_by_hand(wrong, system.monotonic_ms)
        assert clock.now().trust == "unknown"
    assert clock.set_by_hand(FLOOR_MS, system.monotonic_ms)
    clock.raise_floor(SPRING_2026_MS)
    assert (clock.now().wall_ms, clock.now().trust) == (SPRING_2026_MS, "unknown")


def test_no_person_moves_a_trusted_clock_and_trust_ends_what_a_person_set(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path)
    clock.set_by_hand(SPRING_2026_MS + HOUR_MS, system.monotonic_ms)
    clock.heard_county(SPRING_2026_MS, system.monotonic_ms)
    assert not clock.set_by_hand(SPRING_2026_MS + HOUR_MS, system.monotonic_ms)
    assert (clock.now().wall_ms, clock.now().trust) == (SPRING_2026_MS, "trusted")
    clock.raise_floor(SPRING_2026_MS + 3 * DAY_MS)
    assert clock.now().trust == "unknown"


def test_a_clock_with_a_battery_behind_it_is_an_estimate(tmp_path: Path) -> None:
    now = _clock(FakeSystem(battery=True), tmp_path).now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS, "estimated")


def test_a_clock_that_begins_with_the_last_shutdown_is_none(tmp_path: Path) -> None:
    assert _clock(FakeSystem(), tmp_path).now().trust == "unknown"
    dead = FakeSystem()
    dead.battery_ms = 0
    assert _clock(dead, tmp_path).now().trust == "unknown"


def test_a_clock_that_a_person_has_set_is_an_estimate_also_after_a_restart(tmp_path: Path) -> None:
    system = FakeSystem()
    clock = _clock(system, tmp_path)
    clock.was_set()
    assert clock.now().trust == "estimated"
    clock.remember()
    assert _clock(system, tmp_path).now().trust == "estimated"
    system.boot_id = "boot-2"
    assert _clock(system, tmp_path).now().trust == "unknown"


@pytest.mark.parametrize("wall_ms", [0, -1, FLOOR_MS - 2 * HOUR_MS, FLOOR_MS + 21 * 365 * DAY_MS, YEAR_2100_MS])
def test_a_battery_that_cannot_be_right_is_unknown_and_the_bound_is_shown(tmp_path: Path, wall_ms: int) -> None:
    now = _clock(FakeSystem(wall_ms, battery=True), tmp_path).now()
    assert (now.trust, now.wall_ms) == ("unknown", FLOOR_MS)


def test_a_battery_that_is_some_minutes_slow_is_an_estimate(tmp_path: Path) -> None:
    assert _clock(FakeSystem(FLOOR_MS - HOUR_MS // 2, battery=True), tmp_path).now().trust == "estimated"


def test_a_box_of_the_year_2038_tells_the_time(tmp_path: Path) -> None:
    system = FakeSystem(YEAR_2038_MS + HOUR_MS, battery=True)
    clock = _clock(system, tmp_path, YEAR_2038_MS)
    assert (clock.now().wall_ms, clock.now().trust) == (YEAR_2038_MS + HOUR_MS, "estimated")
    clock.heard_county(YEAR_2038_MS + 2 * HOUR_MS, system.monotonic_ms)
    assert _clock(system, tmp_path).now().wall_ms == YEAR_2038_MS + 2 * HOUR_MS


# --- unknown: the bound


def test_without_anything_it_is_at_least_the_year_of_this_program(tmp_path: Path) -> None:
    now = _clock(FakeSystem(wall_ms=0), tmp_path, floor_ms=0).now()
    assert (now.wall_ms, now.trust) == (FIRST_FLOOR_MS + 5_000, "unknown")


def test_a_box_without_battery_goes_on_from_the_last_time_it_knew_through_a_week_of_power_cuts(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    _clock(system, tmp_path).heard_county(SPRING_2026_MS, system.monotonic_ms)
    for boot in range(7):
        system = FakeSystem(wall_ms=0, boot_id=f"dark-{boot}")
        system.monotonic_ms = 0
        clock = _clock(system, tmp_path)
        system.advance(HOUR_MS)
        clock.remember()
    now = clock.now()
    assert (now.wall_ms, now.trust) == (SPRING_2026_MS + 7 * HOUR_MS, "unknown")


def test_an_estimate_never_becomes_the_bound(tmp_path: Path) -> None:
    fast = FakeSystem(SPRING_2026_MS + 5 * 365 * DAY_MS, battery=True)
    clock = _clock(fast, tmp_path)
    assert clock.now().trust == "estimated"
    clock.remember()
    later = FakeSystem(SPRING_2026_MS, "boot-2", battery=True)
    assert _clock(later, tmp_path).now().wall_ms == SPRING_2026_MS


def test_a_bound_that_was_wrong_is_corrected_by_whoever_is_trusted(tmp_path: Path) -> None:
    ahead = FakeSystem(SPRING_2026_MS + 365 * DAY_MS)
    ahead.synchronised = True
    _clock(ahead, tmp_path).remember()
    system = FakeSystem(SPRING_2026_MS, "boot-2", battery=True)
    clock = _clock(system, tmp_path)
    assert clock.now().trust == "unknown"
    clock.heard_county(SPRING_2026_MS, system.monotonic_ms)
    assert (clock.now().trust, clock.now().wall_ms) == ("trusted", SPRING_2026_MS)
    after = FakeSystem(SPRING_2026_MS + HOUR_MS, "boot-3", battery=True)
    assert _clock(after, tmp_path).now().trust == "estimated"


@given(st.lists(st.tuples(st.integers(0, 40 * DAY_MS), st.integers(0, 3 * DAY_MS), st.booleans()), max_size=8))
def test_the_bound_never_lies_after_the_truth(tmp_path_factory: pytest.TempPathFactory, boots: list) -> None:  # type: ignore[type-arg]
    folder, truth = tmp_path_factory.mktemp("clock"), SPRING_2026_MS
    for number, (off_ms, on_ms, heard) in enumerate(boots):
        truth += off_ms
        system = FakeSystem(wall_ms=0, boot_id=f"boot-{number}")
        system.monotonic_ms = 0
        clock = _clock(system, folder)
        if heard:
            clock.heard_county(truth, 0)
        system.advance(on_ms)
        truth += on_ms
        clock.remember()
        now = clock.now()
        assert now.wall_ms == truth if heard else FLOOR_MS <= now.wall_ms <= truth


# --- the memory


@pytest.mark.parametrize("spoilt", [b"", b"\xff\x00", b"{}", b'{"boot_id": 1}', b'{"boot_id": "\xff"}', bytes(256)])
def test_a_spoilt_memory_is_none(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "known-time").write_bytes(spoilt)
    assert _clock(FakeSystem(battery=True), tmp_path).now().trust == "estimated"


def test_the_memory_can_be_written_while_the_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        memory = ClockMemory(disk / "known-time")
        memory.write(Remembered("boot-1", 1, 2, "unknown"))
        fill_up(disk)
        memory.write(Remembered("boot-1", 100, SPRING_2026_MS, "trusted"))
        assert memory.read() == Remembered("boot-1", 100, SPRING_2026_MS, "trusted")


def test_a_disk_that_refuses_costs_the_memory_and_no_more(tmp_path: Path) -> None:
    system = FakeSystem(wall_ms=0)
    clock = _clock(system, tmp_path / "absent")
    clock.heard_county(SPRING_2026_MS, system.monotonic_ms)
    assert clock.now().trust == "trusted"


# --- the real thing


def test_the_real_clock_goes_with_the_machine() -> None:
    real = system_time()
    assert real.synchronised() in (True, False)
    first = real.monotonic_ms()
    time.sleep(0.02)
    assert 15 <= real.monotonic_ms() - first < 5_000
    assert abs(real.wall_ms() - time.time() * 1000) < 1_000
    assert len(real.boot_id) == 36
    battery_ms = real.battery_ms()
    assert battery_ms is None or battery_ms > 0
