from __future__ import annotations

import errno
import hashlib
import os
import random
from pathlib import Path

import pytest

from player.store.contents import evict, free_bytes, scan, used_bytes
from player.store.errors import StoreError, StoreFull, StoreReadOnly, store_error
from player.store.marks import Gap
from player.store.names import StoreNames
from player.store.partial import PartialBlob, WrongChunk
from playlists.errors import UntrustedData
from playlists.targets import CHUNK_BYTES
from tests.fakes.small_disk import small_disk

SIZE = 3 * CHUNK_BYTES + 12_345
DATA = random.Random(5).randbytes(SIZE)


def digests(data: bytes) -> tuple[bytes, ...]:
    return tuple(hashlib.sha256(data[at : at + CHUNK_BYTES]).digest() for at in range(0, len(data), CHUNK_BYTES))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def opened(folder: Path, data: bytes = DATA) -> PartialBlob:
    return PartialBlob(StoreNames(folder), sha(data), len(data), digests(data))


def test_chunks_in_any_order_make_the_blob_and_it_gets_its_name_only_then(tmp_path: Path) -> None:
    names, partial = StoreNames(tmp_path), opened(tmp_path)
    for index in (2, 0, 3, 1):
        assert not names.media(sha(DATA)).exists()
        start = index * CHUNK_BYTES
        assert partial.write(start, DATA[start : start + CHUNK_BYTES]) == 1
    assert partial.complete
    assert partial.finish() == names.media(sha(DATA))
    assert names.media(sha(DATA)).read_bytes() == DATA
    assert list(names.partials.iterdir()) == []


@pytest.mark.parametrize("seed", range(25))
def test_whatever_comes_in_whatever_pieces_and_however_often_only_missing_bytes_are_taken(
    tmp_path: Path, seed: int
) -> None:
    chance, partial, taken = random.Random(seed), opened(tmp_path), 0
    while (gap := partial.first_gap()) is not None:
        before = partial.missing_bytes
        start = gap.start - chance.randint(0, min(gap.start, 5_000))
        partial.write(start, DATA[start : min(gap.end, gap.start + chance.randint(1, 2 * CHUNK_BYTES))])
        taken += before - partial.missing_bytes
        if chance.random() < 0.3:
            partial.close()
            partial = opened(tmp_path)
    assert taken == SIZE
    assert partial.finish().read_bytes() == DATA


def test_bytes_that_leave_a_hole_in_a_chunk_are_not_taken(tmp_path: Path) -> None:
    partial = opened(tmp_path)
    assert partial.write(100, DATA[100:CHUNK_BYTES]) == 0
    assert partial.missing_bytes == SIZE
    partial.close()


def test_a_wrong_chunk_costs_that_chunk_only(tmp_path: Path) -> None:
    partial = opened(tmp_path)
    partial.write(0, DATA[:CHUNK_BYTES])
    bad = bytearray(DATA[CHUNK_BYTES : 2 * CHUNK_BYTES])
    bad[4711] ^= 1
    with pytest.raises(WrongChunk) as caught:
        partial.write(CHUNK_BYTES, bytes(bad))
    assert (caught.value.index, caught.value.resumed) == (1, False)
    assert partial.verified_bytes == CHUNK_BYTES
    assert partial.first_gap() is not None
    partial.write(CHUNK_BYTES, DATA[CHUNK_BYTES:])
    assert partial.finish().read_bytes() == DATA


@pytest.mark.parametrize("right", [True, False])
def test_a_kill_between_the_last_byte_of_a_chunk_and_its_verification_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    partial = opened(tmp_path)
    monkeypatch.setattr(PartialBlob, "_conclude", lambda *_: False)
    partial.write(CHUNK_BYTES, DATA[CHUNK_BYTES : 2 * CHUNK_BYTES] if right else bytes(CHUNK_BYTES))
    partial.close()
    monkeypatch.undo()
    again = opened(tmp_path)
    assert again.verified_bytes == (CHUNK_BYTES if right else 0)
    for gap in again.gaps():
        again.write(gap.start, DATA[gap.start : gap.end])
    assert again.finish().read_bytes() == DATA


def test_an_unfinished_piece_is_gone_on_from_after_a_restart_and_told_if_it_was_wrong(tmp_path: Path) -> None:
    partial = opened(tmp_path)
    partial.write(0, b"\0" * 1000)
    partial.close()
    again = opened(tmp_path)
    gap = again.first_gap()
    assert gap is not None
    assert gap.start == 1000
    with pytest.raises(WrongChunk) as caught:
        again.write(1000, DATA[1000:CHUNK_BYTES])
    assert caught.value.resumed
    again.close()


@pytest.mark.parametrize("right", [True, False])
def test_a_chunk_that_was_cut_off_between_its_last_byte_and_its_mark_is_compared_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    partial = opened(tmp_path)
    data = DATA[:CHUNK_BYTES] if right else bytes(CHUNK_BYTES)
    with monkeypatch.context() as power:
        power.setattr(PartialBlob, "_conclude", lambda *_: False)
        partial.write(0, data)
    partial.close()
    again = opened(tmp_path)
    assert again.verified_bytes == (CHUNK_BYTES if right else 0)
    assert again.first_gap() == Gap(CHUNK_BYTES if right else 0, SIZE)
    again.close()


