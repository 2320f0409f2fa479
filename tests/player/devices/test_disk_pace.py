from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from player.core import faults
from player.core.events import FaultReported
from player.devices.disk_pace import SLOW_S, WELL_S, WRITES, DiskPace


def told(*seconds: float) -> list[bool]:
    said: list[FaultReported] = []
    pace = DiskPace(said.append)  # type: ignore[arg-type]
    for one in seconds:
        pace.took(one)
    assert {one.code for one in said} <= {faults.CARD_SLOW}
    return [one.active for one in said]


def test_a_card_that_pauses_now_and_then_is_not_called_slow() -> None:
    assert told(*[0.02, 0.02, 9.0] * 20) == []
    assert told(*[30.0] * (WRITES - 1)) == []


def test_a_card_that_is_usually_slow_is_told_once_and_its_recovery_once() -> None:
    assert told(*[0.02] * 20, *[2.0] * 20) == [True]
    assert told(*[2.0] * 20, *[0.02] * 20) == [True, False]


def test_a_card_on_the_border_does_not_flicker() -> None:
    between = (SLOW_S + WELL_S) / 2
    assert told(*[2.0] * 20, *[between, SLOW_S + 0.1, SLOW_S - 0.1] * 30) == [True]


@given(st.lists(st.floats(0, 60)))
def test_the_fault_comes_and_goes_in_turn(seconds: list[float]) -> None:
    said = told(*seconds)
    assert said == [index % 2 == 0 for index in range(len(said))]


def test_writes_may_be_told_from_many_threads() -> None:
    said: list[FaultReported] = []
    pace = DiskPace(said.append)  # type: ignore[arg-type]
    threads = [threading.Thread(target=lambda: [pace.took(2.0) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
