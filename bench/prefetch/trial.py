"""A village lived through under a policy: what was ready, how good, and how many bytes were for nothing.

Time goes in slots of the line. The policy is asked as the box asks its planner: every hour, when a session becomes
known or is over, and when all that it wanted is here. It sees what is known at that moment and what the line brought
so far; bytes go to the first blob that it named and that is not complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bench.prefetch.villages import MONDAY_MS, SLOT_MS, UTC_OFFSET_MINUTES, Announced, Village
from player.core.facts import StoredBlob, StoreFacts
from player.core.forecast import Forecast, LineHistory, hour_of_week, observe
from player.core.planning.situation import Situation
from player.core.planning.wants import quality_of
from playlists.documents import Lesson

SLOTS_AN_HOUR = 3_600_000 // SLOT_MS
ROOM_BYTES = 1 << 50  # the room is no matter here
Wanted = Iterable[tuple[str, int]]  # blobs with their sizes, in order
Policy = Callable[[Situation], Wanted]


@dataclass
class Outcome:
    """What came of it; ``quality`` is a sum over sessions and counts 0 for one that was not ready."""

    ready: float = 0.0
    quality: float = 0.0
    sessions: int = 0
    fetched_bytes: float = 0.0
    shown_bytes: float = 0.0

    def add(self, other: Outcome) -> None:
        """Add another village's outcome."""
        self.ready += other.ready
        self.quality += other.quality
        self.sessions += other.sessions
        self.fetched_bytes += other.fetched_bytes
        self.shown_bytes += other.shown_bytes

    @property
    def ready_percent(self) -> float:
        """How many sessions were ready, in percent."""
        return 100 * self.ready / max(1, self.sessions)

    @property
    def mean_quality(self) -> float:
        """The quality of a session, on average."""
        return self.quality / max(1, self.sessions)

    @property
    def wasted_percent(self) -> float:
        """How many of the bytes fetched were not shown in a session, in percent."""
        return max(0.0, 100 * (1 - self.shown_bytes / self.fetched_bytes)) if self.fetched_bytes else 0.0


@dataclass
class Trial:
    """One village under one policy."""

    village: Village
    policy: Policy
    here: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    line: LineHistory = field(default_factory=LineHistory)
    outcome: Outcome = field(default_factory=Outcome)

    def live(self) -> Outcome:
        """Live through all weeks; count those that are judged."""
        wanted: list[tuple[str, int]] = []
        is_idle = False  # all that the last plan wanted was here already
        for one in self.village.sessions:
            for lesson in one.course.lessons:
                self.sizes |= {film.blob.sha256: film.blob.bytes for film in lesson.renditions}
        marks = {one.known_ms for one in self.village.sessions}
        starts = {one.occurrence.starts_ms: one for one in self.village.sessions}
        tried_s = brought = 0.0
        for index, carries in enumerate(self.village.slots):
            at_ms = MONDAY_MS + index * SLOT_MS
            if at_ms in starts:
                self._begin(starts[at_ms])
            on_the_hour = index % SLOTS_AN_HOUR == 0
            if on_the_hour and tried_s:
                hour = hour_of_week(at_ms - 1, UTC_OFFSET_MINUTES)
                self.line = observe(self.line, hour, tried_s=tried_s, brought_bytes=brought)
                tried_s = brought = 0.0
            came = carries
            if at_ms >= self.village.judged_ms:
                if on_the_hour or at_ms in marks or at_ms in starts or not (wanted or is_idle):
                    wanted = self._ask(at_ms)
                    is_idle = not wanted
                if not wanted:
                    continue
                came = self._fetch(wanted, carries)
                self.outcome.fetched_bytes += came
            tried_s, brought = tried_s + SLOT_MS / 1000, brought + came
        return self.outcome

    def _ask(self, at_ms: int) -> list[tuple[str, int]]:
        blobs = {
            sha: StoredBlob(self.sizes[sha] if self._is_whole(sha) else int(here), self._is_whole(sha))
            for sha, here in self.here.items()
        }
        situation = Situation(
            generation=self.village.known(at_ms),
            store=StoreFacts(blobs, ROOM_BYTES, ROOM_BYTES, line=self.line),
            wall_ms=at_ms,
            done=frozenset(self.done),
            in_use=frozenset(),
            forecast=Forecast(self.line, at_ms, utc_offset_minutes=UTC_OFFSET_MINUTES),
        )
        return [(sha, size) for sha, size in self.policy(situation) if not self._is_whole(sha)]

    def _fetch(self, wanted: list[tuple[str, int]], carries: float) -> float:
        left = carries
        while wanted and left > 0:
            sha, size = wanted[0]
            piece = min(left, size - self.here.get(sha, 0.0))
            self.here[sha] = self.here.get(sha, 0.0) + piece
            left -= piece
            if self._is_whole(sha):
                wanted.pop(0)
        return carries - left

    def _is_whole(self, sha: str) -> bool:
        return self.here.get(sha, 0.0) >= self.sizes[sha] - 0.5

    def _begin(self, one: Announced) -> None:
        self.done.add(one.occurrence.id)
        if one.occurrence.starts_ms < self.village.judged_ms:
            return
        outcome, best = self.outcome, [self._best(lesson) for lesson in one.course.lessons]
        outcome.sessions += 1
        if all(height for height, _ in best):
            outcome.ready += 1
            outcome.shown_bytes += sum(size for _, size in best)
            for lesson, (height, _) in zip(one.course.lessons, best, strict=True):
                outcome.quality += quality_of(height) * lesson.duration_ms / one.occurrence.duration_ms

    def _best(self, lesson: Lesson) -> tuple[int, int]:
        whole = [(one.height, one.blob.bytes) for one in lesson.renditions if self._is_whole(one.blob.sha256)]
        return max(whole, default=(0, 0))
