"""What the boxes have shown (收看记录): group sessions, plays, and what has to be checked (待核实)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from county.accounts.models import Person
from county.inbox.models import Doubt, SetAside
from county.pages.access import EVERYBODY, page, person_of, sites_of, township_of
from county.pages.figures import FROM_BOXES, Figure, from_boxes
from county.pages.lists import page_of
from county.pages.record_rows import Selection, heads, play_rows, plays_in, selection_of, session_rows, sessions_in
from county.places.models import Place, PlaceKind, Site

LENGTHS = (("小时", 3_600_000), ("分钟", 60_000), ("秒", 1_000))  # a figure is told in a unit that fits it


@page(EVERYBODY)
def sessions_held(request: HttpRequest) -> HttpResponse:
    """List group sessions with their head counts, and the figures of the selection."""
    person, selection, context = _begin(request)
    records = sessions_in(selection, person)
    part = page_of(request, records)
    part.object_list = session_rows(part.object_list)
    context |= {"part": part, "figures": figures_of(selection, person), "tab": "sessions"}
    return render(request, "records.html", context)


@page(EVERYBODY)
def plays(request: HttpRequest) -> HttpResponse:
    """List plays, newest first."""
    person, selection, context = _begin(request)
    part = page_of(request, plays_in(selection, person))
    part.object_list = play_rows(part.object_list)
    return render(request, "records.html", context | {"part": part, "tab": "plays"})


@page(EVERYBODY)
def to_check(request: HttpRequest) -> HttpResponse:
    """List what does not fit: gaps, two histories under one key, entries that could not be read."""
    person, selection, context = _begin(request)
    here = _boxes_where(selection, person)
    context |= {
        "part": page_of(request, Doubt.objects.select_related("box__site").filter(here)),
        "set_aside": SetAside.objects.select_related("box__site").filter(here).order_by("-received_at")[:200],
        "tab": "check",
    }
    return render(request, "records.html", context)


def figures_of(selection: Selection, person: Person) -> list[Figure]:
    """Return the figures above the list of sessions."""
    rows = session_rows(sessions_in(selection, person))
    present, doubtful = heads(rows)
    held = [row for row in rows if row.record.ended != "skipped"]
    by_hand = sum(1 for row in held if row.record.by_hand)
    shown = plays_in(selection, person).aggregate(total=Sum("shown_ms"))["total"] or 0
    unit, unit_ms = next((row for row in LENGTHS if shown >= 2 * row[1]), LENGTHS[-1])
    return [
        Figure("集中学习", len(held), "所选范围内已举行的场次，中断后继续的算一场", from_boxes(by_hand), unit="场"),
        Figure("收看人次", present, "各场实到人数之和，待核实的和邻村来的不计入", "机顶盒上清点人数", unit="人次"),
        Figure("人数待核实", doubtful, "人数异常或没有清点人数的场次", FROM_BOXES, unit="场", warn=bool(doubtful)),
        Figure(
            "播放时长",
            round(shown / unit_ms),
            "实际放出的画面时长，重复播放的片段每次播放只算一遍",
            FROM_BOXES,
            unit=unit,
        ),
    ]


def _begin(request: HttpRequest) -> tuple[Person, Selection, dict[str, Any]]:
    person, now = person_of(request), timezone.now()
    selection = selection_of(request.GET.dict(), now)
    context = {
        "selection": selection, "months": months_until(now), "now": now, "townships": townships_of(person),
        "site": sites_of(person).filter(pk=selection.site).first() if selection.site else None,
        "export_query": request.GET.urlencode(),
    }  # fmt: skip
    return person, selection, context


def townships_of(person: Person) -> QuerySet[Place]:
    """Return the townships and zones a person may choose from."""
    own = township_of(person)
    places = Place.objects.filter(kind__in=(PlaceKind.TOWNSHIP, PlaceKind.ZONE))
    return places if own is None else places.filter(pk=own.pk)


def months_until(now: datetime, count: int = 14) -> list[str]:
    """Return the last ``count`` months as ``YYYY-MM``, newest first."""
    local = timezone.localtime(now)
    last = local.year * 12 + local.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(last, last - count, -1)]


def _boxes_where(selection: Selection, person: Person) -> Q:
    where = Q()
    if selection.township:
        where &= Q(box__site__place=selection.township) | Q(box__site__place__parent=selection.township)
    if selection.site:
        where &= Q(box__site=selection.site)
    if township_of(person) is not None:
        where &= Q(box__site__in=Site.objects.filter(pk__in=sites_of(person).values("pk")))
    return where
