"""Stop orders (停播): out to every box at once under the online key, for stopping needs no reviewer.

The course also leaves the bin's catalogue, but that takes the reviewers' signatures and follows with their next
act. A stop order is lifted when a revision released after it is out (`county.publishing.publish`), never before: what
was stopped is in the catalogue until then. Called by the pages.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person, Role
from county.courses.life import CourseEvent, next_state
from county.courses.models import Course, Lesson
from county.errors import NotAllowed, Refused
from county.plans.models import StopOrder
from county.publishing.models import Publication
from county.publishing.publish import publish


def stop_course(course: Course, by: Person, reason: str, lesson: Lesson | None = None) -> tuple[StopOrder, Publication]:
    """Stop a published course, or one lesson of it, on every box, and publish.

    Raises:
        NotAllowed: The person is neither leader nor operator nor reviewer.
        Refused: There is no reason, or the course is not published.
        FailedAttempt: Publishing failed; the order stands and the next publishing brings it out.
    """
    if by.role == Role.CLERK:
        raise NotAllowed("乡镇账号不能下发停播")
    if not 0 < len(reason.strip()) <= 2000:
        raise Refused("请填写停播原因")
    with transaction.atomic():
        course = Course.objects.select_for_update().get(pk=course.pk)
        if course.published_id is None:
            raise Refused("课件尚未发布，不需要停播")
        if lesson is None:
            course.state = next_state(course.state, CourseEvent.STOP)
            course.stopped = True
            course.save()
        order = StopOrder.objects.create(
            id=f"stop-{uuid.uuid4().hex[:12]}",
            course=course,
            lesson_key=lesson.key if lesson else "",
            reason=reason.strip(),
            by=by,
            issued_at=timezone.now(),
        )
    return order, publish(by=by)
