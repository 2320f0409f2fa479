"""What may go to make room, least valuable first.

Never: what is pinned, which is what the screen, a coming session, an order or the fetch itself needs, and the few
prompts and pieces of music that the county has signed. Recordings made here are no blobs at all and cannot be named.
What is here of an order is pinned no more where a session would have no room otherwise. While the time is not trusted,
what was missed in the last day by the clock is pinned too: a battery clock that is read in the wrong zone is eight
hours ahead. Of the rest goes, in this order:

1. what no document names any more,
2. what has no use of its own: a rendition beside a better one, pieces of what is no longer aimed at, chunk lists of
   films that are complete,
3. what is worth least for its bytes: courses released long ago that no session of these weeks shows; large before
   small,
4. what a session of the last days should have shown and did not, for it may still be made up (补学).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from playlists import sound_steps
from playlists.documents import Course
from playlists.occurrences import Occurrence

from .. import lessons
from ..facts import GenerationFacts
from .situation import Situation
from .wants import DAY_MS, Errand

MADE_UP_MS: Final = 7 * DAY_MS  # so long a missed session can be made up from what is here
DOUBT_MS: Final = DAY_MS  # so far a clock that is not trusted may be ahead
HALF_WORTH: Final = 20  # a course is worth half when so many newer ones have been released


def pinned(situation: Situation, errands: Iterable[Errand]) -> frozenset[str]:
    """Return what is never evicted: what is in use, and what is here of errands, posters and sounds."""
    kept = set(situation.in_use)
    if not situation.trusted:
        kept |= made_up(situation, DOUBT_MS)
    for errand in errands:
        for need in errand.needs:
            kept |= {one.rendition.blob.sha256 for one in need.options[:1] if not one.left_bytes}
            kept |= {text.blob.sha256 for text in need.lesson.subtitles}
    kept |= {one.poster.sha256 for one in situation.generation.courses.values() if one.poster}
    kept |= {blob.sha256 for blob in sound_steps.blobs(situation.generation.sounds)}
    return frozenset(kept)


def made_up(situation: Situation, within_ms: int = MADE_UP_MS) -> frozenset[str]:
    """Return the films that are here of sessions that were missed in the last days."""
    return frozenset(
        film.blob.sha256
        for one in missed(situation, within_ms)
        for _, lesson in lessons.documents(situation.generation, one)
        if (film := lessons.best_here(situation.store, lesson)) is not None
    )


def missed(situation: Situation, within_ms: int = MADE_UP_MS) -> list[Occurrence]:
    """Return the sessions of the last days that were neither held nor skipped."""
    now_ms, done = situation.wall_ms, situation.done
    return [
        one
        for one in situation.generation.occurrences
        if now_ms is not None and one.id not in done and 0 <= now_ms - one.starts_ms - one.duration_ms < within_ms
    ]


def spare_bytes(situation: Situation, kept: frozenset[str]) -> int:
    """Return how many bytes could be made free if all but this were evicted."""
    return sum(blob.bytes_here for sha256, blob in situation.store.blobs.items() if sha256 not in kept)


def evict(situation: Situation, kept: frozenset[str], short_bytes: int) -> tuple[str, ...]:
    """Return the least valuable blobs that together make so much room, all but ``kept`` if that is not enough."""
    if short_bytes <= 0:
        return ()
    ranks, blobs = _ranks(situation), situation.store.blobs
    gone: list[str] = []
    for _, sha256 in sorted((ranks.get(sha256, (0, 0.0)), sha256) for sha256 in blobs if sha256 not in kept):
        if short_bytes <= 0:
            break
        gone.append(sha256)
        short_bytes -= blobs[sha256].bytes_here
    return tuple(gone)


def _ranks(situation: Situation) -> dict[str, tuple[int, float]]:
    """Return the place of every blob that a document names: its tier, and what it is worth for each byte."""
    may_be_made_up = made_up(situation)
    ranks: dict[str, tuple[int, float]] = {}
    for course, worth in _worths(situation.generation):
        for lesson in course.lessons:
            best = lessons.best_here(situation.store, lesson)
            for rendition in lesson.renditions:
                blob = rendition.blob
                tier = 1 if best is not rendition else 3 if blob.sha256 in may_be_made_up else 2
                ranks[blob.sha256] = tier, worth / blob.bytes
                if blob.chunk_list is not None:
                    ranks[blob.chunk_list] = 1, worth / blob.bytes
            ranks |= {text.blob.sha256: (2, worth / text.blob.bytes) for text in lesson.subtitles}
        if course.poster is not None:
            ranks[course.poster.sha256] = 2, worth / course.poster.bytes
    return ranks


def _worths(generation: GenerationFacts) -> Iterator[tuple[Course, float]]:
    """Yield the courses with what they are worth: by how new they are, and by the sessions that show them."""
    shown = Counter(item.course for one in generation.occurrences for item in one.items)
    for place, course in enumerate(newest_first(generation)):
        yield course, HALF_WORTH / (HALF_WORTH + place) + shown[course.id]


def newest_first(generation: GenerationFacts) -> list[Course]:
    """Return the courses with documents, the one released last first."""
    return sorted(generation.courses.values(), key=lambda one: (one.released, one.number), reverse=True)
