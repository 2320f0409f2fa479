"""Which lessons a session or course has, which of them may be shown, and from which blob.

The one gate of "nothing unsigned, unreviewed or stopped is ever shown": a lesson is playable only if a
document of the generation in force names it, no stop order holds for it, and the store says that a
rendition's blob is complete, which it says only after every chunk was verified. What was recorded here of a live
channel has a rule of its own (`player.core.recorded`).
"""

from __future__ import annotations

from collections.abc import Iterator

from playlists.documents import Course, Lesson, Rendition, StopOrder
from playlists.occurrences import Occurrence
from playlists.recordings import is_recording

from .facts import GenerationFacts, StoreFacts
from .lives.session import SessionLesson
from .world import World


def stop_order(generation: GenerationFacts | None, course: str, lesson: str) -> StopOrder | None:
    """Return the stop order that holds for a lesson, published or told by telephone."""
    if generation is None:
        return None
    for stop in generation.stopped.get(course, ()):
        if stop.lesson in (None, lesson):
            return stop
    return None


def lesson_of(generation: GenerationFacts | None, course: str, lesson: str) -> Lesson | None:
    """Return a lesson's document."""
    document = generation.course(course) if generation else None
    return next((one for one in document.lessons if one.id == lesson), None) if document else None


def playable(world: World, course: str, lesson: str) -> Rendition | None:
    """Return the best rendition of a lesson that may and can be shown now."""
    found = lesson_of(world.generation, course, lesson)
    box = world.generation.box if world.generation else None
    if found is None or (box and box.revoked) or stop_order(world.generation, course, lesson):
        return None
    return best_here(world.store, found)


def best_here(store: StoreFacts, lesson: Lesson) -> Rendition | None:
    """Return the highest rendition of a lesson that is complete."""
    best = None
    for one in lesson.renditions:
        if _is_complete(store, one.blob.sha256) and (best is None or one.height > best.height):
            best = one
    return best


def neighbour(world: World, course: str, lesson: str, step: int) -> Lesson | None:
    """Return the lesson that stands so many places after another of its course, if there is one."""
    document = world.generation.course(course) if world.generation else None
    listed = document.lessons if document else ()
    at = next((place for place, one in enumerate(listed) if one.id == lesson), None)
    return listed[at + step] if at is not None and 0 <= at + step < len(listed) else None


def subtitles_here(world: World, lesson: Lesson) -> str:
    """Return the blob of a lesson's subtitles that are here, those of the screens' language first; empty for none."""
    here = [one for one in lesson.subtitles if _is_complete(world.store, one.blob.sha256)]
    own = [one for one in here if one.language[:2] == world.preferences.language[:2]]
    return next((one.blob.sha256 for one in (*own, *here)), "")


def documents(generation: GenerationFacts, occurrence: Occurrence) -> Iterator[tuple[Course, Lesson]]:
    """Yield the lessons of a session that documents offer and no stop order takes away, in order."""
    for item in occurrence.items:
        course = generation.course(item.course)
        for lesson in course.lessons if course else ():
            asked = not item.lessons or lesson.id in item.lessons
            if course and asked and not stop_order(generation, course.id, lesson.id):
                yield course, lesson


def of_session(world: World, occurrence: Occurrence) -> tuple[SessionLesson, ...]:
    """Return the lessons of a session in the order of its playlist, each with the blob that can be shown now."""
    return tuple(
        _lesson(world, item.course, lesson, item.title)
        for item in occurrence.items
        for lesson in item.lessons or _all_lessons(world, item.course)
    )


def _all_lessons(world: World, course: str) -> tuple[str, ...]:
    document = world.generation.course(course) if world.generation else None
    return tuple(one.id for one in document.lessons) if document else ()


def _lesson(world: World, course: str, lesson: str, title: str) -> SessionLesson:
    found = lesson_of(world.generation, course, lesson)
    best = playable(world, course, lesson)
    return SessionLesson(
        course=course, lesson=lesson, title=found.title if found else title or course,
        duration_ms=found.duration_ms if found else 0,
        blob=best.blob.sha256 if best else None, height=best.height if best else 0,
    )  # fmt: skip


def _is_complete(store: StoreFacts, sha256: str) -> bool:
    if is_recording(sha256):
        return True  # a recording is a course only as far as it is here
    stored = store.blobs.get(sha256)
    return stored is not None and stored.complete
