"""Uploaded originals are kept as long as a film may have to be made from them anew, and no longer."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from county.courses.editing import add_lesson, create_course, receive_upload, remove_lesson
from county.courses.models import Course, CourseState, Lesson, Upload, UploadState
from county.courses.originals import sweep
from county.folders import uploads_folder, work_folder
from tests.county.world import TEXT, County

LATER = datetime.now(UTC) + timedelta(hours=2)


def uploaded(lesson: Lesson, content: bytes, state: UploadState) -> Upload:
    row = receive_upload(lesson, "film.mp4", [content], None)
    Upload.objects.filter(pk=row.pk).update(state=state)
    return row


def kept() -> set[str]:
    return {path.name for path in uploads_folder().iterdir()}


def test_the_newest_usable_original_stays_until_the_release(any_county: County) -> None:
    course = create_course(TEXT, None)
    lesson = add_lesson(course, "第一课")
    uploaded(lesson, b"replaced", UploadState.READY)
    newest = uploaded(lesson, b"newest", UploadState.READY)
    uploaded(lesson, b"refused", UploadState.REFUSED)
    waiting = uploaded(add_lesson(course, "第二课"), b"waiting", UploadState.WAITING)
    assert sweep(LATER) == 2
    assert kept() == {newest.path, waiting.path}
    Upload.objects.update(state=UploadState.READY)
    Course.objects.update(state=CourseState.RELEASED)
    assert sweep(LATER) == 2
    assert kept() == set()
    assert sweep(LATER) == 0


def test_the_original_of_a_removed_lesson_goes(county: County) -> None:
    lesson = add_lesson(create_course(TEXT, None), "第一课")
    uploaded(lesson, b"film", UploadState.READY)
    remove_lesson(lesson)
    assert sweep(LATER) == 1


def test_what_a_killed_server_left_behind_goes_but_nothing_that_is_being_written(county: County) -> None:
    left, sent = uploads_folder() / "left.part", work_folder() / "tmp1.upload.film"
    for path in (left, sent, uploads_folder() / "now.part"):
        path.write_bytes(b"half")
    for path in (left, sent):
        os.utime(path, (0, 0))
    (work_folder() / "upload-7").mkdir()
    assert sweep(datetime.now(UTC)) == 2
    assert kept() == {"now.part"}
    assert (work_folder() / "upload-7").is_dir()
