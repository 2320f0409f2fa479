"""The list of courses and the form for a new one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from county.courses.editing import add_lesson, create_course, receive_upload
from county.courses.models import Course, CourseState, UploadState
from county.errors import Refused
from county.pages.access import EDITORS, EVERYBODY, may, page, person_of
from county.pages.course_forms import NewCourseForm
from county.pages.lists import page_of

AT_WORK = Q(lessons__uploads__state__in=(UploadState.WAITING, UploadState.WORKING))
UNUSABLE = Q(lessons__uploads__state=UploadState.REFUSED, lessons__renditions=None)


@page(EVERYBODY)
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses by state, category and words."""
    context = {
        "part": page_of(request, _selected(request)),
        "states": CourseState.choices,
        "categories": top_categories(),
        "filtered": bool(set(request.GET) - {"page"}),
        "may_edit": may(person_of(request), EDITORS),
    }
    return render(request, "courses.html", context)


@page(EDITORS, "GET", "POST")
def new_course(request: HttpRequest) -> HttpResponse:
    """Show the form of a new course, or add the course with its films and go to its page."""
    form = NewCourseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(f"/courses/{_create(request, form).pk}")
        except Refused as error:
            form.add_error(None, str(error))
    context = {"form": form, "categories": known_categories(), "providers": known_providers()}
    return render(request, "course_new.html", context, status=422 if form.errors else 200)


def _create(request: HttpRequest, form: NewCourseForm) -> Course:
    """Add the course; a film that is refused leaves its lesson out and is named, the others stay."""
    person = person_of(request)
    course = create_course(form.text(), person)
    taken = 0
    for title, film in form.lessons():
        lesson = add_lesson(course, title)
        try:
            receive_upload(lesson, film.name or title, film.chunks(), person)
            taken += 1
        except Refused as error:
            lesson.delete()
            messages.error(request, f"{film.name}：{error}")
    messages.success(
        request,
        f"课件“{course.title}”已建立，编号 {course.number}" + (f"；{taken} 个视频正在转码。" if taken else "。"),
    )
    return course


def _selected(request: HttpRequest) -> QuerySet[Course]:
    query = request.GET
    rows = Course.objects.order_by("-number").annotate(
        lesson_count=Count("lessons", distinct=True),
        at_work=Count("lessons__uploads", filter=AT_WORK, distinct=True),
        unusable=Count("lessons", filter=UNUSABLE, distinct=True),
    )
    if (state := query.get("state")) in CourseState.values:
        rows = rows.filter(state=state)
    if category := query.get("category"):
        rows = rows.filter(category__0=category)
    if words := query.get("q", "").strip():
        found = Q(title__icontains=words) | Q(provider__icontains=words)
        rows = rows.filter(found | Q(number__in=number_in(words)))
    return rows


def number_in(words: str) -> list[int]:
    """Return the course number that was typed, if it is one."""
    return [int(words)] if words.isascii() and words.isdigit() and len(words) < 10 else []


def top_categories() -> list[str]:
    """Return the first levels in use."""
    return sorted({category[0] for category in Course.objects.values_list("category", flat=True) if category})


def known_categories() -> list[str]:
    """Return the categories in use as a person types them."""
    return sorted({" / ".join(category) for category in Course.objects.values_list("category", flat=True)})


def known_providers() -> list[str]:
    """Return the providers in use."""
    return sorted(set(Course.objects.values_list("provider", flat=True)))
