"""What is here of lessons, courses and sessions (本机节目), in the words and shares that screens show.

Derived from the generation's documents and the store's facts each time it is asked; nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from player.core.world import World
from playlists.documents import Blob, Course, Lesson
from playlists.occurrences import Occurrence

from .words import percent


@dataclass(frozen=True, slots=True)
class Here:
    """How much of something is here, 0 to 1; ``stopped``: the reason of a stop order (停播), or None."""

    share: float
    stopped: str | None = None

    @property
    def playable(self) -> bool:
        """Whether it may and can be shown now."""
        return self.share >= 1 and self.stopped is None

    @property
    def words(self) -> str:
        """可播放, 43 %, 未下载 or 已停播."""
        if self.stopped is not None:
            return "已停播"
        if self.share >= 1:
            return "可播放"
        return percent(self.share) if self.share > 0 else "未下载"


def document(world: World, course: str) -> Course | None:
    """Return a course's document if this generation brought it."""
    return world.generation.courses.get(course) if world.generation else None


def poster_here(world: World, poster: Blob | None) -> str:
    """Return a poster's SHA-256 once it is here; empty while a plain plate must do."""
    stored = world.store.blobs.get(poster.sha256) if poster else None
    return poster.sha256 if poster and stored and stored.complete else ""


def lesson_here(world: World, course: str, lesson: Lesson) -> Here:
    """Return how much of the rendition that is furthest along is here."""
    stored = ((world.store.blobs.get(rendition.blob.sha256), rendition.blob.bytes) for rendition in lesson.renditions)
    shares = [1.0 if blob.complete else min(0.99, blob.bytes_here / size) for blob, size in stored if blob is not None]
    return Here(max(shares, default=0.0), _stopped(world, course, lesson.id))


def course_here(world: World, course: str) -> Here:
    """Return how much of a course is here, its lessons weighed by their length."""
    found = document(world, course)
    if found is None:
        return Here(0.0, _stopped(world, course, None))
    return _together(world, [(course, lesson) for lesson in found.lessons])


def lessons_of(world: World, occurrence: Occurrence) -> list[tuple[str, Lesson]]:
    """Return the lessons of a session whose documents are known, in order, each with its course's id."""
    return [
        (item.course, lesson)
        for item in occurrence.items
        if (found := document(world, item.course)) is not None
        for lesson in found.lessons
        if not item.lessons or lesson.id in item.lessons
    ]


def occurrence_here(world: World, occurrence: Occurrence) -> Here:
    """Return how much of a session is here; what no accepted document offers counts as not here."""
    here = _together(world, lessons_of(world, occurrence))
    known = sum(document(world, item.course) is not None for item in occurrence.items)
    asked = len(occurrence.items) + len(occurrence.missing)
    return Here(here.share * known / asked if asked else 0.0)


def _together(world: World, lessons: list[tuple[str, Lesson]]) -> Here:
    if not lessons:
        return Here(0.0)
    each = [(lesson_here(world, course, lesson), lesson.duration_ms) for course, lesson in lessons]
    open_ones = [(here, length) for here, length in each if here.stopped is None]
    if not open_ones:
        return each[0][0]
    total = sum(length for _, length in open_ones)
    if all(here.share >= 1 for here, _ in open_ones):
        return Here(1.0)
    return Here(min(0.99, sum(here.share * length for here, length in open_ones) / total))


def _stopped(world: World, course: str, lesson: str | None) -> str | None:
    stops = world.generation.stops if world.generation else ()
    return next(
        (stop.reason for stop in stops if stop.course == course and stop.lesson in (None, lesson)),
        None,
    )
