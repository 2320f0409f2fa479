"""Coming sessions: the occurrences of the plans, worked out by the same rules as on the boxes.

So a page shows what a box will do, and what it will miss: courses of a playlist that are not published or have
been withdrawn. Called by the overview, the list of sessions and the page of a site.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from county.courses.models import Course, FrozenDocument
from county.pages.markets import told
from county.places.markets import markets, markets_for
from county.places.models import Place, Site
from county.plans.models import Plan, Playlist
from county.publishing.documents import session_document, stop_document, stops_in_force
from playlists import documents
from playlists.calendar import Span, expand
from playlists.codec import decode_document
from playlists.occurrences import Occurrence


@dataclass(frozen=True)
class Coming:
    """One occurrence with the words of a page; ``missing`` are titles of courses that boxes will not have.

    ``market`` says whose market day it is.
    """

    occurrence: Occurrence
    starts: datetime
    scope: str
    missing: tuple[str, ...]
    market: str = ""

    @property
    def minutes(self) -> int:
        """How long the lessons last, rounded up."""
        return -(-self.occurrence.duration_ms // 60_000)


def coming_sessions(groups: Iterable[str] | None, now: datetime, days: int) -> list[Coming]:
    """Return the occurrences of the next ``days`` days, by time; ``groups`` None means all plans."""
    plans = Plan.objects.prefetch_related("sessions__playlist__items")
    rows = list(plans if groups is None else plans.filter(pk__in=list(groups)))
    published = _published(rows)
    stops = tuple(stop_document(stop) for stop in stops_in_force())
    plans_as_read = [_plan(row, stops) for row in rows]
    span = Span(_ms(now), _ms(now + timedelta(days=days)))
    found = expand(plans_as_read, published, span).occurrences
    scopes, titles = scope_names({row.group for row in rows}), _titles(found)
    known = markets()
    near = {row.group: markets_for(row.group, known) for row in rows}
    return [
        Coming(
            one,
            _moment(one),
            scopes.get(one.group, one.group),
            tuple(titles.get(course, course) for course in _lost(one)),
            told(timezone.localdate(_moment(one)), near[one.group]),
        )
        for one in found
    ]


def scope_names(groups: Iterable[str]) -> dict[str, str]:
    """Return the Chinese name of each group of boxes."""
    townships = {group: group.removeprefix("township-") for group in groups if group.startswith("township-")}
    sites = {group: group.removeprefix("site-") for group in groups if group.startswith("site-")}
    place_names = dict(Place.objects.filter(pk__in=townships.values()).values_list("pk", "name"))
    site_names = dict(Site.objects.filter(pk__in=sites.values()).values_list("pk", "name"))
    named = {group: place_names.get(key, key) for group, key in townships.items()}
    return {"county": "全县", **named, **{group: site_names.get(key, key) for group, key in sites.items()}}


def _plan(row: Plan, stops: tuple[documents.StopOrder, ...]) -> documents.Plan:
    sessions = list(row.sessions.all())
    playlists = {session.playlist_id: session.playlist for session in sessions}
    return documents.Plan(
        group=row.group,
        issued="2025-01-01T00:00",
        time_zone=settings.TIME_ZONE,
        playlists=tuple(_playlist(playlist) for playlist in playlists.values() if playlist.items.all()),
        sessions=tuple(session_document(session) for session in sessions),
        stops=stops,
    )


def _playlist(row: Playlist) -> documents.Playlist:
    items = [documents.PlaylistItem(course=item.course_id, lessons=tuple(item.lessons)) for item in row.items.all()]
    return documents.Playlist(id=row.pk, title=row.title, items=tuple(items))


def _published(plans: Iterable[Plan]) -> dict[str, documents.Course]:
    wanted = {
        item.course_id for plan in plans for session in plan.sessions.all() for item in session.playlist.items.all()
    }
    bodies = FrozenDocument.objects.filter(
        pk__in=Course.objects.filter(pk__in=wanted, stopped=False).exclude(published=None).values("published")
    )
    return {row.course_id: decode_document(documents.Course, bytes(row.body), row.course_id) for row in bodies}


def _lost(one: Occurrence) -> tuple[str, ...]:
    return (*one.missing, *(name for name in one.withdrawn if name not in one.missing))


def _titles(found: Iterable[Occurrence]) -> dict[str, str]:
    wanted = {name.partition("/")[0] for one in found for name in _lost(one)}
    return dict(Course.objects.filter(pk__in=wanted).values_list("pk", "title"))


def _moment(one: Occurrence) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=one.starts_ms)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
