from __future__ import annotations

import hashlib
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec.structs import replace

from player.core import faults
from player.core.effects import BlobAtRest, RunScrub, StopScrub
from player.core.events import CountyTimeHeard, FaultReported
from player.core.facts import GenerationFacts
from player.core.media_effects import CloseMedia
from player.core.media_events import LiveFinished, LiveFlows, LiveServed, RecordGrew
from player.core.moment import Moment
from player.core.worker_effects import (
    RecordChannel,
    RunBinding,
    RunFetch,
    RunLive,
    RunStopCode,
    RunSync,
    RunUpload,
    StopFetch,
    StopLive,
    TellLive,
    WantedBlob,
)
from player.core.worker_events import (
    BindingAnswered,
    BlobSpoilt,
    FetchFinished,
    FetchProgressed,
    ScrubFinished,
    StopCodeChecked,
    SyncFinished,
    SyncProgressed,
    UploadFinished,
)
from player.devices.journal_file import Append, JournalFile
from player.devices.workers import CountyAddresses, WorkerLimits, WorkersDevice, box_fingerprint
from player.devices.workers_answers import answer, progress
from player.folders import BoxFolders
from player.store.line_history import LineBook
from player.store.names import StoreNames
from player.store.recordings import recordings_of
from player.workers.messages import BindResult, FetchResult, SyncProgress, SyncResult, UploadResult
from playlists.entries import StopReceipt
from playlists.errors import FailedAttempt
from playlists.keys import SigningKey
from playlists.stop_codes import county_secret, stop_code
from playlists.targets import CHUNK_BYTES
from tests.fakes.county_server import TIME_MS, FakeCounty, county
from tests.fakes.events import Events
from tests.fakes.http_server import FakeServer, Fault, serving
from tests.fakes.journal_writer import StandingClock
from tests.fakes.media_tree import publish_blob
from tests.player.core.box import generation
from tests.player.workers.live import streams
from tests.playlists import samples
from tests.playlists.published import ONLINE, County

SIZE = 2 * CHUNK_BYTES + 5


class Box:
    """A workers' device between a county and a test."""

    def __init__(self, folder: Path, server: FakeServer, fake: FakeCounty, **limits: float) -> None:
        self.folders, self.server = BoxFolders(folder / "box"), server
        self.folders.make()
        self.fingerprint = box_fingerprint(self.folders)
        addresses = CountyAddresses((server.base,), fake.api, fake.ca_file, folder / "root.json")
        wanted, self.data = publish_blob(server.folder, SIZE)
        self.blob = WantedBlob(wanted.sha256, wanted.bytes, wanted.chunk_list)
        self.events = Events()
        self.clock = StandingClock()
        self.device = WorkersDevice(
            self.folders, addresses, self.clock, version="1.0", limits=WorkerLimits(reserve_bytes=0, **limits)
        )
        self.device.start(self.events)

    @property
    def stored(self) -> Path:
        return StoreNames(self.folders.store).media(self.blob.sha256)

    def wait_for_request(self) -> None:
        until = time.monotonic() + 20
        while not any(self.blob.sha256 in request.path for request in self.server.requests):
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    with serving(tmp_path / "published") as server:
        yield server


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeCounty]:
    with county(tmp_path / "county") as fake:
        yield fake


@pytest.fixture
def box(tmp_path: Path, server: FakeServer, fake: FakeCounty) -> Iterator[Box]:
    box = Box(tmp_path, server, fake)
    yield box
    box.device.stop()


def children() -> list[int]:
    me = os.getpid()
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == me and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_a_fetch_tells_its_progress_and_its_end(box: Box) -> None:
    box.device.perform(RunFetch(7, (box.blob,)))
    (finished,) = box.events.wait(FetchFinished)
    assert finished.spent is not None
    assert SIZE < finished.spent.by_purpose["session"] < SIZE * 1.05 + 6_000
    assert finished.line is not None
    assert sum(finished.line.brought_bytes) > SIZE
    assert replace(finished, spent=None, line=None) == FetchFinished(7)
    progress = [event for event in box.events.of(FetchProgressed) if event.blob == box.blob.sha256]
    assert {event.effect for event in progress} == {7}
    assert progress[-1].complete
    assert progress[-1].bytes_here == SIZE
    assert progress[-1].free_bytes > 0
    assert box.stored.read_bytes() == box.data


