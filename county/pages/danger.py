"""Sessions in danger: what boxes expect not to have in time, while there are still days to do something about it.

A box says so by itself (`playlists.entries.Readiness`), with the ways that would help by its own forecast, and takes it
back when the films have come; a session that was cancelled or moved is in no danger any more. For another time the
plan's form is a click away, filled in. Called by the overview and by the page of a site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils import timezone

from county.accounts.models import Person
from county.accounts.people import clerks_by_township
from county.inbox.models import SessionReadiness
from county.inbox.months import moment_of
from county.pages.access import OPERATORS, may, sites_of
from county.pages.coming import Coming
from county.pages.templatetags.county import moment, size, weekday
from county.places.models import Site
from county.places.tree import township_of
from county.plans.models import Session

DANGER_DAYS = 2


@dataclass(frozen=True)
class Way:
    """One way out in the words of the page; ``address`` leads to the form that does it, empty where none does."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class InDanger:
    """One session at one site that may not be shown.

    Attributes:
        ready: When the box expects to have all of it; None if not before it starts.
        clerks: Whom to ring: the clerks of the township, those with a telephone number first.
        late: When it has all of it if that is too late; None if nobody can say.
        ways: What can be done.
    """

    site: Site
    coming: Coming
    readiness: SessionReadiness
    told_at: datetime | None
    ready: datetime | None
    late: datetime | None
    clerks: tuple[Person, ...]
    ways: tuple[Way, ...]


def sessions_in_danger(
    person: Person, coming: Iterable[Coming], now: datetime, site: Site | None = None
) -> list[InDanger]:
    """Return what is in danger at the sites that ``person`` may see, or at one of them, by time.

    Args:
        person: Who asks.
        coming: The coming sessions of all plans that concern him.
        now: Wall time.
        site: Only what is in danger there.
    """
    until = now + timedelta(days=DANGER_DAYS)
    soon = {one.occurrence.id: one for one in coming if one.starts <= until}
    sites = sites_of(person) if site is None else sites_of(person).filter(pk=site.pk)
    rows = SessionReadiness.objects.filter(
        in_danger=True, session__in=soon, box__revoked=False, box__site__in=sites.values("pk")
    ).select_related("box__site__place__parent")
    clerks = clerks_by_township()
    named = {soon[row.session].occurrence.session for row in rows} if may(person, OPERATORS) else set()
    plans = Session.objects.in_bulk(named)
    found = [_in_danger(row, soon[row.session], clerks, plans) for row in rows]
    return sorted(found, key=lambda one: (one.coming.starts, one.site.position, one.site.pk))


def _in_danger(
    row: SessionReadiness, coming: Coming, clerks: dict[str, list[Person]], plans: dict[str, Session]
) -> InDanger:
    site = row.box.site
    assert site is not None
    township, ready, late = township_of(site.place), moment_of(row.ready_ms), moment_of(row.late_ms)
    whom = clerks[township.pk] if township else []
    ways = tuple(_ways(row, coming, site, plans.get(coming.occurrence.session)))
    return InDanger(site, coming, row, moment_of(row.at_ms), ready, late, tuple(whom), ways)


def _ways(row: SessionReadiness, coming: Coming, site: Site, plan: Session | None) -> Iterator[Way]:
    if not coming.occurrence.items:
        yield Way("换节目单：里面没有能放的课件", f"/sessions/{plan.pk}" if plan else "")
        return
    if row.crowded:
        yield Way(f"请站点删掉不要的节目：机顶盒放不下，要腾出 {size(row.left_bytes)}")
        return
    left = f"还差 {size(row.left_bytes)}" if row.left_bytes else "大小还不知道"
    yield Way(f"用 U 盘送节目（{left}）")
    smaller = moment_of(row.smaller_ms)
    if row.smaller_height and smaller:
        words = f"先下 {row.smaller_height}p，预计 {moment(smaller)} 齐"
        yield Way(words, f"/sessions/{plan.pk}?small_first=1") if plan else Way(f"请站点在电视上按“怎么办”：{words}")
    late, later = moment_of(row.late_ms), moment_of(row.later_ms)
    if late and late < coming.starts + timedelta(milliseconds=coming.occurrence.duration_ms):
        yield Way(f"当天等到 {moment(late)} 再开始")
    if later:
        yield _another_time(later, site, plan)


def _another_time(later: datetime, site: Site, plan: Session | None) -> Way:
    """Return the way to the form that is filled in: the session itself if it is of this site alone, or else another."""
    local = timezone.localtime(later)
    when = {"day": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}
    words = f"{moment(later)} {weekday(later)}来得及"
    if plan is None:
        return Way(f"改期：{words}")
    if plan.plan_id == f"site-{site.pk}" and not plan.recurrence:
        return Way(f"改期：{words}", f"/sessions/{plan.pk}?{urlencode(when)}")
    return Way(f"给这个站点另排一次：{words}", f"/sessions/new?{urlencode({'like': plan.pk, 'site': site.pk} | when)}")
