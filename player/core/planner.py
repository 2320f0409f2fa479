"""What to fetch, in which order and quality, and what must make room: a pure plan that a better one can replace.

Theory: with the rendition fixed, earliest deadline first on one line is optimal. So the sessions ahead come
in order of their start, then the courses that the county granted to the village's orders, then posters of
the catalogue. The rendition is the highest within the county's policy at which everything that is scheduled
and ordered fits into the quota together; a lesson of which a rendition within policy is complete is not
fetched again in another. Chunk lists, subtitles and posters go before the film that they belong to.

What a coming session, an order, or the screen needs is never evicted. Of the rest, what no document names
goes first, then the courses released longest ago. If there is still no room, the plan is cut where the room
ends: a shorter list and never a full disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from playlists.chunks import chunk_list_bytes
from playlists.documents import Blob, Course, Lesson, Rendition
from playlists.occurrences import Occurrence

from . import lessons
from .effects import WantedBlob
from .facts import GenerationFacts, StoreFacts
from .schedule import MINUTE_MS

OFFERED_MS = 7 * 24 * 60 * MINUTE_MS  # a missed session can still be made up from what is here


class FetchPlan(msgspec.Struct, frozen=True):
    """What to do with line and disk.

    Args:
        wanted: What to fetch, in order; nothing that is complete.
        evict: What to remove before that.
        height: The rendition aimed at.
        left_out: How many wanted blobs have no room even so.
    """

    wanted: tuple[WantedBlob, ...]
    evict: tuple[str, ...]
    height: int
    left_out: int = 0


class Readiness(msgspec.Struct, frozen=True):
    """How much of a session is here, in bytes of the films that would be shown; ``unknown`` items have no document."""

    here_bytes: int
    needed_bytes: int
    unknown: int = 0

    @property
    def ready(self) -> bool:
        """Whether all of it can be shown now."""
        return not self.unknown and 0 < self.needed_bytes == self.here_bytes

    @property
    def percent(self) -> int:
        """How much is here, in percent; 100 only when all is."""
        return min(99, self.here_bytes * 100 // max(1, self.needed_bytes)) if not self.ready else 100


def plan(
    generation: GenerationFacts,
    store: StoreFacts,
    *,
    wall_ms: int | None,
    done: frozenset[str],
    in_use: frozenset[str],
) -> FetchPlan:
    """Return what to fetch and what to evict.

    Args:
        generation: What is scheduled, ordered and offered.
        store: What is here, the quota and the free room.
        wall_ms: Now, or None while the clock is unknown; then every session not done counts as ahead.
        done: Sessions held or skipped.
        in_use: Blobs that are on the screen or needed to continue.
    """
    ahead = [one for one in generation.occurrences if _counts(one, wall_ms, done)]
    upcoming = [one for one in ahead if wall_ms is None or one.starts_ms + one.duration_ms > wall_ms]
    needed = [*_scheduled(generation, upcoming), *_granted(generation)]
    height = _height(generation, store, [lesson for _, lesson in needed])
    wanted = _unique([*_blobs(store, needed, height), *_posters(generation)])
    missed = _blobs(store, _scheduled(generation, ahead), height)
    kept = in_use | {blob.sha256 for blob in (*wanted, *missed)}
    missing = tuple(blob for blob in wanted if not _complete(store, blob.sha256))
    evict = _make_room(generation, store, kept, sum(_left(store, blob) for blob in missing))
    room = store.free_bytes + sum(store.blobs[sha].bytes_here for sha in evict)
    fitting = tuple(_fitting(store, missing, room))
    return FetchPlan(fitting, evict, height, len(missing) - len(fitting))


def readiness(generation: GenerationFacts, store: StoreFacts, occurrence: Occurrence, height: int) -> Readiness:
    """Return how much of a session is here, if the plan aims at this height."""
    chosen = [_choose(store, one, height).blob for _, one in lessons.documents(generation, occurrence)]
    here = sum(blob.bytes if _complete(store, blob.sha256) else _here(store, blob.sha256) for blob in chosen)
    unknown = len(occurrence.missing) + sum(item.course not in generation.courses for item in occurrence.items)
    return Readiness(here, sum(blob.bytes for blob in chosen), unknown)


def _counts(occurrence: Occurrence, wall_ms: int | None, done: frozenset[str]) -> bool:
    if occurrence.id in done:
        return False
    return wall_ms is None or occurrence.starts_ms + occurrence.duration_ms + OFFERED_MS > wall_ms


def _granted(generation: GenerationFacts) -> Iterator[tuple[Course, Lesson]]:
    for order in generation.orders:
        course = generation.courses.get(order.course or "")
        for lesson in course.lessons if course and order.state == "granted" else ():
            if course and not lessons.stop_order(generation, course.id, lesson.id):
                yield course, lesson


def _scheduled(generation: GenerationFacts, occurrences: Iterable[Occurrence]) -> list[tuple[Course, Lesson]]:
    ordered = sorted(occurrences, key=lambda one: one.starts_ms)
    return [pair for one in ordered for pair in lessons.documents(generation, one)]


def _height(generation: GenerationFacts, store: StoreFacts, needed: list[Lesson]) -> int:
    """Return the greatest height within policy at which all that is needed fits into the store together."""
    best = generation.policy.best_height
    room = store.free_bytes + sum(blob.bytes_here for blob in store.blobs.values())
    unique = {lesson.renditions[-1].blob.sha256: lesson for lesson in needed}.values()
    heights = sorted({one.height for lesson in unique for one in lesson.renditions if one.height <= best})
    for height in reversed(heights):
        if sum(_choose(store, lesson, height).blob.bytes for lesson in unique) <= room:
            return height
    return heights[0] if heights else best


def _choose(store: StoreFacts, lesson: Lesson, height: int) -> Rendition:
    """Return the rendition to have: one that is complete, or else the highest up to ``height``."""
    here = lessons.best_here(store, lesson)
    if here is not None:
        return here
    fitting = [one for one in lesson.renditions if one.height <= height]
    return max(fitting, key=lambda one: one.height) if fitting else min(lesson.renditions, key=lambda one: one.height)


def _blobs(store: StoreFacts, needed: Iterable[tuple[Course, Lesson]], height: int) -> Iterator[WantedBlob]:
    for course, lesson in needed:
        if course.poster is not None:
            yield from _with_list(course.poster)
        for subtitles in lesson.subtitles:
            yield from _with_list(subtitles.blob)
        yield from _with_list(_choose(store, lesson, height).blob)


def _posters(generation: GenerationFacts) -> Iterator[WantedBlob]:
    for course in sorted(generation.courses.values(), key=lambda one: one.released, reverse=True):
        if course.poster is not None:
            yield from _with_list(course.poster)


def _with_list(blob: Blob) -> Iterator[WantedBlob]:
    if blob.chunk_list is not None:
        yield WantedBlob(blob.chunk_list, chunk_list_bytes(blob.bytes), None)
    yield WantedBlob(blob.sha256, blob.bytes, blob.chunk_list)


def _unique(blobs: Iterable[WantedBlob]) -> tuple[WantedBlob, ...]:
    first: dict[str, WantedBlob] = {}
    for blob in blobs:
        first.setdefault(blob.sha256, blob)
    return tuple(first.values())


# --- room


def _make_room(
    generation: GenerationFacts, store: StoreFacts, kept: frozenset[str], bytes_left: int
) -> tuple[str, ...]:
    short = bytes_left - store.free_bytes
    ages = {sha: course.released for course in generation.courses.values() for sha in _all_blobs(course)}
    spare = sorted((sha for sha in store.blobs if sha not in kept), key=lambda sha: (ages.get(sha, ""), sha))
    evict: list[str] = []
    for sha in spare:
        if short <= 0:
            break
        evict.append(sha)
        short -= store.blobs[sha].bytes_here
    return tuple(evict)


def _fitting(store: StoreFacts, missing: Iterable[WantedBlob], room: int) -> Iterator[WantedBlob]:
    for blob in missing:
        room -= _left(store, blob)
        if room < 0:
            return
        yield blob


def _all_blobs(course: Course) -> Iterator[str]:
    films = [one.blob for lesson in course.lessons for one in lesson.renditions]
    texts = [one.blob for lesson in course.lessons for one in lesson.subtitles]
    for blob in [*films, *texts, *([course.poster] if course.poster else [])]:
        yield blob.sha256
        if blob.chunk_list is not None:
            yield blob.chunk_list


def _here(store: StoreFacts, sha256: str) -> int:
    stored = store.blobs.get(sha256)
    return stored.bytes_here if stored else 0


def _complete(store: StoreFacts, sha256: str) -> bool:
    stored = store.blobs.get(sha256)
    return stored is not None and stored.complete


def _left(store: StoreFacts, blob: WantedBlob) -> int:
    return 0 if _complete(store, blob.sha256) else max(0, blob.bytes - _here(store, blob.sha256))
