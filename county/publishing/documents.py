"""Rows as the documents that the online key vouches for: boxes, plans, pages. Reads only.

Whatever cannot be published as it stands is left out and named in ``problems``, so that one mistake does not
hold up all boxes. Called by `county.publishing.publish`; `county.pages.coming` reads sessions the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

import msgspec
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from county.accounts.models import Person
from county.accounts.people import clerks_by_township
from county.channels import lists
from county.inbox.models import CarriedFile, Head
from county.places.markets import rules_of
from county.places.models import Box, Site
from county.places.tree import county_name, groups_of, township_of
from county.plans.models import (
    Order,
    OrderState,
    Plan,
    Playlist,
    Session,
    StopOrder,
    Wording,
    WordingKind,
    WordingState,
)
from county.publishing.telephone import DAMAGED, public_telephone_key
from county.sounds import lists as sounds
from playlists import documents
from playlists.codec import decode_document, encode_document
from playlists.errors import BadData
from playlists.targets import box_path, pages_path, plan_path
from playlists.trust.roles import online_roles, role_of

ANSWERS_KEPT = timedelta(days=90)
COUNTY_GROUP = "county"
NOT_TOLD = (0, "")  # to a box whose journal comes by line


def online_documents(
    now: datetime, published: Callable[[str], bytes | None], problems: list[str]
) -> dict[str, dict[str, bytes]]:
    """Return the whole content of every online role, bytes by path; mistakes are added to ``problems``.

    Args:
        now: Wall time.
        published: Gives the bytes now published at a path; they stay where a box could not read the new ones.
        problems: Chinese sentences for the page.
    """
    found = {**_boxes(published, problems), **_plans(now, problems), **_pages()}
    content: dict[str, dict[str, bytes]] = {role: {} for role in online_roles()}
    for path, document in found.items():
        body = _readable(path, document, problems) or published(path)
        if body is not None:
            content[role_of(path)][path] = body
    return content


def _readable(path: str, document: documents.Document, problems: list[str]) -> bytes | None:
    """Return a document's bytes if a box can read them."""
    body = encode_document(document)
    try:
        decode_document(type(document), body, path)
    except BadData as error:
        problems.append(f"文件 {path} 有误，未更新：{error.field} {error.problem}")
        return None
    return body