def test_what_was_learnt_of_the_line_comes_with_the_progress_of_a_run_that_may_be_replaced(box: Box) -> None:
    names = StoreNames(box.folders.store)
    book = LineBook(names, lambda: TIME_MS, 480)
    book.observe(60.0, 1_000_000)
    book.write()
    box.device.perform(RunFetch(7, (box.blob,)))
    first, second, *_ = box.events.wait(FetchProgressed, 2)
    assert first.line == book.history
    assert second.line is None


def test_a_worker_that_cannot_be_told_what_to_do_is_answered_and_ends_no_other(box: Box) -> None:
    box.device.perform(RunFetch(6, (box.blob,), folder="/run/media/\udcd1"))
    (failed,) = box.events.wait(FetchFinished)
    assert "cannot be started" in failed.error
    assert children() == []
    box.device.perform(RunFetch(7, (box.blob,)))
    assert box.events.wait(FetchFinished, 2)[1].error == ""


def test_a_new_fetch_replaces_the_running_one_and_goes_on_where_it_was(box: Box) -> None:
    box.server.bytes_per_s = 400_000
    box.device.perform(RunFetch(7, (box.blob,)))
    box.wait_for_request()
    time.sleep(1)
    box.server.bytes_per_s = None
    box.device.perform(RunFetch(8, (box.blob,)))
    first, second = box.events.wait(FetchFinished, 2)
    assert (first.effect, "SIGTERM" in first.error or "status 143" in first.error) == (7, True)
    assert (second.effect, second.error) == (8, "")
    assert box.stored.read_bytes() == box.data


def test_a_fetch_that_is_stopped_is_gone_and_answered(box: Box) -> None:
    box.server.bytes_per_s = 50_000
    box.device.perform(RunFetch(7, (box.blob,)))
    box.wait_for_request()
    box.device.perform(StopFetch(8))
    (event,) = box.events.wait(FetchFinished)
    assert (event.effect, bool(event.error)) == (7, True)
    assert children() == []


def test_a_worker_that_is_killed_is_a_failed_attempt(box: Box) -> None:
    box.server.bytes_per_s = 50_000
    box.device.perform(RunFetch(7, (box.blob,)))
    box.wait_for_request()
    os.kill(children()[0], signal.SIGKILL)
    (event,) = box.events.wait(FetchFinished)
    assert "SIGKILL" in event.error


def test_a_worker_past_its_time_is_ended_by_its_own_alarm(tmp_path: Path, server: FakeServer, fake: FakeCounty) -> None:
    box = Box(tmp_path, server, fake, sync_s=-4)  # with its grace: one second
    (tmp_path / "root.json").write_bytes(b"{}")
    server.faults.append(Fault("never-answer", always=True))
    box.device.perform(RunSync(3))
    (event,) = box.events.wait(SyncFinished)
    assert "too long" in event.error
    box.device.stop()


def test_a_scrub_finds_a_bad_chunk_and_the_fetch_after_it_brings_that_chunk(box: Box) -> None:
    box.device.perform(RunFetch(7, (box.blob,)))
    box.events.wait(FetchFinished)
    with box.stored.open("r+b") as file:
        file.seek(CHUNK_BYTES + 1)
        file.write(b"rotten")
    rest = BlobAtRest(box.blob.sha256, box.blob.bytes, box.blob.chunk_list)
    box.device.perform(RunScrub(8, (rest,), budget_bytes=1 << 30, day="1"))
    assert box.events.wait(ScrubFinished) == [ScrubFinished(8)]
    assert box.events.of(BlobSpoilt) == [BlobSpoilt(8, box.blob.sha256, SIZE - CHUNK_BYTES)]
    box.device.perform(RunFetch(9, (box.blob,)))
    assert [event.error for event in box.events.wait(FetchFinished, 2)] == ["", ""]
    assert box.stored.read_bytes() == box.data


