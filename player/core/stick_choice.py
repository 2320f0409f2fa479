"""What of a stick is for this box: what the documents in force name, that is better than what is here, and that fits.

The courses of coming sessions first, then the newest; with each film its subtitles and the course's poster, which may
also come alone. What does not fit is left out and counted. Prompts and music come along with whatever else is done, and
are nothing to ask about. A course that was deleted here stays away, unless a session or an order needs it.
Pure. Called by `stick`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from playlists import sound_steps
from playlists.chunks import chunk_list_bytes
from playlists.documents import Blob, Course, Lesson, Rendition

from . import lessons
from .facts import GenerationFacts
from .worker_effects import Purpose, WantedBlob
from .world import World


class Choice(msgspec.Struct, frozen=True):
    """What is wanted of a stick, in order: something of so many ``courses``; ``crowded`` others have no room."""

    wanted: tuple[WantedBlob, ...] = ()
    courses: int = 0
    crowded: int = 0


def choose(world: World, names: frozenset[str], *, along: bool) -> Choice:
    """Return what is wanted of a stick with blobs of these names; with what comes along, if ``along``."""
    if world.generation is None:
        return Choice()
    wanted: dict[str, WantedBlob] = {}
    room, crowded, courses = max(0, world.store.free_bytes), set[str](), set[str]()
    heard = _to_be_heard(world, world.generation, names) if along else ()
    for course, blobs in chain(_for_us(world, world.generation, names), heard):
        pieces = [blob for blob in blobs if blob.sha256 not in wanted]
        bytes_more = sum(blob.bytes for blob in pieces)
        if bytes_more > room:
            crowded.add(course)
            continue
        room -= bytes_more
        courses.add(course)
        wanted |= {blob.sha256: blob for blob in pieces}
    return Choice(tuple(wanted.values()), len(courses - {""}), len(crowded - courses - {""}))


def is_complete(world: World, sha256: str) -> bool:
    """Return whether a blob is here whole."""
    stored = world.store.blobs.get(sha256)
    return stored is not None and stored.complete


def _for_us(
    world: World, generation: GenerationFacts, names: frozenset[str]
) -> Iterator[tuple[str, tuple[WantedBlob, ...]]]:
    """Yield what belongs together, with its course."""
    for course in _in_order(world, generation):
        if course.poster is not None:
            yield from _if_wanted(world, course.id, [course.poster], names, "poster")
        for lesson in course.lessons:
            if not lessons.stop_order(generation, course.id, lesson.id):
                best = _best(world, generation, lesson, names)
                blobs = [*(text.blob for text in lesson.subtitles), *([best.blob] if best else ())]
                yield from _if_wanted(world, course.id, blobs, names, "stock")


def _to_be_heard(
    world: World, generation: GenerationFacts, names: frozenset[str]
) -> Iterator[tuple[str, tuple[WantedBlob, ...]]]:
    """Yield prompts and music, which are of no course."""
    for sound in sound_steps.blobs(generation.sounds):
        yield from _if_wanted(world, "", [sound], names, "sound")


def _if_wanted(
    world: World, course: str, blobs: list[Blob], names: frozenset[str], purpose: Purpose
) -> Iterator[tuple[str, tuple[WantedBlob, ...]]]:
    missing = [blob for blob in blobs if _is_offered(world, blob, names) and not is_complete(world, blob.sha256)]
    if missing:
        yield course, tuple(piece for blob in missing for piece in _with_list(blob, purpose))


def _is_offered(world: World, blob: Blob, names: frozenset[str]) -> bool:
    listed = blob.chunk_list is None or blob.chunk_list in names or is_complete(world, blob.chunk_list)
    return blob.sha256 in names and listed


def _best(world: World, generation: GenerationFacts, lesson: Lesson, names: frozenset[str]) -> Rendition | None:
    """Return the best film of a lesson that is on the stick, if it is better than what is here."""
    here, most = lessons.best_here(world.store, lesson), generation.policy.best_height
    offered = [one for one in lesson.renditions if one.height <= most and _is_offered(world, one.blob, names)]
    best = max(offered, key=lambda one: one.height, default=None)
    return best if best is not None and (here is None or here.height < best.height) else None


def _in_order(world: World, generation: GenerationFacts) -> list[Course]:
    """Return the courses that the box has documents of, but for those that somebody has deleted and nothing needs.

    Those of sessions come first, then the newest.
    """
    courses = sorted(generation.courses.values(), key=lambda one: (one.released, one.number), reverse=True)
    shown = {item.course for one in generation.occurrences for item in one.items}
    needed = shown | {order.course for order in generation.orders if order.course}
    unwanted = {*world.preferences.unwanted_courses} - needed
    return sorted((one for one in courses if one.id not in unwanted), key=lambda one: one.id not in shown)


def _with_list(blob: Blob, purpose: Purpose) -> Iterator[WantedBlob]:
    if blob.chunk_list is not None:
        yield WantedBlob(blob.chunk_list, chunk_list_bytes(blob.bytes), None, purpose)
    yield WantedBlob(blob.sha256, blob.bytes, blob.chunk_list, purpose)