def local_time(moment: datetime) -> str:
    """Return a time as a plan's wall time."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def _boxes(published: Callable[[str], bytes | None], problems: list[str]) -> dict[str, documents.Document]:
    county, clerks, heads = county_name(), clerks_by_township(), _carried_heads()
    try:
        telephone = public_telephone_key()
    except (OSError, BadData):  # the plans are not held up by it, and boxes keep the key that they know
        telephone = ""
        problems.append(DAMAGED)
    found = {box_path(box.pk): (box, _site(box.site, county, clerks)) for box in _bound() if box.site}
    return {
        path: _box(box, site, telephone or _known_key(published(path), path), heads.get(box.pk, NOT_TOLD))
        for path, (box, site) in found.items()
    }


def _known_key(body: bytes | None, path: str) -> str:
    return decode_document(documents.Box, body, path).telephone_key if body else ""


def _carried_heads() -> dict[str, tuple[int, str]]:
    """Return how far the journals of those boxes are held whose records come by stick: head and hash by box."""
    boxes = CarriedFile.objects.exclude(box=None).values("box")
    rows = Head.objects.filter(box__in=boxes).values_list("box", "seq", "hash")
    return {box: (seq, digest) for box, seq, digest in rows}


def _bound() -> Iterable[Box]:
    return Box.objects.exclude(site=None).select_related("site__place__parent")


def _site(site: Site, county: str, clerks: Mapping[str, Sequence[Person]]) -> documents.Site:
    township = township_of(site.place)
    whom = clerks.get(township.pk, ()) if township else ()
    clerk = next((one for one in whom if one.telephone), None)
    return documents.Site(
        id=site.pk,
        name=site.name,
        township=township.name if township else "",
        county=county,
        kind=cast("documents.SiteKind", site.kind),
        clerk=str(clerk) if clerk else "",
        clerk_telephone=clerk.telephone if clerk else "",
        markets=rules_of(site),
    )


def _box(box: Box, site: documents.Site, telephone: str, head: tuple[int, str]) -> documents.Box:
    assert box.site is not None
    return documents.Box(
        id=box.pk,
        public_key=box.public_key,
        site=site,
        groups=groups_of(box.site),
        revoked=box.revoked,
        telephone_key=telephone,
        journal_head=head[0],
        journal_hash=head[1],
    )


def _plans(now: datetime, problems: list[str]) -> dict[str, documents.Document]:
    answers = _answers(now)
    plans = {plan.group: plan for plan in Plan.objects.all()}
    notices = {row.group: row for row in _passed(WordingKind.NOTICE)}
    groups = {COUNTY_GROUP, *plans, *answers}
    found = {group: _plan(group, plans.get(group), answers[group], problems) for group in groups}
    return {plan_path(group): _noticed(plan, notices.get(group)) for group, plan in found.items()}


def _noticed(plan: documents.Plan, notice: Wording | None) -> documents.Plan:
    return msgspec.structs.replace(plan, notice=notice.text, notice_until=notice.ends) if notice else plan


def _passed(kind: WordingKind) -> QuerySet[Wording]:
    """Return what somebody wrote and somebody else passed: the only words of their kind that are published."""
    return Wording.objects.filter(kind=kind, state=WordingState.PASSED)


def _answers(now: datetime) -> defaultdict[str, list[Order]]:
    found: defaultdict[str, list[Order]] = defaultdict(list)
    answered = Order.objects.exclude(state=OrderState.OPEN).filter(answered_at__gte=now - ANSWERS_KEPT)
    for order in answered.exclude(box__site=None).select_related("box").order_by("answered_at"):
        found[f"site-{order.box.site_id}"].append(order)
    return found


def _plan(group: str, plan: Plan | None, answers: list[Order], problems: list[str]) -> documents.Plan:
    stops = list(stops_in_force()) if group == COUNTY_GROUP else []
    sessions, playlists = _sessions(plan, problems) if plan else ([], [])
    changes = [plan.changed_at] if plan else []
    changes += [order.answered_at for order in answers if order.answered_at]
    changes += [stop.issued_at for stop in stops]
    return documents.Plan(
        group=group,
        issued=local_time(max(changes)) if changes else "2025-01-01T00:00",
        time_zone=settings.TIME_ZONE,
        playlists=tuple(playlists),
        sessions=tuple(sessions),
        orders=tuple(_answer(order) for order in answers),
        stops=tuple(stop_document(stop) for stop in stops),
        windows=tuple(msgspec.convert(plan.windows, list[documents.Window])) if plan else (),
        caps=msgspec.convert(plan.caps, documents.Caps) if plan else documents.Caps(),
        policy=msgspec.convert(plan.policy, documents.Policy) if plan and plan.policy else None,
        stopped_channels=lists.stopped() if group == COUNTY_GROUP else (),
        stopped_sounds=sounds.stopped() if group == COUNTY_GROUP else (),
    )


def _sessions(plan: Plan, problems: list[str]) -> tuple[list[documents.Session], list[documents.Playlist]]:
    playlists: dict[str, documents.Playlist | None] = {}
    sessions = []
    for row in plan.sessions.select_related("playlist"):
        if row.playlist_id not in playlists:
            playlists[row.playlist_id] = _playlist(row.playlist, problems)
        if playlists[row.playlist_id] is None:
            problems.append(f"集中学习“{row.title}”（{row.starts}）没有可放的课件，未下发")
        else:
            sessions.append(session_document(row))
    return sessions, [playlist for playlist in playlists.values() if playlist]


def _playlist(playlist: Playlist, problems: list[str]) -> documents.Playlist | None:
    items = []
    for item in playlist.items.select_related("course"):
        if item.course.published_id is None or item.course.stopped:
            problems.append(f"节目单“{playlist.title}”中的课件“{item.course.title}”未发布或已停播，未下发")
        else:
            items.append(documents.PlaylistItem(course=item.course_id, lessons=tuple(item.lessons)))
    if not items:
        return None
    return documents.Playlist(id=playlist.pk, title=playlist.title, items=tuple(items))


def session_document(row: Session) -> documents.Session:
    """Return a session as boxes read it."""
    return documents.Session(
        id=row.pk,
        title=row.title,
        playlist=row.playlist_id,
        starts=row.starts,
        recurrence=row.recurrence,
        excluded=tuple(row.excluded),
        extra=tuple(row.extra),
        gather_minutes=row.gather_minutes,
        expected=row.expected,
        form=cast("documents.SessionForm", row.form),
        small_first=row.small_first,
    )


def _answer(order: Order) -> documents.OrderAnswer:
    granted = order.state == OrderState.GRANTED
    return documents.OrderAnswer(
        order=order.key,
        box=order.box_id,
        state="granted" if granted else "refused",
        course=order.answer_course_id,
        reason=order.reason,
    )


def stops_in_force() -> QuerySet[StopOrder]:
    """Return the stop orders that are not lifted, the oldest first."""
    return StopOrder.objects.filter(lifted_at=None).order_by("issued_at")


def stop_document(stop: StopOrder) -> documents.StopOrder:
    """Return a stop order as boxes read it."""
    return documents.StopOrder(
        id=stop.pk,
        course=stop.course_id,
        lesson=stop.lesson_key or None,
        reason=stop.reason,
        issued=local_time(stop.issued_at),
    )


def _pages() -> dict[str, documents.Document]:
    found: defaultdict[str, list[documents.Page]] = defaultdict(list)
    today = timezone.localdate()
    for row in _passed(WordingKind.PAGE).filter(Q(until=None) | Q(until__gte=today)).order_by("group", "pk"):
        found[row.group].append(_page(row))
    return {pages_path(group): documents.Pages(pages=tuple(pages)) for group, pages in found.items()}


def _page(row: Wording) -> documents.Page:
    since, until = (day.isoformat() if day else None for day in (row.since, row.until))
    return documents.Page(id=row.key, title=row.title, text=row.text, until=until, since=since)
