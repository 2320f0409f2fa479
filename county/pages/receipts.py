"""Receipts of a withdrawal (停播回执): which boxes have confirmed, and which sites somebody must ring.

A silent site can be told over the telephone: its code (停播码) is shown on the day on which somebody asked for it, and
whoever asked stands in the list below, with what the box says later of the codes that were keyed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from county.accounts.models import Person
from county.accounts.people import clerks_by_township
from county.courses.models import Course, Lesson
from county.inbox.models import Entry, StopReceipt
from county.inbox.reading import read_one
from county.pages.access import EVERYBODY, page, person_of, sites_of
from county.pages.acting import attempt
from county.places.models import Box
from county.places.tree import township_of
from county.plans.models import StopOrder
from county.publishing.telephone import ask_for_code, code_for, key_problem
from playlists.entries import StopCode

MOST_READ = 2_000  # codes keyed in since, of all courses: years of them, unless somebody plays with them


@dataclass(frozen=True)
class Stop:
    """A withdrawal with how far it has come among the boxes in use; ``lesson`` is empty for the whole course."""

    order: StopOrder
    lesson: str
    confirmed: int
    boxes: int


@dataclass(frozen=True)
class Silent:
    """A box with the moment of its receipt, or without; ``code`` is to be read out to its site by ``clerks``."""

    box: Box
    confirmed_ms: int | None
    code: str
    clerks: Sequence[Person]


@dataclass(frozen=True)
class Keyed:
    """A code that was keyed in at a box: of which day it was, or wrong (empty); when, by the box's clock."""

    box: Box
    day: str
    at_ms: int


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
    person = person_of(request)
    seen = sites_of(person).values("pk")
    boxes = Box.objects.filter(revoked=False, site__in=seen).select_related("site__place__parent")
    now, calls = timezone.now(), list(order.calls.filter(site__in=seen).select_related("site", "by"))
    own = (call for call in calls if call.by_id == person.pk)  # whoever else wants the code is written down as well
    asked = {call.box_id for call in own if timezone.localdate(call.at) == timezone.localdate(now)}
    problem = key_problem() if asked else ""
    asked = set() if problem else asked
    clerks = clerks_by_township()
    rows = [
        Silent(box, confirmed.get(box.pk), _code(order, box, now, asked), _whom(box, clerks))
        for box in boxes.order_by("last_seen_at")
    ]
    rows.sort(key=lambda row: row.confirmed_ms is not None)
    missing = sum(row.confirmed_ms is None for row in rows)
    context = {"order": order, "rows": rows, "now": now, "missing": missing, "calls": calls, "problem": problem}
    return render(request, "receipts.html", context | {"keyed": _keyed(order, [row.box for row in rows])})


@page(EVERYBODY, "POST")
def stop_code(request: HttpRequest, key: str, stop: str) -> HttpResponse:
    """Write down that somebody rings a silent site, and show its code."""
    order = get_object_or_404(StopOrder.objects.select_related("course"), pk=stop, course=key)
    box = get_object_or_404(Box.objects.select_related("site__place"), pk=request.POST.get("box", ""))
    attempt(request, lambda: ask_for_code(order, box, person_of(request)), f"请打电话，把停播码念给“{box.site}”。")
    return redirect(f"/courses/{key}/stops/{stop}#{box.pk}")


def _whom(box: Box, clerks: dict[str, list[Person]]) -> Sequence[Person]:
    township = township_of(box.site.place) if box.site else None
    return clerks.get(township.pk, ()) if township else ()


def _code(order: StopOrder, box: Box, now: datetime, asked: set[str]) -> str:
    """Return the code of a box whose site is being rung today, in two groups of four."""
    if box.pk not in asked or order.lifted_at is not None:
        return ""
    code = code_for(order, box, now)
    return f"{code[:4]} {code[4:]}"


def _keyed(order: StopOrder, boxes: Sequence[Box]) -> list[Keyed]:
    """Return what boxes have said of codes that were keyed in for this course since it was withdrawn."""
    known = {box.pk: box for box in boxes}
    entries = Entry.objects.filter(kind="stop-code", received_at__gte=order.issued_at)
    newest = entries.order_by("-received_at", "-seq").values_list("box_id", "seq", "raw", "wall_ms")[:MOST_READ]
    found = []
    for box, seq, raw, wall_ms in newest:
        body = read_one(seq, bytes(raw)).body
        if isinstance(body, StopCode) and body.number == order.course.number and box in known:
            found.append(Keyed(known[box], body.day, wall_ms))
    return found[::-1]
