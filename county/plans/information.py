"""Information pages (信息) and urgent notices (紧急通知), each checked as the box will read it.

Rules: text is plain text; a page has a last day or stays until it is removed, a notice always has an end, and a group
of boxes has one notice at a time. Saving does not publish. Called by the pages and demo data.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person
from county.errors import Refused
from county.plans.models import InformationPage, Plan
from county.plans.planning import check_group, touch_plan
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


def save_page(
    group: str, wish: PageWish, by: Person | None = None, page: InformationPage | None = None
) -> InformationPage:
    """Save a new page, or the new content of an old one, for a group of boxes.

    Raises:
        Refused: The group does not exist, it has too many pages, or a field is not what a box can read.
    """
    check_group(group)
    title, text = wish.title.strip(), wish.text.strip()
    key = page.key if page else f"page-{uuid.uuid4().hex[:12]}"
    try:
        msgspec.convert({"id": key, "title": title, "text": text}, documents.Page)
    except msgspec.ValidationError as error:
        raise Refused(f"信息页有误：{error}") from error
    if not 0 < len(text) <= LONGEST_TEXT:
        raise Refused(f"正文应为 1 到 {LONGEST_TEXT} 个字")
    if wish.since and wish.until and wish.until < wish.since:
        raise Refused("最后一天不能早于第一天")
    if InformationPage.objects.filter(group=group).exclude(key=key).count() >= MOST_PAGES:
        raise Refused(f"这个范围已有 {MOST_PAGES} 条信息，请先删除旧的")
    kept = page or InformationPage(key=key)
    kept.group, kept.title, kept.text, kept.since, kept.until = group, title, text, wish.since, wish.until
    kept.written_by = by
    kept.save()
    return kept


def remove_page(page: InformationPage) -> None:
    """Take a page away."""
    page.delete()


def save_notice(group: str, words: str, until: str) -> Plan:
    """Save a group's urgent notice in place of the one before.

    Args:
        group: The boxes that show it.
        words: One sentence or two.
        until: When it ends, ``YYYY-MM-DDTHH:MM`` wall time.

    Raises:
        Refused: The group does not exist, there are no words or too many, or the end is none or has passed.
    """
    check_group(group)
    words = " ".join(words.split())
    if not 0 < len(words) <= LONGEST_NOTICE:
        raise Refused(f"通知应为 1 到 {LONGEST_NOTICE} 个字")
    try:
        ends = datetime.strptime(until, "%Y-%m-%dT%H:%M").replace(tzinfo=timezone.get_default_timezone())
    except ValueError as error:
        raise Refused("请填写显示到几时") from error
    if ends <= timezone.now():
        raise Refused("显示到的时间已经过去，请改晚一些")
    return _notice(group, words, until)


def withdraw_notice(group: str) -> None:
    """Take a group's notice back."""
    if Plan.objects.filter(pk=group).exists():
        _notice(group, "", "")


def is_over(plan: Plan, now: datetime) -> bool:
    """Return whether a notice's end has passed."""
    return bool(plan.notice_until) and plan.notice_until <= timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")


def _notice(group: str, words: str, until: str) -> Plan:
    with transaction.atomic():
        plan = touch_plan(group)
        plan.notice, plan.notice_until = words, until
        plan.save()
    return plan
