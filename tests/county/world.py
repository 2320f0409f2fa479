"""A small founded county for tests, and a box that keeps a real journal and signs real envelopes."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from county.accounts.models import Person, Role
from county.accounts.people import add_person, give_reviewer_key
from county.courses.editing import CourseText, add_lesson, create_course
from county.courses.models import Course, Rendition
from county.courses.review import pass_first, pass_second, release
from county.founding import Offline, found_county, seat_reviewers
from county.places.binding import bind, issue_code
from county.places.models import PlaceKind, Site
from county.places.tree import add_place, add_site
from playlists.entries import AnyBody, ClockTrust, HeadCount, Play
from playlists.envelope import Envelope, seal
from playlists.journal import encode_entry, genesis, make_entry, next_hash
from playlists.keys import SigningKey

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WALL_MS = int(NOW.timestamp() * 1000)
PASSPHRASE = {"li": "passphrase of li", "wang": "passphrase of wang", "zhao": "passphrase of zhao"}
TEXT = CourseText("食用菌栽培", ("种植", "食用菌"), "示范县农业局")


@dataclass(frozen=True)
class County:
    """Who and what there is in the county under test."""

    folder: Path
    offline: Offline

    def person(self, username: str) -> Person:
        return Person.objects.get(username=username)

    @property
    def site(self) -> Site:
        return Site.objects.get(pk="site-clear-spring")


def found(folder: Path) -> None:
    """Found the county in ``folder``: three reviewers, a leader, an operator, a clerk, two sites."""
    offline = Offline(folder / "offline", "root passphrase")
    found_county(("localhost", "127.0.0.1"), offline, datetime.now(UTC))
    county = add_place("demo", PlaceKind.COUNTY, "示范县")
    stone = add_place("stone-bridge", PlaceKind.TOWNSHIP, "石桥乡", county)
    willow = add_place("willow", PlaceKind.TOWNSHIP, "柳树镇", county)
    add_site("site-clear-spring", add_place("clear-spring", PlaceKind.VILLAGE, "清泉村", stone), "清泉村站点")
    add_site("site-willow-bay", add_place("willow-bay", PlaceKind.VILLAGE, "柳湾村", willow), "柳湾村站点")
    add_person("chen", "a long password", Role.LEADER, "陈签")
    add_person("zhou", "a long password", Role.OPERATOR, "周操")
    add_person("sun", "a long password", Role.CLERK, "孙干", stone)
    for username, passphrase in PASSPHRASE.items():
        give_reviewer_key(add_person(username, "a long password", Role.REVIEWER, username), passphrase)
    seat_reviewers(offline, datetime.now(UTC))


def ready_course(title: str = TEXT.title, lessons: int = 1, identifier: str = "") -> Course:
    """A course whose lessons have renditions, without the trouble of films."""
    course = create_course(replace(TEXT, title=title), None, identifier=identifier)
    for number in range(lessons):
        lesson = add_lesson(course, f"第{number + 1}课")
        lesson.duration_ms = 600_000
        lesson.save()
        for height in (240, 360):
            digest = hashlib.sha256(f"{course.pk}/{number}/{height}".encode()).hexdigest()
            Rendition.objects.create(
                lesson=lesson, height=height, bits_per_second=height * 1000, sha256=digest, bytes=900_000
            )
    return Course.objects.get(pk=course.pk)


def released_course(county: County, title: str = TEXT.title, lessons: int = 1, identifier: str = "") -> Course:
    """A course that went through both reviews and release."""
    course = ready_course(title, lessons, identifier)
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    pass_second(course, county.person("wang"), PASSPHRASE["wang"])
    release(course, county.person("chen"))
    return Course.objects.get(pk=course.pk)


def play(**changes: object) -> Play:
    """A play of ten minutes."""
    usual = Play(
        course="course-101",
        lesson="lesson-1",
        blob="ab" * 32,
        height=360,
        why="session",
        session="spring@2026-03-06T19:30",
        started_wall_ms=WALL_MS,
        segments=((0, 600_000),),
        paused_ms=0,
        pauses=0,
        ended="finished",
    )
    return msgspec.structs.replace(usual, **changes)


def heads(**changes: int | str | None) -> HeadCount:
    """A head count of 27 of 30."""
    usual = HeadCount(session="spring@2026-03-06T19:30", expected=30, present=27, members=18, villagers=9, on_leave=3)
    return msgspec.structs.replace(usual, **changes)


@dataclass
class TestBox:
    """A box's journal: the raw bytes of its entries and the chain's hash after each."""

    __test__ = False

    key: SigningKey = field(default_factory=SigningKey.generate)
    raws: list[bytes] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.key.fingerprint

    def say(self, *bodies: AnyBody) -> TestBox:
        """Write entries."""
        for body in bodies:
            seq = len(self.raws) + 1
            self.say_at(body, 1, seq * 1000, WALL_MS + seq, "trusted")
        return self

    def say_at(self, body: AnyBody, boot: int, monotonic_ms: int, wall_ms: int, trust: ClockTrust) -> TestBox:
        """Write an entry at a moment, as the box believes it."""
        entry = make_entry(
            body, seq=len(self.raws) + 1, boot=boot, monotonic_ms=monotonic_ms, wall_ms=wall_ms, trust=trust
        )
        self.raws.append(encode_entry(entry))
        return self

    def hash_at(self, seq: int) -> bytes:
        """The chain's hash after entry ``seq``."""
        return list(itertools.accumulate(self.raws[:seq], next_hash, initial=genesis(self.id)))[-1]

    def envelope(self, first: int = 1, last: int | None = None, key: SigningKey | None = None) -> bytes:
        """The entries from ``first`` to ``last``, sealed."""
        last = len(self.raws) if last is None else last
        batch = Envelope(self.id, tuple(self.raws[first - 1 : last]), self.hash_at(last))
        return seal(batch, key or self.key)

    def bound(self, county: County, site: Site | None = None) -> TestBox:
        """Bind the box to a site by its code."""
        row = issue_code(self.key.public_bytes, "1.0", "10.0.0.9", datetime.now(UTC))
        bind(row.code, site or county.site, county.person("zhou"))
        return self
