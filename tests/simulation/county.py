"""The county of a simulated box, as far as it publishes: courses, sessions, stop orders, windows, and whom it knows.

Every change makes a new version; what was published before is remembered, for mirrors that lag behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace

from msgspec.structs import replace

from player.core.told_stops import day_at
from playlists.documents import Box, Course, OrderAnswer, Plan, Policy, Site, StopOrder, Window
from playlists.occurrences import Occurrence, OccurrenceItem
from playlists.trust import roles

from . import films
from .agenda import DAY_MS, HOUR_MS, MINUTE_MS
from .clock import START_MS
from .nature import NIGHTS, SCHOOL_FREE, Nature
from .script import LONGEST_DAYS

BOX_ID = "b0" * 8
DAYS_BEFORE, DAYS_AFTER = 7, 21
REFRESH_MINUTES = 240
OFFSET_MINUTES = 480
SOONEST_MS = 6 * HOUR_MS  # before its minute a session is announced


@dataclass(frozen=True)
class Publication:
    """What the county says at one time. ``signed_ms`` is when that was, as its own signature tells."""

    version: int
    signed_ms: int
    box: Box | None
    plans: tuple[Plan, ...]
    occurrences: tuple[Occurrence, ...]
    courses: dict[str, Course]

    @property
    def client(self) -> SimpleNamespace:
        """What `playlists.trust` has read of it, as far as rollback floors ask."""
        keys = SimpleNamespace(keyids=["online"])
        return SimpleNamespace(
            root=SimpleNamespace(version=1, roles={roles.TIMESTAMP: keys}),
            timestamp=SimpleNamespace(version=self.version),
            snapshot=SimpleNamespace(version=self.version, meta={}),
        )

    def calendar(self, wall_ms: int) -> tuple[Occurrence, ...]:
        """Return the sessions of the weeks around a moment, as the box's worker works them out."""
        first, last = wall_ms - DAYS_BEFORE * DAY_MS, wall_ms + DAYS_AFTER * DAY_MS
        return tuple(one for one in self.occurrences if first <= one.starts_ms < last)


