"""Orders (点播申请): what villagers ask for, and the county's answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.courses.models import Course
from county.pages.access import EVERYBODY, OPERATORS, may, page, person_of, sites_of, township_of
from county.pages.acting import attempt
from county.pages.courses import number_in
from county.pages.lists import page_of
from county.pages.playlists import offered
from county.pages.publication import publish_now
from county.plans.models import Order, OrderState
from county.plans.planning import grant_order, refuse_order


@page(EVERYBODY)
def orders(request: HttpRequest) -> HttpResponse:
    """List the wishes, the unanswered ones first."""
    person, state = person_of(request), request.GET.get("state", OrderState.OPEN)
    rows = Order.objects.select_related("box__site__place__parent", "answer_course", "answered_by")
    if state in OrderState.values:
        rows = rows.filter(state=state)
    if township_of(person) is not None:
        rows = rows.filter(box__site__in=sites_of(person).values("pk"))
    part = page_of(request, rows)
    wished = Course.objects.in_bulk({row.course for row in part if row.course})
    for row in part:
        row.wished = wished.get(row.course)
    may_answer = may(person, OPERATORS)
    context = {
        "part": part, "state": state, "states": OrderState.choices, "now": timezone.now(), "may_answer": may_answer,
        "offered": offered() if may_answer else [],
    }  # fmt: skip
    return render(request, "orders.html", context)


@page(OPERATORS, "POST")
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Grant a wish with a course, or refuse it with a reason."""
    order, person = get_object_or_404(Order, pk=key), person_of(request)
    if request.POST.get("answer") == "refuse":
        reason = request.POST.get("reason", "")
        done = attempt(request, lambda: refuse_order(order, reason, person), "已答复“暂不安排”，站点电视上会显示原因。")
    else:
        number = request.POST.get("number", "").strip()
        course = Course.objects.filter(number__in=number_in(number)).first()
        if course is None:
            messages.error(request, f"没有编号为“{number}”的课件。" if number else "请填写要安排的课件编号。")
            return redirect("/orders")
        done = attempt(
            request, lambda: grant_order(order, course, person), f"已安排“{course.title}”，课件送到后站点会收到通知。"
        )
    if done:
        publish_now(request)
    return redirect("/orders")
