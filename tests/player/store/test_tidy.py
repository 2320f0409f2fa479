"""A store after power cuts and strangers' hands: whatever lies in it, the box starts and deletes nothing strange."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.devices.store import scan_store
from player.store import tidy as tidying
from player.store.marks import Marks
from player.store.names import StoreNames
from player.store.tidy import tidy

BLOB, OTHER, THIRD = "ab" + "0" * 62, "cd" + "0" * 62, "ef" + "0" * 62


def put(path: Path, data: bytes = b"data") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def everything(root: Path) -> list[bytes]:
    """What all files below a folder hold, wherever they are."""
    return sorted(path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_a_store_in_order_is_left_as_it_is(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    kept = [
        put(names.media(BLOB)),
        put(names.partial(OTHER)),
        put(names.marks(OTHER), Marks(4).encode()),
        put(names.partial(THIRD)),  # its marks are lost: it will be compared
        put(names.partials / ".lock", b""),
        put(names.fetched / "2026-11"),
        put(names.recordings / ("a" * 32 + ".ts")),
        put(names.recordings / "what-somebody-copied-here.mp4"),
        put(tmp_path / "lost+found" / "#12345"),
        put(tmp_path / "readme.txt"),
        put(names.scrub),
    ]
    assert tidy(names) == []
    assert all(path.exists() for path in kept)
    facts = scan_store(tmp_path, quota_bytes=1 << 20, reserve_bytes=0)
    assert {blob: one.complete for blob, one in facts.blobs.items()} == {BLOB: True, OTHER: False, THIRD: False}


def test_strange_things_are_put_aside_and_nothing_of_them_is_lost(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    put(names.media(BLOB))
    strange = [
        put(names.medias / "ab" / "holiday.mp4", b"1"),
        put(names.medias / "ab" / OTHER, b"2"),  # in another's folder
        put(names.medias / "ab" / ("ab" + "0" * 63), b"3"),  # of another length
        put(names.medias / "photos" / "photo", b"4").parent,
        put(names.medias / ".DS_Store", b"5"),
        put(names.medias / "cd" / OTHER / "inside", b"6").parent,
        put(names.partials / "half.mp4", b"7"),
        put(names.partials / THIRD / "inside", b"8").parent,
        put(names.partials / f"{BLOB}.marks" / "inside", b"9").parent,
        put(names.fetched / "2026-11" / "inside", b"10").parent,
        put(names.scrub / "inside", b"11").parent,
    ]
    (names.medias / "cd" / ("cd" + "2" * 62)).symlink_to("/etc/hostname")
    before = everything(tmp_path)
    aside = tidy(names)
    assert len(aside) == len(strange) + 1
    assert everything(tmp_path) == before
    assert not any(os.path.lexists(path) for path in strange)
    assert tidy(names) == []
    assert list(scan_store(tmp_path, quota_bytes=1 << 20, reserve_bytes=0).blobs) == [BLOB]


def test_what_is_ours_and_says_nothing_is_removed(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    orphan = put(names.marks(BLOB), Marks(4).encode())
    temporary = put(names.partials / f".{BLOB}.marks.x1y2z3", b"half")
    nothing = put(names.media(THIRD), b"")
    empty = put(names.marks(OTHER), b"")
    put(names.partial(OTHER))
    assert tidy(names) == []
    assert not any(path.exists() for path in (orphan, temporary, nothing))
    assert empty.exists()


@pytest.mark.parametrize("name", ["media", "partial", "fetched", "recordings", "quarantine"])
def test_a_file_or_a_link_where_a_folder_should_be_makes_way(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, b"a file")
    assert tidy(StoreNames(tmp_path)) == [name]
    scan_store(tmp_path, quota_bytes=1 << 20, reserve_bytes=0)
    (tmp_path / name).mkdir(exist_ok=True)
    shutil.rmtree(tmp_path / name)
    (tmp_path / name).symlink_to("/nowhere")
    assert tidy(StoreNames(tmp_path)) == [name]
    scan_store(tmp_path, quota_bytes=1 << 20, reserve_bytes=0)


def test_the_quarantine_keeps_the_newest_and_one_however_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = StoreNames(tmp_path)
    monkeypatch.setattr(tidying, "KEPT_ENTRIES", 3)
    for number in range(5):
        put(names.partials / f"strange{number}")
        tidy(names)
    kept = sorted(path.name for path in names.quarantine.iterdir())
    assert [name.split("-")[-1] for name in kept] == ["strange2", "strange3", "strange4"]
    monkeypatch.setattr(tidying, "KEPT_BYTES", 10_000)
    put(names.partials / "huge" / "inside", bytes(50_000))
    tidy(names)
    assert [path.name.split("-")[-1] for path in names.quarantine.iterdir()] == ["huge"]


def test_very_long_and_unreadable_names_are_put_aside_too(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    names.partials.mkdir()
    (Path(os.fsdecode(os.fsencode(names.partials) + b"/\xff\xfe"))).write_bytes(b"")
    (names.partials / ("课" * 80)).write_bytes(b"")
    assert len(tidy(names)) == 2
    assert tidy(names) == []


folders = st.sampled_from(["media", "partial", "media/ab", "partial/x", "."])


@given(st.lists(st.tuples(folders, st.text("ab0./", max_size=66)), max_size=8))
def test_no_rubbish_keeps_the_box_from_starting(
    tmp_path_factory: pytest.TempPathFactory, rubbish: list[tuple[str, str]]
) -> None:
    root = tmp_path_factory.mktemp("store")
    for folder, name in rubbish:
        path = root / folder / name.replace("/", "").replace("..", "")
        try:
            put(path)
        except OSError:  # a folder of this name is here already, or a file where its folder would be
            continue
    facts = scan_store(root, quota_bytes=1 << 20, reserve_bytes=0)
    assert all(len(blob) == 64 for blob in facts.blobs)
    assert tidy(StoreNames(root)) == []


def test_a_disk_that_refuses_is_no_reason_not_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = StoreNames(tmp_path)
    put(names.partials / "strange")

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    assert tidy(names) == []
    assert (names.partials / "strange").exists()
