"""The forgetful disk keeps what was synced, and forgets the rest in every way that it may."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fakes.disk_log import DiskLog, recording
from tests.fakes.forgetful_disk import cuts


def states(folder: Path, work: Callable[[Path, DiskLog], None]) -> list[tuple[frozenset[str], dict[str, bytes]]]:
    """Return what was promised and what files there are, for every state that a cut may leave."""
    (folder / "disk").mkdir()
    with recording(folder / "disk") as log:
        work(folder / "disk", log)
    found = []
    for number, cut in enumerate(cuts(log, Random(1))):
        left = folder / str(number)
        left.mkdir()
        cut.lay_out(left)
        files = {str(path.relative_to(left)): path.read_bytes() for path in left.rglob("*") if path.is_file()}
        found.append((cut.promised, files))
    return found


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def test_what_was_synced_is_there_and_what_was_not_may_be_there_or_not(tmp_path: Path) -> None:
    def work(disk: Path, log: DiskLog) -> None:
        with (disk / "a").open("wb") as file:
            file.write(b"one")
            os.fsync(file.fileno())
        sync(disk)
        log.promise("a")
        with (disk / "b").open("wb") as file:
            file.write(b"two")

    left = states(tmp_path, work)
    assert all(files["a"] == b"one" for promised, files in left if promised)
    assert {files.get("b") for promised, files in left if promised} == {None, b"", b"two", b"\0\0\0"}


def test_a_file_that_was_moved_is_never_away_but_may_be_empty(tmp_path: Path) -> None:
    def work(disk: Path, log: DiskLog) -> None:
        with (disk / "new").open("wb") as file:
            file.write(b"content")
        sync(disk)
        log.promise("new")
        (disk / "new").replace(disk / "place")

    left = [files for promised, files in states(tmp_path, work) if promised]
    assert {frozenset(files) for files in left} == {
        frozenset({"new"}),
        frozenset({"place"}),
        frozenset({"new", "place"}),
    }
    assert b"" in {files.get("place") for files in left}


def test_what_is_in_a_folder_goes_with_its_name(tmp_path: Path) -> None:
    def work(disk: Path, log: DiskLog) -> None:
        (disk / "folder").mkdir()
        with (disk / "folder" / "a").open("wb") as file:
            file.write(b"one")
            os.fsync(file.fileno())
        sync(disk / "folder")
        log.promise("a")
        sync(disk)
        log.promise("both")

    left = states(tmp_path, work)
    assert {len(files) for promised, files in left if promised == {"a"}} == {0, 1}
    assert {len(files) for promised, files in left if promised == {"a", "both"}} == {1}


def test_a_tree_that_is_removed_may_be_there_in_parts(tmp_path: Path) -> None:
    def work(disk: Path, log: DiskLog) -> None:
        (disk / "tree").mkdir()
        for name in "ab":
            _touch(disk / "tree" / name)
        sync(disk / "tree")
        sync(disk)
        log.promise("made")
        shutil.rmtree(disk / "tree")

    left = {frozenset(files) for promised, files in states(tmp_path, work) if promised}
    assert left == {frozenset(), frozenset({"tree/a"}), frozenset({"tree/b"}), frozenset({"tree/a", "tree/b"})}


def _touch(path: Path) -> None:
    with path.open("wb"):
        pass


def test_bytes_written_in_place_are_lost_piece_by_piece(tmp_path: Path) -> None:
    def work(disk: Path, log: DiskLog) -> None:
        descriptor = os.open(disk / "a", os.O_RDWR | os.O_CREAT, 0o644)
        os.ftruncate(descriptor, 4)
        os.fsync(descriptor)
        sync(disk)
        log.promise("a")
        os.pwrite(descriptor, b"12", 0)
        os.pwrite(descriptor, b"34", 2)
        os.close(descriptor)

    found = {files["a"] for promised, files in states(tmp_path, work) if promised}
    assert found == {b"\0\0\0\0", b"12\0\0", b"\0\00034", b"1234"}
