"""What the fetch plan of this moment rests on, taken from the world. Called by `player.core.transfers` and `ways`."""

from __future__ import annotations

from typing import Final

from . import limits, recorded, schedule
from .planning.situation import Situation
from .world import World

SMALL_FIRST_MS: Final = 3 * 24 * 60 * schedule.MINUTE_MS  # so long before a session that the county wants so


def basis(world: World) -> Situation:
    """Return what a plan is made from; there must be a generation."""
    assert world.generation is not None
    return Situation(
        generation=recorded.without(world.generation),
        store=world.store,
        wall_ms=world.now.wall_ms if schedule.is_known(world.now) else None,
        done=world.done_sessions,
        in_use=in_use(world),
        forecast=limits.forecast(world),
        unwanted=frozenset(world.preferences.unwanted_courses),
        trusted=world.now.trust == "trusted",
        small_first_until_ms=_small_first_until_ms(world),
    )


def _small_first_until_ms(world: World) -> int:
    """Return until when the smallest pictures come first: people here said so, or the county of a session."""
    assert world.generation is not None
    soon_ms = world.now.wall_ms + SMALL_FIRST_MS
    asked = (one.starts_ms for one in world.generation.occurrences if one.small_first and one.starts_ms <= soon_ms)
    return max((world.preferences.small_first_until_ms, *asked))


def in_use(world: World) -> frozenset[str]:
    """Return what the screen and a session that can go on need, and what somebody said is to stay."""
    playing = {world.playback.row.blob} if world.playback else set()
    lessons = world.session.lessons if world.session else ()
    cut = schedule.find(world, world.interrupted.session) if world.interrupted else None
    courses = {item.course for item in cut.items} if cut else set()
    courses |= set(world.preferences.kept_courses)
    documents = [world.generation.courses.get(course) for course in courses] if world.generation else []
    kept = {one.blob.sha256 for course in documents if course for lesson in course.lessons for one in lesson.renditions}
    return frozenset(playing | {lesson.blob for lesson in lessons if lesson.blob} | kept)
