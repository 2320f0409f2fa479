"""What was recorded here, as courses: so that a recording is shown, sought in and planned with like any other course.

A recording is a course with a lesson for each of its parts; between two parts the signal or the power was away, and
their titles say for how long. It is shown only on the box that made it, only once it is over, and only while the
county's signed list names its channel and has not stopped it: the office answers for every picture. What may not be
shown stays in the store. They stand beside the county's documents (`GenerationFacts.recordings`), where what fetches,
evicts or compares does not look.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from playlists.documents import Blob, Course, Lesson, Rendition
from playlists.recordings import is_recording

from . import live
from .facts import GenerationFacts, RecordedPart, StoredRecording
from .language import _
from .schedule import MINUTE_MS
from .turn import Turn
from .world import World

SHORTEST_MS: Final = 2_000  # a part of which less is there is not worth a key


def merge(turn: Turn) -> None:
    """Put what may be shown of the recordings beside the county's documents, as it is now."""
    generation = turn.world.generation
    if generation is not None and (generation.recordings or turn.world.store.recordings):
        turn.change(generation=replace(generation, recordings=shown(turn.world)))


def shown(world: World) -> dict[str, Course]:
    """Return the recordings that may be shown, newest first."""
    channels = {channel.id for channel in live.listed(world)}
    running = world.recording.name if world.recording else ""
    found = {
        name: course(name, stored)
        for name, stored in world.store.recordings.items()
        if stored.channel in channels and name != running and worth(stored)
    }
    return dict(sorted(found.items(), key=lambda one: (one[1].released, one[0]), reverse=True))


def title(stored: StoredRecording) -> str:
    """Return what a recording is called on the screen."""
    day, time = stored.starts.split("T")
    return _("{channel} {month}月{day}日 {time} 录像").format(
        channel=stored.title, month=int(day[5:7]), day=int(day[8:]), time=time
    )


def course(name: str, stored: StoredRecording) -> Course:
    """Return a recording as a course."""
    parts = worth(stored)
    lessons = tuple(
        _lesson(name, part, part_title(parts, place, stored.title)) for place, part in enumerate(parts)
    )  # fmt: skip
    return Course(
        id=name, number=0, title=title(stored), category=(_("录像"),), provider=stored.title,
        released=stored.starts[:10], lessons=lessons,
    )  # fmt: skip


def without(generation: GenerationFacts) -> GenerationFacts:
    """Return the generation as the planner is to see it: what was recorded here is neither fetched nor evicted."""
    if not generation.recordings:
        return generation
    occurrences = tuple(
        replace(one, items=tuple(item for item in one.items if not is_recording(item.course)))
        for one in generation.occurrences
    )
    return replace(generation, recordings={}, occurrences=occurrences)


def gap_ms(before: RecordedPart, after: RecordedPart) -> int:
    """Return how long nothing was recorded between two parts; 0 if nobody knew the time."""
    return max(0, after.wall_ms - before.wall_ms - before.length_ms) if before.wall_ms and after.wall_ms else 0


def worth(stored: StoredRecording) -> tuple[RecordedPart, ...]:
    """Return the parts that are worth a key."""
    return tuple(part for part in stored.parts if part.length_ms >= SHORTEST_MS)


def part_title(parts: tuple[RecordedPart, ...], place: int, channel: str) -> str:
    """Return what a part is called, by its place among those that are worth it; the only one like its channel."""
    if len(parts) == 1:
        return channel
    if place == 0:
        return _("第 1 段")
    minutes = round(gap_ms(parts[place - 1], parts[place]) / MINUTE_MS)
    if minutes:
        return _("第 {n} 段（前面断了 {minutes} 分钟）").format(n=place + 1, minutes=minutes)
    return _("第 {n} 段（前面断了一下）").format(n=place + 1)


def _lesson(name: str, part: RecordedPart, words: str) -> Lesson:
    film = Rendition(
        height=0, bits_per_second=part.bytes * 8_000 // part.length_ms,
        blob=Blob(sha256=f"{name}/{part.number}", bytes=part.bytes, chunk_list=None),
    )  # fmt: skip
    return Lesson(id=str(part.number), title=words, duration_ms=part.length_ms, renditions=(film,))
