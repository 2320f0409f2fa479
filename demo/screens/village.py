"""A made-up county with its courses and sessions, for pictures and tests of the screens. Nothing here exists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from county.courses.initials import initials_of
from player.core.facts import GenerationFacts, StoredBlob, StoreFacts
from player.core.initials import found_places
from player.core.library import Spelling
from player.devices.words import Words, words_folder
from playlists.documents import (
    Blob,
    Box,
    CatalogueEntry,
    Course,
    Lesson,
    Plan,
    Policy,
    Rendition,
    Site,
    Sound,
    Sounds,
    StopOrder,
)
from playlists.occurrences import Occurrence, OccurrenceItem

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
NOW_MS = 1_772_622_300_000  # Wednesday, 4 March 2026, 19:05 in China
LONG_TITLE = (
    "大棚蔬菜病虫害绿色防控技术与“水肥一体化”管理要点（冬春季番茄、辣椒、黄瓜）："
    "从育苗、定植到采收全过程现场讲解 Integrated Pest Management 2026"
)
STRANGE_TITLE = "<b>养羊</b> &amp; 🐑🐑 مرحبا \u202eabc\u202c %s {0} \t第\u200b一课"
ENDLESS_TITLE = "无边无际" * 25 + "Wm" * 50

_TITLES = (
    "大棚蔬菜病虫害绿色防控",
    "果树冬季修剪与防寒",
    "林下养鸡技术",
    "农村党员学习园地：怎样开好组织生活会",
    "香菇袋料栽培",
    "农村合作医疗政策问答",
    "山羊常见病防治",
    "春茶采摘与初制",
    "防溺水安全教育",
    "玉米覆膜播种",
    LONG_TITLE,
    "法律进乡村：土地流转合同",
)
_CATEGORIES = ("种植技术", "林果栽培", "畜禽养殖", "党员教育", "食用菌", "政策法规")
WORDS = Words(words_folder())
SOUNDS = Sounds(
    prompts={"gathering": Sound(duration_ms=4_000, blob=Blob(sha256="5" * 64, bytes=24_000))},
    music=(Sound(duration_ms=90_000, blob=Blob(sha256="6" * 64, bytes=540_000)),),
)
_PROVIDERS = ("云岭县农业农村局", "青石乡人民政府", "省远程教育中心（示例）")


def digest(name: str) -> str:
    """Return a made-up SHA-256 for a name."""
    return hashlib.sha256(name.encode()).hexdigest()


def course(number: int, title: str, lessons: int = 3) -> Course:
    """Return a course with lessons of 20 to 40 minutes."""
    identifier = f"course-{number}"
    return Course(
        id=identifier,
        number=number,
        title=title,
        category=(_CATEGORIES[number % len(_CATEGORIES)],),
        provider=_PROVIDERS[number % len(_PROVIDERS)],
        approval_number=f"云远审（示例）{number}号",
        summary="讲清楚什么时候防、用什么办法防、怎样少用药，并到大棚里现场演示。适合有大棚的农户和合作社学习。",
        released="2026-02-26",
        poster=Blob(sha256=digest(f"poster {number}"), bytes=40_000),
        lessons=tuple(_lesson(identifier, index) for index in range(1, lessons + 1)),
    )


def _lesson(course_id: str, index: int) -> Lesson:
    titles = ("认识病虫害", "物理防治和生物防治", "安全用药", "采收与贮藏")
    return Lesson(
        id=f"lesson-{index}",
        title=f"第{index}课 {titles[(index - 1) % len(titles)]}",
        duration_ms=(15 + 5 * (index % 4)) * MINUTE_MS,
        renditions=(
            Rendition(
                height=480, bits_per_second=700_000, blob=Blob(sha256=digest(f"{course_id}/{index}"), bytes=100 << 20)
            ),
        ),
    )


COURSES: dict[str, Course] = {
    one.id: one for one in (course(128 + i, title, 1 + i % 6) for i, title in enumerate(_TITLES))
}


LONG_COURSES = tuple(course(1000 + i, f"{_TITLES[i % len(_TITLES)]}({i})") for i in range(1200))


def stored(shares: Iterable[float]) -> StoreFacts:
    """Return a store in which the courses are here to these shares, in order."""
    posters = (*tuple(COURSES.values())[1:], *LONG_COURSES)  # the first has not come yet
    blobs = {one.poster.sha256: StoredBlob(one.poster.bytes, True) for one in posters if one.poster}
    for one, share in zip(COURSES.values(), shares, strict=False):
        for lesson in one.lessons:
            blob = lesson.renditions[0].blob
            if share > 0:
                blobs[blob.sha256] = StoredBlob(int(blob.bytes * share), share >= 1)
    return StoreFacts(blobs, free_bytes=5_400 << 20, quota_bytes=8 << 30)


def occurrence(identifier: str, title: str, starts_ms: int, courses: tuple[str, ...]) -> Occurrence:
    """Return a session that shows these courses."""
    known = [COURSES[course] for course in courses if course in COURSES]
    return Occurrence(
        id=f"{identifier}@2026-03-04T19:30",
        session=identifier,
        group="county",
        title=title,
        playlist="march",
        form="video",
        starts_ms=starts_ms,
        local_start="2026-03-04T19:30",
        gather_minutes=15,
        expected=40,
        items=tuple(
            OccurrenceItem(
                course=one.id,
                title=one.title,
                lessons=tuple(lesson.id for lesson in one.lessons),
                duration_ms=sum(lesson.duration_ms for lesson in one.lessons),
            )
            for one in known
        ),
        missing=tuple(course for course in courses if course not in COURSES),
        duration_ms=sum(lesson.duration_ms for one in known for lesson in one.lessons),
    )


TONIGHT = occurrence(
    "spring", "三月第一次集中学习：春季大棚管理", NOW_MS + 25 * MINUTE_MS, ("course-128", "course-129")
)
SESSIONS = (
    occurrence("opening", "党员学习日", NOW_MS - 2 * DAY_MS, ("course-131",)),
    TONIGHT,
    occurrence("fruit", "果树冬季修剪现场课", NOW_MS + 2 * DAY_MS, ("course-129",)),
    occurrence("law", LONG_TITLE, NOW_MS + 8 * DAY_MS, ("course-139", "course-999")),
    occurrence("goats", "养羊大户交流", NOW_MS + 15 * DAY_MS, ("course-134", "course-130")),
)


def generation(
    *,
    occurrences: tuple[Occurrence, ...] = SESSIONS,
    stale: bool = False,
    stops: tuple[StopOrder, ...] = (),
    courses: dict[str, Course] | None = None,
    revoked: bool = False,
    name: str = "松坪村远教站点",
) -> GenerationFacts:
    """Return what the county has published for the made-up village."""
    site = Site(
        id="songping", name=name, township="青石乡", county="云岭县", clerk="王小梅", clerk_telephone="0999-5550123"
    )
    box = Box(id="b0", public_key="0" * 64, site=site, groups=("county",), revoked=revoked)
    plan = Plan(group="county", issued="2026-03-01T09:00", policy=Policy(duty_sessions_per_month=2), stops=stops)
    held = COURSES if courses is None else courses
    return GenerationFacts(
        7, NOW_MS - 3 * 3_600_000, stale, box, (plan,), occurrences, held, len(held), sounds=SOUNDS
    )  # fmt: skip


def entry(one: Course) -> CatalogueEntry:
    """Return the catalogue's line for a course."""
    return CatalogueEntry(
        id=one.id,
        number=one.number,
        title=one.title,
        category=one.category,
        provider=one.provider,
        minutes=sum(lesson.duration_ms for lesson in one.lessons) // MINUTE_MS,
        lessons=len(one.lessons),
        released=one.released,
        poster=one.poster,
        initials=initials_of(one.title),
    )