def test_a_scrub_is_ended_by_the_fetch_that_comes_after_it(box: Box) -> None:
    names = StoreNames(box.folders.store)
    slow = []
    for number in range(40):
        data = bytes([number]) * 10
        path = names.media(hashlib.sha256(data).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        slow.append(BlobAtRest(path.name, 10))
    box.device.perform(RunScrub(8, tuple(slow), budget_bytes=1 << 30, day="1"))
    box.device.perform(StopScrub(9))
    box.device.perform(RunFetch(10, (box.blob,)))
    assert box.events.wait(FetchFinished)[0].error == ""
    (ended,) = box.events.wait(ScrubFinished)
    assert (ended.effect, bool(ended.error)) == (8, True)


def test_stopping_leaves_no_child_behind(box: Box) -> None:
    box.server.bytes_per_s = 50_000
    box.device.perform(RunFetch(7, (box.blob,)))
    box.wait_for_request()
    box.device.stop()
    assert children() == []


def test_a_sync_brings_the_generation_in_force_and_asks_for_a_box_without_a_clock_the_time(
    box: Box, fake: FakeCounty, tmp_path: Path
) -> None:
    fake.online = ONLINE
    made = County(tmp_path / "publication")
    made.release(samples.course())
    (tmp_path / "root.json").write_bytes(made.root)
    for path in made.folder.iterdir():
        path.rename(box.server.folder / path.name)
    box.clock.moment = Moment(5, 0, "unknown", 1)
    box.device.perform(RunSync(3))
    (first,) = box.events.wait(SyncFinished)
    assert (first.effect, first.error, first.checked) == (3, "", True)
    assert [one.wall_ms for one in box.events.of(CountyTimeHeard)] == [TIME_MS]
    assert first.generation is not None
    assert (first.generation.number, first.generation.course_count) == (1, 1)
    box.clock.moment = Moment(5, TIME_MS + 1000, "trusted", 1)
    box.device.perform(RunSync(4))
    again = box.events.wait(SyncFinished, 2)[1]
    assert again.checked
    assert len(box.events.of(CountyTimeHeard)) == 1
    assert again.generation is not None
    assert (again.generation.number, again.generation.synced_wall_ms) == (1, TIME_MS + 1000)


def test_a_sync_that_fails_says_so_and_brings_no_generation(box: Box, tmp_path: Path) -> None:
    (tmp_path / "root.json").write_bytes(b"{}")
    box.device.perform(RunSync(3))
    (event,) = box.events.wait(SyncFinished)
    assert event.generation is None
    assert event.error


def test_a_box_is_bound_and_sends_its_journal(box: Box, fake: FakeCounty) -> None:
    box.device.perform(RunBinding(1))
    assert box.events.wait(BindingAnswered) == [BindingAnswered(1, code="314159", expires_in_s=600)]
    journal = JournalFile(box.folders.journal, box.fingerprint)
    journal.write([Append((StopReceipt(stop="s"),), Moment(1, 2, "trusted", 1))])
    box.device.perform(RunUpload(2))
    (finished,) = box.events.wait(UploadFinished)
    assert finished.spent is not None
    assert finished.spent.by_purpose["journal"] > 500
    assert replace(finished, spent=None) == UploadFinished(2, 1)
    assert list(fake.entries) == [1]


def test_the_countys_code_is_known_by_the_box_it_was_made_for(box: Box) -> None:
    telephone = X25519PrivateKey.generate()
    key = telephone.public_key().public_bytes_raw().hex()
    secret = county_secret(telephone, SigningKey.load(box.folders.key).public_bytes)
    days, code = ("2026-03-03", "2026-03-04"), stop_code(secret, 128, "2026-03-04")
    box.device.perform(RunStopCode(1, key, 128, code, days))
    box.events.wait(StopCodeChecked)
    box.device.perform(RunStopCode(2, key, 129, code, days))
    assert box.events.wait(StopCodeChecked, 2) == [StopCodeChecked(1, "2026-03-04"), StopCodeChecked(2)]
    box.device.perform(RunStopCode(3, "00" * 32, 128, code, days))
    assert "no shared secret" in box.events.wait(StopCodeChecked, 3)[-1].error


def test_a_box_has_one_name_for_ever(tmp_path: Path) -> None:
    folders = BoxFolders(tmp_path)
    first = box_fingerprint(folders)
    assert box_fingerprint(folders) == first == SigningKey.load(folders.key).fingerprint
    folders.fingerprint.unlink()
    assert box_fingerprint(folders) == first


def test_a_key_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "box-key.pem").write_bytes(b"rubbish")
    with pytest.raises(FailedAttempt, match="no private key"):
        box_fingerprint(BoxFolders(tmp_path))


def test_effects_of_other_devices_are_refused_loudly(box: Box) -> None:
    with pytest.raises(TypeError):
        box.device.perform(CloseMedia(1, 2))


