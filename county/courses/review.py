"""First review, second review, refusal, release: who decided what, and the signatures that go with it.

Rules: the two reviewers are different persons; a reviewer's key is opened by the passphrase only for the
moment of the act; a decision and its signatures are one transaction. A reviewer whose key lives elsewhere
passes here without a passphrase and signs with ``yuanjiao county sign``. A course is given as the person saw it:
nobody answers for a revision that came after. Called by the pages.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from county.accounts.models import Person, ReviewerKey, Role
from county.courses import candidates
from county.courses.freezing import freeze
from county.courses.life import CourseEvent, next_state
from county.courses.models import Course, Release, Review, ReviewStage
from county.errors import NotAllowed, Refused
from county.publishing.models import Publication
from county.publishing.publish import publish
from playlists.keys import SigningKey, WrongPassphrase

log = logging.getLogger(__name__)


def pass_first(course: Course, person: Person, passphrase: str) -> Review:
    """Freeze the course and pass it in first review (初审通过), signing as this reviewer.

    Raises:
        NotAllowed: The person is no reviewer.
        Refused: The passphrase is wrong, the course is not ready, stands elsewhere, or has changed.
    """
    return _pass(course, person, passphrase, ReviewStage.FIRST)


def pass_second(course: Course, person: Person, passphrase: str) -> Review:
    """Pass the frozen course in second review (复审通过), signing as this reviewer.

    Raises:
        NotAllowed: The person is no reviewer, or did the first review.
        Refused: The passphrase is wrong, or the course stands elsewhere or has changed.
    """
    return _pass(course, person, passphrase, ReviewStage.SECOND)


def refuse(course: Course, person: Person, reason: str) -> Review:
    """Send the course back (退回) with a reason.

    Raises:
        NotAllowed: The person is no reviewer.
        Refused: There is no reason, or the course stands elsewhere.
    """
    _require(person, Role.REVIEWER, "只有审核员可以退回课件")
    if not 0 < len(reason.strip()) <= 500:
        raise Refused("请填写退回原因（500 字以内）")
    with transaction.atomic():
        course = Course.objects.select_for_update().get(pk=course.pk)
        stage = ReviewStage.SECOND if course.document_id else ReviewStage.FIRST
        course.state = next_state(course.state, CourseEvent.REFUSE)
        course.save()
        return _record(course, person, stage, passed=False, reason=reason.strip())


def release(course: Course, leader: Person) -> Publication:
    """Release (签发) a course that passed both reviews, and publish.

    Raises:
        NotAllowed: The person is not the responsible leader.
        Refused: The course stands elsewhere or has changed.
        FailedAttempt: Publishing failed; the release stands and the next publishing brings it out.
    """
    _require(leader, Role.LEADER, "只有签发领导可以签发")
    with transaction.atomic():
        course = _as_seen(course)
        course.state = next_state(course.state, CourseEvent.RELEASE)
        course.released_at = timezone.now()
        course.save()
        Release.objects.create(course=course, revision=course.revision, leader=leader)
    return publish(by=leader)


def sign_awaited(person: Person, passphrase: str) -> int:
    """Give this reviewer's signature to all that two reviewers have passed; return how many were given.

    Raises:
        NotAllowed: The person is no reviewer.
        Refused: The passphrase is wrong.
    """
    _require(person, Role.REVIEWER, "只有审核员可以签名")
    key = open_key(person, passphrase)
    if key is None:
        raise Refused("您的密钥不在服务器上，请用 yuanjiao county sign 签名")
    with transaction.atomic():
        return _sign_awaited(person, key, timezone.now())


def open_key(person: Person, passphrase: str) -> SigningKey | None:
    """Return a reviewer's key, or None when it lives on another machine.

    Raises:
        Refused: There is no key, or the passphrase does not open it.
    """
    row = ReviewerKey.objects.filter(person=person).first()
    if row is None:
        raise Refused("您还没有审核密钥，请管理员执行 yuanjiao county reviewer add")
    if not row.encrypted_private:
        return None
    try:
        return SigningKey.from_pem(row.encrypted_private.encode(), "reviewer key", passphrase)
    except WrongPassphrase as error:
        raise Refused("审核口令不正确，未作任何更改") from error


def keeps_key_elsewhere(person: Person) -> bool:
    """Return whether a person is a reviewer who signs on another machine."""
    return ReviewerKey.objects.filter(person=person, encrypted_private="").exists()


def _pass(course: Course, person: Person, passphrase: str, stage: ReviewStage) -> Review:
    _require(person, Role.REVIEWER, f"只有审核员可以{stage.label}")
    key = open_key(person, passphrase)
    now = timezone.now()
    with transaction.atomic():
        course = _as_seen(course)
        if stage == ReviewStage.FIRST:
            course.state = next_state(course.state, CourseEvent.FIRST_REVIEW)
            course.document = freeze(course, timezone.localdate(now))
        else:
            course.state = next_state(course.state, CourseEvent.SECOND_REVIEW)
            _require_another(course, person)
        course.save()
        review = _record(course, person, stage, passed=True)
        _sign(course, person, key, now)
    return review


def _as_seen(seen: Course) -> Course:
    """Lock a course that is still of the revision that the person saw."""
    course = Course.objects.select_for_update().get(pk=seen.pk)
    if course.revision != seen.revision:
        raise Refused("课件在您打开页面之后有改动，请看完现在的内容再办理")
    return course


def _sign(course: Course, person: Person, key: SigningKey | None, now: datetime) -> None:
    role = candidates.bin_of(course).role
    for content in candidates.contents_to_sign(person, course):
        candidate = candidates.candidate_for(role, content, now)
        if key is not None:
            candidates.sign(candidate, person, key)
    if key is not None:
        _sign_awaited(person, key, now)


def _sign_awaited(person: Person, key: SigningKey, now: datetime) -> int:
    awaited = [found for found in candidates.awaiting() if person not in found.signers]
    for found in awaited:
        candidates.sign(candidates.candidate_for(found.role, found.content, now), person, key)
    return len(awaited)


def _require_another(course: Course, person: Person) -> None:
    first = course.reviews.filter(revision=course.revision, stage=ReviewStage.FIRST, passed=True).last()
    if first is None or first.person_id == person.pk:
        raise NotAllowed("复审必须由另一位审核员进行")


def _require(person: Person, role: Role, message: str) -> None:
    if person.role != role or not person.is_active:
        raise NotAllowed(message)


def _record(course: Course, person: Person, stage: ReviewStage, *, passed: bool, reason: str = "") -> Review:
    return Review.objects.create(
        course=course,
        revision=course.revision,
        stage=stage,
        person=person,
        passed=passed,
        reason=reason,
        document_sha256=course.document_id or "",
    )
