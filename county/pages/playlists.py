"""Playlists (节目单): ordered courses, written as rows of course numbers; works without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from county.courses.models import Course
from county.errors import Refused
from county.pages.access import EVERYBODY, OPERATORS, may, page, person_of
from county.pages.courses import number_in
from county.pages.lists import page_of
from county.pages.publication import publish_now
from county.plans.models import Playlist
from county.plans.planning import Item, save_playlist

EMPTY_ROWS = 5
OFFERED = 1000


@dataclass(frozen=True)
class Row:
    """One line of the form as typed: a course's number, and which of its lessons (``1,3``; empty for all)."""

    number: str = ""
    lessons: str = ""
    course: Course | None = None


@page(EVERYBODY)
def playlists(request: HttpRequest) -> HttpResponse:
    """List the playlists."""
    rows = Playlist.objects.order_by("-changed_at").annotate(
        courses=Count("items", distinct=True), used=Count("sessions", distinct=True)
    )
    context = {"part": page_of(request, rows), "may_plan": may(person_of(request), OPERATORS)}
    return render(request, "playlists.html", context)


@page(OPERATORS, "GET", "POST")
def new_playlist(request: HttpRequest) -> HttpResponse:
    """Make a playlist."""
    return _form(request, None)


@page(EVERYBODY, "GET", "POST")
def playlist(request: HttpRequest, key: str) -> HttpResponse:
    """Show a playlist; the operator may change it."""
    found = get_object_or_404(Playlist, pk=key)
    if not may(person_of(request), OPERATORS):
        return render(request, "playlist.html", {"playlist": found, "rows": _rows_of(found), "may_plan": False})
    return _form(request, found)


def _form(request: HttpRequest, found: Playlist | None) -> HttpResponse:
    title = request.POST.get("title", found.title if found else "")
    rows = _typed(request.POST) if request.method == "POST" else _rows_of(found) if found else []
    problem = ""
    if request.method == "POST" and "more" not in request.POST:
        try:
            saved = save_playlist(title, _items(rows), person_of(request), found)
        except Refused as error:
            problem = str(error)
        else:
            messages.success(request, f"节目单“{saved.title}”已保存。")
            if saved.sessions.exists():
                publish_now(request)
            return redirect(f"/playlists/{saved.pk}")
    context = {
        "playlist": found, "title": title, "rows": [*rows, *[Row()] * EMPTY_ROWS], "problem": problem, "may_plan": True,
        "offered": offered(), "sessions": found.sessions.all() if found else [],
    }  # fmt: skip
    return render(request, "playlist.html", context, status=422 if problem else 200)


def offered() -> QuerySet[Course]:
    """Return the courses that boxes can have, newest first; what a playlist or an answer may name."""
    return Course.objects.exclude(published=None).filter(stopped=False).order_by("-number")[:OFFERED]


def _typed(query: QueryDict) -> list[Row]:
    """Return the lines that are not empty, in the order of their numbers of sequence."""
    names = (query.getlist("order"), query.getlist("number"), query.getlist("lessons"))
    lines = [(order, number.strip(), lessons) for order, number, lessons in zip(*names, strict=False) if number.strip()]
    lines.sort(key=lambda line: int(line[0]) if line[0].isascii() and line[0].isdigit() else len(lines) + 1)
    known = _by_number(number for _, number, _ in lines)
    return [Row(number, lessons.strip(), known.get(number)) for _, number, lessons in lines]


def _rows_of(found: Playlist) -> list[Row]:
    rows = []
    for item in found.items.select_related("course"):
        keys = list(item.course.lessons.values_list("key", flat=True))
        places = [str(keys.index(key) + 1) for key in item.lessons if key in keys]
        rows.append(Row(str(item.course.number), ",".join(places), item.course))
    return rows


def _items(rows: Sequence[Row]) -> list[Item]:
    """Return the rows as the plans' room takes them.

    Raises:
        Refused: A number names no course or lesson; all such rows are named together.
    """
    items, problems = [], []
    for place, row in enumerate(rows, 1):
        if row.course is None:
            problems.append(f"第 {place} 项：没有编号为“{row.number}”的课件")
            continue
        keys = list(row.course.lessons.values_list("key", flat=True))
        places = [
            part.strip() for part in row.lessons.replace("\uff0c", ",").replace("、", ",").split(",") if part.strip()
        ]
        if wrong := [part for part in places if not _is_place(part, len(keys))]:
            problems.append(f"第 {place} 项：“{row.course.title}”没有第 {wrong[0]} 课（共 {len(keys)} 课）")
            continue
        items.append(Item(row.course.pk, tuple(keys[int(part) - 1] for part in places)))
    if problems:
        raise Refused("；".join(problems))
    return items


def _is_place(text: str, count: int) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= count


def _by_number(numbers: Iterable[str]) -> dict[str, Course]:
    wanted = [found for number in numbers for found in number_in(number)]
    return {str(course.number): course for course in Course.objects.filter(number__in=wanted)}
