"""Making and changing courses, and taking in uploads. Every change of content starts the reviews over.

Called by the pages, by demo data, and by `county.courses.transcode` when a film is ready.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce

from county.accounts.models import Person
from county.courses.life import CourseEvent, next_state
from county.courses.models import Course, Lesson, Upload, UploadState
from county.errors import Refused
from county.folders import uploads_folder
from county.jobs.queue import enqueue
from playlists.files import sync_folder

FIRST_NUMBER = 101
LESSONS_LIMIT = 200  # as `playlists.documents.Course` allows
TRANSCODE_KIND = "transcode"


@dataclass(frozen=True)
class CourseText:
    """What a person types about a course; ``category`` has one to three levels."""

    title: str
    category: tuple[str, ...]
    provider: str
    source: str = ""
    approval_number: str = ""
    summary: str = ""


def create_course(text: CourseText, owner: Person | None, *, identifier: str = "", number: int = 0) -> Course:
    """Add a course in draft and return it; ``number`` 0 takes the next free one.

    Raises:
        Refused: A field is empty or too long, or the identifier or number is taken.
    """
    _check(text)
    try:
        return _create(text, owner, identifier, number)
    except IntegrityError as error:  # somebody else was quicker by a moment
        raise Refused("课件编号刚刚被占用，请再保存一次") from error


def _create(text: CourseText, owner: Person | None, identifier: str, number: int) -> Course:
    with transaction.atomic():
        number = number or Course.objects.aggregate(top=Coalesce(Max("number"), FIRST_NUMBER - 1))["top"] + 1
        identifier = identifier or f"course-{number}"
        if not re.fullmatch("[a-z0-9][a-z0-9-]{0,63}", identifier):
            raise Refused(f"课件代号“{identifier}”只能用小写字母、数字和短横线")
        if Course.objects.filter(pk=identifier).exists() or Course.objects.filter(number=number).exists():
            raise Refused(f"课件代号“{identifier}”或编号 {number} 已被使用")
        return Course.objects.create(id=identifier, number=number, owner=owner, **_fields(text))


def edit_course(course: Course, text: CourseText) -> Course:
    """Change what is said about a course; reviews start over.

    Raises:
        Refused: A field is empty or too long.
    """
    _check(text)
    with transaction.atomic():
        fresh = content_changed(course.pk)
        Course.objects.filter(pk=fresh.pk).update(**_fields(text))
    return Course.objects.get(pk=course.pk)


def add_lesson(course: Course, title: str) -> Lesson:
    """Add a lesson at the end of a course.

    Raises:
        Refused: The title is empty or too long, or the course has as many lessons as boxes read.
    """
    if not 0 < len(title.strip()) <= 200:
        raise Refused("课名应为 1 到 200 个字")
    with transaction.atomic():
        held = content_changed(course.pk)
        if held.lessons.count() >= LESSONS_LIMIT:
            raise Refused(f"一个课件最多 {LESSONS_LIMIT} 课")
        held.lessons_made += 1
        held.save(update_fields=["lessons_made"])
        number = held.lessons_made  # counted, for old plays and stop orders name removed lessons by their keys
        return Lesson.objects.create(course=held, key=f"lesson-{number}", position=number, title=title.strip())


def remove_lesson(lesson: Lesson) -> None:
    """Take a lesson out of its course; what is published stays until the next release."""
    with transaction.atomic():
        content_changed(lesson.course_id)
        lesson.delete()


def receive_upload(lesson: Lesson, filename: str, parts: Iterable[bytes], by: Person | None) -> Upload:
    """Keep an uploaded file durably and queue its transcoding.

    Args:
        lesson: Where the film belongs; an earlier film of it is replaced when the new one is ready.
        filename: The name the person's computer gave it; only shown.
        parts: The content, such as ``request.FILES["film"].chunks()``.
        by: Who uploads.

    Raises:
        Refused: The file is empty or larger than allowed, or the disk is full.
    """
    name = uuid.uuid4().hex
    try:
        size, sha256 = store_upload(uploads_folder() / name, parts, settings.CONFIGURATION.upload_limit_mb)
    except OSError as error:
        raise Refused(f"服务器磁盘写入失败（{error.strerror}），请联系县远教办") from error
    with transaction.atomic():
        content_changed(lesson.course_id)
        lesson.uploads.filter(state__in=(UploadState.WAITING, UploadState.WORKING)).update(
            state=UploadState.REFUSED, problem="已被新的上传代替"
        )
        upload = Upload.objects.create(
            lesson=lesson, filename=filename[-255:], path=name, bytes=size, sha256=sha256, by=by
        )
        enqueue(TRANSCODE_KIND, upload.pk)
    return upload


def content_changed(course_id: str) -> Course:
    """Lock a course and start a new revision of it without reviews; call it inside a transaction."""
    course = Course.objects.select_for_update().get(pk=course_id)
    course.state = next_state(course.state, CourseEvent.EDIT)
    course.document = None
    course.revision += 1
    course.save()
    return course


def store_upload(path: Path, parts: Iterable[bytes], limit_mb: int) -> tuple[int, str]:
    """Keep an uploaded file durably; return how long it is, and its SHA-256.

    Raises:
        Refused: It is empty or larger than allowed.
        OSError: The disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with unfinished.open("wb") as file:
            for part in parts:
                size += len(part)
                if size > limit_mb << 20:
                    raise Refused(f"文件超过 {limit_mb} MB，请压缩后再上传")
                digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise Refused("文件是空的，请重新选择")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)
    return size, digest.hexdigest()


def _check(text: CourseText) -> None:
    problems = [
        f"“{label}”应为 1 到 200 个字"
        for label, value in (("名称", text.title), ("供课单位", text.provider))
        if not 0 < len(value.strip()) <= 200
    ]
    if not 1 <= len(text.category) <= 3 or any(not 0 < len(level) <= 200 for level in text.category):
        problems.append("“类别”应有一到三级")
    for label, value in (("来源", text.source), ("批准文号", text.approval_number), ("简介", text.summary)):
        if len(value) > 2000:
            problems.append(f"“{label}”不能超过 2000 个字")
    if problems:
        raise Refused("；".join(problems))


def _fields(text: CourseText) -> dict[str, object]:
    return {
        "title": text.title.strip(),
        "category": list(text.category),
        "provider": text.provider.strip(),
        "source": text.source,
        "approval_number": text.approval_number,
        "summary": text.summary,
    }
