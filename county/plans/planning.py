"""Saving playlists, sessions and group plans, and answering orders, each checked as the box will read it.

Rules: a playlist may name only published courses and lessons that they have; a session is checked against the
published contract, its recurrence included, before it is saved. Saving does not publish: the page calls
`county.publishing.publish.publish` once the person says so. Called by the pages and demo data.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person
from county.courses.models import Course, FrozenDocument
from county.errors import Refused
from county.places.models import Place, PlaceKind, Site
from county.plans.models import Order, OrderState, Plan, Playlist, PlaylistItem, Session
from playlists import documents
from playlists.codec import decode_document
from playlists.recurrence import starts_of


@dataclass(frozen=True)
class Item:
    """A course of a playlist; no ``lessons`` means all of them."""

    course: str
    lessons: tuple[str, ...] = ()


@dataclass(frozen=True)
class SessionWish:
    """A session as typed; times are ``YYYY-MM-DDTHH:MM`` wall time."""

    title: str
    playlist: str
    starts: str
    recurrence: str = ""
    excluded: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    gather_minutes: int = 15
    expected: int = 0
    form: str = "video"
    small_first: bool = False


def save_playlist(title: str, items: Sequence[Item], by: Person | None, playlist: Playlist | None = None) -> Playlist:
    """Save a new playlist, or the new content of an old one.

    Raises:
        Refused: It is empty, has no title, or names a course or lesson that is missing or not released.
    """
    problems = [problem for number, item in enumerate(items, 1) for problem in _check_item(number, item)]
    if not 0 < len(title.strip()) <= 200:
        problems.append("节目单名称应为 1 到 200 个字")
    if not 1 <= len(items) <= 100:
        problems.append("节目单应有 1 到 100 个课件")
    if problems:
        raise Refused("；".join(problems))
    with transaction.atomic():
        playlist = playlist or Playlist(id=f"playlist-{uuid.uuid4().hex[:12]}", made_by=by)
        playlist.title = title.strip()
        playlist.save()
        playlist.items.all().delete()
        for position, item in enumerate(items):
            PlaylistItem.objects.create(
                playlist=playlist, position=position, course_id=item.course, lessons=list(item.lessons)
            )
    return playlist


def save_session(group: str, wish: SessionWish, session: Session | None = None) -> Session:
    """Save a session in a group's plan.

    Raises:
        Refused: The group or playlist does not exist, or a field is not what a box can read.
    """
    check_group(group)
    if not Playlist.objects.filter(pk=wish.playlist).exists():
        raise Refused(f"节目单“{wish.playlist}”不存在")
    identifier = session.pk if session else f"session-{uuid.uuid4().hex[:12]}"
    _check_wish(identifier, wish)
    fields: dict[str, Any] = asdict(wish) | {"excluded": list(wish.excluded), "extra": list(wish.extra)}
    fields["playlist_id"] = fields.pop("playlist")
    with transaction.atomic():
        plan = touch_plan(group)
        return Session.objects.update_or_create(pk=identifier, defaults={**fields, "plan": plan})[0]


def remove_session(session: Session) -> None:
    """Take a session out of its plan."""
    with transaction.atomic():
        touch_plan(session.plan_id)
        session.delete()


def save_plan(
    group: str,
    *,
    windows: Sequence[dict[str, Any]] = (),
    caps: dict[str, Any] | None = None,
    policy: dict[str, Any] | None = None,
) -> Plan:
    """Save what holds for a group beside its sessions; fields as in `playlists.documents.Plan`.

    Raises:
        Refused: The group does not exist, or a field is not what a box can read.
    """
    check_group(group)
    try:
        msgspec.convert(list(windows), list[documents.Window])
        msgspec.convert(caps or {}, documents.Caps)
        msgspec.convert(policy or {}, documents.Policy)
    except msgspec.ValidationError as error:
        raise Refused(f"计划的设置有误：{error}") from error
    fields = {"windows": list(windows), "caps": caps or {}, "policy": policy or {}}
    return Plan.objects.update_or_create(pk=group, defaults=fields)[0]


def touch_plan(group: str) -> Plan:
    """Return a group's plan with its time of change set to now, made if there was none."""
    plan, _ = Plan.objects.get_or_create(pk=group)
    plan.save()
    return plan


def grant_order(order: Order, course: Course, by: Person) -> Order:
    """Answer a wish with a published course (已安排).

    Raises:
        Refused: The course is not published.
    """
    if problems := _check_item(1, Item(course.pk)):
        raise Refused(problems[0])
    return _answer(order, OrderState.GRANTED, course, "", by)


def refuse_order(order: Order, reason: str, by: Person) -> Order:
    """Answer a wish with 暂不安排 and a reason.

    Raises:
        Refused: There is no reason.
    """
    if not 0 < len(reason.strip()) <= 2000:
        raise Refused("请填写暂不安排的原因")
    return _answer(order, OrderState.REFUSED, None, reason.strip(), by)


def _answer(order: Order, state: OrderState, course: Course | None, reason: str, by: Person) -> Order:
    order.state, order.answer_course, order.reason = state, course, reason
    order.answered_by, order.answered_at = by, timezone.now()
    order.save()
    return order


def _check_item(number: int, item: Item) -> list[str]:
    course = Course.objects.filter(pk=item.course).first()
    if course is None:
        return [f"第 {number} 项：课件“{item.course}”不存在"]
    if course.stopped:
        return [f"第 {number} 项：课件“{course.title}”已停播"]
    if course.published_id is None:
        return [f"第 {number} 项：课件“{course.title}”尚未签发发布（现在是“{course.get_state_display()}”）"]
    body = bytes(FrozenDocument.objects.get(pk=course.published_id).body)
    known = {lesson.id for lesson in decode_document(documents.Course, body, course.pk).lessons}
    return [
        f"第 {number} 项：课件“{course.title}”没有“{lesson}”这一课" for lesson in item.lessons if lesson not in known
    ]


def _check_wish(identifier: str, wish: SessionWish) -> None:
    try:
        msgspec.convert({**asdict(wish), "id": identifier}, documents.Session)
        first, *_ = [datetime.fromisoformat(moment) for moment in (wish.starts, *wish.excluded, *wish.extra)]
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise Refused(f"集中学习的设置有误：{error}") from error
    try:
        happens = next(starts_of(wish.recurrence, first, ZoneInfo(settings.TIME_ZONE)), None)
    except ValueError as error:
        raise Refused(f"集中学习的时间或重复规则不能用：{error}") from error
    if happens is None:
        raise Refused(f"重复规则“{wish.recurrence}”一次也不会发生，请核对日期、星期和截止日期")


def check_group(group: str) -> None:
    """Check that there is such a group of boxes.

    Raises:
        Refused: There is none.
    """
    kind, _, name = group.partition("-")
    places = Place.objects.filter(pk=name, kind__in=(PlaceKind.TOWNSHIP, PlaceKind.ZONE))
    known = {
        "county": not name,
        "township": places.exists(),
        "site": Site.objects.filter(pk=name).exists(),
    }
    if not known.get(kind, False):
        raise Refused(f"没有“{group}”这个范围")
