"""A room without any line: the county's stick, the plan in force, a session, its records on the stick, the figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone
from msgspec.structs import replace

from county.courses.editing import add_lesson, create_course, receive_upload
from county.courses.models import Course
from county.courses.review import pass_first, pass_second, release
from county.figures.months import fresh_months
from county.figures.rules import Rules
from county.folders import published_folder
from county.founding import trust_files
from county.inbox.carrying import BroughtFile, take_all
from county.inbox.models import CarriedOutcome, HeadCount, Play, SessionRecord
from county.jobs.runner import Runner
from county.jobs.works import WORKS
from county.places.binding import bind
from county.plans.planning import Item, SessionWish, save_playlist, save_session
from county.publishing.publish import publish
from player.core.actions import ConfirmHeads, CopyStick, StartSession, StopPlaying
from player.core.effects import AppendEntry
from player.core.events import Event, Started, StickGone, WokeUp
from player.core.facts import JournalFacts
from player.core.lives.room import Documents, Stick, StickState
from player.core.media_effects import OpenMedia
from player.core.worker_effects import RunCarry, RunFetch, RunSync
from player.devices.generation import load_generation
from player.devices.journal_file import Append, JournalFile
from player.devices.sticks import StickWatch
from player.devices.store import scan_store
from player.devices.workers_answers import answer, progress
from player.devices.workers_specs import CountyAddresses, Specs, WorkerLimits
from player.folders import BoxFolders
from player.workers.carry import carry
from player.workers.fetch import fetch
from player.workers.messages import Message
from player.workers.sync import sync
from playlists.acknowledged import read_acknowledged
from playlists.stick_command import main as make_stick
from playlists.sticks import envelopes_below
from tests.county.world import PASSPHRASE, TEXT, County, TestBox
from tests.player.core.box import TestBox as Core
from tests.playlists.published import County as Published

CHINA = ZoneInfo("Asia/Shanghai")
WORKERS: dict[type, Callable[..., object]] = {RunSync: sync, RunFetch: fetch, RunCarry: carry}
Deed = RunSync | RunFetch | RunCarry


class Clock:
    """The core's own clock, for the specs of workers."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def now(self) -> object:
        return self._core.now()

    def wants_county(self) -> bool:
        return False


class Room:
    """The real core, journal, store and workers of a box, with no address of anything."""

    def __init__(self, folder: Path, known: TestBox, root: Path) -> None:
        self.folders, self.stick = BoxFolders(folder / "box"), folder / "media" / "U"
        self.folders.make()
        self.stick.mkdir(parents=True)
        self.me = known.id
        known.key.save(self.folders.key)
        self.folders.fingerprint.write_text(self.me)
        self.journal = JournalFile(self.folders.journal, self.me)
        self.core = Core(wall_ms=round(datetime.now(UTC).timestamp() * 1000))
        nowhere = CountyAddresses((), "", folder / "no-ca.pem", root)
        self.specs = Specs(self.folders, nowhere, Clock(self.core), "1", WorkerLimits(reserve_bytes=0))  # type: ignore[arg-type]
        self.done = 0
        settings = replace(self.core.world.settings, has_files=False, has_api=False, quota_bytes=8 << 30)
        self.core.world = replace(self.core.world, settings=settings)
        store = scan_store(self.folders.store, quota_bytes=8 << 30, reserve_bytes=0)
        self.take(Started(JournalFacts(0, 0), store, load_generation(self.folders), self.me))
        self.watch = StickWatch((folder / "media",))
        self.watch._emit = self.take

    def take(self, event: Event) -> None:
        self.core.wait(100, event)
        self.perform()

    def perform(self) -> None:
        """Do what was asked for, as the devices would."""
        while self.done < len(self.core.asked):
            effect = self.core.asked[self.done]
            self.done += 1
            if isinstance(effect, AppendEntry):
                bodies = (effect.body, *effect.more)
                self.journal.write([Append(bodies, self.core.now(), effect.closes_play, effect.closes_session)])
            elif isinstance(effect, Deed):
                self.work(effect)

    def work(self, run: Deed) -> None:
        said: list[Message] = []
        _, spec = self.specs.of(run)
        result = WORKERS[type(run)](spec, said.append)
        for message in said:
            self.take(progress(run, message, self.load))  # type: ignore[arg-type]
        for event in answer(run, result, "", self.held, self.load):  # type: ignore[arg-type]
            self.take(event)

    def load(self) -> object:
        return load_generation(self.folders)

    def put_in(self) -> Stick:
        """Put the stick in, press OK, wait for the end; return what its page says then."""
        self.watch._tell(self.stick)
        self.core.wish(CopyStick())
        self.perform()
        found = self.core.world.stick
        assert found is not None
        self.take(StickGone(found.folder))
        return found

    def hold_session(self) -> None:
        """Gather, show all of it, count 27 heads and sign."""
        session = self.core.world.generation.occurrences[0]  # type: ignore[union-attr]
        self.core.monotonic_ms += session.starts_ms - self.core.wall_ms
        self.core.wall_ms = session.starts_ms
        self.take(WokeUp())
        self.core.wish(StartSession())
        assert self.core.last(OpenMedia)
        self.core.show(4)
        self.core.wish(StopPlaying())
        world = self.core.world
        assert world.session is not None
        draft = replace(world.session.draft, expected="30", present="27", members="18", villagers="9", on_leave="3")
        self.core.world = replace(world, session=replace(world.session, draft=draft))
        self.core.wish(ConfirmHeads())
        self.perform()

    @property
    def held(self) -> int:
        return read_acknowledged(self.folders.acknowledged, self.me).head

    def brought(self) -> list[BroughtFile]:
        return [BroughtFile(path.name, path.read_bytes()) for path in envelopes_below(self.stick)]


