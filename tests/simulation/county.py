"""The county of a simulated box: it publishes generations, binds the box, and takes in its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from player.core.facts import GenerationFacts
from playlists.chain import ChainStart, StoredEntry, compare_head
from playlists.documents import (
    Blob,
    Box,
    Course,
    Lesson,
    OrderAnswer,
    Plan,
    Policy,
    Rendition,
    Site,
    StopOrder,
    Window,
)
from playlists.journal import genesis, next_hash
from playlists.occurrences import Occurrence, OccurrenceItem


class Broken(AssertionError):
    """A promise was not kept."""


DAY_MS = 86_400_000
MINUTE_MS = 60_000
BOX_ID = "b0" * 8
START_MS = 1_772_582_400_000  # 4 March 2026, 00:00 UTC
COURSES = 20
BROKEN, SHORT, SOUND_ONLY = "broken", "short", "sound-only"


def digest(*names: object) -> str:
    return hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()


def make_course(rng: Random, number: int) -> Course:
    """Return a course of one to three lessons in two renditions; a few of its films are not what they should be."""
    lessons = []
    for at in range(rng.randint(1, 3)):
        duration = rng.randint(90, 420) * 1000
        renditions = tuple(
            Rendition(
                height=height,
                bits_per_second=rate,
                blob=Blob(
                    sha256=digest(number, at, height),
                    bytes=duration * rate // 8000,
                    chunk_list=digest("l", number, at, height),
                ),
            )
            for height, rate in ((240, 250_000), (720, 1_800_000))
        )
        lessons.append(Lesson(id=f"l{at}", title=f"第{at + 1}课", duration_ms=duration, renditions=renditions))
    poster = Blob(sha256=digest("poster", number), bytes=20_000)
    return Course(
        id=f"c{number}", number=number, title=f"课件{number}", category=("农业",), provider="虚构县", poster=poster,
        released=f"2026-0{rng.randint(1, 3)}-1{rng.randint(0, 9)}", lessons=tuple(lessons),
    )  # fmt: skip


@dataclass
class County:
    """What the county knows and publishes. ``faults`` names films that VLC cannot show as it should."""

    rng: Random
    days: int
    courses: dict[str, Course] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    received: dict[int, bytes] = field(default_factory=dict)
    hashes: list[bytes] = field(default_factory=lambda: [genesis(BOX_ID)])
    number: int = 1
    bound_at_ms: int = 0
    revoked_at_ms: int = 1 << 60
    stops: tuple[StopOrder, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    windows: tuple[Window, ...] = ()
    films: dict[str, tuple[Course, Lesson]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in range(1, COURSES + 1):
            self.courses[f"c{number}"] = make_course(self.rng, number)
        for course in self.courses.values():
            for lesson in course.lessons:
                self.films |= dict.fromkeys((one.blob.sha256 for one in lesson.renditions), (course, lesson))
        for film, fault in zip(self.rng.sample(list(self.films), 3), (BROKEN, SHORT, SOUND_ONLY), strict=True):
            self.faults[film] = fault
        self.bound_at_ms = START_MS + self.rng.randint(0, 3_600_000)
        if self.rng.random() < 0.15:
            self.revoked_at_ms = START_MS + int(self.days * DAY_MS * 0.9)
        if self.rng.random() < 0.3:
            self.windows = (Window(start="20:00", end="08:00"),)
        self.occurrences = tuple(self._plan())

    def _plan(self) -> list[Occurrence]:
        made, at = [], START_MS + 12 * 3_600_000
        while at < START_MS + (self.days + 10) * DAY_MS:
            fashion = [f"c{(len(made) // 2 + at) % COURSES + 1}" for at in range(4)]  # what is taught moves on
            chosen = self.rng.sample(fashion, self.rng.randint(1, 2))
            made.append(self._occurrence(len(made), at // MINUTE_MS * MINUTE_MS, chosen))
            at += self.rng.choice((5 * MINUTE_MS, DAY_MS, 2 * DAY_MS, 3 * DAY_MS)) + self.rng.randint(0, 7_200_000)
        return made

    def _occurrence(self, index: int, starts_ms: int, courses: list[str]) -> Occurrence:
        items = tuple(
            OccurrenceItem(
                course=course,
                title=self.courses[course].title,
                lessons=tuple(one.id for one in self.courses[course].lessons),
                duration_ms=sum(one.duration_ms for one in self.courses[course].lessons),
            )
            for course in courses
        )
        duration = sum(one.duration_ms for course in courses for one in self.courses[course].lessons)
        return Occurrence(
            id=f"s{index}@{starts_ms}", session=f"s{index}", group="county", title=f"集中学习{index}", playlist="p",
            form="video", starts_ms=starts_ms, local_start="", gather_minutes=self.rng.choice((5, 15, 30)),
            expected=self.rng.choice((0, 20, 37)), items=items, duration_ms=duration,
        )  # fmt: skip

    def change_mind(self, now_ms: int) -> None:
        """Publish something new: a stop order, a lifted one, a cancelled session."""
        self.number += 1
        what = self.rng.random()
        if what < 0.4:
            course = self.rng.choice(sorted(self.courses))
            self.stops = (
                *self.stops,
                StopOrder(id=f"stop-{self.number}", course=course, reason="内容有误", issued="2026-03-04T00:00"),
            )
        elif what < 0.7 and self.stops:
            self.stops = self.stops[1:]
        else:
            ahead = [one for one in self.occurrences if one.starts_ms > now_ms]
            gone = self.rng.choice(ahead) if ahead else None
            self.occurrences = tuple(one for one in self.occurrences if one is not gone)

    def generation(self, wall_ms: int) -> GenerationFacts:
        """Return what a box that asks now gets."""
        box = Box(
            id=BOX_ID,
            public_key="0" * 64,
            site=Site(id="v1", name="虚构村"),
            groups=("county",),
            revoked=wall_ms > self.revoked_at_ms,
        )
        plan = Plan(
            group="county", issued="2026-03-04T00:00", stops=self.stops, windows=self.windows,
            orders=(OrderAnswer(order="o1", box=BOX_ID, state="granted", course="c8"),),
            policy=Policy(refresh_minutes=240, upload_minutes=60),
        )  # fmt: skip
        horizon = tuple(one for one in self.occurrences if -DAY_MS < one.starts_ms - wall_ms < 14 * DAY_MS)
        bound = wall_ms >= self.bound_at_ms
        return GenerationFacts(
            number=self.number, synced_wall_ms=wall_ms, stale=False, box=box if bound else None,
            plans=(plan,) if bound else (), occurrences=horizon if bound else (), courses=dict(self.courses),
            course_count=len(self.courses),
        )  # fmt: skip

    @property
    def head(self) -> int:
        """The newest entry held without a gap."""
        return len(self.hashes) - 1

    def take_in(self, rows: Sequence[StoredEntry]) -> int:
        """Take entries once each, link them into the chain; return the durable head."""
        for row in rows:
            if self.received.setdefault(row.seq, row.data) != row.data:
                raise Broken(f"entry {row.seq} reached the county twice with different contents")
        while (data := self.received.get(self.head + 1)) is not None:
            self.hashes.append(next_hash(self.hashes[-1], data))
        return self.head

    def compare(self, rows: Sequence[StoredEntry]) -> None:
        """The county holds the same history as the box, as far as it goes."""
        fault = compare_head(ChainStart.of_box(BOX_ID), rows, self.head, self.hashes[-1])
        if fault is not None:
            raise Broken(f"the county's chain is another: {fault}")

    def lose_a_day(self) -> None:
        """Be restored from a backup: the latest entries are gone and must come again."""
        del self.hashes[max(1, len(self.hashes) - 5) :]
        self.received = {seq: data for seq, data in self.received.items() if seq <= self.head}


__all__ = ["BOX_ID", "BROKEN", "DAY_MS", "SHORT", "SOUND_ONLY", "START_MS", "County"]
