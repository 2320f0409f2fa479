"""What reviewers and the responsible leader do with a course, and the list of what waits for them."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from county.accounts.models import Person, Role
from county.courses import review
from county.courses.candidates import awaiting
from county.courses.models import Course, CourseState, Lesson, Review, UploadState
from county.pages.access import EVERYBODY, LEADERS, OFFICE, REVIEWERS, may, page, person_of
from county.pages.acting import attempt, tell_held_back
from county.pages.publication import publish_now
from county.plans.stopping import stop_course
from county.publishing.models import Publication


@page(EVERYBODY)
def reviews(request: HttpRequest) -> HttpResponse:
    """List what waits for first review, second review and release, and what lacks a signature."""
    person = person_of(request)
    awaited = [(found, person not in found.signers) for found in awaiting()]
    anew = Counter((found.signers, open_) for found, open_ in awaited if found.anew)
    context = {
        "first": waiting_for(CourseState.DRAFT), "release": waiting_for(CourseState.PASSED),
        "second": waiting_for(CourseState.FIRST_PASSED).annotate(mine=_passed_by(person)),
        "refused": Course.objects.filter(state=CourseState.REFUSED).order_by("-changed_at")[:20],
        "awaited": [(found, open_) for found, open_ in awaited if not found.anew],
        "anew": [(signers, open_, count) for (signers, open_), count in anew.items()],
        "may_sign": may(person, REVIEWERS) and any(open_ for _, open_ in awaited),
        "may_review": may(person, REVIEWERS), "may_release": may(person, LEADERS),
    }  # fmt: skip
    return render(request, "reviews.html", context)


def waiting_for(state: CourseState) -> QuerySet[Course]:
    """Return the courses in ``state``, the longest waiting first; drafts only once all their films are ready."""
    rows = Course.objects.filter(state=state).order_by("changed_at")
    if state == CourseState.DRAFT:
        at_work = (UploadState.WAITING, UploadState.WORKING)
        unfinished = Lesson.objects.filter(Q(renditions=None) | Q(uploads__state__in=at_work)).values("course")
        rows = rows.filter(lessons__isnull=False).exclude(pk__in=unfinished).distinct()
    return rows


@page(REVIEWERS, "POST")
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Pass a course in first or second review, or send it back with a reason."""
    course, person = _as_seen(request, key), person_of(request)
    passphrase, reason = request.POST.get("passphrase", ""), request.POST.get("reason", "")
    if request.POST.get("decision") == "refuse":
        attempt(request, lambda: review.refuse(course, person, reason), "已退回，原因已记下。")
    elif course.state == CourseState.FIRST_PASSED:
        attempt(request, lambda: review.pass_second(course, person, passphrase), "复审通过，已签名；等待签发。")
    else:
        attempt(
            request, lambda: review.pass_first(course, person, passphrase), "初审通过，已签名；等待另一位审核员复审。"
        )
    return redirect(f"/courses/{key}")


@page(REVIEWERS, "POST")
def sign(request: HttpRequest) -> HttpResponse:
    """Give this reviewer's signature to everything that waits for it, and publish what is complete now."""
    person, passphrase = person_of(request), request.POST.get("passphrase", "")
    if attempt(request, lambda: review.sign_awaited(person, passphrase), lambda count: f"已补签 {count} 项。"):
        publish_now(request)
    return redirect("/reviews")


@page(LEADERS, "POST")
def release(request: HttpRequest, key: str) -> HttpResponse:
    """Release a course."""
    course, person = _as_seen(request, key), person_of(request)

    def act() -> Publication:
        publication = review.release(course, person)
        tell_held_back(request, publication)
        return publication

    attempt(request, act, f"已签发“{course.title}”。")
    return redirect(f"/courses/{key}")


@page(OFFICE, "POST")
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw a course, or one lesson of it, from every box."""
    course, person = get_object_or_404(Course, pk=key), person_of(request)
    key_of_lesson, reason = request.POST.get("lesson", ""), request.POST.get("reason", "")
    lesson = course.lessons.filter(key=key_of_lesson).first()
    if key_of_lesson and lesson is None:  # removed meanwhile; never the whole course instead
        messages.error(request, "这一课已不在课件中，没有停播。请重新选择。")
        return redirect(f"/courses/{key}#stops")

    def act() -> Publication:
        _, publication = stop_course(course, person, reason, lesson)
        tell_held_back(request, publication)
        return publication

    attempt(request, act, "停播已下发。各站点收到后会送回停播回执。")
    return redirect(f"/courses/{key}#stops")


def _as_seen(request: HttpRequest, key: str) -> Course:
    """Return a course of the revision that the page showed, which the services compare with the present one."""
    course = get_object_or_404(Course, pk=key)
    revision = request.POST.get("revision", "")
    course.revision = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
    return course


def waiting_count(person: Person) -> int:
    """Return how many courses wait for this person: not those that he has passed already."""
    if person.role == Role.LEADER:
        return waiting_for(CourseState.PASSED).count()
    if person.role != Role.REVIEWER:
        return 0
    second = waiting_for(CourseState.FIRST_PASSED).exclude(_passed_by(person))
    return waiting_for(CourseState.DRAFT).count() + second.count()


def _passed_by(person: Person) -> Exists:
    own = Review.objects.filter(person=person, course=OuterRef("pk"), revision=OuterRef("revision"), passed=True)
    return Exists(own)
