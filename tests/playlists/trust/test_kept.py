"""What is kept between attempts: whole or not there, within its bounds."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from playlists.trust.kept import KeptFiles

PATH = "metadata/12.courses-0a.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "staging"


def test_what_was_kept_is_here_in_the_next_run_too(folder: Path) -> None:
    kept = KeptFiles(folder)
    assert PATH not in kept
    assert kept.read(PATH) is None
    assert kept.write(PATH, b"{}")
    for found in (kept, KeptFiles(folder)):
        assert (PATH in found, len(found), found.read(PATH)) == (True, 1, b"{}")


def test_a_torn_file_is_not_there(folder: Path) -> None:
    KeptFiles(folder).write(PATH, b"a document")
    for file in folder.iterdir():
        file.write_bytes(b"a doc")
    assert KeptFiles(folder).read(PATH) is None


def test_what_is_dropped_or_cleared_is_gone(folder: Path) -> None:
    kept = KeptFiles(folder)
    kept.write(PATH, b"{}")
    assert (kept.drop(PATH), kept.drop(PATH), kept.read(PATH)) == (True, False, None)
    kept.write(PATH, b"{}")
    kept.clear()
    assert not folder.exists()
    assert PATH not in kept


def test_there_is_a_bound_and_what_came_first_goes_first(folder: Path) -> None:
    kept = KeptFiles(folder, limit_bytes=1000)
    results = [kept.write(f"targets/{number}", bytes(100)) for number in range(12)]
    assert results == [True] * 10 + [False] * 2
    for number, file in enumerate(sorted(folder.iterdir(), key=lambda one: one.stat().st_ctime_ns)):
        os.utime(file, (number, number))
    again = KeptFiles(folder, limit_bytes=1000)
    assert [f"targets/{number}" in again for number in range(10)] == [False] * 5 + [True] * 5
    assert len(list(folder.iterdir())) == 5
    assert again.write("targets/new", bytes(100))


def test_what_a_kill_left_half_written_is_swept(folder: Path) -> None:
    KeptFiles(folder).write(PATH, b"{}")
    (folder / ".12345").write_bytes(b"{")
    assert len(KeptFiles(folder)) == 1
    assert len(list(folder.iterdir())) == 1


def test_a_disk_that_refuses_is_no_end(folder: Path) -> None:
    folder.write_bytes(b"not a folder")
    kept = KeptFiles(folder)
    assert not kept.write(PATH, b"{}")
    assert kept.read(PATH) is None


def test_several_threads_may_keep_at_once(folder: Path) -> None:
    kept = KeptFiles(folder)
    threads = [threading.Thread(target=kept.write, args=(f"targets/{number}", b"%d" % number)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kept.read(f"targets/{number}") for number in range(20)] == [b"%d" % number for number in range(20)]
