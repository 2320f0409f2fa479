"""The first refresh of all, over lines that break: what the box needs next comes first, and nothing comes twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from player.devices.generation import load_generation
from player.devices.library import GenerationLibrary
from player.workers.messages import Message, SyncProgress, SyncResult
from player.workers.sync import STAGING
from player.workers.sync_steps import MANY_ROLES, Share
from playlists.codec import encode_document
from playlists.documents import Course, Playlist, PlaylistItem
from playlists.targets import course_bin, plan_path
from playlists.trust.staging import Staging
from tests.fakes.http_server import Fault, Kind, serving
from tests.player.workers.test_sync import COURSE, Site
from tests.playlists import samples
from tests.playlists.published import County

BINS = 2 * MANY_ROLES


def courses(bins_wanted: int = BINS) -> list[Course]:
    """Return courses in many bins; the plan's own is one of them."""
    found, bins = [COURSE], {course_bin(COURSE.id)}
    for number in range(1, 10_000):
        name = f"course-{number}"
        if course_bin(name) not in bins:
            bins.add(course_bin(name))
            found.append(samples.course(name, number=number))
        if len(found) == bins_wanted:
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


ONE_BIN = f"courses-{course_bin('course-1')}.json"
ONE_SHARD = f".{course_bin('course-1')}.json"


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ("status", "snapshot.json"),
        ("flip", "targets.json"),
        ("flip", "courses-"),
        ("truncate", ONE_BIN),
        ("changed", ONE_BIN),
        ("endless", ONE_BIN),
        ("portal", ONE_SHARD),
        ("flip", ONE_SHARD),
        ("garbage", "catalogue/"),
        ("reset", "boxes/"),
        ("endless", "boxes/"),
    ],
)
def test_what_a_mirror_lacks_or_gives_wrongly_is_asked_of_the_next_source_and_nothing_else(
    site: Site, where: str, fault: Kind
) -> None:
    with serving(site.county.folder) as mirror:
        mirror.faults = [Fault(fault, status=404, after=60, path=where, always=True)]
        result = site.sync(mirror.base, site.server.base)
    assert (result.generation, result.error) == (2, "")
    asked = paths(site)
    assert asked
    assert len(asked) == len(set(asked))
    if fault not in ("garbage", "reset", "truncate", "portal"):  # a source that fails gives way
        assert all(where in path for path in asked)
    facts = load_generation(site.folders)
    assert facts is not None
    assert (facts.course_count, facts.partial) == (BINS, False)


def test_a_mirror_that_lags_behind_gives_what_it_has(site: Site, tmp_path: Path) -> None:
    """It has copied the new timestamp already, and nothing else that is new."""
    copy = tmp_path / "copy"
    shutil.copytree(site.county.folder, copy)
    site.county.later(days=1)
    changed = samples.course("course-1", number=1001)
    site.county.release(changed)
    shutil.copyfile(site.county.folder / "metadata/timestamp.json", copy / "metadata/timestamp.json")
    with serving(copy) as mirror:
        assert site.sync(mirror.base, site.server.base).generation == 2
    kinds = sorted(path.rpartition("/")[2].partition(".")[2] for path in paths(site))
    assert kinds == sorted(["snapshot.json", ONE_BIN, f"{course_bin('course-1')}.json", "course-1.json"])


def test_where_all_sources_give_a_forged_file_it_is_refused_and_the_next_attempt_goes_on(site: Site) -> None:
    with serving(site.county.folder) as mirror:
        for server in (mirror, site.server):
            server.faults = [Fault("flip", after=60, path=ONE_BIN, always=True)]
        result = site.sync(mirror.base, site.server.base)
        assert (result.refused, result.generation, result.moved) == (True, 0, True)
        site.server.faults.clear()
        site.server.requests.clear()
        assert site.sync().error == ""
    metadata = [path for path in paths(site) if path.startswith("/metadata/") and "root.json" not in path]
    assert [path.partition(".")[2] for path in metadata] == ["json", ONE_BIN]


