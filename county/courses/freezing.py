"""Turning a course's rows into the documents that are published, and menus' catalogue entries into shards.

The result depends on nothing but its input, so that two reviewers sign the same bytes. Called by
`county.courses.review` and `county.courses.candidates`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from county.courses.initials import initials_of
from county.courses.models import Course, FrozenDocument, Lesson, UploadState
from county.courses.subtitles import LANGUAGE
from county.errors import Refused
from playlists import documents
from playlists.codec import decode_document, encode_document
from playlists.targets import course_path


def freeze(course: Course, today: date) -> FrozenDocument:
    """Return the frozen document of a course as it is now.

    Raises:
        Refused: A lesson has no usable film yet, or a film is still being prepared.
    """
    lessons = list(course.lessons.prefetch_related("renditions", "uploads"))
    if problems := [problem for lesson in lessons for problem in _problems(lesson)]:
        raise Refused("；".join(problems))
    if not lessons:
        raise Refused("课件还没有课，请先添加课并上传视频")
    body = encode_document(_document(course, lessons, today))
    decode_document(documents.Course, body, course_path(course.pk))
    digest = hashlib.sha256(body).hexdigest()
    fields = {"course": course, "revision": course.revision, "body": body}
    return FrozenDocument.objects.get_or_create(sha256=digest, defaults=fields)[0]


def shard_of(bin_name: str, courses: Iterable[documents.Course]) -> bytes:
    """Return the catalogue shard of the courses of one bin."""
    entries = tuple(_entry(course) for course in sorted(courses, key=lambda course: course.id))
    return encode_document(documents.CatalogueShard(bin=bin_name, entries=entries))


def _problems(lesson: Lesson) -> list[str]:
    if any(upload.state in (UploadState.WAITING, UploadState.WORKING) for upload in lesson.uploads.all()):
        return [f"“{lesson.title}”的视频还在转码，请稍候"]
    return [] if lesson.renditions.all() else [f"“{lesson.title}”还没有可用的视频"]


def _document(course: Course, lessons: list[Lesson], today: date) -> documents.Course:
    poster = None
    if course.poster_sha256:
        poster = documents.Blob(sha256=course.poster_sha256, bytes=course.poster_bytes)
    return documents.Course(
        id=course.pk,
        number=course.number,
        title=course.title,
        category=tuple(course.category),
        provider=course.provider,
        source=course.source,
        approval_number=course.approval_number,
        summary=course.summary,
        released=today.isoformat(),
        poster=poster,
        lessons=tuple(_lesson(lesson) for lesson in lessons),
    )


def _lesson(lesson: Lesson) -> documents.Lesson:
    renditions = tuple(
        documents.Rendition(
            height=row.height,
            bits_per_second=row.bits_per_second,
            blob=documents.Blob(sha256=row.sha256, bytes=row.bytes, chunk_list=row.chunk_list or None),
        )
        for row in lesson.renditions.all()
    )
    return documents.Lesson(
        id=lesson.key, title=lesson.title, duration_ms=lesson.duration_ms, renditions=renditions,
        subtitles=_subtitles(lesson),
    )  # fmt: skip


def _subtitles(lesson: Lesson) -> tuple[documents.Subtitles, ...]:
    if not lesson.subtitles_sha256:
        return ()
    blob = documents.Blob(sha256=lesson.subtitles_sha256, bytes=lesson.subtitles_bytes)
    return (documents.Subtitles(language=LANGUAGE, blob=blob),)


def _entry(course: documents.Course) -> documents.CatalogueEntry:
    bytes_by_height: dict[int, int] = {}
    for lesson in course.lessons:
        for rendition in lesson.renditions:
            held = bytes_by_height.get(rendition.height, 0)
            bytes_by_height[rendition.height] = held + rendition.blob.bytes
    return documents.CatalogueEntry(
        id=course.id,
        number=course.number,
        title=course.title,
        initials=initials_of(course.title),
        category=course.category,
        provider=course.provider,
        minutes=max(1, round(sum(lesson.duration_ms for lesson in course.lessons) / 60_000)),
        lessons=len(course.lessons),
        released=course.released,
        poster=course.poster,
        bytes_by_height=dict(sorted(bytes_by_height.items())),
    )
