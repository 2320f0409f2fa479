from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from player.core import faults
from player.core.forecast import LineHistory
from player.devices.generation import load_generation
from player.devices.library import GenerationLibrary
from player.folders import BoxFolders
from player.store.line_history import read_history
from player.store.lock import alone
from player.store.names import StoreNames
from player.workers.messages import Line, Message, SyncResult, SyncSpec, TimeHeard
from player.workers.sync import sync
from playlists.codec import encode_document
from playlists.documents import Blob, Live, LiveChannel, Page, Pages, Sound, Sounds
from playlists.generation import CALENDAR, load
from playlists.keys import SigningKey
from playlists.targets import LIVE, SOUNDS, box_path, pages_path, plan_path
from playlists.trust.roles import role_of
from tests.fakes.county_server import county as county_server
from tests.fakes.http_server import FakeServer, Fault, serving
from tests.fakes.small_disk import fill_up, small_disk
from tests.playlists import samples
from tests.playlists.published import NOW, ONLINE, REVIEWERS, County, signed

KEY = REVIEWERS[0]  # any key will do for a box
ME = KEY.fingerprint
COURSE = samples.course()


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


class Site:
    """A county's publication behind a server, and a box that syncs from it."""

    def __init__(self, folder: Path, county: County, server: FakeServer) -> None:
        self.folders, self.county, self.server = BoxFolders(folder / "box"), county, server
        self.folders.make()
        self.root = folder / "root.json"
        self.root.write_bytes(county.root)

    def spec(self, *sources: str, now: datetime | None = None, **more: object) -> SyncSpec:
        values = {"sources": sources or (self.server.base,), "wall_ms": ms(now or self.county.now)}
        values |= {"generations": str(self.folders.generations), **more}
        return SyncSpec(
            root_file=str(self.root),
            fingerprint=ME,
            store=str(self.folders.store),
            **values,  # type: ignore[arg-type]
        )

    def sync(self, *sources: str, now: datetime | None = None, **more: object) -> SyncResult:
        self.said: list[Message] = []
        return sync(self.spec(*sources, now=now, **more), self.said.append)

    def send(self, *documents: tuple[str, bytes]) -> None:
        roles: dict[str, dict[str, bytes]] = {}
        for path, data in documents:
            roles.setdefault(role_of(path), {})[path] = data
        self.county.send(roles)

    def bind(self, *sessions: object) -> None:
        plan = samples.plan(*(sessions or (samples.session(),)))  # type: ignore[arg-type]
        self.send(
            (box_path(ME), encode_document(samples.box(KEY.public_bytes, ME))),
            (plan_path("all"), encode_document(plan)),
        )


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "published")


@pytest.fixture
def site(tmp_path: Path, county: County) -> Iterator[Site]:
    with serving(county.folder) as server:
        yield Site(tmp_path, county, server)


def test_a_box_that_is_not_bound_gets_the_catalogue_and_no_plans(site: Site) -> None:
    site.county.release(COURSE)
    result = site.sync()
    assert result == SyncResult(generation=1, checked=True)
    facts = load_generation(site.folders)
    assert facts is not None
    assert (facts.number, facts.box, facts.plans, facts.course_count) == (1, None, (), 1)
    assert facts.synced_wall_ms == ms(NOW)
    library = GenerationLibrary(site.folders)
    assert [one.id for one in library.courses((), 0, 9)] == [COURSE.id]
    library.close()


def test_a_bound_box_gets_its_plans_sessions_and_their_courses(site: Site) -> None:
    site.county.release(COURSE)
    site.bind()
    assert site.sync(newest_courses=0).generation == 1
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.box is not None
    assert facts.box.id == ME
    assert [plan.group for plan in facts.plans] == ["all"]
    assert list(facts.courses) == [COURSE.id]
    assert facts.occurrences
    assert all(one.items for one in facts.occurrences)


def test_a_bound_box_gets_its_groups_information_pages_and_nobody_elses(site: Site) -> None:
    site.bind()
    pages = [Page(id="a", title=title, text="…", since="2026-03-01") for title in ("天气", "别的乡")]
    site.send(
        (pages_path("all"), encode_document(Pages(pages=(pages[0],)))),
        (pages_path("township-x"), encode_document(Pages(pages=(pages[1],)))),
    )
    site.sync()
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.pages == ((pages[0],),)


def test_every_bound_box_gets_the_channels_that_reviewers_have_signed(site: Site) -> None:
    site.bind()
    channel = LiveChannel(id="province", name="省远教直播", url="http://live.example/1.m3u8")
    body = encode_document(Live(channels=(channel,)))
    repository = site.county.repository
    data = signed(repository.candidate("live", {LIVE: body}, site.county.now), REVIEWERS[:2])
    repository.publish(online=ONLINE, now=site.county.now, signed={"live": data}, documents={LIVE: body})
    site.sync()
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.channels == (channel,)


