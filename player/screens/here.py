"""What is here of lessons, courses and sessions (本机节目), in the words and shares that screens show.

Derived from the generation's documents and the store's facts each time it is asked; nothing of it is kept.
"""

from __future__ import annotations

import msgspec

from player.core import lessons, orders
from player.core.language import N_, _
from player.core.world import World
from playlists.documents import Blob, Course, Lesson
from playlists.occurrences import Occurrence
from playlists.recordings import is_recording

from .words import percent


class Here(msgspec.Struct, frozen=True):
    """How much of something is here, 0 to 1; ``stopped``: the reason of a stop order (停播), or None.

    ``whole`` and ``absent`` are the words for all of it and for nothing: of a course that it has come (已到) or can be
    asked for (可申请), of a lesson that it can be played.
    """

    share: float
    stopped: str | None = None
    whole: str = N_("可播放")
    absent: str = N_("未下载")

    @property
    def playable(self) -> bool:
        """Whether it may and can be shown now."""
        return self.share >= 1 and self.stopped is None

    @property
    def words(self) -> str:
        """Such as 可播放, 43 %, 未下载 or 已停播."""
        if self.stopped is not None:
            return _("已停播")
        if self.share >= 1:
            return _(self.whole)
        return percent(self.share) if self.share > 0 else _(self.absent)


def document(world: World, course: str) -> Course | None:
    """Return a course's document if this generation brought it."""
    return world.generation.course(course) if world.generation else None


def poster_here(world: World, poster: Blob | None) -> str:
    """Return a poster's SHA-256 once it is here; empty while a plain plate must do."""
    stored = world.store.blobs.get(poster.sha256) if poster else None
    return poster.sha256 if poster and stored and stored.complete else ""


def lesson_here(world: World, course: str, lesson: Lesson) -> Here:
    """Return how much of the rendition that is furthest along is here."""
    if is_recording(course):
        return Here(1.0)
    stored = ((world.store.blobs.get(one.blob.sha256), one.blob.bytes) for one in lesson.renditions)
    shares = [1.0 if blob.complete else min(0.99, blob.bytes_here / size) for blob, size in stored if blob is not None]
    order = lessons.stop_order(world.generation, course, lesson.id)
    return Here(max(shares, default=0.0), order.reason if order else None)


def stored_courses(world: World) -> list[str]:
    """Return the ids of the courses of which at least a piece is in the store; a quick look at hundreds of them."""
    blobs = world.store.blobs
    courses = world.generation.courses.values() if world.generation else ()
    return [
        course.id
        for course in courses
        if any(one.blob.sha256 in blobs for lesson in course.lessons for one in lesson.renditions)
    ]


def course_here(world: World, course: str) -> Here:
    """Return how much of a course is here, its lessons weighed by their length; stopped if all of it is."""
    found = document(world, course)
    each = [(one, lesson_here(world, course, one)) for one in found.lessons] if found else []
    if each and all(here.stopped is not None for _, here in each):
        return each[0][1]
    share = _together([(here, one.duration_ms) for one, here in each if here.stopped is None])
    asked = share == 0 and orders.is_asked(world, course)
    return Here(share, whole=N_("已到"), absent=N_("已申请") if asked else N_("可申请"))


def occurrence_here(world: World, occurrence: Occurrence) -> Here:
    """Return how much of a session is here; what no accepted document offers counts as not here."""
    if world.generation is None:
        return Here(0.0)
    asked = lessons.documents(world.generation, occurrence)
    share = _together([(lesson_here(world, course.id, one), one.duration_ms) for course, one in asked])
    known = sum(document(world, item.course) is not None for item in occurrence.items)
    wanted = len(occurrence.items) + len(occurrence.missing)
    return Here(share * known / wanted if wanted else 0.0)


def _together(each: list[tuple[Here, int]]) -> float:
    """Return the share of all, weighed by length; 1 only if nothing is missing."""
    if not each or all(here.share >= 1 for here, _ in each):
        return 1.0 if each else 0.0
    return min(0.99, sum(here.share * length for here, length in each) / sum(length for _, length in each))
