"""Blobs at rest on a card that loses bits, shortens files, or cannot give them back; and rounds that are broken off."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core import faults
from player.core.facts import StoredBlob
from player.store import scrubbing
from player.store.contents import scan
from player.store.names import StoreNames
from player.store.scrubbing import in_turn, make_partial, read_progress
from player.workers.fetch import fetch
from player.workers.messages import BlobAtRest, BlobBad, FetchSpec, Line, Message, ScrubResult, ScrubSpec, Wanted
from player.workers.scrub import scrub
from playlists.chunks import chunk_range
from playlists.targets import CHUNK_BYTES
from tests.fakes.bad_sectors import BadSectors
from tests.fakes.http_server import FakeServer, serving
from tests.fakes.media_tree import publish_blob

SIZES = (2 * CHUNK_BYTES + 5_000, 3 * CHUNK_BYTES, 40_000)


class Box:
    """A store filled by the real fetch worker from a real server."""

    def __init__(self, folder: Path, server: FakeServer, sizes: tuple[int, ...] = SIZES) -> None:
        self.names, self.server = StoreNames(folder / "store"), server
        self.wanted: list[Wanted] = []
        self.data: dict[str, bytes] = {}
        for seed, size in enumerate(sizes, 1):
            wanted, data = publish_blob(server.folder, size, seed=seed)
            self.wanted.append(wanted)
            self.data[wanted.sha256] = data
        self.said: list[Message] = []
        self.fetch()

    def fetch(self) -> None:
        spec = FetchSpec(
            store=str(self.names.root), quota_bytes=1 << 40, reserve_bytes=0, blobs=tuple(self.wanted),
            sources=(self.server.base,), line=Line(store=str(self.names.root)), limit_s=60, give_up_s=5,
        )  # fmt: skip
        assert fetch(spec, lambda _: None).error == ""

    def scrub(self, *blobs: BlobAtRest, budget_bytes: int | None = 1 << 40, day: str = "1") -> ScrubResult:
        asked = blobs or tuple(BlobAtRest(one.sha256, one.bytes, one.chunk_list) for one in self.wanted)
        spec = ScrubSpec(store=str(self.names.root), blobs=asked, budget_bytes=budget_bytes, day=day, pause_s=0)
        return scrub(spec, self.said.append)

    def flip(self, number: int, offset: int) -> None:
        path = self.names.media(self.wanted[number].sha256)
        with path.open("r+b") as file:
            file.seek(offset)
            byte = file.read(1)
            file.seek(offset)
            file.write(bytes([byte[0] ^ 0x10]))

    @property
    def bad(self) -> list[tuple[str, int]]:
        return [(one.blob, one.bytes_here) for one in self.said if isinstance(one, BlobBad)]

    def healed(self) -> None:
        """Fetch what is missing: everything is as it was published."""
        self.fetch()
        for sha256, data in self.data.items():
            assert self.names.media(sha256).read_bytes() == data


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    with serving(tmp_path / "published") as server:
        yield server


@pytest.fixture
def box(tmp_path: Path, server: FakeServer) -> Box:
    return Box(tmp_path, server)


def test_a_sound_store_is_read_through_and_nothing_is_said(box: Box) -> None:
    assert box.scrub() == ScrubResult()
    assert box.said == []
    progress = read_progress(box.names)
    assert progress.read_bytes == sum(SIZES)
    assert progress.after == max(box.data)


def test_a_flipped_bit_costs_its_chunk_and_nothing_more(box: Box, server: FakeServer) -> None:
    box.flip(0, CHUNK_BYTES + 99)
    assert box.scrub() == ScrubResult()
    blob = box.wanted[0].sha256
    assert box.bad == [(blob, SIZES[0] - CHUNK_BYTES)]
    assert scan(box.names).blobs[blob] == StoredBlob(SIZES[0] - CHUNK_BYTES, complete=False)
    before = server.sent
    box.healed()
    assert server.sent - before == CHUNK_BYTES


def test_several_bad_chunks_of_several_blobs_are_found_in_one_run(box: Box) -> None:
    for number, offset in ((0, 5), (0, SIZES[0] - 1), (1, 2 * CHUNK_BYTES), (2, 0)):
        box.flip(number, offset)
    box.scrub()
    assert {blob for blob, _ in box.bad} == set(box.data)
    box.healed()


@pytest.mark.parametrize("change", [-1, -CHUNK_BYTES, -SIZES[0] + 1, 1, 70_000])
def test_a_blob_of_another_length_is_found_and_healed(box: Box, change: int) -> None:
    os.truncate(box.names.media(box.wanted[0].sha256), SIZES[0] + change)
    box.scrub()
    assert [blob for blob, _ in box.bad] == [box.wanted[0].sha256]
    box.healed()


def test_a_place_that_cannot_be_read_costs_its_chunk(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    BadSectors(monkeypatch).spoil(box.names.media(box.wanted[1].sha256), CHUNK_BYTES + 3)
    assert box.scrub() == ScrubResult()
    assert box.bad == [(box.wanted[1].sha256, 2 * CHUNK_BYTES)]
    before = server.sent
    box.healed()
    assert server.sent - before == CHUNK_BYTES


def test_a_card_that_says_something_else_is_named_and_nothing_is_given_up(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> bytes:
        raise OSError(errno.ENODEV, "No such device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pread", gone)
        assert box.scrub().fault == faults.CARD_FAILING
    assert box.bad == []
    assert all(one.complete for one in scan(box.names).blobs.values())


def test_a_spoilt_chunk_list_is_found_and_its_film_is_compared_by_its_name(box: Box) -> None:
    listed = box.wanted[0].chunk_list
    assert listed is not None
    place = box.names.media(listed)
    place.write_bytes(bytes(len(place.read_bytes())))
    lists = [BlobAtRest(listed, len(place.read_bytes()))]
    films = [BlobAtRest(one.sha256, one.bytes, one.chunk_list) for one in box.wanted]
    box.scrub(*lists, *films)
    assert box.bad == [(listed, 0)]
    box.healed()


def test_a_blob_that_no_document_names_is_compared_by_its_name(box: Box) -> None:
    assert box.scrub(*(BlobAtRest(sha256) for sha256 in box.data)) == ScrubResult()
    assert box.bad == []
    box.flip(1, 7)
    box.scrub(*(BlobAtRest(sha256) for sha256 in box.data))
    assert box.bad == [(box.wanted[1].sha256, 0)]
    box.healed()


def test_a_round_goes_on_from_day_to_day_and_nothing_is_left_out(box: Box) -> None:
    chunks = sum(-(-size // CHUNK_BYTES) for size in SIZES)
    for day in range(3):  # somewhere in the middle
        assert box.scrub(budget_bytes=CHUNK_BYTES, day=f"{day}") == ScrubResult()
        assert read_progress(box.names).read_bytes < 2 * CHUNK_BYTES
    for number in range(len(SIZES)):
        box.flip(number, SIZES[number] - 1)
    for day in range(3, 3 + chunks):
        box.scrub(budget_bytes=CHUNK_BYTES, day=f"{day}")
    assert {blob for blob, _ in box.bad} == set(box.data)


def test_a_days_share_is_not_read_twice_on_one_day(box: Box) -> None:
    box.scrub(budget_bytes=2 * CHUNK_BYTES)
    first = read_progress(box.names)
    box.scrub(budget_bytes=2 * CHUNK_BYTES)
    again = read_progress(box.names)
    assert again.read_bytes - first.read_bytes <= CHUNK_BYTES
    box.scrub(budget_bytes=2 * CHUNK_BYTES, day="2")
    assert read_progress(box.names).day == "2"


def test_suspects_are_read_whole_whatever_the_share_and_the_round_stands_still(box: Box) -> None:
    box.scrub(budget_bytes=CHUNK_BYTES)
    before = read_progress(box.names)
    box.flip(1, 2 * CHUNK_BYTES + 1)
    suspect = box.wanted[1]
    box.scrub(BlobAtRest(suspect.sha256, suspect.bytes, suspect.chunk_list), budget_bytes=None)
    assert box.bad == [(suspect.sha256, 2 * CHUNK_BYTES)]
    assert read_progress(box.names) == before


def test_what_was_evicted_meanwhile_is_no_fault(box: Box) -> None:
    box.names.media(box.wanted[0].sha256).unlink()
    assert box.scrub() == ScrubResult()
    assert box.bad == []


@pytest.mark.parametrize("spoilt", [b"", b"{", b'{"chunk": "x"}', b'{"day": "\xff"}'])
def test_a_round_whose_place_is_lost_begins_anew(box: Box, spoilt: bytes) -> None:
    box.names.scrub.write_bytes(spoilt)
    assert box.scrub() == ScrubResult()
    assert read_progress(box.names).after == max(box.data)


@pytest.mark.parametrize("at", range(4))
def test_a_kill_while_a_blob_is_given_up_loses_nothing(box: Box, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    blob = box.wanted[0].sha256
    box.flip(0, 3)
    steps = [0]

    def dies(real: object) -> object:
        def step(*arguments: object, **named: object) -> object:
            steps[0] += 1
            if steps[0] > at:
                raise KeyboardInterrupt
            return real(*arguments, **named)  # type: ignore[operator]

        return step

    with monkeypatch.context() as patched:
        rooms = ((scrubbing, "write_durably"), (os, "truncate"), (Path, "rename"), (scrubbing, "sync_folder"))
        for room, name in rooms:
            patched.setattr(room, name, dies(getattr(room, name)))
        with pytest.raises(KeyboardInterrupt):
            make_partial(box.names, blob, SIZES[0], {0})
    found = scan(box.names).blobs
    assert found[blob].complete or found[blob].bytes_here <= SIZES[0] - CHUNK_BYTES
    box.scrub()
    box.healed()


@given(st.sets(st.text("0123456789abcdef", min_size=4, max_size=4), min_size=1), st.text("0123456789abcdef"))
def test_a_round_takes_every_blob_once_and_begins_behind_the_last(blobs: set[str], after: str) -> None:
    order = in_turn(blobs, after)
    assert sorted(order) == sorted(blobs)
    assert order[0] == min((blob for blob in blobs if blob > after), default=min(blobs))


@given(st.data())
def test_what_is_left_of_a_blob_is_everything_but_its_bad_chunks(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    names = StoreNames(tmp_path_factory.mktemp("store"))
    size = data.draw(st.integers(1, 4 * CHUNK_BYTES))
    count = -(-size // CHUNK_BYTES)
    bad = data.draw(st.sets(st.integers(0, count - 1)))
    blob = "ab" * 32
    names.media(blob).parent.mkdir(parents=True)
    names.media(blob).write_bytes(random.Random(size).randbytes(100))
    here = make_partial(names, blob, size, bad)
    lost = sum(end - start for start, end in (chunk_range(index, size) for index in bad))
    assert here == size - lost
    assert scan(names).blobs == {blob: StoredBlob(here, complete=False)}
    assert names.partial(blob).stat().st_size == size
