from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from player.core import faults
from player.core.facts import StoredBlob
from player.store.contents import scan
from player.store.line_history import read_history
from player.store.meter import spent
from player.store.names import StoreNames
from player.store.partial import PartialBlob
from player.workers.fetch import fetch
from player.workers.messages import (
    FetchProgress,
    FetchResult,
    FetchSpec,
    Line,
    Message,
    Wanted,
    decode_message,
    encode_line,
)
from playlists.chunks import read_chunks
from playlists.targets import CHUNK_BYTES
from tests.fakes.bad_sectors import BadSectors
from tests.fakes.http_server import FakeServer, Fault, Kind, serving
from tests.fakes.media_tree import publish_blob
from tests.fakes.small_disk import small_disk

NOVEMBER_MS = 1_795_000_000_000
SIZE = 3 * CHUNK_BYTES + 5_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    with serving(tmp_path / "published") as server:
        yield server


class Box:
    """A store and what the worker said about it."""

    def __init__(self, folder: Path, published: Path, size: int = SIZE) -> None:
        self.names = StoreNames(folder / "store")
        self.wanted, self.data = publish_blob(published, size)
        self.said: list[Message] = []

    def fetch(self, *sources: str, **more: object) -> FetchResult:
        return fetch(self.spec(*sources, **more), self.said.append)

    def spec(self, *sources: str, **more: object) -> FetchSpec:
        values = {"blobs": (self.wanted,), "quota_bytes": 1 << 40, "reserve_bytes": 0, "give_up_s": 5, "limit_s": 60}
        values["line"] = Line(store=str(self.names.root))
        return FetchSpec(store=str(self.names.root), sources=sources, **{**values, **more})  # type: ignore[arg-type]

    @property
    def stored(self) -> bytes:
        return self.names.media(self.wanted.sha256).read_bytes()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path, tmp_path / "published")


