"""What the box feels of itself, from a tree as the kernel's is, and from the kernel's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.effects import RunCheck
from player.core.events import Checked, FaultReported
from player.core.facts import InsideFacts
from player.core.faults import TOO_HOT
from player.core.media_effects import RestTelevision
from player.devices.inside import COOL_C, HOT_C, InsideDevice, has_cable, hottest_c
from tests.fakes.events import Events


class System:
    """A tree in the place of ``/sys``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def heat(self, degrees: float | str, zone: int = 0) -> None:
        folder = self.root / f"class/thermal/thermal_zone{zone}"
        folder.mkdir(parents=True, exist_ok=True)
        text = degrees if isinstance(degrees, str) else str(int(degrees * 1000))
        (folder / "temp").write_text(text + "\n", encoding="ascii")

    def network(self, name: str, carrier: str | None, *, metal: bool = True) -> None:
        folder = self.root / f"class/net/{name}"
        folder.mkdir(parents=True)
        if metal:
            (folder / "device").mkdir()
        if carrier is not None:
            (folder / "carrier").write_text(carrier + "\n", encoding="ascii")


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def device(system: System, events: Events) -> Iterator[InsideDevice]:
    device = InsideDevice(lambda: True, system.root, look_s=0.02)
    yield device
    device.stop()


def test_a_check_is_answered_with_all_that_is_felt(system: System, device: InsideDevice, events: Events) -> None:
    system.heat(46.4)
    system.network("eth0", "1")
    device.start(events)
    device.perform(RunCheck(7))
    (answer,) = events.wait(Checked)
    assert answer.effect == 7
    assert (answer.facts.sound, answer.facts.cable, answer.facts.hottest_c) == (True, True, 46)


def test_heat_is_told_when_it_comes_and_when_it_is_well_gone(
    system: System, device: InsideDevice, events: Events
) -> None:
    system.heat(HOT_C)
    device.start(events)
    events.wait(FaultReported, 1)
    system.heat(COOL_C)
    device.perform(RunCheck(1))
    device.perform(RunCheck(2))
    events.wait(Checked, 2)
    assert len(events.of(FaultReported)) == 1, "not yet cool enough"
    system.heat(COOL_C - 1)
    hot, cool = events.wait(FaultReported, 2)
    assert (hot.code, hot.active, cool.active) == (TOO_HOT, True, False)


def test_the_hottest_zone_counts_and_nonsense_does_not(system: System) -> None:
    assert hottest_c(system.root) is None
    system.heat("not a number", 0)
    system.heat(51, 1)
    system.heat(48, 2)
    system.heat(3_000, 3)
    assert hottest_c(system.root) == 51


def test_one_cable_is_enough_and_what_is_not_of_metal_is_none(system: System) -> None:
    assert has_cable(system.root) is None
    system.network("lo", "1", metal=False)
    assert has_cable(system.root) is None
    system.network("wlan0", None)
    assert has_cable(system.root) is False
    system.network("eth0", "1")
    assert has_cable(system.root) is True


def test_the_kernels_own_tree_can_be_read(events: Events) -> None:
    device = InsideDevice(lambda: False)
    device.start(events)
    device.perform(RunCheck(1))
    (answer,) = events.wait(Checked)
    device.stop()
    assert isinstance(answer.facts, InsideFacts)
    assert answer.facts.sound is False


def test_another_effect_is_refused(device: InsideDevice, events: Events) -> None:
    device.start(events)
    with pytest.raises(TypeError):
        device.perform(RestTelevision(1))
