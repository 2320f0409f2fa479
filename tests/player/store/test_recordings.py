"""What was recorded here: counted, shown here alone, and out of reach of everything that makes room."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from player.core.effects import EvictBlobs
from player.core.events import Evicted
from player.devices.store import StoreDevice, scan_store
from player.store.contents import evict
from player.store.names import StoreNames
from player.store.recordings import Recording, media_path, note, recordings_of
from player.store.tidy import tidy
from tests.fakes.events import Events

BOX = "b0" * 16
ONE, TWO = "1" * 32, "2" * 32


def about(box: str = BOX) -> Recording:
    return Recording(
        box=box, source="county-tv", title="县电视台讲座", boot=3, monotonic_ms=5_000, wall_ms=1_790_000_000_000,
        trust="trusted",
    )  # fmt: skip


@pytest.fixture
def names(tmp_path: Path) -> StoreNames:
    names = StoreNames(tmp_path)
    for recording in (ONE, TWO):
        note(names, recording, about())
        media_path(names, recording).write_bytes(os.urandom(40_000))
    return names


def test_recordings_are_found_with_their_source_and_counted_against_the_quota(names: StoreNames) -> None:
    assert recordings_of(names, BOX) == {ONE: about(), TWO: about()}
    facts = scan_store(names.root, quota_bytes=1 << 20, reserve_bytes=0)
    assert 80_000 <= facts.recordings_bytes < 120_000
    assert facts.free_bytes == (1 << 20) - facts.recordings_bytes
    assert facts.blobs == {}


def test_a_recording_of_another_box_or_without_a_sound_note_is_not_shown_and_stays(names: StoreNames) -> None:
    note(names, ONE, about("c0" * 16))
    (names.recordings / f"{TWO}.json").write_bytes(b"{}")
    (names.recordings / "stranger.ts").write_bytes(b"film")
    assert recordings_of(names, BOX) == {}
    assert tidy(names) == []
    assert len(list(names.recordings.iterdir())) == 5


def test_no_eviction_reaches_a_recording(names: StoreNames) -> None:
    before = {path: path.read_bytes() for path in names.recordings.iterdir()}
    reaching = ("*", f"../recordings/{ONE}.ts", ONE, ONE * 2, "../../" + str(names.recordings))
    evict(names, reaching)
    device, events = StoreDevice(names.root, quota_bytes=1, reserve_bytes=0), Events()
    device.start(events)
    device.perform(EvictBlobs(7, reaching))
    events.wait(Evicted)
    device.stop()
    assert {path: path.read_bytes() for path in names.recordings.iterdir()} == before


@pytest.mark.parametrize("bad", ["", "..", "x" * 32, "1" * 31, "../" + "1" * 29])
def test_only_ids_name_recordings(names: StoreNames, bad: str) -> None:
    with pytest.raises(ValueError, match="no id of a recording"):
        media_path(names, bad)