def needed(box: Box) -> int:
    return len(box.data) + 32 * -(-len(box.data) // CHUNK_BYTES)


def test_a_blob_comes_with_its_chunk_list_by_one_request_each_and_is_told_chunk_by_chunk(
    box: Box, server: FakeServer
) -> None:
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data
    assert server.sent == needed(box)
    assert [request.encoding for request in server.requests] == ["identity"] * 2
    progress = [said for said in box.said if isinstance(said, FetchProgress) and said.blob == box.wanted.sha256]
    here = [said.bytes_here for said in progress]
    assert here[:2] == [CHUNK_BYTES, 2 * CHUNK_BYTES]
    assert here[-2:] == [SIZE, SIZE]
    assert [said.complete for said in progress] == [False] * (len(progress) - 1) + [True]


def test_what_is_stored_is_not_asked_for_again(box: Box, server: FakeServer) -> None:
    box.fetch(server.base)
    asked = len(server.requests)
    assert box.fetch(server.base).error == ""
    assert len(server.requests) == asked


def metered(box: Box, wall_ms: int = NOVEMBER_MS, monthly_bytes: int | None = None) -> Line:
    return Line(store=str(box.names.root), wall_ms=wall_ms, monthly_bytes=monthly_bytes)


def near(counted_bytes: int, body_bytes: int) -> bool:
    """Whether the line's count is the bodies and, on top, heads, packets and handshakes."""
    return body_bytes < counted_bytes < body_bytes * 1.05 + 6_000


def test_what_a_month_has_cost_is_counted_over_runs_by_purpose_with_heads_and_packets(
    box: Box, server: FakeServer
) -> None:
    server.faults.append(Fault("status", path=box.wanted.sha256, always=True))
    box.fetch(server.base, line=metered(box), give_up_s=0.3)
    server.faults.clear()
    result = box.fetch(server.base, line=metered(box))
    assert result.spent == spent(box.names)
    assert spent(box.names).month == (2026, 11)
    assert near(spent(box.names).by_purpose["session"], needed(box))
    poster = replace(publish_blob(server.folder, 70_000, seed=2)[0], purpose="poster")
    box.fetch(server.base, line=metered(box), blobs=(poster,))
    assert near(spent(box.names).by_purpose["poster"], 70_000)
    box.fetch(server.base, line=metered(box, NOVEMBER_MS + 30 * 86_400_000), blobs=(poster,))
    assert spent(box.names).month == (2026, 12)


def test_what_a_folder_brings_costs_nothing(box: Box, tmp_path: Path) -> None:
    box.fetch(str(tmp_path / "published"), line=metered(box))
    assert spent(box.names).total_bytes == 0


def test_the_allowance_of_the_month_is_never_passed_by_more_than_a_chunk(box: Box, server: FakeServer) -> None:
    monthly = 2 * CHUNK_BYTES
    wish = replace(box.wanted, purpose="stock")
    result = box.fetch(server.base, line=metered(box, monthly_bytes=monthly), blobs=(wish,))
    assert "allowance" in result.error
    assert monthly * 3 // 4 <= spent(box.names).total_bytes < monthly * 3 // 4 + 100_000
    result = box.fetch(server.base, line=metered(box, monthly_bytes=monthly))
    assert "allowance" in result.error
    assert monthly * 31 // 32 <= spent(box.names).total_bytes < monthly
    assert server.sent <= monthly


def test_a_folder_is_as_good_a_source_as_a_server(box: Box, tmp_path: Path) -> None:
    assert box.fetch(str(tmp_path / "published")).error == ""
    assert box.stored == box.data


@pytest.mark.parametrize("kind", ["reset", "truncate", "silence"])
def test_a_line_that_breaks_goes_on_at_the_same_byte(box: Box, server: FakeServer, kind: Kind) -> None:
    for after in (10_000, CHUNK_BYTES + 7, 65_536):
        server.faults.append(Fault(kind, after, path=box.wanted.sha256))
    began = time.monotonic()
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data
    slack = 3 * 65_536 if kind == "reset" else 0  # a reset throws away what the kernel had not handed over
    assert server.sent <= needed(box) + slack
    if kind == "silence":
        assert time.monotonic() - began < 3 * 10


def test_silence_is_noticed_in_about_two_seconds_on_a_line_that_was_lively(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("silence", CHUNK_BYTES, path=box.wanted.sha256))
    server.faults.append(Fault("silence", CHUNK_BYTES, path=box.wanted.sha256))
    began = time.monotonic()
    assert box.fetch(server.base).error == ""
    assert time.monotonic() - began < 8


def test_a_server_without_ranges_is_taken_from_the_start_and_skipped_to_what_is_missing(
    box: Box, server: FakeServer
) -> None:
    server.faults.append(Fault("reset", CHUNK_BYTES + 70_000, path=box.wanted.sha256))
    server.faults.append(Fault("no-range", path=box.wanted.sha256, always=True))
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data


def test_a_server_with_ranges_is_preferred_over_one_without(box: Box, server: FakeServer, tmp_path: Path) -> None:
    server.faults.append(Fault("reset", CHUNK_BYTES + 70_000, path=box.wanted.sha256))
    server.faults.append(Fault("no-range", path=box.wanted.sha256, always=True))
    with serving(tmp_path / "published") as mirror:
        assert box.fetch(server.base, mirror.base).error == ""
        assert box.stored == box.data
        assert mirror.sent < SIZE - CHUNK_BYTES


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("portal", "log-in"),
        ("redirect", "redirects to login.invalid"),
        ("other-range", "Content-Range"),
        ("encoded", "encoded as gzip"),
    ],
)
def test_an_answer_that_is_not_the_blob_is_refused_with_words_and_never_asked_again(
    box: Box, server: FakeServer, kind: Kind, words: str
) -> None:
    server.faults.append(Fault(kind, always=True))
    result = box.fetch(server.base)
    assert words in result.error
    assert len(server.requests) == 1
    assert scan(box.names).blobs.get(box.wanted.sha256) is None


def test_other_bytes_than_asked_for_are_not_appended(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("reset", CHUNK_BYTES + 70_000, path=box.wanted.sha256))
    server.faults.append(Fault("wrong-range", path=box.wanted.sha256, always=True))
    result = box.fetch(server.base)
    assert "to bytes" in result.error
    assert scan(box.names).blobs[box.wanted.sha256].bytes_here == CHUNK_BYTES


