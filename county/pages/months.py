"""The figures of a month (学习统计): sessions held, person-times, effective hours, by township and by site.

Each number leads to the site's month, from there to its plays, and from each of those to the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from county.accounts.models import Person
from county.figures.models import SiteMonth
from county.figures.months import fresh_months
from county.figures.rules import Rules, rules_of
from county.inbox.models import Play
from county.inbox.months import FIRST_MS, LAST_MS
from county.pages.access import EVERYBODY, page, person_of, sites_of, township_of
from county.pages.figures import FROM_BOXES, Figure, from_boxes
from county.pages.lists import page_of
from county.pages.record_rows import Selection, selection_of
from county.pages.records import months_until, townships_of
from county.pages.sites import UPPER
from county.pages.templatetags.county import hours
from county.places.models import Place, Site

ZONES = {"Asia/Shanghai": "北京时间", "Asia/Urumqi": "新疆时间"}


@dataclass(frozen=True)
class Sums:
    """The figures of one site, or of several together; the same names as in `SiteMonth`."""

    sessions: int = 0
    person_times: int = 0
    by_hand: int = 0
    joint: int = 0
    joint_person_times: int = 0
    sessions_odd: int = 0
    corrections: int = 0
    plays: int = 0
    shown_ms: int = 0
    effective_ms: int = 0
    effective_in_sessions_ms: int = 0
    odd_ms: int = 0


@dataclass(frozen=True)
class Row:
    """A line of the table: a township with its sites, or one site."""

    place: Place | Site
    sites: int
    sums: Sums


@page(EVERYBODY)
def months(request: HttpRequest) -> HttpResponse:
    """Show a month's figures: of the townships, or of the sites of one."""
    person, now = person_of(request), timezone.now()
    selection, rules = month_selection(request, now), rules_of(settings.CONFIGURATION)
    rows = site_rows(person, selection, rules, now)
    by_site = bool(selection.township) or township_of(person) is not None or request.GET.get("by") == "site"
    sums = total(row.sums for row in rows)
    context = {
        "selection": selection, "months": months_until(now), "townships": townships_of(person), "now": now,
        "figures": figures(sums, rules), "total": sums, "rules": definition(rules), "count": len(rows),
        "undated": undated([row.place.pk for row in rows]).count(), "export_query": request.GET.urlencode(),
        "by_site": by_site, "part": page_of(request, rows) if by_site else None,
        "rows": [] if by_site else by_township(rows),
    }  # fmt: skip
    return render(request, "months.html", context)


def month_selection(request: HttpRequest, now: datetime) -> Selection:
    """Return what a page's query asks for, always with a month."""
    asked = selection_of(request.GET.dict(), now)
    return asked if asked.month else Selection(f"{timezone.localtime(now):%Y-%m}", asked.township, asked.site)


def site_rows(person: Person, selection: Selection, rules: Rules, now: datetime) -> list[Row]:
    """Return a line for every site of a selection that ``person`` may see, also for those that showed nothing."""
    sites = sites_of(person).select_related("place__parent").order_by("position", "id")
    chosen = [site for site in sites if not selection.township or _upper(site).pk == selection.township]
    drawn = {row.site_id: row for row in fresh_months(selection.month, [site.pk for site in chosen], rules, now)}
    return [Row(site, 1, sums_of(drawn.get(site.pk))) for site in chosen]


def by_township(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of sites put together by the place of the upper levels that they belong to, in its order."""
    groups: dict[str, tuple[Place, list[Row]]] = {}
    for row in rows:
        assert isinstance(row.place, Site)
        upper = _upper(row.place)
        groups.setdefault(upper.pk, (upper, []))[1].append(row)
    order = {kind: index for index, kind in enumerate(UPPER)}
    found = [Row(place, len(group), total(row.sums for row in group)) for place, group in groups.values()]
    return sorted(found, key=lambda row: (order.get(row.place.kind, 9), row.place.position, row.place.pk))  # type: ignore[call-overload]


def sums_of(row: SiteMonth | None) -> Sums:
    """Return the figures of a site's month; all are 0 for one that has none."""
    return Sums() if row is None else Sums(**{field.name: getattr(row, field.name) for field in fields(Sums)})


def total(sums: Iterable[Sums]) -> Sums:
    """Add figures up."""
    sums = list(sums)
    return Sums(**{field.name: sum(getattr(one, field.name) for one in sums) for field in fields(Sums)})


def figures(sums: Sums, rules: Rules) -> list[Figure]:
    """Return the figures above the table."""
    counted = "机顶盒上清点人数"
    return [
        Figure(
            "集中学习",
            sums.sessions,
            "已举行的场次，中断后继续的算一场，联合学习在两个村各计一场",
            from_boxes(sums.by_hand),
            unit="场",
        ),
        Figure(
            "收看人次",
            sums.person_times,
            "各场实到人数之和，联合学习的人数分别计入各村，人数异常待核实的不计入",
            f"{counted}，其中邻村代为清点 {sums.joint_person_times} 人次" if sums.joint_person_times else counted,
            unit="人次",
        ),
        Figure("有效学习时长", hours(sums.effective_ms), definition(rules), FROM_BOXES, unit="小时"),
        Figure(
            "其中待核实",
            hours(sums.odd_ms),
            "计入有效学习时长、但记录有疑点的部分；疑点只提示，不扣除",
            FROM_BOXES,
            unit="小时",
            warn=sums.odd_ms > 0,
        ),
    ]


def definition(rules: Rules) -> str:
    """Return in words how effective learning time is counted."""
    programme = "课件" if rules.programme == "course" else "课"
    same = "同一课同一天在一个站点只计最长的一次" if rules.same_day == "longest" else "同一课同一天的每一次都计"
    return (
        f"{same}（断开后接着放的合为一次），不足 {_length(rules.from_ms)}的不计，"
        f"每个{programme}每天最多计 {rules.up_to_ms // 60_000} 分钟，"
        f"直播不计；日期按{ZONES.get(rules.zone, rules.zone)}"
    )


def undated(sites: Collection[str]) -> QuerySet[Play]:
    """Return the plays at some sites of which nobody knows in what month they were."""
    return Play.objects.filter(Q(started_ms__lt=FIRST_MS) | Q(started_ms__gte=LAST_MS), site__in=sites)


def _length(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds} 秒" if seconds % 60 else f"{seconds // 60} 分钟"


def _upper(site: Site) -> Place:
    place = site.place
    return place if place.kind in UPPER or place.parent is None else place.parent