class Shelf:
    """A catalogue in memory that answers as the box's index does; it can be thousands of rows long."""

    def __init__(self, entries: Iterable[CatalogueEntry]) -> None:
        self._entries = tuple(entries)

    def _below(self, category: tuple[str, ...]) -> list[CatalogueEntry]:
        return [one for one in self._entries if one.category[: len(category)] == category]

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        """Return the sub-categories directly below one, with their counts."""
        counts: dict[str, int] = {}
        for one in self._below(below):
            if len(one.category) > len(below):
                counts[one.category[len(below)]] = counts.get(one.category[len(below)], 0) + 1
        return sorted(counts.items())

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        """Return a page of courses."""
        return self._below(category)[offset : offset + limit]

    def count(self, category: tuple[str, ...]) -> int:
        """Return how many courses there are."""
        return len(self._below(category))

    def entry(self, course: str) -> CatalogueEntry | None:
        """Return a course's entry."""
        return next((one for one in self._entries if one.id == course), None)

    def by_number(self, number: int) -> CatalogueEntry | None:
        """Return the entry with a number."""
        return next((one for one in self._entries if one.number == number), None)

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:
        """Return the courses that digits name."""
        places = found_places(digits, [one.initials for one in self._entries]) if digits else ()
        found = [self._entries[place] for place in places]
        return len(found), found[offset : offset + limit]

    def words(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:
        """Return what keys spell, out of the words that a box has too."""
        return WORDS.find(spelling, keys, offset, limit)


SHELF = Shelf(entry(one) for one in COURSES.values())
LONG_SHELF = Shelf(entry(one) for one in LONG_COURSES)
EMPTY_SHELF = Shelf(())
