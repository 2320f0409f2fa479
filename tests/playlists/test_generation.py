import os
import subprocess
import sys
from pathlib import Path

import pytest

from playlists import generation
from playlists.codec import encode_document
from playlists.documents import Course
from playlists.errors import BadData
from playlists.generation import Accepted, Generation
from playlists.generation_writer import GenerationWriter, record_refresh
from tests.playlists import samples

COURSE = "courses/00/mushrooms.json"


def accepted(version: int = 1) -> Accepted:
    return Accepted(roles={"snapshot": version}, signed_ms=1000, expires_ms=2000)


def write(root: Path, files: dict[str, bytes], previous: Generation | None = None) -> Generation:
    writer = GenerationWriter(root, previous)
    for name, data in files.items():
        writer.write(name, data)
    return writer.publish(accepted(), source="stick", synced_ms=5)


def test_a_box_without_a_generation_has_none(tmp_path: Path) -> None:
    assert generation.load(tmp_path) is None
    assert generation.load(tmp_path / "nowhere") is None


def test_a_generation_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = write(tmp_path, {COURSE: encode_document(samples.course()), "calendar.json": b"{}"})
    found = generation.load(tmp_path)
    assert found == written
    assert found is not None
    assert found.manifest.number == 1
    assert found.manifest.accepted == accepted()
    assert found.document(Course, COURSE) == samples.course()
    assert found.names("courses/") == [COURSE]


def test_unchanged_files_are_linked_and_changed_ones_written(tmp_path: Path) -> None:
    first = write(tmp_path, {"a.json": b"same", "b.json": b"old", "c.json": b"kept"})
    writer = GenerationWriter(tmp_path, first)
    writer.write("a.json", b"same")
    writer.write("b.json", b"new")
    writer.keep("c.json")
    second = writer.publish(accepted(2), source="stick", synced_ms=6)
    assert [second.path(name).stat().st_ino == first.path(name).stat().st_ino for name in second.names()] == [
        True,
        False,
        True,
    ]
    assert (first.read("b.json"), second.read("b.json")) == (b"old", b"new")


def test_a_damaged_generation_gives_way_to_the_one_before(tmp_path: Path) -> None:
    first = write(tmp_path, {"a.json": b"old"})
    second = write(tmp_path, {"a.json": b"new"}, first)
    second.path("a.json").write_bytes(b"nEw")
    assert generation.load(tmp_path) == first
    first.path("a.json").unlink()
    assert generation.load(tmp_path) is None


@pytest.mark.parametrize("manifest", [b"", b"{}", b'{"format":2}', b"\x00" * 100])
def test_a_damaged_manifest_gives_way_to_the_generation_before(tmp_path: Path, manifest: bytes) -> None:
    first = write(tmp_path, {"a.json": b"old"})
    second = write(tmp_path, {"a.json": b"new"}, first)
    (second.folder / "manifest.json").write_bytes(manifest)
    assert generation.load(tmp_path) == first


def test_files_not_compared_at_the_start_are_compared_when_read(tmp_path: Path) -> None:
    written = write(tmp_path, {"a.json": b"good", "calendar.json": b"{}"})
    written.path("a.json").write_bytes(b"evil")
    found = generation.load(tmp_path, check=["calendar.json", "index.sqlite"])
    assert found == written
    assert found is not None
    with pytest.raises(BadData, match="changed"):
        found.read("a.json")
    with pytest.raises(KeyError):
        found.read("b.json")


@pytest.mark.parametrize("current", [b"", b"7", b"x", b"\xff", None])
def test_a_lost_or_wrong_current_does_not_lose_the_generation(tmp_path: Path, current: bytes | None) -> None:
    written = write(tmp_path, {"a.json": b"good"})
    (tmp_path / "current").unlink()
    if current is not None:
        (tmp_path / "current").write_bytes(current)
    assert generation.load(tmp_path) == written


def test_only_two_generations_are_kept(tmp_path: Path) -> None:
    last = None
    for number in range(5):
        last = write(tmp_path, {"a.json": b"%d" % number}, last)
    assert sorted(child.name for child in tmp_path.iterdir()) == ["4", "5", "current"]


def test_what_a_killed_writer_left_is_neither_read_nor_in_the_way(tmp_path: Path) -> None:
    first = write(tmp_path, {"a.json": b"old"})
    GenerationWriter(tmp_path, first).write("a.json", b"half")
    assert generation.load(tmp_path) == first
    assert write(tmp_path, {"a.json": b"new"}, first).read("a.json") == b"new"


def test_a_writer_killed_before_the_switch_leaves_the_old_generation_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(tmp_path, {"a.json": b"old"})
    steps = [0]
    real = os.fsync

    def run(fail_at: int) -> bool:
        steps[0] = 0

        def fsync(descriptor: int) -> None:
            steps[0] += 1
            if steps[0] == fail_at:
                raise OSError("power cut")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            write(tmp_path, {"a.json": b"new", "b/c.json": b"more"}, first)
        except OSError:
            return True
        finally:
            monkeypatch.setattr(os, "fsync", real)
        return False

    fail_at = 1
    while run(fail_at):
        found = generation.load(tmp_path)
        assert found is not None
        assert found.read("a.json") == (b"old" if found == first else b"new")
        fail_at += 1
    assert fail_at > 5
    assert generation.load(tmp_path) != first


def test_a_file_that_the_disk_lost_is_written_anew_instead_of_linked(tmp_path: Path) -> None:
    first = write(tmp_path, {"a.json": b"good"})
    first.path("a.json").write_bytes(b"evil")
    assert write(tmp_path, {"a.json": b"good"}, first).read("a.json") == b"good"


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "", "manifest.json"])
def test_no_name_leads_out_of_the_generation(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadData):
        GenerationWriter(tmp_path).write(name, b"x")


def test_a_file_that_is_not_in_the_generation_before_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(BadData):
        GenerationWriter(tmp_path).keep("a.json")


def test_a_refresh_without_news_is_noted_without_a_new_generation(tmp_path: Path) -> None:
    first = write(tmp_path, {"a.json": b"good"})
    record_refresh(first, accepted(), source="county", synced_ms=99)
    found = generation.load(tmp_path)
    assert found is not None
    assert (found.manifest.number, found.manifest.synced_ms, found.manifest.source) == (1, 99, "county")
    assert found.read("a.json") == b"good"


def test_what_the_player_reads_needs_no_heavy_library() -> None:
    light = "playlists.generation, playlists.journal, playlists.chain, playlists.occurrences, playlists.codec"
    heavy = {"tuf", "securesystemslib", "cryptography", "requests", "dateutil", "yaml"}
    light += ", playlists.chunks, playlists.journal_schema, playlists.files"
    code = f"import sys, {light}; print(*{{name.split('.')[0] for name in sys.modules}} & {heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