def test_lost_or_broken_marks_cost_a_look_at_the_disk_and_no_byte_of_the_line(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    partial = opened(tmp_path)
    partial.write(0, DATA[:CHUNK_BYTES])
    partial.write(2 * CHUNK_BYTES, DATA[2 * CHUNK_BYTES : 3 * CHUNK_BYTES])
    partial.close()
    for spoil in (names.marks(sha(DATA)).unlink, lambda: names.marks(sha(DATA)).write_bytes(b"rubbish")):
        spoil()
        again = opened(tmp_path)
        assert again.verified_bytes == 2 * CHUNK_BYTES
        again.close()


def test_marks_of_another_length_are_not_believed(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    opened(tmp_path).close()
    os.truncate(names.partial(sha(DATA)), 5)
    partial = opened(tmp_path)
    assert partial.missing_bytes == SIZE
    partial.write(0, DATA)
    assert partial.finish().read_bytes() == DATA


def test_a_chunk_that_the_disk_changed_after_it_was_marked_is_found_before_the_blob_gets_its_name(
    tmp_path: Path,
) -> None:
    names, partial = StoreNames(tmp_path), opened(tmp_path)
    partial.write(0, DATA)
    with names.partial(sha(DATA)).open("r+b") as file:
        file.seek(CHUNK_BYTES + 10)
        file.write(b"flip")
    with pytest.raises(UntrustedData, match="changed on the disk"):
        partial.finish()
    assert not names.media(sha(DATA)).exists()
    assert partial.missing_bytes == CHUNK_BYTES
    partial.write(CHUNK_BYTES, DATA[CHUNK_BYTES : 2 * CHUNK_BYTES])
    assert partial.finish().read_bytes() == DATA


def test_a_document_whose_chunk_list_is_of_other_content_never_gets_a_blob(tmp_path: Path) -> None:
    partial = PartialBlob(StoreNames(tmp_path), sha(b"something else"), SIZE, digests(DATA))
    partial.write(0, DATA)
    with pytest.raises(UntrustedData, match="contradicts"):
        partial.finish()
    partial.close()


def test_bytes_beyond_the_blob_are_left_out(tmp_path: Path) -> None:
    partial = opened(tmp_path)
    partial.write(0, DATA + b"more")
    assert partial.finish().read_bytes() == DATA


def test_the_scan_tells_whole_partial_and_foreign_files_apart_without_reading_media(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    assert scan(names).blobs == {}
    partial = opened(tmp_path)
    partial.write(0, DATA[: CHUNK_BYTES + 17])
    partial.close()
    small = opened(tmp_path, b"poster")
    small.write(0, b"poster")
    place = small.finish()
    names.marks(sha(b"poster")).write_bytes(b"left by a kill just after the rename")
    (place.parent / "readme.txt").write_bytes(b"foreign")
    (names.partials / ("0" * 64)).write_bytes(b"no marks")
    (names.partials / ("1" * 64 + ".marks")).write_bytes(b"broken")
    found = scan(names)
    assert {blob: (stored.bytes_here, stored.complete) for blob, stored in found.blobs.items()} == {
        sha(DATA): (CHUNK_BYTES, False),
        sha(b"poster"): (6, True),
        "0" * 64: (0, False),  # nobody knows what of it is good, and it can be evicted
    }
    assert not names.marks(sha(b"poster")).exists()
    assert CHUNK_BYTES < found.used_bytes < 2 * CHUNK_BYTES  # holes do not count


def test_evicting_takes_whole_and_partial_blobs_and_answers_for_absent_ones_too(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    opened(tmp_path).close()
    small = opened(tmp_path, b"poster")
    small.write(0, b"poster")
    small.finish()
    asked = (sha(DATA), sha(b"poster"), "f" * 64, "../../etc/passwd")
    assert evict(names, asked) == asked[:3]
    assert scan(names).blobs == {}
    assert used_bytes(names) == 0


def test_room_is_what_quota_and_disk_leave_and_below_zero_what_must_go(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    assert free_bytes(names, 300, quota_bytes=1000, reserve_bytes=0) == 700
    assert free_bytes(names, 3000, quota_bytes=1000, reserve_bytes=0) == -2000
    assert free_bytes(names, 0, quota_bytes=1000, reserve_bytes=1 << 60) < -(1 << 59)


def test_a_disk_that_fills_up_is_told_and_no_half_chunk_is_marked(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2 * CHUNK_BYTES + 262_144) as disk:
        partial = opened(disk)
        with pytest.raises(StoreFull):
            partial.write(0, DATA)
        assert partial.verified_bytes == 2 * CHUNK_BYTES
        partial.close()
        again = opened(disk)
        assert again.verified_bytes == 2 * CHUNK_BYTES
        again.close()


def test_what_the_operating_system_says_becomes_a_fault_that_a_person_can_act_on() -> None:
    kinds = {errno.ENOSPC: StoreFull, errno.EDQUOT: StoreFull, errno.EROFS: StoreReadOnly, errno.EIO: StoreError}
    for number, kind in kinds.items():
        error = store_error("writing", OSError(number, os.strerror(number)))
        assert type(error) is kind
        assert os.strerror(number) in str(error)