@pytest.mark.parametrize(
    ("by", "is_heard"), [(REVIEWERS[:2], True), (REVIEWERS[:1], False), ([REVIEWERS[0], ONLINE], False)]
)
def test_only_sounds_that_two_reviewers_have_signed_are_heard(site: Site, by: list[SigningKey], is_heard: bool) -> None:
    site.bind()
    sounds = Sounds(prompts={"gathering": Sound(duration_ms=3_000, blob=Blob(sha256="a" * 64, bytes=9_000))})
    body = encode_document(sounds)
    repository = site.county.repository
    data = signed(repository.candidate("sounds", {SOUNDS: body}, site.county.now), by)
    site.county.force("sounds", data, {SOUNDS: body})
    result = site.sync()
    facts = load_generation(site.folders)
    assert (facts is not None and facts.sounds == sounds) is is_heard
    assert bool(result.refused) is not is_heard


def test_a_stopped_sound_is_not_there_for_the_box_though_it_is_signed(site: Site) -> None:
    held = [Sound(duration_ms=3_000, blob=Blob(sha256=letter * 64, bytes=9_000)) for letter in "abcd"]
    sounds = Sounds(prompts={"gathering": held[0], "counting": held[1]}, music=(held[2], held[3]))
    body = encode_document(sounds)
    repository = site.county.repository
    data = signed(repository.candidate("sounds", {SOUNDS: body}, site.county.now), REVIEWERS[:2])
    site.county.force("sounds", data, {SOUNDS: body})
    plan = samples.plan(samples.session())
    site.send(
        (box_path(ME), encode_document(samples.box(KEY.public_bytes, ME))),
        (plan_path("all"), encode_document(replace(plan, stopped_sounds=("a" * 64, "c" * 64)))),
    )
    site.sync()
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.sounds == Sounds(prompts={"counting": held[1]}, music=(held[3],))


def test_nothing_new_costs_one_small_request_and_only_the_time_of_asking_moves(site: Site) -> None:
    site.county.release(COURSE)
    site.sync()
    before, asked = load(site.folders.generations), len(site.server.requests)
    later = ms(NOW) + 3_600_000
    assert site.sync(wall_ms=later) == SyncResult(checked=True)
    assert len(site.server.requests) == asked + 1
    facts, after = load_generation(site.folders), load(site.folders.generations)
    assert facts is not None
    assert before is not None
    assert after is not None
    assert (facts.number, facts.synced_wall_ms) == (1, later)
    assert after.manifest.files == before.manifest.files


def test_the_calendar_moves_on_with_the_days_although_nothing_is_new(site: Site) -> None:
    site.county.release(COURSE)
    site.bind()
    site.sync()
    before = load(site.folders.generations)
    result = site.sync(wall_ms=ms(NOW) + 3 * 86_400_000)
    assert (result.generation, result.checked) == (2, True)
    after = load(site.folders.generations)
    assert before is not None
    assert after is not None
    assert after.manifest.files[CALENDAR] != before.manifest.files[CALENDAR]


def test_documents_of_stored_courses_stay_although_no_plan_names_them(site: Site) -> None:
    site.county.release(COURSE)
    site.sync()
    blob = COURSE.lessons[0].renditions[0].blob.sha256
    place = site.folders.store / "media" / blob[:2] / blob
    place.parent.mkdir(parents=True)
    place.write_bytes(b"film")
    site.county.later(hours=1)
    site.bind(samples.session(playlist="another"))
    site.sync(newest_courses=0)
    facts = load_generation(site.folders)
    assert facts is not None
    assert (facts.number, list(facts.courses)) == (2, [COURSE.id])


def test_documents_of_courses_that_were_planned_at_the_box_come_along(site: Site) -> None:
    site.county.release(COURSE)
    site.bind(samples.session(playlist="another"))
    site.sync(newest_courses=0, courses=(COURSE.id, "unknown"))
    facts = load_generation(site.folders)
    assert facts is not None
    assert list(facts.courses) == [COURSE.id]


def stands(site: Site, result: SyncResult, words: str, *, refused: bool) -> None:
    assert words in result.error
    assert (result.refused, result.generation, result.checked) == (refused, 0, False)
    found = load(site.folders.generations)
    assert found is not None
    assert found.manifest.number == 1


@pytest.fixture
def settled(site: Site) -> Site:
    site.county.release(COURSE)
    site.sync()
    site.county.later(days=1)
    return site


@pytest.mark.parametrize(
    ("fault", "words", "refused"),
    [
        (Fault("portal"), "captive portal", False),
        (Fault("redirect"), "login.invalid", False),
        (Fault("status", status=503), "503", False),
        (Fault("truncate", after=100), "timestamp.json", False),
        (Fault("flip", after=300), "", True),
    ],
)
def test_whatever_the_line_brings_the_present_generation_stays(
    settled: Site, fault: Fault, words: str, refused: bool
) -> None:
    settled.county.release(samples.course(lessons=(samples.lesson("three"),)))
    fault.path = "timestamp.json"
    settled.server.faults.append(fault)
    stands(settled, settled.sync(), words, refused=refused)