@dataclass
class County:
    """What the county knows. ``faults`` names films that VLC cannot show as it should."""

    seed: int
    nature: Nature
    courses: dict[str, Course] = field(default_factory=dict)
    films: dict[str, tuple[Course, films.Lesson]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    version: int = 1
    revoked: bool = False
    stops: tuple[StopOrder, ...] = ()
    orders: tuple[OrderAnswer, ...] = ()
    windows: tuple[Window, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    bound_at_ms: int = 0
    _codes: dict[tuple[int, str], tuple[StopOrder, str]] = field(default_factory=dict)
    _heard: set[StopOrder] = field(default_factory=set)
    announced_ms: dict[str, int] = field(default_factory=dict)
    past: list[Publication] = field(default_factory=list)
    planned: Callable[[Occurrence], None] = lambda one: None  # is told of every session, also of those to come

    def __post_init__(self) -> None:
        chance = Random(f"{self.seed}/county")
        self.courses = {f"c{number}": films.make_course(chance, number) for number in range(1, films.COURSES + 1)}
        self.films = films.films_of(self.courses)
        sick = chance.sample(sorted(self.films), 3)
        self.faults = dict(zip(sick, (films.BROKEN, films.SHORT, films.SOUND_ONLY), strict=True))
        self.bound_at_ms = START_MS + chance.randint(0, 10 * MINUTE_MS)
        self.windows = self.nature.windows
        self.occurrences = tuple(self._sessions(chance))
        self.announced_ms = dict(self._announcements(Random(f"{self.seed}/announced")))

    def _announcements(self, chance: Random) -> Iterator[tuple[str, int]]:
        """Yield when each session becomes known, where not all are from the beginning: some hours before, or days."""
        longest_ms = int(self.nature.announced_days * DAY_MS)
        for one in self.occurrences if longest_ms else ():
            yield one.session, one.starts_ms - chance.randint(SOONEST_MS, longest_ms)

    def _sessions(self, chance: Random) -> list[Occurrence]:
        made: list[Occurrence] = []
        day = 0.5
        while day < LONGEST_DAYS + DAYS_AFTER:
            at = START_MS + int(day) * DAY_MS + chance.randrange(14 * 4, 21 * 4) * 15 * MINUTE_MS
            made.append(self._session(chance, len(made), at))
            if chance.random() < 0.15:  # two in a row, or nearly
                made.append(self._session(chance, len(made), at + chance.choice((5, 20, 45)) * MINUTE_MS))
            day += max(0.4, chance.expovariate(1 / self.nature.every_days))
        return sorted(made, key=lambda one: one.starts_ms)

    def _session(self, chance: Random, index: int, starts_ms: int) -> Occurrence:
        week = (starts_ms - START_MS) // (7 * DAY_MS)
        fashion = [f"c{(week * 2 + at) % films.COURSES + 1}" for at in range(5)]  # what is taught moves on
        chosen = [self.courses[course] for course in chance.sample(fashion, chance.randint(1, 2))]
        items = tuple(
            OccurrenceItem(
                course=course.id, title=course.title, lessons=tuple(one.id for one in course.lessons),
                duration_ms=sum(one.duration_ms for one in course.lessons),
            )
            for course in chosen
        )  # fmt: skip
        return Occurrence(
            id=f"s{index}@{starts_ms}", session=f"s{index}", group="county", title=f"集中学习{index}", playlist="p",
            form="video", starts_ms=starts_ms, local_start="", gather_minutes=chance.choice((5, 15, 30)),
            expected=chance.choice((0, 20, 37)), items=items, duration_ms=sum(item.duration_ms for item in items),
        )  # fmt: skip

    # --- what it publishes

    def publication(self, wall_ms: int) -> Publication:
        """Return what whoever asks now gets."""
        if self.past and self.past[-1].version == self.version and wall_ms - self.past[-1].signed_ms < DAY_MS:
            return self.past[-1]
        bound = wall_ms >= self.bound_at_ms
        site = Site(id="v1", name="虚构村")
        box = Box(
            id=BOX_ID, public_key="0" * 64, site=site, groups=("county",), revoked=self.revoked, telephone_key="0" * 64
        )
        policy = Policy(refresh_minutes=REFRESH_MINUTES, upload_minutes=self.nature.upload_minutes)
        plan = Plan(
            group="county", issued="2026-03-02T00:00", stops=self.stops, windows=self.windows, orders=self.orders,
            caps=self.nature.caps, policy=policy,
        )  # fmt: skip
        known = tuple(one for one in self.occurrences if self.announced_ms.get(one.session, 0) <= wall_ms)
        made = Publication(
            self.version,
            wall_ms,
            box if bound else None,
            (plan,) if bound else (),
            known if bound else (),
            self.courses,
        )
        self.past.append(made)
        return made

    def bind(self) -> None:
        """The office has keyed in the box's code."""
        self.version += 1

    def announce(self) -> None:
        """A session is in the plans that was not."""
        self.version += 1

    # --- what it decides

    def stop_course(self, chance: Random) -> None:
        """A course may not be shown any more."""
        course = chance.choice(sorted(self.courses))
        lesson = self.courses[course].lessons[0].id if chance.random() < 0.3 else None
        order = StopOrder(
            id=f"stop-{self.version}", course=course, lesson=lesson, reason="内容有误", issued="2026-03-04T00:00"
        )
        self.stops, self.version = (*self.stops, order), self.version + 1

    def tell_code(self, chance: Random, now_ms: int) -> tuple[int, str]:
        """A course is stopped, and a box that may not hear of it is rung up; return what is told: number and code."""
        course = self.courses[chance.choice(sorted(self.courses))]
        order = StopOrder(id=f"stop-{self.version}", course=course.id, reason="内容有误", issued="2026-03-04T00:00")
        self.stops, self.version = (*self.stops, order), self.version + 1
        code = f"{chance.randrange(10**8):08}"
        self._codes[course.number, code] = order, day_at(now_ms, OFFSET_MINUTES).isoformat()
        return course.number, code

    def day_of_code(self, number: int, code: str) -> str:
        """Return of which day a code is, nothing if it is none."""
        if (number, code) not in self._codes:
            return ""
        order, day = self._codes[number, code]
        self._heard.add(order)
        return day

    def stops_by_telephone(self, course: str) -> bool:
        """Return whether an order of which a box has keyed in the code still stops a course."""
        return any(order.course == course and order in self._heard for order in self.stops)

    def lift_stop(self) -> None:
        self.stops, self.version = self.stops[1:], self.version + 1

    def cancel_session(self, chance: Random, now_ms: int) -> None:
        ahead = self._ahead(now_ms)
        if ahead:
            gone = chance.choice(ahead)
            self._replan(one for one in self.occurrences if one is not gone)

    def move_session(self, chance: Random, now_ms: int) -> None:
        ahead = self._ahead(now_ms)
        if ahead:
            old = chance.choice(ahead)
            starts = old.starts_ms + chance.choice((-1, 1)) * chance.randrange(1, 60) * 30 * MINUTE_MS
            if starts > now_ms:
                new = replace(old, starts_ms=starts, id=f"{old.session}@{starts}")
                self._replan(new if one is old else one for one in self.occurrences)

    def add_session(self, chance: Random, now_ms: int) -> None:
        """A session that begins soon."""
        starts = (now_ms // MINUTE_MS + chance.randrange(20, 300)) * MINUTE_MS
        self._replan([*self.occurrences, self._session(chance, 10_000 + self.version, starts)])

    def grant_order(self, chance: Random) -> None:
        course = chance.choice(sorted(self.courses))
        answer = OrderAnswer(order=f"o{self.version}", box=BOX_ID, state="granted", course=course)
        self.orders, self.version = (*self.orders[-2:], answer), self.version + 1

    def change_windows(self, chance: Random) -> None:
        self.windows, self.version = chance.choice(((), NIGHTS, SCHOOL_FREE)), self.version + 1

    def set_revoked(self, *, revoked: bool) -> None:
        self.revoked, self.version = revoked, self.version + 1

    def _ahead(self, now_ms: int) -> list[Occurrence]:
        return [one for one in self.occurrences if now_ms < one.starts_ms < now_ms + DAYS_AFTER * DAY_MS]

    def _replan(self, occurrences: Iterable[Occurrence]) -> None:
        known = set(self.occurrences)
        self.occurrences = tuple(sorted(occurrences, key=lambda one: one.starts_ms))
        self.version += 1
        for one in self.occurrences:
            if one not in known:
                self.planned(one)
