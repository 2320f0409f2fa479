"""The alarm by the wall clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from player.devices.wake import WallAlarm


class Ring:
    def __init__(self) -> None:
        self.offset_ms = 0
        self.times: list[float] = []
        self.alarm = WallAlarm(lambda: self.times.append(time.time()), lambda: self.offset_ms)
        self.alarm.start()

    def heard(self, count: int, within_s: float = 5.0) -> bool:
        for _ in range(int(within_s / 0.02)):
            if len(self.times) >= count:
                return True
            time.sleep(0.02)
        return False


@pytest.fixture
def ring() -> Iterator[Ring]:
    ring = Ring()
    yield ring
    ring.alarm.stop()


def _in(milliseconds: int) -> int:
    return int(time.time() * 1000) + milliseconds


def test_it_rings_at_its_moment_and_once(ring: Ring) -> None:
    ring.alarm.set(when := _in(300))
    assert ring.heard(1)
    assert ring.times[0] * 1000 >= when - 2
    assert not ring.heard(2, within_s=0.3)


def test_only_the_last_moment_counts(ring: Ring) -> None:
    ring.alarm.set(_in(200))
    ring.alarm.set(_in(86_400_000))
    assert not ring.heard(1, within_s=0.5)
    ring.alarm.set(None)
    ring.alarm.set(_in(100))
    assert ring.heard(1)


def test_a_moment_long_past_rings_at_once(ring: Ring) -> None:
    ring.alarm.set(_in(-86_400_000))
    assert ring.heard(1)


def test_a_moment_that_rang_may_be_set_again(ring: Ring) -> None:
    ring.alarm.set(when := _in(50))
    assert ring.heard(1)
    ring.alarm.set(when)
    assert ring.heard(2)


def test_it_goes_by_the_boxs_clock_not_the_systems(ring: Ring) -> None:
    ring.offset_ms = -3_600_000  # the system's clock is an hour behind the box's
    ring.alarm.set(_in(3_600_000 + 100))
    assert ring.heard(1)


def test_after_a_jump_it_looks_anew_how_long_it_is(ring: Ring) -> None:
    ring.alarm.set(_in(3_600_000))
    ring.offset_ms = -3_600_000
    ring.alarm.again()
    assert ring.heard(1)


def test_it_can_be_stopped_before_it_started() -> None:
    WallAlarm(lambda: None, lambda: 0).stop()
