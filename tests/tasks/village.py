"""The village in which the tasks are done: courses by category, one held session, one tonight, more to come."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from demo.screens.village import DAY_MS, MINUTE_MS, NOW_MS, Shelf, course, digest, entry, generation
from player.core.facts import GenerationFacts, OpenPlay, OpenSession, SessionRecord, StoredBlob, StoreFacts
from player.core.moment import Moment
from playlists.documents import Course
from playlists.entries import HeadCount, SessionHeld
from playlists.occurrences import Occurrence, OccurrenceItem

__all__ = ["MINUTE_MS", "NOW_MS", "digest"]


def _course(number: int, title: str, category: str) -> Course:
    return replace(course(number, title), category=(category,))


BY_NUMBER: Final = _course(128, "山羊常见病防治", "畜禽养殖")
TOMATOES: Final = _course(131, "大棚蔬菜：番茄育苗", "大棚蔬菜")
PEPPERS: Final = _course(133, "大棚蔬菜：辣椒整枝", "大棚蔬菜")
MUSHROOMS: Final = _course(140, "香菇袋料栽培", "食用菌")
COURSES: Final = {
    one.id: one
    for one in (
        TOMATOES,
        _course(132, "大棚蔬菜：黄瓜嫁接", "大棚蔬菜"),
        PEPPERS,
        BY_NUMBER,
        MUSHROOMS,
        _course(141, "黑木耳段木栽培", "食用菌"),
        _course(150, "果树冬季修剪", "林果栽培"),
    )
}
SHELF: Final = Shelf(entry(one) for one in sorted(COURSES.values(), key=lambda one: one.number, reverse=True))


def _session(name: str, title: str, local_start: str, starts_ms: int, shown: Course) -> Occurrence:
    item = OccurrenceItem(
        course=shown.id, title=shown.title, lessons=tuple(one.id for one in shown.lessons),
        duration_ms=sum(one.duration_ms for one in shown.lessons),
    )  # fmt: skip
    return Occurrence(
        id=f"{name}@{local_start}", session=name, group="county", title=title, playlist=name, form="video",
        starts_ms=starts_ms, local_start=local_start, gather_minutes=15, expected=27, items=(item,),
        duration_ms=item.duration_ms,
    )  # fmt: skip


TONIGHT: Final = _session("spring", "春季大棚管理", "2026-03-04T19:30", NOW_MS + 25 * MINUTE_MS, PEPPERS)
LAST: Final = _session("party", "党员学习日", "2026-03-02T19:30", NOW_MS - 2 * DAY_MS + 25 * MINUTE_MS, PEPPERS)
SESSIONS: Final = (
    TONIGHT,
    _session("fruit", "果树冬季修剪", "2026-03-18T19:30", NOW_MS + 14 * DAY_MS + 25 * MINUTE_MS, COURSES["course-150"]),
)


def in_the_book(count: HeadCount, seq: int) -> SessionRecord:
    """Return the record of the last session with its head count, entry ``seq``."""
    held = SessionHeld(
        session=LAST.id, title=LAST.title, form="video", started_wall_ms=LAST.starts_ms,
        ended_wall_ms=LAST.starts_ms + LAST.duration_ms, ended="held",
    )  # fmt: skip
    began = Moment(0, LAST.starts_ms, "trusted", 0)
    return SessionRecord(LAST.id, held, began, LAST.duration_ms, count, seq)


def published() -> GenerationFacts:
    """Return what the county has published for the village."""
    return generation(occurrences=SESSIONS, courses=dict(COURSES))


def stored() -> StoreFacts:
    """Return a store that holds everything but the courses on mushrooms."""
    here = [one for one in COURSES.values() if one is not MUSHROOMS]
    films = [lesson.renditions[0].blob for one in here for lesson in one.lessons]
    blobs = {one.sha256: StoredBlob(one.bytes, True) for one in films}
    return StoreFacts(blobs, free_bytes=5 << 30, quota_bytes=8 << 30)


def cut_in_the_second_lesson(now: Moment) -> tuple[OpenSession, OpenPlay]:
    """Return what the journal holds open when the power went half an hour ago, twelve minutes into a lesson."""
    before = replace(now, boot=now.boot - 1, wall_ms=now.wall_ms - 60 * MINUTE_MS)
    lesson = PEPPERS.lessons[1]
    session = OpenSession(
        session=TONIGHT.id, title=TONIGHT.title, form="video", started=before, item=1, position_ms=0, expected=27,
        course=PEPPERS.id, lesson=lesson.id,
    )  # fmt: skip
    play = OpenPlay(
        course=PEPPERS.id, lesson=lesson.id, blob=lesson.renditions[0].blob.sha256, height=480, why="session",
        session=TONIGHT.id, started=before, segments=((0, 12 * MINUTE_MS),),
    )  # fmt: skip
    return session, play
