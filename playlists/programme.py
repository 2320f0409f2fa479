"""What a session shows: its playlist, resolved to lessons that may be shown.

A course or lesson that no accepted document offers is *missing*, one that a stop order (停播) took out is
*withdrawn*; both are named and left out, the rest stays. Pure. Caller: `playlists.calendar`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playlists.documents import Course, Lesson, Plan, Playlist, PlaylistItem
from playlists.occurrences import OccurrenceItem


@dataclass(frozen=True)
class Withdrawals:
    """The courses and (course, lesson) pairs that stop orders forbid."""

    courses: frozenset[str]
    lessons: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, plans: Iterable[Plan]) -> Withdrawals:
        """Return the stop orders of all plans together."""
        stops = [stop for plan in plans for stop in plan.stops]
        return cls(
            frozenset(stop.course for stop in stops if stop.lesson is None),
            frozenset((stop.course, stop.lesson) for stop in stops if stop.lesson is not None),
        )


@dataclass(frozen=True)
class Programme:
    """A playlist resolved."""

    title: str
    items: tuple[OccurrenceItem, ...] = ()
    missing: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    @property
    def duration_ms(self) -> int:
        """The length of all lessons together."""
        return sum(item.duration_ms for item in self.items)


def resolve(name: str, plan: Plan, courses: Mapping[str, Course], withdrawals: Withdrawals) -> Programme:
    """Return what a plan's playlist of this name shows."""
    playlist = next((found for found in plan.playlists if found.id == name), None)
    if playlist is None:
        return Programme(title=name, missing=(f"playlist {name}",))
    return _resolved(playlist, courses, withdrawals)


def _resolved(playlist: Playlist, courses: Mapping[str, Course], withdrawals: Withdrawals) -> Programme:
    items, missing, withdrawn = [], [], []
    for item in playlist.items:
        if item.course in withdrawals.courses:
            withdrawn.append(item.course)
        elif item.course not in courses:
            missing.append(item.course)
        else:
            course = courses[item.course]
            lessons, lost = _lessons(item, course)
            allowed = [lesson for lesson in lessons if (course.id, lesson.id) not in withdrawals.lessons]
            withdrawn += [f"{course.id}/{lesson.id}" for lesson in lessons if lesson not in allowed]
            missing += lost
            if allowed:
                items.append(_item(course, allowed))
    return Programme(playlist.title, tuple(items), tuple(missing), tuple(withdrawn))


def _lessons(item: PlaylistItem, course: Course) -> tuple[list[Lesson], list[str]]:
    if not item.lessons:
        return list(course.lessons), []
    by_id = {lesson.id: lesson for lesson in course.lessons}
    found = [by_id[name] for name in item.lessons if name in by_id]
    return found, [f"{course.id}/{name}" for name in item.lessons if name not in by_id]


def _item(course: Course, lessons: list[Lesson]) -> OccurrenceItem:
    return OccurrenceItem(
        course=course.id,
        title=course.title,
        lessons=tuple(lesson.id for lesson in lessons),
        duration_ms=sum(lesson.duration_ms for lesson in lessons),
    )
