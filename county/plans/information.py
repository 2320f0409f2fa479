"""Writing information pages (信息) and urgent notices (紧急通知), each checked as the box will read it.

Rules: text is plain text; a page has a last day or stays until it is taken back, a notice always has an end, and a
group of boxes has one notice at a time. What is written waits until another person passes it
(`county.plans.passing`); what is shown now stays until then. Called by the pages.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from county.accounts.models import Person
from county.errors import Refused
from county.plans.models import Wording, WordingKind, WordingState
from county.plans.planning import check_group
from county.plans.wording_life import CURRENT, WordingEvent, next_state
from playlists import documents

LONGEST_NOTICE = 120  # letters: two lines on the television; the whole is read at 信息直播
LONGEST_TEXT = 4_000  # some fifteen leaves on the television
MOST_PAGES = 60  # of one group: together they stay far below what one document may hold


@dataclass(frozen=True)
class PageWish:
    """A page as typed."""

    title: str
    text: str
    since: date | None = None
    until: date | None = None


def save_page(group: str, wish: PageWish, by: Person, before: Wording | None = None) -> Wording:
    """Save a new page, or a new wording of an old one, for a group of boxes; it waits for another person.

    Raises:
        Refused: The group does not exist, it has too many pages, or a field is not what a box can read.
    """
    check_group(group)
    title, text = wish.title.strip(), wish.text.strip()
    key = before.key if before else f"page-{uuid.uuid4().hex[:12]}"
    try:
        msgspec.convert({"id": key, "title": title, "text": text}, documents.Page)
    except msgspec.ValidationError as error:
        raise Refused(f"信息页有误：{error}") from error
    if not 0 < len(text) <= LONGEST_TEXT:
        raise Refused(f"正文应为 1 到 {LONGEST_TEXT} 个字")
    if wish.since and wish.until and wish.until < wish.since:
        raise Refused("最后一天不能早于第一天")
    if _pages_of(group).exclude(key=key).values("key").distinct().count() >= MOST_PAGES:
        raise Refused(f"这个范围已有 {MOST_PAGES} 条没有到期的信息，请先撤下旧的")
    days = {"since": wish.since, "until": wish.until}
    return _put(Wording(key=key, group=group, kind=WordingKind.PAGE, title=title, text=text, written_by=by, **days))


def save_notice(group: str, words: str, ends: str, by: Person) -> Wording:
    """Save a group's urgent notice; once it is passed it takes the place of the one before.

    Args:
        group: The boxes that show it.
        words: One sentence or two.
        ends: When it ends, ``YYYY-MM-DDTHH:MM`` wall time.
        by: Who wrote it.

    Raises:
        Refused: The group does not exist, there are no words or too many, or the end is none or has passed.
    """
    check_group(group)
    words = " ".join(words.split())
    if not 0 < len(words) <= LONGEST_NOTICE:
        raise Refused(f"通知应为 1 到 {LONGEST_NOTICE} 个字")
    try:
        end = datetime.strptime(ends, "%Y-%m-%dT%H:%M").replace(tzinfo=timezone.get_default_timezone())
    except ValueError as error:
        raise Refused("请填写显示到几时") from error
    if end <= timezone.now():
        raise Refused("显示到的时间已经过去，请改晚一些")
    return _put(
        Wording(key=f"notice-{group}", group=group, kind=WordingKind.NOTICE, text=words, ends=ends, written_by=by)
    )


def is_over(row: Wording, now: datetime) -> bool:
    """Return whether the last day of a page, or the end of a notice, has passed."""
    if row.kind == WordingKind.NOTICE:
        return row.ends <= timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")
    return row.until is not None and row.until < timezone.localdate(now)


def _pages_of(group: str) -> QuerySet[Wording]:
    today = timezone.localdate()
    current = Wording.objects.filter(group=group, kind=WordingKind.PAGE, state__in=CURRENT)
    return current.filter(Q(until=None) | Q(until__gte=today))


@transaction.atomic
def _put(row: Wording) -> Wording:
    """Save a wording in place of those of its key that nobody has passed."""
    unpassed = (WordingState.WAITING, WordingState.REFUSED)
    for old in Wording.objects.select_for_update().filter(key=row.key, state__in=unpassed):
        old.state = next_state(old.state, WordingEvent.REPLACE)
        old.ended_by, old.ended_at = row.written_by, timezone.now()
        old.save()
    row.save()
    return row
