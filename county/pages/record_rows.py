"""The record book's rows as pages and exports show them: sessions with their head counts, plays with their titles.

Rules: a figure is never dropped because it is odd; its doubts stand beside it. Of several head counts of one
session the newest entry counts. Called by `county.pages.records`, `county.pages.export` and the page of a site.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from county.accounts.models import Person
from county.channels.models import Channel
from county.courses.models import Course, Lesson
from county.figures import evidence
from county.inbox.models import HeadCount, Play, SessionRating, SessionRecord
from county.pages.access import sites_of, township_of
from playlists.recordings import start_of

RATINGS = {3: "满意", 2: "基本满意", 1: "不满意"}


@dataclass(frozen=True)
class Selection:
    """Which part of the record: a month ``YYYY-MM`` or empty for all time; a township's or a site's id or empty."""

    month: str = ""
    township: str = ""
    site: str = ""

    def span_ms(self, zone: tzinfo) -> tuple[int, int] | None:
        """Return the month's first moment and the next one's, in ms since 1970 UTC; None without a month."""
        if not self.month:
            return None
        start = datetime.strptime(self.month, "%Y-%m").replace(tzinfo=zone)
        following = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
        return int(start.timestamp() * 1000), int(following.timestamp() * 1000)


@dataclass(frozen=True)
class SessionRow:
    """A group session with its head count, if one was taken."""

    record: SessionRecord
    count: HeadCount | None
    rating: int = 0

    @property
    def notes(self) -> list[str]:
        """What was noted beside the heads, in words."""
        record, heads = self.record, self.count.neighbours if self.count else 0
        found = (
            (record.by_hand, "补登：没有用机顶盒，事后登记"),
            (record.made_up, "补学"),
            (record.speaker, f"主讲人：{record.speaker}"),
            (record.neighbour, f"联合学习：{record.neighbour}，邻村 {heads} 人"),
            (self.rating in RATINGS, f"评价：{RATINGS.get(self.rating, '')}"),
            (record.remarks, f"备注：{record.remarks}"),
        )
        return [words for there, words in found if there]


@dataclass(frozen=True)
class PlayRow:
    """A play with the titles of what was shown; a course that is gone keeps its id."""

    play: Play
    course: str
    lesson: str


def selection_of(query: dict[str, str], now: datetime) -> Selection:
    """Return what a page's query asks for; this month when it names none, all time for ``month=all``."""
    month = query.get("month", "")
    if month == "all":
        month = ""
    elif not re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", month):
        month = f"{timezone.localtime(now):%Y-%m}"
    return Selection(month, query.get("township", ""), query.get("site", ""))


def sessions_in(selection: Selection, person: Person) -> QuerySet[SessionRecord]:
    """Return the session records of ``selection`` that ``person`` may see, newest first."""
    return SessionRecord.objects.select_related("site__place__parent", "box").filter(_where(selection, person))


def plays_in(selection: Selection, person: Person) -> QuerySet[Play]:
    """Return the plays of ``selection`` that ``person`` may see, newest first."""
    return Play.objects.select_related("site__place__parent").filter(_where(selection, person))


def session_rows(records: Iterable[SessionRecord]) -> list[SessionRow]:
    """Return ``records`` with their head counts and ratings, in two queries."""
    records = list(records)
    counts = HeadCount.objects.filter(
        box__in={record.box_id for record in records}, session__in={record.session for record in records}
    ).order_by("seq")
    newest = {(count.box_id, count.session): count for count in counts}
    rated = SessionRating.objects.filter(
        box__in={record.box_id for record in records}, session__in={record.session for record in records}
    )
    ratings = {(rating.box_id, rating.session): rating.value for rating in rated}
    return [
        SessionRow(record, newest.get((record.box_id, record.session)), ratings.get((record.box_id, record.session), 0))
        for record in records
    ]


def play_rows(plays: Iterable[Play]) -> list[PlayRow]:
    """Return ``plays`` with titles, in three queries."""
    plays = list(plays)
    wanted = {play.course for play in plays}
    courses = names_of(wanted)
    lessons = lessons_of(wanted)
    return [PlayRow(play, courses.get(play.course, play.course), lesson_name(play, lessons)) for play in plays]


def names_of(shown: Collection[str]) -> dict[str, str]:
    """Return the titles of courses and the names of live channels, by id."""
    names = dict(Channel.objects.filter(pk__in=shown).values_list("pk", "name"))
    return names | dict(Course.objects.filter(pk__in=shown).values_list("pk", "title"))


def lessons_of(courses: Collection[str]) -> dict[tuple[str, str], str]:
    """Return the titles of the lessons of courses, by course and lesson."""
    rows = Lesson.objects.filter(course__in=courses).values_list("course_id", "key", "title")
    return {(course, key): title for course, key, title in rows}


def lesson_name(play: Play | evidence.Play, lessons: dict[tuple[str, str], str]) -> str:
    """Return the title of what was shown; a live channel has no lessons, a lesson that is gone keeps its key."""
    if play.why == "live":
        return ""
    return recorded_words(play.lesson) or lessons.get((play.course, play.lesson), play.lesson)


def recorded_words(lesson: str) -> str:
    """Return when a channel was recorded of which a play shows a part (`playlists.recordings`); empty for a lesson."""
    start, part = start_of(lesson), lesson.rpartition("/")[2]
    return f"录像 {start.replace('T', ' ')} 第 {part} 段" if start else ""


def heads(rows: Iterable[SessionRow]) -> tuple[int, int]:
    """Return the person-times of sound head counts, and how many rows have a doubtful one or none."""
    rows = list(rows)
    sound = [row.count.present for row in rows if row.count is not None and not row.count.doubts]
    held = [row for row in rows if row.record.ended != "skipped"]
    return sum(sound), sum(1 for row in held if row.count is None or row.count.doubts)


def _where(selection: Selection, person: Person) -> Q:
    where = Q()
    if span := selection.span_ms(timezone.get_default_timezone()):
        where &= Q(started_ms__gte=span[0], started_ms__lt=span[1])
    if selection.township:
        where &= Q(site__place=selection.township) | Q(site__place__parent=selection.township)
    if selection.site:
        where &= Q(site=selection.site)
    if township_of(person) is not None:
        where &= Q(site__in=sites_of(person).values("pk"))
    return where
