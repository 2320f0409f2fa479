"""A village of the bench by seed: its line, and sessions that are announced some time before they begin.

The sessions are made up. The line is one of `tests.fakes.lines`, which are made up too, or is put together from the
recorded minutes of `traces.yaml` in an order by seed, two seconds stretched to a slot of five minutes: real wavering,
made-up weeks. It is scaled so that all sessions in 720p are ``load`` times what it carries in the weeks that are
judged. Before these lie weeks in which the line is learnt, with sessions that are over when judging begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from random import Random

import yaml

from player.core.facts import GenerationFacts
from playlists.documents import Blob, Course, Lesson, Rendition
from playlists.occurrences import Occurrence, OccurrenceItem
from tests.fakes.lines import KINDS, SLOT_S, SLOTS_A_WEEK, line

HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS
SLOT_MS = SLOT_S * 1000
UTC_OFFSET_MINUTES = 480
MONDAY_MS = 1_772_380_800_000  # 2 March 2026, 0:00 in the village
LADDER = ((240, 250_000), (360, 500_000), (480, 900_000), (720, 1_800_000))  # height, bit/s
TIMES = tuple((day, hour) for day in range(7) for hour in (9.5, 15.0, 19.5))
CALENDAR_BEFORE_MS = WEEK_MS  # how long a session that is over stays in the box's calendar


@dataclass(frozen=True)
class Setting:
    """What a village is made from, of `bench/plan.yaml`."""

    kind: str
    load: float
    weeks: int
    learning_weeks: int
    sessions_a_week: int
    lead_hours: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Announced:
    """A session, its one course, and since when the box knows of it."""

    occurrence: Occurrence
    course: Course
    known_ms: int


@dataclass(frozen=True)
class Village:
    """A line in bytes a slot, and sessions by start; judged are those that begin after ``judged_ms``."""

    slots: tuple[float, ...]
    sessions: tuple[Announced, ...]
    judged_ms: int
    ends_ms: int

    def known(self, wall_ms: int) -> GenerationFacts:
        """Return what the box knows at a moment."""
        now = [one for one in self.sessions if one.known_ms <= wall_ms < one.occurrence.starts_ms + CALENDAR_BEFORE_MS]
        return GenerationFacts(
            number=1, synced_wall_ms=wall_ms, stale=False, box=None,
            occurrences=tuple(one.occurrence for one in now), courses={one.course.id: one.course for one in now},
        )  # fmt: skip

    @property
    def judged(self) -> tuple[Announced, ...]:
        """The sessions that count."""
        return tuple(one for one in self.sessions if one.occurrence.starts_ms >= self.judged_ms)


def village(setting: Setting, seed: int) -> Village:
    """Return the village of a seed."""
    rng = Random(f"{setting.kind}/{setting.load}/{seed}")
    weeks = setting.learning_weeks + setting.weeks
    judged_ms = MONDAY_MS + setting.learning_weeks * WEEK_MS
    ends_ms = MONDAY_MS + weeks * WEEK_MS
    sessions = [one for week in range(weeks) for one in _week(setting, rng, week)]
    sessions.sort(key=lambda one: one.occurrence.starts_ms)
    asked = sum(_bytes_at_best(one) for one in sessions if one.occurrence.starts_ms >= judged_ms)
    shape = _shape(setting.kind, seed, weeks)
    carried = sum(shape[setting.learning_weeks * SLOTS_A_WEEK :])
    slots = tuple(slot * asked / setting.load / carried for slot in shape)
    return Village(slots, tuple(sessions), judged_ms, ends_ms)


def _shape(kind: str, seed: int, weeks: int) -> list[float]:
    if kind in KINDS:
        return line(kind, seed, weeks)
    return list(islice(_stretched(_traces()[kind], Random(f"{kind}/{seed}")), weeks * SLOTS_A_WEEK))


def _stretched(traces: list[list[float]], rng: Random) -> Iterator[float]:
    """Yield recorded minutes in a new order again and again, each in its own measure."""
    while True:
        for trace in rng.sample(traces, len(traces)):
            mean = sum(trace) / len(trace)
            yield from (number / mean for number in trace)


@lru_cache(maxsize=1)
def _traces() -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = yaml.safe_load((Path(__file__).parent / "traces.yaml").read_text("utf-8"))
    return found


def _week(setting: Setting, rng: Random, week: int) -> list[Announced]:
    chosen = rng.sample(TIMES, setting.sessions_a_week)
    return [
        _session(setting, rng, f"w{week}-{index}", MONDAY_MS + week * WEEK_MS + int((day * 24 + hour) * HOUR_MS))
        for index, (day, hour) in enumerate(chosen)
    ]


def _session(setting: Setting, rng: Random, name: str, starts_ms: int) -> Announced:
    course = _course(rng, name)
    duration_ms = sum(one.duration_ms for one in course.lessons)
    item = OccurrenceItem(
        course=name, title=name, lessons=tuple(one.id for one in course.lessons), duration_ms=duration_ms
    )
    occurrence = Occurrence(
        id=name, session=name, group="g", title=name, playlist="p", form="video", starts_ms=starts_ms, local_start="",
        gather_minutes=15, expected=0, items=(item,), duration_ms=duration_ms,
    )  # fmt: skip
    shares = [share for share, _, _ in setting.lead_hours]
    _, least, most = rng.choices(setting.lead_hours, shares)[0]
    known_ms = (starts_ms - int(rng.uniform(least, most) * HOUR_MS)) // SLOT_MS * SLOT_MS
    return Announced(occurrence, course, known_ms)


def _course(rng: Random, name: str) -> Course:
    lessons = tuple(_lesson(rng, f"{name}-{at}") for at in range(rng.randint(1, 3)))
    return Course(
        id=name, number=1, title=name, category=("x",), provider="x", released="2026-03-01", lessons=lessons
    )  # fmt: skip


def _lesson(rng: Random, name: str) -> Lesson:
    duration_ms = rng.randint(15, 45) * 60_000
    moving = rng.uniform(0.7, 1.1)  # a talking head needs less than a field full of leaves
    renditions = tuple(
        Rendition(
            height=height,
            bits_per_second=bits,
            blob=Blob(sha256=f"{name}-{height}", bytes=int(duration_ms / 8000 * bits * moving)),
        )
        for height, bits in LADDER
    )
    return Lesson(id=name, title=name, duration_ms=duration_ms, renditions=renditions)


def _bytes_at_best(one: Announced) -> int:
    return sum(lesson.renditions[-1].blob.bytes for lesson in one.course.lessons)


def carried(slots: tuple[float, ...]) -> tuple[float, ...]:
    """Return what a line has carried at the beginning of each slot, and at its end."""
    return (0.0, *accumulate(slots))
