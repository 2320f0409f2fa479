"""The page of one course: films and their progress, preview, text, lessons; reviews stand in `course_reviews`."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from county.accounts.models import Person, Role
from county.courses.editing import add_lesson, edit_course, receive_upload, remove_lesson
from county.courses.models import Course, CourseState, Lesson
from county.courses.subtitles import LIMIT_BYTES, remove_subtitles, save_subtitles
from county.errors import Refused
from county.pages.access import EDITORS, EVERYBODY, LEADERS, OFFICE, REVIEWERS, may, page, person_of
from county.pages.acting import attempt
from county.pages.course_forms import CourseForm, LessonForm, title_from
from county.pages.courses import known_categories, known_providers
from county.pages.films import films_of, media_address, preview_of
from county.pages.receipts import stops_of

FIELDS = ("title", "provider", "source", "approval_number", "summary")


@page(EVERYBODY)
def course(request: HttpRequest, key: str) -> HttpResponse:
    """Show everything about one course, and the acts that its state and this person's role allow."""
    return _show(request, get_object_or_404(Course, pk=key))


@page(EVERYBODY)
def films(request: HttpRequest, key: str) -> HttpResponse:
    """Return the list of lessons alone; the page fetches it again while films are being prepared."""
    found = films_of(get_object_or_404(Course, pk=key))
    return render(request, "parts/films.html", {"films": found, "at_work": any(film.at_work for film in found)})


@page(EDITORS, "POST")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change the text of a course."""
    held = course_to_edit(person_of(request), key)
    form = CourseForm(request.POST)
    if not form.is_valid():
        return _show(request, held, form)
    attempt(request, lambda: edit_course(held, form.text()), "已保存。内容有改动，需要重新初审。")
    return redirect(f"/courses/{key}")


@page(EDITORS, "POST")
def new_lesson(request: HttpRequest, key: str) -> HttpResponse:
    """Add a lesson with its film."""
    held, person = course_to_edit(person_of(request), key), person_of(request)
    form = LessonForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, held, lesson_form=form)
    film, title = form.cleaned_data["film"], form.cleaned_data["title"]

    def add() -> None:
        lesson = add_lesson(held, title or title_from(film.name))
        _keep(lambda: receive_upload(lesson, film.name, film.chunks(), person), lesson)

    attempt(request, add, "视频已收到，正在排队转码。")
    return redirect(f"/courses/{key}")


@page(EDITORS, "POST")
def new_film(request: HttpRequest, key: str, lesson: str) -> HttpResponse:
    """Replace the film of a lesson."""
    held, person = course_to_edit(person_of(request), key), person_of(request)
    found = get_object_or_404(Lesson, course=held, key=lesson)
    film = request.FILES.get("film")
    if film is None:
        messages.error(request, "请选择视频文件。")
    else:
        name = film.name or found.title
        attempt(request, lambda: receive_upload(found, name, film.chunks(), person), "视频已收到，正在排队转码。")
    return redirect(f"/courses/{key}")


@page(EDITORS, "POST")
def subtitles(request: HttpRequest, key: str, lesson: str) -> HttpResponse:
    """Keep the subtitles of a lesson, or take them away."""
    held = course_to_edit(person_of(request), key)
    found = get_object_or_404(Lesson, course=held, key=lesson)
    file = request.FILES.get("subtitles")
    if request.POST.get("remove"):
        attempt(request, lambda: remove_subtitles(found), f"“{found.title}”的字幕已移除。")
    elif file is None:
        messages.error(request, "请选择字幕文件。")
    elif (file.size or 0) > LIMIT_BYTES:
        messages.error(request, "字幕文件超过 1 MB，请检查是不是选错了文件。")
    else:
        attempt(request, lambda: save_subtitles(found, file.read()), f"“{found.title}”的字幕已收到。")
    return redirect(f"/courses/{key}")


@page(EDITORS, "POST")
def drop_lesson(request: HttpRequest, key: str, lesson: str) -> HttpResponse:
    """Take a lesson out of a course."""
    held = course_to_edit(person_of(request), key)
    found = get_object_or_404(Lesson, course=held, key=lesson)
    attempt(request, lambda: remove_lesson(found), f"已移除“{found.title}”。")
    return redirect(f"/courses/{key}")


def course_to_edit(person: Person, key: str) -> Course:
    """Return a course that ``person`` may change: a clerk only what he has made himself.

    Raises:
        PermissionDenied: it belongs to somebody else.
    """
    held = get_object_or_404(Course, pk=key)
    if not _may_edit(person, held):
        raise PermissionDenied("乡镇账号只能修改自己上传的课件。")
    return held


def _may_edit(person: Person, held: Course) -> bool:
    return may(person, EDITORS) and (person.role != Role.CLERK or held.owner_id == person.pk)


def _keep(receive: Callable[[], object], lesson: Lesson) -> None:
    """Run ``receive``; a lesson whose film was refused does not stay."""
    try:
        receive()
    except Refused:
        lesson.delete()
        raise


def _show(
    request: HttpRequest, held: Course, form: CourseForm | None = None, lesson_form: LessonForm | None = None
) -> HttpResponse:
    person, found = person_of(request), films_of(held)
    typed = {name: getattr(held, name) for name in FIELDS} | {"category": " / ".join(held.category)}
    reviews = held.reviews.select_related("person")
    context = {
        "course": held, "films": found, "at_work": any(film.at_work for film in found),
        "preview": preview_of(found, request.GET.get("lesson", ""), request.GET.get("height", "")),
        "poster": media_address(held.poster_sha256) if held.poster_sha256 else "",
        "form": form or CourseForm(initial=typed), "lesson_form": lesson_form or LessonForm(),
        "categories": known_categories(), "providers": known_providers(),
        "reviews": reviews, "releases": held.releases.select_related("leader"), "stops": stops_of(held),
        "may_edit": _may_edit(person, held), "may_review": may(person, REVIEWERS), "may_stop": may(person, OFFICE),
        "may_release": may(person, LEADERS), "ready": bool(found) and all(_is_ready(film) for film in found),
        "passed_first_by_me": reviews.filter(revision=held.revision, person=person, passed=True).exists(),
        "steps": steps_of(held),
    }  # fmt: skip
    wrong = (form is not None and form.errors) or (lesson_form is not None and lesson_form.errors)
    return render(request, "course.html", context, status=422 if wrong else 200)


def _is_ready(film: object) -> bool:
    return bool(getattr(film, "renditions", ())) and not getattr(film, "at_work", True)


def steps_of(held: Course) -> list[tuple[str, str]]:
    """Return the road of a course as names, each ``done``, ``now`` or empty."""
    order = (CourseState.DRAFT, CourseState.FIRST_PASSED, CourseState.PASSED, CourseState.RELEASED)
    names = ("编辑", "初审", "复审", "签发", "已发布")
    if held.state not in order:
        return []
    done = order.index(CourseState(held.state)) + (held.state != CourseState.DRAFT)
    if held.state == CourseState.RELEASED and held.published_id == held.document_id:
        done = len(names)
    return [(name, "done" if index < done else "now" if index == done else "") for index, name in enumerate(names)]
