"""What workers are told, where it follows from what they are to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.core.worker_effects import RunFetch, WantedBlob
from player.devices.workers_specs import STICK_SLOWEST_BYTES_PER_S, CountyAddresses, Specs, WorkerLimits
from player.folders import BoxFolders
from tests.fakes.journal_writer import StandingClock

GIGABYTE = 1_000_000_000


def limit_s(folder: Path, *sizes: int, stick: str = "") -> float:
    county = CountyAddresses(("http://127.0.0.1:1",), "", folder / "ca.pem", folder / "root.json")
    specs = Specs(BoxFolders(folder), county, StandingClock(1), "1", WorkerLimits(fetch_s=3600))
    blobs = tuple(WantedBlob(f"{number:064}", size, None) for number, size in enumerate(sizes))
    return specs.of(RunFetch(1, blobs, folder=stick))[1].limit_s


def test_a_stick_has_as_long_as_a_slow_one_needs_for_all_that_is_copied(tmp_path: Path) -> None:
    assert limit_s(tmp_path, GIGABYTE, 5 * GIGABYTE, stick="/stick") >= 6 * GIGABYTE / STICK_SLOWEST_BYTES_PER_S
    assert limit_s(tmp_path, 1_000, stick="/stick") == pytest.approx(3600, abs=1)


def test_what_the_line_brings_is_asked_for_again_within_the_hour(tmp_path: Path) -> None:
    assert limit_s(tmp_path, 6 * GIGABYTE) == 3600
