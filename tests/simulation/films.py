"""Made-up courses of a county: what they are called, how long they are, and which films are not what they should be."""

from __future__ import annotations

import hashlib
from random import Random

from playlists.documents import Blob, Course, Lesson, Rendition, Sound, Sounds
from playlists.sound_steps import STEPS
from playlists.targets import CHUNK_BYTES

COURSES = 20
LADDER = ((240, 250_000), (480, 800_000), (720, 1_800_000))
BROKEN, SHORT, SOUND_ONLY = "broken", "short", "sound-only"


def digest(*names: object) -> str:
    return hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()


def _blob(name: str, size: int) -> Blob:
    return Blob(sha256=digest(name), bytes=size, chunk_list=digest("list", name) if size > CHUNK_BYTES else None)


def _lesson(course: int, at: int, duration_ms: int) -> Lesson:
    renditions = tuple(
        Rendition(
            height=height, bits_per_second=rate, blob=_blob(f"{course}/{at}/{height}", duration_ms * rate // 8000)
        )
        for height, rate in LADDER
    )
    return Lesson(id=f"l{at}", title=f"第{at + 1}课", duration_ms=duration_ms, renditions=renditions)


def make_course(chance: Random, number: int) -> Course:
    """Return a course of one to three lessons."""
    lessons = tuple(_lesson(number, at, chance.randint(60, 300) * 1000) for at in range(chance.randint(1, 3)))
    return Course(
        id=f"c{number}", number=number, title=f"课件{number}", category=("农业",), provider="虚构县", lessons=lessons,
        poster=_blob(f"poster {number}", 20_000), released=f"2026-0{chance.randint(1, 2)}-1{chance.randint(0, 9)}",
    )  # fmt: skip


def _sounds() -> Sounds:
    """Return a prompt for every step and two pieces of music, one of more than one chunk."""
    prompts = {step: Sound(duration_ms=3_000, blob=_blob(f"prompt {step}", 18_000)) for step in STEPS}
    music = tuple(
        Sound(duration_ms=size // 6, blob=_blob(f"music {size}", size)) for size in (360_000, CHUNK_BYTES + 9_000)
    )
    return Sounds(prompts=dict(prompts), music=music)


SOUNDS = _sounds()


def films_of(courses: dict[str, Course]) -> dict[str, tuple[Course, Lesson]]:
    """Return which lesson each film shows."""
    return {
        rendition.blob.sha256: (course, lesson)
        for course in courses.values()
        for lesson in course.lessons
        for rendition in lesson.renditions
    }


def lowest_bytes(lesson: Lesson) -> int:
    """Return the size of a lesson's smallest film."""
    return min(one.blob.bytes for one in lesson.renditions)
