import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.chunks import chunk_count, chunk_digests, chunk_list_bytes, chunk_range, is_chunk, measure
from playlists.documents import Blob
from playlists.errors import BadData, UntrustedData
from playlists.targets import CHUNK_BYTES


def written(folder: Path, size: int) -> Path:
    path = folder / "film.mp4"
    path.write_bytes(bytes(index % 251 for index in range(4096)) * (size // 4096) + b"x" * (size % 4096))
    return path


@given(st.integers(1, 1 << 40))
def test_the_last_chunk_ends_where_the_blob_ends(size: int) -> None:
    count = chunk_count(size)
    start, end = chunk_range(count - 1, size)
    assert end == size
    assert 0 < end - start <= CHUNK_BYTES
    assert start == (count - 1) * CHUNK_BYTES


@given(st.integers(1, 20 * CHUNK_BYTES))
def test_chunks_cover_a_blob_without_gap_or_overlap(size: int) -> None:
    ends = [0]
    for index in range(chunk_count(size)):
        start, end = chunk_range(index, size)
        assert start == ends[-1]
        ends.append(end)
    assert ends[-1] == size


def test_a_chunk_that_a_blob_does_not_have_is_refused() -> None:
    for index in (-1, 2):
        with pytest.raises(IndexError):
            chunk_range(index, CHUNK_BYTES + 1)


@pytest.mark.parametrize("size", [1, CHUNK_BYTES])
def test_a_blob_of_one_chunk_has_no_list_and_is_checked_by_its_name(tmp_path: Path, size: int) -> None:
    path = written(tmp_path, size)
    found = measure(path)
    assert found.blob == Blob(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), bytes=size)
    assert found.chunk_list == b""
    assert chunk_list_bytes(size) == 0
    (digest,) = chunk_digests(found.blob, b"", "film")
    assert is_chunk(digest, path.read_bytes())


@pytest.mark.parametrize("size", [CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_a_larger_blob_has_a_list_of_its_chunks(tmp_path: Path, size: int) -> None:
    path = written(tmp_path, size)
    found = measure(path)
    assert len(found.chunk_list) == chunk_list_bytes(size)
    assert found.blob.chunk_list == hashlib.sha256(found.chunk_list).hexdigest()
    content = path.read_bytes()
    for index, digest in enumerate(chunk_digests(found.blob, found.chunk_list, "film")):
        start, end = chunk_range(index, size)
        assert is_chunk(digest, content[start:end])
        assert not is_chunk(digest, content[start : end - 1] + bytes([content[end - 1] ^ 1]))


def test_a_chunk_list_that_was_not_signed_is_refused(tmp_path: Path) -> None:
    found = measure(written(tmp_path, 2 * CHUNK_BYTES))
    for wrong in (b"", found.chunk_list[:-1], bytes(64)):
        with pytest.raises(UntrustedData):
            chunk_digests(found.blob, wrong, "film")


def test_a_signed_chunk_list_of_the_wrong_length_is_refused() -> None:
    listed = bytes(32 * 3)
    blob = Blob(sha256="0" * 64, bytes=2 * CHUNK_BYTES, chunk_list=hashlib.sha256(listed).hexdigest())
    with pytest.raises(UntrustedData, match="96 bytes"):
        chunk_digests(blob, listed, "film")


def test_a_document_that_forgets_the_list_of_a_large_blob_is_refused() -> None:
    with pytest.raises(UntrustedData, match="missing"):
        chunk_digests(Blob(sha256="0" * 64, bytes=2 * CHUNK_BYTES), b"", "film")


def test_an_empty_file_is_no_blob(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="empty"):
        measure(written(tmp_path, 0))
