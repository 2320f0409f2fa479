"""What is wanted: the lessons of coming sessions, of granted orders and of new courses, with the renditions of each.

A lesson's options begin with the one that makes it showable soonest: nothing to fetch if a rendition is here, or
else what has the fewest bytes left. Each further option is better, and costs more for each bit of quality than the
one before it (the upper hull of quality over bytes); what lies below that hull is never worth its bytes. No
rendition above the county's ``best_height`` is an option, though what is here may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from playlists.documents import Course, Lesson, Rendition
from playlists.occurrences import Occurrence

from .. import lessons
from ..facts import StoreFacts
from ..worker_effects import Purpose
from .situation import Situation

QUALITY: Final = ((720, 1.0), (480, 0.9), (360, 0.75), (240, 0.55), (0, 0.4))  # from a height on: what it is worth
DAY_MS: Final = 24 * 60 * 60_000
ORDER_MS: Final = 7 * DAY_MS  # what the county granted is wanted within a week


class Option(msgspec.Struct, frozen=True):
    """A rendition that could be had: the bytes still to come, and what it is worth."""

    left_bytes: int
    quality: float
    rendition: Rendition


class Need(msgspec.Struct, frozen=True):
    """A lesson of an errand with its options; ``weight`` is its share of the errand's length."""

    course: Course
    lesson: Lesson
    options: tuple[Option, ...]
    weight: float

    @property
    def key(self) -> tuple[str, str]:
        """Names the lesson."""
        return self.course.id, self.lesson.id


class Errand(msgspec.Struct, frozen=True):
    """What must be here together by ``due_ms``: a session's lessons, or those of an ordered course.

    ``lacking`` counts lessons of which nothing is here and nothing within policy could be had.
    """

    id: str
    purpose: Purpose
    due_ms: int
    needs: tuple[Need, ...]
    lacking: int = 0


def soonest_bytes(needs: Iterable[Need]) -> int:
    """Return what must still come before all of these can be shown in some quality."""
    return sum(need.options[0].left_bytes for need in needs)


@lru_cache(maxsize=32)  # a few heights, asked again and again
def quality_of(height: int) -> float:
    """Return what a height is worth, 0 to 1."""
    return next(worth for least, worth in QUALITY if height >= least)


def coming(situation: Situation) -> list[Occurrence]:
    """Return the sessions that are not done and not over, by start."""
    wall_ms, done = situation.wall_ms, situation.done
    ahead = [
        one
        for one in situation.generation.occurrences
        if one.id not in done and (wall_ms is None or one.starts_ms + one.duration_ms > wall_ms)
    ]
    return sorted(ahead, key=lambda one: one.starts_ms)


def sessions(situation: Situation, occurrences: Iterable[Occurrence]) -> list[Errand]:
    """Return an errand for each session, of the lessons that documents offer and that could be had at all."""
    documents = ((one, lessons.documents(situation.generation, one)) for one in occurrences)
    return [_errand(situation, one.id, "session", one.starts_ms, asked) for one, asked in documents]


def orders(situation: Situation) -> list[Errand]:
    """Return an errand for each course that the county granted."""
    due_ms = (situation.wall_ms or 0) + ORDER_MS
    granted = [one.course for one in situation.generation.orders if one.state == "granted" and one.course]
    return [
        _errand(situation, course, "order", due_ms, of_course(situation, course)) for course in dict.fromkeys(granted)
    ]


def first_needs(errands: Iterable[Errand]) -> list[tuple[Errand, tuple[Need, ...]]]:
    """Return each errand with the lessons that none before it needs: a lesson that two sessions show comes once."""
    seen: set[tuple[str, str]] = set()
    found = []
    for errand in errands:
        new = tuple(need for need in errand.needs if need.key not in seen)
        seen.update(need.key for need in new)
        found.append((errand, new))
    return found


def of_course(situation: Situation, course: str) -> Iterator[tuple[Course, Lesson]]:
    """Yield the lessons of a course that no stop order takes away."""
    document = situation.generation.courses.get(course)
    for lesson in document.lessons if document else ():
        if document and not lessons.stop_order(situation.generation, document.id, lesson.id):
            yield document, lesson


def options_of(store: StoreFacts, lesson: Lesson, best_height: int) -> tuple[Option, ...]:
    """Return the options of a lesson, none if it is not here and nothing within policy could be had."""
    blobs = store.blobs
    found: list[Option] = []
    for rendition in lesson.renditions:
        height, stored = rendition.height, blobs.get(rendition.blob.sha256)
        if stored is not None and stored.complete:
            found.append(Option(0, quality_of(height), rendition))
        elif height <= best_height:
            here = stored.bytes_here if stored else 0
            found.append(Option(max(1, rendition.blob.bytes - here), quality_of(height), rendition))
    return _hull(found) if len(found) > 1 else tuple(found)


def _errand(
    situation: Situation, name: str, purpose: Purpose, due_ms: int, asked: Iterable[tuple[Course, Lesson]]
) -> Errand:
    pairs, best_height = list(asked), situation.best_height
    total_ms = max(1, sum(lesson.duration_ms for _, lesson in pairs))
    found = ((course, lesson, options_of(situation.store, lesson, best_height)) for course, lesson in pairs)
    needs = tuple(
        Need(course, lesson, options, lesson.duration_ms / total_ms) for course, lesson, options in found if options
    )
    return Errand(name, purpose, due_ms, needs, len(pairs) - len(needs))


def _hull(options: list[Option]) -> tuple[Option, ...]:
    """Return the cheapest option and those above it that are worth their bytes, the dearest last."""
    options.sort(key=_cheapest_first)
    kept = options[:1]
    for one in options[1:]:
        if one.quality > kept[-1].quality:
            while len(kept) > 1 and _is_dearer(kept[-2], kept[-1], one):
                kept.pop()
            kept.append(one)
    return tuple(kept)


def _cheapest_first(one: Option) -> tuple[int, float]:
    return one.left_bytes, -one.quality


def _is_dearer(lower: Option, middle: Option, higher: Option) -> bool:
    """Return whether the middle costs at least as much for each bit of quality as going on to the higher one."""
    step, on = middle.left_bytes - lower.left_bytes, higher.left_bytes - lower.left_bytes
    return step * (higher.quality - lower.quality) >= on * (middle.quality - lower.quality)
