from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from player.core import faults
from player.core.effects import EvictBlobs
from player.core.events import FaultReported
from player.core.worker_effects import StopFetch
from player.core.worker_events import Evicted, RoomMeasured
from player.devices import store
from player.devices.store import StoreDevice, scan_store
from player.store.errors import StoreError
from tests.fakes.events import Events
from tests.fakes.small_disk import fill_up, read_only, small_disk

BLOB = "ab" + "0" * 62


def test_eviction_is_answered_with_what_is_gone_and_the_room_that_it_gave(tmp_path: Path) -> None:
    place = tmp_path / "media" / "ab" / BLOB
    place.parent.mkdir(parents=True)
    place.write_bytes(os.urandom(50_000))
    before = scan_store(tmp_path, quota_bytes=1 << 20, reserve_bytes=0)
    device, events = StoreDevice(tmp_path, quota_bytes=1 << 20, reserve_bytes=0), Events()
    device.start(events)
    device.perform(EvictBlobs(7, (BLOB, "f" * 64)))
    (answer,) = events.wait(Evicted)
    device.stop()
    assert (answer.effect, answer.blobs) == (7, (BLOB, "f" * 64))
    assert answer.free_bytes == 1 << 20 > before.free_bytes
    assert before.blobs[BLOB].complete
    assert not place.exists()


def test_a_store_that_cannot_be_changed_answers_with_a_fault_and_does_not_claim_anything_gone(tmp_path: Path) -> None:
    (tmp_path / "media" / "ab" / BLOB / "a-folder-in-the-way").mkdir(parents=True)
    device, events = StoreDevice(tmp_path, quota_bytes=1, reserve_bytes=0), Events()
    device.start(events)
    device.perform(EvictBlobs(7, (BLOB,)))
    (answer,) = events.wait(Evicted)
    device.stop()
    assert answer.blobs == ()
    assert events.of(FaultReported)[0].code == faults.CARD_FAILING


def test_a_store_that_is_no_folder_is_an_error_with_a_fault_code(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        scan_store(tmp_path / "store", quota_bytes=1, reserve_bytes=0)
    assert caught.value.fault == faults.CARD_FAILING


def watched(folder: Path, quota_bytes: int = 1 << 30, reserve_bytes: int = 0) -> tuple[StoreDevice, Events]:
    device, events = StoreDevice(folder, quota_bytes=quota_bytes, reserve_bytes=reserve_bytes), Events()
    device.start(events)
    return device, events


def measured(events: Events, what: Callable[[RoomMeasured], bool]) -> RoomMeasured:
    """Return the last word about the room as soon as it is what is waited for."""
    for _ in range(1000):
        if what(last := events.of(RoomMeasured)[-1]):
            return last
        time.sleep(0.01)
    raise AssertionError(events.all)


def test_a_disk_that_others_fill_is_noticed_by_itself_and_so_is_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MEASURE_S", 0.02)
    with small_disk(tmp_path / "disk", 24 << 20) as disk:
        device, events = watched(disk, reserve_bytes=4 << 20)
        assert events.wait(RoomMeasured)[0].free_bytes > 0
        others = fill_up(disk)
        assert measured(events, lambda room: -(4 << 20) <= room.free_bytes < 0)  # it may have looked before the end
        others.unlink()
        assert measured(events, lambda room: room.free_bytes > 0)
        device.stop()


def test_a_recording_that_grows_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MEASURE_S", 0.02)
    device, events = watched(tmp_path)
    assert events.wait(RoomMeasured)[0].recordings_bytes == 0
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / ("a" * 32 + ".ts")).write_bytes(os.urandom(50_000))
    assert measured(events, lambda room: room.recordings_bytes >= 50_000)
    device.stop()


def test_a_disk_that_turns_read_only_is_told_before_anybody_writes_and_so_is_its_recovery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MEASURE_S", 0.02)
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        device, events = watched(disk)
        events.wait(RoomMeasured)
        with read_only(disk, monkeypatch):
            (told,) = events.wait(FaultReported)
            assert (told.code, told.active) == (faults.CARD_READ_ONLY, True)
        assert events.wait(FaultReported, 2)[-1] == FaultReported(faults.CARD_READ_ONLY, active=False, detail="")
        device.stop()


def test_effects_of_other_devices_are_refused_loudly(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        StoreDevice(tmp_path, quota_bytes=1, reserve_bytes=0).perform(StopFetch(1))


def test_a_store_of_two_thousand_blobs_is_scanned_in_a_fraction_of_a_second(tmp_path: Path) -> None:
    for number in range(2000):
        name = f"{number % 256:02x}{number:062x}"
        place = tmp_path / "media" / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    began = time.monotonic()
    assert len(scan_store(tmp_path, quota_bytes=1, reserve_bytes=0).blobs) == 2000
    assert time.monotonic() - began < 0.5
