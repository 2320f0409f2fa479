from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.store.marks import BrokenMarks, Gap, Marks, MarksFile
from playlists.chunks import chunk_count, chunk_range
from playlists.targets import CHUNK_BYTES

SIZES = st.integers(1, 5 * CHUNK_BYTES)


@given(SIZES, st.lists(st.tuples(st.integers(0, 4), st.integers(0, CHUNK_BYTES), st.booleans())))
def test_marks_read_back_as_they_were_and_count_every_byte_once(
    size: int, changes: list[tuple[int, int, bool]]
) -> None:
    marks = Marks(size)
    for index, length, whole in changes:
        index %= chunk_count(size)  # noqa: PLW2901 - any chunk that the blob has
        start, end = chunk_range(index, size)
        if whole:
            marks.verify(index)
        elif not marks.is_verified(index):
            marks.keep_piece(index, min(length, end - start - 1))
    again = Marks.decode(marks.encode())
    assert again.encode() == marks.encode()
    assert again.verified_bytes <= size - again.missing_bytes <= size
    assert (again.missing_bytes == 0) == again.complete
    gap = again.first_gap()
    assert (gap is None) == again.complete


def test_a_gap_begins_behind_the_piece_that_is_here_and_ends_before_the_next_one() -> None:
    marks = Marks(5 * CHUNK_BYTES)
    marks.verify(0)
    marks.keep_piece(1, 1000)
    marks.keep_piece(3, 5)
    assert marks.first_gap() == Gap(CHUNK_BYTES + 1000, 3 * CHUNK_BYTES)
    marks.verify(1)
    marks.verify(2)
    assert marks.first_gap() == Gap(3 * CHUNK_BYTES + 5, 5 * CHUNK_BYTES)


@pytest.mark.parametrize(
    "data",
    [b"", b"YJMARKS1", b"x" * 20, Marks(10).encode()[:-1], Marks(10).encode() + b"\0" * 4, b"\0" * 20],
)
def test_marks_that_say_nothing_sound_are_refused(data: bytes) -> None:
    with pytest.raises(BrokenMarks):
        Marks.decode(data)


def test_a_piece_longer_than_its_chunk_is_refused() -> None:
    data = bytearray(Marks(10).encode())
    data[-4:] = (11).to_bytes(4, "little")
    with pytest.raises(BrokenMarks, match="longer"):
        Marks.decode(bytes(data))


def test_a_mark_changes_four_bytes_of_the_file_in_place(tmp_path: Path) -> None:
    file = MarksFile.create(tmp_path / "marks", Marks(3 * CHUNK_BYTES))
    before = (tmp_path / "marks").read_bytes()
    inode = (tmp_path / "marks").stat().st_ino
    file.keep_piece(1, 77)
    file.verify(2)
    after = (tmp_path / "marks").read_bytes()
    assert (tmp_path / "marks").stat().st_ino == inode
    assert after == file.marks.encode()
    assert next(index for index in range(len(after)) if after[index] != before[index]) == 20
    file.close()
