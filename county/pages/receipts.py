"""Receipts of a withdrawal (停播回执): which boxes have confirmed, and which sites somebody must ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from county.courses.models import Course, Lesson
from county.inbox.models import StopReceipt
from county.pages.access import EVERYBODY, page, person_of, sites_of
from county.places.models import Box
from county.plans.models import StopOrder


@dataclass(frozen=True)
class Stop:
    """A withdrawal with how far it has come among the boxes in use; ``lesson`` is empty for the whole course."""

    order: StopOrder
    lesson: str
    confirmed: int
    boxes: int


def stops_of(course: Course) -> list[Stop]:
    """Return the withdrawals of ``course``, newest first."""
    titles = dict(Lesson.objects.filter(course=course).values_list("key", "title"))
    boxes = boxes_in_use()
    return [
        Stop(
            order,
            titles.get(order.lesson_key, order.lesson_key),
            StopReceipt.objects.filter(stop=order.pk, box__in=boxes).count(),
            len(boxes),
        )
        for order in course.stops.select_related("by").order_by("-issued_at")
    ]


def boxes_in_use() -> Sequence[str]:
    """Return the boxes that stand at a site and are not stopped."""
    return list(Box.objects.filter(revoked=False).exclude(site=None).values_list("pk", flat=True))


@page(EVERYBODY)
def receipts(request: HttpRequest, key: str, stop: str) -> HttpResponse:
    """List the boxes with the moment each confirmed; the silent ones first."""
    order = get_object_or_404(StopOrder.objects.select_related("course", "by"), pk=stop, course=key)
    confirmed = dict(StopReceipt.objects.filter(stop=order.pk).values_list("box", "at_ms"))
    seen = sites_of(person_of(request)).values("pk")
    boxes = Box.objects.filter(revoked=False, site__in=seen).select_related("site__place__parent")
    rows = [(box, confirmed.get(box.pk)) for box in boxes.order_by("last_seen_at")]
    rows.sort(key=lambda row: row[1] is not None)
    context = {"order": order, "rows": rows, "now": timezone.now(), "missing": sum(1 for row in rows if row[1] is None)}
    return render(request, "receipts.html", context)
