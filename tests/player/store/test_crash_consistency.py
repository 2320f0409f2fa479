"""Power cuts on a disk that forgets what was not synced: a blob keeps its promises in every state that is left."""

from __future__ import annotations

import hashlib
import random
from contextlib import suppress
from pathlib import Path

import pytest

from player.store.contents import scan
from player.store.names import StoreNames
from player.store.partial import PartialBlob, WrongChunk
from playlists.chunks import chunk_range
from playlists.errors import UntrustedData
from playlists.targets import CHUNK_BYTES
from tests.fakes.disk_log import DiskLog
from tests.fakes.forgetful_disk import outlives_cuts

DATA = random.Random(5).randbytes(CHUNK_BYTES + 700)
SHA = hashlib.sha256(DATA).hexdigest()
DIGESTS = tuple(hashlib.sha256(DATA[at : at + CHUNK_BYTES]).digest() for at in (0, CHUNK_BYTES))


def opened(root: Path) -> PartialBlob:
    return PartialBlob(StoreNames(root), SHA, len(DATA), DIGESTS)


def fill_blob(root: Path, log: DiskLog) -> None:
    partial = opened(root)
    partial.write(CHUNK_BYTES, DATA[CHUNK_BYTES:])
    log.promise("chunk 1")
    half = CHUNK_BYTES // 2
    partial.write(0, DATA[:half])
    partial.write(half, DATA[half:CHUNK_BYTES])
    log.promise("chunk 0")
    partial.finish()
    log.promise("whole")


def look_at_blob(root: Path, promised: frozenset[str]) -> None:
    names = StoreNames(root)
    here = scan(names).blobs.get(SHA)
    if here is not None and here.complete:
        assert same(names.media(SHA).read_bytes(), DATA)
        return
    assert "whole" not in promised
    partial = opened(root)
    kept = sum({"chunk 0": CHUNK_BYTES, "chunk 1": len(DATA) - CHUNK_BYTES}[chunk] for chunk in promised)
    assert partial.verified_bytes >= kept
    content = names.partial(SHA).read_bytes()
    for index in range(2):
        start, end = chunk_range(index, len(DATA))
        assert not partial._file.marks.is_verified(index) or same(content[start:end], DATA[start:end])
    go_on(partial)
    assert same(names.media(SHA).read_bytes(), DATA)


def same(left: bytes, right: bytes) -> bool:
    """Compare without a megabyte's difference being worked out for the report, which takes minutes."""
    return left == right


def go_on(partial: PartialBlob) -> None:
    """Bring what is missing, as the fetch worker does."""
    for _ in range(2):
        for _ in range(6):
            while (gap := partial.first_gap()) is not None:
                with suppress(WrongChunk):
                    partial.write(gap.start, DATA[gap.start : gap.end])
        with suppress(UntrustedData):
            partial.finish()
            return
    raise AssertionError("the blob does not become whole")


def test_a_blob_outlives_a_cut_at_any_point(tmp_path: Path) -> None:
    assert outlives_cuts(tmp_path, fill_blob, look_at_blob) > 200


@pytest.mark.parametrize("sync", [5, 6, 7, 8], ids=["chunk 1", "its mark", "chunk 0", "its mark too"])
def test_a_chunk_is_synced_before_its_mark_and_its_mark_before_it_counts(tmp_path: Path, sync: int) -> None:
    with pytest.raises(AssertionError, match="cut at step"):
        outlives_cuts(tmp_path, fill_blob, look_at_blob, deaf=lambda number: number == sync)
