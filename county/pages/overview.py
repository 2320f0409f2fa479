"""The overview (概览): how the county stands today, and what waits for somebody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from county.accounts.models import Person
from county.courses.models import Course, CourseState
from county.jobs.models import Job, JobState
from county.pages.access import EVERYBODY, groups_for, page, person_of, sites_of
from county.pages.coming import Coming, coming_sessions
from county.pages.course_reviews import waiting_for as courses_in
from county.pages.danger import sessions_in_danger
from county.pages.figures import FROM_BOXES, FROM_OFFICE, Figure, from_boxes
from county.pages.record_rows import Selection, heads, session_rows, sessions_in
from county.pages.standing import SILENT_RULE, select_standing, with_standing
from county.plans.models import Order, OrderState
from county.plans.passing import waiting_for
from county.publishing.models import Publication

SOON_DAYS = 7
SHOWN = 8


@page(EVERYBODY)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    person, now = person_of(request), timezone.now()
    sites = with_standing(sites_of(person))
    coming = coming_sessions(groups_for(person), now, SOON_DAYS)
    context = {
        "figures": _figures(person, now, coming), "coming": coming[:SHOWN], "more": max(0, len(coming) - SHOWN),
        "silent": select_standing(sites, "silent", now).order_by("heard_at")[:SHOWN], "now": now,
        "waiting": _waiting(), "working": Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING)).count(),
        "failed": Job.objects.filter(state=JobState.FAILED, finished_at__gt=now - timedelta(days=7)).count(),
        "last": Publication.objects.first(), "days": SOON_DAYS, "danger": sessions_in_danger(person, coming, now),
        "words": waiting_for(person),
    }  # fmt: skip
    return render(request, "overview.html", context)


def _figures(person: Person, now: datetime, coming: list[Coming]) -> list[Figure]:
    sites = with_standing(sites_of(person))
    planned = sites.count()
    running = select_standing(sites, "running", now).count()
    silent = select_standing(sites, "silent", now).count()
    month = f"{timezone.localtime(now):%Y-%m}"
    rows = session_rows(sessions_in(Selection(month), person))
    held, present = [row for row in rows if row.record.ended != "skipped"], heads(rows)[0]
    by_hand = sum(1 for row in held if row.record.by_hand)
    boxes, counted = FROM_BOXES, "机顶盒上清点人数"
    open_orders = Order.objects.filter(state=OrderState.OPEN, box__site__in=sites_of(person).values("pk")).count()
    return [
        Figure(
            "站点运行",
            running,
            "7 天内收到过机顶盒消息的站点 / 计划建设的站点",
            boxes,
            of=planned,
            address="/sites?standing=running",
        ),
        Figure("失联", silent, SILENT_RULE, boxes, unit="个站点", address="/sites?standing=silent", warn=bool(silent)),
        Figure(
            f"今后 {SOON_DAYS} 天集中学习",
            len(coming),
            "已列入计划的场次，全县或乡镇的一场计一次",
            FROM_OFFICE,
            unit="场",
            address="/sessions",
        ),
        Figure(
            "本月集中学习",
            len(held),
            "本月已举行的场次，每个站点一次计一场，到邻村参加的不计",
            from_boxes(by_hand),
            unit="场",
            address="/records",
        ),
        Figure(
            "本月收看人次",
            present,
            "本月各场实到人数之和，待核实的和邻村来的不计入",
            counted,
            unit="人次",
            address="/records",
        ),
        Figure(
            "待答复申请",
            open_orders,
            "站点提出、还没有答复的点播申请",
            boxes,
            unit="件",
            address="/orders",
            warn=bool(open_orders),
        ),
    ]


def _waiting() -> list[tuple[str, int]]:
    states = ((CourseState.DRAFT, "等待初审"), (CourseState.FIRST_PASSED, "等待复审"), (CourseState.PASSED, "等待签发"))
    counted = [(name, courses_in(state).count()) for state, name in states]
    return [*counted, ("已退回待修改", Course.objects.filter(state=CourseState.REFUSED).count())]