def test_a_range_that_is_cut_short_by_the_server_is_asked_for_again(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("short-range", path=box.wanted.sha256))
    assert box.fetch(server.base).error == ""
    assert (box.stored, server.sent) == (box.data, needed(box))


def test_one_flipped_bit_costs_one_chunk(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("flip", CHUNK_BYTES + 99, path=box.wanted.sha256))
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data


def test_a_source_that_lies_twice_is_left_for_the_next_one(box: Box, server: FakeServer, tmp_path: Path) -> None:
    server.faults.append(Fault("flip", 99, path=box.wanted.sha256, always=True))
    with serving(tmp_path / "published") as mirror:
        assert box.fetch(server.base, mirror.base).error == ""
    assert box.stored == box.data
    assert len([request for request in server.requests if box.wanted.sha256 in request.path]) == 2


def test_a_source_that_only_lies_ends_in_words_and_keeps_what_was_right(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("flip", CHUNK_BYTES, path=box.wanted.sha256))
    server.faults.append(Fault("flip", 0, path=box.wanted.sha256))
    result = box.fetch(server.base)
    assert "chunk 1" in result.error
    assert scan(box.names).blobs[box.wanted.sha256].bytes_here == CHUNK_BYTES


def test_content_that_changes_under_its_name_is_found_out(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("reset", CHUNK_BYTES + 70_000, path=box.wanted.sha256))
    server.faults.append(Fault("changed", path=box.wanted.sha256, always=True))
    result = box.fetch(server.base)
    assert "chunk 1" in result.error
    asked = [request for request in server.requests if box.wanted.sha256 in request.path]
    assert asked[1].if_range.startswith('"')
    assert scan(box.names).blobs[box.wanted.sha256].bytes_here == CHUNK_BYTES


@pytest.mark.parametrize("kind", ["never-answer", "garbage"])
def test_a_server_that_does_not_speak_is_left_for_the_next_one(
    box: Box, server: FakeServer, tmp_path: Path, kind: Kind
) -> None:
    server.silence_s = 3
    server.faults.append(Fault(kind, always=True))
    with serving(tmp_path / "published") as mirror:
        assert box.fetch(server.base, mirror.base, give_up_s=30).error == ""
    assert box.stored == box.data


def test_redirects_on_the_same_host_are_followed_but_not_for_ever(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("redirect-home"))
    assert box.fetch(server.base).error == ""
    server.faults.append(Fault("redirect-home", always=True))
    other, _ = publish_blob(server.folder, 500, seed=2)
    assert "without end" in box.fetch(server.base, blobs=(other,)).error


def test_a_redirect_to_what_is_no_address_is_an_answer_that_failed(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("status", status=302, headers={"Location": "http://[nowhere"}))
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data


def test_a_busy_server_says_when_to_come_again(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("status", status=503, headers={"Retry-After": "77"}, always=True))
    result = box.fetch(server.base)
    assert "503" in result.error
    assert result.retry_after_s == 77
    assert not result.lost


def test_a_dead_name_ends_in_words_about_dns(box: Box) -> None:
    result = box.fetch("http://county.invalid/published", give_up_s=1)
    assert "DNS" in result.error
    assert result.lost


def test_a_blob_that_nobody_has_does_not_keep_the_others(box: Box, server: FakeServer) -> None:
    absent = Wanted("0" * 64, 10)
    result = box.fetch(server.base, blobs=(absent, box.wanted))
    assert "is not there" in result.error
    assert not result.lost
    assert box.stored == box.data


def test_a_chunk_list_that_is_not_the_documents_is_refused(box: Box, server: FakeServer) -> None:
    assert box.wanted.chunk_list
    path = server.folder / "media" / box.wanted.chunk_list[:2] / box.wanted.chunk_list
    path.write_bytes(bytes(len(path.read_bytes())))
    assert "chunk 0" in box.fetch(server.base).error
    lying = Wanted(box.wanted.sha256, SIZE + CHUNK_BYTES, box.wanted.chunk_list)
    assert "the blob has 160 bytes" in box.fetch(server.base, blobs=(lying,)).error


