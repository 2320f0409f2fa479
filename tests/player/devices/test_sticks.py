"""Sticks as the kernel tells of them: a real mount, and lists of mounts as they are written."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from player.core.events import StickGone, StickPut
from player.core.media_effects import RestTelevision
from player.devices.sticks import StickWatch, films_on, mount_points
from tests.fakes.events import Events
from tests.playlists import samples
from tests.playlists.published import County

BLOB = "ab" + "0" * 62


def fill(folder: Path) -> None:
    (folder / "media" / "ab").mkdir(parents=True)
    (folder / "media" / "ab" / BLOB).write_bytes(b"x")
    (folder / "media" / "ab" / "holiday.jpg").write_bytes(b"x")
    (folder / "media" / "ab" / ("cd" + "0" * 62)).write_bytes(b"x")
    (folder / "media" / "other").mkdir()


def mount_line(place: str) -> str:
    return f"36 35 8:1 / {place} rw,noatime shared:1 - vfat /dev/sda1 ro\n"


class Told:
    """A watch whose list of mounts is a file."""

    def __init__(self, folder: Path) -> None:
        self.root, self.mounts = folder / "media", folder / "mountinfo"
        self.root.mkdir(parents=True)
        self.events = Events()
        self.watch = StickWatch((self.root,), self.mounts)
        self.watch._emit = self.events

    def look(self, *places: Path) -> None:
        self.watch._look("".join(mount_line(str(place).replace(" ", "\\040")) for place in places))


def test_a_stick_with_films_is_told_with_their_names_and_again_when_it_goes(tmp_path: Path) -> None:
    told = Told(tmp_path)
    stick = told.root / "U PAN"
    fill(stick)
    told.look(Path("/"), tmp_path, stick)
    told.look(Path("/"), tmp_path, stick)
    told.look(Path("/"))
    assert told.events.all == [StickPut(str(stick), "U PAN", (BLOB,)), StickGone(str(stick))]


def test_a_published_tree_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    told = Told(tmp_path)
    fill(told.root / "usb" / "yuanjiao")
    told.look(told.root / "usb")
    (put,) = told.events.of(StickPut)
    assert (put.folder, put.films) == (str(told.root / "usb" / "yuanjiao"), (BLOB,))


def test_a_stick_whose_place_has_no_name_in_utf_8_cannot_be_read(tmp_path: Path) -> None:
    told = Told(tmp_path)
    fill(told.root / "\udcd1\udca7")
    told.look(told.root / "\udcd1\udca7")
    (put,) = told.events.of(StickPut)
    assert put.films == ()
    assert "utf-8" in put.problem


def test_a_stick_without_films_and_one_that_cannot_be_read_are_told_too(tmp_path: Path) -> None:
    told = Told(tmp_path)
    (told.root / "photos").mkdir()
    told.look(told.root / "photos", told.root / "gone")
    empty, gone = sorted(told.events.of(StickPut), key=lambda put: put.name, reverse=True)
    assert (empty.films, empty.problem, gone.films) == ((), "", ())


def test_the_documents_of_a_stick_say_when_they_were_signed_and_of_how_many_courses(tmp_path: Path) -> None:
    told = Told(tmp_path / "told")
    county = County(told.root / "usb" / "yuanjiao")
    county.release(samples.course())
    county.later(days=1)
    county.release(replace(samples.course(), title="再版"))
    told.look(told.root / "usb")
    (put,) = told.events.of(StickPut)
    assert (put.folder, put.courses, put.films) == (str(county.folder), 1, ())
    assert put.signed_wall_ms == round(county.now.timestamp() * 1000)


@pytest.mark.parametrize("text", ["", "<html>", '{"signed": {}}', '{"signed": {"issued": "yesterday"}}', "\udcff"])
def test_documents_that_do_not_say_when_they_were_signed_are_offered_and_judged_later(
    tmp_path: Path, text: str
) -> None:
    told = Told(tmp_path)
    (told.root / "usb" / "metadata").mkdir(parents=True)
    (told.root / "usb" / "metadata" / "timestamp.json").write_text(text, errors="surrogateescape")
    told.look(told.root / "usb")
    (put,) = told.events.of(StickPut)
    assert (put.signed_wall_ms, put.problem) == (1, "")


def test_a_disk_that_is_mounted_there_for_good_is_no_stick(tmp_path: Path) -> None:
    told = Told(tmp_path)
    disk = told.root / "disk"
    fill(disk)
    told.watch._look(mount_line(str(disk)).replace("vfat", "ext4"))
    assert told.events.all == []


def test_places_are_read_as_they_are_written() -> None:
    text = mount_line("/media/A\\040B\\134C") + "short line\n" + mount_line("/mnt/usb")
    assert list(mount_points(text)) == [(Path("/media/A B\\C"), "vfat"), (Path("/mnt/usb"), "vfat")]


def test_a_folder_without_media_has_no_films(tmp_path: Path) -> None:
    assert list(films_on(tmp_path)) == []


def test_another_effect_is_refused(tmp_path: Path) -> None:
    watch = StickWatch((tmp_path,))
    with pytest.raises(TypeError):
        watch.perform(RestTelevision(1))


def test_the_kernel_says_when_a_stick_is_mounted_and_unmounted(tmp_path: Path) -> None:
    events = Events()
    place = tmp_path / "usb"
    place.mkdir()
    watch = StickWatch((tmp_path,), kinds=("tmpfs",))
    watch.start(events)
    time.sleep(0.1)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], check=False, capture_output=True)
    try:
        if mounted.returncode == 0:
            (put,) = events.wait(StickPut)
            assert put.folder == str(place / "yuanjiao")
            subprocess.run(["umount", str(place)], check=True)
            (gone,) = events.wait(StickGone)
            assert gone.folder == put.folder
        else:  # where we may not mount, the watch at least lives on the kernel's own list
            assert watch._thread.is_alive()
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)
        watch.stop()


def test_the_folders_of_a_folder_that_the_settings_name_are_sticks_too(tmp_path: Path) -> None:
    events = Events()
    watch = StickWatch((), folder=tmp_path / "usb")
    watch._emit = events
    watch._look("")
    fill(tmp_path / "usb" / "U")
    watch._look("")
    (tmp_path / "usb" / "U").rename(tmp_path / "drawer")
    watch._look("")
    assert events.all == [StickPut(str(tmp_path / "usb" / "U"), "U", (BLOB,)), StickGone(str(tmp_path / "usb" / "U"))]