def test_the_sessions_ahead_come_before_all_else_that_plans_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("player.workers.sync_steps.FIRST_COURSES", 1)
    playlists = tuple(
        Playlist(id=name, title=name, items=(PlaylistItem(course=name),))
        for name in ("course-1", COURSE.id, "course-2")
    )
    days = {"course-1": 20, COURSE.id: 2, "course-2": 5}
    sessions = [
        samples.session(id=name, playlist=name, starts=f"{site.county.now + timedelta(days=after):%Y-%m-%d}T19:30")
        for name, after in days.items()
    ]
    site.county.later(hours=1)
    site.send((plan_path("all"), encode_document(samples.plan(*sessions, playlists=playlists))))
    site.server.faults = [Fault("status", status=503, path="course-1.json", always=True)]
    assert site.sync(newest_courses=0).error
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.partial
    assert list(facts.courses) == ["course-2", COURSE.id]
    assert [(one.session, bool(one.items)) for one in facts.occurrences] == [
        (COURSE.id, True),
        ("course-2", True),
        ("course-1", False),
    ]


def test_the_menu_is_whole_before_documents_of_further_courses_come(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.workers.sync_steps.MANY_COURSES", MANY_ROLES)
    site.server.faults = [Fault("status", status=503, path="course-3.json", always=True)]
    assert site.sync().error
    assert [one.generation for one in site.said if isinstance(one, SyncProgress)] == [1, 2]
    facts = load_generation(site.folders)
    assert facts is not None
    assert (facts.course_count, facts.partial, list(facts.courses)) == (BINS, False, [COURSE.id])
    site.server.faults.clear()
    site.server.requests.clear()
    assert site.sync().generation == 3
    assert [path for path in paths(site) if "/courses/" not in path] == ["/metadata/timestamp.json"]
    whole = load_generation(site.folders)
    assert whole is not None
    assert len(whole.courses) == BINS
    site.server.requests.clear()
    assert site.sync() == SyncResult(checked=True)
    assert paths(site) == ["/metadata/timestamp.json"]


def test_a_box_that_waits_for_its_document_does_not_fetch_the_menu_before(tmp_path: Path) -> None:
    county = County(tmp_path / "published")
    county.release(*courses())
    with serving(county.folder) as server:
        site = Site(tmp_path, county, server)
        assert site.sync(for_document=True) == SyncResult(checked=True)
        assert not any("courses-" in path for path in paths(site))
        assert load_generation(site.folders) is None
        site.server.requests.clear()
        site.county.later(minutes=1)
        site.bind()
        assert site.sync(for_document=True).generation == 2
        assert not any("targets.json" in path for path in paths(site))  # it had come before


def test_how_much_has_come_is_told_now_and_then() -> None:
    said: list[Message] = []
    clock = [100.0]
    share = Share(said.append, now_s=lambda: clock[0])
    for here, now_s in ((1, 103.0), (50, 104.0), (51, 104.5), (80, 106.0), (400, 109.0)):
        share.expected = 0 if here == 1 else 200
        clock[0] = now_s
        share.heard(here)
    assert said == [SyncProgress(percent=percent) for percent in (25, 40, 99)]


def test_documents_that_a_box_has_are_not_fetched_again_although_the_role_beside_them_is_new(site: Site) -> None:
    site.sync()
    site.county.later(days=30)
    touched, untouched = courses()[: MANY_ROLES + 2], courses()[MANY_ROLES + 2 :]
    with_another = [one for course in touched for one in (course, samples.course(beside(course.id), number=5000))]
    site.county.release(*with_another)
    site.server.faults = [Fault("status", status=503, path="catalogue/", always=True)]
    assert site.sync().error
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.partial
    site.server.faults.clear()
    site.server.requests.clear()
    assert not site.sync().error
    again = [path for path in paths(site) if any(path.endswith(f".{one.id}.json") for one in courses())]
    assert not again
    assert not [
        path for path in paths(site) for one in untouched if path.endswith(f"courses-{course_bin(one.id)}.json")
    ]


def beside(course: str) -> str:
    """Return the id of another course of the same bin."""
    bin_name = course_bin(course)
    return next(name for number in count() if course_bin(name := f"other-{number}") == bin_name)


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