def test_a_dead_name_is_said_and_the_next_source_is_asked(settled: Site) -> None:
    stands(settled, settled.sync("http://county.invalid/published"), "DNS", refused=False)
    settled.county.release(samples.course(lessons=(samples.lesson("three"),)))
    result = settled.sync("http://county.invalid/published", str(settled.county.folder))
    assert (result.generation, result.error) == (2, "")


def test_an_older_publication_is_refused_but_a_later_source_may_have_the_newer(settled: Site, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for path in settled.county.folder.rglob("*"):
        if path.is_file():
            copy = old / path.relative_to(settled.county.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    settled.county.release(samples.course(lessons=(samples.lesson("three"),)))
    assert settled.sync().generation == 2
    refused = settled.sync(str(old))
    assert refused.refused
    assert "accepted before" in refused.error or "older" in refused.error
    assert settled.sync(str(old), settled.server.base).checked


def test_a_document_that_is_not_what_was_signed_is_refused(settled: Site) -> None:
    settled.county.release(samples.course(lessons=(samples.lesson("three"),)))
    settled.server.faults.append(Fault("flip", after=50, path="targets/courses", always=True))
    settled.server.faults.append(Fault("flip", after=50, path="targets/catalogue", always=True))
    stands(settled, settled.sync(), "not what was signed", refused=True)


def test_what_has_run_out_is_accepted_as_stale(settled: Site) -> None:
    settled.county.release(samples.course(lessons=(samples.lesson("three"),)))
    assert settled.sync(wall_ms=ms(NOW) + 20 * 365 * 86_400_000).generation == 2
    facts = load_generation(settled.folders)
    assert facts is not None
    assert facts.stale


def test_a_box_whose_clock_says_1970_accepts_and_believes_the_signed_time(site: Site) -> None:
    site.county.release(COURSE)
    site.bind()
    assert site.sync(wall_ms=0).generation == 1
    facts = load_generation(site.folders)
    assert facts is not None
    assert facts.occurrences
    assert facts.synced_wall_ms == ms(NOW)


def test_a_box_that_knows_an_old_online_key_hears_the_time_once_it_knows_the_new_one(
    site: Site, tmp_path: Path
) -> None:
    site.county.release(COURSE)
    with county_server(tmp_path / "api") as fake:
        fake.online = ONLINE
        asked = {"api": fake.api, "line": Line(ca_file=str(fake.ca_file)), "wall_ms": 0}
        site.sync(online_keys=("an old one",), **asked)
        assert [type(one) for one in site.said] == [TimeHeard]
        site.sync(online_keys=(ONLINE.fingerprint,), **asked)
        assert [type(one) for one in site.said] == [TimeHeard]
        site.sync(**asked)
        assert site.said == []


def test_without_root_metadata_or_sources_it_says_what_is_missing(site: Site) -> None:
    site.root.unlink()
    assert "root metadata" in site.sync().error
    site.root.write_bytes(site.county.root)
    assert "no source" in site.sync(sources=()).error


def test_a_damaged_generation_falls_back_to_the_one_before(settled: Site) -> None:
    settled.county.release(samples.course(lessons=(samples.lesson("three"),)))
    settled.sync()
    (settled.folders.generations / "2" / CALENDAR).write_bytes(b"{}")
    facts = load_generation(settled.folders)
    assert facts is not None
    assert facts.number == 1


def test_no_generation_is_no_facts(tmp_path: Path) -> None:
    assert load_generation(BoxFolders(tmp_path)) is None


def test_what_a_refresh_costs_is_counted_and_none_begins_once_the_allowance_is_used_up(site: Site) -> None:
    line = Line(store=str(site.folders.store), wall_ms=ms(NOW))
    first = site.sync(line=line)
    assert first.spent is not None
    assert first.spent.by_purpose["documents"] > site.server.sent > 0
    asked = len(site.server.requests)
    refused = site.sync(line=replace(line, monthly_bytes=first.spent.total_bytes))
    assert "allowance" in refused.error
    assert len(site.server.requests) == asked


def test_a_line_on_which_nobody_answers_is_learnt_with_the_pause_before_but_not_beside_a_fetch(site: Site) -> None:
    names, line = StoreNames(site.folders.store), Line(store=str(site.folders.store), wall_ms=ms(NOW))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with alone(names):
            assert site.sync(address, line=line, paused_s=600.0).error
        assert read_history(names) == LineHistory()
        assert site.sync(address, line=line, paused_s=600.0).error
    assert 600 <= sum(read_history(names).tried_s) < 610
    site.server.faults.append(Fault("status", status=503, headers={"Retry-After": "60"}, always=True))
    assert site.sync(line=line, paused_s=600.0).retry_after_s == 60
    assert sum(read_history(names).tried_s) < 610


def test_a_disk_that_refuses_is_told_as_such_and_not_as_a_dead_line(site: Site, tmp_path: Path) -> None:
    site.county.release(COURSE)
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        fill_up(disk)
        result = site.sync(generations=str(disk / "generations"))
    assert (result.fault, result.checked, result.refused) == (faults.DISK_FULL, False, False)
    assert site.sync().generation == 1