def test_without_room_nothing_is_asked_for_and_the_disk_is_named(box: Box, server: FakeServer) -> None:
    result = box.fetch(server.base, quota_bytes=SIZE - 1)
    assert result.fault == faults.DISK_FULL
    assert sum(request.sent for request in server.requests) <= needed(box) - SIZE


def half_filled(box: Box) -> Path:
    """Put two chunks into the store, forget the marks, and return the partial blob."""
    digests = tuple(hashlib.sha256(chunk).digest() for chunk in read_chunks(io.BytesIO(box.data)))
    with closing(PartialBlob(box.names, box.wanted.sha256, SIZE, digests)) as partial:
        partial.write(0, box.data[: 2 * CHUNK_BYTES])
    box.names.marks(box.wanted.sha256).unlink()
    return box.names.partial(box.wanted.sha256)


def test_a_place_that_the_card_cannot_give_back_costs_its_chunk(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = half_filled(box)
    BadSectors(monkeypatch).spoil(partial, CHUNK_BYTES + 7)
    before = server.sent
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data
    assert server.sent - before < SIZE - CHUNK_BYTES + 10_000


def test_a_place_that_stays_bad_costs_its_blob_which_comes_again_elsewhere(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = half_filled(box)
    BadSectors(monkeypatch, stubborn=True).spoil(partial, CHUNK_BYTES + 7)
    assert "cannot be read" in box.fetch(server.base).error
    assert not partial.exists()
    (aside,) = box.names.quarantine.iterdir()
    assert aside.stat().st_size == SIZE
    assert box.fetch(server.base).error == ""
    assert box.stored == box.data


def test_a_chunk_list_that_the_card_cannot_give_back_comes_again(box: Box, server: FakeServer) -> None:
    assert box.wanted.chunk_list is not None
    place = box.names.media(box.wanted.chunk_list)
    place.mkdir(parents=True)  # any error of reading will do
    assert box.fetch(server.base).fault == faults.CARD_FAILING
    place.rmdir()
    place.write_bytes(b"another")
    assert box.fetch(server.base).error == ""


def test_a_disk_that_others_fill_meanwhile_is_not_filled_into_its_reserve(tmp_path: Path, server: FakeServer) -> None:
    with small_disk(tmp_path / "disk", 16 << 20) as disk:
        box = Box(disk, server.folder)

        def others_write(message: Message) -> None:
            box.said.append(message)
            with (disk / "others").open("ab") as file:
                file.write(bytes(6 << 20))

        result = fetch(box.spec(server.base, reserve_bytes=6 << 20), others_write)
        assert result.fault == faults.DISK_FULL
        assert scan(box.names).blobs[box.wanted.sha256] == StoredBlob(2 * CHUNK_BYTES, complete=False)


def test_a_disk_that_fills_up_ends_the_fetch_and_what_was_verified_stays(tmp_path: Path, server: FakeServer) -> None:
    with small_disk(tmp_path / "disk", 2 * CHUNK_BYTES + 262_144) as disk:
        box = Box(disk, server.folder)
        box.names.partials.mkdir(parents=True)
        result = box.fetch(server.base, reserve_bytes=-(1 << 30))  # as if the room had gone meanwhile
        assert result.fault == faults.DISK_FULL
        assert scan(box.names).blobs[box.wanted.sha256].bytes_here == 2 * CHUNK_BYTES


def test_the_cap_is_kept_and_what_runs_ahead_of_it_is_small(box: Box, server: FakeServer) -> None:
    began = time.monotonic()
    spec = box.spec(server.base, bits_per_second=8 * (SIZE // 2))
    assert fetch(spec, box.said.append).error == ""
    assert 1.6 < time.monotonic() - began < 3.5


def test_a_run_ends_at_its_limit_with_what_it_has(box: Box, server: FakeServer) -> None:
    result = box.fetch(server.base, bits_per_second=8 * CHUNK_BYTES, limit_s=1.5)
    assert "over" in result.error
    assert scan(box.names).blobs[box.wanted.sha256].bytes_here >= CHUNK_BYTES


class Worker:
    """A real worker process."""

    def __init__(self, spec: FetchSpec) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "player.workers", "fetch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdin is not None
        self.process.stdin.write(encode_line(spec))
        self.process.stdin.flush()

    def messages(self) -> list[Message]:
        assert self.process.stdout is not None
        lines = self.process.stdout.read().splitlines(keepends=True)
        self.process.wait(20)
        return [decode_message(line) for line in lines if line.endswith(b"\n")]


def test_kills_at_any_point_cost_next_to_nothing(tmp_path: Path, server: FakeServer) -> None:
    box, chance = Box(tmp_path, server.folder, 24 * CHUNK_BYTES + 77), random.Random(3)
    server.bytes_per_s = 4e6
    for _ in range(4):
        worker, asked = Worker(box.spec(server.base)), len(server.requests)
        while len(server.requests) == asked:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.05, 1.5))
        worker.process.kill()
        worker.messages()
    assert 0 < server.sent < len(box.data)
    assert isinstance(Worker(box.spec(server.base)).messages()[-1], FetchResult)
    assert box.stored == box.data
    assert server.sent / needed(box) <= 1.01


@pytest.mark.parametrize("end", ["stdin", "term"])
def test_a_worker_ends_when_its_stdin_closes_and_when_it_is_asked_to(
    tmp_path: Path, server: FakeServer, end: str
) -> None:
    server.bytes_per_s = 100_000
    worker = Worker(Box(tmp_path, server.folder).spec(server.base))
    while not server.requests:  # before its first one it has no ears yet
        time.sleep(0.01)
    if end == "stdin":
        assert worker.process.stdin is not None
        worker.process.stdin.close()
    else:
        worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(30) == 128 + signal.SIGTERM


def test_a_worker_dies_with_its_parent(tmp_path: Path, server: FakeServer) -> None:
    box = Box(tmp_path, server.folder)
    server.bytes_per_s = 100_000
    (tmp_path / "spec").write_bytes(encode_line(box.spec(server.base)))
    script = (
        "import subprocess, sys, time\n"
        f"pipe = open({str(tmp_path / 'spec')!r}, 'rb')\n"
        "child = subprocess.Popen([sys.executable, '-m', 'player.workers', 'fetch'], stdin=subprocess.PIPE)\n"
        "child.stdin.write(pipe.read()); child.stdin.flush()\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    while not server.requests:
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    until = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_workers_never_work_on_one_store_at_once(tmp_path: Path, server: FakeServer) -> None:
    box = Box(tmp_path, server.folder)
    server.bytes_per_s = 3e6
    first, second = Worker(box.spec(server.base)), Worker(box.spec(server.base))
    assert {type(said) for said in (first.messages()[-1], second.messages()[-1])} == {FetchResult}
    assert box.stored == box.data
    assert server.sent == needed(box)


def test_what_a_folder_brings_costs_nothing_and_teaches_nothing_about_the_line(box: Box, tmp_path: Path) -> None:
    before = read_history(box.names)
    assert box.fetch(str(tmp_path / "published"), line=metered(box)).error == ""
    assert box.stored == box.data
    assert read_history(box.names) == before
    assert spent(box.names).total_bytes == 0


def test_a_stick_that_cannot_be_read_is_no_lost_line(box: Box, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("no folder")
    before = read_history(box.names)
    result = box.fetch(str(broken), give_up_s=1, line=metered(box))
    assert result.error
    assert not result.lost
    assert read_history(box.names) == before


def test_a_folder_that_goes_while_it_is_read_leaves_what_has_come_and_another_run_goes_on(tmp_path: Path) -> None:
    size = 40 * CHUNK_BYTES  # more than is read ahead
    box = Box(tmp_path, tmp_path / "published", size)
    film = next((tmp_path / "published" / "media").rglob(box.wanted.sha256))
    whole = film.read_bytes()

    def pull_out_after_a_chunk(said: Message) -> None:
        if isinstance(said, FetchProgress) and said.blob == box.wanted.sha256:
            os.truncate(film, 0)

    result = fetch(box.spec(str(tmp_path / "published"), give_up_s=1), pull_out_after_a_chunk)
    assert result.error
    assert not result.lost
    assert CHUNK_BYTES <= scan(box.names).blobs[box.wanted.sha256].bytes_here < size
    film.write_bytes(whole)
    assert box.fetch(str(tmp_path / "published")).error == ""
    assert box.stored == box.data