def released(county: County, films: Path) -> Course:
    course = create_course(TEXT, county.person("zhou"))
    receive_upload(add_lesson(course, "第一课"), "good.mp4", [(films / "good.mp4").read_bytes()], None)
    Runner(WORKS, lease_s=60).run_until_empty()
    pass_first(Course.objects.get(), county.person("li"), PASSPHRASE["li"])
    pass_second(Course.objects.get(), county.person("wang"), PASSPHRASE["wang"])
    release(Course.objects.get(), county.person("chen"))
    return Course.objects.get()


def plan(course: Course, county: County, title: str) -> None:
    starts = (datetime.now(CHINA) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    playlist = save_playlist(title, [Item(course.pk)], county.person("zhou"))
    save_session("county", SessionWish(title, playlist.pk, starts, expected=30))


def write(room: Room) -> None:
    published = str(published_folder())
    assert make_stick([published, str(room.stick), "--site", "site-clear-spring"]) == 0


def test_a_room_without_a_line_gets_its_plan_by_stick_and_its_session_reaches_the_figures(
    county: County, films: Path, tmp_path: Path
) -> None:
    course = released(county, films)
    plan(course, county, "春耕备耕")
    known = TestBox().bound(county)
    publish(now=timezone.now() + timedelta(seconds=2))
    room = Room(tmp_path / "room", known, trust_files()["root.json"])
    assert room.core.world.generation is None

    write(room)
    first = room.put_in()
    assert (first.state, first.documents, first.trouble, first.courses) == (StickState.DONE, Documents.TAKEN, "", 1)
    world = room.core.world
    assert world.generation is not None
    assert [one.title for one in world.generation.occurrences] == ["春耕备耕"]
    assert world.generation.synced_wall_ms == world.generation.signed_wall_ms

    room.hold_session()
    blank = room.stick
    room.stick = room.stick.with_name("another")
    room.stick.mkdir()
    second = room.put_in()
    assert (second.documents, second.trouble) == (Documents.NONE, "")
    assert second.entries == room.journal.head.seq - room.held > 0

    notes = take_all(room.brought(), county.person("sun"), timezone.now())
    assert [note.outcome for note in notes] == [CarriedOutcome.TAKEN]
    assert (HeadCount.objects.get().present, HeadCount.objects.get().members) == (27, 18)
    assert SessionRecord.objects.get().ended == "held"
    assert Play.objects.get().shown_ms >= 3_000
    month = datetime.fromtimestamp(SessionRecord.objects.get().started_ms / 1000, CHINA).strftime("%Y-%m")
    (figures,) = fresh_months(month, ["site-clear-spring"], Rules(), timezone.now())
    assert (figures.sessions, figures.person_times) == (1, 27)

    publish(now=timezone.now() + timedelta(seconds=4))
    room.stick = blank
    write(room)
    before = room.journal.head.seq
    third = room.put_in()
    assert (third.documents, third.trouble) == (Documents.TAKEN, "")
    assert room.held == second.entries
    assert third.entries == room.journal.head.seq - room.held
    assert room.journal.head.seq >= before  # nothing was taken out of it
    again = take_all(room.brought(), county.person("sun"), timezone.now())
    assert again[-1].outcome in (CarriedOutcome.TAKEN, CarriedOutcome.REPEATED)
    assert HeadCount.objects.count() == 1


def test_a_stick_of_another_county_brings_nothing(county: County, tmp_path: Path) -> None:
    known = TestBox().bound(county)
    publish(now=timezone.now() + timedelta(seconds=2))
    root = tmp_path / "root.json"
    root.write_bytes(Published(tmp_path / "another county").root)
    room = Room(tmp_path / "room", known, root)
    write(room)
    found = room.put_in()
    assert found.documents is Documents.REFUSED
    assert room.core.world.generation is None


def test_a_stick_that_lacks_a_document_brings_nothing_and_the_plan_in_force_stays(
    county: County, films: Path, tmp_path: Path
) -> None:
    course = released(county, films)
    plan(course, county, "春耕备耕")
    known = TestBox().bound(county)
    publish(now=timezone.now() + timedelta(seconds=2))
    room = Room(tmp_path / "room", known, trust_files()["root.json"])
    write(room)
    room.put_in()
    plan(course, county, "夏收")
    publish(now=timezone.now() + timedelta(seconds=4))
    write(room)
    for path in (room.stick / "yuanjiao" / "targets" / "plans").rglob("*.county.json"):
        path.unlink()
    found = room.put_in()
    assert found.documents is Documents.INCOMPLETE
    generation = room.core.world.generation
    assert generation is not None
    assert {one.title for one in generation.occurrences} == {"春耕备耕"}


def test_a_new_box_without_a_line_is_bound_by_stick(county: County, tmp_path: Path) -> None:
    fresh = TestBox()
    room = Room(tmp_path / "room", fresh, trust_files()["root.json"])
    asked = room.put_in()
    assert (asked.asks, asked.trouble) == (True, "")
    (note,) = take_all(room.brought(), county.person("zhou"), timezone.now())
    (code,) = re.findall(r"绑定码 (\d{6})", note.why)
    bind(code, county.site, county.person("zhou"))
    write(room)
    assert room.put_in().documents is Documents.TAKEN
    generation = room.core.world.generation
    assert generation is not None
    assert generation.box is not None
    assert generation.box.site.name == "清泉村站点"
    records = [file for file in room.brought() if "binding" not in file.name]
    assert [note.outcome for note in take_all(records, None, timezone.now())] == [CarriedOutcome.TAKEN]
