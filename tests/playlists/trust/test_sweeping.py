"""Old files leave the published folder; no box that refreshes, or comes back after months, misses one."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from playlists.trust.refresh import refreshing
from playlists.trust.sources import DirectorySource
from playlists.trust.sweeping import sweep
from tests.playlists import samples
from tests.playlists.published import NOW, Box, County

KEPT = timedelta(days=7)


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "published")


def release(county: County, number: int) -> None:
    """Publish another edition, and let the files bear the county's time."""
    before = set(county.folder.rglob("*"))
    county.release(samples.course(number=number))
    for path in {*county.folder.rglob("*")} - before:
        os.utime(path, (county.now.timestamp(),) * 2)


def names(county: County) -> set[str]:
    return {str(path.relative_to(county.folder)) for path in county.folder.rglob("*") if path.is_file()}


def test_what_was_replaced_long_ago_goes_and_a_box_gets_the_present_edition(county: County, tmp_path: Path) -> None:
    for number in range(1, 6):
        release(county, number)
        county.later(days=10)
    before = len(names(county))
    removed = sweep(county.folder, county.now, KEPT)
    assert removed >= 3 * 4 - 4  # of each old edition: snapshot, role, shard, course; the last one's predecessor stays
    assert len(names(county)) == before - removed
    box = Box(tmp_path / "box", county.root)
    found = box.refresh(county.folder)
    assert b'"number":5' in found.read(next(iter(found.names("courses/"))))
    assert sweep(county.folder, county.now, KEPT) == 0


def test_a_box_in_the_middle_of_a_refresh_finds_its_files(county: County) -> None:
    release(county, 1)
    county.later(days=30)
    with refreshing(DirectorySource(county.folder), generation=None, root=county.root, now=county.now) as refresh:
        release(county, 2)
        county.later(days=6)
        sweep(county.folder, county.now, KEPT)
        paths = [path for role in county.documents(samples.course()) for path in refresh.names(role)]
        assert len(paths) == 2
        assert all(b'"number":1' in refresh.read(path) for path in paths)
    county.later(days=6)
    sweep(county.folder, county.now, KEPT)
    assert not any(b'"number":1' in path.read_bytes() for path in county.folder.glob("targets/courses/*/*"))


def test_a_box_that_was_away_for_months_catches_up_and_versions_go_on_rising(county: County, tmp_path: Path) -> None:
    release(county, 1)
    box = Box(tmp_path / "box", county.root)
    box.refresh(county.folder)
    for number in range(2, 5):
        county.later(days=60)
        release(county, number)
        sweep(county.folder, county.now, KEPT)
    version = county.repository.version("targets")
    assert box.refresh(county.folder).manifest.accepted.roles["targets"] == version
    county.later(days=1)
    release(county, 9)
    assert box.refresh(county.folder).manifest.number == 3


def test_a_file_just_written_stays_for_its_publisher_may_be_at_work(county: County) -> None:
    release(county, 1)
    fresh = county.folder / "targets" / "courses" / "00" / "not-yet-named.json"
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_bytes(b"{}")
    os.utime(fresh, (county.now.timestamp(),) * 2)
    assert sweep(county.folder, county.now, KEPT) == 0
    county.later(days=8)
    sweep(county.folder, county.now, KEPT)
    assert not fresh.exists()


def test_where_nothing_is_published_nothing_is_removed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert sweep(tmp_path, NOW, KEPT) == 0