def test_a_failing_card_is_a_fault_until_a_fetch_has_written_everything() -> None:
    run = RunFetch(7, ())
    read_only = FetchResult(error="read-only", fault=faults.CARD_READ_ONLY)
    assert answer(run, read_only, "", 0, lambda: None) == [
        FaultReported(faults.CARD_READ_ONLY, active=True, detail="read-only"),
        FetchFinished(7, "read-only"),
    ]
    full = FetchResult(error="full", fault=faults.DISK_FULL)
    assert answer(run, full, "", 0, lambda: None) == [FetchFinished(7, "full", disk_full=True)]
    well = answer(run, FetchResult(), "", 0, lambda: None)
    assert FaultReported(faults.CARD_READ_ONLY, active=False) in well
    assert well[-1] == FetchFinished(7)


def test_a_fetch_that_ends_without_a_result_is_told_as_cut_off() -> None:
    assert answer(RunFetch(7, ()), None, "killed", 0, lambda: None) == [FetchFinished(7, "killed", cut_off=True)]


def test_what_stands_in_the_way_reaches_the_core() -> None:
    results = (
        (RunSync(1), SyncResult(error="a web page", fault=faults.WRONG_ANSWER)),
        (RunUpload(2), UploadResult(head=3, error="no", fault=faults.COUNTY_REFUSES)),
        (RunBinding(3), BindResult(error="no", fault=faults.COUNTY_REFUSES)),
    )
    told = [answer(run, result, "", 0, lambda: None)[-1] for run, result in results]
    assert [event.fault for event in told] == [faults.WRONG_ANSWER, faults.COUNTY_REFUSES, faults.COUNTY_REFUSES]


def test_a_worker_without_a_word_answers_for_every_kind() -> None:
    runs = [RunSync(1), RunFetch(2, ()), RunUpload(3), RunBinding(4), RunStopCode(5, "", 1, "", ())]
    last = [answer(run, None, "crashed", 17, lambda: None)[-1] for run in runs]
    assert [event.error for event in last if hasattr(event, "error")] == ["crashed"] * 5
    assert last[2] == UploadFinished(3, 17, error="crashed")


def test_a_refresh_that_goes_on_reads_the_generation_only_when_there_is_a_new_one() -> None:
    facts, read = generation(), []

    def load() -> GenerationFacts:
        read.append(1)
        return facts

    assert progress(RunSync(4), SyncProgress(percent=30), load) == SyncProgressed(4, None, 30)
    assert not read
    assert progress(RunSync(4), SyncProgress(generation=3), load) == SyncProgressed(4, facts)


@pytest.mark.timeout(90)
def test_a_live_channel_is_served_until_it_is_stopped_and_nothing_of_it_stays(tmp_path: Path, box: Box) -> None:
    with streams.hls(tmp_path / "hls") as url:
        box.device.perform(RunLive(7, url))
        served = box.events.wait(LiveServed, 1, 40)[0]
        assert served.effect == 7
        assert any(one.flows for one in box.events.wait(LiveFlows, 1, 40))
        with urllib.request.urlopen(f"{served.url}?behind=0", timeout=10) as stream:
            assert stream.read(1)[0] == 0x47
        box.device.perform(StopLive(8))
        ended = box.events.wait(LiveFinished, 1, 20)[0]
    assert ended.effect == 7
    assert not box.folders.ring.exists()


@pytest.mark.timeout(90)
def test_a_channel_is_recorded_while_nobody_watches_and_what_it_is_wanted_for_changes(tmp_path: Path, box: Box) -> None:
    wanted = RecordChannel("province", "省远教直播", "2026-03-04T19:30", 60, 1 << 30)
    with streams.hls(tmp_path / "hls") as url:
        box.device.perform(RunLive(7, url, watched=False, record=wanted))
        assert box.events.wait(RecordGrew, 3, 40)[2].recording == "province@2026-03-04T19:30"
        box.device.perform(TellLive(8, watched=True, record=None))
        assert box.events.wait(LiveServed, 1, 40)[0].effect == 7
        box.device.perform(StopLive(9))
        box.events.wait(LiveFinished, 1, 20)
    (stored,) = recordings_of(StoreNames(box.folders.store), box.folders.fingerprint.read_text()).values()
    assert stored.length_ms > 0


def test_what_a_power_cut_left_of_a_live_channel_is_removed_at_the_start(
    tmp_path: Path, server: FakeServer, fake: FakeCounty
) -> None:
    ring = BoxFolders(tmp_path / "box").ring
    ring.mkdir(parents=True)
    (ring / "00000001.ts").write_bytes(b"x" * 1000)
    box = Box(tmp_path, server, fake)
    box.device.stop()
    assert not ring.exists()
