"""The first refresh of all, over lines that break: what the box needs next comes first, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from player.devices.generation import load_generation
from player.devices.library import GenerationLibrary
from player.workers.messages import SyncProgress
from player.workers.sync import MANY_ROLES, STAGING
from playlists.generation import load
from playlists.targets import course_bin
from playlists.trust.sources import HttpSource
from playlists.trust.staging import CONNECTIONS, Staging
from tests.fakes.http_server import Fault, serving
from tests.player.workers.test_sync import COURSE, Site
from tests.playlists import samples
from tests.playlists.published import County

BINS = 2 * MANY_ROLES


def courses(title: str = "平菇栽培") -> list[Any]:
    """Return courses in many bins; the plan's own is one of them."""
    found, bins = [COURSE], {course_bin(COURSE.id)}
    for number in range(1, 10_000):
        name = f"course-{number}"
        if course_bin(name) not in bins:
            bins.add(course_bin(name))
            found.append(samples.course(name, number=number))
        if len(found) == BINS:
            break
    return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    county = County(tmp_path / "published")
    county.release(*courses())
    with serving(county.folder) as server:
        site = Site(tmp_path, county, server)
        site.bind()
        yield site


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("player.workers.sync.Staging", partial(Staging, pause_s=0))


def paths(site: Site) -> list[str]:
    return [request.path for request in site.server.requests]


def test_plans_and_their_courses_are_in_force_before_the_catalogue_is_asked_for(site: Site) -> None:
    site.server.faults = [Fault("status", status=503, path="catalogue/", always=True)]
    result = site.sync()
    assert result.error
    assert result.moved
    assert site.said == [SyncProgress(generation=1)]
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.partial
    assert list(facts.courses) == [COURSE.id]
    assert facts.occurrences
    library = GenerationLibrary(site.folders)
    assert [one.id for one in library.courses((), 0, 9)] == [COURSE.id]
    library.close()


def test_the_next_attempt_brings_only_what_is_missing_and_the_catalogue_is_whole(site: Site) -> None:
    site.server.faults = [Fault("status", status=503, path="catalogue/", always=True)]
    site.sync()
    site.server.faults.clear()
    asked = set(paths(site))
    site.server.requests.clear()
    assert site.sync().generation == 2
    again = [path for path in paths(site) if path in asked and "catalogue/" not in path]
    assert again == ["/metadata/timestamp.json"]
    facts = load_generation(site.folders)
    assert facts is not None
    assert not facts.partial
    assert facts.course_count == BINS
    assert not (site.folders.generations / STAGING).exists()


class Killed(BaseException):
    """The worker is killed here."""


def test_a_kill_costs_the_files_in_flight(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill as the first new file has come, then as the next one has, and so on until nothing is left to bring."""
    read, came = HttpSource.read, [0]

    def killed_after_one(source: HttpSource, path: str, limit_bytes: int) -> bytes:
        if came[0] > 1:
            raise Killed
        data = read(source, path, limit_bytes)
        came[0] += path.startswith("targets/") or "courses-" in path
        if came[0] > 1:
            raise Killed
        return data

    monkeypatch.setattr(HttpSource, "read", killed_after_one)
    kills = 0
    while kills < 5 * BINS:
        came[0] = 0
        try:
            site.sync()
            break
        except Killed:
            kills += 1
    assert kills >= 2 * BINS
    content = [path for path in paths(site) if path.startswith("/targets/") or "courses-" in path]
    assert len(content) - len(set(content)) <= kills * CONNECTIONS  # each kill costs the files in flight, and no other
    monkeypatch.undo()
    (tmp_path / "undisturbed").mkdir()
    undisturbed = Site(tmp_path / "undisturbed", site.county, site.server)
    undisturbed.sync()
    one, other = load(site.folders.generations), load(undisturbed.folders.generations)
    assert one is not None
    assert other is not None
    assert one.manifest.files == other.manifest.files
    assert not one.manifest.partial


def test_a_mirror_that_lacks_a_file_is_helped_out_by_the_next_source(site: Site, tmp_path: Path) -> None:
    with serving(site.county.folder) as mirror:
        mirror.faults = [Fault("status", status=404, path="catalogue/", always=True)]
        assert site.sync(mirror.base, site.server.base).generation == 2
    assert all("catalogue/" in path for path in paths(site))
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.course_count == BINS


def test_a_captive_portal_in_the_middle_is_no_document_and_the_rest_stays(site: Site) -> None:
    site.server.faults = [Fault("portal", path="catalogue/", always=True)]
    result = site.sync()
    assert result.fault == "L02"
    site.server.faults.clear()
    assert site.sync().generation == 2


def test_a_box_that_was_away_for_long_keeps_its_menu_while_the_new_one_comes(site: Site) -> None:
    site.sync()
    site.county.later(days=90)
    changed = [samples.course(one.id, number=one.number + 1000) for one in courses()[1:]]
    site.county.release(COURSE, *changed)
    site.server.faults = [Fault("status", status=503, path="catalogue/", always=True)]
    site.sync()
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.partial
    assert facts.course_count == BINS
    site.server.faults.clear()
    site.server.requests.clear()
    site.sync()
    library = GenerationLibrary(site.folders)
    assert library.by_number(changed[0].number) is not None
    library.close()
    assert not any("courses-" in path for path in paths(site))  # its metadata had come already


def test_what_changes_a_little_comes_in_one_go(site: Site) -> None:
    site.sync()
    site.county.later(days=1)
    site.county.release(samples.course("course-1", number=5))
    assert site.sync().generation
    assert site.said == []
