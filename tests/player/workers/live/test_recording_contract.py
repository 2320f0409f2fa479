"""Real streams, the real worker, real files and the real picture: recorded, cut, gone on with, and shown."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from player.core import faults
from player.core.facts import StoredRecording
from player.core.media_effects import OpenMedia, OpenStream, SeekMedia
from player.core.media_events import MediaEnded, MediaOpened, MediaProgress
from player.devices.media.device import MediaDevice
from player.devices.media.settings import MediaSettings
from player.devices.workers_child import Child
from player.store.errors import StoreFull
from player.store.names import StoreNames
from player.store.recordings import film_path, recordings_of
from player.workers.live.receiving import SILENCE_S
from player.workers.live.recorder import Recorder
from player.workers.messages import (
    Line,
    LiveFlows,
    LiveServed,
    LiveSpec,
    LiveWanted,
    RecordGrew,
    RecordOrder,
    RecordStopped,
)
from tests.player.devices.media.benches import RealBench, wait_for
from tests.player.store.test_transport_stream import packet
from tests.player.workers.live import streams
from tests.player.workers.live.streams import free_port
from tests.player.workers.live.test_watching_contract import Watched

NAME = "province@2026-03-04T19:30"
ORDER = RecordOrder(
    box="b0" * 16, channel="province", title="省远教直播", starts="2026-03-04T19:30", minutes=60, most_bytes=1 << 30
)  # fmt: skip
WALL_MS = 1_772_622_300_000
Begin = Callable[..., "Recorded"]


class Recorded(Watched):
    """The worker, told to record from the beginning."""

    def __init__(self, folder: Path, url: str, *, watched: bool = False, order: RecordOrder | None = ORDER) -> None:
        self.said = []
        self.ended = []
        spec = LiveSpec(
            limit_s=120, url=url, ring=str(folder / "ring"), ring_bytes=32 << 20, reserve_bytes=0,
            store=str(folder / "store"), line=Line(wall_ms=WALL_MS), wanted=LiveWanted(watched=watched, record=order),
        )  # fmt: skip
        self.child = Child("watch_live", spec, self.said.append, lambda *end: self.ended.append(end))

    def grown_to(self, milliseconds: int, part: int = 1) -> RecordGrew:
        return self.wait(RecordGrew, lambda one: one.part == part and one.length_ms >= milliseconds)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    made: list[Recorded] = []

    def start(url: str, **more: Any) -> Recorded:
        made.append(Recorded(tmp_path, url, **more))
        return made[-1]

    yield start
    for one in made:
        one.child.end()


def names(folder: Path) -> StoreNames:
    return StoreNames(folder / "store")


def stored(folder: Path) -> StoredRecording:
    return recordings_of(names(folder))[NAME]


class Shown(RealBench):
    """Real VLC over what lies in the store."""

    def __init__(self, folder: Path) -> None:
        self.events = []
        self.device = MediaDevice(MediaSettings(), partial(film_path, names(folder)), 0, lambda: False, silence_s=1.0)
        self.device.start(self.events.append)


@pytest.mark.timeout(120)
def test_a_recording_is_on_the_disk_within_seconds_and_is_sought_and_shown_to_its_end(
    begin: Begin, tmp_path: Path
) -> None:
    with streams.udp(free_port()) as url:
        recorded = begin(url)
        grown = recorded.grown_to(9_000)
        recorded.child.end()
    recording = stored(tmp_path)
    (part,) = recording.parts
    assert (recording.title, recording.minutes, grown.recording) == ("省远教直播", 60, NAME)
    assert part.length_ms >= grown.length_ms
    assert WALL_MS <= part.wall_ms <= WALL_MS + 60_000
    assert not (tmp_path / "ring").exists()
    bench = Shown(tmp_path)
    try:
        bench.perform(OpenMedia(id=1, blob=f"{NAME}/1", from_ms=2_000, volume_percent=50))
        opened = wait_for(bench, MediaOpened, 1)
        assert opened.has_video
        first = wait_for(bench, MediaProgress, 1, lambda one: one.pictures > 10)
        assert 1_000 <= first.position_ms <= 4_500
        bench.perform(SeekMedia(id=2, play=1, position_ms=part.length_ms - 3_000))
        ended = wait_for(bench, MediaEnded, 1)
        assert abs(ended.position_ms - part.length_ms) <= 1_000
    finally:
        bench.stop()


@pytest.mark.timeout(120)
def test_a_kill_costs_seconds_and_the_recording_goes_on_as_another_part(begin: Begin, tmp_path: Path) -> None:
    with streams.udp(free_port()) as url:
        first = begin(url)
        grown = first.grown_to(5_000)
        os.kill(first.child.pid, signal.SIGKILL)
        assert first.child.wait(10)
        kept = stored(tmp_path)
        assert [part.number for part in kept.parts] == [1]
        assert kept.length_ms >= grown.length_ms
        second = begin(url)
        second.grown_to(3_000, part=2)
        second.child.end()
    recording = stored(tmp_path)
    assert [part.number for part in recording.parts] == [1, 2]
    assert recording.parts[0].length_ms == kept.parts[0].length_ms
    assert recording.parts[1].length_ms >= 3_000


@pytest.mark.timeout(120)
def test_after_a_lost_signal_it_goes_on_as_another_part_that_can_be_shown(begin: Begin, tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as sending:
        url = sending.enter_context(streams.udp(port))
        recorded = begin(url)
        recorded.grown_to(4_000)
        sending.close()
        time.sleep(SILENCE_S + 2)  # a second without bytes is told as well, and is no loss
        recorded.wait(LiveFlows, lambda one: not one.flows)
        sending.enter_context(streams.udp(port))
        recorded.grown_to(4_000, part=2)
    recorded.child.end()
    bench = Shown(tmp_path)
    try:
        bench.perform(OpenMedia(id=1, blob=f"{NAME}/2", from_ms=0, volume_percent=50))
        wait_for(bench, MediaOpened, 1)
        ended = wait_for(bench, MediaEnded, 1)
        assert abs(ended.position_ms - stored(tmp_path).parts[1].length_ms) <= 1_000
    finally:
        bench.stop()


@pytest.mark.timeout(120)
def test_people_watch_begin_and_leave_while_it_is_recorded_and_it_has_no_break(begin: Begin, tmp_path: Path) -> None:
    bench = RealBench(Path("/"))
    try:
        with streams.udp(free_port()) as url:
            recorded = begin(url, watched=True, order=None)
            served = recorded.wait(LiveServed)
            recorded.child.tell(LiveWanted(watched=True, record=ORDER))
            grown = recorded.grown_to(1_000)
            bench.perform(open_stream(1, served.url))
            wait_for(bench, MediaProgress, 1, lambda one: one.pictures > 25)
            recorded.child.tell(LiveWanted(watched=False, record=ORDER))
            recorded.grown_to(grown.length_ms + 6_000)
            assert not (tmp_path / "ring").exists()
            recorded.child.tell(LiveWanted(watched=True, record=ORDER))
            again = recorded.wait(LiveServed, lambda one: one.url != served.url)
            bench.perform(open_stream(2, again.url))
            wait_for(bench, MediaProgress, 2, lambda one: one.pictures > 25)
            recorded.child.tell(LiveWanted(watched=True))
            length = stored(tmp_path).length_ms
            seen = len(bench.events)
            wait_for(bench, MediaProgress, 2, lambda one: one in bench.events[seen:] and one.pictures > 100)
        assert len(stored(tmp_path).parts) == 1
        assert stored(tmp_path).length_ms - length < 3_000
    finally:
        bench.stop()


def open_stream(play: int, url: str) -> Any:
    return OpenStream(id=play, url=f"{url}?behind=0", volume_percent=50)


@pytest.mark.timeout(60)
def test_when_its_room_is_used_up_it_ends_with_what_it_has_and_says_so(begin: Begin, tmp_path: Path) -> None:
    with streams.udp(free_port()) as url:
        recorded = begin(url, watched=True, order=RecordOrder(**{**as_fields(ORDER), "most_bytes": 700_000}))
        stopped = recorded.wait(RecordStopped)
        assert (stopped.recording, stopped.fault) == (NAME, faults.DISK_FULL)
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert not recorded.ended  # whoever watches goes on
            time.sleep(0.2)
    assert 0 < stored(tmp_path).bytes <= 700_000
    assert stored(tmp_path).length_ms > 0


def as_fields(order: RecordOrder) -> dict[str, Any]:
    return {name: getattr(order, name) for name in order.__struct_fields__}


def test_the_disks_reserve_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    recorder = Recorder(tmp_path / "store", ORDER, reserve_bytes=1 << 60, wall_ms=lambda: None)
    with pytest.raises(StoreFull, match="reserve"):
        recorder.write(packet(1))
    assert recordings_of(names(tmp_path)) == {}


@pytest.mark.timeout(60)
def test_a_line_that_says_nothing_is_passed_over_and_the_next_one_is_heard(begin: Begin, tmp_path: Path) -> None:
    with streams.udp(free_port()) as url:
        recorded = begin(url, order=None)
        stdin = recorded.child._process.stdin
        assert stdin is not None
        stdin.write(b"what?\n\n[]\n")
        recorded.child.tell(LiveWanted(watched=False, record=ORDER))
        recorded.grown_to(1_000)
        assert not recorded.ended
